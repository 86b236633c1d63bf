"""What a stream says instead of bytes."""

from __future__ import annotations

from .._enum_bases import Value

__all__ = ["StreamStatus"]


class StreamStatus(Value):
    """What `Stream.recv` or `send` returns where there are no bytes to speak of."""

    WOULD_BLOCK = -2
    """A stream that doesn't wait has nothing yet, or takes nothing now."""
    AT_HOLE = -3
    """A hole comes next: `recv_hole` passes it."""
