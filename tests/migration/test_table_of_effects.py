"""No flag and no parameter of a migration is left out of what is shown."""

from __future__ import annotations

from pathlib import Path

from sysvirt import Domain

from .effects import ELSEWHERE, REFUSALS, VOYAGES


def test_all_are_there() -> None:
    shown = set(ELSEWHERE).union(*(row.names for row in (*VOYAGES, *REFUSALS)))
    assert shown == {name for name in dir(Domain) if name.startswith("MIGRATE_")}
    for name, test in ELSEWHERE.items():
        assert name in (Path(__file__).parents[1] / test).read_text()
