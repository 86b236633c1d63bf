"""Ctrl-C at each point of an operation of several steps, one point after another.

CPython runs signal handlers where a function begins and after a call of C code returns, and so this raises there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import sysvirt

_HOME = str(Path(sysvirt.__file__).parent)
#: What daemons of tests are made of, and do also on the thread of who tells them.
_DAEMONS = tuple(str(Path(sysvirt.__file__).parent / name) for name in ("testing", "_server"))


class Strike:
    """Raises once, at the point with this number; `struck` says whether there was such a point."""

    def __init__(self, point: int) -> None:
        self._left = point
        self.struck = False
        self.where = ""

    def into(self, operation: Callable[[], object]) -> bool:
        """Whether it went through unharmed."""
        sys.setprofile(self._profile)
        try:
            operation()
        except KeyboardInterrupt:
            return False
        finally:
            sys.setprofile(None)
        return True

    def _profile(self, frame: FrameType, event: str, arg: object) -> None:
        code = frame.f_code
        if (
            event not in ("call", "c_return")
            or not code.co_filename.startswith(_HOME)
            or code.co_filename.startswith(_DAEMONS)
            or _finalizing(frame)
        ):
            return
        self._left -= 1
        if self._left < 0:
            self.struck = True
            self.where = f"{event} in {Path(code.co_filename).name}:{frame.f_lineno} {code.co_name} ({arg!r})"
            raise KeyboardInterrupt


def each_point() -> Iterator[Strike]:
    """Strikes at the first point, the second, and so on, until one finds none."""
    point = 0
    while True:
        strike = Strike(point)
        yield strike
        if not strike.struck:
            return
        point += 1


def _finalizing(frame: FrameType | None) -> bool:
    """What is raised in a finalizer goes nowhere."""
    while frame is not None:
        if frame.f_code.co_name == "__del__":
            return True
        frame = frame.f_back
    return False
