# Made by tools/unasync.py from src/sysvirt/_async/event_stream.py; do not edit.
"""`EventStream`: events of a connection as an iterator."""

from __future__ import annotations

import time

from .._session import blocking_facade as facade
from .._session.events import EventQueue
from .._session.guard import Role
from .._timeouts import seconds
from ..errors import CallTimeout, NoSupport, ProtocolError
from ..events import EventsLost, all_ids, kind_of
from .domain import Domain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Generic, Self, TypeVar

    from .._session.events import Arrived, Subscription
    from .connection import Connection

    E = TypeVar("E", covariant=True)

    class _Typed(Generic[E]): ...

else:
    E = None

    class _Typed:
        def __class_getitem__(cls, item):
            return cls


class EventStream(_Typed[E]):
    """Events of a connection, in order: iterate over it, or ask `next_event`.

    It takes events from the moment it is entered (`with`) or first asked; inside a `with` block none is missed.
    When more than 65536 events, or 64 MiB of them, wait for a slow consumer, the newest are dropped. An `EventsLost`
    record stands in their place.
    """

    __module__ = "sysvirt"

    def __init__(self, connection: Connection, event_ids: tuple[int, ...], domain: Domain | None) -> None:
        self._connection = connection
        #: None: every kind that the daemon has.
        self._ids = event_ids
        self._domain = domain
        self._queue = EventQueue()
        self._subscriptions: dict[Subscription, None] = {}
        #: Those of them that are to be ended.
        self._ending: dict[Subscription, None] = {}
        #: All subscriptions are made.
        self._open = False
        self._closed = False
        #: Held by the thread or task that subscribes.
        self._opener = Role()
        #: Since when it has been giving events without letting other tasks run.
        self._turn = 0.0

    def __enter__(self) -> Self:
        self._connection._channel.pump.check_process()
        me = object()
        ours: dict[Subscription, None] = {}
        try:
            if not self._open and not self._closed:
                self._opener.take(me)
            if self._opener.holder is me and not self._open:
                self._subscriptions = ours
                self._subscribe(ours)
                self._open = True
        finally:
            if self._opener.holder is me:
                if not self._open:
                    self._ending |= ours
                self._opener.holder = None
                if self._closed:  # `close` came meanwhile, and has left the ending to this one
                    self._ending |= ours
                self._drop()
                # Others may wait for events meanwhile: they have to open it themselves, or see that it was closed.
                self._connection._channel.pump.wake(self._queue)
        return self

    def _subscribe(self, ours: dict[Subscription, None]) -> None:
        delivery = self._connection._events()
        refusal: NoSupport | None = None
        for event_id in self._ids or all_ids():
            # Noted first, so that it can be undone wherever this ends.
            subscription = delivery.subscription(kind_of(event_id), self._domain, self._queue)
            ours[subscription] = None
            try:
                delivery.subscribe(subscription)
            except NoSupport as error:
                del ours[subscription]
                if self._ids:
                    raise
                refusal = error
            if self._closed:
                return
        if refusal is not None and not ours:
            raise refusal  # the driver has no events at all

    def _drop(self) -> None:
        """Ends the subscriptions in `_ending`, without waiting for the daemon."""
        delivery = self._connection._delivery
        for subscription in list(self._ending):
            if delivery is not None:
                delivery.drop(subscription)
            self._forget(subscription)

    def _forget(self, subscription: Subscription) -> None:
        self._subscriptions.pop(subscription, None)
        self._ending.pop(subscription, None)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> E | EventsLost[Connection, Domain]:
        event = self.next_event()
        if event is None:
            raise StopIteration
        return event

    def next_event(self, timeout: float | None = None) -> E | EventsLost[Connection, Domain] | None:
        """The next event; None after `timeout` seconds, or when this was closed.

        timeout: in seconds, None for no limit; 0 takes an event that has come already.

        The connection's own timeout does not apply here, but a `with conn.timeout(...)` block does: at its end
        `CallTimeout` is raised. Raises `ConnectionLost` when the link broke, after all events that came before.
        """
        limit = seconds("timeout", timeout, zero=True)
        own = None if limit is None else time.monotonic() + limit
        around = self._connection._deadline("long")
        if around is None or (own is not None and own <= around):
            return self._next(own)
        event = self._next(around)
        if event is None and not self._closed:
            raise CallTimeout("no event came before the end of the block", sent="no")
        return event

    def _next(self, deadline: float | None) -> E | EventsLost[Connection, Domain] | None:
        connection = self._connection
        connection._channel.pump.check_process()
        while True:
            self._turn = facade.give_way(self._turn)
            if not self._open and not self._closed:
                self._enter_by(deadline)
            event = self._take()
            if event is not None:
                return event
            if self._closed:
                return None
            channel = connection._channel
            channel.session.check()
            if not self._open and self._opener.holder is None:
                continue  # the thread that was subscribing has failed, and woke the others before this one slept
            if not channel.pump.sleep_until_ready(self._queue, deadline):
                return None
            self._turn = time.monotonic()

    def _take(self) -> E | EventsLost[Connection, Domain] | None:
        """The next event that has come, as a record; None for none. An interrupt before the end takes nothing."""
        queue = self._queue
        while (found := queue.first()) is not None:
            place, arrived, lost = found
            record: Any
            if arrived is None:
                record = EventsLost["Connection", Domain]._make((self._connection, lost))
            else:
                record = self._record(place, arrived)
            if queue.remove(place, lost):
                return record  # type: ignore[no-any-return]
        return None

    def _record(self, place: int, arrived: Arrived) -> Any:
        try:
            return self._connection._events().record(arrived)
        except ProtocolError:
            self._queue.remove(place, 0)  # it can't be decoded, and `record` has ended the session
            raise

    def _enter_by(self, deadline: float | None) -> None:
        if deadline is None or deadline <= time.monotonic():
            self.__enter__()  # without a time to wait, events are those that come later
            return
        with self._connection._until(deadline):
            self.__enter__()

    def close(self) -> None:
        """Ends the subscription. A `next_event` that waits returns None, and a loop ends."""
        self._closed = True
        self._queue.ended = self._queue.ready = True
        pump = self._connection._channel.pump
        if pump.forked:
            return
        pump.wake(self._queue)
        if self._opener.holder is not None:
            return  # the one that opens it ends it
        self._ending |= self._subscriptions
        if not self._ending:
            return
        if not pump.can_wait:
            self._drop()
            return
        try:
            self._unsubscribe()
        except BaseException:
            self._drop()
            raise

    def _unsubscribe(self) -> None:
        delivery = self._connection._events()
        for subscription in list(self._ending):
            delivery.unsubscribe(subscription)
            self._forget(subscription)

    def __del__(self) -> None:
        if not hasattr(self, "_ending") or not (self._subscriptions or self._ending):
            return  # it may have been interrupted when it was made
        self._queue.drop()
        delivery = self._connection._delivery
        for subscription in {**self._subscriptions, **self._ending}:
            if delivery is not None:
                delivery.forget(subscription)
