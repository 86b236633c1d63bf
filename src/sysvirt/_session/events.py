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

    #: token of the subscription, program and number of the procedure, body, offset of the message in it
    Arrived = tuple[object, int, int, bytes, int]

#: How many events, and bytes of them, one slow consumer may be behind before it loses the newest, and is told.
BOUND = 65536
BOUND_BYTES = 64 * 1024 * 1024


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
        #: The last event put, by token: routing may be repeated after an interrupt.
        self._seen: dict[object, int] = {}
        self.lost = 0
        #: Called after something was put, by whoever received it.
        self.on_put: Callable[[], None] | None = None

    def put(self, number: int, event: Arrived) -> None:
        """Adds an event, unless it has been added for its token before."""
        token = event[0]
        if token in self._seen and self._seen[token] >= number:
            return
        size = _size(event)
        # Each branch is one step: no call in it.
        if self._tail - self._head >= self._bound or self._bytes + size > BOUND_BYTES:
            self.lost += 1
            self._seen[token] = number
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
        self._seen[token] = number
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

    def forget(self, token: object) -> None:
        self._seen.pop(token, None)

    def __len__(self) -> int:
        return self._tail - self._head


def _size(event: Arrived) -> int:
    return len(event[3]) - event[4]


class EventRouter:
    """Knows who wants what, by program and the callback id that the daemon gave."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._wanted: dict[tuple[int, int], dict[tuple[object, EventQueue], None]] = {}
        self._forgotten: list[tuple[int, int, object, EventQueue]] = []
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

    def add(self, program: int, callback_id: int, token: object, queue: EventQueue) -> None:
        with self._session.lock:
            self._wanted.setdefault((program, callback_id), {})[token, queue] = None
            self._session.others[queue] = None

    def remove(self, program: int, callback_id: int, token: object, queue: EventQueue) -> bool:
        """Whether that was the last one for this callback id."""
        with self._session.lock:
            return self._remove(program, callback_id, token, queue)

    def remove_later(self, program: int, callback_id: int, token: object, queue: EventQueue) -> None:
        """As `remove`, for a finalizer: it may run on a thread that holds the lock already."""
        self._forgotten.append((program, callback_id, token, queue))

    def _remove(self, program: int, callback_id: int, token: object, queue: EventQueue) -> bool:
        wanted = self._wanted.get((program, callback_id), {})
        wanted.pop((token, queue), None)
        queue.forget(token)
        if not wanted:
            self._wanted.pop((program, callback_id), None)
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
        for token, queue in wanted:
            queue.put(number, (token, program, procedure, body, at))
            if touched is not None:
                touched[queue] = None
            if queue.wake is not None:
                self._session.notify(queue)
        return True
