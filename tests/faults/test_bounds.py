"""Bounds as users give them."""

from __future__ import annotations

import math

import pytest

from sysvirt import Domain
from sysvirt.testing import FakeDaemon
from tests.faults.conversation import GUEST
from tests.faults.faces import Face, Script
from tests.faults.test_events import entered


@pytest.mark.parametrize("bound", [3e6, 1e12, math.inf, 10**400], ids=["a month", "ages", "inf", "huge"])
def test_a_bound_may_be_as_long_as_one_likes(face: Face, daemon: FakeDaemon, bound: float) -> None:
    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon, timeout=bound)
        with conn.timeout(bound):
            assert (yield conn.get_hostname) == "somewhere"
        events = conn.events(Domain.EVENT_ID_LIFECYCLE)
        yield lambda: entered(events)
        daemon.emit(0, GUEST, 100, 1)
        assert (yield lambda: events.next_event(bound)).detail == 1
        yield events.close
        yield conn.close

    face.run(script())
