"""Ctrl-C at points all along a wait, and along an iterator that follows a job: the connection goes on as before."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from sysvirt import Domain
from sysvirt.testing import FakeDaemon, ReceivedCall, connect
from tests.faults.about_guests import NO_BLOCK_JOB, NO_JOB, PULL, disk, guest_xml
from tests.faults.conversation import GUEST
from tests.faults.faces import PATIENCE, Belongings
from tests.faults.striking import Strike

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

#: Each call within a wait has points of its own, which others strike one by one; here it is about what is around them.
STEP = 5
WAYS: dict[str, Callable[[Domain], object]] = {
    "job": lambda dom: dom.wait_for_job(PATIENCE),
    "block job": lambda dom: dom.wait_for_block_job("vda", PATIENCE),
    "device": lambda dom: dom.wait_for_detached("vda", PATIENCE),
    "end": lambda dom: dom.shutdown_or_destroy(PATIENCE),
    "progress": lambda dom: [*dom.with_progress(dom.managed_save)],
    "block progress": lambda dom: [*dom.follow_block_job("vda", 0.001)],
}


class InTurn:
    """Gives these answers to each client anew, the last again and again, and tells an event with each."""

    def __init__(self, *answers: object, event: tuple[Any, ...] = (0, 4, 0)) -> None:
        self._answers = answers
        self._event = event
        self._given: dict[object, int] = {}

    def __call__(self, call: ReceivedCall) -> object:
        given = self._given.get(call.client, 0)
        self._given[call.client] = given + 1
        number, *details = self._event
        call.client.daemon.emit(number, GUEST, *details)
        return self._answers[min(given, len(self._answers) - 1)]


@pytest.fixture(autouse=True)
def quick(quick_watcher: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No wait waits for what it does not hear, and the collector does not strike where it pleases."""
    monkeypatch.setattr("sysvirt._sync.connection.delivery._LINGER_SECONDS", 0.01)
    for name in (
        *("waiting._POLL_SECONDS", "waiting.LAST_WORD_SECONDS"),
        *("progress._INTERVAL", "progress.LAST_WORD_SECONDS"),
    ):
        monkeypatch.setattr(f"sysvirt._sync.domain.{name}", 0.001)
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def guest(daemon: FakeDaemon) -> None:
    """Has a job, and a disk with a job that goes; each for some looks. When it is asked to, it ends."""
    here = guest_xml(disk())
    daemon.on("DOMAIN_GET_XML_DESC", InTurn(here, here, here, guest_xml(), event=(15, "virtio-disk0")))
    daemon.on("DOMAIN_GET_BLOCK_JOB_INFO", InTurn(PULL, PULL, NO_BLOCK_JOB, event=(16, "vda", 1, 0)))
    daemon.on("DOMAIN_GET_JOB_INFO", InTurn((2, *[5] * 11), (2, *[6] * 11), NO_JOB))
    daemon.on("DOMAIN_GET_JOB_STATS", (0, []))
    daemon.on("DOMAIN_LOOKUP_BY_UUID", InTurn(GUEST, GUEST, (*GUEST[:2], -1), event=(0, 5, 0)))
    daemon.on("DOMAIN_SHUTDOWN", None)
    daemon.on("DOMAIN_MANAGED_SAVE", None)


@pytest.mark.parametrize("way", list(WAYS))
def test_points_of_a_wait(daemon: FakeDaemon, belongings: Belongings, way: str) -> None:
    with connect(daemon) as conn:  # what is imported with a first call is no part of this
        WAYS[way](conn.get_domain_by_name("guest"))
    for point in count(0, STEP):
        strike = Strike(point)
        conn = connect(daemon)
        dom = conn.get_domain_by_name("guest")
        strike.into(lambda dom=dom: WAYS[way](dom))  # type: ignore[misc]
        with conn.timeout(PATIENCE):
            assert conn.get_hostname() == "somewhere", strike.where
            dom.wait_for_state(Domain.STATE_RUNNING)
        conn.close()
        daemon.wait_empty()
        if not strike.struck:
            return
