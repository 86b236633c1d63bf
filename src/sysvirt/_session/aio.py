"""The asyncio pump: the event loop reads and writes, tasks wait on futures.

Every read takes what is there and files all whole frames of it at once; a call is one send on the spot
and one future. Giving up (a deadline or a cancelled task) follows the same rules as in the blocking pump:
a frame of which no byte has left is withdrawn, the rest of one that has begun is sent by the loop.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from functools import partial

from .._transport.link import ANCILLARY, CLOEXEC, DONTWAIT, Descriptor, descriptors, rights
from ..errors import CLOSE_KEEPALIVE, CallTimeout, ConnectionClosed, ConnectionLost, OperationInvalid, lost
from .blocking import _forked
from .call import ADMITTED, SENDING, SENT, Call, Outgoing, Waiter
from .core import QUEUE_SECONDS, Session
from .keepalive import PING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from .._protocol.procedure import Procedure
    from .._transport.link import Link
    from .keepalive import Keepalive
    from .stream import StreamState

#: How often the loop's other callbacks may have to wait for one more read.
_READS = 4


class AsyncPump:
    """Runs a session over a link, on the running event loop."""

    is_async = True

    def __init__(self, link: Link, session: Session) -> None:
        self.link = link
        self.session = session
        session.notify = _wake
        session.hang_up = self._stop
        self._loop = asyncio.get_running_loop()
        self._out: deque[Outgoing] = deque()
        self._writing = False
        #: Who is to be woken when all has left.
        self._waits_for_room: Waiter | None = None
        self._reading = True
        #: The loop has had its turn since a task has read by itself.
        self._eager = True
        self._closed = False
        self._pid = os.getpid()
        self._timer: asyncio.TimerHandle | None = None
        #: Called when events have arrived. Must not raise or block.
        self.on_events: Callable[[], None] = session.drop_events
        #: Called from the loop when the session has ended.
        self.on_end: Callable[[], None] | None = None
        link.sock.setblocking(False)
        self._loop.add_reader(link.fileno, self._on_readable)

    # --- calls -------------------------------------------------------------------------------------

    async def call(
        self,
        procedure: Procedure[..., Any],
        args: tuple[Any, ...],
        deadline: float | None = None,
        stream: StreamState | None = None,
        fds: Sequence[int] = (),
    ) -> Any:
        """Makes a call and returns its decoded reply; descriptors in the reply: see `call_with_fds`."""
        call = await self._call(procedure, args, deadline, stream, fds)
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
        """A call whose reply brings descriptors: the reply and them, which the caller owns."""
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
    ) -> Call:
        body = procedure.encode_call(*args)
        self.check_here()
        session = self.session
        call = Call(procedure, args, stream, [Descriptor(fd) for fd in fds] if fds else ())
        try:
            if session.admission.starved(call):
                self._readable()  # late replies may be there, which the loop has not come to
            if not session.enter(call):
                limit = self._loop.time() + QUEUE_SECONDS if deadline is None else deadline
                if not await self._wait(call, limit):
                    raise session.timed_out(call)
                session.check(call)
                call.ready = False
            session.start(call, body)
            self._queue(call)
            if not call.ready and not await self._wait(call, deadline):
                self._settle(call)
                raise session.timed_out(call)
        except BaseException:
            call.abandoned = True
            self._settle(call)
            session.abandon(call)
            self._flush_control()
            raise
        return call

    def call_no_reply(self, procedure: Procedure[..., Any], *args: Any) -> None:
        """Makes a call that waits for nothing, and whose reply nobody waits for; it is sent later if need be."""
        with self.session.lock:
            if self.session.error is None:
                self.session.queue_call_no_reply(procedure, *args)
        self._flush_control()

    async def wait_for_queued(self, call: Call, deadline: float | None = None) -> Any:
        """The reply to a call that was put among the control frames; giving up leaves the call as it is."""
        self.check_here()
        call.abandoned = False
        try:
            self._flush_control()
            if not await self._wait(call, deadline):
                raise self.session.timed_out(call)
        except BaseException:
            call.abandoned = True
            raise
        return self.session.result(call)

    def flush_control(self) -> None:
        """Sends what was put among the control frames, later if the peer takes nothing now; from any thread."""
        if asyncio._get_running_loop() is self._loop:
            self._flush_control()
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._flush_control)

    def _settle(self, call: Call) -> None:
        """Withdraws a frame of which no byte has left, before its call is given up."""
        if call.state == SENDING:
            if call.counts:
                call.state = SENT
            else:
                if call in self._out:
                    self._out.remove(call)
                    call.fds = ()
                call.state = ADMITTED

    async def _wait(self, waiter: Waiter, deadline: float | None) -> bool:
        """Until the waiter is ready or the session has ended; False at the deadline."""
        session = self.session
        while not waiter.ready and session.error is None:
            future = self._loop.create_future()
            if waiter.wake is None or waiter.wake.done():
                waiter.wake = future
            else:
                # Another task waits for the same: whatever ends its sleep is a reason to look.
                waiter.wake.add_done_callback(partial(_follow, future))
            timer = None if deadline is None else self._loop.call_at(deadline, _expire, future)
            try:
                self._resume_reading()
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

    def _readable(self) -> None:
        session = self.session
        for _ in range(_READS):
            size = session.next_size
            try:
                if self.link.carries_fds:
                    data, ancillary, _, _ = self.link.recvmsg(size, ANCILLARY, CLOEXEC)
                    session.fds += descriptors(ancillary)
                else:
                    data = self.link.recv(size)
            except (BlockingIOError, InterruptedError):
                break
            except OSError as error:
                self._broken(error)
                break
            session.chunks.append(data)
            session.process()
            if len(data) < size or session.error is not None:
                break
        self._flush_control()
        if session.events_pending:
            self.on_events()
        if self._reading and session.clogged():
            self._loop.remove_reader(self.link.fileno)
            self._reading = False

    def _resume_reading(self) -> None:
        if not self._reading and self.session.error is None:
            self._loop.add_reader(self.link.fileno, self._on_readable)
            self._reading = True

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
                data, tail = first.data, first.tail
                sent = sum(first.counts)
                if sent < len(data):
                    part = memoryview(data)[sent:] if sent else data
                    if len(tail):
                        first.counts.append(link.sendmsg((part, tail), (), DONTWAIT))
                    else:
                        first.counts.append(link.send(part, DONTWAIT))
                elif sent < len(data) + len(tail):
                    first.counts.append(link.send(memoryview(tail)[sent - len(data) :], DONTWAIT))
                elif len(first.passed) < len(first.fds):
                    first.passed.append(
                        link.sendmsg((b"\0",), rights(first.fds[len(first.passed)]), DONTWAIT)
                    )
                else:
                    out.popleft()
                    self._left(first)
        except (BlockingIOError, InterruptedError):
            if not self._writing:
                self._loop.add_writer(link.fileno, self._writable)
                self._writing = True
            return
        except OSError:
            # The daemon may have said why before it hung up: let the reader find out. Until then who waits for a
            # reply goes on to do that, and who waits only for its frame to leave waits on.
            for outgoing in list(out):
                if isinstance(outgoing, Call):
                    out.remove(outgoing)
                    self._left(outgoing)
        if self._writing:
            self._loop.remove_writer(link.fileno)
            self._writing = False
            self._flush_control()
        waiter = self._waits_for_room
        if waiter is not None and not out:
            self._waits_for_room = None
            self.wake(waiter)

    def _left(self, outgoing: Outgoing) -> None:
        """A frame is on its way: a call goes on to wait for its reply, a sender of stream data is done."""
        outgoing.fds = ()  # who keeps an exception of the call keeps the call
        if isinstance(outgoing, Call):
            if outgoing.state == SENDING:
                outgoing.state = SENT
        else:
            outgoing.ready = True
            _wake(outgoing)

    def _flush_control(self) -> None:
        """Sends what the reader owes, later if the peer takes nothing now."""
        control_frames = self.session.control_frames
        while control_frames and not self._writing:
            self._queue(Outgoing(control_frames.pop(0)))

    # --- streams and events ------------------------------------------------------------------------

    async def send_frame(
        self, data: bytes, deadline: float | None = None, tail: bytes | memoryview = b""
    ) -> None:
        """Sends one frame of a stream; of `tail`, its end, no copy is made unless this is given up."""
        self.check_here()
        self.session.check()
        outgoing = Outgoing(data, tail) if self.link.sendmsg is not None else Outgoing(data + tail)
        self._queue(outgoing)
        try:
            if not await self._wait(outgoing, deadline):
                raise CallTimeout("stream data was not sent before the deadline", sent="unknown")
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
            # What has come while its owner was busy needs no round of the loop; now and then the others have theirs.
            self._eager = False
            self._readable()
        return await self._wait(waiter, deadline)

    def poll(self, waiter: Waiter) -> bool:
        """Whether something has arrived for a stream; takes what there is, without waiting."""
        if not waiter.ready and self.session.error is None:
            self._resume_reading()
            self._readable()
        return waiter.ready

    def offer(self, data: bytes) -> bool:
        """Takes a frame to be sent; False when others wait to be sent before it."""
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
        """Wakes who sleeps until this is ready, though nothing has arrived."""
        waiter.ready = True
        _wake(waiter)

    def abort_stream(self, stream: StreamState) -> None:
        """Aborts a stream, if it is open, without waiting for anything; who receives from it sees so."""
        self.session.abort_stream(stream)
        self._flush_control()
        self.wake(stream)

    def stream_timeout(self) -> CallTimeout:
        return CallTimeout("nothing arrived for the stream before the deadline", sent="unknown")

    def watch(self) -> None:
        """Nothing to do: the loop hears the daemon all the time."""

    def keep_alive(self, keepalive: Keepalive | None) -> None:
        """Sends keepalive pings from now on, or no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if keepalive is not None and not self._closed:
            self._tick(keepalive)

    def _tick(self, keepalive: Keepalive) -> None:
        verdict = keepalive.tick(self._loop.time(), self.session.received, self.session.saturated())
        if verdict == "dead":
            self.session.lost(
                lost("the daemon does not answer: no sign of life in the keepalive time", CLOSE_KEEPALIVE)
            )
            return
        if verdict == "ping":
            self.session.control_frames.append(PING)
            self._flush_control()
        if self.session.error is None:
            self._timer = self._loop.call_at(keepalive.due, self._tick, keepalive)

    # --- the end -----------------------------------------------------------------------------------

    def _broken(self, error: OSError) -> None:
        broken = ConnectionLost(f"the connection to the daemon broke: {error.strerror or error}")
        broken.__cause__ = error
        self.session.lost(broken)

    def _stop(self) -> None:
        """Takes the descriptor off the loop and ends the conversation."""
        self.link.shutdown()
        if self.link.sock.fileno() >= 0 and not self._loop.is_closed():
            self._loop.remove_reader(self.link.fileno)
            self._loop.remove_writer(self.link.fileno)
        self._reading = self._writing = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        gone = list(self._out)
        self._out.clear()
        for outgoing in gone:
            self._left(outgoing)
        if self.on_end is not None and not self._loop.is_closed():
            self._loop.call_soon(self.on_end)  # not here: whoever ended it holds the session's lock

    async def close(self) -> None:
        """Ends the session for everybody who uses it and frees the descriptor."""
        if self.forked or self._loop is asyncio.get_running_loop():
            self._close()
        else:
            self.close_from_finalizer()

    def close_from_finalizer(self) -> None:
        """Closes for a finalizer. It may run in the middle of anything, on any thread."""
        if self._loop.is_running() and not self.forked:
            self._loop.call_soon_threadsafe(self._close)
        else:
            self._close()

    def check_here(self) -> None:
        """Raises in a forked child, and on another loop than the one whose futures these are."""
        self.check_process()
        if self._loop is not asyncio.get_running_loop():
            raise OperationInvalid("this connection belongs to another event loop, the one it was opened in")

    def check_process(self) -> None:
        """Raises in a forked child."""
        if self._pid != os.getpid():
            raise _forked()

    def _close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._pid == os.getpid():
            self.session.lost(ConnectionClosed("the connection was closed"))
        self.link.close()
        self.session.close_leftover_fds()

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def forked(self) -> bool:
        return self._pid != os.getpid()


_EXPIRED = object()


def _expire(future: asyncio.Future[object]) -> None:
    if not future.done():
        future.set_result(_EXPIRED)


def _follow(future: asyncio.Future[object], _first: asyncio.Future[object]) -> None:
    if not future.done():
        future.set_result(None)


def _wake(waiter: Waiter) -> None:
    future: Any = waiter.wake
    if future is not None and not future.done():
        future.set_result(None)
