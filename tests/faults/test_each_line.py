"""Two threads use one connection; one is stopped at each line of what it does until the other has done its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from sysvirt import (
    Connection,
    ConnectionClosed,
    Error,
    EventStream,
    LifecycleEvent,
    OperationInvalid,
    Stream,
)
from sysvirt.testing import FakeDaemon, connect
from tests.faults.conversation import BIG, GUEST
from tests.faults.faces import PATIENCE, Belongings
from tests.faults.preempting import Preempt, each_line
from tests.faults.registering import LIFECYCLE, REBOOT, registered
from tests.faults.waits import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(200)]


@pytest.fixture(autouse=True)
def quick(quick_watcher: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sysvirt._sync.connection.delivery._LINGER_SECONDS", 0.01)


def consistent(daemon: FakeDaemon, conn: Connection, preempt: Preempt) -> None:
    """What is registered at the daemon is what somebody here wants."""
    assert conn.get_hostname() == "somewhere"
    assert conn._delivery is not None
    router = conn._channel.router
    wanted = {known.callback_id: known for known in router.registrations.values()}
    until(lambda: set(registered(daemon)) == set(wanted), preempt.where)
    served = {subscription for known in wanted.values() for subscription in known.subscriptions}
    assert served == set(conn._delivery.subscriptions), preempt.where
    assert set(router._by_id.values()) == set(wanted.values()), preempt.where
    assert not router._registering, preempt.where


def test_two_close_callbacks(daemon: FakeDaemon) -> None:
    for preempt in each_line():
        with connect(daemon) as conn:
            results = preempt.both(
                conn,
                lambda: conn.register_close_callback(print),
                lambda: conn.register_close_callback(print),
            )
            assert sorted(map(type, results), key=str) == [type(None), OperationInvalid], preempt.where
            conn.unregister_close_callback()


def test_two_callbacks(daemon: FakeDaemon) -> None:
    for preempt in each_line():
        with connect(daemon) as conn:
            got: list[str] = []

            def register(name: str, conn: Connection = conn, got: list[str] = got) -> Callable[[], object]:
                return lambda: conn.domain_event_register_any(None, LIFECYCLE, lambda event: got.append(name))

            numbers = preempt.both(conn, register("a"), register("b"))
            assert sorted(numbers) == [0, 1], preempt.where  # type: ignore[type-var]
            consistent(daemon, conn, preempt)
            daemon.emit(0, GUEST, 100, 1)
            until(lambda: len(got) == 2, preempt.where)  # noqa: B023
            assert set(got) == {"a", "b"}, preempt.where


def test_a_callback_comes_and_all_go(daemon: FakeDaemon) -> None:
    for preempt in each_line():
        with connect(daemon) as conn:
            got: list[int] = []

            def note(event: Any, got: list[int] = got) -> None:
                got.append(event.detail)

            conn.domain_event_register(print)
            results = preempt.both(
                conn, lambda: conn.domain_event_register(note), conn.domain_event_deregister
            )
            assert results == [None, None], preempt.where
            consistent(daemon, conn, preempt)
            left = bool(conn._delivery and conn._delivery._callbacks)
            assert left == bool(registered(daemon)), preempt.where
            daemon.emit(0, GUEST, 100, 1)
            if left:
                until(lambda: got == [1], preempt.where)  # noqa: B023


def test_all_callbacks_go_twice(daemon: FakeDaemon) -> None:
    for preempt in each_line():
        with connect(daemon) as conn:
            for _ in range(2):
                conn.domain_event_register(print)
            results = preempt.both(conn, conn.domain_event_deregister, conn.domain_event_deregister)
            assert results == [None, None], preempt.where
            consistent(daemon, conn, preempt)
            assert not registered(daemon), preempt.where


def _enter(events: EventStream[Any]) -> Callable[[], object]:
    return events.__enter__


@pytest.mark.parametrize("turned", [False, True])
def test_an_event_stream_is_entered_and_closed(daemon: FakeDaemon, turned: bool) -> None:
    for preempt in each_line():
        with connect(daemon) as conn:
            events = conn.events(LIFECYCLE, REBOOT)
            what: list[Callable[[], object]] = [_enter(events), events.close]
            preempt.both(conn, *reversed(what)) if turned else preempt.both(conn, *what)
            assert events.next_event(PATIENCE) is None
            if conn._delivery is not None:
                consistent(daemon, conn, preempt)
            assert not registered(daemon), preempt.where


@pytest.mark.parametrize("turned", [False, True])
def test_an_event_stream_is_closed_while_one_waits(daemon: FakeDaemon, turned: bool) -> None:
    for preempt in each_line():
        with connect(daemon) as conn:
            events = conn.events(LIFECYCLE, REBOOT)
            what: list[Callable[[], object]] = [events.next_event, events.close]
            results = preempt.both(conn, *reversed(what)) if turned else preempt.both(conn, *what)
            assert results == [None, None], preempt.where
            if conn._delivery is not None:
                consistent(daemon, conn, preempt)


def test_two_event_streams(daemon: FakeDaemon) -> None:
    for preempt in each_line():
        with connect(daemon) as conn:

            def use(conn: Connection = conn) -> list[int]:
                with conn.events(LIFECYCLE) as events:
                    daemon.emit(0, GUEST, 100, 1)
                    event = events.next_event(PATIENCE)
                    assert isinstance(event, LifecycleEvent)
                return [int(event.detail)]

            assert preempt.both(conn, use, use) == [[1], [1]], preempt.where
            consistent(daemon, conn, preempt)
            assert not registered(daemon), preempt.where


@pytest.mark.parametrize("second", ["close", "events", "console", "callback"])
def test_closing(daemon: FakeDaemon, belongings: Belongings, second: str) -> None:
    for preempt in each_line():
        conn = connect(daemon)
        guest = conn.get_domain_by_name("guest")
        conn.domain_event_register_any(None, REBOOT, print)
        stream = conn.new_stream()
        uses: dict[str, Callable[[], object]] = {
            "close": conn.close,
            "events": lambda: list(conn.events(LIFECYCLE)),  # noqa: B023
            "console": lambda: guest.open_console(stream) or stream.read(),  # type: ignore[func-returns-value] # noqa: B023
            "callback": lambda: conn.domain_event_register_any(None, LIFECYCLE, print),  # noqa: B023
        }
        closed, other = preempt.both(conn, conn.close, uses[second])
        assert closed is None, preempt.where
        if second == "callback" and not isinstance(other, Exception):
            assert isinstance(other, int)
        elif second != "close":
            assert isinstance(other, ConnectionClosed), (preempt.where, other)
        daemon.wait_empty()


def test_callbacks_of_a_stream(daemon: FakeDaemon) -> None:
    for preempt in each_line():
        with connect(daemon) as conn:
            guest = conn.get_domain_by_name("guest")
            with conn.new_stream() as stream:
                guest.open_console(stream)
                got = threading.Event()

                def note(stream: Stream, events: object, got: threading.Event = got) -> None:
                    stream.remove_callback()
                    got.set()

                def add(stream: Stream = stream, note: Any = note) -> None:
                    stream.add_callback(Stream.EVENT_READABLE, note)

                def change(stream: Stream = stream) -> None:
                    stream.remove_callback()

                stream.add_callback(0, print)
                removed, added = preempt.both(conn, change, add)
                assert removed is None, preempt.where
                if isinstance(added, OperationInvalid):
                    add()
                assert got.wait(PATIENCE), preempt.where
                until(lambda: stream._callback is None)
                stream.abort()


@pytest.mark.parametrize("first", ["abort", "finish", "recv"])
@pytest.mark.parametrize("second", ["abort", "finish", "recv"])
def test_ends_of_a_stream(daemon: FakeDaemon, first: str, second: str) -> None:
    """Whatever meets: no wrong data, the daemon's end is closed, the connection is in step."""
    daemon.on("STORAGE_VOL_LOOKUP_BY_PATH", ("pool", "volume", "/key"))
    for preempt in each_line():
        with connect(daemon, timeout=PATIENCE) as conn:
            stream = conn.new_stream()
            conn.get_storage_volume_by_path("/key").download(stream)
            (call,) = [call for call in daemon.received("STORAGE_VOL_DOWNLOAD") if not call.client.closed]
            uses: dict[str, Callable[[], object]] = {
                "abort": stream.abort,
                "finish": stream.finish,
                "recv": lambda: stream.recv(1000),  # noqa: B023
            }
            for how, result in zip(
                (first, second), preempt.both(conn, uses[first], uses[second]), strict=True
            ):
                assert result is None or isinstance(result, (bytes, Error)), preempt.where
                if isinstance(result, bytes):
                    assert how == "recv"
                    assert result in (BIG[:1000], BIG[1000:2000]), preempt.where
            stream.abort()
            until(lambda: call.ended, preempt.where)  # noqa: B023
            assert conn.get_hostname() == "somewhere"
            until(lambda: not conn._pump.session.streams, preempt.where)
