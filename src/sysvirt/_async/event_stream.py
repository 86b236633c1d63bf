"""`EventStream`: events of a connection as an iterator."""

from __future__ import annotations

import time

from .._session.events import EventQueue
from .._timeouts import seconds
from ..errors import CallTimeout, NoSupport
from ..events import EventsLost, all_ids
from .domain import Domain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Generic, Self, TypeVar

    from .._session.events import Subscription
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

    It takes events from the moment it is entered (`async with`) or first asked; inside a `with` block none
    can be missed. A consumer that is slow loses the newest of more than 65536 waiting events and finds an
    `EventsLost` record in their place.
    """

    __module__ = "sysvirt.aio"

    def __init__(self, connection: Connection, event_ids: tuple[int, ...], domain: Domain | None) -> None:
        self._connection = connection
        #: None: every kind that the daemon has.
        self._ids = event_ids
        self._domain = domain
        self._queue = EventQueue(connection._pump.session)
        self._subscriptions: list[Subscription] = []
        self._state = "new"
        #: Who subscribes at this time.
        self._opener: object = None

    async def __aenter__(self) -> Self:
        self._connection._pump.check_process()
        me = object()
        lock = self._connection._pump.session.lock
        done = False
        try:
            with lock:
                if self._state == "new" and self._opener is None:
                    self._opener = me
            if self._opener is me:
                await self._open()
                with lock:
                    if self._state == "new":
                        self._state = "open"
                done = self._state == "open"
        finally:
            if self._opener is me:
                if not done:
                    with lock:
                        if self._state == "open":
                            self._state = "new"
                    self._drop()
                self._opener = None
                if self._state == "closed":
                    self._drop()  # whoever closed it may have left that to this one
                # Others may wait for events meanwhile, who have to try it themselves, or see that it was closed.
                self._connection._pump.wake(self._queue)
        return self

    async def _open(self) -> None:
        delivery = self._connection._events()
        refusal: NoSupport | None = None
        for event_id in self._ids or all_ids():
            # Noted first, so that it can be undone wherever this ends.
            subscription = delivery.subscription(event_id, self._domain)
            self._subscriptions.append(subscription)
            try:
                await delivery.subscribe(subscription, self._domain, self._queue)
            except NoSupport as error:
                self._subscriptions.remove(subscription)
                if self._ids:
                    raise
                refusal = error
            if self._state == "closed":
                return
        if refusal is not None and not self._subscriptions:
            raise refusal  # the driver has no events at all

    def _drop(self) -> None:
        """Ends the subscriptions without waiting for the daemon."""
        if self._subscriptions:
            delivery = self._connection._events()
            for subscription in list(self._subscriptions):
                delivery.drop(subscription, self._queue)
            self._subscriptions.clear()

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> E | EventsLost[Connection, Domain]:
        event = await self.next_event()
        if event is None:
            raise StopAsyncIteration
        return event

    async def next_event(self, timeout: float | None = None) -> E | EventsLost[Connection, Domain] | None:
        """The next event; None after `timeout` seconds, or when this was closed. 0 takes one that has come already.

        The connection's own timeout is not for this. A `with conn.timeout(...)` block is: at its end `CallTimeout` is
        raised, here as in a loop. Raises `ConnectionLost` when the link broke and everything that came before was
        taken.
        """
        limit = seconds("timeout", timeout, zero=True)
        own = None if limit is None else time.monotonic() + limit
        around = self._connection._deadline("long")
        if around is None or (own is not None and own <= around):
            return await self._next(own)
        event = await self._next(around)
        if event is None and self._state != "closed":
            raise CallTimeout("no event came before the end of the block", sent="no")
        return event

    async def _next(self, deadline: float | None) -> E | EventsLost[Connection, Domain] | None:
        self._connection._pump.check_process()
        while True:
            if self._state == "new":
                await self._enter_within(deadline)
            item = self._queue.take()
            if item is not None:
                arrived, lost = item
                if arrived is None:
                    return EventsLost["Connection", Domain]._make((self._connection, lost))
                return self._connection._events().record(arrived)  # type: ignore[return-value]
            if self._state == "closed":
                return None
            self._connection._pump.session.check()
            if not await self._connection._pump.sleep_until_ready(self._queue, deadline):
                return None

    async def _enter_within(self, deadline: float | None) -> None:
        left = None if deadline is None else deadline - time.monotonic()
        if left is None or left <= 0:
            await self.__aenter__()  # who does not want to wait for events means those that come later
            return
        with self._connection.timeout(left):
            await self.__aenter__()

    async def close(self) -> None:
        """Ends the subscription; who waits in `next_event` gets None."""
        pump = self._connection._pump
        if pump.forked:
            self._state = "closed"
            return
        with pump.session.lock:
            self._state = "closed"
        self._queue.ended = True
        pump.wake(self._queue)
        subscriptions = list(self._subscriptions)
        if not subscriptions or self._opener is not None:
            return  # who opens it ends it
        try:
            delivery = self._connection._events()
            for subscription in subscriptions:
                await delivery.unsubscribe(subscription, self._queue)
            self._subscriptions.clear()
        except BaseException:
            self._drop()
            raise

    def __del__(self) -> None:
        if getattr(self, "_subscriptions", None) and not self._connection._pump.forked:
            delivery = self._connection._events()
            while self._subscriptions:
                delivery.forget(self._subscriptions.pop(), self._queue)
