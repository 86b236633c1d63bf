"""The server's side of a conversation, without I/O: bytes in, calls out; replies in, bytes out.

The mirror of `core.py`: the same frames and the same codecs, used in the other direction. It keeps no
calls in flight, because a server may answer in any order; it only knows which streams are open.
"""

from __future__ import annotations

from .._generated.schema import PROGRAMS
from .._protocol import frame as wire
from .._protocol.table import find
from .._protocol.xdr import compile_encoder
from ..errors import Error, ProtocolError, RPCError, to_wire
from .keepalive import PING, PONG

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeAlias

    from .._protocol.procedure import Procedure

    Message: TypeAlias = "Request | StreamInput"

_KEEPALIVE = PROGRAMS["keepalive"][0]
_EXPECTED = dict(PROGRAMS.values())


class Request:
    """A call as it came. Descriptors that came with it are the receiver's to close."""

    __slots__ = ("args", "fds", "procedure", "serial")

    def __init__(
        self, procedure: Procedure[..., Any], serial: int, args: tuple[Any, ...], fds: list[int]
    ) -> None:
        self.procedure = procedure
        self.serial = serial
        self.args = args
        self.fds = fds


class StreamInput:
    """What a client sent on an open stream: data or a hole (CONTINUE), its end (OK), or its abort (ERROR)."""

    __slots__ = ("data", "hole", "request", "status")

    def __init__(self, request: Request, status: int, data: bytes, hole: int) -> None:
        self.request = request
        self.status = status
        self.data = data
        self.hole = hole


class ServerSession:
    """Not thread safe: whoever runs it sees to that."""

    def __init__(self) -> None:
        #: Open streams by serial, from the reply that opened each to the frame that closes it.
        self.streams: dict[int, Request] = {}
        #: Frames that this side owes the client: answers to keepalive, refusals of what is no call.
        self.control_frames: list[bytes] = []
        #: Whole frames received: tells keepalive that something came.
        self.received = 0
        self._buffer = bytearray()
        self._fds: list[int] = []

    # --- receiving -----------------------------------------------------------------------------------

    def receive(self, data: bytes, fds: Sequence[int] = ()) -> list[Message]:
        """Every whole message that is there with these bytes; ProtocolError for what no client sends."""
        self._buffer += data
        self._fds += fds
        found: list[Message] = []
        while self._next(found):
            self.received += 1
        return found

    def take_fds(self) -> list[int]:
        """Descriptors whose message never came whole: the caller closes them."""
        fds, self._fds = self._fds, []
        return fds

    def _next(self, found: list[Message]) -> bool:
        buffer = self._buffer
        if len(buffer) < wire.HEADER_SIZE:
            if len(buffer) >= wire.COUNT.size:
                wire.check_length(wire.COUNT.unpack_from(buffer)[0])
            return False
        length, program, version, number, kind, serial, status = wire.HEADER.unpack_from(buffer)
        wire.check_length(length)
        if len(buffer) < length:
            return False
        body = bytes(memoryview(buffer)[wire.HEADER_SIZE : length])
        fds: list[int] = []
        count = 0
        if kind == wire.CALL_WITH_FDS:
            count = wire.fd_count(body, 0)
            if len(buffer) < length + count:
                return False
            if len(self._fds) < count:
                raise ProtocolError(f"a message with {count} descriptors came with {len(self._fds)}")
            fds = self._fds[:count]
            body = body[wire.COUNT.size :]
            del self._fds[:count]
        del buffer[: length + count]
        if _EXPECTED.get(program) != version:
            raise ProtocolError(f"a message of an unknown program ({program:#x} version {version})")
        if kind in (wire.CALL, wire.CALL_WITH_FDS):
            request = self._request(program, version, number, serial, body, fds)
            if request is not None:
                found.append(request)
        elif kind == wire.MESSAGE and program == _KEEPALIVE:
            # Both ask for what `received` tells; a ping wants its answer besides.
            if number == 1:
                self.control_frames.append(PONG)
        elif kind in (wire.STREAM, wire.STREAM_HOLE):
            opener = self.streams.get(serial)
            # A client may send on until it hears that its stream has ended here.
            if opener is not None and opener.procedure.number == number:
                found.append(_stream_input(opener, kind, status, body))
        else:
            raise ProtocolError(f"a message of type {kind}, which no client sends")
        return True

    def _request(
        self, program: int, version: int, number: int, serial: int, body: bytes, fds: list[int]
    ) -> Request | None:
        """The call, or None for one that can only be refused."""
        procedure = find(program, number)
        if procedure is None or procedure.is_event:
            refusal = RPCError(f"unknown procedure: {number}")
        else:
            try:
                return Request(procedure, serial, procedure.decode_call(body, 0), fds)
            except ProtocolError as error:
                refusal = RPCError(f"the arguments of {procedure.name} can't be decoded: {error.message}")
        self._fds += fds
        self.control_frames.append(
            wire.frame(program, version, number, wire.REPLY, serial, wire.ERROR, _encode_error(refusal))
        )
        return None

    # --- sending -------------------------------------------------------------------------------------

    def reply(self, request: Request, *fields: object, fds: int = 0) -> bytes:
        """The answer to a call; `fds` descriptors follow, each with one filler byte."""
        procedure = request.procedure
        body = procedure.encode_reply(*fields)
        if procedure.reads_stream or procedure.writes_stream:
            self.streams[request.serial] = request
        if not fds:
            return _frame(procedure, wire.REPLY, request.serial, wire.OK, body)
        return _frame(procedure, wire.REPLY_WITH_FDS, request.serial, wire.OK, wire.COUNT.pack(fds) + body)

    def error(self, request: Request, error: Error) -> bytes:
        """The answer to a call that failed."""
        return _frame(request.procedure, wire.REPLY, request.serial, wire.ERROR, _encode_error(error))

    def event(self, procedure: Procedure[..., Any], *fields: object) -> bytes:
        return _frame(procedure, wire.MESSAGE, 0, wire.OK, procedure.encode_reply(*fields))

    def data(self, request: Request, data: bytes) -> bytes:
        """A piece of a stream; an empty one marks its end."""
        return _frame(request.procedure, wire.STREAM, request.serial, wire.CONTINUE, data)

    def hole(self, request: Request, length: int) -> bytes:
        """Zeros in a sparse stream."""
        body = wire.HOLE.pack(length, 0)
        return _frame(request.procedure, wire.STREAM_HOLE, request.serial, wire.CONTINUE, body)

    def confirm(self, request: Request) -> bytes:
        """The answer to a client's end or abort of a stream, which closes it."""
        self.streams.pop(request.serial, None)
        return _frame(request.procedure, wire.STREAM, request.serial, wire.OK, b"")

    def stream_error(self, request: Request, error: Error) -> bytes:
        """Closes a stream that failed here."""
        self.streams.pop(request.serial, None)
        return _frame(request.procedure, wire.STREAM, request.serial, wire.ERROR, _encode_error(error))

    @staticmethod
    def ping() -> bytes:
        return PING


def _frame(procedure: Procedure[..., Any], kind: int, serial: int, status: int, body: bytes) -> bytes:
    return procedure.header(kind, serial, status, len(body)) + body


def _stream_input(request: Request, kind: int, status: int, body: bytes) -> StreamInput:
    if status not in (wire.OK, wire.ERROR, wire.CONTINUE):
        raise ProtocolError(f"stream data with the impossible status {status}")
    if kind == wire.STREAM:
        return StreamInput(request, status, body, 0)
    if len(body) != wire.HOLE.size:
        raise ProtocolError(f"a stream hole of {len(body)} bytes instead of {wire.HOLE.size}")
    return StreamInput(request, status, b"", wire.HOLE.unpack(body)[0])


_error_encoder: Any = None


def _encode_error(error: Error) -> bytes:
    global _error_encoder
    if _error_encoder is None:
        _error_encoder = compile_encoder("remote_error")
    encoded: bytes = _error_encoder(*to_wire(error))
    return encoded
