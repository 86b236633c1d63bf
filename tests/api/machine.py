"""Guests that do what makes events: some boot Linux, some only run a few instructions of a boot sector."""

from __future__ import annotations

import calendar
import re
import struct
from pathlib import Path

from rig.guest import disk_xml, firmware_xml, guest_xml, qmp, unique_name
from rig.host import Host

#: Writes to I/O ports, as (port, value, bytes).
Ports = tuple[tuple[int, int, int], ...]

#: The panic device: a guest's system has crashed, or has loaded another one because it has.
PANIC: Ports = ((0x505, 1, 1),)
CRASH_LOADED: Ports = ((0x505, 2, 1),)
#: The power management of a Q35: sleep in memory, on disk, and off.
SLEEP: Ports = ((0x604, 0x2400, 2),)
HIBERNATE: Ports = ((0x604, 0x2800, 2),)
OFF: Ports = ((0x604, 0x2000, 2),)
#: The clock: its day of the month, in BCD.
SECOND_OF_THE_MONTH: Ports = ((0x70, 0x07, 1), (0x71, 0x02, 1))
#: The i6300ESB of `WATCHDOG`: count at 1 MHz, reset or whatever is wanted; begin. It fires after two seconds.
BARK: Ports = (
    (0xCF8, 0x80002860, 4), (0xCFC, 0x0004, 2), (0xCF8, 0x80002868, 4), (0xCFC, 0x02, 1),
)  # fmt: skip

#: The first sector of a disk, from which a PC writes to each page of the memory from 1 to 63 MiB once, and then waits.
FILLING = bytes.fromhex(
    "fa 31c0 8ed8 0f01164e7c 0f20c0 0c01 0f22c0 ea177c0800"  # to protected mode, with the table at the end
    "b810000000 8ed8 bf00001000"  # all of memory; from 1 MiB on
    "ff07 81c700100000 81ff0000f003 72f0"  # inc dword [edi]; the next page, up to 63 MiB
    "f4 ebfd"  # hlt; jmp to it
    "0000000000000000 ffff0000009acf00 ffff00000092cf00 1700 367c0000"
).ljust(510, b"\0") + b"\x55\xaa"  # fmt: skip

SLEEPING = "<pm><suspend-to-mem enabled='yes'/><suspend-to-disk enabled='yes'/></pm>"
PANIC_DEVICE = "<panic model='isa'/>"
WATCHDOG = (
    "<watchdog model='i6300esb' action='{}'>"
    "<address type='pci' domain='0' bus='0' slot='5' function='0'/></watchdog>"
)
CHANNEL = "<channel type='unix'><target type='virtio' name='org.example.0'/></channel>"
SLOTS = "<maxMemory slots='4' unit='MiB'>1024</maxMemory>"
NUMA = "<numa><cell id='0' cpus='0' memory='256' unit='MiB'/></numa>"
DIMM = "<memory model='dimm'><target><size unit='MiB'>128</size><node>0</node></target></memory>"
VIRTIO_MEM = """\
<memory model='virtio-mem'><target>
  <size unit='MiB'>128</size><node>0</node><block unit='MiB'>2</block><requested unit='MiB'>0</requested>
</target></memory>"""
BRIDGED = """\
<interface type='bridge' trustGuestRxFilters='yes'>
  <source bridge='sysvirt0'/><mac address='52:54:00:00:00:01'/><model type='virtio'/>
</interface>"""
SCSI = "<controller type='scsi' model='virtio-scsi'/>"


def boot_sector(ports: Ports) -> bytes:
    """The first sector of a disk, from which a PC writes to ports, and then waits for ever."""
    code = b"\xfa"  # cli
    for port, value, width in ports:
        code += b"\x66\xb8" + struct.pack("<I", value) + b"\xba" + struct.pack("<H", port)  # mov eax; mov dx
        code += {1: b"\xee", 2: b"\xef", 4: b"\x66\xef"}[width]  # out dx, al or ax or eax
    code += b"\xf4\xeb\xfd"  # hlt; jmp to it
    return code.ljust(510, b"\0") + b"\x55\xaa"


def define_writing(host: Host, ports: Ports, *, extra: str = "", extra_devices: str = "") -> str:
    """Define a guest that writes to these ports as soon as it runs; gives its name."""
    name = unique_name("ports")
    disk = host.files / f"{name}.raw"
    disk.write_bytes(boot_sector(ports).ljust(1 << 20, b"\0"))
    host.define(firmware_xml(host, name, extra=extra, extra_devices=disk_xml(disk) + extra_devices))
    return name


def cdrom_xml(path: Path | None, *, policy: str = "") -> str:
    """A CD drive of a bus of `SCSI`, with a disc or without; policy is for discs that are missing."""
    startup = f" startupPolicy='{policy}'" if policy else ""
    source = f"<source file='{path}'{startup}/>" if path else ""
    return (
        f"<disk type='file' device='cdrom'><driver name='qemu' type='raw'/>{source}"
        "<target dev='sda' bus='scsi'/><readonly/></disk>"
    )


def linux_xml(host: Host, name: str) -> str:
    """A guest that boots Linux: with memory of which it can give some back, a channel, and an interface in a bridge."""
    devices = [DIMM, VIRTIO_MEM, CHANNEL, BRIDGED]
    # With memory above 4 GiB Linux takes 64 MiB of what is below for itself.
    xml = guest_xml(host, name, memory_mib=512, extra=SLOTS, extra_devices="\n".join(devices))
    return xml.replace("<model>qemu64</model>", f"<model>qemu64</model>{NUMA}")


def make_bridge(host: Host) -> None:
    """What the interface of `linux_xml` is plugged into."""
    host.run("ip", "link", "add", "sysvirt0", "type", "bridge")
    host.run("ip", "link", "set", "sysvirt0", "up")


def rtc(host: Host, name: str) -> int:
    """What a guest's clock shows, in seconds since 1970."""
    now = qmp(host, name, "qom-get", path="/machine", property="rtc-time")
    shown = (
        now["tm_year"] + 1900,
        now["tm_mon"] + 1,
        *(now[f"tm_{part}"] for part in ("mday", "hour", "min", "sec")),
    )
    return calendar.timegm(shown)


def alias(host: Host, name: str, begin: str) -> str:
    """The one alias that begins so, of a running guest's devices."""
    only: str
    (only,) = set(re.findall(rf"<alias name='({begin}[^']*)'/>", host.virsh("dumpxml", name)))
    return only
