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
    """What a guest does with its memory: `Domain.memory_stats()`.

    A dict in which any of these may be missing; what is newer than this release is there under its number ("13").
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
    """Memory that the guest uses for nothing at all, in KiB."""
    available: int
    """Memory that the guest sees, in KiB."""
    actual_balloon: int
    """Memory that its balloon leaves it, in KiB."""
    rss: int
    """What its process takes of the host's memory, in KiB."""
    usable: int
    """Memory that new programs could have without swapping, in KiB."""
    last_update: int
    """When the guest told this, in seconds since 1970."""
    disk_caches: int
    """Caches that can be given back without swapping, in KiB."""
    hugetlb_pgalloc: int
    """Huge pages allocated."""
    hugetlb_pgfail: int
    """Huge pages that could not be."""


#: By tag (`Domain.MEMORY_STAT_*`).
_NAMES = tuple(MemoryStats.__annotations__)


def memory_stats(found: Iterable[tuple[int, int]]) -> MemoryStats:
    """The names for tags."""
    return {  # type: ignore[return-value]
        _NAMES[tag] if 0 <= tag < len(_NAMES) else str(tag): value for tag, value in found
    }
