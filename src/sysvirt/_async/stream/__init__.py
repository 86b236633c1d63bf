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
    """Made by `Connection.new_stream`, opened by what it is given to (`Domain.open_console` ...).

    `async with stream:` finishes it on success and aborts it when the block raises. Iterating over it gives what
    comes, in pieces as they come.
    """

    __module__ = "sysvirt.aio"


class NonblockingStream(Stream):
    """A stream of `Connection.new_stream(Stream.NONBLOCK)`: its `recv` and `send` never wait; all the rest does.

    When there is nothing to do they return `StreamStatus.WOULD_BLOCK`; `add_callback` tells when there is.
    """

    __module__ = "sysvirt.aio"

    async def recv(self, nbytes: int, flags: StreamRecvFlags | int = 0) -> bytes | StreamStatus:  # type: ignore[override]
        """What has come already, at most `nbytes`; `b""` at the end; `StreamStatus.WOULD_BLOCK` when nothing has."""
        check.expect("flags", flags, "StreamRecvFlags")
        return await self._recv(nbytes, flags, False)

    async def send(self, data: Data) -> int | StreamStatus:
        """Takes some of the data, or all, and returns how much; `StreamStatus.WOULD_BLOCK` for nothing.

        What was taken may leave only when the stream is used again, or anything else on its connection.
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
