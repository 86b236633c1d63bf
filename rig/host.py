"""A private host: libvirtd with its own processes, mounts, network, cgroups and configuration."""

from __future__ import annotations

import fcntl
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from rig.debian import debian
from rig.image import Image, image

# What this machine's Debian has, and what the next one has: libvirt 9.0 and 12.8 or later, today.
KINDS = ("here", "forky")
PREFIX = "sysvirt-"
NAMESPACES = ("--mount", "--uts", "--ipc", "--net", "--pid")

QEMU_CONF = """\
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
namespaces = []
"""

LIBVIRTD_CONF = """\
auth_unix_ro = "none"
auth_unix_rw = "none"
host_uuid = "{uuid}"
log_level = {level}
log_outputs = "{level}:file:/var/log/libvirt/libvirtd.log"
"""


class Host:
    """A running private host; `with Host() as host:` or `host.close()` takes it away without a trace.

    `root` is the system that the daemon and QEMU come from: this machine's, or the folder of another Debian.
    """

    def __init__(self, root: Path = Path("/"), hostname: str = "hosta", *, debug: bool = False) -> None:
        _require_root()
        sweep()
        self.root = root
        self.hostname = hostname
        self.uuid = uuid.uuid4()
        self.pid = 0
        # Short, since the path of a unix socket has at most 107 bytes; in /tmp, which all hosts see.
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))
        self._owner = open(self.folder / "owner", "w")  # noqa: SIM115  (locked until close)
        fcntl.flock(self._owner, fcntl.LOCK_EX)
        self._write_folder(debug)
        self.files = self.folder / "files"
        self.log = self.folder / "log/libvirtd.log"
        self.socket = self.folder / "run/libvirt/libvirt-sock"
        self.readonly_socket = self.folder / "run/libvirt/libvirt-sock-ro"
        self.uri = f"qemu+unix:///system?socket={self.socket}"
        self.test_uri = f"test+unix:///default?socket={self.socket}"
        self._init = self._start_init()
        try:
            self._init_pid = int(self._answer())
            self._start("/usr/sbin/virtlogd")
            self.start_daemon()
            self.version = self.run("/usr/sbin/libvirtd", "--version").split()[-1]
            self.image = Image(*(Path(shutil.copy(path, self.files / path.name)) for path in image()))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Host:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Host {self.hostname} {self.uri}>"

    def close(self) -> None:
        """End every process of the host, and remove its folder and groups."""
        assert self._init.stdin is not None
        assert self._init.stdout is not None
        self._init.stdin.close()
        self._init.wait()
        self._init.stdout.close()
        _remove(self.folder)
        self._owner.close()

    # Programs

    def run(self, *command: str, input: str | None = None) -> str:
        """What a program of this host prints, run inside it; its stderr is a note of the error."""
        done = subprocess.run(
            ["nsenter", "--target", str(self._init_pid), *NAMESPACES, "chroot", str(self.root), *command],
            input=input,
            capture_output=True,
            text=True,
            cwd="/",
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/root"},
        )
        if done.returncode:
            error = subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
            error.add_note(done.stderr)
            raise error
        return done.stdout

    def virsh(self, *arguments: str, input: str | None = None) -> str:
        """What libvirt's own client says, without the blank lines around it."""
        return self.run("virsh", "--quiet", "--connect", "qemu:///system", *arguments, input=input).strip()

    def define(self, xml: str) -> None:
        """Define a guest with virsh."""
        self.virsh("define", "/dev/stdin", input=xml)

    # The daemon

    def start_daemon(self) -> None:
        """Start libvirtd and wait until it accepts a connection."""
        self.pid = self._start("/usr/sbin/libvirtd")
        if not _soon(self._accepts, 30):
            raise RuntimeError(f"libvirtd does not answer:\n{self.messages()}")

    def kill_daemon(self) -> None:
        """End libvirtd with SIGKILL; the guests run on."""
        self._end_daemon(signal.SIGKILL)

    def restart_daemon(self) -> None:
        """End libvirtd in good order and start it again; the guests run on."""
        self._end_daemon(signal.SIGTERM)
        self.start_daemon()

    def stop_daemon(self) -> None:
        """Freeze libvirtd with SIGSTOP."""
        os.kill(self.pid, signal.SIGSTOP)

    def cont_daemon(self) -> None:
        """Let a frozen libvirtd go on."""
        os.kill(self.pid, signal.SIGCONT)

    def messages(self) -> str:
        """What the daemons have logged and printed."""
        return "".join(path.read_text() for path in sorted((self.folder / "log").glob("*.*")))

    # Guests

    def guest_pid(self, name: str) -> int:
        """The process id of a running guest's QEMU, as seen from outside the host."""
        return self._outer_pid(int((self.folder / f"run/libvirt/qemu/{name}.pid").read_text()))

    # Inside

    def _write_folder(self, debug: bool) -> None:
        self.folder.chmod(0o755)
        for name in ("etc", "run/libvirt", "run/lock", "lib", "cache", "log", "files"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "hosts").write_text(f"127.0.0.1 localhost {self.hostname}\n")
        libvirtd_conf = LIBVIRTD_CONF.format(uuid=self.uuid, level=1 if debug else 3)
        (self.folder / "etc/libvirtd.conf").write_text(libvirtd_conf)
        (self.folder / "etc/qemu.conf").write_text(QEMU_CONF)

    def _start_init(self) -> subprocess.Popen[str]:
        with open(self.folder / "log/inside.out", "wb") as errors:
            return subprocess.Popen(
                [
                    *("unshare", *NAMESPACES, "--propagation", "private", "--fork", "--kill-child"),
                    *(sys.executable, "-m", "rig.inside", str(self.root), str(self.folder), self.hostname),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=Path(__file__).parents[1],
                text=True,
                start_new_session=True,  # Ctrl-C is for the tests, which then take the host down
            )

    def _start(self, command: str) -> int:
        assert self._init.stdin is not None
        print(command, file=self._init.stdin, flush=True)
        return self._outer_pid(int(self._answer()))

    def _answer(self) -> str:
        assert self._init.stdout is not None
        if answer := self._init.stdout.readline():
            return answer.strip()
        raise RuntimeError(f"a private host can't be set up here:\n{self.messages()}")

    def _outer_pid(self, inner: int) -> int:
        """The id, in the namespace of the caller, of a process of this host."""
        namespace = os.readlink(f"/proc/{self._init_pid}/ns/pid")
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                status = (entry / "status").read_text()
                if os.readlink(entry / "ns/pid") != namespace:
                    continue
            except OSError:
                continue  # it ended meanwhile
            if re.search(rf"^NSpid:.*\t{inner}$", status, re.MULTILINE):
                return int(entry.name)
        raise ProcessLookupError(f"no process {inner} in {self}:\n{self.messages()}")

    def _accepts(self) -> bool:
        with socket.socket(socket.AF_UNIX) as sock:
            try:
                sock.connect(str(self.socket))
            except OSError:
                if not Path(f"/proc/{self.pid}").exists():
                    raise RuntimeError(f"libvirtd ended:\n{self.messages()}") from None
                return False
        return True

    def _end_daemon(self, number: signal.Signals) -> None:
        pidfd = os.pidfd_open(self.pid)
        try:
            signal.pidfd_send_signal(pidfd, number)
            if not select.select([pidfd], [], [], 30)[0]:
                raise RuntimeError(f"libvirtd did not end:\n{self.messages()}")
        finally:
            os.close(pidfd)


def open_host(kind: str, *, debug: bool = False) -> Host:
    """A private host of a kind in KINDS."""
    return Host(debug=debug) if kind == "here" else Host(debian(kind), "hostb", debug=debug)


def sweep() -> None:
    """Remove what hosts left whose owner was killed before it could."""
    for folder in Path("/tmp").glob(f"{PREFIX}*"):
        try:
            with open(folder / "owner", "r+") as owner:
                fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(folder)
        except OSError:
            continue  # alive, or somebody else's


def _remove(folder: Path) -> None:
    for group in Path("/sys/fs/cgroup").glob(f"**/{folder.name}"):
        for path, _, _ in os.walk(group, topdown=False):
            _soon(lambda path=path: _removed(path), 5)  # type: ignore[misc]
    shutil.rmtree(folder)


def _removed(group: str) -> bool:
    try:
        os.rmdir(group)
    except OSError:  # the kernel still counts a process that has just ended
        return False
    return True


def _soon(done: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def _require_root() -> None:
    if os.geteuid():
        raise PermissionError("a private libvirt host needs root (namespaces, mounts and cgroups)")
