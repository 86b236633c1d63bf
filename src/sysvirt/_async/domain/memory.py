"""A guest's memory: size, statistics and content."""

from __future__ import annotations

from ... import _arguments as check
from ..._generated.schema import LIMITS
from ..._protocol.table import remote
from ...results._values import whole
from ...results.memory import memory_stats
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._arguments import Number
    from ..._generated.constants import (
        DomainDirtyRateCalcFlags,
        DomainMemoryFlags,
        DomainMemoryModFlags,
        DomainModificationImpact,
    )
    from ...results.memory import MemoryStats

_STATS_MAX = LIMITS["REMOTE_DOMAIN_MEMORY_STATS_MAX"]
_PEEK_MAX = LIMITS["REMOTE_DOMAIN_MEMORY_PEEK_BUFFER_MAX"]


class MemoryMethods(DomainBase):
    __slots__ = ()

    async def get_max_memory(self) -> int:
        """The most memory that the guest may have, in KiB. [virDomainGetMaxMemory]"""
        return await self._connection._call(remote.DOMAIN_GET_MAX_MEMORY, self._ref)

    async def set_max_memory(self, mem: int) -> None:
        """Changes the most memory that the guest may have, in KiB, from its next start on.

        Raises `OperationInvalid` for a running guest. [virDomainSetMaxMemory]
        """
        size = check.integer("mem", mem, 1, check.MEMORY_MAX)
        await self._connection._call(remote.DOMAIN_SET_MAX_MEMORY, self._ref, size)

    async def set_memory(
        self, mem: int, flags: DomainMemoryModFlags | DomainModificationImpact | Number = 0
    ) -> None:
        """Changes the memory the guest has, in KiB.

        Without flags it is for the running guest, whose balloon needs some time for it; raises `OperationInvalid` when
        it is not running. `Domain.MEM_CONFIG` is for the next start, `MEM_MAXIMUM` changes the most it may have
        instead. [virDomainSetMemory, virDomainSetMemoryFlags]
        """
        size = check.integer("mem", mem, 1, check.MEMORY_MAX)
        if flags:
            await self._connection._call(remote.DOMAIN_SET_MEMORY_FLAGS, self._ref, size, flags)
        else:
            await self._connection._call(remote.DOMAIN_SET_MEMORY, self._ref, size)

    async def set_memory_stats_period(
        self, period: int, flags: DomainMemoryModFlags | DomainModificationImpact | Number = 0
    ) -> None:
        """Makes the guest's balloon report statistics every so many seconds; 0 ends that.

        [virDomainSetMemoryStatsPeriod]
        """
        seconds = check.integer("period", period, 0, check.INT_MAX)
        await self._connection._call(remote.DOMAIN_SET_MEMORY_STATS_PERIOD, self._ref, seconds, flags)

    async def memory_stats(self, flags: Number = 0) -> MemoryStats:
        """What the running guest uses its memory for, in KiB.

        Most of it is the last report of its balloon, see `set_memory_stats_period`. Without a balloon there is `rss`
        only. [virDomainMemoryStats]
        """
        found = await self._connection._call(remote.DOMAIN_MEMORY_STATS, self._ref, _STATS_MAX, flags)
        return memory_stats(whole(found, _STATS_MAX))

    async def memory_peek(self, offset: int, size: int, flags: DomainMemoryFlags | Number = 0) -> bytes:
        """Reads `size` bytes, at most 4 MiB, of the running guest's memory.

        For QEMU, `flags` must say what `offset` is: an address as the first virtual CPU sees it now
        (`Domain.MEMORY_VIRTUAL`), or a physical address (`MEMORY_PHYSICAL`). [virDomainMemoryPeek]
        """
        start = check.integer("offset", offset, 0, check.ULLONG_MAX)
        count = check.integer("size", size, 0, _PEEK_MAX)
        check.exclusive(flags, self.MEMORY_VIRTUAL, self.MEMORY_PHYSICAL)
        return await self._connection._call(remote.DOMAIN_MEMORY_PEEK, self._ref, start, count, flags)

    async def start_dirty_rate_calc(self, secs: int, flags: DomainDirtyRateCalcFlags | Number = 0) -> None:
        """Begins to measure, for 1 to 60 seconds, how fast the running guest changes its memory.

        The result comes with `Connection.get_all_domain_stats(Domain.STATS_DIRTYRATE)`. flags: how to measure
        (`Domain.DIRTYRATE_MODE_*`), by default by samples of pages. [virDomainStartDirtyRateCalc]
        """
        seconds = check.integer("secs", secs, check.INT_MIN, check.INT_MAX)
        check.exclusive(
            flags,
            self.DIRTYRATE_MODE_PAGE_SAMPLING,
            self.DIRTYRATE_MODE_DIRTY_BITMAP,
            self.DIRTYRATE_MODE_DIRTY_RING,
        )
        await self._connection._call(remote.DOMAIN_START_DIRTY_RATE_CALC, self._ref, seconds, flags)
