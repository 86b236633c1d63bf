"""What a person should know of a guest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rig.guest import MACHINE, disk_xml, firmware_xml, unique_name
from rig.host import Host
from rig.wait import until
from sysvirt.aio import Connection, Domain
from sysvirt.errors import InvalidArgument
from tests.conformance.recorder import Recorder

from ..refusals import refused

#: A kind of machine that QEMU is going to drop.
DEPRECATED = {"bookworm": "pc-i440fx-1.7", "forky": MACHINE}
TAINTED = "tainted: custom monitor control commands issued"


#: A boot sector: mov ax,0x0201; mov bx,0x7e00; mov cx,3; mov dh,0; int 0x13; jmp $ - it reads the third sector.
BOOT = bytes.fromhex("b80102 bb007e b90300 b600 cd13 ebfe").ljust(510, b"\0") + b"\x55\xaa"


def bad_disk(host: Host, name: str) -> Path:
    """A disk that boots into reading what can't be read: by its tables, it begins in the middle of a cluster."""
    raw, path = host.files / f"{name}.raw", host.files / f"{name}.qcow2"
    raw.write_bytes(BOOT.ljust(1 << 20, b"\0"))
    host.run("qemu-img", "convert", "-O", "qcow2", "-o", "cluster_size=1024", str(raw), str(path))
    raw.unlink()
    with path.open("r+b") as image:
        image.seek(40)
        image.seek(int.from_bytes(image.read(8), "big"))
        entries = int.from_bytes(image.read(8), "big") & 0x00FFFFFFFFFFFE00
        image.seek(entries + 8)
        image.write((1 << 63 | 512).to_bytes(8, "big"))
    return path


@pytest.fixture
def doubtful(host: Host) -> Iterator[str]:
    """The name of a running guest that there is something to say about."""
    name = unique_name("doubtful")
    disk = bad_disk(host, name)
    xml = firmware_xml(host, name, extra_devices=disk_xml(disk))
    host.define(xml.replace(MACHINE, DEPRECATED[host.suite]))
    host.virsh("start", name)
    yield name
    host.remove(name)
    disk.unlink()


async def test_messages(host: Host, conn: Connection, doubtful: str, observed: Recorder) -> None:
    dom = await conn.get_domain_by_name(doubtful)
    host.virsh("qemu-monitor-command", doubtful, "--hmp", "info name")

    old = await dom.get_messages(Domain.MESSAGE_DEPRECATION)
    assert old == [f"deprecated configuration: machine type '{DEPRECATED[host.suite]}'"]
    tainted = await dom.get_messages(Domain.MESSAGE_TAINTING)
    assert TAINTED in tainted
    assert all(message.startswith("tainted: ") for message in tainted)

    if host.suite == "bookworm":
        with refused(InvalidArgument, r"unsupported flags \(0x4\) in function qemuDomainGetMessages"):
            await dom.get_messages(Domain.MESSAGE_IOERRORS)
    else:
        until(lambda: "I/O error" in host.virsh("dominfo", doubtful), "the firmware has read the disk")
        (failed,) = await dom.get_messages(Domain.MESSAGE_IOERRORS)
        assert re.match(r"I/O error: disk='vda', .*, path='.*\.qcow2', ", failed)
        assert failed in await dom.get_messages()

    everything = await dom.get_messages()
    assert set(everything) >= {*old, *tainted}
    said = host.virsh("dominfo", doubtful)
    assert all(message in said for message in everything)
    observed("get_messages", "virsh dominfo: an old machine, a custom command, an image that can't be read")
