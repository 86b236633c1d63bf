"""Ctrl-C at each point of an operation of several steps, one point after another, and once more while it cleans up.

CPython runs signal handlers where a function begins, after a call of C code returns and when a loop jumps back, and so
this raises there: by `sys.monitoring` where it is there, else by the profiler and, for the jumps, the tracer.
"""

from __future__ import annotations

import dis
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import sysvirt

_HOME = str(Path(sysvirt.__file__).parent)
#: What daemons of tests are made of, and do also on the thread of who tells them.
_DAEMONS = tuple(str(Path(sysvirt.__file__).parent / name) for name in ("testing", "_server"))
_JUMPS = {dis.opmap[name] for name in dis.opmap if name.startswith("JUMP_BACKWARD")}


class Strike:
    """Raises at the point with this number; `struck` says whether there was such a point.

    With `second`, raises again so many points later, if the way out is as long: `struck_twice`.
    """

    def __init__(self, point: int, second: int | None = None) -> None:
        self._left = point
        self._second = second
        self.struck = False
        self.struck_twice = False
        self.where = ""

    def into(self, operation: Callable[[], object]) -> bool:
        """Whether it went through unharmed."""
        with _Points(self._point):
            try:
                operation()
            except KeyboardInterrupt:
                return False
        return True

    def _point(self, code: CodeType, frame: FrameType, what: str) -> None:
        if (
            not code.co_filename.startswith(_HOME)
            or code.co_filename.startswith(_DAEMONS)
            or (self.struck and (self._second is None or self.struck_twice))
            or _finalizing(frame)
        ):
            return
        self._left -= 1
        if self._left >= 0:
            return
        self.where += f"{what} in {Path(code.co_filename).name}:{frame.f_lineno} {code.co_name}; "
        if self.struck:
            self.struck_twice = True
        else:
            self.struck = True
            self._left = -1 if self._second is None else self._second
        raise KeyboardInterrupt


class _Points:
    """Calls a function at each point that the thread which entered this comes to."""

    def __init__(self, point: Callable[[CodeType, FrameType, str], None]) -> None:
        self._point = point

    def __enter__(self) -> None:
        self._thread = threading.get_ident()
        if sys.version_info < (3, 12):
            self._on = True
            sys.setprofile(self._profile)
            sys.settrace(self._trace)
            return
        events = sys.monitoring.events
        self._tool = sys.monitoring.PROFILER_ID
        sys.monitoring.use_tool_id(self._tool, "strikes")
        register = sys.monitoring.register_callback
        register(self._tool, events.PY_START, lambda code, at: self._at(code, "begin"))
        register(self._tool, events.C_RETURN, lambda code, at, *what: self._at(code, f"after {what[0]!r}"))
        register(self._tool, events.JUMP, self._jumped)
        register(self._tool, events.CALL, lambda *what: None)
        sys.monitoring.set_events(self._tool, events.PY_START | events.CALL | events.JUMP)

    def __exit__(self, *exc: object) -> None:
        if sys.version_info < (3, 12):
            self._on = False
            sys.settrace(None)
            sys.setprofile(None)
            return
        sys.monitoring.set_events(self._tool, 0)
        sys.monitoring.free_tool_id(self._tool)

    def _at(self, code: CodeType, what: str) -> None:
        if threading.get_ident() == self._thread and code.co_filename.startswith(_HOME):
            self._point(code, sys._getframe(2), what)

    def _jumped(self, code: CodeType, at: int, to: int) -> None:
        if to < at and threading.get_ident() == self._thread and code.co_filename.startswith(_HOME):
            self._point(code, sys._getframe(1), "jump back")

    # Either of the two ends when it raises; the other one begins it again.

    def _profile(self, frame: FrameType, event: str, arg: object) -> None:
        if self._on and sys.gettrace() is None:
            sys.settrace(self._trace)
        if event == "c_return" or (event == "call" and not _resumed(frame)):
            self._point(frame.f_code, frame, f"{event} {arg!r}")

    def _trace(self, frame: FrameType, event: str, arg: object) -> Any:
        if not frame.f_code.co_filename.startswith(_HOME):
            return None
        if self._on and sys.getprofile() is None:
            sys.setprofile(self._profile)
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        if event == "opcode" and frame.f_code.co_code[frame.f_lasti] in _JUMPS:
            self._point(frame.f_code, frame, "jump back")
        return self._trace


def each_point(second: int | None = None) -> Iterator[Strike]:
    """Strikes at the first point, the second, and so on, until one finds none; with `second` see `Strike`."""
    point = 0
    while True:
        strike = Strike(point, second)
        yield strike
        if not strike.struck:
            return
        point += 1


def each_two_points(gaps: tuple[int, ...] = (0, 1, 2, 3, 5, 8)) -> Iterator[Strike]:
    """At each point, and so many points later once more: while what the first has broken off is cleaned up."""
    for gap in gaps:
        point = 0
        while True:
            strike = Strike(point, gap)
            yield strike
            if not strike.struck:
                break
            point += 1


def _resumed(frame: FrameType) -> bool:
    """A generator goes on: perhaps only to be closed as nobody has it any more, where what is raised goes nowhere."""
    instruction, argument = frame.f_code.co_code[frame.f_lasti : frame.f_lasti + 2]
    return instruction == dis.opmap.get("RESUME") and argument != 0


def _finalizing(frame: FrameType | None) -> bool:
    """What is raised in a finalizer goes nowhere."""
    while frame is not None:
        if frame.f_code.co_name == "__del__":
            return True
        frame = frame.f_back
    return False
