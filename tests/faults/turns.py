"""Steps in an order: one that begins when another has come to a place, and what is done behind one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.faces import Face, Step
from tests.faults.waits import until


class Entries:
    """Counts who has come to a method of the pump."""

    def __init__(self, pump: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self._lock = threading.Lock()
        method = getattr(pump, name)

        def counted(*args: Any) -> Any:
            with self._lock:
                self.count += 1
            return method(*args)

        monkeypatch.setattr(pump, name, counted)

    def reach(self, count: int) -> Callable[[], None]:
        return lambda: until(lambda: self.count >= count)


def following(face: Face, wait: Callable[[], None], step: Step) -> Step:
    """A step that begins when what it waits for has come."""
    return lambda: face.after(wait, step)


def then(face: Face, step: Step, function: Callable[[], object]) -> Step:
    """A step with something done behind it."""
    if face.name == "blocking":

        def now() -> Any:
            try:
                return step()
            finally:
                function()

        return now

    async def later() -> Any:
        try:
            return await step()
        finally:
            function()

    return later
