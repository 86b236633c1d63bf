"""What `with conn.timeout(...)` limits beside calls, and what it does not."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from sysvirt import CallTimeout, Domain, InvalidArgument
from sysvirt.testing import HOLD, FakeDaemon
from tests.faults.conversation import GUEST
from tests.faults.faces import PATIENCE, Face, Script
from tests.faults.waits import entered

LIFECYCLE = Domain.EVENT_ID_LIFECYCLE


def test_waiting_for_an_event(face: Face, daemon: FakeDaemon) -> None:
    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        events = conn.events(LIFECYCLE)
        yield lambda: entered(events)
        with conn.timeout(0.05), pytest.raises(CallTimeout, match="block"):
            yield events.next_event
        with conn.timeout(PATIENCE):
            assert (yield lambda: events.next_event(timeout=0.05)) is None
        # The connection's default, which is long over, is not for this.
        conn._timeout = 0.1
        assert (yield lambda: events.next_event(timeout=0.3)) is None
        conn._timeout = PATIENCE
        assert (yield lambda: events.next_event(timeout=0)) is None
        daemon.emit(0, GUEST, 2, 0)
        yield conn.get_hostname
        assert (yield lambda: events.next_event(timeout=0)).event == Domain.EVENT_STARTED
        with pytest.raises(InvalidArgument, match="timeout: no negative"):
            yield lambda: events.next_event(timeout=-1)
        yield events.close
        with conn.timeout(0.05):
            assert (yield events.next_event) is None
        yield conn.close

    face.run(script())


def test_a_job_beside(face: Face, daemon: FakeDaemon) -> None:
    """What is done within `with_progress` is done within the block that this is in."""
    daemon.on("DOMAIN_MANAGED_SAVE", HOLD)
    daemon.on("DOMAIN_GET_JOB_INFO", (0, *[0] * 11))

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon, timeout=PATIENCE)
        dom = yield lambda: conn.get_domain_by_name(GUEST[0])
        progress: Any = dom.with_progress(dom.managed_save)
        step = progress.__anext__ if hasattr(progress, "__anext__") else progress.__next__
        with conn.timeout(0.2), pytest.raises(CallTimeout):
            yield step
        yield conn.close

    face.run(script())


def test_what_runs_beside_is_in_the_block(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_GET_JOB_INFO", (0, *[0] * 11))
    bounded: list[bool] = []

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        dom = yield lambda: conn.get_domain_by_name(GUEST[0])

        def look() -> None:
            bounded.append(conn._deadline("long") is not None)

        async def look_later() -> None:
            look()

        progress: Any = dom.with_progress(look_later if face.name == "asyncio" else look)
        step = progress.__anext__ if hasattr(progress, "__anext__") else progress.__next__
        with conn.timeout(PATIENCE):
            yield step
        yield conn.close

    face.run(script())
    assert bounded == [True]


def test_callbacks_run_outside(face: Face, daemon: FakeDaemon) -> None:
    """The timeout of the block in which one was registered is not theirs."""
    told: list[bool] = []
    done = threading.Event()

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon, timeout=PATIENCE)

        def note(event: Any) -> None:
            told.append(conn._deadline("long") is None)
            if len(told) == 2:
                done.set()

        with conn.timeout(PATIENCE):
            yield lambda: conn.domain_event_register_any(None, LIFECYCLE, note)
            daemon.emit(0, GUEST, 2, 0)
            daemon.emit(0, GUEST, 2, 1)
            yield conn.get_hostname
        yield lambda: face.wait(lambda: done.wait(PATIENCE))
        yield conn.close

    face.run(script())
    assert told == [True, True]


def test_a_guest_is_not_destroyed_before_its_time(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_LOOKUP_BY_UUID", GUEST)
    daemon.on("DOMAIN_SHUTDOWN", None)
    daemon.on("DOMAIN_GET_STATE", (1, 1))

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon, timeout=PATIENCE)
        dom = yield lambda: conn.get_domain_by_name(GUEST[0])
        with conn.timeout(0.2), pytest.raises(CallTimeout):
            yield lambda: dom.shutdown_or_destroy(PATIENCE)
        yield conn.get_hostname
        yield conn.close

    face.run(script())
    assert not daemon.received("DOMAIN_DESTROY")


@pytest.mark.parametrize(
    ("interval", "count", "named"),
    [(-1, 5, "interval"), ("x", 5, "interval"), (0.2, 0, "count"), (5, "5", "count"), (5, True, "count")],
)
def test_pings_that_are_none(face: Face, daemon: FakeDaemon, interval: Any, count: Any, named: str) -> None:
    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon, timeout=PATIENCE)
        with pytest.raises(InvalidArgument, match=f"^{named}: "):
            yield lambda: conn.set_keep_alive(interval, count)
        assert (yield conn.get_hostname) == "somewhere"
        yield conn.close

    face.run(script())


@pytest.mark.parametrize(
    ("keepalive", "named"),
    [((-1, 5), r"keepalive\[0\]"), ((5, 0), r"keepalive\[1\]"), ((5,), "keepalive"), (5, "keepalive")],
)
def test_pings_that_are_none_from_the_start(
    face: Face, daemon: FakeDaemon, keepalive: Any, named: str
) -> None:
    def script() -> Script[None]:
        with pytest.raises(InvalidArgument, match=f"^{named}: "):
            yield lambda: face.connect(daemon, keepalive=keepalive)

    face.run(script())
