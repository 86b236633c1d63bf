"""A guest whose disk fails while it is on its way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rig.guest import agent_answers, disk_xml, qmp, start_inside, unique_name
from rig.image import READY
from rig.lan import IMAGES, images
from rig.moving import heard, linux_xml
from rig.wait import until
from sysvirt._session.aio_facade import spawn
from sysvirt.aio import Connection, Domain
from sysvirt.errors import OperationFailed

from ..forms import NEW_NEW, OLD_OLD
from ..links import Route
from .trips import SLOW, reached

pytestmark = pytest.mark.slow

WRITES = "dd if=/dev/zero of=/dev/vdb bs=1M count=16; sync"


@pytest.fixture
def guest(route: Route) -> Iterator[str]:
    """With Linux, and a disk on a file system at the source that has no room for what could be written to it."""
    name = unique_name("failing")
    place, disk = IMAGES / name, IMAGES / name / "disk.qcow2"
    for host in route:
        (images(host) / name).mkdir()
    with route.source.mounted("tmpfs", place, "-t", "tmpfs", "-o", "size=24m"):
        route.source.run("dd", "if=/dev/zero", f"of={place}/ballast", "bs=1M", "count=22")
        for host in route:
            host.run("qemu-img", "create", "-q", "-f", "qcow2", str(disk), "64M")
        xml = linux_xml(route.source, name, devices=disk_xml(disk, "vdb"))
        route.source.virsh("create", "/proc/self/fd/0", input=xml)
        until(lambda: READY in heard(route.source, name), f"{name} has booted")
        until(lambda: agent_answers(route.source, name), f"the agent of {name} answers")
        yield name
        for host in route:
            host.remove(name)


@pytest.mark.parametrize("route", [OLD_OLD, NEW_NEW], ids="-".join, indirect=True)
async def test_it_ends_the_migration(
    route: Route, source: Connection, target: Connection, guest: str
) -> None:
    """Where that was asked for: the guest waits where it is, and goes on when there is room."""
    dom = await source.get_domain_by_name(guest)
    flags = Domain.MIGRATE_LIVE | Domain.MIGRATE_UNSAFE | Domain.MIGRATE_ABORT_ON_ERROR
    job = spawn(dom.migrate, target, SLOW, flags)
    await reached(lambda: qmp(route.source, guest, "query-migrate").get("status") == "active", "it goes")
    start_inside(route.source, guest, WRITES)
    with pytest.raises(OperationFailed, match="failed due to I/O error"):
        await job.result()
    assert route.source.state(guest) == "paused (I/O error)"
    assert route.target.state(guest) == ""
    route.source.run("rm", f"{IMAGES}/{guest}/ballast")
    await dom.resume()
    await reached(lambda: agent_answers(route.source, guest), "it goes on")
