# Made by tools/unasync.py from tests/api/_async/test_events_disks.py; do not edit.
"""What is told of guests' disks: jobs, marks, errors, images that are missing, trays."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig.guest import disk_xml, firmware_xml, qmp, unique_name
from rig.host import Host
from sysvirt import Connection, Domain
from sysvirt.events import (
    BlockJob2Event,
    BlockJobEvent,
    BlockThresholdEvent,
    DiskChangeEvent,
    IOErrorEvent,
    IOErrorReasonEvent,
    LifecycleEvent,
    TrayChangeEvent,
)
from tests.conformance.recorder import Recorder

from ..disks import MIB, WRITING_BOOT_SECTOR, block_device
from ..images import image, write
from ..machine import SCSI, alias, cdrom_xml
from .watching import Watch

pytestmark = pytest.mark.slow

#: Writes once, and waits for ever.
WRITING_ONCE = WRITING_BOOT_SECTOR.replace(b"\xeb\xf0", b"\xeb\xfe")
#: What is done about an error, and how its event says it.
POLICIES = {
    "stop": Domain.EVENT_IO_ERROR_PAUSE,
    "report": Domain.EVENT_IO_ERROR_REPORT,
    "ignore": Domain.EVENT_IO_ERROR_NONE,
}


def test_block_jobs(host: Host, conn: Connection, dom_with_disk: Domain, observed: Recorder) -> None:
    """A copy that is called off, one that fails, one that takes over, and a pull."""
    dom, name = dom_with_disk, dom_with_disk.get_name()
    dom.create()
    write(host, name, 7, "8M")
    source = host.virsh("domblklist", name, "--details").split()[-1]
    copy, other, top = (str(host.files / f"{unique_name('copy')}.qcow2") for _ in range(3))

    with Watch(host, conn) as watch:

        def told(kind: int, status: int, path: str, cause: str) -> None:
            fields = {"type": kind, "status": status}
            observed.event(watch.next(BlockJobEvent, dom, path=path, **fields), cause)
            observed.event(watch.next(BlockJob2Event, dom, dst="vda", **fields), cause)

        copies = Domain.BLOCK_JOB_TYPE_COPY
        dom.block_copy("vda", copy_xml(copy), {}, Domain.BLOCK_COPY_TRANSIENT_JOB)
        told(copies, Domain.BLOCK_JOB_READY, source, "block_copy is ready: QMP query-block-jobs")
        assert qmp(host, name, "query-block-jobs")[0]["ready"]
        host.virsh("blockjob", name, "vda", "--abort")
        told(copies, Domain.BLOCK_JOB_CANCELED, source, "virsh blockjob --abort")
        with block_device(Path(f"{copy}.device"), MIB) as device:
            host.run("qemu-img", "create", "-q", "-f", "qcow2", device, "16M")
            small = f"<disk type='block'><source dev='{device}'/><driver type='qcow2'/></disk>"
            flags = Domain.BLOCK_COPY_TRANSIENT_JOB | Domain.BLOCK_COPY_REUSE_EXT
            dom.block_copy("vda", small, {}, flags)
            told(copies, Domain.BLOCK_JOB_FAILED, source, "block_copy to a device that is too small")
        assert host.virsh("domblklist", name, "--details").split()[-1] == source
        dom.block_copy("vda", copy_xml(other), {}, Domain.BLOCK_COPY_TRANSIENT_JOB)
        told(copies, Domain.BLOCK_JOB_READY, source, "block_copy is ready: QMP query-block-jobs")
        dom.abort_block_job("vda", Domain.BLOCK_JOB_ABORT_PIVOT)
        told(copies, Domain.BLOCK_JOB_COMPLETED, other, "a copy takes over: virsh domblklist")
        assert host.virsh("domblklist", name, "--details").split()[-1] == other
        host.virsh(
            "snapshot-create-as", name, "--disk-only", "--no-metadata", "--diskspec", f"vda,file={top}"
        )
        dom.block_pull("vda")
        told(Domain.BLOCK_JOB_TYPE_PULL, Domain.BLOCK_JOB_COMPLETED, top, "block_pull: qemu-img info")
        assert "backing-filename" not in image(host, Path(top))


def copy_xml(path: str) -> str:
    return f"<disk type='file'><source file='{path}'/><driver type='qcow2'/></disk>"


def test_marks(host: Host, conn: Connection, dom_with_disk: Domain, observed: Recorder) -> None:
    """A guest writes beyond a mark in its disk; the image was as long as its file is."""
    dom, name = dom_with_disk, dom_with_disk.get_name()
    dom.create()
    source = host.virsh("domblklist", name, "--details").split()[-1]
    mark = Path(source).stat().st_size
    with Watch(host, conn) as watch:
        dom.set_block_threshold("vda", mark)
        write(host, name, 7, "8M")
        event = watch.next(BlockThresholdEvent, dom, dev="vda", path=source, threshold=mark)
        assert 0 < event.excess <= Path(source).stat().st_size - mark
        watch.next(
            BlockThresholdEvent, dom, dev="vda[1]", path=source, threshold=mark, excess=event.excess
        )
        observed.event(event, "the guest writes beyond set_block_threshold: the image's file")


@pytest.mark.parametrize("policy", POLICIES)
def test_errors(host: Host, conn: Connection, made: list[str], observed: Recorder, policy: str) -> None:
    """A guest writes to an image in a device that has no room for it."""
    name = unique_name("errors")
    made.append(name)
    sector, file = host.files / f"{name}.raw", host.files / f"{name}.device"
    sector.write_bytes(WRITING_ONCE.ljust(8 * MIB, b"\0"))
    host.run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", str(sector), str(file))
    data = file.read_bytes()
    with block_device(file, len(data)) as device:
        file.write_bytes(data)
        disk = (
            f"<disk type='block' device='disk'><driver name='qemu' type='qcow2' error_policy='{policy}'/>"
            f"<source dev='{device}'/><target dev='vda' bus='virtio'/></disk>"
        )
        host.define(firmware_xml(host, name, extra_devices=disk))
        dom = conn.get_domain_by_name(name)
        with Watch(host, conn) as watch:
            dom.create()
            fields = {
                "src_path": device,
                "dev_alias": alias(host, name, "virtio-disk"),
                "action": POLICIES[policy],
            }
            cause = f"the guest writes to a full device, with the policy {policy}"
            observed.event(watch.next(IOErrorEvent, dom, **fields), cause)
            event = watch.next(IOErrorReasonEvent, dom, **fields)
            observed.event(event, cause)
            if policy == "stop":
                assert event.reason == "enospc"
                assert host.virsh("domblkerror", name) == "vda: no space"
                paused = watch.next(LifecycleEvent, dom, event=Domain.EVENT_SUSPENDED)
                assert paused.detail == Domain.EVENT_SUSPENDED_IOERROR
                assert host.virsh("domstate", name, "--reason") == "paused (I/O error)"
                observed.event(paused, f"{cause}: virsh domstate")
            else:
                assert event.reason in ("", "message")  # a daemon that keeps a message says so
                assert host.virsh("domstate", name) == "running"


def test_missing_images(host: Host, conn: Connection, made: list[str], observed: Recorder) -> None:
    """A disc and a disk that are missing when a guest starts: it goes without."""
    name = unique_name("missing")
    made.append(name)
    disc, missing, disk = (host.files / f"{name}{suffix}" for suffix in (".iso", "-2.raw", ".raw"))
    disk.write_bytes(bytes(MIB))
    second = disk_xml(missing, "vdb").replace(".raw'/>", ".raw' startupPolicy='optional'/>")
    devices = disk_xml(disk) + second + SCSI + cdrom_xml(disc, policy="optional")
    host.define(firmware_xml(host, name, extra_devices=devices))
    dom = conn.get_domain_by_name(name)
    with Watch(host, conn) as watch:
        dom.create()
        changed = watch.next(DiskChangeEvent, dom, reason=Domain.EVENT_DISK_CHANGE_MISSING_ON_START)
        assert (changed.old_src_path, changed.new_src_path) == (str(disc), None)
        assert changed.dev_alias == alias(host, name, "scsi0-")
        dropped = watch.next(DiskChangeEvent, dom, reason=Domain.EVENT_DISK_DROP_MISSING_ON_START)
        assert (dropped.old_src_path, dropped.new_src_path) == (str(missing), None)
        assert dropped.dev_alias == "virtio-disk1"
        assert host.virsh("domblklist", name).split() == ["vda", str(disk), "sda", "-"]
        observed.event(changed, "a disc is missing at the start: virsh domblklist")
        observed.event(dropped, "a disk is missing at the start: virsh domblklist")


def test_trays(host: Host, conn: Connection, made: list[str], observed: Recorder) -> None:
    name = unique_name("tray")
    made.append(name)
    discs = [host.files / f"{name}-{number}.iso" for number in (1, 2)]
    for disc in discs:
        disc.write_bytes(bytes(MIB))
    host.define(firmware_xml(host, name, extra_devices=SCSI + cdrom_xml(discs[0])))
    host.virsh("start", name)
    dom = conn.get_domain_by_name(name)
    with Watch(host, conn) as watch:
        dom.update_device(cdrom_xml(discs[1]), Domain.DEVICE_MODIFY_LIVE)
        drive = alias(host, name, "scsi0-")
        opened = watch.next(TrayChangeEvent, dom, dev_alias=drive, reason=Domain.EVENT_TRAY_CHANGE_OPEN)
        closed = watch.next(
            TrayChangeEvent, dom, dev_alias=drive, reason=Domain.EVENT_TRAY_CHANGE_CLOSE
        )
        assert host.virsh("domblklist", name).split() == ["sda", str(discs[1])]
        observed.event(opened, "update_device with another disc")
        observed.event(closed, "update_device with another disc: virsh domblklist")
        host.virsh("change-media", name, "sda", "--eject")
        watch.next(TrayChangeEvent, dom, dev_alias=drive, reason=Domain.EVENT_TRAY_CHANGE_OPEN)
