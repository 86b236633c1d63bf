"""What a stream returns instead of bytes."""

from __future__ import annotations

from .._enum_bases import Value

__all__ = ["StreamStatus"]


class StreamStatus(Value):
    """What `Stream.recv` or `send` returns when it moves no bytes."""

    WOULD_BLOCK = -2
    """A non-blocking stream has no data yet, or can't send now."""
    AT_HOLE = -3
    """A hole comes next: `recv_hole` skips it."""
