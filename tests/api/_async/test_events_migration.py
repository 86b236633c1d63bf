"""What both hosts are told when a guest goes from one to the other."""

from __future__ import annotations

import subprocess
from contextlib import ExitStack

import pytest

from rig.guest import disk_xml, firmware_xml, hmp, qmp, unique_name
from rig.host import Host
from rig.wait import until
from sysvirt.aio import Connection, Domain
from sysvirt.events import JobCompletedEvent, LifecycleEvent, MigrationIterationEvent
from tests.conformance.recorder import Recorder

from ..machine import FILLING
from .watching import Watch

pytestmark = pytest.mark.slow


def migration(host: Host, other: Host, name: str, *options: str) -> tuple[str, ...]:
    """The command that takes a guest from one to the other."""
    socket = f"unix://{host.files}/{name}.migration"
    where = ("--live", "--unsafe", name, other.uri, "--migrateuri", socket)
    return ("virsh", "--quiet", "--connect", "qemu:///system", "migrate", *where, *options)


async def test_migration(
    host: Host, conn: Connection, other: Host, there: Connection, made: list[str], observed: Recorder
) -> None:
    name = unique_name("migrates")
    made.append(name)
    host.define(firmware_xml(host, name))
    host.virsh("start", name)
    dom = await conn.get_domain_by_name(name)
    with ExitStack() as stack:
        stack.callback(other.remove, name)
        async with Watch(host, conn) as here, Watch(other, there) as beyond:
            host.run(*migration(host, other, name))
            iteration = await here.next(MigrationIterationEvent, dom)
            assert iteration.iteration in (1, 2)
            paused = await here.next(LifecycleEvent, dom, event=Domain.EVENT_SUSPENDED)
            assert paused.detail == Domain.EVENT_SUSPENDED_MIGRATED
            stopped = await here.next(LifecycleEvent, dom, event=Domain.EVENT_STOPPED)
            assert stopped.detail == Domain.EVENT_STOPPED_MIGRATED
            assert host.virsh("domstate", name, "--reason") == "shut off (migrated)"
            started = await beyond.next(LifecycleEvent, event=Domain.EVENT_STARTED)
            assert started.detail == Domain.EVENT_STARTED_MIGRATED
            resumed = await beyond.next(LifecycleEvent, event=Domain.EVENT_RESUMED)
            assert resumed.detail == Domain.EVENT_RESUMED_MIGRATED
            assert started.domain.get_name() == resumed.domain.get_name() == name
            assert other.virsh("domstate", name, "--reason") == "running (migrated)"
            job = await here.next(JobCompletedEvent, dom)
            assert job.params[Domain.JOB_OPERATION] == Domain.JOB_OPERATION_MIGRATION_OUT
            assert job.params[Domain.JOB_MEMORY_ITERATION] == max(iterations(here, dom))
            observed.event(iteration, "virsh migrate: the passes that the job's statistics count")
            observed.event(paused, "virsh migrate, on the host that the guest leaves")
            observed.event(stopped, "virsh migrate, on the host that the guest leaves: virsh domstate")
            observed.event(started, "virsh migrate, on the host that it comes to: virsh domstate")
            observed.event(resumed, "virsh migrate, on the host that it comes to: virsh domstate")


def status(host: Host, name: str) -> object:
    """How far a guest's QEMU says that its migration is."""
    return qmp(host, name, "query-migrate").get("status")


def succeeds(host: Host, *command: str) -> bool:
    """Whether a migration could be resumed; not as long as QEMU has not noticed yet that it can't go on."""
    try:
        host.run(*command)
    except subprocess.CalledProcessError as error:
        if "QEMU reports migration is still running" not in error.stderr:
            raise
        return False
    return True


def iterations(watch: Watch, dom: Domain) -> list[int]:
    """Which passes over a guest's memory were told."""
    return [e.iteration for e in watch.events if isinstance(e, MigrationIterationEvent) and e.domain == dom]


async def test_post_copy(
    host: Host, conn: Connection, other: Host, there: Connection, made: list[str], observed: Recorder
) -> None:
    """The guest goes first, slowly followed by its memory; the link between the hosts is cut, and mended."""
    name = unique_name("post-copy")
    made.append(name)
    disk = host.files / f"{name}.raw"
    disk.write_bytes(FILLING.ljust(1 << 20, b"\0"))
    xml = firmware_xml(host, name, extra_devices=disk_xml(disk).replace("</disk>", "<shareable/></disk>"))
    host.define(xml.replace("<memory unit='MiB'>16<", "<memory unit='MiB'>64<"))
    host.virsh("start", name)
    until(lambda: hmp(host, name, "xp /1xw 0x3eff000").endswith("0x00000001"), "its memory is full")
    dom = await conn.get_domain_by_name(name)
    slow = ("--postcopy", "--bandwidth", "1", "--postcopy-bandwidth", "1")
    left, came = (
        "on the host that the guest leaves: virsh domstate",
        "on the one that it comes to: virsh domstate",
    )
    with ExitStack() as stack:
        stack.callback(other.remove, name)
        async with Watch(host, conn) as here, Watch(other, there) as beyond:
            moving = stack.enter_context(host.start(*migration(host, other, name, *slow)))
            until(lambda: status(host, name) == "active", "it goes")
            host.virsh("migrate-postcopy", name)
            paused = await here.next(
                LifecycleEvent, dom, event=Domain.EVENT_SUSPENDED, detail=Domain.EVENT_SUSPENDED_POSTCOPY
            )
            resumed = await beyond.next(
                LifecycleEvent, event=Domain.EVENT_RESUMED, detail=Domain.EVENT_RESUMED_POSTCOPY
            )
            assert host.virsh("domstate", name, "--reason") == "paused (post-copy)"
            assert other.virsh("domstate", name, "--reason") == "running (post-copy)"
            observed.event(paused, f"virsh migrate-postcopy, {left}")
            observed.event(resumed, f"virsh migrate-postcopy, {came}")

            host.virsh("domjobabort", name, "--postcopy")
            stuck = await here.next(LifecycleEvent, dom, event=Domain.EVENT_SUSPENDED)
            assert stuck.detail == Domain.EVENT_SUSPENDED_POSTCOPY_FAILED
            waits = await beyond.next(LifecycleEvent, event=Domain.EVENT_RESUMED)
            assert waits.detail == Domain.EVENT_RESUMED_POSTCOPY_FAILED
            assert moving.wait() == 1
            assert host.virsh("domstate", name, "--reason") == "paused (post-copy failed)"
            assert other.virsh("domstate", name, "--reason") == "running (post-copy failed)"
            observed.event(stuck, f"virsh domjobabort --postcopy, {left}")
            observed.event(waits, f"virsh domjobabort --postcopy, {came}")

            fast = ("--postcopy", "--postcopy-resume", "--postcopy-bandwidth", "0")
            command = migration(host, other, name, *fast)
            until(lambda: succeeds(host, *command), "it goes on")
            await here.next(LifecycleEvent, dom, event=Domain.EVENT_STOPPED)
            await beyond.next(
                LifecycleEvent, event=Domain.EVENT_RESUMED, detail=Domain.EVENT_RESUMED_MIGRATED
            )
