"""Sends events to the clients that are registered for them: the inverse of how a client decodes the messages.

An event is given as a client gets it: a handle and the fields. The message's layout is read from the schema, as on the
client's side.
"""

from __future__ import annotations

import re

from .._protocol.table import remote
from .._protocol.xdr import compile_encoder
from ..errors import Error, InvalidArgument
from ..events import FAMILIES as TABLES
from ..events import kind_of
from .values import reply_fields, reply_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .._protocol.procedure import Procedure
    from .._protocol.xdr import Encoder
    from ..events import EventFamily

    Event = Procedure[..., Any]
    Key = bytes | None

_INTERNAL_ERROR, _FROM_RPC = 1, 7
#: The last domain event that clients from before callback ids can register for: VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED.
_LAST_LEGACY = 15
_REGEX, _NOCASE = 1, 2  # VIR_CONNECT_DOMAIN_QEMU_MONITOR_EVENT_REGISTER_*


class Family:
    """Events of one kind of object.

    name: its name in errors; structure: that of the object's handle; key: the part of a handle that identifies the
    object; table: its messages, and the calls that begin and end a registration by callback id.
    """

    def __init__(self, name: str, structure: str, key: slice, table: EventFamily) -> None:
        self.name = name
        self.table = table
        self._structure = "remote_nonnull_" + structure
        self._encode: Encoder | None = None
        self._key = key

    def __repr__(self) -> str:
        return f"<events of {self.name}>"

    def key(self, handle: bytes) -> bytes:
        return handle[self._key]

    def handle(self, *fields: object) -> bytes:
        """The bytes that identify an object, made of its fields in the protocol."""
        if self._encode is None:
            self._encode = compile_encoder(self._structure)
        return self._encode(*fields)

    def message(self, event_id: int) -> Event:
        """That of an event, for clients that were given callback ids."""
        return self.table.kind(event_id).procedure

    def knows(self, event_id: int) -> bool:
        return 0 <= event_id < len(self.table)


#: The name may change and an id does; the UUID is before the id.
_UUID_OF_DOMAIN = slice(-20, -4)
_LAST, _FIRST, _ALL = slice(-16, None), slice(16), slice(None)

_DOMAINS, _NETWORKS, _POOLS, _DEVICES, _SECRETS, _MONITORS = TABLES

DOMAIN = Family("domain", "domain", _UUID_OF_DOMAIN, _DOMAINS)
NETWORK = Family("network", "network", _LAST, _NETWORKS)
STORAGE_POOL = Family("storage pool", "storage_pool", _LAST, _POOLS)
NODE_DEVICE = Family("node device", "node_device", _ALL, _DEVICES)
SECRET = Family("secret", "secret", _FIRST, _SECRETS)
MONITOR = Family("qemu monitor", "domain", _UUID_OF_DOMAIN, _MONITORS)

FAMILIES = (DOMAIN, NETWORK, STORAGE_POOL, NODE_DEVICE, SECRET, MONITOR)


def values(procedure: Event, callback_id: int, handle: object, fields: tuple[object, ...]) -> tuple[Any, ...]:
    """The fields of an event's message. Older messages have no callback id, and nothing around the fields."""
    names = reply_fields(procedure)
    head: tuple[object, ...] = ()
    if names[0] == "callbackID":
        head, names = (callback_id,), names[1:]
    if names[-1] == "msg":
        # The older kinds wrap the message that they had before; a reason may be before it.
        reasons = fields[: len(names) - 1]
        parts: tuple[object, ...] = (*reasons, (handle, *fields[len(reasons) :]))
    else:
        parts = (handle, *fields)
    whole = (*head, *parts)
    return reply_values(procedure, whole[0] if len(whole) == 1 else whole)


def _older(event_id: int) -> Event:
    """The message of a domain's event for clients from before callback ids."""
    name = kind_of(event_id).procedure.name
    procedure: Event = getattr(remote, name.replace("EVENT_CALLBACK_", "EVENT_"))
    return procedure


class Registrations:
    """The registrations of one client."""

    def __init__(self) -> None:
        #: By family: callback id -> (event id or the name of a monitor's event, the only object's key or None).
        self.by_id: dict[Family, dict[int, tuple[int, Key]]] = {family: {} for family in FAMILIES}
        #: Callback ids of those domain events that are sent in the form from before there were such ids.
        self.older: set[int] = set()
        #: Which names of monitor events are wanted, by callback id.
        self._patterns: dict[int, re.Pattern[str]] = {}

    def add(self, family: Family, event_id: int, handle: bytes | None, number: int) -> int:
        wanted = (event_id, None if handle is None else family.key(handle))
        if not family.knows(event_id):
            of = "" if family is DOMAIN else f"{family.name} "
            raise Error(f"internal error: unsupported {of}event ID {event_id}", _INTERNAL_ERROR, _FROM_RPC)
        if wanted in self.by_id[family].values():
            raise InvalidArgument("invalid argument: event callback already tracked")
        self.by_id[family][number] = wanted
        return number

    def add_monitor(self, handle: bytes | None, event: str | None, flags: int, number: int) -> int:
        if event is not None:
            pattern = event if flags & _REGEX else f"{re.escape(event)}\\Z"
            try:
                self._patterns[number] = re.compile(pattern, re.IGNORECASE if flags & _NOCASE else 0)
            except re.error as error:
                raise InvalidArgument(f"invalid argument: event: {error}") from None
        self.by_id[MONITOR][number] = (0, None if handle is None else MONITOR.key(handle))
        return number

    def remove(self, family: Family, number: int) -> None:
        if self.by_id[family].pop(number, None) is None:
            raise Error(
                f"internal error: {family.name} event callback {number} not registered",
                _INTERNAL_ERROR,
                _FROM_RPC,
            )
        if family is DOMAIN:
            self.older.discard(number)
        elif family is MONITOR:
            self._patterns.pop(number, None)

    def add_older(self, event_id: int, number: int) -> None:
        """Registers a client that uses no callback ids; it can have one registration of an event too."""
        self._check_older(event_id)
        self.older.add(self.add(DOMAIN, event_id, None, number))

    def remove_older(self, event_id: int) -> None:
        self._check_older(event_id)
        for number, (kind, _) in self.by_id[DOMAIN].items():
            if kind == event_id:
                self.older.discard(number)
                del self.by_id[DOMAIN][number]
                return
        raise Error(f"internal error: domain event {event_id} not registered", _INTERNAL_ERROR, _FROM_RPC)

    def _check_older(self, event_id: int) -> None:
        if not 0 <= event_id <= _LAST_LEGACY:
            raise Error(f"internal error: unsupported event ID {event_id}", _INTERNAL_ERROR, _FROM_RPC)

    def messages(
        self, family: Family, event_id: int, key: bytes, handle: object, fields: tuple[object, ...]
    ) -> Iterator[tuple[Event, tuple[Any, ...]]]:
        """The messages that tell this client of an event, in the order of its registrations."""
        procedure = family.message(event_id)
        for number, (kind, only) in list(self.by_id[family].items()):
            if kind != event_id or only not in (None, key):
                continue
            if family is DOMAIN and number in self.older:
                reasons = len(reply_fields(procedure)) - 2
                yield _older(event_id), values(_older(event_id), 0, handle, fields[reasons:])
                continue
            pattern = self._patterns.get(number) if family is MONITOR else None
            if pattern is None or pattern.match(str(fields[0])):
                yield procedure, values(procedure, number, handle, fields)
