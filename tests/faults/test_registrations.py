"""What is registered for events at the daemon is taken back, even by who had no time to wait for it."""

from __future__ import annotations

import sys
import threading

import pytest

from sysvirt import CallTimeout, Domain, testing
from sysvirt.testing import HOLD, FakeDaemon, ReceivedCall
from tests.faults.conversation import GUEST
from tests.faults.faces import PATIENCE, Face, Script
from tests.faults.given_up import given_up
from tests.faults.registering import DEREGISTER, REGISTER


def taken_back(daemon: FakeDaemon) -> list[object]:
    return [call.args[0] for call in daemon.received(DEREGISTER)]


def asked_for(daemon: FakeDaemon) -> list[int]:
    return [call.args[0] for call in daemon.received(REGISTER)]


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
