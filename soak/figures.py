"""What a case may not accumulate."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Finding(AssertionError):
    """Something that must not happen."""


class Held(NamedTuple):
    """What this process holds at a moment."""

    descriptors: int
    threads: int
    tasks: int
    blocks: int
    """Allocated by Python: what grows with every round is a leak, however small."""
    memory: int
    """Resident, in KiB."""


def thread_count() -> int:
    """As the system counts them: `threading` knows nothing of raw ones."""
    return len(os.listdir("/proc/self/task"))


def held() -> Held:
    gc.collect()
    try:
        tasks = len(asyncio.all_tasks())
    except RuntimeError:
        tasks = 0
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Held(
        len(os.listdir("/proc/self/fd")),
        thread_count(),
        tasks,
        sys.getallocatedblocks(),
        pages * os.sysconf("SC_PAGE_SIZE") // 1024,
    )


def compare(before: Held, after: Held, rounds: int) -> str:
    """Says how much was gained over so many rounds; a Finding when it is more than noise."""
    blocks, memory = after.blocks - before.blocks, after.memory - before.memory
    said = f"{blocks:+} blocks, {memory:+} KiB in {rounds} rounds"
    if after[:3] != before[:3]:
        raise Finding(f"{before} became {after}")
    if blocks > 1000 + rounds / 20 or memory > 8192:
        raise Finding(f"memory grows: {said}")
    return said


def reached(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Finding(f"not within {seconds} s: {what}")
        time.sleep(0.01)
