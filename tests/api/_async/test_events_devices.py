"""What is told of guests' devices, limits, screens and words about them; and of a QEMU that can't be spoken to."""

from __future__ import annotations

import os
import re
import signal
import socket

import pytest

from rig.guest import disk_xml, firmware_xml, hmp, unique_name
from rig.host import Host
from rig.wait import until
from sysvirt.aio import Connection, Domain
from sysvirt.events import (
    ControlErrorEvent,
    DeviceAddedEvent,
    DeviceRemovedEvent,
    GraphicsAddress,
    GraphicsEvent,
    LifecycleEvent,
    MemoryFailureEvent,
    MetadataChangeEvent,
    RebootEvent,
    TunableEvent,
)
from tests.conformance.recorder import Recorder

from ..machine import SCSI, alias
from .watching import Watch

pytestmark = pytest.mark.slow


async def test_devices(host: Host, conn: Connection, made: list[str], observed: Recorder) -> None:
    """A disk comes and goes, which needs nothing of the guest."""
    name = unique_name("devices")
    made.append(name)
    disk = host.files / f"{name}.raw"
    disk.write_bytes(bytes(1 << 20))
    xml = disk_xml(disk, "sdb").replace("bus='virtio'", "bus='scsi'")
    host.define(firmware_xml(host, name, extra_devices=SCSI))
    host.virsh("start", name)
    dom = await conn.get_domain_by_name(name)
    async with Watch(host, conn) as watch:
        await dom.attach_device(xml, Domain.DEVICE_MODIFY_LIVE)
        device = alias(host, name, "scsi0-")
        observed.event(
            await watch.next(DeviceAddedEvent, dom, dev_alias=device), "attach_device: virsh dumpxml"
        )
        host.virsh("detach-disk", name, "sdb", "--live")
        observed.event(await watch.next(DeviceRemovedEvent, dom, dev_alias=device), "virsh detach-disk")
        assert "sdb" not in host.virsh("domblklist", name)


async def test_limits(host: Host, conn: Connection, dom_with_disk: Domain, observed: Recorder) -> None:
    dom, name = dom_with_disk, dom_with_disk.get_name()
    await dom.create()
    async with Watch(host, conn) as watch:
        await dom.set_scheduler_parameters({Domain.SCHEDULER_CPU_SHARES: 2048})
        event = await watch.next(TunableEvent, dom, params={Domain.TUNABLE_CPU_CPU_SHARES: 2048})
        assert re.search(r"^cpu_shares +: 2048$", host.virsh("schedinfo", name), re.MULTILINE)
        observed.event(event, "set_scheduler_parameters: virsh schedinfo")
        host.virsh("vcpupin", name, "0", "1", "--live")
        event = await watch.next(TunableEvent, dom, params={"cputune.vcpupin0": "1"})
        observed.event(event, "virsh vcpupin")
        await dom.set_block_iotune("vda", {Domain.BLOCK_IOTUNE_READ_IOPS_SEC: 500})
        event = await watch.next(TunableEvent, dom)
        assert event.params[Domain.TUNABLE_BLKDEV_DISK] == "vda"
        assert event.params[Domain.TUNABLE_BLKDEV_READ_IOPS_SEC] == 500
        assert re.search(r"^read_iops_sec *: 500$", host.virsh("blkdeviotune", name, "vda"), re.MULTILINE)
        observed.event(event, "set_block_iotune: virsh blkdeviotune")


async def test_words(host: Host, conn: Connection, dom: Domain, observed: Recorder) -> None:
    name, uri = dom.get_name(), "http://example.org/words"
    async with Watch(host, conn) as watch:
        await dom.set_metadata(Domain.METADATA_TITLE, "a title")
        event = await watch.next(MetadataChangeEvent, dom, type=Domain.METADATA_TITLE, nsuri=None)
        assert host.virsh("desc", name, "--title") == "a title"
        observed.event(event, "set_metadata: virsh desc")
        host.virsh("desc", name, "a description")
        event = await watch.next(MetadataChangeEvent, dom, type=Domain.METADATA_DESCRIPTION, nsuri=None)
        observed.event(event, "virsh desc")
        await dom.set_metadata(Domain.METADATA_ELEMENT, "<words/>", "w", uri)
        event = await watch.next(MetadataChangeEvent, dom, type=Domain.METADATA_ELEMENT, nsuri=uri)
        assert host.virsh("metadata", name, uri) == "<words/>"
        observed.event(event, "set_metadata: virsh metadata")


async def test_a_screen(host: Host, conn: Connection, made: list[str], observed: Recorder) -> None:
    """Somebody looks at it, by the socket that its definition names."""
    name = unique_name("screen")
    made.append(name)
    path = str(host.files / f"{name}.vnc")
    screen = f"<graphics type='vnc' socket='{path}'/><video><model type='vga'/></video>"
    host.define(firmware_xml(host, name, extra_devices=screen))
    host.virsh("start", name)
    dom = await conn.get_domain_by_name(name)
    async with Watch(host, conn) as watch:
        with socket.socket(socket.AF_UNIX) as viewer:
            viewer.settimeout(20)
            viewer.connect(path)
            connected = await watch.next(GraphicsEvent, dom)
            assert viewer.recv(12) == b"RFB 003.008\n"
            viewer.send(b"RFB 003.008\n")
            assert viewer.recv(2) == b"\1\1"  # of one way, none, to show who one is
            viewer.send(b"\1")
            assert viewer.recv(4) == bytes(4)
            viewer.send(b"\1")
            initialized = await watch.next(GraphicsEvent, dom)
        disconnected = await watch.next(GraphicsEvent, dom)
        phases = [event.phase for event in (connected, initialized, disconnected)]
        assert phases == [
            Domain.EVENT_GRAPHICS_CONNECT, Domain.EVENT_GRAPHICS_INITIALIZE, Domain.EVENT_GRAPHICS_DISCONNECT
        ]  # fmt: skip
        unix = Domain.EVENT_GRAPHICS_ADDRESS_UNIX
        for event in (connected, initialized, disconnected):
            assert event.local == GraphicsAddress(unix, "", path)
            assert event.remote == GraphicsAddress(unix, "", "")
            assert event.auth_scheme == "none"
        observed.event(connected, "a viewer connects to the VNC socket of the definition")


async def test_a_screen_with_a_password(
    host: Host, conn: Connection, made: list[str], observed: Recorder
) -> None:
    """Somebody knocks at its port, and leaves."""
    name = unique_name("screen")
    made.append(name)
    listen = "<listen type='address' address='127.0.0.1'/>"
    screen = f"<graphics type='vnc' autoport='yes' passwd='secret'>{listen}</graphics>"
    host.define(firmware_xml(host, name, extra_devices=screen))
    host.virsh("start", name)
    dom = await conn.get_domain_by_name(name)
    port = 5900 + int(host.virsh("vncdisplay", name).rpartition(":")[2])
    async with Watch(host, conn) as watch:
        knock = "$s = IO::Socket::INET->new($ARGV[0]) or die; read $s, $hello, 12; print $s->sockport"
        own = host.run("perl", "-MIO::Socket::INET", "-e", knock, f"127.0.0.1:{port}")
        ipv4 = Domain.EVENT_GRAPHICS_ADDRESS_IPV4
        for phase in (Domain.EVENT_GRAPHICS_CONNECT, Domain.EVENT_GRAPHICS_DISCONNECT):
            event = await watch.next(GraphicsEvent, dom, phase=phase, auth_scheme="vnc", identities=[])
            assert event.local == GraphicsAddress(ipv4, "127.0.0.1", str(port))
            assert event.remote == GraphicsAddress(ipv4, "127.0.0.1", own)
        observed.event(
            event, "a viewer connects to the VNC port that virsh vncdisplay has, from its own port"
        )


async def test_a_reset(host: Host, conn: Connection, running: Domain, observed: Recorder) -> None:
    async with Watch(host, conn) as watch:
        await running.reset()
        observed.event(await watch.next(RebootEvent, running), "reset")
        host.virsh("reset", running.get_name())
        observed.event(await watch.next(RebootEvent, running), "virsh reset")


async def test_a_monitor_that_breaks(
    host: Host, conn: Connection, running: Domain, observed: Recorder
) -> None:
    """A QEMU ends that has not read yet what libvirt has asked it."""
    name = running.get_name()
    pid = host.guest_pid(name)
    async with Watch(host, conn) as watch:
        os.kill(pid, signal.SIGSTOP)
        asks = host.start("virsh", "qemu-monitor-command", name, '{"execute": "query-status"}')
        until(lambda: unread(host, name), "QEMU has been asked")
        os.kill(pid, signal.SIGKILL)
        asks.communicate()
        event = await watch.next(ControlErrorEvent, running)
        assert "Unable to read from monitor: Connection reset by peer" in host.messages()
        observed.event(event, "QEMU is killed with a question unread: libvirt's log")
        stopped = await watch.next(LifecycleEvent, running, event=Domain.EVENT_STOPPED)
        assert stopped.detail == Domain.EVENT_STOPPED_FAILED


def unread(host: Host, name: str) -> bool:
    """Whether something waits in the socket of a guest's monitor."""
    pattern = rf"^u_str +ESTAB +(\d+) +\d+ +\S*-{name}/monitor.sock"
    return any(int(count) for count in re.findall(pattern, host.run("ss", "-x"), re.MULTILINE))


async def test_memory_that_fails(host: Host, conn: Connection, running: Domain, observed: Recorder) -> None:
    """As a machine check, for which the firmware is not ready: one that it has to see to, then a corrected one."""
    name, guest = running.get_name(), Domain.EVENT_MEMORY_FAILURE_RECIPIENT_GUEST
    async with Watch(host, conn) as watch:
        hmp(host, name, f"mce 0 0 {0xBD80000000000134:#x} 5 0x100000 0x8c")
        event = await watch.next(MemoryFailureEvent, running, recipient=guest)
        assert event.action == Domain.EVENT_MEMORY_FAILURE_ACTION_RESET
        assert event.flags == Domain.MEMORY_FAILURE_ACTION_REQUIRED
        await watch.next(RebootEvent, running)
        observed.event(event, "QEMU's monitor: an uncorrected machine check, which resets the guest")
        hmp(host, name, f"mce 0 0 {0x9C00000000000134:#x} 5 0x100000 0x8c")
        event = await watch.next(MemoryFailureEvent, running, recipient=guest)
        assert event.action == Domain.EVENT_MEMORY_FAILURE_ACTION_INJECT
        assert event.flags == 0
        observed.event(event, "QEMU's monitor: a corrected machine check")
