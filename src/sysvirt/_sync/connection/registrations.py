# Made by tools/unasync.py from src/sysvirt/_async/connection/registrations.py; do not edit.
"""What a connection has registered for at the daemon."""

from __future__ import annotations

from _weakref import ref

from ..._generated import constants
from ..._protocol.table import remote
from ..._session import blocking_facade as facade
from ..._session.events import EventRouter, Subscription
from ...errors import CallTimeout, Error, InvalidArgument, NoSupport, ProtocolError
from ...events import kind_of
from ..domain import Domain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..._session.events import Arrived, EventQueue
    from ...events import Event
    from . import Connection

_PROGRAM = remote.CONNECT_OPEN.program
_REGISTER = remote.CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY
_DEREGISTER = remote.CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY
#: What a daemon says of an event id that is newer than itself: VIR_ERR_INTERNAL_ERROR of VIR_FROM_RPC.
_INTERNAL_ERROR, _FROM_RPC = 1, 7

#: How often it is tried to register, and how long is waited between, when a registration of the kind is there already.
_ATTEMPTS, _AGAIN_SECONDS = 50, 0.02


class Registrations:
    """What of events a connection has registered for at the daemon, and in which queues here they go."""

    def __init__(self, connection: Connection) -> None:
        # Weakly, so that a connection that nobody has any more goes at once, and not when the collector comes.
        self._connection_ref = ref(connection)
        self._pump = connection._pump
        session = self._pump.session
        self._lock = session.lock
        self._router = EventRouter(session)

    def attach(self) -> None:
        pump = self._pump
        pump.on_events = self._router.route
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

    def subscribe(self, subscription: Subscription, domain: Domain | None, queue: EventQueue) -> None:
        """Has events put into a queue from now on."""
        self._pump.check_here()
        for attempt in range(_ATTEMPTS):
            if attempt:
                facade.sleep(_AGAIN_SECONDS)
            if self._router.join(subscription, queue):
                return
            try:
                self._subscribe_first(subscription, domain, queue)
                return
            except InvalidArgument:
                # The daemon has one registration of a kind at most, and another one is just coming or going.
                if attempt == _ATTEMPTS - 1:
                    raise

    def _subscribe_first(
        self, subscription: Subscription, domain: Domain | None, queue: EventQueue
    ) -> None:
        router = self._router
        callback_id = -1
        try:
            router.registering(subscription)
            callback_id = self._register(subscription.key[1], None if domain is None else domain._ref)
            needed = router.found(callback_id, subscription, queue)
        except BaseException:
            subscription.registering = False
            if callback_id >= 0 and subscription.callback_id < 0:
                self._pump.call_no_reply(_DEREGISTER, callback_id)
            raise
        finally:
            router.registered(subscription)
        if not needed:
            self._take_back(callback_id)

    def _register(self, event_id: int, ref: bytes | None) -> int:
        try:
            return self._connection._call(_REGISTER, event_id, ref)
        except Error as error:
            if (error._code, error._domain) != (_INTERNAL_ERROR, _FROM_RPC):
                raise
            name = constants.DomainEventID(event_id).name
            raise NoSupport(
                f"this daemon is too old for events of the kind Domain.EVENT_ID_{name}: {error.message}"
            ) from None

    def unsubscribe(self, subscription: Subscription, queue: EventQueue) -> None:
        """Ends a subscription; again, where this was interrupted."""
        callback_id = self._router.leave(subscription, queue)
        if callback_id >= 0:
            self._take_back(callback_id)

    def _take_back(self, callback_id: int) -> None:
        if self._connection.is_alive():
            self._connection._call(_DEREGISTER, callback_id)
        self._router.unwanted.pop(callback_id, None)

    def drop(self, subscription: Subscription, queue: EventQueue) -> None:
        """As `unsubscribe`, for who has no time to wait for it."""
        callback_id = self._router.leave(subscription, queue)
        if callback_id >= 0:
            self._pump.call_no_reply(_DEREGISTER, callback_id)
            self._router.unwanted.pop(callback_id, None)

    def end(self, deadline: float) -> None:
        """Takes back what is registered at the daemon. One of libvirt 9.0 may crash over a client that left it."""
        router = self._router
        for callback_id in {*list(router.registrations.values()), *list(router.unwanted)}:
            try:
                self._pump.call(_DEREGISTER, (callback_id,), deadline)
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
