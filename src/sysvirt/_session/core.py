"""The client's side of a conversation, without I/O: bytes in, filed messages out.

The two pumps share it. A pump appends what it receives to `chunks` and calls `process`; it sends the
bytes that `start` and the stream functions give it. Threads may share a session; its `lock` guards all
that is not said to belong to the reader (the one thread that receives at a time).

**Signals.** In the blocking pump a signal handler may raise anywhere the interpreter looks for signals:
after a call, on a backward jump, at a function's entry, and nowhere else. So a change that must not be
torn is written as plain statements without a call between them, and every step that leads up to it can
be taken again by whoever comes next. `chunks` is appended to by the same C call that receives.
"""

from __future__ import annotations

import os
from _thread import allocate_lock

from .._generated.schema import PROGRAMS
from .._protocol import frame as wire
from .._protocol.xdr import compile_decoder
from ..errors import (
    CLOSE_EOF,
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
    lost,
)
from .admission import Admission
from .call import ADMITTED, DONE, QUEUED, SENDING, SENT, Call
from .keepalive import PONG
from .stream import FRAME_COST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .._protocol.procedure import Procedure
    from .call import Waiter
    from .stream import StreamState

_KEEPALIVE = PROGRAMS["keepalive"][0]
_PING = 1
_EXPECTED = dict(PROGRAMS.values())
_unpack_header = wire.HEADER.unpack_from
_unpack_length = wire.COUNT.unpack_from

#: Of so many streams that have ended it is known that they were there: the daemon may say more of one, a second
#: error for example, or answer an abort that came too late.
_ENDED_MAX = 64
#: From so many pieces of a frame on, small ones are joined to such a size, because all are looked through each time.
_PIECES_MAX, _PIECE = 64, 65536

#: What is received at a time: a larger buffer costs more to make for each read than most reads take.
RECEIVE_SIZE = 65536
#: What is received at a time of a frame that is known to be longer; more than a socket holds.
_LONG_SIZE = 262144

#: A stream's long frame is filed in pieces of at least such a size, so that what keeping each costs is little.
_LEAST = 16384

#: Reading pauses while so much lies unread in streams and nobody waits for a reply.
_PAUSE = 4 * 1024 * 1024

#: Without a deadline, how long a call waits for its turn; what the daemon itself allows for a guest's lock.
QUEUE_SECONDS = 30.0


class Session:
    def __init__(self, max_in_flight: int = 4) -> None:
        self.lock = allocate_lock()
        self.error: ConnectionLost | ConnectionClosed | None = None
        self.pending: dict[int, Call] = {}
        self.streams: dict[int, StreamState] = {}
        self._ended: dict[int, int] = {}
        #: What takes back, by the number in the reply, what a call has set up whose late reply comes to nobody.
        self.undo: dict[Procedure[..., Any], Procedure[[Any], Any]] = {}
        #: What else waits for something to arrive: event queues.
        self.others: dict[Waiter, None] = {}
        self.admission = Admission(max_in_flight)
        #: Calls whose owner has given up and may be struck again before what follows from that is done.
        self.abandoned_calls: dict[Call, None] = {}
        #: Streams whose owner is gone. They are aborted by whoever comes next.
        self.dropped_streams: list[StreamState] = []
        self._max_in_flight = max_in_flight
        self.serial = 0
        #: How the pump wakes the owner of something that has become ready. Called with the lock held.
        self.notify: Callable[[Waiter], None] = _nobody
        #: How the pump hangs up when the session has ended, whoever noticed it. Called with the lock held.
        self.hang_up: Callable[[], None] = _nothing

        # The reader's own:
        self.chunks: list[bytes] = []
        self.fds: list[int] = []
        self._pos: int = 0
        #: How much to ask for next. What a pump asks for instead is right too.
        self.next_size = RECEIVE_SIZE
        #: How much is still to come of a stream's data frame that is filed in pieces, and the stream.
        self._rest = 0
        self._rest_of: StreamState | None = None
        #: How often something was received since the last long frame.
        self._since_long = 2
        #: A call whose reply was filed but not yet followed up.
        self._finishing: Call | None = None
        #: Frames the reader owes the peer: answers to keepalive.
        self.control_frames: list[bytes] = []
        #: Arrived events by running number, from `events_head` to before `events_tail`.
        self.events: dict[int, tuple[int, int, bytes, int]] = {}
        self.events_head = 0
        self.events_tail = 0
        #: Events have arrived that nobody has handed out yet.
        self.events_pending = False
        #: Whole frames received: tells keepalive and the watcher that something came.
        self.received = 0

    # --- calling -----------------------------------------------------------------------------------

    def enter(self, call: Call) -> bool:
        """Lets a call in: True when it may go at once, False when it has to wait for `ready`."""
        with self.lock:
            if self.error is not None:
                raise self._gone(call)
            if self.abandoned_calls or self.dropped_streams:
                self._clean_up()
            if call.wait == "free":
                call.state = ADMITTED
                return True
            places = self.admission
            if not places.admit(call):
                self._clean_up()
                if not places.admit(call):
                    if places.starved(call):
                        raise self._starved(call)
                    places.queue[call] = None
                    return False
            call.ready = False
            return True

    def _starved(self, call: Call) -> OperationTimeout:
        holders = sorted(
            {c.procedure.name for c in self.pending.values() if c.abandoned and c.wait != "free"}
        )
        return OperationTimeout(
            f"{call.procedure.name} was not sent: every place it could use is held by a call that was given up "
            f"and is still under way in the daemon ({', '.join(holders)})"
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
        with self.lock:
            if self.error is not None:
                raise self._gone(call)
            serial = self._next_serial()
            call.serial = serial
            call.state = SENDING
            self.pending[serial] = call
            if call.stream is not None:
                call.stream.attach(procedure, serial)
                self.streams[serial] = call.stream
        call.data = procedure.header(kind, serial, wire.OK, len(body)) + body

    def _next_serial(self) -> int:
        serial = (self.serial + 1) & 0xFFFFFFFF
        while serial == 0 or serial in self.pending or serial in self.streams:
            serial = (serial + 1) & 0xFFFFFFFF
        self.serial = serial
        return serial

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
        with self.lock:
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

    def recheck(self) -> None:
        """Does again what an interrupted thread may have left undone."""
        with self.lock:
            self._clean_up()

    def _clean_up(self) -> None:
        if self._finishing is not None:
            self._finish(self._finishing)
        for call in list(self.abandoned_calls):
            self._settle_abandoned(call)
        while self.dropped_streams:
            self._abort_stream(self.dropped_streams[0])
            del self.dropped_streams[0]
        self._admit_waiting()

    def _finish(self, call: Call) -> None:
        """What follows from a reply that was filed: harmless when done twice."""
        if call.wait != "free":
            self.admission.release(call)
            if self.admission.queue:
                self._admit_waiting()
        if call.abandoned:
            self._drop_late(call)
        else:
            self.notify(call)
        self._finishing = None

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

    def timed_out(self, call: Call, seconds: float | None = None) -> OperationTimeout:
        """The error for a call whose deadline has come."""
        name = call.procedure.name
        if call.state == QUEUED:
            with self.lock:
                holder = self.admission.blocker(call)
            behind = f" behind {holder.procedure.name}" if holder is not None else ""
            return CallTimeout(
                f"{name} was not sent: it waited for its turn{behind} until its deadline", sent="no"
            )
        if call.state == ADMITTED:
            return CallTimeout(f"{name} was not sent before its deadline", sent="no")
        return CallTimeout(
            f"{name} was not answered before its deadline: its outcome is unknown", sent="unknown"
        )

    # --- the end -----------------------------------------------------------------------------------

    def lost(self, error: ConnectionLost | ConnectionClosed) -> None:
        """Ends the session: the first error is the one that everybody gets."""
        with self.lock:
            self._end(error)

    def _end(self, error: ConnectionLost | ConnectionClosed) -> None:
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

    # --- receiving: for the reader only ----------------------------------------------------------------

    def saturated(self) -> bool:
        """Whether more calls are under way than the daemon reads beside: then it doesn't even answer keepalive."""
        return len(self.pending) > self._max_in_flight

    def clogged(self) -> bool:
        """Whether so much lies unread in streams that reading may pause: nobody waits for a reply."""
        return (
            bool(self.streams)
            and not self.pending
            and not self.dropped_streams
            and sum(stream.buffered for stream in list(self.streams.values())) > _PAUSE
        )

    def process(self) -> None:
        """Files every whole frame that has arrived."""
        try:
            with self.lock:
                if self._finishing is not None or self.dropped_streams:
                    self._clean_up()
                while self._file_next():
                    pass
                self.next_size = self._choose_size()
            if len(self.fds) > (wire.FDS_MAX if self.chunks else 0):
                raise ProtocolError(f"{len(self.fds)} descriptors came that belong to no message")
        except ConnectionLost as error:
            self.lost(error)

    def _choose_size(self) -> int:
        """How much to ask for next.

        Of a long frame that has begun exactly its rest: what is received alone needs no copy.
        """
        chunks = self.chunks
        if self._rest:
            self._since_long = 0
            return min(self._rest + self._pos - sum(map(len, chunks)), _LONG_SIZE)
        if chunks and len(chunks[0]) - self._pos >= 4:
            length: int = _unpack_length(chunks[0], self._pos)[0]
            rest = length + self._pos - sum(map(len, chunks))
            return min(max(rest, RECEIVE_SIZE), _LONG_SIZE)
        # A daemon reads 256 KiB of a volume at a time, which are one long frame and a short one with what did not
        # fit. Behind the short one the next long one is to be expected: its header tells the rest.
        self._since_long += 1
        return wire.HEADER_SIZE if self._since_long == 2 else RECEIVE_SIZE

    def _whole(self, need: int) -> bool:
        """Makes sure that `need` unread bytes lie in the first chunk; False when they aren't there yet."""
        chunks = self.chunks
        if chunks and len(chunks[0]) - self._pos >= need:
            return True
        if sum(map(len, chunks)) - self._pos < need:
            if chunks and not chunks[-1]:
                raise lost("the daemon closed the connection", CLOSE_EOF)
            if len(chunks) > _PIECES_MAX:
                self._gather()
            return False
        # What was filed is let go, and the empty chunk that is the end of the file stays.
        joined = b"".join([memoryview(chunks[0])[self._pos :], *chunks[1:]])
        fresh = [joined] if chunks[-1] else [joined, b""]
        chunks[:] = fresh
        self._pos = 0
        return True

    def _gather(self) -> None:
        chunks = self.chunks
        at = len(chunks)
        while at > 1 and len(chunks[at - 1]) < _PIECE:
            at -= 1
        if len(chunks) - at > _PIECES_MAX:
            joined = b"".join(chunks[at:])
            chunks[at:] = [joined]

    def _file_next(self) -> bool:
        chunks = self.chunks
        if not chunks:
            return False
        if self._rest:
            return self._file_piece()
        if not self._whole(4):
            return False
        length: int = _unpack_length(chunks[0], self._pos)[0]
        if length < wire.HEADER_SIZE or length > wire.FRAME_MAX:
            wire.check_length(length)
        if not self._whole(length):
            return length > RECEIVE_SIZE and self._begin_pieces(length)
        buf = chunks[0]
        pos: int = self._pos
        end = pos + length
        header: tuple[int, int, int, int, int, int, int] = _unpack_header(buf, pos)
        _, program, version, number, kind, serial, status = header
        body_at = pos + wire.HEADER_SIZE
        if _EXPECTED.get(program) != version:
            raise ProtocolError(f"a message of an unknown program ({program:#x} version {version})")
        fds: list[int] | None = None
        stop = end
        if kind == wire.REPLY_WITH_FDS:
            count = wire.fd_count(buf[body_at : min(end, body_at + 4)], 0)
            if not self._whole(length + count):
                return False
            buf = chunks[0]
            pos = self._pos
            end = pos + length
            body_at = pos + wire.HEADER_SIZE
            if len(self.fds) < count:
                raise ProtocolError(f"a message with {count} descriptors came with {len(self.fds)}")
            fds = self.fds[:count]
            stop = end + count
            body_at += 4
        whole = stop == len(buf)
        # Alone in its bytes it needs no copy; with others it would keep all of them.
        body = buf if pos == 0 and end == len(buf) else buf[body_at:end]
        if body is not buf:
            body_at = 0
        # Up to here nothing has changed. Below, each branch makes its change without a call in between.
        if kind == wire.REPLY or kind == wire.REPLY_WITH_FDS:
            call = self.pending.get(serial)
            if call is None:
                return self._file_hole_error(number, serial, status, body, body_at, stop, whole)
            procedure = call.procedure
            if procedure.number != number or procedure.program != program:
                raise ProtocolError(f"a reply of another procedure ({number}) to {procedure.name}")
            if status != wire.OK and status != wire.ERROR:
                raise ProtocolError(f"a reply with the impossible status {status}")
            stream = call.stream
            call.body = body
            call.body_at = body_at
            call.status = status
            call.fds_in = fds
            call.state = DONE
            call.ready = True
            del self.pending[serial]
            if stream is not None and status == wire.ERROR and serial in self.streams:
                del self.streams[serial]
            if fds is not None:
                del self.fds[: len(fds)]
            self._pos = stop
            self.received += 1
            if whole:
                del chunks[0]
                self._pos = 0
            self._finishing = call
            # One step ends here.
            self._finish(call)
            return True
        if kind == wire.MESSAGE:
            if program == _KEEPALIVE:
                # One answers all that came, whether or not the peer takes it; one more after an interrupt harms nobody.
                if number == _PING and PONG not in self.control_frames:
                    self.control_frames.append(PONG)
            else:
                event = (program, number, body, body_at)
                self.events[self.events_tail] = event
                self.events_tail += 1
                self.events_pending = True
            self._pos = stop
            self.received += 1
            if whole:
                del chunks[0]
                self._pos = 0
            return True
        if kind == wire.STREAM or kind == wire.STREAM_HOLE:
            stream = self.streams.get(serial)
            if stream is None and self._ended.get(serial) == number:
                self._pos = stop
                self.received += 1
                if whole:
                    del chunks[0]
                    self._pos = 0
                return True
            if stream is None or stream.procedure is None or stream.procedure.number != number:
                raise ProtocolError(f"stream data for a stream that is not open (serial {serial})")
            stream.check(kind, status, end - pos - wire.HEADER_SIZE)
            cost = FRAME_COST + len(body) - body_at
            closing = status != wire.CONTINUE
            keep = not stream.abandoned or closing
            if keep:
                stream.frames[stream.tail] = (kind, status, body, body_at)
                stream.tail += 1
                stream.buffered += cost
            stream.ready = True
            if closing:
                del self.streams[serial]
                self._ended[serial] = number
            self._pos = stop
            self.received += 1
            if whole:
                del chunks[0]
                self._pos = 0
            while len(self._ended) > _ENDED_MAX:
                del self._ended[next(iter(self._ended))]
            self._arrived(stream)
            return True
        raise ProtocolError(f"a message of type {kind}, which no server sends")

    def _begin_pieces(self, length: int) -> bool:
        """A long frame that is not whole yet: if it is a stream's data, they are filed as they come."""
        if not self._whole(wire.HEADER_SIZE):
            return False
        chunks = self.chunks
        buf = chunks[0]
        header: tuple[int, int, int, int, int, int, int] = _unpack_header(buf, self._pos)
        _, program, version, number, kind, serial, status = header
        stream = self.streams.get(serial)
        procedure = None if stream is None else stream.procedure
        if (
            kind != wire.STREAM or status != wire.CONTINUE or procedure is None or procedure.number != number
            or _EXPECTED.get(program) != version
        ):  # fmt: skip
            return False  # filed, or refused, when it is whole
        rest = length - wire.HEADER_SIZE
        at = self._pos + wire.HEADER_SIZE
        whole = at == len(buf)
        # One step.
        self._rest = rest
        self._rest_of = stream
        self._pos = at
        if whole:
            del chunks[0]
            self._pos = 0
        return True

    def _file_piece(self) -> bool:
        """Files what has come of a stream's data frame; the owner is told when it is whole."""
        if not self._whole(min(self._rest, _LEAST)):
            return False
        chunks = self.chunks
        buf = chunks[0]
        pos = self._pos
        stream = self._rest_of
        assert stream is not None
        end = min(len(buf), pos + self._rest)
        rest = self._rest - (end - pos)
        whole = end == len(buf)
        body = buf if whole and pos == 0 else buf[pos:end]
        cost = FRAME_COST + len(body)
        keep = not stream.abandoned
        # One step.
        if keep:
            stream.frames[stream.tail] = (wire.STREAM, wire.CONTINUE, body, 0)
            stream.tail += 1
            stream.buffered += cost
        self._rest = rest
        self._pos = end
        if not rest:
            stream.ready = True
            self.received += 1
        if whole:
            del chunks[0]
            self._pos = 0
        if not rest or stream.buffered > stream.bound:
            self._arrived(stream)
        return True

    def _arrived(self, stream: StreamState) -> None:
        if stream.buffered > stream.bound and not stream.abandoned:
            stream.overflow()
            self.control_frames.append(stream.frame(wire.STREAM, wire.ERROR))
        self._notify_stream(stream)

    def drop_events(self) -> None:
        """What becomes of arrived events while nobody is there who wants any."""
        with self.lock:
            self.events.clear()
            self.events_head = self.events_tail
            self.events_pending = False

    def _file_hole_error(
        self, number: int, serial: int, status: int, body: bytes, body_at: int, stop: int, whole: bool
    ) -> bool:
        """A reply without a call: libvirt answers so to a hole in a stream that it can't make."""
        stream = self.streams.get(serial)
        if (
            stream is None
            or status != wire.ERROR
            or stream.procedure is None
            or stream.procedure.number != number
        ):
            raise ProtocolError(f"a reply to a call that was never made (serial {serial})")
        cost = FRAME_COST + len(body) - body_at
        stream.frames[stream.tail] = (wire.STREAM, status, body, body_at)
        stream.tail += 1
        stream.buffered += cost
        stream.ready = True
        del self.streams[serial]
        self._pos = stop
        self.received += 1
        if whole:
            del self.chunks[0]
            self._pos = 0
        self._notify_stream(stream)
        return True

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

    def abort_stream(self, stream: StreamState) -> None:
        """Owes the peer the word that a stream, if it is open, is aborted; what still comes for it is dropped."""
        with self.lock:
            self._abort_stream(stream)

    def _abort_stream(self, stream: StreamState) -> None:
        if stream.abandoned or self.error is not None or self.streams.get(stream.serial) is not stream:
            return
        abort = stream.frame(wire.STREAM, wire.ERROR)
        stream.abandoned = True
        self.control_frames.append(abort)
        stream.drop()

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
        """Owes the peer a call that waits for nothing, and whose reply nobody waits for. The lock is held."""
        call = self.make_call_no_reply(procedure, *args)
        # One step.
        self.pending[call.serial] = call
        self.control_frames += [call.data]

    def make_call_no_reply(self, procedure: Procedure[..., Any], *args: Any) -> Call:
        """Such a call, for who has to put it in `pending`, and its data in `control_frames`, in a step of its own."""
        call = Call(procedure, args)
        call.abandoned = True
        call.state = SENT
        call.serial = self._next_serial()
        body = procedure.encode_call(*args)
        call.data = procedure.header(wire.CALL, call.serial, wire.OK, len(body)) + body
        return call

    def close_fds(self, call: Call) -> None:
        """Closes what a reply brought and nobody takes."""
        for fd in call.fds_in or ():
            os.close(fd)
        call.fds_in = None

    def close_leftover_fds(self) -> None:
        while self.fds:
            os.close(self.fds.pop())


def _nobody(waiter: Waiter) -> None:
    raise AssertionError("a session without a pump")


def _nothing() -> None: ...


_error_decoder: Any = None


def _decode_error(body: bytes, at: int) -> Any:
    global _error_decoder
    if _error_decoder is None:
        _error_decoder = compile_decoder("remote_error")
    return _error_decoder(body, at)
