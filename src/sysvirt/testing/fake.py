"""A fake daemon, scripted by a test."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

from .._protocol import frame as wire
from .._protocol.procedure import Procedure
from .._protocol.table import lxc, qemu, remote
from .._server import client as serving
from .._server.call import LATER, Call, Later
from .._server.events import DOMAIN, FAMILIES
from .._server.server import Limits, Server
from .._server.session import Request
from .._server.stream import StreamHandler
from .._server.values import typed_params as typed_params
from ..errors import Error, OperationFailed
from ._background import Background
from ._peer import Peer

#: Returned by a handler, or given as one: the call stays unanswered until somebody answers it.
HOLD: Later = LATER

Handler: TypeAlias = "Callable[[ReceivedCall], object] | object"

_PROGRAMS = {"remote": remote, "qemu": qemu, "lxc": lxc}
_PREFIXES = {remote.CONNECT_OPEN.program: "", qemu.DOMAIN_MONITOR_COMMAND.program: "qemu:"}
_FAMILIES = {family.name: family for family in FAMILIES}

_MIB = 1024 * 1024
#: A test may hold as many calls as it likes, and say as much at once as it likes; only what runs away ends.
_LIMITS = Limits(requests=None, pause=64 * _MIB, unsent=256 * _MIB)


def procedure_of(name: str) -> Procedure[..., Any]:
    """The procedure `DOMAIN_GET_INFO`, or of another program than remote: `qemu:DOMAIN_AGENT_COMMAND`."""
    program, colon, rest = name.partition(":")
    found: Procedure[..., Any] = getattr(_PROGRAMS[program] if colon else remote, rest or program)
    return found


def _name_of(procedure: Procedure[..., Any]) -> str:
    return _PREFIXES.get(procedure.program, "lxc:") + procedure.name


class ReceivedCall:
    """A call that the daemon has received. It may be answered once, from any thread.

    `args` are its fields as in the protocol; a guest is bytes, and its UUID is `[-20:-4]` of them. `fds` are
    descriptors that came with it; those that are left there are closed with the daemon. For a call that opens a stream,
    `received` is what the client has sent on it so far, and `ended` is "finish" or "abort" when the client has ended
    it.
    """

    client: Client

    def __init__(self, call: Call[Any], client: Client, request: Request) -> None:
        self.client = client
        self.procedure = _name_of(request.procedure)
        self.args = request.args
        self.fds = request.fds
        self.serial = request.serial
        self.received = bytearray()
        self.ended = ""
        self._call = call
        self._request = request

    def __repr__(self) -> str:
        return f"<{self.procedure} #{self.serial}{' answered' if self.answered else ''}>"

    @property
    def answered(self) -> bool:
        """Whether it has been."""
        return self._call.answered

    def reply(self, value: object = None, fds: Sequence[int] = ()) -> None:
        """Answers: None, the value of the reply's only field, or a tuple of its fields; with copies of `fds`."""
        self._call.reply(value, fds)

    def fail(self, error: Error) -> None:
        """Answers with an error."""
        self._call.fail(error)

    # --- streams -------------------------------------------------------------------------------------

    def send(self, data: bytes) -> None:
        """Sends data on the stream that this call opened, in frames as the daemon does."""
        for start in range(0, len(data), wire.STREAM_DATA_MAX):
            self.client.send(
                self.client.session.data(self._request, data[start : start + wire.STREAM_DATA_MAX])
            )

    def hole(self, length: int) -> None:
        """Sends a hole in a sparse stream."""
        self.client.send(self.client.session.hole(self._request, length))

    def end(self) -> None:
        """Sends the end of the data."""
        self.client.send(self.client.session.data(self._request, b""))

    def abort_stream(self, error: Error) -> None:
        """Ends the stream with an error."""
        self.client.send(self.client.session.stream_error(self._request, error))


class _Recorded(StreamHandler):
    """Takes all that a client sends on a stream. What the client is sent is the test's own to say, and when."""

    sparse = True

    def __init__(self, call: ReceivedCall) -> None:
        self._call = call

    def take(self, data: bytes) -> bool:
        self._call.received += data
        return True

    def take_hole(self, length: int) -> bool:
        self._call.received += bytes(length)
        return True

    def finish(self) -> None:
        self._call.ended = "finish"

    def abort(self) -> None:
        if not self._call.client.closed:
            self._call.ended = "abort"


class Client(serving.Client):
    """One client of a fake daemon: its bytes, and what it is registered for."""

    def __init__(self, daemon: FakeDaemon, server: Server, sock: socket.socket, readonly: bool) -> None:
        self.daemon = daemon
        super().__init__(server, sock, readonly)
        if daemon._frozen:
            self._freeze(True)

    @property
    def registered(self) -> dict[int, tuple[int, bytes | None]]:
        """Of domain events: callback id -> (event id, the guest's UUID or None)."""
        return self.registrations.by_id[DOMAIN]


class _Server(Server):
    """The server under a fake daemon, which is asked first, and keeps what comes."""

    def __init__(
        self, daemon: FakeDaemon, uri: str, keepalive: tuple[float, int] | None, limits: Limits
    ) -> None:
        super().__init__(daemon._background, uri=uri, keepalive=keepalive, limits=limits)
        self._daemon = daemon

    def make_client(self, sock: socket.socket, readonly: bool) -> Client:
        return Client(self._daemon, self, sock, readonly)

    def handle(self, call: Call[Any]) -> object:
        assert isinstance(call.client, Client)
        return self._daemon._called(call, call.client, call._request)

    def by_itself(self, call: Call[Any]) -> object:
        return super().handle(call)

    def answered(self, request: Request) -> None:
        pass  # a test may look at the descriptors later

    def broken(self, call: Call[Any], error: BaseException) -> Error:
        self.loop.failed(error)
        return OperationFailed(f"the handler of {_name_of(call.procedure)} raised {error!r}")


class FakeDaemon(Peer):
    """A libvirt daemon that a test scripts, for clients in this process or any other.

        with FakeDaemon({"DOMAIN_GET_INFO": (1, 2048, 1024, 2, 0)}) as daemon:
            with sysvirt.testing.connect(daemon) as conn: ...

    Handlers are keyed by the procedure's name. A handler is a function of the `ReceivedCall`, or simply its result: the
    value of the reply's only field, a tuple if there are several, None for none, `HOLD` for no answer yet. An `Error`
    that it raises or returns becomes the reply. A function may also answer the call itself (`call.reply()`), and then
    send stream data.

    Opening, closing, the URI, supported features and the registration of guests' events need no handlers, but may have
    one. Other procedures without a handler are refused as not supported. Handlers run on the daemon's own thread and
    must not block. If one raises anything but an `Error`, `close` raises that.

    uri: its answer when it is asked for its URI.
    keepalive: (seconds between pings, how many may stay unanswered) for clients that ask for keepalive.
    max_requests: how many calls of one client may be in flight before nothing more is read from it; libvirtd has 5.
    """

    def __init__(
        self,
        handlers: Mapping[str, Handler] | None = None,
        *,
        uri: str = "test:///default",
        keepalive: tuple[float, int] | None = None,
        max_requests: int | None = None,
    ) -> None:
        super().__init__(Background())
        #: Every call that came, oldest first. Clearing it forgets them: `received` and `wait_for` look here.
        self.calls: list[ReceivedCall] = []
        self._handlers: dict[str, Handler] = {}
        self._frozen = False
        self._failure: BaseException | None = None
        self._background.failed = self._failed
        self._server = _Server(self, uri, keepalive, _LIMITS._replace(requests=max_requests))
        #: The clients that are there, oldest first.
        self.clients = cast("list[Client]", self._server.clients)
        for name, handler in (handlers or {}).items():
            self.on(name, handler)

    def __repr__(self) -> str:
        return f"<FakeDaemon: {len(self.calls)} calls, the last {self.calls[-5:]}>"

    def close(self) -> None:
        """Closes all connections and cleans up; raises what a handler raised, unless it was an `Error`."""
        super().close()
        for call in self.calls:
            while call.fds:
                os.close(call.fds.pop())
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def _join(self, sock: socket.socket) -> object:
        return self._server.join(sock)

    def _drop(self) -> None:
        self._server.drop()

    def _sockets(self) -> list[socket.socket]:
        return [client._sock for client in self.clients]

    def _failed(self, error: BaseException) -> None:
        self._failure = self._failure or error

    # --- telling it what to do -----------------------------------------------------------------------

    def on(self, procedure: str, handler: Handler) -> None:
        """Sets the handler of a procedure; see the class for what a handler is."""
        procedure_of(procedure)
        self._handlers[procedure] = handler

    def emit(
        self, event_id: int, domain: bytes | tuple[object, ...], *details: object, family: str = "domain"
    ) -> None:
        """Sends an event to every client that is registered for it; `details` are its fields in the protocol.

        `domain` is the guest: its bytes from a call, or (name, UUID, id). `family` is for other events than those of
        guests: "network", "storage pool", "node device", "secret", or "qemu monitor".
        """
        of = _FAMILIES[family]
        handle = domain if isinstance(domain, bytes) else of.handle(*domain)
        self._background.run(lambda: self._server.emit(of, event_id, handle, *details))

    def announce_closed(self, reason: int) -> None:
        """Tells the clients that asked for it that the daemon has lost its hypervisor (`Connection.CLOSE_REASON_*`)."""
        self._background.run(lambda: self._server.announce_closed(reason))

    def freeze(self) -> None:
        """Stops reading and answering, like a daemon that was stopped (SIGSTOP)."""
        self._background.run(lambda: self._freeze(True))

    def thaw(self) -> None:
        """Goes on after `freeze`."""
        self._background.run(lambda: self._freeze(False))

    def _freeze(self, frozen: bool) -> None:
        self._frozen = frozen
        for client in self.clients:
            client._freeze(frozen)

    # --- seeing what it got --------------------------------------------------------------------------

    def received(self, procedure: str) -> list[ReceivedCall]:
        """The calls of a procedure that have come so far, oldest first."""
        return [call for call in self.calls if call.procedure == procedure]

    def wait_for(self, procedure: str, count: int = 1, timeout: float = 10.0) -> ReceivedCall:
        """Waits for the `count`-th call of a procedure, and returns it.

        It blocks: a test on an event loop awaits `asyncio.to_thread(daemon.wait_for, ...)`.
        """
        self.wait_until(lambda: len(self.received(procedure)) >= count, timeout)
        return self.received(procedure)[count - 1]

    def flush(self) -> None:
        """Waits until everything sent so far has been passed to the clients, as far as they read."""
        self._background.run(lambda: None)

    def wait_empty(self, timeout: float = 10.0) -> None:
        """Waits until no client is left, and their handlers have returned."""
        self.wait_until(lambda: not self.clients, timeout)
        self.flush()

    # --- handling ------------------------------------------------------------------------------------

    def _called(self, call: Call[Any], client: Client, request: Request) -> object:
        received = ReceivedCall(call, client, request)
        call.opens(_Recorded(received))
        self.calls.append(received)
        if received.procedure not in self._handlers:
            return self._server.by_itself(call)
        handler = self._handlers[received.procedure]
        return handler(received) if callable(handler) else handler
