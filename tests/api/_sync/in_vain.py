# Made by tools/unasync.py from tests/api/_async/in_vain.py; do not edit.
"""Waits for what does not come."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from sysvirt.errors import CallTimeout

if TYPE_CHECKING:
    from sysvirt._session.blocking_facade import Later


def in_vain(wait: Callable[[float], Later[object]], text: str) -> None:
    """A wait ends at its bound, and says what it has seen; a slow machine gets more time to see it at all."""
    said = ""
    for limit in (0.2, 2.0, 20.0):
        with pytest.raises(CallTimeout) as caught:
            wait(limit)
        said = str(caught.value)
        if text in said:
            return
    raise AssertionError(f"{text!r} was expected to be said, not {said!r}")
