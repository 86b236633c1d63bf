"""The job on a whole guest: a migration, save, dump, backup."""

from __future__ import annotations

from ... import _arguments as check
from ..._protocol.table import remote
from ...results.jobs import JOB_TYPES, JobInfo
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._arguments import Number
    from ..._generated.constants import DomainAbortJobFlags, DomainGetJobStatsFlags, JobType
    from ..._generated.dicts import JobStats


class JobMethods(DomainBase):
    __slots__ = ()

    async def get_job_info(self) -> JobInfo:
        """The guest's job and its progress: times (ms) and sizes (bytes); of type `Domain.JOB_NONE` when there is none.

        Raises `OperationInvalid` for a guest that is not running. [virDomainGetJobInfo]
        """
        return JobInfo._from_wire(await self._connection._call(remote.DOMAIN_GET_JOB_INFO, self._ref))

    async def get_job_stats(self, flags: DomainGetJobStatsFlags | Number = 0) -> tuple[JobType, JobStats]:
        """As `get_job_info`, with all figures: the type, and a dict of the figures by name (`Domain.JOB_*`).

        With `Domain.JOB_STATS_COMPLETED` it is about the last job, if that succeeded. The daemon returns that only
        once, unless `JOB_STATS_KEEP_COMPLETED` is set too. The guest need not run any more. [virDomainGetJobStats]
        """
        check.requires(flags, self.JOB_STATS_KEEP_COMPLETED, self.JOB_STATS_COMPLETED)
        kind, stats = await self._connection._call(remote.DOMAIN_GET_JOB_STATS, self._ref, flags)
        return JOB_TYPES[kind], stats  # type: ignore[return-value]

    async def abort_job(self, flags: DomainAbortJobFlags | Number = 0) -> None:
        """Aborts the guest's job: the call that began it raises `OperationAborted`, and the guest runs on.

        Raises `OperationInvalid` when there is no job, or one that can't be aborted, such as a memory-only dump. With
        `Domain.DOMAIN_ABORT_JOB_POSTCOPY` it interrupts a migration in post-copy, which can go on by
        `MIGRATE_POSTCOPY_RESUME`. [virDomainAbortJob, virDomainAbortJobFlags]
        """
        if flags:
            await self._connection._call(remote.DOMAIN_ABORT_JOB_FLAGS, self._ref, flags)
        else:
            await self._connection._call(remote.DOMAIN_ABORT_JOB, self._ref)
