# Made by tools/unasync.py from src/sysvirt/_async/migration/places.py; do not edit.
"""What a migration needs of its connections before it begins, and holds until it has ended.

At the source that is a place and the guest's key for long calls: the daemon keeps the guest's lock from begin to
confirm, so that another long call there would only hold up the next step. At the target it is a place for prepare.

**No deadlock.** Migrations wait for the target's place while they hold the source's, in both directions at once. So at
the target they take the place that is kept for control if they find no other: those that hold it wait for nobody.
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

    def take(self, unwanted: Callable[[], bool]) -> bool:
        """Waits for it as long as that takes; False when it has become unwanted meanwhile."""
        self.waiting = reservation = self._make()
        # In this order: who finds it unwanted later wakes what waits by then.
        if not unwanted() and self.pump.reserve(reservation):
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
    return Place(pump, lambda: Reservation(remote.DOMAIN_MIGRATE_PREPARE3_PARAMS, wait="control"))
