"""The systems that private hosts run: releases of Debian with libvirt and QEMU, in folders of the cache.

Nothing is installed on the machine itself, so its own libvirt, if it has one, is out of reach.
"""

from __future__ import annotations

import platform
import shlex
import subprocess
from hashlib import sha256
from pathlib import Path

from rig import cache

# The oldest libvirt that sysvirt supports, and the newest there is: 9.0, and 12.8 or later.
SUITES = ("bookworm", "forky")

COMMON = (
    *("libvirt-daemon", "libvirt-daemon-driver-qemu", "libvirt-clients", "qemu-system-x86", "qemu-utils"),
    *("e2fsprogs", "iproute2", "dnsmasq-base"),
    *("openssh-server", "netcat-openbsd", "libsasl2-modules", "sasl2-bin"),  # how others reach a host
)
PACKAGES = {
    "bookworm": (*COMMON, "busybox-static", "qemu-guest-agent"),  # the guest is made here too
    "forky": (
        *COMMON,
        *("libvirt-daemon-driver-network", "libvirt-daemon-driver-storage", "libvirt-daemon-lock"),
        *("libvirt-daemon-log", "dbus", "polkitd"),
    ),
}
# libvirt wants this user even when told to run QEMU as root; the kernel is for the guests, so only unpacked.
FINISH = {
    "bookworm": """\
useradd --system --user-group libvirt-qemu
mkdir /kernel && cd /kernel
package=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: \\(linux-image-.*\\)/\\1/p')
apt-get -o APT::Sandbox::User=root download "$package"
dpkg-deb -x ./*.deb . && rm ./*.deb
""",
    "forky": "true",
}
UNUSED = ("/usr/share/doc/*", "/usr/share/locale/*", "/usr/share/man/*")
# Where rig.inside mounts what belongs to one host; the rest of the system is read-only there.
PLACES = ("etc/libvirt", "run", "var/lib/libvirt", "var/cache/libvirt", "var/log/libvirt")


def debian(suite: str) -> Path:
    """The root folder of a suite in SUITES, installed at first use and then kept."""
    options = [
        *("--variant=apt", f"--include={','.join(PACKAGES[suite])}"),
        "--aptopt=Acquire::Check-Valid-Until false",  # a mirror may be a snapshot of some days ago
        *(f"--dpkgopt=path-exclude={pattern}" for pattern in UNUSED),
        f'--customize-hook=chroot "$1" sh -ec {shlex.quote(FINISH[suite])}',
        *(f'--customize-hook=mkdir -p "$1"/{place}' for place in PLACES),
        '--customize-hook=touch "$1"/etc/hosts',
    ]
    recipe = sha256(repr(options).encode()).hexdigest()[:16]
    return cache.build(suite, recipe, lambda folder: install(suite, options, folder))


def install(suite: str, options: list[str], folder: Path) -> None:
    """Fill a folder with a release of Debian, as these options of mmdebstrap say."""
    command = ["mmdebstrap", "--quiet", *options, suite, str(folder), _mirror()]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise RuntimeError(f"{shlex.join(command)}:\n{done.stdout[-4000:]}")
    folder.chmod(0o755)


def _mirror() -> str:
    """Where this machine's apt gets its own release; a mirror has them all."""
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
