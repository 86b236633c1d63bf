# Made by tools/unasync.py from tests/migration/_async/test_recovery.py; do not edit.
"""Migrations that are left in the middle: who had them was killed, or could not reach a daemon for too long.

The error tells what is known; `recover_migration` brings about one guest, later and from anywhere.
"""

from __future__ import annotations

import pytest

from sysvirt import Domain, connect
from sysvirt.errors import ConnectionLost, MigrationUnfinished

from .. import program
from ..counting import has_qemu
from ..failures import SENDING, Point
from ..forms import NEW_NEW, OLD_NEW, OLD_OLD, shared_out
from ..inside import inside
from ..links import Route
from .trips import Trip, reached

pytestmark = pytest.mark.slow

BEFORE_FINISH, AFTER_FINISH = Point("before", "finish"), Point("after", "finish")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for a daemon."""
    for module in "moving", "managed":
        monkeypatch.setattr(inside(Domain, module), "SETTLE_SECONDS", 1.5)


def recovered(trip: Trip, side: str) -> None:
    """By connections that have nothing to do with the migration; the next one succeeds."""
    source, target = trip.route
    trip.disconnect()
    with connect(source.uri, timeout=60) as here, connect(target.uri, timeout=60) as there:
        dom = here.get_domain_by_name(trip.name)
        found = dom.recover_migration(there)
        assert found.get_uuid() == dom.get_uuid()
        assert (found is dom) == (side == "source")
        assert found.is_active()
    trip.is_at(side)
    trip.goes_again()


# --- a daemon that can't be reached ------------------------------------------------------------------


@pytest.mark.parametrize("route", shared_out(__name__, [OLD_NEW, NEW_NEW]), ids="-".join, indirect=True)
@pytest.mark.parametrize(("point", "side"), [(BEFORE_FINISH, "source"), (AFTER_FINISH, "target")], ids=str)
def test_the_target_is_gone(
    route: Route, trips: list[Trip], impatient: None, point: Point, side: str
) -> None:
    """Whether it has finished nobody knows: the guest stays paused at the source. libvirt's client lets it run."""
    trips.append(trip := Trip(route, point))
    trip.begin()
    route.target.kill_daemon()
    trip.release()
    error = trip.error()
    assert isinstance(error, MigrationUnfinished), repr(error)
    assert (error.source, error.target) == ("paused", "unknown")
    assert isinstance(error.__cause__, ConnectionLost)
    assert route.source.state(trip.name) == "paused (migrating)"
    route.target.start_daemon()
    recovered(trip, side)


@pytest.mark.parametrize("route", shared_out(__name__, [OLD_NEW, NEW_NEW]), ids="-".join, indirect=True)
@pytest.mark.parametrize(("point", "side"), [(BEFORE_FINISH, "source"), (AFTER_FINISH, "target")], ids=str)
def test_over_the_same_connection(
    route: Route, trips: list[Trip], impatient: None, point: Point, side: str
) -> None:
    """Who has got the error asks for it at once when the target is there again."""
    trips.append(trip := Trip(route, point))
    trip.begin()
    route.target.kill_daemon()
    trip.release()
    assert isinstance(trip.error(), MigrationUnfinished)
    route.target.start_daemon()
    with connect(route.target.uri, timeout=60) as there:
        found = trip.dom.recover_migration(there)
        assert (found is trip.dom) == (side == "source")
    trip.is_at(side)


@pytest.mark.parametrize("route", shared_out(__name__, [OLD_OLD, OLD_NEW]), ids="-".join, indirect=True)
def test_the_source_is_gone(route: Route, trips: list[Trip], impatient: None) -> None:
    """The guest is at the target; what is left at the source stays paused there, and can't be told to go."""
    trips.append(trip := Trip(route, Point("before", "confirm")))
    trip.begin()
    route.source.kill_daemon()
    trip.release()
    error = trip.error()
    assert isinstance(error, MigrationUnfinished), repr(error)
    assert (error.source, error.target) == ("unknown", "running")
    assert route.target.state(trip.name) == "running (migrated)"
    route.source.start_daemon()
    recovered(trip, "target")


def test_the_source_is_gone_while_memory_is_sent(
    route: Route, trips: list[Trip], impatient: None
) -> None:
    trips.append(trip := Trip(route, SENDING))
    trip.begin()
    route.source.kill_daemon()
    error = trip.error()
    assert isinstance(error, MigrationUnfinished), repr(error)
    assert error.source == "unknown"
    assert error.target == "gone"
    route.source.start_daemon()
    recovered(trip, "source")


# --- a daemon that stands still ----------------------------------------------------------------------


@pytest.mark.parametrize("route", shared_out(__name__, [OLD_NEW, NEW_NEW]), ids="-".join, indirect=True)
def test_the_target_stands_still_at_finish(route: Route, trips: list[Trip]) -> None:
    """Until keepalive gives it up; then it goes on, and is asked again. libvirt's client may have two guests run."""
    trips.append(trip := Trip(route, BEFORE_FINISH))
    trip.begin(keepalive=(0.3, 2))
    asked = trip.links.target.proxy.connections
    route.target.stop_daemon()
    try:
        trip.release()
        reached(lambda: trip.links.target.proxy.connections > asked, "it is asked again")
    finally:
        route.target.cont_daemon()
    error = trip.error()
    assert error is None or isinstance(error, ConnectionLost), repr(error)
    trip.is_at("target" if error is None else "source")
    trip.goes_again()


@pytest.mark.parametrize("route", shared_out(__name__, [NEW_NEW, OLD_NEW]), ids="-".join, indirect=True)
def test_the_target_stands_still_while_memory_is_sent(route: Route, trips: list[Trip]) -> None:
    """Until keepalive gives it up, and longer: it was not told to finish. libvirt's client may have two guests run."""
    trips.append(trip := Trip(route, SENDING))
    trip.begin(keepalive=(0.3, 2))
    route.target.stop_daemon()
    try:
        reached(lambda: not trip.target.is_alive(), "keepalive gives up")
        route.source.virsh("migrate-setspeed", trip.name, "1000")
        error = trip.error()
    finally:
        route.target.cont_daemon()
    assert isinstance(error, ConnectionLost), repr(error)
    trip.is_at("source")
    trip.goes_again()


# --- the program is killed ---------------------------------------------------------------------------


@pytest.mark.parametrize("route", shared_out(__name__, [NEW_NEW, OLD_NEW]), ids="-".join, indirect=True)
@pytest.mark.parametrize(
    ("point", "side"),
    [(Point("after", "perform"), "source"), (AFTER_FINISH, "target"), (Point("before", "confirm"), "target")],
    ids=str,
)
def test_the_program_is_killed(route: Route, trips: list[Trip], point: Point, side: str) -> None:
    """After perform no guest runs until somebody looks; after finish one does, and is paused at the source, too."""
    trips.append(trip := Trip(route, point))
    trip.hold()
    trip.guest.moves_to(route.target)
    with program.start(trip.links, trip.name) as process:
        reached(trip.is_there, f"{point} is reached")
        process.kill()
    trip.release()
    assert route.source.state(trip.name) == "paused (migrating)"
    if side == "source":
        reached(lambda: not has_qemu(route.target, trip.name), "the target lets go of it")
    recovered(trip, side)
