"""Virtual CPUs and IOThreads."""

from __future__ import annotations

from .._records import Record
from ..cpumap import CpuSet
from ._values import Members

__all__ = ["IOThreadInfo", "VcpuInfo"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

    from .._generated.constants import VcpuState

_VCPU_STATES = Members("VcpuState")


class VcpuInfo(Record):
    """A virtual CPU, and where on the host it runs: `Domain.get_vcpu_info()`."""

    __slots__ = ()
    number: int
    """Its number, from 0."""
    cpu: int
    """The host's CPU that it runs on, or `Domain.VCPU_INFO_CPU_*`; 0 if it was not asked for."""
    cpu_time: int
    """CPU time used so far, in nanoseconds; 0 if it was not asked for."""
    state: VcpuState
    """Its state (`Domain.VCPU_*`); `VCPU_OFFLINE`, 0, if it was not asked for."""
    affinity: CpuSet
    """The host's CPUs that it may run on."""

    @classmethod
    def _from_wire(cls, info: tuple[int, int, int, int], affinity: bytes) -> Self:
        number, state, cpu_time, cpu = info
        return cls._make((number, cpu, cpu_time, _VCPU_STATES[state], CpuSet(affinity)))


class IOThreadInfo(Record):
    """An IOThread, which works for disks, and where on the host it may run: `Domain.get_iothread_info()`."""

    __slots__ = ()
    number: int
    """Its number, from 1."""
    affinity: CpuSet
    """The host's CPUs that it may run on."""
