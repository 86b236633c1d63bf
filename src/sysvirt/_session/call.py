"""What somebody waits for: a call, or anything else that arrives in its own time."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .._protocol.procedure import Procedure
    from .._transport.link import Descriptor
    from .stream import StreamState

# The life of a call. QUEUED holds nothing; from ADMITTED on it holds its place and key.
QUEUED, ADMITTED, SENDING, SENT, DONE = range(5)


class Waiter:
    """`ready` says that there is something to look at; `wake` is how its pump wakes the owner."""

    __slots__ = ("__weakref__", "ready", "wake")

    def __init__(self) -> None:
        self.ready = False
        self.wake: Any = None


class Outgoing(Waiter):
    """A frame on its way: `counts` are the bytes of it that have left, `passed` the descriptors behind it.

    `tail` is the rest of the frame, behind `data`: memory of somebody else's that need not be copied.
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
        "abandoned", "body", "body_at", "fds_in", "guest", "key", "procedure", "serial", "state", "status",
        "stream", "wait",
    )  # fmt: skip

    def __init__(
        self,
        procedure: Procedure[..., Any],
        args: tuple[Any, ...],
        stream: StreamState | None = None,
        fds: Sequence[Descriptor] = (),
    ) -> None:
        # Not through the bases: this is on the way of every call.
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
        special = procedure.wait_argument
        if special is not None:
            index, mask, other = special
            if args[index] & mask:
                wait = other
        self.wait = wait
        self.guest: bytes | None = None
        self.key: tuple[object, str] | None = None
        if wait != "free":
            # A guest's handle, and those of its snapshots and checkpoints, end in its UUID and id.
            if procedure.of_guest:
                self.guest = args[0][-20:-4]
                self.key = (self.guest, wait)
            elif wait == "host":
                self.key = (procedure, wait)
