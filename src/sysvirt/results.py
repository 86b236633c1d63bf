"""The records that methods return, one class for each set of fixed keys in the specification."""

from __future__ import annotations

from ._generated import dicts
from ._generated.dicts import *  # noqa: F403
from ._records import Record

# Results whose keys depend on the host, the guest and the daemon are plain dicts. `dicts` names the keys that
# are known, for checkers; any of them may be missing, and others may be there: test with `in`.
__all__ = ["CredentialRequest", "DomainInfo", "NodeInfo", "NodeSecurityModel"]
__all__ += dicts.__all__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self

    from ._generated.constants import CredentialType, DomainState


class _Members(dict["int", "Any"]):
    """An enum's members by value, without the cost of building or even importing it before it is needed."""

    def __init__(self, enum: str) -> None:
        self._enum = enum

    def __missing__(self, value: int) -> Any:
        from ._enums import lookup
        from ._generated import constants

        enum = getattr(constants, self._enum)
        # Only what the enum keeps: a peer that sends ever new values must not fill the memory.
        self.update(enum._value2member_map_)
        return lookup(enum, value)


_DOMAIN_STATES = _Members("DomainState")


def _text_of(characters: list[int]) -> str:
    """Text that comes as a C array of char: numbers, some below zero, and NULs at the end."""
    data = bytes([number & 255 for number in characters]).partition(b"\0")[0]
    return data.decode("utf-8", "surrogateescape")


class DomainInfo(Record):
    """How a guest is doing: `Domain.get_info()`."""

    __slots__ = ()
    max_mem: int
    """Memory it may have at most, in KiB."""
    memory: int
    """Memory it has now, in KiB."""
    cpu_time: int
    """CPU time used so far, in nanoseconds."""
    nr_virt_cpu: int
    """Virtual CPUs it has now."""
    state: DomainState
    """What it is doing (`Domain.STATE_*`)."""

    @classmethod
    def _from_wire(cls, reply: tuple[Any, ...]) -> Self:
        state, max_mem, memory, nr_virt_cpu, cpu_time = reply
        return cls._make((max_mem, memory, cpu_time, nr_virt_cpu, _DOMAIN_STATES[state]))


class NodeInfo(Record):
    """The host's processors and memory: `Connection.get_node_info()`."""

    __slots__ = ()
    memory: int
    """Memory of the host, in KiB."""
    model: str
    """Kind of CPU, such as x86_64."""
    cpus: int
    """CPUs that are online."""
    mhz: int
    """Clock rate the CPUs are said to have; 0 where unknown."""
    nodes: int
    """NUMA cells; 1 where the topology is unusual, so ask the capabilities for the truth."""
    sockets: int
    """CPU sockets per NUMA cell."""
    cores: int
    """Cores per socket."""
    threads: int
    """Threads per core."""

    @classmethod
    def _from_wire(cls, reply: tuple[Any, ...]) -> Self:
        model, memory, *counts = reply
        return cls._make((memory, _text_of(model), *counts))


class CredentialRequest(Record):
    """Something that a connection asks of its user: what `connect`'s callback gets a list of."""

    __slots__ = ()
    type: CredentialType
    """What is asked for (`Connection.CRED_*`)."""
    prompt: str
    """Text to show to a person."""
    challenge: str | None
    """What the answer is for: a word that the mechanism gives, such as the host's name."""
    result: str | None
    """The answer to give unless there is a better one."""


if TYPE_CHECKING:
    from ._generated.constants import (
        BlockedReason,
        CrashedReason,
        NostateReason,
        PausedReason,
        PMSuspendedReason,
        RunningReason,
        ShutdownReason,
        ShutoffReason,
    )

    StateReason = (
        NostateReason
        | RunningReason
        | BlockedReason
        | PausedReason
        | ShutdownReason
        | ShutoffReason
        | CrashedReason
        | PMSuspendedReason
    )

#: The enum of the reasons, by state.
_REASONS = tuple(
    _Members(name)
    for name in (
        "NostateReason", "RunningReason", "BlockedReason", "PausedReason", "ShutdownReason", "ShutoffReason",
        "CrashedReason", "PMSuspendedReason",
    )
)  # fmt: skip


def domain_state(state: int, reason: int) -> tuple[DomainState, StateReason]:
    """The members for a state and its reason; a state that is newer than this release has plain numbers for reasons."""
    found: StateReason = _REASONS[state][reason] if 0 <= state < len(_REASONS) else reason  # type: ignore[assignment]
    return _DOMAIN_STATES[state], found


class NodeSecurityModel(Record):
    """How guests are kept apart on the host: `Connection.get_node_security_model()`."""

    __slots__ = ()
    model: str
    """Name of the security driver, such as selinux; "" or "none" where there is none."""
    doi: str
    """The domain of interpretation of its labels."""

    @classmethod
    def _from_wire(cls, reply: tuple[list[int], list[int]]) -> Self:
        model, doi = reply
        return cls._make((_text_of(model), _text_of(doi)))
