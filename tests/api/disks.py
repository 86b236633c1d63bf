"""Disks to try things with: chains of images, block devices, and one that a guest without a system writes to."""

from __future__ import annotations

import fcntl
import json
import os
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rig.host import Host

MIB = 1 << 20

#: The first sector of a disk, from which a PC without a system writes to it for ever: 64 sectors at a time, all
#: of memory's beginning, by call 0x43 of interrupt 0x13, from sector 2048 on.
WRITING_BOOT_SECTOR = (
    bytes.fromhex(
        "fa 31c0 8ed8 8ed0 bc007c fb"  # cli; no segments; the stack is below this; sti
        "be1b7c b80043 cd13"  # again: write what the packet says
        "668306237c40 ebf0"  # the next 64 sectors; jmp again
        "1000 4000 007c 0000 0008000000000000"  # the packet: its size, sectors, from where, to which
    ).ljust(510, b"\0")
    + b"\x55\xaa"
)


def raw(path: Path, data: bytes, size: int = 0) -> Path:
    """A raw image that begins with `data`."""
    path.write_bytes(data)
    if size:
        os.truncate(path, size)
    return path


def qcow2(host: Host, path: Path, size: str) -> Path:
    host.run("qemu-img", "create", "-q", "-f", "qcow2", str(path), size)
    return path


def break_tables(path: Path) -> Path:
    """Make a qcow2 one of which no cluster can be found: its first table says that the next is where none can be."""
    with open(path, "r+b") as image:
        image.seek(40)
        image.seek(int.from_bytes(image.read(8), "big"))
        image.write((1 << 63 | 0x30200).to_bytes(8, "big"))
    return path


def chain(host: Host, *paths: Path) -> None:
    """Images of 8 MiB, each on top of the one before and written so relative to it.

    Image number n, from 1 on, has one MiB of bytes n, which begins at MiB n.
    """
    below: tuple[str, ...] = ()
    for n, path in enumerate(paths, 1):
        host.run("qemu-img", "create", "-q", "-f", "qcow2", *below, str(path), "8M")
        host.run("qemu-io", "-c", f"write -q -P {n} {n}M 1M", str(path))
        below = ("-F", "qcow2", "-b", path.name)


def has(host: Host, path: Path, *numbers: int, format: str = "qcow2") -> bool:
    """Whether an image alone, without those below it, has the MiB of just these images of a chain."""
    kind = "host_device" if path.is_block_device() else "file"
    file = {"driver": kind, "filename": str(path)}
    options = {"driver": format, "file": file} | ({"backing": None} if format == "qcow2" else {})
    script = "".join(f"read -P {n if n in numbers else 0} {n}M 1M\n" for n in range(1, 8))
    try:
        host.run("qemu-io", "-r", "-U", f"json:{json.dumps(options)}", input=script)
    except subprocess.CalledProcessError as error:
        if "verification failed" in error.stdout:
            return False
        raise
    return True


def below(image: dict[str, object]) -> object:
    """What an image, as `qemu-img info` has it, says that it is on top of."""
    return image.get("backing-filename")


@contextmanager
def block_device(file: Path, size: int) -> Iterator[str]:
    """A block device of the machine, which every host sees; it is kept in a file, and lasts while it is used."""
    raw(file, b"", size)
    found = subprocess.run(
        ["losetup", "--find", "--show", str(file)], capture_output=True, text=True, check=True
    )
    device = found.stdout.strip()
    with open(device, "rb"):
        # From here on the kernel takes it away when nobody has it open, however this ends.
        subprocess.run(["losetup", "--detach", device], check=True)
        yield device


def resize_device(device: str, file: Path, size: int) -> None:
    os.truncate(file, size)
    subprocess.run(["losetup", "--set-capacity", device], check=True)


@contextmanager
def unwritable(path: Path) -> Iterator[None]:
    """Whoever begins to use an image in the block may not write to it; who uses it already may go on."""
    nobody_else_writes = 201  # the byte that QEMU locks to say so
    lock = struct.pack("hhqqi4x", fcntl.F_RDLCK, os.SEEK_SET, nobody_else_writes, 1, 0)
    with open(path, "rb") as file:
        fcntl.fcntl(file, fcntl.F_OFD_SETLK, lock)
        yield
