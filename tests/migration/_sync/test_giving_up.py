# Made by tools/unasync.py from tests/migration/_async/test_giving_up.py; do not edit.
"""A deadline at each point of a migration: the guest is brought back as long as that can be done, or it comes."""

from __future__ import annotations

import pytest

from sysvirt.errors import CallTimeout

from ..failures import GIVEN_UP, POINTS, SENDING
from ..forms import OLD_NEW, OLD_OLD, shared_out
from ..links import Route
from .trips import Trip, all_go_again, reached

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("route", shared_out(__name__, [OLD_NEW, OLD_OLD]), ids="-".join, indirect=True)
def test_at_a_deadline(route: Route, trips: list[Trip], given_up: list[str]) -> None:
    for point in [*POINTS, SENDING]:
        trip = Trip(route, point, slow=point in GIVEN_UP)
        trips.append(trip)
        trip.begin(timeout=4)
    for trip in trips:
        reached(lambda trip=trip: trip.name in given_up, f"{trip.point} is given up")  # type: ignore[misc]
        trip.release()
    for trip in trips:
        error = trip.error()
        if trip.point in GIVEN_UP:
            assert isinstance(error, CallTimeout), f"{trip.point}: {error!r}"
            assert error.sent == "no"
            trip.is_at("source")
        else:
            assert error is None, f"{trip.point}: {error!r}"
            trip.is_at("target")
    all_go_again(trips)
