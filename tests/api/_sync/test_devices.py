# Made by tools/unasync.py from tests/api/_async/test_devices.py; do not edit.
"""Devices that come and go: as the guest sees them, QEMU, and the definition."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rig.guest import disk_xml, firmware_xml, qmp, run_inside, unique_name
from rig.host import Host
from rig.wait import until
from sysvirt import Connection, Domain
from sysvirt.errors import (
    ConfigUnsupported,
    DeviceMissing,
    Error,
    OperationInvalid,
    XMLError,
    XMLSyntaxError,
)
from tests.conformance.recorder import Recorder

from ..disks import MIB, raw
from ..refusals import NOT_RUNNING, not_sent, refused

SCSI = "<controller type='scsi' index='0' model='virtio-scsi'/>"


@pytest.fixture
def files(host: Host) -> list[Path]:
    """Two images of 3 and 5 MiB."""
    name = unique_name("image")
    return [raw(host.files / f"{name}.{n}.raw", n * MIB * str(n).encode()) for n in (3, 5)]


@pytest.fixture
def guest(host: Host, files: list[Path]) -> Iterator[str]:
    """The name of a guest at rest with a drive for CDs, sda, in which is the first image."""
    name = unique_name("firmware")
    host.define(firmware_xml(host, name, extra_devices=cd_xml(files[0])))
    yield name
    host.remove(name)


@pytest.fixture
def dom(conn: Connection, guest: str) -> Domain:
    return conn.get_domain_by_name(guest)


def cd_xml(path: Path | None, bus: str = "sata") -> str:
    """A drive for CDs with an image in it, or none."""
    source = f"<source file='{path}'/>" if path else ""
    return (
        "<disk type='file' device='cdrom'><driver name='qemu' type='raw'/>"
        f"{source}<target dev='sda' bus='{bus}'/></disk>"
    )


def with_alias(xml: str, alias: str) -> str:
    return xml.replace("</disk>", f"<alias name='{alias}'/></disk>")


def disks(host: Host, name: str, *options: str) -> dict[str, str]:
    """The sources of the guest's disks, by name."""
    lines = host.virsh("domblklist", name, *options).splitlines()
    return dict(line.split(maxsplit=1) for line in lines)


def drive(host: Host, name: str) -> dict[str, Any]:
    """The guest's drive for CDs, as QEMU sees it."""
    found: dict[str, Any]
    (found,) = [entry for entry in qmp(host, name, "query-block") if entry["removable"]]
    return found


def partitions(host: Host, name: str) -> dict[str, int]:
    """The disks that a Linux guest sees, and their sizes in KiB."""
    rows = re.findall(
        r"^ +\d+ +\d+ +(\d+) (\w+)$", run_inside(host, name, "cat /proc/partitions"), re.MULTILINE
    )
    return {disk: int(size) for size, disk in rows}


def test_plug_and_unplug(
    host: Host, conn: Connection, linux: Domain, files: list[Path], observed: Recorder
) -> None:
    name = linux.get_name()
    before = partitions(host, name)
    first = disk_xml(files[0], "vdb").replace("</disk>", "<serial>first</serial></disk>")
    second = with_alias(disk_xml(files[1], "vdc"), "ua-second")
    linux.attach_device(first)
    try:
        # The guest names them in the order in which it finds them.
        sizes = {"vdb": 3 * 1024}
        until(lambda: partitions(host, name) == before | sizes, "the guest sees the disk")
        linux.attach_device(second, Domain.DEVICE_MODIFY_LIVE)
        sizes["vdc"] = 5 * 1024
        until(lambda: partitions(host, name) == before | sizes, "the guest sees both disks")
        assert run_inside(host, name, "cat /sys/block/vdb/serial; head -c 1 /dev/vdc") == "first5"
        observed("attach_device", "the guest's /proc/partitions and /dev")
        assert disks(host, name)["vdb"] == str(files[0])
        assert "vdb" not in disks(host, name, "--inactive")
        taken = f"XML error: target 'vdb' duplicated for disk sources '{files[0]}' and '{files[0]}'"
        with refused(XMLError, taken):
            linux.attach_device(first)

        linux.detach_device_alias("ua-second")
        until(lambda: "vdc" not in disks(host, name), "the second is gone")
        assert partitions(host, name).keys() == before.keys() | {"vdb"}
        observed("detach_device_alias", "the guest's /proc/partitions")
        with refused(Error, "internal error: no device found with alias ua-second"):
            linux.detach_device_alias("ua-second")
    finally:
        linux.detach_device(first)
    # It returns before when the guest takes its time.
    until(lambda: "vdb" not in disks(host, name), "the first is gone")
    assert partitions(host, name) == before
    observed("detach_device", "the guest's /proc/partitions")
    with refused(DeviceMissing, "device not found: (disk vdb not found|no target device vdb)"):
        linux.detach_device(first, Domain.DEVICE_MODIFY_LIVE)


def test_a_locked_tray(host: Host, linux: Domain, files: list[Path], observed: Recorder) -> None:
    name = linux.get_name()
    linux.attach_device(SCSI)
    linux.attach_device(with_alias(cd_xml(files[0], "scsi"), "ua-drive"))
    try:
        until(lambda: "sr0" in partitions(host, name), "the guest sees the drive")
        opened = "sleep 100000 </dev/sr0 >/dev/null 2>&1 & echo $!"
        holder = int(run_inside(host, name, opened))  # who has it open, locks it
        until(lambda: drive(host, name)["locked"], "the tray is locked")
        force = Domain.DEVICE_MODIFY_LIVE | Domain.DEVICE_MODIFY_FORCE
        if host.suite == "forky":
            linux.update_device(cd_xml(files[1], "scsi"), force)
            assert drive(host, name)["inserted"]["file"] == str(files[1])
            observed("update_device", "QMP query-block")
        else:  # libvirt 9.0 does not know that a drive that was plugged in has a tray
            closed = (
                "internal error: unable to execute QEMU command 'blockdev-remove-medium': "
                "Tray of device '.*' is not open"
            )
            with refused(Error, closed):
                linux.update_device(cd_xml(files[1], "scsi"), force)
        run_inside(host, name, f"kill {holder}")
        if host.suite == "forky":
            assert run_inside(host, name, "head -c 1 /dev/sr0") == "5"
            observed("update_device", "the guest's /dev/sr0")
    finally:
        linux.detach_device_alias("ua-drive")
        until(lambda: "sda" not in disks(host, name), "the drive is gone")
        linux.detach_device(SCSI)
        until(lambda: "virtio-scsi" not in host.virsh("dumpxml", name), "the controller is gone")


def test_media(host: Host, dom: Domain, files: list[Path], observed: Recorder) -> None:
    name = dom.get_name()
    first, second = files
    dom.update_device(cd_xml(second))
    assert disks(host, name) == {"sda": str(second)}
    observed("update_device", "virsh domblklist")

    host.virsh("start", name, "--paused")
    assert drive(host, name)["inserted"]["file"] == str(second)
    dom.update_device(cd_xml(first), Domain.DEVICE_MODIFY_CURRENT)
    assert drive(host, name)["inserted"]["file"] == str(first)
    observed("update_device", "QMP query-block")
    assert disks(host, name, "--inactive") == {"sda": str(second)}
    dom.update_device(cd_xml(None), Domain.DEVICE_MODIFY_CONFIG)
    assert disks(host, name, "--inactive") == {"sda": "-"}
    assert drive(host, name)["inserted"]["file"] == str(first)
    dom.update_device(cd_xml(second), Domain.DEVICE_MODIFY_LIVE | Domain.DEVICE_MODIFY_CONFIG)
    assert drive(host, name)["inserted"]["file"] == str(second)
    assert disks(host, name, "--inactive") == {"sda": str(second)}
    dom.update_device(cd_xml(None))
    assert "inserted" not in drive(host, name)


def test_the_definition(host: Host, dom: Domain, files: list[Path], observed: Recorder) -> None:
    name = dom.get_name()
    config = Domain.DEVICE_MODIFY_CONFIG
    new = disk_xml(files[1], "vdb")
    for call in (dom.attach_device, dom.detach_device):
        with refused(OperationInvalid, NOT_RUNNING):
            call(new)
        with refused(OperationInvalid, NOT_RUNNING):
            call(new, Domain.DEVICE_MODIFY_LIVE)
    dom.attach_device(new, config)
    assert disks(host, name)["vdb"] == str(files[1])
    dom.detach_device(new, config)
    assert "vdb" not in disks(host, name)
    observed("detach_device", "virsh domblklist")
    dom.attach_device(with_alias(new, "ua-new"), Domain.AFFECT_CONFIG)
    assert disks(host, name)["vdb"] == str(files[1])
    dom.detach_device_alias("ua-new", config)
    assert "vdb" not in disks(host, name)
    observed("detach_device_alias", "virsh domblklist")

    host.virsh("start", name, "--paused")
    dom.attach_device(new, Domain.DEVICE_MODIFY_LIVE | config)
    for options in ((), ("--inactive",)):
        assert disks(host, name, *options)["vdb"] == str(files[1])
    observed("attach_device", "virsh domblklist")
    assert str(files[1]) in str(qmp(host, name, "query-block"))


def test_arguments(conn: Connection, dom: Domain) -> None:
    config = Domain.DEVICE_MODIFY_CONFIG
    for call in (dom.attach_device, dom.detach_device, dom.update_device):
        with refused(XMLSyntaxError, "(?s).*Couldn't find end of Start Tag disk.*"):
            call("<disk", config)
        with refused(ConfigUnsupported, "unsupported configuration: unknown device type 'bogus'"):
            call("<bogus/>", config)
        with not_sent(conn, "xml", TypeError):
            call(None)  # type: ignore[arg-type]
    with not_sent(conn, "xml", TypeError):
        dom.attach_device(None, config)  # type: ignore[arg-type]
    with not_sent(conn, "xml"):
        dom.update_device("a\0b")
    with not_sent(conn, "alias", TypeError):
        dom.detach_device_alias(None)  # type: ignore[arg-type]
    with refused(Error, "internal error: no device found with alias ua-none"):
        dom.detach_device_alias("ua-none", config)
