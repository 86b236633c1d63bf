"""A server: its clients, the handlers of procedures, and the calls that belong to the protocol itself.

A handler is found by its procedure, and gets the call and its decoded arguments. It returns what the client is to get,
raises an `Error`, or returns `LATER` and answers the call later, in any order.
"""

from __future__ import annotations

import os
from functools import partial
from typing import NamedTuple

from .._protocol.table import remote
from ..errors import Error, NoSupport
from .call import LATER, Call
from .client import Client
from .events import DOMAIN, FAMILIES, MONITOR

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterable
    from typing import Any, Concatenate, ParamSpec, TypeVar

    from .._protocol.procedure import Procedure
    from .call import Later
    from .events import Family
    from .loop import Loop
    from .session import Request

    P = ParamSpec("P")
    R = TypeVar("R")

_INTERNAL_ERROR, _FROM_DOMAIN = 1, 20
_LIFECYCLE = 0

#: What a daemon can whatever its hypervisor: FD_PASSING, TYPED_PARAM_STRING, PROGRAM_KEEPALIVE,
#: REMOTE_EVENT_CALLBACK, REMOTE_CLOSE_CALLBACK.
FEATURES = frozenset((8, 9, 10, 14, 15))
_FEATURE_KEEPALIVE = 10

_MIB = 1024 * 1024


class Limits(NamedTuple):
    """The limits for one client."""

    requests: int | None = 5
    """Calls that may be in flight before no more are read; None for as many as it likes. libvirtd has 5 too."""
    pause: int = _MIB
    """Bytes that it has not taken, above which no more calls are read."""
    unsent: int = 64 * _MIB
    """Unread bytes above which the connection is closed when another event is to be sent."""


class Server:
    """Works on the thread of a loop. Clients come by `join`, or through sockets that it listens on.

    uri: its answer when it is asked for its URI.
    keepalive: (seconds between pings, how many may stay unanswered) for clients that ask for keepalive.
    auth: the kinds of authentication that it offers; [0] is none. With others, a handler has to set
        `client.session.authenticated`.
    features: the numbers of the features that it supports.
    """

    def __init__(
        self,
        loop: Loop,
        *,
        uri: str = "test:///default",
        keepalive: tuple[float, int] | None = None,
        limits: Limits = Limits(),  # noqa: B008
        auth: Iterable[int] = (0,),
        features: Iterable[int] = FEATURES,
    ) -> None:
        self.loop = loop
        self.limits = limits
        #: The clients that are there, oldest first.
        self.clients: list[Client] = []
        self._uri = uri
        self._keepalive = keepalive
        self._auth = list(auth)
        self._features = frozenset(features)
        self._listeners: list[socket.socket] = []
        self._handlers: dict[Procedure[..., Any], Callable[..., object]] = {}
        #: The next callback id, by family of events.
        self._numbers = dict.fromkeys(FAMILIES, 0)
        self._handle_the_protocols_own()

    @property
    def needs_auth(self) -> bool:
        return self._auth != [0]

    # --- clients; on the thread ----------------------------------------------------------------------

    def listen(self, sock: socket.socket, readonly: bool = False) -> None:
        """Serves the clients of a listening socket, which it owns from now on."""
        self._listeners.append(sock)
        self.loop.listen(sock, lambda taken: self.join(taken, readonly))

    def join(self, sock: socket.socket, readonly: bool = False) -> Client:
        """Serves a connected socket, which it owns from now on."""
        client = self.make_client(sock, readonly)
        self.clients.append(client)
        return client

    def make_client(self, sock: socket.socket, readonly: bool) -> Client:
        return Client(self, sock, readonly)

    def left(self, client: Client) -> None:
        """Called when a client is gone."""
        self.clients.remove(client)

    def drop(self) -> None:
        """Hangs up on everybody."""
        for client in list(self.clients):
            client.hang_up()

    def close(self) -> None:
        """Closes all connections, and accepts no more."""
        while self._listeners:
            listener = self._listeners.pop()
            self.loop.forget(listener)
            listener.close()
        self.drop()

    # --- calls ---------------------------------------------------------------------------------------

    def on(self, procedure: Procedure[P, R], handler: Callable[Concatenate[Call[R], P], R | Later]) -> None:
        """Sets the handler of a procedure."""
        self._handlers[procedure] = handler

    def called(self, client: Client, request: Request) -> None:
        """Handles a call."""
        call: Call[Any] = Call(client, request)
        try:
            answer = self.handle(call)
        except Error as error:
            answer = error
        except BaseException as error:
            answer = self.broken(call, error)
        self.finish(call, answer)

    def finish(self, call: Call[Any], answer: object) -> None:
        """Answers with what a handler returned, unless the handler has answered, or will."""
        if call.answered or answer is LATER:
            return
        try:
            if isinstance(answer, Error):
                call.fail(answer)
            else:
                call.reply(answer)
        except BaseException as error:
            call.fail(self.broken(call, error))

    def broken(self, call: Call[Any], error: BaseException) -> Error:
        """The error for the client when a handler raised something else than an `Error`, or returned a wrong value."""
        self.loop.failed(error)
        return Error(f"internal error: {call.procedure.name} failed here", _INTERNAL_ERROR)

    def handle(self, call: Call[Any]) -> object:
        """Calls the handler of a call, and returns its result."""
        handler = self._handlers.get(call.procedure)
        if handler is None:
            raise NoSupport(
                f"this function is not supported by the connection driver: {call.procedure.name}",
                domain=_FROM_DOMAIN if call.procedure.name.startswith("DOMAIN_") else None,
            )
        return handler(call, *call.args)

    def answered(self, request: Request) -> None:
        """Closes the descriptors of an answered call that no handler has taken."""
        while request.fds:
            os.close(request.fds.pop())

    # --- events --------------------------------------------------------------------------------------

    def emit(self, family: Family, event_id: int, handle: bytes, *fields: object) -> None:
        """Sends an event to all clients that are registered for it; to be called on the thread.

        It is sent before the answers of calls that are not answered yet. A client gets its events in the order of these
        calls.
        """
        key = family.key(handle)
        for client in list(self.clients):  # those that have hung up go when they are sent something
            for procedure, values in client.registrations.messages(family, event_id, key, handle, fields):
                client.tell(client.session.event(procedure, *values))

    def announce_closed(self, reason: int) -> None:
        """Tells the clients that asked for it that the daemon has lost its hypervisor (`Connection.CLOSE_REASON_*`)."""
        for client in list(self.clients):
            if client.wants_close:
                client.tell(client.session.event(remote.CONNECT_EVENT_CONNECTION_CLOSED, reason))

    def _number(self, family: Family) -> int:
        number = self._numbers[family]
        self._numbers[family] += 1
        return number

    # --- what the protocol itself has calls for ------------------------------------------------------

    def _handle_the_protocols_own(self) -> None:
        self.on(remote.AUTH_LIST, lambda call: self._auth)
        self.on(remote.CONNECT_OPEN, lambda call, name, flags: None)
        self.on(remote.CONNECT_CLOSE, lambda call: None)
        self.on(remote.CONNECT_GET_URI, lambda call: self._uri)
        self.on(remote.CONNECT_SUPPORTS_FEATURE, self._supports)
        self.on(remote.CONNECT_REGISTER_CLOSE_CALLBACK, lambda call: self._want_close(call, True))
        self.on(remote.CONNECT_UNREGISTER_CLOSE_CALLBACK, lambda call: self._want_close(call, False))
        for family in FAMILIES:
            if family is not MONITOR:
                self.on(family.table.register, partial(self._register, family))
            self.on(family.table.deregister, partial(self._deregister, family))
        self.on(MONITOR.table.register, self._register_monitor)
        self.on(remote.CONNECT_DOMAIN_EVENT_REGISTER, self._register_older)
        self.on(remote.CONNECT_DOMAIN_EVENT_DEREGISTER, self._deregister_older)
        self.on(remote.CONNECT_DOMAIN_EVENT_REGISTER_ANY, self._register_older_any)
        self.on(remote.CONNECT_DOMAIN_EVENT_DEREGISTER_ANY, self._deregister_older_any)

    def _supports(self, call: Call[int], feature: int) -> int:
        if feature == _FEATURE_KEEPALIVE and feature in self._features and self._keepalive is not None:
            call.client.keep_alive(*self._keepalive)
        return int(feature in self._features)

    def _want_close(self, call: Call[None], wanted: bool) -> None:
        call.client.wants_close = wanted

    def _register(self, family: Family, call: Call[int], event_id: int, handle: bytes | None) -> int:
        return call.client.registrations.add(family, event_id, handle, self._number(family))

    def _deregister(self, family: Family, call: Call[None], number: int) -> None:
        call.client.registrations.remove(family, number)

    def _register_monitor(self, call: Call[int], handle: bytes | None, event: str | None, flags: int) -> int:
        return call.client.registrations.add_monitor(handle, event, flags, self._number(MONITOR))

    def _register_older(self, call: Call[int]) -> int:
        call.client.registrations.add_older(_LIFECYCLE, self._number(DOMAIN))
        return 0

    def _deregister_older(self, call: Call[int]) -> int:
        call.client.registrations.remove_older(_LIFECYCLE)
        return 0

    def _register_older_any(self, call: Call[None], event_id: int) -> None:
        call.client.registrations.add_older(event_id, self._number(DOMAIN))

    def _deregister_older_any(self, call: Call[None], event_id: int) -> None:
        call.client.registrations.remove_older(event_id)
