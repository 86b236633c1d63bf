"""The client's side of a conversation, without I/O: bytes in, filed messages out.

The two pumps share it. A pump has its link put what it receives into `chunks`, and calls `process` (`filing.py`); it
sends the bytes that `start` and the stream functions give it. Threads may share a session; its `lock` guards all that
is not said to belong to the reader (the one thread that receives at a time).

**Signals.** In the blocking pump a signal handler may raise anywhere the interpreter looks for signals: after a call,
on a backward jump, at a function's entry, and nowhere else. So a change that must not be torn is written as plain
statements without a call between them ("one step"), and every step that leads up to it can be taken again by whoever
comes next. The lock is taken by `guard.py`, the one form that is left whenever it was entered. No generators: one that
is collected half-way and struck as it ends has nobody to tell, and Python prints it.
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

#: Reading is held back while so much lies unread in streams and nobody waits for a reply.
_PAUSE = 4 * 1024 * 1024
#: Everything is read at once; a portion at a time, so that pings, events and the end are seen within seconds while who
#: takes 1 MB a second is never behind; nothing, and only the end of the link is looked for.
FULL, THROTTLED, PAUSED = range(3)
#: What is read in `THROTTLED`, about so much each so many seconds. What nobody takes at all passes its stream's limit
#: within a minute.
THROTTLED_SIZE, THROTTLED_SECONDS = 262144, 1.0


class Session(Filing):
    def __init__(self, max_in_flight: int = 4) -> None:
        super().__init__()
        self.lock = allocate_lock()
        self.error: ConnectionLost | ConnectionClosed | None = None
        #: This side closes the connection: a daemon that hangs up now does as it was told.
        self.leaving = False
        #: What takes back, by the number in the reply, what a call has set up whose late reply comes to nobody.
        self.undo: dict[Procedure[..., Any], Procedure[[Any], Any]] = {}
        #: What else waits for something to arrive: event queues, and who sends and waits for room.
        self.others: dict[Waiter, None] = {}
        #: The daemon has been asked for keepalive: it has to be heard from then on.
        self.keeps_alive = False
        #: The pump does not read everything; `on_resume` is called, with the lock held, when that has become needless.
        #: Set by the pump.
        self.held_back = False
        self.on_resume: Callable[[], None] = _nothing
        #: How the pump is told that a stream was dropped, by a finalizer: in the middle of anything, on any thread.
        self.on_dropped_stream: Callable[[], None] = _nothing
        self.admission = Admission(max_in_flight)
        #: Calls whose owner has given up and may be struck again before what follows from that is done.
        self.abandoned_calls: dict[Call, None] = {}
        #: Streams whose owner is gone. They are aborted by whoever comes next.
        self.forgotten: list[StreamState] = []
        self._max_in_flight = max_in_flight
        self.serial = 0
        #: How the pump wakes the owner of something that has become ready. Called with the lock held.
        self.notify: Callable[[Waiter], None] = _nobody
        #: How the pump hangs up when the session has ended, whoever noticed it. Called with the lock held.
        self.hang_up: Callable[[], None] = _nothing

    # --- calling -----------------------------------------------------------------------------------

    @under_lock
    def enter(self, call: Call) -> bool:
        """Lets a call in: True when it may go at once, False when it has to wait for `ready`."""
        if self.error is not None:
            raise self._gone(call)
        if self.abandoned_calls or self.forgotten:
            self._clean_up()
        if call.wait == "free":
            call.state = ADMITTED
            return True
        places = self.admission
        if not places.admit(call):
            self._clean_up()
            if not places.admit(call):
                if places.starved(call):
                    raise self.starved(call)
                places.wait(call)
                return False
        call.ready = False
        return True

    def starved(self, call: Call) -> OperationTimeout:
        """The error for a call that no place will come free for."""
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
            raise self._gone(call)
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
        """The owner gives up. What was not sent is withdrawn; the rest keeps its place until its reply."""
        call.abandoned = True
        self.abandoned_calls[call] = None
        self._settle_and_admit(call)

    @under_lock
    def _settle_and_admit(self, call: Call) -> None:
        self._settle_abandoned(call)
        self._admit_waiting()

    def _settle_abandoned(self, call: Call) -> None:
        """What follows from giving up: harmless when done twice."""
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
        for call in self.admission.next_ready():
            self.notify(call)

    @under_lock
    def recheck(self) -> None:
        """Does again what an interrupted thread may have left undone."""
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
        """What follows from a message that was filed: harmless when done twice."""
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
                # In this order: twice harms nobody, never would leave the daemon sending.
                self.control_frames.append(about.frame(wire.STREAM, wire.ERROR))
                about.overflow()
            self._notify_stream(about)
        self._unfinished = None

    def result(self, call: Call) -> Any:
        """What the reply of a finished call says, or its error raised."""
        if call.status == wire.OK and call.state == DONE:
            try:
                return call.procedure.decode_reply(call.body, call.body_at)
            except ProtocolError as error:
                error.add_note(f"in the reply to {call.procedure.name}")
                self.lost(error)
                raise
        if call.state != DONE:
            raise self._gone(call)
        raise self.failure(call.procedure, call.body, call.body_at)

    def failure(self, procedure: Procedure[..., Any], body: bytes, at: int) -> Error:
        """The exception for a remote_error."""
        try:
            error = from_wire(_decode_error(body, at))
        except ProtocolError as broken:
            broken.add_note(f"in the error for {procedure.name}")
            self.lost(broken)
            return broken
        # As libvirt's own client tells it apart; there is no code of its own for it.
        if isinstance(error, RPCError) and error.message.startswith("unknown procedure"):
            return NoSupport(
                f"this daemon is too old for {procedure.name}: {error.message}",
                None,
                error._domain,
                error._level,
            )
        return error

    def timed_out(self, call: Call) -> OperationTimeout:
        """The error for a call whose deadline has come, or that has waited long enough for its guest's lock."""
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
        """Ends the session: the first error is the one that everybody gets."""
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

    def _gone(self, call: Call | None = None) -> Error:
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
            raise self._gone(call)

    # --- reading -----------------------------------------------------------------------------------

    def saturated(self) -> bool:
        """Whether more calls are in flight than the daemon reads beside: then it doesn't even answer keepalive."""
        return len(self.pending) > self._max_in_flight

    def reading_mode(self) -> int:
        """How much the pump is to read now: FULL, THROTTLED or PAUSED.

        It depends on what is so at this moment and on nothing else. Whatever ends the need to hold back (what is
        unread gets less, a stream goes) calls `on_resume`; whoever begins to wait asks by itself.
        """
        streams = list(self.streams.values())
        if sum([stream.buffered for stream in streams]) <= _PAUSE or self._awaits_reply(streams):
            return FULL
        told = [stream for stream in streams if stream.on_arrival is not None]
        return THROTTLED if self.keeps_alive or self.others or told else PAUSED

    def clogged(self) -> bool:
        """Whether reading is held back."""
        return self.reading_mode() != FULL

    def _awaits_reply(self, streams: list[StreamState]) -> bool:
        """Whether the daemon has something to say that somebody cannot go on without."""
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
        """Takes a stream's oldest frame apart, or returns it where it ends the stream; see `StreamState.open_next`."""
        end = stream.open_next()
        self._may_resume()
        return end

    @under_lock
    def drop_events(self) -> None:
        """What becomes of arrived events while nobody is there who wants any."""
        self.events.clear()
        self.events_head = self.events_tail
        self.events_pending = False

    def _notify_stream(self, stream: StreamState) -> None:
        if stream.on_arrival is not None:
            stream.on_arrival()
        if stream.wake is not None:
            self.notify(stream)

    def _drop_late(self, call: Call) -> None:
        """The late reply of a call that was given up: what it brought is closed."""
        if call.stream is not None and call.status == wire.OK and call.serial in self.streams:
            self.control_frames.append(call.stream.frame(wire.STREAM, wire.ERROR))
        if call.fds_in:
            self.close_fds(call)
        if call.procedure in self.undo and call.status == wire.OK and self.error is None:
            self._take_back(call)

    @under_lock
    def abort_stream(self, stream: StreamState) -> None:
        """Owes the peer the word that a stream, if it is open, is aborted; what still comes for it is dropped."""
        self._clean_up()  # first: it may be that of a call which was never sent
        self._abort_stream(stream)
        self._may_resume()

    def _abort_stream(self, stream: StreamState) -> None:
        if stream.abandoned or self.error is not None or self.streams.get(stream.serial) is not stream:
            return
        # In this order: twice harms nobody, never would leave the daemon sending.
        self.control_frames.append(stream.frame(wire.STREAM, wire.ERROR))
        stream.abandoned = True
        stream.drop()
        self._notify_stream(stream)

    def _take_back(self, call: Call) -> None:
        """One more after an interrupt is refused, and harms nobody."""
        try:
            number = call.procedure.decode_reply(call.body, call.body_at)
        except ProtocolError as error:
            error.add_note(f"in the late reply to {call.procedure.name}")
            self._end(error)
        else:
            self.queue_call_no_reply(self.undo[call.procedure], number)

    def queue_call_no_reply(self, procedure: Procedure[..., Any], *args: Any) -> None:
        """Owes the peer a call that waits for nothing, and whose reply nobody waits for. The lock is held.

        Nothing happens when the session has ended.
        """
        if self.error is not None:
            return
        call = self.make_call_no_reply(procedure, *args)
        # One step.
        self.pending[call.serial] = call
        self.control_frames += [call.data]

    def make_call_no_reply(self, procedure: Procedure[..., Any], *args: Any) -> Call:
        """Such a call, for who has to put it in `pending`, and its data in `control_frames`, in a step of its own."""
        call = Call(procedure, args)
        call.abandoned = True
        call.state = SENT
        body = procedure.encode_call(*args)
        while not self._reserve_serial(call):
            pass
        call.data = procedure.header(wire.CALL, call.serial, wire.OK, len(body)) + body
        return call

    def _reserve_serial(self, call: Call) -> bool:
        """Gives a call the next serial that is free, for it to be registered under; False to be tried again."""
        # One step: see `_register`.
        serial = self.serial % _SERIAL_MAX + 1
        self.serial = serial
        if serial in self.pending or serial in self.streams:
            return False
        call.serial = serial
        return True

    def close_fds(self, call: Call) -> None:
        """Closes what a reply brought and nobody takes."""
        closing = map(os.close, call.fds_in or ())
        # One step: none is closed twice, and none left.
        call.fds_in = None
        _ = [*closing]

    def close_leftover_fds(self) -> None:
        """Closes what came and belongs to no message."""
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
