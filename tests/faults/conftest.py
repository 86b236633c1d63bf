"""Faces and daemons for tests of faults."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from sysvirt._session import watcher
from sysvirt.testing import FakeDaemon, FaultProxy, _peer
from tests.faults.conversation import make_daemon
from tests.faults.faces import Asyncio, Belongings, Blocking, Face
from tests.transport.terminator import over_tls


@pytest.fixture(params=[Blocking, Asyncio], ids=lambda kind: kind.name)
def face(request: pytest.FixtureRequest, belongings: Belongings) -> Iterator[Face]:
    """Each face in turn; whatever a test leaves behind fails it."""
    face: Face = request.param()
    yield face
    face.close()


@pytest.fixture(autouse=True)
def transport(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """How the peers of `sysvirt.testing` are reached: a test says so, or, for all, SYSVIRT_TRANSPORT=tls."""
    if getattr(request, "param", os.environ.get("SYSVIRT_TRANSPORT")) == "tls":
        monkeypatch.setattr("sysvirt.testing.connecting._end", over_tls)


@pytest.fixture(autouse=True)
def short_linger(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dispatcher of callbacks, whose end is waited for, does not stay long."""
    for face in ("_async", "_sync"):
        monkeypatch.setattr(f"sysvirt.{face}.connection.delivery._LINGER_SECONDS", 0.1)


@pytest.fixture(autouse=True)
def own_watcher(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's watcher has the test's connections only, none that the session has to real hosts."""
    monkeypatch.setattr(watcher, "_watcher", None)


def _tcp_pair() -> tuple[socket.socket, socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ours = socket.create_connection(listener.getsockname())
        theirs, _ = listener.accept()
    for sock in ours, theirs:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return ours, theirs


@pytest.fixture
def over_tcp(monkeypatch: pytest.MonkeyPatch) -> None:
    """Daemons and proxies are reached over TCP."""
    monkeypatch.setattr(_peer, "memory_pair", _tcp_pair)


@pytest.fixture
def quick_watcher(monkeypatch: pytest.MonkeyPatch) -> None:
    """The watcher looks often, where thousands of tests would wait for it."""
    monkeypatch.setattr(watcher, "_TICK", 0.001)


@pytest.fixture
def belongings() -> Iterator[Belongings]:
    """Fails a test that leaves descriptors or threads; asked for before what must be gone then."""
    found = Belongings()
    yield found
    found.check()


@pytest.fixture
def daemon(belongings: Belongings) -> Iterator[FakeDaemon]:
    """Answers what `conversation` asks."""
    with make_daemon() as daemon:
        yield daemon


@pytest.fixture
def proxy(daemon: FakeDaemon) -> Iterator[FaultProxy]:
    with FaultProxy(daemon) as proxy:
        yield proxy
