"""Backups that a client pulls."""

from __future__ import annotations

from pathlib import Path

#: Where Q35 has its PM1 control register after the firmware has run, and what turns the machine off there.
PM1_CONTROL, SLEEP_S5 = 0x604, 0x2000


def pull_xml(socket: Path, scratch: Path) -> str:
    return (
        f"<domainbackup mode='pull'><server transport='unix' socket='{socket}'/>"
        f"<disks><disk name='vda' type='file'><scratch file='{scratch}'/></disk></disks></domainbackup>"
    )
