# Made by tools/unasync.py from tests/migration/_async/test_post_copy.py; do not edit.
"""Guests that go on at the target before their memory is there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rig.guest import qmp, unique_name
from rig.host import Host
from rig.moving import define_counting
from sysvirt._session.blocking_facade import Job, spawn
from sysvirt import Connection, Domain, connect
from sysvirt.errors import MigrationUnfinished, OperationFailed, OperationInvalid

from ..counting import Counting, started
from ..failures import SIDES
from ..forms import NEW_NEW, ROUTES, shared_out
from ..inside import inside
from ..links import Links, Route
from .trips import reached

pytestmark = pytest.mark.slow

POSTCOPY = Domain.MIGRATE_LIVE | Domain.MIGRATE_POSTCOPY
SLOW = {Domain.MIGRATE_PARAM_BANDWIDTH: 1, Domain.MIGRATE_PARAM_BANDWIDTH_POSTCOPY: 1}
FAST = {Domain.MIGRATE_PARAM_BANDWIDTH_POSTCOPY: 1000}


@pytest.fixture
def guest(route: Route) -> Iterator[Counting]:
    name = unique_name("post-copy")
    define_counting(route.source, name, memory_mib=64)
    counting = started(route.source, name)
    counting.repeats = True
    yield counting
    for host in route:
        host.remove(name)


def status(host: Host, guest: Counting) -> object:
    """How far QEMU is with it."""
    return qmp(host, guest.name, "query-migrate").get("status")


@pytest.mark.parametrize("route", shared_out(__name__, ROUTES), ids="-".join, indirect=True)
def test_by_hand(route: Route, source: Connection, target: Connection, guest: Counting) -> None:
    dom = source.get_domain_by_name(guest.name)
    with pytest.raises(OperationInvalid):
        dom.migrate_start_post_copy()
    guest.moves_to(route.target)
    job = spawn(dom.migrate, target, {Domain.MIGRATE_PARAM_BANDWIDTH: 1}, POSTCOPY)
    reached(lambda: status(route.source, guest) == "active", "it goes")
    dom.migrate_start_post_copy()
    moved = job.result()
    assert (moved.get_state())[0] == Domain.STATE_RUNNING
    guest.goes_on(route.target)


def halved(route: Route, source: Connection, target: Connection, guest: Counting) -> Job[Domain]:
    """Migrates the guest up to a break in post-copy, of which the migration's end tells.

    It counts at the target by then: it waits for no memory there. QEMU does nothing for a monitor while a guest that
    waits for memory has its lock, and so can't be told to resume.
    """
    dom = source.get_domain_by_name(guest.name)
    guest.moves_to(route.target)
    job = spawn(dom.migrate, target, SLOW, POSTCOPY)
    reached(lambda: status(route.source, guest) == "active", "it goes")
    dom.migrate_start_post_copy()
    reached(lambda: route.target.state(guest.name) == "running (post-copy)", "it goes on there")
    guest.goes_on(route.target)
    route.source.virsh("domjobabort", guest.name, "--postcopy")
    return job


def is_halved(route: Route, guest: Counting) -> None:
    """Both sides know that it can't go on; QEMU notices that a little later at the source."""
    reached(lambda: status(route.source, guest) == "postcopy-paused", "the source has noticed")
    assert route.source.state(guest.name) == "paused (post-copy failed)"
    assert route.target.state(guest.name) == "running (post-copy failed)"


def resumes(route: Route, source: Connection, target: Connection, guest: Counting) -> None:
    is_halved(route, guest)
    dom = source.get_domain_by_name(guest.name)
    resumed = dom.migrate(target, FAST, POSTCOPY | Domain.MIGRATE_POSTCOPY_RESUME)
    assert resumed.get_uuid() == dom.get_uuid()
    guest.goes_on(route.target)
    assert route.target.state(guest.name) == "running (migrated)"
    assert route.source.state(guest.name).startswith("shut off")


@pytest.mark.parametrize("route", shared_out(__name__, ROUTES), ids="-".join, indirect=True)
def test_the_link_breaks(route: Route, source: Connection, target: Connection, guest: Counting) -> None:
    """It is told as libvirt tells it, and the guest needs both sides then. It goes on when it is told to resume."""
    job = halved(route, source, target, guest)
    with pytest.raises(OperationFailed, match="failed in post-copy phase") as caught:
        job.result()
    assert "MIGRATE_POSTCOPY_RESUME" in caught.value.__notes__[0]
    resumes(route, source, target, guest)


@pytest.mark.parametrize("route", [NEW_NEW], ids="-".join, indirect=True)
def test_the_link_breaks_and_the_source_is_lost(
    route: Route, links: Links, source: Connection, target: Connection, guest: Counting
) -> None:
    """It is told the same: nothing of the guest is ended, nor waited for."""
    held = links.source.hold_call("confirm")
    job = halved(route, source, target, guest)
    reached(held.has_come, "the source is about to hear of it")
    links.source.cut()
    held.release()
    with pytest.raises(OperationFailed, match="failed in post-copy phase") as caught:
        job.result()
    assert "MIGRATE_POSTCOPY_RESUME" in caught.value.__notes__[0]
    with connect(links.source.uri, timeout=60) as again:
        resumes(route, again, target, guest)


@pytest.mark.parametrize("route", [NEW_NEW], ids="-".join, indirect=True)
@pytest.mark.parametrize("step", ["prepare", "perform", "finish"])
def test_to_resume_takes_too_long(
    route: Route,
    links: Links,
    source: Connection,
    target: Connection,
    guest: Counting,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    """The error tells where the halves are. When a daemon answers after all, it goes on, or can be told again."""
    job = halved(route, source, target, guest)
    with pytest.raises(OperationFailed):
        job.result()
    is_halved(route, guest)
    monkeypatch.setattr(inside(Domain, "moving"), "SETTLE_SECONDS", 0.5)
    held = getattr(links, SIDES[step]).hold_reply(step)
    dom = source.get_domain_by_name(guest.name)
    with pytest.raises(MigrationUnfinished) as caught, source.timeout(4):
        dom.migrate(target, FAST, POSTCOPY | Domain.MIGRATE_POSTCOPY_RESUME)
    assert (caught.value.source, caught.value.target) == ("paused", "running")
    assert held.has_come()
    held.release()
    if step == "prepare":
        resumes(route, source, target, guest)
    else:
        reached(lambda: route.source.state(guest.name).startswith("shut off"), "it has left")
        assert route.target.state(guest.name) == "running (migrated)"
        guest.goes_on(route.target)


def test_it_is_not_given_up(
    route: Route, source: Connection, target: Connection, guest: Counting, given_up: list[str]
) -> None:
    """In post-copy a deadline ends nothing: the guest would be lost. It goes on to its end."""
    dom = source.get_domain_by_name(guest.name)
    guest.moves_to(route.target)

    def limited() -> Domain:
        with source.timeout(4):
            return dom.migrate(target, SLOW, POSTCOPY)

    job = spawn(limited)
    reached(lambda: status(route.source, guest) == "active", "it goes")
    dom.migrate_start_post_copy()
    reached(lambda: guest.name in given_up, "it is given up")
    dom.migrate_set_max_speed(1000, Domain.MIGRATE_MAX_SPEED_POSTCOPY)
    moved = job.result()
    assert (moved.get_state())[0] == Domain.STATE_RUNNING
    guest.goes_on(route.target)
