"""Backups of a running guest's disk: pushed into files, and pulled over NBD."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from rig.guest import console_text, hmp, qmp, unique_name
from rig.host import Host
from rig.wait import until
from sysvirt.aio import Connection, Domain
from sysvirt.errors import InvalidArgument, NoDomainBackup, OperationUnsupported
from tests.api.backups import PM1_CONTROL, SLEEP_S5, pull_xml
from tests.conformance.recorder import Recorder

from ..images import bitmaps, filled, image, write
from ..refusals import not_sent, refused

NONE = "Domain backup job id not found: no domain backup job present"


def push_xml(target: Path, since: str = "", format: str = "qcow2") -> str:
    incremental = f"<incremental>{since}</incremental>" if since else ""
    return (
        f"<domainbackup mode='push'>{incremental}<disks><disk name='vda' type='file'>"
        f"<target file='{target}'/><driver type='{format}'/></disk></disks></domainbackup>"
    )


def checkpoint_xml(name: str) -> str:
    return f"<domaincheckpoint><name>{name}</name></domaincheckpoint>"


def ended(host: Host, name: str) -> None:
    """Wait until no job of the guest is under way, and the last one has come to its good end."""
    until(lambda: "None" in host.virsh("domjobinfo", name), "the backup has ended")
    assert "Completed" in host.virsh("domjobinfo", name, "--completed", "--keep-completed")


def same(host: Host, one: str, other: str) -> bool:
    """Whether two images have the same data; guests may be using them."""
    return "Images are identical" in host.run("qemu-img", "compare", "-U", one, other)


@pytest.fixture
def target(host: Host) -> Path:
    """A file that is not there yet."""
    return host.files / f"{unique_name('backup')}.qcow2"


@pytest.fixture
async def dom(dom_with_disk: Domain) -> Domain:
    """A fresh guest with a disk, which runs its firmware; gone after the test."""
    await dom_with_disk.create()
    return dom_with_disk


async def test_push(host: Host, dom: Domain, disk: Path, target: Path, observed: Recorder) -> None:
    name = dom.get_name()
    write(host, name, 0x11)
    await dom.backup_begin(push_xml(target))
    ended(host, name)
    assert image(host, target)["format"] == "qcow2"
    assert filled(host, target, 0x11)
    assert same(host, str(disk), str(target))
    observed("backup_begin", "qemu-img compare: the file has what the disk had")
    assert await dom.list_all_checkpoints() == []

    raw = target.with_suffix(".raw")
    await dom.backup_begin(push_xml(raw, format="raw"))
    ended(host, name)
    assert raw.stat().st_size == image(host, disk)["virtual-size"]
    assert same(host, str(disk), str(raw))


async def test_push_what_has_changed(
    host: Host, dom: Domain, disk: Path, target: Path, observed: Recorder
) -> None:
    name, changes = dom.get_name(), target.with_name(f"changes-{target.name}")
    await dom.backup_begin(push_xml(target), checkpoint_xml("first"))
    ended(host, name)
    assert bitmaps(host, name) == {"first": 0}
    assert host.virsh("checkpoint-list", name, "--name") == "first"
    observed("backup_begin", "QMP query-block: the checkpoint's bitmap")

    write(host, name, 0x22)
    await dom.backup_begin(push_xml(changes, since="first"), checkpoint_xml("second"))
    ended(host, name)
    assert host.virsh("checkpoint-parent", name, "second") == "first"
    host.run("qemu-img", "rebase", "-u", "-F", "qcow2", "-b", str(target), str(changes))
    extents = json.loads(host.run("qemu-img", "map", "--output=json", str(changes)))
    assert [(e["start"], e["length"]) for e in extents if e["depth"] == 0] == [(0, 65536)]
    assert same(host, str(disk), str(changes))
    observed("backup_begin", "qemu-img map: the file has what was written since the checkpoint")


async def test_push_into_files_that_are_there(
    host: Host, dom: Domain, disk: Path, target: Path, observed: Recorder
) -> None:
    size = str(image(host, disk)["virtual-size"])
    host.run("qemu-img", "create", "-q", "-f", "qcow2", "-o", "cluster_size=4096", str(target), size)
    refusal = f"invalid argument: store '{target}' for backup of 'vda' exists"
    with refused(InvalidArgument, refusal):
        await dom.backup_begin(push_xml(target))
    await dom.backup_begin(push_xml(target), flags=Domain.BACKUP_BEGIN_REUSE_EXTERNAL)
    ended(host, dom.get_name())
    assert image(host, target)["cluster-size"] == 4096  # nobody made it anew
    assert same(host, str(disk), str(target))
    observed("backup_begin", "qemu-img info: with BACKUP_BEGIN_REUSE_EXTERNAL, the file that was there")


async def test_pull(host: Host, dom: Domain, disk: Path, target: Path, observed: Recorder) -> None:
    name, socket = dom.get_name(), target.with_suffix(".nbd")
    write(host, name, 0x11)
    with refused(NoDomainBackup, NONE):
        await dom.backup_get_xml_description()
    await dom.backup_begin(pull_xml(socket, target))
    (export,) = qmp(host, name, "query-block-exports")
    assert (export["type"], export["shutting-down"]) == ("nbd", False)
    before = target.with_suffix(".copy")
    shutil.copy(disk, before)
    write(host, name, 0x22)
    assert filled(host, disk, 0x22)
    assert same(host, f"nbd+unix:///vda?socket={socket}", str(before))
    observed("backup_begin", "qemu-img compare: the NBD export has what the disk had")
    xml = await dom.backup_get_xml_description()
    assert xml.strip() == host.virsh("backup-dumpxml", name)
    assert f"<scratch file='{target}'/>" in xml
    assert "exportname='vda'" in xml  # which libvirt chose
    observed("backup_get_xml_description", "virsh backup-dumpxml")

    host.virsh("domjobabort", name)
    until(lambda: "None" in host.virsh("domjobinfo", name), "the backup has ended")
    assert qmp(host, name, "query-block-exports") == []
    with refused(NoDomainBackup, NONE):
        await dom.backup_get_xml_description()


async def test_a_guest_that_shuts_down(
    host: Host, conn: Connection, dom: Domain, target: Path, observed: Recorder
) -> None:
    name, xml = dom.get_name(), pull_xml(target.with_suffix(".nbd"), target)
    until(lambda: "No bootable device" in console_text(host, name), "the firmware has set up its ports")
    keep = Domain.BACKUP_BEGIN_PRESERVE_SHUTDOWN_DOMAIN
    if await conn.get_library_version() < 11010000:
        with refused(InvalidArgument, r"unsupported flags \(0x2\) in function .*"):
            await dom.backup_begin(xml, flags=keep)
        return
    await dom.backup_begin(xml, flags=keep)
    hmp(host, name, f"o /h {PM1_CONTROL:#x} {SLEEP_S5:#x}")
    until(lambda: host.virsh("domstate", name) == "paused", "the guest has shut down")
    assert len(qmp(host, name, "query-block-exports")) == 1
    observed("backup_begin", "virsh domstate: with BACKUP_BEGIN_PRESERVE_SHUTDOWN_DOMAIN, paused")
    host.virsh("domjobabort", name)
    until(lambda: host.virsh("domstate", name) == "shut off", "the guest has ended")


async def test_arguments(conn: Connection, dom_with_disk: Domain, target: Path) -> None:
    dom = dom_with_disk
    with not_sent(conn, "backupxml", TypeError):
        await dom.backup_begin(None)  # type: ignore[arg-type]
    with not_sent(conn, "checkpointxml"):
        await dom.backup_begin(push_xml(target), "a\0b")
    with refused(
        OperationUnsupported, "Operation not supported: cannot perform disk backup for inactive domain"
    ):
        await dom.backup_begin(push_xml(target))
    with refused(InvalidArgument, r"unsupported flags \(0x80\) in function .*"):
        await dom.backup_begin(push_xml(target), flags=0x80)
    with refused(NoDomainBackup, NONE):
        await dom.backup_get_xml_description()
