"""Who may call now: places and keys.

The daemon serves a few calls of one client at a time and counts the read it has pending as one, so a
client that fills them all makes it deaf. Calls that need the same lock of a guest only queue behind each
other there, each holding one of the daemon's workers. So a call waits here, unsent, until it has both a
place and the key of its guest and wait class; it takes both or neither.

A call that was given up keeps what it holds until its late reply comes: the daemon is still at it.
"""

from __future__ import annotations

from .call import ADMITTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .call import Call

#: One guest holds at most so many of the ordinary places, so that it can't starve the others.
GUEST_MAX = 2

#: Where a call waits to be admitted: nothing, an ordinary place, the place kept for control.
NONE, ORDINARY, KEPT = range(3)


class Admission:
    """Not thread safe: the session's lock is held around every call."""

    __slots__ = ("_kept", "_keys", "_limit", "_ordinary", "queue")

    def __init__(self, max_in_flight: int) -> None:
        self._limit = max_in_flight - 1
        self._ordinary: dict[Call, None] = {}
        self._kept: Call | None = None
        self._keys: dict[tuple[object, str], Call] = {}
        #: Calls that wait, oldest first.
        self.queue: dict[Call, None] = {}

    def blocker(self, call: Call) -> Call | None:
        """A call that keeps this one from going now, or None."""
        if call.key is not None:
            holder = self._keys.get(call.key)
            if holder is not None:
                return holder
        if call.wait == "end" or self._place_for(call):
            return None
        of_guest = self._of_guest(call)
        return of_guest[0] if len(of_guest) >= GUEST_MAX else next(iter(self._ordinary))

    def _of_guest(self, call: Call) -> list[Call]:
        """Which calls to the same guest hold ordinary places."""
        if call.guest is None:
            return []
        return [other for other in self._ordinary if other.guest == call.guest]

    def _place_for(self, call: Call) -> int:
        if len(self._ordinary) < self._limit and len(self._of_guest(call)) < GUEST_MAX:
            return ORDINARY
        if call.wait == "control" and self._kept is None:
            return KEPT
        return NONE

    def admit(self, call: Call) -> bool:
        """Takes place and key for the call and makes it ready, if it can go."""
        if self.blocker(call) is not None:
            return False
        place = NONE if call.wait == "end" else self._place_for(call)
        # No call below: the lines are one step for signal handlers (see core.py).
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
        return True

    def release(self, call: Call) -> None:
        """Gives back what the call holds; harmless when it holds nothing."""
        if call in self._ordinary:
            del self._ordinary[call]
        if self._kept is call:
            self._kept = None
        if call.key in self._keys and self._keys[call.key] is call:
            del self._keys[call.key]
        if call in self.queue:
            del self.queue[call]

    def starved(self, call: Call) -> bool:
        """Whether every place of its kind is held by a call that was given up, so that waiting is in vain.

        A guest whose own share is lost so only makes the calls to it wait, as it does on the daemon.
        """
        if call.wait in ("free", "end") or len(self._ordinary) < self._limit:
            return False
        holders = list(self._ordinary)
        if call.wait == "control":
            if self._kept is None:
                return False
            holders.append(self._kept)
        return not [holder for holder in holders if not holder.abandoned]

    def next_ready(self) -> Iterator[Call]:
        """Admits and yields waiting calls, the oldest that can go first."""
        for call in list(self.queue):
            if self.admit(call):
                yield call
