"""A connection to each host, and handles of its guests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from rig.host import Host
from sysvirt.aio import Connection, Domain, connect


@pytest.fixture(scope="session")
async def conn(host: Host) -> AsyncIterator[Connection]:
    """A connection to `host`, shared by the session."""
    async with connect(host.uri, timeout=60) as connection:
        yield connection


@pytest.fixture
async def dom(conn: Connection, firmware_guest: str) -> Domain:
    """A fresh guest that is defined and not running; gone after the test."""
    return await conn.get_domain_by_name(firmware_guest)


@pytest.fixture
async def running(host: Host, conn: Connection, firmware_guest: str) -> Domain:
    """A fresh guest that runs its firmware; gone after the test."""
    host.virsh("start", firmware_guest)
    return await conn.get_domain_by_name(firmware_guest)


@pytest.fixture
async def linux(conn: Connection, booted: str) -> Domain:
    """The host's Linux guest, booted and with its agent: leave it running."""
    return await conn.get_domain_by_name(booted)
