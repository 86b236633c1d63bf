"""Another release of Debian in a folder of the cache: the system of the second, newer host."""

from __future__ import annotations

import platform
import subprocess
from hashlib import sha256
from pathlib import Path

from rig import cache

PACKAGES = (
    *("libvirt-daemon-driver-qemu", "libvirt-daemon", "libvirt-daemon-lock", "libvirt-daemon-log"),
    *("libvirt-clients", "qemu-system-x86", "qemu-utils", "iproute2"),
)
UNUSED = ("/usr/share/doc/*", "/usr/share/locale/*", "/usr/share/man/*")
# Where rig.inside mounts what belongs to one host; the rest of the system is read-only there.
PLACES = ("etc/libvirt", "run", "var/lib/libvirt", "var/cache/libvirt", "var/log/libvirt")


def debian(suite: str) -> Path:
    """The root folder of a Debian `suite` with libvirt and QEMU, installed at first use and then kept."""
    recipe = sha256(Path(__file__).read_bytes()).hexdigest()[:16]
    return cache.build(suite, recipe, lambda folder: _install(suite, folder))


def _install(suite: str, folder: Path) -> None:
    folder.chmod(0o755)
    command = [
        *("mmdebstrap", "--quiet", "--variant=apt", f"--include={','.join(PACKAGES)}"),
        "--aptopt=Acquire::Check-Valid-Until false",  # a mirror may be a snapshot of some days ago
        *(f"--dpkgopt=path-exclude={pattern}" for pattern in UNUSED),
        *(suite, str(folder), _mirror()),
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}:\n{done.stdout[-4000:]}")
    for place in PLACES:
        (folder / place).mkdir(parents=True, exist_ok=True)
    (folder / "etc/hosts").touch()


def _mirror() -> str:
    """Where this machine's apt gets its own release."""
    codename = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    targets = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME)"],
        capture_output=True,
        text=True,
        check=True,
    )
    for line in targets.stdout.splitlines():
        uri, _, name = line.partition(" ")
        if name == codename:
            return uri
    raise RuntimeError(f"apt has no mirror for {codename or 'this release'} (is this Debian?)")
