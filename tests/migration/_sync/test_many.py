# Made by tools/unasync.py from tests/migration/_async/test_many.py; do not edit.
"""Many migrations at once over one pair of connections, in both directions; and one after the other."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from rig.guest import unique_name
from rig.moving import define_counting
from sysvirt._session.blocking_facade import Job, spawn
from sysvirt import Connection, Domain, connect
from tests.faults_real.helpers import held

from ..counting import Counting, started
from ..forms import NEW_NEW, NEW_OLD, OLD_NEW, OLD_OLD, WHOLE, shared_out
from ..links import Route
from .trips import reached

pytestmark = pytest.mark.slow

ROUND_TRIPS = 30 if WHOLE else 4


@pytest.fixture
def guests(route: Route) -> Iterator[list[Counting]]:
    """Eight that count, half of them at each end."""
    found: list[Counting] = []
    for host in (*route, *route, *route, *route):
        name = unique_name("many")
        define_counting(host, name)
        found.append(started(host, name))
    yield found
    for guest in found:
        for host in route:
            host.remove(guest.name)


def quiet(*connections: Connection) -> bool:
    """No place and no key is taken, nothing is in flight."""
    sessions = [connection._channel.session for connection in connections]
    return not any(
        session.pending or session.admission._ordinary or session.admission._keys or session.admission.queue
        for session in sessions
    )


@pytest.mark.parametrize("route", shared_out(__name__, [OLD_NEW, NEW_NEW]), ids="-".join, indirect=True)
def test_both_ways(
    route: Route, source: Connection, target: Connection, guests: list[Counting]
) -> None:
    """None fails for the others, nor for calls about the same guests between them."""
    before = held()
    for _ in range(2):
        jobs: list[Job[Domain]] = []
        asked: list[Job[object]] = []
        for guest in guests:
            here, there = (source, target) if guest.host is route.source else (target, source)
            dom = here.get_domain_by_name(guest.name)
            guest.moves_to(route.target if here is source else route.source)
            jobs.append(spawn(dom.migrate, there, None, Domain.MIGRATE_LIVE))
            asked.append(spawn(dom.get_info))
        for guest, job in zip(guests, jobs, strict=True):
            moved = job.result()
            assert moved.get_name() == guest.name
        for info in asked:
            info.result()
        for guest in guests:
            guest.goes_on(guest.host)
            other = route.source if guest.host is route.target else route.target
            assert not other.state(guest.name).startswith(("running", "paused"))
    reached(lambda: quiet(source, target), "nothing is held")
    reached(before.is_all, "nothing is left behind")


@pytest.mark.parametrize("route", shared_out(__name__, [NEW_OLD, OLD_OLD]), ids="-".join, indirect=True)
def test_there_and_back(route: Route) -> None:
    """With a load in the guest; no descriptor, thread, task, place or byte is lost on the way."""
    name = unique_name("restless")
    define_counting(route.source, name, restless=True)
    guest = started(route.source, name)
    sizes = []
    with connect(route.source.uri) as source, connect(route.target.uri) as target:
        before = held()
        dom = source.get_domain_by_name(name)
        for _ in range(ROUND_TRIPS):
            for there, host in (target, route.target), (source, route.source):
                guest.moves_to(host)
                dom = dom.migrate(there, None, Domain.MIGRATE_LIVE)
                guest.goes_on(host)
            gc.collect()
            sizes.append(len(gc.get_objects()))
        assert sizes[-1] < sizes[1] + 20 * len(sizes), sizes
        reached(lambda: quiet(source, target), "nothing is held")
        reached(before.is_all, "nothing is left behind")
    for host in route:
        host.remove(name)
