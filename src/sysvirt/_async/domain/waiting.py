"""Waiting for what a guest is to become: its state, its agent, an address, the end of its job.

All subscribe first and look then, so that nothing can change between the look and the wait. What is said to have
happened is only a reason to look again: what the daemon says the guest is counts.
"""

from __future__ import annotations

import time

from ... import _arguments as check
from ..._protocol.table import remote
from ..._timeouts import seconds
from ...errors import (
    AgentCommandFailed,
    AgentUnresponsive,
    CallTimeout,
    NoDomain,
    OperationInvalid,
    invalid_argument,
)
from ...events import JobCompletedEvent, LifecycleEvent
from ...results.jobs import JOB_TYPES
from ...results.network import DomainInterface
from ...results.state import domain_state
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container
    from types import TracebackType
    from typing import Literal, ParamSpec, Self, TypeVar

    from ..._generated.constants import (
        DomainEventID,
        DomainShutdownFlags,
        DomainState,
        InterfaceAddressesSource,
        JobType,
        ShutoffReason,
    )
    from ..._generated.dicts import JobStats
    from ..._protocol.procedure import Procedure
    from ..._timeouts import Timeout
    from ...events import AnyEvent, EventsLost
    from ...results.state import StateReason
    from ..connection import Connection
    from . import Domain

    P = ParamSpec("P")
    R = TypeVar("R")

#: How long until an agent that did not answer is asked again: that it answers after all is no event.
_ASK_AGAIN_SECONDS = 5.0
#: How often is asked for what there is no event of.
_POLL_SECONDS = 1.0
#: How long the event that tells how a guest ended may come after the guest has gone.
_LAST_WORD_SECONDS = 1.0
#: How long is waited for the daemon to confirm that no more events are wanted.
_END_SECONDS = 2.0
#: What is left when the bound has come already.
_SHORTEST_SECONDS = 0.001

#: Addresses that a guest has in any case.
_LOCAL = ("127.", "169.254.", "fe8", "fe9", "fea", "feb")


class WaitingMethods(DomainBase):
    __slots__ = ()

    async def wait_for_state(
        self, *states: DomainState, timeout: float | None = None
    ) -> tuple[DomainState, StateReason]:
        """Waits until the guest is in one of these states (`Domain.STATE_*`); the state and why, as `get_state`.

        A transient guest that has ended is gone, which counts as shut off; waiting for anything else raises
        `NoDomain` then. A state that is left at once may go unseen: `Connection.events` tells of each.

        timeout: in seconds; `CallTimeout` is raised when it has not come by then.
        """
        wanted = [check.integer("states", state, 0, check.INT_MAX) for state in states]
        if not wanted:
            raise invalid_argument("states", "at least one of Domain.STATE_* was expected")
        async with _Wait(self, "its state", timeout, self.EVENT_ID_LIFECYCLE) as wait:
            await wait.listen()
            return await self._until_state(wait, wanted)

    async def _until_state(
        self, wait: _Wait, wanted: Container[int], was_there: bool = False
    ) -> tuple[DomainState, StateReason]:
        how_it_ended = 0  # unknown
        while True:
            try:
                found = await wait.call(remote.DOMAIN_GET_STATE, self._ref, 0)
            except NoDomain:
                if self.STATE_SHUTOFF not in wanted:
                    raise
                while not how_it_ended:
                    event = await wait.event(_LAST_WORD_SECONDS if was_there else _SHORTEST_SECONDS)
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
        async with _Wait(self, "the agent", timeout, *ids) as wait:
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

    async def wait_for_address(self, src: InterfaceAddressesSource, timeout: float | None = None) -> str:
        """Waits until the guest has a network address; the first that is neither loopback nor link-local.

        libvirt has no event for it, so it is asked each second. Raises `OperationInvalid` when the guest is not
        running, or ends meanwhile.

        src: whom to ask, as `get_interface_addresses`: `Domain.INTERFACE_ADDRESSES_SRC_*`.
        timeout: in seconds; `CallTimeout` is raised when it has none by then.
        """
        source = check.integer("src", src, 0, check.UINT_MAX)
        async with _Wait(self, "an address", timeout, self.EVENT_ID_LIFECYCLE) as wait:
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
        async with _Wait(self, "the end of its job", timeout, *ids) as wait:
            await wait.listen()
            # As long as the job is there. It may be complete already, and have told so, but for the rest of its data.
            kind = at_last = await self._job_type(wait)
            while kind != self.JOB_NONE:
                event = await wait.event(_POLL_SECONDS)
                if event is None and wait.is_over():
                    raise wait.over("it is still under way")
                figures = _figures(event) or figures
                at_last, kind = kind, await self._job_type(wait)
            # Figures that the daemon has may be those of an earlier job.
            while at_last not in (self.JOB_NONE, self.JOB_COMPLETED) and not figures:
                event = await wait.event(_LAST_WORD_SECONDS)
                if event is None:
                    return self.JOB_NONE, figures
                figures = _figures(event)
            try:
                kind, stats = await wait.call(remote.DOMAIN_GET_JOB_STATS, self._ref, flags)
            except NoDomain:  # it has gone with its job
                ended_well = figures or at_last == self.JOB_COMPLETED
                return self.JOB_COMPLETED if ended_well else self.JOB_NONE, figures
        return JOB_TYPES[kind], stats  # type: ignore[return-value]

    async def _job_type(self, wait: _Wait) -> int:
        try:
            kind, *_ = await wait.call(remote.DOMAIN_GET_JOB_INFO, self._ref)
        except (OperationInvalid, NoDomain):
            return self.JOB_NONE  # it is not running
        return kind

    async def shutdown_or_destroy(
        self, timeout: float, flags: DomainShutdownFlags | Literal[0] = 0
    ) -> ShutoffReason:
        """Asks the guest to shut down, as `shutdown` does, and destroys it if it still runs after `timeout` seconds.

        Returns how it ended: `Domain.STATE_SHUTOFF_SHUTDOWN`, `Domain.STATE_SHUTOFF_DESTROYED`. Raises what `shutdown`
        raises when libvirt refuses to ask the guest, and leaves it running then; so does a bound that is over before
        `timeout` is. A guest that is shut off is left so.
        """
        async with _Wait(self, "its end", timeout, self.EVENT_ID_LIFECYCLE) as wait:
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
                    wait.extend(_END_SECONDS)
                    _, reason = await self._until_state(wait, (self.STATE_SHUTOFF,), was_there=True)
        self._set_id(-1)
        return reason  # type: ignore[return-value]


def _figures(event: object) -> JobStats:
    """What an event tells of a job that has ended; nothing for others."""
    return event.params if isinstance(event, JobCompletedEvent) else {}  # type: ignore[typeddict-item]


class _Wait:
    """One wait: what it hears of, and its bound."""

    def __init__(self, dom: DomainBase, what: str, timeout: float | None, *event_ids: DomainEventID) -> None:
        self._name = dom.get_name()
        self._what = what
        self._connection = connection = dom._connection
        limit = seconds("timeout", timeout)
        self._own = None if limit is None else time.monotonic() + limit
        around = connection._deadline("long")
        self._deadline = min((end for end in (self._own, around) if end is not None), default=None)
        domain: Domain = dom  # type: ignore[assignment]  # of which this is a part
        self._events = connection.events(*event_ids, domain=domain)

    async def __aenter__(self) -> Self:
        return self

    async def listen(self) -> None:
        """From now on no event is missed."""
        with self._bound():
            await self._events.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with self._connection.timeout(_END_SECONDS):
                await self._events.close()
        except CallTimeout:
            pass  # this is not what the caller waits for

    async def call(self, procedure: Procedure[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """A call within the wait, whose end is its end."""
        try:
            with self._bound():
                return await self._connection._call(procedure, *args, **kwargs)
        except CallTimeout as error:
            if self._deadline is None:
                raise
            raise self.over(error.message, error.sent) from None

    def _bound(self) -> Timeout:
        """Bounds the calls within to what is left, or to the connection's default where the wait has no bound."""
        left = self._left()
        return self._connection.timeout(self._connection._timeout if left is None else left)

    def _left(self) -> float | None:
        if self._deadline is None:
            return None
        return max(self._deadline - time.monotonic(), _SHORTEST_SECONDS)

    def is_over(self) -> bool:
        return _has_come(self._deadline)

    def is_own_over(self) -> bool:
        """Whether the bound is over that the wait itself was given, and not one around it."""
        return _has_come(self._own)

    def extend(self, seconds: float) -> None:
        """Has it go on for so long, for what has happened already."""
        self._deadline = time.monotonic() + seconds

    def over(self, reason: str, sent: str = "no") -> CallTimeout:
        return CallTimeout(f"waited in vain for {self._what} of {self._name!r}: {reason}", sent=sent)

    async def event(
        self, at_most: float | None = None
    ) -> AnyEvent[Connection, Domain] | EventsLost[Connection, Domain] | None:
        """The next event; None at the end of the wait, or after so many seconds."""
        deadline = self._deadline
        if at_most is not None:
            then = time.monotonic() + at_most
            deadline = then if deadline is None else min(deadline, then)
        return await self._events._next(deadline)


def _has_come(deadline: float | None) -> bool:
    return deadline is not None and time.monotonic() >= deadline
