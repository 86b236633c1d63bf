"""Hosts that are reached from within their own network, where their daemon listens, and sshd."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from rig.host import Host
from rig.sshd import Sshd
from tests.faults.faces import Asyncio, Blocking, Face

#: The transports, each as the URI of a host's daemon.
WAYS: dict[str, Callable[[Host, Sshd], str]] = {
    "unix": lambda host, _: host.uri,
    "tcp": lambda host, _: "qemu+tcp://localhost/system",
    "tcp by IPv6": lambda host, _: "qemu+tcp://[::1]/system",
    "tls": lambda host, _: f"qemu+tls://localhost/system?pkipath={host.pki}",
    "ssh": lambda _, sshd: sshd.uri(),
    "ssh with netcat": lambda _, sshd: sshd.uri("netcat"),
}


@pytest.fixture(scope="session")
def sshd(host: Host) -> Iterator[Sshd]:
    """On `host`, shared by the session."""
    with Sshd(host) as found:
        yield found


@pytest.fixture(autouse=True)
def in_its_network(host: Host) -> Iterator[None]:
    with host.network():
        yield


@pytest.fixture(params=[Blocking, Asyncio], ids=lambda kind: kind.name)
def face(request: pytest.FixtureRequest, in_its_network: None) -> Iterator[Face]:
    face: Face = request.param()
    yield face
    face.close()


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, host: Host, sshd: Sshd) -> str:
    """The URI of the host's daemon, over each transport."""
    return WAYS[request.param](host, sshd)
