"""The blocking pump: the threads that wait do the reading.

No extra thread stands between a call and its reply. `roles.py` says who reads and who sends, and what holds when a
signal strikes. This file has what callers use.

Giving up abandons a call, never a part of a frame. A frame is withdrawn if no byte of it was sent. Otherwise the next
sender sends its rest first.
"""

from __future__ import annotations

import os
import sys
import time

from .._protocol import frame as wire
from .._transport.link import Descriptor
from ..errors import ConnectionClosed, Error
from .admission import Patience
from .call import ADMITTED, SENDING, SENT, Call, Outgoing, Waiter
from .core import Session
from .filing import RECEIVE_SIZE
from .guard import locked
from .pump import forked, frame_timeout, stream_timeout
from .roles import DeadlinePassed, Roles, wake

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from .._protocol.procedure import Procedure
    from .._transport.link import Link
    from ..errors import CallTimeout
    from .keepalive import Keepalive
    from .stream import StreamState

_monotonic = time.monotonic
_SERIAL_MAX = 0xFFFFFFFF
#: Replaced in a forked child, so that a pump of the parent is known by its old one.
_process: list[int] = [0]


def _in_child() -> None:
    global _process
    _process = [_process[0] + 1]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)


class BlockingPump(Roles):
    """Runs a session over a link, on the threads that call."""

    is_async = False
    can_wait = True

    def __init__(self, link: Link, session: Session) -> None:
        super().__init__(link, session)
        self._process = _process
        self._closed = False
        #: Once the watcher knows this pump: how a finalizer has it closed on the watcher's thread.
        self._close_later: Callable[[BlockingPump], None] | None = None
        #: Called by the watcher when the session has ended.
        self.on_end: Callable[[], None] | None = None
        self.keepalive: Keepalive | None = None
        #: Set while the watcher's thread polls this connection; calling it ends that.
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
            # Interrupted after the reply came: what it brought is undone, as for a late reply.
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
        """Makes a call whose reply brings descriptors; returns the reply and the descriptors, which the caller owns."""
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
            raise forked()
        if self.unwatch is not None:
            self._take_over()
        call = Call(procedure, args, stream, [Descriptor(fd) for fd in fds] if fds else ())
        try:
            if not procedure.is_simple or not self._exchange(call, body, deadline):
                session = self.session
                if session.admission.starved(call):
                    self.catch_up()
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
            if type(error) is DeadlinePassed:
                raise self.session.timeout_error(call) from None
            raise
        return call

    def call_no_reply(self, procedure: Procedure[..., Any], *args: Any) -> None:
        """Queues a call that needs no admission, and whose reply nobody waits for; it is sent now or later."""
        session = self.session
        locked(session.lock, session.queue_call_no_reply, procedure, *args)
        self.flush_control()

    def wait_for_queued(self, call: Call, deadline: float | None = None) -> Any:
        """Waits for the reply to a call among the control frames; giving up leaves the call in flight."""
        self.check_process()
        if self.unwatch is not None:
            self._take_over()
        call.abandoned = False
        try:
            self.flush_control()
            self._wait(call, deadline)
        except BaseException as error:
            call.abandoned = True
            if type(error) is DeadlinePassed:
                raise self.session.timeout_error(call) from None
            raise
        return self.session.result(call)

    def _exchange(self, call: Call, body: bytes, deadline: float | None) -> bool:
        """The common case in one go: nobody else reads or sends, the frame is sent at once, and its reply comes next.

        False when it can't begin: then `_call` goes the general way. If anything else comes than the reply, the call is
        left sent and not ready, and `_call` waits for it.
        """
        session = self.session
        chunks = session.chunks
        held = self.link.held
        procedure = call.procedure
        try:
            serial = session.serial + 1
            # One step, up to the role: see `roles.py`, and `Session._register` for the serial.
            if (
                self._reader is None and self._sender is None and self._leftover is None and session.error is None
                and not chunks and not held and not session.streams and not session.control_frames
                and not session.abandoned_calls and serial <= _SERIAL_MAX and serial not in session.pending
            ):  # fmt: skip
                session.serial = call.serial = serial
                call.state = SENDING
                session.pending[serial] = call
                self._reader = self._sender = call
            if self._sender is not call:
                return False
            call.data = procedure.header(wire.CALL, serial, wire.OK, len(body)) + body
            self._leftover = call
            try:
                unsent = self.link.send(call)
            except BlockingIOError:
                unsent = True
            if unsent:
                self._push(call, deadline)
            self._leftover = None
            self._sender = None
            call.state = SENT
            if self._send_queue:
                self._wake_next_sender()
            if deadline is not None and not self._await_input(deadline):
                return True
            self.link.receive(session, RECEIVE_SIZE)
            if not session.file_only_reply(call):
                session.process()
                self._after_reading()
        except OSError:
            # The daemon may have sent an error before it hung up: the general way reads it.
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
                self._wake_next_sender()
            if self._sleeping:
                self._wake_next_reader()
        return True

    def _wait_turn(self, call: Call, deadline: float | None) -> None:
        """Sleeps until the call is admitted."""
        if deadline is None:
            self._wait_patiently(call)
        else:
            self._wait(call, deadline)
        self.session.check(call)
        call.ready = False

    def _wait_patiently(self, call: Call) -> None:
        """Waits for a call's turn without a deadline: as long as `Patience` says."""
        session = self.session
        patience = Patience(session.admission, call)
        while not call.ready and session.error is None:
            check_at = locked(session.lock, patience.next_check, _monotonic())
            if check_at is None:
                if session.admission.starved(call):
                    raise session.starved_error(call)
                raise DeadlinePassed
            try:
                self._wait(call, check_at)
            except DeadlinePassed:
                pass

    # --- streams and events ------------------------------------------------------------------------

    def send_frame(self, data: bytes, deadline: float | None = None, tail: bytes | memoryview = b"") -> None:
        """Sends one frame of a stream. `tail`, its end, is not copied, unless the send is given up half-way."""
        if self._process is not _process:
            raise forked()
        self.session.check()
        if self.unwatch is not None:
            self._take_over()
        outgoing = Outgoing(data, tail)
        try:
            if not self._transmit(outgoing, deadline):
                self._wait(Waiter(), deadline)
        except DeadlinePassed:
            raise frame_timeout() from None
        finally:
            if self._leftover is outgoing:
                # It is sent later, and the memory is the caller's. Written without a call: see `roles.py`.
                outgoing.tail = b"" + outgoing.tail
        self.session.check()

    def wait_ready(self, waiter: Waiter, deadline: float | None = None) -> bool:
        """Waits until something has arrived for a stream or an event queue; False at the deadline."""
        if self._process is not _process:
            raise forked()
        if self.unwatch is not None:
            self._take_over()
        try:
            self._wait(waiter, deadline)
        except DeadlinePassed:
            return False
        return True

    def poll(self, waiter: Waiter) -> bool:
        """Reads what has come, without waiting; whether the waiter is ready then."""
        if self.unwatch is not None:
            self._take_over()
        self.catch_up(waiter)
        return waiter.ready

    def offer(self, data: bytes) -> bool:
        """Takes a frame to be sent; False when others wait to be sent before it."""
        if self.unwatch is not None:
            self._take_over()
        return super().offer(data)

    def sleep_until_ready(
        self, waiter: Waiter, deadline: float | None = None, full: Sequence[BlockingPump] = ()
    ) -> bool:
        """As `wait_ready`, but does not read: the watcher does.

        Returns as well when one of these pumps, which had no room for a frame, may have some.
        """
        return self._sleep_until_ready(waiter, deadline, tuple(full))

    def wake(self, waiter: Waiter) -> None:
        """Makes the waiter ready and wakes its owner, though nothing has arrived."""
        waiter.ready = True
        wake(waiter)

    def abort_stream(self, stream: StreamState) -> None:
        """Aborts a stream, if it is open, without waiting; a thread that receives from it gets an error."""
        self.session.abort_stream(stream)
        self.flush_control()
        self.wake(stream)

    def stream_timeout(self) -> CallTimeout:
        return stream_timeout()

    def activity(self) -> tuple[int, int]:
        """Changes whenever a call is made or something arrives."""
        return self.session.serial, self.session.heard

    def idle(self) -> bool:
        return self._reader is None and self._sender is None

    def _take_over(self) -> None:
        """Ends the watcher's polling of this connection: from here on the caller reads."""
        unwatch = self.unwatch
        if unwatch is not None:  # another thread may have been quicker
            unwatch(self)

    def watch(self) -> None:
        """From now on the watcher reads while nobody calls."""
        self.check_process()  # a watcher in a forked child would read the parent's data
        from . import watcher

        self._close_later = watcher.close_later
        watcher.watch(self)

    def keep_alive(self, keepalive: Keepalive | None) -> None:
        """Sends keepalive pings from now on, or no more."""
        from . import watcher

        self.keepalive = keepalive
        self.session.keeps_alive = keepalive is not None
        if keepalive is not None:
            self.watch()
        else:
            watcher.wake()

    # --- the end -----------------------------------------------------------------------------------

    def close(self) -> None:
        """Ends the session for everybody who uses it and frees the descriptor."""
        if self._closed:
            return
        if self._process is not _process:
            # The parent's connection: only this process's copy of the descriptor is closed.
            self.link.close()
            self._closed = True
            return
        self.session.lost(ConnectionClosed("the connection was closed"))
        if self.unwatch is not None:
            self._take_over()
        # `lost` has shut the link down, so a thread that is blocked in a receive sees the end of file at once.
        self._take_both_roles()
        self.link.take(self.session)
        self.link.close()
        self.session.close_leftover_fds()
        self._closed = True

    def close_from_finalizer(self) -> None:
        """Closes for a finalizer. It may run in the middle of anything, on the watcher's thread too."""
        if self._close_later is None or self.forked:
            self.close()
            return
        self.link.shutdown()
        if not sys.is_finalizing():
            self._close_later(self)

    def check_process(self) -> None:
        """Raises in a forked child."""
        if self._process is not _process:
            raise forked()

    check_here = check_process

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def forked(self) -> bool:
        return self._process is not _process
