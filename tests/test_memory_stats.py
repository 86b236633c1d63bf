"""Names of a guest's memory statistics."""

from __future__ import annotations

from sysvirt import Domain
from sysvirt._generated.constants import MemoryStatTag
from sysvirt.results.memory import memory_stats


def test_names_are_those_of_the_constants() -> None:
    assert memory_stats((tag, tag * 10) for tag in MemoryStatTag) == {
        tag.name.lower(): tag * 10 for tag in MemoryStatTag
    }
    assert list(memory_stats([(Domain.MEMORY_STAT_SWAP_OUT, 7)]).items()) == [("swap_out", 7)]


def test_what_a_newer_daemon_tells_comes_through() -> None:
    assert memory_stats([(13, 1), (-1, 2), (0, 3)]) == {"13": 1, "-1": 2, "swap_in": 3}
