"""Guests that may be frozen, a connection of each test's own, and a look at what a test leaves behind."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from rig.host import Host
from sysvirt.aio import Connection, Domain, connect

from ..helpers import held, quiet
from .waiting import reached, spawn, start


@pytest.fixture(autouse=True)
async def nothing_left_behind(host: Host, four_names: list[str]) -> AsyncIterator[None]:
    """No descriptor, thread or task outlives a test."""
    before = held()
    yield
    await reached(before.is_all, before)


@pytest.fixture
async def conn(host: Host, nothing_left_behind: None) -> AsyncIterator[Connection]:
    """A connection of the test's own, with keepalive, which is at rest again when the test is over."""
    async with connect(host.uri, timeout=60, keepalive=(1, 60)) as connection:
        yield connection
        await reached(lambda: quiet(connection), "nothing is under way or held any more")
        await connection.get_hostname()


@pytest.fixture
async def guests(host: Host, conn: Connection, four_names: list[str]) -> AsyncIterator[list[Domain]]:
    """Four guests that run their firmware."""
    yield [await conn.get_domain_by_name(name) for name in four_names]
    for restored in [spawn(_restore, host, await conn.get_domain_by_name(name)) for name in four_names]:
        await restored.result()


async def _restore(host: Host, guest: Domain) -> None:
    state, _ = await guest.get_state()
    if state == Domain.STATE_PAUSED:
        await guest.resume()
    elif state != Domain.STATE_RUNNING:
        await start(host, guest)
