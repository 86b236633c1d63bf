"""Delivery to callbacks: of events, of what streams have, of the connection's end; one after another."""

from __future__ import annotations

import time
from itertools import count

from ..._generated import constants
from ..._session import aio_facade as facade
from ..._session.events import EventQueue
from ...errors import Error, OperationInvalid, ProtocolError, close_reason, invalid_argument
from ...events import ConnectionClosedEvent
from ..domain import Domain
from .registrations import Registrations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..._session.events import Arrived, Subscription
    from ..stream import Stream
    from . import Connection

#: How long the dispatcher stays when there is nothing to do.
_LINGER_SECONDS = 3.0


class Delivery(Registrations):
    """Whoever has something for them wakes the dispatcher, which runs as long as there is something to do."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._callbacks: dict[int, tuple[Subscription, Callable[..., object]]] = {}
        self._numbers = count()
        #: In order for all callbacks of the connection, so one queue for them all.
        self._queue = EventQueue(self._pump.session)
        self._queue.on_put = self._wake_dispatcher
        #: The dispatcher of callbacks that runs, or is about to.
        self._dispatcher: object = None
        #: Who wants to know that the link has ended.
        self._close_callback: Callable[..., object] | None = None
        #: Streams with a callback, whose turn is next first.
        self._streams: dict[Stream, None] = {}

    def attach(self) -> None:
        super().attach()
        self._pump.on_end = self._ended

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
        stream._state.on_arrival = lambda: self._pump.wake(queue)
        self._streams[stream] = None
        self._pump.wake(queue)
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
        self._pump.wake(self._queue)
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
                    # A stream can nearly always be written to: others have their turn too.
                    await facade.sleep(0)
                    continue
                if self._pump.closed or self._pump.session.error is not None:
                    self._streams.clear()
                    await self._say_closed()
                    return
                full = [stream._carrier._pump for stream in list(self._streams) if stream._waits_for_room()]
                deadline = time.monotonic() + _LINGER_SECONDS
                woken = await self._pump.sleep_until_ready(queue, deadline, full)
                if not woken and not self._streams:
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
            pending = stream._events_now()
            if pending:
                self._streams.pop(stream, None)
                self._streams[stream] = None
                try:
                    await facade.run_callback(callback.function, stream, constants.StreamEventType(pending))
                except Exception:
                    _log(f"the callback {callback.function!r} of {stream!r} raised", failed=True)
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
