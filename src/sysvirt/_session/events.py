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

    __slots__ = ("callback", "callback_id", "key", "older")

    def __init__(self, key: Key) -> None:
        self.key = key
        #: The daemon's number of the registration.
        self.callback_id = -1
        #: Our number of the callback, and whether the older call for lifecycle events was used.
        self.callback = -1
        self.older = False


class EventQueue(Waiter):
    """What one consumer has not taken yet. When it is full the newest events are dropped and counted.

    `None` in the queue is the mark of a gap: `lost` events did not fit there.
    """

    __slots__ = ("_bound", "_bytes", "_head", "_items", "_seen", "_session", "_tail", "lost", "on_put")

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
                self.ready = self._session.error is not None
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
        self._wanted: dict[tuple[int, int], dict[tuple[Subscription, EventQueue], None]] = {}
        self._forgotten: list[tuple[Subscription, EventQueue]] = []
        #: Registrations under way: their events may arrive before we know their id, and are kept so long.
        self._registering = 0
        self._homeless: dict[int, tuple[int, int, bytes, int]] = {}
        self._homeless_bytes = 0

    def registering(self) -> None:
        with self._session.lock:
            self._registering += 1

    def registered(self) -> None:
        """Ends what `registering` began; hands out what came in the meantime."""
        with self._session.lock:
            self._registering -= 1
            for number in list(self._homeless):
                self._hand_out(number, self._homeless[number])
                if not self._registering or number not in self._homeless:
                    self._homeless.pop(number, None)
            self._homeless_bytes = 0

    def join(self, subscription: Subscription, queue: EventQueue) -> bool:
        """Adds one to a registration that is there already; False when there is none."""
        with self._session.lock:
            known = self.registrations.get(subscription.key)
            if known is not None:
                self._add(known, subscription, queue)
            return known is not None

    def found(self, callback_id: int, subscription: Subscription, queue: EventQueue) -> bool:
        """Adds the first of a new registration; False when somebody has made the same meanwhile, which it shares."""
        with self._session.lock:
            known = self.registrations.setdefault(subscription.key, callback_id)
            self._add(known, subscription, queue)
            return known == callback_id

    def _add(self, callback_id: int, subscription: Subscription, queue: EventQueue) -> None:
        subscription.callback_id = callback_id
        self._wanted.setdefault((subscription.key[0], callback_id), {})[subscription, queue] = None
        self._session.others[queue] = None

    def leave(self, subscription: Subscription, queue: EventQueue) -> bool:
        """Whether the registration is of no more use, and forgotten here."""
        with self._session.lock:
            last = self._remove(subscription, queue)
            return last and self.registrations.pop(subscription.key, None) is not None

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
        if not any(queue is other for some in self._wanted.values() for _, other in some):
            self._session.others.pop(queue, None)
        return not wanted

    def route(self) -> None:
        """Hands out everything that has arrived."""
        session = self._session
        touched: dict[EventQueue, None] = {}
        with session.lock:
            while self._forgotten:
                self._remove(*self._forgotten[0])
                del self._forgotten[0]
            while session.events_head < session.events_tail:
                number = session.events_head
                event = session.events[number]
                known = self._hand_out(number, event, touched)
                if not known and self._registering:
                    self._homeless[number] = event
                    self._homeless_bytes += len(event[2]) - event[3]
                del session.events[number]
                session.events_head = number + 1
            session.attention = False
        if len(self._homeless) > BOUND or self._homeless_bytes > BOUND_BYTES:
            session.lost(ProtocolError("events without end came before the answer to a registration"))
        for queue in touched:
            if queue.on_put is not None:
                queue.on_put()

    def _hand_out(
        self, number: int, event: tuple[int, int, bytes, int], touched: dict[EventQueue, None] | None = None
    ) -> bool:
        program, procedure, body, at = event
        # All events of registered callbacks begin with the callback's id.
        wanted = self._wanted.get((program, int.from_bytes(body[at : at + 4], "big", signed=True)))
        if not wanted:
            return False
        for subscription, queue in wanted:
            queue.put(number, (subscription, program, procedure, body, at))
            if touched is not None:
                touched[queue] = None
            if queue.wake is not None:
                self._session.notify(queue)
        return True
