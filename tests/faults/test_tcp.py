"""Connecting over TCP: each address in its turn, and what is told of a host that is none."""

from __future__ import annotations

import errno
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

import sysvirt
import sysvirt.aio
from sysvirt import CallTimeout, ConnectionLost, DaemonUnreachable, ProtocolError
from sysvirt._sync.connecting.tcp import connected
from sysvirt._transport import tcp
from tests.faults.faces import PATIENCE, Asyncio, Belongings, Face, Script
from tests.faults.striking import each_point
from tests.session.peer import in_thread

pytestmark = [
    pytest.mark.timeout(120),
    # What strikes into the end of a weak reference goes nowhere, as into a finalizer.
    pytest.mark.filterwarnings("ignore:Exception ignored .*_Entry:pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)
        yield listener


@pytest.fixture
def closed_port(listener: socket.socket) -> int:
    with socket.create_server(("127.0.0.1", 0)) as other:
        return int(other.getsockname()[1])


def uri(port: int, host: str = "127.0.0.1") -> str:
    return f"test+tcp://{host}:{port}/default"


def opening(face: Face, where: str, **options: Any) -> Script[None]:
    conn = yield lambda: (sysvirt.aio if isinstance(face, Asyncio) else sysvirt).connect(where, **options)
    yield conn.close


def failure(face: Face, where: str, kind: type[Exception], **options: Any) -> Any:
    with pytest.raises(kind) as caught:
        face.run(opening(face, where, **options))
    return caught.value


def test_nobody_listens(face: Face, closed_port: int) -> None:
    error = failure(face, uri(closed_port), DaemonUnreachable)
    assert error.int1 == errno.ECONNREFUSED
    assert str(error) == f"can't connect to 127.0.0.1 port {closed_port} (127.0.0.1: Connection refused)"


def test_each_address_is_tried(face: Face, closed_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    places = [(socket.AF_INET6, ("::1", closed_port, 0, 0)), (socket.AF_INET, ("127.0.0.1", closed_port))]
    monkeypatch.setattr(tcp, "addresses", lambda host, port: places)
    error = failure(face, uri(closed_port, "name"), DaemonUnreachable)
    assert str(error).endswith("(::1: Connection refused, 127.0.0.1: Connection refused)")


def test_the_first_that_answers(face: Face, listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    place = listener.getsockname()
    places = [(socket.AF_INET6, ("::1", place[1], 0, 0)), (socket.AF_INET, place)]
    monkeypatch.setattr(tcp, "addresses", lambda host, port: places)
    serving = in_thread(hang_up, listener, b"")
    failure(face, uri(place[1], "name"), ConnectionLost, timeout=PATIENCE)
    serving.result(PATIENCE)


def hang_up(listener: socket.socket, said: bytes) -> None:
    sock, _ = listener.accept()
    with sock:
        sock.sendall(said)
        sock.recv(100)


@pytest.mark.parametrize(
    "said", [b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\xff" * 50]
)
def test_rubbish(face: Face, listener: socket.socket, said: bytes) -> None:
    serving = in_thread(hang_up, listener, said)
    port = listener.getsockname()[1]
    error = failure(face, uri(port), ProtocolError)
    assert f"what came from 127.0.0.1 port {port} is not libvirt's protocol; it begins: " in str(error)
    assert said.decode("ascii", "replace").splitlines()[0] in str(error)
    serving.result(PATIENCE)


def test_it_closes_at_once(face: Face, listener: socket.socket) -> None:
    serving = in_thread(hang_up, listener, b"")
    failure(face, uri(listener.getsockname()[1]), ConnectionLost)
    serving.result(PATIENCE)


def test_it_takes_the_connection_and_says_nothing(face: Face, listener: socket.socket) -> None:
    failure(face, uri(listener.getsockname()[1]), CallTimeout, timeout=0.1)


@pytest.fixture
def full() -> Iterator[socket.socket]:
    """Listens, and answers nobody any more: its queue is full."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):
            sock = stack.enter_context(socket.socket())
            sock.setblocking(False)
            sock.connect_ex(listener.getsockname())
        yield listener


def test_it_does_not_answer(face: Face, full: socket.socket) -> None:
    port = full.getsockname()[1]
    error = failure(face, uri(port), CallTimeout, timeout=0.1)
    assert error.sent == "no"
    assert str(error) == f"127.0.0.1 port {port} did not take the connection in time (127.0.0.1: no answer)"


def test_an_address_that_does_not_answer_leaves_time_for_the_next(
    face: Face, full: socket.socket, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [(socket.AF_INET, full.getsockname()), (socket.AF_INET, listener.getsockname())]
    monkeypatch.setattr(tcp, "addresses", lambda host, port: places)
    serving = in_thread(hang_up, listener, b"")
    failure(face, uri(1, "name"), ConnectionLost, timeout=2.0)
    serving.result(PATIENCE)


def test_no_such_name(face: Face) -> None:
    """ ".invalid" is never one."""
    error = failure(face, uri(1, "no-such-host.invalid"), DaemonUnreachable)
    assert "the host no-such-host.invalid is not known: " in str(error)
    error = failure(face, uri(1, "a..b"), DaemonUnreachable)
    assert "the host a..b is not known: not a name" in str(error)


def test_a_resolver_that_hangs(face: Face, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can interrupt it, and nobody waits for it."""
    over = threading.Event()

    def hang(host: str, port: int) -> list[tcp.Address]:
        assert over.wait(PATIENCE)
        return []

    monkeypatch.setattr(tcp, "addresses", hang)
    error = failure(face, uri(1, "name"), CallTimeout, timeout=0.1)
    assert "no address was found for name in time" in str(error)
    over.set()


def test_an_address_needs_no_resolver(face: Face, closed_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "addresses", lambda host, port: pytest.fail("it was asked"))
    failure(face, uri(closed_port), DaemonUnreachable)
    failure(face, uri(closed_port, "[::1]"), DaemonUnreachable)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize("gap", [None, 0, 2])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_struck(listener: socket.socket, belongings: Belongings, host: str, gap: int | None) -> None:
    """At each point: no descriptor and no thread is left."""
    where = sysvirt.URI.parse(uri(listener.getsockname()[1], host))

    def use() -> None:
        connected(where, time.monotonic() + PATIENCE).close()
        listener.accept()[0].close()

    use()
    for strike in each_point(gap):
        strike.into(use)
        belongings.check(strike.where)
