# Made by tools/unasync.py from src/sysvirt/_async/stream/file.py; do not edit.
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
    def read(self, size: int | None = -1) -> bytes:
        """As a file: exactly `size` bytes, fewer only at the end; everything up to the end with -1 or None.

        Whoever gives up before, or is interrupted, has lost nothing: what has come is received next.
        """
        wanted = -1 if size is None else check.integer("size", size, -1, check.LLONG_MAX)
        if wanted == 0:
            return b""
        self._must_be_open()
        return self._as_receiver(self._read, wanted)

    def _read(self, wanted: int) -> bytes:
        """All that is wanted. What has come before is only set aside, so that who gives up loses nothing."""
        state = self._state
        left = wanted
        while left:
            # Not in the loop's condition: some releases jump back between that and what follows.
            piece = self._data(left if left > 0 else wire.STREAM_DATA_MAX)
            state.set_aside += [piece]
            if not piece:
                break
            if left > 0:
                left -= len(piece)
        data = b"".join(state.set_aside)
        # Last, so that who is interrupted before has received nothing.
        state.set_aside = []
        return data

    def readinto(self, buffer: bytearray | memoryview) -> int:
        """As a file: fills the buffer as far as one `recv` does."""
        view = check.buffer("buffer", buffer, writable=True)
        if not len(view):
            return 0
        self._must_be_open()
        return self._as_receiver(self._read_into, view)

    def _read_into(self, view: memoryview) -> int:
        state = self._state
        piece = self._data(len(view))
        state.set_aside += [piece]
        size = len(piece)
        view[:size] = piece
        # Last, as in `_read`.
        state.set_aside = []
        return size

    def write(self, data: Data) -> int:
        """As a file: `send`."""
        return self._send_data(check.buffer("data", data))

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        piece = self._piece(wire.STREAM_DATA_MAX)
        if not piece:
            raise StopIteration
        return piece

    def _piece(self, nbytes: int) -> bytes:
        """The next data, waiting for it."""
        self._must_be_open()
        return self._as_receiver(self._data, nbytes)

    def _data(self, nbytes: int) -> bytes:
        """As `_piece`, for who receives."""
        return self._received(nbytes, 0, True)  # type: ignore[return-value]
