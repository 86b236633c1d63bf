"""The watcher's list of connections, one round at a time."""

from __future__ import annotations

import socket

import pytest

from sysvirt._session import watcher
from sysvirt._session.blocking import BlockingPump
from sysvirt._session.core import Session
from sysvirt._transport.link import unix_link


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
    finally:
        for end in ends:
            end.close()
