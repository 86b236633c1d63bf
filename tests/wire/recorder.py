"""Stands between libvirt's own client and a daemon and writes down what both say."""

from __future__ import annotations

import array
import os
import select
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from sysvirt._protocol import frame as wire


class Frame(NamedTuple):
    """One message as it was on the wire: `data` is all of it, without filler bytes."""

    from_client: bool
    program: int
    version: int
    number: int
    kind: int
    serial: int
    status: int
    data: bytes

    @property
    def body(self) -> bytes:
        """What comes after the header, and after the count of descriptors where there is one."""
        return self.data[wire.HEADER_SIZE + (4 if self.kind in wire.WITH_FDS else 0) :]


class Recorder:
    """A socket at `path` that leads to the one at `target`; descriptors go through as well."""

    def __init__(self, path: Path, target: Path) -> None:
        self._path = path
        self._target = target
        self._conversations: list[tuple[bytearray, bytearray]] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._stop, self._stopped = socket.socketpair()

    def __enter__(self) -> Recorder:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.close()
        for thread in self._threads:
            thread.join()
        self._stop.close()
        self._listener.close()
        self._path.unlink()

    def frames(self) -> Iterator[Frame]:
        """Every message that has come whole so far, of each conversation first the client's part, then the daemon's."""
        for conversation in self._conversations:
            for said, from_client in zip(conversation, (True, False), strict=True):
                yield from _split(bytes(said), from_client)

    def _start(self, body: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=body, args=args)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while self._stop not in select.select([self._listener, self._stop], [], [])[0]:
            client = self._listener.accept()[0]
            daemon = socket.socket(socket.AF_UNIX)
            daemon.connect(str(self._target))
            conversation = (bytearray(), bytearray())
            self._conversations.append(conversation)
            self._start(self._relay, client, daemon, conversation)

    def _relay(
        self, client: socket.socket, daemon: socket.socket, conversation: tuple[bytearray, bytearray]
    ) -> None:
        ways = {client: (daemon, conversation[0]), daemon: (client, conversation[1])}
        with client, daemon:
            while ways:
                ready = select.select([*ways, self._stop], [], [])[0]
                if self._stop in ready:
                    return
                for source in ready:
                    try:
                        if not _forward(source, *ways[source]):
                            del ways[source]
                    except OSError:
                        return  # one side is gone


def _forward(source: socket.socket, sink: socket.socket, said: bytearray) -> bool:
    """Passes on and writes down what is there; False when it was the end."""
    data, ancillary, _, _ = source.recvmsg(65536, 1024)
    if not data:
        sink.shutdown(socket.SHUT_WR)
        return False
    said += data
    try:
        sent = sink.sendmsg([data], ancillary)
        sink.sendall(data[sent:])
    finally:
        for _, _, fds in ancillary:
            for fd in array.array("i", fds):
                os.close(fd)
    return True


def _split(said: bytes, from_client: bool) -> Iterator[Frame]:
    at = 0
    while len(said) - at >= wire.HEADER_SIZE:
        length, program, version, number, kind, serial, status = wire.HEADER.unpack_from(said, at)
        data = said[at : at + length]
        if len(data) < length:
            return
        yield Frame(from_client, program, version, number, kind, serial, status, data)
        at += length
        if kind in wire.WITH_FDS:
            count = wire.fd_count(data, wire.HEADER_SIZE)
            assert said[at : at + count] == bytes(count)
            at += count
