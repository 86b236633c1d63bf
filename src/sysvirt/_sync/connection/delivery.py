# Made by tools/unasync.py from src/sysvirt/_async/connection/delivery.py; do not edit.
"""Calls callbacks: for events, for streams, for the connection's end; one after another."""

from __future__ import annotations

import time
from itertools import count

from ..._generated import constants
from ..._session import blocking_facade as facade
from ..._session.events import EventQueue
from ..._session.guard import Role
from ...errors import ConnectionClosed, Error, OperationInvalid, ProtocolError, close_reason, invalid_argument
from ...events import ConnectionClosedEvent, kind_of
from ..domain import Domain
from .registrations import Registrations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ..._session.events import Arrived, Subscription
    from ..stream import Stream
    from . import Connection

#: How long the dispatcher waits for something to do before it ends.
_LINGER_SECONDS = 3.0


class Delivery(Registrations):
    """A dispatcher (a thread, or a task) calls the callbacks. It is started when needed, and ends when idle."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._callbacks: dict[int, tuple[Subscription, Callable[..., object]]] = {}
        self._numbers = count()
        #: One queue for all callbacks of the connection, so that events stay in order.
        self._queue = EventQueue()
        self._queue.on_put = self._wake_dispatcher
        #: Held by the dispatcher that runs, or is about to.
        self._dispatcher = Role()
        #: The close callback, in a tuple of its own.
        self._close_callback = Role()
        #: Streams with a callback; the next one to be called comes first.
        self._streams: dict[Stream, None] = {}

    def add_callback(
        self, event_id: int, domain: Domain | None, callback: Callable[..., object], older: bool = False
    ) -> int:
        subscription = self.subscription(kind_of(event_id), domain, self._queue)
        subscription.older = older
        subscription.callback = number = next(self._numbers)
        try:
            # First: an event may come as soon as it is subscribed to.
            self._callbacks[number] = (subscription, callback)
            self.subscribe(subscription)
            if number not in self._callbacks:
                self.drop(subscription)  # it was deregistered meanwhile
            self._wake_dispatcher()
        except BaseException:
            self._callbacks.pop(number, None)
            self.drop(subscription)
            raise
        return number

    def add_stream(self, stream: Stream) -> None:
        """Makes the dispatcher call a stream's callback as long as it has one."""
        self.listen()
        stream._channel.pump.watch()
        stream._state.on_arrival = self._wake
        self._streams[stream] = None
        self._wake()
        self._wake_dispatcher()

    def _wake(self) -> None:
        """Wakes the dispatcher if it sleeps."""
        self._channel.pump.wake(self._queue)

    def remove_callback(self, number: int) -> None:
        found = self._callbacks.get(number)
        if found is None:
            raise invalid_argument("callback_id", f"no callback is registered under {number!r}")
        self._end_callback(number, found[0])

    def _end_callback(self, number: int, subscription: Subscription) -> None:
        channel = self._channel
        channel.pump.check_here()
        # In this order, so that it can be done again after an interrupt.
        call = self._leave(channel, subscription)
        self._callbacks.pop(number, None)
        self._wait_for(channel, call)

    def lifecycle_callbacks(self, callback: Callable[..., object] | None) -> list[int]:
        """The numbers of the callbacks that `domain_event_register` has registered: of this function, or of all."""
        return [
            number
            for number, (subscription, function) in list(self._callbacks.items())
            if subscription.older and (callback is None or function is callback)
        ]

    def remove_lifecycle_callbacks(self, callback: Callable[..., object] | None) -> bool:
        """Removes what `domain_event_register` has registered: this function, or all; whether there were any."""
        numbers = self.lifecycle_callbacks(callback)
        for number in numbers:
            found = self._callbacks.get(number)
            if found is not None:  # another thread may have removed it
                self._end_callback(number, found[0])
        return bool(numbers)

    def set_close_callback(self, callback: Callable[..., object]) -> None:
        channel = self.listen()
        ours = (callback,)
        self._close_callback.take(ours)
        if self._close_callback.holder is not ours:
            raise OperationInvalid("a close callback is registered already")
        try:
            # Only now: if the link ends after this check, the callback is in place already.
            channel.session.check()
        except Error:
            self._close_callback.holder = None
            raise

    def drop_close_callback(self) -> None:
        if self._close_callback.holder is None:
            raise OperationInvalid("no close callback is registered")
        self._close_callback.holder = None

    def _ended(self) -> None:
        self._wake()
        if self._close_callback.holder is not None:
            self._wake_dispatcher()

    def _wake_dispatcher(self) -> None:
        close_due = self._close_callback.holder is not None and self._channel.session.error is not None
        if not (self._queue or self._streams or close_due):
            return
        start = object()
        try:
            self._dispatcher.take(start)
            if self._dispatcher.holder is start:
                facade.spawn_apart(lambda: self._dispatch(start))
        except BaseException:
            # The dispatcher may have begun all the same, and be the holder now.
            if self._dispatcher.holder is start:
                self._dispatcher.holder = None
            raise

    def _dispatch(self, start: object) -> None:
        """Calls the callbacks, one after another, and ends when there has been nothing to do for a while."""
        me = object()
        self._dispatcher.take(me, instead_of=start)
        if self._dispatcher.holder is not me:
            return
        goes_on = True
        try:
            self._deliver_all()
        except facade.Cancelled:
            goes_on = False  # its loop is about to end
            raise
        finally:
            self._dispatcher.holder = None
            if goes_on:
                self._wake_dispatcher()

    def _deliver_all(self) -> None:
        queue = self._queue
        turn = time.monotonic()
        while True:
            # A callback may never wait, and a stream can nearly always be written to: other tasks need their turn too.
            turn = facade.give_way(turn)
            item = queue.take()
            if item is not None:
                self._deliver(*item)
                continue
            if self._stream_turn():
                facade.sleep(0)
                continue
            channel = self._channel
            if channel.pump.closed or channel.session.error is not None:
                self._streams.clear()
                self._call_close_callback()
                return
            full = [stream._channel.pump for stream in list(self._streams) if stream._waits_for_room()]
            deadline = time.monotonic() + _LINGER_SECONDS
            woken = channel.pump.sleep_until_ready(queue, deadline, full)
            if not woken and not self._streams:
                return
            turn = time.monotonic()

    def _stream_turn(self) -> bool:
        """Calls the callback of one stream for which something holds now; False when there is none."""
        for stream in list(self._streams):
            callback = stream._callback
            if callback is None or stream._status != "open":
                self._remove_stream(stream, callback)
                continue
            pending = stream._events_now()
            if pending:
                self._streams.pop(stream, None)
                self._streams[stream] = None
                self._run(callback.function, stream, constants.StreamEventType(pending))
                return True
        return False

    def _remove_stream(self, stream: Stream, callback: object) -> None:
        """Stops looking after a stream, unless it has another callback by now."""
        # One step. If another thread adds a callback at this moment, it wakes the dispatcher afterwards.
        if stream._callback is callback:
            stream._state.on_arrival = None
            if stream in self._streams:
                del self._streams[stream]

    def _deliver(self, arrived: Arrived | None, lost: int) -> None:
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
            return  # `record` has ended the session, and with that woken everybody who waits
        self._run(found[1], record)

    def _call_close_callback(self) -> None:
        ours: Any = self._close_callback.holder
        self._close_callback.holder = None
        connection, error = self._connection_ref(), self._channel.session.error
        if ours is not None and connection is not None and error is not None:
            record = ConnectionClosedEvent["Connection", Domain]._make((connection, close_reason(error)))
            self._run(ours[0], record)

    def _run(self, callback: Callable[..., object], *args: object) -> None:
        """Calls a user's function. An exception of it is logged, and stops nothing."""
        try:
            facade.run_callback(callback, *args)
        except ConnectionClosed:
            if not isinstance(self._channel.session.error, ConnectionClosed):
                _log_failure(callback)
            # Else it was in a call when this connection was closed, which is not the callback's fault.
        except facade.Cancelled as error:
            if facade.is_cancelled(error):
                raise
            _log_failure(callback)  # something that it waited for was cancelled, not the dispatcher
        except Exception:
            _log_failure(callback)


def _log_failure(callback: Callable[..., object]) -> None:
    _log(f"the callback {callback!r} raised", failed=True)


def _log(text: str, failed: bool = False) -> None:
    import logging

    logging.getLogger("sysvirt.events").error(text, exc_info=failed)
