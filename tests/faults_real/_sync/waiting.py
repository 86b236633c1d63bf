# Made by tools/unasync.py from tests/faults_real/_async/waiting.py; do not edit.
"""What both faces have for doing things beside others, in the same words."""

from __future__ import annotations

import time
from collections.abc import Callable

from sysvirt._session.blocking_facade import Job, first_of, sleep, spawn

__all__ = ["Job", "first_of", "reached", "sleep", "spawn"]


def reached(condition: Callable[[], object], what: str, seconds: float = 10) -> None:
    """Returns as soon as `condition()` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        sleep(0.005)
