"""What a private host needs from the machine, told in words when it is not there."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess

NAMESPACES = ("--mount", "--uts", "--ipc", "--net", "--pid")
PROGRAMS = ("apt-get", "mmdebstrap", "mount", "unshare", "nsenter", "chroot")


def missing() -> list[str]:
    """Why no private host can run here; empty when one can."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return [f"it needs Linux on x86_64, and this is {platform.system()} on {platform.machine()}"]
    if os.geteuid():
        return ["it needs root: it makes namespaces, mounts and cgroups of its own"]
    reasons = [f"the program {name} is missing" for name in PROGRAMS if shutil.which(name) is None]
    if not reasons and (refusal := _namespaces_refused()):
        reasons.append(f"the kernel refuses namespaces and mounts: {refusal}")
    return reasons


def _namespaces_refused() -> str:
    command = ["unshare", *NAMESPACES, "--fork", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(command, capture_output=True, text=True).stderr.strip()
