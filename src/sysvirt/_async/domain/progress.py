"""Following what works on a guest or a disk to its end."""

from __future__ import annotations

import time

from ..._session import aio_facade as facade
from ..._timeouts import SHORTEST_SECONDS, seconds
from ...errors import NoDomain, OperationInvalid
from ...results.jobs import Progress
from .block_jobs import BlockJobMethods, is_ready
from .jobs import JobMethods
from .wait import Wait
from .waiting import LAST_WORD_SECONDS, figures_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from typing import ParamSpec

    from ..._session.aio_facade import Later
    from ...results.jobs import JobInfo

    P = ParamSpec("P")


class ProgressMethods(BlockJobMethods, JobMethods):
    __slots__ = ()

    async def with_progress(
        self, call: Callable[P, Later[object]], *args: P.args, **kwargs: P.kwargs
    ) -> AsyncGenerator[Progress]:
        """Makes one of the guest's calls that take long, and tells how far it is until it has ended.

            async for progress in dom.with_progress(dom.save, "/var/tmp/guest.save"):
                bar.update(progress.done, progress.total)

        For `save`, `managed_save`, `core_dump` and migrations. It asks twice a second, since libvirt has no event for
        it; the last record is of the end. An error of the call is raised by the loop. Leaving the loop early does not
        stop the job; `abort_job` does. [virDomainGetJobInfo]
        """
        meter = _Meter()
        async with Wait(self, "its job", None, self.EVENT_ID_JOB_COMPLETED) as wait:
            await wait.listen()
            job = facade.spawn(call, *args, **kwargs)
            try:
                while await facade.first_of(job, timeout=_INTERVAL) is None:
                    info = await self._job_under_way()
                    if info is not None:
                        yield meter.of_job(info)
                await job.result()
                yield await self._at_the_end(meter, wait)
            finally:
                job.drop()

    async def follow_job(self, interval: float = 0.5) -> AsyncGenerator[Progress]:
        """Tells how far the guest's job is that somebody else has begun, or `backup_begin`, until it has ended.

        Nothing at all where there is none. It asks every `interval` seconds, since libvirt has no event for it. Whether
        a job has succeeded it can't tell: `get_job_stats` can. The last record is not of the end.

        interval: in seconds. [virDomainGetJobInfo]
        """
        pause = seconds("interval", interval) or _INTERVAL
        meter = _Meter()
        while (info := await self._job_under_way()) is not None:
            yield meter.of_job(info)
            await facade.sleep(pause)

    async def follow_block_job(self, path: str, interval: float = 0.5) -> AsyncGenerator[Progress]:
        """Tells how far the job on a disk is, until it has ended, or is ready for `abort_block_job` to end it.

        Nothing at all where there is none. It asks every `interval` seconds; events tell when it ends, and how:
        `Domain.EVENT_ID_BLOCK_JOB_2`.

        path: the disk, as for `get_block_job_info`. interval: in seconds. [virDomainGetBlockJobInfo]
        """
        pause = seconds("interval", interval) or _INTERVAL
        meter = _Meter()
        while (info := await self.get_block_job_info(path)).type != self.BLOCK_JOB_TYPE_UNKNOWN:
            yield meter.read(info.cur, info.end, info.end - info.cur)
            if is_ready(info):
                return
            await facade.sleep(pause)

    async def _job_under_way(self) -> JobInfo | None:
        try:
            info = await self.get_job_info()
        except (OperationInvalid, NoDomain):
            return None  # the guest doesn't run any more, or not yet
        return None if info.type == self.JOB_NONE else info

    async def _at_the_end(self, meter: _Meter, wait: Wait) -> Progress:
        """By what an event has told of the whole job; where none comes, as for some dumps, by what was seen of it."""
        total = meter.total
        while (event := await wait.event(SHORTEST_SECONDS if total else LAST_WORD_SECONDS)) is not None:
            total = max(total, figures_of(event).get("data_processed", 0))
        return meter.read(total, total, 0)


#: Seconds between two looks.
_INTERVAL = 0.5


class _Meter:
    """Measures speed from one look to the next."""

    def __init__(self) -> None:
        self.total = 0
        self._done = 0
        self._when = time.monotonic()

    def of_job(self, info: JobInfo) -> Progress:
        return self.read(info.data_processed, info.data_total, info.data_remaining)

    def read(self, done: int, total: int, remaining: int) -> Progress:
        now = time.monotonic()
        speed = max(0, done - self._done) / max(now - self._when, 0.001)
        self.total, self._done, self._when = total, done, now
        return Progress(done=done, total=total, remaining=remaining, speed=int(speed))
