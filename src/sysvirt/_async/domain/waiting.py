"""Waiting for a guest: for its state, its agent, an address, the end of a job, a device to be detached.

All subscribe to events first and then ask the daemon, so no change between the two is missed. An event is only a reason
to ask again: what the daemon answers decides.
"""

from __future__ import annotations

import time

from ... import _arguments as check
from ..._guest_xml import GuestXML
from ..._protocol.table import remote
from ..._timeouts import SHORTEST_SECONDS
from ...errors import (
    AgentCommandFailed,
    AgentUnresponsive,
    CallTimeout,
    NoDomain,
    OperationFailed,
    OperationInvalid,
    invalid_argument,
)
from ...events import BlockJob2Event, DeviceRemovalFailedEvent, JobCompletedEvent, LifecycleEvent
from ...results.block import BlockJobInfo
from ...results.jobs import JOB_TYPES, JobInfo
from ...results.network import DomainInterface
from ...results.state import domain_state
from .base import DomainBase
from .block_jobs import disk_named
from .wait import END_SECONDS, Wait

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from ..._arguments import Number
    from ..._generated.constants import (
        BlockJobStatus,
        DomainShutdownFlags,
        DomainState,
        InterfaceAddressesSource,
        IPAddrType,
        JobType,
        ShutoffReason,
    )
    from ..._generated.dicts import JobStats
    from ...results.state import StateReason


#: When an agent that did not answer is asked again: no event says that it answers now.
_ASK_AGAIN_SECONDS = 5.0
#: How often the daemon is asked for what has no event.
_POLL_SECONDS = 1.0
#: How long after something has ended the event may come that says how.
LAST_WORD_SECONDS = 1.0

#: How much later than it was made an event may come, and how far clocks in milliseconds may differ.
_SLACK_SECONDS = 0.1


class WaitingMethods(DomainBase):
    __slots__ = ()

    async def wait_for_state(
        self, *states: DomainState | Number, timeout: float | None = None
    ) -> tuple[DomainState, StateReason]:
        """Waits until the guest is in one of these states (`Domain.STATE_*`); returns state and reason, as `get_state`.

        A transient guest that has ended is gone, which counts as shut off; a wait for any other state then raises
        `NoDomain`. A state that lasts only for a moment may be missed: `Connection.events` gives every change.

        timeout: in seconds, None for no limit; raises `CallTimeout`.
        """
        for state in states:
            check.expect("states", state, "DomainState")
        wanted = [check.integer("states", state, 0, check.INT_MAX) for state in states]
        if not wanted:
            raise invalid_argument("states", "at least one of Domain.STATE_* was expected")
        async with Wait(self, "its state", timeout, self.EVENT_ID_LIFECYCLE) as wait:
            await wait.listen()
            return await self._until_state(wait, wanted)

    async def _until_state(self, wait: Wait, wanted: Container[int]) -> tuple[DomainState, StateReason]:
        was_there = False
        how_it_ended = 0  # unknown
        while True:
            try:
                found = await wait.call(remote.DOMAIN_GET_STATE, self._ref, 0)
            except NoDomain:
                if self.STATE_SHUTOFF not in wanted:
                    raise
                return domain_state(
                    self.STATE_SHUTOFF, how_it_ended or await self._last_word_of_end(wait, was_there)
                )
            state, reason = domain_state(*found)
            if state in wanted:
                return state, reason
            was_there = True
            event = await wait.event()
            if event is None:
                raise wait.over(f"it is {state.name}")
            how_it_ended = self._shutoff_reason(event)

    async def _last_word_of_end(self, wait: Wait, was_there: bool) -> int:
        """How a guest ended that is gone: by its event, which may come a little later; 0 if none comes."""
        how = 0
        while not how:
            event = await wait.event(LAST_WORD_SECONDS if was_there else SHORTEST_SECONDS)
            if event is None:
                break
            how = self._shutoff_reason(event)
        return how

    def _shutoff_reason(self, event: object) -> int:
        """Why the guest is shut off, by the event that it stopped; 0 for other events."""
        if isinstance(event, LifecycleEvent) and event.event == self.EVENT_STOPPED:
            # Of a QEMU that has died an event says that it failed, and the guest's state that it crashed.
            how = "CRASHED" if event.detail.name == "FAILED" else event.detail.name
            return int(getattr(self, f"STATE_SHUTOFF_{how}", 0))
        return 0

    async def wait_for_agent(self, timeout: float | None = None) -> None:
        """Waits until the guest's agent answers; a refusal is an answer too.

        Raises `OperationInvalid` when the guest is not running or ends meanwhile (`NoDomain` for a transient one), and
        `ArgumentUnsupported` when its definition has no channel for an agent.

        timeout: in seconds, None for no limit; raises `CallTimeout`.
        """
        ids = (self.EVENT_ID_AGENT_LIFECYCLE, self.EVENT_ID_LIFECYCLE)
        async with Wait(self, "the agent", timeout, *ids) as wait:
            await wait.listen()
            await self._until_agent_answers(wait)

    async def _until_agent_answers(self, wait: Wait) -> None:
        while True:
            try:
                await wait.call(remote.DOMAIN_GET_TIME, self._ref, 0)
                return
            except AgentCommandFailed:
                return  # it has answered
            except AgentUnresponsive as error:
                reason = error.message
            if await wait.event(_ASK_AGAIN_SECONDS) is None and wait.is_over():
                raise wait.over(reason)

    async def wait_for_address(
        self,
        src: InterfaceAddressesSource | Number,
        timeout: float | None = None,
        *,
        family: IPAddrType | Number | None = None,
        local: bool = False,
    ) -> str:
        """Waits until the guest has a network address, and returns the first one.

        Loopback addresses don't count. libvirt has no event for addresses, so the daemon is asked every second. Raises
        `OperationInvalid` when the guest is not running or ends meanwhile (`NoDomain` for a transient one), and
        `AgentCommandFailed` when the agent refuses to say.

        src: whom to ask, as in `get_interface_addresses`: `Domain.INTERFACE_ADDRESSES_SRC_*`.
        timeout: in seconds, None for no limit; raises `CallTimeout`.
        family: `Connection.IP_ADDR_TYPE_IPV4` or `IP_ADDR_TYPE_IPV6`; None for either.
        local: True to accept addresses of the guest's own link or site too: `169.254.0.0/16`, `fe80::/10`,
            `fec0::/10`.
        """
        check.expect("src", src, "InterfaceAddressesSource")
        source = check.integer("src", src, 0, check.UINT_MAX)
        if family is not None:
            check.expect("family", family, "IPAddrType")
        wanted = None if family is None else check.integer("family", family, 0, 1)
        async with Wait(self, "an address", timeout, self.EVENT_ID_LIFECYCLE) as wait:
            await wait.listen()
            return await self._until_address(wait, source, wanted, local)

    async def _until_address(self, wait: Wait, source: int, family: int | None, local: bool) -> str:
        while True:
            reason = "none is known"
            try:
                found = await wait.call(remote.DOMAIN_INTERFACE_ADDRESSES, self._ref, source, 0)
            except AgentUnresponsive as error:
                found, reason = [], error.message
            address = _address(map(DomainInterface._from_wire, found), family, local)
            if address is not None:
                return address
            if await wait.event(_POLL_SECONDS) is None and wait.is_over():
                raise wait.over(reason)

    async def wait_for_job(self, timeout: float | None = None) -> tuple[JobType, JobStats]:
        """Waits until the guest's job has ended: a migration, save, dump or backup. Jobs of single disks don't count.

        Returns how it ended, and its figures as `get_job_stats` has them, without clearing them at the daemon. The
        first is `Domain.JOB_NONE` if the end is unknown: not every job leaves figures, and an aborted one seldom does.
        If there is no job, it is about the last one. Not every job ends with an event, so the daemon is asked every
        second too.

        timeout: in seconds, None for no limit; raises `CallTimeout`.
        """
        ids = (self.EVENT_ID_JOB_COMPLETED, self.EVENT_ID_LIFECYCLE)
        async with Wait(self, "the end of its job", timeout, *ids) as wait:
            await wait.listen()
            job = _Job(time.monotonic(), await self._job_now(wait))
            if not job.goes_on:
                return await self._last_job(wait)
            figures = await self._figures_at_end(wait, job)
            if not figures and job.is_complete:
                return self.JOB_COMPLETED, job.figures or await self._kept_figures(wait, job)
            if not figures:
                return self.JOB_NONE, figures
            # They are right, but don't say how it ended. What the daemon has by now may be of another job.
            kind, kept = await self._last_job(wait)
            if kept != figures:
                kind = self.JOB_COMPLETED if figures.get("success", True) else self.JOB_FAILED
            return kind, figures

    async def _figures_at_end(self, wait: Wait, job: _Job) -> JobStats:
        """The figures that events have of a job when it ends; nothing if no event comes."""
        figures: JobStats = {}  # type: ignore[typeddict-item]  # none
        asked_twice = False
        while True:
            if job.is_complete and not job.figures:
                await self._note_figures(wait, job)
            # The event may come a moment before the daemon shows the job no more.
            pause = LAST_WORD_SECONDS if figures else _POLL_SECONDS
            event = await wait.event(pause if asked_twice else 0)
            figures = job.figures_of(event) or figures
            if event is None and wait.is_over():
                raise wait.over("it goes on")
            if event is not None and not asked_twice:
                continue  # first take all events that have come
            asked = time.monotonic()
            if not job.is_still(await self._job_now(wait), asked):
                break
            if not asked_twice and not job.is_complete and not job.age:
                figures = {}  # type: ignore[typeddict-item]  # they were of an earlier job: this one goes on
            asked_twice = True
        while not figures and not job.is_complete:
            event = await wait.event(LAST_WORD_SECONDS)
            if event is None:
                break
            figures = job.figures_of(event)
        return figures

    async def _job_now(self, wait: Wait) -> JobInfo:
        try:
            return JobInfo._from_wire(await wait.call(remote.DOMAIN_GET_JOB_INFO, self._ref))
        except (OperationInvalid, NoDomain):
            return JobInfo._from_wire((self.JOB_NONE, *[0] * 11))  # it is not running

    async def _note_figures(self, wait: Wait, job: _Job) -> None:
        """Keeps the figures of a job that is completed but still there: later they may be another job's."""
        try:
            kind, figures = await wait.call(remote.DOMAIN_GET_JOB_STATS, self._ref, 0)
        except (OperationInvalid, NoDomain):
            return
        if kind == self.JOB_COMPLETED:
            job.figures = figures  # type: ignore[assignment]

    async def _kept_figures(self, wait: Wait, job: _Job) -> JobStats:
        """The figures of a complete job that was gone before they were asked for, unless another's are kept."""
        _, kept = await self._last_job(wait)
        if kept.get("time_elapsed", 0) < job.info.time_elapsed:
            return {}  # type: ignore[typeddict-item]
        return kept

    async def _last_job(self, wait: Wait) -> tuple[JobType, JobStats]:
        flags = self.JOB_STATS_COMPLETED | self.JOB_STATS_KEEP_COMPLETED
        try:
            kind, figures = await wait.call(remote.DOMAIN_GET_JOB_STATS, self._ref, flags)
        except NoDomain:  # the guest is gone, and its job with it
            return self.JOB_NONE, {}  # type: ignore[typeddict-item]
        return JOB_TYPES[kind], figures  # type: ignore[return-value]

    async def wait_for_block_job(self, disk: str, timeout: float | None = None) -> BlockJobStatus | None:
        """Waits until the job on a disk has ended, or is ready to be ended by `abort_block_job`.

        Returns `Domain.BLOCK_JOB_COMPLETED`, `BLOCK_JOB_FAILED`, `BLOCK_JOB_CANCELED` or `BLOCK_JOB_READY`. When it is
        ready the daemon accepts `Domain.BLOCK_JOB_ABORT_PIVOT`. Returns None if there is no job, and no event says how
        one has ended. Raises `OperationInvalid` when the guest is not running or ends meanwhile (`NoDomain` for a
        transient one).

        disk: its target, such as "vda", its path, its alias, or one of its images by index ("vda[2]").
        timeout: in seconds, None for no limit; raises `CallTimeout`.
        """
        check.text("disk", disk)
        ids = (self.EVENT_ID_BLOCK_JOB_2, self.EVENT_ID_LIFECYCLE)
        async with Wait(self, f"the job on {disk}", timeout, *ids) as wait:
            await wait.listen()
            run, target = await disk_named(self, "disk", disk, wait.call)
            return await self._until_block_job_ends(wait, run, target)

    async def _until_block_job_ends(self, wait: Wait, run: int, target: str) -> BlockJobStatus | None:
        kind = self.BLOCK_JOB_TYPE_UNKNOWN
        end: BlockJobStatus | None = None
        asked_twice = False
        while True:
            found = await wait.call(remote.DOMAIN_GET_BLOCK_JOB_INFO, self._ref, target, 0)
            info = BlockJobInfo._from_wire(found)
            # Asked after the job: so what it says is about this job, or about a later one that is there now.
            guest = await self._guest_xml(wait)
            if guest.id != run:
                raise OperationInvalid(f"the guest {self.get_name()!r} has ended, and its jobs with it")
            if info.type == self.BLOCK_JOB_TYPE_UNKNOWN:
                break
            if guest.is_ready(target):
                return self.BLOCK_JOB_READY
            if kind not in (info.type, self.BLOCK_JOB_TYPE_UNKNOWN) or (end is not None and asked_twice):
                break  # it has ended, and this is another
            asked_twice = kind == info.type
            kind, end = info.type, None  # an end that came before was that of an earlier job
            event = await wait.event(None if asked_twice else 0)
            if event is None and asked_twice:
                raise wait.over("it goes on")
            while event is not None:
                end = _end_of_block_job(event, target, end)
                event = await wait.event(0)
        while end is None:
            event = await wait.event(LAST_WORD_SECONDS if kind else SHORTEST_SECONDS)
            if event is None:
                break
            end = _end_of_block_job(event, target)
        return end

    async def wait_for_detached(
        self, name: str, timeout: float | None = None, *, missing_ok: bool = False
    ) -> None:
        """Waits until the running guest has released a device. To detach a device only asks the guest for that.

        The wait also ends when the guest has ended, unless it was started again with the device. If the guest has no
        device of this name when the wait begins, `InvalidArgument` is raised, unless it was detached through this
        handle. Raises `OperationFailed` when libvirt reports that the guest refuses; a refusal before the wait is not
        seen.

        name: the device's alias; or a disk's target or path, an interface's target or MAC address.
        timeout: in seconds, None for no limit; raises `CallTimeout`.
        missing_ok: True to accept any name that the guest does not have, for devices that others have detached.
        """
        check.text("name", name)
        ids = (self.EVENT_ID_DEVICE_REMOVED, self.EVENT_ID_DEVICE_REMOVAL_FAILED, self.EVENT_ID_LIFECYCLE)
        async with Wait(self, f"the end of {name}", timeout, *ids) as wait:
            await wait.listen()
            is_known = missing_ok or self._has_detached(name)
            try:
                guest = await self._guest_xml(wait)
            except NoDomain:
                if is_known:
                    return
                raise
            if not guest.named(name) and not is_known:
                raise invalid_argument(
                    "name",
                    f"an alias, target, path or MAC address of one of its devices was expected, not {name!r}",
                )
            await self._until_detached(wait, guest, name)

    async def _until_detached(self, wait: Wait, guest: GuestXML, name: str) -> None:
        run = guest.id
        wanted = set(guest.named(name))
        while wanted and guest.id >= 0:  # running: its definition may well keep the device
            event = await wait.event()
            if event is None:
                raise wait.over("the guest has it still")
            if isinstance(event, DeviceRemovalFailedEvent) and event.dev_alias in [
                one.alias for one in wanted
            ]:
                raise OperationFailed(f"the guest {self.get_name()!r} does not let go of {name}")
            try:
                guest = await self._guest_xml(wait)
            except NoDomain:
                return
            # A name may belong to another device by now, so devices are compared; after a new start, by name.
            wanted = wanted.intersection(guest.devices) if guest.id == run else set(guest.named(name))
            run = guest.id

    async def _guest_xml(self, wait: Wait) -> GuestXML:
        return GuestXML(await wait.call(remote.DOMAIN_GET_XML_DESC, self._ref, 0))

    async def shutdown_or_destroy(
        self, timeout: float, flags: DomainShutdownFlags | Number = 0
    ) -> ShutoffReason:
        """Asks the guest to shut down, as `shutdown` does, and destroys it if it still runs after `timeout` seconds.

        Returns how it ended: `Domain.STATE_SHUTOFF_SHUTDOWN`, `Domain.STATE_SHUTOFF_DESTROYED` ... When libvirt refuses
        to ask the guest, it raises what `shutdown` raises, and leaves the guest running. When a
        `with conn.timeout(...)` block ends first, it raises `CallTimeout`, and leaves the guest running too. It is no
        error if the guest is shut off or gone already. A guest that was started again meanwhile is left running.
        """
        check.expect("flags", flags, "DomainShutdownFlags")
        async with Wait(self, "its end", timeout, self.EVENT_ID_LIFECYCLE) as wait:
            await wait.listen()
            run = await self._run(wait)
            how = 0
            try:
                if run >= 0:
                    how = await self._ask_to_shut_down(wait, run, flags)
                    how = await self._until_run_ends(wait, run, how)
            except CallTimeout:
                if not wait.is_own_over():
                    raise
                how = await self._destroy_run(wait, run)
            if how != self.STATE_SHUTOFF_DESTROYED:
                wait.extend(END_SECONDS)  # for what has happened already
                how = await self._how_it_ended(wait, how, run >= 0)
        self._set_id(-1)
        return domain_state(self.STATE_SHUTOFF, how)[1]  # type: ignore[return-value]

    async def _run(self, wait: Wait) -> int:
        """The id of the guest's present run; -1 when it is not running, or is gone."""
        try:
            ref = await wait.call(remote.DOMAIN_LOOKUP_BY_UUID, self.get_uuid())
        except NoDomain:
            return -1
        return int.from_bytes(ref[-4:], "big", signed=True)

    async def _ask_to_shut_down(self, wait: Wait, run: int, flags: DomainShutdownFlags | Number) -> int:
        """How it ended, if it has just ended and an event said how; else 0."""
        how = 0
        try:
            if flags:
                await wait.call(remote.DOMAIN_SHUTDOWN_FLAGS, self._ref, flags)
            else:
                await wait.call(remote.DOMAIN_SHUTDOWN, self._ref)
        except (OperationInvalid, NoDomain):
            # Newer daemons (seen with 12.8) also say so while a guest ends, and show its id until it has ended.
            while await self._run(wait) == run:
                event = await wait.event(LAST_WORD_SECONDS)
                if event is None:
                    raise
                how = self._shutoff_reason(event) or how
        return how

    async def _until_run_ends(self, wait: Wait, run: int, how: int) -> int:
        """How it ended, by an event; `how`, from earlier events, if none says it."""
        while await self._run(wait) == run:
            event = await wait.event()
            if event is None:
                raise wait.over("it still runs")
            how = self._shutoff_reason(event) or how
        return how

    async def _destroy_run(self, wait: Wait, run: int) -> int:
        """Destroys it: `STATE_SHUTOFF_DESTROYED`, or 0 when it had ended before."""
        wait.extend(END_SECONDS)
        if await self._run(wait) != run:
            return 0
        try:
            await self._connection._call(remote.DOMAIN_DESTROY, self._ref)
        except (OperationInvalid, NoDomain):
            return 0
        return int(self.STATE_SHUTOFF_DESTROYED)

    async def _how_it_ended(self, wait: Wait, heard: int, was_there: bool) -> int:
        """How it ended: by its state; by events if it is gone or was started again."""
        try:
            state, reason = await wait.call(remote.DOMAIN_GET_STATE, self._ref, 0)
        except NoDomain:
            return heard or await self._last_word_of_end(wait, was_there)
        if state == self.STATE_SHUTOFF:
            return reason
        return heard or await self._last_word_of_end(wait, was_there)


class _Job:
    """The job that is waited for, as it was last seen; tells it from other jobs, by its age."""

    def __init__(self, listening: float, info: JobInfo) -> None:
        """listening: the time from which on no event is missed."""
        self.info = info
        #: The figures that the daemon gave when it was complete.
        self.figures: JobStats = {}  # type: ignore[typeddict-item]  # nothing
        self._seen = time.monotonic()
        #: Its age, in seconds, when listening began; 0 if that is not known, or it began later.
        self.age = max(0.0, info.time_elapsed / 1000 - (self._seen - listening) - _SLACK_SECONDS)

    @property
    def goes_on(self) -> bool:
        return self.info.type != DomainBase.JOB_NONE

    @property
    def is_complete(self) -> bool:
        """The daemon reports it as completed; QEMU may still be writing the rest of its data."""
        return self.info.type == DomainBase.JOB_COMPLETED

    def figures_of(self, event: object) -> JobStats:
        """The figures in an event, if they are of this job; nothing for a younger one, which is another job."""
        figures = figures_of(event)
        age = figures.get("time_elapsed", 0) / 1000
        return {} if 0 < age < self.age else figures  # type: ignore[typeddict-item]

    def is_still(self, info: JobInfo, asked: float) -> bool:
        """Updates this by what the daemon says now; False if there is no job any more, or another one.

        asked: when the daemon was asked.
        """
        if info.type == DomainBase.JOB_NONE:
            return False
        # The age of a complete job does not grow.
        grown = 0.0 if info.type == DomainBase.JOB_COMPLETED else asked - self._seen - _SLACK_SECONDS
        if info.time_elapsed and info.time_elapsed < max(self.info.time_elapsed, 1000 * grown):
            return False
        self.info, self._seen = info, time.monotonic()
        return True


def _address(interfaces: Iterable[DomainInterface], family: int | None, local: bool) -> str | None:
    """The first address by which others can reach the guest."""
    for interface in interfaces:
        for address in interface.addrs:
            if family in (None, address.type) and _is_usable(address.addr, local):
                return address.addr
    return None


def _is_usable(text: str, local: bool) -> bool:
    from ipaddress import ip_address  # not light

    try:
        address = ip_address(text)
    except ValueError:
        return False  # a guest's agent may send anything
    if address.is_loopback or address.is_unspecified:
        return False
    return local or not (address.is_link_local or getattr(address, "is_site_local", False))


def _end_of_block_job(
    event: object, target: str, before: BlockJobStatus | None = None
) -> BlockJobStatus | None:
    """How the job on a disk has ended, by an event; `before` for events about something else."""
    if isinstance(event, BlockJob2Event) and event.dst == target and event.status.name != "READY":
        return event.status
    return before


def figures_of(event: object) -> JobStats:
    """The figures of a job that has ended, from its event; nothing for other events."""
    return event.params if isinstance(event, JobCompletedEvent) else {}  # type: ignore[typeddict-item]
