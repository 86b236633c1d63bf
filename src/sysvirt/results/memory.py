"""A guest's memory."""

from __future__ import annotations

__all__ = ["MemoryStats"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypedDict
else:
    TypedDict = dict


class MemoryStats(TypedDict):
    """What a guest uses its memory for: `Domain.memory_stats()`.

    A dict; any key may be missing. A statistic that is newer than this release has its number as key ("13").
    """

    swap_in: int
    """Read from swap space since the guest's start, in KiB."""
    swap_out: int
    """Written to swap space since then, in KiB."""
    major_fault: int
    """Page faults that needed a disk."""
    minor_fault: int
    """Page faults that needed none."""
    unused: int
    """Memory that the guest does not use at all, in KiB."""
    available: int
    """Memory that the guest sees, in KiB."""
    actual_balloon: int
    """Memory that the balloon leaves to the guest, in KiB."""
    rss: int
    """Memory of the host that its process uses, in KiB."""
    usable: int
    """Memory that new programs could get without swapping, in KiB."""
    last_update: int
    """When the guest sent these, in seconds since 1970."""
    disk_caches: int
    """Disk caches that can be freed without swapping, in KiB."""
    hugetlb_pgalloc: int
    """Huge pages that were allocated."""
    hugetlb_pgfail: int
    """Huge pages that could not be allocated."""


#: By tag (`Domain.MEMORY_STAT_*`).
_NAMES = tuple(MemoryStats.__annotations__)


def memory_stats(found: Iterable[tuple[int, int]]) -> MemoryStats:
    """The names for tags."""
    return {  # type: ignore[return-value]
        _NAMES[tag] if 0 <= tag < len(_NAMES) else str(tag): value for tag, value in found
    }
