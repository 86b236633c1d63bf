"""The state of a guest."""

from __future__ import annotations

from .._records import Record
from ._values import Members

__all__ = ["ControlInfo", "DomainInfo"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self, TypeAlias

    from .._generated.constants import (
        BlockedReason,
        ControlErrorReason,
        ControlState,
        CrashedReason,
        DomainState,
        NostateReason,
        PausedReason,
        PMSuspendedReason,
        RunningReason,
        ShutdownReason,
        ShutoffReason,
    )

    StateReason: TypeAlias = (
        NostateReason
        | RunningReason
        | BlockedReason
        | PausedReason
        | ShutdownReason
        | ShutoffReason
        | CrashedReason
        | PMSuspendedReason
    )

_CONTROL_REASONS = Members("ControlErrorReason")
_CONTROL_STATES = Members("ControlState")
_DOMAIN_STATES = Members("DomainState")

#: The enum of the reasons, by state.
_REASONS = tuple(
    Members(name)
    for name in (
        "NostateReason", "RunningReason", "BlockedReason", "PausedReason", "ShutdownReason", "ShutoffReason",
        "CrashedReason", "PMSuspendedReason",
    )
)  # fmt: skip


class DomainInfo(Record):
    """State, memory and CPUs of a guest: `Domain.get_info()`."""

    __slots__ = ()
    max_mem: int
    """The most memory it may have, in KiB."""
    memory: int
    """Memory it has now, in KiB."""
    cpu_time: int
    """CPU time used so far, in nanoseconds."""
    nr_virt_cpu: int
    """Virtual CPUs it has now."""
    state: DomainState
    """Its state (`Domain.STATE_*`)."""

    @classmethod
    def _from_wire(cls, reply: tuple[Any, ...]) -> Self:
        state, max_mem, memory, nr_virt_cpu, cpu_time = reply
        return cls._make((max_mem, memory, cpu_time, nr_virt_cpu, _DOMAIN_STATES[state]))


class ControlInfo(Record):
    """Whether the guest's hypervisor process answers the daemon: `Domain.get_control_info()`."""

    __slots__ = ()
    state: ControlState
    """Whether it answers, and what it is busy with (`Domain.CONTROL_*`)."""
    details: ControlErrorReason
    """The error, when the state is `Domain.CONTROL_ERROR` (`Domain.CONTROL_ERROR_REASON_*`)."""
    state_time: int
    """How long it has been in this state, in milliseconds; 0 when it answers."""

    @classmethod
    def _from_wire(cls, reply: tuple[int, int, int]) -> Self:
        state, details, state_time = reply
        return cls._make((_CONTROL_STATES[state], _CONTROL_REASONS[details], state_time))


def domain_state(state: int, reason: int) -> tuple[DomainState, StateReason]:
    """The members for a state and its reason. For a state that is newer than this release the reason is a number."""
    found: StateReason = _REASONS[state][reason] if 0 <= state < len(_REASONS) else reason  # type: ignore[assignment]
    return _DOMAIN_STATES[state], found
