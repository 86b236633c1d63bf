"""Hosts that reach each other, so that guests can go from one to another.

They have names that resolve, addresses on one network, certificates for TLS, files that all of them see at the same
place, and `IMAGES`, where each has its own.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import TracebackType

from rig.debian import SUITES
from rig.host import Host

#: Where a host has files that no other one sees, see `images`.
IMAGES = Path("/var/lib/libvirt/images")

MOST = 4  # of each suite
DOMAIN = "test"
# By suite and number, the name and the address of each host that a lan may have.
NAMES = {(suite, number): f"{suite}-{number}" for number in range(1, MOST + 1) for suite in SUITES}
ADDRESSES = {name: f"10.99.0.{last}" for last, name in enumerate(NAMES.values(), 1)}
HOSTS = "127.0.0.1 localhost\n" + "".join(
    f"{address} {name}.{DOMAIN} {name}\n" for name, address in ADDRESSES.items()
)
ALIASES = [alias for name in ADDRESSES for alias in (name, f"{name}.{DOMAIN}")]
# In the first host; nothing on it is called br0, which is the name of a bridge that libvirt makes.
SWITCH = "switch"
PORT = "lan"


def images(host: Host) -> Path:
    """The host's own `IMAGES`, as seen from outside."""
    return host.folder / "lib/images"


class Lan:
    """Hosts of these suites, and more of them at first use; `with Lan("bookworm", "forky") as lan:`."""

    def __init__(self, *suites: str) -> None:
        self.hosts: list[Host] = []
        try:
            numbers: Counter[str] = Counter()
            for suite in suites:
                numbers[suite] += 1
                self.host(suite, numbers[suite])
        except BaseException:
            self.close()
            raise

    def host(self, suite: str, number: int = 1) -> Host:
        """One of the hosts of a suite, counted from 1; brought up when it is not there yet."""
        name = NAMES[suite, number]
        for host in self.hosts:
            if host.name == name:
                return host
        host = Host(suite, name=name, aliases=ALIASES)
        self.hosts.append(host)
        (host.folder / "hosts").write_text(HOSTS)
        images(host).mkdir(exist_ok=True)
        self._plug_in(host)
        return host

    def _plug_in(self, host: Host) -> None:
        first = self.hosts[0]
        if host is first:
            host.run("ip", "link", "add", SWITCH, "up", "type", "bridge")
        first.cable(f"to-{host.name}", host, PORT, "up", "master", SWITCH)
        host.run("ip", "address", "add", f"{ADDRESSES[host.name]}/24", "dev", PORT)
        self.plug(host)

    def unplug(self, host: Host) -> None:
        """Nothing of the network reaches the host any more, until `plug`."""
        host.run("ip", "link", "set", PORT, "down")

    def plug(self, host: Host) -> None:
        host.run("ip", "link", "set", PORT, "up")

    def __enter__(self) -> Lan:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all hosts, which takes the network away."""
        for host in reversed(self.hosts):
            host.close()

    def traces(self) -> list[str]:
        """What there is of all this on the machine; empty after `close`."""
        return [trace for host in self.hosts for trace in host.traces()]
