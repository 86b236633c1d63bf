"""The guest's kernel and initramfs: Debian's cloud kernel, busybox and the QEMU guest agent.

The initramfs is the whole system. It boots in seconds without KVM, says so on the serial console, and leaves
a shell there; the guest agent runs, the power button works, and a disk, when there is one, is mounted.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from rig import cache
from rig.debian import SUITES, debian

READY = "sysvirt-guest ready"
PROMPT = "guest# "
BUSYBOX = "bin/busybox"
AGENT = "usr/sbin/qemu-ga"

# What the devices of rig.guest need, but for what is built into the kernel (ext4, for one).
MODULES = (
    *("virtio_pci", "virtio_blk", "virtio_net", "virtio_console", "virtio-rng", "virtio_balloon"),
    *("virtio_mem", "virtio_scsi", "sr_mod", "pvpanic-pci", "button", "evdev"),
)

INITTAB = """\
::sysinit:/etc/rc
ttyS0::respawn:/etc/console
::ctrlaltdel:/sbin/reboot -f
"""

RC = f"""\
#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
for module in $(cat /etc/modules); do insmod $module; done
hostname -F /etc/hostname
ip link set lo up
[ ! -e /sys/class/net/eth0 ] || ip link set eth0 up
[ ! -e /dev/vda ] || mount -t ext4 /dev/vda /mnt 2>/dev/null
acpid -l /dev/null -p /run/acpid.pid
for name in /sys/class/virtio-ports/*/name; do
    [ -e $name ] && [ "$(cat $name)" = org.qemu.guest_agent.0 ] || continue
    port=${{name%/name}}
    qemu-ga -d -m virtio-serial -p /dev/${{port##*/}} -t /run -f /run/qemu-ga.pid -l /run/qemu-ga.log
done
echo "{READY}" >/dev/ttyS0
"""

# A shell without line editing, whose escape sequences would ask the terminal of whoever watches.
CONSOLE = f"""\
#!/bin/sh
trap : INT
while printf '{PROMPT}' && read -r line; do eval "$line"; done
"""

# The agent calls shutdown(8) as systemd and sysvinit know it.
SHUTDOWN = """\
#!/bin/sh
case "$*" in
*-r*) exec reboot -f ;;
*) exec poweroff -f ;;
esac
"""

# The agent sets passwords with chpasswd(8), which Debian's busybox leaves out.
CHPASSWD = """\
#!/bin/sh
IFS=: read -r user password
[ "$1" = -e ] || password=$(mkpasswd -m sha512 "$password")
grep -q "^$user:" /etc/shadow || exit 1
sed -i "s|^$user:[^:]*:|$user:$password:|" /etc/shadow
"""

FILES = {
    "etc/inittab": INITTAB,
    "etc/rc": RC,
    "etc/console": CONSOLE,
    "etc/acpi/PWRF/00000080": "#!/bin/sh\nexec poweroff -f\n",
    "sbin/shutdown": SHUTDOWN,
    "usr/sbin/chpasswd": CHPASSWD,
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
    "etc/shadow": "root:*:19000:0:99999:7:::\n",
    "etc/group": "root:x:0:\n",
    "etc/hostname": "guest\n",
    "etc/os-release": 'ID=sysvirt\nNAME="sysvirt guest"\nPRETTY_NAME="sysvirt guest 1"\nVERSION_ID=1\n',
}
FOLDERS = ("dev", "mnt", "proc", "root", "root/.ssh", "run", "sys", "tmp", "usr/bin", "var")


class Image(NamedTuple):
    """What a guest boots from; each host needs copies of its own, since libvirt notes who uses a file."""

    kernel: Path
    initramfs: Path


class Entry(NamedTuple):
    """A file, folder or link (its data is the target) in the initramfs."""

    name: str
    mode: int
    data: bytes = b""


def image() -> Image:
    """The cached kernel and initramfs, built at first use."""
    system = debian(SUITES[0])
    recipe = sha256(Path(__file__).read_bytes() + system.name.encode()).hexdigest()[:16]
    folder = cache.build("guest", recipe, lambda new: _build(system, new))
    return Image(folder / "vmlinuz", folder / "initramfs.gz")


def _build(system: Path, folder: Path) -> None:
    (kernel,) = (system / "kernel").glob("boot/vmlinuz-*")
    shutil.copy(kernel, folder / "vmlinuz")
    (folder / "initramfs.gz").write_bytes(gzip.compress(cpio(_entries(system)), compresslevel=1, mtime=0))


def _entries(system: Path) -> Iterator[Entry]:
    """Every file of the initramfs."""
    for name in FOLDERS:
        yield Entry(name, stat.S_IFDIR | 0o755)
    for name, text in FILES.items():
        yield Entry(name, stat.S_IFREG | 0o755, text.encode())

    yield Entry(BUSYBOX, stat.S_IFREG | 0o755, (system / BUSYBOX).read_bytes())
    applets = _output(str(system / BUSYBOX), "--list").split()
    # The agent calls hwclock by this path.
    for name in ("init", "sbin/hwclock", *(f"bin/{applet}" for applet in applets if applet != "busybox")):
        yield Entry(name, stat.S_IFLNK | 0o777, f"/{BUSYBOX}".encode())
    yield Entry("var/run", stat.S_IFLNK | 0o777, b"/run")  # where the agent looks who is logged in

    libraries = re.findall(r"/(\S+) \(0x", _output("chroot", str(system), "ldd", f"/{AGENT}"))
    for name in (AGENT, *libraries):
        yield Entry(name, stat.S_IFREG | 0o755, (system / name).read_bytes())

    modules = list(_with_dependencies(system / "kernel/lib/modules"))
    for name, data in modules:
        yield Entry(f"modules/{name}", stat.S_IFREG | 0o644, data)
    load_order = "".join(f"/modules/{name}\n" for name, _ in modules)
    yield Entry("etc/modules", stat.S_IFREG | 0o644, load_order.encode())


def _with_dependencies(tree: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of MODULES and of what they depend on, each after its own dependencies."""
    paths = {path.stem.replace("-", "_"): path for path in tree.glob("**/*.ko")}
    done: set[str] = set()

    def visit(name: str) -> Iterator[tuple[str, bytes]]:
        if name in done or name not in paths:  # or it is built into the kernel
            return
        done.add(name)
        data = paths[name].read_bytes()
        depends = re.search(rb"\0depends=([^\0]*)\0", data)
        for dependency in depends[1].decode().split(",") if depends else []:
            yield from visit(dependency.replace("-", "_"))
        yield f"{name}.ko", data

    for module in MODULES:
        yield from visit(module.replace("-", "_"))


def cpio(entries: Iterable[Entry]) -> bytes:
    """An archive in cpio's "newc" format; parent folders that are missing are added."""
    out = bytearray()
    seen: set[str] = set()

    def add(entry: Entry) -> None:
        if entry.name in seen:
            return
        if parent := os.path.dirname(entry.name):
            add(Entry(parent, stat.S_IFDIR | 0o755))
        seen.add(entry.name)
        name = entry.name.encode() + b"\0"
        links = 2 if stat.S_ISDIR(entry.mode) else 1
        # number, mode, owner, group, links, time, size, 4 device numbers, length of the name, checksum
        fields = (len(seen), entry.mode, 0, 0, links, 0, len(entry.data), 0, 0, 0, 0, len(name), 0)
        for part in (b"070701" + b"".join(b"%08X" % field for field in fields) + name, entry.data):
            out.extend(part + b"\0" * (-len(part) % 4))

    for entry in entries:
        add(entry)
    add(Entry("TRAILER!!!", 0))
    return bytes(out)


def _output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout
