"""What a connection wants to hear of, and has the daemon at its other end registered for."""

from __future__ import annotations

from _weakref import ref

from ..._session import aio_facade as facade
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

#: How often it is tried to register, and how long is waited between, when a registration of the kind is there already.
_ATTEMPTS, _PAUSE_SECONDS = 50, 0.02

#: What events are about, by the name that their family gives it.
_CLASSES = {"Domain": Domain}


class Registrations:
    """What of events a connection wants, and in which queues it goes."""

    def __init__(self, connection: Connection) -> None:
        # Weakly, so that a connection that nobody has any more goes at once, and not when the collector comes.
        self._connection_ref = ref(connection)
        #: Over which it hears.
        self._channel = connection._channel
        #: All that is wanted. A connection that goes on over another channel asks for it there.
        self.subscriptions: dict[Subscription, None] = {}

    def listen(self) -> Channel:
        """Has the events of the channel that the connection uses now handed out here."""
        self._channel = channel = self._connection._channel
        channel.listen(self._ended)
        return channel

    def _ended(self) -> None:
        """The link has ended, by whatever."""
        raise NotImplementedError

    @property
    def _connection(self) -> Connection:
        connection = self._connection_ref()
        assert connection is not None  # it is what all of this is called through, but for the dispatcher
        return connection

    @staticmethod
    def subscription(kind: EventKind, domain: Domain | None, queue: EventQueue) -> Subscription:
        """What `subscribe` makes true. Whoever has it noted can undo that by `drop`, however far it came."""
        if domain is None:
            return Subscription(kind, None, None, queue)
        return Subscription(kind, domain._ref, domain.get_uuid(), queue)

    async def subscribe(self, subscription: Subscription) -> None:
        """Has events put into the subscription's queue from now on."""
        channel = self.listen()
        channel.pump.check_here()
        self.subscriptions[subscription] = None
        for attempt in range(_ATTEMPTS):
            if attempt:
                await facade.sleep(_PAUSE_SECONDS)
            if channel.router.join(subscription):
                return
            channel.flush()  # the daemon is told first what is not wanted any more: it may be the same
            try:
                await self._register(channel, subscription)
                return
            except InvalidArgument:
                # The daemon has one registration of a kind at most, and another one is just coming or going.
                if attempt == _ATTEMPTS - 1:
                    raise

    async def _register(self, channel: Channel, subscription: Subscription) -> None:
        router = channel.router
        try:
            subscription.registering = True
            router.expect(subscription)
            subscription.callback_id = await self._ask(channel, subscription)
            router.found(subscription)
        except BaseException:
            subscription.registering = False
            router.clean_up()
            channel.flush()
            raise
        channel.flush()

    async def _ask(self, channel: Channel, subscription: Subscription) -> int:
        kind = subscription.kind
        register = kind.family.register
        deadline = self._connection._deadline(register.wait)
        try:
            number: int = await channel.pump.call(
                register, kind.family.arguments(kind, subscription.about), deadline
            )
            return number
        except Error as error:
            if (error._code, error._domain) != (_INTERNAL_ERROR, _FROM_RPC):
                raise
            raise NoSupport(
                f"this daemon is too old for events of the kind {kind.name}: {error.message}"
            ) from None

    async def unsubscribe(self, subscription: Subscription) -> None:
        """Ends a subscription. Who gives up waiting for the daemon's answer has ended it all the same."""
        channel = self._channel
        channel.pump.check_here()
        await self._wait_for(channel, self._leave(channel, subscription))

    def _leave(self, channel: Channel, subscription: Subscription) -> Call | None:
        call = channel.router.leave(subscription)
        self.subscriptions.pop(subscription, None)
        return call

    async def _wait_for(self, channel: Channel, call: Call | None) -> None:
        if call is None:
            return
        try:
            await channel.pump.wait_for_queued(call, self._connection._deadline(call.procedure.wait))
        except Error:
            if channel.session.error is None:
                raise  # else the registration has ended with the link

    def drop(self, subscription: Subscription) -> None:
        """As `unsubscribe`, for who does not wait for the answer."""
        self._leave(self._channel, subscription)
        self._channel.flush()

    def forget(self, subscription: Subscription) -> None:
        """As `drop`, for a finalizer. What the daemon has is taken back by whoever comes next."""
        self.subscriptions.pop(subscription, None)
        self._channel.router.drop(subscription)

    async def end(self, deadline: float) -> None:
        """Takes back what is registered at the daemon. One of libvirt 9.0 may crash over a client that left it."""
        channel = self._channel
        for call in channel.router.take_all_back():
            try:
                await channel.pump.wait_for_queued(call, deadline)
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
