# Made by tools/unasync.py from tests/api/_async/test_network.py; do not edit.
"""Guests' network interfaces, on networks of the private host."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from rig.guest import agent, firmware_xml, unique_name
from rig.host import Host
from rig.wait import until
from sysvirt import Connection, Domain
from sysvirt.errors import (
    ArgumentUnsupported,
    ConfigUnsupported,
    Error,
    InvalidArgument,
    NoSupport,
    OperationInvalid,
    OperationUnsupported,
)
from sysvirt.results import DomainInterface, DomainIPAddress, InterfaceParameters, InterfaceStats
from tests.conformance.recorder import Recorder

from ..refusals import NOT_RUNNING, not_sent, refused

SERVED = "52:54:00:00:77:01"
UNLIMITED: InterfaceParameters = {
    "inbound.average": 0,
    "inbound.peak": 0,
    "inbound.burst": 0,
    "inbound.floor": 0,
    "outbound.average": 0,
    "outbound.peak": 0,
    "outbound.burst": 0,
}


class Nic(NamedTuple):
    """An interface of a guest, and its counterpart on the host."""

    mac: str
    tap: str


class Networked(NamedTuple):
    """A guest with two interfaces."""

    dom: Domain
    # On a network of libvirt's with a DHCP server, which the firmware asks for an address.
    served: Nic
    # On a wire between guest and host, where nobody says anything.
    quiet: Nic


@pytest.fixture
def networked(host: Host, conn: Connection) -> Iterator[Networked]:
    """A fresh guest that runs its firmware and has networks; gone after the test, with them."""
    name, network = unique_name("networked"), unique_name("net")
    host.virsh(
        "net-create",
        "/proc/self/fd/0",
        input=f"""\
<network>
  <name>{network}</name>
  <forward mode='open'/>
  <bridge name='{network}' stp='off' delay='0'/>
  <ip address='10.77.0.1' prefix='24'>
    <dhcp>
      <range start='10.77.0.10' end='10.77.0.20'/>
      <host mac='{SERVED}' name='known' ip='10.77.0.15'/>
    </dhcp>
  </ip>
</network>
""",
    )
    served, quiet = Nic(SERVED, unique_name("tap")), Nic("52:54:00:00:77:02", unique_name("tap"))
    interfaces = f"""\
<interface type='network'>
  <mac address='{served.mac}'/><source network='{network}'/><target dev='{served.tap}'/>
  <model type='virtio'/><boot order='1'/>
</interface>
<interface type='ethernet'>
  <mac address='{quiet.mac}'/><target dev='{quiet.tap}'/><model type='e1000'/><rom enabled='no'/>
</interface>
"""
    host.define(firmware_xml(host, name, extra_devices=interfaces))
    host.virsh("start", name)
    yield Networked(conn.get_domain_by_name(name), served, quiet)
    host.remove(name)
    host.virsh("net-destroy", network)


def traffic(host: Host, nic: Nic) -> InterfaceStats:
    """What the kernel has counted at the host's end: what it sends is what the guest receives."""
    (link,) = json.loads(host.run("ip", "-json", "-stats", "link", "show", "dev", nic.tap))
    ways = [link["stats64"][way] for way in ("tx", "rx")]
    return InterfaceStats(*[way[what] for way in ways for what in ("bytes", "packets", "errors", "dropped")])


def leases(host: Host, dom: Domain) -> list[str]:
    """The guest's addresses, as virsh has them from the network's DHCP server."""
    return re.findall(r"ipv4 +(\S+)", host.virsh("domifaddr", dom.get_name(), "--source", "lease"))


# --- statistics and addresses ----------------------------------------------------------------------


def test_stats_and_leases(
    host: Host, conn: Connection, networked: Networked, observed: Recorder
) -> None:
    dom, served, quiet = networked
    first = dom.wait_for_address(Domain.INTERFACE_ADDRESSES_SRC_LEASE, 60)
    assert leases(host, dom) == [f"{first}/24"]
    observed("wait_for_address", "virsh domifaddr --source lease")
    for name in (served.tap, served.mac):
        before = traffic(host, served)
        stats = dom.interface_stats(name)
        after = traffic(host, served)
        for low, value, high in zip(before._values, stats._values, after._values, strict=True):
            assert low <= value <= high
        assert stats.tx_packets > 1  # at least what it has asked for
        assert stats.rx_packets > 1
        assert stats.tx_bytes > 60 * stats.tx_packets
        assert (stats.rx_errs, stats.tx_errs) == (0, 0)
    observed("interface_stats", "the host's own counters: ip -stats link")
    assert (dom.interface_stats(quiet.tap)).tx_packets == 0

    found = dom.get_interface_addresses(Domain.INTERFACE_ADDRESSES_SRC_LEASE)
    (address,) = leases(host, dom)
    addr, _, prefix = address.partition("/")
    expected = DomainIPAddress(Connection.IP_ADDR_TYPE_IPV4, addr, int(prefix))
    assert found == [DomainInterface(served.tap, served.mac, [expected])]
    assert addr.startswith("10.77.0.")
    observed("get_interface_addresses", "virsh domifaddr --source lease, of a DHCP server's lease")

    assert dom.get_hostname(Domain.GET_HOSTNAME_LEASE) == "known"
    observed("get_hostname", "the name that a DHCP server has for the guest")

    with refused(InvalidArgument, "invalid argument: 'tap-none' is not a known interface"):
        dom.interface_stats("tap-none")
    with not_sent(conn, "path", TypeError):
        dom.interface_stats(1)  # type: ignore[arg-type]


def test_addresses_of_neighbours(host: Host, networked: Networked, observed: Recorder) -> None:
    dom, _, quiet = networked
    host.run("ip", "neigh", "replace", "10.78.0.5", "lladdr", quiet.mac, "dev", quiet.tap, "nud", "stale")
    try:
        said = host.virsh("domifaddr", dom.get_name(), "--source", "arp")
    except subprocess.CalledProcessError:
        # 9.0 takes the end of the table, as newer kernels mark it, for a broken entry.
        assert host.suite == "bookworm"
        with refused(Error, "internal error: wrong nlmsg len") as caught:
            dom.get_interface_addresses(Domain.INTERFACE_ADDRESSES_SRC_ARP)
        observed.refusal("get_interface_addresses", caught.value)
        return
    assert "10.78.0.5/0" in said
    found = dom.get_interface_addresses(Domain.INTERFACE_ADDRESSES_SRC_ARP)
    expected = DomainIPAddress(Connection.IP_ADDR_TYPE_IPV4, "10.78.0.5", 0)
    assert DomainInterface(quiet.tap, quiet.mac, [expected]) in found
    assert dom.wait_for_address(Domain.INTERFACE_ADDRESSES_SRC_ARP, 60) in {
        address.addr for interface in found for address in interface.addrs
    }
    observed("get_interface_addresses", "virsh domifaddr --source arp, of the host's table of neighbours")


def test_addresses_of_the_agent(
    host: Host, conn: Connection, linux: Domain, observed: Recorder
) -> None:
    before: list[Any] = []
    told: list[Any] = agent(host, linux.get_name(), "guest-network-get-interfaces")
    while told != before:  # a guest that has just come up gets more addresses
        before = told
        found = linux.get_interface_addresses(Domain.INTERFACE_ADDRESSES_SRC_AGENT)
        told = agent(host, linux.get_name(), "guest-network-get-interfaces")
    kinds = {"ipv4": Connection.IP_ADDR_TYPE_IPV4, "ipv6": Connection.IP_ADDR_TYPE_IPV6}
    assert found == [
        DomainInterface(
            interface["name"],
            interface["hardware-address"],
            [
                DomainIPAddress(kinds[ip["ip-address-type"]], ip["ip-address"], ip["prefix"])
                for ip in interface.get("ip-addresses", [])
            ],
        )
        for interface in told
    ]
    assert {interface.name for interface in found} == {"lo", "eth0"}
    addresses = [address for interface in found for address in interface.addrs]
    assert DomainIPAddress(Connection.IP_ADDR_TYPE_IPV4, "127.0.0.1", 8) in addresses
    observed("get_interface_addresses", "the guest's agent: guest-network-get-interfaces")

    assert linux.get_interface_addresses(Domain.INTERFACE_ADDRESSES_SRC_LEASE) == []
    with refused(ArgumentUnsupported, "argument unsupported: Unknown IP address data source 99"):
        linux.get_interface_addresses(99)
    with not_sent(conn, "src"):
        linux.get_interface_addresses(-1)


def test_a_guest_at_rest(dom: Domain) -> None:
    with refused(OperationInvalid, NOT_RUNNING):
        dom.get_interface_addresses(Domain.INTERFACE_ADDRESSES_SRC_LEASE)
    with refused(OperationInvalid, NOT_RUNNING):
        dom.interface_stats("tap-none")


# --- limits ----------------------------------------------------------------------------------------


def queues(host: Host, nic: Nic) -> str:
    """How the host's end of an interface is limited."""
    return host.run("tc", "qdisc", "show", "dev", nic.tap) + host.run("tc", "class", "show", "dev", nic.tap)


def kernel_can_limit(host: Host) -> bool:
    """Whether this machine's kernel has what libvirt makes a limit of."""
    try:
        host.run("tc", "qdisc", "add", "dev", "lo", "root", "sfq")
    except subprocess.CalledProcessError:
        return False
    host.run("tc", "qdisc", "del", "dev", "lo", "root")
    return True


def test_limits_of_a_running_guest(
    host: Host, conn: Connection, networked: Networked, observed: Recorder
) -> None:
    dom, _, quiet = networked
    assert dom.get_interface_parameters(quiet.tap) == UNLIMITED
    assert "htb" not in queues(host, quiet)
    limits = {"inbound.average": 1000, "inbound.peak": 2000, "inbound.burst": 512}
    if kernel_can_limit(host):
        dom.set_interface_parameters(quiet.tap, limits)
        assert dom.get_interface_parameters(quiet.mac) == {**UNLIMITED, **limits}
        observed("get_interface_parameters", "tc class show, of the host's end")
    else:
        refusal = (
            r"internal error: Child process \(\S*tc qdisc add dev tap-\d+ .* sfq .*\) unexpected [\s\S]*"
        )
        with refused(Error, refusal):
            dom.set_interface_parameters(quiet.tap, limits)
    # The kernel has the limit in both cases: what it may lack is fairness among those that share it.
    assert "rate 8Mbit ceil 16Mbit burst 512Kb" in queues(host, quiet)
    dom.set_interface_parameters(quiet.mac, {"inbound.average": 0}, Domain.AFFECT_LIVE)
    assert dom.get_interface_parameters(quiet.tap, Domain.AFFECT_LIVE) == UNLIMITED
    assert "htb" not in queues(host, quiet)
    observed("set_interface_parameters", "tc class show, of the host's end")

    refusal = rf"Operation not supported: Invalid use of 'floor' on interface with MAC address {quiet.mac} .*"
    with refused(OperationUnsupported, refusal):
        dom.set_interface_parameters(quiet.tap, {"inbound.floor": 100})
    for name in ("tap-none", "52:54:00:00:77:09"):
        with refused(InvalidArgument, f"invalid argument: '{name}' is not a known interface"):
            dom.get_interface_parameters(name)
    with not_sent(conn, "intf", TypeError):
        dom.get_interface_parameters(1)  # type: ignore[arg-type]
    with not_sent(conn, "intf"):
        dom.set_interface_parameters("a\0b", limits)
    with not_sent(conn, "params"):
        dom.set_interface_parameters(quiet.tap, {})
    with not_sent(conn, "params['inbound.peak']"):
        dom.set_interface_parameters(quiet.tap, {"inbound.peak": 1 << 32})
    with not_sent(conn, "flags", TypeError):
        dom.get_interface_parameters(quiet.tap, "live")  # type: ignore[arg-type]


def test_limits_of_the_next_start(
    host: Host, conn: Connection, networked: Networked, observed: Recorder
) -> None:
    dom, _, quiet = networked
    limits: InterfaceParameters = {
        **UNLIMITED,
        "inbound.average": 1000,
        "inbound.peak": 2000,
        "inbound.burst": 512,
        "outbound.average": 300,
        "outbound.peak": 400,
        "outbound.burst": 128,
    }
    dom.set_interface_parameters(quiet.mac, limits, Domain.AFFECT_CONFIG)
    assert dom.get_interface_parameters(quiet.mac, Domain.AFFECT_CONFIG) == limits
    assert dom.get_interface_parameters(quiet.mac, Domain.AFFECT_LIVE) == UNLIMITED
    assert "<inbound average='1000' peak='2000' burst='512'/>" in host.definition(dom.get_name())
    assert "<outbound average='300' peak='400' burst='128'/>" in host.definition(dom.get_name())
    assert "outbound.peak  : 400" in host.virsh("domiftune", dom.get_name(), quiet.mac, "--config")
    observed("get_interface_parameters", "virsh domiftune --config")
    observed("set_interface_parameters", "virsh dumpxml --inactive: bandwidth")
    dom.set_interface_parameters(quiet.mac, {"outbound.average": 0}, Domain.AFFECT_CONFIG)
    assert "<inbound average='1000'" in host.definition(dom.get_name())
    assert "<outbound" not in host.definition(dom.get_name())


def test_a_user_network(linux: Domain) -> None:
    """An interface without a counterpart on the host."""
    with refused(Error, "internal error: Interface name not provided"):
        linux.interface_stats("52:54:00:00:00:01")
    refusal = (
        "unsupported configuration: setting bandwidth on interfaces of type 'user' is not implemented yet"
    )
    with refused(ConfigUnsupported, refusal):
        linux.set_interface_parameters("52:54:00:00:00:01", {"inbound.average": 1000})


# --- announcements ---------------------------------------------------------------------------------


def test_announce(host: Host, conn: Connection, networked: Networked, observed: Recorder) -> None:
    dom, _, quiet = networked
    with not_sent(conn, "device", TypeError):
        dom.announce_interface(1)  # type: ignore[arg-type]
    with not_sent(conn, "params['rounds']"):
        dom.announce_interface(None, {"rounds": -1})
    if host.suite == "bookworm":
        too_old = "this daemon is too old for DOMAIN_ANNOUNCE_INTERFACE: unknown procedure: 456"
        with refused(NoSupport, too_old) as caught:
            dom.announce_interface(quiet.tap)
        observed.refusal("announce_interface", caught.value)
        return

    sent = 0
    soon = {
        Domain.ANNOUNCE_INTERFACE_INITIAL: 1,
        Domain.ANNOUNCE_INTERFACE_STEP: 1,
        Domain.ANNOUNCE_INTERFACE_MAX: 2,
    }
    for device in (quiet.tap, quiet.mac, None):
        dom.announce_interface(device, {**soon, Domain.ANNOUNCE_INTERFACE_ROUNDS: 3})
        sent += 3
        until(lambda count=sent: traffic(host, quiet).tx_packets == count, "QEMU has sent what was asked for")  # type: ignore[misc]
    assert traffic(host, quiet).tx_bytes == 60 * sent  # a reverse ARP request each
    dom.announce_interface(quiet.tap)
    until(lambda: traffic(host, quiet).tx_packets == sent + 5, "QEMU has sent five")
    observed("announce_interface", "packets at the host's end: ip -stats link")
    with refused(InvalidArgument, "invalid argument: 'tap-none' is not a known interface"):
        dom.announce_interface("tap-none")
