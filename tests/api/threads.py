"""The threads of a guest's QEMU, as QEMU and the kernel show them."""

from __future__ import annotations

import re

from rig.host import Host


def allowed_cpus(host: Host, thread: int) -> str:
    """Where the kernel lets a thread run, such as "0-1"; threads have their numbers as inside the host."""
    status = host.run("cat", f"/proc/{thread}/status")
    found = re.search(r"^Cpus_allowed_list:\t(.*)$", status, re.MULTILINE)
    assert found is not None
    return found[1]


def main_thread(host: Host, name: str) -> int:
    """The first thread of a guest's QEMU."""
    return int(host.run("cat", f"/run/libvirt/qemu/{name}.pid"))
