"""Connections to both ends of a route."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from sysvirt.aio import Connection, connect

from ..links import Links, Route, revive
from .trips import Trip


@pytest.fixture
async def ends(links: Links) -> AsyncIterator[tuple[Connection, Connection]]:
    """Connections to the source and the target, by the ways that the test steers."""
    async with (
        connect(links.source.uri, timeout=60) as source,
        connect(links.target.uri, timeout=60) as target,
    ):
        yield source, target


@pytest.fixture
async def source(ends: tuple[Connection, Connection]) -> Connection:
    return ends[0]


@pytest.fixture
async def target(ends: tuple[Connection, Connection]) -> Connection:
    return ends[1]


@pytest.fixture
async def trips(route: Route) -> AsyncIterator[list[Trip]]:
    """For the trips of a test: nothing of them is left after it."""
    found: list[Trip] = []
    yield found
    revive(route)
    for trip in found:
        await trip.close()
