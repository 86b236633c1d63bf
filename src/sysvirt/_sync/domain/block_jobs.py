# Made by tools/unasync.py from src/sysvirt/_async/domain/block_jobs.py; do not edit.
"""Jobs on the image chain of a running guest's disk: pull, commit, rebase, copy.

These return when the job has begun. It ends by itself, or waits for `abort_block_job`. Events
(`Domain.EVENT_ID_BLOCK_JOB_2`) say when. A disk has one job at a time.
"""

from __future__ import annotations

from ... import _arguments as check
from ... import typedparams
from ..._guest_xml import GuestXML
from ..._protocol.table import remote
from ...errors import OperationInvalid, invalid_argument
from ...results.block import BlockJobInfo
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ..._arguments import Number
    from ..._generated.constants import (
        DomainBlockCommitFlags,
        DomainBlockCopyFlags,
        DomainBlockJobAbortFlags,
        DomainBlockJobInfoFlags,
        DomainBlockJobSetSpeedFlags,
        DomainBlockPullFlags,
        DomainBlockRebaseFlags,
    )
    from ..._session.blocking_facade import Later
    from ...typedparams import Params


class BlockJobMethods(DomainBase):
    __slots__ = ()

    def block_pull(
        self, path: str, bandwidth: int = 0, flags: DomainBlockPullFlags | Number = 0
    ) -> None:
        """Begins to copy the data of the images below a disk's image into it, until it does not need them any more.

        bandwidth: the speed limit in MiB/s, or in bytes/s with `Domain.BLOCK_PULL_BANDWIDTH_BYTES`; 0 for none.

        [virDomainBlockPull]
        """
        self._connection._call(remote.DOMAIN_BLOCK_PULL, self._ref, path, bandwidth, flags)

    def block_rebase(
        self,
        path: str,
        base: str | None = None,
        bandwidth: int = 0,
        flags: DomainBlockRebaseFlags | Number = 0,
    ) -> None:
        """Begins to copy the images between a disk's image and `base` into it, so that `base` is next below it.

        base: path or name ("vda[2]") of an image in the chain; None for none, as `block_pull`. With
            `Domain.BLOCK_REBASE_COPY` the file or device to copy the disk to; `block_copy` can do more.
        bandwidth: the speed limit in MiB/s, or in bytes/s with `BLOCK_REBASE_BANDWIDTH_BYTES`; 0 for none.
        flags: `BLOCK_REBASE_RELATIVE` keeps the path of base relative. Only with `BLOCK_REBASE_COPY`:
            `BLOCK_REBASE_SHALLOW`, `BLOCK_REBASE_REUSE_EXT`, `BLOCK_REBASE_COPY_RAW` (into a raw image),
            `BLOCK_REBASE_COPY_DEV` (base is a block device).

        [virDomainBlockRebase]
        """
        copying = self.BLOCK_REBASE_COPY
        for flag in (
            self.BLOCK_REBASE_SHALLOW,
            self.BLOCK_REBASE_REUSE_EXT,
            self.BLOCK_REBASE_COPY_RAW,
            self.BLOCK_REBASE_COPY_DEV,
        ):
            check.requires(flags, flag, copying)
        if flags & copying and base is None:
            raise invalid_argument("base", "a path was expected, to copy to")
        self._connection._call(remote.DOMAIN_BLOCK_REBASE, self._ref, path, base, bandwidth, flags)

    def block_copy(
        self, path: str, destxml: str, params: Params = (), flags: DomainBlockCopyFlags | Number = 0
    ) -> None:
        """Begins to copy a disk, and then keeps the copy up to date until `abort_block_job`.

        destxml: a `<disk>` element with the copy's source and format.
        params: `Domain.BLOCK_COPY_BANDWIDTH`, the speed limit in bytes/s; `BLOCK_COPY_GRANULARITY`, the block size in
            which changes are tracked, in bytes, a power of 2; `BLOCK_COPY_BUF_SIZE`, bytes in flight at a time.
        flags: `BLOCK_COPY_SHALLOW` copies the top image only, `BLOCK_COPY_REUSE_EXT` copies into a file that exists
            already. `BLOCK_COPY_TRANSIENT_JOB` is needed for a persistent guest. `BLOCK_COPY_SYNCHRONOUS_WRITES` makes
            the guest's writes wait for the copy. `BLOCK_COPY_TARGET_ZEROED` says that the target holds only zeros
            (daemons from 12.2 on).

        [virDomainBlockCopy]
        """
        sent = typedparams.encode("params", params, typedparams.kinds("block_copy"))
        self._connection._call(remote.DOMAIN_BLOCK_COPY, self._ref, path, destxml, sent, flags)

    def block_commit(
        self,
        path: str,
        base: str | None = None,
        top: str | None = None,
        bandwidth: int = 0,
        flags: DomainBlockCommitFlags | Number = 0,
    ) -> None:
        """Begins to write the images of a disk's chain from `top` down into `base`, which then takes their place.

        base, top: paths or names ("vda[2]") of images in the chain. None means the lowest for base, or with
            `Domain.BLOCK_COMMIT_SHALLOW` the one below top; and the disk's own image for top.
        bandwidth: the speed limit in MiB/s, or in bytes/s with `BLOCK_COMMIT_BANDWIDTH_BYTES`; 0 for none.
        flags: `BLOCK_COMMIT_ACTIVE` is needed when top is the disk's own image; the job then waits at its end for
            `abort_block_job`. `BLOCK_COMMIT_DELETE` deletes the images that are no longer needed,
            `BLOCK_COMMIT_RELATIVE` keeps the path of base relative.

        [virDomainBlockCommit]
        """
        disk = check.text("path", path)
        self._connection._call(remote.DOMAIN_BLOCK_COMMIT, self._ref, disk, base, top, bandwidth, flags)

    def abort_block_job(self, path: str, flags: DomainBlockJobAbortFlags | Number = 0) -> None:
        """Ends the job on a disk, and returns when it has ended; at once with `Domain.BLOCK_JOB_ABORT_ASYNC`.

        `BLOCK_JOB_ABORT_PIVOT` makes the guest use the copy, or the base of an active commit, from then on; raises
        `BlockCopyActive` when that is not ready yet. [virDomainBlockJobAbort]
        """
        self._connection._call(remote.DOMAIN_BLOCK_JOB_ABORT, self._ref, path, flags)

    def get_block_job_info(
        self, path: str, flags: DomainBlockJobInfoFlags | Number = 0
    ) -> BlockJobInfo:
        """The job on a disk and its progress; its type is `Domain.BLOCK_JOB_TYPE_UNKNOWN` when there is none.

        Its bandwidth is in MiB/s, or in bytes/s with `Domain.BLOCK_JOB_INFO_BANDWIDTH_BYTES`.
        [virDomainGetBlockJobInfo]
        """
        return BlockJobInfo._from_wire(
            self._connection._call(remote.DOMAIN_GET_BLOCK_JOB_INFO, self._ref, path, flags)
        )

    def set_block_job_speed(
        self, path: str, bandwidth: int, flags: DomainBlockJobSetSpeedFlags | Number = 0
    ) -> None:
        """Changes the speed limit of the job on a disk; 0 for none.

        In MiB/s, or in bytes/s with `Domain.BLOCK_JOB_SPEED_BANDWIDTH_BYTES`. [virDomainBlockJobSetSpeed]
        """
        self._connection._call(remote.DOMAIN_BLOCK_JOB_SET_SPEED, self._ref, path, bandwidth, flags)


def disk_named(
    dom: DomainBase, argument: str, name: str, call: Callable[..., Later[Any]]
) -> tuple[int, str]:
    """The id of the guest's present run, and the target of the disk with this name.

    call: makes a call of the guest's connection.
    """
    guest = GuestXML(call(remote.DOMAIN_GET_XML_DESC, dom._ref, 0))
    if guest.id < 0:
        raise OperationInvalid(f"the guest {dom.get_name()!r} is not running")
    for disk in guest.named(name):
        if disk.is_disk and disk.target is not None:
            return guest.id, disk.target
    targets = [disk.target for disk in guest.devices if disk.is_disk and disk.target is not None]
    if name.startswith("/"):
        for target in _volumes_at(dom, name, call):
            return guest.id, target
    expected = f"the target, path or alias of one of its disks ({', '.join(targets)}) was expected"
    raise invalid_argument(argument, f"{expected}, not {name!r}")


def _volumes_at(dom: DomainBase, path: str, call: Callable[..., Later[Any]]) -> list[str]:
    """The targets of the disks with this path which are volumes of a pool: XML does not have their paths."""
    flags = dom.GET_ALL_STATS_NOWAIT
    found = call(remote.CONNECT_GET_ALL_DOMAIN_STATS, [dom._ref], dom.STATS_BLOCK, flags)
    return [
        str(stats[key.removesuffix("path") + "name"])
        for _, stats in found
        for key, value in stats.items()
        if key.endswith(".path") and value == path
    ]
