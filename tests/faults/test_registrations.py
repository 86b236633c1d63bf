"""What is registered for events at the daemon is taken back, even by who had no time to wait for it."""

from __future__ import annotations

import gc
import sys
import threading

import pytest

from sysvirt import CallTimeout, Domain, ProtocolError, testing
from sysvirt.events import FAMILIES, kind_of
from sysvirt.testing import HOLD, FakeDaemon, FaultProxy, ReceivedCall
from tests.faults.conversation import GUEST
from tests.faults.faces import PATIENCE, Face, Script
from tests.faults.given_up import given_up
from tests.faults.registering import REGISTER, asked_for, registered, taken_back
from tests.faults.storming import Storm
from tests.faults.waits import entered


def test_its_answer_comes_late(face: Face, daemon: FakeDaemon) -> None:
    held: list[ReceivedCall] = []

    def hold(call: ReceivedCall) -> object:
        held.append(call)
        return HOLD

    daemon.on(REGISTER, hold)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon, timeout=PATIENCE)
        events = conn.events(Domain.EVENT_ID_LIFECYCLE)
        yield from given_up(conn, events.next_event)
        while not held:
            yield conn.get_hostname
        assert not taken_back(daemon)
        held[0].reply(77)
        while not taken_back(daemon):
            yield conn.get_hostname
        assert taken_back(daemon) == [77]
        assert (yield conn.get_hostname) == "somewhere"
        yield conn.close

    face.run(script())
    assert taken_back(daemon) == [77]


def test_one_of_several_fails(face: Face, daemon: FakeDaemon) -> None:
    """The others are of no use then."""
    numbers = {Domain.EVENT_ID_LIFECYCLE: 5, Domain.EVENT_ID_REBOOT: 6}

    def some(call: ReceivedCall) -> object:
        return numbers.get(call.args[0], HOLD)

    daemon.on(REGISTER, some)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon, timeout=PATIENCE)
        events = conn.events(Domain.EVENT_ID_LIFECYCLE, Domain.EVENT_ID_REBOOT, Domain.EVENT_ID_RTC_CHANGE)
        limit = 0.1
        while len(set(asked_for(daemon))) < 3:  # a slow machine may not have come to all of them
            with conn.timeout(limit), pytest.raises(CallTimeout):
                yield events.next_event
            limit *= 2
        while set(taken_back(daemon)) != {5, 6}:
            yield conn.get_hostname
        yield conn.close

    face.run(script())


def test_given_up_before_it_was_sent(face: Face, daemon: FakeDaemon, proxy: FaultProxy) -> None:
    """Who gives up closing, while the daemon takes nothing, has ended the subscription all the same.

    A daemon refuses a second registration of the same kind, so the next one would fail for good.
    """
    daemon.on("DOMAIN_DEFINE_XML", GUEST)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(proxy)
        for _ in range(3):
            events = conn.events(Domain.EVENT_ID_LIFECYCLE, Domain.EVENT_ID_REBOOT)
            yield lambda: entered(events)  # noqa: B023
            proxy.to_daemon.freeze()
            with conn.timeout(0.1), pytest.raises(CallTimeout):
                yield lambda: conn.define_domain("x" * 4_000_000)  # of which a part has left
            with conn.timeout(0.1), pytest.raises(CallTimeout):
                yield events.close
            proxy.to_daemon.thaw()
        yield events.close
        assert (yield conn.get_hostname) == "somewhere"
        assert len(set(taken_back(daemon))) == 6
        assert not registered(daemon)
        yield conn.close

    face.run(script())


def test_struck_when_it_is_closed(daemon: FakeDaemon) -> None:
    """At any instant, again and again: what is closed is ended, whether or not it is closed once more."""
    storm = Storm(3)
    with testing.connect(daemon) as conn:

        def use() -> None:
            events = conn.events(Domain.EVENT_ID_LIFECYCLE)
            if storm.call(lambda: [events.__enter__()]) is not None:
                storm.call(events.close)

        with conn.events(Domain.EVENT_ID_REBOOT):
            pass  # what is started with the first subscription is no part of this
        with storm.raging():
            while storm.strikes < 300:
                use()
        with conn.events(Domain.EVENT_ID_LIFECYCLE) as events:
            daemon.emit(0, GUEST, 100, 1)
            assert events.next_event(PATIENCE) is not None
        conn._channel.router.clean_up()
        conn._channel.flush()
        assert conn.get_hostname() == "somewhere"
        assert not conn._channel.router.registrations
        assert not registered(daemon)
        assert not conn._pump.session.pending


@pytest.mark.parametrize("later", ["an event", "a subscription"])
def test_dropped_without_being_closed(face: Face, daemon: FakeDaemon, later: str) -> None:
    """The daemon is told by whoever comes next."""

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        dropped = [conn.events(Domain.EVENT_ID_LIFECYCLE) for _ in range(100)]
        for events in dropped:
            yield lambda: entered(events)  # noqa: B023
        del events
        dropped.clear()
        yield conn.get_hostname  # whoever runs this has the last one until then
        gc.collect()
        assert asked_for(daemon) == [0]
        assert not conn._delivery.subscriptions
        events = conn.events(Domain.EVENT_ID_REBOOT)
        for _ in range(3):
            if later == "an event":
                daemon.emit(0, GUEST, 100, 1)
                assert (yield conn.get_hostname) == "somewhere"
            else:
                yield lambda: entered(conn.events(Domain.EVENT_ID_RTC_CHANGE))
        assert (yield conn.get_hostname) == "somewhere"
        assert taken_back(daemon)[:1] == [0]
        yield events.close
        yield conn.close

    face.run(script())


def test_two_families(face: Face, daemon: FakeDaemon) -> None:
    """Each numbers its callbacks from 0; what QEMU's monitor says has no public name yet."""
    monitor = FAMILIES[-1].kind(0)
    daemon.on("qemu:CONNECT_DOMAIN_MONITOR_EVENT_REGISTER", 0)
    daemon.on("qemu:CONNECT_DOMAIN_MONITOR_EVENT_DEREGISTER", None)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        guest = yield lambda: conn.get_domain_by_name("guest")
        events = conn.events(Domain.EVENT_ID_LIFECYCLE)
        yield lambda: entered(events)
        delivery = conn._events()
        said = conn.events(Domain.EVENT_ID_LIFECYCLE)
        wish = delivery.subscription(monitor, guest, said._queue)
        yield lambda: delivery.subscribe(wish)
        said._open = True
        asked = daemon.wait_for("qemu:CONNECT_DOMAIN_MONITOR_EVENT_REGISTER")
        assert asked.args == (guest._ref, None, 0)
        assert asked_for(daemon) == [0]

        client = daemon.clients[0]
        daemon.emit(0, GUEST, 100, 7)
        client.send(client.session.event(monitor.procedure, 0, GUEST, "STOP", 17, 5, '{"a": 1}'))
        assert (yield events.next_event).detail == 7
        record = yield said.next_event
        assert record._values[2:] == ("STOP", 17, 5, '{"a": 1}')
        assert record.domain == guest
        assert (yield lambda: events.next_event(0)) is None
        assert (yield lambda: said.next_event(0)) is None

        yield events.close
        assert taken_back(daemon) == [0]
        client.send(client.session.event(monitor.procedure, 0, GUEST, "RESUME", 18, 6, None))
        assert (yield said.next_event).event == "RESUME"
        yield lambda: delivery.unsubscribe(wish)
        assert [call.args for call in daemon.received("qemu:CONNECT_DOMAIN_MONITOR_EVENT_DEREGISTER")] == [
            (0,)
        ]
        yield conn.close

    face.run(script())


def test_an_event_of_another_kind_under_its_callback_id(face: Face, daemon: FakeDaemon) -> None:
    """It is not taken for what was registered: the connection ends, and says why."""
    woken, rebooted = kind_of(Domain.EVENT_ID_PMWAKEUP).procedure, kind_of(Domain.EVENT_ID_REBOOT).procedure

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        events = conn.events(Domain.EVENT_ID_PMWAKEUP)
        yield lambda: entered(events)
        client = daemon.clients[0]
        client.send(client.session.event(rebooted, 0, (GUEST,)))
        with pytest.raises(ProtocolError) as failure:
            yield lambda: events.next_event(PATIENCE)
        assert rebooted.name in failure.value.message
        assert woken.name in failure.value.message
        with pytest.raises(ProtocolError):
            yield conn.get_hostname
        yield conn.close

    face.run(script())


def test_one_leaves_while_another_comes(daemon: FakeDaemon) -> None:
    """Who shares a registration that somebody else just ends gets events all the same."""
    usual = sys.getswitchinterval()
    missed: list[int] = []
    with testing.connect(daemon) as conn:

        def come_and_go() -> None:
            for round_ in range(200):
                with conn.events(Domain.EVENT_ID_LIFECYCLE) as events:
                    daemon.emit(0, GUEST, 100, round_)
                    if events.next_event(PATIENCE) is None:
                        missed.append(round_)
                        return

        threads = [threading.Thread(target=come_and_go) for _ in range(3)]
        sys.setswitchinterval(1e-6)
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            sys.setswitchinterval(usual)
    assert not missed
