"""Descriptors that go with their owner."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Descriptors:
    """Descriptors that are closed with this, at the latest when nobody has it any more.

    made: what makes them when it is iterated over, in C alone: `map` or `starmap` of a function of the system's. So
        one C call makes and notes them, and who is interrupted behind that has left none open.
    """

    __slots__ = ("fds",)

    def __init__(self, made: Iterable[int]) -> None:
        self.fds: list[int] = []
        self.fds.extend(made)

    @property
    def fd(self) -> int:
        """The one that it is, or the first."""
        return self.fds[0]

    def close(self) -> None:
        closing = map(os.close, self.fds)
        fresh: list[int] = []
        # One step: none is closed twice.
        self.fds = fresh
        _ = [*closing]

    def __del__(self) -> None:
        if getattr(self, "fds", None):  # it may have been interrupted before it had any
            self.close()
