"""Ctrl-C at each point of what takes several steps: nothing is left open, and all goes on as before."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sysvirt import Connection, Domain, LifecycleEvent
from sysvirt.testing import FakeDaemon, ReceivedCall, connect
from tests.faults.conversation import BIG, GUEST
from tests.faults.faces import PATIENCE, Belongings, each_transport
from tests.faults.moving import PARAMS, Hosts, nothing_held
from tests.faults.registering import LIFECYCLE, REBOOT, registered
from tests.faults.striking import Strike, each_point, each_two_points
from tests.faults.waits import until
from tests.held import threads

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture(autouse=True)
def quick(quick_watcher: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The dispatcher goes at once, and the collector does not strike where it pleases."""
    monkeypatch.setattr("sysvirt._sync.connection.delivery._LINGER_SECONDS", 0.01)
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def goes_on(daemon: FakeDaemon, conn: Connection, strike: Strike) -> None:
    """Calls, events and callbacks work."""
    got: list[int] = []
    with conn.timeout(PATIENCE):
        assert conn.get_hostname() == "somewhere", strike.where
        number = conn.domain_event_register_any(None, LIFECYCLE, lambda event: got.append(event.detail))
        with conn.events(LIFECYCLE) as events:
            for detail in (1, 2):
                daemon.emit(0, GUEST, 100, detail)
            found = [events.next_event(PATIENCE) for _ in range(2)]
        details = [int(event.detail) for event in found if isinstance(event, LifecycleEvent)]
        assert details == [1, 2], strike.where
        until(lambda: got == [1, 2])
        conn.domain_event_deregister_any(number)


def nothing_registered(daemon: FakeDaemon, conn: Connection, strike: Strike) -> None:
    """Here or at the daemon, once somebody has come by."""
    assert conn.get_hostname() == "somewhere"
    if conn._delivery is None:
        assert not registered(daemon), strike.where
        return
    router = conn._channel.router
    router.clean_up()
    conn._channel.flush()
    until(lambda: not registered(daemon), strike.where)
    assert not router.registrations, strike.where
    assert not router._by_id, strike.where
    assert not router._queues, strike.where
    assert not conn._delivery.subscriptions, strike.where
    assert not conn._delivery._callbacks, strike.where


def closed(daemon: FakeDaemon, conn: Connection, strike: Strike) -> None:
    left = set(registered(daemon))
    before = len(daemon.received("CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY"))
    conn.close()
    taken = daemon.received("CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY")[before:]
    assert left <= {call.args[0] for call in taken}, strike.where
    daemon.wait_empty()


def test_an_event_stream(daemon: FakeDaemon, belongings: Belongings) -> None:
    def use(conn: Connection) -> None:
        with conn.events(LIFECYCLE, REBOOT):
            pass

    for strike in each_point():
        conn = connect(daemon)
        strike.into(lambda conn=conn: use(conn))  # type: ignore[misc]
        nothing_registered(daemon, conn, strike)
        goes_on(daemon, conn, strike)
        closed(daemon, conn, strike)


def test_registering_a_callback(daemon: FakeDaemon) -> None:
    for strike in each_point():
        conn = connect(daemon)
        if strike.into(lambda conn=conn: conn.domain_event_register_any(None, LIFECYCLE, print)):  # type: ignore[misc]
            conn.domain_event_deregister_any(0)
        nothing_registered(daemon, conn, strike)
        goes_on(daemon, conn, strike)
        closed(daemon, conn, strike)


def test_deregistering_a_callback(daemon: FakeDaemon) -> None:
    for strike in each_point():
        conn = connect(daemon)
        conn.domain_event_register(print)
        if not strike.into(conn.domain_event_deregister):
            conn.domain_event_deregister()
        nothing_registered(daemon, conn, strike)
        goes_on(daemon, conn, strike)
        closed(daemon, conn, strike)


def test_reading_events_for_others(daemon: FakeDaemon) -> None:
    """The main thread hands out what it receives while it waits for its own reply."""

    def answer(call: ReceivedCall) -> object:
        for detail in range(3):
            daemon.emit(0, GUEST, 100, detail)
        return "somewhere"

    for strike in each_point():
        daemon.on("CONNECT_GET_HOSTNAME", "somewhere")
        conn = connect(daemon)
        called: list[int] = []

        def note(event: Any, called: list[int] = called) -> None:
            called.append(event.detail)

        conn.domain_event_register_any(None, LIFECYCLE, note)
        with conn.events(LIFECYCLE) as events:
            daemon.on("CONNECT_GET_HOSTNAME", answer)
            sent = strike.into(conn.get_hostname) or bool(daemon.received("CONNECT_GET_HOSTNAME"))
            daemon.on("CONNECT_GET_HOSTNAME", "somewhere")
            conn.get_hostname()
            if sent or len(events._queue):
                got = [events.next_event(PATIENCE) for _ in range(3)]
                assert [int(event.detail) for event in got if isinstance(event, LifecycleEvent)] == [0, 1, 2]
                until(lambda: len(called) == 3, strike.where)  # noqa: B023
                assert called == [0, 1, 2]
        conn.domain_event_deregister_any(0)
        goes_on(daemon, conn, strike)
        closed(daemon, conn, strike)
        daemon.calls.clear()


def test_waiting_for_a_state(daemon: FakeDaemon) -> None:
    with connect(daemon) as conn:  # what is imported with a first call is no part of this
        conn.get_domain_by_name("guest").wait_for_state(Domain.STATE_RUNNING, timeout=PATIENCE)
    for strike in each_point():
        conn = connect(daemon)
        guest = conn.get_domain_by_name("guest")
        strike.into(lambda guest=guest: guest.wait_for_state(Domain.STATE_RUNNING, timeout=PATIENCE))  # type: ignore[misc]
        nothing_registered(daemon, conn, strike)
        closed(daemon, conn, strike)


@each_transport
def test_a_stream(daemon: FakeDaemon) -> None:
    daemon.on("STORAGE_VOL_LOOKUP_BY_PATH", ("pool", "volume", "/key"))
    daemon.on("STORAGE_VOL_DOWNLOAD", None)

    def use(conn: Connection, volume: Any) -> None:
        with conn.new_stream() as stream:
            volume.download(stream)

    for strike in each_point():
        conn = connect(daemon)
        volume = conn.get_storage_volume_by_path("/key")
        strike.into(lambda conn=conn, volume=volume: use(conn, volume))  # type: ignore[misc]
        assert conn.get_hostname() == "somewhere"
        assert conn.get_hostname() == "somewhere"
        opened = [call for call in daemon.received("STORAGE_VOL_DOWNLOAD") if call.client in daemon.clients]
        for call in opened:
            until(lambda call=call: call.ended, strike.where)
        until(lambda conn=conn: not conn._pump.session.streams, strike.where)
        stream = conn.new_stream()
        volume.download(stream)
        call = daemon.received("STORAGE_VOL_DOWNLOAD")[-1]
        call.send(BIG)
        call.end()
        assert stream.read() == BIG
        stream.finish()
        closed(daemon, conn, strike)


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_a_console(daemon: FakeDaemon, belongings: Belongings) -> None:
    def use(conn: Connection, guest: Domain) -> None:
        stream = conn.new_stream()
        guest.open_console(stream)
        stream.abort()

    for strike in each_point():
        conn = connect(daemon)
        guest = conn.get_domain_by_name("guest")
        strike.into(lambda conn=conn, guest=guest: use(conn, guest))  # type: ignore[misc]
        assert conn.get_hostname() == "somewhere"
        closed(daemon, conn, strike)


def someone_waits(conn: Connection) -> tuple[threading.Thread, list[object]]:
    """A thread that waits for an event, and what that came to."""
    events = conn.events(LIFECYCLE)
    events.__enter__()
    ends: list[object] = []

    def wait() -> None:
        try:
            ends.append(events.next_event())
        except BaseException as error:
            ends.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    return waiting, ends


def test_closing(daemon: FakeDaemon, belongings: Belongings) -> None:
    """Who waits is told, at the latest when it is closed again."""
    for strike in each_point():
        conn = connect(daemon)
        conn.domain_event_register_any(None, REBOOT, print)
        waiting, ends = someone_waits(conn)
        strike.into(conn.close)
        conn.close()
        waiting.join(PATIENCE)
        assert not waiting.is_alive(), strike.where
        assert len(ends) == 1
        daemon.wait_empty()


def test_losing_the_connection(daemon: FakeDaemon, belongings: Belongings) -> None:
    """The thread that notices is struck; others that wait are told all the same."""

    def hang_up(call: Any) -> object:
        call.client.close()
        return None

    daemon.on("DOMAIN_SUSPEND", hang_up)
    for strike in each_point():
        conn = connect(daemon)
        guest = conn.get_domain_by_name("guest")
        told = threading.Event()
        conn.register_close_callback(lambda record, told=told: told.set())  # type: ignore[misc]
        waiting, _ = someone_waits(conn)

        def lose(guest: Domain = guest) -> None:
            try:
                guest.suspend()
            except Exception:
                pass

        strike.into(lose)
        if not daemon.received("DOMAIN_SUSPEND"):
            lose()
        waiting.join(PATIENCE)
        assert not waiting.is_alive(), strike.where
        assert told.wait(PATIENCE), strike.where
        conn.close()
        daemon.calls.clear()


@pytest.mark.parametrize("strikes", [each_point, each_two_points])
def test_a_migration(strikes: Callable[[], Iterator[Strike]], belongings: Belongings) -> None:
    """The guest is at one host in the end, and both connections have all their places."""
    for strike in strikes():
        hosts = Hosts()
        source, target = connect(hosts.source), connect(hosts.target)
        guest = source.get_domain_by_name("guest")
        before = threads()
        strike.into(lambda guest=guest, target=target: guest.migrate(target, PARAMS))  # type: ignore[misc]
        hosts.settled(strike.where)
        nothing_held(source, target)
        until(
            lambda before=before: not threads() - before, strike.where
        )  # what was struck may go on by itself
        for conn in (source, target):
            assert conn.get_hostname() == "somewhere", strike.where
            conn.close()
        hosts.close()
