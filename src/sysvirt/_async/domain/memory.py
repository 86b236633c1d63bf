"""How much memory a guest has."""

from __future__ import annotations

from ... import _arguments as check
from ..._protocol.table import remote
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from ..._generated.constants import DomainMemoryModFlags, DomainModificationImpact


class MemoryMethods(DomainBase):
    __slots__ = ()

    async def get_max_memory(self) -> int:
        """The memory the guest may have at most, in KiB. [virDomainGetMaxMemory]"""
        return await self._connection._call(remote.DOMAIN_GET_MAX_MEMORY, self._ref)

    async def set_max_memory(self, mem: int) -> None:
        """Changes the memory the guest may have at most, in KiB, from its next start on.

        Raises `OperationInvalid` for a running guest. [virDomainSetMaxMemory]
        """
        size = check.integer("mem", mem, 1, check.MEMORY_MAX)
        await self._connection._call(remote.DOMAIN_SET_MAX_MEMORY, self._ref, size)

    async def set_memory(
        self, mem: int, flags: DomainMemoryModFlags | DomainModificationImpact | Literal[0] = 0
    ) -> None:
        """Changes the memory the guest has, in KiB.

        Without flags that of the running guest, whose balloon gives back or takes memory in its own time;
        `OperationInvalid` when it is not running. `Domain.MEM_CONFIG` is for the next start, `MEM_MAXIMUM` changes
        the most it may have instead. [virDomainSetMemory, virDomainSetMemoryFlags]
        """
        size = check.integer("mem", mem, 1, check.MEMORY_MAX)
        if flags:
            await self._connection._call(remote.DOMAIN_SET_MEMORY_FLAGS, self._ref, size, flags)
        else:
            await self._connection._call(remote.DOMAIN_SET_MEMORY, self._ref, size)

    async def set_memory_stats_period(
        self, period: int, flags: DomainMemoryModFlags | DomainModificationImpact | Literal[0] = 0
    ) -> None:
        """Has the guest's balloon report statistics every so many seconds; 0 ends that.

        [virDomainSetMemoryStatsPeriod]
        """
        seconds = check.integer("period", period, 0, check.INT_MAX)
        await self._connection._call(remote.DOMAIN_SET_MEMORY_STATS_PERIOD, self._ref, seconds, flags)
