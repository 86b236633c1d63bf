"""Logging in at real daemons, where how they are reached, or who reaches them, decides."""

from __future__ import annotations

import os
import pwd
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rig.host import Host
from rig.polkit import ask_polkit
from sysvirt import AuthUnavailable
from sysvirt.testing import connect
from tests.auth.users import USERS
from tests.parts import HOSTS

HOME = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs to become others")


def test_over_plain_tcp(guarded: Host) -> None:
    """The daemon offers nothing there that sysvirt can do: only what encrypts."""
    with guarded.network():
        sock = socket.create_connection(("localhost", 16509))
    with pytest.raises(AuthUnavailable, match="link is not encrypted"):
        connect(sock, "qemu:///system", credentials={"username": "fred", "password": USERS["fred"]})


#: A client that loads all that it needs, becomes another user, and says what became of it.
CLIENT = """\
import os, sys
import sysvirt
uri, uid = sys.argv[1], int(sys.argv[2])
with sysvirt.connect(uri, timeout=60) as conn:  # polkit is not asked about root
    conn.get_hostname()
os.setgroups([])
os.setgid(uid)
os.setuid(uid)
try:
    with sysvirt.connect(uri, timeout=60) as conn:
        print(conn.get_hostname())
except sysvirt.AuthFailed as error:
    print(type(error).__name__, error)
"""


@pytest.fixture(scope="module")
def asks_polkit() -> Iterator[Host]:
    with Host("forky") as host:
        ask_polkit(host, "nobody")
        yield host
    assert host.traces() == []


@pytest.mark.parametrize("suite", ["forky"])
@pytest.mark.parametrize(
    ("user", "says"),
    [
        ("nobody", "forky"),
        (
            "games",
            "AuthUnavailable authentication unavailable: no polkit agent available to authenticate action",
        ),
    ],
)
def test_polkit(suite: str, user: str, says: str, request: pytest.FixtureRequest) -> None:
    if suite not in HOSTS:
        pytest.skip(f"SYSVIRT_HOSTS leaves out {suite}")
    host: Host = request.getfixturevalue("asks_polkit")
    uid = pwd.getpwnam(user).pw_uid
    done = subprocess.run(
        host.among_its_processes(sys.executable, "-c", CLIENT, host.uri, str(uid)),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HOME / "src"), "HOME": "/nonexistent"},
    )
    assert done.stdout.startswith(says), done
