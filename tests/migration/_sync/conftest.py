# Made by tools/unasync.py from tests/migration/_async/conftest.py; do not edit.
"""Connections to both ends of a route."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sysvirt import Connection, connect

from ..links import Links, Route, revive
from .trips import Trip


@pytest.fixture
def ends(links: Links) -> Iterator[tuple[Connection, Connection]]:
    """Connections to the source and the target, by the ways that the test steers."""
    with (
        connect(links.source.uri, timeout=60) as source,
        connect(links.target.uri, timeout=60) as target,
    ):
        yield source, target


@pytest.fixture
def source(ends: tuple[Connection, Connection]) -> Connection:
    return ends[0]


@pytest.fixture
def target(ends: tuple[Connection, Connection]) -> Connection:
    return ends[1]


@pytest.fixture
def trips(route: Route) -> Iterator[list[Trip]]:
    """For the trips of a test: nothing of them is left after it."""
    found: list[Trip] = []
    yield found
    revive(route)
    for trip in found:
        trip.close()
