"""Which calls may be sent now: places and keys.

The daemon serves a few calls of one client at a time, and counts the next read as one of them. It reads nothing more
from a client that fills them all. Calls that need the same lock there only queue behind each other, and each holds one
of the daemon's workers. So a call waits here, unsent, until it has both a *place* and its *key* (its owner, a guest for
example, and its wait class). It takes both or neither.

A call that was given up keeps what it holds until its late reply comes: the daemon is still busy with it.

**Cost.** Waiting calls with one key form a *lane*. Only the first of a lane whose key is free is looked at, and only
when a place becomes free, the oldest first. So the cost of a reply does not depend on how many calls wait.

**Signals** (see core.py). `queue` and the holders are the truth, and are changed in one step. Lanes, shares and heaps
are derived from them. From before a change until after it, `_state` says that these may be wrong; then the next thread
makes them anew.

A `Reservation` holds a place and a key as a call does, for a whole migration for example, and calls made under it are
free. It has no owner, so that it does not count against its guest's share.
"""

from __future__ import annotations

from collections import OrderedDict
from heapq import heapify, heappop, heappush

from .call import ADMITTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from .call import Call, Key, Owner

    Heap = list[tuple[int, Call]]

#: One owner holds at most so many of the ordinary places (its share), so that some are left for others.
OWNER_MAX = 2

#: What an admitted call takes: no place, an ordinary place, or the place that is kept for the class "control".
NONE, ORDINARY, KEPT = range(3)

#: How long a call without a deadline waits for its guest's lock; it would wait so long in the daemon.
LOCK_SECONDS = 30.0

#: How often it checks whether it is the next for that lock now.
LOOK_SECONDS = 5.0

# What `_state` says: no waiting call can be admitted; one perhaps can; what is derived from the truth may be wrong.
_SETTLED, _MAY_ADMIT, _TORN = range(3)

#: So many stale entries, of calls that don't wait any more, may stay in a heap.
_STALE = 16


class Admission:
    """Not thread safe: the session's lock is held around every call, except `starved`."""

    __slots__ = (
        "_control", "_counter", "_ends", "_kept", "_keys", "_lanes", "_limit", "_long", "_long_held", "_long_max",
        "_ordinary", "_passed", "_shares", "_short", "_state", "_unshared", "queue",
    )  # fmt: skip

    def __init__(self, max_in_flight: int) -> None:
        self._limit = max_in_flight - 1
        #: Long calls leave one place to the others.
        self._long_max = max(1, self._limit - 1)
        self._counter = 0
        # The truth.
        self._ordinary: dict[Call, None] = {}
        self._kept: Call | None = None
        self._keys: dict[Key, Call] = {}
        #: Calls that wait, oldest first.
        self.queue: dict[Call, None] = {}
        self._state = _SETTLED
        self._forget_all()

    def _forget_all(self) -> None:
        # Derived from the truth.
        #: How many ordinary places each owner holds.
        self._shares: dict[Owner, int] = {}
        self._long_held = 0
        #: The calls that wait for each key, oldest first.
        self._lanes: dict[Key, OrderedDict[Call, None]] = {}
        # Waiting calls whose key is free, by age. Each is in `_ends`, `_short` or `_long`, or in `_unshared` or
        # `_passed`. One of the class "control" is in `_control` as well. Entries of calls that don't wait any more are
        # skipped.
        self._ends: Heap = []
        self._short: Heap = []
        self._long: Heap = []
        self._control: Heap = []
        #: Those whose owner holds all of its share, by owner.
        self._unshared: dict[Owner, list[Call]] = {}
        #: Those passed over because they must not have the last place.
        self._passed: list[Call] = []

    # --- coming and going --------------------------------------------------------------------------

    def admit(self, call: Call) -> bool:
        """Takes place and key for a new call and makes it ready, if that is possible now."""
        # It overtakes no call with the same key: when all is settled, one that waits for a place only would have it.
        if self._state != _SETTLED or call.key in self._keys:
            return False
        place = NONE if call.wait == "end" else self._place_for(call)
        if place is None:
            return False
        self._take(call, place)
        self._state = _SETTLED
        return True

    def wait(self, call: Call) -> None:
        """Queues a call that was not admitted."""
        state = self._state
        self._counter += 1
        call.order = self._counter
        # One step.
        self._state = _TORN
        self.queue[call] = None
        # It ends here.
        if state != _TORN:
            self._enlist(call)
            self._state = state

    def release(self, call: Call) -> None:
        """Gives back what the call holds, or takes it off the queue; harmless when it has nothing."""
        torn = self._state == _TORN
        key = call.key
        waited = call in self.queue
        ordinary = call in self._ordinary
        locked = key is not None and key in self._keys and self._keys[key] is call
        if not (waited or ordinary or locked or self._kept is call):
            return
        # One step.
        self._state = _TORN
        if waited:
            del self.queue[call]
        if ordinary:
            del self._ordinary[call]
        if self._kept is call:
            self._kept = None
        if locked and key is not None:
            del self._keys[key]
        # It ends here.
        if not torn:
            if waited:
                self._delist(call)
            else:
                self._give_back(call, ordinary)
            self._state = _MAY_ADMIT if self.queue else _SETTLED

    def next_ready(self) -> Call | None:
        """Admits the oldest waiting call that can go; None when there is none."""
        if self._state == _TORN:
            self._make_anew()
        while self._state != _SETTLED:
            call = self._admit_next()
            if call is not None:
                return call
        return None

    def _admit_next(self) -> Call | None:
        found = self._oldest()
        if found is None:
            self._state = _SETTLED
            return None
        call, place = found
        self._take(call, place)
        self._delist(call)
        self._state = _MAY_ADMIT
        return call

    def _take(self, call: Call, place: int) -> None:
        # No call below: the lines are one step for signal handlers.
        self._state = _TORN
        if place == ORDINARY:
            self._ordinary[call] = None
        elif place == KEPT:
            self._kept = call
        if call.key is not None:
            self._keys[call.key] = call
        if call in self.queue:
            del self.queue[call]
        call.state = ADMITTED
        call.ready = True
        # It ends here.
        if place == ORDINARY:
            self._count(call)

    # --- what is derived ---------------------------------------------------------------------------

    def _count(self, holder: Call) -> None:
        if holder.owner is not None:
            self._shares[holder.owner] = self._shares.get(holder.owner, 0) + 1
        if holder.wait == "long":
            self._long_held += 1

    def _make_anew(self) -> None:
        self._forget_all()
        for holder in self._ordinary:
            self._count(holder)
        for call in self.queue:
            self._enlist(call)
        self._state = _MAY_ADMIT

    def _enlist(self, call: Call) -> None:
        """A call begins to wait: in its lane, or for a place if it needs no key."""
        key = call.key
        if key is None:
            self._list(call)
            return
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = OrderedDict()
            if key not in self._keys:
                self._list(call)
        lane[call] = None

    def _delist(self, call: Call) -> None:
        """A call waits no longer. Its entry in a heap becomes stale, and is skipped later."""
        lane = None if call.key is None else self._lanes.get(call.key)
        if lane is not None and call in lane:
            first = next(iter(lane)) is call
            del lane[call]
            if not lane:
                del self._lanes[call.key]  # type: ignore[arg-type]
            elif first and call.key not in self._keys:
                self._list(next(iter(lane)))
        unshared = None if call.owner is None else self._unshared.get(call.owner)
        if unshared is not None and call in unshared:
            unshared.remove(call)
            if not unshared:
                del self._unshared[call.owner]  # type: ignore[arg-type]
        if call in self._passed:
            self._passed.remove(call)

    def _give_back(self, call: Call, ordinary: bool) -> None:
        """What a call held is free: lists the calls again that may be admitted now."""
        lane = None if call.key is None else self._lanes.get(call.key)
        if lane is not None:
            self._list(next(iter(lane)))
        if not ordinary:
            return
        if call.wait == "long":
            self._long_held -= 1
        owner = call.owner
        if owner is not None:
            self._shares[owner] -= 1
            if not self._shares[owner]:
                del self._shares[owner]
            for waiting in self._unshared.pop(owner, ()):
                self._list(waiting)
        passed = self._passed
        self._passed = []
        for waiting in passed:
            self._list(waiting)

    def _list(self, call: Call) -> None:
        """Lists a call whose key is free among those that wait for a place, by age."""
        if call.wait == "end":
            self._push(self._ends, call)
            return
        self._push(self._long if call.wait == "long" else self._short, call)
        if call.wait == "control":
            self._push(self._control, call)

    def _push(self, heap: Heap, call: Call) -> None:
        if len(heap) > 2 * len(self.queue) + _STALE:
            heap[:] = [entry for entry in heap if entry[1] in self.queue]
            heapify(heap)
        heappush(heap, (call.order, call))

    # --- which call can be admitted ----------------------------------------------------------------

    def _oldest(self) -> tuple[Call, int] | None:
        """The oldest call that can be admitted, and the place it takes."""
        end = self._first(self._ends)
        if end is not None:
            return end, NONE
        call = self._first_for_ordinary()
        if call is not None:
            return call, ORDINARY
        if self._kept is None:
            call = self._first(self._control)
            if call is not None:
                return call, KEPT
        return None

    def _first(self, heap: Heap) -> Call | None:
        """The oldest call of a heap that still waits; stale entries are removed."""
        while heap:
            call = heap[0][1]
            if call in self.queue:
                return call
            heappop(heap)
        return None

    def _first_for_ordinary(self) -> Call | None:
        while len(self._ordinary) < self._limit:
            heap = self._short
            call = self._first(heap)
            if self._long and not self._long_is_full():
                long = self._first(self._long)
                if long is not None and (call is None or long.order < call.order):
                    heap, call = self._long, long
            if call is None:
                return None
            if call.owner is not None and self._owner_is_full(call):
                aside = self._unshared.setdefault(call.owner, [])
            elif self._may_hang(call):
                aside = self._passed
            else:
                return call
            # In this order: a signal between the two leaves it in both, and the second entry becomes stale.
            if call not in aside:
                aside.append(call)
            heappop(heap)
        return None

    def _place_for(self, call: Call) -> int | None:
        """The place that a call whose key is free would take now; None when there is none for it."""
        if (
            len(self._ordinary) < self._limit
            and not self._owner_is_full(call)
            and not (call.wait == "long" and self._long_is_full())
            and not self._may_hang(call)
        ):
            return ORDINARY
        if call.wait == "control" and self._kept is None:
            return KEPT
        return None

    def _owner_is_full(self, call: Call) -> bool:
        return call.owner is not None and self._shares.get(call.owner, 0) >= OWNER_MAX

    def _long_is_full(self) -> bool:
        return self._long_held >= self._long_max

    def _may_hang(self, call: Call) -> bool:
        """Whether a call would take the last usable place, and might hang there.

        That is when all others are held by calls that were given up, and one of these has the same owner.
        """
        if len(self._ordinary) != self._limit - 1 or not _given_up(self._ordinary):
            return False
        return bool([holder for holder in self._ordinary if _share_an_owner(call, holder)])

    # --- why a call waits --------------------------------------------------------------------------

    def starved(self, call: Call) -> bool:
        """Whether every place that the call could take is held by a call that was given up, so it waits in vain.

        If only its guest's share is held so, the call waits, as it would in the daemon.
        """
        if call.wait in ("free", "end"):
            return False
        holders = list(self._ordinary)
        if len(holders) < self._limit:
            if call.wait != "long":
                return False
            long = [holder for holder in holders if holder.wait == "long"]
            return len(long) >= self._long_max and _given_up(long)
        if call.wait == "control":
            kept = self._kept
            if kept is None:
                return False
            holders.append(kept)
        return _given_up(holders)

    def blocker(self, call: Call) -> Call | None:
        """A call that keeps this one from going now, or None."""
        own = self.held_up_by(call)
        if own is not None:
            return own
        holder = None if call.key is None else self._keys.get(call.key)
        if holder is not None:
            return holder
        if call.wait == "end" or (call.key not in self._lanes and self._place_for(call) is not None):
            return None
        return next(iter(self._ordinary), None)

    def held_up_by(self, call: Call) -> Call | None:
        """The call that holds the guest's lock for which this one is the next; None if it waits for something else.

        If calls that were given up hold all places that it could take, it is one of these.
        """
        lane = None if call.key is None else self._lanes.get(call.key)
        if lane is not None and next(iter(lane)) is not call:
            return None
        holder = None if call.key is None else self._keys.get(call.key)
        if holder is not None:
            return holder if type(call.owner) is bytes or holder.abandoned else None
        if self._owner_is_full(call):
            holders = [other for other in self._ordinary if other.owner == call.owner]
            return holders[0] if _given_up(holders) else None
        if self._may_hang(call):
            return next(other for other in self._ordinary if _share_an_owner(call, other))
        return None


class Patience:
    """How long a call without a deadline waits: `LOCK_SECONDS` for its guest's lock, for a place without a limit."""

    __slots__ = ("_admission", "_behind", "_call", "_since")

    def __init__(self, admission: Admission, call: Call) -> None:
        self._admission = admission
        self._call = call
        self._behind: Call | None = None
        self._since = 0.0

    def next_check(self, now: float) -> float | None:
        """When to check again; None when the call is not to wait any longer. The session's lock is held."""
        behind = self._admission.held_up_by(self._call)
        if behind is not self._behind:
            self._behind = behind
            self._since = now
        if self._admission.starved(self._call):
            return None
        if behind is None:
            return now + LOOK_SECONDS
        end = self._since + LOCK_SECONDS
        return None if now >= end else min(end, now + LOOK_SECONDS)


def _given_up(calls: Iterable[Call]) -> bool:
    return not [call for call in calls if not call.abandoned]


def _share_an_owner(call: Call, holder: Call) -> bool:
    """Whether one lock may delay both calls: they are about the same guest, or one asks several guests in turn."""
    if call.guests is not None:
        if not call.guests:
            return holder.owner is not None or holder.guests is not None
        return holder.owner in call.guests or (
            holder.guests is not None and not call.guests.isdisjoint(holder.guests)
        )
    return call.owner is not None and (
        holder.owner == call.owner or (holder.guests is not None and call.owner in holder.guests)
    )
