"""What closing does at the daemon."""

from __future__ import annotations

import pytest

from sysvirt import Domain
from sysvirt.testing import FakeDaemon
from tests.faults.faces import PATIENCE, Face, Script
from tests.faults.waits import entered


def test_what_is_registered_is_taken_back_first(
    face: Face, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("_async", "_sync"):
        monkeypatch.setattr(f"sysvirt.{kind}.connection.base._CLOSE_SECONDS", PATIENCE)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        yield lambda: conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, print)
        events = conn.events(Domain.EVENT_ID_LIFECYCLE)
        yield lambda: entered(events)
        yield conn.close
        yield events.close

    face.run(script())
    assert [call.procedure for call in daemon.calls][2:] == [
        "CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY",
        "CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY",
        "CONNECT_CLOSE",
    ]


def test_a_daemon_that_does_not_take_it_back(face: Face, daemon: FakeDaemon) -> None:
    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        yield lambda: conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, print)
        daemon.freeze()
        yield conn.close
        assert not conn.is_alive()
        daemon.thaw()

    face.run(script())
