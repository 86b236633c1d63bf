"""A connection to each host, and handles of its guests."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rig.guest import disk_xml, firmware_xml, make_disk, unique_name
from rig.host import Host
from sysvirt.aio import Connection, Domain, StoragePool, connect


@pytest.fixture(scope="session")
async def conn(host: Host) -> AsyncIterator[Connection]:
    """A connection to `host`, shared by the session."""
    async with connect(host.uri, timeout=60) as connection:
        yield connection


@pytest.fixture
async def there(other: Host) -> AsyncIterator[Connection]:
    """A connection to the other host."""
    async with connect(other.uri, timeout=60) as connection:
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


@pytest.fixture
def disk(host: Host) -> Path:
    """A fresh disk, inside which there may be snapshots and bitmaps."""
    return make_disk(host, f"{unique_name('disk')}.qcow2")


@pytest.fixture
async def dom_with_disk(host: Host, conn: Connection, disk: Path) -> AsyncIterator[Domain]:
    """A fresh guest with a fresh disk, defined and not running; gone after the test."""
    name = unique_name("disk")
    host.define(firmware_xml(host, name, extra_devices=disk_xml(disk)))
    yield await conn.get_domain_by_name(name)
    host.remove(name)


@pytest.fixture
async def pool(host: Host, conn: Connection) -> AsyncIterator[StoragePool]:
    """A fresh storage pool, started, in a folder of its own; gone after the test."""
    folder = host.files / unique_name("pool")
    xml = f"<pool type='dir'><name>{folder.name}</name><target><path>{folder}</path></target></pool>"
    pool = await conn.create_storage_pool(xml, StoragePool.CREATE_WITH_BUILD)
    yield pool
    if folder.name in host.virsh("pool-list", "--name").split():
        host.virsh("pool-destroy", folder.name)
    shutil.rmtree(folder, ignore_errors=True)
