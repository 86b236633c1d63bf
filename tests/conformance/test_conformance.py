"""That the table can't be told what was not seen, and that what is missing is said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sysvirt import (
    Connection,
    Domain,
    Error,
    LifecycleEvent,
    NoSupport,
    OperationInvalid,
    RebootEvent,
    Stream,
)
from sysvirt._enums import pairs
from sysvirt._generated import constants
from sysvirt.testing import FakeDaemon, connect
from tests.conformance.recorder import Conformance, Recorder, Row
from tests.conformance.report import FACES, ROOT, events, excused, methods, problems, text


@pytest.fixture
def seen() -> Conformance:
    return Conformance()


@pytest.fixture
def recorder(seen: Conformance, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    recorder = Recorder(seen, "_sync", "forky")
    with recorder.recording(monkeypatch):
        yield recorder


@pytest.fixture
def conn(recorder: Recorder) -> Iterator[Connection]:
    with FakeDaemon() as daemon:
        daemon.on("CONNECT_GET_HOSTNAME", "somewhere")
        daemon.on("CONNECT_GET_SYSINFO", NoSupport("not here"))
        with connect(daemon) as conn:
            yield conn


def test_what_was_called_can_be_told(recorder: Recorder, seen: Conformance, conn: Connection) -> None:
    conn.get_hostname()
    recorder("Connection.get_hostname", "the host's own name")
    assert seen.rows == {
        ("Connection.get_hostname", "_sync", "forky"): Row(["the host's own name"], {"CONNECT_GET_HOSTNAME"})
    }
    assert "CONNECT_GET_HOSTNAME" in seen.procedures


def test_what_was_not_called_can_not(recorder: Recorder, seen: Conformance, conn: Connection) -> None:
    conn.get_hostname()
    for method in ("Connection.get_type", "set_memory", "get_hostname"):
        with pytest.raises(AssertionError, match="was not called here"):
            recorder(method, "virsh")
    assert seen.rows == {}


def test_what_raised_was_refused_and_not_done(
    recorder: Recorder, seen: Conformance, conn: Connection
) -> None:
    with pytest.raises(NoSupport) as refusal:
        conn.get_sysinfo()
    with pytest.raises(AssertionError, match="did not return"):
        recorder("Connection.get_sysinfo", "virsh sysinfo")
    with pytest.raises(AssertionError, match="did not raise"):
        recorder.refusal("Connection.get_hostname", refusal.value)
    with pytest.raises(AssertionError, match="did not raise"):
        recorder.refusal("Connection.get_sysinfo", Error("another"))
    recorder.refusal("Connection.get_sysinfo", refusal.value)
    (row,) = seen.rows.values()
    assert row.observations == ["refused: NoSupport: not here"]


def test_what_is_missing_is_said(seen: Conformance) -> None:
    said = set(problems(seen))
    for method in (
        "set_memory",
        "DomainSnapshot.delete",
        "Connection.get_type",
        "Console.run",
        "Stream.send",
    ):
        for face in FACES:
            assert f"{method} in {face}: no observation" in said
    for method in (
        "Connection.list_networks",
        "Connection.create_network",
        "get_connection",
        "Connection.timeout",
    ):
        assert not any(problem.startswith(f"{method} ") for problem in said)
    assert "procedure DOMAIN_CREATE: not seen on the wire, and not excused" in said


def test_every_public_method_needs_a_row() -> None:
    """Whether the specification has it or not."""
    found = {method for names in methods().values() for method in names}
    for method in (
        "console",
        "wait_for_state",
        "StorageVol.get_name",
        "NonblockingStream.send",
        "Console.attached",
    ):
        assert method in found
    assert not {"NonblockingStream.abort", "Domain.console", "Connection.__aenter__"} & found
    assert methods()["Domain"][:3] == ["get_id", "get_uuid", "get_uuid_string"]


def test_an_excuse_for_nothing_is_said(seen: Conformance, monkeypatch: pytest.MonkeyPatch) -> None:
    seen.row("get_connection", "_sync", "forky").observations.append("virsh")
    seen.procedures.add("DOMAIN_MIGRATE_PREPARE")
    monkeypatch.setattr(Connection, "create_network", lambda conn: None, raising=False)
    said = set(problems(seen))
    assert "get_connection in _sync: has an observation and is excused" in said
    assert "Connection.create_network is there, and is excused as one to come" in said
    assert "procedure DOMAIN_MIGRATE_PREPARE: used and excused" in said


def test_a_method_belongs_to_the_class_that_has_it(recorder: Recorder, conn: Connection) -> None:
    """What a class has from another that is public is the other's; what it has anew is its own."""
    stream = conn.new_stream(Stream.NONBLOCK)
    stream.abort()
    recorder("Stream.abort", "")
    with pytest.raises(AssertionError, match="was not called here"):
        recorder("NonblockingStream.abort", "")
    with pytest.raises(OperationInvalid) as refusal:
        stream.recv(1)
    recorder.refusal("NonblockingStream.recv", refusal.value)
    with pytest.raises(AssertionError, match="did not raise"):
        recorder.refusal("Stream.recv", refusal.value)


def test_the_document(seen: Conformance) -> None:
    seen.rows["set_memory", "_async", "bookworm"] = Row(["virsh | dominfo"], {"DOMAIN_SET_MEMORY"})
    seen.rows["set_memory", "_sync", "bookworm"] = Row(["virsh | dominfo"], {"DOMAIN_SET_MEMORY"})
    assert "\n| `set_memory` | `DOMAIN_SET_MEMORY` | virsh \\| dominfo | - |\n" in text(seen)
    assert "\n\n## Stream\n\n| method | procedures |" in text(seen)
    assert "\n| `timeout` | - | nothing is sent: " in text(seen)


def test_events(recorder: Recorder, seen: Conformance) -> None:
    """A detail of a life stands for itself, any other event for its kind, and each is missed that has not come."""
    conn, dom = object(), object()
    paused = LifecycleEvent(conn, dom, Domain.EVENT_SUSPENDED, Domain.EVENT_SUSPENDED_PAUSED)
    recorder.event(paused, "virsh suspend")
    recorder.event(paused, "virsh suspend")
    recorder.event(RebootEvent(conn, dom), "virsh reset")
    recorder.event_refusal("EVENT_ID_VCPU_REMOVED", NoSupport("too old"))
    assert seen.events == {
        ("EVENT_SUSPENDED_PAUSED", "_sync", "forky"): ["virsh suspend"],
        ("EVENT_ID_REBOOT", "_sync", "forky"): ["virsh reset"],
        ("EVENT_ID_VCPU_REMOVED", "_sync", "forky"): ["refused: NoSupport: too old"],
    }
    assert "\n| `EVENT_ID_REBOOT` | `DOMAIN_EVENT_CALLBACK_REBOOT` | - | virsh reset |\n" in text(seen)
    said = set(problems(seen))
    assert "event EVENT_ID_REBOOT in _async: has not come" in said
    assert "event EVENT_ID_REBOOT in _sync: has not come" not in said
    assert "event EVENT_ID_VCPU_REMOVED in _sync: has not come" in said
    assert "event EVENT_SUSPENDED_PAUSED in _async: has not come" in said


def test_an_event_that_can_not_be_caused(seen: Conformance) -> None:
    assert "EVENT_STARTED_RECREATED" in excused("uncaused")
    assert not any("STARTED_RECREATED" in problem for problem in problems(seen))
    assert "| `EVENT_STARTED_RECREATED` | `DOMAIN_EVENT_CALLBACK_LIFECYCLE` | not caused: " in text(seen)
    seen.events["EVENT_STARTED_RECREATED", "_sync", "forky"] = ["a miracle"]
    assert "event EVENT_STARTED_RECREATED in _sync: has come and is excused" in set(problems(seen))


def test_every_event_is_one(seen: Conformance) -> None:
    """The names are those of Domain's constants."""
    assert len(events()) == 42 + 29
    for name in events():
        assert isinstance(getattr(Domain, name), int)


def test_every_flag_is_used() -> None:
    """Each flag of a method is given to it by some test on real hosts."""
    source = "".join(path.read_text() for path in (ROOT / "src/sysvirt/_async").rglob("*.py"))
    folders = (ROOT / "tests/api/_async", ROOT / "tests/migration")
    texts = [path.read_text() for folder in folders for path in folder.glob("*.py")]
    tests = set(re.findall(r"\w+", "".join(texts)))
    unused: list[str] = []
    for owner in ("Domain", "DomainSnapshot", "DomainCheckpoint"):
        for name, row in vars(constants)["CONSTANTS"][owner].items():
            kind, _, items = row.split(" ", 2)
            if kind == "mask" and re.search(rf"\b{name}\b", source):
                unused += [flag for flag, value in pairs(items).items() if value != "0" and flag not in tests]
    assert unused == []


def test_sessions_are_put_together(seen: Conformance, tmp_path: Path) -> None:
    """What several processes have seen makes the same document as if one had seen it all."""
    for suite in ("bookworm", "forky"):
        one = Conformance()
        for into in (one, seen):
            into.rows["set_memory", "_sync", suite] = Row(
                ["virsh dominfo", f"on {suite}"], {"DOMAIN_SET_MEMORY"}
            )
            into.rows["set_memory", "_async", "forky"] = Row(["virsh dominfo"], {"DOMAIN_SET_MEMORY"})
            into.events["EVENT_ID_REBOOT", "_sync", suite] = ["virsh reset"]
            into.procedures |= {"DOMAIN_SET_MEMORY", f"OF_{suite}"}
        one.save(tmp_path / suite)
    both = Conformance()
    for suite in ("bookworm", "forky"):
        both.read(tmp_path / suite)
    assert both == seen
    assert text(both) == text(seen)
