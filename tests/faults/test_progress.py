"""Progress of a call, against a daemon that tells how far it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sysvirt import (
    CallTimeout,
    Domain,
    Error,
    InvalidArgument,
    NoDomain,
    OperationFailed,
    OperationInvalid,
    Progress,
)
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
        # How long it took to come to the first is not known; then the daemon's own time counts: 40 bytes in a ms.
        assert [record.speed for record in records[:2]] == [0, 40_000]
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


def test_the_speed_at_the_end(face: Face, saving: FakeDaemon) -> None:
    """What the event tells took the time that it tells; where none comes, the total is nothing that was done."""
    figures = [(2, 1000, 0, 10**9, 1000, 10**9, *[0] * 6), (2, 2000, 0, 10**9, 3000, 10**9, *[0] * 6)]
    told: list[object] = []

    def how_far(call: ReceivedCall) -> object:
        if not saving.received("DOMAIN_SAVE"):
            return (0,) * 12
        if len(figures) > 1:
            return figures.pop(0)
        for event in told:
            saving.emit(Domain.EVENT_ID_JOB_COMPLETED, GUEST, event)
        saving.received("DOMAIN_SAVE")[-1].reply()
        return figures[0]

    saving.on("DOMAIN_GET_JOB_INFO", how_far)

    def script() -> Script[list[Progress]]:
        conn = yield lambda: face.connect(saving)
        guest = yield lambda: conn.get_domain_by_name("guest")
        records = yield from all_of(guest.with_progress(guest.save, "/var/tmp/guest.save"))
        yield conn.close
        return records

    assert [record.speed for record in face.run(script())] == [0, 2000, 2000]
    figures.insert(0, (2, 1000, 0, 10**9, 1000, 10**9, *[0] * 6))
    told.append(typed_params({"data_processed": 9000, "time_elapsed": 4000}))
    assert [record.speed for record in face.run(script())] == [0, 2000, 3000]


def test_the_speed_of_another_job(face: Face, saving: FakeDaemon) -> None:
    """It has done less than the one before, and that not since the last look."""
    figures = [
        (2, 5000, 0, 100, 90, 10, *[0] * 6),
        (2, 7, 0, 100, 20, 80, *[0] * 6),
        (2, 107, 0, 100, 40, 60, *[0] * 6),
    ]
    figures.append((0,) * 12)
    saving.on("DOMAIN_GET_JOB_INFO", lambda call: figures.pop(0))

    def script() -> Script[None]:
        conn = yield lambda: face.connect(saving)
        guest = yield lambda: conn.get_domain_by_name("guest")
        records = yield from all_of(guest.follow_job(0.01))
        assert [record.speed for record in records] == [0, 0, 200]
        yield conn.close

    face.run(script())


@pytest.mark.parametrize("kind", ["follow_job", "follow_block_job", "with_progress"])
def test_a_block_bounds_it(
    face: Face, saving: FakeDaemon, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """However seldom is asked: also one that was entered after the first record."""
    for made in ("_async", "_sync"):
        monkeypatch.setattr(
            f"sysvirt.{made}.domain.progress._INTERVAL", 0.05 if kind == "with_progress" else 1000
        )
    saving.on("DOMAIN_GET_JOB_INFO", (2, 1, 0, 100, 10, 90, *[0] * 6))
    saving.on("DOMAIN_GET_BLOCK_JOB_INFO", (1, 1, 0, 5, 9))
    saving.on("CONNECT_GET_HOSTNAME", "somewhere")
    disk = "<disk><target dev='vda'/></disk>"
    saving.on("DOMAIN_GET_XML_DESC", f"<domain id='7'><devices>{disk}</devices></domain>")

    def script() -> Script[None]:
        conn = yield lambda: face.connect(saving)
        guest = yield lambda: conn.get_domain_by_name("guest")
        ways = {
            "follow_job": lambda: guest.follow_job(1000),
            "follow_block_job": lambda: guest.follow_block_job("vda", 1000),
            "with_progress": lambda: guest.with_progress(guest.save, "/var/tmp/guest.save"),
        }
        progress = ways[kind]()
        assert (yield lambda: following(progress)).done in (5, 10)
        if kind == "with_progress":
            monkeypatch.setattr(f"{type(guest).with_progress.__module__}._INTERVAL", 1000)
        with pytest.raises(CallTimeout), conn.timeout(0.2):
            yield lambda: following(progress)
        while saving.clients[0].registered:  # what could not be taken back within the block is, later
            yield conn.get_hostname
        for call in saving.received("DOMAIN_SAVE"):
            call.reply()
        yield conn.close

    face.run(script())


def test_a_disk_by_its_path(face: Face, saving: FakeDaemon) -> None:
    """To its end, which may come with another path: until a copy is ready as the daemon sees it."""
    disk = "<disk><source file='/a.raw'/><mirror{}/><target dev='vda'/></disk>"
    looks = [*[disk.format("")] * 3, disk.format(" ready='yes'").replace("a.raw", "b.raw")]
    saving.on(
        "DOMAIN_GET_XML_DESC", lambda call: f"<domain id='7'><devices>{looks.pop(0)}</devices></domain>"
    )
    saving.on("DOMAIN_GET_BLOCK_JOB_INFO", (1, 2, 0, 9, 9))

    def script() -> Script[None]:
        conn = yield lambda: face.connect(saving)
        guest = yield lambda: conn.get_domain_by_name("guest")
        records = yield from all_of(guest.follow_block_job("/a.raw", 0.01))
        assert [record.done for record in records] == [9, 9, 9]
        assert {call.args[1] for call in saving.received("DOMAIN_GET_BLOCK_JOB_INFO")} == {"vda"}
        looks.append(disk.format(""))
        with pytest.raises(InvalidArgument, match=r"^path: .*vda.*'vdb'"):
            yield from all_of(guest.follow_block_job("vdb", 0.01))
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
