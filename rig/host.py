"""A private host: libvirtd with its own processes, mounts, network, cgroups and configuration."""

from __future__ import annotations

import ctypes
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
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import IO

from rig import cache
from rig.certificates import certificates
from rig.debian import SUITES, debian
from rig.image import Image, image
from rig.needs import NAMESPACES, missing
from rig.virsh import Answer, Virsh
from rig.wait import until

PREFIX = "sysvirt-"
CLONE_NEWNET = 0x40000000
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/root"}

QEMU_CONF = """\
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
namespaces = []
migrate_tls_x509_cert_dir = "/etc/libvirt/{certificates}"
"""
# In the host's folder etc.
CERTIFICATES = "certificates"
CLIENT_FILES = {
    "cacert.pem": "ca-cert.pem",
    "clientcert.pem": "client-cert.pem",
    "clientkey.pem": "client-key.pem",
}

LIBVIRTD_CONF = """\
auth_unix_ro = "none"
auth_unix_rw = "none"
host_uuid = "{uuid}"
log_level = {level}
log_outputs = "{level}:file:/var/log/libvirt/libvirtd.log"
listen_tcp = 1
auth_tcp = "none"
key_file = "/etc/libvirt/{certificates}/server-key.pem"
cert_file = "/etc/libvirt/{certificates}/server-cert.pem"
ca_file = "/etc/libvirt/{certificates}/ca-cert.pem"
"""


class Host:
    """A running private host; `with Host() as host:` or `host.close()` takes it away without a trace.

    The daemon and QEMU are those of a Debian `suite` in `rig.debian.SUITES`, and so is its name unless one is given.
    Its certificates are for localhost and the aliases.
    """

    def __init__(
        self, suite: str = SUITES[0], *, name: str = "", aliases: Iterable[str] = (), debug: bool = False
    ) -> None:
        if reasons := missing():
            raise RuntimeError("no private libvirt host can run here: " + "; ".join(reasons))
        self.suite = suite
        self.name = name or suite
        self.root = debian(suite)
        self.uuid = uuid.uuid4()
        self.pid = 0
        self.folder, self._owner = _own_folder()
        #: What a client needs for TLS, under the names that libvirt's client looks for.
        self.pki = self.folder / "pki"
        self._write_folder(debug, aliases)
        self.files = self.folder / "files"
        self.log = self.folder / "log/libvirtd.log"
        self.socket = self.folder / "run/libvirt/libvirt-sock"
        self.readonly_socket = self.folder / "run/libvirt/libvirt-sock-ro"
        self.uri = f"qemu+unix:///system?socket={self.socket}"
        self.test_uri = f"test+unix:///default?socket={self.socket}"
        self._virsh: Virsh | None = None
        self._virsh_free = threading.Lock()
        self._pid_namespace = -1
        #: The processes that were left when it was closed.
        self._left: list[tuple[int, int]] = []
        self._init = self._start_init()
        try:
            self._init_pid = int(self._answer())
            # Open until `close`: once it is gone, the next host may get the number that it had.
            self._pid_namespace = os.open(f"/proc/{self._init_pid}/ns/pid", os.O_RDONLY)
            self.daemon("/usr/sbin/virtlogd")
            self.start_daemon()
            self._keep_capabilities()
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
        return f"<Host {self.name} {self.uri}>"

    def close(self) -> None:
        """End every process of the host, and remove its folder and groups."""
        if self._owner.closed:
            return
        self._close_virsh()
        assert self._init.stdin is not None
        assert self._init.stdout is not None
        self._init.stdin.close()
        self._init.wait()
        self._init.stdout.close()
        if self._pid_namespace >= 0:
            self._left = list(self._processes())
            os.close(self._pid_namespace)
        _remove(self.folder)
        self._owner.close()

    def traces(self) -> list[str]:
        """What there is of this host on the machine: processes, mounts, cgroups, files. Empty after `close`."""
        found = self._left if self._owner.closed else self._processes()
        processes = [f"process {pid}" for pid, _ in found]
        mounts = [line for line in Path("/proc/mounts").read_text().splitlines() if str(self.folder) in line]
        groups = [str(path) for path in _groups(self.folder)]
        return [*processes, *mounts, *groups, *map(str, self.folder.glob("**/*"))]

    # Programs

    def run(self, *command: str, input: str | None = None) -> str:
        """What a program of this host prints, run inside it; its stderr is a note of the error."""
        done = subprocess.run(
            self._inside(*command), input=input, capture_output=True, text=True, cwd="/", env=ENVIRONMENT
        )
        if done.returncode:
            raise _failed(done.returncode, command, done.stdout, done.stderr)
        return done.stdout

    @contextmanager
    def mounted(self, what: str, place: Path, *options: str) -> Iterator[None]:
        """Has a file system, or a file of this host, mounted in the block; only this host sees it."""
        enter = ("nsenter", "--target", str(self._init_pid), *NAMESPACES)
        where = f"{self.root}{place}"
        source = f"{self.root}{what}" if what.startswith("/") else what
        subprocess.run([*enter, "mount", *options, source, where], check=True, cwd="/")
        try:
            yield
        finally:
            subprocess.run([*enter, "umount", where], check=True, cwd="/")

    def start(self, *command: str, output: IO[str] | int = subprocess.DEVNULL) -> subprocess.Popen[str]:
        """A program of this host that runs on, inside it; it ends by itself, or when its input is closed."""
        script = (
            'exec 3<&0; "$@" & program=$!; { read -r _ <&3; kill $program; } 2>/dev/null & reader=$!;'
            "wait $program; status=$?; kill $reader 2>/dev/null; exit $status"
        )
        return subprocess.Popen(
            self._inside("sh", "-c", script, "sh", *command),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            env=ENVIRONMENT,
        )

    @contextmanager
    def network(self) -> Iterator[None]:
        """The calling thread is in this host's network in the block; what it opens there stays there.

        The daemon listens there on localhost, at the usual ports for tcp and tls, as 127.0.0.1 and ::1.
        """
        with open("/proc/thread-self/ns/net") as here, open(f"/proc/{self._init_pid}/ns/net") as there:
            _enter_network(there)
            try:
                yield
            finally:
                _enter_network(here)

    def cable(self, end: str, other: Host, other_end: str, *options: str) -> None:
        """Joins this host's network to another's, by an interface here, with options of iproute2's, and one there."""
        with open(f"/proc/{other._init_pid}/ns/net") as there:
            peer = ("peer", "name", other_end, "netns", f"/proc/self/fd/{there.fileno()}")
            command = ("ip", "link", "add", end, *options, "type", "veth", *peer)
            subprocess.run(
                self._inside(*command), pass_fds=[there.fileno()], check=True, cwd="/", env=ENVIRONMENT
            )

    def among_its_processes(self, *command: str) -> list[str]:
        """A command of the machine that runs as one of this host's processes, so that its daemons see who it is."""
        return ["nsenter", "--target", str(self._init_pid), "--pid", *command]

    def _inside(self, *command: str) -> list[str]:
        place = ("nsenter", "--target", str(self._init_pid), *NAMESPACES)
        return [*place, "--root", "chroot", str(self.root), *command]

    def virsh(self, *arguments: str, input: str | None = None) -> str:
        """What libvirt's own client says, without the blank lines around it; its errors are a note of the error."""
        command = ("virsh", "--quiet", "--connect", "qemu:///system")
        if input is not None or not Virsh.takes(arguments) or not self._virsh_free.acquire(blocking=False):
            return self.run(*command, *arguments, input=input).strip()
        try:
            answer = self._ask(command, arguments)
        except BaseException:
            self._close_virsh()  # it may be in the middle of its answer
            raise
        finally:
            self._virsh_free.release()
        if answer.failed:
            raise _failed(1, (*command, *arguments), answer.output, answer.errors)
        return answer.output.strip()

    def _ask(self, command: tuple[str, ...], arguments: tuple[str, ...]) -> Answer:
        if self._virsh is None or not self._virsh.running:
            self._virsh = Virsh(self._inside(*command), ENVIRONMENT)
        answer = self._virsh.ask(arguments)
        if answer is None:
            raise RuntimeError(f"virsh ended at {' '.join(arguments)}")
        return answer

    def _close_virsh(self) -> None:
        """So that the next one finds the daemon as it is then."""
        if self._virsh is not None:
            self._virsh.close()
            self._virsh = None

    def definition(self, name: str) -> str:
        """A guest's XML for its next start."""
        return self.virsh("dumpxml", "--inactive", name)

    def state(self, name: str) -> str:
        """A guest's state with the reason for it, "running (migrated)"; "" of one that libvirt doesn't know."""
        try:
            return self.virsh("domstate", name, "--reason")
        except subprocess.CalledProcessError as error:
            # Asked by name, or while it goes: virsh looks for it twice.
            if "failed to get domain" in error.stderr or "Domain not found" in error.stderr:
                return ""
            raise

    def define(self, xml: str) -> None:
        """Define a guest with virsh."""
        self.virsh("define", "/proc/self/fd/0", input=xml)

    def remove(self, name: str) -> None:
        """Stop and undefine a guest, with all that is kept about it; one that is gone already is fine."""
        metadata = ("--managed-save", "--snapshots-metadata", "--checkpoints-metadata", "--nvram")
        for among, command in ((), ("destroy", name)), (("--all",), ("undefine", name, *metadata)):
            if name in self.virsh("list", "--name", *among).split():
                try:
                    self.virsh(*command)
                except subprocess.CalledProcessError:
                    if name in self.virsh("list", "--name", *among).split():
                        raise  # it has not ended by itself meanwhile

    # The daemon

    def start_daemon(self) -> None:
        """Start libvirtd and wait until it serves."""
        self.pid = self.daemon("/usr/sbin/libvirtd --listen")
        until(self._accepts, "libvirtd accepts connections")
        self.virsh("version")  # it accepts before its drivers are up

    def configure(self, **settings: str) -> None:
        """Have libvirtd run with other settings, which are texts, from now on."""
        conf = self.folder / "etc/libvirtd.conf"
        kept = [line for line in conf.read_text().splitlines() if line.partition(" =")[0] not in settings]
        conf.write_text("\n".join([*kept, *(f'{name} = "{value}"' for name, value in settings.items()), ""]))
        self.restart_daemon()

    def kill_daemon(self) -> None:
        """End libvirtd with SIGKILL; the guests run on."""
        self._end_daemon(signal.SIGKILL)

    def restart_daemon(self) -> None:
        """End libvirtd in good order and start it again; the guests run on."""
        self._end_daemon(signal.SIGTERM)
        self.start_daemon()

    def stop_daemon(self) -> None:
        """Freeze libvirtd with SIGSTOP."""
        self._close_virsh()
        os.kill(self.pid, signal.SIGSTOP)

    def cont_daemon(self) -> None:
        """Let a frozen libvirtd go on."""
        os.kill(self.pid, signal.SIGCONT)

    def messages(self) -> str:
        """What the daemons have logged and printed."""
        return "".join(path.read_text(errors="replace") for path in sorted((self.folder / "log").glob("*.*")))

    # Guests

    def guest_pid(self, name: str) -> int:
        """The process id of a running guest's QEMU, as seen from outside the host."""
        return self._outer_pid(int(self._guest_pid_file(name).read_text()))

    def guest_runs(self, name: str) -> bool:
        """Whether the guest has a QEMU, without asking libvirt."""
        return self._guest_pid_file(name).exists()

    def _guest_pid_file(self, name: str) -> Path:
        return self.folder / f"run/libvirt/qemu/{name}.pid"

    # Inside

    def _write_folder(self, debug: bool, aliases: Iterable[str]) -> None:
        self.folder.chmod(0o755)
        for name in (f"etc/{CERTIFICATES}", "run/libvirt", "run/lock", "lib", "cache", "log", "files", "pki"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "hosts").write_text(f"127.0.0.1 localhost {self.name}\n")
        libvirtd_conf = LIBVIRTD_CONF.format(
            uuid=self.uuid, level=1 if debug else 3, certificates=CERTIFICATES
        )
        known = certificates(aliases)
        shutil.copytree(known, self.folder / "etc" / CERTIFICATES, dirs_exist_ok=True)
        for usual, ours in CLIENT_FILES.items():
            shutil.copy(known / ours, self.pki / usual)
        (self.folder / "etc/libvirtd.conf").write_text(libvirtd_conf)
        (self.folder / "etc/qemu.conf").write_text(QEMU_CONF.format(certificates=CERTIFICATES))
        if (known := cache.path(*self._capabilities())).exists():
            shutil.copytree(known, self.folder / "cache", dirs_exist_ok=True)

    def _capabilities(self) -> tuple[str, str]:
        """Kind and key, in the cache, of what libvirt asked this QEMU about itself: that takes it two seconds."""
        return f"capabilities-{self.suite}", self.root.name

    def _keep_capabilities(self) -> None:
        cache.build(
            *self._capabilities(),
            lambda new: shutil.copytree(self.folder / "cache", new, dirs_exist_ok=True),
        )

    def _start_init(self) -> subprocess.Popen[str]:
        with open(self.folder / "log/inside.out", "wb") as errors:
            return subprocess.Popen(
                [
                    *("unshare", *NAMESPACES, "--propagation", "private", "--fork", "--kill-child"),
                    *(sys.executable, "-m", "rig.inside", str(self.root), str(self.folder), self.name),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=Path(__file__).parents[1],
                text=True,
                start_new_session=True,  # Ctrl-C is for the tests, which then take the host down
            )

    def daemon(self, command: str) -> int:
        """Start a program that ends with the host; its process id."""
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
        for outer, pid in self._processes():
            if pid == inner:
                return outer
        raise ProcessLookupError(f"no process {inner} in {self}:\n{self.messages()}")

    def _processes(self) -> Iterator[tuple[int, int]]:
        """The processes of this host, as (id outside, id inside)."""
        own = os.stat(self._pid_namespace)
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if os.path.samestat(os.stat(entry / "ns/pid"), own):
                    ids = re.search(r"^NSpid:.*\t(\d+)$", (entry / "status").read_text(), re.MULTILINE)
                    yield int(entry.name), int(ids[1] if ids else entry.name)
            except OSError:
                continue  # it ended meanwhile

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
        self._close_virsh()
        pidfd = os.pidfd_open(self.pid)
        try:
            signal.pidfd_send_signal(pidfd, number)
            if not select.select([pidfd], [], [], 30)[0]:
                raise RuntimeError(f"libvirtd did not end:\n{self.messages()}")
        finally:
            os.close(pidfd)


def _enter_network(namespace: IO[str]) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace.fileno(), CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


def _failed(status: int, command: tuple[str, ...], output: str, errors: str) -> subprocess.CalledProcessError:
    error = subprocess.CalledProcessError(status, command, output, errors)
    error.add_note(errors)
    return error


def _own_folder() -> tuple[Path, IO[str]]:
    """A new folder, and the file in it that stays locked as long as its owner lives.

    Its path is short, since that of a unix socket has at most 107 bytes, and in /tmp, which all hosts see.
    """
    tmp = os.open("/tmp", os.O_RDONLY)
    try:
        fcntl.flock(tmp, fcntl.LOCK_EX)
        _sweep()
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))
        owner = open(folder / "owner", "w")  # noqa: SIM115  (closed with the host)
        fcntl.flock(owner, fcntl.LOCK_EX)
    finally:
        os.close(tmp)
    return folder, owner


def _sweep() -> None:
    """Remove what hosts left whose owner was killed before it could."""
    for folder in Path("/tmp").glob(f"{PREFIX}*"):
        try:
            with open(folder / "owner", "r+") as owner:
                fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(folder)
        except OSError:
            continue  # alive, or somebody else's


def _remove(folder: Path) -> None:
    for group in _groups(folder):
        for path, _, _ in os.walk(group, topdown=False):
            until(partial(_removed, path), f"{path} is gone")
    shutil.rmtree(folder)


def _groups(folder: Path) -> list[Path]:
    """The host's group in each cgroup tree: right below the root of one of version 2 or 1."""
    trees = Path("/sys/fs/cgroup")
    return [*trees.glob(folder.name), *trees.glob(f"*/{folder.name}")]


def _removed(group: str) -> bool:
    try:
        os.rmdir(group)
    except OSError:  # the kernel still counts a process that has just ended
        return False
    return True
