"""What both faces have for doing things beside others, in the same words."""

from __future__ import annotations

import time
from collections.abc import Callable

from sysvirt._session.aio_facade import Job, first_of, sleep, spawn

__all__ = ["Job", "first_of", "reached", "sleep", "spawn"]


async def reached(condition: Callable[[], object], what: str, seconds: float = 10) -> None:
    """Returns as soon as `condition()` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        await sleep(0.005)
