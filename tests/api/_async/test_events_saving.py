"""What is told when guests are saved, restored, dumped, backed up, and taken back to snapshots."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rig.guest import qmp, unique_name
from rig.host import Host
from sysvirt.aio import Connection, Domain, DomainSnapshot
from sysvirt.errors import InvalidArgument
from sysvirt.events import JobCompletedEvent, LifecycleEvent, MigrationIterationEvent
from tests.conformance.recorder import Recorder

from ..disks import unwritable
from ..machine import OFF, define_writing
from ..refusals import refused
from .watching import Watch

pytestmark = pytest.mark.slow


async def test_saving(host: Host, conn: Connection, running: Domain, observed: Recorder) -> None:
    """To a file and back, twice, the second time to go on paused."""
    name, file = running.get_name(), host.files / unique_name("image")
    async with Watch(host, conn) as watch:
        await running.save(file)
        job = await watch.next(JobCompletedEvent, running)
        assert job.params[Domain.JOB_OPERATION] == Domain.JOB_OPERATION_SAVE
        assert job.params[Domain.JOB_DATA_REMAINING] == 0
        # The file holds what was processed, and in front of it the guest's definition.
        assert 0 < file.stat().st_size - job.params[Domain.JOB_DATA_PROCESSED] < 1 << 20
        observed.event(job, "save: the image's length")
        saved = await watch.next(LifecycleEvent, running, event=Domain.EVENT_STOPPED)
        assert saved.detail == Domain.EVENT_STOPPED_SAVED
        assert host.virsh("domstate", name, "--reason") == "shut off (saved)"
        observed.event(saved, "save: virsh domstate")
        await conn.restore_domain(file)
        restored = await watch.next(LifecycleEvent, running, event=Domain.EVENT_STARTED)
        assert restored.detail == Domain.EVENT_STARTED_RESTORED
        assert host.virsh("domstate", name, "--reason") == "running (restored)"
        observed.event(restored, "restore_domain: virsh domstate")

        host.virsh("save", name, str(file))
        host.virsh("restore", str(file), "--paused")
        paused = await watch.next(
            LifecycleEvent, running, event=Domain.EVENT_SUSPENDED, detail=Domain.EVENT_SUSPENDED_RESTORED
        )
        assert host.virsh("domstate", name).startswith("paused")
        observed.event(paused, "virsh restore --paused: virsh domstate")


async def test_dumping(host: Host, conn: Connection, running: Domain, observed: Recorder) -> None:
    """The guest is taken for a crashed one, and its memory goes to a file in several passes."""
    name, file = running.get_name(), host.files / unique_name("core")
    async with Watch(host, conn) as watch:
        await running.core_dump(file, Domain.DUMP_CRASH)
        iteration = await watch.next(MigrationIterationEvent, running)
        assert iteration.iteration >= 1
        job = await watch.next(JobCompletedEvent, running)
        assert job.params[Domain.JOB_OPERATION] == Domain.JOB_OPERATION_DUMP
        stopped = await watch.next(LifecycleEvent, running, event=Domain.EVENT_STOPPED)
        assert stopped.detail == Domain.EVENT_STOPPED_CRASHED
        assert host.virsh("domstate", name, "--reason") == "shut off (crashed)"


async def test_backing_up(host: Host, conn: Connection, dom_with_disk: Domain, observed: Recorder) -> None:
    dom, name = dom_with_disk, dom_with_disk.get_name()
    await dom.create()
    target = host.files / f"{unique_name('backup')}.qcow2"
    async with Watch(host, conn) as watch:
        await dom.backup_begin(
            "<domainbackup mode='push'><disks><disk name='vda' type='file'>"
            f"<target file='{target}'/><driver type='qcow2'/></disk></disks></domainbackup>"
        )
        job = await watch.next(JobCompletedEvent, dom)
        assert job.params[Domain.JOB_OPERATION] == Domain.JOB_OPERATION_BACKUP
        assert job.params[Domain.JOB_SUCCESS] is True
        shown = host.virsh("domjobinfo", name, "--completed", "--rawstats")
        assert dict(re.findall(r"^(\w+): (\d+)$", shown, re.MULTILINE)) == {
            key: f"{value:d}" for key, value in job.params.items()
        }
        observed.event(job, "backup_begin: virsh domjobinfo --completed")


async def test_snapshots(host: Host, conn: Connection, dom_with_disk: Domain, observed: Recorder) -> None:
    """Of a guest that is off, runs, or is paused: it comes back to how it was."""
    dom, name = dom_with_disk, dom_with_disk.get_name()
    async with Watch(host, conn) as watch:

        async def seen(event: int, detail: int, cause: str) -> None:
            observed.event(await watch.next(LifecycleEvent, dom, event=event, detail=detail), cause)

        off = await dom.create_snapshot("<domainsnapshot><name>off</name></domainsnapshot>")
        await dom.create()
        runs = await dom.create_snapshot("<domainsnapshot><name>runs</name></domainsnapshot>")
        await dom.suspend()
        paused = await dom.create_snapshot("<domainsnapshot><name>paused</name></domainsnapshot>")

        await runs.revert_to()
        cause = "revert_to, of a snapshot of a guest that ran: virsh domstate"
        await seen(Domain.EVENT_STOPPED, Domain.EVENT_STOPPED_FROM_SNAPSHOT, cause)
        await seen(Domain.EVENT_STARTED, Domain.EVENT_STARTED_FROM_SNAPSHOT, cause)
        await seen(Domain.EVENT_RESUMED, Domain.EVENT_RESUMED_FROM_SNAPSHOT, cause)
        await seen(Domain.EVENT_DEFINED, Domain.EVENT_DEFINED_FROM_SNAPSHOT, cause)
        assert host.virsh("domstate", name, "--reason") == "running (from snapshot)"
        host.virsh("snapshot-revert", name, "paused")
        cause = "virsh snapshot-revert, of one of a paused guest: virsh domstate"
        await seen(Domain.EVENT_SUSPENDED, Domain.EVENT_SUSPENDED_FROM_SNAPSHOT, cause)
        assert host.virsh("domstate", name, "--reason") == "paused (from snapshot)"
        await off.revert_to()
        cause = "revert_to, of a snapshot of a guest that was off: virsh domstate"
        await seen(Domain.EVENT_STOPPED, Domain.EVENT_STOPPED_FROM_SNAPSHOT, cause)
        assert host.virsh("domstate", name, "--reason") == "shut off (from snapshot)"
        await runs.revert_to(DomainSnapshot.REVERT_PAUSED)
        await seen(
            Domain.EVENT_SUSPENDED, Domain.EVENT_SUSPENDED_FROM_SNAPSHOT, "revert_to with REVERT_PAUSED"
        )
        for snapshot in (off, runs, paused):
            await snapshot.delete()


async def test_going_on_that_fails(
    host: Host, conn: Connection, dom_with_disk: Domain, disk: Path, observed: Recorder
) -> None:
    """A guest that was dumped can't go on, because meanwhile its disk is somebody else's."""
    dom, name = dom_with_disk, dom_with_disk.get_name()
    await dom.create()
    async with Watch(host, conn) as watch:
        with unwritable(disk):
            await dom.core_dump(host.files / unique_name("core"))
            paused = await watch.next(
                LifecycleEvent, dom, event=Domain.EVENT_SUSPENDED, detail=Domain.EVENT_SUSPENDED_API_ERROR
            )
            assert qmp(host, name, "query-status")["running"] is False
            observed.event(paused, "a dump, with the disk locked by somebody else: QMP query-status")
        await dom.resume()
        await watch.next(LifecycleEvent, dom, event=Domain.EVENT_RESUMED)


async def test_a_guest_that_is_kept(
    host: Host, conn: Connection, made: list[str], observed: Recorder
) -> None:
    """It switches itself off while it is backed up, and is paused until that is over."""
    name = define_writing(host, OFF)
    made.append(name)
    host.virsh("start", name, "--paused")
    dom = await conn.get_domain_by_name(name)
    folder, keep = host.files / name, Domain.BACKUP_BEGIN_PRESERVE_SHUTDOWN_DOMAIN
    xml = (
        f"<domainbackup mode='pull'><server transport='unix' socket='{folder}.nbd'/>"
        f"<disks><disk name='vda' type='file'><scratch file='{folder}.scratch'/></disk></disks></domainbackup>"
    )
    async with Watch(host, conn) as watch:
        if await conn.get_library_version() < 11010000:
            with refused(InvalidArgument, r"unsupported flags \(0x2\) in function .*") as refusal:
                await dom.backup_begin(xml, flags=keep)
            observed.event_refusal("EVENT_SUSPENDED_GUEST_SHUTDOWN", refusal.value)
            return
        await dom.backup_begin(xml, flags=keep)
        await dom.resume()
        paused = await watch.next(LifecycleEvent, dom, event=Domain.EVENT_SUSPENDED)
        assert paused.detail == Domain.EVENT_SUSPENDED_GUEST_SHUTDOWN
        assert host.virsh("domstate", name) == "paused"
        observed.event(paused, "the guest switches itself off during a backup that keeps it: virsh domstate")
        host.virsh("domjobabort", name)
        await watch.next(JobCompletedEvent, dom)
        await watch.next(LifecycleEvent, dom, event=Domain.EVENT_STOPPED)
