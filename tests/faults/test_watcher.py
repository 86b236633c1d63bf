"""The watcher: one thread for all blocking connections, whatever becomes of them."""

from __future__ import annotations

import os
import threading

import pytest

from sysvirt import ConnectionLost, Domain
from sysvirt.testing import FakeDaemon, connect
from tests.faults.waits import the_watcher, until_polled


def test_an_unclosed_connection_with_events_only_warns(daemon: FakeDaemon) -> None:
    def forget() -> None:
        conn = connect(daemon)
        conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, print)
        until_polled(the_watcher()[0])

    with pytest.warns(ResourceWarning, match="unclosed <sysvirt.Connection"):
        forget()


def test_a_watcher_that_has_ended_writes_nowhere(daemon: FakeDaemon) -> None:
    with connect(daemon) as conn:
        conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, print)
        watcher, thread = the_watcher()
        entry = next(iter(watcher.entries.values()))
        pump = entry.pump()
        assert pump is not None
    thread.join(10)
    assert not thread.is_alive()
    # Its descriptors' numbers may belong to others by now.
    pipes = [os.pipe() for _ in range(20)]
    try:
        assert watcher.outbox in [fd for pair in pipes for fd in pair]
        watcher.wake()
        watcher.release(entry, pump)
        for inbox, _ in pipes:
            os.set_blocking(inbox, False)
            with pytest.raises(BlockingIOError):
                os.read(inbox, 1)
    finally:
        for pair in pipes:
            for fd in pair:
                os.close(fd)


def test_an_interrupted_release_is_done_again(daemon: FakeDaemon) -> None:
    """Ctrl-C may come between two steps of it."""
    with connect(daemon) as conn, conn.events(Domain.EVENT_ID_LIFECYCLE) as events:
        watcher, thread = the_watcher()
        until_polled(watcher)
        (entry,) = watcher.entries.values()
        watcher.poller.unregister(entry.fd)
        conn.get_hostname()
        until_polled(watcher)
        daemon.emit(0, ("guest", bytes(16), 1), 2, 0)
        event = events.next_event(10)
        assert event is not None
        assert thread.is_alive()


def test_one_thread_for_all(daemon: FakeDaemon) -> None:
    connections = [connect(daemon) for _ in range(5)]
    before = set(threading.enumerate())
    streams = [conn.events(Domain.EVENT_ID_LIFECYCLE) for conn in connections]
    for stream in streams:
        stream.__enter__()
    assert set(threading.enumerate()) - before == {the_watcher()[1]}
    until_polled(the_watcher()[0], 5)
    daemon.emit(0, ("guest", bytes(16), 1), 2, 0)
    for stream in streams:
        assert stream.next_event(10) is not None
    for conn in connections:
        conn.close()


@pytest.mark.parametrize("idle", [True, False])
def test_trouble_with_one_connection_is_not_that_of_others(daemon: FakeDaemon, idle: bool) -> None:
    """No thread can be started for callbacks, for example."""
    with connect(daemon) as bad, connect(daemon) as good:
        bad_events, good_events = (
            bad.events(Domain.EVENT_ID_LIFECYCLE),
            good.events(Domain.EVENT_ID_LIFECYCLE),
        )
        bad_events.__enter__()
        good_events.__enter__()

        def fail() -> None:
            raise RuntimeError("can't start new thread")

        if idle:
            until_polled(the_watcher()[0], 2)
        bad._pump.on_events = fail
        daemon.emit(0, ("guest", bytes(16), 1), 2, 0)
        with pytest.raises(ConnectionLost, match="could not be watched: can't start new thread"):
            bad_events.next_event(10)
        assert good_events.next_event(10) is not None
        assert the_watcher()[1].is_alive()


def test_trouble_while_it_looks_after_a_connection(daemon: FakeDaemon) -> None:
    """Somebody was interrupted before handing out an event, and the watcher, which does it then, can't."""
    with connect(daemon) as bad, connect(daemon) as good:
        bad_events, good_events = (
            bad.events(Domain.EVENT_ID_LIFECYCLE),
            good.events(Domain.EVENT_ID_LIFECYCLE),
        )
        bad_events.__enter__()
        good_events.__enter__()

        def fail() -> None:
            raise RuntimeError("can't start new thread")

        until_polled(the_watcher()[0], 2)
        bad._pump.on_events = fail
        bad._pump.session.events_pending = True
        the_watcher()[0].wake()
        with pytest.raises(ConnectionLost, match="could not be watched: can't start new thread"):
            bad_events.next_event(10)
        daemon.emit(0, ("guest", bytes(16), 1), 2, 0)
        assert good_events.next_event(10) is not None
        assert the_watcher()[1].is_alive()
