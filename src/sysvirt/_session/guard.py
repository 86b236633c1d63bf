"""Mutual exclusion that a signal handler's exception cannot break.

A handler may raise wherever the interpreter looks for signals: at a function's entry, on a backward jump, and behind
any call. What that does to `with lock:` and to a loop directly inside `with` or `try` differs between releases: on
3.13 such a loop may skip the exit, on 3.14 the lock may stay taken although the block was never entered. The form
below leaves the lock on every supported release:

- One C call takes the lock *and* notes it, so there is no instant in between.
- The note decides whether to release, and the release is the first call of the clean-up, so a second exception can
  only come after it.
- Nothing loops directly inside the `try`: loops are in the function that is called.

So the package has no `with lock:`. `tools/check_shapes.py` finds one that came in.
"""

from __future__ import annotations

from _thread import allocate_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import LockType
    from collections.abc import Callable
    from typing import Concatenate, ParamSpec, Protocol, TypeVar

    P = ParamSpec("P")
    R = TypeVar("R")

    class HasLock(Protocol):
        @property
        def lock(self) -> LockType: ...

    S = TypeVar("S", bound=HasLock)

_BLOCKING = (True,)


def locked(lock: LockType, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Calls the function while the lock is held, and returns its result."""
    taken: list[bool] = []
    try:
        taken.extend(map(lock.acquire, _BLOCKING))
        return function(*args, **kwargs)
    finally:
        if taken:
            lock.release()


def under_lock(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Makes a method run while its object's `lock` is held."""

    def run(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        taken: list[bool] = []
        try:
            taken.extend(map(self.lock.acquire, _BLOCKING))
            return method(self, *args, **kwargs)
        finally:
            if taken:
                self.lock.release()

    run.__name__ = method.__name__
    run.__doc__ = method.__doc__
    return run


class Role:
    """Something that has one holder at a time. The holder gives it up by an assignment, `role.holder = None`."""

    __slots__ = ("holder", "lock")

    def __init__(self) -> None:
        self.holder: object = None
        self.lock = allocate_lock()

    @under_lock
    def take(self, who: object, instead_of: object = None) -> None:
        """Makes `who` the holder if there is none, or if `instead_of` is."""
        if self.holder is None or self.holder is instead_of:
            self.holder = who
