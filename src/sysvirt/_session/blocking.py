"""The blocking pump: the threads that wait do the reading.

There is no thread of our own between a call and its reply; `roles.py` says who reads and who sends, and what holds when
a signal strikes. Here is what callers use.

Giving up abandons a call, never a part of a frame. A frame of which no byte has left is withdrawn; the rest of a frame
that has begun is sent first by whoever sends next.
"""

from __future__ import annotations

import os
import sys
import time

from .._protocol import frame as wire
from .._transport.link import Descriptor
from ..errors import ConnectionClosed, Error
from .admission import LOOK_SECONDS, Patience
from .call import ADMITTED, SENDING, SENT, Call, Outgoing, Waiter
from .core import Session
from .filing import RECEIVE_SIZE
from .guard import locked
from .pump import forked, frame_timeout, stream_timeout
from .roles import DeadlineCame, Roles, wake

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from .._protocol.procedure import Procedure
    from .._transport.link import Link
    from ..errors import CallTimeout
    from .call import Reservation
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
        #: What the watcher closes it by in a finalizer's place, once it knows this one.
        self._close_later: Callable[[BlockingPump], None] | None = None
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
        under: Reservation | None = None,
    ) -> Any:
        """Makes a call and returns its decoded reply; descriptors in the reply: see `call_with_fds`.

        Under a reservation it needs no place and no key of its own.
        """
        call = self._call(procedure, args, deadline, stream, fds, under)
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
        under: Reservation | None = None,
    ) -> Call:
        body = procedure.encode_call(*args)
        if self._process is not _process:
            raise forked()
        if self.unwatch is not None:
            self._take_over()
        call = Call(procedure, args, stream, [Descriptor(fd) for fd in fds] if fds else ())
        if under is not None:
            call.wait = "free"
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
            if type(error) is DeadlineCame:
                raise self.session.timed_out(call) from None
            raise
        return call

    def call_no_reply(self, procedure: Procedure[..., Any], *args: Any) -> None:
        """Makes a call that waits for nothing, and whose reply nobody waits for; it is sent later if need be."""
        session = self.session
        locked(session.lock, session.queue_call_no_reply, procedure, *args)
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
            if type(error) is DeadlineCame:
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
                left = self.link.send(call)
            except BlockingIOError:
                left = True
            if left:
                self._push(call, deadline)
            self._leftover = None
            self._sender = None
            call.state = SENT
            if self._send_queue:
                self._pass_on_sending()
            if deadline is not None and not self._poll(deadline):
                return True
            self.link.receive(session, RECEIVE_SIZE)
            if not session.file_only_reply(call):
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
        if deadline is None:
            self._wait_patiently(call)
        else:
            self._wait(call, deadline)
        self.session.check(call)
        call.ready = False

    def _wait_patiently(self, call: Call) -> None:
        """Waits for a call's turn without a deadline, as long as that makes sense."""
        session = self.session
        patience = Patience(session.admission, call)
        while not call.ready and session.error is None:
            look = locked(session.lock, patience.next_look, _monotonic())
            if look is None:
                if session.admission.starved(call):
                    raise session.starved(call)
                raise DeadlineCame
            try:
                self._wait(call, look)
            except DeadlineCame:
                pass

    def reserve(self, reservation: Reservation) -> bool:
        """Has a reservation take its place and key, in its turn; `Session.abandon` gives them back.

        However long that takes, but not in vain. False when it was woken before.
        """
        self.check_process()
        if self.unwatch is not None:
            self._take_over()
        session = self.session
        try:
            if session.admission.starved(reservation):
                self.catch_up()
            if session.enter(reservation):
                return True
            self._wait_for_reservation(reservation)
            if reservation.state == ADMITTED:
                return True
        except BaseException:
            session.abandon(reservation)
            raise
        session.abandon(reservation)
        return False

    def _wait_for_reservation(self, reservation: Reservation) -> None:
        session = self.session
        while not reservation.ready:
            try:
                self._wait(reservation, _monotonic() + LOOK_SECONDS)
            except DeadlineCame:
                if session.admission.starved(reservation):
                    raise session.starved(reservation) from None
            session.check(reservation)

    # --- streams and events ------------------------------------------------------------------------

    def send_frame(self, data: bytes, deadline: float | None = None, tail: bytes | memoryview = b"") -> None:
        """Sends one frame of a stream; of `tail`, its end, no copy is made unless this is given up."""
        if self._process is not _process:
            raise forked()
        self.session.check()
        if self.unwatch is not None:
            self._take_over()
        outgoing = Outgoing(data, tail)
        try:
            if not self._transmit(outgoing, deadline):
                self._wait(Waiter(), deadline)
        except DeadlineCame:
            raise frame_timeout() from None
        finally:
            if self._leftover is outgoing:
                # It is sent later, and the memory is the caller's. No call: see `roles.py`.
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
        except DeadlineCame:
            return False
        return True

    def poll(self, waiter: Waiter) -> bool:
        """Whether something has arrived for a stream; takes what there is, without waiting."""
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
        """As `wait_ready`, but leaves the reading to others: the watcher sees to it.

        Returns as well when one of these pumps, which had no room for a frame, may have some.
        """
        return self._sleep_until_ready(waiter, deadline, tuple(full))

    def wake(self, waiter: Waiter) -> None:
        """Wakes who sleeps until this is ready, though nothing has arrived."""
        waiter.ready = True
        wake(waiter)

    def abort_stream(self, stream: StreamState) -> None:
        """Aborts a stream, if it is open, without waiting for anything; who receives from it sees so."""
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
        """Has the watcher let go of this connection."""
        unwatch = self.unwatch
        if unwatch is not None:  # another thread may have been quicker
            unwatch(self)

    def watch(self) -> None:
        """Has the daemon heard while nobody calls."""
        self.check_process()  # a watcher in a forked child would read what is the parent's
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
            # The parent's connection: only this process's copy of the descriptor goes.
            self.link.close()
            self._closed = True
            return
        self.session.lost(ConnectionClosed("the connection was closed"))
        if self.unwatch is not None:
            self._take_over()
        # Whoever is blocked in a receive has seen the end of file at once.
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
