"""The server's side of a conversation, without I/O: bytes in, calls out; answers in, bytes out.

The mirror of `_session/core.py`: the same frames and the same codecs, used in the other direction. It keeps no calls,
because a server may answer in any order. It knows the state of the conversation: whether the client has authenticated
and opened its connection, whether that is read-only, and which streams are open. Messages that do not fit the state,
and unknown calls, are refused here as libvirtd refuses them, before a handler is called.
"""

from __future__ import annotations

from .._generated.schema import PROGRAMS
from .._protocol import frame as wire
from .._protocol.table import find, remote
from .._protocol.xdr import compile_decoder, compile_encoder
from .._session.keepalive import PING, PONG
from ..errors import Error, OperationDenied, ProtocolError, RPCError, to_wire
from .readonly import refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeAlias

    from .._protocol.procedure import Procedure
    from .._protocol.xdr import Decoder

    Message: TypeAlias = "Request | StreamInput"

_KEEPALIVE, _KEEPALIVE_VERSION = PROGRAMS["keepalive"]
#: The programs that have calls.
_VERSIONS = {number: version for number, version in PROGRAMS.values() if number != _KEEPALIVE}

#: So many bytes of a message tell how many descriptors are behind it.
_COUNTED = wire.HEADER_SIZE + wire.COUNT.size

_RO = 1  # VIR_CONNECT_RO
_FEATURE_KEEPALIVE = 10
_INTERNAL_ERROR = 1
_FROM_RPC = 7
#: The serial of what answers no call, as libvirtd has it.
_EVENT_SERIAL = 1

#: What may be called by somebody who has not shown who it is; and before a connection has been opened.
_WITHOUT_AUTH = frozenset(
    getattr(remote, "AUTH_" + name) for name in ("LIST", "POLKIT", "SASL_INIT", "SASL_START", "SASL_STEP")
)
_WITHOUT_CONNECTION = _WITHOUT_AUTH | {remote.CONNECT_OPEN, remote.CONNECT_CLOSE}


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
    """Not thread safe: it is used on one thread.

    readonly: the socket is for read-only connections.
    needs_auth: only authentication is possible until `authenticated` is set.
    """

    def __init__(self, readonly: bool = False, needs_auth: bool = False) -> None:
        self.authenticated = not needs_auth
        self.opened = False
        self.readonly = readonly
        #: The client has taken its leave: what is behind that is not read.
        self.closing = False
        #: Open streams by serial, from the reply that opened each to the frame that closes it.
        self.streams: dict[int, Request] = {}
        #: Frames to be sent for which no handler is asked: answers to keepalive, refusals.
        self.control_frames: list[bytes] = []
        #: Whole frames received, as a sign of life for keepalive.
        self.received = 0
        #: Descriptors that came with calls which were refused: the caller closes them.
        self.unwanted: list[int] = []
        self._buffer = bytearray()
        self._fds: list[int] = []

    # --- receiving -----------------------------------------------------------------------------------

    def feed(self, data: bytes, fds: Sequence[int] = ()) -> None:
        """Stores what was received, for `next`."""
        self._buffer += data
        self._fds += fds

    def next(self) -> Message | None:
        """The next whole message; None if there is none yet. Raises ProtocolError for what no client sends.

        Messages before such bytes are returned first.
        """
        while not self.closing:
            size = self._whole()
            if not size:
                return None
            message = self._take(size)
            self.received += 1
            if message is not None:
                return message
        return None

    def give_up(self) -> list[int]:
        """Ends reading; returns the descriptors that are left, which the caller closes."""
        self.closing = True
        fds = self._fds + self.unwanted
        self._buffer.clear()
        self._fds, self.unwanted = [], []
        return fds

    def _whole(self) -> int:
        """The length of the first frame with its filler bytes; 0 if it has not come whole."""
        buffer = self._buffer
        if len(buffer) >= wire.COUNT.size:
            length = wire.COUNT.unpack_from(buffer)[0]
            wire.check_length(length)
            carried = 0
            if len(buffer) >= _COUNTED:
                kind = wire.HEADER.unpack_from(buffer)[4]
                if kind == wire.CALL_WITH_FDS:
                    carried = wire.fd_count(bytes(buffer[:_COUNTED]), wire.HEADER_SIZE)
            if len(buffer) >= length + carried:
                wire.check_fds(carried, len(self._fds))
                return int(length + carried)
            # Those of a message that has begun come with it; others belong to none.
            wire.check_strays(len(self._fds), carried or (wire.FDS_MAX if len(buffer) < _COUNTED else 0))
        elif not buffer:
            wire.check_strays(len(self._fds), 0)
        return 0

    def _take(self, size: int) -> Message | None:
        buffer = self._buffer
        length, program, version, number, kind, serial, status = wire.HEADER.unpack_from(buffer)
        body = bytes(memoryview(buffer)[wire.HEADER_SIZE : length])
        del buffer[:size]
        fds: list[int] = []
        if kind == wire.CALL_WITH_FDS:
            wire.fd_count(body, 0)
            count = size - length
            body = body[wire.COUNT.size :]
            fds, self._fds = self._fds[:count], self._fds[count:]
        if kind in (wire.CALL, wire.CALL_WITH_FDS):
            return self._call(program, version, number, serial, status, body, fds)
        if program == _KEEPALIVE and version == _KEEPALIVE_VERSION and kind == wire.MESSAGE:
            # Ping and pong both count in `received`; a ping is answered as well.
            if number == 1:
                self.control_frames.append(PONG)
        elif kind in (wire.STREAM, wire.STREAM_HOLE):
            opener = self.streams.get(serial)
            # A client may send on until it has read that its stream has ended here.
            if opener is not None and _is_of(opener.procedure, program, version, number):
                return _stream_input(opener, kind, status, body)
        return None  # only calls are answered

    def _call(
        self, program: int, version: int, number: int, serial: int, status: int, body: bytes, fds: list[int]
    ) -> Request | None:
        """The call, or None for one that can only be refused."""
        try:
            procedure = self._admitted(program, version, number, status)
            args = _arguments(procedure, body)
            self._check_state(procedure, args)
        except Error as error:
            self.unwanted += fds
            self.control_frames.append(
                wire.frame(program, version, number, wire.REPLY, serial, wire.ERROR, _encode_error(error))
            )
            return None
        return Request(procedure, serial, args, fds)

    def _admitted(self, program: int, version: int, number: int, status: int) -> Procedure[..., Any]:
        if _VERSIONS.get(program) != version:
            raise RPCError(f"Cannot find program {program} version {version}")
        if status != wire.OK:
            raise RPCError(f"Unexpected message status {status}")
        procedure = find(program, number)
        if procedure is None or procedure.is_event:
            raise RPCError(f"unknown procedure: {number}")
        if not self.authenticated and procedure not in _WITHOUT_AUTH:
            raise RPCError("authentication required")
        return procedure

    def _check_state(self, procedure: Procedure[..., Any], args: tuple[Any, ...]) -> None:
        if procedure is remote.CONNECT_OPEN:
            if self.opened:
                raise Error("internal error: connection already open", _INTERNAL_ERROR, _FROM_RPC)
        elif not self.opened:
            asked_early = procedure is remote.CONNECT_SUPPORTS_FEATURE and args[0] == _FEATURE_KEEPALIVE
            if procedure not in _WITHOUT_CONNECTION and not asked_early:
                raise Error("internal error: hypervisor connection not open", _INTERNAL_ERROR, _FROM_RPC)
        elif self.readonly:
            refused = refusal(procedure, args)
            if refused:
                what, domain = refused
                raise OperationDenied(f"operation forbidden: {what}", domain=domain)

    # --- sending -------------------------------------------------------------------------------------

    def reply(self, request: Request, *fields: object, fds: int = 0) -> bytes:
        """The answer to a call; `fds` descriptors follow, each with one filler byte."""
        procedure = request.procedure
        body = procedure.encode_reply(*fields)
        if fds:
            body = wire.COUNT.pack(fds) + body
        answer = _frame(procedure, wire.REPLY_WITH_FDS if fds else wire.REPLY, request.serial, wire.OK, body)
        # From here on it cannot fail.
        if procedure.reads_stream or procedure.writes_stream:
            self.streams[request.serial] = request
        elif procedure is remote.CONNECT_OPEN:
            self.opened = True
            self.readonly = self.readonly or bool(request.args[1] & _RO)
        elif procedure is remote.CONNECT_CLOSE:
            self.closing = True
        return answer

    def error(self, request: Request, error: Error) -> bytes:
        """The answer to a call that failed."""
        return _frame(request.procedure, wire.REPLY, request.serial, wire.ERROR, _encode_error(error))

    def event(self, procedure: Procedure[..., Any], *fields: object) -> bytes:
        return _frame(procedure, wire.MESSAGE, _EVENT_SERIAL, wire.OK, procedure.encode_reply(*fields))

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
    if wire.HEADER_SIZE + len(body) > wire.FRAME_MAX:
        raise RPCError("Unable to encode message payload")
    return procedure.header(kind, serial, status, len(body)) + body


def _is_of(procedure: Procedure[..., Any], program: int, version: int, number: int) -> bool:
    return (procedure.program, procedure.version, procedure.number) == (program, version, number)


_decoders: dict[Procedure[..., Any], Decoder] = {}


def _arguments(procedure: Procedure[..., Any], body: bytes) -> tuple[Any, ...]:
    """The arguments of a call; further ones of a newer client are ignored."""
    decode = _decoders.get(procedure)
    if decode is None:
        decode = _decoders[procedure] = compile_decoder(procedure._args, rest=True)
    try:
        args: tuple[Any, ...] = decode(body, 0)
    except ProtocolError:
        raise RPCError("Unable to decode message payload") from None
    return args


def _stream_input(request: Request, kind: int, status: int, body: bytes) -> StreamInput:
    if kind == wire.STREAM:
        return StreamInput(request, status, body, 0)
    wire.check_hole(len(body))
    return StreamInput(request, wire.CONTINUE, b"", wire.HOLE.unpack_from(body)[0])


_error_encoder: Any = None


def _encode_error(error: Error) -> bytes:
    global _error_encoder
    if _error_encoder is None:
        _error_encoder = compile_encoder("remote_error")
    encoded: bytes = _error_encoder(*to_wire(error))
    return encoded
