"""Cancels a task at each of the points where it waits, one after another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Generator, Iterator
from typing import Any


class Cancel:
    """Cancels once: as the wait with this number begins, or (late) when what it waits for has just come."""

    def __init__(self, point: int, late: bool) -> None:
        self._left = point
        self._late = late
        self.struck = False

    def __repr__(self) -> str:
        return f"cancelled {'at the end' if self._late else 'at the beginning'} of a wait, {self._left}"

    async def into(self, operation: Awaitable[object]) -> bool:
        """Whether it went through unharmed."""
        try:
            await asyncio.create_task(_whole(_Watched(operation, self)))
        except asyncio.CancelledError:
            return False
        return True

    def waits(self, future: Any) -> None:
        self._left -= 1
        if self._left >= 0 or self.struck:
            return
        self.struck = True
        task = asyncio.current_task()
        assert task is not None
        if self._late and future is not None:
            future.add_done_callback(lambda _: task.cancel())
        else:
            task.cancel()


class _Watched:
    def __init__(self, operation: Awaitable[object], cancel: Cancel) -> None:
        self._inner = operation.__await__()
        self._cancel = cancel

    def __await__(self) -> Generator[Any, Any, object]:
        error: BaseException | None = None
        while True:
            try:
                future = next(self._inner) if error is None else self._inner.throw(error)
            except StopIteration as end:
                return end.value
            self._cancel.waits(future)
            error = None
            try:
                yield future
            except BaseException as raised:
                error = raised


async def _whole(watched: _Watched) -> object:
    return await watched


def each_wait() -> Iterator[Cancel]:
    """Cancels at the first wait, the second, and so on, until there is none, in both ways."""
    for late in (False, True):
        point = 0
        while True:
            cancel = Cancel(point, late)
            yield cancel
            if not cancel.struck:
                break
            point += 1
