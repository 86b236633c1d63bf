"""A daemon that does what a test tells it."""

from __future__ import annotations

import os
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias, cast

from .._generated.schema import STRUCTS
from .._protocol import frame as wire
from .._protocol.procedure import Procedure
from .._protocol.table import lxc, qemu, remote
from .._protocol.xdr import fields
from .._session.keepalive import Keepalive
from .._session.server import Request, ServerSession, StreamInput
from .._transport.link import ANCILLARY, Descriptor, descriptors, rights
from ..errors import Error, NoSupport, OperationFailed, ProtocolError
from ..events import kind_of
from ._background import Background
from ._peer import Peer


class _Hold:
    """Returned by a handler, or given as one: the call stays unanswered until somebody answers it."""

    def __repr__(self) -> str:
        return "HOLD"


HOLD = _Hold()

Handler: TypeAlias = "Callable[[ReceivedCall], object] | object"

_KEEPALIVE = 10
_PROGRAMS = {"remote": remote, "qemu": qemu, "lxc": lxc}


def procedure_of(name: str) -> Procedure[..., Any]:
    """The procedure `DOMAIN_GET_INFO`, or of another program than remote: `qemu:DOMAIN_AGENT_COMMAND`."""
    program, colon, rest = name.partition(":")
    found: Procedure[..., Any] = getattr(_PROGRAMS[program] if colon else remote, rest or program)
    return found


def typed_params(values: Mapping[str, int | float | bool | str]) -> list[tuple[str, tuple[int, Any]]]:
    """Typed parameters as replies have them; an int becomes an unsigned long long, or a long long if negative."""
    typed: list[tuple[str, tuple[int, Any]]] = []
    for name, value in values.items():
        if isinstance(value, bool):
            typed.append((name, (6, int(value))))
        elif isinstance(value, int):
            typed.append((name, (4 if value >= 0 else 3, value)))
        else:
            typed.append((name, (5 if isinstance(value, float) else 7, value)))
    return typed


class ReceivedCall:
    """A call as the daemon got it. May be answered from any thread, once.

    `args` are its fields as the protocol has them: a guest is the bytes that name it, in which the UUID is
    `[-20:-4]`. `fds` are descriptors that came with it; those left there are closed with the daemon.
    Of a call that opens a stream, `received` is what the client has sent on it so far, and `ended` is
    "finish" or "abort" when the client has ended it.
    """

    def __init__(self, client: Client, request: Request, name: str) -> None:
        self.client = client
        self.procedure = name
        self.args = request.args
        self.fds = request.fds
        self.serial = request.serial
        self.answered = False
        self.received = bytearray()
        self.ended = ""
        self._request = request

    def __repr__(self) -> str:
        return f"<{self.procedure} #{self.serial}{' answered' if self.answered else ''}>"

    def reply(self, value: object = None, fds: Sequence[int] = ()) -> None:
        """Answers: None, the value of the reply's only field, or a tuple of its fields; with copies of `fds`."""
        names = reply_fields(self._request.procedure)
        values: tuple[Any, ...] = (value,) if len(names) == 1 else cast("tuple[Any, ...]", value or ())
        if not isinstance(values, tuple) or len(values) != len(names):
            raise TypeError(f"a reply to {self.procedure} has the fields {names}, not {value!r}")
        frame = self.client.session.reply(self._request, *values, fds=len(fds))
        self._answer(frame, fds)

    def fail(self, error: Error) -> None:
        """Answers with an error."""
        self._answer(self.client.session.error(self._request, error))

    def _answer(self, frame: bytes, fds: Sequence[int] = ()) -> None:
        if self.answered:
            raise RuntimeError(f"{self!r} has been answered before")
        self.answered = True
        self.client.send(frame, fds)

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
        """Says that no more data comes."""
        self.client.send(self.client.session.data(self._request, b""))

    def abort_stream(self, error: Error) -> None:
        """Ends the stream with an error."""
        self.client.send(self.client.session.stream_error(self._request, error))


def reply_fields(procedure: Procedure[..., Any]) -> list[str]:
    """The names of a reply's fields."""
    row = procedure._ret
    return [] if row == "-" else [name for name, _ in fields(STRUCTS[row])]


class Client:
    """One client of a fake daemon: its bytes, and what it is registered for."""

    def __init__(self, daemon: FakeDaemon, sock: socket.socket) -> None:
        self.session = ServerSession()
        self.closed = False
        #: callback id -> (event id, the guest's UUID or None)
        self.registered: dict[int, tuple[int, bytes | None]] = {}
        self.daemon = daemon
        self._streams: dict[int, ReceivedCall] = {}
        self._sock = sock
        self._loop = daemon._background.loop
        self._out: deque[tuple[memoryview, Descriptor | None]] = deque()
        self._writing = False
        self._frozen = daemon._frozen
        self._keepalive: Keepalive | None = None
        sock.setblocking(False)
        if not self._frozen:
            self._loop.add_reader(sock, self._readable)

    def send(self, data: bytes, fds: Sequence[int] = ()) -> None:
        """Sends bytes, whatever they are, and one filler byte with a copy of each descriptor behind them."""
        pieces: list[tuple[memoryview, Descriptor | None]] = [(memoryview(data), None)] if data else []
        pieces += [(memoryview(b"\0"), Descriptor(fd)) for fd in fds]
        self.daemon._background.post(lambda: self._queue(pieces))

    @property
    def unsent(self) -> int:
        """How many bytes wait for the client to take what was sent before."""
        return sum(len(data) for data, _ in self._out)

    def close(self) -> None:
        """Hangs up, as a daemon that was killed does."""
        self.daemon._background.run(self._close)

    def freeze(self, frozen: bool = True) -> None:
        """Reads and answers nothing any more, as a daemon that was stopped; `freeze(False)` lets it go on."""
        self.daemon._background.run(lambda: self._freeze(frozen))

    # --- on the daemon's thread ----------------------------------------------------------------------

    def _queue(self, pieces: Iterable[tuple[memoryview, Descriptor | None]]) -> None:
        if not self.closed:
            self._out += pieces
            if not self._writing and not self._frozen:
                self._writable()

    def _writable(self) -> None:
        out = self._out
        try:
            while out:
                data, descriptor = out[0]
                if descriptor is not None:
                    self._sock.sendmsg([data], rights(descriptor))
                elif (sent := self._sock.send(data)) < len(data):
                    out[0] = (data[sent:], None)
                    continue
                del out[0]
        except BlockingIOError:
            self._watch_room(True)
            return
        except OSError:
            self._close()
            return
        self._watch_room(False)

    def _watch_room(self, watch: bool) -> None:
        if watch != self._writing:
            self._writing = watch
            if watch:
                self._loop.add_writer(self._sock, self._writable)
            else:
                self._loop.remove_writer(self._sock)

    def _readable(self) -> None:
        try:
            data, ancillary, _, _ = self._sock.recvmsg(262144, ANCILLARY)
            fds = descriptors(ancillary)
            messages = self.session.receive(data, fds)
        except BlockingIOError:
            return
        except (OSError, ProtocolError):
            self._close()
            return
        for message in messages:
            if isinstance(message, Request):
                self.daemon._called(self, message)
            else:
                self._streamed(message)
        control_frames, self.session.control_frames = self.session.control_frames, []
        for frame in control_frames:
            self._queue([(memoryview(frame), None)])
        if not data:
            self._close()

    def _streamed(self, message: StreamInput) -> None:
        call = self._streams[message.request.serial]
        if message.status == wire.CONTINUE:
            call.received += message.data + bytes(message.hole)
            self.daemon._noticed()
        else:
            call.ended = "finish" if message.status == wire.OK else "abort"
            self.send(self.session.confirm(message.request))
            self.daemon._noticed()

    def _freeze(self, frozen: bool) -> None:
        if self.closed or frozen == self._frozen:
            return
        self._frozen = frozen
        if frozen:
            self._loop.remove_reader(self._sock)
            self._watch_room(False)
        else:
            self._loop.add_reader(self._sock, self._readable)
            self._writable()

    def _keep_alive(self, interval: float, count: int) -> None:
        if self._keepalive is None:
            self._keepalive = Keepalive(interval, count, time.monotonic())
            self._tick(self._keepalive)

    def _tick(self, keepalive: Keepalive) -> None:
        if self.closed:
            return
        if not self._frozen:
            verdict = keepalive.tick(time.monotonic(), self.session.received)
            if verdict == "dead":
                self._close()
                return
            if verdict == "ping":
                self.send(self.session.ping())
        # A stopped daemon's clock runs on, but it looks at it only when it runs again.
        self._loop.call_later(max(0.01, keepalive.due - time.monotonic()), self._tick, keepalive)

    def _close(self) -> None:
        if self.closed:
            return
        self.closed = True
        self._watch_room(False)
        self._loop.remove_reader(self._sock)
        self._sock.close()
        self._out.clear()
        for fd in self.session.take_fds():
            os.close(fd)
        self.daemon.clients.remove(self)
        self.daemon._noticed()


class FakeDaemon(Peer):
    """A libvirt daemon that does what a test tells it, for clients in this process or any other.

        with FakeDaemon({"DOMAIN_GET_INFO": (1, 2048, 1024, 2, 0)}) as daemon:
            with sysvirt.testing.connect(daemon) as conn: ...

    A handler is keyed by the procedure's name and is a function of the `ReceivedCall`, or simply what such a
    function would return: the value of the reply's only field, a tuple of several, None for none, `HOLD` for
    no answer yet. An `Error` that it raises, or is, becomes the reply. A function may also answer by itself
    (`call.reply()`) and go on to send stream data.

    Opening, closing, the URI, supported features and the registration of guests' events are handled by
    themselves, unless a handler takes them over; what no handler is for is not supported. Handlers run on the
    daemon's own thread and must not block. `close` raises what a handler raised that was no `Error`.

    uri: what it says when it is asked for its URI.
    keepalive: (seconds between pings, how many may stay unanswered) for clients that ask for keepalive.
    """

    def __init__(
        self,
        handlers: Mapping[str, Handler] | None = None,
        *,
        uri: str = "test:///default",
        keepalive: tuple[float, int] | None = None,
    ) -> None:
        super().__init__(Background())
        #: Every call that came, oldest first.
        self.calls: list[ReceivedCall] = []
        #: The clients that are there, oldest first.
        self.clients: list[Client] = []
        self._name = uri
        self._pings = keepalive
        self._handlers: dict[str, Handler] = {}
        self._frozen = False
        self._callbacks = 0
        self._failure: BaseException | None = None
        for name, handler in (handlers or {}).items():
            self.on(name, handler)

    def __repr__(self) -> str:
        return f"<FakeDaemon: {len(self.calls)} calls, the last {self.calls[-5:]}>"

    def close(self) -> None:
        """Hangs up on everybody and leaves nothing; raises what a handler raised that was no `Error`."""
        super().close()
        for call in self.calls:
            while call.fds:
                os.close(call.fds.pop())
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def _join(self, sock: socket.socket) -> None:
        self.clients.append(Client(self, sock))

    def _drop(self) -> None:
        for client in list(self.clients):
            client._close()

    # --- telling it what to do -----------------------------------------------------------------------

    def on(self, procedure: str, handler: Handler) -> None:
        """Handles a procedure from now on; see the class for what a handler is."""
        procedure_of(procedure)
        self._handlers[procedure] = handler

    def emit(self, event_id: int, domain: bytes | tuple[str, bytes, int], *details: object) -> None:
        """Sends an event of a guest to every client that is registered for it, as it is in the protocol.

        `domain` is what a call named it by, or (name, UUID, id).
        """
        procedure = kind_of(event_id).procedure
        uuid = domain[-20:-4] if isinstance(domain, bytes) else domain[1]
        parts: tuple[object, ...] = (domain, *details)
        _, *outer = reply_fields(procedure)
        if outer[-1] == "msg":
            # The older kinds wrap the message that they had before callbacks had ids; a reason may be before it.
            reasons = details[: len(outer) - 1]
            parts = (*reasons, (domain, *details[len(reasons) :]))

        def work() -> None:
            for client in list(self.clients):  # those that have hung up go when they are sent something
                for callback_id, (kind, guest) in list(client.registered.items()):
                    if kind == event_id and guest in (None, uuid):
                        client.send(client.session.event(procedure, callback_id, *parts))

        self._background.run(work)

    def freeze(self) -> None:
        """Reads and answers nothing any more, as a daemon that was stopped (SIGSTOP)."""
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
        """The calls of a procedure that came so far, oldest first."""
        return [call for call in self.calls if call.procedure == procedure]

    def wait_for(self, procedure: str, count: int = 1, timeout: float = 10.0) -> ReceivedCall:
        """The `count`-th call of a procedure, waiting until it has come.

        It blocks: a test on an event loop awaits `asyncio.to_thread(daemon.wait_for, ...)`.
        """
        self.wait_until(lambda: len(self.received(procedure)) >= count, timeout)
        return self.received(procedure)[count - 1]

    def flush(self) -> None:
        """Returns when everything said so far has been passed to the clients, as far as they take it."""
        self._background.run(lambda: None)

    def wait_empty(self, timeout: float = 10.0) -> None:
        """Waits until no client is left, and what a handler was doing for it is done."""
        self.wait_until(lambda: not self.clients, timeout)
        self.flush()

    # --- handling ------------------------------------------------------------------------------------

    def _called(self, client: Client, request: Request) -> None:
        prefix = {remote.CONNECT_OPEN.program: "", qemu.DOMAIN_MONITOR_COMMAND.program: "qemu:"}
        name = prefix.get(request.procedure.program, "lxc:") + request.procedure.name
        call = ReceivedCall(client, request, name)
        self.calls.append(call)
        if request.procedure.reads_stream or request.procedure.writes_stream:
            client._streams[request.serial] = call
        try:
            answer = self._answer(call)
            if isinstance(answer, Error) and not call.answered:
                call.fail(answer)
            elif answer is not HOLD and not call.answered:
                call.reply(answer)
        except BaseException as error:
            self._failure = self._failure or error
            if not call.answered:
                call.fail(OperationFailed(f"the handler of {name} raised {error!r}"))
        self._noticed()

    def _answer(self, call: ReceivedCall) -> object:
        """What the call's handler says, errors too."""
        known = call.procedure in self._handlers
        handler = self._handlers[call.procedure] if known else self._by_itself(call)
        if not callable(handler):
            return handler
        try:
            return handler(call)
        except Error as error:
            return error

    def _by_itself(self, call: ReceivedCall) -> Handler:
        client = call.client
        match call.procedure:
            case "AUTH_LIST":
                return [0]
            case "CONNECT_OPEN" | "CONNECT_CLOSE":
                return None
            case "CONNECT_GET_URI":
                return self._name
            case "CONNECT_SUPPORTS_FEATURE":
                supported = call.args[0] == _KEEPALIVE
                if supported and self._pings is not None:
                    client._keep_alive(*self._pings)
                return int(supported)
            case "CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY":
                event_id, domain = call.args
                number = self._callbacks
                self._callbacks += 1
                client.registered[number] = (event_id, None if domain is None else domain[-20:-4])
                return number
            case "CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY":
                client.registered.pop(call.args[0], None)
                return None
            case _:
                return NoSupport(f"this function is not supported by the connection driver: {call.procedure}")
