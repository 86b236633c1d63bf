"""The threads of a guest's QEMU, as the kernel shows them."""

from __future__ import annotations

import re
from pathlib import Path

from rig.host import Host


def allowed_cpus(host: Host, name: str, thread: str) -> str:
    """Where the kernel lets one of QEMU's threads run, such as "0-1"; QEMU names its threads."""
    (status,) = (
        comm.with_name("status").read_text()
        for comm in Path(f"/proc/{host.guest_pid(name)}/task").glob("*/comm")
        if comm.read_text().strip() == thread
    )
    found = re.search(r"^Cpus_allowed_list:\t(.*)$", status, re.MULTILINE)
    assert found is not None
    return found[1]
