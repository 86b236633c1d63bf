"""How much is read: a function of what is so, seen as a table and through a model of what may come together.

The model is the session itself, its peer, and a pump that reads as `reading_mode` says, in steps of a second. Who must
hear something hears it, nothing healthy is declared dead, and what is kept stays below its limit.
"""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from sysvirt._protocol import frame as wire
from sysvirt._protocol.table import remote
from sysvirt._session.call import SENT, Call, Waiter
from sysvirt._session.core import FULL, PAUSED, THROTTLED, THROTTLED_SECONDS, THROTTLED_SIZE, Session
from sysvirt._session.keepalive import Keepalive
from sysvirt._session.pump import tick
from sysvirt._session.stream import LIMIT, StreamCallback, StreamState
from tests.session.peer import LIFECYCLE, PONG, guest, reply_frame, stream_frame

VERSION = remote.CONNECT_GET_LIB_VERSION
QUERY = remote.DOMAIN_GET_BLOCK_INFO
CONSOLE = remote.DOMAIN_OPEN_CONSOLE
MUCH = 4 * 1024 * 1024


def session_with(buffered: int) -> tuple[Session, StreamState]:
    session = Session()
    session.notify = lambda waiter: None
    stream = StreamState()
    call = Call(CONSOLE, (guest(), None, 0), stream)
    assert session.enter(call)
    session.start(call, b"")
    call.state = SENT
    feed(session, reply_frame(CONSOLE, call.serial))
    left = buffered
    while left > 0:
        feed(session, stream_frame(CONSOLE, call.serial, wire.CONTINUE, bytes(min(left, 262120))))
        left -= 262120
    return session, stream


def feed(session: Session, data: bytes) -> None:
    session.chunks.append(data)
    session.process()


def pending(session: Session, abandoned: bool = False) -> Call:
    call = Call(VERSION, ())
    assert session.enter(call)
    session.start(call, b"")
    call.state = SENT
    if abandoned:
        session.abandon(call)
    return call


def queued(session: Session) -> None:
    for _ in range(2):
        call = Call(QUERY, (guest(), "vda", 0))
        if session.enter(call):
            session.start(call, b"")
            call.state = SENT
            session.abandon(call)


def receiver(session: Session, stream: StreamState) -> None:
    """Of another stream than the one that lies unread."""
    other = StreamState()
    other.roles["receiver"] = object()
    session.streams[99] = other


@pytest.mark.parametrize(
    ("what", "mode"),
    [
        ("nothing", PAUSED),
        ("a call", FULL),
        ("a call that was given up", PAUSED),
        ("a call that is queued", FULL),
        ("events", THROTTLED),
        ("keepalive", THROTTLED),
        ("a callback for another stream", THROTTLED),
        ("a receiver of another stream", FULL),
        ("a receiver of another stream, which has something", PAUSED),
        ("a callback that hears what comes on another stream", FULL),
        ("a callback that only writes to another stream", PAUSED),
        ("a stream that was dropped", FULL),
        ("a stream that was aborted", FULL),
    ],
)
def test_the_table(what: str, mode: int) -> None:
    session, stream = session_with(MUCH + 1000)
    assert session.reading_mode() == PAUSED
    other = StreamState()
    match what:
        case "a call":
            pending(session)
        case "a call that was given up":
            pending(session, abandoned=True)
        case "a call that is queued":
            queued(session)
        case "events":
            session.others[Waiter()] = None
        case "keepalive":
            session.keeps_alive = True
        case "a callback for another stream":
            other.on_arrival = lambda: None
            session.streams[99] = other
        case "a receiver of another stream":
            receiver(session, stream)
        case "a receiver of another stream, which has something":
            receiver(session, stream)
            session.streams[99].ready = True
        case (
            "a callback that hears what comes on another stream"
            | "a callback that only writes to another stream"
        ):
            other.roles["callback"] = StreamCallback(3, "hears" in what, lambda: None)
            session.streams[99] = other
        case "a stream that was dropped":
            session.forgotten.append(stream)
        case "a stream that was aborted":
            other.abandoned = True
            session.streams[99] = other
    assert session.reading_mode() == mode
    assert session.clogged() == (mode != FULL)


def test_at_the_edge() -> None:
    session, stream = session_with(MUCH // 2)
    assert session.reading_mode() == FULL
    stream.buffered = MUCH
    assert session.reading_mode() == FULL
    stream.buffered = MUCH + 1
    assert session.reading_mode() == PAUSED


@pytest.mark.parametrize("how", ["taken", "aborted", "dropped", "ended"])
def test_it_goes_on_when_there_is_less(how: str) -> None:
    session, stream = session_with(MUCH + 1000)
    resumed = 0

    def on_resume() -> None:
        nonlocal resumed
        assert session.lock.locked()
        session.held_back = False
        resumed += 1

    session.on_resume = on_resume
    session.held_back = True
    match how:
        case "taken":
            assert session.open_next(stream) is None
        case "aborted":
            session.abort_stream(stream)
        case "dropped":
            session.forgotten.append(stream)
            session.recheck()
        case "ended":
            stream.limit = stream.buffered  # and with the next byte it is aborted
            feed(session, stream_frame(CONSOLE, stream.serial, wire.CONTINUE, b"x"))
            session.recheck()
    assert session.reading_mode() == FULL
    assert resumed == 1


class World:
    """A peer that sends stream data, events and pongs; a pump that reads as the session says; a clock."""

    def __init__(self, **what: Any) -> None:
        self.session, self.stream = session_with(0)
        self.session.notify = lambda waiter: None
        self.now = 0.0
        self.socket: list[bytes] = []
        self.what = what
        self.session.keeps_alive = what["keepalive"]
        self.keepalive = Keepalive(2.0, 3, 0.0)
        self.listener = Waiter()
        if what["events"]:
            self.session.others[self.listener] = None
        self.call: Call | None = None
        self.heard_event_at = -1.0
        self.hung_up = False
        self.most = 0

    def room(self) -> int:
        return 400_000 - sum(map(len, self.socket))

    def peer(self) -> None:
        """What the peer does in a second: as much data as the socket takes, and what it owes."""
        if not self.what["alive"] or self.hung_up:
            return
        for frame in self.session.control_frames:
            if frame[12:16] == b"\0\0\0\1" and self.room() > 28:
                self.socket.append(PONG)
        self.session.control_frames.clear()
        open_stream = self.stream.serial in self.session.streams
        while open_stream and not self.stream.abandoned and self.room() > 100_000:
            self.socket.append(stream_frame(CONSOLE, self.stream.serial, wire.CONTINUE, bytes(65536)))
        if open_stream and self.stream.abandoned and self.room() > 28:
            self.socket.append(stream_frame(CONSOLE, self.stream.serial, wire.OK))

    def read(self, most: int) -> None:
        got = 0
        while self.socket and got < most and self.session.error is None:
            got += len(self.socket[0])
            feed(self.session, self.socket.pop(0))

    def second(self) -> None:
        session = self.session
        self.now += THROTTLED_SECONDS
        for _ in range(40):  # a peer sends on as soon as there is room
            self.peer()
            mode = session.reading_mode()
            if mode != FULL and not self.hung_up:
                break
            self.read(1 << 30)
            if self.hung_up:
                feed(session, b"")
                break
        if mode == THROTTLED:
            self.read(THROTTLED_SIZE)
        if self.what["consumer"]:
            taken = 0
            while taken < self.what["consumer"] and self.stream.head != self.stream.tail:
                if session.open_next(self.stream) is not None:
                    break  # the end, which stays
                taken += len(self.stream.data) - self.stream.data_at
        if session.keeps_alive and session.error is None:
            tick(session, self.keepalive, self.now, session.clogged() and bool(self.socket))
        if session.events_pending and self.heard_event_at < 0:
            self.heard_event_at = self.now
        self.most = max(self.most, self.stream.buffered)


@pytest.mark.parametrize(
    ("keepalive", "events", "consumer", "alive"),
    list(itertools.product([False, True], [False, True], [0, 200_000, 1_000_000], [True, False])),
)
def test_the_model(keepalive: bool, events: bool, consumer: int, alive: bool) -> None:
    world = World(keepalive=keepalive, events=events, consumer=consumer, alive=True)
    session = world.session
    for _ in range(20):
        world.second()
    assert session.error is None
    assert world.most <= MUCH + 500_000 + (0 if not (events or keepalive) else 20 * 2 * THROTTLED_SIZE)
    # The peer says something that somebody waits for.
    if events:
        world.socket.append(LIFECYCLE)
        for _ in range(4):
            world.second()
        assert world.heard_event_at >= 0, "an event waits for ever"
    world.what["alive"] = alive
    if alive:
        for _ in range(120):
            world.second()
        assert session.error is None, "a healthy peer was declared dead"
        if not consumer and (keepalive or events):
            assert world.stream.overflowed  # after a minute or so, and not before
            assert world.stream.serial not in session.streams
        elif consumer >= 1_000_000 or not (keepalive or events):
            assert not world.stream.overflowed
    elif keepalive:
        for _ in range(60):
            world.second()
        assert session.error is not None, "a peer that is gone is waited for"
    assert world.most <= LIMIT + 300_000


@pytest.mark.parametrize("seed", range(20))
def test_whatever_comes_next(seed: int) -> None:
    """Calls, events and hang-ups at any time: each call is answered within seconds, each end is seen at once."""
    chance = random.Random(seed)
    world = World(
        keepalive=chance.random() < 0.5,
        events=chance.random() < 0.5,
        consumer=chance.choice([0, 500_000]),
        alive=True,
    )
    session = world.session
    for _ in range(60):
        world.second()
        if chance.random() < 0.1:
            call = pending(session)
            world.socket.append(reply_frame(VERSION, call.serial, 9))
            world.second()
            assert call.ready
        if chance.random() < 0.02:
            session.abort_stream(world.stream)
        assert session.error is None
        assert world.most <= LIMIT + 300_000
    world.hung_up = True
    world.second()
    assert session.error is not None
