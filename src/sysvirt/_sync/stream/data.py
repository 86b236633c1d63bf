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

    Data: TypeAlias = bytes | bytearray | memoryview
else:

    def overload(function):
        return None


class DataMethods(StreamBase):
    @overload
    def recv(self, nbytes: int, flags: Literal[0] = 0) -> bytes: ...
    @overload
    def recv(self, nbytes: int, flags: StreamRecvFlags | int) -> bytes | StreamStatus: ...  # noqa: F811
    def recv(self, nbytes: int, flags: StreamRecvFlags | int = 0) -> bytes | StreamStatus:  # noqa: F811
        """At least one byte and at most `nbytes`; `b""` at the end of the stream.

        A hole in a sparse stream comes as zero bytes. With `Stream.RECV_STOP_AT_HOLE`, `StreamStatus.AT_HOLE` is
        returned instead, and `recv_hole` skips the hole. [virStreamRecv, virStreamRecvFlags]
        """
        check.expect("flags", flags, "StreamRecvFlags")
        return self._recv(nbytes, flags, True)

    def recv_hole(self, flags: int = 0) -> int:
        """Skips the hole that `recv` has stopped at, and returns its length; 0 if there is none.

        [virStreamRecvHole]
        """
        check.expect("flags", flags)
        if flags != 0:
            raise invalid_argument("flags", "0 was expected")
        self._must_be_open()
        self._must_be_sparse()
        state = self._state
        hole = state.hole
        state.hole = 0
        return hole

    def send(self, data: Data) -> int:
        """Sends all of the data and returns its length; an error of the daemon may be raised later. [virStreamSend]"""
        return self._send_data(check.buffer("data", data))

    def _send_data(self, view: memoryview) -> int:
        self._must_be_open()
        for start in range(0, len(view), wire.STREAM_DATA_MAX):
            self._raise_arrived_error()
            self._send(wire.STREAM, wire.CONTINUE, view[start : start + wire.STREAM_DATA_MAX])
        return len(view)

    def send_hole(self, length: int, flags: int = 0) -> None:
        """Sends a hole of `length` bytes; the stream must have been opened as a sparse one. [virStreamSendHole]"""
        size = check.integer("length", length, 0, check.LLONG_MAX)
        check.expect("flags", flags)
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
        return self._as_receiver(self._received, nbytes, flags, wait)

    def _received(self, nbytes: int, flags: int, wait: bool) -> bytes | StreamStatus:
        state = self._state
        while state.data_at == len(state.data):
            if state.hole and flags:
                return status().AT_HOLE
            if state.hole:
                length = min(state.hole, nbytes, wire.STREAM_DATA_MAX)
                zeros = bytes(length)
                state.hole -= length
                return zeros
            if state.ended:
                return b""
            if not wait and not self._channel.pump.poll(state):
                self._channel.session.check()
                return status().WOULD_BLOCK
            if self._open_frame():
                state.ended = True
            self._recheck_callback()
        at = state.data_at
        end = min(at + nbytes, len(state.data))
        piece = state.data[at:end]  # all of it is no copy
        # Last, so that who is interrupted before has received nothing.
        state.data_at = end
        return piece


def status() -> type[StreamStatus]:
    # An enum is built only when one is needed.
    from ...results.stream import StreamStatus

    return StreamStatus
