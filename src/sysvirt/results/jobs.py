"""Jobs on a whole guest."""

from __future__ import annotations

from .._records import Record
from ._values import Members

__all__ = ["JobInfo", "Progress"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self

    from .._generated.constants import JobType

JOB_TYPES = Members("JobType")


class JobInfo(Record):
    """A guest's job and its progress: `Domain.get_job_info()`. "Data" is memory and disks together."""

    __slots__ = ()
    type: JobType
    """Whether there is a job, and whether its end can be estimated (`Domain.JOB_*`)."""
    time_elapsed: int
    """Time since it began, in milliseconds."""
    time_remaining: int
    """Time until it ends, in milliseconds; 0 if unknown, as with QEMU."""
    data_total: int
    """Data to be processed, in bytes."""
    data_processed: int
    """Data processed so far, in bytes; memory that changes meanwhile counts more than once."""
    data_remaining: int
    """Data still to be processed, in bytes."""
    mem_total: int
    """Of the data: memory, in bytes."""
    mem_processed: int
    """Memory processed so far, in bytes."""
    mem_remaining: int
    """Memory still to be processed, in bytes."""
    file_total: int
    """Of the data: disks, in bytes."""
    file_processed: int
    """Disks processed so far, in bytes."""
    file_remaining: int
    """Disks still to be processed, in bytes."""

    @classmethod
    def _from_wire(cls, reply: tuple[Any, ...]) -> Self:
        kind, *figures = reply
        return cls._make((JOB_TYPES[kind], *figures))


class Progress(Record):
    """How far a job is: what `Domain.with_progress`, `follow_job` and `follow_block_job` give.

    For jobs on disks libvirt does not promise a unit; QEMU counts bytes.
    """

    __slots__ = ()
    done: int
    """Bytes done; memory that changes meanwhile counts more than once."""
    total: int
    """All bytes to be done; may grow. 0 if nothing is known yet."""
    remaining: int
    """Bytes still to be done."""
    speed: int
    """Bytes per second since the record before this one; 0 in the first record."""
