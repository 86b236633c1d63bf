"""What ssh is run with, and what it is asked to run on the other host."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from sysvirt._transport.ssh import remote_command, ssh_command, verifies
from sysvirt.uri import URI

ASKING = ["-T", "-e", "none"]
BATCH = [*ASKING, "-o", "BatchMode=yes"]


CHECKING, METHODS = "StrictHostKeyChecking", "PreferredAuthentications"


def options(*values: str) -> list[str]:
    return [part for value in values for part in ("-o", value)]


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("host/system", ["ssh", *BATCH]),
        ("u@host:99/system?no_tty=0", ["ssh", "-p", "99", "-l", "u", *ASKING]),
        ("host/system?no_tty=1", ["ssh", *BATCH]),
        ("host/system?keyfile=/a%20b&command=/opt/ssh", ["/opt/ssh", "-i", "/a b", *BATCH]),
        ("host/system?no_verify=1", ["ssh", *BATCH, *options(f"{CHECKING}=no")]),
        ("host/system?known_hosts_verify=ignore", ["ssh", *BATCH, *options(f"{CHECKING}=no")]),
        ("host/system?known_hosts_verify=auto", ["ssh", *BATCH, *options(f"{CHECKING}=accept-new")]),
        ("host/system?known_hosts_verify=normal", ["ssh", *BATCH, *options(f"{CHECKING}=yes")]),
        ("host/system?known_hosts_verify=normal&no_tty=0", ["ssh", *ASKING, *options(f"{CHECKING}=ask")]),
        ("host/system?known_hosts=/a%20b%25", ["ssh", *BATCH, *options('UserKnownHostsFile="/a b%%"')]),
        ("host/system?sshauth=privkey,agent", ["ssh", *BATCH, *options(f"{METHODS}=publickey")]),
        (
            "host/system?sshauth=password,agent",
            ["ssh", *BATCH, *options(f"{METHODS}=password,publickey", "IdentityFile=none")],
        ),
        (
            "host/system?sshauth=privkey",
            ["ssh", *BATCH, *options(f"{METHODS}=publickey", "IdentityAgent=none")],
        ),
        (
            "host/system?sshauth=keyboard-interactive&no_tty=0",
            ["ssh", *ASKING, *options(f"{METHODS}=keyboard-interactive")],
        ),
    ],
)
@pytest.mark.parametrize("transport", ["ssh", "libssh", "libssh2"])
def test_arguments(uri: str, expected: list[str], transport: str) -> None:
    command = ssh_command(URI.parse(f"qemu+{transport}://{uri}"), False)
    assert command[:-3] == tuple(expected)
    assert command[-3:-1] == ("--", "host")


def test_an_address() -> None:
    assert ssh_command(URI.parse("qemu+ssh://[fe80::1%25eth0]/system"), False)[-2] == "fe80::1%eth0"
    assert ssh_command(URI.parse("qemu+ssh:///system"), False)[-2] == "localhost"


def test_what_is_not_verified() -> None:
    assert verifies(URI.parse("qemu+ssh://h/system"))
    assert verifies(URI.parse("qemu+ssh://h/system?known_hosts_verify=auto"))
    assert not verifies(URI.parse("qemu+ssh://h/system?no_verify=1&known_hosts_verify=normal"))


PROGRAM = """\
#!/bin/sh
case "$1 $#" in "-q 1") {answer} exit 1;; esac
printf '%s\\n' "${{0##*/}}"
for word; do printf '%s\\n' "<$word>"; done
"""


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """A folder for programs of another host, with what each has."""
    for program in ("sh", "grep"):
        (tmp_path / program).symlink_to(f"/bin/{program}")
    return tmp_path


def install(there: Path, name: str, answer: str = "") -> None:
    (there / name).write_text(PROGRAM.format(answer=answer))
    (there / name).chmod(0o755)


def run(there: Path, uri: str, readonly: bool = False, shell: str = "/bin/sh") -> tuple[int, list[str], str]:
    """As the other host's sshd runs it: by the user's own shell, with none of our environment."""
    command = remote_command(URI.parse(uri), readonly)
    done = subprocess.run(
        [shell, "-c", command], env={"PATH": str(there)}, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout.splitlines(), done.stderr


def test_the_helper_is_preferred(there: Path) -> None:
    install(there, "virt-ssh-helper")
    install(there, "nc")
    assert run(there, "qemu+ssh://h/system") == (0, ["virt-ssh-helper", "<qemu:///system>"], "")
    assert run(there, "qemu+ssh://h/system", True)[1] == ["virt-ssh-helper", "<-r>", "<qemu:///system>"]
    assert run(there, "qemu+ssh://h/session?mode=legacy")[1][1] == "<qemu:///session?mode=legacy>"


@pytest.mark.parametrize(
    ("answer", "option"),
    [
        ("echo nc: option requires an argument -- q >&2;", ["<-q0>"]),
        ("echo invalid option -- q >&2;", []),
        ("", []),
    ],
)
def test_netcat_instead(there: Path, answer: str, option: list[str]) -> None:
    install(there, "nc", answer)
    socket = "/var/run/libvirt/libvirt-sock"
    assert run(there, "qemu+ssh://h/system") == (0, ["nc", *option, "<-U>", f"<{socket}>"], "")
    assert run(there, "qemu+ssh://h/system", True)[1][-1] == f"<{socket}-ro>"
    assert run(there, "qemu+ssh://h/session?socket=/a/b")[1][-1] == "</a/b>"


def test_nothing_of_this_machine_is_taken_for_that_one(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our folders and our user are not those over there."""
    before = remote_command(URI.parse("qemu+ssh://h/system"), False)
    for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, "/mine")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert remote_command(URI.parse("qemu+ssh://h/system"), False) == before


def test_neither(there: Path) -> None:
    for query, missing in (
        ("", "neither virt-ssh-helper nor nc is installed"),
        ("?proxy=native", "virt-ssh-helper is not installed"),
        ("?proxy=netcat", "nc is not installed"),
        ("?netcat=/a%27b", "/a'b is not installed"),
    ):
        assert run(there, f"qemu+ssh://h/system{query}") == (127, [], f"{missing}\n")


@pytest.mark.parametrize("shell", ["/bin/sh", "/bin/bash"])
@pytest.mark.parametrize(
    "name",
    [
        "it's",
        'a "b"',
        "$HOME",
        "`x`",
        "a;b",
        "a&b",
        "a|b",
        "*",
        "~",
        "a\\b",
        "\\",
        "a b",
        "!x",
        "'",
        "''",
        "ä",
    ],
)
def test_any_name_passes_as_it_is(there: Path, name: str, shell: str) -> None:
    escaped = "".join([f"%{byte:02X}" for byte in name.encode()])
    install(there, name)
    program = run(there, f"qemu+ssh://h/system?netcat={escaped}&socket=/{escaped}", shell=shell)
    assert program == (0, [name, "<-U>", f"</{name}>"], "")
    install(there, "virt-ssh-helper")
    assert run(there, f"qemu+ssh://h/system?name={escaped}", shell=shell)[1] == [
        "virt-ssh-helper",
        f"<{name}>",
    ]
