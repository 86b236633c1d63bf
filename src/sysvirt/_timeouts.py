"""Bounds on calls: a connection's default, and those of the blocks a caller is in."""

from __future__ import annotations

import time
from contextvars import ContextVar

from .errors import invalid_argument, invalid_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    # whose calls it bounds, deadline, the block around
    Block = tuple[object, float | None, "Block | None"]

#: What a call has left when its bound has come already.
SHORTEST_SECONDS = 0.001

#: Longer than anybody waits, and short enough for poll, which counts milliseconds in 32 bits.
_LONGEST_SECONDS = 2_000_000.0

_blocks: ContextVar[Block | None] = ContextVar("sysvirt_timeouts", default=None)


def seconds(name: str, value: float | None, zero: bool = False) -> float | None:
    """Checks a timeout argument: a positive number of seconds, or None; with `zero` that may be 0."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise invalid_type(name, "a number of seconds or None", value)
    if not (value > 0 or (zero and value == 0)):
        kind = "no negative" if zero else "a positive"
        raise invalid_argument(name, f"{kind} number of seconds was expected, not {value!r}")
    return float(min(value, _LONGEST_SECONDS))


def pings(interval: float, count: int, names: tuple[str, str] = ("interval", "count")) -> tuple[float, int]:
    """Checks the arguments of keepalive, by their names."""
    seconds(names[0], interval)
    if isinstance(count, bool) or not isinstance(count, int):
        raise invalid_type(names[1], "a number of pings", count)
    if count < 1:
        raise invalid_argument(names[1], f"at least 1 was expected, not {count}")
    return float(interval), count


class Timeout:
    """`with conn.timeout(5): ...` bounds all calls of that connection in the block together."""

    def __init__(self, owner: object, limit: float | None) -> None:
        self._owner = owner
        self._limit = limit

    def __enter__(self) -> Timeout:
        deadline = None if self._limit is None else time.monotonic() + self._limit
        _blocks.set((self._owner, deadline, _blocks.get()))
        return self

    def __exit__(self, *exc: object) -> None:
        block = _blocks.get()
        if block is not None:  # it was entered here, and not in another thread or task
            _blocks.set(block[2])


def deadline_of_block(whose: object) -> tuple[bool, float | None]:
    """Whether the caller is in a block of this owner, and the earliest deadline of those that bound it.

    The innermost block decides: `timeout(None)` lifts the bounds around it.
    """
    block = _blocks.get()
    found = False
    deadline: float | None = None
    while block is not None:
        owner, limit, block = block
        if owner is whose:
            if limit is None:
                return True, deadline
            deadline = limit if deadline is None else min(deadline, limit)
            found = True
    return found, deadline
