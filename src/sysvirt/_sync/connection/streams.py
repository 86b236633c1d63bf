# Made by tools/unasync.py from src/sysvirt/_async/connection/streams.py; do not edit.
"""Streams of a connection."""

from __future__ import annotations

from ... import _arguments as check
from ...errors import invalid_argument
from ..stream import NonblockingStream, Stream
from .base import ConnectionBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, overload

    from ..._arguments import Number
    from ..._generated.constants import StreamFlags
else:

    def overload(function):
        return None


class StreamCalls(ConnectionBase):
    __slots__ = ()

    @overload
    def new_stream(self, flags: StreamFlags) -> NonblockingStream: ...
    @overload
    def new_stream(self, flags: Literal[0] = 0) -> Stream: ...  # noqa: F811
    def new_stream(self, flags: StreamFlags | Number = 0) -> Stream:  # noqa: F811
        """A new stream, which is opened by a method that takes one; without a round trip.

        With `Stream.NONBLOCK` its `recv` and `send` never wait. [virStreamNew]
        """
        check.expect("flags", flags, "StreamFlags")
        if check.flags(flags) & ~1:
            raise invalid_argument("flags", "Stream.NONBLOCK or 0 was expected")
        kind = NonblockingStream if flags else Stream
        return kind(self)  # type: ignore[arg-type]
