# Made by tools/unasync.py from tests/api/_async/test_jobs.py; do not edit.
"""Jobs: a dump that does not get on, since nobody reads what it writes; what is said of it, and its end."""

from __future__ import annotations

import subprocess

import pytest

from rig.guest import qmp
from rig.host import Host
from rig.wait import until
from sysvirt import Connection, Domain
from sysvirt.errors import OperationInvalid
from sysvirt.results import JobInfo
from tests.conformance.recorder import Recorder

from ..refusals import NOT_RUNNING, not_sent, refused
from ..stuck import stuck

NOTHING: tuple[object, object] = (Domain.JOB_NONE, {})
NO_JOB = "Requested operation is not valid: no job is active on the domain"


def written(host: Host, name: str) -> dict[str, int]:
    """How far QEMU is with writing the guest's memory; empty where it has not begun."""
    ram: dict[str, int] = qmp(host, name, "query-migrate").get("ram", {})
    return ram


def raw(host: Host, name: str, *options: str) -> dict[str, str]:
    """What virsh says of a job, as it came."""
    lines = host.virsh("domjobinfo", name, "--rawstats", *options).splitlines()
    return dict(line.replace(" ", "").split(":") for line in lines if line)


def test_dump_that_is_aborted(host: Host, linux: Domain, observed: Recorder) -> None:
    name = linux.get_name()
    with stuck(host, name, "dump") as dump:
        until(lambda: written(host, name), "QEMU writes")
        earlier = written(host, name)
        info = linux.get_job_info()
        kind, stats = linux.get_job_stats()
        later = written(host, name)
        assert info.type == kind == Domain.JOB_UNBOUNDED
        assert info.mem_total == info.data_total == stats["memory_total"] == later["total"]
        assert (
            earlier["transferred"] <= info.mem_processed <= stats["memory_processed"] <= later["transferred"]
        )
        assert (
            earlier["remaining"] >= info.mem_remaining >= stats["memory_remaining"] >= later["remaining"] > 0
        )
        assert stats["operation"] == Domain.JOB_OPERATION_DUMP
        assert 0 <= info.time_elapsed <= stats["time_elapsed"] <= int(raw(host, name)["time_elapsed"])
        assert (info.file_total, info.file_processed, info.file_remaining, info.time_remaining) == (
            0,
            0,
            0,
            0,
        )
        observed("get_job_info", "QMP: query-migrate; virsh domjobinfo")
        observed("get_job_stats", "QMP: query-migrate; virsh domjobinfo")

        # Such a migration needs two hosts and userfaultfd; that the flag comes through is what is seen here.
        other = "Requested operation is not valid: current job is not outgoing migration in post-copy mode"
        with refused(OperationInvalid, other) as caught:
            linux.abort_job(Domain.DOMAIN_ABORT_JOB_POSTCOPY)
        observed.refusal("abort_job", caught.value)
        assert not dump.done()
        linux.abort_job()
    with pytest.raises(subprocess.CalledProcessError) as failed:
        dump.result()
    assert "operation aborted: job 'domain core dump' canceled by client" in failed.value.stderr
    assert qmp(host, name, "query-migrate")["status"] == "cancelled"
    assert host.virsh("domstate", name) == "running"
    assert host.virsh("qemu-agent-command", name, '{"execute": "guest-ping"}') == '{"return":{}}'
    observed("abort_job", "QMP: query-migrate; the dump's own error; the guest's agent")
    assert linux.get_job_info() == JobInfo(Domain.JOB_NONE, *[0] * 11)
    assert linux.get_job_stats() == NOTHING
    with refused(OperationInvalid, NO_JOB):
        linux.abort_job()


def test_dump_that_is_done(host: Host, conn: Connection, running: Domain, observed: Recorder) -> None:
    name = running.get_name()
    file = host.files / f"{name}.dump"
    host.virsh("dump", name, str(file))
    file.unlink()
    kept = Domain.JOB_STATS_COMPLETED | Domain.JOB_STATS_KEEP_COMPLETED
    kind, stats = running.get_job_stats(kept)
    assert kind == Domain.JOB_COMPLETED
    assert stats["operation"] == Domain.JOB_OPERATION_DUMP
    assert stats["memory_total"] > 16 << 20
    assert stats["memory_remaining"] == 0
    said = raw(host, name, "--completed", "--keep-completed")
    assert said == {"Jobtype": str(kind.value)} | {key: str(value) for key, value in stats.items()}
    observed("get_job_stats", "QMP: query-migrate; virsh domjobinfo")
    assert running.get_job_stats(Domain.JOB_STATS_COMPLETED) == (kind, stats)
    # Saying it without KEEP has ended it.
    assert running.get_job_stats(kept) == NOTHING
    with not_sent(conn, "flags"):
        running.get_job_stats(Domain.JOB_STATS_KEEP_COMPLETED)


def test_of_a_guest_at_rest(dom: Domain) -> None:
    with refused(OperationInvalid, NOT_RUNNING):
        dom.get_job_info()
    with refused(OperationInvalid, NOT_RUNNING):
        dom.get_job_stats()
    with refused(OperationInvalid, NOT_RUNNING):
        dom.abort_job()
    assert dom.get_job_stats(Domain.JOB_STATS_COMPLETED) == NOTHING
