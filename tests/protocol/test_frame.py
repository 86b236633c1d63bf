"""The limits of a frame: the last size that is taken, and the first that is not."""

from __future__ import annotations

import pytest

from sysvirt._protocol import frame as wire
from sysvirt.errors import InvalidArgument, ProtocolError


def test_lengths() -> None:
    for length in (wire.HEADER_SIZE, wire.FRAME_MAX):
        wire.check_length(length)
    for length in (wire.HEADER_SIZE - 1, wire.FRAME_MAX + 1):
        with pytest.raises(ProtocolError, match=f"claims to be {length} bytes long"):
            wire.check_length(length)


def test_bodies() -> None:
    wire.check_size("body", wire.BODY_MAX)
    with pytest.raises(InvalidArgument, match=f"a message of {wire.FRAME_MAX + 1} bytes"):
        wire.check_size("body", wire.BODY_MAX + 1)
