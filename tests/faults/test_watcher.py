"""The watcher: one thread for all blocking connections, whatever becomes of them."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import sysvirt
from sysvirt import Connection, ConnectionLost, Domain, EventStream, OperationFailed
from sysvirt._session import watcher as module
from sysvirt._session.keepalive import Keepalive
from sysvirt._session.watcher import _Watcher
from sysvirt.testing import FakeDaemon, connect
from tests.faults.conversation import GUEST
from tests.faults.faces import Belongings
from tests.faults.striking import each_point
from tests.faults.waits import the_watcher, until, until_polled
from tests.held import threads

LIFECYCLE = Domain.EVENT_ID_LIFECYCLE


def entered(conn: Connection) -> EventStream[Any]:
    events = conn.events(LIFECYCLE)
    events.__enter__()
    return events


def hears(daemon: FakeDaemon, *streams: EventStream[Any]) -> None:
    daemon.emit(0, GUEST, 2, 0)
    for events in streams:
        assert events.next_event(10) is not None


def test_an_unclosed_connection_with_events_only_warns(daemon: FakeDaemon) -> None:
    def forget() -> None:
        conn = connect(daemon)
        conn.domain_event_register_any(None, LIFECYCLE, print)
        until_polled(the_watcher())

    with pytest.warns(ResourceWarning, match="unclosed <sysvirt.Connection"):
        forget()


def test_a_watcher_that_has_ended_writes_nowhere(daemon: FakeDaemon) -> None:
    with connect(daemon) as conn:
        conn.domain_event_register_any(None, LIFECYCLE, print)
        watcher = the_watcher()
        entry = next(iter(watcher.entries.values()))
        pump = entry.pump()
        assert pump is not None
    until(lambda: module._watcher is None)
    # Its descriptors' numbers may belong to others by now.
    pipes = [os.pipe() for _ in range(20)]
    try:
        assert watcher.outbox in [fd for pair in pipes for fd in pair]
        module.wake()
        watcher.sleeps_until = time.monotonic() + 3600
        module._release(watcher, entry, pump)
        for inbox, _ in pipes:
            os.set_blocking(inbox, False)
            with pytest.raises(BlockingIOError):
                os.read(inbox, 1)
    finally:
        for pair in pipes:
            for fd in pair:
                os.close(fd)


def test_one_thread_for_all(daemon: FakeDaemon) -> None:
    connections = [connect(daemon) for _ in range(5)]
    before = threads()
    streams = [entered(conn) for conn in connections]
    assert len(threads() - before) == 1
    until_polled(the_watcher(), 5)
    hears(daemon, *streams)
    for conn in connections:
        conn.close()


def test_a_new_one_begins_where_the_last_has_ended(daemon: FakeDaemon, belongings: Belongings) -> None:
    for _ in range(20):
        with connect(daemon) as conn, conn.events(LIFECYCLE) as events:
            hears(daemon, events)
    until(lambda: module._watcher is None)


# --- trouble ----------------------------------------------------------------------------------------


def fail(*_: object) -> Any:
    raise RuntimeError("no luck today")


@pytest.fixture
def two(daemon: FakeDaemon) -> Iterator[tuple[Connection, EventStream[Any], EventStream[Any]]]:
    """A connection that trouble comes to, and events of it and of another one."""
    with connect(daemon) as bad, connect(daemon) as good:
        yield bad, entered(bad), entered(good)


@pytest.mark.parametrize("idle", [True, False])
def test_trouble_with_one_connection_is_not_that_of_others(
    daemon: FakeDaemon, two: tuple[Connection, EventStream[Any], EventStream[Any]], idle: bool
) -> None:
    bad, bad_events, good_events = two
    if idle:
        until_polled(the_watcher(), 2)
    watcher = the_watcher()
    bad._pump.on_events = fail
    daemon.emit(0, GUEST, 2, 0)
    with pytest.raises(ConnectionLost, match="could not be watched: no luck today"):
        bad_events.next_event(10)
    assert good_events.next_event(10) is not None
    hears(daemon, good_events)
    assert the_watcher() is watcher


def test_trouble_while_it_looks_after_a_connection(
    daemon: FakeDaemon, two: tuple[Connection, EventStream[Any], EventStream[Any]]
) -> None:
    """Somebody was interrupted before handing out an event, and the watcher, which does it then, can't."""
    bad, bad_events, good_events = two
    until_polled(the_watcher(), 2)
    bad._pump.on_events = fail
    bad._pump.session.events_pending = True
    module.wake()
    with pytest.raises(ConnectionLost, match="could not be watched: no luck today"):
        bad_events.next_event(10)
    hears(daemon, good_events)


@pytest.mark.parametrize("interval", [1e9, 1e300, float("inf")])
def test_an_interval_that_no_poll_can_count(
    daemon: FakeDaemon, two: tuple[Connection, EventStream[Any], EventStream[Any]], interval: float
) -> None:
    bad, bad_events, good_events = two
    watcher = the_watcher()
    bad._pump.keep_alive(Keepalive(interval, 3, time.monotonic()))
    until_polled(watcher, 2)
    hears(daemon, bad_events, good_events)
    assert the_watcher() is watcher


def test_keepalive_that_fails_is_the_trouble_of_its_connection(
    daemon: FakeDaemon,
    two: tuple[Connection, EventStream[Any], EventStream[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bad, bad_events, good_events = two
    bad._pump.keep_alive(Keepalive(float("nan"), 3, time.monotonic()))
    monkeypatch.setattr(bad._pump, "activity", fail)
    module.wake()
    with pytest.raises(ConnectionLost, match="no luck today"):
        bad_events.next_event(10)
    hears(daemon, good_events)


def test_a_watcher_that_can_not_go_on_ends_what_it_had_and_the_next_one_works(
    daemon: FakeDaemon, two: tuple[Connection, EventStream[Any], EventStream[Any]]
) -> None:
    """Nobody waits for ever for what no thread looks after."""
    _, bad_events, good_events = two
    watcher = the_watcher()
    watcher.take_due = fail  # type: ignore[method-assign, assignment]
    module.wake()
    for events in (bad_events, good_events):
        with pytest.raises(ConnectionLost, match="could not be watched: no luck today"):
            events.next_event(10)
    with connect(daemon) as later, later.events(LIFECYCLE) as events:
        assert the_watcher() is not watcher
        hears(daemon, events)


# --- threads that can't be started ---------------------------------------------------------------------


def no_thread(*_: object) -> Any:
    raise RuntimeError("can't start new thread")


def test_no_thread_can_be_started(daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks to hear the daemon is told; the connection is as good as before, and so is the next try."""
    with connect(daemon) as conn:
        with monkeypatch.context() as patch:
            patch.setattr(module, "start_new_thread", no_thread)
            with pytest.raises(OperationFailed, match="no thread can be started"):
                conn.events(LIFECYCLE).__enter__()
            with pytest.raises(OperationFailed, match="no thread can be started"):
                conn.set_keep_alive(5, 3)
            assert module._watcher is None
            assert conn.get_hostname() == "somewhere"
        with conn.events(LIFECYCLE) as events:
            hears(daemon, events)


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_no_thread_can_be_started_for_what_is_forgotten(
    daemon: FakeDaemon, belongings: Belongings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is closed by the next watcher there is."""
    conn = connect(daemon)
    entered(conn).close()
    daemon.drop()
    until(lambda: module._watcher is None)
    with monkeypatch.context() as patch:
        patch.setattr(module, "start_new_thread", no_thread)
        del conn
        gc.collect()
        assert len(module.finalized) == 1
    with connect(daemon) as later, later.events(LIFECYCLE):
        until(lambda: not module.finalized)


def test_hearing_the_daemon_at_the_end_of_the_interpreter(daemon: FakeDaemon) -> None:
    """No thread can be started any more then, on 3.12 and later: an error that says so, or events, and no trace."""
    program = f"""if True:
        import atexit, sysvirt
        conn = sysvirt.connect({daemon.uri!r})
        def at_end():
            try:
                with conn.events(0):
                    print("events")
            except sysvirt.OperationFailed as error:
                print(error.message[:26])
            print(conn.get_hostname())
            conn.close()
        atexit.register(at_end)
    """
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60,
        env=os.environ | {"PYTHONPATH": str(Path(sysvirt.__file__).parents[1])},
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.splitlines() in (
        ["events", "somewhere"],
        ["no thread can be started t", "somewhere"],
    )


# --- what is forgotten --------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize("dead", [False, True], ids=["alive", "dead"])
def test_forgotten_connections_are_closed(daemon: FakeDaemon, belongings: Belongings, dead: bool) -> None:
    """Whether the watcher still had them or has ended."""

    def forget() -> None:
        connections = [connect(daemon) for _ in range(20)]
        streams = [entered(conn) for conn in connections]
        if dead:
            daemon.drop()
            for events in streams:
                with pytest.raises(ConnectionLost):
                    events.next_event(10)
            until(lambda: module._watcher is None)

    forget()
    gc.collect()
    until(lambda: not module.finalized and module._watcher is None)
    daemon.wait_empty()


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_forgotten_while_somebody_has_the_lock(daemon: FakeDaemon, belongings: Belongings) -> None:
    """A finalizer may run on the thread that has it: it takes nothing, and the next who comes sees to it."""
    other = connect(daemon)
    conn = connect(daemon)
    events, others = entered(conn), entered(other)
    until_polled(the_watcher(), 2)
    module._lock.acquire()
    del conn, events
    gc.collect()
    assert len(module.finalized) == 1
    module._lock.release()
    module.wake()
    until(lambda: not module.finalized)
    hears(daemon, others)
    other.close()


# --- many -----------------------------------------------------------------------------------------------


def rounds_for(daemon: FakeDaemon, count: int, monkeypatch: pytest.MonkeyPatch) -> float:
    """How often each connection was looked after while all were busy for a while."""
    looks = 0
    real: Callable[..., Any] = _Watcher.service

    def counting(*args: Any) -> Any:
        nonlocal looks
        looks += 1
        return real(*args)

    connections = [connect(daemon) for _ in range(count)]
    try:
        for conn in connections:
            conn._pump.watch()
        until_polled(the_watcher(), count)
        with monkeypatch.context() as patch:
            patch.setattr(_Watcher, "service", counting)
            began = time.monotonic()
            for conn in connections:
                assert conn.get_hostname() == "somewhere"  # each takes its connection off the poll
            ticks = 2 + (time.monotonic() - began) / module._TICK
        return looks / count / ticks
    finally:
        for conn in connections:
            conn.close()


def test_the_cost_grows_with_what_is_busy(daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not with its square: a connection that becomes busy makes nobody look at the others."""
    assert rounds_for(daemon, 20, monkeypatch) < 4
    assert rounds_for(daemon, 200, monkeypatch) < 4


def test_threads_that_come_and_go(daemon: FakeDaemon, belongings: Belongings) -> None:
    """The watcher's end meets its next beginning."""
    wrong: list[BaseException] = []

    def come_and_go() -> None:
        try:
            for _ in range(30):
                with connect(daemon) as conn:
                    conn._pump.watch()
                    assert conn.get_hostname() == "somewhere"
        except BaseException as error:
            wrong.append(error)

    workers = [threading.Thread(target=come_and_go) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert not worker.is_alive()
    assert not wrong
    until(lambda: module._watcher is None)


def test_releasing_and_adding_at_each_point(
    daemon: FakeDaemon, belongings: Belongings, quick_watcher: None
) -> None:
    """Whoever is struck leaves the watcher neither asleep nor without the connection."""

    gc.collect()
    until(lambda: module._watcher is None or not module._watcher.entries)  # what tests before have left

    def until_asleep(watcher: _Watcher, count: int = 1) -> None:
        until_polled(watcher, count)
        until(lambda: watcher.sleeps_until > time.monotonic() + 1)

    for strike in each_point():
        with connect(daemon) as conn, entered(conn) as events:
            until_asleep(the_watcher())
            strike.into(conn._pump._take_over)
            until_asleep(the_watcher())
            hears(daemon, events)
    with connect(daemon) as conn, entered(conn):
        for strike in each_point():
            until_asleep(the_watcher())
            other = connect(daemon)
            if strike.into(other._pump.watch):
                until_asleep(the_watcher(), 2)
            other.close()
            until(lambda: len(the_watcher().entries) == 1, strike.where)
