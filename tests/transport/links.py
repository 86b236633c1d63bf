"""Every link there is, for the one suite that all of them pass: its own end, and the peer's as a plain socket."""

from __future__ import annotations

import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeAlias

from sysvirt._transport.link import Descriptor, Link, unix_link
from sysvirt._transport.memory import memory_pair
from sysvirt._transport.program import start_program


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
    "pair": _pair,
    "passed on": _passed_on,
    "unix": _unix,
    "tcp": _tcp,
    "program": _program,
}
