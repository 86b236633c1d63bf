"""A peer that does what a test says: the other end of a socket pair, on a thread of its own."""

from __future__ import annotations

import array
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, NamedTuple

from sysvirt._protocol import frame as wire
from sysvirt._protocol.procedure import Procedure
from sysvirt._protocol.table import find, keepalive, remote
from sysvirt._protocol.xdr import compile_encoder
from sysvirt._transport.link import Link, unix_link

#: Nothing in these tests takes so long, unless it hangs.
PATIENCE = 60.0

encode_error = compile_encoder("remote_error")


def error_body(message: str, code: int = 1, domain: int = 10) -> bytes:
    return encode_error(code, domain, message, 2, None, None, None, None, 0, 0, None)


def guest(number: int = 1, name: str = "guest") -> bytes:
    """The handle of a guest."""
    return remote.DOMAIN_LOOKUP_BY_NAME.encode_reply((name, bytes(15) + bytes([number]), number))


def reply_frame(procedure: Procedure[..., Any], serial: int, *values: Any) -> bytes:
    return _frame(procedure, wire.REPLY, serial, wire.OK, procedure.encode_reply(*values))


def error_frame(procedure: Procedure[..., Any], serial: int, message: str, code: int = 1) -> bytes:
    return _frame(procedure, wire.REPLY, serial, wire.ERROR, error_body(message, code))


def event_frame(procedure: Procedure[..., Any], *values: Any) -> bytes:
    return _frame(procedure, wire.MESSAGE, 0, wire.OK, procedure.encode_reply(*values))


def fds_frame(procedure: Procedure[..., Any], serial: int, count: int, *values: Any) -> bytes:
    """A reply with descriptors, its filler bytes not included."""
    body = wire.COUNT.pack(count) + procedure.encode_reply(*values)
    return _frame(procedure, wire.REPLY_WITH_FDS, serial, wire.OK, body)


def stream_frame(
    procedure: Procedure[..., Any], serial: int, status: int, body: bytes = b"", kind: int = wire.STREAM
) -> bytes:
    return _frame(procedure, kind, serial, status, body)


def _frame(procedure: Procedure[..., Any], kind: int, serial: int, status: int, body: bytes) -> bytes:
    return wire.frame(procedure.program, procedure.version, procedure.number, kind, serial, status, body)


PING = _frame(keepalive.PING, wire.MESSAGE, 0, wire.OK, b"")
PONG = _frame(keepalive.PONG, wire.MESSAGE, 0, wire.OK, b"")
LIFECYCLE = event_frame(remote.DOMAIN_EVENT_CALLBACK_LIFECYCLE, 7, (guest(), 2, 0))


class Received(NamedTuple):
    """A frame that came from the client; `args` is decoded for calls."""

    procedure: Procedure[..., Any]
    kind: int
    serial: int
    status: int
    body: bytes
    fds: list[int]

    @property
    def args(self) -> Any:
        return self.procedure.decode_call(self.body, 0)


class Peer:
    """Blocking; every wait fails after PATIENCE."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        sock.settimeout(PATIENCE)
        self._data = b""
        self._fds: list[int] = []

    def _need(self, count: int) -> None:
        while len(self._data) < count:
            data, ancillary, _, _ = self.sock.recvmsg(262144, 1024)
            if not data:
                raise EOFError(f"the client hung up with {len(self._data)} bytes of a frame sent")
            self._data += data
            for _, _, payload in ancillary:
                self._fds += array.array("i", payload)

    def take(self) -> Received:
        """The next frame, whole."""
        self._need(28)
        length, program, version, number, kind, serial, status = wire.HEADER.unpack_from(self._data)
        self._need(length)
        body = self._data[28:length]
        procedure = find(program, number)
        assert procedure is not None
        assert procedure.version == version
        fds: list[int] = []
        if kind == wire.CALL_WITH_FDS:
            count = int.from_bytes(body[:4], "big")
            body = body[4:]
            self._need(length + count)
            assert self._data[length : length + count] == bytes(count)
            length += count
            fds, self._fds = self._fds[:count], self._fds[count:]
            assert len(fds) == count
        self._data = self._data[length:]
        return Received(procedure, kind, serial, status, body, fds)

    def take_call(self, *procedures: Procedure[..., Any]) -> Received:
        """The next frame, which must be a call of one of these."""
        received = self.take()
        assert received.kind in (wire.CALL, wire.CALL_WITH_FDS), received
        assert not procedures or received.procedure in procedures, received
        return received

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def reply(self, call: Received, *values: Any) -> None:
        self.send(reply_frame(call.procedure, call.serial, *values))

    def error(self, call: Received, message: str, code: int = 1) -> None:
        self.send(error_frame(call.procedure, call.serial, message, code))

    def send_fd(self, fd: int) -> None:
        """A filler byte with a descriptor."""
        self.sock.sendmsg([b"\0"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))])

    def hang_up(self) -> None:
        self.sock.shutdown(socket.SHUT_RDWR)

    def expect_end(self) -> None:
        """The client has hung up, and sent nothing more before."""
        try:
            rest = self._data + self.sock.recv(65536)
        except ConnectionResetError:
            rest = self._data
        assert rest == b""


@contextmanager
def conversation(script: Callable[[Peer], None]) -> Iterator[Link]:
    """A link to a peer that follows a script; ends when the script has ended, and fails when it failed."""
    ours, theirs = socket.socketpair()
    peer = Peer(theirs)
    failure: list[BaseException] = []

    def run() -> None:
        try:
            script(peer)
        except BaseException as error:
            failure.append(error)
            theirs.close()  # whoever waits for this peer is not to wait on

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield unix_link(ours)
    except BaseException as error:
        if failure:
            error.add_note(f"the peer failed first: {failure[0]!r}")
        raise
    else:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "the peer still waits for something"
        if failure:
            raise failure[0]
    finally:
        ours.close()
        theirs.close()


def in_thread(function: Callable[..., Any], *args: Any) -> Future[Any]:
    """Runs a function on a thread of its own."""
    future: Future[Any] = Future()

    def run() -> None:
        try:
            future.set_result(function(*args))
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future


def until(condition: Callable[[], object]) -> None:
    """Waits until something is so that another thread brings about."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.0005)
