"""Timeouts as users give them."""

from __future__ import annotations

import math
import threading

import pytest

from sysvirt import Domain
from sysvirt.testing import FakeDaemon
from tests.faults.conversation import GUEST
from tests.faults.faces import PATIENCE, Face, Script
from tests.faults.waits import entered


@pytest.mark.parametrize("limit", [3e6, 1e12, math.inf, 10**400], ids=["a month", "ages", "inf", "huge"])
def test_a_timeout_may_be_as_long_as_one_likes(face: Face, daemon: FakeDaemon, limit: float) -> None:
    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon, timeout=limit)
        with conn.timeout(limit):
            assert (yield conn.get_hostname) == "somewhere"
        events = conn.events(Domain.EVENT_ID_LIFECYCLE)
        yield lambda: entered(events)
        daemon.emit(0, GUEST, 100, 1)
        assert (yield lambda: events.next_event(limit)).detail == 1
        yield events.close
        yield conn.close

    face.run(script())


def test_one_block_may_be_entered_again(face: Face, daemon: FakeDaemon) -> None:
    """Within itself, and by several threads at once: each has its own, and what was around it afterwards."""

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        block = conn.timeout(PATIENCE)
        met = threading.Barrier(2)
        failures: list[BaseException] = []

        def use() -> None:
            try:
                for _ in range(2):
                    met.wait(PATIENCE)
                    with block:
                        met.wait(PATIENCE)
                        assert conn._deadline("long") is not None
                assert conn._deadline("long") is None
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=use) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        assert not failures
        with block:
            with block:
                assert (yield conn.get_hostname) == "somewhere"
            assert conn._deadline("long") is not None
        assert conn._deadline("long") is None
        yield conn.close

    face.run(script())
