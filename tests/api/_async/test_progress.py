"""How far saves, dumps, backups and jobs on disks are, from their beginning to their end."""

from __future__ import annotations

from rig.guest import firmware_xml, unique_name
from rig.host import Host
from sysvirt.aio import Connection, Domain
from sysvirt.results import Progress
from tests.conformance.recorder import Recorder

from ..stuck import stuck


async def test_saves_and_dumps(host: Host, running: Domain, observed: Recorder) -> None:
    core, image = (host.files / unique_name(kind) for kind in ("core", "image"))
    last = None
    async for progress in running.with_progress(running.core_dump, core, Domain.DUMP_MEMORY_ONLY):
        assert progress.done + progress.remaining <= progress.total
        last = progress
    assert core.stat().st_size > 1 << 20
    assert last is not None
    assert last.remaining == 0
    async for progress in running.with_progress(running.save, image):
        last = progress
    assert not await running.is_active()
    assert image.stat().st_size > 100_000
    assert last.done == last.total > 0
    observed("with_progress", "the files of a dump and a save, whose bytes it told")


async def test_a_job_on_a_disk(host: Host, dom_with_disk: Domain, observed: Recorder) -> None:
    """A copy that is slow at first; it is followed until it is ready, and then once more until its end."""
    dom, copy = dom_with_disk, host.files / f"{unique_name('copy')}.raw"
    await dom.create()
    xml = f"<disk type='file'><source file='{copy}'/><driver type='raw'/></disk>"
    await dom.block_copy("vda", xml, {Domain.BLOCK_COPY_BANDWIDTH: 4096}, Domain.BLOCK_COPY_TRANSIENT_JOB)
    seen: list[Progress] = []
    shown = ""
    async for progress in dom.follow_block_job("vda", 0.05):
        if not shown and progress.total > 1:  # before, libvirt doesn't know its end yet
            shown = host.virsh("blockjob", dom.get_name(), "vda", "--raw")
            assert "type=Block Copy" in shown
            assert f"end={progress.total}" in shown
            await dom.set_block_job_speed("vda", 0)
        seen.append(progress)
    assert shown
    assert seen[0].remaining > 0
    assert (seen[-1].done, seen[-1].remaining) == (seen[-1].total, 0)
    assert [p.done for p in seen] == sorted(p.done for p in seen)
    observed("follow_block_job", "virsh blockjob")
    await dom.abort_block_job("vda")
    async for progress in dom.follow_block_job("vda"):
        raise AssertionError(f"there is no job any more: {progress}")


async def test_a_job_of_somebody_else(host: Host, dom_with_disk: Domain, observed: Recorder) -> None:
    """A backup that is pulled ends when it is told to."""
    dom, name = dom_with_disk, unique_name("backup")
    await dom.create()
    async for progress in dom.follow_job():
        raise AssertionError(f"there is no job: {progress}")
    await dom.backup_begin(
        f"<domainbackup mode='pull'><server transport='unix' socket='{host.files}/{name}.sock'/>"
        f"<disks><disk name='vda' type='file'><scratch file='{host.files}/{name}.scratch'/></disk></disks>"
        "</domainbackup>"
    )
    count = 0
    async for progress in dom.follow_job(0.05):
        count += 1
        if count <= 3:  # it may end between two questions when it has been told to
            assert "Backup" in host.virsh("domjobinfo", dom.get_name())
        if count == 3:
            await dom.abort_job()
        assert progress.done + progress.remaining == progress.total
    assert count >= 3
    observed("follow_job", "virsh domjobinfo, to the end of a backup")


async def test_a_save_that_takes_the_guest_away(host: Host, conn: Connection) -> None:
    """One without a definition is gone then: that ends it, and is no error."""
    name = unique_name("transient")
    xml = firmware_xml(host, name)
    dom = await conn.create_domain(xml)
    try:
        following = dom.follow_job(0.05)
        seen: list[Progress] = []
        with stuck(host, name, "save"):
            async for progress in following:
                seen.append(progress)
                break
        async for progress in following:
            seen.append(progress)
        assert seen[0].total > 0
        assert name not in host.virsh("list", "--all", "--name").split()

        await conn.create_domain(xml)
        image = host.files / f"{name}.save"
        async for progress in dom.with_progress(dom.save, image):
            seen.append(progress)
        assert name not in host.virsh("list", "--all", "--name").split()
        assert seen[-1].done == seen[-1].total > 100_000
        assert image.stat().st_size > 100_000
    finally:
        host.remove(name)
