"""From arrived event messages to the queues of those who want them.

A `Subscription` and the `EventQueue` it fills belong to a connection. A `Registration` is what one daemon was asked for
over one link; it ends with that link, as its `EventRouter` does.

The session files events as they come. The thread or loop that received them then runs `route`. It must be quick, and it
may be interrupted: run again, it goes on where it was, and puts each event once into each queue.
"""

from __future__ import annotations

from ..errors import ProtocolError
from .call import Waiter
from .guard import under_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from .._protocol.procedure import Procedure
    from .call import Call
    from .core import Session

    class Family(Protocol):
        """Events whose callback ids the daemon counts together: an id means nothing in another family."""

        about: str

        @property
        def register(self) -> Procedure[..., int]: ...
        @property
        def deregister(self) -> Procedure[[int], None]: ...
        def arguments(self, kind: Any, about: bytes | None, /) -> tuple[object, ...]: ...

    class Kind(Protocol):
        """Events that one message brings."""

        procedure: Procedure[..., Any]
        record: Any

        @property
        def family(self) -> Family: ...
        @property
        def name(self) -> str: ...
        def decode(self, body: bytes, at: int, /) -> tuple[bytes, list[Any]]: ...

    #: what kind of events, and the UUID of what they are to be about, or None for all
    Key = tuple[Kind, bytes | None]
    #: the subscription, the session it came over, body, offset of the message in it
    Arrived = tuple["Subscription", Session, bytes, int]

#: How many events, and bytes, may wait for one consumer. When there are more the newest are dropped, and counted.
QUEUE_MAX = 65536
QUEUE_BYTES_MAX = 64 * 1024 * 1024

#: How many dropped subscriptions are cleaned up at a time, so that one event does not pay for all.
_CLEAN_UP_MAX = 64


class Subscription:
    """One consumer's interest in the events of a key. The daemon is asked once for each key, however many want it."""

    __slots__ = (
        "about", "callback", "callback_id", "key", "kind", "older", "queue", "registering", "registration", "seen",
    )  # fmt: skip

    def __init__(self, kind: Kind, about: bytes | None, uuid: bytes | None, queue: EventQueue) -> None:
        self.kind = kind
        #: The handle, as bytes of the protocol, of the object whose events are wanted; None for those of all.
        self.about = about
        self.key: Key = (kind, uuid)
        self.queue = queue
        #: The registration that it gets events through now.
        self.registration: Registration | None = None
        #: The number of the last event it got through that: routing may be repeated after an interrupt.
        self.seen = -1
        #: The daemon is being asked: events may come before the callback id is known.
        self.registering = False
        #: The daemon's callback id, until it is part of a registration; -1 for none.
        self.callback_id = -1
        #: Our own number of the callback, and whether the older call for lifecycle events registered it.
        self.callback = -1
        self.older = False


class EventQueue(Waiter):
    """What one consumer has not taken yet. When it is full the newest events are dropped and counted.

    `None` in the queue marks a gap: `lost` events were dropped there. It needs no lock: each change is one step,
    without a call in it.
    """

    __slots__ = ("_bytes", "_head", "_items", "_max", "_tail", "ended", "lost", "on_put")

    def __init__(self, size: int = QUEUE_MAX) -> None:
        super().__init__()
        self._max = size
        #: By place: the event, or None and how many were lost; then its size in bytes.
        self._items: dict[int, tuple[Arrived | None, int, int]] = {}
        self._bytes = 0
        self._head = 0
        self._tail = 0
        self.lost = 0
        #: The consumer wants nothing more. One that waits is woken.
        self.ended = False
        #: Called after something was put, by the thread or loop that received it.
        self.on_put: Callable[[], None] | None = None

    def put(self, number: int, event: Arrived) -> None:
        """Adds an event, unless it was added for this subscription before."""
        subscription = event[0]
        size = len(event[2]) - event[3]
        if self.ended or subscription.seen >= number:
            return
        # Each branch is one step.
        if self._tail - self._head >= self._max or self._bytes + size > QUEUE_BYTES_MAX:
            self.lost += 1
            subscription.seen = number
            return
        if self.lost:
            self._items[self._tail] = (None, self.lost, 0)
            self._tail += 1
            self.lost = 0
        self._items[self._tail] = (event, 0, size)
        self._tail += 1
        self._bytes += size
        subscription.seen = number
        self.ready = True

    def first(self) -> tuple[int, Arrived | None, int] | None:
        """The oldest item: (place, event, 0), or (place, None, how many were lost there). None when there is none."""
        head = self._head
        item = self._items.get(head)
        if item is not None:
            return head, item[0], item[1]
        if self.lost:
            return head, None, self.lost
        self.ready = self.ended
        if self._head != self._tail or self.lost:
            self.ready = True  # something was put meanwhile
            return self.first()
        return None

    def remove(self, place: int, lost: int) -> bool:
        """Removes what `first` gave; False when it is no longer the first: another thread was quicker."""
        if place != self._head:
            return False
        if place == self._tail:
            if lost != self.lost:
                return False
            self.lost = 0
            return True
        item = self._items[place]
        if lost != item[1]:
            return False
        del self._items[place]
        self._head += 1
        self._bytes -= item[2]
        return True

    def take(self) -> tuple[Arrived | None, int] | None:
        """What `first` gives, without its place; it is removed."""
        while (found := self.first()) is not None:
            place, event, lost = found
            if self.remove(place, lost):
                return event, lost
        return None

    def drop(self) -> None:
        """Ends and empties the queue. For a finalizer, which may run in the middle of anything."""
        self.ended = True
        self._items.clear()

    def __len__(self) -> int:
        return self._tail - self._head


class Registration:
    """One callback id of the daemon, and the subscriptions that get its events."""

    __slots__ = ("callback_id", "key", "kind", "subscriptions")

    def __init__(self, subscription: Subscription) -> None:
        self.kind = subscription.kind
        self.key = subscription.key
        self.callback_id = subscription.callback_id
        self.subscriptions: dict[Subscription, None] = {}


class EventRouter:
    """Knows the subscriptions of each callback id. All changes are made with the session's lock held."""

    def __init__(self, session: Session, kind_of: Callable[[int, int], Kind | None]) -> None:
        self.lock = session.lock
        self._session = session
        #: The kind of event that a message brings, by its program and number.
        self._kind_of = kind_of
        #: What is registered at the daemon.
        self.registrations: dict[Key, Registration] = {}
        self._by_id: dict[tuple[Family, int], Registration] = {}
        #: How many subscriptions fill each queue. A queue with none is not woken at the session's end.
        self._queues: dict[EventQueue, int] = {}
        #: Subscriptions whose owner was collected.
        self._dropped: list[Subscription] = []
        #: Those being registered. Their events may arrive before the id is known: `_unrouted` keeps them until then.
        self._registering: dict[Subscription, None] = {}
        self._unrouted: dict[int, tuple[int, int, bytes, int]] = {}
        self._unrouted_bytes = 0
        #: Queues that got something and whose `on_put` was not called yet.
        self._touched: dict[EventQueue, None] = {}

    # --- coming ------------------------------------------------------------------------------------

    @under_lock
    def join(self, subscription: Subscription) -> bool:
        """Adds a subscription to the registration of its key; False when there is none yet."""
        self._clean_up()
        registration = self.registrations.get(subscription.key)
        if registration is None:
            return False
        self._add(registration, subscription)
        return True

    @under_lock
    def begin_registering(self, subscription: Subscription) -> None:
        """The daemon is about to be asked. Events with an unknown id are kept while `registering` is true."""
        self._registering[subscription] = None

    @under_lock
    def add_first(self, subscription: Subscription) -> None:
        """Makes a registration for a subscription whose `callback_id` is known now; hands it what has come already.

        If another thread has made the same registration meanwhile, that one is shared, and the new id is deregistered.
        """
        registration = self.registrations.get(subscription.key)
        if registration is None:
            registration = Registration(subscription)
            self._must_be_new(registration)
            fills = self._queues.get(subscription.queue, 0) + 1
            # One step.
            self.registrations[registration.key] = registration
            self._by_id[registration.kind.family, registration.callback_id] = registration
            registration.subscriptions[subscription] = None
            subscription.registration = registration
            subscription.seen = -1
            subscription.callback_id = -1
            subscription.registering = False
            self._queues[subscription.queue] = fills
            self._session.others[subscription.queue] = None
        else:
            self._add(registration, subscription)
            subscription.registering = False
        self._hand_out_unrouted()
        self._clean_up()

    def _must_be_new(self, registration: Registration) -> None:
        other = self._by_id.get((registration.kind.family, registration.callback_id))
        if other is not None:
            error = ProtocolError(
                f"the daemon gave the callback id {registration.callback_id} for {registration.kind.procedure.name} "
                f"and for {other.kind.procedure.name}"
            )
            self._session._end(error)
            raise error

    def _add(self, registration: Registration, subscription: Subscription) -> None:
        if subscription.registration is registration:
            return
        fills = self._queues.get(subscription.queue, 0) + 1
        # One step.
        registration.subscriptions[subscription] = None
        subscription.registration = registration
        subscription.seen = -1
        self._queues[subscription.queue] = fills
        self._session.others[subscription.queue] = None

    # --- going -------------------------------------------------------------------------------------

    @under_lock
    def leave(self, subscription: Subscription) -> Call | None:
        """Ends a subscription. If it was the last of its registration, returns the call that deregisters it.

        The call is queued in the same step, so it is sent even if the caller is interrupted.
        """
        return self._leave(subscription)

    @under_lock
    def deregister_all(self) -> list[Call]:
        """Queues calls that deregister everything; returns them, with earlier ones that were not answered yet."""
        for registration in list(self.registrations.values()):
            call = self._deregister_call(registration)
            # One step.
            del self.registrations[registration.key]
            del self._by_id[registration.kind.family, registration.callback_id]
            if call is not None:
                self._session.pending[call.serial] = call
                self._session.control_frames += [call.data]
        self._clean_up()
        undone = list(self._session.undo.values())
        return [call for call in self._session.pending.values() if call.procedure in undone]

    def drop(self, subscription: Subscription) -> None:
        """Leaves a subscription from a finalizer, which may run with the lock held. The next `_clean_up` does it."""
        self._dropped.append(subscription)

    @under_lock
    def clean_up(self) -> None:
        """Does what collected or interrupted subscribers have left undone."""
        self._clean_up()

    def _clean_up(self) -> None:
        self._anybody_registers()
        for _ in range(_CLEAN_UP_MAX):
            if not self._dropped:
                break
            self._leave(self._dropped[0])
            del self._dropped[0]

    def _leave(self, subscription: Subscription) -> Call | None:
        registration = subscription.registration
        if registration is None or self.registrations.get(registration.key) is not registration:
            return None  # it has none, or one of an earlier link
        queue = subscription.queue
        fills = self._queues[queue] - 1
        last = len(registration.subscriptions) == 1
        call = self._deregister_call(registration) if last else None
        # One step.
        if last:
            del self.registrations[registration.key]
            del self._by_id[registration.kind.family, registration.callback_id]
        if call is not None:
            self._session.pending[call.serial] = call
            self._session.control_frames += [call.data]
        del registration.subscriptions[subscription]
        subscription.registration = None
        if fills:
            self._queues[queue] = fills
        else:
            del self._queues[queue]
            del self._session.others[queue]
        return call

    def _deregister_call(self, registration: Registration | Subscription) -> Call | None:
        """The call that deregisters a callback id; None when the link has ended."""
        if self._session.error is not None:
            return None
        return self._session.make_call_no_reply(registration.kind.family.deregister, registration.callback_id)

    def _anybody_registers(self) -> bool:
        """Whether a registration is in progress. Ids that an interrupted one got are deregistered."""
        for subscription in list(self._registering):
            if not subscription.registering:
                self._deregister_unused(subscription)
                del self._registering[subscription]
        if not self._registering:
            self._unrouted.clear()
            self._unrouted_bytes = 0
        return bool(self._registering)

    def _deregister_unused(self, subscription: Subscription) -> None:
        if subscription.callback_id < 0:
            return
        call = self._deregister_call(subscription)
        # One step.
        subscription.callback_id = -1
        if call is not None:
            self._session.pending[call.serial] = call
            self._session.control_frames += [call.data]

    # --- events ------------------------------------------------------------------------------------

    def route(self) -> None:
        """Puts all arrived events into the queues of their subscriptions, and calls `on_put` of these queues."""
        self._hand_out_all()
        if len(self._unrouted) > QUEUE_MAX or self._unrouted_bytes > QUEUE_BYTES_MAX:
            self._session.lost(ProtocolError("events without end came before the answer to a registration"))
        for queue in list(self._touched):
            if queue.on_put is not None:
                queue.on_put()
            self._touched.pop(queue, None)
        self._update_events_pending()

    @under_lock
    def _update_events_pending(self) -> None:
        # Last: if this is interrupted before, `events_pending` stays true, and the next reader routes the rest.
        session = self._session
        session.events_pending = session.events_head < session.events_tail

    @under_lock
    def _hand_out_all(self) -> None:
        self._clean_up()
        session = self._session
        while session.events_head < session.events_tail:
            number = session.events_head
            event = session.events[number]
            if not self._hand_out(number, event) and self._anybody_registers():
                self._unrouted[number] = event
                self._unrouted_bytes += len(event[2]) - event[3]
            # One step.
            del session.events[number]
            session.events_head = number + 1

    def _hand_out_unrouted(self) -> None:
        for number in list(self._unrouted):
            if self._hand_out(number, self._unrouted[number]):
                del self._unrouted[number]

    def _hand_out(self, number: int, event: tuple[int, int, bytes, int]) -> bool:
        """Puts an event into the queues of its registration; False when there is none."""
        program, procedure, body, at = event
        kind = self._kind_of(program, procedure)
        if kind is None:
            return False
        # All events of registered callbacks begin with the callback's id.
        callback_id = int.from_bytes(body[at : at + 4], "big", signed=True)
        registration = self._by_id.get((kind.family, callback_id))
        if registration is None:
            return False
        if registration.kind is not kind:
            self._session._end(
                ProtocolError(
                    f"{kind.procedure.name} came under the callback id {callback_id}, which the daemon gave for "
                    f"{registration.kind.procedure.name}"
                )
            )
            return True
        for subscription in registration.subscriptions:
            if subscription.registration is not registration:
                continue  # it is registered over another link now
            queue = subscription.queue
            queue.put(number, (subscription, self._session, body, at))
            self._touched[queue] = None
            if queue.wake is not None:
                self._session.notify(queue)
        return True
