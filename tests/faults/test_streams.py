"""Streams against a daemon that says what a test wants: holes, statuses, callbacks, the end and the errors."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from sysvirt import (
    ConnectionLost,
    OperationFailed,
    OperationInvalid,
    StorageVol,
    Stream,
    StreamAborted,
    StreamStatus,
)
from sysvirt._async.connection import delivery as delivery_of_tasks
from sysvirt._protocol import frame as wire
from sysvirt._session import core, roles
from sysvirt._sync.connection import delivery as delivery_of_threads
from sysvirt.testing import HOLD, FakeDaemon, ReceivedCall
from tests.faults.conversation import BIG
from tests.faults.faces import PATIENCE, Belongings, Face, Script
from tests.faults.streaming import ended, opened
from tests.faults.waits import until_held_back

#: Of uploads and downloads, as a number that both take.
SPARSE = int(StorageVol.VOL_DOWNLOAD_SPARSE_STREAM)


@pytest.fixture
def storage(belongings: Belongings) -> Iterator[FakeDaemon]:
    """Has one volume, whose upload and download do nothing by themselves."""
    handlers: dict[str, Any] = {
        "STORAGE_VOL_LOOKUP_BY_PATH": ("pool", "volume", "/key"),
        "STORAGE_VOL_UPLOAD": None,
        "STORAGE_VOL_DOWNLOAD": None,
        "CONNECT_GET_HOSTNAME": "somewhere",
    }
    with FakeDaemon(handlers) as daemon:
        yield daemon


def test_holes_in(face: Face, storage: FakeDaemon) -> None:
    def script() -> Script[None]:
        conn, stream, call = yield from opened(face, storage, "download", SPARSE)
        call.hole(100)
        call.send(b"data")
        call.hole(5)
        call.end()
        assert (yield lambda: stream.recv(10, Stream.RECV_STOP_AT_HOLE)) is StreamStatus.AT_HOLE
        assert (yield lambda: stream.recv(40)) == bytes(40)
        assert (yield stream.recv_hole) == 60
        assert (yield stream.recv_hole) == 0
        assert (yield lambda: stream.recv(10, Stream.RECV_STOP_AT_HOLE)) == b"data"
        assert (yield lambda: stream.read()) == bytes(5)
        for _ in range(2):  # the end is still there when it has been seen
            assert (yield lambda: stream.recv(10)) == b""
            assert (yield lambda: stream.recv(10, Stream.RECV_STOP_AT_HOLE)) == b""
        yield stream.finish
        yield from ended(face, storage, conn, stream, call, "finish")

    face.run(script())


def test_sparse_all(face: Face, storage: FakeDaemon) -> None:
    """What comes in sparsely goes out the same."""
    sections: list[bytes | int] = []

    def script() -> Script[None]:
        conn, stream, call = yield from opened(face, storage, "download", SPARSE)
        call.send(BIG)
        call.hole(1 << 40)
        call.send(b"the end")
        call.end()
        yield lambda: stream.sparse_recv_all(
            lambda stream, data: sections.append(data), lambda stream, length: sections.append(length)
        )
        yield stream.finish
        joined = b"".join(section for section in sections[:-2] if isinstance(section, bytes))
        assert (joined, sections[-2:]) == (BIG, [1 << 40, b"the end"])
        yield from ended(face, storage, conn, stream, call, "finish")

        conn, stream, call = yield from opened(face, storage, "upload", SPARSE)
        left: list[Any] = [(True, b"head"), (False, 100), (True, BIG), (False, 9)]
        skipped: list[int] = []

        def where(stream: Any) -> tuple[bool, int]:
            if not left:
                return False, 0
            in_data, what = left[0]
            return in_data, len(what) if in_data else what

        def give(stream: Any, nbytes: int) -> bytes:
            data: bytes = left[0][1]
            left[0] = (True, data[nbytes:])
            if not left[0][1]:
                del left[0]
            return data[:nbytes]

        def skip(stream: Any, length: int) -> None:
            skipped.append(length)
            del left[0]

        yield lambda: stream.sparse_send_all(give, where, skip)
        yield stream.finish
        assert skipped == [100, 9]
        assert bytes(call.received) == b"head" + bytes(100) + BIG + bytes(9)
        yield from ended(face, storage, conn, stream, call, "finish")

    face.run(script())


def test_all(face: Face, storage: FakeDaemon) -> None:
    def script() -> Script[None]:
        conn, stream, call = yield from opened(face, storage, "upload")
        pieces = [BIG[at : at + 100_000] for at in range(0, len(BIG), 100_000)]
        yield lambda: stream.send_all(lambda stream, nbytes: pieces.pop(0) if pieces else b"")
        yield stream.finish
        assert bytes(call.received) == BIG
        yield from ended(face, storage, conn, stream, call, "finish")

        conn, stream, call = yield from opened(face, storage, "download")
        call.send(BIG)
        call.end()
        got: list[bytes] = []
        yield lambda: stream.recv_all(lambda stream, data: got.append(data))
        yield stream.finish
        assert b"".join(got) == BIG
        yield from ended(face, storage, conn, stream, call, "finish")

    face.run(script())


@pytest.mark.parametrize("method", ["send_all", "recv_all", "sparse_recv_all", "sparse_send_all"])
def test_a_handler_that_raises_aborts(face: Face, storage: FakeDaemon, method: str) -> None:
    def fail(*arguments: object) -> Any:
        raise LookupError("the user's own")

    def script() -> Script[None]:
        how = "upload" if "send" in method else "download"
        conn, stream, call = yield from opened(face, storage, how, SPARSE)
        call.send(b"data")
        arguments = {"sparse_recv_all": 2, "sparse_send_all": 3}.get(method, 1)
        with pytest.raises(LookupError, match="the user's own"):
            yield lambda: getattr(stream, method)(*[fail] * arguments)
        yield from ended(face, storage, conn, stream, call, "abort")

    face.run(script())


def test_no_holes_in_a_stream_without(face: Face, storage: FakeDaemon) -> None:
    def script() -> Script[None]:
        conn, stream, call = yield from opened(face, storage, "upload")
        before = conn._pump.session.received
        for method in (lambda: stream.send_hole(10), stream.recv_hole):
            with pytest.raises(OperationInvalid, match="no holes"):
                yield method
        assert conn._pump.session.received == before
        yield stream.abort
        yield from ended(face, storage, conn, stream, call, "abort")

    face.run(script())


def test_the_daemon_breaks_it_off(face: Face, storage: FakeDaemon) -> None:
    """The error comes out where the stream is used, once; afterwards it is closed, and nothing waits."""

    def script() -> Script[None]:
        for how in ("download", "upload"):
            conn, stream, call = yield from opened(face, storage, how)
            call.send(b"some")
            call.abort_stream(OperationFailed("the disk is full"))
            storage.flush()

            def send(stream: Any = stream) -> Any:
                return stream.send(b"more")

            def receive(stream: Any = stream) -> Any:
                return stream.read()

            with pytest.raises(OperationFailed, match="the disk is full"):
                yield receive if how == "download" else stream.finish
            for use in (send, receive, stream.finish):
                with pytest.raises(OperationInvalid, match="broken off by the daemon"):
                    yield use
            yield stream.abort
            assert (yield conn.get_hostname) == "somewhere"
            yield conn.close

    face.run(script())


def test_iteration(face: Face, storage: FakeDaemon) -> None:
    def script() -> Script[None]:
        conn, stream, call = yield from opened(face, storage, "download")
        call.send(BIG)
        call.end()
        following = stream.__next__ if hasattr(stream, "__next__") else stream.__anext__
        got = b""
        while True:
            try:
                got += yield following
            except (StopIteration, StopAsyncIteration):
                break
            except RuntimeError:  # what a generator makes of it
                break
        assert got == BIG
        yield stream.finish
        yield from ended(face, storage, conn, stream, call, "finish")

    face.run(script())


def test_one_that_does_not_wait(face: Face, storage: FakeDaemon) -> None:
    def script() -> Script[None]:
        conn, stream, call = yield from opened(face, storage, "download", 0, Stream.NONBLOCK)
        assert (yield lambda: stream.recv(10)) is StreamStatus.WOULD_BLOCK
        call.send(b"here")
        storage.flush()
        assert (yield lambda: stream.recv(10)) == b"here"
        assert (yield lambda: stream.recv(10)) is StreamStatus.WOULD_BLOCK
        call.send(BIG)
        call.end()
        got = b""
        while (data := (yield lambda: stream.recv(100_000))) != b"":
            got += b"" if data is StreamStatus.WOULD_BLOCK else data
        assert got == BIG
        yield stream.finish
        yield from ended(face, storage, conn, stream, call, "finish")

    face.run(script())


def test_what_is_sent_without_waiting(face: Face, storage: FakeDaemon) -> None:
    """A daemon that reads nothing gets what fits on the way; the rest is for later, and all arrives in order."""

    def script() -> Script[None]:
        conn, stream, call = yield from opened(face, storage, "upload", 0, Stream.NONBLOCK)
        storage.freeze()
        sent = bytearray()
        for number in range(1000):
            piece = bytes([number % 251]) * 65536
            taken = yield lambda piece=piece: stream.send(piece)  # type: ignore[misc]
            if taken is StreamStatus.WOULD_BLOCK:
                break
            sent += piece[:taken]
        else:
            pytest.fail("it takes more than can be on the way")
        assert len(sent) >= 65536
        storage.thaw()
        yield stream.finish
        assert call.received == sent
        yield from ended(face, storage, conn, stream, call, "finish")

    face.run(script())


def test_a_stream_that_nobody_reads_leaves_others_alone(face: Face, storage: FakeDaemon) -> None:
    """While nobody waits for a reply reading stops; when somebody does, the stream is given up at its bound."""

    def script() -> Script[None]:
        conn, stream, call = yield from opened(face, storage, "download")
        piece = bytes(wire.STREAM_DATA_MAX)
        for _ in range(80):
            call.send(piece)
        assert (yield conn.get_hostname) == "somewhere"
        assert stream._state.buffered <= stream._state.limit
        with pytest.raises(StreamAborted):
            yield stream.read
        yield from ended(face, storage, conn, stream, call, "abort")

    face.run(script())


def test_the_watcher_does_not_fill_a_stream(
    storage: FakeDaemon, quick_watcher: None, monkeypatch: pytest.MonkeyPatch, belongings: Belongings
) -> None:
    """A connection that is listened to, because of events for example, and a stream whose reader takes its time."""
    from sysvirt.testing import connect

    with connect(storage.pair()) as conn:
        conn.domain_event_register_any(None, 0, print)
        stream = conn.new_stream()
        conn.get_storage_volume_by_path("/key").download(stream)
        (call,) = storage.received("STORAGE_VOL_DOWNLOAD")
        count = 100
        for _ in range(count):
            call.send(bytes(wire.STREAM_DATA_MAX))
        call.end()
        # It stops by itself: what has not been taken stays with the daemon, but for a portion now and then.
        until_held_back(conn)
        assert core._PAUSE < stream._state.buffered < stream._state.limit
        assert sum(map(len, stream)) == count * wire.STREAM_DATA_MAX
        stream.finish()


def test_callbacks(face: Face, storage: FakeDaemon) -> None:
    """They are told again and again, until nothing holds any more, or they are taken away."""

    def script() -> Script[None]:
        conn, stream, call = yield from opened(face, storage, "download", 0, Stream.NONBLOCK)
        got = bytearray()
        seen: list[int] = []
        done = threading.Event()

        async def later(stream: Any, events: Any) -> None:
            finish(events, await stream.recv(1000))

        def now(stream: Any, events: Any) -> None:
            finish(events, stream.recv(1000))

        def finish(events: Any, data: Any) -> None:
            seen.append(events)
            if data is StreamStatus.WOULD_BLOCK:
                return
            got.extend(data)
            if not data:
                stream.remove_callback()
                done.set()

        with pytest.raises(OperationInvalid, match="no callback"):
            stream.remove_callback()
        stream.add_callback(Stream.EVENT_READABLE, now if face.name == "blocking" else later)
        with pytest.raises(OperationInvalid, match="a callback already"):
            stream.add_callback(Stream.EVENT_READABLE, print)
        call.send(b"x" * 10_000)
        call.end()
        assert (yield lambda: face.wait(lambda: done.wait(PATIENCE)))
        assert bytes(got) == b"x" * 10_000
        assert set(seen) == {Stream.EVENT_READABLE}
        assert len(seen) >= 11
        count = len(seen)
        assert (yield conn.get_hostname) == "somewhere"
        assert len(seen) == count
        yield stream.finish
        yield from ended(face, storage, conn, stream, call, "finish")

    face.run(script())


def test_callbacks_for_writing(face: Face, storage: FakeDaemon) -> None:
    def script() -> Script[None]:
        conn, stream, call = yield from opened(face, storage, "upload", 0, Stream.NONBLOCK)
        left = bytearray(BIG)
        done = threading.Event()

        def sent(taken: Any) -> None:
            if taken is not StreamStatus.WOULD_BLOCK:
                del left[:taken]
            if not left:
                stream.remove_callback()
                done.set()

        async def later(stream: Any, events: Any) -> None:
            assert events == Stream.EVENT_WRITABLE
            sent(await stream.send(bytes(left)))

        def now(stream: Any, events: Any) -> None:
            assert events == Stream.EVENT_WRITABLE
            sent(stream.send(bytes(left)))

        stream.add_callback(0, now if face.name == "blocking" else later)
        stream.update_callback(Stream.EVENT_WRITABLE)
        assert (yield lambda: face.wait(lambda: done.wait(PATIENCE)))
        yield stream.finish
        assert call.received == BIG
        yield from ended(face, storage, conn, stream, call, "finish")

    face.run(script())


def test_callbacks_are_told_when_there_is_room_again(
    face: Face, storage: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By who makes room, not by asking now and then: nothing but that would wake them here."""
    for delivery in (delivery_of_tasks, delivery_of_threads):
        monkeypatch.setattr(delivery, "_LINGER_SECONDS", 3600.0)
    monkeypatch.setattr(roles, "_ROOM_CHECK", 3_600_000)

    def script() -> Script[None]:
        conn, stream, call = yield from opened(face, storage, "upload", 0, Stream.NONBLOCK)
        storage.freeze()
        sent, full, done = bytearray(), threading.Event(), threading.Event()
        more = 40

        def account(piece: bytes, taken: Any) -> None:
            nonlocal more
            if taken is not StreamStatus.WOULD_BLOCK:
                sent.extend(piece[:taken])
            more -= storage_is_thawed.is_set()
            if not more:
                stream.remove_callback()
                done.set()
            elif not stream._channel.pump.has_room():
                full.set()

        async def later(stream: Any, events: Any) -> None:
            piece = bytes([len(sent) % 251]) * 65536
            account(piece, await stream.send(piece))

        def now(stream: Any, events: Any) -> None:
            piece = bytes([len(sent) % 251]) * 65536
            account(piece, stream.send(piece))

        storage_is_thawed = threading.Event()
        stream.add_callback(Stream.EVENT_WRITABLE, now if face.name == "blocking" else later)
        assert (yield lambda: face.wait(lambda: full.wait(PATIENCE)))
        storage_is_thawed.set()
        storage.thaw()
        assert (yield lambda: face.wait(lambda: done.wait(PATIENCE)))
        yield stream.finish
        assert call.received == sent
        yield from ended(face, storage, conn, stream, call, "finish")

    face.run(script())


def test_a_callback_is_told_of_room_only_where_there_is_some(face: Face, storage: FakeDaemon) -> None:
    """The daemon has said something and takes nothing any more."""

    def script() -> Script[None]:
        conn, stream, call = yield from opened(face, storage, "upload", 0, Stream.NONBLOCK)
        call.send(b"word")
        storage.flush()
        storage.freeze()
        while (yield lambda: stream.send(bytes(65536))) is not StreamStatus.WOULD_BLOCK:
            pass
        told: list[int] = []
        heard = threading.Event()

        def hear(stream: Any, events: Any) -> None:
            told.append(events)
            stream.remove_callback()
            heard.set()

        stream.add_callback(Stream.EVENT_READABLE | Stream.EVENT_WRITABLE, hear)
        assert (yield lambda: face.wait(lambda: heard.wait(PATIENCE)))
        assert told == [Stream.EVENT_READABLE]
        storage.thaw()
        yield stream.abort
        yield conn.close

    face.run(script())


@pytest.mark.parametrize("what", ["data", "data without waiting", "a hole"])
def test_a_send_that_comes_too_late_is_told_why(face: Face, storage: FakeDaemon, what: str) -> None:
    """The daemon's error has come, and nobody has looked: it is raised, and nothing is sent."""

    def script() -> Script[None]:
        kind = Stream.NONBLOCK if what == "data without waiting" else 0
        conn, stream, call = yield from opened(face, storage, "upload", SPARSE, kind)
        call.abort_stream(OperationFailed("the disk is full"))
        storage.flush()
        assert (yield conn.get_hostname) == "somewhere"  # behind it
        with pytest.raises(OperationFailed, match="the disk is full"):
            yield lambda: stream.send_hole(5) if what == "a hole" else stream.send(b"more")
        assert call.received == b""
        with pytest.raises(OperationInvalid, match="broken off by the daemon"):
            yield lambda: stream.send(b"more")
        yield conn.close

    face.run(script())


def test_callbacks_hear_of_the_end(face: Face, storage: FakeDaemon) -> None:
    """An error of the stream, and the connection's."""

    def script() -> Script[None]:
        wanted = Stream.EVENT_READABLE | Stream.EVENT_ERROR

        def abort_stream(call: ReceivedCall) -> None:
            call.abort_stream(OperationFailed("broken"))

        def hang_up(call: ReceivedCall) -> None:
            call.client.close()

        for breaks in (abort_stream, hang_up):
            conn, stream, call = yield from opened(face, storage, "download")
            told: list[int] = []
            heard = threading.Event()

            def hear(
                stream: Any, events: Any, told: list[int] = told, heard: threading.Event = heard
            ) -> None:
                told.append(events)
                stream.remove_callback()
                heard.set()

            stream.add_callback(wanted, hear)
            breaks(call)
            assert (yield lambda heard=heard: face.wait(lambda: heard.wait(PATIENCE)))  # type: ignore[misc]
            assert told == [wanted]
            with pytest.raises((OperationFailed, ConnectionLost)):
                yield lambda stream=stream: stream.recv(1)  # type: ignore[misc]
            yield stream.abort
            yield conn.close

    face.run(script())


def test_held_open(face: Face, storage: FakeDaemon) -> None:
    """A stream that the daemon never confirms the end of fails at the bound, and the connection works on."""
    storage.on("STORAGE_VOL_DOWNLOAD", HOLD)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(storage.pair())
        volume = yield lambda: conn.get_storage_volume_by_path("/key")
        stream = conn.new_stream()
        with conn.timeout(0.1), pytest.raises(TimeoutError):
            yield lambda: volume.download(stream)
        assert (yield conn.get_hostname) == "somewhere"
        yield conn.close

    face.run(script())


def failing(name: str) -> dict[str, tuple[Any, ...]]:
    """Handlers of which one returns a negative number, by the method that they are for."""
    return {
        "send_all": (lambda stream, nbytes: -1,),
        "recv_all": (lambda stream, data: -1,),
        "sparse_send_all": {
            "handler": (lambda stream, nbytes: -1, lambda stream: (True, 5), print),
            "hole": (lambda stream, nbytes: b"a", lambda stream: -1, print),
            "length": (lambda stream, nbytes: b"a", lambda stream: (False, -1), print),
            "skip": (lambda stream, nbytes: b"a", lambda stream: (False, 5), lambda stream, length: -1),
        }.get(name, ()),
        "sparse_recv_all": {
            "handler": (lambda stream, data: -1, lambda stream, length: 0),
            "hole": (lambda stream, data: 1, lambda stream, length: -1),
        }.get(name, ()),
    }


@pytest.mark.parametrize(
    ("method", "which"),
    [
        ("send_all", ""),
        ("recv_all", ""),
        ("sparse_send_all", "handler"),
        ("sparse_send_all", "hole"),
        ("sparse_send_all", "length"),
        ("sparse_send_all", "skip"),
        ("sparse_recv_all", "handler"),
        ("sparse_recv_all", "hole"),
    ],
)
def test_a_handler_that_returns_a_negative_number_has_failed(
    face: Face, storage: FakeDaemon, method: str, which: str
) -> None:
    sending = "send" in method

    def script() -> Script[None]:
        flags = SPARSE if "sparse" in method else 0
        how = "upload" if sending else "download"
        conn, stream, call = yield from opened(face, storage, how, flags)
        if not sending:
            call.send(b"data")
            if flags:
                call.hole(5)
        with pytest.raises(OperationFailed, match=r"^a handler of the stream has failed: it returned -1$"):
            yield lambda: getattr(stream, method)(*failing(which)[method])
        yield from ended(face, storage, conn, stream, call, "abort")
        yield conn.close

    face.run(script())
