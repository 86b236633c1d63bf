"""From received bytes to filed messages: the part of a session that belongs to its reader.

The link appends what it receives to `chunks`. `process` files each whole frame: it stores it with the call, stream or
events it is for. The rest of the bytes stays. A frame is filed in one step, plain statements without a call between
them, which ends with `_filed = stop`: the bytes up to there are done. What follows can be done again by the next
thread: `_consume` drops the bytes, `_follow_up` wakes whom the message is for. A filed frame is never filed again.
"""

from __future__ import annotations

from .._protocol import frame as wire
from ..errors import CLOSE_EOF, ConnectionLost, ProtocolError, lost
from .call import DONE, Call
from .guard import under_lock
from .keepalive import PONG, PROGRAM
from .stream import FRAME_COST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import LockType
    from collections.abc import Callable

    from ..errors import ConnectionClosed
    from .stream import StreamState

_PING = 1
_unpack_header = wire.HEADER.unpack_from
_unpack_length = wire.COUNT.unpack_from

#: So many ended streams are remembered: the daemon may send more for one, a second error for example, or the answer to
#: an abort that came too late.
_ENDED_MAX = 64
#: When more than so many pieces of a frame wait, small ones are joined to this size: each look goes through them all.
_PIECES_MAX, _PIECE = 64, 65536

#: What is received at a time: a larger buffer costs more to make for each read than most reads take.
RECEIVE_SIZE = 65536
#: The same for a frame that is known to be longer; more than a socket holds.
LONG_SIZE = 262144

#: A stream's long frame is filed in pieces of at least this size: to keep a piece has a cost of its own.
_LEAST = 16384


class Filing:
    """Everything here but `process` runs with the session's lock held."""

    lock: LockType
    forgotten: list[StreamState]

    def __init__(self) -> None:
        self.pending: dict[int, Call] = {}
        self.streams: dict[int, StreamState] = {}
        self._ended: dict[int, int] = {}
        #: Frames to be sent for which no caller waits: answers to keepalive, aborts of streams, calls without a caller.
        self.control_frames: list[bytes] = []
        #: Arrived events by running number, from `events_head` to before `events_tail`.
        self.events: dict[int, tuple[int, int, bytes, int]] = {}
        self.events_head = 0
        self.events_tail = 0
        #: Events have arrived that nobody has handed out yet.
        self.events_pending = False

        #: What the other end has said about its end; see `Link`.
        self.last_words: Callable[[], str] = str

        # The reader's own:
        self.chunks: list[bytes] = []
        self.fds: list[int] = []
        #: How much to ask for next. What a pump asks for instead is right too.
        self.next_size = RECEIVE_SIZE
        #: Changes whenever something has come, if only part of a frame: a sign of life.
        self.heard = 0
        #: Whole frames received.
        self.received = 0
        self._pos: int = 0
        #: Up to where the bytes of the first chunk are filed but not dropped yet; 0 for none.
        self._filed = 0
        #: The call or stream whose message was filed and not followed up yet.
        self._unfinished: Call | StreamState | None = None
        #: How many bytes are still to come of a stream's data frame that is filed in pieces, and the stream.
        self._rest = 0
        self._rest_of: StreamState | None = None
        #: How often something was received since the last long frame.
        self._since_long = 2

    def lost(self, error: ConnectionLost | ConnectionClosed) -> None:
        raise NotImplementedError

    def _clean_up(self) -> None:
        raise NotImplementedError

    def _follow_up(self) -> None:
        raise NotImplementedError

    def process(self) -> None:
        """Files every whole frame that has arrived."""
        self.heard += 1
        try:
            self._file_all()
            wire.check_strays(len(self.fds), wire.FDS_MAX if self.chunks else 0)
        except ConnectionLost as error:
            self.lost(error)

    @under_lock
    def _file_all(self) -> None:
        if self._unfinished is not None or self.forgotten:
            self._clean_up()
        while self._file_next():
            pass
        self.next_size = self._choose_size()

    def file_only_reply(self, call: Call) -> bool:
        """The usual case of `process`: all that has come is the whole reply to this call, and no error.

        False when it is anything else. `chunks` must have been empty before. Takes no lock: it is one step.
        """
        chunks = self.chunks
        reply = chunks[0]
        size = len(reply)
        procedure = call.procedure
        serial = call.serial
        if (
            size < wire.HEADER_SIZE
            or self.fds
            or _unpack_header(reply, 0)
            != (size, procedure.program, procedure.version, procedure.number, wire.REPLY, serial, wire.OK)
        ):  # fmt: skip
            return False
        # One step.
        call.body = reply
        call.body_at = wire.HEADER_SIZE
        call.state = DONE
        call.ready = True
        del self.pending[serial]
        self.received += 1
        self.heard += 1
        del chunks[0]
        return True

    # --- bytes -------------------------------------------------------------------------------------

    def _choose_size(self) -> int:
        """How many bytes to ask for next.

        For a long frame that has begun, exactly its rest: what is received alone needs no copy.
        """
        chunks = self.chunks
        if self._rest:
            self._since_long = 0
            return min(self._rest + self._pos - sum(map(len, chunks)), LONG_SIZE)
        if chunks and len(chunks[0]) - self._pos >= 4:
            length: int = _unpack_length(chunks[0], self._pos)[0]
            rest = length + self._pos - sum(map(len, chunks))
            return min(max(rest, RECEIVE_SIZE), LONG_SIZE)
        # A daemon reads 256 KiB of a volume at a time, and sends them as a long frame and a short one with what did not
        # fit. After the short one the next long one is expected, so its header alone is read first.
        self._since_long += 1
        return wire.HEADER_SIZE if self._since_long == 2 else RECEIVE_SIZE

    def _contiguous(self, need: int) -> bool:
        """Joins chunks until `need` unread bytes lie in the first one; False when fewer have come."""
        chunks = self.chunks
        if chunks and len(chunks[0]) - self._pos >= need:
            return True
        if sum(map(len, chunks)) - self._pos < need:
            if chunks and not chunks[-1]:
                words = self.last_words()
                raise lost(f"the daemon closed the connection{': ' if words else ''}{words}", CLOSE_EOF)
            if len(chunks) > _PIECES_MAX:
                self._join_pieces()
            return False
        # What was filed is dropped. An empty chunk at the end stays: it means the end of the file.
        joined = b"".join([memoryview(chunks[0])[self._pos :], *chunks[1:]])
        fresh = [joined] if chunks[-1] else [joined, b""]
        # One step.
        chunks[:] = fresh
        self._pos = 0
        return True

    def _join_pieces(self) -> None:
        chunks = self.chunks
        at = len(chunks)
        while at > 1 and len(chunks[at - 1]) < _PIECE:
            at -= 1
        if len(chunks) - at > _PIECES_MAX:
            joined = [b"".join(chunks[at:])]
            chunks[at:] = joined

    def _consume(self) -> None:
        """Drops the bytes that were filed."""
        chunks = self.chunks
        stop = self._filed
        whole = stop == len(chunks[0])
        # One step.
        self._filed = 0
        self._pos = stop
        if whole:
            self._pos = 0
            del chunks[0]

    # --- frames ------------------------------------------------------------------------------------

    def _file_next(self) -> bool:
        """Files the next frame, or the next piece of one; False when it has not come yet."""
        if self._filed:
            self._consume()  # an interrupted thread has not done it
        if self._unfinished is not None:
            self._follow_up()
        chunks = self.chunks
        if not chunks:
            return False
        if not (self._file_piece() if self._rest else self._file_frame()):
            return False
        self._consume()
        if self._unfinished is not None:
            self._follow_up()
        return True

    def _file_frame(self) -> bool:
        if not self._contiguous(4):
            return False
        chunks = self.chunks
        length: int = _unpack_length(chunks[0], self._pos)[0]
        if length < wire.HEADER_SIZE or length > wire.FRAME_MAX:
            wire.check_length(length)
        if not self._contiguous(length):
            return length > RECEIVE_SIZE and self._begin_pieces(length)
        buf = chunks[0]
        pos: int = self._pos
        end = pos + length
        header: tuple[int, int, int, int, int, int, int] = _unpack_header(buf, pos)
        _, program, version, number, kind, serial, status = header
        wire.check_program(program, version)
        at = pos + wire.HEADER_SIZE
        if kind == wire.REPLY_WITH_FDS:
            count = wire.fd_count(buf[at : min(end, at + 4)], 0)
            if not self._contiguous(length + count):
                return False
            wire.check_fds(count, len(self.fds))
            # Joining may have moved them to the front.
            end = self._pos + length
            body = self.chunks[0][end - length + wire.HEADER_SIZE + 4 : end]
            return self._file_reply(program, number, serial, status, body, 0, count, end + count)
        # A frame alone in its chunk needs no copy. Of a chunk with others a view would keep all of it in memory.
        body = buf if pos == 0 and end == len(buf) else buf[at:end]
        if body is not buf:
            at = 0
        if kind == wire.REPLY:
            if serial in self.pending:
                return self._file_reply(program, number, serial, status, body, at, 0, end)
            return self._file_hole_error(number, serial, status, body, at, end)
        if kind == wire.STREAM or kind == wire.STREAM_HOLE:
            return self._file_stream(kind, number, serial, status, body, at, end)
        if kind != wire.MESSAGE:
            raise ProtocolError(f"a message of type {kind}, which no server sends")
        if program == PROGRAM:
            return self._file_keepalive(number, end)
        event = (program, number, body, at)
        # One step.
        self.events[self.events_tail] = event
        self.events_tail += 1
        self.events_pending = True
        self.received += 1
        self._filed = end
        return True

    def _file_reply(
        self, program: int, number: int, serial: int, status: int, body: bytes, at: int, fds: int, stop: int
    ) -> bool:
        call = self.pending.get(serial)
        if call is None:
            raise ProtocolError(f"a reply to a call that was never made (serial {serial})")
        procedure = call.procedure
        if procedure.number != number or procedure.program != program:
            raise ProtocolError(f"a reply of another procedure ({number}) to {procedure.name}")
        if status != wire.OK and status != wire.ERROR:
            raise ProtocolError(f"a reply with the impossible status {status}")
        opens_nothing = call.stream is not None and status == wire.ERROR and serial in self.streams
        fds_in = self.fds[:fds] if fds else None
        # One step.
        call.body = body
        call.body_at = at
        call.status = status
        call.fds_in = fds_in
        call.state = DONE
        call.ready = True
        del self.pending[serial]
        if opens_nothing:
            del self.streams[serial]
        if fds:
            del self.fds[:fds]
        self.received += 1
        self._unfinished = call
        self._filed = stop
        return True

    def _file_hole_error(
        self, number: int, serial: int, status: int, body: bytes, at: int, stop: int
    ) -> bool:
        """Files a reply without a call: libvirt's answer to a hole in a stream that it can't make."""
        stream = self.streams.get(serial)
        if (
            stream is None
            or status != wire.ERROR
            or stream.procedure is None
            or stream.procedure.number != number
        ):
            raise ProtocolError(f"a reply to a call that was never made (serial {serial})")
        self._file_in_stream(stream, wire.STREAM, status, body, at, stop)
        return True

    def _file_keepalive(self, number: int, stop: int) -> bool:
        # One answer is enough for all pings that came. A second one after an interrupt harms nobody.
        if number == _PING and PONG not in self.control_frames:
            self.control_frames.append(PONG)
        # One step.
        self.received += 1
        self._filed = stop
        return True

    def _file_stream(
        self, kind: int, number: int, serial: int, status: int, body: bytes, at: int, stop: int
    ) -> bool:
        stream = self.streams.get(serial)
        if stream is None and self._ended.get(serial) == number:
            # One step.
            self.received += 1
            self._filed = stop
            return True
        if stream is None or stream.procedure is None or stream.procedure.number != number:
            raise ProtocolError(f"stream data for a stream that is not open (serial {serial})")
        wire.check_stream(kind, status, len(body) - at)
        self._file_in_stream(stream, kind, status, body, at, stop)
        return True

    def _file_in_stream(
        self, stream: StreamState, kind: int, status: int, body: bytes, at: int, stop: int
    ) -> None:
        """Files a frame for a stream. Any status but CONTINUE ends the stream."""
        closing = status != wire.CONTINUE
        serial = stream.serial
        number = stream.procedure.number if stream.procedure is not None else 0
        cost = FRAME_COST + len(body) - at
        keep = closing or not stream.abandoned
        frame = (kind, status, body, at)
        if len(self._ended) >= _ENDED_MAX:
            self._forget_ended()
        # One step.
        if keep:
            stream.frames[stream.tail] = frame
            stream.tail += 1
            stream.buffered += cost
        stream.ready = True
        if closing:
            del self.streams[serial]
            self._ended[serial] = number
        self.received += 1
        self._unfinished = stream
        self._filed = stop

    def _forget_ended(self) -> None:
        while len(self._ended) >= _ENDED_MAX:
            del self._ended[next(iter(self._ended))]

    # --- long frames of streams --------------------------------------------------------------------

    def _begin_pieces(self, length: int) -> bool:
        """Begins to file a long frame that is not whole yet in pieces, if it is a stream's data; else False."""
        if not self._contiguous(wire.HEADER_SIZE):
            return False
        header: tuple[int, int, int, int, int, int, int] = _unpack_header(self.chunks[0], self._pos)
        _, program, version, number, kind, serial, status = header
        stream = self.streams.get(serial)
        procedure = None if stream is None else stream.procedure
        if (
            kind != wire.STREAM or status != wire.CONTINUE or procedure is None or procedure.number != number
            or wire.EXPECTED.get(program) != version
        ):  # fmt: skip
            return False  # it is filed, or refused, when it is whole
        rest = length - wire.HEADER_SIZE
        at = self._pos + wire.HEADER_SIZE
        # One step.
        self._rest = rest
        self._rest_of = stream
        self._filed = at
        return True

    def _file_piece(self) -> bool:
        """Files what has come of a stream's data frame; the owner is woken when it is whole."""
        if not self._contiguous(min(self._rest, _LEAST)):
            return False
        buf = self.chunks[0]
        pos = self._pos
        stream = self._rest_of
        assert stream is not None
        end = min(len(buf), pos + self._rest)
        rest = self._rest - (end - pos)
        body = buf if end == len(buf) and pos == 0 else buf[pos:end]
        cost = FRAME_COST + len(body)
        keep = not stream.abandoned
        frame = (wire.STREAM, wire.CONTINUE, body, 0)
        # One step.
        if keep:
            stream.frames[stream.tail] = frame
            stream.tail += 1
            stream.buffered += cost
        self._rest = rest
        self._filed = end
        if not rest:
            stream.ready = True
            self.received += 1
        if not rest or stream.buffered > stream.limit:
            self._unfinished = stream
        return True
