"""Strikes at random instants: a signal handler that raises."""

from __future__ import annotations

import gc
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sysvirt import OperationTimeout


class Storm:
    """Strikes while a call is under way, at instants from a seeded generator."""

    def __init__(self, seed: int) -> None:
        self.strikes = 0
        self._random = random.Random(seed)
        self._armed = False

    @contextmanager
    def raging(self) -> Iterator[None]:
        # What others run in between would be struck as well, and swallow it.
        gc.collect()
        callbacks = gc.callbacks[:]
        gc.callbacks.clear()
        before = signal.signal(signal.SIGALRM, self._strike)
        try:
            yield
        finally:
            self._armed = False
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
            gc.callbacks.extend(callbacks)

    def _strike(self, *_: object) -> None:
        if self._armed:
            self.strikes += 1
            self._arm()
            raise KeyboardInterrupt

    def _arm(self) -> None:
        # From the middle of a system call to several times within one call.
        signal.setitimer(
            signal.ITIMER_REAL,
            self._random.choice((0.00003, 0.0001, 0.0003, 0.001)) * self._random.random() + 1e-6,
        )

    def call(self, function: Callable[[], Any]) -> Any:
        """The result, or None when it was struck, or not sent because all places are held by what was."""
        try:
            self._armed = True
            self._arm()
            result = function()
            self._armed = False
            return result
        except KeyboardInterrupt:
            self._armed = False
            return None
        except OperationTimeout as error:
            self._armed = False
            if "was not sent" not in error.message:
                raise
            return None
