# Made by tools/unasync.py from src/sysvirt/_async/connection/registrations.py; do not edit.
"""The event subscriptions of a connection, and how they are registered with the daemon."""

from __future__ import annotations

from _weakref import ref

from ..._session import blocking_facade as facade
from ..._session.events import Subscription
from ...errors import CallTimeout, Error, InvalidArgument, NoSupport, ProtocolError
from ..domain import Domain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..._session.call import Call
    from ..._session.events import Arrived, EventQueue
    from ...events import Event, EventKind
    from . import Connection
    from .channel import Channel

#: What a daemon says of an event id that is newer than itself: VIR_ERR_INTERNAL_ERROR of VIR_FROM_RPC.
_INTERNAL_ERROR, _FROM_RPC = 1, 7

#: How often registering is tried, and the pause between, while the daemon has a registration of the kind already.
_ATTEMPTS, _PAUSE_SECONDS = 50, 0.02

#: The classes of the objects that events are about, by the names that their families give them.
_CLASSES = {"Domain": Domain}


class Registrations:
    """Which events a connection wants, and into which queues they go."""

    def __init__(self, connection: Connection) -> None:
        # A weak reference, so that a dropped connection is freed at once, and not only by the garbage collector.
        self._connection_ref = ref(connection)
        #: The channel that events come over.
        self._channel = connection._channel
        #: All subscriptions. A connection that goes on over another channel registers them there.
        self.subscriptions: dict[Subscription, None] = {}

    def listen(self) -> Channel:
        """Takes events from the channel that the connection uses now; the end of its link calls `_ended`."""
        self._channel = channel = self._connection._channel
        channel.listen(self._ended)
        return channel

    def _ended(self) -> None:
        """Called when the link has ended, for whatever reason."""
        raise NotImplementedError

    @property
    def _connection(self) -> Connection:
        connection = self._connection_ref()
        assert connection is not None  # everybody but the dispatcher came through it
        return connection

    @staticmethod
    def subscription(kind: EventKind, domain: Domain | None, queue: EventQueue) -> Subscription:
        """A subscription, to be given to `subscribe`. `drop` undoes that at any time, even half-way."""
        if domain is None:
            return Subscription(kind, None, None, queue)
        return Subscription(kind, domain._ref, domain.get_uuid(), queue)

    def subscribe(self, subscription: Subscription) -> None:
        """Registers a subscription: from now on its events are put into its queue."""
        channel = self.listen()
        channel.pump.check_here()
        self.subscriptions[subscription] = None
        for attempt in range(_ATTEMPTS):
            if attempt:
                facade.sleep(_PAUSE_SECONDS)
            if channel.router.join(subscription):
                return
            channel.flush()  # deregister first what is not wanted any more: it may be the same kind
            try:
                self._register(channel, subscription)
                return
            except InvalidArgument:
                # The daemon allows one registration of a kind, and another thread is just making or ending one.
                if attempt == _ATTEMPTS - 1:
                    raise

    def _register(self, channel: Channel, subscription: Subscription) -> None:
        router = channel.router
        try:
            subscription.registering = True
            router.begin_registering(subscription)
            subscription.callback_id = self._ask(channel, subscription)
            router.add_first(subscription)
        except BaseException:
            subscription.registering = False
            router.clean_up()
            channel.flush()
            raise
        channel.flush()

    def _ask(self, channel: Channel, subscription: Subscription) -> int:
        kind = subscription.kind
        register = kind.family.register
        deadline = self._connection._deadline(register.wait)
        try:
            number: int = channel.pump.call(
                register, kind.family.arguments(kind, subscription.about), deadline
            )
            return number
        except Error as error:
            if (error._code, error._domain) != (_INTERNAL_ERROR, _FROM_RPC):
                raise
            raise NoSupport(
                f"this daemon is too old for events of the kind {kind.name}: {error.message}"
            ) from None

    def unsubscribe(self, subscription: Subscription) -> None:
        """Ends a subscription, and waits for the daemon's answer. It has ended even if that wait is given up."""
        channel = self._channel
        channel.pump.check_here()
        self._wait_for(channel, self._leave(channel, subscription))

    def _leave(self, channel: Channel, subscription: Subscription) -> Call | None:
        call = channel.router.leave(subscription)
        self.subscriptions.pop(subscription, None)
        return call

    def _wait_for(self, channel: Channel, call: Call | None) -> None:
        if call is None:
            return
        try:
            channel.pump.wait_for_queued(call, self._connection._deadline(call.procedure.wait))
        except Error:
            if channel.session.error is None:
                raise  # else the registration has ended with the link

    def drop(self, subscription: Subscription) -> None:
        """As `unsubscribe`, without waiting for the answer."""
        self._leave(self._channel, subscription)
        self._channel.flush()

    def forget(self, subscription: Subscription) -> None:
        """As `drop`, for a finalizer: the next use of the router deregisters it."""
        self.subscriptions.pop(subscription, None)
        self._channel.router.drop(subscription)

    def end(self, deadline: float) -> None:
        """Deregisters everything: a daemon of libvirt 9.0 may crash after a client that leaves without that."""
        channel = self._channel
        for call in channel.router.deregister_all():
            try:
                channel.pump.wait_for_queued(call, deadline)
            except CallTimeout:
                raise
            except Error:
                pass  # it does not matter any more

    def record(self, arrived: Arrived) -> Event[Any, Any]:
        """The record of an event as it came."""
        subscription, session, body, at = arrived
        kind = subscription.kind
        try:
            about, fields = kind.decode(body, at)
        except ProtocolError as error:
            error.add_note(f"in an event of {kind.procedure.name}")
            session.lost(error)
            raise
        connection = self._connection
        handle = _CLASSES[kind.family.about](connection, about)
        record: Event[Any, Any] = kind.record._from_wire(connection, handle, fields)
        return record
