"""From arrived event messages to the queues of those who want them.

The session files events as they come; whoever received them runs `route`, which must be quick and may be
interrupted: it can be run again at any time and then goes on where it was, each event once for each queue.
"""

from __future__ import annotations

from ..errors import ProtocolError
from .call import Waiter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .core import Session

    #: program, event id, UUID of the only guest or None
    Key = tuple[int, int, bytes | None]
    #: the subscription, program and number of the procedure, body, offset of the message in it
    Arrived = tuple["Subscription", int, int, bytes, int]

#: How many events, and bytes of them, one slow consumer may be behind before it loses the newest, and is told.
BOUND = 65536
BOUND_BYTES = 64 * 1024 * 1024


class Subscription:
    """Somebody's wish for the events of a key. The daemon is asked once for each key, however many want it."""

    __slots__ = ("callback", "callback_id", "key", "older", "registering")

    def __init__(self, key: Key) -> None:
        self.key = key
        #: The daemon's number of the registration; -1 as long as it has none.
        self.callback_id = -1
        #: The daemon is being asked: events may come before its number is known.
        self.registering = False
        #: Our number of the callback, and whether the older call for lifecycle events was used.
        self.callback = -1
        self.older = False


class EventQueue(Waiter):
    """What one consumer has not taken yet. When it is full the newest events are dropped and counted.

    `None` in the queue is the mark of a gap: `lost` events did not fit there.
    """

    __slots__ = (
        "_bound",
        "_bytes",
        "_head",
        "_items",
        "_seen",
        "_session",
        "_tail",
        "ended",
        "lost",
        "on_put",
    )

    def __init__(self, session: Session, bound: int = BOUND) -> None:
        super().__init__()
        self._session = session
        self._bound = bound
        self._items: dict[int, tuple[Arrived | None, int]] = {}
        self._bytes = 0
        self._head = 0
        self._tail = 0
        #: The last event put, by subscription: routing may be repeated after an interrupt.
        self._seen: dict[Subscription, int] = {}
        self.lost = 0
        #: Nothing more is wanted: who waits for it sees so.
        self.ended = False
        #: Called after something was put, by whoever received it.
        self.on_put: Callable[[], None] | None = None

    def put(self, number: int, event: Arrived) -> None:
        """Adds an event, unless it has been added for its subscription before."""
        subscription = event[0]
        if subscription in self._seen and self._seen[subscription] >= number:
            return
        size = _size(event)
        # Each branch is one step: no call in it.
        if self._tail - self._head >= self._bound or self._bytes + size > BOUND_BYTES:
            self.lost += 1
            self._seen[subscription] = number
            return
        if self.lost:
            self._items[self._tail] = (None, self.lost)
            self._items[self._tail + 1] = (event, 0)
            self._tail += 2
            self.lost = 0
        else:
            self._items[self._tail] = (event, 0)
            self._tail += 1
        self._bytes += size
        self._seen[subscription] = number
        self.ready = True

    def take(self) -> tuple[Arrived | None, int] | None:
        """The oldest event with 0, or None with how many were lost there; None when there is nothing."""
        with self._session.lock:
            if self._head == self._tail:
                if self.lost:
                    lost = self.lost
                    self.lost = 0
                    return None, lost
                self.ready = self.ended or self._session.error is not None
                return None
            item = self._items[self._head]
            size = 0 if item[0] is None else _size(item[0])
            del self._items[self._head]
            self._head += 1
            self._bytes -= size
            return item

    def forget(self, subscription: Subscription) -> None:
        self._seen.pop(subscription, None)

    def __len__(self) -> int:
        return self._tail - self._head


def _size(event: Arrived) -> int:
    return len(event[3]) - event[4]


class EventRouter:
    """Knows who wants what, by program and the callback id that the daemon gave."""

    def __init__(self, session: Session) -> None:
        self._session = session
        #: What is registered at the daemon, by a subscription's key, and the callback ids it gave.
        self.registrations: dict[Key, int] = {}
        #: Callback ids of which nobody here has any use, and which were not yet taken back.
        self.unwanted: dict[int, None] = {}
        self._wanted: dict[tuple[int, int], dict[tuple[Subscription, EventQueue], None]] = {}
        self._forgotten: list[tuple[Subscription, EventQueue]] = []
        #: Those whose registration is under way: their events may arrive before we know its id, and are kept so long.
        self._registering: dict[Subscription, None] = {}
        self._unrouted: dict[int, tuple[int, int, bytes, int]] = {}
        self._unrouted_bytes = 0
        #: Queues that got something, and nobody has been told yet.
        self._touched: dict[EventQueue, None] = {}

    def registering(self, subscription: Subscription) -> None:
        """Until its `registering` is false, or `registered` is called, events that nobody knows are kept."""
        with self._session.lock:
            subscription.registering = True
            self._registering[subscription] = None

    def registered(self, subscription: Subscription) -> None:
        subscription.registering = False
        with self._session.lock:
            self._see_who_registers()

    def _see_who_registers(self) -> bool:
        for subscription in list(self._registering):
            if not subscription.registering:
                del self._registering[subscription]
        if not self._registering:
            self._unrouted.clear()
            self._unrouted_bytes = 0
        return bool(self._registering)

    def join(self, subscription: Subscription, queue: EventQueue) -> bool:
        """Adds one to a registration that is there already; False when there is none."""
        with self._session.lock:
            known = self.registrations.get(subscription.key)
            if known is not None:
                self._add(known, subscription, queue)
            return known is not None

    def found(self, callback_id: int, subscription: Subscription, queue: EventQueue) -> bool:
        """Adds the first of a new registration, with what has come for it already.

        False when somebody has made the same meanwhile, which it shares: this one is unwanted then.
        """
        with self._session.lock:
            known = self.registrations.get(subscription.key, callback_id)
            if known != callback_id:
                self.unwanted[callback_id] = None
            self._add(known, subscription, queue)
            self.registrations[subscription.key] = known
            for number in list(self._unrouted):
                if self._hand_out(number, self._unrouted[number]):
                    del self._unrouted[number]
            return known == callback_id

    def _add(self, callback_id: int, subscription: Subscription, queue: EventQueue) -> None:
        # First, so that `leave` undoes all of it, wherever this is interrupted.
        subscription.callback_id = callback_id
        self._wanted.setdefault((subscription.key[0], callback_id), {})[subscription, queue] = None
        self._session.others[queue] = None

    def leave(self, subscription: Subscription, queue: EventQueue) -> int:
        """The id of a registration that is of no more use by this, and forgotten here but as unwanted; else -1."""
        with self._session.lock:
            callback_id = subscription.callback_id
            last = callback_id >= 0 and self._remove(subscription, queue)
            if last:
                self.unwanted[callback_id] = None
                if self.registrations.get(subscription.key) == callback_id:
                    del self.registrations[subscription.key]
            subscription.callback_id = -1
            return callback_id if last else -1

    def leave_later(self, subscription: Subscription, queue: EventQueue) -> None:
        """For a finalizer, which may run on a thread that holds the lock. The registration waits for the next one."""
        self._forgotten.append((subscription, queue))

    def _remove(self, subscription: Subscription, queue: EventQueue) -> bool:
        """Whether nobody is left."""
        at = subscription.key[0], subscription.callback_id
        wanted = self._wanted.get(at, {})
        wanted.pop((subscription, queue), None)
        queue.forget(subscription)
        if not wanted:
            self._wanted.pop(at, None)
        if queue not in [other for some in self._wanted.values() for _, other in some]:
            self._session.others.pop(queue, None)
        return not wanted

    def route(self) -> None:
        """Hands out everything that has arrived, and tells those who got something."""
        session = self._session
        touched = self._touched
        with session.lock:
            while self._forgotten:
                self._remove(*self._forgotten[0])
                del self._forgotten[0]
            while session.events_head < session.events_tail:
                number = session.events_head
                event = session.events[number]
                if not self._hand_out(number, event) and self._see_who_registers():
                    self._unrouted[number] = event
                    self._unrouted_bytes += len(event[2]) - event[3]
                del session.events[number]
                session.events_head = number + 1
        if len(self._unrouted) > BOUND or self._unrouted_bytes > BOUND_BYTES:
            session.lost(ProtocolError("events without end came before the answer to a registration"))
        for queue in list(touched):
            if queue.on_put is not None:
                queue.on_put()
            touched.pop(queue, None)
        # Only now: who is interrupted before leaves the rest to whoever sees that there is some.
        with session.lock:
            session.events_pending = session.events_head < session.events_tail

    def _hand_out(self, number: int, event: tuple[int, int, bytes, int]) -> bool:
        program, procedure, body, at = event
        # All events of registered callbacks begin with the callback's id.
        wanted = self._wanted.get((program, int.from_bytes(body[at : at + 4], "big", signed=True)))
        if not wanted:
            return False
        for subscription, queue in wanted:
            queue.put(number, (subscription, program, procedure, body, at))
            self._touched[queue] = None
            if queue.wake is not None:
                self._session.notify(queue)
        return True
