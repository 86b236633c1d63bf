"""The guest's kernel and initramfs: Debian's cloud kernel, busybox and the QEMU guest agent.

The initramfs is the whole system. It boots in seconds without KVM, says so on the serial console, and leaves
a shell there; the guest agent runs, the power button works, and a disk, when there is one, is mounted.
"""

from __future__ import annotations

import gzip
import hashlib
import lzma
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rig import cache

READY = "sysvirt-guest ready"
BUSYBOX = Path("/bin/busybox")
AGENT = Path("/usr/sbin/qemu-ga")

# What the devices of rig.guest need; some are built into some kernels.
MODULES = (
    *("virtio_pci", "virtio_blk", "virtio_net", "virtio_console", "virtio-rng", "virtio_balloon"),
    *("virtio_mem", "virtio_scsi", "pvpanic-pci", "pvpanic-mmio", "button", "evdev", "ata_piix", "sr_mod"),
    *("crc32c_generic", "ext4"),
)

INITTAB = """\
::sysinit:/etc/rc
ttyS0::respawn:-/bin/sh
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


def image() -> Image:
    """The cached kernel and initramfs, fetched and built at first use."""
    kernel = cache.build("kernel", "cloud", _fetch_kernel)
    recipe = hashlib.sha256(Path(__file__).read_bytes())
    for part in (BUSYBOX, AGENT, kernel / "release"):
        recipe.update(part.read_bytes())
    folder = cache.build("initramfs", recipe.hexdigest()[:16], lambda new: _build_initramfs(kernel, new))
    return Image(kernel / "vmlinuz", folder / "initramfs.gz")


def _fetch_kernel(folder: Path) -> None:
    """The cloud kernel that this Debian has now; unpacked here and never installed."""
    depends = _output("apt-cache", "depends", "linux-image-cloud-amd64")
    package = re.search(r"Depends: (linux-image-\S+)", depends)
    if package is None:
        raise RuntimeError("no package linux-image-cloud-amd64 in the package lists (apt-get update?)")
    unpacked = folder / "unpacked"
    unpacked.mkdir()
    _output("apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", package[1], cwd=folder)
    (deb,) = folder.glob("*.deb")
    _output("dpkg-deb", "-x", str(deb), str(unpacked))
    (vmlinuz,) = (unpacked / "boot").glob("vmlinuz-*")
    vmlinuz.rename(folder / "vmlinuz")
    (tree,) = (path for path in unpacked.glob("**/lib/modules/*") if path.is_dir())
    tree.rename(folder / "modules")
    (folder / "release").write_text(tree.name)
    deb.unlink()
    shutil.rmtree(unpacked)


def _build_initramfs(kernel: Path, folder: Path) -> None:
    modules = list(_with_dependencies(kernel / "modules"))
    entries: list[tuple[str, int, bytes]] = [(name, stat.S_IFDIR | 0o755, b"") for name in FOLDERS]
    entries += [(name, stat.S_IFREG | 0o755, text.encode()) for name, text in FILES.items()]
    load_order = "".join(f"/modules/{name}\n" for name, _ in modules)
    entries += [("etc/modules", stat.S_IFREG | 0o644, load_order.encode())]
    entries += [(f"modules/{name}", stat.S_IFREG | 0o644, data) for name, data in modules]
    entries += [("bin/busybox", stat.S_IFREG | 0o755, BUSYBOX.read_bytes())]
    entries += [("init", stat.S_IFLNK | 0o777, b"/bin/busybox")]
    for applet in _output(str(BUSYBOX), "--list").split():
        if applet != "busybox":
            entries.append((f"bin/{applet}", stat.S_IFLNK | 0o777, b"/bin/busybox"))
    for name in ("reboot", "poweroff"):
        entries.append((f"sbin/{name}", stat.S_IFLNK | 0o777, b"/bin/busybox"))
    entries.append(("usr/sbin/qemu-ga", stat.S_IFREG | 0o755, AGENT.read_bytes()))
    for library in re.findall(r"(/\S+) \(0x", _output("ldd", str(AGENT))):
        entries.append((library[1:], stat.S_IFREG | 0o755, Path(library).read_bytes()))
    (folder / "initramfs.gz").write_bytes(gzip.compress(cpio(entries), compresslevel=1, mtime=0))


def _with_dependencies(tree: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of MODULES and of what they depend on, each after its own dependencies."""
    paths = {path.name.split(".ko")[0].replace("-", "_"): path for path in tree.glob("**/*.ko*")}
    done: set[str] = set()

    def visit(name: str) -> Iterator[tuple[str, bytes]]:
        if name in done or name not in paths:  # or it is built into the kernel
            return
        done.add(name)
        data = paths[name].read_bytes()
        if paths[name].suffix == ".xz":
            data = lzma.decompress(data)
        depends = re.search(rb"\0depends=([^\0]*)\0", data)
        for dependency in depends[1].decode().split(",") if depends else []:
            yield from visit(dependency.replace("-", "_"))
        yield f"{name}.ko", data

    for module in MODULES:
        yield from visit(module.replace("-", "_"))


def cpio(entries: list[tuple[str, int, bytes]]) -> bytes:
    """An archive in cpio's "newc" format of (path, mode, content); missing parent folders are added."""
    out = bytearray()
    seen: set[str] = set()

    def add(name: str, mode: int, data: bytes) -> None:
        if name in seen:
            return
        if parent := os.path.dirname(name):
            add(parent, stat.S_IFDIR | 0o755, b"")
        seen.add(name)
        path = name.encode() + b"\0"
        links = 2 if stat.S_ISDIR(mode) else 1
        fields = (len(seen), mode, 0, 0, links, 0, len(data), 0, 0, 0, 0, len(path), 0)
        out.extend(b"070701" + b"".join(b"%08X" % field for field in fields) + path)
        out.extend(b"\0" * (-len(out) % 4))
        out.extend(data + b"\0" * (-len(data) % 4))

    for entry in entries:
        add(*entry)
    add("TRAILER!!!", 0, b"")
    return bytes(out)


def _output(*command: str, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout
