"""Keepalive, both directions: the daemon pings us, we ping the daemon."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from sysvirt import CallTimeout, ConnectionLost, Domain, NoSupport
from sysvirt._session.keepalive import Keepalive
from sysvirt.testing import HOLD, FakeDaemon, FaultProxy, ReceivedCall
from tests.faults.conversation import GUEST
from tests.faults.faces import Belongings, Face, Script, Together
from tests.faults.given_up import failing
from tests.faults.waits import entered, the_watcher, until, until_polled
from tests.held import threads

#: So seldom that it does not happen in a test.
NEVER = (600, 5)


@pytest.fixture
def pinging(belongings: Belongings) -> Iterator[FakeDaemon]:
    """A daemon that pings, and drops who has not answered for so long that it can't be this machine's slowness."""
    with FakeDaemon(
        {"CONNECT_GET_HOSTNAME": "somewhere", "DOMAIN_LOOKUP_BY_NAME": GUEST}, keepalive=(0.05, 1000)
    ) as daemon:
        yield daemon


class Unhurried(Keepalive):
    """Goes on to the next ping when the last one was answered, however slow this machine is."""

    def __init__(self, interval: float, count: int) -> None:
        super().__init__(interval, count, time.monotonic())
        self._before = -1
        self.pings = 0

    def tick(self, now: float, received: int, saturated: bool = False, heard: bool = True) -> str:
        if now >= self._due and received == self._before:
            self._due = now + self._interval
            return ""
        said = super().tick(now, received, saturated, heard)
        if said == "ping":
            self._before = received
            self.pings += 1
        return said


def received(daemon: FakeDaemon) -> int:
    return daemon.clients[0].session.received


def test_an_idle_connection_answers(face: Face, pinging: FakeDaemon) -> None:
    def script() -> Script[None]:
        conn = yield lambda: face.connect(pinging, keepalive=NEVER)
        before = received(pinging)
        yield lambda: face.wait(lambda: until(lambda: received(pinging) >= before + 10))
        assert (yield conn.get_hostname) == "somewhere"
        yield conn.close

    face.run(script())


def test_a_busy_connection_answers(face: Face, pinging: FakeDaemon) -> None:
    """Whoever reads has it sent, while a call waits, and between calls."""
    pinging.on("DOMAIN_GET_INFO", HOLD)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(pinging, keepalive=NEVER)
        guest = yield lambda: conn.get_domain_by_name("guest")

        def answer_later() -> Any:
            def wait() -> None:
                call = pinging.wait_for("DOMAIN_GET_INFO")
                before = received(pinging)
                until(lambda: received(pinging) >= before + 10)
                call.reply((1, 2, 3, 4, 5))

            return face.wait(wait)

        (info, _) = yield Together(guest.get_info, answer_later)
        assert info.cpu_time == 5
        yield conn.close

    face.run(script())


def test_who_does_not_answer_is_dropped(face: Face, pinging: FakeDaemon) -> None:
    """The link carries nothing to the daemon any more."""

    def script(proxy: FaultProxy) -> Script[None]:
        conn = yield lambda: face.connect(proxy, keepalive=NEVER)
        proxy.to_daemon.freeze()
        (client,) = pinging.clients
        assert client._keepalive is not None
        client._keepalive._count = 3
        with pytest.raises(ConnectionLost, match="closed the connection"):
            yield from failing(conn.get_hostname)
        yield conn.close

    with FaultProxy(pinging) as proxy:
        face.run(script(proxy))


@pytest.mark.parametrize("waiting", ["call", "events", "nobody"])
def test_a_daemon_that_does_not_answer(face: Face, daemon: FakeDaemon, waiting: str) -> None:
    """Whoever waits is told; who comes later too."""

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon, keepalive=NEVER)
        events = conn.events(Domain.EVENT_ID_LIFECYCLE)
        yield lambda: entered(events)
        daemon.freeze()
        began = time.monotonic()
        yield lambda: conn._pump.keep_alive(Keepalive(0.05, 3, began))
        if waiting == "call":
            with pytest.raises(ConnectionLost, match="does not answer"):
                yield from failing(conn.get_hostname)
        elif waiting == "events":
            with pytest.raises(ConnectionLost, match="does not answer"):
                yield from failing(events.next_event)
        else:
            yield lambda: face.wait(lambda: until(lambda: not conn.is_alive()))
        assert time.monotonic() - began >= 0.15
        with pytest.raises(ConnectionLost, match="does not answer"):
            yield from failing(conn.get_hostname)
        yield events.close
        yield conn.close

    face.run(script())


def test_a_daemon_that_is_only_slow(face: Face, daemon: FakeDaemon) -> None:
    """It answers pings while it does not answer a call: that may take as long as it wants."""
    daemon.on("CONNECT_GET_HOSTNAME", HOLD)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon, keepalive=NEVER)
        yield lambda: conn._pump.keep_alive(Unhurried(0.02, 2))

        def answer_later() -> Any:
            def wait() -> None:
                call = daemon.wait_for("CONNECT_GET_HOSTNAME")
                before = received(daemon)
                until(lambda: received(daemon) >= before + 10)
                call.reply("somewhere")

            return face.wait(wait)

        (name, _) = yield Together(conn.get_hostname, answer_later)
        assert name == "somewhere"
        yield conn.close

    face.run(script())


def test_it_can_be_ended(face: Face, daemon: FakeDaemon) -> None:
    def script() -> Script[None]:
        keepalive = Unhurried(0.02, 2)
        conn = yield lambda: face.connect(daemon, keepalive=NEVER)
        yield lambda: conn._pump.keep_alive(keepalive)
        yield lambda: face.wait(lambda: until(lambda: keepalive.pings > 2))
        yield lambda: conn.set_keep_alive(0, 0)
        assert (yield conn.get_hostname) == "somewhere"
        daemon.freeze()
        pings, due = keepalive.pings, keepalive.due
        with conn.timeout(0.3), pytest.raises(CallTimeout):
            yield from failing(conn.get_hostname)
        assert (keepalive.pings, keepalive.due) == (pings, due)
        daemon.thaw()
        assert (yield conn.get_hostname) == "somewhere"
        yield conn.close

    face.run(script())


def test_a_daemon_without_it(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("CONNECT_SUPPORTS_FEATURE", 0)

    def script() -> Script[None]:
        with pytest.raises(NoSupport, match="keepalive"):
            yield from failing(lambda: face.connect(daemon, keepalive=(1, 2)))

    face.run(script())


@pytest.mark.slow
def test_two_hundred_idle_connections(face: Face, daemon: FakeDaemon) -> None:
    """With keepalive or events: one thread in all, none with asyncio, and no measurable use of the processor."""
    before_all = threads()

    def script() -> Script[None]:
        connections = []
        streams = []
        for number in range(200):
            conn = yield lambda number=number: face.connect(daemon, keepalive=NEVER if number % 2 else None)  # type: ignore[misc]
            connections.append(conn)
            if number % 2 == 0:
                events = conn.events(Domain.EVENT_ID_LIFECYCLE)
                streams.append(events)
                yield lambda events=events: entered(events)  # type: ignore[misc]
        assert len(threads() - before_all) == (face.name == "blocking")
        if face.name == "blocking":
            until_polled(the_watcher(), 200)
        pause = threading.Event()
        # Once is enough: on a slow machine it may take a while until all is at rest.
        for _ in range(10):
            before = time.process_time()
            yield lambda: face.wait(lambda: pause.wait(1.0))
            used = time.process_time() - before
            if used < 0.03:
                break
        assert used < 0.03
        daemon.emit(0, GUEST, 2, 0)
        for events in streams:
            assert (yield events.next_event).domain.get_name() == "guest"
        for conn in connections:
            assert (yield conn.get_hostname) == "somewhere"
            yield conn.close

    face.run(script())


def test_a_daemon_that_pings_though_its_word_came_late(face: Face, belongings: Belongings) -> None:
    """Asking for keepalive turns it on: its pings are answered also where we have given up the asking."""

    def on(call: ReceivedCall) -> object:
        call.client.keep_alive(0.02, 1000)
        return HOLD

    with FakeDaemon({"CONNECT_SUPPORTS_FEATURE": on}) as daemon:

        def script() -> Script[None]:
            conn = yield lambda: face.connect(daemon)
            with conn.timeout(0.01), pytest.raises(CallTimeout):
                yield lambda: conn.set_keep_alive(10, 3)
            (client,) = daemon.clients
            before = client.session.received
            yield lambda: face.wait(lambda: until(lambda: client.session.received > before + 5))
            yield conn.close

        face.run(script())
