"""The blocking pump: the threads that wait do the reading.

There is no thread of our own between a call and its reply. Rules:

- Two *roles*, reader and sender, each held by at most one waiter. Who needs a reply and finds no reader
  becomes it, receives, and files what belongs to others; who finds one sleeps on a lock of its own until
  the reader wakes it. **Whoever leaves wakes one that still waits**, so that the roles are never vacant
  while somebody needs them.
- Ctrl-C in the main thread may come between a change and the wake that should follow it. So nobody sleeps
  for long without looking for itself, and who looks does again what may have been left undone.
- Giving up abandons a call, never a part of a frame. A frame of which no byte has left is withdrawn; the
  rest of a frame that has begun stays in `_leftover`, and whoever sends next sends it first.
- A signal handler may raise between two calls. Bytes received and counts sent are therefore stored by the
  C call that made them (`list.extend(map(recv, ...))`), roles are taken and left by plain assignments, and
  an `except` or `finally` begins with what must not be missed, before its first call.
"""

from __future__ import annotations

import os
import select
import time
from _thread import allocate_lock

from .._protocol import frame as wire
from .._transport.link import ANCILLARY, CLOEXEC, DONTWAIT, Descriptor, descriptors, rights
from ..errors import (
    CallTimeout,
    ConnectionClosed,
    ConnectionLost,
    Error,
    ForkedConnection,
    OperationTimeout,
)
from .call import ADMITTED, DONE, SENDING, SENT, Call, Outgoing, Waiter
from .core import QUEUE_SECONDS, RECEIVE_SIZE, Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from .._protocol.procedure import Procedure
    from .._transport.link import Link
    from .keepalive import Keepalive
    from .stream import StreamState

_SIZE = (RECEIVE_SIZE,)
_NOW = (DONTWAIT,)
_WITH_FDS = (CLOEXEC,)
_NOW_WITH_FDS = (DONTWAIT | CLOEXEC,)
_ANCILLARY_SIZE = (ANCILLARY,)
_NO_ANCILLARY: tuple[tuple[()]] = ((),)

#: How long a waiter waits before it looks for itself; doubled each time up to the second.
_FIRST_LOOK = 0.05
_LAST_LOOK = 0.4
#: How long, in milliseconds, somebody waits only for room before it looks for what else it waits for.
_ROOM_LOOK = 20

_monotonic = time.monotonic
_pack_header = wire.HEADER.pack
_unpack_header = wire.HEADER.unpack_from
_SERIAL_MAX = 0xFFFFFFFF
#: Replaced in a forked child, so that a pump of the parent is known by its old one.
_process: list[int] = [0]


def _in_child() -> None:
    global _process
    _process = [_process[0] + 1]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)


class BlockingPump:
    """Runs a session over a link, on the threads that call."""

    is_async = False

    def __init__(self, link: Link, session: Session) -> None:
        self.link = link
        self.session = session
        session.notify = _wake
        session.hang_up = link.shutdown
        self._lock = session.lock
        self._reader: Waiter | None = None
        self._sender: Outgoing | None = None
        self._leftover: Outgoing | None = None
        #: Who sleeps until the reader, or the sender, wakes it.
        self._sleeping: dict[Waiter, None] = {}
        self._send_queue: dict[Outgoing, None] = {}
        self._staged: list[Any] = []
        self._process = _process
        self._poller = select.poll()
        self._poller.register(link.fileno, select.POLLIN)
        #: Holds both roles from the end on.
        self._closing = Outgoing()
        self._closed = False
        #: Where the watcher looks for those that it has to close, once it knows this one.
        self._finalized: list[BlockingPump] | None = None
        #: Called when events have arrived, by whoever received them. Must not raise or block.
        self.on_events: Callable[[], None] = session.drop_events
        #: Called by the watcher when the session has ended.
        self.on_end: Callable[[], None] | None = None
        self.keepalive: Keepalive | None = None
        #: Set while the watcher thread polls this connection; called to make it let go.
        self.unwatch: Callable[[BlockingPump], None] | None = None

    # --- calls -------------------------------------------------------------------------------------

    def call(
        self,
        procedure: Procedure[..., Any],
        args: tuple[Any, ...],
        deadline: float | None = None,
        stream: StreamState | None = None,
        fds: Sequence[int] = (),
    ) -> Any:
        """Makes a call and returns its decoded reply; descriptors in the reply: see `call_with_fds`."""
        call = self._call(procedure, args, deadline, stream, fds)
        try:
            if call.fds_in:
                self.session.close_fds(call)  # nobody asked for them
            return self.session.result(call)
        except Error:
            raise
        except BaseException:
            # Interrupted, when the reply is there: what it brings is undone as if it had come late.
            call.abandoned = True
            self.session.abandoned_calls[call] = None
            self.session.abandon(call)
            self.flush_control()
            raise

    def call_with_fds(
        self,
        procedure: Procedure[..., Any],
        args: tuple[Any, ...],
        deadline: float | None = None,
        fds: Sequence[int] = (),
    ) -> tuple[Any, list[int]]:
        """A call whose reply brings descriptors: the reply and them, which the caller owns."""
        call = self._call(procedure, args, deadline, None, fds)
        try:
            return self.session.result(call), call.fds_in or []
        except BaseException:
            self.session.close_fds(call)
            raise

    def _call(
        self,
        procedure: Procedure[..., Any],
        args: tuple[Any, ...],
        deadline: float | None,
        stream: StreamState | None,
        fds: Sequence[int],
    ) -> Call:
        body = procedure.encode_call(*args)
        if self._process is not _process:
            raise _forked()
        if self.unwatch is not None:
            self._take_over()
        call = Call(procedure, args, stream, [Descriptor(fd) for fd in fds] if fds else ())
        try:
            if not procedure.is_simple or not self._exchange(call, body, deadline):
                session = self.session
                if session.admission.starved(call):
                    self._catch_up()
                if not session.enter(call):
                    self._wait_turn(call, deadline)
                session.start(call, body)
                self._transmit(call, deadline)
                if call.state == SENDING:
                    call.state = SENT
            if not call.ready:
                self._wait(call, deadline)
        except BaseException as error:
            call.abandoned = True
            self.session.abandoned_calls[call] = None
            self.session.abandon(call)
            if self._leftover is not call:
                call.fds = ()  # who keeps the exception keeps the call
            if self.session.control_frames:
                self.flush_control()
            if type(error) is _Deadline:
                raise self.session.timed_out(call) from None
            raise
        return call

    def call_no_reply(self, procedure: Procedure[..., Any], *args: Any) -> None:
        """Makes a call that waits for nothing, and whose reply nobody waits for; it is sent later if need be."""
        with self.session.lock:
            if self.session.error is None:
                self.session.queue_call_no_reply(procedure, *args)
        self.flush_control()

    def wait_for_queued(self, call: Call, deadline: float | None = None) -> Any:
        """The reply to a call that was put among the control frames; giving up leaves the call as it is."""
        self.check_process()
        if self.unwatch is not None:
            self._take_over()
        call.abandoned = False
        try:
            self.flush_control()
            self._wait(call, deadline)
        except BaseException as error:
            call.abandoned = True
            if type(error) is _Deadline:
                raise self.session.timed_out(call) from None
            raise
        return self.session.result(call)

    def _exchange(self, call: Call, body: bytes, deadline: float | None) -> bool:
        """The common case in one go: nobody else is at it, the frame leaves at once, its reply is what comes.

        False when it can't even begin. Where it turns out otherwise, the call is left sent and not ready,
        and goes on in the general way.
        """
        session = self.session
        chunks = session.chunks
        procedure = call.procedure
        try:
            with self._lock:
                serial = session.serial + 1
                if (
                    self._reader is None and self._sender is None and self._leftover is None
                    and session.error is None and not chunks and not self._staged and not session.streams
                    and not session.abandoned_calls and serial <= _SERIAL_MAX and serial not in session.pending
                ):  # fmt: skip
                    session.serial = call.serial = serial
                    call.state = SENDING
                    session.pending[serial] = call
                    self._reader = self._sender = call
            if self._sender is not call:
                return False
            program = procedure.program
            version = procedure.version
            number = procedure.number
            call.data = data = (
                _pack_header(28 + len(body), program, version, number, wire.CALL, serial, wire.OK) + body
            )
            self._leftover = call
            try:
                call.counts.extend(map(self.link.send, (data,), _NOW))
            except BlockingIOError:
                pass
            if not call.counts or call.counts[0] != len(data):
                self._push(call, deadline)
            self._leftover = None
            self._sender = None
            call.state = SENT
            if self._send_queue:
                self._pass_on_sending()
            if deadline is not None and not self._poll(deadline):
                return True
            link = self.link
            if not link.carries_fds:
                self._receive()
                session.process()
                self._after_reading()
                return True
            staged = self._staged
            staged.extend(map(link.recvmsg, _SIZE, _ANCILLARY_SIZE, _WITH_FDS))
            reply, ancillary, _, _ = staged[0]
            size = len(reply)
            if (
                size >= 28
                and not ancillary
                and _unpack_header(reply, 0) == (size, program, version, number, wire.REPLY, serial, wire.OK)
            ):
                # One step, as in Session.process.
                call.body = reply
                call.body_at = 28
                call.state = DONE
                call.ready = True
                del session.pending[serial]
                session.received += 1
                del staged[0]
            else:
                self._unstage()
                session.process()
                self._after_reading()
        except OSError:
            # The daemon may have said why before it hung up: let the general way find out.
            self._leftover = None
            if not call.counts:
                call.state = ADMITTED
        finally:
            if self._leftover is call and not call.counts:
                self._leftover = None
            if self._sender is call:
                self._sender = None
            if self._reader is call:
                self._reader = None
            if self._send_queue:
                self._pass_on_sending()
            if self._sleeping:
                self._pass_on()
        return True

    def _wait_turn(self, call: Call, deadline: float | None) -> None:
        """Sleeps until the call is admitted."""
        limit = deadline
        if limit is None:
            limit = _monotonic() + QUEUE_SECONDS
        self._wait(call, limit)
        self.session.check(call)
        call.ready = False

    # --- the reader --------------------------------------------------------------------------------

    def _wait(self, waiter: Waiter, deadline: float | None) -> None:
        """Returns when the waiter is ready or the session has ended; raises `_Deadline`."""
        session = self.session
        look = _FIRST_LOOK
        try:
            while not waiter.ready and session.error is None:
                if self._reader is not None and waiter.wake is None:
                    lock = allocate_lock()
                    lock.acquire()
                    waiter.wake = lock
                with self._lock:
                    # In this order: who leaves the role first gives it up and then looks who sleeps.
                    self._sleeping[waiter] = None
                    if self._reader is None and not waiter.ready:
                        self._reader = waiter
                    if self._reader is waiter or waiter.ready or waiter.wake is None:
                        del self._sleeping[waiter]
                if self._reader is waiter:
                    self._read_until(waiter, deadline)
                elif waiter in self._sleeping:
                    self._sleep(waiter, deadline, look)
                    look = min(2 * look, _LAST_LOOK)
                    session.recheck()
                    if session.control_frames:
                        self.flush_control()
        finally:
            if self._reader is waiter:
                self._reader = None
            if waiter in self._sleeping:
                del self._sleeping[waiter]
            if self._sleeping:
                self._pass_on()

    def _sleep(self, sleeper: Waiter, deadline: float | None, look: float) -> None:
        """Until somebody wakes it, its deadline, or time to look for itself."""
        if deadline is not None:
            remaining = deadline - _monotonic()
            if remaining <= 0:
                raise _Deadline
            look = min(look, remaining)
        sleeper.wake.acquire(True, look)

    def _pass_on(self) -> None:
        """Wakes one of those that still wait, so that it takes the role that became vacant."""
        with self._lock:
            for waiter in list(self._sleeping):  # they take themselves off without the lock
                if not waiter.ready:
                    _wake(waiter)
                    return

    def _read_until(self, waiter: Waiter, deadline: float | None) -> None:
        """Receives and files until the waiter is ready or the session has ended."""
        session = self.session
        # What an interrupted thread received, or that and nothing: it must not wait for more to come.
        fresh = bool(session.chunks or self._staged)
        while True:
            try:
                if fresh:
                    if self._staged:
                        self._unstage()
                    fresh = False
                elif self._may_block(deadline) and not self._poll(deadline):
                    session.recheck()
                    if waiter.ready:
                        return
                    continue
                else:
                    self._receive()
            except BlockingIOError:
                continue
            except OSError as error:
                self._broken(error)
                return
            session.process()
            self._after_reading()
            if waiter.ready or session.error is not None:
                return

    def _may_block(self, deadline: float | None) -> bool:
        """Whether a receive without a look at the time would be wrong."""
        session = self.session
        return (
            deadline is not None or self._leftover is not None or bool(session.admission.queue)
            or bool(session.control_frames)
        )  # fmt: skip

    def _after_reading(self) -> None:
        session = self.session
        if session.control_frames:
            self.flush_control()
        if session.events_pending:
            self.on_events()

    def _receive(self, now: bool = False) -> None:
        """Receives once; with `now`, BlockingIOError when nothing is there."""
        size = (self.session.next_size,)
        if self._staged:
            self._unstage()
        elif self.link.carries_fds:
            # Always so: who blocks here can't be told that a call with descriptors has begun meanwhile.
            self._staged.extend(
                map(self.link.recvmsg, size, _ANCILLARY_SIZE, _NOW_WITH_FDS if now else _WITH_FDS)
            )
            self._unstage()
        else:
            self.session.chunks.extend(map(self.link.recv, size, *((_NOW,) if now else ())))

    def _unstage(self) -> None:
        """Takes apart what was received with descriptors."""
        staged = self._staged
        data, ancillary, _, _ = staged[0]
        found = descriptors(ancillary) if ancillary else []
        # One step: the bytes and the descriptors that lie between them.
        self.session.chunks += [data]
        self.session.fds += found
        del staged[0]

    def _poll(self, deadline: float | None) -> bool:
        """Blocks until there is something to receive; sends what was left of a frame meanwhile.

        False when somebody waits for a turn and it is time to look whether an interrupted thread withheld it.
        """
        poller = self._poller
        if self._leftover is not None and self._sender is None:
            poller = select.poll()
            poller.register(self.link.fileno, select.POLLIN | select.POLLOUT)
        timeout: float | None = None
        if deadline is not None:
            timeout = deadline - _monotonic()
            if timeout <= 0:
                raise _Deadline
        if self.session.admission.queue or self.session.control_frames:
            timeout = _FIRST_LOOK if timeout is None else min(timeout, _FIRST_LOOK)
        ready = poller.poll(None if timeout is None else timeout * 1000)
        if not ready:
            if self.session.control_frames:
                self.flush_control()  # who was sending when they were put there may not have seen them
            return False
        if ready[0][1] & select.POLLOUT:
            self.flush_control()
        return bool(ready[0][1] & ~select.POLLOUT)

    # --- the sender --------------------------------------------------------------------------------

    def _transmit(self, outgoing: Outgoing, deadline: float | None) -> bool:
        """Sends a frame whole; when it raises, the frame has either not begun or will be finished later.

        False when the link takes nothing any more: the reader finds out why.
        """
        try:
            with self._lock:
                if self._sender is None and not self._send_queue:
                    self._sender = outgoing
            if self._sender is not outgoing:
                self._wait_to_send(outgoing, deadline)
            if self._leftover is not None:
                self._push(self._leftover, deadline)
            self._leftover = outgoing
            size = len(outgoing.data) + len(outgoing.tail)
            try:
                self._send_part(outgoing)
            except BlockingIOError:
                pass
            except OSError:
                # The daemon may have said why before it hung up: let the reader find out.
                self._leftover = None
                outgoing.fds = ()
                outgoing.counts.append(size)
                return False
            if outgoing.fds or not outgoing.counts or outgoing.counts[0] != size:
                self._push(outgoing, deadline)
            self._leftover = None
            return True
        finally:
            if self._leftover is outgoing and not outgoing.counts:
                self._leftover = None
            if self._sender is outgoing:
                self._sender = None
            if outgoing in self._send_queue:
                del self._send_queue[outgoing]
            if self._send_queue:
                self._pass_on_sending()
            if self.session.control_frames:
                self.flush_control()  # the reader could not while this was being sent

    def _wait_to_send(self, outgoing: Outgoing, deadline: float | None) -> None:
        outgoing.wake = allocate_lock()
        outgoing.wake.acquire()
        look = _FIRST_LOOK
        while True:
            with self._lock:
                self._send_queue[outgoing] = None
                # In turn, so that who sends one frame after another keeps nobody waiting; out of turn only when the
                # one whose turn it is has not come for a while.
                queue = list(self._send_queue)  # others take themselves off without the lock
                if self._sender is None and (queue[0] is outgoing or look > _FIRST_LOOK):
                    self._sender = outgoing
                    return
            if self._sender is self._closing:
                self.session.check()
            self._sleep(outgoing, deadline, look)
            look = min(2 * look, _LAST_LOOK)

    def _pass_on_sending(self) -> None:
        with self._lock:
            for outgoing in self._send_queue:
                _wake(outgoing)
                return

    def _push(self, outgoing: Outgoing, deadline: float | None) -> None:
        """Sends the rest of a frame, receiving meanwhile if nobody else does, so that neither side blocks the other."""
        while True:
            try:
                if not self._send_part(outgoing):
                    self._leftover = None
                    outgoing.fds = ()
                    return
            except BlockingIOError:
                self._await_room(deadline)
            except OSError as error:
                self._leftover = None
                outgoing.fds = ()
                self._broken(error)
                return
            if self.session.error is not None:
                self._leftover = None
                outgoing.fds = ()
                return

    def _send_part(self, outgoing: Outgoing) -> bool:
        """Sends what goes of the rest of a frame, or a descriptor behind it; False when all of it has left."""
        link = self.link
        data, tail, counts = outgoing.data, outgoing.tail, outgoing.counts
        sent = sum(counts) if counts else 0
        if sent < len(data):
            rest = memoryview(data)[sent:] if sent else data
            if len(tail):
                counts.extend(map(link.sendmsg, ((rest, tail),), _NO_ANCILLARY, _NOW))
            else:
                counts.extend(map(link.send, (rest,), _NOW))
        elif sent < len(data) + len(tail):
            counts.extend(map(link.send, (memoryview(tail)[sent - len(data) :],), _NOW))
        elif len(outgoing.passed) < len(outgoing.fds):
            ancillary = rights(outgoing.fds[len(outgoing.passed)])
            outgoing.passed.extend(map(link.sendmsg, ((b"\0",),), (ancillary,), _NOW))
        else:
            return False
        return True

    def _await_room(self, deadline: float | None) -> None:
        """Waits until more can be sent, receiving meanwhile if no other waiter does."""
        reading = Waiter()
        try:
            with self._lock:
                if self._reader is None:
                    self._reader = reading
            mine = self._reader is reading or self._reader is self._sender
            poller = select.poll()
            poller.register(self.link.fileno, select.POLLOUT | (select.POLLIN if mine else 0))
            timeout = None
            if deadline is not None:
                timeout = deadline - _monotonic()
                if timeout <= 0:
                    raise _Deadline
            if not mine:
                # The reader may leave, and then nobody would take what the daemon sends.
                timeout = _FIRST_LOOK if timeout is None else min(timeout, _FIRST_LOOK)
            ready = poller.poll(None if timeout is None else timeout * 1000)
            if mine and ready and ready[0][1] & ~select.POLLOUT:
                try:
                    self._receive(now=True)
                except BlockingIOError:
                    return
                except OSError as error:
                    self._broken(error)
                    return
                self.session.process()
                self._after_reading()
        finally:
            if self._reader is reading:
                self._reader = None
            if self._sleeping:
                self._pass_on()

    def flush_control(self) -> None:
        """Sends what the reader owes, as far as it goes without blocking."""
        token = Outgoing()
        session = self.session
        try:
            with self._lock:
                if self._sender is None:
                    self._sender = token
            if self._sender is not token:
                return
            while True:
                leftover = self._leftover
                if leftover is None:
                    if not session.control_frames:
                        return
                    leftover = Outgoing(session.control_frames[0])
                    self._leftover = leftover
                    del session.control_frames[0]
                try:
                    if not self._send_part(leftover):
                        self._leftover = None
                        leftover.fds = ()
                except BlockingIOError:
                    return
                except OSError as error:
                    self._leftover = None
                    self._broken(error)
                    return
        finally:
            if self._sender is token:
                self._sender = None
            if self._send_queue:
                self._pass_on_sending()

    # --- streams and events ------------------------------------------------------------------------

    def send_frame(self, data: bytes, deadline: float | None = None, tail: bytes | memoryview = b"") -> None:
        """Sends one frame of a stream; of `tail`, its end, no copy is made unless this is given up."""
        if self._process is not _process:
            raise _forked()
        self.session.check()
        if self.unwatch is not None:
            self._take_over()
        outgoing = Outgoing(data, tail) if self.link.sendmsg is not None else Outgoing(data + tail)
        try:
            if not self._transmit(outgoing, deadline):
                self._wait(Waiter(), deadline)
        except _Deadline:
            raise CallTimeout("stream data was not sent before the deadline", sent="unknown") from None
        finally:
            if self._leftover is outgoing:
                outgoing.tail = bytes(outgoing.tail)  # it is sent later, and the memory is the caller's
        self.session.check()

    def wait_ready(self, waiter: Waiter, deadline: float | None = None) -> bool:
        """Waits until something has arrived for a stream or an event queue; False at the deadline."""
        if self._process is not _process:
            raise _forked()
        if self.unwatch is not None:
            self._take_over()
        try:
            self._wait(waiter, deadline)
        except _Deadline:
            return False
        return True

    def poll(self, waiter: Waiter) -> bool:
        """Whether something has arrived for a stream; takes what there is, without waiting."""
        if self.unwatch is not None:
            self._take_over()
        poller = select.poll()
        poller.register(self.link.fileno, select.POLLIN)
        while not waiter.ready and self.session.error is None and poller.poll(0) and self.read_idle():
            pass
        return waiter.ready

    def offer(self, data: bytes) -> bool:
        """Takes a frame to be sent; False when others wait to be sent before it."""
        if self.unwatch is not None:
            self._take_over()
        self.flush_control()
        frame = Outgoing(data)
        try:
            with self._lock:
                if self._sender is None and self._leftover is None:
                    self._sender = self._leftover = frame
            if self._sender is not frame:
                return False
        finally:
            if self._sender is frame:
                self._sender = None
            if self._send_queue:
                self._pass_on_sending()
        self.flush_control()
        return True

    def has_room(self) -> bool:
        """Whether `offer` would take a frame."""
        self.flush_control()
        return self._sender is None and self._leftover is None

    def sleep_until_ready(
        self, waiter: Waiter, deadline: float | None = None, full: Sequence[BlockingPump] = ()
    ) -> bool:
        """As `wait_ready`, but leaves the reading to others: the watcher sees to it.

        Returns as well when one of these pumps, which had no room for a frame, may have some.
        """
        with self._lock:
            if waiter.wake is None:
                waiter.wake = allocate_lock()
                waiter.wake.acquire()
        look = _FIRST_LOOK
        try:
            while not waiter.ready and self.session.error is None:
                remaining = look
                if deadline is not None:
                    remaining = min(look, deadline - _monotonic())
                    if remaining <= 0:
                        return False
                if not full:
                    # Who made it ready may have been interrupted before it woke anybody.
                    waiter.wake.acquire(True, remaining)
                    look = min(2 * look, _LAST_LOOK)
                elif any(pump.session.error is not None or pump.has_room() for pump in full):
                    return False
                else:
                    # A thread can't wait for both at once, so it looks for its waiter now and then.
                    poller = select.poll()
                    for pump in full:
                        if pump._sender is None:
                            poller.register(pump.link.fileno, select.POLLOUT)
                    poller.poll(_ROOM_LOOK)
            return True
        finally:
            _wake(waiter)  # it was one wake for all who sleep here: the next one looks for itself

    def wake(self, waiter: Waiter) -> None:
        """Wakes who sleeps until this is ready, though nothing has arrived."""
        waiter.ready = True
        _wake(waiter)

    def abort_stream(self, stream: StreamState) -> None:
        """Aborts a stream, if it is open, without waiting for anything; who receives from it sees so."""
        self.session.abort_stream(stream)
        self.flush_control()
        self.wake(stream)

    def stream_timeout(self) -> CallTimeout:
        return CallTimeout("nothing arrived for the stream before the deadline", sent="unknown")

    def read_idle(self) -> bool:
        """For the watcher: receives and files what is there. False if somebody else is the reader."""
        watcher = Waiter()
        try:
            with self._lock:
                if self._reader is None:
                    self._reader = watcher
            if self._reader is not watcher:
                return False
            try:
                self._receive(now=True)
                self.session.process()
            except BlockingIOError:
                pass
            except OSError as error:
                self._broken(error)
            self._after_reading()
            return True
        finally:
            if self._reader is watcher:
                self._reader = None
            if self._sleeping:
                self._pass_on()

    def _catch_up(self) -> None:
        """Takes what has arrived while nobody waited, late replies for example."""
        poller = select.poll()
        poller.register(self.link.fileno, select.POLLIN)
        while self.session.error is None and poller.poll(0) and self.read_idle():
            pass

    def activity(self) -> tuple[int, int]:
        """Changes whenever a call is made or something arrives."""
        return self.session.serial, self.session.received

    def idle(self) -> bool:
        return self._reader is None and self._sender is None

    def _take_over(self) -> None:
        """Has the watcher let go of this connection."""
        unwatch = self.unwatch
        if unwatch is not None:  # another thread may have been quicker
            unwatch(self)

    def watch(self) -> None:
        """Has the daemon heard while nobody calls."""
        self.check_process()  # a watcher in a forked child would read what is the parent's
        from .watcher import finalized, watch

        watch(self)
        self._finalized = finalized

    def keep_alive(self, keepalive: Keepalive | None) -> None:
        """Sends keepalive pings from now on, or no more."""
        from .watcher import wake

        self.keepalive = keepalive
        if keepalive is not None:
            self.watch()
        else:
            wake()

    # --- the end -----------------------------------------------------------------------------------

    def _broken(self, error: OSError) -> None:
        lost = ConnectionLost(f"the connection to the daemon broke: {error.strerror or error}")
        lost.__cause__ = error
        self.session.lost(lost)

    def close(self) -> None:
        """Ends the session for everybody who uses it and frees the descriptor."""
        if self._closed:
            return
        if self._process is not _process:
            # The parent's connection: only this process's copy of the descriptor goes.
            self.link.close()
            self._closed = True
            return
        self.session.lost(ConnectionClosed("the connection was closed"))
        if self.unwatch is not None:
            self._take_over()
        # Whoever is blocked in a receive sees the end of file at once; only then may the descriptor go, and nobody
        # may come to it any more: its number may be another file's.
        closing = self._closing
        while True:
            with self._lock:
                if self._reader in (None, closing) and self._sender in (None, closing):
                    self._reader = self._sender = closing
                    break
            time.sleep(0)
        self.link.close()
        self.session.close_leftover_fds()
        self._closed = True

    def close_from_finalizer(self) -> None:
        """Closes for a finalizer. It may run in the middle of anything, on the watcher's thread too."""
        if self._finalized is None or self.forked:
            self.close()
        else:
            self._finalized.append(self)
            self.link.shutdown()  # which the watcher notices

    def check_process(self) -> None:
        """Raises in a forked child."""
        if self._process is not _process:
            raise _forked()

    check_here = check_process

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def forked(self) -> bool:
        return self._process is not _process


class _Deadline(OperationTimeout):
    """The bound of this wait has come; each way out says what that means for its call."""


def _wake(sleeper: Waiter) -> None:
    lock = sleeper.wake
    if lock is not None:
        try:
            lock.release()
        except RuntimeError:
            pass  # it has been woken already


def _forked() -> ForkedConnection:
    return ForkedConnection(
        "this connection belongs to the parent process: a forked child has to open its own"
    )
