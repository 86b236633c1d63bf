"""How long both pumps wait for a call's turn when no deadline was given; the rules are in test_admission.py."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import pytest

from sysvirt._protocol.table import remote
from sysvirt._session import admission
from sysvirt._session.admission import Patience
from sysvirt.errors import CallTimeout, ConnectionLost, OperationTimeout
from tests.session.driving import DRIVERS, driving
from tests.session.peer import PATIENCE, Peer, guest, until

pytestmark = pytest.mark.timeout(120)

QUERY = remote.DOMAIN_GET_BLOCK_INFO


@pytest.fixture(params=DRIVERS)
def drive(request: pytest.FixtureRequest) -> Any:
    return partial(driving, request.param)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The limits are short, and each look is noted."""
    monkeypatch.setattr(admission, "LOCK_SECONDS", 0.05)
    monkeypatch.setattr(admission, "LOOK_SECONDS", 0.01)
    noted: list[float] = []
    look = Patience.next_check

    def noting(self: Patience, now: float) -> float | None:
        noted.append(now)
        return look(self, now)

    monkeypatch.setattr(Patience, "next_check", noting)
    return noted


def many(looks: list[float]) -> None:
    """Until they have looked for longer than a guest's lock would be waited for."""
    until(lambda: looks and looks[-1] - looks[0] > 3 * admission.LOCK_SECONDS)


def test_a_guests_lock_is_waited_for_so_long(drive: Any, looks: list[float]) -> None:
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        holder = peer.take_call(QUERY)
        assert go_on.wait(PATIENCE)
        peer.reply(holder, 1, 2, 3)
        peer.reply(peer.take_call(QUERY), 4, 5, 6)

    with drive(script) as driver:
        holder = driver.call(QUERY, guest(), "vda", 0)
        until(lambda: driver.session.pending)
        error = driver.call(QUERY, guest(), "vdb", 0).exception(PATIENCE)
        assert isinstance(error, CallTimeout)
        assert error.sent == "no"
        assert "behind DOMAIN_GET_BLOCK_INFO" in error.message
        assert looks[-1] - looks[0] >= admission.LOCK_SECONDS
        assert not driver.session.admission.queue
        go_on.set()
        assert holder.result(PATIENCE) == (1, 2, 3)
        assert driver.call(QUERY, guest(), "vdc", 0).result(PATIENCE) == (4, 5, 6)


def test_a_place_is_waited_for_as_long_as_it_takes(drive: Any, looks: list[float]) -> None:
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        calls = [peer.take_call(QUERY) for _ in range(3)]
        assert go_on.wait(PATIENCE)
        for call in calls:
            peer.reply(call, 1, 2, 3)
        peer.reply(peer.take_call(QUERY), 4, 5, 6)

    with drive(script) as driver:
        held = [driver.call(QUERY, guest(number), "vda", 0) for number in range(1, 4)]
        until(lambda: len(driver.session.pending) == 3)
        waiting = driver.call(QUERY, guest(4), "vda", 0)
        many(looks)
        assert not waiting.done()
        go_on.set()
        assert waiting.result(PATIENCE) == (4, 5, 6)
        assert [call.result(PATIENCE) for call in held] == [(1, 2, 3)] * 3


def test_when_all_is_given_up_meanwhile_it_is_told_so(drive: Any, looks: list[float]) -> None:
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        for _ in range(3):
            peer.take_call(QUERY)
        assert go_on.wait(PATIENCE)

    with drive(script) as driver:
        held = [driver.call(QUERY, guest(number), "vda", 0, timeout=0.3) for number in range(1, 4)]
        until(lambda: len(driver.session.pending) == 3)
        error = driver.call(QUERY, guest(4), "vda", 0).exception(PATIENCE)
        assert type(error) is OperationTimeout
        assert "every place it could use is held" in error.message
        assert all(isinstance(call.exception(PATIENCE), CallTimeout) for call in held)
        assert not driver.session.admission.queue
        go_on.set()


def test_with_a_deadline_that_alone_counts(drive: Any, looks: list[float]) -> None:
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        holder, _hasty = peer.take_call(QUERY), peer.take_call(QUERY)
        assert go_on.wait(PATIENCE)
        peer.reply(holder, 1, 2, 3)
        peer.reply(peer.take_call(QUERY), 4, 5, 6)

    with drive(script) as driver:
        first = driver.call(QUERY, guest(), "vda", 0)
        until(lambda: driver.session.pending)
        patient = driver.call(QUERY, guest(), "vdb", 0, timeout=PATIENCE)
        until(lambda: driver.session.admission.queue)
        # The wait of one without a deadline, for the same lock, has come to its end meanwhile.
        hasty = driver.call(QUERY, guest(2), "vda", 0, timeout=4 * admission.LOCK_SECONDS)
        assert isinstance(hasty.exception(PATIENCE), CallTimeout)
        assert not patient.done()
        go_on.set()
        assert first.result(PATIENCE) == (1, 2, 3)
        assert patient.result(PATIENCE) == (4, 5, 6)


def test_the_end_is_told_to_who_waits_for_a_turn(drive: Any, looks: list[float]) -> None:
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        for _ in range(3):
            peer.take_call(QUERY)
        assert go_on.wait(PATIENCE)
        peer.hang_up()

    with drive(script) as driver:
        for number in range(1, 4):
            driver.call(QUERY, guest(number), "vda", 0)
        waiting = driver.call(QUERY, guest(4), "vda", 0)
        until(lambda: driver.session.admission.queue)
        go_on.set()
        error = waiting.exception(PATIENCE)
        assert isinstance(error, ConnectionLost)
        assert error.sent == "no"
