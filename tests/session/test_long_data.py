"""Long frames of streams: received in pieces that need no copy, sent from the caller's memory."""

from __future__ import annotations

import asyncio
import random
import socket
import threading

import pytest

from sysvirt._protocol import frame as wire
from sysvirt._protocol.table import remote
from sysvirt._session import aio
from sysvirt._session.filing import RECEIVE_SIZE
from sysvirt._session.stream import FRAME_COST, StreamState
from sysvirt.errors import CallTimeout, ConnectionLost
from tests.session.client import Client
from tests.session.driving import DRIVERS, Tasks, deadline, driving, partly_sent, taken
from tests.session.peer import LIFECYCLE, PATIENCE, PING, Peer, guest, reply_frame, stream_frame

CONSOLE = remote.DOMAIN_OPEN_CONSOLE
VERSION = remote.CONNECT_GET_LIB_VERSION
LONG = 262120
#: What a daemon sends of 256 KiB that it has read.
USUAL = [LONG, 262144 - LONG]


def opened(bound: int = 1 << 30) -> tuple[Client, StreamState]:
    client = Client()
    stream = StreamState(bound)
    client.call(CONSOLE, guest(), None, 0, stream=stream)
    client.feed(reply_frame(CONSOLE, 1))
    return client, stream


def data_frame(body: bytes) -> bytes:
    return stream_frame(CONSOLE, 1, wire.CONTINUE, body)


def filed(stream: StreamState) -> bytes:
    return b"".join(body[at:] for kind, _, body, at in stream.frames.values() if kind == wire.STREAM)


def receive(client: Client, data: bytes, at: int, most: int) -> int:
    """As a pump does: no more than the session asks for, and no more than there is."""
    part = data[at : at + min(client.session.next_size, most)]
    client.feed(part)
    return at + len(part)


@pytest.mark.parametrize("seed", range(8))
def test_any_cuts_make_no_difference(seed: int) -> None:
    chance = random.Random(seed)
    client, stream = opened()
    sent, whole, events, holes = [], [], 0, 0
    for _ in range(30):
        body = chance.randbytes(
            chance.choice([LONG, LONG, RECEIVE_SIZE - 28, RECEIVE_SIZE - 27, 24, 1, 900_000])
        )
        sent.append(data_frame(body))
        whole.append(body)
        if chance.random() < 0.3:
            sent.append(LIFECYCLE + PING)
            events += 1
        if chance.random() < 0.2:
            sent.append(stream_frame(CONSOLE, 1, wire.CONTINUE, wire.HOLE.pack(5, 0), wire.STREAM_HOLE))
            holes += 1
    sent.append(stream_frame(CONSOLE, 1, wire.OK))
    data = b"".join(sent)
    at = 0
    while at < len(data):
        at = receive(client, data, at, chance.choice([1, 27, 28, 100, 30_000, 200_000, 1 << 20]))
    assert client.session.error is None
    assert filed(stream) == b"".join(whole)
    assert sum(kind == wire.STREAM_HOLE for kind, *_ in stream.frames.values()) == holes
    assert len(client.session.events) == events
    assert not client.session.streams
    assert not client.session.chunks
    held = sum(FRAME_COST + len(body) - at for _, _, body, at in stream.frames.values())
    assert stream.buffered == held


def test_how_much_to_ask_for() -> None:
    client, stream = opened()
    data = b"".join(data_frame(bytes(size)) for size in USUAL * 3)
    at, asked = 0, []
    while at < len(data):
        asked.append(client.session.next_size)
        at = receive(client, data, at, LONG)
    # A long frame that was not expected; what comes behind one; the next, expected: its header and its rest.
    first = [RECEIVE_SIZE, LONG + 28 - RECEIVE_SIZE]
    assert asked[:2] == first
    assert max(asked) <= 262144
    client, stream = opened()
    asked.clear()
    for size in USUAL * 3:  # as a daemon sends: nothing is there yet behind a frame
        frame, at = data_frame(bytes(size)), 0
        while at < len(frame):
            asked.append(client.session.next_size)
            at = receive(client, frame, at, LONG)
    assert asked == [*first, RECEIVE_SIZE, 28, LONG, RECEIVE_SIZE, 28, LONG, RECEIVE_SIZE]
    pieces = [body for _, _, body, at in stream.frames.values() if len(body) == LONG]
    assert len(pieces) == 2  # received alone, and filed as they are


def test_a_long_reply_is_asked_for_in_one() -> None:
    client = Client()
    call = client.call(remote.DOMAIN_MEMORY_PEEK, guest(), 0, 0, 0)
    reply = reply_frame(call.procedure, 1, bytes(200_000))
    assert client.session.next_size == RECEIVE_SIZE
    at = receive(client, reply, 0, RECEIVE_SIZE)
    assert client.session.next_size == len(reply) - RECEIVE_SIZE
    receive(client, reply, at, 1 << 20)
    assert client.session.result(call) == bytes(200_000)
    assert client.session.next_size == RECEIVE_SIZE


def test_the_owner_is_told_of_whole_frames() -> None:
    client, stream = opened()
    frame = data_frame(bytes(LONG))
    client.feed(frame[:1000], frame[1000:200_000])
    assert not stream.ready
    client.feed(frame[200_000:])
    assert stream.ready


def test_the_end_in_the_middle() -> None:
    for first in (28, 100_000):
        client, stream = opened()
        client.feed(data_frame(bytes(LONG))[:first], b"")
        assert type(client.session.error) is ConnectionLost
        assert stream.ready
        assert len(filed(stream)) == first - 28


def test_small_pieces_are_joined() -> None:
    """What keeping each costs would be more than what is in them."""
    client, stream = opened(bound=LONG + 100 * FRAME_COST)
    frame = data_frame(bytes(range(256)) * (LONG // 256))
    client.feed(*(frame[at : at + 10] for at in range(0, len(frame), 10)))
    assert stream.ready
    assert not stream.overflowed
    assert filed(stream) == frame[28:]
    assert len(stream.frames) <= LONG // 16384 + 1
    assert client.session.received == 2  # with the reply


def test_the_bound_in_the_middle() -> None:
    client, stream = opened(bound=100_000)
    frame = data_frame(bytes(LONG))
    for at in range(0, len(frame), 30_000):
        client.feed(frame[at : at + 30_000])
    assert client.session.control_frames == [stream_frame(CONSOLE, 1, wire.ERROR)]  # once
    assert stream.overflowed
    assert stream.ready
    assert not stream.frames
    assert stream.buffered == 0
    client.feed(frame + LIFECYCLE)
    assert len(client.session.events) == 1
    assert not stream.frames


def test_given_up_in_the_middle() -> None:
    client, stream = opened()
    frame = data_frame(bytes(LONG))
    client.feed(frame[:100_000])
    stream.abandoned = True
    client.feed(frame[100_000:], stream_frame(CONSOLE, 1, wire.OK))
    assert len(filed(stream)) == 100_000 - 28
    assert not client.session.streams


@pytest.mark.parametrize("serial", [1, 2])
def test_long_data_of_no_stream_are_refused(serial: int) -> None:
    """At the latest when they are whole: of a stream that is not open, and of another procedure."""
    client, _ = opened()
    procedure = remote.STORAGE_VOL_DOWNLOAD if serial == 1 else CONSOLE
    frame = stream_frame(procedure, serial, wire.CONTINUE, bytes(LONG))
    client.feed(*(frame[at : at + 60_000] for at in range(0, len(frame), 60_000)))
    assert client.session.error is not None
    assert "a stream that is not open" in client.session.error.message


def test_a_task_that_receives_lets_others_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has come already is taken without a round of the loop, but not again and again."""
    monkeypatch.setattr(aio, "_READS", 1)
    frames = [bytes(20_000)] * 12
    go_on, sent = threading.Event(), threading.Event()

    def script(peer: Peer) -> None:
        opened = peer.take_call(CONSOLE)
        peer.reply(opened)
        assert go_on.wait(PATIENCE)
        peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        for frame in frames:
            peer.send(stream_frame(CONSOLE, opened.serial, wire.CONTINUE, frame))
        sent.set()

    with driving("aio", script) as driver:
        assert isinstance(driver, Tasks)
        pump, stream, turns = driver.pump, StreamState(), 0
        driver.call(CONSOLE, guest(), None, 0, stream=stream).result(PATIENCE)

        async def turn() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        async def receive_all() -> int:
            others = asyncio.ensure_future(turn())
            go_on.set()
            assert sent.wait(PATIENCE)  # the loop stands still: all of it lies in the socket now
            got = waits = 0
            while got < sum(map(len, frames)):
                assert await pump.wait_ready(stream, deadline(PATIENCE))
                waits += 1
                with pump.session.lock:
                    while (frame := taken(stream)) is not None:
                        got += len(frame[2]) - frame[3]
            others.cancel()
            return waits

        waits = asyncio.run_coroutine_threadsafe(receive_all(), driver.loop).result(PATIENCE)
        assert waits > 2
        assert turns >= waits // 2


# --- out -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", DRIVERS)
@pytest.mark.parametrize("gathers", [True, False], ids=["gathered", "joined"])
def test_a_tail_is_part_of_its_frame(kind: str, gathers: bool) -> None:
    bodies = [bytes([number]) * size for number, size in enumerate((1, LONG, 3_000_000, LONG))]

    def script(peer: Peer) -> None:
        opened = peer.take_call(CONSOLE)
        peer.reply(opened)
        for body in bodies:
            assert peer.take().body == body

    with driving(kind, script) as driver:
        if not gathers:  # a link that can't send from two places at once
            driver.pump.link._sendmsg = None
        stream = StreamState()
        driver.call(CONSOLE, guest(), None, 0, stream=stream).result(PATIENCE)
        for body in bodies:
            head = stream.header(wire.STREAM, wire.CONTINUE, len(body))
            driver.send_frame(head, tail=memoryview(body)).result(PATIENCE)


@pytest.mark.parametrize("kind", DRIVERS)
def test_what_was_given_up_is_sent_as_it_was(kind: str) -> None:
    """The rest of a frame that has begun leaves later; its owner may have changed the memory meanwhile."""
    go_on = threading.Event()
    size = 5_000_000

    def script(peer: Peer) -> None:
        opened = peer.take_call(CONSOLE)
        peer.reply(opened)
        assert go_on.wait(PATIENCE)
        assert peer.take().body == b"a" * size
        peer.reply(peer.take_call(VERSION), 9)

    with driving(kind, script) as driver:
        stream = StreamState()
        driver.call(CONSOLE, guest(), None, 0, stream=stream).result(PATIENCE)
        data = bytearray(b"a" * size)
        head = stream.header(wire.STREAM, wire.CONTINUE, size)
        timeout = 0.02
        while not partly_sent(driver):  # a slow machine may need more time for the first bytes
            assert timeout < PATIENCE
            future = driver.send_frame(head, timeout=timeout, tail=memoryview(data))
            assert isinstance(future.exception(PATIENCE), CallTimeout)
            timeout *= 2
        data[:] = b"b" * size
        version = driver.call(VERSION)
        go_on.set()
        assert version.result(PATIENCE) == 9
