"""Events of guests: as an iterator, and through callbacks."""

from __future__ import annotations

import time
from _weakref import ref

from ..._protocol.table import remote
from ..._session import aio_facade as facade
from ..._session.events import EventQueue, EventRouter
from ..._timeouts import seconds
from ...errors import NotAvailable, ProtocolError, invalid_argument, invalid_type
from ...events import EventsLost, all_ids, kind_of
from ..domain import Domain
from .base import ConnectionBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Any, Self

    from ..._generated.constants import DomainEventID
    from ..._session.events import Arrived
    from ...events import Event, LifecycleEvent
    from . import Connection

_PROGRAM = remote.CONNECT_OPEN.program
_LIFECYCLE = 0

#: How long the dispatcher of callbacks stays when there is nothing to do.
_LINGER_SECONDS = 3.0


class EventDelivery:
    """A connection's registrations at the daemon, and who here gets what comes of them.

    The daemon is asked once for each event id and guest, however many want it.
    """

    def __init__(self, connection: Connection) -> None:
        # Weakly, so that a connection that nobody has any more goes at once, and not when the collector comes.
        self._connection_ref = ref(connection)
        pump = connection._pump
        self._pump = pump
        self._router = EventRouter(pump.session)
        pump.on_events = self._router.route
        pump.watch()
        # (event id, UUID or None) -> callback id at the daemon
        self._registered: dict[tuple[int, bytes | None], int] = {}
        self._callbacks: dict[int, tuple[_Token, Callable[..., object]]] = {}
        self._next_id = 0
        self._dispatch_queue: EventQueue | None = None
        self._dispatching = False

    @property
    def _connection(self) -> Connection:
        connection = self._connection_ref()
        assert connection is not None  # it is what all of this is called through, but for the dispatcher
        return connection

    async def subscribe(self, event_id: int, domain: Domain | None, queue: EventQueue) -> _Token:
        """Has events put into a queue from now on."""
        self._pump.check_process()
        key = (int(event_id), None if domain is None else domain.get_uuid())
        token = _Token(*key)
        known = self._registered.get(key)
        if known is not None:
            token.callback_id = known
            self._router.add(_PROGRAM, known, token, queue)
            return token
        ref = None if domain is None else domain._ref
        self._router.registering()
        try:
            callback_id = await self._connection._call(
                remote.CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY, key[0], ref
            )
            token.callback_id = self._registered.setdefault(key, callback_id)
            self._router.add(_PROGRAM, token.callback_id, token, queue)
        finally:
            self._router.registered()
        if token.callback_id != callback_id:
            # Somebody else registered the same meanwhile: one registration is enough.
            await self._connection._call(remote.CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY, callback_id)
        return token

    async def unsubscribe(self, token: _Token, queue: EventQueue) -> None:
        if not self._router.remove(_PROGRAM, token.callback_id, token, queue):
            return
        if self._registered.pop((token.event_id, token.guest), None) is None:
            return
        if self._connection.is_alive():
            await self._connection._call(
                remote.CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY, token.callback_id
            )

    async def end(self, deadline: float) -> None:
        """Takes back what is registered at the daemon. One of libvirt 9.0 may crash over a client that left it."""
        while self._registered:
            _, callback_id = self._registered.popitem()
            await self._pump.call(
                remote.CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY, (callback_id,), deadline
            )

    def forget(self, token: _Token, queue: EventQueue) -> None:
        """Ends a subscription for a finalizer; the daemon's registration waits for the next one."""
        self._router.remove_later(_PROGRAM, token.callback_id, token, queue)

    def record(self, arrived: Arrived) -> Event[Any, Any]:
        """The record of an event as it came."""
        token, _, _, body, at = arrived
        assert isinstance(token, _Token)
        kind = kind_of(token.event_id)
        try:
            guest, fields = kind.decode(body, at)
        except ProtocolError as error:
            error.add_note(f"in an event of {kind.procedure.name}")
            self._pump.session.lost(error)
            raise
        connection = self._connection
        return kind.record._make((connection, Domain(connection, guest), *fields))

    # --- callbacks ---------------------------------------------------------------------------------

    async def add_callback(
        self, event_id: int, domain: Domain | None, callback: Callable[..., object]
    ) -> int:
        if self._dispatch_queue is None:
            # In order for all callbacks of the connection, so one queue for them all.
            self._dispatch_queue = queue = EventQueue(self._pump.session)
            queue.on_put = self._wake_dispatcher
        token = await self.subscribe(event_id, domain, self._dispatch_queue)
        number = self._next_id
        self._next_id += 1
        token.callback = number
        self._callbacks[number] = (token, callback)
        self._wake_dispatcher()
        return number

    async def remove_callback(self, number: int) -> None:
        found = self._callbacks.pop(number, None)
        if found is None:
            raise invalid_argument("callback_id", f"no callback is registered under {number!r}")
        assert self._dispatch_queue is not None
        await self.unsubscribe(found[0], self._dispatch_queue)

    def lifecycle_callbacks(self, callback: Callable[..., object] | None) -> list[int]:
        """The numbers under which this function, or any, is registered by the older lifecycle call."""
        return [
            number
            for number, (token, function) in self._callbacks.items()
            if token.older and (callback is None or function is callback)
        ]

    def mark_older(self, number: int) -> None:
        self._callbacks[number][0].older = True

    def _wake_dispatcher(self) -> None:
        if not self._dispatching and self._dispatch_queue:
            self._dispatching = True
            facade.spawn(self._dispatch)

    async def _dispatch(self) -> None:
        """Calls the callbacks, one after another, and ends when there has been nothing to do for a while."""
        queue = self._dispatch_queue
        assert queue is not None
        try:
            while True:
                item = queue.take()
                if item is None:
                    if self._pump.closed or self._pump.session.error is not None:
                        return
                    if not await self._pump.sleep_until_ready(queue, time.monotonic() + _LINGER_SECONDS):
                        return
                    continue
                await self._deliver(*item)
        finally:
            self._dispatching = False
            self._wake_dispatcher()

    async def _deliver(self, arrived: Arrived | None, lost: int) -> None:
        connection = self._connection_ref()
        if connection is None:
            return
        if arrived is None:
            _log(f"{lost} events were lost: the callbacks of {connection!r} are too slow")
            return
        token = arrived[0]
        assert isinstance(token, _Token)
        found = self._callbacks.get(token.callback)
        if found is None:
            return
        try:
            record = self.record(arrived)
        except ProtocolError:
            return  # it has ended the session, which tells who waits for something
        try:
            await facade.run_callback(found[1], record)
        except Exception:
            _log(f"the callback {found[1]!r} raised", failed=True)


class _Token:
    """One subscription."""

    __slots__ = ("callback", "callback_id", "event_id", "guest", "older")

    def __init__(self, event_id: int, guest: bytes | None) -> None:
        self.event_id = event_id
        self.guest = guest
        self.callback_id = -1
        self.callback = -1
        self.older = False


def _log(text: str, failed: bool = False) -> None:
    import logging

    logging.getLogger("sysvirt.events").error(text, exc_info=failed)


class EventStream:
    """Events of a connection, in order: iterate over it, or ask `next_event`.

    It takes events from the moment it is entered (`async with`) or first asked; inside a `with` block none
    can be missed. A consumer that is slow loses the newest of more than 65536 waiting events and finds an
    `EventsLost` record in their place.
    """

    __module__ = "sysvirt.aio"

    def __init__(self, connection: Connection, event_ids: tuple[int, ...], domain: Domain | None) -> None:
        self._connection = connection
        self._ids = event_ids
        self._domain = domain
        self._queue = EventQueue(connection._pump.session)
        self._tokens: list[_Token] = []
        self._state = "new"

    async def __aenter__(self) -> Self:
        if self._state == "new":
            self._state = "open"
            delivery = self._connection._events()
            for event_id in self._ids:
                self._tokens.append(await delivery.subscribe(event_id, self._domain, self._queue))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> LifecycleEvent[Connection, Domain] | EventsLost[Connection, Domain]:
        event = await self.next_event()
        if event is None:
            raise StopAsyncIteration
        return event

    async def next_event(
        self, timeout: float | None = None
    ) -> LifecycleEvent[Connection, Domain] | EventsLost[Connection, Domain] | None:
        """The next event; None at the timeout (seconds), or when this was closed.

        Raises `ConnectionLost` when the link broke and everything that came before was taken.
        """
        limit = seconds("timeout", timeout)
        deadline = None if limit is None else time.monotonic() + limit
        self._connection._pump.check_process()
        await self.__aenter__()
        while True:
            item = self._queue.take()
            if item is not None:
                arrived, lost = item
                if arrived is None:
                    gap: type[EventsLost[Connection, Domain]] = EventsLost
                    return gap._make((self._connection, lost))
                return self._connection._events().record(arrived)  # type: ignore[return-value]
            if self._state == "closed":
                return None
            self._connection._pump.session.check()
            if not await self._connection._pump.sleep_until_ready(self._queue, deadline):
                return None

    async def close(self) -> None:
        """Ends the subscription; who waits in `next_event` gets None."""
        if self._state == "closed":
            return
        opened, self._state = self._state == "open", "closed"
        if opened and not self._connection._pump.forked:
            delivery = self._connection._events()
            tokens, self._tokens = self._tokens, []
            self._connection._pump.rouse(self._queue)
            for token in tokens:
                await delivery.unsubscribe(token, self._queue)

    def __del__(self) -> None:
        if getattr(self, "_tokens", None) and not self._connection._pump.forked:
            delivery = self._connection._events()
            for token in self._tokens:
                delivery.forget(token, self._queue)


class EventCalls(ConnectionBase):
    __slots__ = ()

    def _events(self) -> EventDelivery:
        delivery = self._delivery
        if delivery is None:
            delivery = self._delivery = EventDelivery(self)  # type: ignore[arg-type]
        return delivery

    def events(self, *event_ids: DomainEventID | int, domain: Domain | None = None) -> EventStream:
        """Events of these ids (`Domain.EVENT_ID_*`; none: every kind), of one guest or of all.

        `async for event in conn.events(Domain.EVENT_ID_LIFECYCLE): ...`
        """
        for event_id in event_ids:
            kind_of(event_id)
        self._own_domain(domain)
        return EventStream(self, tuple(event_ids) or tuple(all_ids()), domain)  # type: ignore[arg-type]

    async def domain_event_register_any(
        self, domain: Domain | None, event_id: DomainEventID | int, callback: Callable[[Any], object]
    ) -> int:
        """Calls `callback(record)` for each event of this id, of one guest or of all (None).

        Returns the id for `domain_event_deregister_any`. Callbacks run one after another, in the order of the
        events, and may use the connection. One that raises is logged and stops nothing.
        [virConnectDomainEventRegisterAny]
        """
        kind_of(event_id)
        self._own_domain(domain)
        if not callable(callback):
            raise invalid_type("callback", "a function", callback)
        return await self._events().add_callback(event_id, domain, callback)

    async def domain_event_deregister_any(self, callback_id: int) -> None:
        """Ends what `domain_event_register_any` began: when this returns, no further call is begun.

        [virConnectDomainEventDeregisterAny]
        """
        await self._events().remove_callback(callback_id)

    async def domain_event_register(self, callback: Callable[[Any], object]) -> None:
        """Calls `callback(record)` for each lifecycle event of every guest. [virConnectDomainEventRegister]"""
        number = await self.domain_event_register_any(None, _LIFECYCLE, callback)
        self._events().mark_older(number)

    async def domain_event_deregister(self, callback: Callable[[Any], object] | None = None) -> None:
        """Ends what `domain_event_register` began, for one function or (None) for all of them.

        [virConnectDomainEventDeregister]
        """
        numbers = self._events().lifecycle_callbacks(callback)
        if callback is not None and not numbers:
            raise invalid_argument("callback", f"{callback!r} is not registered")
        for number in numbers:
            await self._events().remove_callback(number)

    def _own_domain(self, domain: Domain | None) -> None:
        if domain is None:
            return
        if not isinstance(domain, Domain):
            raise invalid_type("domain", "a Domain or None", domain)
        if domain.get_connection() is not self:
            raise NotAvailable("domain: it belongs to another connection")
