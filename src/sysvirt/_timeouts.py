"""Timeouts of calls: a connection's default, and those of `with` blocks.

The caller's context has a chain of the blocks that were entered and not left. Threads, tasks and generators may leave
their blocks in any order, and a signal may prevent that the end of a block is recorded. So each entry is removed by
its identity, and counts only while the `with` statement exists that entered it. The entry knows that by a weak
reference to an object that only the statement holds: its own copy of `__exit__`. The block object itself would not
do, because it may be in a variable, or be kept by an exception.
"""

from __future__ import annotations

import time
from _thread import get_ident
from _weakref import ref
from contextvars import ContextVar
from functools import partial

from .errors import invalid_argument, invalid_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from contextvars import Token

    #: what was entered last, and what before it
    Chain = tuple["_Entry", "Chain | None"]

#: What a call has left when its timeout has come already.
SHORTEST_SECONDS = 0.001

#: Longer than anybody waits, and short enough for poll, which counts milliseconds in 32 bits.
_LONGEST_SECONDS = 2_000_000.0

_blocks: ContextVar[Chain | None] = ContextVar("sysvirt_timeouts", default=None)


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


def time_left(deadline: float | None) -> float | None:
    """How many seconds there are until a deadline, None where there is none. TimeoutError when it has passed."""
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


#: A block is open; it was left, and counts on in what was begun in it, which has a copy of the context; or it is void.
_OPEN, _LEFT, _VOID = range(3)


class _Entry:
    """One entering of a block. `alone`: the blocks around it don't count."""

    __slots__ = ("alone", "deadline", "owner", "state", "statement")

    def __init__(self, statement: object, owner: object, deadline: float | None, alone: bool) -> None:
        self.statement = ref(statement)
        self.owner = owner
        self.deadline = deadline
        self.alone = alone
        self.state = _OPEN

    def counts(self) -> bool:
        return self.state == _LEFT or (self.state == _OPEN and self.statement() is not None)


class _Exit:
    """Gives each `with` statement an `__exit__` of its own, which a statement asks for just before it enters."""

    def __get__(self, block: Block | None, kind: type[Block]) -> Callable[..., None]:
        if block is None:
            return _exit
        own = partial(_exit, block)
        block._asked[get_ident()] = ref(own)
        return own


class Block:
    """Limits the calls of a connection while it is entered; it may be entered again, within itself and elsewhere."""

    def __init__(self, owner: object) -> None:
        self._owner = owner
        #: By thread, what was given to a statement that is about to enter.
        self._asked: dict[int, ref[partial[None]]] = {}
        self._entries: dict[_Entry, Token[Chain | None]] = {}

    def _limit(self) -> tuple[float | None, bool]:
        """The deadline for who enters it now, and whether the blocks around don't count."""
        raise NotImplementedError

    def __enter__(self) -> None:
        asked = self._asked.pop(get_ident(), None)
        statement = None if asked is None else asked()
        entry = _Entry(self if statement is None else statement, self._owner, *self._limit())
        try:
            self._entries[entry] = _blocks.set((entry, _counting(_blocks.get())))
        except BaseException:
            entry.state = _VOID
            raise

    if TYPE_CHECKING:

        def __exit__(self, *exc: object) -> None: ...

    else:
        __exit__ = _Exit()

    def _leave(self, entry: _Entry) -> None:
        rest = _without(_blocks.get(), entry)
        try:
            _blocks.reset(self._entries[entry])
        except ValueError:
            # This is a copy of the context that it was entered in. There it goes on.
            _blocks.set(rest)
            return
        _blocks.set(rest)
        del self._entries[entry]
        entry.state = _LEFT


def _exit(block: Block, *exc: object) -> None:
    entry = _last_of(_blocks.get(), block._entries)
    if entry is None:
        return  # it was entered in another thread or task
    try:
        block._leave(entry)
    except BaseException:
        entry.state = _VOID
        raise


class Timeout(Block):
    """`with conn.timeout(5): ...` limits all calls of that connection in the block together."""

    def __init__(self, owner: object, limit: float | None) -> None:
        super().__init__(owner)
        self._seconds = limit

    def _limit(self) -> tuple[float | None, bool]:
        if self._seconds is None:
            return None, True
        return time.monotonic() + self._seconds, False


class Deadline(Block):
    """Has all calls of a connection in the block end by then, whatever the blocks around say."""

    def __init__(self, owner: object, deadline: float | None) -> None:
        super().__init__(owner)
        self._deadline = deadline

    def _limit(self) -> tuple[float | None, bool]:
        return self._deadline, True


def _counting(chain: Chain | None) -> Chain | None:
    """Without those at its end that don't count any more."""
    while chain is not None and not chain[0].counts():
        chain = chain[1]
    return chain


def _last_of(chain: Chain | None, entries: dict[_Entry, Token[Chain | None]]) -> _Entry | None:
    while chain is not None and chain[0] not in entries:
        chain = chain[1]
    return None if chain is None else chain[0]


def _without(chain: Chain | None, entry: _Entry) -> Chain | None:
    inner: list[_Entry] = []
    while chain is not None and chain[0] is not entry:
        inner.append(chain[0])
        chain = chain[1]
    rest = None if chain is None else chain[1]
    while inner:
        rest = (inner.pop(), rest)
    return rest


def deadline_of_blocks(owner: object) -> tuple[bool, float | None]:
    """Whether the caller is in a block of this owner, and the earliest deadline of those that count.

    From the innermost block outwards, up to one that stands alone: `timeout(None)` lifts the timeouts around it.
    """
    chain = _blocks.get()
    found = False
    deadline: float | None = None
    while chain is not None:
        entry, chain = chain
        if entry.owner is owner and entry.counts():
            found = True
            if entry.deadline is not None and (deadline is None or entry.deadline < deadline):
                deadline = entry.deadline
            if entry.alone:
                break
    return found, deadline
