"""What may be wrong with a host that is reached over ssh, and what is told of it then. ssh and sshd are real."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from rig.host import Host
from rig.sshd import Sshd
from rig.wait import until
from sysvirt import CallTimeout, DaemonUnreachable, ProtocolError
from tests.faults.faces import PATIENCE, Blocking, Face
from tests.held import children
from tests.transports_real.steps import answers

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    before = children()
    yield
    until(lambda: children() <= before, "no program is left", PATIENCE)


@pytest.fixture
def one_face(in_its_network: None) -> Face:
    """Where only what ssh is run with makes the difference."""
    return Blocking()


def reaches(face: Face, host: Host, uri: str) -> None:
    assert face.run(answers(face, uri, PATIENCE)) == host.name


def fails(face: Face, uri: str, match: str) -> DaemonUnreachable:
    with pytest.raises(DaemonUnreachable, match=match) as caught:
        face.run(answers(face, uri, PATIENCE))
    return caught.value


# --- what passes the bytes on there ----------------------------------------------------------------------


@pytest.mark.parametrize("proxy", ["auto", "native"])
def test_with_the_helper(face: Face, host: Host, sshd: Sshd, proxy: str) -> None:
    reaches(face, host, sshd.uri(proxy=proxy))


def test_with_netcat(one_face: Face, host: Host, sshd: Sshd) -> None:
    reaches(one_face, host, sshd.uri("netcat"))
    reaches(one_face, host, sshd.uri(proxy="netcat"))
    reaches(one_face, host, sshd.uri(netcat="/bin/nc", socket=host.socket))


def test_names_that_need_quotes(one_face: Face, host: Host, sshd: Sshd, tmp_path: Path) -> None:
    """They pass two shells over there, and mean what they say."""
    place = host.files / 'it\'s $HOME; "a" `place` & \\ more'
    place.mkdir(exist_ok=True)
    netcat, link = place / "net cat", place / "so'cket"
    if not netcat.exists():
        netcat.symlink_to("/bin/nc")
        link.symlink_to(host.socket)
    reaches(one_face, host, sshd.uri(netcat=netcat, socket=link))
    shutil.rmtree(place)


def test_a_netcat_without_the_option(one_face: Face, host: Host, sshd: Sshd) -> None:
    """Which has to be told by nothing but the end of its input that this is over."""
    program = host.files / "plain-netcat"
    program.write_text('#!/bin/sh\ncase "$1" in -q*) echo no such option; exit 1;; esac\nexec nc -q0 "$@"\n')
    program.chmod(0o755)
    reaches(one_face, host, sshd.uri(netcat=program))


@pytest.mark.parametrize(
    ("kind", "parameters", "match"),
    [
        ("neither", {}, "status 127: neither virt-ssh-helper nor nc is installed"),
        ("netcat", {"proxy": "native"}, "status 127: virt-ssh-helper is not installed"),
        ("neither", {"proxy": "netcat"}, "status 127: nc is not installed"),
        ("helper", {"netcat": "/no/nc"}, "status 127: /no/nc is not installed"),
        ("helper", {"socket": "/no/socket"}, "status 1: nc: .*/no/socket"),
    ],
)
def test_with_neither(face: Face, sshd: Sshd, kind: str, parameters: dict[str, str], match: str) -> None:
    fails(face, sshd.uri(kind, **parameters), match)


# --- who is it? ------------------------------------------------------------------------------------------


def test_an_unknown_host(one_face: Face, host: Host, sshd: Sshd, tmp_path: Path) -> None:
    known = tmp_path / "known hosts 100%"
    known.touch()
    fails(one_face, sshd.uri(known_hosts=known), "status 255: .*Host key verification failed")
    fails(one_face, sshd.uri(known_hosts=known, known_hosts_verify="normal"), "Host key verification failed")
    assert known.read_text() == ""
    reaches(one_face, host, sshd.uri(known_hosts=known, known_hosts_verify="auto"))
    reaches(one_face, host, sshd.uri(known_hosts=known))


def test_another_host_than_it_was(one_face: Face, host: Host, sshd: Sshd) -> None:
    changed = sshd.folder / "changed_hosts"
    fails(one_face, sshd.uri(known_hosts=changed), "IDENTIFICATION HAS CHANGED")
    fails(one_face, sshd.uri(known_hosts=changed, known_hosts_verify="auto"), "IDENTIFICATION HAS CHANGED")
    reaches(one_face, host, sshd.uri(known_hosts=changed, no_verify=1))
    reaches(one_face, host, sshd.uri(known_hosts=changed, known_hosts_verify="ignore"))


def test_a_wrong_user(one_face: Face, sshd: Sshd) -> None:
    uri = sshd.uri().replace("root@", "nobody-here@")
    fails(one_face, uri, r"status 255: nobody-here@localhost: Permission denied \(publickey\)")


def test_a_wrong_key(one_face: Face, host: Host, sshd: Sshd, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text((sshd.folder / "client-config").read_text().replace("/client\n", "/other-client\n"))
    command = tmp_path / "ssh"
    command.write_text(f'#!/bin/sh\nexec ssh -F {config} "$@"\n')
    command.chmod(0o755)
    fails(one_face, sshd.uri(command=command), "Permission denied")
    reaches(one_face, host, sshd.uri(command=command, keyfile=sshd.folder / "client"))
    reaches(one_face, host, sshd.uri(command=command, keyfile=sshd.folder / "client", sshauth="privkey"))
    fails(
        one_face,
        sshd.uri(command=command, keyfile=sshd.folder / "client", sshauth="password", no_tty=0),
        "Permission",
    )


# --- what comes with ssh ---------------------------------------------------------------------------------


def test_a_banner(one_face: Face, host: Host, sshd: Sshd) -> None:
    reaches(one_face, host, sshd.uri("banner"))


def test_a_noisy_profile(face: Face, sshd: Sshd) -> None:
    with pytest.raises(ProtocolError, match=r"it begins: Welcome to this host.*a shell's profile"):
        face.run(answers(face, sshd.uri("noisy"), PATIENCE))


def test_a_jump_host(one_face: Face, host: Host, sshd: Sshd) -> None:
    reaches(one_face, host, sshd.uri(name="behind"))


def test_a_shared_connection(one_face: Face, host: Host, sshd: Sshd) -> None:
    """The first one leaves a master behind, over which the next ones go; it is nobody's child."""
    for _ in range(3):
        reaches(one_face, host, sshd.uri(name="shared"))
    ask = [str(sshd.command), "-O", "check", "shared"]
    assert "Master running" in subprocess.run(ask, capture_output=True, text=True, check=True).stderr


def test_nobody_listens(one_face: Face, sshd: Sshd) -> None:
    fails(one_face, sshd.uri().replace(":22/", ":9/"), "status 255: .*port 9: Connection refused")


def test_a_host_that_says_nothing(face: Face, sshd: Sshd) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        uri = sshd.uri().replace(":22/", f":{silent.getsockname()[1]}/")
        with pytest.raises(CallTimeout, match="did not get through to a daemon in time"):
            face.run(answers(face, uri, 0.5))
