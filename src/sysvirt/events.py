"""The records of events, and which message of the protocol brings each."""

from __future__ import annotations

from ._enums import lookup
from ._protocol.table import remote
from ._records import Record
from .errors import invalid_argument, invalid_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import IntEnum
    from typing import Any, Generic, TypeVar

    from ._generated.constants import DomainEventID, DomainEventType
    from ._protocol.procedure import Procedure

    C = TypeVar("C")
    D = TypeVar("D")

    class _Typed(Record, Generic[C, D]): ...

else:
    C = D = None

    class _Typed(Record):
        __slots__ = ()

        def __class_getitem__(cls, item):
            return cls


class Event(_Typed[C, D]):
    """What all events of guests have."""

    __slots__ = ()
    connection: C
    """The connection it came through."""
    domain: D
    """The guest it is about."""


class LifecycleEvent(Event[C, D]):
    """A guest was defined, started, stopped ...: `Domain.EVENT_ID_LIFECYCLE`."""

    __slots__ = ()
    event: DomainEventType
    """What happened (`Domain.EVENT_*`)."""
    detail: IntEnum
    """Why, or how; the enum depends on the event (`Domain.EVENT_STARTED_BOOTED` ...)."""


class EventsLost(_Typed[C, D]):
    """Stands in a queue of events where some did not fit, because they were not taken in time."""

    __slots__ = ()
    connection: C
    count: int
    """How many were lost here."""


#: The enum of an event's detail, by the event.
_DETAILS = (
    "DefinedDetail", "UndefinedDetail", "StartedDetail", "SuspendedDetail", "ResumedDetail", "StoppedDetail",
    "ShutdownDetail", "PMSuspendedDetail", "CrashedDetail",
)  # fmt: skip


def _lifecycle(event: int, detail: int) -> tuple[object, ...]:
    from ._generated import constants

    known = 0 <= event < len(_DETAILS)
    return (
        lookup(constants.DomainEventType, event),
        lookup(getattr(constants, _DETAILS[event]), detail) if known else detail,
    )


class EventKind:
    """How events of one id arrive: the message, and what becomes of its fields behind the guest."""

    __slots__ = ("convert", "procedure", "record")

    def __init__(
        self,
        record: type[Event[Any, Any]],
        procedure: Procedure[..., Any],
        convert: Callable[..., tuple[object, ...]],
    ) -> None:
        self.record = record
        self.procedure = procedure
        self.convert = convert

    def decode(self, body: bytes, at: int) -> tuple[bytes, tuple[object, ...]]:
        """The guest's handle and the record's further fields."""
        # Older events wrap the message that they had before there were callback ids.
        message: tuple[Any, ...] = self.procedure.decode_reply(body, at)
        fields: tuple[Any, ...] = message[1:]
        if isinstance(fields[0], tuple):
            (fields,) = fields
        return fields[0], self.convert(*fields[1:])


_kinds: dict[int, EventKind] = {}


def kind_of(event_id: int) -> EventKind:
    """The kind with this id (`Domain.EVENT_ID_*`)."""
    if not _kinds:
        _kinds[0] = EventKind(LifecycleEvent, remote.DOMAIN_EVENT_CALLBACK_LIFECYCLE, _lifecycle)
    if isinstance(event_id, bool) or not isinstance(event_id, int):
        raise invalid_type("event_id", "one of Domain.EVENT_ID_*", event_id)
    kind = _kinds.get(event_id)
    if kind is None:
        raise invalid_argument("event_id", f"this release of sysvirt knows no event with the id {event_id!r}")
    return kind


def all_ids() -> list[DomainEventID | int]:
    """The ids of every kind this release knows."""
    kind_of(0)
    return list(_kinds)
