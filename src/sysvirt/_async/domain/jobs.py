"""The job that works on a guest as a whole: a migration, save, dump, backup."""

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
        """How the guest's job is getting on: times (ms) and sizes (bytes); `Domain.JOB_NONE` where there is none.

        Raises `OperationInvalid` for a guest that is not running. [virDomainGetJobInfo]
        """
        return JobInfo._from_wire(await self._connection._call(remote.DOMAIN_GET_JOB_INFO, self._ref))

    async def get_job_stats(self, flags: DomainGetJobStatsFlags | Number = 0) -> tuple[JobType, JobStats]:
        """As `get_job_info`, with all there is to know: the type, and the figures by name (`Domain.JOB_*`).

        With `Domain.JOB_STATS_COMPLETED` of the job that ended last, if it succeeded, and once only unless
        `JOB_STATS_KEEP_COMPLETED` is there too; the guest need not run any more. [virDomainGetJobStats]
        """
        check.requires(flags, self.JOB_STATS_KEEP_COMPLETED, self.JOB_STATS_COMPLETED)
        kind, stats = await self._connection._call(remote.DOMAIN_GET_JOB_STATS, self._ref, flags)
        return JOB_TYPES[kind], stats  # type: ignore[return-value]

    async def abort_job(self, flags: DomainAbortJobFlags | Number = 0) -> None:
        """Ends the guest's job before it is done: the call that began it raises `OperationAborted`, the guest runs on.

        Raises `OperationInvalid` where there is no job, or one that can't be ended, such as a dump of memory only.
        With `Domain.DOMAIN_ABORT_JOB_POSTCOPY` a migration that has switched to post-copy is interrupted, to go
        on with `MIGRATE_POSTCOPY_RESUME`. [virDomainAbortJob, virDomainAbortJobFlags]
        """
        if flags:
            await self._connection._call(remote.DOMAIN_ABORT_JOB_FLAGS, self._ref, flags)
        else:
            await self._connection._call(remote.DOMAIN_ABORT_JOB, self._ref)
