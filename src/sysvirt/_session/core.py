"""The client's side of a conversation, without I/O: bytes in, filed messages out.

The two pumps share it. A pump lets its link append received bytes to `chunks`, and calls `process` (`filing.py`). It
sends the frames that `start` and the stream functions make. Threads may share a session. Its `lock` guards everything,
except what is marked as the reader's own. The reader is the one thread that receives at the time.

**Signals.** In the blocking pump a signal handler may raise wherever the interpreter looks for signals: after a call,
on a backward jump, at a function's entry, and nowhere else. So a change that must happen as a whole is written as plain
statements without a call between them ("one step"). All work that leads up to it can be repeated by the next thread.
The lock is taken by `guard.py` only, which always releases what it has taken. There are no generators: when one is
collected half-way, and a signal strikes as it ends, Python can only print the exception.
"""

from __future__ import annotations

import os
from _thread import allocate_lock

from .._protocol import frame as wire
from .._protocol.xdr import compile_decoder
from ..errors import (
    CallTimeout,
    ConnectionClosed,
    ConnectionLost,
    Error,
    NoSupport,
    OperationTimeout,
    ProtocolError,
    RPCError,
    from_wire,
    invalid_argument,
)
from .admission import Admission
from .call import ADMITTED, DONE, QUEUED, SENDING, SENT, Call
from .filing import Filing
from .guard import locked, under_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .._protocol.procedure import Procedure
    from .call import Waiter
    from .stream import StreamState

_SERIAL_MAX = 0xFFFFFFFF

#: Reading is held back while streams hold more unread bytes than this, and nobody waits for a reply.
_PAUSE = 4 * 1024 * 1024
#: FULL: everything is read at once. THROTTLED: a portion at a time, so that pings, events and the end of the link are
#: seen within seconds. PAUSED: nothing is read, and only the end of the link is looked for.
FULL, THROTTLED, PAUSED = range(3)
#: In `THROTTLED` about so many bytes are read each so many seconds. A stream that nobody receives from passes its limit
#: within a minute or so.
THROTTLED_SIZE, THROTTLED_SECONDS = 262144, 1.0


class Session(Filing):
    def __init__(self, max_in_flight: int = 4) -> None:
        super().__init__()
        self.lock = allocate_lock()
        self.error: ConnectionLost | ConnectionClosed | None = None
        #: This side closes the connection: a daemon that hangs up now does what it was asked to do.
        self.leaving = False
        #: For a procedure that sets something up: the one that undoes it, given the number in the reply. It is called
        #: when the reply comes after the call was given up.
        self.undo: dict[Procedure[..., Any], Procedure[[Any], Any]] = {}
        #: What else waits for something to arrive: event queues, and senders that wait until the peer reads.
        self.others: dict[Waiter, None] = {}
        #: Keepalive is on: what the daemon sends has to be read from then on, its pings above all.
        self.keeps_alive = False
        #: Set by the pump while it does not read everything. When it can do so again, `on_resume` is called, with the
        #: lock held.
        self.held_back = False
        self.on_resume: Callable[[], None] = _nothing
        #: Called by a stream's finalizer: on any thread, in the middle of anything.
        self.on_dropped_stream: Callable[[], None] = _nothing
        self.admission = Admission(max_in_flight)
        #: Calls that were given up and are not settled yet: a second signal may strike before that is done.
        self.abandoned_calls: dict[Call, None] = {}
        #: Streams whose owner is gone. The next thread that uses the session aborts them.
        self.forgotten: list[StreamState] = []
        self._max_in_flight = max_in_flight
        self.serial = 0
        #: How the pump wakes the owner of something that has become ready. Called with the lock held.
        self.notify: Callable[[Waiter], None] = _nobody
        #: How the pump hangs up when the session has ended. Called with the lock held, on any thread.
        self.hang_up: Callable[[], None] = _nothing

    # --- calling -----------------------------------------------------------------------------------

    @under_lock
    def enter(self, call: Call) -> bool:
        """Admits a call: True when it may be sent at once, False when it has to wait until it is `ready`."""
        if self.error is not None:
            raise self._ended_error(call)
        if self.abandoned_calls or self.forgotten:
            self._clean_up()
        if call.wait == "free":
            call.state = ADMITTED
            return True
        admission = self.admission
        if not admission.admit(call):
            self._clean_up()
            if not admission.admit(call):
                if admission.starved(call):
                    raise self.starved_error(call)
                admission.wait(call)
                return False
        call.ready = False
        return True

    def starved_error(self, call: Call) -> OperationTimeout:
        """The error for a call that waits in vain: see `Admission.starved`."""
        holders = sorted(
            {c.procedure.name for c in self.pending.values() if c.abandoned and c.wait != "free"}
        )
        return OperationTimeout(
            f"{call.procedure.name} was not sent: every place it could use is held by a call that was given up "
            f"and is still in flight at the daemon ({', '.join(holders)})"
        )

    def start(self, call: Call, body: bytes) -> None:
        """Makes the frame of an admitted call, which from now on may be answered."""
        procedure = call.procedure
        kind = wire.CALL
        if call.fds:
            if len(call.fds) > wire.FDS_MAX:
                raise invalid_argument("fds", f"at most {wire.FDS_MAX} were expected, not {len(call.fds)}")
            kind = wire.CALL_WITH_FDS
            body = wire.COUNT.pack(len(call.fds)) + body
        self._enter_pending(call)
        call.data = procedure.header(kind, call.serial, wire.OK, len(body)) + body

    @under_lock
    def _enter_pending(self, call: Call) -> None:
        if self.error is not None:
            raise self._ended_error(call)
        self._register(call)

    def _register(self, call: Call) -> None:
        """Gives a call the next serial that is free, under which its reply may come from now on."""
        stream = call.stream
        while True:
            serial = self.serial % _SERIAL_MAX + 1
            # One step, from the look at `serial` on: the pump's fast path does the same without the lock.
            self.serial = serial
            if serial not in self.pending and serial not in self.streams:
                call.serial = serial
                call.state = SENDING
                self.pending[serial] = call
                if stream is not None:
                    stream.procedure = call.procedure
                    stream.serial = serial
                    self.streams[serial] = stream
                return

    def _forget(self, call: Call) -> None:
        if call.serial in self.pending and self.pending[call.serial] is call:
            del self.pending[call.serial]
        if call.serial in self.streams and self.streams[call.serial] is call.stream:
            del self.streams[call.serial]
        self.admission.release(call)

    def abandon(self, call: Call) -> None:
        """Gives a call up. One that was not sent is withdrawn. One that was sent keeps its place until its reply."""
        call.abandoned = True
        self.abandoned_calls[call] = None
        self._settle_and_admit(call)

    @under_lock
    def _settle_and_admit(self, call: Call) -> None:
        self._settle_abandoned(call)
        self._admit_waiting()

    def _settle_abandoned(self, call: Call) -> None:
        """Does what follows when a call was given up; harmless when done twice."""
        if call.state == SENDING and not call.counts:
            call.state = ADMITTED
        if call.state in (QUEUED, ADMITTED):
            self._forget(call)
        elif call.stream is not None:
            call.stream.abandoned = True
        if call.state == DONE:
            self._drop_late(call)
        if call in self.abandoned_calls:
            del self.abandoned_calls[call]

    def _admit_waiting(self) -> None:
        while (call := self.admission.next_ready()) is not None:
            self.notify(call)

    @under_lock
    def recheck(self) -> None:
        """Does what an interrupted thread may have left undone."""
        self._clean_up()

    def _clean_up(self) -> None:
        if self._unfinished is not None:
            self._follow_up()
        for call in list(self.abandoned_calls):
            self._settle_abandoned(call)
        while self.forgotten:
            self._abort_stream(self.forgotten[0])
            del self.forgotten[0]
        self._admit_waiting()
        self._may_resume()

    def _follow_up(self) -> None:
        """Does what follows when a message was filed; harmless when done twice."""
        about = self._unfinished
        if isinstance(about, Call):
            if about.wait != "free":
                self.admission.release(about)
                if self.admission.queue:
                    self._admit_waiting()
            if about.abandoned:
                self._drop_late(about)
            else:
                self.notify(about)
        elif about is not None:
            if about.buffered > about.limit and not about.abandoned:
                # In this order: a second abort harms nobody, without one the daemon would send on.
                self.control_frames.append(about.frame(wire.STREAM, wire.ERROR))
                about.overflow()
            self._notify_stream(about)
        self._unfinished = None

    def result(self, call: Call) -> Any:
        """The decoded reply of a finished call; raises the error if the reply is one, or if the session has ended."""
        if call.status == wire.OK and call.state == DONE:
            try:
                return call.procedure.decode_reply(call.body, call.body_at)
            except ProtocolError as error:
                error.add_note(f"in the reply to {call.procedure.name}")
                self.lost(error)
                raise
        if call.state != DONE:
            raise self._ended_error(call)
        raise self.failure(call.procedure, call.body, call.body_at)

    def failure(self, procedure: Procedure[..., Any], body: bytes, at: int) -> Error:
        """The exception for an error message of the daemon (`remote_error`)."""
        try:
            error = from_wire(_decode_error(body, at))
        except ProtocolError as broken:
            broken.add_note(f"in the error for {procedure.name}")
            self.lost(broken)
            return broken
        # libvirt's own client looks at the text too: there is no code of its own for it.
        if isinstance(error, RPCError) and error.message.startswith("unknown procedure"):
            return NoSupport(
                f"this daemon is too old for {procedure.name}: {error.message}",
                None,
                error._domain,
                error._level,
            )
        return error

    def timeout_error(self, call: Call) -> OperationTimeout:
        """The error for a call whose deadline has passed, or that has waited long enough for its guest's lock."""
        name = call.procedure.name
        if call.state == QUEUED:
            holder = locked(self.lock, self.admission.blocker, call)
            behind = f" behind {holder.procedure.name}" if holder is not None else ""
            return CallTimeout(f"{name} was not sent: it waited too long for its turn{behind}", sent="no")
        if call.state == ADMITTED:
            return CallTimeout(f"{name} was not sent before its deadline", sent="no")
        return CallTimeout(
            f"{name} was not answered before its deadline: its outcome is unknown", sent="unknown"
        )

    # --- the end -----------------------------------------------------------------------------------

    @under_lock
    def lost(self, error: ConnectionLost | ConnectionClosed) -> None:
        """Ends the session: everybody gets the first error it was ended with."""
        self._end(error)

    def _end(self, error: ConnectionLost | ConnectionClosed) -> None:
        if self.leaving and type(error) is ConnectionLost:
            error = ConnectionClosed("the connection was closed")
        if self.error is None:
            self.error = error
        self.hang_up()
        for waiter in [*self.pending.values(), *self.admission.queue, *self.streams.values(), *self.others]:
            waiter.ready = True
            self.notify(waiter)
        for stream in list(self.streams.values()):
            self._notify_stream(stream)

    def _ended_error(self, call: Call | None = None) -> Error:
        error = self.error
        assert error is not None
        text = error.message
        not_sent = call is not None and call.state in (QUEUED, ADMITTED)
        if call is not None:
            fate = "it was not sent" if not_sent else "its outcome is unknown"
            text = f"{text}; {call.procedure.name}: {fate}"
        fresh = type(error)(text, error._code, error._domain, error._level)
        fresh.sent = "no" if not_sent else "unknown"
        fresh.__cause__ = error.__cause__
        for note in getattr(error, "__notes__", ()):
            fresh.add_note(note)
        return fresh

    def check(self, call: Call | None = None) -> None:
        """Raises when the session has ended."""
        if self.error is not None:
            raise self._ended_error(call)

    # --- reading -----------------------------------------------------------------------------------

    def saturated(self) -> bool:
        """Whether so many calls are in flight that the daemon stops reading, and doesn't even answer keepalive."""
        return len(self.pending) > self._max_in_flight

    def reading_mode(self) -> int:
        """How much the pump is to read now: FULL, THROTTLED or PAUSED.

        It depends on the present state only. What ends the need to hold back (data are received, a stream ends) calls
        `on_resume`. A pump that begins to wait for something asks by itself.
        """
        streams = list(self.streams.values())
        if sum([stream.buffered for stream in streams]) <= _PAUSE or self._awaits_reply(streams):
            return FULL
        with_callback = [stream for stream in streams if stream.on_arrival is not None]
        return THROTTLED if self.keeps_alive or self.others or with_callback else PAUSED

    def clogged(self) -> bool:
        """Whether reading is held back."""
        return self.reading_mode() != FULL

    def _awaits_reply(self, streams: list[StreamState]) -> bool:
        """Whether somebody waits for a reply, or for data of a stream that has none here."""
        return (
            bool(self.forgotten or self.admission.queue)
            or bool([stream for stream in streams if stream.abandoned or stream.is_awaited()])
            or bool([call for call in list(self.pending.values()) if not call.abandoned])
        )

    def _may_resume(self) -> None:
        if self.held_back and not self.clogged():
            self.on_resume()

    @under_lock
    def open_next(self, stream: StreamState) -> tuple[int, int, bytes, int] | None:
        """Unpacks a stream's oldest frame, or returns it if it ends the stream: see `StreamState.open_next`."""
        end = stream.open_next()
        self._may_resume()
        return end

    @under_lock
    def drop_events(self) -> None:
        """Drops the events that have arrived: for a session to which nobody has subscribed."""
        self.events.clear()
        self.events_head = self.events_tail
        self.events_pending = False

    def _notify_stream(self, stream: StreamState) -> None:
        if stream.on_arrival is not None:
            stream.on_arrival()
        if stream.wake is not None:
            self.notify(stream)

    def _drop_late(self, call: Call) -> None:
        """Closes or undoes what the late reply to a call brought that was given up."""
        if call.stream is not None and call.status == wire.OK and call.serial in self.streams:
            self.control_frames.append(call.stream.frame(wire.STREAM, wire.ERROR))
        if call.fds_in:
            self.close_fds(call)
        if call.procedure in self.undo and call.status == wire.OK and self.error is None:
            self._undo_late_reply(call)

    @under_lock
    def abort_stream(self, stream: StreamState) -> None:
        """Queues the frame that aborts a stream, if it is open; what still comes for it is dropped."""
        self._clean_up()  # first: it may be the stream of a call that was never sent
        self._abort_stream(stream)
        self._may_resume()

    def _abort_stream(self, stream: StreamState) -> None:
        if stream.abandoned or self.error is not None or self.streams.get(stream.serial) is not stream:
            return
        # In this order: a second abort harms nobody, without one the daemon would send on.
        self.control_frames.append(stream.frame(wire.STREAM, wire.ERROR))
        stream.abandoned = True
        stream.drop()
        self._notify_stream(stream)

    def _undo_late_reply(self, call: Call) -> None:
        """Queues the call that undoes it. A second one, after an interrupt, is refused and harms nobody."""
        try:
            number = call.procedure.decode_reply(call.body, call.body_at)
        except ProtocolError as error:
            error.add_note(f"in the late reply to {call.procedure.name}")
            self._end(error)
        else:
            self.queue_call_no_reply(self.undo[call.procedure], number)

    def queue_call_no_reply(self, procedure: Procedure[..., Any], *args: Any) -> None:
        """Queues a call that needs no admission, and whose reply nobody waits for. The lock is held.

        Nothing happens when the session has ended.
        """
        if self.error is not None:
            return
        call = self.make_call_no_reply(procedure, *args)
        # One step.
        self.pending[call.serial] = call
        self.control_frames += [call.data]

    def make_call_no_reply(self, procedure: Procedure[..., Any], *args: Any) -> Call:
        """Makes such a call. The caller adds it to `pending`, and its data to `control_frames`, in one step."""
        call = Call(procedure, args)
        call.abandoned = True
        call.state = SENT
        body = procedure.encode_call(*args)
        while not self._reserve_serial(call):
            pass
        call.data = procedure.header(wire.CALL, call.serial, wire.OK, len(body)) + body
        return call

    def _reserve_serial(self, call: Call) -> bool:
        """Gives a call the next serial; False when that is taken, and the next one has to be tried."""
        # One step: see `_register`.
        serial = self.serial % _SERIAL_MAX + 1
        self.serial = serial
        if serial in self.pending or serial in self.streams:
            return False
        call.serial = serial
        return True

    def close_fds(self, call: Call) -> None:
        """Closes the descriptors of a reply that nobody takes."""
        closing = map(os.close, call.fds_in or ())
        # One step: none is closed twice, and none left.
        call.fds_in = None
        _ = [*closing]

    def close_leftover_fds(self) -> None:
        """Closes received descriptors that belong to no message."""
        closing = map(os.close, self.fds)
        fresh: list[int] = []
        # One step.
        self.fds = fresh
        _ = [*closing]


def _nobody(waiter: Waiter) -> None:
    raise AssertionError("a session without a pump")


def _nothing() -> None: ...


_error_decoder: Any = None


def _decode_error(body: bytes, at: int) -> Any:
    global _error_decoder
    if _error_decoder is None:
        _error_decoder = compile_decoder("remote_error")
    return _error_decoder(body, at)
