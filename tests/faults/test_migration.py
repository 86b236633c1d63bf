"""Migrations in which each step goes wrong in each way: in the end the guest is at one host, and nothing is left."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from sysvirt import (
    CallTimeout,
    ConnectionLost,
    Domain,
    Error,
    MigrationProgress,
    MigrationUnfinished,
    OperationAborted,
    OperationFailed,
    OperationInvalid,
    OperationUnsupported,
)
from sysvirt._async.migration.moving import Moving as AsyncMoving
from sysvirt._sync.migration.moving import Moving
from sysvirt.testing import typed_params
from tests.faults.faces import Belongings, Face, Script
from tests.faults.moving import (
    CUT_AFTER,
    CUT_BEFORE,
    HELD,
    PARAMS,
    SIDE,
    STEPS,
    XML,
    Hosts,
    name_of,
    nothing_held,
)
from tests.faults.waits import until

LIVE = Domain.MIGRATE_LIVE
FLAGS = int(LIVE | Domain.MIGRATE_CHANGE_PROTECTION)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for face in ("_async", "_sync"):
        for name in ("moving", "managed"):
            monkeypatch.setattr(f"sysvirt.{face}.migration.{name}.SETTLE_SECONDS", 2.0)
        monkeypatch.setattr(f"sysvirt.{face}.migration.moving.ABORT_SECONDS", 0.3)
        monkeypatch.setattr(f"sysvirt.{face}.migration.moving.ABORT_AGAIN_SECONDS", 0.05)
        monkeypatch.setattr(f"sysvirt.{face}.migration.managed.LOOK_SECONDS", 0.01)
        monkeypatch.setattr(f"sysvirt.{face}.migration.sides._PAUSE_SECONDS", 0.01)


@pytest.fixture
def hosts(belongings: Belongings) -> Iterator[Hosts]:
    hosts = Hosts()
    yield hosts
    hosts.close()


def both(face: Face, hosts: Hosts, **options: Any) -> Script[tuple[Any, Any, Any]]:
    """A guest, and the connections to its host and the other."""
    source = yield lambda: face.connect(hosts.source, **options)
    target = yield lambda: face.connect(hosts.target, **options)
    guest = yield lambda: source.get_domain_by_name("guest")
    return guest, source, target


def close(*connections: Any) -> Script[None]:
    for conn in connections:
        yield conn.close


def migration(
    face: Face, hosts: Hosts, flags: Any = LIVE, timeout: float | None = None
) -> Script[tuple[Any, BaseException | None]]:
    """What a migration returns, or raises; afterwards nothing is held, and all is closed."""
    guest, source, target = yield from both(face, hosts)
    result, error = None, None
    try:
        if timeout is None:
            result = yield lambda: guest.migrate(target, PARAMS, flags)
        else:
            with source.timeout(timeout):
                result = yield lambda: guest.migrate(target, PARAMS, flags)
    except Error as raised:
        error = raised
    nothing_held(source, target)
    yield from close(source, target)
    return result, error


def test_the_steps(face: Face, hosts: Hosts) -> None:
    """What each is given, and gives to the next."""
    everything = LIVE | Domain.MIGRATE_AUTO_CONVERGE | Domain.MIGRATE_ABORT_ON_ERROR
    result, error = face.run(migration(face, hosts, everything))
    assert error is None
    assert result.get_name() == "guest"
    assert hosts.steps == list(STEPS)
    assert hosts.settled() == "target"
    at_source, at_target = int(everything) | FLAGS, int(LIVE)
    bandwidth = ("bandwidth", (4, 10))
    xml, uri, name = (
        (key, (7, value))
        for key, value in (
            ("destination_xml", XML),
            ("migrate_uri", "tcp:there:49152"),
            ("destination_name", "guest"),
        )
    )

    def args(step: str) -> tuple[object, ...]:
        daemon = hosts.source if SIDE[step] == "source" else hosts.target
        (call,) = daemon.received(name_of(step))
        return tuple(call.args[1:] if SIDE[step] == "source" else call.args)

    assert args("begin") == ([bandwidth], at_source)
    assert args("prepare") == ([bandwidth, xml], b"from begin", at_target)
    assert args("perform") == (None, [bandwidth, xml, uri], b"from prepare", at_source)
    assert args("finish") == ([bandwidth, xml, uri, name], b"from perform", at_target, 0)
    assert args("confirm") == ([bandwidth, xml, uri, name], b"from finish", at_source, 0)


def test_what_is_asked_before(face: Face, hosts: Hosts) -> None:
    """In the order of libvirt's own client."""
    result, _ = face.run(migration(face, hosts, Domain.MIGRATE_OFFLINE | Domain.MIGRATE_CHANGE_PROTECTION))
    assert result
    asked = [
        [call.args[0] for call in daemon.received("CONNECT_SUPPORTS_FEATURE")]
        for daemon in (hosts.source, hosts.target)
    ]
    assert asked == [[12, 7, 13, 7], [12, 13]]
    assert hosts.steps == ["begin", "prepare", "finish", "confirm"]


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_refused(face: Face, hosts: Hosts, step: str) -> None:
    hosts.faults[step] = "refused"
    result, error = face.run(migration(face, hosts))
    if step == "confirm":
        # The guest is at the target: what was left of it at the source is ended.
        assert result is not None
        assert hosts.source.received("DOMAIN_DESTROY")
        hosts.has_job = False
        assert hosts.settled() == "target"
        return
    assert type(error) is OperationFailed
    assert error.message == f"{step} was refused"
    assert hosts.settled() == "source"
    after = {
        "begin": [],
        "prepare": ["confirm cancelled"],
        "perform": ["finish cancelled"],
        "finish": ["confirm cancelled"],
    }
    assert hosts.steps == [*STEPS[: STEPS.index(step) + 1], *after[step]]


@pytest.mark.parametrize("fault", [CUT_BEFORE, CUT_AFTER])
@pytest.mark.parametrize("step", STEPS)
def test_the_connection_breaks_at_a_step(face: Face, hosts: Hosts, step: str, fault: str) -> None:
    """What was lost is asked for over another connection."""
    hosts.faults[step] = fault
    result, error = face.run(migration(face, hosts))
    comes = step == "confirm" or (step == "finish" and fault == CUT_AFTER)
    assert hosts.settled() == ("target" if comes else "source")
    if comes:
        assert result is not None
    else:
        assert isinstance(error, ConnectionLost)


@pytest.mark.parametrize("step", STEPS[:3])
def test_it_is_given_up_at_its_deadline(face: Face, hosts: Hosts, step: str) -> None:
    """What has begun is waited for, and undone; perform is aborted."""
    hosts.faults[step] = HELD

    def script() -> Script[None]:
        guest, source, target = yield from both(face, hosts)
        with source.timeout(0.2), pytest.raises(CallTimeout, match="the guest is where it was") as raised:
            yield lambda: guest.migrate(target, PARAMS, LIVE)
        assert raised.value.sent == "no"
        nothing_held(source, target)
        yield from close(source, target)

    if step != "perform":
        release_later(hosts, step)
    face.run(script())
    assert hosts.settled() == "source"


def release_later(hosts: Hosts, step: str) -> None:
    """A daemon that answers a step later than the deadline."""
    hosts.later(step, 0.6, lambda: hosts.release(step))


def test_abort_does_not_help(face: Face, hosts: Hosts) -> None:
    """The source says that it aborts, and does not: without its peer it has to."""
    hosts.faults["perform"] = HELD
    hosts.abort = False
    _, error = face.run(migration(face, hosts, timeout=0.2))
    assert isinstance(error, CallTimeout)
    assert hosts.steps == ["begin", "prepare", "perform", "finish cancelled"]
    assert hosts.settled() == "source"


def test_perform_ends_when_it_was_broken_off(face: Face, hosts: Hosts) -> None:
    """Its reply comes late: by then the target's guest is gone, and the source's goes on."""
    hosts.faults["perform"] = HELD
    hosts.abort = False
    hosts.break_off = lambda: hosts.release("perform")
    _, error = face.run(migration(face, hosts, timeout=0.2))
    assert isinstance(error, CallTimeout)
    assert hosts.steps == ["begin", "prepare", "perform", "finish cancelled", "confirm cancelled"]
    assert hosts.settled() == "source"


def test_it_is_aborted_by_somebody_else(face: Face, hosts: Hosts) -> None:
    hosts.faults["perform"] = HELD
    hosts.later("perform", 0.1, hosts._abort)
    _, error = face.run(migration(face, hosts))
    assert isinstance(error, OperationAborted)
    assert hosts.settled() == "source"


@pytest.mark.parametrize("fault", [CUT_BEFORE, CUT_AFTER])
def test_the_target_cannot_be_asked(face: Face, hosts: Hosts, fault: str) -> None:
    """Nothing is confirmed, so that the guest can run at the target only; who is told can clear that up later."""
    hosts.faults["finish"] = fault
    hosts.target.on("DOMAIN_LOOKUP_BY_UUID", OperationFailed("not now"))
    _, error = face.run(migration(face, hosts))
    assert isinstance(error, MigrationUnfinished)
    assert (error.source, error.target) == ("paused", "unknown")
    assert isinstance(error.__cause__, ConnectionLost)
    assert hosts.steps == list(STEPS[:4])
    assert hosts.at_source == "moving"
    again = pickle.loads(pickle.dumps(error))
    assert (again.source, again.target, again.message) == ("paused", "unknown", error.message)


def test_the_source_cannot_be_asked(face: Face, hosts: Hosts) -> None:
    hosts.faults["confirm"] = CUT_BEFORE
    hosts.at["confirm"] = lambda: hosts.source.on("DOMAIN_GET_STATE", OperationFailed("not now"))
    _, error = face.run(migration(face, hosts))
    assert isinstance(error, MigrationUnfinished)
    assert (error.source, error.target) == ("unknown", "running")


def test_a_guest_that_was_paused_stays_so(face: Face, hosts: Hosts) -> None:
    hosts.at_source = "paused"
    face.run(migration(face, hosts))
    for daemon, step in ((hosts.source, "perform"), (hosts.target, "finish"), (hosts.source, "confirm")):
        (call,) = daemon.received(name_of(step))
        flags = call.args[-1] if step == "perform" else call.args[-2]
        assert flags & int(Domain.MIGRATE_PAUSED)


@pytest.mark.parametrize("step", STEPS)
def test_ctrl_c_at_a_step(face: Face, hosts: Hosts, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the guest has finished at the target it comes back, and from then on it goes to the end."""
    hosts.faults[step] = HELD
    hosts.at[step] = lambda: os.kill(os.getpid(), signal.SIGINT)
    for kind in (AsyncMoving, Moving):
        give_up: Any = kind.give_up

        def and_release(migration: Any, give_up: Any = give_up) -> None:
            give_up(migration)
            if step != "perform" and hosts.holds(step):
                hosts.release(step)

        monkeypatch.setattr(kind, "give_up", and_release)
    connections: list[Any] = []

    def script() -> Script[None]:
        guest, *ends = yield from both(face, hosts)
        connections.extend(ends)
        yield lambda: guest.migrate(ends[1], PARAMS, LIVE)

    with pytest.raises(KeyboardInterrupt) as raised:
        face.run(script())
    assert hosts.settled() == ("target" if step in ("finish", "confirm") else "source")
    told = str(raised.value.__cause__) + "".join(getattr(raised.value, "__notes__", []))
    if face.name == "blocking":
        assert ("gone too far" if step in ("finish", "confirm") else "is where it was") in told
    nothing_held(*connections)


def test_what_does_not_end_goes_on_by_itself(face: Face, hosts: Hosts) -> None:
    """Whoever has given up is told what is known, and later it ends as well as it can."""
    hosts.faults["finish"] = HELD

    def script() -> Script[None]:
        guest, source, target = yield from both(face, hosts)
        with source.timeout(0.1), pytest.raises(MigrationUnfinished) as raised:
            yield lambda: guest.migrate(target, PARAMS, LIVE)
        assert (raised.value.source, raised.value.target) == ("paused", "unknown")
        hosts.release("finish")
        yield lambda: face.wait(hosts.settled)
        yield lambda: face.wait(lambda: nothing_held(source, target))
        assert hosts.at_target == "running"
        yield from close(source, target)

    face.run(script())
    assert hosts.settled() == "target"


RESUMED = LIVE | Domain.MIGRATE_POSTCOPY | Domain.MIGRATE_POSTCOPY_RESUME


@pytest.mark.parametrize(
    ("before", "flags", "step", "told"),
    [
        ("running", LIVE, "begin", ("unknown", "gone")),
        ("running", LIVE, "prepare", ("running", "gone")),
        ("paused", LIVE, "prepare", ("paused", "gone")),
        ("running", LIVE, "perform", ("unknown", "gone")),
        ("running", LIVE, "confirm", ("paused", "running")),
        ("running", LIVE | Domain.MIGRATE_PAUSED, "confirm", ("paused", "paused")),
        ("running", LIVE | Domain.MIGRATE_POSTCOPY, "prepare", ("running", "gone")),
        ("running", LIVE | Domain.MIGRATE_POSTCOPY, "finish", ("paused", "unknown")),
        *(("post-copy failed", RESUMED, step, ("paused", "running")) for step in STEPS),
    ],
)
def test_what_is_known(
    face: Face,
    hosts: Hosts,
    monkeypatch: pytest.MonkeyPatch,
    before: str,
    flags: Any,
    step: str,
    told: tuple[str, str],
) -> None:
    """Of both sides, when a step does not end; nothing is told that might be wrong."""
    for name in ("_async", "_sync"):
        monkeypatch.setattr(f"sysvirt.{name}.migration.moving.SETTLE_SECONDS", 0.1)
    hosts.at_source = before
    if before == "post-copy failed":
        hosts.at_target = before
    hosts.faults[step] = HELD
    hosts.abort, hosts.break_off = False, lambda: None

    def script() -> Script[None]:
        guest, source, target = yield from both(face, hosts)
        with source.timeout(0.1), pytest.raises(MigrationUnfinished) as raised:
            yield lambda: guest.migrate(target, PARAMS, flags)
        assert (raised.value.source, raised.value.target) == told
        hosts.release(step)
        yield lambda: face.wait(lambda: nothing_held(source, target))
        yield from close(source, target)

    face.run(script())


FIGURES = {
    "operation": int(Domain.JOB_OPERATION_MIGRATION_OUT),
    "time_elapsed": 2000,
    "data_total": 1000,
    "data_processed": 300,
    "data_remaining": 700,
    "memory_total": 900,
    "memory_processed": 250,
    "memory_remaining": 650,
    "memory_bps": 100,
    "memory_dirty_rate": 2,
    "memory_page_size": 4096,
    "memory_iteration": 3,
    "disk_total": 100,
    "disk_processed": 50,
    "disk_remaining": 50,
    "disk_bps": 10,
    "downtime": 77,
}


@pytest.fixture
def slow(hosts: Hosts, monkeypatch: pytest.MonkeyPatch) -> Hosts:
    """A migration that goes on until somebody ends it, and says how far it is."""
    for face in ("_async", "_sync"):
        monkeypatch.setattr(f"sysvirt.{face}.domain.progress._INTERVAL", 0.01)
    hosts.faults["perform"] = HELD
    hosts.source.on("DOMAIN_GET_JOB_STATS", (2, typed_params(FIGURES)))
    hosts.target.on("DOMAIN_GET_JOB_INFO", OperationUnsupported("only on the source host", domain=10))
    return hosts


def following(iterator: Any) -> Any:
    """As a step: the next record, or None."""
    return next(iterator, None) if hasattr(iterator, "__next__") else anext(iterator, None)


def test_progress(face: Face, slow: Hosts) -> None:
    def script() -> Script[None]:
        guest, source, target = yield from both(face, slow)
        progress = guest.with_progress(guest.migrate, target, PARAMS, LIVE)
        record = yield lambda: following(progress)
        assert isinstance(record, MigrationProgress)
        assert record.asdict() == {
            "done": 300, "total": 1000, "remaining": 700, "speed": 0,
            "memory_done": 250, "memory_total": 900, "memory_remaining": 650, "memory_rate": 100,
            "dirty_rate": 8192, "iteration": 3,
            "disk_done": 50, "disk_total": 100, "disk_remaining": 50, "disk_rate": 10,
            "downtime": 77, "time_elapsed": 2000,
        }  # fmt: skip
        follower = guest.follow_job(0.01)
        assert (yield lambda: following(follower)) == record
        yield getattr(follower, "aclose", None) or follower.close
        there = yield lambda: target.get_domain_by_name("guest")
        assert (yield lambda: following(there.follow_job(0.01))) is None
        slow.release("perform")
        last = record
        while record is not None:
            last = record
            record = yield lambda: following(progress)
        assert last.total == 1000
        nothing_held(source, target)
        yield from close(source, target)

    face.run(script())
    assert slow.settled() == "target"


@pytest.mark.parametrize("leaving", ["close", "interrupt"])
def test_leaving_the_progress_early(face: Face, slow: Hosts, leaving: str) -> None:
    """In both faces it is aborted, and settled when the loop has been left."""

    def script() -> Script[None]:
        guest, source, target = yield from both(face, slow)
        progress = guest.with_progress(guest.migrate, target, PARAMS, LIVE)
        assert (yield lambda: following(progress)) is not None
        yield lambda: face.wait(lambda: until(lambda: slow.holds("perform")))
        if leaving == "close":
            yield getattr(progress, "aclose", None) or progress.close
        else:
            with pytest.raises(KeyboardInterrupt):
                yield lambda: thrown(progress)
        assert slow.at_source == "running"
        assert not slow.has_job
        assert slow.steps == ["begin", "prepare", "perform", "finish cancelled"]
        nothing_held(source, target)
        yield from close(source, target)

    def thrown(progress: Any) -> Any:
        if hasattr(progress, "athrow"):
            return progress.athrow(KeyboardInterrupt())
        return progress.throw(KeyboardInterrupt())

    face.run(script())
    assert slow.settled() == "source"


def to_its_end(progress: Any) -> Script[None]:
    while (yield lambda: following(progress)) is not None:
        pass


def test_the_end_of_the_block_in_progress(face: Face, slow: Hosts) -> None:
    """The migration's own word is raised."""

    def script() -> Script[None]:
        guest, source, target = yield from both(face, slow)
        progress = guest.with_progress(guest.migrate, target, PARAMS, LIVE)
        with source.timeout(0.3), pytest.raises(CallTimeout, match="the guest is where it was"):
            yield from to_its_end(progress)
        yield from close(source, target)

    face.run(script())
    assert slow.settled() == "source"


def recovery(face: Face, hosts: Hosts) -> Script[tuple[Any, Any, Any]]:
    """What `recover_migration` returns, with the handle and the connection to the target."""
    guest, source, target = yield from both(face, hosts)
    try:
        found = yield lambda: guest.recover_migration(target)
    finally:
        yield from close(source, target)
    return found, guest, target


@pytest.mark.parametrize(
    ("at_source", "at_target", "end"),
    [
        ("moving", "gone", "source"),
        ("moving", "coming", "source"),
        ("moving", "ending", "source"),
        ("running", "coming", "source"),
        ("running", "gone", "source"),
        ("paused", "gone", "source"),
        ("moving", "running", "target"),
        ("gone", "running", "target"),
        ("moving", "paused", "target"),
    ],
)
def test_recovery(face: Face, hosts: Hosts, at_source: str, at_target: str, end: str) -> None:
    """By what both sides say of the guest, it is on one of them afterwards."""
    hosts.at_source, hosts.at_target = at_source, at_target
    found, guest, target = face.run(recovery(face, hosts))
    assert (found is guest) == (end == "source")
    assert (found.get_connection() is target) == (end == "target")
    left, other = (
        (hosts.at_target, hosts.at_source) if end == "source" else (hosts.at_source, hosts.at_target)
    )
    assert left == "gone"
    assert other in ("running", "paused")
    assert not hosts.ran_twice


@pytest.mark.parametrize(
    ("at_source", "at_target", "told"),
    [
        ("running", "running", ("running", "running")),
        ("gone", "gone", ("gone", "gone")),
        ("post-copy", "post-copy", ("paused", "running")),
        ("post-copy failed", "post-copy failed", ("paused", "running")),
        ("post-copy failed", "gone", ("paused", "gone")),
    ],
)
def test_what_recovery_leaves_to_people(
    face: Face, hosts: Hosts, at_source: str, at_target: str, told: tuple[str, str]
) -> None:
    hosts.at_source, hosts.at_target = at_source, at_target
    hosts.has_job = at_source == "post-copy failed"  # libvirt's stays
    with pytest.raises(MigrationUnfinished) as caught:
        face.run(recovery(face, hosts))
    assert (caught.value.source, caught.value.target) == told
    assert (hosts.at_source, hosts.at_target) == (at_source, at_target)


def test_no_recovery_while_it_goes_on(face: Face, hosts: Hosts) -> None:
    hosts.at_source, hosts.at_target, hosts.has_job = "moving", "coming", True
    with pytest.raises(OperationInvalid, match="has a job"):
        face.run(recovery(face, hosts))
    assert (hosts.at_source, hosts.at_target) == ("moving", "coming")
