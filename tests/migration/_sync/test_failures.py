# Made by tools/unasync.py from tests/migration/_async/test_failures.py; do not edit.
"""What goes wrong in a migration, at each of its steps: one guest runs in the end, and the next migration succeeds.

Several guests are on their way at once, each at a point of its own, and each over connections of its own.
"""

from __future__ import annotations

import pytest

import sysvirt

from ..failures import CUTS, ENDS, Failure, daemon_ends
from ..forms import NEW_NEW, NEW_OLD, OLD_NEW, OLD_OLD, shared_out
from ..links import Route
from .trips import Trip, all_go_again

pytestmark = pytest.mark.slow


def set_out(trips: list[Trip], route: Route, failures: list[Failure]) -> None:
    for failure in failures:
        trip = Trip(route, failure.point)
        trips.append(trip)
        trip.begin()


def settle(trips: list[Trip], failures: list[Failure]) -> None:
    """All end as the table says; then they go again."""
    for trip, failure in zip(trips, failures, strict=True):
        error = trip.error()
        expected = getattr(sysvirt, failure.error) if failure.error else type(None)
        assert isinstance(error, expected), f"{failure}: {error!r}"
        if failure.fate:
            trip.is_at(failure.fate)
        else:
            trip.has_ended()
    all_go_again([trip for trip, failure in zip(trips, failures, strict=True) if failure.fate])


@pytest.mark.parametrize("route", shared_out(__name__, [OLD_OLD, NEW_OLD]), ids="-".join, indirect=True)
@pytest.mark.parametrize("failures", [CUTS, ENDS], ids=["cut", "ended"])
def test_one_is_struck(route: Route, trips: list[Trip], failures: list[Failure]) -> None:
    set_out(trips, route, failures)
    for trip, failure in zip(trips, failures, strict=True):
        failure.action(trip.links, route, trip.name)
        trip.release()
    settle(trips, failures)


@pytest.mark.parametrize("side", ["source", "target"])
@pytest.mark.parametrize("route", shared_out(__name__, [OLD_NEW, NEW_NEW]), ids="-".join, indirect=True)
def test_a_daemon_is_killed(route: Route, trips: list[Trip], side: str) -> None:
    """It is started again at once; the guests go on meanwhile."""
    failures = daemon_ends(side)
    set_out(trips, route, failures)
    getattr(route, side).kill_daemon()
    for trip in trips:
        trip.release()
    getattr(route, side).start_daemon()
    settle(trips, failures)
