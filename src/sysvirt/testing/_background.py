"""A thread with an event loop, on which a fake daemon and a proxy do their work."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


class Background:
    """Runs from the first user's `acquire` to the last one's `release`, which waits for its end."""

    def __init__(self) -> None:
        self._users = 0
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.loop: asyncio.AbstractEventLoop

    def acquire(self) -> None:
        with self._lock:
            self._users += 1
            if self._users > 1:
                return
            self.loop = asyncio.new_event_loop()
            self._thread = threading.Thread(
                target=self._run, args=(self.loop,), name="sysvirt-testing", daemon=True
            )
            self._thread.start()

    def release(self) -> None:
        with self._lock:
            self._users -= 1
            thread = self._thread
            if self._users or thread is None:
                return
            self.loop.call_soon_threadsafe(self.loop.stop)
            thread.join()
            self._thread = None

    @staticmethod
    def _run(loop: asyncio.AbstractEventLoop) -> None:
        try:
            loop.run_forever()
        finally:
            loop.close()

    @property
    def here(self) -> bool:
        """Whether the caller is on this thread."""
        return threading.current_thread() is self._thread

    def run(self, function: Callable[[], T]) -> T:
        """Has the thread do something, and waits until it has."""
        if self.here or self._thread is None:
            return function()
        done: Future[T] = Future()

        def work() -> None:
            try:
                done.set_result(function())
            except BaseException as error:
                done.set_exception(error)

        self.loop.call_soon_threadsafe(work)
        return done.result()

    def post(self, function: Callable[[], object]) -> None:
        """Has the thread do something, at once where this is it, soon otherwise."""
        if self.here:
            function()
        else:
            self.loop.call_soon_threadsafe(function)
