"""Guests whose disks each host has for itself: they are copied, or a full disk at the target ends it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rig.guest import disk_xml, unique_name
from rig.host import Host
from rig.lan import IMAGES, images
from rig.moving import define_counting
from sysvirt.aio import Connection, Domain
from sysvirt.errors import InvalidArgumentValue, OperationFailed

from ..counting import Counting, started
from ..forms import NEW_NEW, NEW_OLD, OLD_NEW, OLD_OLD, shared_out
from ..links import Links, Route

pytestmark = pytest.mark.slow

ALL, INCREMENTAL = Domain.MIGRATE_NON_SHARED_DISK, Domain.MIGRATE_NON_SHARED_INC
SYNCHRONOUS = Domain.MIGRATE_NON_SHARED_SYNCHRONOUS_WRITES
MIB = 1 << 20
CONTENT = bytes(range(256)) * 4096

#: How disks are copied: flags, parameters, and which of vdb and vdc come over.
FORMS: dict[str, tuple[int, dict[str, int | list[str]], str]] = {
    "all": (ALL, {}, "bc"),
    "incremental": (INCREMENTAL, {}, "bc"),
    "synchronous": (ALL | SYNCHRONOUS, {}, "bc"),
    "chosen": (ALL, {Domain.MIGRATE_PARAM_MIGRATE_DISKS: ["vdc"]}, "c"),
    "port": (ALL, {Domain.MIGRATE_PARAM_DISK_PORT: 49500}, "bc"),
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
    guest.moves_to(route.target)
    await dom.migrate(target, params, Domain.MIGRATE_LIVE | ALL)
    guest.goes_on(route.target)
    assert content(route.target, guest.name, "b") == CONTENT


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
