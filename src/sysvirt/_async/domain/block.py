"""A guest's disks: sizes, contents, limits, statistics and errors.

A disk is named by its target, such as "vda", or by its path on the daemon's host.
"""

from __future__ import annotations

from ... import _arguments as check
from ... import typedparams
from ..._generated.schema import LIMITS
from ..._protocol.table import remote
from ...errors import NoSupport
from ...results._values import whole
from ...results.block import BlockInfo, DiskError, block_stats, older_block_stats
from ...typedparams import STRING_OKAY
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._arguments import Number
    from ..._generated.constants import DomainBlockResizeFlags, DomainModificationImpact
    from ..._generated.dicts import BlockIOTune
    from ...results.block import BlockStats
    from ...typedparams import Params

_ERRORS_MAX = LIMITS["REMOTE_DOMAIN_DISK_ERRORS_MAX"]
_IOTUNE_MAX = LIMITS["REMOTE_DOMAIN_BLOCK_IO_TUNE_PARAMETERS_MAX"]
_PEEK_MAX = LIMITS["REMOTE_DOMAIN_BLOCK_PEEK_BUFFER_MAX"]
_STATS_MAX = LIMITS["REMOTE_DOMAIN_BLOCK_STATS_PARAMETERS_MAX"]


class BlockMethods(DomainBase):
    __slots__ = ()

    async def get_block_info(self, dev: str, flags: Number = 0) -> BlockInfo:
        """The size of a disk, and how much storage it uses. [virDomainGetBlockInfo]"""
        disk = check.text("dev", dev)
        return BlockInfo._from_wire(
            await self._connection._call(remote.DOMAIN_GET_BLOCK_INFO, self._ref, disk, flags)
        )

    async def block_resize(self, disk: str, size: int, flags: DomainBlockResizeFlags | Number = 0) -> None:
        """Changes the size of a running guest's disk, in KiB, or in bytes with `Domain.BLOCK_RESIZE_BYTES`.

        `BLOCK_RESIZE_EXTEND` refuses to shrink it (daemons from 12.3 on); `BLOCK_RESIZE_CAPACITY` with size 0 makes it
        as large as the host's device that it is on (from 10.0 on). [virDomainBlockResize]
        """
        await self._connection._call(remote.DOMAIN_BLOCK_RESIZE, self._ref, disk, size, flags)

    async def block_peek(self, path: str, offset: int, size: int, flags: Number = 0) -> bytes:
        """Reads `size` bytes of a disk from byte `offset` on, at most 4 MiB; raw disks only.

        Raises `InvalidArgument` when the disk ends before that. [virDomainBlockPeek]
        """
        count = check.integer("size", size, 0, _PEEK_MAX)
        return await self._connection._call(remote.DOMAIN_BLOCK_PEEK, self._ref, path, offset, count, flags)

    async def block_stats(self, path: str, flags: Number = 0) -> BlockStats:
        """What the running guest has read from and written to a disk; for all its disks together if `path` is "".

        [virDomainBlockStatsFlags, virDomainBlockStats]
        """
        call = self._connection._call
        try:
            stats, _ = await call(remote.DOMAIN_BLOCK_STATS_FLAGS, self._ref, path, _STATS_MAX, flags)
        except NoSupport:
            if flags:
                raise
            return older_block_stats(await call(remote.DOMAIN_BLOCK_STATS, self._ref, path))
        return block_stats(whole(stats, _STATS_MAX))

    async def get_disk_errors(self, flags: Number = 0) -> list[DiskError]:
        """The disks of the running guest on which a read or a write has failed; empty if there are none.

        Only failures that have paused the guest count; that depends on the disk's error policy. They are reported even
        after the guest was resumed. [virDomainGetDiskErrors]
        """
        errors, _ = await self._connection._call(remote.DOMAIN_GET_DISK_ERRORS, self._ref, _ERRORS_MAX, flags)
        return [DiskError._from_wire(entry) for entry in whole(errors, _ERRORS_MAX)]

    async def get_block_iotune(self, disk: str, flags: DomainModificationImpact | Number = 0) -> BlockIOTune:
        """The limits of the reads and writes of a disk: `Domain.BLOCK_IOTUNE_*`.

        For a guest that is not running, and with `Domain.AFFECT_CONFIG`, those in its definition.
        [virDomainGetBlockIoTune]
        """
        check.expect("flags", flags, "DomainModificationImpact")
        check.exclusive(flags, self.AFFECT_LIVE, self.AFFECT_CONFIG)
        name = check.text("disk", disk)
        found, _ = await self._connection._call(
            remote.DOMAIN_GET_BLOCK_IO_TUNE, self._ref, name, _IOTUNE_MAX, flags | STRING_OKAY
        )
        return whole(found, _IOTUNE_MAX)  # type: ignore[return-value]

    async def set_block_iotune(
        self,
        disk: str,
        params: BlockIOTune | Params,
        flags: DomainModificationImpact | Number = 0,
    ) -> None:
        """Limits the reads and writes of a disk: `Domain.BLOCK_IOTUNE_*`.

        The limits form groups: for bytes, for requests, for bursts, for the lengths of bursts. If you set one limit of
        a group, the others of the group are cleared unless you set them too. [virDomainSetBlockIoTune]
        """
        getter = remote.DOMAIN_GET_BLOCK_IO_TUNE
        args = (self._ref, disk, _IOTUNE_MAX, STRING_OKAY)
        sent = await self._encode("params", params, "block_iotune", getter, *args)
        await self._connection._call(remote.DOMAIN_SET_BLOCK_IO_TUNE, self._ref, disk, sent, flags)

    async def set_throttle_group(
        self,
        group: str,
        params: BlockIOTune | Params,
        flags: DomainModificationImpact | Number = 0,
    ) -> None:
        """Makes or changes a group of limits that disks may share: `Domain.BLOCK_IOTUNE_*`.

        Needs a daemon from 11.2 on. [virDomainSetThrottleGroup]
        """
        sent = typedparams.encode("params", params, typedparams.kinds("block_iotune"))
        await self._connection._call(remote.DOMAIN_SET_THROTTLE_GROUP, self._ref, group, sent, flags)

    async def del_throttle_group(self, group: str, flags: DomainModificationImpact | Number = 0) -> None:
        """Removes a group of limits; raises `OperationInvalid` while a disk is in it.

        Needs a daemon from 11.2 on. [virDomainDelThrottleGroup]
        """
        name = check.text("group", group)
        await self._connection._call(remote.DOMAIN_DEL_THROTTLE_GROUP, self._ref, name, flags)

    async def set_block_threshold(self, dev: str, threshold: int, flags: Number = 0) -> None:
        """Asks for an event when the running guest first writes beyond byte `threshold` of a disk's storage.

        The event is `Domain.EVENT_ID_BLOCK_THRESHOLD`; a threshold of 0 cancels it. "vda[2]" is an image further down
        in the chain, by the index that the guest's XML gives it. [virDomainSetBlockThreshold]
        """
        await self._connection._call(remote.DOMAIN_SET_BLOCK_THRESHOLD, self._ref, dev, threshold, flags)
