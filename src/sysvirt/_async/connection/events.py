"""Events of guests: as an iterator, and through callbacks."""

from __future__ import annotations

from ... import _arguments as check
from ..._session.guard import locked
from ...errors import NotAvailable, class_name, invalid_argument, invalid_type
from ...events import kind_of
from ..domain import Domain
from ..event_stream import EventStream
from .base import ConnectionBase
from .delivery import Delivery

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Literal, overload

    from ..._generated.constants import DomainEventID
    from ...events import AnyEvent, ConnectionClosedEvent, LifecycleEvent
    from . import Connection

_LIFECYCLE = 0


class EventCalls(ConnectionBase):
    __slots__ = ()

    def _events(self) -> Delivery:
        self._channel.pump.check_process()
        return self._delivery or locked(self._channel.session.lock, self._begin_delivery)

    def _begin_delivery(self) -> Delivery:
        if self._delivery is None:  # another thread may have been quicker
            self._delivery = Delivery(self)  # type: ignore[arg-type]
        return self._delivery

    if TYPE_CHECKING:

        @overload
        def events(
            self, event_id: Literal[DomainEventID.LIFECYCLE], /, *, domain: Domain | None = None
        ) -> EventStream[LifecycleEvent[Connection, Domain]]: ...
        @overload
        def events(
            self, *event_ids: DomainEventID | int, domain: Domain | None = None
        ) -> EventStream[AnyEvent[Connection, Domain]]: ...

    def events(
        self, *event_ids: DomainEventID | int, domain: Domain | None = None
    ) -> EventStream[AnyEvent[Connection, Domain]]:
        """Events of these ids (`Domain.EVENT_ID_*`), of one guest or of all.

            async for event in conn.events(Domain.EVENT_ID_LIFECYCLE): ...

        Without ids it gives every kind that the daemon has, except `EVENT_ID_IO_ERROR` and `EVENT_ID_BLOCK_JOB`:
        `EVENT_ID_IO_ERROR_REASON` and `EVENT_ID_BLOCK_JOB_2` report the same with more details. If the daemon is too
        old for a kind, subscribing raises `NoSupport`, which names it.
        """
        for event_id in event_ids:
            check.expect("event_ids", event_id, "DomainEventID")
            kind_of(event_id)
        self._own_domain(domain)
        return EventStream(self, event_ids, domain)  # type: ignore[arg-type]

    async def domain_event_register_any(
        self, domain: Domain | None, event_id: DomainEventID | int, callback: Callable[[Any], object]
    ) -> int:
        """Calls `callback(record)` for each event of this id, of one guest or of all (None).

        Returns the id for `domain_event_deregister_any`. Callbacks run one after another, in the order of the events,
        and may use the connection. An exception in a callback is logged, and stops nothing. If the daemon is too old
        for the event, raises `NoSupport`. [virConnectDomainEventRegisterAny]
        """
        check.expect("event_id", event_id, "DomainEventID")
        return await self._add_callback(domain, event_id, callback, False)

    async def _add_callback(
        self,
        domain: Domain | None,
        event_id: DomainEventID | int,
        callback: Callable[[Any], object],
        older: bool,
    ) -> int:
        kind_of(event_id)
        self._own_domain(domain)
        if not callable(callback):
            raise invalid_type("callback", "a function", callback)
        return await self._events().add_callback(event_id, domain, callback, older)

    async def domain_event_deregister_any(self, callback_id: int) -> None:
        """Ends what `domain_event_register_any` began. Once this has returned, no new call of the callback begins.

        [virConnectDomainEventDeregisterAny]
        """
        await self._events().remove_callback(callback_id)

    async def domain_event_register(self, callback: Callable[[Any], object]) -> None:
        """Calls `callback(record)` for each lifecycle event of every guest. [virConnectDomainEventRegister]"""
        await self._add_callback(None, _LIFECYCLE, callback, True)

    async def domain_event_deregister(self, callback: Callable[[Any], object] | None = None) -> None:
        """Ends what `domain_event_register` began, for one callback or (None) for all of them.

        [virConnectDomainEventDeregister]
        """
        found = await self._events().remove_lifecycle_callbacks(callback)
        if callback is not None and not found:
            raise invalid_argument("callback", f"{callback!r} is not registered")

    def register_close_callback(
        self, callback: Callable[[ConnectionClosedEvent[Connection, Domain]], object]
    ) -> None:
        """Calls `callback(record)` once when the link to the daemon has ended; `record.reason` says why.

        It is called as other callbacks are, after all events that came before. A connection has one close callback:
        raises `OperationInvalid` when there is one already. [virConnectRegisterCloseCallback]
        """
        if not callable(callback):
            raise invalid_type("callback", "a function", callback)
        self._events().set_close_callback(callback)

    def unregister_close_callback(self) -> None:
        """Ends what `register_close_callback` began. [virConnectUnregisterCloseCallback]"""
        self._events().drop_close_callback()

    def _own_domain(self, domain: Domain | None) -> None:
        if domain is None:
            return
        if not isinstance(domain, Domain):
            raise invalid_type("domain", f"a {class_name(Domain)} or None", domain)
        if domain.get_connection() is not self:
            raise NotAvailable("domain: it belongs to another connection")
