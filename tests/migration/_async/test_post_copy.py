"""Guests that go on at the target before their memory is there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rig.guest import qmp, unique_name
from rig.host import Host
from rig.moving import define_counting
from sysvirt._session.aio_facade import spawn
from sysvirt.aio import Connection, Domain
from sysvirt.errors import OperationFailed, OperationInvalid

from ..counting import Counting, started
from ..forms import NEW_NEW, NEW_OLD, OLD_NEW, OLD_OLD, shared_out
from ..links import Route
from .trips import reached

pytestmark = pytest.mark.slow

POSTCOPY = Domain.MIGRATE_LIVE | Domain.MIGRATE_POSTCOPY
SLOW = {Domain.MIGRATE_PARAM_BANDWIDTH: 1, Domain.MIGRATE_PARAM_BANDWIDTH_POSTCOPY: 1}


@pytest.fixture
def guest(route: Route) -> Iterator[Counting]:
    name = unique_name("post-copy")
    define_counting(route.source, name, memory_mib=64)
    yield started(route.source, name)
    for host in route:
        host.remove(name)


def status(host: Host, guest: Counting) -> object:
    """How far QEMU is with it."""
    return qmp(host, guest.name, "query-migrate").get("status")


@pytest.mark.parametrize(
    "route", shared_out(__name__, [OLD_NEW, NEW_NEW, OLD_OLD, NEW_OLD]), ids="-".join, indirect=True
)
async def test_by_hand(route: Route, source: Connection, target: Connection, guest: Counting) -> None:
    dom = await source.get_domain_by_name(guest.name)
    with pytest.raises(OperationInvalid):
        await dom.migrate_start_post_copy()
    guest.moves_to(route.target)
    job = spawn(dom.migrate, target, {Domain.MIGRATE_PARAM_BANDWIDTH: 1}, POSTCOPY)
    await reached(lambda: status(route.source, guest) == "active", "it goes")
    await dom.migrate_start_post_copy()
    moved = await job.result()
    assert (await moved.get_state())[0] == Domain.STATE_RUNNING
    guest.goes_on(route.target)


@pytest.mark.parametrize("route", [NEW_NEW], ids="-".join, indirect=True)
async def test_the_link_breaks(route: Route, source: Connection, target: Connection, guest: Counting) -> None:
    """It is told as libvirt tells it, and the guest stays where it is, in halves: nothing of it is ended."""
    dom = await source.get_domain_by_name(guest.name)
    guest.moves_to(route.target)
    job = spawn(dom.migrate, target, SLOW, POSTCOPY)
    await reached(lambda: status(route.source, guest) == "active", "it goes")
    await dom.migrate_start_post_copy()
    await reached(lambda: route.target.state(guest.name) == "running (post-copy)", "it goes on there")
    route.source.virsh("domjobabort", guest.name, "--postcopy")
    with pytest.raises(OperationFailed, match="failed in post-copy phase"):
        await job.result()
    assert route.source.state(guest.name) == "paused (post-copy failed)"
    assert route.target.state(guest.name) == "running (post-copy failed)"


async def test_it_is_not_given_up(
    route: Route, source: Connection, target: Connection, guest: Counting, given_up: list[str]
) -> None:
    """In post-copy a deadline ends nothing: the guest would be lost. It goes on to its end."""
    dom = await source.get_domain_by_name(guest.name)
    guest.moves_to(route.target)

    async def limited() -> Domain:
        with source.timeout(4):
            return await dom.migrate(target, SLOW, POSTCOPY)

    job = spawn(limited)
    await reached(lambda: status(route.source, guest) == "active", "it goes")
    await dom.migrate_start_post_copy()
    await reached(lambda: guest.name in given_up, "it is given up")
    await dom.migrate_set_max_speed(1000, Domain.MIGRATE_MAX_SPEED_POSTCOPY)
    moved = await job.result()
    assert (await moved.get_state())[0] == Domain.STATE_RUNNING
    guest.goes_on(route.target)
