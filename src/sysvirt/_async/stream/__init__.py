"""`Stream`: bytes in and out beside the calls, for consoles, channels and transfers; composed from its topics."""

from __future__ import annotations

from ... import _arguments as check
from ..._protocol import frame as wire
from .callbacks import CallbackMethods
from .data import DataMethods, status
from .file import FileMethods
from .handlers import HandlerMethods

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._generated.constants import StreamRecvFlags
    from ...results.stream import StreamStatus
    from .data import Data


class Stream(
    CallbackMethods,
    HandlerMethods,
    FileMethods,
    DataMethods,
):
    """Made by `Connection.new_stream`, and opened by the method that it is passed to (`Domain.open_console` ...).

    `async with stream:` finishes it on success and aborts it when the block raises. Iterating over it gives the data,
    in pieces as they come.
    """

    __module__ = "sysvirt.aio"


class NonblockingStream(Stream):
    """A stream of `Connection.new_stream(Stream.NONBLOCK)`: its `recv` and `send` never wait; its other methods may.

    If they would have to wait they return `StreamStatus.WOULD_BLOCK`. `add_callback` says when to try again.
    """

    __module__ = "sysvirt.aio"

    async def recv(self, nbytes: int, flags: StreamRecvFlags | int = 0) -> bytes | StreamStatus:  # type: ignore[override]
        """The data that have come, at most `nbytes`; `b""` at the end; `StreamStatus.WOULD_BLOCK` if none have come."""
        check.expect("flags", flags, "StreamRecvFlags")
        return await self._recv(nbytes, flags, False)

    async def send(self, data: Data) -> int | StreamStatus:
        """Accepts some of the data, or all, and returns how much; `StreamStatus.WOULD_BLOCK` for none.

        Accepted data may be sent only when the stream, or its connection, is used again.
        """
        piece = check.buffer("data", data)[: wire.STREAM_DATA_MAX]
        self._must_be_open()
        await self._raise_arrived_error()
        if not len(piece):
            return 0
        pump = self._channel.pump
        pump.session.check()
        if not pump.offer(self._state.frame(wire.STREAM, wire.CONTINUE, piece)):
            return status().WOULD_BLOCK
        return len(piece)


def fresh_stream(stream: Stream) -> Stream:
    """The stream that a method is to open."""
    check.handle("stream", stream, Stream)
    return stream
