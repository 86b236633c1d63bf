"""A guest's IOThreads, which work for its disks."""

from __future__ import annotations

from ... import _arguments as check
from ... import typedparams
from ..._protocol.table import remote
from ...cpumap import CpuSet, some_map
from ...errors import invalid_argument
from ...results.cpu import IOThreadInfo
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._arguments import Number
    from ..._generated.constants import DomainModificationImpact
    from ..._generated.dicts import IOThreadParameters
    from ...cpumap import CPUs
    from ...typedparams import Params


def _thread(iothread_id: int) -> int:
    return check.integer("iothread_id", iothread_id, 1, check.UINT_MAX)


class IOThreadMethods(DomainBase):
    __slots__ = ()

    async def get_iothread_info(self, flags: DomainModificationImpact | Number = 0) -> list[IOThreadInfo]:
        """The guest's IOThreads and the host's CPUs that each may run on. [virDomainGetIOThreadInfo]"""
        check.exclusive(flags, self.AFFECT_LIVE, self.AFFECT_CONFIG)
        rows, _ = await self._connection._call(remote.DOMAIN_GET_IOTHREAD_INFO, self._ref, flags)
        return [IOThreadInfo._make((number, CpuSet(affinity))) for number, affinity in rows]

    async def pin_iothread(
        self, iothread_id: int, mask: CPUs, flags: DomainModificationImpact | Number = 0
    ) -> None:
        """Lets an IOThread run on these CPUs of the host only; `mask` is numbers, text or a bit map.

        [virDomainPinIOThread]
        """
        number, cpus = _thread(iothread_id), some_map(mask, "mask")
        await self._connection._call(remote.DOMAIN_PIN_IOTHREAD, self._ref, number, cpus, flags)

    async def add_iothread(self, iothread_id: int, flags: DomainModificationImpact | Number = 0) -> None:
        """Adds an IOThread with a new number to the guest, for disks that are attached later.

        [virDomainAddIOThread]
        """
        number = _thread(iothread_id)
        await self._connection._call(remote.DOMAIN_ADD_IOTHREAD, self._ref, number, flags)

    async def del_iothread(self, iothread_id: int, flags: DomainModificationImpact | Number = 0) -> None:
        """Removes an IOThread; raises `InvalidArgument` for one that a disk uses. [virDomainDelIOThread]"""
        number = _thread(iothread_id)
        await self._connection._call(remote.DOMAIN_DEL_IOTHREAD, self._ref, number, flags)

    async def set_iothread(
        self,
        iothread_id: int,
        params: IOThreadParameters | Params,
        flags: DomainModificationImpact | Number = 0,
    ) -> None:
        """Changes how an IOThread polls, and how many threads it may have (`Domain.IOTHREAD_PARAM_*`).

        `Connection.get_all_domain_stats` has the values of a running guest. [virDomainSetIOThreadParams]
        """
        number = _thread(iothread_id)
        sent = typedparams.encode("params", params, typedparams.kinds("iothread"))
        if not sent:
            raise invalid_argument("params", "at least one parameter was expected")
        await self._connection._call(remote.DOMAIN_SET_IOTHREAD_PARAMS, self._ref, number, sent, flags)
