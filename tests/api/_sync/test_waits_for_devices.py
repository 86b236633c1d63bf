# Made by tools/unasync.py from tests/api/_async/test_waits_for_devices.py; do not edit.
"""Waiting for a job on a disk to end, and for a device to go, of real guests."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from rig.guest import disk_xml, firmware_xml, qmp, unique_name
from rig.host import Host
from sysvirt._guest_xml import GuestXML
from sysvirt._session import blocking_facade as facade
from sysvirt import Connection, Domain, StoragePool, connect
from sysvirt.errors import CallTimeout, InvalidArgument, OperationInvalid
from tests.conformance.recorder import Recorder

from ..disks import MIB, raw
from .in_vain import in_vain

#: Long enough for the slowest machine; no wait here is to come to it.
LONG = 120
SLOW = "4096"  # bytes in a second


def begin_copy(host: Host, dom: Domain) -> None:
    copy = host.files / f"{unique_name('copy')}.raw"
    slowly = {Domain.BLOCK_COPY_BANDWIDTH: int(SLOW)}
    xml = f"<disk type='file'><source file='{copy}'/><driver type='raw'/></disk>"
    dom.block_copy("vda", xml, slowly, Domain.BLOCK_COPY_TRANSIENT_JOB)


def test_jobs_on_a_disk(host: Host, dom_with_disk: Domain, observed: Recorder) -> None:
    dom, name = dom_with_disk, dom_with_disk.get_name()
    with pytest.raises(OperationInvalid, match="is not running"):
        dom.wait_for_block_job("vda", LONG)
    dom.create()
    assert dom.wait_for_block_job("vda", LONG) is None

    begin_copy(host, dom)
    in_vain(
        lambda limit: dom.wait_for_block_job("vda", limit),
        f"the job on vda of '{name}': it goes on",
    )
    waiting = facade.spawn(dom.wait_for_block_job, "vda", LONG)
    host.virsh("blockjob", name, "vda", "--bandwidth", "0")
    assert waiting.result() == Domain.BLOCK_JOB_READY
    assert "ready='yes'" in host.virsh("dumpxml", name)
    dom.abort_block_job("vda")

    begin_copy(host, dom)
    waiting = facade.spawn(dom.wait_for_block_job, "vda", LONG)
    facade.sleep(0)
    host.virsh("blockjob", name, "vda", "--abort")
    assert waiting.result() in (Domain.BLOCK_JOB_CANCELED, None)  # None: it ended before the first look

    top = host.files / f"{unique_name('top')}.qcow2"
    host.virsh("snapshot-create-as", name, "--disk-only", "--no-metadata", "--diskspec", f"vda,file={top}")
    host.virsh("blockpull", name, "vda", "--bandwidth", SLOW, "--bytes")
    waiting = facade.spawn(dom.wait_for_block_job, "vda", LONG)
    host.virsh("blockjob", name, "vda", "--bandwidth", "0")
    assert waiting.result() in (Domain.BLOCK_JOB_COMPLETED, None)
    assert qmp(host, name, "query-block-jobs") == []
    assert "<backingStore/>" in host.virsh("dumpxml", name)
    observed("wait_for_block_job", "virsh blockjob, which begins them, ends them, and lets them run")


def test_a_guest_that_ends_with_its_job(host: Host, dom_with_disk: Domain) -> None:
    dom_with_disk.create()
    begin_copy(host, dom_with_disk)
    waiting = facade.spawn(dom_with_disk.wait_for_block_job, "vda", LONG)
    host.virsh("destroy", dom_with_disk.get_name())
    with pytest.raises(OperationInvalid):
        waiting.result()


def ask(host: Host, name: str, ended: list[None]) -> None:
    """Somebody else who keeps the guest's QEMU busy with questions."""
    with connect(host.uri, timeout=LONG) as conn:
        dom = conn.get_domain_by_name(name)
        while not ended:
            dom.block_stats("vda")


def test_what_is_ready_can_be_pivoted_to(host: Host, dom_with_disk: Domain) -> None:
    """QEMU's figures say so before the daemon has heard it, which a busy guest shows; both ways to wait for it."""
    dom = dom_with_disk
    dom.create()
    ended: list[None] = []
    others = [facade.spawn(ask, host, dom.get_name(), ended) for _ in range(2)]
    try:
        for n in range(20):
            copy = host.files / f"{unique_name('copy')}.raw"
            xml = f"<disk type='file'><source file='{copy}'/><driver type='raw'/></disk>"
            dom.block_copy("vda", xml, {}, Domain.BLOCK_COPY_TRANSIENT_JOB)
            if n % 2:
                for _ in dom.follow_block_job("vda", 0.001):
                    pass
            else:
                assert dom.wait_for_block_job("vda", LONG) == Domain.BLOCK_JOB_READY
            dom.abort_block_job("vda", Domain.BLOCK_JOB_ABORT_PIVOT)
            assert str(copy) in host.virsh("domblklist", dom.get_name())
    finally:
        ended.append(None)
        for other in others:
            other.result()


def test_names_of_a_disk(host: Host, dom_with_disk: Domain, disk: Path) -> None:
    """A job that is waited for by any of them ends under each; `None` if before the first look."""
    dom, name = dom_with_disk, dom_with_disk.get_name()
    dom.create()
    image = GuestXML(dom.get_xml_description())
    (alias,) = (device.alias for device in image.devices if device.is_disk)
    assert alias is not None
    below = str(disk)
    for way in ("vda", "path", alias, "index"):
        top = host.files / f"{unique_name('top')}.qcow2"
        host.virsh(
            "snapshot-create-as", name, "--disk-only", "--no-metadata", "--diskspec", f"vda,file={top}"
        )
        guest = dom.get_xml_description()
        (index,) = (source.get("index") for source in fromstring(guest).iterfind("devices/disk/source"))
        said = {"path": str(top), "index": f"vda[{index}]"}.get(way, way)
        with pytest.raises(InvalidArgument):
            dom.wait_for_block_job(below, LONG)  # an image of it, but not its path
        host.virsh("blockpull", name, "vda", "--bandwidth", SLOW, "--bytes")
        with pytest.raises(CallTimeout):
            dom.wait_for_block_job(said, 0.5)
        waiting = facade.spawn(dom.wait_for_block_job, said, LONG)
        host.virsh("blockjob", name, "vda", "--bandwidth", "0")
        assert waiting.result() in (Domain.BLOCK_JOB_COMPLETED, None)
        below = str(top)
    with pytest.raises(InvalidArgument, match=r"^disk: .*\(vda\).*'vdb'"):
        dom.wait_for_block_job("vdb", LONG)


def test_the_path_of_a_volume(host: Host, conn: Connection, pool: StoragePool) -> None:
    """It is in no XML of the guest, but all that work on disks take it."""
    name = unique_name("volume")
    volume = pool.create_volume(
        "<volume><name>disk</name><capacity unit='M'>8</capacity><target><format type='qcow2'/></target></volume>"
    )
    source = f"<source pool='{pool.get_name()}' volume='disk'/><target dev='vdb' bus='virtio'/>"
    xml = f"<disk type='volume'><driver name='qemu' type='qcow2'/>{source}</disk>"
    dom = conn.create_domain(firmware_xml(host, name, extra_devices=xml))
    try:
        path = volume.get_path()
        assert path not in dom.get_xml_description()
        copy = f"<disk type='file'><source file='{host.files}/{name}.raw'/><driver type='raw'/></disk>"
        dom.block_copy(path, copy, {Domain.BLOCK_COPY_BANDWIDTH: int(SLOW)})
        dom.set_block_job_speed(path, 0)
        assert dom.wait_for_block_job(path, LONG) == Domain.BLOCK_JOB_READY
        for progress in dom.follow_block_job(path):
            assert progress.remaining == 0
        dom.abort_block_job(path, Domain.BLOCK_JOB_ABORT_PIVOT)
        assert f"{name}.raw" in host.virsh("domblklist", name)
        with pytest.raises(InvalidArgument):
            dom.wait_for_block_job(path, LONG)
    finally:
        host.remove(name)


def test_a_device_that_goes(host: Host, linux: Domain, observed: Recorder) -> None:
    name, image = linux.get_name(), raw(host.files / f"{unique_name('image')}.raw", MIB * b"1")
    alias = "ua-" + unique_name("disk")
    xml = disk_xml(image, "vdk").replace("</disk>", f"<alias name='{alias}'/></disk>")
    for way in (alias, "vdk", str(image)):
        with pytest.raises(InvalidArgument):
            linux.wait_for_detached(way, LONG)  # it has none, and had none
        linux.attach_device(xml, Domain.DEVICE_MODIFY_LIVE)
        in_vain(
            lambda limit: linux.wait_for_detached(way, limit),  # noqa: B023
            f"the end of {way} of '{name}': the guest has it still",
        )
        waiting = facade.spawn(linux.wait_for_detached, way, LONG, missing_ok=True)
        host.virsh("detach-disk", name, "vdk", "--live")
        waiting.result()
        assert "vdk" not in host.virsh("domblklist", name)
    observed("wait_for_detached", "virsh detach-disk, domblklist")


def test_devices_that_are_detached_here(host: Host, conn: Connection, linux: Domain) -> None:
    """The wait comes after that, as it does: the device may have gone by then, or not."""
    dom = conn.get_domain_by_name(linux.get_name())  # with nothing to remember
    image = raw(host.files / f"{unique_name('image')}.raw", MIB * b"1")
    mac = "52:54:00:aa:bb:0c"
    net = f"<interface type='user'><mac address='{mac}'/><model type='virtio'/></interface>"
    for _ in range(2):
        dom.attach_device(disk_xml(image, "vdk"))
        dom.attach_device(net)
        dom.detach_device(disk_xml(image, "vdk"))
        dom.wait_for_detached("vdk", LONG)
        assert "vdk" not in host.virsh("domblklist", dom.get_name())
        guest = GuestXML(dom.get_xml_description())
        (alias,) = (device.alias for device in guest.devices if device.goes_by(mac.upper()))
        assert alias is not None
        dom.detach_device_alias(alias)
        dom.wait_for_detached(alias, LONG)
        assert mac not in host.virsh("dumpxml", dom.get_name())


def test_a_guest_that_can_not_let_go(host: Host, linux: Domain) -> None:
    """While it is paused, its disk is there by whatever name."""
    name, image = linux.get_name(), raw(host.files / f"{unique_name('image')}.raw", MIB * b"1")
    linux.attach_device(disk_xml(image, "vdk"))
    linux.suspend()
    try:
        linux.detach_device(disk_xml(image, "vdk"))
        for way in ("vdk", str(image)):
            with pytest.raises(CallTimeout):
                linux.wait_for_detached(way, 0.5)
        assert "vdk" in host.virsh("domblklist", name)
        waiting = facade.spawn(linux.wait_for_detached, "vdk", LONG)
    finally:
        linux.resume()
    waiting.result()
    assert "vdk" not in host.virsh("domblklist", name)


def test_a_device_that_stays(host: Host, conn: Connection, disk: Path) -> None:
    """Without a system nobody in the guest lets go of anything, until it ends: its definition keeps it."""
    name = unique_name("stays")
    xml = disk_xml(disk).replace("</disk>", "<alias name='ua-stays'/></disk>")
    host.define(firmware_xml(host, name, extra_devices=xml))
    try:
        dom = conn.get_domain_by_name(name)
        dom.create()
        with pytest.raises(CallTimeout):
            dom.wait_for_detached("ua-stays", 1)
        waiting = facade.spawn(dom.wait_for_detached, "ua-stays", LONG)
        host.virsh("destroy", name)
        waiting.result()
        assert "ua-stays" in host.definition(name)
        dom.wait_for_detached("ua-stays", LONG)  # what does not run has nothing
        with pytest.raises(InvalidArgument):
            dom.wait_for_detached("ua-other", LONG)
    finally:
        host.remove(name)
