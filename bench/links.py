"""Other links than a unix socket, each beside libvirt-python over the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from rig.host import Host
from rig.sshd import Sshd


@contextmanager
def _tls(host: Host) -> Iterator[str]:
    with host.network():
        yield f"qemu+tls://localhost/system?pkipath={host.pki}"


@contextmanager
def _ssh(host: Host) -> Iterator[str]:
    with Sshd(host) as sshd, host.network():
        yield sshd.uri()


#: By name: the URI of a host, where it can be reached by that in the block.
LINKS: dict[str, Callable[[Host], AbstractContextManager[str]]] = {"tls": _tls, "ssh": _ssh}
