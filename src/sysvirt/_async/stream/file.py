"""Reading and writing a stream as a file."""

from __future__ import annotations

from ... import _arguments as check
from ..._protocol import frame as wire
from .data import DataMethods

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

    from .data import Data


class FileMethods(DataMethods):
    async def read(self, size: int | None = -1) -> bytes:
        """As a file: exactly `size` bytes, fewer only at the end; everything up to the end with -1 or None."""
        wanted = -1 if size is None else check.integer("size", size, -1, check.LLONG_MAX)
        parts: list[bytes] = []
        while wanted != 0:
            part = await self._piece(wanted if wanted > 0 else wire.STREAM_DATA_MAX)
            if not part:
                break
            parts.append(part)
            if wanted > 0:
                wanted -= len(part)
        return b"".join(parts)

    async def readinto(self, buffer: bytearray | memoryview) -> int:
        """As a file: fills the buffer as far as one `recv` does."""
        view = check.buffer("buffer", buffer, writable=True)
        if not len(view):
            return 0
        data = await self._piece(len(view))
        view[: len(data)] = data
        return len(data)

    async def write(self, data: Data) -> int:
        """As a file: `send`."""
        return await self._send_data(check.buffer("data", data))

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        piece = await self._piece(wire.STREAM_DATA_MAX)
        if not piece:
            raise StopAsyncIteration
        return piece

    async def _piece(self, nbytes: int) -> bytes:
        """The next data, waiting for it."""
        return await self._recv(nbytes, 0, True)  # type: ignore[return-value]
