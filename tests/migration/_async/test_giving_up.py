"""A deadline at each point of a migration: the guest is brought back as long as that can be done, or it comes."""

from __future__ import annotations

import pytest

from sysvirt._session.aio_facade import spawn
from sysvirt.aio import Domain
from sysvirt.errors import CallTimeout

from ..counting import has_qemu
from ..failures import GIVEN_UP, POINTS, SENDING, Point
from ..forms import OLD_NEW, OLD_OLD, ROUTES, shared_out
from ..inside import inside
from ..links import Route
from .trips import Trip, all_go_again, reached

pytestmark = pytest.mark.slow


async def release(trip: Trip, given_up: list[str]) -> None:
    """Lets it go on as soon as it is given up."""
    await reached(lambda: trip.name in given_up, f"{trip.point} is given up")
    trip.release()


@pytest.mark.parametrize(
    "route", shared_out(__name__, [OLD_NEW, OLD_OLD], ROUTES), ids="-".join, indirect=True
)
async def test_at_a_deadline(route: Route, trips: list[Trip], given_up: list[str]) -> None:
    releases = []
    for point in [*POINTS, SENDING]:
        trip = Trip(route, point, slow=point in GIVEN_UP)
        trips.append(trip)
        await trip.begin(timeout=4)
        releases.append(spawn(release, trip, given_up))
    for job, trip in zip(releases, trips, strict=True):
        await job.result()
        error = await trip.error()
        if trip.point in GIVEN_UP:
            assert isinstance(error, CallTimeout), f"{trip.point}: {error!r}"
            assert error.sent == "no"
            await trip.is_at("source")
        else:
            assert error is None, f"{trip.point}: {error!r}"
            await trip.is_at("target")
    await all_go_again(trips)


async def test_perform_has_ended_and_nobody_hears_of_it(
    route: Route, trips: list[Trip], given_up: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guest is paused at the source then; the target is told to give up, and the source goes on."""
    monkeypatch.setattr(inside(Domain, "moving"), "ABORT_SECONDS", 0.5)
    trips.append(trip := Trip(route, Point("after", "perform")))
    cancelled = trip.links.target.hold_call("finish")
    await trip.begin(timeout=4)
    await reached(cancelled.has_come, "the target is told to give up")
    cancelled.release()
    await reached(lambda: not has_qemu(route.target, trip.name), "the target has given up")
    trip.release()
    error = await trip.error()
    await trip.is_at("source")
    assert isinstance(error, CallTimeout), repr(error)
