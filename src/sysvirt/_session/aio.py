"""The asyncio pump: the event loop reads and writes, tasks wait on futures.

Every read takes what has come and files all whole frames of it at once. A call is one send on the spot and one future.
Giving up (a deadline, or a cancelled task) follows the rules of the blocking pump: a frame is withdrawn if no byte of
it was sent; otherwise the loop sends its rest.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections import deque
from functools import partial

from .._transport.link import Descriptor
from ..errors import CallTimeout, ConnectionClosed, OperationInvalid
from .admission import LOOK_SECONDS, Patience
from .call import ADMITTED, SENDING, SENT, Call, Outgoing, Waiter
from .core import FULL, THROTTLED, THROTTLED_SECONDS, THROTTLED_SIZE, Session
from .guard import locked
from .pump import broken, forked, frame_timeout, stream_timeout, tick

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from .._protocol.procedure import Procedure
    from .._transport.link import Link
    from .call import Reservation
    from .keepalive import Keepalive
    from .stream import StreamState

#: How many reads are made in a row before the loop's other callbacks have their turn.
_READS = 4
#: No limit on the bytes that they bring.
_ROOM = sys.maxsize


class AsyncPump:
    """Runs a session over a link, on the running event loop."""

    is_async = True

    def __init__(self, link: Link, session: Session) -> None:
        self.link = link
        self.session = session
        session.notify = self._wake
        session.hang_up = self._stop
        session.last_words = link.last_words
        session.on_resume = self._review_reading
        session.on_dropped_stream = self._on_dropped_stream
        self._loop = asyncio.get_running_loop()
        self._out: deque[Outgoing] = deque()
        self._writing = False
        #: Is woken when everything was sent.
        self._waits_for_room: Waiter | None = None
        #: The loop calls `_on_readable`. While it does not (reading is held back), `_poll_link` reads now and then.
        self._reading = True
        self._poll_timer: asyncio.Handle | None = None
        #: The loop calls the reader when the link has failed. uvloop does not if the daemon died with unread data.
        self._loop_reports_errors = isinstance(self._loop, asyncio.SelectorEventLoop)
        #: A task may read by itself once, in `wait_ready`, before the loop has its turn.
        self._eager = True
        self._closed = False
        self._pid = os.getpid()
        self._timer: asyncio.TimerHandle | None = None
        #: Called when events have arrived. Must not raise or block.
        self.on_events: Callable[[], None] = session.drop_events
        #: Called from the loop when the session has ended.
        self.on_end: Callable[[], None] | None = None
        link.unblock()
        try:
            self._loop.add_reader(link.fileno, self._on_readable)
        except NotImplementedError:
            kind = type(self._loop).__name__
            raise OperationInvalid(f"{kind} cannot watch sockets: run asyncio's SelectorEventLoop") from None
        self._schedule_poll()
        self._look_again()

    # --- calls -------------------------------------------------------------------------------------

    async def call(
        self,
        procedure: Procedure[..., Any],
        args: tuple[Any, ...],
        deadline: float | None = None,
        stream: StreamState | None = None,
        fds: Sequence[int] = (),
        under: Reservation | None = None,
    ) -> Any:
        """Makes a call and returns its decoded reply; descriptors in the reply: see `call_with_fds`.

        Under a reservation it needs no place and no key of its own.
        """
        call = await self._call(procedure, args, deadline, stream, fds, under)
        if call.fds_in:
            self.session.close_fds(call)  # nobody asked for them
        return self.session.result(call)

    async def call_with_fds(
        self,
        procedure: Procedure[..., Any],
        args: tuple[Any, ...],
        deadline: float | None = None,
        fds: Sequence[int] = (),
    ) -> tuple[Any, list[int]]:
        """Makes a call whose reply brings descriptors; returns the reply and the descriptors, which the caller owns."""
        call = await self._call(procedure, args, deadline, None, fds)
        try:
            return self.session.result(call), call.fds_in or []
        except BaseException:
            self.session.close_fds(call)
            raise

    async def _call(
        self,
        procedure: Procedure[..., Any],
        args: tuple[Any, ...],
        deadline: float | None,
        stream: StreamState | None,
        fds: Sequence[int],
        under: Reservation | None = None,
    ) -> Call:
        body = procedure.encode_call(*args)
        self.check_here()
        session = self.session
        call = Call(procedure, args, stream, [Descriptor(fd) for fd in fds] if fds else ())
        if under is not None:
            call.wait = "free"
        try:
            if session.admission.starved(call):
                self._readable()  # late replies may have come that the loop has not read yet
            if not session.enter(call):
                await self._wait_turn(call, deadline)
            session.start(call, body)
            self._queue(call)
            if not call.ready and not await self._wait(call, deadline):
                self._settle(call)
                raise session.timeout_error(call)
        except BaseException:
            call.abandoned = True
            self._settle(call)
            session.abandon(call)
            self._flush_control()
            self._review_reading()
            raise
        return call

    async def _wait_turn(self, call: Call, deadline: float | None) -> None:
        """Sleeps until the call is admitted."""
        session = self.session
        patience = Patience(session.admission, call)
        while not call.ready and session.error is None:
            check_at = deadline
            if deadline is None:
                check_at = locked(session.lock, patience.next_check, self._loop.time())
                if check_at is None:
                    break
            if not await self._wait(call, check_at) and deadline is not None:
                break
        session.check(call)
        if not call.ready:
            raise (
                session.starved_error(call)
                if deadline is None and session.admission.starved(call)
                else session.timeout_error(call)
            )
        call.ready = False

    async def reserve(self, reservation: Reservation) -> bool:
        """Has a reservation take its place and key, in its turn; `Session.abandon` gives them back.

        However long that takes, but not in vain. False when it was woken before.
        """
        self.check_here()
        session = self.session
        try:
            if session.admission.starved(reservation):
                self._readable()
            if session.enter(reservation):
                return True
            await self._wait_for_reservation(reservation)
            if reservation.state == ADMITTED:
                return True
        except BaseException:
            session.abandon(reservation)
            raise
        session.abandon(reservation)
        return False

    async def _wait_for_reservation(self, reservation: Reservation) -> None:
        session = self.session
        while not reservation.ready:
            came = await self._wait(reservation, self._loop.time() + LOOK_SECONDS)
            if not came and session.admission.starved(reservation):
                raise session.starved_error(reservation)
            session.check(reservation)

    def call_no_reply(self, procedure: Procedure[..., Any], *args: Any) -> None:
        """Queues a call that needs no admission, and whose reply nobody waits for; it is sent now or later."""
        session = self.session
        locked(session.lock, session.queue_call_no_reply, procedure, *args)
        self._flush_control()

    async def wait_for_queued(self, call: Call, deadline: float | None = None) -> Any:
        """Waits for the reply to a call among the control frames; giving up leaves the call in flight."""
        self.check_here()
        call.abandoned = False
        try:
            self._flush_control()
            if not await self._wait(call, deadline):
                raise self.session.timeout_error(call)
        except BaseException:
            call.abandoned = True
            raise
        return self.session.result(call)

    def flush_control(self) -> None:
        """Sends the control frames, later if the peer takes nothing now; from any thread."""
        if _running_loop() is self._loop:
            self._flush_control()
        else:
            self._call_soon(self._flush_control)

    def _settle(self, call: Call) -> None:
        """Withdraws a call's frame if no byte of it was sent, before the call is given up."""
        if call.state == SENDING:
            if call.counts:
                call.state = SENT
            else:
                if call in self._out:
                    self._out.remove(call)
                    call.fds = ()
                call.state = ADMITTED

    async def _wait(self, waiter: Waiter, deadline: float | None) -> bool:
        """Waits until the waiter is ready or the session has ended; False at the deadline."""
        session = self.session
        self._review_reading()
        while not waiter.ready and session.error is None:
            future = self._loop.create_future()
            if waiter.wake is None or waiter.wake.done():
                waiter.wake = future
            else:
                # Another task waits for the same: when it is woken, this one checks too.
                waiter.wake.add_done_callback(partial(_follow, future))
            timer = None if deadline is None else self._loop.call_at(deadline, _expire, future)
            try:
                if await future is _EXPIRED and not waiter.ready:
                    return False
            finally:
                if waiter.wake is future:
                    waiter.wake = None
                if timer is not None:
                    timer.cancel()
        return True

    # --- receiving ---------------------------------------------------------------------------------

    def _on_readable(self) -> None:
        self._eager = True
        self._readable()

    def _readable(self, room: int = _ROOM) -> None:
        """Receives and files what is there, up to so many bytes."""
        session = self.session
        for _ in range(_READS):
            size = min(session.next_size, room)
            try:
                self.link.receive(session, size, False)
            except (BlockingIOError, InterruptedError):
                break
            except OSError as error:
                session.lost(broken(error, self.link))
                break
            received = len(session.chunks[-1])
            session.process()
            room -= received
            if (received < size and not self.link.held) or not room or session.error is not None:
                break
        self._flush_control()
        if session.events_pending:
            self.on_events()
        self._review_reading()
        self._look_again()

    def _look_again(self) -> None:
        """Has the loop read what the link holds: the descriptor would not tell."""
        if self.link.held and self.session.error is None and not self._loop.is_closed():
            self._loop.call_soon(self._read_held)

    def _read_held(self) -> None:
        if self._reading and self.link.held and self.session.error is None:
            self._on_readable()

    def _review_reading(self) -> None:
        """Lets the loop read, or only poll now and then, as `Session.reading_mode` wants it at this time."""
        session = self.session
        if session.error is not None or self._loop.is_closed():
            return
        full = session.reading_mode() == FULL
        if full == self._reading:
            return
        self._reading = full
        session.held_back = not full
        if full:
            self._loop.add_reader(self.link.fileno, self._on_readable)
            self._look_again()
        else:
            self._loop.remove_reader(self.link.fileno)
        self._schedule_poll()

    def _schedule_poll(self) -> None:
        """Schedules `_poll_link` while the loop does not read, or would not report a failed link."""
        wanted = not self._reading or not self._loop_reports_errors
        if wanted and self._poll_timer is None:
            self._poll_timer = self._loop.call_later(THROTTLED_SECONDS, self._poll_link)
        elif not wanted and self._poll_timer is not None:
            self._poll_timer.cancel()
            self._poll_timer = None

    def _poll_link(self) -> None:
        """Looks whether the daemon has hung up. While the loop does not read, reads a portion if somebody needs it."""
        session = self.session
        self._poll_timer = None
        if self.link.hung_up():
            self._readable()
            if session.error is None:
                self._poll_timer = self._loop.call_soon(
                    self._poll_link
                )  # what it has said before is read to its end
            return
        if not self._reading and session.reading_mode() == THROTTLED:
            self._readable(THROTTLED_SIZE)
        self._review_reading()
        if session.error is None:
            self._schedule_poll()

    # --- sending -----------------------------------------------------------------------------------

    def _queue(self, outgoing: Outgoing) -> None:
        self._out.append(outgoing)
        if not self._writing:
            self._writable()

    def _writable(self) -> None:
        out = self._out
        link = self.link
        try:
            while out:
                first = out[0]
                if not link.send(first):
                    out.popleft()
                    self._frame_sent(first)
        except (BlockingIOError, InterruptedError):
            if not self._writing:
                self._loop.add_writer(link.fileno, self._writable)
                self._writing = True
            return
        except OSError:
            # The daemon may have sent an error before it hung up: the reader will find it. Until then calls wait for
            # their replies, and senders of stream data wait on.
            for outgoing in list(out):
                if isinstance(outgoing, Call):
                    out.remove(outgoing)
                    self._frame_sent(outgoing)
            if self._poll_timer is not None:
                self._poll_timer.cancel()
            self._poll_timer = self._loop.call_soon(self._poll_link)
        if self._writing:
            self._loop.remove_writer(link.fileno)
            self._writing = False
            self._flush_control()
        waiter = self._waits_for_room
        if waiter is not None and not out:
            self._waits_for_room = None
            self.wake(waiter)

    def _frame_sent(self, outgoing: Outgoing) -> None:
        """A frame was sent: a call goes on to wait for its reply, a sender of stream data is done."""
        outgoing.fds = ()  # an exception that somebody keeps may keep the call
        if isinstance(outgoing, Call):
            if outgoing.state == SENDING:
                outgoing.state = SENT
        else:
            outgoing.ready = True
            self._wake(outgoing)

    def _flush_control(self) -> None:
        """Sends the control frames, later if the peer takes nothing now."""
        if self._loop.is_closed():
            return
        control_frames = self.session.control_frames
        while control_frames and not self._writing:
            self._queue(Outgoing(control_frames.pop(0)))

    # --- streams and events ------------------------------------------------------------------------

    async def send_frame(
        self, data: bytes, deadline: float | None = None, tail: bytes | memoryview = b""
    ) -> None:
        """Sends one frame of a stream. `tail`, its end, is not copied, unless the send is given up half-way."""
        self.check_here()
        self.session.check()
        outgoing = Outgoing(data, tail)
        self._queue(outgoing)
        try:
            if not await self._wait(outgoing, deadline):
                raise frame_timeout()
        finally:
            if outgoing in self._out:
                if outgoing.counts:
                    outgoing.tail = bytes(outgoing.tail)  # it is sent later, and the memory is the caller's
                else:
                    self._out.remove(outgoing)
        self.session.check()

    async def wait_ready(self, waiter: Waiter, deadline: float | None = None) -> bool:
        """Waits until something has arrived for a stream or an event queue; False at the deadline."""
        self.check_here()
        if self._eager and not waiter.ready and self.session.error is None:
            # What has come meanwhile needs no turn of the loop. Only once, so that others have their turn too.
            self._eager = False
            self._readable()
        return await self._wait(waiter, deadline)

    def poll(self, waiter: Waiter) -> bool:
        """Reads what has come, without waiting; whether the waiter is ready then."""
        if not waiter.ready and self.session.error is None:
            self._readable()
        return waiter.ready

    def offer(self, data: bytes) -> bool:
        """Takes a frame to be sent now or later; False when others wait to be sent before it."""
        if self._out:
            return False
        self._queue(Outgoing(data))
        return True

    def has_room(self) -> bool:
        """Whether `offer` would take a frame."""
        return not self._out

    async def sleep_until_ready(
        self, waiter: Waiter, deadline: float | None = None, full: Sequence[AsyncPump] = ()
    ) -> bool:
        """As `wait_ready`: here the loop reads in any case.

        Returns as well when one of these pumps, which had no room for a frame, has some.
        """
        self.check_here()
        for pump in full:
            pump._waits_for_room = waiter
        return await self._wait(waiter, deadline)

    def wake(self, waiter: Waiter) -> None:
        """Makes the waiter ready and wakes its owner, though nothing has arrived."""
        waiter.ready = True
        self._wake(waiter)

    def _wake(self, waiter: Waiter) -> None:
        future: asyncio.Future[object] | None = waiter.wake
        # On a closed loop nobody waits, whatever its tasks look like.
        if future is not None and not future.done() and not self._loop.is_closed():
            future.set_result(None)

    def abort_stream(self, stream: StreamState) -> None:
        """Aborts a stream, if it is open, without waiting; a task that receives from it gets an error."""
        self.session.forgotten.append(stream)
        if _running_loop() is self._loop:
            self._abort_dropped()
        else:
            self._on_dropped_stream()

    def _on_dropped_stream(self) -> None:
        """Called by finalizers too, on any thread."""
        if self._pid == os.getpid():
            self._call_soon(self._abort_dropped)

    def _call_soon(self, function: Callable[[], None]) -> bool:
        """Lets the loop call the function, from any thread; False when the loop is closed."""
        try:
            self._loop.call_soon_threadsafe(function)
        except RuntimeError:
            return False
        return True

    def _abort_dropped(self) -> None:
        if self.session.error is None:
            self.session.recheck()
            self._flush_control()
            self._review_reading()

    def stream_timeout(self) -> CallTimeout:
        return stream_timeout()

    def watch(self) -> None:
        """Nothing to do: the loop reads all the time."""

    def keep_alive(self, keepalive: Keepalive | None) -> None:
        """Sends keepalive pings from now on, or no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if keepalive is not None and not self._closed:
            self._tick(keepalive)

    def _tick(self, keepalive: Keepalive) -> None:
        tick(self.session, keepalive, self._loop.time(), unread=not self._reading)
        self._flush_control()
        if self.session.error is None:
            self._timer = self._loop.call_at(keepalive.due, self._tick, keepalive)

    # --- the end -----------------------------------------------------------------------------------

    def _stop(self) -> None:
        """Removes the descriptor from the loop and shuts the link down. Called with the session's lock held."""
        self.link.shutdown()
        if not self.link.closed and not self._loop.is_closed():
            self._loop.remove_reader(self.link.fileno)
            self._loop.remove_writer(self.link.fileno)
        self._reading = self._writing = False
        for timer in (self._timer, self._poll_timer):
            if timer is not None:
                timer.cancel()
        self._timer = self._poll_timer = None
        gone = list(self._out)
        self._out.clear()
        for outgoing in gone:
            self._frame_sent(outgoing)
        if self.on_end is not None and not self._loop.is_closed():
            self._loop.call_soon(self.on_end)  # not here: the session's lock is held

    async def close(self) -> None:
        """Ends the session for everybody who uses it and frees the descriptor."""
        if self.forked or self._loop is _running_loop():
            self._close()
        else:
            self.close_from_finalizer()

    def close_from_finalizer(self) -> None:
        """Closes for a finalizer. It may run in the middle of anything, on any thread."""
        if self.forked or not self._loop.is_running() or not self._call_soon(self._close):
            self._close()

    def __del__(self) -> None:
        # The loop may have ended, or been dropped, before it came to closing this.
        if not getattr(self, "_closed", True):
            self.link.close()
            self.session.close_leftover_fds()

    def check_here(self) -> None:
        """Raises in a forked child, and on another loop than the one whose futures these are."""
        self.check_process()
        running = _running_loop()
        if running is None:
            # A coroutine that is collected: nothing can be waited for any more.
            raise ConnectionClosed("the event loop of the connection does not run any more")
        if self._loop is not running:
            raise OperationInvalid("this connection belongs to another event loop, the one it was opened in")

    @property
    def can_wait(self) -> bool:
        """Whether a loop runs to wait on: none does for a coroutine that is collected, perhaps with its loop."""
        return _running_loop() is not None

    def check_process(self) -> None:
        """Raises in a forked child."""
        if self._pid != os.getpid():
            raise forked()

    def _close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._pid == os.getpid():
            self.session.lost(ConnectionClosed("the connection was closed"))
        self.link.take(self.session)
        self.link.close()
        self.session.close_leftover_fds()

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def forked(self) -> bool:
        return self._pid != os.getpid()


#: None in a finalizer outside of any.
_running_loop = asyncio._get_running_loop

_EXPIRED = object()


def _expire(future: asyncio.Future[object]) -> None:
    if not future.done():
        future.set_result(_EXPIRED)


def _follow(future: asyncio.Future[object], _first: asyncio.Future[object]) -> None:
    if not future.done():
        future.set_result(None)
