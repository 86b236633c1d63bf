"""Streams that several use at once, or that are given up at one of their steps."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from fcntl import ioctl
from termios import TIOCOUTQ
from typing import Any

import pytest

from sysvirt import CallTimeout, ConnectionClosed, Domain, OperationInvalid
from sysvirt._protocol import frame as wire
from sysvirt.testing import HOLD, FakeDaemon, ReceivedCall
from tests.faults.conversation import BIG, GUEST, make_daemon
from tests.faults.faces import PATIENCE, Belongings, Face, Script, Together
from tests.faults.given_up import given_up
from tests.faults.streaming import ended, opened
from tests.faults.turns import Entries, following, then
from tests.faults.waits import entered, until, until_held_back


@pytest.fixture
def storage(belongings: Belongings) -> Iterator[FakeDaemon]:
    with make_daemon() as daemon:
        daemon.on("STORAGE_VOL_LOOKUP_BY_PATH", ("pool", "volume", "/key"))
        daemon.on("STORAGE_VOL_DOWNLOAD", None)
        yield daemon


# --- opening -----------------------------------------------------------------------------------------


def test_opened_again_after_the_first_try_was_given_up(face: Face, storage: FakeDaemon) -> None:
    """All that comes on the second is there, and nothing of the first."""
    held: list[ReceivedCall] = []

    def first_is_late(call: ReceivedCall) -> object:
        held.append(call)
        return HOLD if len(held) == 1 else None

    storage.on("STORAGE_VOL_DOWNLOAD", first_is_late)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(storage.pair(), timeout=PATIENCE)
        volume = yield lambda: conn.get_storage_volume_by_path("/key")
        stream = conn.new_stream()
        yield from given_up(conn, lambda: volume.download(stream))
        yield lambda: face.wait(lambda: until(lambda: len(held) == 1))
        held[0].reply()
        held[0].send(b"of the first")
        held[0].end()
        yield conn.get_hostname
        yield lambda: face.wait(lambda: storage.wait_until(lambda: held[0].ended == "abort"))
        yield lambda: volume.download(stream)
        held[1].send(BIG)
        held[1].end()
        assert (yield stream.read) == BIG
        yield stream.finish
        yield from ended(face, storage, conn, stream, held[1], "finish")

    face.run(script())


def test_one_stream_is_opened_once(face: Face, storage: FakeDaemon) -> None:
    """Of two calls that are given the same stream at the same time one is refused, and sends nothing."""
    held: list[ReceivedCall] = []

    def hold(call: ReceivedCall) -> object:
        held.append(call)
        return HOLD

    storage.on("STORAGE_VOL_DOWNLOAD", hold)
    storage.on("STORAGE_VOL_UPLOAD", hold)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(storage.pair(), timeout=PATIENCE)
        volume = yield lambda: conn.get_storage_volume_by_path("/key")
        stream = conn.new_stream()
        first, second = yield Together(
            lambda: volume.download(stream),
            then(
                face,
                following(face, lambda: until(lambda: bool(held)), lambda: volume.upload(stream)),
                lambda: held[0].reply(),
            ),
        )
        assert first is None
        assert isinstance(second, OperationInvalid)
        assert len(held) == 1
        yield stream.abort
        yield from ended(face, storage, conn, stream, held[0], "abort")

    face.run(script())


# --- receiving ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("second", ["recv", "read", "finish", "next"])
def test_one_receives_at_a_time(
    face: Face, storage: FakeDaemon, monkeypatch: pytest.MonkeyPatch, second: str
) -> None:
    """The other one is refused, and the connection stays in step."""

    def script() -> Script[None]:
        conn, stream, call = yield from opened(face, storage, "download")
        following_piece = stream.__next__ if hasattr(stream, "__next__") else stream.__anext__
        uses = {
            "recv": lambda: stream.recv(1),
            "read": stream.read,
            "finish": stream.finish,
            "next": following_piece,
        }
        entries = Entries(conn._pump, "wait_ready", monkeypatch)

        def send() -> None:
            call.send(BIG)
            call.end()

        got, refused = yield Together(
            stream.read, then(face, following(face, entries.reach(1), uses[second]), send)
        )
        assert got == BIG
        assert isinstance(refused, OperationInvalid)
        assert (yield conn.get_hostname) == "somewhere"
        yield stream.finish
        yield from ended(face, storage, conn, stream, call, "finish")

    face.run(script())


@pytest.mark.parametrize("kind", ["on the connection", "beside it"])
def test_aborted_while_another_receives(
    face: Face, storage: FakeDaemon, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Who receives is told, and does not take it for the end of the data."""

    def script() -> Script[None]:
        if kind == "beside it":
            conn = yield lambda: face.connect(storage, timeout=PATIENCE)
            guest = yield lambda: conn.get_domain_by_name("guest")
            stream = conn.new_stream()
            yield lambda: guest.open_console(stream)
            assert (yield lambda: stream.read(7)) == b"login: "
        else:
            conn, stream, call = yield from opened(face, storage, "download")
            call.send(b"some")
            assert (yield lambda: stream.read(4)) == b"some"
        entries = Entries(stream._channel.pump, "wait_ready", monkeypatch)
        received, aborted = yield Together(
            lambda: stream.recv(10), following(face, entries.reach(1), stream.abort)
        )
        assert aborted is None
        assert isinstance(received, OperationInvalid)
        assert "the stream was aborted" in str(received)
        assert (yield conn.get_hostname) == "somewhere"
        yield conn.close

    face.run(script())


# --- ending ------------------------------------------------------------------------------------------


def full(conn: Any, stream: Any) -> Script[None]:
    """Sends to a daemon that reads nothing until no more is taken; a deadline alone may be that of a slow machine."""
    sock = conn._pump.link.sock
    room = sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
    while int.from_bytes(ioctl(sock, TIOCOUTQ, bytes(4)), sys.byteorder) < room:
        try:
            with conn.timeout(0.05):
                yield lambda: stream.send(bytes(65536))
        except CallTimeout:
            pass


def test_aborting_does_not_wait_for_a_daemon_that_reads_nothing(face: Face, storage: FakeDaemon) -> None:
    def script() -> Script[None]:
        conn, stream, call = yield from opened(face, storage, "upload")
        storage.freeze()
        yield from full(conn, stream)
        yield stream.abort
        storage.thaw()
        assert (yield conn.get_hostname) == "somewhere"  # what waits to be sent goes before
        yield from ended(face, storage, conn, stream, call, "abort")

    face.run(script())


def test_an_end_that_could_not_be_sent_is_an_abort(face: Face, storage: FakeDaemon) -> None:
    """Nothing stays open at the daemon."""

    def script() -> Script[None]:
        conn, stream, call = yield from opened(face, storage, "upload")
        storage.freeze()
        yield from full(conn, stream)
        with conn.timeout(0.05), pytest.raises(CallTimeout):
            yield stream.finish
        storage.thaw()
        assert (yield conn.get_hostname) == "somewhere"  # what waits to be sent goes before
        yield from ended(face, storage, conn, stream, call, "abort")

    face.run(script())


def test_closing_the_connection_ends_what_runs_beside_it(
    face: Face, storage: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who receives from a console doesn't wait any longer, and its connection goes."""

    def script() -> Script[None]:
        conn = yield lambda: face.connect(storage, timeout=PATIENCE)
        guest = yield lambda: conn.get_domain_by_name("guest")
        stream, other = conn.new_stream(), conn.new_stream()
        yield lambda: guest.open_console(stream)
        yield lambda: guest.open_console(other)
        assert (yield lambda: stream.read(7)) == b"login: "
        yield other.abort
        entries = Entries(stream._channel.pump, "wait_ready", monkeypatch)
        received, closed = yield Together(
            lambda: stream.recv(10), following(face, entries.reach(1), conn.close)
        )
        assert closed is None
        assert isinstance(received, ConnectionClosed)
        yield lambda: face.wait(storage.wait_empty)

    face.run(script())


def test_a_connection_closed_while_one_is_opened_beside_it(face: Face, storage: FakeDaemon) -> None:
    held: list[ReceivedCall] = []

    def hold(call: ReceivedCall) -> object:
        held.append(call)
        return HOLD

    def script() -> Script[None]:
        conn = yield lambda: face.connect(storage, timeout=PATIENCE)
        guest = yield lambda: conn.get_domain_by_name("guest")
        storage.on("CONNECT_OPEN", hold)
        refused, _ = yield Together(
            lambda: guest.open_console(conn.new_stream()),
            then(
                face,
                following(face, lambda: until(lambda: bool(held)), conn.close),
                lambda: held[0].reply(),
            ),
        )
        assert isinstance(refused, ConnectionClosed)
        yield lambda: face.wait(storage.wait_empty)

    face.run(script())


@pytest.mark.parametrize("how", ["aborted", "forgotten"])
def test_what_lies_unread_keeps_no_event_away_when_its_stream_is_gone(
    face: Face, storage: FakeDaemon, quick_watcher: None, how: str
) -> None:
    """Reading pauses while so much is unread that nobody takes; not for a stream that nobody will ever read."""

    def script() -> Script[None]:
        conn, stream, call = yield from opened(face, storage, "download")
        events = conn.events(Domain.EVENT_ID_LIFECYCLE)
        yield lambda: entered(events)
        for _ in range(20):
            call.send(bytes(wire.STREAM_DATA_MAX))
        yield lambda: face.wait(lambda: until_held_back(conn))
        if how == "aborted":
            yield stream.abort
        # The loop has stopped to read, and goes on when somebody waits; the blocking face's watcher looks by itself.
        stream = None
        storage.emit(0, GUEST, 100, 7)
        assert (yield lambda: events.next_event(PATIENCE)).detail == 7
        yield lambda: face.wait(lambda: storage.wait_until(lambda: call.ended == "abort"))
        yield events.close
        yield conn.close

    face.run(script())
