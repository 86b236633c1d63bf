"""How many virtual CPUs a guest has, where they run, and what time they use."""

from __future__ import annotations

from ... import _arguments as check
from ..._generated.schema import LIMITS
from ..._protocol.table import remote
from ...cpumap import CpuSet, some_map, some_text
from ...errors import NoSupport, OperationInvalid, invalid_argument
from ...results.cpu import VcpuInfo
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal, SupportsIndex

    from ..._arguments import Number
    from ..._generated.constants import DomainModificationImpact, DomainSetVcpuFlags, DomainVcpuFlags
    from ..._generated.dicts import CPUStats
    from ...cpumap import CPUs

#: CPUs and figures of each that one call may ask for.
_STATS_CPUS = LIMITS["REMOTE_DOMAIN_GET_CPU_STATS_NCPUS_MAX"]
_STATS_FIGURES = LIMITS["REMOTE_NODE_CPU_STATS_MAX"]


class CPUMethods(DomainBase):
    __slots__ = ()

    async def get_max_vcpus(self) -> int:
        """The virtual CPUs a running guest may have at most; raises `OperationInvalid` when it is not running.

        `get_vcpus(Domain.VCPU_MAXIMUM)` works for both. [virDomainGetMaxVcpus]
        """
        return await self._connection._call(remote.DOMAIN_GET_MAX_VCPUS, self._ref)

    async def get_vcpus(self, flags: DomainVcpuFlags | DomainModificationImpact | Number = 0) -> int:
        """The virtual CPUs the guest has now, or with `Domain.VCPU_CONFIG` will have at its next start.

        `VCPU_MAXIMUM` asks for the most it may have, `VCPU_GUEST` for those its system uses, which needs its
        agent. [virDomainGetVcpusFlags]
        """
        check.exclusive(flags, self.AFFECT_LIVE, self.AFFECT_CONFIG)
        return await self._connection._call(remote.DOMAIN_GET_VCPUS_FLAGS, self._ref, flags)

    async def set_vcpus(
        self, count: int, flags: DomainVcpuFlags | DomainModificationImpact | Number = 0
    ) -> None:
        """Changes how many virtual CPUs the guest has.

        Without flags those of the running guest; `OperationInvalid` when it is not running. `Domain.VCPU_CONFIG` is
        for the next start, and with `VCPU_MAXIMUM` changes the most it may have; `VCPU_GUEST` has the guest's
        agent take them out of use, or into it. [virDomainSetVcpus, virDomainSetVcpusFlags]
        """
        number = check.integer("count", count, 1, check.UINT_MAX)
        check.exclusive(flags, self.VCPU_GUEST, self.VCPU_CONFIG)
        check.requires(flags, self.VCPU_MAXIMUM, self.VCPU_CONFIG)
        if flags:
            await self._connection._call(remote.DOMAIN_SET_VCPUS_FLAGS, self._ref, number, flags)
        else:
            await self._connection._call(remote.DOMAIN_SET_VCPUS, self._ref, number)

    async def set_vcpu(
        self,
        cpumap: CPUs,
        state: bool | Literal[0, 1],
        flags: DomainSetVcpuFlags | DomainModificationImpact | Number = 0,
    ) -> None:
        """Gives the guest these virtual CPUs, or takes them away.

        Taking one from a running guest waits some seconds for its system to let go of it, and raises
        `OperationTimeout` if that does not; with `Domain.SETVCPU_ASYNC_UNPLUG` (since 12.4) it does not.
        [virDomainSetVcpu]
        """
        vcpus, on = some_text(cpumap, "cpumap"), check.integer("state", state, 0, 1)
        await self._connection._call(remote.DOMAIN_SET_VCPU, self._ref, vcpus, on, flags)

    async def get_guest_vcpus(self, flags: Number = 0) -> dict[str, str]:
        """The virtual CPUs as the guest's system sees them; its agent tells.

        "vcpus" are those there are, "online" those in use, "offlinable" those it can stop using; each is text
        like "0-3" that `CpuSet` takes. [virDomainGetGuestVcpus]
        """
        texts = await self._connection._call(remote.DOMAIN_GET_GUEST_VCPUS, self._ref, flags)
        return {name: str(text) for name, text in texts.items()}

    async def set_guest_vcpus(self, cpumap: CPUs, state: bool | Literal[0, 1], flags: Number = 0) -> None:
        """Has the guest's system use these virtual CPUs, or no longer; its agent does it.

        Raises `OperationUnsupported` for one that it can't stop using. [virDomainSetGuestVcpus]
        """
        vcpus, on = some_text(cpumap, "cpumap"), check.integer("state", state, 0, 1)
        await self._connection._call(remote.DOMAIN_SET_GUEST_VCPUS, self._ref, vcpus, on, flags)

    async def get_vcpu_info(self, flags: DomainModificationImpact | Number = 0) -> list[VcpuInfo]:
        """What each virtual CPU is doing, the time it has used (ns), and the host's CPUs it may run on.

        With flags, or when the guest is not running, only where they may run is known.
        [virDomainGetVcpus, virDomainGetVcpuPinInfo]
        """
        check.expect("flags", flags, "DomainModificationImpact")
        check.exclusive(flags, self.AFFECT_LIVE, self.AFFECT_CONFIG)
        call = self._connection._call
        maximum = await call(remote.DOMAIN_GET_VCPUS_FLAGS, self._ref, flags | self.VCPU_MAXIMUM)
        size = await self._map_size()
        if not flags:
            try:
                infos, maps = await call(remote.DOMAIN_GET_VCPUS, self._ref, maximum, size)
            except OperationInvalid:
                pass  # not running
            else:
                return [
                    VcpuInfo._from_wire(info, maps[at * size : (at + 1) * size])
                    for at, info in enumerate(infos)
                ]
        # Here the maps are those of all numbers that there may be, and not of the CPUs that there are.
        maps, _ = await call(remote.DOMAIN_GET_VCPU_PIN_INFO, self._ref, maximum, size, flags)
        return [
            VcpuInfo._from_wire((number, 0, 0, 0), maps[number * size : (number + 1) * size])
            for number in await self._vcpu_numbers(flags, maximum)
        ]

    async def _vcpu_numbers(self, flags: SupportsIndex, maximum: int) -> Iterable[int]:
        """Which virtual CPUs the guest has: where some are plugged in one by one, any of those that it may have."""
        call = self._connection._call
        count = await call(remote.DOMAIN_GET_VCPUS_FLAGS, self._ref, flags)
        if count == maximum:
            return range(maximum)
        from xml.etree.ElementTree import fromstring

        inactive = self.XML_INACTIVE if check.flags(flags) & self.AFFECT_CONFIG else 0
        definition = fromstring(await call(remote.DOMAIN_GET_XML_DESC, self._ref, inactive))
        each = definition.findall("vcpus/vcpu")
        return [int(vcpu.get("id", "")) for vcpu in each if vcpu.get("enabled") == "yes"] or range(count)

    async def pin_vcpu(self, vcpu: int, mask: CPUs, flags: DomainModificationImpact | Number = 0) -> None:
        """Lets a virtual CPU run on these CPUs of the host only; `mask` is numbers, text or a bit map.

        Without flags that of the running guest; `OperationInvalid` when it is not running.
        [virDomainPinVcpu, virDomainPinVcpuFlags]
        """
        number, cpus = check.integer("vcpu", vcpu, 0, check.UINT_MAX), some_map(mask, "mask")
        if flags:
            await self._connection._call(remote.DOMAIN_PIN_VCPU_FLAGS, self._ref, number, cpus, flags)
        else:
            await self._connection._call(remote.DOMAIN_PIN_VCPU, self._ref, number, cpus)

    async def get_emulator_pin_info(self, flags: DomainModificationImpact | Number = 0) -> CpuSet:
        """The host's CPUs that the emulator's own threads may run on. [virDomainGetEmulatorPinInfo]"""
        check.expect("flags", flags, "DomainModificationImpact")
        check.exclusive(flags, self.AFFECT_LIVE, self.AFFECT_CONFIG)
        size = await self._map_size()
        mask, _ = await self._connection._call(remote.DOMAIN_GET_EMULATOR_PIN_INFO, self._ref, size, flags)
        return CpuSet(mask)

    async def pin_emulator(self, mask: CPUs, flags: DomainModificationImpact | Number = 0) -> None:
        """Lets the emulator's own threads run on these CPUs of the host only. [virDomainPinEmulator]"""
        cpus = some_map(mask, "mask")
        await self._connection._call(remote.DOMAIN_PIN_EMULATOR, self._ref, cpus, flags)

    async def get_cpu_stats(self, start_cpu: int, ncpus: int, flags: Number = 0) -> list[CPUStats]:
        """The time (ns) that the running guest has used on each CPU of the host: from this number on, so many.

        `ncpus` 0: all to the highest number. Numbers that no CPU has count, with a time of 0. `start_cpu` -1 with
        `ncpus` 1: one record, for the host as a whole, with more figures. Fewer come where the numbers end before.
        [virDomainGetCPUStats]
        """
        first = check.integer("start_cpu", start_cpu, -1, check.INT_MAX)
        count = check.integer("ncpus", ncpus, 0, check.UINT_MAX)
        if first < 0 and count != 1:
            raise invalid_argument("ncpus", f"1 was expected, since start_cpu is -1, not {count}")
        call = self._connection._call
        if not count or count > _STATS_CPUS:
            _, total = await call(remote.DOMAIN_GET_CPU_STATS, self._ref, 0, 0, 0, flags)
            # At least one, so that the daemon says what is wrong with the first.
            count = max(min(count or total, total - first), 1)
        cpus: list[dict[str, int]] = []
        for start in range(first, first + count, _STATS_CPUS):
            asked = min(_STATS_CPUS, first + count - start)
            # One list for all: typed, since a dict has each name only once.
            procedure = remote.exact(remote.DOMAIN_GET_CPU_STATS)
            figures, _ = await call(procedure, self._ref, _STATS_FIGURES, start, asked, flags)
            for name, (_, value) in figures:
                if not cpus or name in cpus[-1]:
                    cpus.append({})
                cpus[-1][name] = value
        return cpus  # type: ignore[return-value]

    async def _map_size(self) -> int:
        """How long a map of the host's CPUs is, in bytes: up to the highest number, which is no count of CPUs."""
        try:
            *_, numbers = await self._connection._call(remote.NODE_GET_CPU_MAP, 0, 0, 0)
        except NoSupport:
            *_, nodes, sockets, cores, threads = await self._connection._call(remote.NODE_GET_INFO)
            numbers = nodes * sockets * cores * threads
        return (numbers + 7) // 8
