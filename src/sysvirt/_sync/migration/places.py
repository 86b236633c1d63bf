# Made by tools/unasync.py from src/sysvirt/_async/migration/places.py; do not edit.
"""What a migration needs of its connections before it begins, and holds until it has ended.

At the source that is a place and the guest's key for long calls: the daemon keeps the guest's lock from begin to
confirm, so that another long call there would only hold up the next step. At the target it is a place for prepare.

**No deadlock.** A migration holds nothing of one connection while it waits for the other. All begin with the connection
that comes first in one order, so that of those that need the same two one goes on.
"""

from __future__ import annotations

from ..._protocol.table import remote
from ..._session.call import Reservation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..._session.blocking import BlockingPump


class Place:
    """What is reserved on one connection."""

    __slots__ = ("_make", "held", "pump", "waiting")

    def __init__(self, pump: BlockingPump, make: Callable[[], Reservation]) -> None:
        self.pump = pump
        self._make = make
        self.held: Reservation | None = None
        #: What is being waited for.
        self.waiting: Reservation | None = None

    def take(self, unwanted: Callable[[], bool], wait: bool) -> bool:
        self.waiting = reservation = self._make()
        # In this order: who finds it unwanted later wakes what waits by then.
        if not unwanted() and self.pump.reserve(reservation, wait):
            self.held = reservation
        self.waiting = None
        return self.held is not None

    def give_back(self) -> None:
        held, self.held = self.held, None
        if held is not None:
            self.pump.session.abandon(held)

    def wake(self) -> None:
        """Has who waits for it see that nobody wants it any more."""
        waiting = self.waiting
        if waiting is not None:
            self.pump.wake(waiting)


def at_source(pump: BlockingPump, ref: bytes) -> Place:
    return Place(pump, lambda: Reservation(remote.DOMAIN_MIGRATE_PERFORM3_PARAMS, (ref,)))


def at_target(pump: BlockingPump) -> Place:
    # Not as a long call: it is there only until prepare is answered, so that it needs not leave a place to others.
    return Place(pump, lambda: Reservation(remote.DOMAIN_MIGRATE_PREPARE3_PARAMS, wait="change"))


def take(places: list[Place], unwanted: Callable[[], bool]) -> bool:
    """Takes them all, however long that takes; False, and none, when they have become unwanted meanwhile."""
    ordered = sorted(places, key=lambda place: id(place.pump.session))
    while not unwanted():
        if ordered[0].take(unwanted, wait=True):
            lacking = _take_at_once(ordered[1:], unwanted)
            if lacking is None:
                return True
            _give_back(ordered)
            # Until it could be had. It is not kept: others that have the first one may be in need of it.
            lacking.take(unwanted, wait=True)
            lacking.give_back()
    return False


def _take_at_once(places: list[Place], unwanted: Callable[[], bool]) -> Place | None:
    """The one that can't be had now, or None."""
    for place in places:
        if not place.take(unwanted, wait=False):
            return place
    return None


def _give_back(places: list[Place]) -> None:
    for place in places:
        place.give_back()
