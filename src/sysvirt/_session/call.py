"""What somebody waits for: a call, or anything else that arrives in its own time."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeAlias

    from .._protocol.procedure import Conditions, Procedure
    from .._transport.link import Descriptor
    from .stream import StreamState

    Owner: TypeAlias = bytes | tuple[str, bytes]
    Key: TypeAlias = tuple[object, object]

# The life of a call. QUEUED holds nothing; from ADMITTED on it holds its place and key.
QUEUED, ADMITTED, SENDING, SENT, DONE = range(5)


class Waiter:
    """`ready` says that there is something to look at; `wake` is how its pump wakes the owner."""

    __slots__ = ("__weakref__", "ready", "wake")

    def __init__(self) -> None:
        self.ready = False
        self.wake: Any = None


class Outgoing(Waiter):
    """A frame to be sent: `counts` are the bytes of it that were sent, `passed` the descriptors behind it.

    `tail` is the rest of the frame, behind `data`: memory of the caller's, which is not copied.
    """

    __slots__ = ("counts", "data", "fds", "passed", "tail")

    def __init__(self, data: bytes = b"", tail: bytes | memoryview = b"") -> None:
        self.ready = False
        self.wake = None
        self.data = data
        self.tail = tail
        self.fds: Sequence[Descriptor] = ()
        self.counts: list[int] = []
        self.passed: list[object] = []


class Call(Outgoing):
    __slots__ = (
        "abandoned", "body", "body_at", "fds_in", "guests", "key", "order", "owner", "procedure", "serial", "state",
        "status", "stream", "wait",
    )  # fmt: skip

    def __init__(
        self,
        procedure: Procedure[..., Any],
        args: tuple[Any, ...],
        stream: StreamState | None = None,
        fds: Sequence[Descriptor] = (),
    ) -> None:
        # Not through the base classes: every call pays for this.
        self.ready = False
        self.wake = None
        self.data = b""
        self.tail: bytes | memoryview = b""
        self.fds = fds
        self.counts = []
        self.passed = []
        self.procedure = procedure
        self.serial = 0
        self.state = QUEUED
        self.abandoned = False
        self.stream = stream
        self.body = b""
        self.body_at = 0
        self.status = 0
        self.fds_in: list[int] | None = None
        wait = procedure.wait
        for conditions, other in procedure.wait_rules:
            if _hold(conditions, args):
                wait = other
                break
        self.wait = wait
        #: When it began to wait, as a running number.
        self.order = 0
        #: The object it is about, whose lock it may wait for: a guest's UUID, or another object's kind and name.
        self.owner: Owner | None = None
        #: For a call that asks several guests in turn: their UUIDs, or none for all there are.
        self.guests: frozenset[bytes] | None = None
        #: Only one call with the same key is in flight at a time.
        self.key: Key | None = None
        if wait != "free":
            self._find_owner(procedure, args, wait)

    def _find_owner(self, procedure: Procedure[..., Any], args: tuple[Any, ...], wait: str) -> None:
        kind = procedure.owner
        if kind == "guest":
            # A guest's handle, and those of its snapshots and checkpoints, end in its UUID and id.
            self.owner = args[0][-20:-4]
            self.key = (self.owner, wait)
        elif kind == "guests" and wait != "several":
            guests = frozenset(handle[-20:-4] for handle in args[0])
            if wait == "query":
                (self.owner,) = guests
                self.key = (self.owner, wait)
            else:
                self.guests = guests
                self.key = (procedure, guests)
        elif kind and kind != "guests" and type(args[0]) is bytes:
            # Other handles begin with a name, those of volumes with their pool's. Other arguments have no owner.
            handle = args[0]
            self.owner = (kind, handle[4 : 4 + int.from_bytes(handle[:4], "big")])
            if wait == "host":
                self.key = (self.owner, wait)
        elif wait == "host":
            self.key = (procedure, wait)


def _hold(conditions: Conditions, args: tuple[Any, ...]) -> bool:
    """Whether all conditions of a wait rule hold; an array counts as the number of its elements."""
    for index, mask, value in conditions:
        given = args[index]
        number = int(given) if isinstance(given, int) else len(given)
        if number & mask != value if value is not None else not number & mask:
            return False
    return True
