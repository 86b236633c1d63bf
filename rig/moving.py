"""Guests that go from host to host and count aloud: what each host has heard tells when they ran where.

Such a guest says eight hexadecimal digits a line on its serial console, each number greater by one than that before.
Each host of a lan has a log of its own of what was said while the guest was there.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path

from rig.guest import disk_xml, firmware_xml, guest_xml, make_disk, run_inside, start_inside
from rig.host import Host
from rig.lan import IMAGES, images

# A boot sector that writes to each page from 1 MiB up to a limit, so that all of them have to be sent, and then counts
# at each tick of the BIOS's clock, 18 times a second; one that is restless writes to all pages again at each.
START = bytes.fromhex(
    "fa 31c0 8ed8 8ed0 bc007c"  # cli; ds = ss = 0; mov sp, 7c00
    "0f0116e67d 0f20c0 0c01 0f22c0 bb0800 8edb 24fe 0f22c0 31c0 8ed8"  # ds may reach all of the memory
    "66c706008000000000"  # mov dword [8000], 0
)
FILL = bytes.fromhex(
    "fa 66bf00001000 6766ff07 6681c700100000 6681ff"
)  # edi from 1 MiB: inc dword [edi]; next
COUNT = bytes.fromhex(
    "72ec fb f4"  # jb to the inc; sti; hlt
    "66ff060080 66a10080 b90800 baf803"  # inc dword [8000]; its eight digits to port 3f8
    "66c1c004 6650 240f 0490 27 1440 27 ee 6658 e2ed"
    "b00a ee"  # and a line end
)
TO_HALT, TO_FILL = b"\xeb\xd8", b"\xeb\xbc"
TABLE = bytes.fromhex("0f00ec7d0000 0000000000000000 ffff00000092cf00 0000 55aa")
SECTOR_SIZE = 512

# What it writes goes to a file that stays open, too.
COUNTING = (
    "exec 3>/mnt/counted; n=0; while :; do n=$((n+1));"
    " printf '%08X\\n' $n >&3; printf '%08X\\n' $n >/dev/ttyS0; sleep 0.1; done"
)


def define_counting(
    host: Host, name: str, *, memory_mib: int = 16, restless: bool = False, devices: str = ""
) -> None:
    """Define a guest without a system that counts as soon as it runs."""
    limit = struct.pack("<I", (memory_mib - 1) << 20)  # the last is the firmware's
    code = START + FILL + limit + COUNT + (TO_FILL if restless else TO_HALT)
    disk = host.files / f"{name}.raw"
    disk.write_bytes((code.ljust(SECTOR_SIZE - len(TABLE), b"\0") + TABLE).ljust(1 << 20, b"\0"))
    boots = disk_xml(disk).replace("</disk>", "<readonly/></disk>")
    host.define(
        firmware_xml(host, name, memory_mib=memory_mib, console=_console(name), extra_devices=boots + devices)
    )


def linux_xml(host: Host, name: str, *, memory_mib: int = 112, devices: str = "") -> str:
    """A guest with Linux and a disk that hosts may share; see `start_counting`."""
    disk = disk_xml(make_disk(host, f"{name}.raw")).replace("</disk>", "<shareable/></disk>")
    devices = disk + devices
    return guest_xml(host, name, memory_mib=memory_mib, console=_console(name), extra_devices=devices)


def _console(name: str) -> Path:
    return IMAGES / f"{name}.console"


def heard(host: Host, name: str) -> str:
    """What the guest has said on this host."""
    log = images(host) / f"{name}.console"
    return log.read_text(errors="replace") if log.exists() else ""


def numbers(text: str) -> list[int]:
    """The numbers among what a guest has said."""
    return [int(digits, 16) for digits in re.findall(r"(?<![^\n])[0-9A-F]{8}(?=\r?\n)", text)]


def start_counting(host: Host, name: str) -> None:
    """Let a process count in a guest of `linux_xml` that has booted; `written` is what it writes to its disk."""
    start_inside(host, name, COUNTING)


def written(host: Host, name: str) -> list[int]:
    """What the counting process has written to the file that it has open, as the guest sees it."""
    return numbers(run_inside(host, name, "cat /mnt/counted"))
