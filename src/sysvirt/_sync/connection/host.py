# Made by tools/unasync.py from src/sysvirt/_async/connection/host.py; do not edit.
"""The host of a connection: versions, capabilities, CPUs and memory."""

from __future__ import annotations

from ... import _arguments as check
from ..._generated.schema import LIMITS
from ..._protocol.table import remote
from ...cpumap import CpuSet
from ...results.host import NodeInfo, NodeSecurityModel
from .base import ConnectionBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._arguments import Number
    from ..._generated.constants import ConnectGetDomainCapabilitiesFlags
    from ..._generated.dicts import NodeCPUStats, NodeMemoryStats

#: Transports that nobody on the way can listen to; of `ext` nothing is known.
_SECURE = ("unix", "tls", "ssh", "libssh", "libssh2")

_CELLS_MAX = LIMITS["REMOTE_NODE_MAX_CELLS"]


class HostCalls(ConnectionBase):
    __slots__ = ()

    # --- which software ----------------------------------------------------------------------------

    def get_type(self) -> str:
        """The hypervisor driver's name, such as "QEMU". [virConnectGetType]"""
        return self._call(remote.CONNECT_GET_TYPE)

    def get_version(self) -> int:
        """The hypervisor's version: major * 1000000 + minor * 1000 + micro. [virConnectGetVersion]"""
        return self._call(remote.CONNECT_GET_VERSION)

    def get_major_version(self) -> int:
        """The first number of `get_version`."""
        return self.get_version() // 1000000

    def get_minor_version(self) -> int:
        """The second number of `get_version`."""
        return self.get_version() // 1000 % 1000

    def get_micro_version(self) -> int:
        """The third number of `get_version`."""
        return self.get_version() % 1000

    def get_library_version(self) -> int:
        """The daemon's libvirt: major * 1000000 + minor * 1000 + micro. [virConnectGetLibVersion]"""
        return self._call(remote.CONNECT_GET_LIB_VERSION)

    def get_hostname(self) -> str:
        """The host's name as the daemon knows it. [virConnectGetHostname]"""
        return self._call(remote.CONNECT_GET_HOSTNAME)

    def get_capabilities(self) -> str:
        """What the host and its hypervisor can do, as XML. [virConnectGetCapabilities]"""
        return self._call(remote.CONNECT_GET_CAPABILITIES)

    def get_domain_capabilities(
        self,
        emulator: str | None = None,
        arch: str | None = None,
        machine: str | None = None,
        virttype: str | None = None,
        flags: ConnectGetDomainCapabilitiesFlags | Number = 0,
    ) -> str:
        """What guests of one kind can have, as XML. For arguments that are None the daemon chooses.

        [virConnectGetDomainCapabilities]
        """
        emulator = check.optional_text("emulator", emulator)
        return self._call(
            remote.CONNECT_GET_DOMAIN_CAPABILITIES, emulator, arch, machine, virttype, flags
        )

    def get_sysinfo(self, flags: Number = 0) -> str:
        """The host's maker, model and serial numbers (SMBIOS), as XML. [virConnectGetSysinfo]"""
        return self._call(remote.CONNECT_GET_SYSINFO, flags)

    def get_max_vcpus(self, domtype: str | None = None) -> int:
        """The most virtual CPUs that a guest may have; `domtype` as in the XML, such as "kvm".

        [virConnectGetMaxVcpus]
        """
        return self._call(remote.CONNECT_GET_MAX_VCPUS, check.optional_text("domtype", domtype))

    def get_cpu_model_names(self, arch: str, flags: Number = 0) -> list[str]:
        """The CPU models that libvirt knows for an architecture; empty if guests can have any.

        [virConnectGetCPUModelNames]
        """
        names, _ = self._call(remote.CONNECT_GET_CPU_MODEL_NAMES, arch, 1, flags)
        return names

    # --- the link ----------------------------------------------------------------------------------

    def is_secure(self) -> bool:
        """Whether the link is safe from others: it is encrypted, or stays on this host.

        [virConnectIsSecure]
        """
        return self._uri.transport in _SECURE and bool(self._call(remote.CONNECT_IS_SECURE))

    def is_encrypted(self) -> bool:
        """Whether libvirt itself encrypts the link, by TLS; False for unix sockets and SSH.

        [virConnectIsEncrypted]
        """
        return self._uri.transport == "tls" and bool(self._call(remote.CONNECT_IS_SECURE))

    # --- processors and memory ---------------------------------------------------------------------

    def get_node_info(self) -> NodeInfo:
        """Memory (KiB), CPU model and topology of the host. [virNodeGetInfo]"""
        return NodeInfo._from_wire(self._call(remote.NODE_GET_INFO))

    def get_node_cpu_map(self, flags: Number = 0) -> tuple[int, CpuSet, int]:
        """The host's CPUs: (the highest number plus one, which are online, how many are online).

        The first is the length of a map of the CPUs. It may be more than the number of CPUs, because some numbers may
        be unused. [virNodeGetCPUMap]
        """
        online, count, total = self._call(remote.NODE_GET_CPU_MAP, 1, 1, flags)
        return total, CpuSet(online), count

    def get_node_cpu_stats(self, cpu_num: int = -1, flags: Number = 0) -> NodeCPUStats:
        """The time (ns) that one CPU, or all (-1), have spent on each kind of work. [virNodeGetCPUStats]"""
        number = check.integer("cpu_num", cpu_num, check.INT_MIN, check.INT_MAX)
        # The daemon insists on being asked for exactly as many as it has.
        _, count = self._call(remote.NODE_GET_CPU_STATS, number, 0, flags)
        stats, _ = self._call(remote.NODE_GET_CPU_STATS, number, count, flags)
        return dict(stats)  # type: ignore[return-value]

    def get_node_memory_stats(self, cell_num: int = -1, flags: Number = 0) -> NodeMemoryStats:
        """The memory of one NUMA cell, or of all (-1), in KiB. [virNodeGetMemoryStats]"""
        number = check.integer("cell_num", cell_num, check.INT_MIN, check.INT_MAX)
        _, count = self._call(remote.NODE_GET_MEMORY_STATS, 0, number, flags)
        stats, _ = self._call(remote.NODE_GET_MEMORY_STATS, count, number, flags)
        return dict(stats)  # type: ignore[return-value]

    def get_node_free_memory(self) -> int:
        """The host's free memory, in bytes. [virNodeGetFreeMemory]"""
        return self._call(remote.NODE_GET_FREE_MEMORY)

    def get_node_cells_free_memory(self, start: int, end: int) -> list[int]:
        """The free memory of the NUMA cells from `start` to `end`, both included, in bytes.

        The list has an item for each number: 0 if there is no such cell. It ends at the highest cell.
        [virNodeGetCellsFreeMemory]
        """
        first = check.integer("start", start, 0, check.INT_MAX)
        last = check.integer("end", end, first, min(first + _CELLS_MAX - 1, check.INT_MAX))
        return self._call(remote.NODE_GET_CELLS_FREE_MEMORY, first, last - first + 1)

    def get_node_security_model(self) -> NodeSecurityModel:
        """The security driver that isolates guests on the host. [virNodeGetSecurityModel]"""
        return NodeSecurityModel._from_wire(self._call(remote.NODE_GET_SECURITY_MODEL))
