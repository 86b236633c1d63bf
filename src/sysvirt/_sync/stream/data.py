# Made by tools/unasync.py from src/sysvirt/_async/stream/data.py; do not edit.
"""Bytes and holes, as they come and go."""

from __future__ import annotations

from ... import _arguments as check
from ..._protocol import frame as wire
from ...errors import invalid_argument, invalid_type
from .base import StreamBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias, overload

    from ..._generated.constants import StreamRecvFlags
    from ...results.stream import StreamStatus
    from ..connection import Connection

    Data: TypeAlias = bytes | bytearray | memoryview
else:

    def overload(function):
        return None


class DataMethods(StreamBase):
    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        #: What has been taken from the session and not been received yet: data, or the rest of a hole.
        self._data = b""
        self._data_at = 0
        self._hole = 0
        #: The other side has said that nothing more comes.
        self._ended = False

    @overload
    def recv(self, nbytes: int, flags: Literal[0] = 0) -> bytes: ...
    @overload
    def recv(self, nbytes: int, flags: StreamRecvFlags | int) -> bytes | StreamStatus: ...  # noqa: F811
    def recv(self, nbytes: int, flags: StreamRecvFlags | int = 0) -> bytes | StreamStatus:  # noqa: F811
        """At least one byte and at most `nbytes`; `b""` at the end of the stream.

        A hole in a sparse stream comes as zero bytes; with `Stream.RECV_STOP_AT_HOLE` it is told by
        `StreamStatus.AT_HOLE`, and `recv_hole` passes it. [virStreamRecv, virStreamRecvFlags]
        """
        return self._recv(nbytes, flags, True)

    def recv_hole(self, flags: int = 0) -> int:
        """Passes the hole that `recv` has stopped at and returns its length; 0 where there is none.

        [virStreamRecvHole]
        """
        if flags != 0:
            raise invalid_argument("flags", "0 was expected")
        self._must_be_open()
        self._must_be_sparse()
        hole = self._hole
        self._hole = 0
        return hole

    def send(self, data: Data) -> int:
        """Sends all of the data and returns its length; an error of the other side may show later. [virStreamSend]"""
        return self._send_data(check.buffer("data", data))

    def _send_data(self, view: memoryview) -> int:
        self._must_be_open()
        for start in range(0, len(view), wire.STREAM_DATA_MAX):
            self._raise_arrived_error()
            self._send(wire.STREAM, wire.CONTINUE, view[start : start + wire.STREAM_DATA_MAX])
        return len(view)

    def send_hole(self, length: int, flags: int = 0) -> None:
        """Leaves out so many zeros, where the stream was opened as a sparse one. [virStreamSendHole]"""
        size = check.integer("length", length, 0, check.LLONG_MAX)
        check.flags(flags)
        self._must_be_open()
        self._must_be_sparse()
        self._raise_arrived_error()
        self._send(wire.STREAM_HOLE, wire.CONTINUE, wire.HOLE.pack(size, flags))

    # --- receiving ---------------------------------------------------------------------------------

    def _recv(self, nbytes: int, flags: int, wait: bool) -> bytes | StreamStatus:
        if isinstance(nbytes, bool) or not isinstance(nbytes, int):
            raise invalid_type("nbytes", "a number of bytes", nbytes)
        if nbytes < 1:
            raise invalid_argument("nbytes", f"a positive number of bytes was expected, not {nbytes}")
        if flags and flags != self.RECV_STOP_AT_HOLE:
            raise invalid_argument("flags", "Stream.RECV_STOP_AT_HOLE or 0 was expected")
        self._must_be_open()
        me = object()
        roles = self._state.roles
        try:
            self._claim(me)
            return self._received(nbytes, flags, wait)
        finally:
            if "receiver" in roles and roles["receiver"] is me:
                del roles["receiver"]

    def _received(self, nbytes: int, flags: int, wait: bool) -> bytes | StreamStatus:
        while self._data_at == len(self._data):
            if self._hole and flags:
                return status().AT_HOLE
            if self._hole:
                piece = min(self._hole, nbytes, wire.STREAM_DATA_MAX)
                self._hole -= piece
                self._recheck_callback()
                return bytes(piece)
            if self._ended:
                return b""
            if not wait and not self._carrier._pump.poll(self._state):
                self._carrier._pump.session.check()
                return status().WOULD_BLOCK
            self._fill()
        data, at = self._data, self._data_at
        end = min(at + nbytes, len(data))
        self._data_at = end
        self._recheck_callback()
        return data[at:end]  # all of it is no copy

    def _fill(self) -> None:
        """Takes the next frame, waiting for it."""
        frame = self._frame()
        if frame is None:
            self._ended = True
            return
        kind, _, body, at = frame
        if kind == wire.STREAM_HOLE:
            self._hole = wire.HOLE.unpack_from(body, at)[0]
        elif at == len(body):
            self._ended = True
        else:
            self._data = body
            self._data_at = at


def status() -> type[StreamStatus]:
    # An enum is built only when one is needed.
    from ...results.stream import StreamStatus

    return StreamStatus
