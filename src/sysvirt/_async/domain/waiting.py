"""Waiting for what a guest is to become: its state, its agent, an address, the end of a job, a device that goes.

All subscribe first and look then, so that nothing can change between the look and the wait. What is said to have
happened is only a reason to look again: what the daemon says the guest is counts.
"""

from __future__ import annotations

from ... import _arguments as check
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
from ...results.jobs import JOB_TYPES
from ...results.network import DomainInterface
from ...results.state import domain_state
from .base import DomainBase
from .block_jobs import is_ready
from .wait import END_SECONDS, Wait

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

    from ..._arguments import Number
    from ..._generated.constants import (
        BlockJobStatus,
        DomainShutdownFlags,
        DomainState,
        InterfaceAddressesSource,
        JobType,
        ShutoffReason,
    )
    from ..._generated.dicts import JobStats
    from ...results.state import StateReason


#: How long until an agent that did not answer is asked again: that it answers after all is no event.
_ASK_AGAIN_SECONDS = 5.0
#: How often is asked for what there is no event of.
_POLL_SECONDS = 1.0
#: How long the event that tells how something ended may come after the end.
LAST_WORD_SECONDS = 1.0

#: Addresses that a guest has in any case.
_LOCAL = ("127.", "169.254.", "fe8", "fe9", "fea", "feb")


class WaitingMethods(DomainBase):
    __slots__ = ()

    async def wait_for_state(
        self, *states: DomainState | Number, timeout: float | None = None
    ) -> tuple[DomainState, StateReason]:
        """Waits until the guest is in one of these states (`Domain.STATE_*`); the state and why, as `get_state`.

        A transient guest that has ended is gone, which counts as shut off; waiting for anything else raises
        `NoDomain` then. A state that is left at once may go unseen: `Connection.events` tells of each.

        timeout: in seconds; `CallTimeout` is raised when it has not come by then.
        """
        for state in states:
            check.expect("states", state, "DomainState")
        wanted = [check.integer("states", state, 0, check.INT_MAX) for state in states]
        if not wanted:
            raise invalid_argument("states", "at least one of Domain.STATE_* was expected")
        async with Wait(self, "its state", timeout, self.EVENT_ID_LIFECYCLE) as wait:
            await wait.listen()
            return await self._until_state(wait, wanted)

    async def _until_state(
        self, wait: Wait, wanted: Container[int], was_there: bool = False
    ) -> tuple[DomainState, StateReason]:
        how_it_ended = 0  # unknown
        while True:
            try:
                found = await wait.call(remote.DOMAIN_GET_STATE, self._ref, 0)
            except NoDomain:
                if self.STATE_SHUTOFF not in wanted:
                    raise
                while not how_it_ended:
                    event = await wait.event(LAST_WORD_SECONDS if was_there else SHORTEST_SECONDS)
                    if event is None:
                        break
                    how_it_ended = self._shutoff_reason(event)
                return domain_state(self.STATE_SHUTOFF, how_it_ended)
            state, reason = domain_state(*found)
            if state in wanted:
                return state, reason
            was_there = True
            event = await wait.event()
            if event is None:
                raise wait.over(f"it is {state.name}")
            how_it_ended = self._shutoff_reason(event)

    def _shutoff_reason(self, event: object) -> int:
        """Why the guest is shut off, by the event that tells that it stopped; 0 for others."""
        if isinstance(event, LifecycleEvent) and event.event == self.EVENT_STOPPED:
            # Of a QEMU that has died an event says that it failed, and the guest's state that it crashed.
            how = "CRASHED" if event.detail.name == "FAILED" else event.detail.name
            return int(getattr(self, f"STATE_SHUTOFF_{how}", 0))
        return 0

    async def wait_for_agent(self, timeout: float | None = None) -> None:
        """Waits until the guest's agent answers.

        Raises `OperationInvalid` when the guest is not running, or ends meanwhile, and `ArgumentUnsupported` when it
        has no channel for an agent.

        timeout: in seconds; `CallTimeout` is raised when it has not answered by then.
        """
        ids = (self.EVENT_ID_AGENT_LIFECYCLE, self.EVENT_ID_LIFECYCLE)
        async with Wait(self, "the agent", timeout, *ids) as wait:
            await wait.listen()
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
        self, src: InterfaceAddressesSource | Number, timeout: float | None = None
    ) -> str:
        """Waits until the guest has a network address; the first that is neither loopback nor link-local.

        libvirt has no event for it, so it is asked each second. Raises `OperationInvalid` when the guest is not
        running, or ends meanwhile.

        src: whom to ask, as `get_interface_addresses`: `Domain.INTERFACE_ADDRESSES_SRC_*`.
        timeout: in seconds; `CallTimeout` is raised when it has none by then.
        """
        check.expect("src", src, "InterfaceAddressesSource")
        source = check.integer("src", src, 0, check.UINT_MAX)
        async with Wait(self, "an address", timeout, self.EVENT_ID_LIFECYCLE) as wait:
            await wait.listen()
            while True:
                reason = "none is known"
                try:
                    found = await wait.call(remote.DOMAIN_INTERFACE_ADDRESSES, self._ref, source, 0)
                    for interface in map(DomainInterface._from_wire, found):
                        for address in interface.addrs:
                            if not (address.addr.startswith(_LOCAL) or address.addr == "::1"):
                                return address.addr
                except AgentUnresponsive as error:
                    reason = error.message
                if await wait.event(_POLL_SECONDS) is None and wait.is_over():
                    raise wait.over(reason)

    async def wait_for_job(self, timeout: float | None = None) -> tuple[JobType, JobStats]:
        """Waits until the guest has no job: no migration, save, dump or backup. Those of single disks don't count.

        Returns what `get_job_stats` says of it afterwards, without taking that away, or where there is no job, of the
        one that ended last. `Domain.JOB_NONE` where it says nothing: not every job leaves figures, and one that was
        aborted seldom does. Only those that leave some end with an event, so the daemon is asked each second too.

        timeout: in seconds; `CallTimeout` is raised when the job goes on for longer.
        """
        ids = (self.EVENT_ID_JOB_COMPLETED, self.EVENT_ID_LIFECYCLE)
        flags = self.JOB_STATS_COMPLETED | self.JOB_STATS_KEEP_COMPLETED
        figures: JobStats = {}  # type: ignore[typeddict-item]  # none
        async with Wait(self, "the end of its job", timeout, *ids) as wait:
            await wait.listen()
            # As long as the job is there. It may be complete already, and have told so, but for the rest of its data.
            kind = at_last = await self._job_type(wait)
            while kind != self.JOB_NONE:
                event = await wait.event(_POLL_SECONDS)
                if event is None and wait.is_over():
                    raise wait.over("it is still under way")
                figures = figures_of(event) or figures
                at_last, kind = kind, await self._job_type(wait)
            # Figures that the daemon has may be those of an earlier job.
            while at_last not in (self.JOB_NONE, self.JOB_COMPLETED) and not figures:
                event = await wait.event(LAST_WORD_SECONDS)
                if event is None:
                    return self.JOB_NONE, figures
                figures = figures_of(event)
            try:
                kind, stats = await wait.call(remote.DOMAIN_GET_JOB_STATS, self._ref, flags)
            except NoDomain:  # it has gone with its job
                ended_well = figures or at_last == self.JOB_COMPLETED
                return self.JOB_COMPLETED if ended_well else self.JOB_NONE, figures
        return JOB_TYPES[kind], stats  # type: ignore[return-value]

    async def _job_type(self, wait: Wait) -> int:
        try:
            kind, *_ = await wait.call(remote.DOMAIN_GET_JOB_INFO, self._ref)
        except (OperationInvalid, NoDomain):
            return self.JOB_NONE  # it is not running
        return kind

    async def wait_for_block_job(self, disk: str, timeout: float | None = None) -> BlockJobStatus | None:
        """Waits until the job on a disk has ended, or is ready for `abort_block_job` to end it, and says which.

        `Domain.BLOCK_JOB_COMPLETED`, `_FAILED`, `_CANCELED` or `_READY`; None where there is no job, and none was heard
        to end. Raises `OperationInvalid` when the guest is not running, or ends meanwhile.

        disk: its target, such as "vda".
        timeout: in seconds; `CallTimeout` is raised when the job goes on for longer.
        """
        target = check.text("disk", disk)
        ids = (self.EVENT_ID_BLOCK_JOB_2, self.EVENT_ID_LIFECYCLE)
        end: BlockJobStatus | None = None
        async with Wait(self, f"the job on {target}", timeout, *ids) as wait:
            await wait.listen()
            was_there = False
            while True:
                found = await wait.call(remote.DOMAIN_GET_BLOCK_JOB_INFO, self._ref, target, 0)
                info = BlockJobInfo._from_wire(found)
                if info.type == self.BLOCK_JOB_TYPE_UNKNOWN:
                    break
                if is_ready(info):
                    return self.BLOCK_JOB_READY
                was_there = True
                event = await wait.event()
                if event is None:
                    raise wait.over("it is still under way")
                end = _end_of_block_job(event, target) if end is None else end
            while end is None:
                event = await wait.event(LAST_WORD_SECONDS if was_there else SHORTEST_SECONDS)
                if event is None:
                    break
                end = _end_of_block_job(event, target)
        return end

    async def wait_for_detached(self, alias: str, timeout: float | None = None) -> None:
        """Waits until a device has gone from the running guest: detaching one only asks the guest to let go of it.

        When the guest ends, it has gone too. Raises `OperationFailed` when the guest is heard to refuse; it may also
        have done so before.

        alias: the device's, as its `<alias>` in the guest's definition has it.
        timeout: in seconds; `CallTimeout` is raised when it has not gone by then.
        """
        mark = f"<alias name='{check.text('alias', alias)}'/>"
        ids = (self.EVENT_ID_DEVICE_REMOVED, self.EVENT_ID_DEVICE_REMOVAL_FAILED, self.EVENT_ID_LIFECYCLE)
        async with Wait(self, f"the end of {alias}", timeout, *ids) as wait:
            await wait.listen()
            while True:
                try:
                    xml = await wait.call(remote.DOMAIN_GET_XML_DESC, self._ref, 0)
                except NoDomain:
                    return
                # Only a running guest's has an id; its definition may well keep the device.
                if " id='" not in xml.partition(">")[0] or mark not in xml:
                    return
                event = await wait.event()
                if event is None:
                    raise wait.over("the guest has it still")
                if isinstance(event, DeviceRemovalFailedEvent) and event.dev_alias == alias:
                    raise OperationFailed(f"the guest {self.get_name()!r} does not let go of {alias}")

    async def shutdown_or_destroy(
        self, timeout: float, flags: DomainShutdownFlags | Number = 0
    ) -> ShutoffReason:
        """Asks the guest to shut down, as `shutdown` does, and destroys it if it still runs after `timeout` seconds.

        Returns how it ended: `Domain.STATE_SHUTOFF_SHUTDOWN`, `Domain.STATE_SHUTOFF_DESTROYED`. Raises what `shutdown`
        raises when libvirt refuses to ask the guest, and leaves it running then; so does a bound that is over before
        `timeout` is. A guest that is shut off is left so.
        """
        check.expect("flags", flags, "DomainShutdownFlags")
        async with Wait(self, "its end", timeout, self.EVENT_ID_LIFECYCLE) as wait:
            try:
                await wait.listen()
                try:
                    if flags:
                        await wait.call(remote.DOMAIN_SHUTDOWN_FLAGS, self._ref, flags)
                    else:
                        await wait.call(remote.DOMAIN_SHUTDOWN, self._ref)
                except OperationInvalid:
                    state, _ = await wait.call(remote.DOMAIN_GET_STATE, self._ref, 0)
                    if state != self.STATE_SHUTOFF:
                        raise
                _, reason = await self._until_state(wait, (self.STATE_SHUTOFF,), was_there=True)
            except CallTimeout:
                if not wait.is_own_over():
                    raise
                try:
                    await self._connection._call(remote.DOMAIN_DESTROY, self._ref)
                    reason = self.STATE_SHUTOFF_DESTROYED
                except (OperationInvalid, NoDomain):  # it has ended after all
                    wait.extend(END_SECONDS)
                    _, reason = await self._until_state(wait, (self.STATE_SHUTOFF,), was_there=True)
        self._set_id(-1)
        return reason  # type: ignore[return-value]


def _end_of_block_job(event: object, target: str) -> BlockJobStatus | None:
    """How an event tells that the job on a disk has ended; None for others."""
    if isinstance(event, BlockJob2Event) and event.dst == target and event.status.name != "READY":
        return event.status
    return None


def figures_of(event: object) -> JobStats:
    """What an event tells of a job that has ended; nothing for others."""
    return event.params if isinstance(event, JobCompletedEvent) else {}  # type: ignore[typeddict-item]
