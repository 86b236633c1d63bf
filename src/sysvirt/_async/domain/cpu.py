"""A guest's virtual CPUs: how many, where they run, and the time they use."""

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
        """The most virtual CPUs that a running guest may have; raises `OperationInvalid` when it is not running.

        `get_vcpus(Domain.VCPU_MAXIMUM)` works for guests that are not running too. [virDomainGetMaxVcpus]
        """
        return await self._connection._call(remote.DOMAIN_GET_MAX_VCPUS, self._ref)

    async def get_vcpus(self, flags: DomainVcpuFlags | DomainModificationImpact | Number = 0) -> int:
        """How many virtual CPUs the guest has now, or with `Domain.VCPU_CONFIG` at its next start.

        `VCPU_MAXIMUM` asks for the most it may have, `VCPU_GUEST` for those its system uses, which needs its
        agent. [virDomainGetVcpusFlags]
        """
        check.exclusive(flags, self.AFFECT_LIVE, self.AFFECT_CONFIG)
        return await self._connection._call(remote.DOMAIN_GET_VCPUS_FLAGS, self._ref, flags)

    async def set_vcpus(
        self, count: int, flags: DomainVcpuFlags | DomainModificationImpact | Number = 0
    ) -> None:
        """Changes how many virtual CPUs the guest has.

        Without flags it is for the running guest, and raises `OperationInvalid` when it is not running.
        `Domain.VCPU_CONFIG` is for the next start; with `VCPU_MAXIMUM` it changes the most it may have. `VCPU_GUEST`
        makes the guest's agent enable or disable CPUs. [virDomainSetVcpus, virDomainSetVcpusFlags]
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
        """Adds these virtual CPUs to the guest, or removes them.

        To remove one from a running guest, it waits some seconds for the guest's system to release it, and raises
        `OperationTimeout` if it does not. With `Domain.SETVCPU_ASYNC_UNPLUG` (daemons from 12.4 on) it does not wait.
        [virDomainSetVcpu]
        """
        vcpus, on = some_text(cpumap, "cpumap"), check.integer("state", state, 0, 1)
        await self._connection._call(remote.DOMAIN_SET_VCPU, self._ref, vcpus, on, flags)

    async def get_guest_vcpus(self, flags: Number = 0) -> dict[str, str]:
        """The virtual CPUs as the guest's system sees them, from its agent.

        "vcpus" are all of them, "online" those in use, "offlinable" those that the system can stop using. Each is text
        like "0-3", which `CpuSet` takes. [virDomainGetGuestVcpus]
        """
        texts = await self._connection._call(remote.DOMAIN_GET_GUEST_VCPUS, self._ref, flags)
        return {name: str(text) for name, text in texts.items()}

    async def set_guest_vcpus(self, cpumap: CPUs, state: bool | Literal[0, 1], flags: Number = 0) -> None:
        """Makes the guest's system use these virtual CPUs, or stop using them, by its agent.

        Raises `OperationUnsupported` for one that it can't stop using. [virDomainSetGuestVcpus]
        """
        vcpus, on = some_text(cpumap, "cpumap"), check.integer("state", state, 0, 1)
        await self._connection._call(remote.DOMAIN_SET_GUEST_VCPUS, self._ref, vcpus, on, flags)

    async def get_vcpu_info(self, flags: DomainModificationImpact | Number = 0) -> list[VcpuInfo]:
        """The state of each virtual CPU, the time it has used (ns), and the host's CPUs that it may run on.

        With flags, or when the guest is not running, only the CPUs that they may run on are known. [virDomainGetVcpus,
        virDomainGetVcpuPinInfo]
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
        """The numbers of the guest's virtual CPUs: if they were added one by one, any of those that it may have."""
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

        Without flags it is for the running guest, and raises `OperationInvalid` when it is not running.
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
        """The time (ns) that the running guest has used on `ncpus` CPUs of the host, from number `start_cpu` on.

        `ncpus` 0 means all up to the highest number. Unused CPU numbers count too, with a time of 0. `start_cpu` -1
        with `ncpus` 1 gives one record for the whole host, with more figures. Fewer records come if the numbers end
        before. [virDomainGetCPUStats]
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
        """The length in bytes of a map of the host's CPUs, whose highest number may be more than their count."""
        try:
            *_, numbers = await self._connection._call(remote.NODE_GET_CPU_MAP, 0, 0, 0)
        except NoSupport:
            *_, nodes, sockets, cores, threads = await self._connection._call(remote.NODE_GET_INFO)
            numbers = nodes * sockets * cores * threads
        return (numbers + 7) // 8
