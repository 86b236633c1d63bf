# Made by tools/unasync.py from src/sysvirt/_async/domain/progress.py; do not edit.
"""Progress of a job on a guest or a disk."""

from __future__ import annotations

import time

from ... import _arguments as check
from ..._guest_xml import GuestXML
from ..._protocol.table import remote
from ..._session import blocking_facade as facade
from ..._timeouts import SHORTEST_SECONDS, seconds
from ...errors import CallTimeout, NoDomain, NoSupport, OperationInvalid, OperationUnsupported
from ...results.jobs import MigrationProgress, Progress
from .block_jobs import BlockJobMethods, disk_named
from .jobs import JobMethods
from .wait import Wait
from .waiting import LAST_WORD_SECONDS, figures_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import ParamSpec

    from ..._generated.constants import JobType
    from ..._generated.dicts import JobStats
    from ..._session.blocking_facade import Job, Later
    from ...results.jobs import JobInfo

    P = ParamSpec("P")

#: Seconds between two questions to the daemon.
_INTERVAL = 0.5


class ProgressMethods(BlockJobMethods, JobMethods):
    __slots__ = ()

    def with_progress(
        self, call: Callable[P, Later[object]], *args: P.args, **kwargs: P.kwargs
    ) -> Generator[Progress]:
        """Makes one of the guest's long calls, and gives its progress until it has ended.

            for progress in dom.with_progress(dom.save, "/var/tmp/guest.save"):
                bar.update(progress.done, progress.total)

        For `save`, `managed_save`, `core_dump` and migrations, whose records are `MigrationProgress`. libvirt has no
        event for progress, so the daemon is asked twice a second. The last record is of the end; for a migration, as
        the source sees it. The loop raises an error of the call, and `CallTimeout` at the end of a
        `with conn.timeout(...)` block.

        Leaving the loop early, by an exception too, gives up the call, and does not stop the job; `abort_job` does. But
        a migration is then aborted, and waited for until it is settled: see `migrate`.

        [virDomainGetJobInfo, virDomainGetJobStats]
        """
        meter = _Meter()
        wait = Wait(self, "its job", None, self.EVENT_ID_JOB_COMPLETED)
        wait.listen()
        job = facade.spawn(call, *args, **kwargs)
        going = True
        # Each step has its own `try`: a signal might skip the clean-up of one around the loop.
        while going:
            try:
                progress = self._next_progress(job, meter)
                going = progress is not None
                yield progress if progress is not None else self._at_the_end(job, meter, wait)
            except BaseException:
                job.give_up()
                wait.__exit__(None, None, None)
                raise
        wait.__exit__(None, None, None)

    def follow_job(self, interval: float = 0.5) -> Generator[Progress]:
        """Gives the progress of the guest's job until it has ended: one of another program, or of `backup_begin`.

        Gives nothing if there is no job. libvirt has no event for progress, so the daemon is asked every `interval`
        seconds, and the last record comes before the end. `wait_for_job` says whether the job has succeeded. Raises
        `CallTimeout` at the end of a `with conn.timeout(...)` block.

        The records of a migration are `MigrationProgress`, on the host that the guest leaves; on the other host there
        are none.

        interval: in seconds. [virDomainGetJobInfo, virDomainGetJobStats]
        """
        pause = seconds("interval", interval) or _INTERVAL
        meter = _Meter()
        while (progress := self._progress(meter)) is not None:
            yield progress
            self._pause(pause)

    def follow_block_job(self, path: str, interval: float = 0.5) -> Generator[Progress]:
        """Gives the progress of the job on a disk until it has ended, or is ready to be ended by `abort_block_job`.

        Gives nothing if there is no job. The daemon is asked every `interval` seconds; `wait_for_block_job` says how
        the job has ended. Raises `OperationInvalid` when the guest is not running or ends meanwhile, and `CallTimeout`
        at the end of a `with conn.timeout(...)` block.

        path: the disk, as for `wait_for_block_job`. interval: in seconds. [virDomainGetBlockJobInfo]
        """
        check.text("path", path)
        pause = seconds("interval", interval) or _INTERVAL
        meter = _Meter()
        _, target = disk_named(self, "path", path, self._connection._call)
        while (info := self.get_block_job_info(target)).type != self.BLOCK_JOB_TYPE_UNKNOWN:
            xml = self._connection._call(remote.DOMAIN_GET_XML_DESC, self._ref, 0)
            yield meter.read(info.cur, info.end, info.end - info.cur)
            if GuestXML(xml).is_ready(target):
                return
            self._pause(pause)

    def _pause(self, pause: float) -> None:
        """Sleeps, but not beyond the end of the block that the caller is in."""
        left, is_end = self._within_block(pause)
        facade.sleep(left)
        if is_end:
            raise self._end_of_block()

    def _within_block(self, pause: float) -> tuple[float, bool]:
        """How long a pause may be, and whether the block ends then."""
        deadline = self._connection._deadline("long")
        left = pause if deadline is None else max(0.0, deadline - time.monotonic())
        return min(left, pause), left < pause

    def _end_of_block(self) -> CallTimeout:
        return CallTimeout(f"the job of {self.get_name()!r} goes on at the end of the block", sent="no")

    def _next_progress(self, job: Job[object], meter: _Meter) -> Progress | None:
        """The progress of the call's job, after the usual pause; None when the call has ended."""
        while True:
            left, is_end = self._within_block(_INTERVAL)
            if facade.first_of(job, timeout=left) is not None:
                return None
            progress: Progress | None = None
            try:
                if not is_end:
                    progress = self._progress(meter)
            except CallTimeout:
                is_end = self._within_block(_INTERVAL)[0] <= 0
                if not is_end:
                    raise
            if is_end and (meter.migrates or meter.is_fresh):
                job.result()  # it ends at the end of the block too, and says what came of it
                return None
            if is_end:
                raise self._end_of_block()
            if progress is not None:
                return progress

    def _progress(self, meter: _Meter) -> Progress | None:
        """The progress of the guest's job; None if there is no job."""
        try:
            info = None if meter.migrates else self.get_job_info()
            if info is not None and (info.type == self.JOB_NONE or not meter.is_of_another(info)):
                return None if info.type == self.JOB_NONE else meter.of_job(info)
            kind, figures = self._job_figures(info)
        except (OperationInvalid, NoDomain, OperationUnsupported):
            return None  # the guest doesn't run any more, or not yet; or it is coming from another host
        meter.migrates = figures.get("operation") == self.JOB_OPERATION_MIGRATION_OUT
        if meter.migrates:
            return None if kind == self.JOB_NONE else meter.of_migration(figures)
        return None if info is None else meter.of_job(info)

    def _job_figures(self, info: JobInfo | None) -> tuple[JobType | None, JobStats]:
        try:
            return self.get_job_stats()
        except NoSupport:
            return None if info is None else info.type, {}  # type: ignore[typeddict-item]  # nothing

    def _at_the_end(self, job: Job[object], meter: _Meter, wait: Wait) -> Progress:
        """The last record: by the event of the job's end; some dumps have none, then by what was seen before."""
        job.result()
        figures = figures_of(None)
        while (
            event := wait.event(LAST_WORD_SECONDS if not meter.total else SHORTEST_SECONDS)
        ) is not None:
            figures = figures_of(event) or figures
        if meter.migrates and figures:
            return meter.of_migration(figures)
        return meter.end(figures.get("data_processed"), figures.get("time_elapsed", 0))


class _Meter:
    """Measures the speed from one answer to the next."""

    def __init__(self) -> None:
        #: The job is known to be a migration.
        self.migrates = False
        self.total = 0
        self._speed = 0
        self._done: int | None = None
        self._elapsed = 0
        self._when = 0.0

    @property
    def is_fresh(self) -> bool:
        """Whether nothing has been read yet."""
        return self._done is None

    def is_of_another(self, info: JobInfo) -> bool:
        """Whether the job is the first, or another than that of the answer before."""
        return self._done is None or info.data_processed < self._done

    def of_migration(self, figures: JobStats) -> MigrationProgress:
        progress = self.read(
            figures.get("data_processed", 0),
            figures.get("data_total", 0),
            figures.get("data_remaining", 0),
            figures.get("time_elapsed", 0),
        )
        return MigrationProgress(
            done=progress.done,
            total=progress.total,
            remaining=progress.remaining,
            speed=progress.speed,
            memory_done=figures.get("memory_processed", 0),
            memory_total=figures.get("memory_total", 0),
            memory_remaining=figures.get("memory_remaining", 0),
            memory_rate=figures.get("memory_bps", 0),
            dirty_rate=figures.get("memory_dirty_rate", 0) * figures.get("memory_page_size", 0),
            iteration=figures.get("memory_iteration", 0),
            disk_done=figures.get("disk_processed", 0),
            disk_total=figures.get("disk_total", 0),
            disk_remaining=figures.get("disk_remaining", 0),
            disk_rate=figures.get("disk_bps", 0),
            downtime=figures.get("downtime", 0),
            time_elapsed=figures.get("time_elapsed", 0),
        )

    def of_job(self, info: JobInfo) -> Progress:
        return self.read(info.data_processed, info.data_total, info.data_remaining, info.time_elapsed)

    def read(self, done: int, total: int, remaining: int, elapsed: int = 0) -> Progress:
        """elapsed: how long the job has run by the daemon's clock, in milliseconds; 0 if it does not say."""
        self._measure(done, elapsed)
        self.total = total
        return Progress(done=done, total=total, remaining=remaining, speed=self._speed)

    def end(self, done: int | None, elapsed: int) -> Progress:
        """The record of the end. done: all the bytes of the job; None if that is not known."""
        if done is not None:
            self._measure(done, elapsed)
            self.total = max(self.total, done)
        return Progress(done=self.total, total=self.total, remaining=0, speed=self._speed)

    def _measure(self, done: int, elapsed: int) -> None:
        now = time.monotonic()
        if self._done is None or done < self._done:
            self._speed = 0  # the first answer, or the first about another job
        else:
            past = (elapsed - self._elapsed) / 1000 if elapsed > self._elapsed > 0 else now - self._when
            self._speed = int((done - self._done) / max(past, 0.001))
        self._done, self._elapsed, self._when = done, elapsed, now
