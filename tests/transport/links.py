"""Every link there is, for the one suite that all of them pass: its own end, and the peer's as a plain socket."""

from __future__ import annotations

import socket
import ssl
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TypeAlias

from sysvirt._tls_priority import parse_priority
from sysvirt._transport.link import Descriptor, Link, unix_link
from sysvirt._transport.memory import memory_pair
from sysvirt._transport.program import start_program
from sysvirt._transport.tls import Handshake, TLSLink, make_context
from tests.transport.certificates import authority, good


class Inbox:
    """What a session is to its link."""

    def __init__(self) -> None:
        self.chunks: list[bytes] = []
        self.fds: list[int] = []

    @property
    def data(self) -> bytes:
        return b"".join(self.chunks)


class Frame:
    """What an outgoing frame is to its link."""

    def __init__(self, data: bytes, tail: bytes | memoryview = b"", fds: tuple[Descriptor, ...] = ()) -> None:
        self.data = data
        self.tail: bytes | memoryview = tail
        self.fds: Sequence[Descriptor] = fds
        self.counts: list[int] = []
        self.passed: list[object] = []


@contextmanager
def _pair() -> Iterator[tuple[Link, socket.socket]]:
    """Within this process, as a peer of `sysvirt.testing` is reached; descriptors pass."""
    ours, theirs = memory_pair()
    with ours, theirs:
        yield unix_link(ours), theirs


@contextmanager
def _passed_on() -> Iterator[tuple[Link, socket.socket]]:
    """A pair whose other end another program has, that passes bytes on and no descriptors."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Link(ours, local=False, carries_fds=False, secure=False), theirs


@contextmanager
def _unix() -> Iterator[tuple[Link, socket.socket]]:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        path = str(Path(folder) / "sock")
        listener.bind(path)
        listener.listen()
        ours = socket.socket(socket.AF_UNIX)
        ours.connect(path)
        theirs, _ = listener.accept()
        with ours, theirs:
            yield unix_link(ours), theirs


@contextmanager
def _tcp() -> Iterator[tuple[Link, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ours = socket.create_connection(listener.getsockname())
        theirs, _ = listener.accept()
        with ours, theirs:
            yield Link(ours, local=False, carries_fds=False, secure=False), theirs


TLS_VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


@cache
def server_context(version: str | None = None) -> ssl.SSLContext:
    """As libvirtd's, with a good certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(good(), authority().key)
    if version is not None:
        context.minimum_version = context.maximum_version = TLS_VERSIONS[version]
    return context


@cache
def client_context() -> ssl.SSLContext:
    """As `connect` makes it; the client has no certificate."""
    priority = parse_priority(None)
    return make_context(str(authority().certificate), None, None, None, priority.versions, priority.ciphers)


def shake_hands(sock: socket.socket, context: ssl.SSLContext) -> TLSLink:
    """The client's side, until the verdict."""
    handshake = Handshake(context, "localhost")
    handshake.go_on()
    while handshake.verdict is None:
        sock.sendall(handshake.output())
        handshake.go_on(sock.recv(65536))
    assert handshake.verdict == b"\1"
    return handshake.link(sock)


@contextmanager
def secured(
    ours: socket.socket, theirs: socket.socket, version: str
) -> Iterator[tuple[TLSLink, ssl.SSLSocket]]:
    """A link over one end of a connection, and the peer's end, which sends its verdict."""
    made: list[ssl.SSLSocket] = []
    context = server_context(version)

    def serve() -> None:
        end = context.wrap_socket(theirs, server_side=True)
        end.sendall(b"\1")
        made.append(end)

    thread = threading.Thread(target=serve)
    thread.start()
    link = shake_hands(ours, client_context())
    thread.join()
    with made[0]:
        yield link, made[0]


@contextmanager
def _tls(version: str) -> Iterator[tuple[Link, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs, secured(ours, theirs, version) as made:
        yield made


@contextmanager
def _tls_over_tcp() -> Iterator[tuple[Link, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ours = socket.create_connection(listener.getsockname())
        theirs, _ = listener.accept()
        with ours, theirs, secured(ours, theirs, "1.3") as made:
            yield made


#: Hands its standard input over, and ends: its end is the test's from then on.
_HANDS_OVER = """
import socket, sys
with socket.socket(socket.AF_UNIX) as listener:
    listener.connect(sys.argv[1])
    socket.send_fds(listener, [b"x"], [0])
"""


@contextmanager
def _program() -> Iterator[tuple[Link, socket.socket]]:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        path = str(Path(folder) / "sock")
        listener.bind(path)
        listener.listen()
        ours = start_program((sys.executable, "-I", "-S", "-c", _HANDS_OVER, path), secure=True)
        handing, _ = listener.accept()
        with handing:
            _, fds, _, _ = socket.recv_fds(handing, 1, 1)
            handing.recv(1)
        while Path(f"/proc/{ours.helper._pids[0]}/fd/0").exists():
            time.sleep(0.001)
        with socket.socket(fileno=fds[0]) as theirs:
            yield ours, theirs
        ours.close()


Made: TypeAlias = AbstractContextManager[tuple[Link, socket.socket]]
LINKS: dict[str, Callable[[], Made]] = {
    "pair": _pair, "passed on": _passed_on, "unix": _unix, "tcp": _tcp, "program": _program,
    "tls 1.2": partial(_tls, "1.2"), "tls 1.3": partial(_tls, "1.3"), "tls over tcp": _tls_over_tcp,
}  # fmt: skip
