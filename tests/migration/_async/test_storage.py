"""Guests whose disks each host has for itself: they are copied, or a full disk at the target ends it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from rig.guest import disk_xml, qmp, unique_name
from rig.host import Host
from rig.lan import IMAGES, images
from rig.moving import define_counting
from sysvirt._session.aio_facade import spawn
from sysvirt.aio import Connection, Domain
from sysvirt.errors import InvalidArgumentValue, MigrateUnsafe, OperationFailed

from ..counting import Counting, started
from ..effects import Sight
from ..forms import NEW_NEW, NEW_OLD, OLD_NEW, OLD_OLD, shared_out
from ..links import Links, Route
from .trips import SLOW, reached

pytestmark = pytest.mark.slow

ALL, INCREMENTAL = Domain.MIGRATE_NON_SHARED_DISK, Domain.MIGRATE_NON_SHARED_INC
SYNCHRONOUS = Domain.MIGRATE_NON_SHARED_SYNCHRONOUS_WRITES
MIB = 1 << 20
CONTENT = bytes(range(256)) * 4096
OTHER = b"\xff" * MIB
#: Where the target listens for disks when it is told so.
PORT = 49500

#: How disks are copied: flags, parameters, and which of vdb and vdc come over.
FORMS: dict[str, tuple[int, dict[str, int | list[str]], str]] = {
    "all": (ALL, {}, "bc"),
    "incremental": (INCREMENTAL, {}, "bc"),
    "synchronous": (INCREMENTAL | SYNCHRONOUS, {}, "bc"),
    "chosen": (ALL, {Domain.MIGRATE_PARAM_MIGRATE_DISKS: ["vdc"]}, "c"),
    "TLS": (ALL | Domain.MIGRATE_TLS, {}, "bc"),
    "parallel": (ALL | Domain.MIGRATE_PARALLEL, {}, "bc"),
}


def content(host: Host, name: str, disk: str) -> bytes:
    return (images(host) / f"{name}-{disk}.raw").read_bytes()


@pytest.fixture
def guest(route: Route) -> Iterator[Counting]:
    """With two disks that only the source has; the target has files for them."""
    name = unique_name("stored")
    disks = {letter: IMAGES / f"{name}-{letter}.raw" for letter in "bc"}
    for path in disks.values():
        (images(route.source) / path.name).write_bytes(CONTENT)
        (images(route.target) / path.name).write_bytes(bytes(MIB))
    devices = "".join(disk_xml(path, f"vd{letter}") for letter, path in disks.items())
    define_counting(route.source, name, devices=devices)
    yield started(route.source, name)
    for host in route:
        host.remove(name)
        for path in disks.values():
            (images(host) / path.name).unlink(missing_ok=True)


CASES = [
    pytest.param(form, route, id=f"{form}, {'-'.join(route)}")
    for form, route in zip(FORMS, (OLD_NEW, OLD_OLD, NEW_NEW, NEW_OLD) * 2, strict=False)
]


@pytest.mark.parametrize(("form", "route"), shared_out(__name__, CASES), indirect=["route"])
async def test_disks_are_copied(
    route: Route, source: Connection, target: Connection, guest: Counting, form: str
) -> None:
    flags, params, copied = FORMS[form]
    dom = await source.get_domain_by_name(guest.name)
    guest.moves_to(route.target)
    await dom.migrate(target, params, Domain.MIGRATE_LIVE | Domain.MIGRATE_UNSAFE | flags)
    guest.goes_on(route.target)
    for disk in "bc":
        assert content(route.target, guest.name, disk) == (CONTENT if disk in copied else bytes(MIB)), disk


async def test_a_socket_for_disks(
    route: Route, links: Links, source: Connection, target: Connection, guest: Counting
) -> None:
    dom = await source.get_domain_by_name(guest.name)
    folder = route.source.files
    params = {
        Domain.MIGRATE_PARAM_URI: f"unix://{folder}/{guest.name}.memory",
        Domain.MIGRATE_PARAM_DISKS_URI: f"unix://{folder}/{guest.name}.disks",
    }
    held = links.source.hold_call("perform")
    guest.moves_to(route.target)
    job = spawn(dom.migrate, target, params, Domain.MIGRATE_LIVE | ALL)
    await reached(held.has_come, "it is prepared")
    assert (folder / f"{guest.name}.disks").is_socket()
    held.release()
    await job.result()
    guest.goes_on(route.target)
    assert content(route.target, guest.name, "b") == CONTENT


@pytest.mark.parametrize("route", shared_out(__name__, [NEW_NEW, OLD_OLD]), ids="-".join, indirect=True)
async def test_a_port_for_disks(
    route: Route, links: Links, source: Connection, target: Connection, guest: Counting
) -> None:
    dom = await source.get_domain_by_name(guest.name)
    held = links.source.hold_call("perform")
    guest.moves_to(route.target)
    params = {Domain.MIGRATE_PARAM_DISK_PORT: PORT}
    job = spawn(dom.migrate, target, params, Domain.MIGRATE_LIVE | ALL)
    await reached(held.has_come, "it is prepared")
    assert Sight(route, links, guest.name).listens(port=PORT)
    held.release()
    await job.result()
    guest.goes_on(route.target)
    assert content(route.target, guest.name, "b") == CONTENT


@pytest.mark.parametrize("route", shared_out(__name__, [NEW_NEW, OLD_OLD]), ids="-".join, indirect=True)
@pytest.mark.parametrize("flag", [ALL, INCREMENTAL], ids=["all", "incremental"])
async def test_what_is_above_a_base(route: Route, source: Connection, target: Connection, flag: int) -> None:
    """All is copied, or what is above the base; here that is nothing, and the target has another base."""
    name = unique_name("layered")
    base, layer, whole = (IMAGES / f"{name}{end}" for end in (".raw", ".qcow2", ".whole"))
    for host, there in (route.source, CONTENT), (route.target, OTHER):
        (images(host) / base.name).write_bytes(there)
        host.run("qemu-img", "create", "-q", "-f", "qcow2", "-b", str(base), "-F", "raw", str(layer))
    define_counting(route.source, name, devices=disk_xml(layer, "vdb"))
    guest = started(route.source, name)
    dom = await source.get_domain_by_name(name)
    guest.moves_to(route.target)
    await dom.migrate(target, None, Domain.MIGRATE_LIVE | flag)
    guest.goes_on(route.target)
    for host in route:
        host.remove(name)
    route.target.run("qemu-img", "convert", "-O", "raw", str(layer), str(whole))
    assert (images(route.target) / whole.name).read_bytes() == (CONTENT if flag == ALL else OTHER)


@pytest.mark.parametrize("route", [NEW_NEW], ids="-".join, indirect=True)
@pytest.mark.parametrize("flag", [0, SYNCHRONOUS], ids=["later", "at once"])
async def test_when_writes_are_copied(
    route: Route, source: Connection, target: Connection, guest: Counting, flag: int
) -> None:
    """QEMU says of a disk whose writes are copied at once that it is actively synced."""
    dom = await source.get_domain_by_name(guest.name)
    guest.moves_to(route.target)
    job = spawn(dom.migrate, target, SLOW, Domain.MIGRATE_LIVE | ALL | flag)
    await reached(lambda: qmp(route.source, guest.name, "query-migrate").get("status") == "active", "it goes")
    jobs = qmp(route.source, guest.name, "query-block-jobs")
    assert [job["actively-synced"] for job in jobs] == [bool(flag)] * 2
    route.source.virsh("migrate-setspeed", guest.name, "1000")
    await job.result()
    guest.goes_on(route.target)


@pytest.mark.parametrize("route", [NEW_NEW], ids="-".join, indirect=True)
async def test_zeroes_are_found(
    route: Route, source: Connection, target: Connection, guest: Counting
) -> None:
    """In one of the disks, on the way to the target."""
    dom = await source.get_domain_by_name(guest.name)
    guest.moves_to(route.target)
    params = {Domain.MIGRATE_PARAM_DISKS_DETECT_ZEROES: ["vdb"], **SLOW}
    job = spawn(dom.migrate, target, params, Domain.MIGRATE_LIVE | ALL)
    await reached(lambda: qmp(route.source, guest.name, "query-migrate").get("status") == "active", "it goes")
    nodes = qmp(route.source, guest.name, "query-named-block-nodes")
    detects = {node["node-name"]: node["detect_zeroes"] for node in nodes if node["drv"] == "nbd"}
    assert detects == {"migration-vdb-storage": "unmap", "migration-vdc-storage": "off"}
    route.source.virsh("migrate-setspeed", guest.name, "1000")
    await job.result()
    guest.goes_on(route.target)
    assert content(route.target, guest.name, "b") == CONTENT


@pytest.mark.parametrize("route", [NEW_NEW], ids="-".join, indirect=True)
async def test_the_target_is_zero(
    route: Route, source: Connection, target: Connection, guest: Counting
) -> None:
    """So it was said of one of the disks, which was not true: the source's zeroes were not copied."""
    for disk in "bc":
        path = images(route.source) / f"{guest.name}-{disk}.raw"
        os.truncate(path, MIB // 2)
        os.truncate(path, MIB)
        (images(route.target) / path.name).write_bytes(OTHER)
    zeroes = CONTENT[: MIB // 2] + bytes(MIB // 2)
    dom = await source.get_domain_by_name(guest.name)
    guest.moves_to(route.target)
    params = {Domain.MIGRATE_PARAM_MIGRATE_DISKS_TARGET_ZERO: ["vdb"]}
    await dom.migrate(target, params, Domain.MIGRATE_LIVE | ALL)
    guest.goes_on(route.target)
    assert content(route.target, guest.name, "b") == zeroes[: MIB // 2] + OTHER[MIB // 2 :]
    assert content(route.target, guest.name, "c") == zeroes


@pytest.mark.parametrize("route", shared_out(__name__, [OLD_OLD, NEW_NEW]), ids="-".join, indirect=True)
async def test_disks_that_are_not_shared(
    route: Route, source: Connection, target: Connection, guest: Counting
) -> None:
    """Without a flag libvirt refuses; the target has its own then."""
    dom = await source.get_domain_by_name(guest.name)
    with pytest.raises(MigrateUnsafe):
        await dom.migrate(target, None, Domain.MIGRATE_LIVE)
    guest.goes_on(route.source)
    guest.moves_to(route.target)
    await dom.migrate(target, None, Domain.MIGRATE_LIVE | Domain.MIGRATE_UNSAFE)
    guest.goes_on(route.target)
    assert content(route.target, guest.name, "b") == bytes(MIB)


@pytest.mark.parametrize("route", shared_out(__name__, [OLD_OLD, NEW_NEW]), ids="-".join, indirect=True)
async def test_the_target_s_disk_is_full(
    route: Route, source: Connection, target: Connection, guest: Counting
) -> None:
    """A clean error, and the guest runs on; with room it goes."""
    place = Path(f"{IMAGES}/full-{guest.name}")
    (images(route.target) / place.name).mkdir()
    dom = await source.get_domain_by_name(guest.name)
    file = IMAGES / f"{guest.name}-b.raw"
    with route.target.mounted("tmpfs", place, "-t", "tmpfs", "-o", "size=256k"):
        route.target.run("truncate", "-s", "1M", f"{place}/disk")
        with route.target.mounted(f"{place}/disk", file, "--bind"):
            guest.moves_to(route.target)
            with pytest.raises(OperationFailed, match="No space left"):
                await dom.migrate(target, None, Domain.MIGRATE_LIVE | ALL)
            guest.stays_at(route.source)
            guest.goes_on(route.source)
            assert route.target.state(guest.name) == ""
    (images(route.target) / place.name).rmdir()
    guest.moves_to(route.target)
    await dom.migrate(target, None, Domain.MIGRATE_LIVE | ALL)
    guest.goes_on(route.target)
    assert content(route.target, guest.name, "b") == CONTENT


async def test_a_list_without_a_flag_is_refused(
    links: Links, source: Connection, target: Connection, guest: Counting
) -> None:
    """libvirt 9.0 would take it, and copy nothing."""
    dom = await source.get_domain_by_name(guest.name)
    links.forget()
    with pytest.raises(InvalidArgumentValue, match="migrate_disks"):
        await dom.migrate(target, {Domain.MIGRATE_PARAM_MIGRATE_DISKS: ["vdb"]}, Domain.MIGRATE_LIVE)
    assert links.steps() == []
