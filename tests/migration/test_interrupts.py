"""A task that is cancelled, and Ctrl-C, at each point of a migration: as at a deadline, see test_giving_up."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from rig.wait import until

from ._async import trips as aio
from ._sync import trips as blocking
from .failures import GIVEN_UP, POINTS, SENDING
from .forms import NEW_NEW, NEW_OLD, ROUTES, WHOLE
from .links import Route

pytestmark = pytest.mark.slow


@pytest.fixture
async def tasks() -> AsyncIterator[list[aio.Trip]]:
    """For the trips of a test: nothing of them is left after it."""
    trips: list[aio.Trip] = []
    yield trips
    for trip in trips:
        await trip.close()


@pytest.mark.parametrize("route", ROUTES if WHOLE else [NEW_NEW], ids="-".join, indirect=True)
async def test_a_task_is_cancelled(route: Route, tasks: list[aio.Trip], given_up: list[str]) -> None:
    for point in [*POINTS, SENDING]:
        trip = aio.Trip(route, point, slow=point in GIVEN_UP)
        tasks.append(trip)
        await trip.begin()
        trip.job.drop()
        await aio.reached(lambda trip=trip: trip.name in given_up, f"{trip.point} is given up")  # type: ignore[misc]
        trip.release()
    for trip in tasks:
        with pytest.raises(asyncio.CancelledError):
            await trip.job.result()
        await trip.is_at("source" if trip.point in GIVEN_UP else "target")
    await aio.all_go_again(tasks)


@pytest.fixture
def calls() -> Iterator[list[blocking.Trip]]:
    """For the trips of a test: nothing of them is left after it."""
    trips: list[blocking.Trip] = []
    yield trips
    for trip in trips:
        trip.close()


@pytest.mark.parametrize("route", ROUTES if WHOLE else [NEW_OLD], ids="-".join, indirect=True)
def test_ctrl_c(route: Route, calls: list[blocking.Trip], given_up: list[str]) -> None:
    for point in [*POINTS, SENDING]:
        trip = blocking.Trip(route, point, slow=point in GIVEN_UP)
        calls.append(trip)
        trip.connect()
        trip.hold()
        strikes = threading.Thread(target=_strike, args=(trip, given_up))
        strikes.start()
        with pytest.raises(KeyboardInterrupt):
            trip.migrate()
        strikes.join()
    for trip in calls:
        trip.is_at("source" if trip.point in GIVEN_UP else "target")
    blocking.all_go_again(calls)


def _strike(trip: blocking.Trip, given_up: list[str]) -> None:
    until(trip.is_there, f"{trip.point} is reached")
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    until(lambda: trip.name in given_up, f"{trip.point} is given up")
    trip.release()
