"""A download that nobody takes holds reading back, in asyncio: what is heard meanwhile, and that nothing is lost."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from typing import Any

import pytest

from sysvirt import ConnectionLost, Domain, StreamAborted, StreamStatus, aio
from sysvirt._protocol import frame as wire
from sysvirt._session import aio as pump
from sysvirt._session.core import FULL, PAUSED, THROTTLED
from sysvirt._session.keepalive import Keepalive
from sysvirt._session.stream import LIMIT
from sysvirt.testing import FakeDaemon, ReceivedCall
from tests.faults.conversation import GUEST
from tests.faults.faces import Asyncio, Belongings, Script, Together
from tests.faults.waits import entered, until, until_held_back

#: More than reading goes on with for nobody, less than a stream may hold.
MUCH = 24 * wire.STREAM_DATA_MAX
LIFECYCLE = Domain.EVENT_ID_LIFECYCLE


@pytest.fixture
def face(belongings: Belongings) -> Iterator[Asyncio]:
    face = Asyncio()
    yield face
    face.close()


@pytest.fixture
def storage(belongings: Belongings) -> Iterator[FakeDaemon]:
    handlers: dict[str, Any] = {
        "STORAGE_VOL_LOOKUP_BY_PATH": ("pool", "volume", "/key"),
        "STORAGE_VOL_UPLOAD": None,
        "STORAGE_VOL_DOWNLOAD": None,
        "CONNECT_GET_HOSTNAME": "somewhere",
    }
    with FakeDaemon(handlers, keepalive=(0.05, 1000)) as daemon:
        yield daemon


@pytest.fixture
def seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what changes has reading go on."""
    monkeypatch.setattr(pump, "THROTTLED_SECONDS", 3600.0)


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pump, "THROTTLED_SECONDS", 0.01)


def held_back(
    face: Asyncio, daemon: FakeDaemon, mode: int, size: int = MUCH, **options: Any
) -> Script[tuple[Any, Any, ReceivedCall, Any]]:
    """A connection with a download that nobody takes, its call, and events when somebody is to want them."""
    conn = yield lambda: face.connect(daemon.pair(), **options)
    volume = yield lambda: conn.get_storage_volume_by_path("/key")
    stream = conn.new_stream()
    yield lambda: volume.download(stream)
    call = daemon.received("STORAGE_VOL_DOWNLOAD")[-1]
    events = None
    if mode == THROTTLED and not options:
        events = conn.events(LIFECYCLE)
        yield lambda: entered(events)
    call.send(bytes(size))
    yield lambda: face.wait(lambda: until_held_back(conn))
    assert conn._pump.session.reading_mode() == mode
    return conn, stream, call, events


def whole(stream: Any, size: int = MUCH) -> Script[None]:
    """All of the download is there."""
    assert (yield lambda: stream.read(size)) == bytes(size)


# --- what is heard -----------------------------------------------------------------------------------


def test_events(face: Asyncio, storage: FakeDaemon, often: None) -> None:
    def script() -> Script[None]:
        conn, stream, _, events = yield from held_back(face, storage, THROTTLED)
        for detail in range(3):
            storage.emit(0, GUEST, 100, detail)
            assert (yield events.next_event).detail == detail
        yield from whole(stream)
        yield conn.close

    face.run(script())


def test_pings_are_answered(face: Asyncio, storage: FakeDaemon, often: None) -> None:
    def script() -> Script[None]:
        conn, stream, _, _ = yield from held_back(face, storage, THROTTLED, keepalive=(600, 5))
        (client,) = storage.clients
        # Each pong is a frame that comes to the daemon.
        before = client.session.received
        yield lambda: face.wait(lambda: until(lambda: client.session.received >= before + 10))
        yield from whole(stream)
        yield conn.close

    face.run(script())


@pytest.mark.parametrize("mode", [THROTTLED, PAUSED], ids=["throttled", "paused"])
@pytest.mark.parametrize("who", ["nobody", "a sender"])
def test_the_daemons_death(face: Asyncio, storage: FakeDaemon, often: None, mode: int, who: str) -> None:
    """Whoever waits is told, and who has been called back too; so is a connection that nobody uses."""

    def script() -> Script[None]:
        conn, stream, _, events = yield from held_back(face, storage, mode)
        told: list[object] = []
        conn.register_close_callback(told.append)

        async def sends(up: Any) -> None:
            while True:
                await up.send(bytes(wire.STREAM_DATA_MAX))

        def die() -> None:
            if who == "a sender":
                until(lambda: conn._pump._writing)
            storage.drop()

        waits: list[Any] = [] if events is None else [events.next_event]
        if who == "a sender":
            volume = yield lambda: conn.get_storage_volume_by_path("/key")
            up = conn.new_stream()
            yield lambda: volume.upload(up)
            storage.freeze()
            waits.append(lambda: sends(up))
        *ends, _ = yield Together(*waits, lambda: face.wait(die))
        assert all(isinstance(end, ConnectionLost) for end in ends), ends
        yield lambda: face.wait(lambda: until(lambda: not conn.is_alive() and told))
        assert conn._pump.session.error is not None
        with pytest.raises(ConnectionLost):
            yield stream.read
        yield conn.close

    face.run(script())


@pytest.mark.parametrize("how", ["aborted", "forgotten", "forgotten by a thread", "aborted on another loop"])
@pytest.mark.parametrize("mode", [THROTTLED, PAUSED], ids=["throttled", "paused"])
def test_the_end_of_the_download(
    face: Asyncio, storage: FakeDaemon, seldom: None, mode: int, how: str
) -> None:
    """The daemon is told at once, and all that comes is read again."""

    def script() -> Script[None]:
        conn, stream, call, events = yield from held_back(face, storage, mode)
        state = stream._state
        if how == "aborted":
            yield stream.abort
        elif how == "aborted on another loop":
            yield lambda stream=stream: face.wait(lambda: asyncio.run(stream.abort()))  # type: ignore[misc]
        left = [stream]
        stream = None
        if how == "forgotten by a thread":
            yield lambda: face.wait(left.clear)
        left.clear()
        gc.collect()
        yield lambda: face.wait(lambda: storage.wait_until(lambda: call.ended == "abort"))
        yield lambda: face.wait(lambda: until(lambda: state.serial not in conn._pump.session.streams))
        assert conn._pump._reading
        if events is not None:
            storage.emit(0, GUEST, 100, 7)
            assert (yield events.next_event).detail == 7
        yield conn.close

    face.run(script())


# --- who has reading go on ---------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["a call", "one who receives", "a callback", "one who polls"])
def test_who_needs_more_has_all_read(face: Asyncio, storage: FakeDaemon, seldom: None, who: str) -> None:
    """It goes on as long as that one waits, not longer."""
    data = bytes(range(256)) * 4096

    def script() -> Script[None]:
        conn, stream, call, _ = yield from held_back(face, storage, PAUSED)
        volume = yield lambda: conn.get_storage_volume_by_path("/key")
        other = conn.new_stream(aio.Stream.NONBLOCK if who == "one who polls" else 0)
        yield lambda: volume.download(other)
        second = storage.received("STORAGE_VOL_DOWNLOAD")[-1]
        yield lambda: face.wait(lambda: until_held_back(conn))
        got = bytearray()
        done = asyncio.Event()

        async def take(stream: Any, _: object) -> None:
            got.extend(await stream.recv(len(data)))
            if len(got) == len(data):
                stream.remove_callback()
                done.set()

        async def poll() -> None:
            while len(got) < len(data):
                piece = await other.recv(len(data))
                if piece is StreamStatus.WOULD_BLOCK:
                    await asyncio.sleep(0)
                else:
                    got.extend(piece)

        async def receive() -> None:
            got.extend(await other.read(len(data)))

        def send() -> None:
            # First what is the other one's, which is as much as nobody takes.
            call.send(bytes(MUCH // 2))
            second.send(data)

        if who == "a call":
            call.send(bytes(MUCH // 2))
            assert (yield conn.get_hostname) == "somewhere"
        else:
            if who == "a callback":
                other.add_callback(aio.Stream.EVENT_READABLE, take)
            steps = {"one who receives": receive, "one who polls": poll, "a callback": done.wait}
            yield Together(steps[who], lambda: face.wait(send))
            assert got == data
        call.send(bytes(100))
        yield lambda: face.wait(lambda: until_held_back(conn))
        yield from whole(stream, MUCH + MUCH // 2 + 100)
        yield conn.close

    face.run(script())


def test_taking_some_has_more_read(face: Asyncio, storage: FakeDaemon, seldom: None) -> None:
    """Nothing is lost of a download however large, and no more of it is kept than a little beyond the limit."""

    def script() -> Script[None]:
        conn, stream, call, _ = yield from held_back(face, storage, PAUSED, 2 * LIMIT)
        taken = 0
        while taken < 2 * LIMIT:
            assert stream._state.buffered < LIMIT // 2
            taken += len((yield lambda: stream.recv(1 << 20)))
        call.end()
        assert (yield stream.read) == b""
        yield stream.finish
        yield conn.close

    face.run(script())


def test_what_nobody_takes_is_given_up_where_others_listen(
    face: Asyncio, storage: FakeDaemon, often: None
) -> None:
    """A portion at a time; then the stream says why, and the others have gone on."""

    def script() -> Script[None]:
        conn, stream, call, events = yield from held_back(face, storage, THROTTLED, 2 * LIMIT)
        storage.emit(0, GUEST, 100, 7)
        assert (yield events.next_event).detail == 7
        yield lambda: face.wait(lambda: storage.wait_until(lambda: call.ended == "abort"))
        with pytest.raises(StreamAborted, match="nobody read it"):
            yield stream.read
        assert (yield conn.get_hostname) == "somewhere"
        yield conn.close

    face.run(script())


# --- keepalive ---------------------------------------------------------------------------------------


def test_who_is_not_heard_is_not_taken_for_dead(
    face: Asyncio, storage: FakeDaemon, seldom: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many times as long as keepalive allows."""
    said: list[str] = []
    tick = Keepalive.tick

    def noted(self: Keepalive, *args: Any, **kwargs: Any) -> str:
        said.append(tick(self, *args, **kwargs))
        return said[-1]

    def script() -> Script[None]:
        conn, stream, _, _ = yield from held_back(face, storage, THROTTLED, keepalive=(600, 5))
        monkeypatch.setattr(Keepalive, "tick", noted)
        conn._pump.keep_alive(Keepalive(0.01, 1, 0.0))
        yield lambda: face.wait(lambda: until(lambda: said.count("ping") > 20))
        conn._pump.keep_alive(None)
        assert "dead" not in said
        yield from whole(stream)
        assert conn._pump.session.reading_mode() == FULL
        yield conn.close

    face.run(script())


def test_what_was_not_heard_is_counted_anew_afterwards() -> None:
    keepalive = Keepalive(1.0, 3, 0.0)
    for now in range(1, 20):
        assert keepalive.tick(now, 5, heard=False) == "ping"
    assert [keepalive.tick(now, 5) for now in range(20, 24)] == ["ping", "ping", "dead", "dead"]
