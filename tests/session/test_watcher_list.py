"""The watcher's list of connections, one round at a time."""

from __future__ import annotations

import gc
import os
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from sysvirt._session import watcher
from sysvirt._session.blocking import BlockingPump
from sysvirt._session.call import Waiter
from sysvirt._session.core import FULL, PAUSED, Session
from sysvirt._session.stream import StreamState
from sysvirt._transport.link import HANGUP, unix_link
from sysvirt.errors import ConnectionLost
from tests.session.peer import PONG, until


def new_pump(ends: list[socket.socket]) -> BlockingPump:
    ours, theirs = socket.socketpair()
    ends.append(theirs)
    return BlockingPump(unix_link(ours), Session())


def test_a_pump_where_another_one_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was collected may leave its place in memory, and so its id, to the next."""
    monkeypatch.setattr(watcher, "_watcher", None)
    watching = watcher._Watcher()
    ends: list[socket.socket] = []
    try:
        first = new_pump(ends)
        watching.add(first)
        first.close()
        place = id(first)
        del first
        # One of the next gets the place, not always the first of them.
        candidates = [BlockingPump.__new__(BlockingPump) for _ in range(1000)]
        (second,) = [pump for pump in candidates if id(pump) == place]
        del candidates
        ours, theirs = socket.socketpair()
        ends.append(theirs)
        second.__init__(unix_link(ours), Session())  # type: ignore[misc]
        watching.add(second)
        for _ in range(2):
            assert watching.round()
            assert [entry.pump() for entry in watching.entries.values()] == [second]
            watching.wake()
        second.close()
        watching.changed.extend(watching.entries.values())
        assert watching.round() is False
        assert not watching.entries
        assert not watching.pipe.fds
    finally:
        for end in ends:
            end.close()


# --- round by round ------------------------------------------------------------------------------------


class Watched:
    """A watcher without a thread of its own, one connection that it looks after, and the peer."""

    def __init__(self) -> None:
        self.watching = watcher._Watcher()
        ours, self.peer = socket.socketpair()
        self.pump = BlockingPump(unix_link(ours), Session())
        self.watching.add(self.pump)
        (self.entry,) = self.watching.entries.values()

    def round(self) -> None:
        self.watching.wake()
        self.watching.changed.append(self.entry)
        assert self.watching.round()

    def until_polled(self) -> None:
        for _ in range(3):  # after a tick without a call
            self.round()
        assert self.entry.polled

    def end(self) -> None:
        self.pump.close()
        self.peer.close()
        self.watching.changed.extend(self.watching.entries.values())
        while self.watching.round():
            pass


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    watched = Watched()
    monkeypatch.setattr(watcher, "_watcher", watched.watching)
    yield watched
    watched.end()


def test_one_that_has_ended_by_itself_is_polled_no_more(watched: Watched) -> None:
    watched.until_polled()
    watched.pump.session.error = ConnectionLost("gone")
    ends: list[socket.socket] = []
    other = new_pump(ends)
    watched.watching.add(other)
    watched.round()
    assert watched.entry not in watched.watching.entries.values()
    assert watched.entry.fd not in watched.watching.by_fd
    with pytest.raises(KeyError):
        watched.watching.poller.unregister(watched.entry.fd)
    other.close()
    ends[0].close()


def test_who_was_not_told_of_the_end_is_told(watched: Watched) -> None:
    """Whoever ended the session was struck before it had told everybody."""
    told: list[None] = []
    stream = StreamState()
    stream.on_arrival = lambda: told.append(None)
    watched.pump.session.streams[1] = stream
    watched.pump.session.error = ConnectionLost("gone")
    watched.pump.on_end = lambda: told.append(None)
    watched.watching.changed.append(watched.entry)
    watched.watching.round()
    assert len(told) == 2


def test_what_is_owed_is_sent(watched: Watched) -> None:
    watched.pump.session.control_frames.append(PONG)
    watched.round()
    watched.peer.setblocking(False)
    assert watched.peer.recv(100) == PONG


def test_events_that_nobody_has_handed_out_are(watched: Watched) -> None:
    """Whoever received them was struck, and a call keeps the connection busy."""
    told: list[None] = []
    watched.pump.on_events = lambda: told.append(None)
    watched.round()
    watched.pump.session.serial += 1
    watched.pump.session.events_pending = True
    watched.round()
    assert told


def test_reading_that_goes_on_while_it_is_held_back(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the moment from which on the watcher is told."""
    modes = [PAUSED]
    session = watched.pump.session
    monkeypatch.setattr(session, "reading_mode", lambda: modes.pop() if modes else FULL)
    watched.round()
    assert not modes
    assert not (watched.entry.polled and watched.entry.mask == HANGUP)


@pytest.mark.parametrize("what", ["a call", "the end"])
def test_what_comes_while_it_is_put_on_the_poll(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """A call finds nothing yet to take it off."""
    watching, session = watched.watching, watched.pump.session
    real = watching.poll

    def poll(*args: Any) -> None:
        if what == "a call":
            session.serial += 1
        else:
            session.error = ConnectionLost("gone")
        real(*args)

    monkeypatch.setattr(watching, "poll", poll)
    watched.entry.activity = watched.pump.activity()
    assert watching.service(watched.entry, watched.pump, 0.0) == watcher._TICK
    assert not watched.entry.polled
    assert watched.pump.unwatch is None


def test_one_that_is_due_at_another_time_by_now_is_left_alone(watched: Watched) -> None:
    watching, entry = watched.watching, watched.entry
    watching.changed.clear()
    watching.timers[:] = [(1.0, -2, entry), (2.0, -1, entry)]
    entry.due = 2.0
    assert watching.take_due(1.5) == []
    assert watching.take_due(2.0) == [entry]


def test_what_has_changed_is_not_slept_over(watched: Watched) -> None:
    watching = watched.watching
    watching.changed.clear()
    watching.timers.clear()
    assert watching.next_timeout() == watcher._LONGEST_SLEEP
    watching.changed.append(watched.entry)
    assert watching.next_timeout() == 0.0


def test_the_first_call_after_an_idle_time_wakes_who_sleeps_long(watched: Watched) -> None:
    """Or nobody would put the connection on the poll again."""
    watched.until_polled()
    watching = watched.watching
    watching.sleeps_until = time.monotonic() + 3600
    watching.drain()
    watched.pump._take_over()
    assert not watched.entry.polled
    assert os.read(watching.inbox, 10) == b"!"
    assert watched.entry in watching.changed


def test_while_somebody_else_reads_it_is_not_polled(watched: Watched) -> None:
    """Each poll would return at once until that one has read it."""
    watched.until_polled()
    watched.pump._reader = Waiter()
    watched.peer.send(PONG)
    watched.watching.hear(watched.entry)
    watched.pump._reader = None
    assert not watched.entry.polled
    watched.until_polled()
    assert watched.pump.session.received == 1


def test_one_forgotten_while_the_lock_is_held_and_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    """It hangs up at once. Whoever has the lock has it closed when that is free again, by a new watcher."""
    monkeypatch.setattr(watcher, "_watcher", None)
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    pump = BlockingPump(unix_link(ours), Session())
    pump._close_later = watcher.close_later
    with watcher._lock:
        pump.close_from_finalizer()
        assert watcher.finalized == [pump]
        assert theirs.recv(1) == b""
    watcher.wake()
    until(lambda: pump.closed)
    theirs.close()


def test_one_that_is_collected_is_looked_after_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though it was neither closed nor dropped by a connection."""
    watching = watcher._Watcher()
    monkeypatch.setattr(watcher, "_watcher", watching)
    ends: list[socket.socket] = []
    pump = new_pump(ends)
    watching.add(pump)
    watching.wake()
    assert watching.round()
    entries = list(watching.entries.values())
    pump.link.close()
    del pump
    gc.collect()
    assert watching.changed == entries
    assert watching.round() is False
    assert not watching.entries
    ends[0].close()


def test_a_forked_child_closes_nothing_of_the_parents(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits to be closed waits for the parent's watcher."""
    monkeypatch.setattr(watcher, "_watcher", None)
    monkeypatch.setattr(watcher, "_lock", watcher._lock)
    ends: list[socket.socket] = []
    pump = new_pump(ends)
    watcher.finalized.append(pump)
    watcher._in_child()
    assert not watcher.finalized
    assert not pump.closed
    pump.close()
    ends[0].close()
