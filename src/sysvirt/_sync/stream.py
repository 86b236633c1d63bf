# Made by tools/unasync.py from src/sysvirt/_async/stream.py; do not edit.
"""Streams: bytes in and out beside the calls, for consoles, channels and transfers."""

from __future__ import annotations

from .._generated.constants import StreamConstants
from .._protocol import frame as wire
from .._session.stream import StreamState
from ..errors import OperationInvalid, StreamAborted, invalid_argument, invalid_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, ParamSpec, Self, TypeVar

    from .._protocol.procedure import Procedure
    from .connection import Connection

    P = ParamSpec("P")
    R = TypeVar("R")

_HOLE_PIECE = bytes(64 * 1024)


class Stream(StreamConstants):
    """Made by `Connection.new_stream`, opened by what it is given to (`Domain.open_console` ...).

    `with stream:` finishes it on success and aborts it when the block raises.
    """

    __module__ = "sysvirt"

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._carrier = connection
        self._owns_carrier = False
        self._state = StreamState()
        self._status = "new"
        self._data = memoryview(b"")
        self._hole = 0

    # --- opening and closing -----------------------------------------------------------------------

    def _open(
        self, carrier: Connection, own: bool, procedure: Procedure[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Makes the call that this stream belongs to, over a connection that it may own."""
        if self._status != "new":
            raise OperationInvalid("a stream is opened once; this one has been")
        self._carrier = carrier
        self._owns_carrier = own
        reply = carrier._call_on_stream(self._state, procedure, *args, **kwargs)
        self._status = "open"
        return reply

    def finish(self) -> None:
        """Ends the stream well: raises if what was sent or received did not arrive whole. [virStreamFinish]"""
        self._must_be_open()
        try:
            self._send(wire.STREAM, wire.OK)
            while self._frame() is not None:
                pass
        finally:
            self._end("finished")

    def abort(self) -> None:
        """Breaks the stream off; nothing is known of what was on its way. [virStreamAbort]"""
        if self._status != "open":
            return
        try:
            if not self._owns_carrier and not self._state.abandoned and self._connection.is_alive():
                self._state.abandoned = True
                self._send(wire.STREAM, wire.ERROR)
        finally:
            self._end("aborted")

    def _end(self, status: str) -> None:
        if self._status == "open":
            self._status = status
            self._data = memoryview(b"")
            if self._owns_carrier:
                self._carrier.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status != "open":
            return
        if kind is None:
            self.finish()
        else:
            self.abort()

    def __repr__(self) -> str:
        procedure = self._state.procedure
        name = f" of {procedure.name}" if procedure is not None else ""
        return f"<{type(self).__module__}.Stream {self._status}{name}>"

    # --- bytes -------------------------------------------------------------------------------------

    def recv(self, nbytes: int, flags: int = 0) -> bytes:
        """At least one byte and at most `nbytes`; `b""` at the end of the stream. [virStreamRecv]

        A hole in a sparse stream comes as zero bytes.
        """
        if isinstance(nbytes, bool) or not isinstance(nbytes, int):
            raise invalid_type("nbytes", "a number of bytes", nbytes)
        if nbytes < 1:
            raise invalid_argument("nbytes", f"a positive number of bytes was expected, not {nbytes}")
        if flags != 0:
            raise invalid_argument("flags", "0 was expected")
        self._must_be_open()
        while not len(self._data):
            if self._hole:
                piece = min(self._hole, len(_HOLE_PIECE))
                self._data = memoryview(_HOLE_PIECE)[:piece]
                self._hole -= piece
            elif not self._fill():
                return b""
        data = bytes(self._data[:nbytes])
        self._data = self._data[nbytes:]
        return data

    def send(self, data: bytes | bytearray | memoryview) -> int:
        """Sends all of the data and returns its length; an error of the other side may show later. [virStreamSend]"""
        view = memoryview(data).cast("B")
        self._must_be_open()
        for start in range(0, len(view), wire.STREAM_DATA_MAX):
            self._raise_arrived_error()
            self._send(wire.STREAM, wire.CONTINUE, bytes(view[start : start + wire.STREAM_DATA_MAX]))
        return len(view)

    def read(self, size: int = -1) -> bytes:
        """As a file: exactly `size` bytes, fewer only at the end; everything up to the end with -1."""
        parts: list[bytes] = []
        while size != 0:
            part = self.recv(size if size > 0 else wire.STREAM_DATA_MAX)
            if not part:
                break
            parts.append(part)
            if size > 0:
                size -= len(part)
        return b"".join(parts)

    def readinto(self, buffer: bytearray | memoryview) -> int:
        """As a file: fills the buffer as far as one `recv` does."""
        view = memoryview(buffer).cast("B")
        if not len(view):
            return 0
        data = self.recv(len(view))
        view[: len(data)] = data
        return len(data)

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """As a file: `send`."""
        return self.send(data)

    # --- frames ------------------------------------------------------------------------------------

    def _send(self, kind: int, status: int, body: bytes = b"") -> None:
        deadline = self._carrier._deadline("stream")
        self._carrier._pump.send_frame(self._state.frame(kind, status, body), deadline)

    def _fill(self) -> bool:
        frame = self._frame()
        if frame is None:
            return False
        kind, _, body, at = frame
        if kind == wire.STREAM_HOLE:
            self._hole = wire.HOLE.unpack_from(body, at)[0]
            return True
        self._data = memoryview(body)[at:]
        return len(self._data) > 0

    def _frame(self) -> tuple[int, int, bytes, int] | None:
        """The next frame, waiting for it; None for the other side's confirmation, its error raised."""
        state = self._state
        carrier = self._carrier
        while True:
            frame = self._take()
            if frame is not None:
                break
            carrier._pump.session.check()
            if not carrier._pump.wait_ready(state, carrier._deadline("stream")):
                raise carrier._pump.stream_timeout()
        if frame[1] == wire.CONTINUE:
            return frame
        if frame[1] == wire.OK:
            return None
        raise self._failure(frame)

    def _take(self) -> tuple[int, int, bytes, int] | None:
        state = self._state
        with self._carrier._pump.session.lock:
            if state.overflowed:
                raise StreamAborted("the stream was aborted: nobody read it while others used its connection")
            return state.take()

    def _raise_arrived_error(self) -> None:
        """Ends a send early when the other side has said already that it failed."""
        state = self._state
        with self._carrier._pump.session.lock:
            last = state.frames.get(state.tail - 1)
        if last is not None and last[1] == wire.ERROR:
            raise self._failure(last)

    def _failure(self, frame: tuple[int, int, bytes, int]) -> Exception:
        procedure: Any = self._state.procedure
        return self._carrier._pump.session.failure(procedure, frame[2], frame[3])

    def _must_be_open(self) -> None:
        self._carrier._pump.check_process()
        if self._status != "open":
            text = "is not open yet" if self._status == "new" else f"was {self._status}"
            raise OperationInvalid(f"the stream {text}")
