"""Disks, and the jobs on them."""

from __future__ import annotations

from .._records import Record
from ._values import Members

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self, TypedDict

    from .._generated.constants import BlockJobType, DiskErrorCode
else:
    TypedDict = dict

__all__ = ["BlockInfo", "BlockJobInfo", "BlockStats", "DiskError"]

_DISK_ERRORS = Members("DiskErrorCode")
_JOB_TYPES = Members("BlockJobType")

#: Names of `Sys::Virt`, and the daemon's names for the same.
_ALSO = (("rd_req", "rd_operations"), ("wr_req", "wr_operations"), ("flush_reqs", "flush_operations"))


class BlockInfo(Record):
    """The sizes of a disk: `Domain.get_block_info()`."""

    __slots__ = ()
    capacity: int
    """Size the guest sees, in bytes."""
    allocation: int
    """Bytes of the host's storage that are in use; for some formats the end of the highest one written."""
    physical: int
    """Size of its file or device on the host, in bytes."""

    @classmethod
    def _from_wire(cls, reply: tuple[Any, ...]) -> Self:
        allocation, capacity, physical = reply
        return cls._make((capacity, allocation, physical))


class BlockStats(TypedDict):
    """What a guest has read from and written to a disk since its start: `Domain.block_stats()`.

    A plain dict. Any key may be missing, and others may be there: test with `in`.
    """

    rd_req: int
    """Read requests."""
    rd_bytes: int
    """Bytes read."""
    wr_req: int
    """Write requests."""
    wr_bytes: int
    """Bytes written."""
    errs: int
    """Errors; -1 if they are not counted."""
    rd_operations: int
    """The same as rd_req, by libvirt's name (`Domain.BLOCK_STATS_READ_REQ`)."""
    wr_operations: int
    """The same as wr_req, by libvirt's name (`Domain.BLOCK_STATS_WRITE_REQ`)."""
    flush_reqs: int
    """Flush requests."""
    flush_operations: int
    """The same as flush_reqs, by libvirt's name (`Domain.BLOCK_STATS_FLUSH_REQ`)."""
    rd_total_times: int
    """Time spent reading, in nanoseconds."""
    wr_total_times: int
    """Time spent writing, in nanoseconds."""
    flush_total_times: int
    """Time spent flushing, in nanoseconds."""


def block_stats(sent: dict[str, Any]) -> BlockStats:
    """What the daemon sent, with the names of `Sys::Virt` added."""
    for name, other in _ALSO:
        if other in sent:
            sent[name] = sent[other]
    return sent  # type: ignore[return-value]


def older_block_stats(reply: tuple[int, int, int, int, int]) -> BlockStats:
    """The same, from the reply of the older procedure."""
    rd_req, rd_bytes, wr_req, wr_bytes, errs = reply
    return block_stats(
        {
            "rd_operations": rd_req,
            "rd_bytes": rd_bytes,
            "wr_operations": wr_req,
            "wr_bytes": wr_bytes,
            "errs": errs,
        }
    )


class DiskError(Record):
    """A disk that has failed: `Domain.get_disk_errors()`."""

    __slots__ = ()
    path: str
    """The disk's name in the guest, such as vda."""
    error: DiskErrorCode
    """The error (`Domain.DISK_ERROR_*`)."""

    @classmethod
    def _from_wire(cls, entry: tuple[Any, ...]) -> Self:
        path, error = entry
        return cls._make((path, _DISK_ERRORS[error]))


class BlockJobInfo(Record):
    """The job on a disk and its progress: `Domain.get_block_job_info()`.

    `cur` and `end` have no unit, and `end` may grow. When `cur` equals `end` the job may still run.
    """

    __slots__ = ()
    type: BlockJobType
    """Its kind (`Domain.BLOCK_JOB_TYPE_*`); `Domain.BLOCK_JOB_TYPE_UNKNOWN` when there is no job."""
    bandwidth: int
    """Its speed limit, in MiB/s, or in bytes/s if asked so; 0 for no limit."""
    cur: int
    """How far it is."""
    end: int
    """Where it will be finished."""

    @classmethod
    def _from_wire(cls, reply: tuple[Any, ...]) -> Self:
        _found, type, bandwidth, cur, end = reply
        return cls._make((_JOB_TYPES[type], bandwidth, cur, end))
