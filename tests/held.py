"""What this process holds: descriptors, threads, children."""

from __future__ import annotations

import os
import threading


def descriptors() -> dict[str, str]:
    """The open descriptors, each with what it leads to; without that of the listing itself."""
    found = {}
    for fd in os.listdir("/proc/self/fd"):
        try:
            found[fd] = os.readlink(f"/proc/self/fd/{fd}")
        except OSError:
            pass
    return found


def threads() -> set[str]:
    """The threads of this process as the system counts them, also those that `threading` knows nothing of.

    But for those of an event loop's executor, which has another one whenever none is idle, and keeps it.
    """
    pooled = {str(thread.native_id) for thread in threading.enumerate() if thread.name.startswith("asyncio_")}
    return set(os.listdir("/proc/self/task")) - pooled


def children() -> set[int]:
    """The processes that this one has started and not waited for, zombies too."""
    found = set()
    for entry in os.scandir("/proc"):
        try:
            with open(f"/proc/{entry.name}/stat") as stat:
                parent = int(stat.read().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == os.getpid():
            found.add(int(entry.name))
    return found
