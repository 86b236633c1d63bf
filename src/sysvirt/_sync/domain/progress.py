# Made by tools/unasync.py from src/sysvirt/_async/domain/progress.py; do not edit.
"""Following what works on a guest or a disk to its end."""

from __future__ import annotations

import time

from ... import _arguments as check
from ..._guest_xml import GuestXML
from ..._protocol.table import remote
from ..._session import blocking_facade as facade
from ..._timeouts import SHORTEST_SECONDS, seconds
from ...errors import CallTimeout, NoDomain, OperationInvalid
from ...results.jobs import Progress
from .block_jobs import BlockJobMethods, disk_named
from .jobs import JobMethods
from .wait import Wait
from .waiting import LAST_WORD_SECONDS, figures_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import ParamSpec

    from ..._session.blocking_facade import Job, Later
    from ...results.jobs import JobInfo

    P = ParamSpec("P")

#: Seconds between two looks.
_INTERVAL = 0.5


class ProgressMethods(BlockJobMethods, JobMethods):
    __slots__ = ()

    def with_progress(
        self, call: Callable[P, Later[object]], *args: P.args, **kwargs: P.kwargs
    ) -> Generator[Progress]:
        """Makes one of the guest's calls that take long, and tells how far it is until it has ended.

            for progress in dom.with_progress(dom.save, "/var/tmp/guest.save"):
                bar.update(progress.done, progress.total)

        For `save`, `managed_save`, `core_dump` and migrations. It asks twice a second, since libvirt has no event for
        it; the last record is of the end. An error of the call is raised by the loop; so is `CallTimeout` at the end of
        a `with conn.timeout(...)` block. Leaving the loop early does not stop the job; `abort_job` does.
        [virDomainGetJobInfo]
        """
        meter = _Meter()
        wait = Wait(self, "its job", None, self.EVENT_ID_JOB_COMPLETED)
        wait.listen()
        job = facade.spawn(call, *args, **kwargs)
        going = True
        # Each step has its own `try`: one around the loop may be left without its end when a signal strikes.
        while going:
            try:
                info = self._next_info(job)
                going = info is not None
                yield meter.of_job(info) if info is not None else self._at_the_end(job, meter, wait)
            except BaseException:
                job.drop()
                wait.__exit__(None, None, None)
                raise
        wait.__exit__(None, None, None)

    def follow_job(self, interval: float = 0.5) -> Generator[Progress]:
        """Tells how far the guest's job is that somebody else has begun, or `backup_begin`, until it has ended.

        Nothing at all where there is none. It asks every `interval` seconds, since libvirt has no event for it. Whether
        a job has succeeded it can't tell: `wait_for_job` can. The last record is not of the end. `CallTimeout` is
        raised at the end of a `with conn.timeout(...)` block.

        interval: in seconds. [virDomainGetJobInfo]
        """
        pause = seconds("interval", interval) or _INTERVAL
        meter = _Meter()
        while (info := self._job_in_progress()) is not None:
            yield meter.of_job(info)
            self._pause(pause)

    def follow_block_job(self, path: str, interval: float = 0.5) -> Generator[Progress]:
        """Tells how far the job on a disk is, until it has ended, or is ready for `abort_block_job` to end it.

        Nothing at all where there is none. It asks every `interval` seconds; events tell when it ends, and how:
        `Domain.EVENT_ID_BLOCK_JOB_2`. Raises `OperationInvalid` when the guest is not running, or ends meanwhile, and
        `CallTimeout` at the end of a `with conn.timeout(...)` block.

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
        """How long a pause may be, and whether the block is over then."""
        deadline = self._connection._deadline("long")
        left = pause if deadline is None else max(0.0, deadline - time.monotonic())
        return min(left, pause), left < pause

    def _end_of_block(self) -> CallTimeout:
        return CallTimeout(f"the job of {self.get_name()!r} goes on at the end of the block", sent="no")

    def _next_info(self, job: Job[object]) -> JobInfo | None:
        """How far the job is that a call has begun, after the usual pause; None when the call has ended."""
        while True:
            left, is_end = self._within_block(_INTERVAL)
            if facade.first_of(job, timeout=left) is not None:
                return None
            if is_end:
                raise self._end_of_block()
            info = self._job_in_progress()
            if info is not None:
                return info

    def _job_in_progress(self) -> JobInfo | None:
        try:
            info = self.get_job_info()
        except (OperationInvalid, NoDomain):
            return None  # the guest doesn't run any more, or not yet
        return None if info.type == self.JOB_NONE else info

    def _at_the_end(self, job: Job[object], meter: _Meter, wait: Wait) -> Progress:
        """By what an event has told of the whole job; where none comes, as for some dumps, by what was seen of it."""
        job.result()
        figures = figures_of(None)
        while (
            event := wait.event(LAST_WORD_SECONDS if not meter.total else SHORTEST_SECONDS)
        ) is not None:
            figures = figures_of(event) or figures
        return meter.end(figures.get("data_processed"), figures.get("time_elapsed", 0))


class _Meter:
    """Measures speed from one look to the next."""

    def __init__(self) -> None:
        self.total = 0
        self._speed = 0
        self._done: int | None = None
        self._elapsed = 0
        self._when = 0.0

    def of_job(self, info: JobInfo) -> Progress:
        return self.read(info.data_processed, info.data_total, info.data_remaining, info.time_elapsed)

    def read(self, done: int, total: int, remaining: int, elapsed: int = 0) -> Progress:
        """elapsed: the daemon's own time of it, in milliseconds; 0 where it has none."""
        self._measure(done, elapsed)
        self.total = total
        return Progress(done=done, total=total, remaining=remaining, speed=self._speed)

    def end(self, done: int | None, elapsed: int) -> Progress:
        """Of the end of the job: what it did altogether; None where that is not known."""
        if done is not None:
            self._measure(done, elapsed)
            self.total = max(self.total, done)
        return Progress(done=self.total, total=self.total, remaining=0, speed=self._speed)

    def _measure(self, done: int, elapsed: int) -> None:
        now = time.monotonic()
        if self._done is None or done < self._done:
            self._speed = 0  # the first look, or the first at another job
        else:
            past = (elapsed - self._elapsed) / 1000 if elapsed > self._elapsed > 0 else now - self._when
            self._speed = int((done - self._done) / max(past, 0.001))
        self._done, self._elapsed, self._when = done, elapsed, now
