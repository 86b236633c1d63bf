"""A server on a loop of its own, and clients that speak in bytes."""

from __future__ import annotations

import array
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sysvirt._protocol import frame as wire
from sysvirt._protocol.procedure import Procedure
from sysvirt._protocol.table import remote
from sysvirt._server.loop import Loop
from sysvirt._server.server import Server
from sysvirt._transport.memory import memory_pair
from tests.session.peer import PATIENCE


class Message(NamedTuple):
    number: int
    kind: int
    serial: int
    status: int
    body: bytes


class Talker:
    """A client's end: frames out, frames in; every wait fails after PATIENCE."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._data = b""
        self.fds: list[int] = []
        sock.settimeout(PATIENCE)

    def call(self, procedure: Procedure[..., Any], serial: int, *args: object) -> None:
        self.sock.sendall(call_frame(procedure, serial, *args))

    def stream(self, procedure: Procedure[..., Any], serial: int, status: int, data: bytes = b"") -> None:
        self.sock.sendall(stream_frame(procedure, serial, status, data))

    def _size(self) -> int:
        """How long the next message is, with the filler bytes of its descriptors, as far as that is known."""
        if len(self._data) < wire.HEADER_SIZE + 4:
            return max(4, int.from_bytes(self._data[:4], "big"))
        length, _, _, _, kind, _, _ = wire.HEADER.unpack_from(self._data)
        return int(length) + (wire.fd_count(self._data, wire.HEADER_SIZE) if kind in wire.WITH_FDS else 0)

    def next(self) -> Message | None:
        """The next message; None for the end of the connection."""
        while len(self._data) < self._size():
            try:
                data, ancillary, _, _ = self.sock.recvmsg(262144, 1024)
            except ConnectionResetError:
                data, ancillary = b"", []
            for _, _, payload in ancillary:
                self.fds += array.array("i", payload)
            if not data:
                return None
            self._data += data
        length, _, _, number, kind, serial, status = wire.HEADER.unpack_from(self._data)
        body = self._data[wire.HEADER_SIZE : length]
        self._data = self._data[self._size() :]
        return Message(number, kind, serial, status, body)

    def answer(self) -> Message:
        message = self.next()
        assert message is not None
        return message

    def open(self) -> None:
        self.call(remote.CONNECT_OPEN, 1, "test:///default", 0)
        assert self.answer().status == wire.OK

    def is_served(self) -> None:
        self.call(remote.CONNECT_GET_URI, 77)
        assert self.answer()[1:4] == (wire.REPLY, 77, wire.OK)


def call_frame(procedure: Procedure[..., Any], serial: int, *args: object) -> bytes:
    return procedure.header(wire.CALL, serial, wire.OK, len(body := procedure.encode_call(*args))) + body


def stream_frame(procedure: Procedure[..., Any], serial: int, status: int, data: bytes = b"") -> bytes:
    return procedure.header(wire.STREAM, serial, status, len(data)) + data


class Serving:
    def __init__(self, loop: Loop, server: Server) -> None:
        self.loop = loop
        self.server = server
        #: What handlers, and the server, raised that they may not.
        self.failures: list[BaseException] = []
        loop.failed = self.failures.append
        self._ends: list[socket.socket] = []

    def connect(self) -> Talker:
        """A client that has not opened its connection yet."""
        ours, theirs = memory_pair()
        self._ends.append(theirs)
        self.loop.run(lambda: self.server.join(ours))
        return Talker(theirs)

    def opened(self) -> Talker:
        talker = self.connect()
        talker.open()
        return talker

    def until(self, condition: Any) -> None:
        assert self.loop.wait_for(condition, PATIENCE), "it never came"

    def close(self) -> None:
        self.loop.run(self.server.close)
        for end in self._ends:
            end.close()


@contextmanager
def serving(**options: Any) -> Iterator[Serving]:
    loop = Loop()
    loop.acquire()
    try:
        found = Serving(loop, Server(loop, **options))
        try:
            yield found
        finally:
            found.close()
    finally:
        loop.release()
    assert found.failures == []
