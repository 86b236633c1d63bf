"""The records of events, and the table of the messages that bring them."""

from __future__ import annotations

from ._protocol.table import qemu, remote
from ._records import Record, one_line
from .errors import invalid_argument, invalid_type
from .results._values import Members

__all__ = [
    "AgentLifecycleEvent",
    "AnyEvent",
    "BalloonChangeEvent",
    "BlockJob2Event",
    "BlockJobEvent",
    "BlockThresholdEvent",
    "ChannelLifecycleEvent",
    "ConnectionClosedEvent",
    "ControlErrorEvent",
    "DeviceAddedEvent",
    "DeviceRemovalFailedEvent",
    "DeviceRemovedEvent",
    "DiskChangeEvent",
    "Event",
    "EventsLost",
    "GraphicsAddress",
    "GraphicsEvent",
    "GraphicsIdentity",
    "IOErrorEvent",
    "IOErrorReasonEvent",
    "JobCompletedEvent",
    "LifecycleEvent",
    "MemoryDeviceSizeChangeEvent",
    "MemoryFailureEvent",
    "MetadataChangeEvent",
    "MigrationIterationEvent",
    "NICMACChangeEvent",
    "PMSuspendDiskEvent",
    "PMSuspendEvent",
    "PMWakeupEvent",
    "RTCChangeEvent",
    "RebootEvent",
    "TrayChangeEvent",
    "TunableEvent",
    "VcpuRemovedEvent",
    "WatchdogEvent",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from enum import IntEnum
    from typing import Any, Generic, Self, TypeAlias

    # Checkers know it wherever they run; nothing else looks here.
    from typing_extensions import TypeVar

    from . import Connection, Domain
    from ._generated.constants import (
        AgentLifecycleReason,
        AgentLifecycleState,
        BlockJobStatus,
        BlockJobType,
        ChannelLifecycleReason,
        ChannelLifecycleState,
        CloseReason,
        DiskChangeReason,
        DomainEventType,
        DomainMemoryFailureFlags,
        GraphicsAddressType,
        GraphicsPhase,
        IOErrorAction,
        MemoryFailureAction,
        MemoryFailureRecipient,
        MetadataType,
        TrayChangeReason,
        WatchdogAction,
    )
    from ._generated.dicts import JobStats, Tunables
    from ._protocol.procedure import Procedure
    from ._protocol.table import Program

    C = TypeVar("C", default=Connection)
    D = TypeVar("D", default=Domain)

    class _Typed(Record, Generic[C, D]): ...

else:
    C = D = None

    class _Typed(Record):
        __slots__ = ()
        __str__ = one_line

        def __class_getitem__(cls, item):
            return cls


class Event(_Typed[C, D]):
    """The base class of all events of guests."""

    __slots__ = ()
    connection: C
    """The connection it came through."""
    domain: D
    """The guest it is about."""

    @classmethod
    def _from_wire(cls, connection: object, domain: object, fields: list[Any]) -> Self:
        """The record of the message's fields after the guest. Numbers become members if the field's type is an enum."""
        enums = _enums_of(cls)
        if enums:
            for index, members in enums:
                fields[index] = members[fields[index]]
        return cls._make((connection, domain, *fields))


class LifecycleEvent(Event[C, D]):
    """A guest was defined, started, stopped ...: `Domain.EVENT_ID_LIFECYCLE`."""

    __slots__ = ()
    event: DomainEventType
    """What happened (`Domain.EVENT_*`)."""
    detail: IntEnum
    """Why, or how; the enum depends on the event (`Domain.EVENT_STARTED_BOOTED` ...)."""

    @classmethod
    def _from_wire(cls, connection: object, domain: object, fields: list[int]) -> Self:
        event, detail = fields
        known = 0 <= event < len(_DETAILS)
        return cls._make((connection, domain, _EVENTS[event], _DETAILS[event][detail] if known else detail))

    def _summary(self, fields: dict[str, Any]) -> str:
        return f"{self.event} ({self.detail})"


class RebootEvent(Event[C, D]):
    """A guest's system has rebooted: `Domain.EVENT_ID_REBOOT`."""

    __slots__ = ()


class RTCChangeEvent(Event[C, D]):
    """A guest has set its clock: `Domain.EVENT_ID_RTC_CHANGE`."""

    __slots__ = ()
    utcoffset: int
    """The clock's new offset from UTC, in seconds."""


class WatchdogEvent(Event[C, D]):
    """A guest's watchdog device has fired: `Domain.EVENT_ID_WATCHDOG`."""

    __slots__ = ()
    action: WatchdogAction
    """What happens to the guest then (`Domain.EVENT_WATCHDOG_*`)."""


class IOErrorEvent(Event[C, D]):
    """A disk of a guest could not be read or written: `Domain.EVENT_ID_IO_ERROR`."""

    __slots__ = ()
    src_path: str
    """The host's file or device."""
    dev_alias: str
    """The guest's device, by its alias."""
    action: IOErrorAction
    """What happens to the guest then (`Domain.EVENT_IO_ERROR_*`)."""


class IOErrorReasonEvent(IOErrorEvent[C, D]):
    """The same with the reason: `Domain.EVENT_ID_IO_ERROR_REASON`."""

    __slots__ = ()
    reason: str
    """Such as "enospc", or "message" if `Domain.get_messages` has more; empty if unknown."""


class GraphicsAddress(Record):
    """One end of a connection to a guest's screen."""

    __slots__ = ()
    family: GraphicsAddressType
    """`Domain.EVENT_GRAPHICS_ADDRESS_*`."""
    node: str
    """The address; empty with a unix socket."""
    service: str
    """The port, or the path of a unix socket."""


class GraphicsIdentity(Record):
    """A name of a user who is connected to a guest's screen."""

    __slots__ = ()
    type: str
    """The kind of name, such as "x509dname" or "saslUsername"."""
    name: str


class GraphicsEvent(Event[C, D]):
    """A client has connected to a guest's screen, or has left it: `Domain.EVENT_ID_GRAPHICS`."""

    __slots__ = ()
    phase: GraphicsPhase
    """`Domain.EVENT_GRAPHICS_CONNECT`, `_INITIALIZE` or `_DISCONNECT`."""
    local: GraphicsAddress
    """The host's end."""
    remote: GraphicsAddress
    """The client's end."""
    auth_scheme: str
    """How the client authenticated, such as "none" or "vnc"."""
    identities: list[GraphicsIdentity]
    """The client's names; empty if it did not authenticate."""

    @classmethod
    def _from_wire(cls, connection: object, domain: object, fields: list[Any]) -> Self:
        phase, *ends, auth_scheme, identities = fields
        addresses = [GraphicsAddress._make((_FAMILIES[family], *where)) for family, *where in ends]
        people = [GraphicsIdentity._make(identity) for identity in identities]
        return cls._make((connection, domain, _PHASES[phase], *addresses, auth_scheme, people))


class ControlErrorEvent(Event[C, D]):
    """libvirt can't control a guest's hypervisor process any more: `Domain.EVENT_ID_CONTROL_ERROR`."""

    __slots__ = ()


class BlockJobEvent(Event[C, D]):
    """The job on a disk has ended, or is ready to be ended: `Domain.EVENT_ID_BLOCK_JOB`."""

    __slots__ = ()
    path: str
    """The disk's file or device on the host."""
    type: BlockJobType
    """`Domain.BLOCK_JOB_TYPE_*`."""
    status: BlockJobStatus
    """`Domain.BLOCK_JOB_COMPLETED`, `_FAILED`, `_CANCELED` or `_READY`."""


class BlockJob2Event(Event[C, D]):
    """The same, with the disk's target: `Domain.EVENT_ID_BLOCK_JOB_2`."""

    __slots__ = ()
    dst: str
    """The disk's target, such as "vda"."""
    type: BlockJobType
    """`Domain.BLOCK_JOB_TYPE_*`."""
    status: BlockJobStatus
    """`Domain.BLOCK_JOB_COMPLETED`, `_FAILED`, `_CANCELED` or `_READY`."""


class DiskChangeEvent(Event[C, D]):
    """The image in a drive was changed: `Domain.EVENT_ID_DISK_CHANGE`."""

    __slots__ = ()
    old_src_path: str | None
    """The image before; None for none."""
    new_src_path: str | None
    """The image now; None for none."""
    dev_alias: str
    """The guest's device, by its alias."""
    reason: DiskChangeReason
    """`Domain.EVENT_DISK_CHANGE_*`."""


class TrayChangeEvent(Event[C, D]):
    """The tray of a drive was opened or closed: `Domain.EVENT_ID_TRAY_CHANGE`."""

    __slots__ = ()
    dev_alias: str
    """The guest's device, by its alias."""
    reason: TrayChangeReason
    """`Domain.EVENT_TRAY_CHANGE_OPEN` or `_CLOSE`."""


class PMWakeupEvent(Event[C, D]):
    """A sleeping guest was woken: `Domain.EVENT_ID_PMWAKEUP`."""

    __slots__ = ()
    reason: int
    """Always 0 so far."""


class PMSuspendEvent(Event[C, D]):
    """A guest's system was suspended to memory: `Domain.EVENT_ID_PMSUSPEND`."""

    __slots__ = ()
    reason: int
    """Always 0 so far."""


class BalloonChangeEvent(Event[C, D]):
    """A guest's memory balloon has changed its size: `Domain.EVENT_ID_BALLOON_CHANGE`."""

    __slots__ = ()
    actual: int
    """The memory that the guest has now, in KiB."""


class PMSuspendDiskEvent(Event[C, D]):
    """A guest's system was suspended to disk: `Domain.EVENT_ID_PMSUSPEND_DISK`."""

    __slots__ = ()
    reason: int
    """Always 0 so far."""


class DeviceRemovedEvent(Event[C, D]):
    """A device was detached from a running guest: `Domain.EVENT_ID_DEVICE_REMOVED`."""

    __slots__ = ()
    dev_alias: str
    """The device, by its alias."""


class TunableEvent(Event[C, D]):
    """Limits of a guest were changed: `Domain.EVENT_ID_TUNABLE`."""

    __slots__ = ()
    params: Tunables
    """The new values (`Domain.TUNABLE_*`)."""


class AgentLifecycleEvent(Event[C, D]):
    """A guest's agent has connected or disconnected: `Domain.EVENT_ID_AGENT_LIFECYCLE`."""

    __slots__ = ()
    state: AgentLifecycleState
    """`Domain.EVENT_AGENT_LIFECYCLE_STATE_*`."""
    reason: AgentLifecycleReason
    """`Domain.EVENT_AGENT_LIFECYCLE_REASON_*`."""


class DeviceAddedEvent(Event[C, D]):
    """A device was attached to a running guest: `Domain.EVENT_ID_DEVICE_ADDED`."""

    __slots__ = ()
    dev_alias: str
    """The device, by its alias."""


class MigrationIterationEvent(Event[C, D]):
    """A migration begins another pass over the guest's memory: `Domain.EVENT_ID_MIGRATION_ITERATION`."""

    __slots__ = ()
    iteration: int
    """The number of the pass, from 1."""


class JobCompletedEvent(Event[C, D]):
    """The job of a guest has ended: `Domain.EVENT_ID_JOB_COMPLETED`."""

    __slots__ = ()
    params: JobStats
    """Its figures, as in `Domain.get_job_stats`."""


class DeviceRemovalFailedEvent(Event[C, D]):
    """A guest refuses to release a device: `Domain.EVENT_ID_DEVICE_REMOVAL_FAILED`."""

    __slots__ = ()
    dev_alias: str
    """The device, by its alias."""


class MetadataChangeEvent(Event[C, D]):
    """A guest's title, description or other metadata were changed: `Domain.EVENT_ID_METADATA_CHANGE`."""

    __slots__ = ()
    type: MetadataType
    """`Domain.METADATA_*`."""
    nsuri: str | None
    """The namespace of an element; None for title and description."""


class BlockThresholdEvent(Event[C, D]):
    """A guest has written beyond a threshold in a disk's image: `Domain.EVENT_ID_BLOCK_THRESHOLD`."""

    __slots__ = ()
    dev: str
    """The disk's target, or with an index one of its images, such as "vda[1]"."""
    path: str | None
    """The image's path on the host; None if it has none."""
    threshold: int
    """The threshold that `Domain.set_block_threshold` set, in bytes."""
    excess: int
    """How far beyond it the guest wrote, in bytes."""


class MemoryFailureEvent(Event[C, D]):
    """Memory of the host has failed that a guest uses: `Domain.EVENT_ID_MEMORY_FAILURE`."""

    __slots__ = ()
    recipient: MemoryFailureRecipient
    """The hypervisor's memory or the guest's (`Domain.EVENT_MEMORY_FAILURE_RECIPIENT_*`)."""
    action: MemoryFailureAction
    """What happens then (`Domain.EVENT_MEMORY_FAILURE_ACTION_*`)."""
    flags: DomainMemoryFailureFlags
    """`Domain.MEMORY_FAILURE_*`."""


class MemoryDeviceSizeChangeEvent(Event[C, D]):
    """A guest uses more or less of a memory device: `Domain.EVENT_ID_MEMORY_DEVICE_SIZE_CHANGE`."""

    __slots__ = ()
    alias: str
    """The device, by its alias."""
    size: int
    """How much it uses now, in KiB."""


class NICMACChangeEvent(Event[C, D]):
    """A guest has changed the MAC address of an interface: `Domain.EVENT_ID_NIC_MAC_CHANGE`. Since libvirt 11.2."""

    __slots__ = ()
    alias: str
    """The interface, by its alias."""
    old_mac: str
    """Its MAC address before."""
    new_mac: str
    """Its MAC address now."""


class VcpuRemovedEvent(Event[C, D]):
    """A virtual CPU was removed from a running guest: `Domain.EVENT_ID_VCPU_REMOVED`. Since libvirt 12.4."""

    __slots__ = ()
    vcpuid: int
    """Its number."""


class ChannelLifecycleEvent(Event[C, D]):
    """A program in a guest has opened or closed a channel: `Domain.EVENT_ID_CHANNEL_LIFECYCLE`.

    Since libvirt 12.4.
    """

    __slots__ = ()
    channel_name: str
    """The channel's name."""
    state: ChannelLifecycleState
    """`Domain.EVENT_CHANNEL_LIFECYCLE_STATE_*`."""
    reason: ChannelLifecycleReason
    """`Domain.EVENT_CHANNEL_LIFECYCLE_REASON_*`."""


class _MonitorEvent(Event[C, D]):
    """An event of QEMU's monitor, unchanged. Not public yet. [virConnectDomainQemuMonitorEventRegister]"""

    __slots__ = ()
    event: str
    """QEMU's name of the event."""
    seconds: int
    """Its time, in seconds since 1970 ..."""
    micros: int
    """... and microseconds."""
    details: str | None
    """The rest, as JSON."""


if TYPE_CHECKING:
    #: Any kind of event; tell them apart by `isinstance` or `match`.
    AnyEvent: TypeAlias = (
        LifecycleEvent[C, D]
        | RebootEvent[C, D]
        | RTCChangeEvent[C, D]
        | WatchdogEvent[C, D]
        | IOErrorEvent[C, D]
        | GraphicsEvent[C, D]
        | IOErrorReasonEvent[C, D]
        | ControlErrorEvent[C, D]
        | BlockJobEvent[C, D]
        | DiskChangeEvent[C, D]
        | TrayChangeEvent[C, D]
        | PMWakeupEvent[C, D]
        | PMSuspendEvent[C, D]
        | BalloonChangeEvent[C, D]
        | PMSuspendDiskEvent[C, D]
        | DeviceRemovedEvent[C, D]
        | BlockJob2Event[C, D]
        | TunableEvent[C, D]
        | AgentLifecycleEvent[C, D]
        | DeviceAddedEvent[C, D]
        | MigrationIterationEvent[C, D]
        | JobCompletedEvent[C, D]
        | DeviceRemovalFailedEvent[C, D]
        | MetadataChangeEvent[C, D]
        | BlockThresholdEvent[C, D]
        | MemoryFailureEvent[C, D]
        | MemoryDeviceSizeChangeEvent[C, D]
        | NICMACChangeEvent[C, D]
        | VcpuRemovedEvent[C, D]
        | ChannelLifecycleEvent[C, D]
    )
else:
    AnyEvent = Event


class ConnectionClosedEvent(_Typed[C, D]):
    """The link to the daemon has ended: what a callback of `Connection.register_close_callback` gets."""

    __slots__ = ()
    connection: C
    reason: CloseReason
    """`Connection.CLOSE_REASON_*`: `CLOSE_REASON_CLIENT` when it was closed on this side."""


class EventsLost(_Typed[C, D]):
    """Takes the place of events that were dropped, because too many were waiting."""

    __slots__ = ()
    connection: C
    count: int
    """How many were dropped here."""


_EVENTS = Members("DomainEventType")
_PHASES = Members("GraphicsPhase")
_FAMILIES = Members("GraphicsAddressType")

#: The enum of an event's detail, by the event.
_DETAILS = tuple(
    Members(name)
    for name in (
        "DefinedDetail", "UndefinedDetail", "StartedDetail", "SuspendedDetail", "ResumedDetail", "StoppedDetail",
        "ShutdownDetail", "PMSuspendedDetail", "CrashedDetail",
    )
)  # fmt: skip

#: Ids with a newer twin for the same events; `Connection.events` leaves these out when it is asked for all.
OLDER_TWINS = (4, 8)  # IO_ERROR and BLOCK_JOB

_enums: dict[type[Event[Any, Any]], list[tuple[int, Members]]] = {}


def _enums_of(record: type[Event[Any, Any]]) -> list[tuple[int, Members]]:
    """The fields of a record that are members of enums, by their annotations; without connection and guest."""
    found = _enums.get(record)
    if found is None:
        from ._generated.constants import ENUM_NAMES

        kinds: dict[str, str] = {}
        for base in record.__mro__[-2::-1]:  # object has none
            kinds.update(base.__annotations__)
        further = list(kinds.values())[2:]  # after the connection and the guest
        found = [(n, Members(kind)) for n, kind in enumerate(further) if kind in ENUM_NAMES]
        _enums[record] = found
    return found


class EventKind:
    """The events of one id: the message that brings them, and their record."""

    __slots__ = ("event_id", "family", "procedure", "record")

    def __init__(
        self,
        family: EventFamily,
        event_id: int,
        procedure: Procedure[..., Any],
        record: type[Event[Any, Any]],
    ) -> None:
        self.family = family
        self.event_id = event_id
        self.procedure = procedure
        self.record = record

    @property
    def name(self) -> str:
        """The constant's name."""
        name = self.procedure.name.partition("_EVENT_")[2].removeprefix("CALLBACK_")
        return f"{self.family.about}.EVENT_ID_{name}"

    def decode(self, body: bytes, at: int) -> tuple[bytes, list[Any]]:
        """The handle of what the event is about, and the message's other fields."""
        # A message has the callback id, the handle, and the fields. Older kinds have, in place of the last two, the
        # message from before there were callback ids; those of power management have a reason in front of that.
        _, *outer = self.procedure.decode_reply(body, at)
        if isinstance(outer[-1], tuple):
            about, *fields = outer.pop()
            return about, outer + fields
        about, *fields = outer
        return about, fields


class EventFamily:
    """Events that are registered by the same calls, and whose callback ids the daemon counts together.

    A callback id means something only in its family: each family of a connection begins at 0. A row is the message and
    the record of an event, in the order of the ids. Everything is looked up when it is first needed.

    program, register, deregister: the calls of a registration.
    about: the class of what the events are about; the message has its handle after the callback id.
    numbered: whether the call that registers takes the event's id.
    """

    def __init__(
        self,
        program: Program,
        register: str,
        deregister: str,
        about: str,
        rows: tuple[tuple[str, type[Event[Any, Any]]], ...],
        numbered: bool = True,
    ) -> None:
        self._program = program
        self._register = register
        self._deregister = deregister
        self.about = about
        self._numbered = numbered
        self._rows = rows
        self._kinds: dict[int, EventKind] = {}

    @property
    def register(self) -> Procedure[..., int]:
        """The call that registers: with `arguments`; its reply is the callback id."""
        return getattr(self._program, self._register)  # type: ignore[no-any-return]

    @property
    def deregister(self) -> Procedure[[int], None]:
        """The call that deregisters a callback id."""
        return getattr(self._program, self._deregister)  # type: ignore[no-any-return]

    def arguments(self, kind: EventKind, about: bytes | None) -> tuple[object, ...]:
        """The arguments of `register`, for events about one object, or about all (None)."""
        if self._numbered:
            return kind.event_id, about
        return about, None, 0  # events of any name, without flags

    def kind(self, event_id: int) -> EventKind:
        kind = self._kinds.get(event_id)
        if kind is None:
            message, record = self._rows[event_id]
            fresh = EventKind(self, event_id, getattr(self._program, message), record)
            kind = self._kinds.setdefault(event_id, fresh)  # another thread may be here too
        return kind

    def __len__(self) -> int:
        return len(self._rows)


_DOMAIN = EventFamily(
    remote,
    "CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY",
    "CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY",
    "Domain",
    (
        ("DOMAIN_EVENT_CALLBACK_LIFECYCLE", LifecycleEvent),
        ("DOMAIN_EVENT_CALLBACK_REBOOT", RebootEvent),
        ("DOMAIN_EVENT_CALLBACK_RTC_CHANGE", RTCChangeEvent),
        ("DOMAIN_EVENT_CALLBACK_WATCHDOG", WatchdogEvent),
        ("DOMAIN_EVENT_CALLBACK_IO_ERROR", IOErrorEvent),
        ("DOMAIN_EVENT_CALLBACK_GRAPHICS", GraphicsEvent),
        ("DOMAIN_EVENT_CALLBACK_IO_ERROR_REASON", IOErrorReasonEvent),
        ("DOMAIN_EVENT_CALLBACK_CONTROL_ERROR", ControlErrorEvent),
        ("DOMAIN_EVENT_CALLBACK_BLOCK_JOB", BlockJobEvent),
        ("DOMAIN_EVENT_CALLBACK_DISK_CHANGE", DiskChangeEvent),
        ("DOMAIN_EVENT_CALLBACK_TRAY_CHANGE", TrayChangeEvent),
        ("DOMAIN_EVENT_CALLBACK_PMWAKEUP", PMWakeupEvent),
        ("DOMAIN_EVENT_CALLBACK_PMSUSPEND", PMSuspendEvent),
        ("DOMAIN_EVENT_CALLBACK_BALLOON_CHANGE", BalloonChangeEvent),
        ("DOMAIN_EVENT_CALLBACK_PMSUSPEND_DISK", PMSuspendDiskEvent),
        ("DOMAIN_EVENT_CALLBACK_DEVICE_REMOVED", DeviceRemovedEvent),
        ("DOMAIN_EVENT_BLOCK_JOB_2", BlockJob2Event),
        ("DOMAIN_EVENT_CALLBACK_TUNABLE", TunableEvent),
        ("DOMAIN_EVENT_CALLBACK_AGENT_LIFECYCLE", AgentLifecycleEvent),
        ("DOMAIN_EVENT_CALLBACK_DEVICE_ADDED", DeviceAddedEvent),
        ("DOMAIN_EVENT_CALLBACK_MIGRATION_ITERATION", MigrationIterationEvent),
        ("DOMAIN_EVENT_CALLBACK_JOB_COMPLETED", JobCompletedEvent),
        ("DOMAIN_EVENT_CALLBACK_DEVICE_REMOVAL_FAILED", DeviceRemovalFailedEvent),
        ("DOMAIN_EVENT_CALLBACK_METADATA_CHANGE", MetadataChangeEvent),
        ("DOMAIN_EVENT_BLOCK_THRESHOLD", BlockThresholdEvent),
        ("DOMAIN_EVENT_MEMORY_FAILURE", MemoryFailureEvent),
        ("DOMAIN_EVENT_MEMORY_DEVICE_SIZE_CHANGE", MemoryDeviceSizeChangeEvent),
        ("DOMAIN_EVENT_NIC_MAC_CHANGE", NICMACChangeEvent),
        ("DOMAIN_EVENT_VCPU_REMOVED", VcpuRemovedEvent),
        ("DOMAIN_EVENT_CALLBACK_CHANNEL_LIFECYCLE", ChannelLifecycleEvent),
    ),
)

_MONITOR = EventFamily(
    qemu,
    "CONNECT_DOMAIN_MONITOR_EVENT_REGISTER",
    "CONNECT_DOMAIN_MONITOR_EVENT_DEREGISTER",
    "Domain",
    (("DOMAIN_MONITOR_EVENT", _MonitorEvent),),
    numbered=False,
)


def _of(about: str, *messages: str) -> EventFamily:
    """A family without records: so far only the server uses it."""
    stem = messages[0].partition("_EVENT_")[0]
    register, deregister = f"CONNECT_{stem}_EVENT_REGISTER_ANY", f"CONNECT_{stem}_EVENT_DEREGISTER_ANY"
    return EventFamily(remote, register, deregister, about, tuple((message, Event) for message in messages))


_NETWORK = _of("Network", "NETWORK_EVENT_LIFECYCLE", "NETWORK_EVENT_CALLBACK_METADATA_CHANGE")
_STORAGE_POOL = _of("StoragePool", "STORAGE_POOL_EVENT_LIFECYCLE", "STORAGE_POOL_EVENT_REFRESH")
_NODE_DEVICE = _of("NodeDevice", "NODE_DEVICE_EVENT_LIFECYCLE", "NODE_DEVICE_EVENT_UPDATE")
_SECRET = _of("Secret", "SECRET_EVENT_LIFECYCLE", "SECRET_EVENT_VALUE_CHANGED")

#: All families.
FAMILIES = (_DOMAIN, _NETWORK, _STORAGE_POOL, _NODE_DEVICE, _SECRET, _MONITOR)

_by_message: dict[tuple[int, int], EventKind] = {}


def kind_of_message(program: int, number: int) -> EventKind | None:
    """The kind of event that a message brings; None if it is no event of these families."""
    global _by_message
    if not _by_message:
        kinds = [family.kind(event_id) for family in FAMILIES for event_id in range(len(family))]
        _by_message = {(kind.procedure.program, kind.procedure.number): kind for kind in kinds}
    return _by_message.get((program, number))


def kind_of(event_id: int) -> EventKind:
    """The kind of event of guests with this id (`Domain.EVENT_ID_*`)."""
    if isinstance(event_id, bool) or not isinstance(event_id, int):
        raise invalid_type("event_id", "one of Domain.EVENT_ID_*", event_id)
    if not 0 <= event_id < len(_DOMAIN):
        raise invalid_argument(
            "event_id", f"this release of sysvirt knows no event with the id {int(event_id)}"
        )
    return _DOMAIN.kind(int(event_id))


def all_ids() -> list[int]:
    """The ids of all kinds of guest events that this release knows, except those with a newer twin."""
    return [number for number in range(len(_DOMAIN)) if number not in OLDER_TWINS]
