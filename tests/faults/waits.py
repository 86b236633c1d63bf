"""Waiting for what a test has set going: the enter of a block in either face, a state, the watcher."""

from __future__ import annotations

import threading
import time
from typing import Any

from sysvirt._session import watcher as module
from sysvirt._session.watcher import _Watcher
from tests.faults.faces import PATIENCE


def entered(manager: Any) -> Any:
    return manager.__aenter__() if hasattr(manager, "__aenter__") else manager.__enter__()


def until(condition: Any, what: object = "it did not happen") -> None:
    pause = threading.Event()
    for _ in range(int(PATIENCE / 0.01)):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError(what() if callable(what) else what)


def until_held_back(conn: Any) -> None:
    """Its pump, or the watcher, reads no more than what must not wait."""
    until(lambda: conn._pump.session.held_back)


def the_watcher() -> _Watcher:
    watcher = module._watcher
    assert watcher is not None
    return watcher


def until_polled(watcher: _Watcher, count: int = 1) -> None:
    """The connections have been idle for so long that the watcher polls them."""

    def polled() -> int:
        return sum(entry.polled for entry in list(watcher.entries.values()))

    def what() -> str:
        told = [f"{polled()} of {len(watcher.entries)} are polled, not {count}"]
        for entry in list(watcher.entries.values()):
            pump = entry.pump()
            told.append(
                f"{entry.polled=} {entry.mask=} {entry.activity=} {entry.due - time.monotonic()=} {pump=}"
            )
            if pump is not None:
                session = pump.session
                told.append(
                    f"  {pump.activity()=} {pump.idle()=} {pump.unwatch=} {session.chunks=} {session.error=}"
                    f" {session.events_pending=} {session.reading_mode()=} {session.control_frames=}"
                )
        return "\n".join(told)

    until(lambda: polled() == count, what)
