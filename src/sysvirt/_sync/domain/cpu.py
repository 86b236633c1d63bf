# Made by tools/unasync.py from src/sysvirt/_async/domain/cpu.py; do not edit.
"""How many virtual CPUs a guest has."""

from __future__ import annotations

from ... import _arguments as check
from ..._protocol.table import remote
from ...errors import invalid_argument
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from ..._generated.constants import DomainModificationImpact, DomainVcpuFlags


class CPUMethods(DomainBase):
    __slots__ = ()

    def get_max_vcpus(self) -> int:
        """The virtual CPUs a running guest may have at most; raises `OperationInvalid` when it is not running.

        `get_vcpus(Domain.VCPU_MAXIMUM)` works for both. [virDomainGetMaxVcpus]
        """
        return self._connection._call(remote.DOMAIN_GET_MAX_VCPUS, self._ref)

    def get_vcpus(self, flags: DomainVcpuFlags | DomainModificationImpact | Literal[0] = 0) -> int:
        """The virtual CPUs the guest has now, or with `Domain.VCPU_CONFIG` will have at its next start.

        `VCPU_MAXIMUM` asks for the most it may have, `VCPU_GUEST` for those its system uses, which needs its
        agent. [virDomainGetVcpusFlags]
        """
        check.exclusive(flags, self.AFFECT_LIVE, self.AFFECT_CONFIG)
        return self._connection._call(remote.DOMAIN_GET_VCPUS_FLAGS, self._ref, flags)

    def set_vcpus(
        self, count: int, flags: DomainVcpuFlags | DomainModificationImpact | Literal[0] = 0
    ) -> None:
        """Changes how many virtual CPUs the guest has.

        Without flags those of the running guest; `OperationInvalid` when it is not running. `Domain.VCPU_CONFIG` is
        for the next start, and with `VCPU_MAXIMUM` changes the most it may have; `VCPU_GUEST` has the guest's
        agent take them out of use, or into it. [virDomainSetVcpus, virDomainSetVcpusFlags]
        """
        number = check.integer("count", count, 1, check.UINT_MAX)
        check.exclusive(flags, self.VCPU_GUEST, self.VCPU_CONFIG)
        if flags & self.VCPU_MAXIMUM and not flags & self.VCPU_CONFIG:
            raise invalid_argument("flags", "VCPU_MAXIMUM goes with VCPU_CONFIG only")
        if flags:
            self._connection._call(remote.DOMAIN_SET_VCPUS_FLAGS, self._ref, number, flags)
        else:
            self._connection._call(remote.DOMAIN_SET_VCPUS, self._ref, number)
