"""Progress of a call, against a daemon that tells how far it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sysvirt import Domain, Error, NoDomain, OperationFailed, OperationInvalid, Progress
from sysvirt.testing import HOLD, FakeDaemon, ReceivedCall, typed_params
from tests.faults.conversation import GUEST
from tests.faults.faces import Belongings, Face, Script

END = object()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for face in ("_async", "_sync"):
        monkeypatch.setattr(f"sysvirt.{face}.domain.progress._INTERVAL", 0.01)


@pytest.fixture
def saving(belongings: Belongings) -> Iterator[FakeDaemon]:
    """Saves a guest of 100 bytes, 40 at a time, each time that somebody asks; the first time it has not begun.

    It begins when it is told to, which may be later than the first question.
    """
    with FakeDaemon({"DOMAIN_LOOKUP_BY_NAME": GUEST, "DOMAIN_SAVE": HOLD}) as daemon:
        asked = 0

        def how_far(call: ReceivedCall) -> Any:
            nonlocal asked
            if not asked or daemon.received("DOMAIN_SAVE"):
                asked += 1
            if asked == 1:
                return (0,) * 12
            done = min(100, 40 * (asked - 1))
            if done == 100 and not daemon.received("DOMAIN_SAVE")[-1].answered:
                daemon.received("DOMAIN_SAVE")[-1].reply()
            return (2, asked, 0, 100, done, 100 - done, 0, 0, 0, 0, 0, 0)

        daemon.on("DOMAIN_GET_JOB_INFO", how_far)
        yield daemon


def following(iterator: Any) -> Any:
    """As a step: the next record, or END."""
    if hasattr(iterator, "__next__"):
        return next(iterator, END)
    return anext(iterator, END)


def all_of(iterator: Any) -> Script[list[Progress]]:
    records = []
    while (record := (yield lambda: following(iterator))) is not END:
        records.append(record)
    return records


def test_progress_of_a_call(face: Face, saving: FakeDaemon) -> None:
    def script() -> Script[None]:
        conn = yield lambda: face.connect(saving)
        guest = yield lambda: conn.get_domain_by_name("guest")
        progress = guest.with_progress(guest.save, "/var/tmp/guest.save")
        records = yield from all_of(progress)
        assert [(record.done, record.total, record.remaining) for record in records[:2]] == [
            (40, 100, 60),
            (80, 100, 20),
        ]
        assert (records[-1].done, records[-1].total, records[-1].remaining) == (100, 100, 0)
        assert records[0].speed > 0
        assert saving.received("DOMAIN_SAVE")[0].args[1] == "/var/tmp/guest.save"
        assert guest.get_id() == -1
        yield conn.close

    face.run(script())


@pytest.mark.parametrize(("told", "total"), [(None, 100), (90, 100), (120, 120)])
def test_the_end(face: Face, saving: FakeDaemon, told: int | None, total: int) -> None:
    """It is told by the job's own figures, which an event brings; what the daemon has may be of a job before."""
    saving.on("DOMAIN_GET_JOB_STATS", (3, typed_params({"data_processed": 1000})))
    daemon_looks = saving._handlers["DOMAIN_GET_JOB_INFO"]

    def last_look(call: ReceivedCall) -> object:
        assert callable(daemon_looks)
        figures: Any = daemon_looks(call)
        if figures[4] == 100 and told is not None:
            saving.emit(Domain.EVENT_ID_JOB_COMPLETED, GUEST, typed_params({"data_processed": told}))
        return figures

    def script() -> Script[None]:
        conn = yield lambda: face.connect(saving)
        guest = yield lambda: conn.get_domain_by_name("guest")
        saving.on("DOMAIN_GET_JOB_INFO", last_look)
        records = yield from all_of(guest.with_progress(guest.save, "/var/tmp/guest.save"))
        assert (records[-1].done, records[-1].total, records[-1].remaining) == (total, total, 0)
        assert saving.clients[0].registered == {}
        yield conn.close

    face.run(script())


def test_the_call_fails(face: Face, saving: FakeDaemon) -> None:
    saving.on("DOMAIN_SAVE", OperationFailed("no room"))

    def script() -> Script[None]:
        conn = yield lambda: face.connect(saving)
        guest = yield lambda: conn.get_domain_by_name("guest")
        progress = guest.with_progress(guest.save, "/var/tmp/guest.save")
        with pytest.raises(OperationFailed, match="no room"):
            yield from all_of(progress)
        yield conn.close

    face.run(script())


def test_leaving_early(face: Face, saving: FakeDaemon) -> None:
    """The call goes on at the daemon."""

    def how_far(call: ReceivedCall) -> Any:
        return (2, 1, 0, 100, 10, 90, 0, 0, 0, 0, 0, 0) if saving.received("DOMAIN_SAVE") else (0,) * 12

    saving.on("DOMAIN_GET_JOB_INFO", how_far)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(saving)
        guest = yield lambda: conn.get_domain_by_name("guest")
        progress = guest.with_progress(guest.save, "/var/tmp/guest.save")
        assert (yield lambda: following(progress)).done == 10
        yield getattr(progress, "aclose", None) or progress.close
        (call,) = saving.received("DOMAIN_SAVE")
        assert not call.answered
        assert saving.clients[0].registered == {}
        call.reply()
        yield conn.close

    face.run(script())


@pytest.mark.parametrize(
    "ended", [OperationInvalid("the domain is not running"), NoDomain("Domain not found", domain=10)]
)
def test_following_a_job_of_others(face: Face, saving: FakeDaemon, ended: Error) -> None:
    """One that ends the guest, or has it go altogether, has ended too."""
    figures: list[Any] = [
        (2, 1, 0, 100, 10, 90, 0, 0, 0, 0, 0, 0),
        (2, 2, 0, 100, 90, 10, 0, 0, 0, 0, 0, 0),
        ended,
    ]
    saving.on("DOMAIN_GET_JOB_INFO", lambda call: figures.pop(0))

    def script() -> Script[None]:
        conn = yield lambda: face.connect(saving)
        guest = yield lambda: conn.get_domain_by_name("guest")
        records = yield from all_of(guest.follow_job(0.01))
        assert [record.done for record in records] == [10, 90]
        yield conn.close

    face.run(script())
