"""A guest's network interfaces: limits, statistics, addresses."""

from __future__ import annotations

from ... import _arguments as check
from ... import typedparams
from ..._generated.schema import LIMITS
from ..._protocol.table import remote
from ...results._values import whole
from ...results.network import DomainInterface, InterfaceStats
from ...typedparams import STRING_OKAY
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._arguments import Number
    from ..._generated.constants import DomainModificationImpact, InterfaceAddressesSource
    from ..._generated.dicts import InterfaceParameters
    from ...typedparams import Params

_PARAMETERS_MAX = LIMITS["REMOTE_DOMAIN_INTERFACE_PARAMETERS_MAX"]


class NetworkMethods(DomainBase):
    """An interface is named by its MAC address, or by the name it has on the host while the guest runs."""

    __slots__ = ()

    async def get_interface_parameters(
        self, intf: str, flags: DomainModificationImpact | Number = 0
    ) -> InterfaceParameters:
        """The limits of an interface's traffic: `Domain.BANDWIDTH_*`.

        intf: its MAC address, or its name on the host.

        [virDomainGetInterfaceParameters]
        """
        check.expect("flags", flags, "DomainModificationImpact")
        name = check.text("intf", intf)
        check.flags(flags)
        found, _ = await self._connection._call(
            remote.DOMAIN_GET_INTERFACE_PARAMETERS, self._ref, name, _PARAMETERS_MAX, flags | STRING_OKAY
        )
        return whole(found, _PARAMETERS_MAX)  # type: ignore[return-value]

    async def set_interface_parameters(
        self,
        intf: str,
        params: InterfaceParameters | Params,
        flags: DomainModificationImpact | Number = 0,
    ) -> None:
        """Limits an interface's traffic: `Domain.BANDWIDTH_*`.

        Limits of a direction that you leave out stay; those of a direction that you give are all replaced. An average
        of 0 removes them. Raises `ConfigUnsupported` for kinds of interfaces that can't be limited.

        intf: its MAC address, or its name on the host.

        [virDomainSetInterfaceParameters]
        """
        name = check.text("intf", intf)
        getter = remote.DOMAIN_GET_INTERFACE_PARAMETERS
        sent = await self._encode(
            "params", params, "interface", getter, self._ref, name, _PARAMETERS_MAX, STRING_OKAY
        )
        await self._connection._call(remote.DOMAIN_SET_INTERFACE_PARAMETERS, self._ref, name, sent, flags)

    async def interface_stats(self, path: str) -> InterfaceStats:
        """The traffic of an interface of the running guest so far.

        path: its MAC address, or its name on the host.

        Raises an `Error` for an interface that the host does not have, such as one of a user network.
        [virDomainInterfaceStats]
        """
        found = await self._connection._call(
            remote.DOMAIN_INTERFACE_STATS, self._ref, check.text("path", path)
        )
        return InterfaceStats._make(found)

    async def get_interface_addresses(
        self, src: InterfaceAddressesSource | Number, flags: Number = 0
    ) -> list[DomainInterface]:
        """The running guest's interfaces and their addresses.

        src: `Domain.INTERFACE_ADDRESSES_SRC_LEASE` asks the DHCP servers of libvirt's networks, `SRC_AGENT` the guest's
            agent, `SRC_ARP` the host's ARP table.

        [virDomainInterfaceAddresses]
        """
        check.integer("src", src, 0, check.UINT_MAX)
        found = await self._connection._call(remote.DOMAIN_INTERFACE_ADDRESSES, self._ref, src, flags)
        return [DomainInterface._from_wire(row) for row in found]

    async def announce_interface(
        self, device: str | None, params: Params | None = None, flags: Number = 0
    ) -> None:
        """Makes QEMU announce an interface to the network, so that switches learn where it is now.

        device: its MAC address, or its name on the host; None for all.
        params: `Domain.ANNOUNCE_INTERFACE_*`, how many packets to send and the delays between them in milliseconds.

        Daemons from 12.5 on. [virDomainAnnounceInterface]
        """
        name = check.optional_text("device", device)
        given = () if params is None else params
        sent = typedparams.encode("params", given, typedparams.kinds("announce_interface"))
        await self._connection._call(remote.DOMAIN_ANNOUNCE_INTERFACE, self._ref, name, sent, flags)
