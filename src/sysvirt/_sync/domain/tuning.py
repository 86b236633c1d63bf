# Made by tools/unasync.py from src/sysvirt/_async/domain/tuning.py; do not edit.
"""A guest's share of its host: scheduler, memory, block I/O, NUMA and performance events."""

from __future__ import annotations

from ... import _arguments as check
from ..._generated.schema import LIMITS
from ..._protocol.table import remote
from ...results._values import whole
from ...typedparams import STRING_OKAY
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._arguments import Number
    from ..._generated.constants import DomainModificationImpact
    from ..._generated.dicts import (
        BlkioParameters,
        MemoryParameters,
        NumaParameters,
        PerfEvents,
        SchedulerParameters,
    )
    from ...typedparams import Params

_SCHEDULER_MAX = LIMITS["REMOTE_DOMAIN_SCHEDULER_PARAMETERS_MAX"]
_MEMORY_MAX = LIMITS["REMOTE_DOMAIN_MEMORY_PARAMETERS_MAX"]
_BLKIO_MAX = LIMITS["REMOTE_DOMAIN_BLKIO_PARAMETERS_MAX"]
_NUMA_MAX = LIMITS["REMOTE_DOMAIN_NUMA_PARAMETERS_MAX"]


class TuningMethods(DomainBase):
    __slots__ = ()

    def get_scheduler_type(self) -> str:
        """The name of the scheduler for the host's CPUs; "posix" for QEMU.

        [virDomainGetSchedulerType]
        """
        name, _ = self._connection._call(remote.DOMAIN_GET_SCHEDULER_TYPE, self._ref)
        return name

    def get_scheduler_parameters(
        self, flags: DomainModificationImpact | Number = 0
    ) -> SchedulerParameters:
        """The guest's share of the host's CPUs: `Domain.SCHEDULER_*`.

        For a guest that is not running, and with `Domain.AFFECT_CONFIG`, the values in its definition; 0 for none.
        [virDomainGetSchedulerParameters, virDomainGetSchedulerParametersFlags]
        """
        check.expect("flags", flags, "DomainModificationImpact")
        check.exclusive(flags, self.AFFECT_LIVE, self.AFFECT_CONFIG)
        call = self._connection._call
        if flags:
            found = call(
                remote.DOMAIN_GET_SCHEDULER_PARAMETERS_FLAGS, self._ref, _SCHEDULER_MAX, flags | STRING_OKAY
            )
        else:
            found = call(remote.DOMAIN_GET_SCHEDULER_PARAMETERS, self._ref, _SCHEDULER_MAX)
        return whole(found, _SCHEDULER_MAX)  # type: ignore[return-value]

    def set_scheduler_parameters(
        self, params: SchedulerParameters | Params, flags: DomainModificationImpact | Number = 0
    ) -> None:
        """Changes the guest's share of the host's CPUs: `Domain.SCHEDULER_*`; parameters that are left out stay.

        [virDomainSetSchedulerParameters, virDomainSetSchedulerParametersFlags]
        """
        getter = remote.DOMAIN_GET_SCHEDULER_PARAMETERS
        sent = self._encode("params", params, "scheduler", getter, self._ref, _SCHEDULER_MAX)
        if flags:
            self._connection._call(remote.DOMAIN_SET_SCHEDULER_PARAMETERS_FLAGS, self._ref, sent, flags)
        else:
            self._connection._call(remote.DOMAIN_SET_SCHEDULER_PARAMETERS, self._ref, sent)

    def get_memory_parameters(self, flags: DomainModificationImpact | Number = 0) -> MemoryParameters:
        """The most memory of the host that the guest's process may use, in KiB: `Domain.MEMORY_*`.

        No limit is `Domain.MEMORY_PARAM_UNLIMITED`. [virDomainGetMemoryParameters]
        """
        check.expect("flags", flags, "DomainModificationImpact")
        check.exclusive(flags, self.AFFECT_LIVE, self.AFFECT_CONFIG)
        found, _ = self._connection._call(
            remote.DOMAIN_GET_MEMORY_PARAMETERS, self._ref, _MEMORY_MAX, flags | STRING_OKAY
        )
        return whole(found, _MEMORY_MAX)  # type: ignore[return-value]

    def set_memory_parameters(
        self, params: MemoryParameters | Params, flags: DomainModificationImpact | Number = 0
    ) -> None:
        """Limits the memory of the host that the guest's process may use, in KiB: `Domain.MEMORY_*`.

        `Domain.MEMORY_PARAM_UNLIMITED` removes a limit. Beyond the hard limit the host's kernel kills the guest. QEMU
        itself needs memory too, so leave room for that. [virDomainSetMemoryParameters]
        """
        getter = remote.DOMAIN_GET_MEMORY_PARAMETERS
        sent = self._encode("params", params, "memory", getter, self._ref, _MEMORY_MAX, STRING_OKAY)
        self._connection._call(remote.DOMAIN_SET_MEMORY_PARAMETERS, self._ref, sent, flags)

    def get_blkio_parameters(self, flags: DomainModificationImpact | Number = 0) -> BlkioParameters:
        """The guest's share of the host's disk I/O: `Domain.BLKIO_*`; 0 and "" where nothing is set.

        [virDomainGetBlkioParameters]
        """
        check.expect("flags", flags, "DomainModificationImpact")
        check.exclusive(flags, self.AFFECT_LIVE, self.AFFECT_CONFIG)
        found, _ = self._connection._call(
            remote.DOMAIN_GET_BLKIO_PARAMETERS, self._ref, _BLKIO_MAX, flags | STRING_OKAY
        )
        return whole(found, _BLKIO_MAX)  # type: ignore[return-value]

    def set_blkio_parameters(
        self, params: BlkioParameters | Params, flags: DomainModificationImpact | Number = 0
    ) -> None:
        """Changes the guest's share of the host's disk I/O: `Domain.BLKIO_*`; parameters that are left out stay.

        A value of 0 removes the limit of a device. [virDomainSetBlkioParameters]
        """
        getter = remote.DOMAIN_GET_BLKIO_PARAMETERS
        sent = self._encode("params", params, "blkio", getter, self._ref, _BLKIO_MAX, STRING_OKAY)
        self._connection._call(remote.DOMAIN_SET_BLKIO_PARAMETERS, self._ref, sent, flags)

    def get_numa_parameters(self, flags: DomainModificationImpact | Number = 0) -> NumaParameters:
        """The NUMA nodes of the host that the guest's memory comes from: `Domain.NUMA_*`.

        [virDomainGetNumaParameters]
        """
        check.expect("flags", flags, "DomainModificationImpact")
        check.flags(flags)
        found, _ = self._connection._call(
            remote.DOMAIN_GET_NUMA_PARAMETERS, self._ref, _NUMA_MAX, flags | STRING_OKAY
        )
        return whole(found, _NUMA_MAX)  # type: ignore[return-value]

    def set_numa_parameters(
        self, params: NumaParameters | Params, flags: DomainModificationImpact | Number = 0
    ) -> None:
        """Changes the NUMA nodes of the host that the guest's memory comes from: `Domain.NUMA_*`.

        For a running guest the mode can't be changed, and the nodes only if the mode is
        `Domain.NUMATUNE_MEM_RESTRICTIVE`; otherwise raises `OperationInvalid`. [virDomainSetNumaParameters]
        """
        getter = remote.DOMAIN_GET_NUMA_PARAMETERS
        sent = self._encode("params", params, "numa", getter, self._ref, _NUMA_MAX, STRING_OKAY)
        self._connection._call(remote.DOMAIN_SET_NUMA_PARAMETERS, self._ref, sent, flags)

    def get_perf_events(self, flags: DomainModificationImpact | Number = 0) -> PerfEvents:
        """Which performance events of the guest are counted: `Domain.PERF_PARAM_*`.

        The counts are in `Connection.get_all_domain_stats(Domain.STATS_PERF)`. [virDomainGetPerfEvents]
        """
        found = self._connection._call(remote.DOMAIN_GET_PERF_EVENTS, self._ref, flags)
        return found  # type: ignore[return-value]  # noqa: RET504

    def set_perf_events(
        self, params: PerfEvents | Params, flags: DomainModificationImpact | Number = 0
    ) -> None:
        """Turns the counting of performance events on or off: `Domain.PERF_PARAM_*`; events that are left out stay.

        Raises `SystemCallFailed` for events that the host can't count. [virDomainSetPerfEvents]
        """
        getter = remote.DOMAIN_GET_PERF_EVENTS
        sent = self._encode("params", params, "perf", getter, self._ref, 0)
        self._connection._call(remote.DOMAIN_SET_PERF_EVENTS, self._ref, sent, flags)
