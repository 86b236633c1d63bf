"""Disk images, and what the programs that use them know, seen without libvirt."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from rig.guest import hmp, qmp
from rig.host import Host

_EXT4_SUPERBLOCK = 1024
_EXT4_INCOMPATIBLE = 0x60
_EXT4_RECOVER = 4


def image(host: Host, path: Path) -> dict[str, Any]:
    """What `qemu-img info` says, of an image that a guest may be using."""
    found: dict[str, Any] = json.loads(host.run("qemu-img", "info", "-U", "--output=json", str(path)))
    return found


def inside(host: Host, path: Path) -> list[str]:
    """The names of the snapshots inside an image."""
    return [snapshot["name"] for snapshot in image(host, path).get("snapshots", ())]


def journal_is_pending(host: Host, path: Path) -> bool:
    """Whether the ext4 in an image would replay its journal: it was not frozen or unmounted."""
    raw = path.with_name(f"{path.name}.copy")
    host.run("qemu-img", "convert", "-U", "-O", "raw", str(path), str(raw))
    with open(raw, "rb") as data:
        data.seek(_EXT4_SUPERBLOCK + _EXT4_INCOMPATIBLE)
        features = int.from_bytes(data.read(4), "little")
    raw.unlink()
    return bool(features & _EXT4_RECOVER)


def fill(host: Host, path: Path, byte: int, size: str = "64k") -> None:
    """Write to an image that no guest is using."""
    host.run("qemu-io", "-c", f"write -P {byte} 0 {size}", str(path))


def filled(host: Host, path: Path, byte: int, size: str = "64k") -> bool:
    """Whether an image, which a guest may be using, has these bytes."""
    try:
        host.run("qemu-io", "-r", "-U", "-c", f"read -P {byte} 0 {size}", str(path))
    except subprocess.CalledProcessError as error:
        if "verification failed" not in error.stdout:
            raise
        return False
    return True


def write(host: Host, name: str, byte: int, size: str = "64k") -> None:
    """Have a guest's QEMU write to its first virtio disk, as the guest would."""
    hmp(host, name, f'qemu-io -d /machine/peripheral/virtio-disk0/virtio-backend "write -P {byte} 0 {size}"')


def bitmaps(host: Host, name: str) -> dict[str, int]:
    """The names of the bitmaps of a guest's first disk, and how much of it was written since."""
    (block,) = qmp(host, name, "query-block")
    return {bitmap["name"]: bitmap["count"] for bitmap in block["inserted"].get("dirty-bitmaps", ())}
