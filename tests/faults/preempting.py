"""Two threads, of which one stops at each of its lines in turn until the other is done, or can't go on without it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import sysvirt
from tests.faults.faces import PATIENCE

_HOME = Path(sysvirt.__file__).parent
_WATCHED = tuple(str(_HOME / part) for part in ("_sync", "_session/events.py", "_session/core.py"))
#: How long the other one may take until it is taken to wait for the first. Too short does no harm.
_LOOK_SECONDS = 0.1


class Preempt:
    """`both` runs two operations, and gives the result or the exception of each."""

    def __init__(self, point: int) -> None:
        self._left = point
        self.reached = False
        self.where = ""
        self._pump: Any = None
        #: The second has begun, whether or not the first came to the point.
        self._begun = threading.Event()
        self._other: threading.Thread

    def both(
        self, conn: sysvirt.Connection, first: Callable[[], object], second: Callable[[], object]
    ) -> list[object]:
        self._pump = conn._pump
        results: list[object] = [None, None]

        def run(index: int, operation: Callable[[], object]) -> None:
            try:
                results[index] = operation()
            except Exception as error:
                results[index] = error

        def run_first() -> None:
            sys.settrace(self._trace)
            try:
                run(0, first)
            finally:
                sys.settrace(None)
                self._begin()

        one = threading.Thread(target=run_first)
        self._other = threading.Thread(target=run, args=(1, second))
        one.start()
        if not self._begun.wait(4 * _LOOK_SECONDS):
            self._begin()  # the first waits for the second
        for thread in (one, self._other):
            thread.join(PATIENCE)
            assert not thread.is_alive(), f"{thread} hangs; the first stopped {self.where}"
        return results

    def _begin(self) -> None:
        with self._pump.session.lock:
            if self._begun.is_set():
                return
            self._begun.set()
        self._other.start()

    def _trace(self, frame: FrameType, event: str, arg: object) -> Any:
        if not frame.f_code.co_filename.startswith(_WATCHED):
            return None
        pump = self._pump
        # With a lock, or a role at the pump, only the pump's own tests tell more.
        if event == "line" and not self._begun.is_set():
            if pump.session.lock.locked() or pump._reader is not None or pump._sender is not None:
                return self._trace
            self._left -= 1
            if self._left < 0:
                self.reached = True
                self.where = f"at {Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
                self._begin()
                self._other.join(_LOOK_SECONDS)
        return self._trace


def each_line() -> Iterator[Preempt]:
    point = 0
    while True:
        preempt = Preempt(point)
        yield preempt
        if not preempt.reached:
            return
        point += 1
