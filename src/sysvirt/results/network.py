"""Network interfaces."""

from __future__ import annotations

from .._records import Record
from ._values import Members

__all__ = ["DomainIPAddress", "DomainInterface", "InterfaceStats"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self

    from .._generated.constants import IPAddrType

_IP_ADDR_TYPES = Members("IPAddrType")


class InterfaceStats(Record):
    """The traffic of a network interface, seen from the guest: `Domain.interface_stats()`; -1 if it is not counted."""

    __slots__ = ()
    rx_bytes: int
    """Bytes received."""
    rx_packets: int
    """Packets received."""
    rx_errs: int
    """Packets received with errors."""
    rx_drop: int
    """Packets dropped instead of received."""
    tx_bytes: int
    """Bytes sent."""
    tx_packets: int
    """Packets sent."""
    tx_errs: int
    """Packets sent with errors."""
    tx_drop: int
    """Packets dropped instead of sent."""


class DomainIPAddress(Record):
    """One address of a network interface."""

    __slots__ = ()
    type: IPAddrType
    """IPv4 or IPv6 (`Connection.IP_ADDR_TYPE_*`)."""
    addr: str
    """The address."""
    prefix: int
    """Length of the network prefix, in bits; 0 if unknown, as from the host's ARP table."""

    @classmethod
    def _from_wire(cls, reply: tuple[int, str, int]) -> Self:
        kind, addr, prefix = reply
        return cls._make((_IP_ADDR_TYPES[kind], addr, prefix))


class DomainInterface(Record):
    """A network interface and its addresses: an entry of `Domain.get_interface_addresses()`."""

    __slots__ = ()
    name: str
    """Its name: on the host (vnet0), or in the guest if the agent was asked (eth0)."""
    hwaddr: str | None
    """Its MAC address; None if it has none."""
    addrs: list[DomainIPAddress]
    """Its addresses."""

    @classmethod
    def _from_wire(cls, reply: tuple[Any, ...]) -> Self:
        name, hwaddr, addrs = reply
        return cls._make((name, hwaddr, [DomainIPAddress._from_wire(addr) for addr in addrs]))
