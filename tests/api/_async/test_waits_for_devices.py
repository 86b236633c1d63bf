"""Waiting for a job on a disk to end, and for a device to go, of real guests."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig.guest import disk_xml, firmware_xml, qmp, unique_name
from rig.host import Host
from sysvirt._session import aio_facade as facade
from sysvirt.aio import Connection, Domain
from sysvirt.errors import CallTimeout, OperationInvalid
from tests.conformance.recorder import Recorder

from ..disks import MIB, raw
from ..refusals import NOT_RUNNING, refused
from .in_vain import in_vain

#: Long enough for the slowest machine; no wait here is to come to it.
LONG = 120
SLOW = "4096"  # bytes in a second


async def begin_copy(host: Host, dom: Domain) -> None:
    copy = host.files / f"{unique_name('copy')}.raw"
    slowly = {Domain.BLOCK_COPY_BANDWIDTH: int(SLOW)}
    xml = f"<disk type='file'><source file='{copy}'/><driver type='raw'/></disk>"
    await dom.block_copy("vda", xml, slowly, Domain.BLOCK_COPY_TRANSIENT_JOB)


async def test_jobs_on_a_disk(host: Host, dom_with_disk: Domain, observed: Recorder) -> None:
    dom, name = dom_with_disk, dom_with_disk.get_name()
    with refused(OperationInvalid, NOT_RUNNING):
        await dom.wait_for_block_job("vda", LONG)
    await dom.create()
    assert await dom.wait_for_block_job("vda", LONG) is None

    await begin_copy(host, dom)
    await in_vain(
        lambda limit: dom.wait_for_block_job("vda", limit),
        f"the job on vda of '{name}': it is still under way",
    )
    waiting = facade.spawn(dom.wait_for_block_job, "vda", LONG)
    host.virsh("blockjob", name, "vda", "--bandwidth", "0")
    assert await waiting.result() == Domain.BLOCK_JOB_READY
    assert "ready='yes'" in host.virsh("dumpxml", name)
    await dom.abort_block_job("vda")

    await begin_copy(host, dom)
    waiting = facade.spawn(dom.wait_for_block_job, "vda", LONG)
    await facade.sleep(0)
    host.virsh("blockjob", name, "vda", "--abort")
    assert await waiting.result() in (Domain.BLOCK_JOB_CANCELED, None)  # None: it ended before the first look

    top = host.files / f"{unique_name('top')}.qcow2"
    host.virsh("snapshot-create-as", name, "--disk-only", "--no-metadata", "--diskspec", f"vda,file={top}")
    host.virsh("blockpull", name, "vda", "--bandwidth", SLOW, "--bytes")
    waiting = facade.spawn(dom.wait_for_block_job, "vda", LONG)
    host.virsh("blockjob", name, "vda", "--bandwidth", "0")
    assert await waiting.result() in (Domain.BLOCK_JOB_COMPLETED, None)
    assert qmp(host, name, "query-block-jobs") == []
    assert "<backingStore/>" in host.virsh("dumpxml", name)
    observed("wait_for_block_job", "virsh blockjob, which begins them, ends them, and lets them run")


async def test_a_guest_that_ends_with_its_job(host: Host, dom_with_disk: Domain) -> None:
    await dom_with_disk.create()
    await begin_copy(host, dom_with_disk)
    waiting = facade.spawn(dom_with_disk.wait_for_block_job, "vda", LONG)
    host.virsh("destroy", dom_with_disk.get_name())
    with refused(OperationInvalid, NOT_RUNNING):
        await waiting.result()


async def test_a_device_that_goes(host: Host, linux: Domain, observed: Recorder) -> None:
    name, image = linux.get_name(), raw(host.files / f"{unique_name('image')}.raw", MIB * b"1")
    alias = "ua-" + unique_name("disk")
    await linux.wait_for_detached(alias, LONG)  # it has none
    await linux.attach_device(
        disk_xml(image, "vdk").replace("</disk>", f"<alias name='{alias}'/></disk>"),
        Domain.DEVICE_MODIFY_LIVE,
    )
    await in_vain(
        lambda limit: linux.wait_for_detached(alias, limit),
        f"the end of {alias} of '{name}': the guest has it still",
    )
    waiting = facade.spawn(linux.wait_for_detached, alias, LONG)
    host.virsh("detach-disk", name, "vdk", "--live")
    await waiting.result()
    assert "vdk" not in host.virsh("domblklist", name)
    observed("wait_for_detached", "virsh detach-disk, domblklist")


async def test_a_device_that_stays(host: Host, conn: Connection, disk: Path) -> None:
    """Without a system nobody in the guest lets go of anything, until it ends: its definition keeps it."""
    name = unique_name("stays")
    xml = disk_xml(disk).replace("</disk>", "<alias name='ua-stays'/></disk>")
    host.define(firmware_xml(host, name, extra_devices=xml))
    try:
        dom = await conn.get_domain_by_name(name)
        await dom.create()
        with pytest.raises(CallTimeout):
            await dom.wait_for_detached("ua-stays", 1)
        waiting = facade.spawn(dom.wait_for_detached, "ua-stays", LONG)
        host.virsh("destroy", name)
        await waiting.result()
        assert "ua-stays" in host.definition(name)
    finally:
        host.remove(name)
