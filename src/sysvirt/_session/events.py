"""From arrived event messages to the queues of those who want them.

Two kinds of things meet here. A `Subscription` and the `EventQueue` it fills belong to a connection. A `Registration`
is what one daemon was asked for over one link, and goes with that link, as its `EventRouter` does.

The session files events as they come; whoever received them runs `route`, which must be quick and may be
interrupted: it can be run again at any time and then goes on where it was, each event once for each queue.
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
        """Events whose callbacks the daemon numbers together: an id means nothing in another family."""

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

#: How many events, and bytes of them, one slow consumer may be behind before it loses the newest, and is told.
QUEUE_MAX = 65536
QUEUE_BYTES_MAX = 64 * 1024 * 1024

#: How many dropped subscriptions are cleaned up at a time, so that nobody pays for all.
_CLEAN_UP_MAX = 64


class Subscription:
    """Somebody's wish for the events of a key. The daemon is asked once for each key, however many want it."""

    __slots__ = (
        "about", "callback", "callback_id", "key", "kind", "older", "queue", "registering", "registration", "seen",
    )  # fmt: skip

    def __init__(self, kind: Kind, about: bytes | None, uuid: bytes | None, queue: EventQueue) -> None:
        self.kind = kind
        #: The handle, as the protocol has it, of what the events are to be about; None for all.
        self.about = about
        self.key: Key = (kind, uuid)
        self.queue = queue
        #: Through which it gets events now.
        self.registration: Registration | None = None
        #: The number of the last event it got through that: routing may be repeated after an interrupt.
        self.seen = -1
        #: The daemon is being asked: events may come before its number is known.
        self.registering = False
        #: The number the daemon gave, until it is part of a registration; -1 when there is none.
        self.callback_id = -1
        #: Our number of the callback, and whether the older call for lifecycle events was used.
        self.callback = -1
        self.older = False


class EventQueue(Waiter):
    """What one consumer has not taken yet. When it is full the newest events are dropped and counted.

    `None` in the queue is the mark of a gap: `lost` events did not fit there. It needs no lock: each change is one
    step, without a call in it.
    """

    __slots__ = ("_bytes", "_head", "_items", "_max", "_tail", "ended", "lost", "on_put")

    def __init__(self, size: int = QUEUE_MAX) -> None:
        super().__init__()
        self._max = size
        #: By place: the event, how many were lost instead of one, bytes.
        self._items: dict[int, tuple[Arrived | None, int, int]] = {}
        self._bytes = 0
        self._head = 0
        self._tail = 0
        self.lost = 0
        #: Nothing more is wanted: who waits for it sees so.
        self.ended = False
        #: Called after something was put, by whoever received it.
        self.on_put: Callable[[], None] | None = None

    def put(self, number: int, event: Arrived) -> None:
        """Adds an event, unless it has been added for its subscription before."""
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
        """The oldest event, with its place and 0; or None and how many were lost there; None when there is nothing."""
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
        """Takes away what `first` gave; False when that is no longer the first: somebody else was quicker."""
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
        """What `first` gives, without its place, taken away."""
        while (found := self.first()) is not None:
            place, event, lost = found
            if self.remove(place, lost):
                return event, lost
        return None

    def drop(self) -> None:
        """Nobody has it any more. For a finalizer, which may run in the middle of anything."""
        self.ended = True
        self._items.clear()

    def __len__(self) -> int:
        return self._tail - self._head


class Registration:
    """What one daemon sends under one callback id, to everybody here who wants it."""

    __slots__ = ("callback_id", "key", "kind", "subscriptions")

    def __init__(self, subscription: Subscription) -> None:
        self.kind = subscription.kind
        self.key = subscription.key
        self.callback_id = subscription.callback_id
        self.subscriptions: dict[Subscription, None] = {}


class EventRouter:
    """Knows who wants what, by the callback ids that the daemon gave. What is changed is changed with the lock held."""

    def __init__(self, session: Session, kind_of: Callable[[int, int], Kind | None]) -> None:
        self.lock = session.lock
        self._session = session
        #: The kind of event that a message brings, by its program and number.
        self._kind_of = kind_of
        #: What is registered at the daemon.
        self.registrations: dict[Key, Registration] = {}
        self._by_id: dict[tuple[Family, int], Registration] = {}
        #: How many subscriptions fill a queue. It is told of the session's end as long as there is one.
        self._queues: dict[EventQueue, int] = {}
        #: Subscriptions whose owner is gone.
        self._dropped: list[Subscription] = []
        #: Those being registered: their events may arrive before we know the id, and are kept so long.
        self._registering: dict[Subscription, None] = {}
        self._unrouted: dict[int, tuple[int, int, bytes, int]] = {}
        self._unrouted_bytes = 0
        #: Queues that got something, and nobody has been told yet.
        self._touched: dict[EventQueue, None] = {}

    # --- coming ------------------------------------------------------------------------------------

    @under_lock
    def join(self, subscription: Subscription) -> bool:
        """Adds one to a registration that is there already; False when there is none."""
        self._clean_up()
        registration = self.registrations.get(subscription.key)
        if registration is None:
            return False
        self._add(registration, subscription)
        return True

    @under_lock
    def expect(self, subscription: Subscription) -> None:
        """The daemon is about to be asked. Events that nobody knows are kept as long as its `registering` is true."""
        self._registering[subscription] = None

    @under_lock
    def found(self, subscription: Subscription) -> None:
        """Adds the first of a new registration, whose `callback_id` is known now, with what has come for it already.

        Where somebody has made the same meanwhile it shares that, and its own is taken back.
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
        """Ends a subscription. When it was the last of a registration: the call that takes that back.

        The call is queued with it in one step, so that it is made whatever becomes of the caller.
        """
        return self._leave(subscription)

    @under_lock
    def take_all_back(self) -> list[Call]:
        """Has the daemon forget all of it; returns the calls that do, and earlier ones that were not answered yet."""
        for registration in list(self.registrations.values()):
            call = self._call_back(registration)
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
        """For a finalizer, which may run on a thread that holds the lock. Whoever comes next sees to the rest."""
        self._dropped.append(subscription)

    @under_lock
    def clean_up(self) -> None:
        """Does what those who are gone, or were interrupted, have left to be done."""
        self._clean_up()

    def _clean_up(self) -> None:
        self._see_who_registers()
        for _ in range(_CLEAN_UP_MAX):
            if not self._dropped:
                break
            self._leave(self._dropped[0])
            del self._dropped[0]

    def _leave(self, subscription: Subscription) -> Call | None:
        registration = subscription.registration
        if registration is None or self.registrations.get(registration.key) is not registration:
            return None  # it was none, or one of a link before
        queue = subscription.queue
        fills = self._queues[queue] - 1
        last = len(registration.subscriptions) == 1
        call = self._call_back(registration) if last else None
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

    def _call_back(self, registration: Registration | Subscription) -> Call | None:
        """The call that takes a callback id back; None when there is no daemon any more."""
        if self._session.error is not None:
            return None
        return self._session.make_call_no_reply(registration.kind.family.deregister, registration.callback_id)

    def _see_who_registers(self) -> bool:
        """Whether somebody does. Who was interrupted when it had the daemon's number has that taken back."""
        for subscription in list(self._registering):
            if not subscription.registering:
                self._take_back(subscription)
                del self._registering[subscription]
        if not self._registering:
            self._unrouted.clear()
            self._unrouted_bytes = 0
        return bool(self._registering)

    def _take_back(self, subscription: Subscription) -> None:
        if subscription.callback_id < 0:
            return
        call = self._call_back(subscription)
        # One step.
        subscription.callback_id = -1
        if call is not None:
            self._session.pending[call.serial] = call
            self._session.control_frames += [call.data]

    # --- events ------------------------------------------------------------------------------------

    def route(self) -> None:
        """Hands out everything that has arrived, and tells those who got something."""
        self._hand_out_all()
        if len(self._unrouted) > QUEUE_MAX or self._unrouted_bytes > QUEUE_BYTES_MAX:
            self._session.lost(ProtocolError("events without end came before the answer to a registration"))
        for queue in list(self._touched):
            if queue.on_put is not None:
                queue.on_put()
            self._touched.pop(queue, None)
        self._note_what_is_left()

    @under_lock
    def _note_what_is_left(self) -> None:
        # Last: who is interrupted before leaves the rest to whoever sees that there is some.
        session = self._session
        session.events_pending = session.events_head < session.events_tail

    @under_lock
    def _hand_out_all(self) -> None:
        self._clean_up()
        session = self._session
        while session.events_head < session.events_tail:
            number = session.events_head
            event = session.events[number]
            if not self._hand_out(number, event) and self._see_who_registers():
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
        """Whether somebody wants it."""
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
                continue  # it goes on over another link
            queue = subscription.queue
            queue.put(number, (subscription, self._session, body, at))
            self._touched[queue] = None
            if queue.wake is not None:
                self._session.notify(queue)
        return True
