"""Events of guests: as an iterator, and through callbacks."""

from __future__ import annotations

import time
from _weakref import ref
from itertools import count

from ..._generated import constants
from ..._protocol.table import remote
from ..._session import aio_facade as facade
from ..._session.events import EventQueue, EventRouter, Subscription
from ..._timeouts import seconds
from ...errors import (
    CallTimeout,
    Error,
    InvalidArgument,
    NoSupport,
    NotAvailable,
    OperationInvalid,
    ProtocolError,
    close_reason,
    invalid_argument,
    invalid_type,
)
from ...events import ConnectionClosedEvent, EventsLost, all_ids, kind_of
from ..domain import Domain
from .base import ConnectionBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Any, Generic, Literal, Self, TypeVar, overload

    from ..._generated.constants import DomainEventID
    from ..._session.events import Arrived
    from ...events import AnyEvent, Event, LifecycleEvent
    from ..stream import Stream
    from . import Connection

    E = TypeVar("E", covariant=True)

    class _Typed(Generic[E]): ...

else:
    E = None

    class _Typed:
        def __class_getitem__(cls, item):
            return cls


_PROGRAM = remote.CONNECT_OPEN.program
_REGISTER = remote.CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY
_DEREGISTER = remote.CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY
_LIFECYCLE = 0
#: What a daemon says of an event id that is newer than itself: VIR_ERR_INTERNAL_ERROR of VIR_FROM_RPC.
_INTERNAL_ERROR, _FROM_RPC = 1, 7

#: How often it is tried to register, and how long is waited between, when a registration of the kind is there already.
_ATTEMPTS, _AGAIN_SECONDS = 50, 0.02
#: How long the dispatcher of callbacks stays when there is nothing to do.
_LINGER_SECONDS = 3.0


class EventDelivery:
    """A connection's registrations at the daemon, and who here gets what comes of them."""

    def __init__(self, connection: Connection) -> None:
        # Weakly, so that a connection that nobody has any more goes at once, and not when the collector comes.
        self._connection_ref = ref(connection)
        self._pump = connection._pump
        session = self._pump.session
        self._lock = session.lock
        self._router = EventRouter(session)
        self._callbacks: dict[int, tuple[Subscription, Callable[..., object]]] = {}
        self._numbers = count()
        #: In order for all callbacks of the connection, so one queue for them all.
        self._queue = EventQueue(session)
        self._queue.on_put = self._wake_dispatcher
        #: The dispatcher of callbacks that runs, or is about to.
        self._dispatcher: object = None
        #: Who wants to know that the link has ended.
        self._close_callback: Callable[..., object] | None = None
        #: Streams with a callback, whose turn is next first.
        self._streams: dict[Stream, None] = {}

    def attach(self) -> None:
        pump = self._pump
        pump.on_events = self._router.route
        pump.on_end = self._ended
        pump.session.undo[_REGISTER] = _DEREGISTER

    @property
    def _connection(self) -> Connection:
        connection = self._connection_ref()
        assert connection is not None  # it is what all of this is called through, but for the dispatcher
        return connection

    @staticmethod
    def subscription(event_id: int, domain: Domain | None) -> Subscription:
        """What `subscribe` makes true. Whoever has it noted can undo that by `drop`, however far it came."""
        return Subscription((_PROGRAM, int(event_id), None if domain is None else domain.get_uuid()))

    async def subscribe(self, subscription: Subscription, domain: Domain | None, queue: EventQueue) -> None:
        """Has events put into a queue from now on."""
        for attempt in range(_ATTEMPTS):
            if attempt:
                await facade.sleep(_AGAIN_SECONDS)
            if self._router.join(subscription, queue):
                return
            try:
                await self._subscribe_first(subscription, domain, queue)
                return
            except InvalidArgument:
                # The daemon has one registration of a kind at most, and another one is just coming or going.
                if attempt == _ATTEMPTS - 1:
                    raise

    async def _subscribe_first(
        self, subscription: Subscription, domain: Domain | None, queue: EventQueue
    ) -> None:
        router = self._router
        callback_id = -1
        try:
            router.registering(subscription)
            callback_id = await self._register(subscription.key[1], None if domain is None else domain._ref)
            needed = router.found(callback_id, subscription, queue)
        except BaseException:
            subscription.registering = False
            if callback_id >= 0 and subscription.callback_id < 0:
                self._pump.call_unheard(_DEREGISTER, callback_id)
            raise
        finally:
            router.registered(subscription)
        if not needed:
            await self._take_back(callback_id)

    async def _register(self, event_id: int, ref: bytes | None) -> int:
        try:
            return await self._connection._call(_REGISTER, event_id, ref)
        except Error as error:
            if (error._code, error._domain) != (_INTERNAL_ERROR, _FROM_RPC):
                raise
            name = constants.DomainEventID(event_id).name
            raise NoSupport(
                f"this daemon is too old for events of the kind Domain.EVENT_ID_{name}: {error.message}"
            ) from None

    async def unsubscribe(self, subscription: Subscription, queue: EventQueue) -> None:
        """Ends a subscription; again, where this was interrupted."""
        callback_id = self._router.leave(subscription, queue)
        if callback_id >= 0:
            await self._take_back(callback_id)

    async def _take_back(self, callback_id: int) -> None:
        if self._connection.is_alive():
            await self._connection._call(_DEREGISTER, callback_id)
        self._router.unwanted.pop(callback_id, None)

    def drop(self, subscription: Subscription, queue: EventQueue) -> None:
        """As `unsubscribe`, for who has no time to wait for it."""
        callback_id = self._router.leave(subscription, queue)
        if callback_id >= 0:
            self._pump.call_unheard(_DEREGISTER, callback_id)
            self._router.unwanted.pop(callback_id, None)

    async def end(self, deadline: float) -> None:
        """Takes back what is registered at the daemon. One of libvirt 9.0 may crash over a client that left it."""
        router = self._router
        for callback_id in {*list(router.registrations.values()), *list(router.unwanted)}:
            try:
                await self._pump.call(_DEREGISTER, (callback_id,), deadline)
            except CallTimeout:
                raise
            except Error:
                pass  # another thread may just have done it
        router.registrations.clear()

    def forget(self, subscription: Subscription, queue: EventQueue) -> None:
        """Ends a subscription for a finalizer; the daemon's registration waits for the next one."""
        self._router.leave_later(subscription, queue)

    def record(self, arrived: Arrived) -> Event[Any, Any]:
        """The record of an event as it came."""
        subscription, _, _, body, at = arrived
        kind = kind_of(subscription.key[1])
        try:
            guest, fields = kind.decode(body, at)
        except ProtocolError as error:
            error.add_note(f"in an event of {kind.procedure.name}")
            self._pump.session.lost(error)
            raise
        connection = self._connection
        return kind.record._from_wire(connection, Domain(connection, guest), fields)

    # --- callbacks ---------------------------------------------------------------------------------

    async def add_callback(
        self, event_id: int, domain: Domain | None, callback: Callable[..., object], older: bool = False
    ) -> int:
        subscription = self.subscription(event_id, domain)
        subscription.older = older
        subscription.callback = number = next(self._numbers)
        try:
            # First: an event may be there as soon as it is subscribed to.
            self._callbacks[number] = (subscription, callback)
            await self.subscribe(subscription, domain, self._queue)
            if number not in self._callbacks:
                self.drop(subscription, self._queue)  # it was deregistered meanwhile
            self._wake_dispatcher()
        except BaseException:
            self._callbacks.pop(number, None)
            self.drop(subscription, self._queue)
            raise
        return number

    def add_stream(self, stream: Stream) -> None:
        """Has the dispatcher look after a stream's callback as long as there is one."""
        queue = self._queue
        stream._carrier._pump.watch()
        stream._state.on_arrival = lambda: self._pump.rouse(queue)
        self._streams[stream] = None
        self._pump.rouse(queue)
        self._wake_dispatcher()

    async def remove_callback(self, number: int) -> None:
        found = self._callbacks.get(number)
        if found is None:
            raise invalid_argument("callback_id", f"no callback is registered under {number!r}")
        await self._end_callback(number, found[0])

    async def _end_callback(self, number: int, subscription: Subscription) -> None:
        # In this order, so that who is interrupted can do it again.
        callback_id = self._router.leave(subscription, self._queue)
        self._callbacks.pop(number, None)
        if callback_id >= 0:
            await self._take_back(callback_id)

    def lifecycle_callbacks(self, callback: Callable[..., object] | None) -> list[int]:
        """The numbers under which this function, or any, is registered by the older lifecycle call."""
        return [
            number
            for number, (subscription, function) in list(self._callbacks.items())
            if subscription.older and (callback is None or function is callback)
        ]

    async def remove_lifecycle_callbacks(self, callback: Callable[..., object] | None) -> bool:
        """Removes those that the older call has registered with this function, or all; whether there were any."""
        numbers = self.lifecycle_callbacks(callback)
        for number in numbers:
            found = self._callbacks.get(number)
            if found is not None:  # another thread may be at it
                await self._end_callback(number, found[0])
        return bool(numbers)

    def set_close_callback(self, callback: Callable[..., object]) -> None:
        with self._lock:
            if self._close_callback is not None:
                raise OperationInvalid("a close callback is registered already")
            self._close_callback = callback
        try:
            # Only now, so that there is no end between this look and the callback's being in place.
            self._pump.session.check()
        except Error:
            self._close_callback = None
            raise

    def drop_close_callback(self) -> None:
        if self._close_callback is None:
            raise OperationInvalid("no close callback is registered")
        self._close_callback = None

    def _ended(self) -> None:
        """The link has ended, by whatever."""
        self._pump.rouse(self._queue)
        if self._close_callback is not None:
            self._wake_dispatcher()

    def _wake_dispatcher(self) -> None:
        last_word = self._close_callback is not None and self._pump.session.error is not None
        if not (self._queue or self._streams or last_word):
            return
        start = object()
        try:
            with self._lock:
                if self._dispatcher is None:
                    self._dispatcher = start
            if self._dispatcher is start:
                facade.spawn_apart(lambda: self._dispatch(start))
        except BaseException:
            # It may have begun all the same, and have put itself there.
            if self._dispatcher is start:
                self._dispatcher = None
            raise

    async def _dispatch(self, start: object) -> None:
        """Calls the callbacks, one after another, and ends when there has been nothing to do for a while."""
        queue = self._queue
        me = object()
        with self._lock:
            if self._dispatcher is None or self._dispatcher is start:
                self._dispatcher = me
        if self._dispatcher is not me:
            return
        goes_on = True
        try:
            while True:
                item = queue.take()
                if item is not None:
                    await self._deliver(*item)
                    continue
                if await self._stream_turn():
                    await facade.sleep(
                        0
                    )  # a stream can nearly always be written to: others have their turn too
                    continue
                if self._pump.closed or self._pump.session.error is not None:
                    self._streams.clear()
                    await self._say_closed()
                    return
                full = [stream._carrier._pump for stream in list(self._streams) if stream._waits_for_room()]
                deadline = time.monotonic() + _LINGER_SECONDS
                roused = await self._pump.sleep_until_ready(queue, deadline, full)
                if not roused and not self._streams:
                    return
        except facade.Cancelled:
            goes_on = False  # its loop is about to end
            raise
        finally:
            self._dispatcher = None
            if goes_on:
                self._wake_dispatcher()

    async def _stream_turn(self) -> bool:
        """Calls one stream's callback, if one has something to be told."""
        for stream in list(self._streams):
            callback = stream._callback
            if callback is None or stream._status != "open":
                with self._lock:
                    if stream._callback is callback:  # it may have got another one by now
                        self._streams.pop(stream, None)
                        stream._state.on_arrival = None
                continue
            happening = stream._happening()
            if happening:
                self._streams.pop(stream, None)
                self._streams[stream] = None
                try:
                    await facade.run_callback(callback[1], stream, constants.StreamEventType(happening))
                except Exception:
                    _log(f"the callback {callback[1]!r} of {stream!r} raised", failed=True)
                return True
        return False

    async def _deliver(self, arrived: Arrived | None, lost: int) -> None:
        connection = self._connection_ref()
        if connection is None:
            return
        if arrived is None:
            _log(f"{lost} events were lost: the callbacks of {connection!r} are too slow")
            return
        found = self._callbacks.get(arrived[0].callback)
        if found is None:
            return
        try:
            record = self.record(arrived)
        except ProtocolError:
            return  # it has ended the session, which tells who waits for something
        await _run(found[1], record)

    async def _say_closed(self) -> None:
        callback, self._close_callback = self._close_callback, None
        connection, error = self._connection_ref(), self._pump.session.error
        if callback is not None and connection is not None and error is not None:
            record = ConnectionClosedEvent["Connection", Domain]._make((connection, close_reason(error)))
            await _run(callback, record)


async def _run(callback: Callable[..., object], record: object) -> None:
    try:
        await facade.run_callback(callback, record)
    except Exception:
        _log(f"the callback {callback!r} raised", failed=True)


def _log(text: str, failed: bool = False) -> None:
    import logging

    logging.getLogger("sysvirt.events").error(text, exc_info=failed)


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
                # Others may wait for events meanwhile, who have to try it themselves, or see that it was closed.
                self._connection._pump.rouse(self._queue)
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
        pump.rouse(self._queue)
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


class EventCalls(ConnectionBase):
    __slots__ = ()

    def _events(self) -> EventDelivery:
        self._pump.check_process()
        delivery = self._delivery
        if delivery is None:
            fresh = EventDelivery(self)  # type: ignore[arg-type]
            self._pump.watch()  # first: nobody would do it again for one that is there
            with self._pump.session.lock:  # another thread may be here too
                if self._delivery is None:
                    fresh.attach()
                    self._delivery = fresh
                delivery = self._delivery
        return delivery

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

        Without ids those of every kind that the daemon has, but for `EVENT_ID_IO_ERROR` and `EVENT_ID_BLOCK_JOB`:
        `EVENT_ID_IO_ERROR_REASON` and `EVENT_ID_BLOCK_JOB_2` tell the same and more. Subscribing to one that the
        daemon is too old for raises `NoSupport`, which names it.
        """
        for event_id in event_ids:
            kind_of(event_id)
        self._own_domain(domain)
        return EventStream(self, event_ids, domain)  # type: ignore[arg-type]

    async def domain_event_register_any(
        self, domain: Domain | None, event_id: DomainEventID | int, callback: Callable[[Any], object]
    ) -> int:
        """Calls `callback(record)` for each event of this id, of one guest or of all (None).

        Returns the id for `domain_event_deregister_any`. Callbacks run one after another, in the order of the
        events, and may use the connection. One that raises is logged and stops nothing.
        [virConnectDomainEventRegisterAny]
        """
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
        """Ends what `domain_event_register_any` began: when this returns, no further call is begun.

        [virConnectDomainEventDeregisterAny]
        """
        await self._events().remove_callback(callback_id)

    async def domain_event_register(self, callback: Callable[[Any], object]) -> None:
        """Calls `callback(record)` for each lifecycle event of every guest. [virConnectDomainEventRegister]"""
        await self._add_callback(None, _LIFECYCLE, callback, True)

    async def domain_event_deregister(self, callback: Callable[[Any], object] | None = None) -> None:
        """Ends what `domain_event_register` began, for one function or (None) for all of them.

        [virConnectDomainEventDeregister]
        """
        found = await self._events().remove_lifecycle_callbacks(callback)
        if callback is not None and not found:
            raise invalid_argument("callback", f"{callback!r} is not registered")

    def register_close_callback(
        self, callback: Callable[[ConnectionClosedEvent[Connection, Domain]], object]
    ) -> None:
        """Calls `callback(record)` once when the link to the daemon has ended, by whatever: see `record.reason`.

        It is called as other callbacks are, after what came before. There can be one at a time: raises
        `OperationInvalid` when there is one. [virConnectRegisterCloseCallback]
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
            raise invalid_type("domain", "a Domain or None", domain)
        if domain.get_connection() is not self:
            raise NotAvailable("domain: it belongs to another connection")
