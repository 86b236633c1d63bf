"""The kinds of event loops that are tried: asyncio's own, and uvloop's where it is installed."""

from __future__ import annotations

import asyncio
import importlib.util
import os
from collections.abc import Callable
from typing import Any

import pytest


def _uvloop() -> asyncio.AbstractEventLoop:
    made: asyncio.AbstractEventLoop = importlib.import_module("uvloop").new_event_loop()
    return made


_MISSING = importlib.util.find_spec("uvloop") is None
if not _MISSING:
    _uvloop().close()  # the first one opens what all keep: before a test counts what it has

#: For `parametrize`.
LOOPS: list[Any] = [
    pytest.param(asyncio.new_event_loop, id="asyncio"),
    pytest.param(_uvloop, id="uvloop", marks=pytest.mark.skipif(_MISSING, reason="uvloop is not installed")),
]

#: What the asyncio face of a test runs on; all of `tests/faults` on uvloop with SYSVIRT_LOOP=uvloop.
new_loop: Callable[[], asyncio.AbstractEventLoop] = (
    _uvloop if os.environ.get("SYSVIRT_LOOP") == "uvloop" else asyncio.new_event_loop
)
