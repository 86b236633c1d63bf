"""Streams of a connection."""

from __future__ import annotations

from ..stream import Stream
from .base import ConnectionBase


class StreamCalls(ConnectionBase):
    __slots__ = ()

    def new_stream(self) -> Stream:
        """A stream to be opened by a call that takes one; without a round trip. [virStreamNew]"""
        return Stream(self)  # type: ignore[arg-type]
