"""Migrations to a second host of the same release, as virsh and QEMU see them; all forms are in tests/migration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from rig.guest import disk_xml, firmware_xml, hmp, qmp, unique_name
from rig.host import Host
from rig.wait import until
from sysvirt import typedparams
from sysvirt._protocol.table import remote
from sysvirt._session import aio_facade as facade
from sysvirt.aio import Connection, Domain, connect
from sysvirt.errors import CallTimeout, Error, OperationInvalid
from sysvirt.results import MigrationProgress
from tests.conformance.recorder import Recorder
from tests.migration.effects import REFUSALS

from ..machine import FILLING

pytestmark = pytest.mark.slow

UNSAFE = Domain.MIGRATE_LIVE | Domain.MIGRATE_UNSAFE
BEFORE_AND_AFTER = "virsh domstate on both hosts"
MIB = 1 << 20


@pytest.fixture
def name(host: Host, other: Host) -> Iterator[str]:
    """A guest that runs on `host`; gone after the test, wherever it is."""
    name = unique_name("migrates")
    host.define(firmware_xml(host, name))
    host.virsh("start", name)
    yield name
    for one in (host, other):
        one.remove(name)


@pytest.fixture
async def dom(conn: Connection, name: str) -> Domain:
    return await conn.get_domain_by_name(name)


def by(host: Host, name: str) -> str:
    """Where its memory goes: a socket, which needs no network."""
    return f"unix://{host.files}/{name}.migration"


def where(host: Host, other: Host, name: str) -> tuple[str, str]:
    """The guest's state on both hosts; "" where it is unknown."""
    return host.state(name), other.state(name)


MOVED = ("shut off (migrated)", "running (migrated)")


async def test_migrate(
    host: Host, other: Host, there: Connection, dom: Domain, name: str, observed: Recorder
) -> None:
    moved = await dom.migrate(there, {Domain.MIGRATE_PARAM_URI: by(host, name)}, UNSAFE)
    assert where(host, other, name) == MOVED
    assert (moved.get_name(), moved.get_uuid(), dom.get_id()) == (name, dom.get_uuid(), -1)
    assert moved.get_connection() is there
    assert moved.get_id() == int(other.virsh("domid", name))
    observed("migrate", BEFORE_AND_AFTER)


async def test_migrate2(
    host: Host, other: Host, there: Connection, dom: Domain, name: str, observed: Recorder
) -> None:
    xml = host.virsh("dumpxml", "--migratable", name).replace("</name>", "</name><title>moved</title>")
    moved = await dom.migrate2(there, xml, UNSAFE | Domain.MIGRATE_PAUSED, None, by(host, name), 100)
    assert where(host, other, name) == ("shut off (migrated)", "paused (migrated)") or where(
        host, other, name
    ) == ("shut off (migrated)", "paused (user)")
    assert other.virsh("desc", "--title", name) == "moved"
    await moved.resume()
    observed("migrate2", f"{BEFORE_AND_AFTER}; virsh desc on the other")


async def test_migrate_to_uri(host: Host, other: Host, dom: Domain, name: str, observed: Recorder) -> None:
    flags = UNSAFE | Domain.MIGRATE_PEER2PEER
    await dom.migrate_to_uri(other.uri, {Domain.MIGRATE_PARAM_URI: by(host, name)}, flags)
    assert where(host, other, name) == MOVED
    assert dom.get_id() == -1
    observed("migrate_to_uri", BEFORE_AND_AFTER)


async def test_migrate_to_uri2(host: Host, other: Host, dom: Domain, name: str, observed: Recorder) -> None:
    flags = UNSAFE | Domain.MIGRATE_PEER2PEER | Domain.MIGRATE_TUNNELLED
    await dom.migrate_to_uri2(other.uri, None, None, flags)
    assert where(host, other, name) == MOVED
    observed("migrate_to_uri2", BEFORE_AND_AFTER)


async def test_direct_migration(dom: Domain, observed: Recorder) -> None:
    with pytest.raises(Error) as refusal:
        await dom.migrate_to_uri("tcp://somewhere", {}, Domain.MIGRATE_LIVE)
    observed.refusal("migrate_to_uri", refusal.value)


def parameters(host: Host, name: str) -> dict[str, int]:
    found: dict[str, int] = qmp(host, name, "query-migrate-parameters")
    return found


async def test_settings(host: Host, dom: Domain, name: str, observed: Recorder) -> None:
    await dom.migrate_set_max_downtime(1234)
    assert parameters(host, name)["downtime-limit"] == 1234 == await dom.migrate_get_max_downtime()
    observed("migrate_set_max_downtime", "QMP: query-migrate-parameters")
    observed("migrate_get_max_downtime", "QMP: query-migrate-parameters")
    await dom.migrate_set_max_speed(17)
    assert parameters(host, name)["max-bandwidth"] == 17 * MIB
    assert host.virsh("migrate-getspeed", name) == str(await dom.migrate_get_max_speed()) == "17"
    await dom.migrate_set_max_speed(19, Domain.MIGRATE_MAX_SPEED_POSTCOPY)
    assert parameters(host, name)["max-postcopy-bandwidth"] == 19 * MIB
    assert await dom.migrate_get_max_speed(Domain.MIGRATE_MAX_SPEED_POSTCOPY) == 19
    observed("migrate_set_max_speed", "QMP: query-migrate-parameters")
    observed("migrate_get_max_speed", "virsh migrate-getspeed")
    await dom.migrate_set_compression_cache(128 * MIB)
    assert parameters(host, name)["xbzrle-cache-size"] == 128 * MIB
    assert await dom.migrate_get_compression_cache() == 128 * MIB
    observed("migrate_set_compression_cache", "QMP: query-migrate-parameters")
    observed("migrate_get_compression_cache", "QMP: query-migrate-parameters")


async def test_post_copy(
    host: Host, other: Host, conn: Connection, there: Connection, observed: Recorder
) -> None:
    name = unique_name("post-copy")
    disk = host.files / f"{name}.raw"
    disk.write_bytes(FILLING.ljust(1 << 20, b"\0"))
    xml = firmware_xml(host, name, extra_devices=disk_xml(disk).replace("</disk>", "<shareable/></disk>"))
    host.define(xml.replace("<memory unit='MiB'>16<", "<memory unit='MiB'>64<"))
    with ExitStack() as stack:
        stack.callback(host.remove, name)
        stack.callback(other.remove, name)
        host.virsh("start", name)
        until(lambda: hmp(host, name, "xp /1xw 0x3eff000").endswith("0x00000001"), "its memory is full")
        dom = await conn.get_domain_by_name(name)
        with pytest.raises(OperationInvalid) as refusal:
            await dom.migrate_start_post_copy()
        observed.refusal("migrate_start_post_copy", refusal.value)
        params: dict[str, str | int] = {
            Domain.MIGRATE_PARAM_URI: by(host, name),
            Domain.MIGRATE_PARAM_BANDWIDTH: 1,
            Domain.MIGRATE_PARAM_BANDWIDTH_POSTCOPY: 50,
        }
        moving = facade.spawn(dom.migrate, there, params, UNSAFE | Domain.MIGRATE_POSTCOPY)
        await facade.in_thread(
            until, lambda: qmp(host, name, "query-migrate").get("status") == "active", "it goes"
        )
        await dom.migrate_start_post_copy()
        await moving.result()
        assert where(host, other, name) == MOVED
        observed("migrate_start_post_copy", f"a migration of 64 s ends at once: {BEFORE_AND_AFTER}")


@pytest.fixture
def filled(host: Host, other: Host) -> Iterator[str]:
    """A guest that runs on `host`, with 64 MiB of memory that is not empty."""
    name = unique_name("filled")
    disk = host.files / f"{name}.raw"
    disk.write_bytes(FILLING.ljust(1 << 20, b"\0"))
    xml = firmware_xml(host, name, extra_devices=disk_xml(disk).replace("</disk>", "<shareable/></disk>"))
    host.define(xml.replace("<memory unit='MiB'>16<", "<memory unit='MiB'>64<"))
    host.virsh("start", name)
    until(lambda: hmp(host, name, "xp /1xw 0x3eff000").endswith("0x00000001"), "its memory is full")
    yield name
    for one in (host, other):
        one.remove(name)


def slowly(host: Host, name: str) -> dict[str, str | int]:
    return {Domain.MIGRATE_PARAM_URI: by(host, name), Domain.MIGRATE_PARAM_BANDWIDTH: 16}


async def test_progress(
    host: Host, other: Host, conn: Connection, there: Connection, filled: str, observed: Recorder
) -> None:
    dom = await conn.get_domain_by_name(filled)
    seen: list[MigrationProgress] = []
    async for progress in dom.with_progress(dom.migrate, there, slowly(host, filled), UNSAFE):
        assert isinstance(progress, MigrationProgress)
        seen.append(progress)
    assert where(host, other, filled) == MOVED
    seen = [progress for progress in seen if progress.total]  # it has begun
    assert len(seen) > 3
    first, last = seen[0], seen[-1]
    assert first.memory_remaining > last.memory_remaining == 0
    assert first.memory_total == last.memory_total > 64 * MIB
    assert 4 * MIB < seen[-2].memory_rate < 40 * MIB
    assert [p.memory_done for p in seen] == sorted(p.memory_done for p in seen)
    assert last.iteration >= 1
    told = host.virsh("domjobinfo", filled, "--completed", "--rawstats")
    assert f"downtime: {last.downtime}" in told.replace("  ", " ") or str(last.downtime) in told
    assert str(last.memory_done) in told
    observed("with_progress", "virsh domjobinfo --completed on the host that the guest has left")


async def test_progress_up_to_a_deadline(
    host: Host, other: Host, conn: Connection, there: Connection, filled: str, observed: Recorder
) -> None:
    """The migration is aborted, and settled when the loop has been left."""
    dom = await conn.get_domain_by_name(filled)
    followed: list[MigrationProgress] = []
    with conn.timeout(2), pytest.raises(CallTimeout, match="the guest is where it was"):
        await to_its_end(dom, there, slowly(host, filled), followed)
    assert followed
    assert where(host, other, filled)[0].startswith("running")
    assert filled not in other.virsh("list", "--all", "--name").split()
    assert "None" in host.virsh("domjobinfo", filled)
    assert not await first_of_job(dom)
    observed("follow_job", "virsh domjobinfo, when it was aborted")


async def to_its_end(
    dom: Domain, there: Connection, params: dict[str, str | int], followed: list[MigrationProgress]
) -> None:
    async for progress in dom.with_progress(dom.migrate, there, params, UNSAFE):
        assert isinstance(progress, MigrationProgress)
        if not followed:  # once: another look could be what the deadline ends
            followed += await first_of_job(dom)


async def first_of_job(dom: Domain) -> list[MigrationProgress]:
    async for progress in dom.follow_job(0.05):
        assert isinstance(progress, MigrationProgress)
        return [progress]
    return []


async def left_paused(host: Host, other: Host, name: str) -> None:
    """The client of a migration ends between perform and finish."""
    async with connect(host.uri) as source, connect(other.uri) as target:
        dom = await source.get_domain_by_name(name)
        flags = int(UNSAFE | Domain.MIGRATE_CHANGE_PROTECTION)
        given = {Domain.MIGRATE_PARAM_URI: by(host, name)}
        call = source._call
        first = typedparams.encode("params", given, typedparams.kinds("migrate"))
        cookie, xml = await call(remote.DOMAIN_MIGRATE_BEGIN3_PARAMS, dom._ref, first, flags)
        given[Domain.MIGRATE_PARAM_DEST_XML] = xml
        sent = typedparams.encode("params", given, typedparams.kinds("migrate"))
        cookie, _ = await target._call(remote.DOMAIN_MIGRATE_PREPARE3_PARAMS, sent, cookie, int(UNSAFE))
        await call(remote.DOMAIN_MIGRATE_PERFORM3_PARAMS, dom._ref, None, sent, cookie, flags)


async def test_recover_migration(
    host: Host, other: Host, there: Connection, dom: Domain, name: str, observed: Recorder
) -> None:
    await left_paused(host, other, name)
    until(lambda: where(host, other, name) == ("paused (migrating)", ""), "it is nowhere")
    found = await dom.recover_migration(there)
    assert found is dom
    assert where(host, other, name)[0].startswith("running")
    moved = await dom.migrate(there, {Domain.MIGRATE_PARAM_URI: by(host, name)}, UNSAFE)
    assert await dom.recover_migration(there) == moved
    assert where(host, other, name) == MOVED
    observed("recover_migration", f"a client that ended after perform: {BEFORE_AND_AFTER}")


async def test_what_is_refused(
    host: Host, other: Host, there: Connection, dom: Domain, name: str, observed: Recorder
) -> None:
    """In these words, and without a job that is left."""
    for refusal in REFUSALS:
        if host.suite in refusal.suites:
            params = {Domain.MIGRATE_PARAM_URI: by(host, name), **refusal.params}
            with pytest.raises(Error) as refused:
                await dom.migrate(there, params, refusal.flags)
            observed.refusal("migrate", refused.value)
            assert type(refused.value).__name__ == refusal.error, refusal
            assert re.fullmatch(refusal.said, refused.value.message), (refusal, refused.value.message)
            assert where(host, other, name)[0].startswith("running"), refusal
            assert (await dom.get_job_info()).type == Domain.JOB_NONE, refusal


@pytest.mark.parametrize(
    "flag", [Domain.MIGRATE_NON_SHARED_DISK, Domain.MIGRATE_NON_SHARED_INC], ids=["whole", "changes"]
)
async def test_disks(
    host: Host, other: Host, conn: Connection, there: Connection, disk: Path, flag: int, observed: Recorder
) -> None:
    """Copied to a file of the same path, as the other host sees it."""
    name = unique_name("disks")
    host.define(firmware_xml(host, name, extra_devices=disk_xml(disk)))
    copy = other.files / disk.name
    other.run("qemu-img", "create", "-f", "qcow2", str(copy), "16M")
    with ExitStack() as stack:
        stack.callback(host.remove, name)
        stack.callback(other.remove, name)
        host.virsh("start", name)
        dom = await conn.get_domain_by_name(name)
        params = {
            Domain.MIGRATE_PARAM_URI: by(host, name),
            Domain.MIGRATE_PARAM_DISKS_URI: f"{by(host, name)}-disks",
            Domain.MIGRATE_PARAM_MIGRATE_DISKS: ["vda"],
            Domain.MIGRATE_PARAM_DEST_XML: host.virsh("dumpxml", "--migratable", name).replace(
                str(disk), str(copy)
            ),
        }
        flags = UNSAFE | flag | Domain.MIGRATE_NON_SHARED_SYNCHRONOUS_WRITES
        await dom.migrate(there, params, flags)
        assert where(host, other, name) == MOVED
        assert str(copy) in other.virsh("domblklist", name)
        other.remove(name)
        compared = other.run("qemu-img", "compare", str(disk), str(copy))
        assert "identical" in compared
        observed("migrate", "qemu-img compare of a disk and its copy")
