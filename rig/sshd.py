"""OpenSSH's server in a private host's network, and what its client needs to log in there as root."""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path
from types import TracebackType
from urllib.parse import quote, urlencode

from rig.host import Host
from rig.wait import until

#: One port for each kind of host that may be met: what is installed there, and what it says by itself.
PORTS = {"helper": 22, "netcat": 2201, "neither": 2202, "noisy": 2203, "banner": 2204}
#: What is installed on the hosts that lack something.
PROGRAMS = {"netcat": ("sh", "grep", "nc"), "neither": ("sh",)}

SERVER = """\
HostKey {folder}/host
AuthorizedKeysFile {folder}/client.pub
StrictModes no
UsePAM no
PidFile none
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxStartups 100
{more}
{ports}
Match LocalPort {netcat}
    SetEnv PATH={folder}/only-netcat
Match LocalPort {neither}
    SetEnv PATH={folder}/only-neither
Match LocalPort {noisy}
    SetEnv HOME={folder}/noisy
Match LocalPort {banner}
    Banner {folder}/banner
"""
#: What only newer servers know, who keep away those that have failed to log in.
MORE = {"forky": "PerSourcePenalties no"}
#: In the profile of a user there.
NOISE = "echo 'Welcome to this host, and have a nice day.'\n"
BANNER = "Authorized persons only.\n"

CLIENT = """\
Host *
    IdentityFile {folder}/client
    IdentitiesOnly yes
    UserKnownHostsFile {folder}/known_hosts
    GlobalKnownHostsFile none
    HostKeyAlias localhost
Host behind jump shared
    HostName localhost
Host behind
    ProxyJump root@jump
Host shared
    ControlMaster auto
    ControlPersist yes
    ControlPath {folder}/master
"""


class Sshd:
    """A running server. `command` runs ssh with the configuration that goes with it, and with no other."""

    def __init__(self, host: Host) -> None:
        self.folder = host.folder / "ssh"
        self.folder.mkdir()
        self.command = self.folder / "command"
        self._write(host.suite)
        (host.folder / "run/sshd").mkdir(exist_ok=True)
        self._host = host
        self._process = host.start("/usr/sbin/sshd", "-D", "-e", "-f", str(self.folder / "server"))
        until(self._listens, "sshd listens")

    def __enter__(self) -> Sshd:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        leave = (str(self.command), "-O", "exit", "shared")  # the connection that others share
        subprocess.run(leave, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        shutil.rmtree(self.folder)

    def uri(self, kind: str = "helper", name: str = "localhost", **parameters: object) -> str:
        """The URI of the daemon behind it."""
        query = urlencode({"command": self.command, **parameters}, quote_via=quote)
        return f"qemu+ssh://root@{name}:{PORTS[kind]}/system?{query}"

    def _write(self, suite: str) -> None:
        for name in ("host", "other-host", "client", "other-client"):
            make = ("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(self.folder / name))
            subprocess.run(make, check=True)
        listening = "\n".join(f"Port {port}" for port in PORTS.values())
        self._file(
            "server", SERVER.format(folder=self.folder, more=MORE.get(suite, ""), ports=listening, **PORTS)
        )
        self._file("client-config", CLIENT.format(folder=self.folder))
        (self.folder / "noisy").mkdir()
        self._file("noisy/.bashrc", NOISE)
        self._file("banner", BANNER)
        self._file("command", f'#!/bin/sh\nexec ssh -F {self.folder}/client-config "$@"\n').chmod(0o755)
        for name, host in (("known_hosts", "host"), ("changed_hosts", "other-host")):
            key = (self.folder / f"{host}.pub").read_text()
            self._file(name, f"localhost {key}")
        for kind, programs in PROGRAMS.items():
            place = self.folder / f"only-{kind}"
            place.mkdir()
            for program in programs:
                (place / program).symlink_to(f"/bin/{program}")

    def _file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        return path

    def _listens(self) -> bool:
        if self._process.poll() is not None:
            raise RuntimeError(f"sshd ended with status {self._process.returncode}")
        with self._host.network(), socket.socket() as sock:
            return sock.connect_ex(("127.0.0.1", max(PORTS.values()))) == 0
