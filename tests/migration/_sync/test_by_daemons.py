# Made by tools/unasync.py from tests/migration/_async/test_by_daemons.py; do not edit.
"""Peer-to-peer migrations: the source's daemon goes on by itself when nobody hears it, and ends it without its peer."""

from __future__ import annotations

import pytest

from rig.guest import qmp
from sysvirt._session.blocking_facade import Job, spawn
from sysvirt import Connection, Domain
from sysvirt.errors import CallTimeout, Error, InvalidArgumentValue, MigrationUnfinished

from ..counting import Counting, has_qemu
from ..forms import NEW_NEW, NEW_OLD, OLD_NEW, OLD_OLD, P2P, shared_out
from ..links import Links, Route
from .trips import reached

pytestmark = pytest.mark.slow


def goes(
    route: Route, links: Links, source: Connection, guest: Counting, timeout: float | None = None
) -> Job[None]:
    """Slowly."""
    dom = source.get_domain_by_name(guest.name)
    guest.moves_to(route.target)

    def migrate() -> None:
        with source.timeout(timeout):
            dom.migrate_to_uri(links.target.uri, {Domain.MIGRATE_PARAM_BANDWIDTH: 1}, P2P)

    job = spawn(migrate)
    reached(lambda: qmp(route.source, guest.name, "query-migrate").get("status") == "active", "it goes")
    return job


@pytest.mark.parametrize("route", shared_out(__name__, [OLD_NEW, NEW_OLD]), ids="-".join, indirect=True)
def test_nobody_hears_it(route: Route, links: Links, source: Connection, counting: Counting) -> None:
    """The guest comes to the target all the same."""
    job = goes(route, links, source, counting)
    links.source.cut()
    with pytest.raises(MigrationUnfinished) as caught:
        job.result()
    assert (caught.value.source, caught.value.target) == ("unknown", "unknown")
    route.source.virsh("migrate-setspeed", counting.name, "1000")
    reached(lambda: route.target.state(counting.name) == "running (migrated)", "it has come")
    counting.goes_on(route.target)
    reached(lambda: not has_qemu(route.source, counting.name), "it has left")


@pytest.mark.parametrize("route", shared_out(__name__, [NEW_NEW, OLD_OLD]), ids="-".join, indirect=True)
def test_the_target_s_daemon_is_killed(
    route: Route, links: Links, source: Connection, counting: Counting
) -> None:
    job = goes(route, links, source, counting)
    route.target.kill_daemon()
    with pytest.raises(Error) as caught:
        job.result()
    assert not isinstance(caught.value, MigrationUnfinished)
    route.target.start_daemon()
    counting.stays_at(route.source)
    counting.goes_on(route.source)
    reached(lambda: not has_qemu(route.target, counting.name), "the target lets go of it")
    dom = source.get_domain_by_name(counting.name)
    counting.moves_to(route.target)
    dom.migrate_to_uri(route.target.uri, None, P2P)
    counting.goes_on(route.target)


def test_it_is_given_up(route: Route, links: Links, source: Connection, counting: Counting) -> None:
    job = goes(route, links, source, counting, timeout=3)
    with pytest.raises(CallTimeout, match="the guest is where it was"):
        job.result()
    counting.stays_at(route.source)
    counting.goes_on(route.source)
    reached(lambda: not has_qemu(route.target, counting.name), "nothing is left")


def test_a_uri_that_leads_back_is_refused(links: Links, source: Connection, counting: Counting) -> None:
    dom = source.get_domain_by_name(counting.name)
    links.forget()
    with pytest.raises(InvalidArgumentValue, match="another host"):
        dom.migrate_to_uri("qemu+tcp://localhost/system", None, P2P)
    assert links.steps() == []
