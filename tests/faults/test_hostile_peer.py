"""A peer that does not keep to the protocol: a clear error that closes the connection, in bounded memory."""

from __future__ import annotations

import gc
import os
import random
import socket
import struct
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from sysvirt import ConnectionLost, Domain, Error, EventsLost, ProtocolError, StreamAborted
from sysvirt._protocol import frame as wire
from sysvirt._protocol.table import keepalive, remote
from sysvirt._session.core import Session
from sysvirt.testing import HOLD, FakeDaemon, ReceivedCall, memory_pair
from tests.faults.conversation import GUEST
from tests.faults.faces import PATIENCE, Face, Script
from tests.faults.given_up import failing, given_up
from tests.faults.waits import entered

INFO = remote.DOMAIN_GET_INFO
NAME = remote.CONNECT_GET_HOSTNAME
DOWNLOAD = remote.STORAGE_VOL_DOWNLOAD


def frame(procedure: Any, kind: int, serial: int, status: int = 0, body: bytes = b"") -> bytes:
    return wire.frame(procedure.program, procedure.version, procedure.number, kind, serial, status, body)


def header(length: int, kind: int = wire.REPLY, status: int = 0, program: int = NAME.program) -> bytes:
    return wire.HEADER.pack(length, program, 1, NAME.number, kind, 0, status)


GOOD = NAME.encode_reply("somewhere")

#: What comes instead of a reply to a call (its serial given), and what the error says.
LIES: dict[str, tuple[Callable[[int], bytes], str]] = {
    "text": (lambda serial: b"HTTP/1.1 400 Bad Request\r\n\r\n" + bytes(40), "bytes long"),
    "no length": (lambda serial: bytes(100), "bytes long"),
    "a short length": (lambda serial: header(27), "bytes long"),
    "the greatest length": (lambda serial: header(0xFFFFFFFF), "bytes long"),
    "a length just too great": (lambda serial: header(wire.FRAME_MAX + 1), "bytes long"),
    "another program": (lambda serial: header(28, program=0x12345678), "unknown program"),
    "another serial": (lambda serial: frame(NAME, wire.REPLY, serial + 1, 0, GOOD), "never made"),
    "serial 0": (lambda serial: frame(NAME, wire.REPLY, 0, 0, GOOD), "never made"),
    "another procedure": (lambda serial: frame(INFO, wire.REPLY, serial, 0, GOOD), "another procedure"),
    "a call": (lambda serial: frame(NAME, wire.CALL, serial, 0, GOOD), "no server sends"),
    "a type that is none": (lambda serial: frame(NAME, 99, serial, 0, GOOD), "no server sends"),
    "a status that is none": (lambda serial: frame(NAME, wire.REPLY, serial, 7, GOOD), "status"),
    "a reply too long": (lambda serial: frame(NAME, wire.REPLY, serial, 0, GOOD + b"more"), "too many"),
    "a reply too short": (lambda serial: frame(NAME, wire.REPLY, serial, 0, GOOD[:-4]), "middle of a value"),
    "text too long": (lambda serial: frame(NAME, wire.REPLY, serial, 0, b"\xff" * 8), "protocol allows"),
    "an error that is none": (
        lambda serial: frame(NAME, wire.REPLY, serial, 1, b"oh no"),
        "middle of a value",
    ),
    "stream data": (lambda serial: frame(DOWNLOAD, wire.STREAM, serial, 2, b"data"), "not open"),
    "a hole": (lambda serial: frame(DOWNLOAD, wire.STREAM_HOLE, 77, 2, bytes(12)), "not open"),
    "descriptors that did not come": (
        lambda serial: frame(NAME, wire.REPLY_WITH_FDS, serial, 0, struct.pack(">I", 1) + GOOD) + b"\0",
        "descriptors",
    ),
    "too many descriptors": (
        lambda serial: frame(NAME, wire.REPLY_WITH_FDS, serial, 0, struct.pack(">I", 1000) + GOOD),
        "descriptors",
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_lies(face: Face, daemon: FakeDaemon, lie: str) -> None:
    make, says = LIES[lie]
    daemon.on("CONNECT_GET_HOSTNAME", HOLD)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)

        teller = threading.Thread(target=lambda: told_now(daemon, make))
        teller.start()
        try:
            with pytest.raises(ProtocolError, match=says):
                yield from failing(conn.get_hostname)
        finally:
            teller.join()
        assert not conn.is_alive()
        with pytest.raises(ProtocolError, match=says):
            yield from failing(conn.get_capabilities)
        # It was hung up on, though the connection is not closed yet.
        yield lambda: face.wait(daemon.wait_empty)
        yield conn.close

    face.run(script())
    assert [call.procedure for call in daemon.calls][2:] == ["CONNECT_GET_HOSTNAME"]


def told_now(daemon: FakeDaemon, make: Callable[[int], bytes]) -> None:
    call = daemon.wait_for("CONNECT_GET_HOSTNAME")
    call.client.send(make(call.serial))


def test_a_reply_twice(face: Face, daemon: FakeDaemon) -> None:
    def twice(call: ReceivedCall) -> None:
        call.reply("somewhere")
        call.client.send(frame(NAME, wire.REPLY, call.serial, 0, GOOD))

    daemon.on("CONNECT_GET_HOSTNAME", twice)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        assert (yield conn.get_hostname) == "somewhere"
        with pytest.raises(ProtocolError, match="never made"):
            yield from failing(conn.get_capabilities)
        yield conn.close

    face.run(script())


def test_random_bytes(face: Face, daemon: FakeDaemon) -> None:
    """In place of a reply, and in its middle: an error of the protocol, or of a deadline for more to come."""
    choose = random.Random(20)

    def noise(call: ReceivedCall) -> object:
        good = frame(NAME, wire.REPLY, call.serial, 0, GOOD)
        kind = choose.randrange(3)
        data = choose.randbytes(choose.choice((4, 28, 60, 1000)))
        if kind == 1:
            at = choose.randrange(len(good))
            data = good[:at] + data
        elif kind == 2:
            damaged = bytearray(good)
            for _ in range(choose.randrange(1, 4)):
                damaged[choose.randrange(len(good))] = choose.randrange(256)
            data = bytes(damaged)
        call.client.send(data)
        call.client.close()
        return HOLD

    daemon.on("CONNECT_GET_HOSTNAME", noise)
    ends: dict[str, int] = {}

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        try:
            name = yield conn.get_hostname
        except Error as error:
            ends[type(error).__name__] = ends.get(type(error).__name__, 0) + 1
        else:
            # Damage within the text, or to what is not looked at.
            assert isinstance(name, str)
            ends["right"] = ends.get("right", 0) + 1
        yield conn.close

    for _ in range(300):
        face.run(script())
    assert set(ends) <= {"ProtocolError", "ConnectionLost", "right", "Error"}
    assert ends["ProtocolError"] > 100


@contextmanager
def memory_stays(limit: int) -> Iterator[None]:
    """Fails when more is needed at any time, by all that is in this process."""
    gc.collect()
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < limit


def flooding(
    face: Face,
    daemon: FakeDaemon,
    piece: bytes,
    total: int,
    prepare: Callable[[Any], Script[None]] | None = None,
) -> Script[Any]:
    """A connection on which a call waits while the peer sends the same thing over and over, and then the reply."""
    sent = 0

    def flood(call: ReceivedCall) -> object:
        client = call.client

        def more() -> None:
            nonlocal sent
            # As fast as the client takes it, so that what piles up does so there.
            aborted = any(other.ended for other in daemon.received("STORAGE_VOL_DOWNLOAD"))
            while sent < total and not client.closed and not aborted and client.unsent < 300_000:
                client.send(piece)
                sent += len(piece)
            if client.closed:
                return
            if sent < total and not aborted:
                daemon._background.loop.call_later(0.0005, more)
            else:
                call.reply("somewhere")

        more()
        return HOLD

    daemon.on("CONNECT_GET_HOSTNAME", flood)
    conn = yield lambda: face.connect(daemon)
    if prepare is not None:
        yield from prepare(conn)
    assert (yield conn.get_hostname) == "somewhere"
    return conn


@pytest.mark.slow
def test_endless_events_that_nobody_asked_for(face: Face, daemon: FakeDaemon) -> None:
    event = remote.DOMAIN_EVENT_CALLBACK_LIFECYCLE
    piece = frame(event, wire.MESSAGE, 0, 0, event.encode_reply(9, (GUEST, 1, 1))) * 100

    def script() -> Script[None]:
        conn = yield from flooding(face, daemon, piece, 2_000_000)
        assert not conn._pump.session.events
        yield conn.close

    with memory_stays(2_500_000):
        face.run(script())


@pytest.mark.slow
def test_endless_events_for_a_consumer_that_takes_none(face: Face, daemon: FakeDaemon) -> None:
    """Few and large ones, of which its queue would hold a great many."""
    event = remote.DOMAIN_EVENT_CALLBACK_LIFECYCLE
    large = ("g" * 100_000, bytes(16), 1)
    piece = frame(event, wire.MESSAGE, 0, 0, event.encode_reply(0, (large, 1, 1)))

    consumers: list[Any] = []

    def prepare(conn: Any) -> Script[None]:
        consumers.append(conn.events(Domain.EVENT_ID_LIFECYCLE))
        yield lambda: entered(consumers[0])

    def script() -> Script[None]:
        conn = yield from flooding(face, daemon, piece, 150_000_000, prepare)
        kept = len(consumers[0]._queue)
        assert kept > 600
        got = yield face.repeat(consumers[0].next_event, kept + 1)
        assert isinstance(got.pop(), EventsLost)
        assert {event.domain.get_name() for event in got} == {"g" * 100_000}
        yield consumers[0].close
        yield conn.close

    with memory_stays(90_000_000):
        face.run(script())


def test_endless_events_before_the_answer_to_a_registration(face: Face, daemon: FakeDaemon) -> None:
    """They may be meant for it, and are kept; but not without end."""
    event = remote.DOMAIN_EVENT_CALLBACK_LIFECYCLE
    large = ("g" * 100_000, bytes(16), 1)
    piece = frame(event, wire.MESSAGE, 0, 0, event.encode_reply(9, (large, 1, 1)))

    def flood(call: ReceivedCall) -> object:
        for _ in range(1000):
            call.client.send(piece)
        return HOLD

    daemon.on("CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY", flood)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        events = conn.events(Domain.EVENT_ID_LIFECYCLE)
        with pytest.raises(ProtocolError, match="events without end"):
            yield from failing(lambda: entered(events))
        yield events.close
        yield conn.close

    with memory_stays(90_000_000):
        face.run(script())


@pytest.mark.slow
def test_endless_pings_of_a_peer_that_takes_no_answer(face: Face, daemon: FakeDaemon) -> None:
    """One answer waits for it, not one for each."""
    ours, theirs = memory_pair()
    ping = frame(keepalive.PING, wire.MESSAGE, 0) * 1000

    def talk() -> None:
        greet(ours)
        for _ in range(100):
            ours.sendall(ping)
        call = ours.recv(28)
        while wire.HEADER.unpack(call)[1] != NAME.program:
            call = ours.recv(28)
        ours.sendall(frame(NAME, wire.REPLY, wire.HEADER.unpack(call)[5], 0, GOOD))

    def script() -> Script[None]:
        conn = yield lambda: face.connect(theirs)
        assert (yield conn.get_hostname) == "somewhere"
        assert len(conn._pump.session.control_frames) <= 1
        assert not getattr(conn._pump, "_out", ())
        ours.close()
        yield conn.close

    with memory_stays(4_000_000), beside(talk):
        face.run(script())


def greet(sock: socket.socket) -> None:
    """Answers what comes before a connection is open."""
    for procedure, reply in (
        (remote.AUTH_LIST, remote.AUTH_LIST.encode_reply([0])),
        (remote.CONNECT_OPEN, b""),
    ):
        serial = wire.HEADER.unpack_from(sock.recv(1000))[5]
        sock.sendall(frame(procedure, wire.REPLY, serial, 0, reply))


@contextmanager
def beside(work: Callable[[], None]) -> Iterator[None]:
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_endless_data_of_a_stream_that_nobody_reads(face: Face, daemon: FakeDaemon) -> None:
    """While somebody waits for a reply: the stream is aborted at its bound, and the call has its answer."""
    daemon.on("STORAGE_VOL_DOWNLOAD", None)
    streams: list[Any] = []

    def prepare(conn: Any) -> Script[None]:
        stream = conn.new_stream()
        streams.append(stream)
        yield lambda: stream._open(None, DOWNLOAD, ("p", "v", "k"), 0, 0, 0)

    def script() -> Script[None]:
        data = frame(DOWNLOAD, wire.STREAM, 3, wire.CONTINUE, bytes(250_000))
        conn = yield from flooding(face, daemon, data, 100_000_000, prepare)
        with pytest.raises(StreamAborted, match="nobody read it"):
            yield from failing(streams[0].read)
        yield streams[0].abort
        yield conn.close

    with memory_stays(45_000_000):
        face.run(script())


@pytest.mark.slow
def test_a_frame_that_never_ends(face: Face, daemon: FakeDaemon) -> None:
    """The longest possible: its call ends at the deadline, the memory is that of one frame."""

    def start(call: ReceivedCall) -> object:
        call.client.send(header(wire.FRAME_MAX) + bytes(wire.FRAME_MAX - 1000))
        return HOLD

    daemon.on("CONNECT_GET_HOSTNAME", start)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        error = yield from given_up(conn, conn.get_hostname, 0.3)
        assert "not answered before its deadline" in str(error)
        yield conn.close

    with memory_stays(3 * wire.FRAME_MAX):
        face.run(script())


@pytest.mark.slow
def test_a_long_frame_in_small_pieces() -> None:
    """The time that takes grows with its length, not with the square of it."""
    import time

    def file(size: int) -> float:
        session = Session()
        session.notify = lambda waiter: None
        data = header(size, wire.MESSAGE) + bytes(size - 28)
        before = time.thread_time()
        for at in range(0, size, 64):
            session.chunks.append(data[at : at + 64])
            session.process()
        assert session.received == 1
        return time.thread_time() - before

    file(100_000)
    # The best of some: others may have taken the machine's caches, or the machine itself.
    short = min(file(250_000) for _ in range(5))
    assert any(file(2_000_000) < 8 * short * 5 for _ in range(5))


@pytest.mark.parametrize("size", [1000, 65536, 100_000, 262_148])
def test_what_has_been_filed_is_let_go(size: int) -> None:
    """Also when what is received never ends where a frame does."""
    session = Session()
    session.notify = lambda waiter: None
    data = (header(size, wire.MESSAGE) + bytes(size - 28)) * (6_000_000 // size)
    for at in range(0, len(data), 65521):
        session.chunks.append(data[at : at + 65521])
        session.process()
        session.drop_events()
        assert sum(map(len, session.chunks)) <= 2 * (size + 65521)
    assert session.received == 6_000_000 // size
    assert not session.chunks


def test_descriptors_without_end(face: Face) -> None:
    """Those that no message claims end the connection, and are closed."""
    ours, theirs = memory_pair()
    reader, writer = os.pipe()

    def flood() -> None:
        greet(ours)
        ours.recv(1000)
        try:
            while True:
                socket.send_fds(ours, [frame(keepalive.PING, wire.MESSAGE, 0)], [reader] * 30)
        except OSError:
            return

    def script() -> Script[None]:
        conn = yield lambda: face.connect(theirs)
        with pytest.raises(ConnectionLost):
            yield from failing(conn.get_hostname)
        yield conn.close

    with beside(flood):
        face.run(script())
    for fd in (reader, writer):
        os.close(fd)
    ours.close()


def test_more_of_a_stream_that_has_ended(face: Face, daemon: FakeDaemon) -> None:
    """As libvirt's daemon does: a second error of one stream, and an answer to an abort that came too late."""

    def fail(call: ReceivedCall) -> None:
        call.reply()
        error = call.client.session.stream_error(call._request, Error("read failed", 38))
        for _ in range(3):
            call.client.send(error)
        call.client.send(frame(DOWNLOAD, wire.STREAM, call.serial, wire.OK))

    daemon.on("STORAGE_VOL_DOWNLOAD", fail)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        for _ in range(100):
            stream = conn.new_stream()
            yield lambda stream=stream: stream._open(None, DOWNLOAD, ("p", "v", "k"), 0, 0, 0)  # type: ignore[misc]
            with pytest.raises(Error, match="read failed"):
                yield from failing(stream.read)
            yield stream.abort
        assert (yield conn.get_hostname) == "somewhere"
        yield conn.close

    face.run(script())
