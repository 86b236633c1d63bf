"""The first process inside a private host: sets up its mounts and groups, then starts daemons when told to.

It is process 1 of its own pid namespace, so when it goes, the kernel ends every daemon and guest with it, and
the mounts with them. It goes when its input ends, which is when whoever wanted the host is gone, however it
went.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

CLONE_NEWCGROUP = 0x02000000
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
# Where the SASL library of a daemon has its settings: the system's own place for them can't be changed.
SASL = "/etc/libvirt/sasl2"
CGROUPS = Path("/sys/fs/cgroup")
# Options of a cgroup mount that are not the name of a controller.
MOUNT_OPTIONS = {"rw", "ro", "relatime", "noatime", "nosuid", "nodev", "noexec", "xattr", "clone_children"}


def main(root: str, folder: str, hostname: str) -> None:
    outer_pid = os.readlink("/proc/self")  # as long as /proc is still that of the outer namespace
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries every orphan that ends here
    groups = _join_own_groups(Path(folder).name)
    socket.sethostname(hostname)
    _loopback_up()
    _mount_all(Path(root), Path(folder), groups)
    print(outer_pid, flush=True)
    for line in sys.stdin:
        print(_start(root, folder, line.strip()), flush=True)


def _join_own_groups(name: str) -> list[tuple[Path, str, str]]:
    """Move this process to a group of its own in each cgroup tree, and make that the root it and libvirt see.

    Guests of two hosts may have the same name and id; in one tree they would share a group and its limits.
    Gives what to mount again: (place, file system, options); empty where groups may not be made.
    """
    mounts = [line.split()[1:4] for line in Path("/proc/mounts").read_text().splitlines()]
    found = [(Path(where), kind, options) for where, kind, options in mounts if kind in ("cgroup", "cgroup2")]
    try:
        for where, _, _ in found:
            own = where / name
            own.mkdir()
            for inherited in ("cpuset.cpus", "cpuset.mems"):  # of version 1: empty in a new group
                if (own / "cgroup.clone_children").exists() and (own / inherited).exists():
                    (own / inherited).write_text((where / inherited).read_text())
            (own / "cgroup.procs").write_text("0")
    except OSError:
        return []
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWCGROUP):
        raise OSError(ctypes.get_errno(), "unshare cgroups")
    for where, kind, _ in found:
        if kind == "cgroup2":  # only a group without processes hands controllers on
            init = where / name / "init"
            init.mkdir()
            (init / "cgroup.procs").write_text("0")
    return [
        (where, kind, ",".join(sorted(set(options.split(",")) - MOUNT_OPTIONS)) if kind == "cgroup" else "rw")
        for where, kind, options in found
    ]


def _loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        name, flags = struct.unpack("16sh", fcntl.ioctl(sock, SIOCGIFFLAGS, struct.pack("16sh", b"lo", 0)))
        fcntl.ioctl(sock, SIOCSIFFLAGS, struct.pack("16sh", name, flags | IFF_UP))


def _mount_all(root: Path, folder: Path, groups: list[tuple[Path, str, str]]) -> None:
    _mount("--bind", root, root)
    _mount("-o", "remount,bind,ro", root)  # the cached system stays as it was made
    _mount("--rbind", "/dev", root / "dev")
    _mount("--bind", "/tmp", root / "tmp")  # every host sees the guests' files at the same place
    _mount("-t", "proc", "proc", root / "proc")
    _mount("-t", "sysfs", "sysfs", root / "sys")
    for where, kind, options in groups:
        place = root / where.relative_to("/")
        if place.parent.name == "cgroup" and not os.path.ismount(place.parent):
            _mount("-t", "tmpfs", "tmpfs", place.parent)
        place.mkdir(exist_ok=True)
        _mount("-t", kind, "-o", options, kind, place)
    for own, usual in (
        ("run", "run"),
        ("hosts", "etc/hosts"),
        ("etc", "etc/libvirt"),
        ("lib", "var/lib/libvirt"),
        ("cache", "var/cache/libvirt"),
        ("log", "var/log/libvirt"),
    ):
        _mount("--bind", folder / own, root / usual)


def _mount(*arguments: str | Path) -> None:
    done = subprocess.run(["mount", *map(str, arguments)], capture_output=True, text=True)
    if done.stderr:  # the status is lost: children are buried by the kernel, see main
        raise OSError(f"mount {' '.join(map(str, arguments))}: {done.stderr.strip()}")


def _start(root: str, folder: str, command: str) -> int:
    program, *arguments = command.split()
    output = f"{folder}/log/{Path(program).name}.out"
    return os.posix_spawn(
        "/usr/sbin/chroot",
        ["chroot", root, program, *arguments],
        {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "LC_ALL": "C.UTF-8",
            "HOME": "/root",
            "SASL_CONF_PATH": SASL,
        },
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
        setsigdef=[signal.SIGCHLD, signal.SIGPIPE],
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
