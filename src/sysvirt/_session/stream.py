"""One stream's side of a session: what has arrived for it, and the frames it sends."""

from __future__ import annotations

from .._protocol import frame as wire
from .call import Waiter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .._protocol.procedure import Procedure

#: What may lie unread for one stream while others read the connection. The daemon itself keeps at most
#: one packet (256 KiB) on its way, so a stream whose owner reads never comes near.
LIMIT = 16 * 1024 * 1024
#: What keeping a frame costs besides its bytes: frames without any are counted too.
FRAME_COST = 256


class StreamCallback:
    """A stream's callback: for which `events` (as in the API); `hears` says whether arriving data are among them."""

    __slots__ = ("events", "function", "hears")

    def __init__(self, events: int, hears: bool, function: Callable[..., object]) -> None:
        self.events = events
        self.hears = hears
        self.function = function


class StreamState(Waiter):
    """Frames by running number, from `head` to before `tail`; `head` belongs to the owner.

    The owner takes a frame by adding one to `head`, in the same step in which it stores what it has taken. So none is
    lost or taken twice, whenever a signal strikes. `free_taken` then frees its bytes. `recv` does so by `open_next`.
    """

    __slots__ = (
        "_freed",
        "abandoned",
        "buffered",
        "data",
        "data_at",
        "ended",
        "frames",
        "head",
        "hole",
        "limit",
        "on_arrival",
        "overflowed",
        "procedure",
        "roles",
        "serial",
        "set_aside",
        "tail",
    )

    def __init__(self, limit: int = LIMIT) -> None:
        super().__init__()
        self.procedure: Procedure[..., Any] | None = None
        self.serial = 0
        self.frames: dict[int, tuple[int, int, bytes, int]] = {}
        self.head = 0
        self.tail = 0
        self._freed = 0
        #: How many bytes lie here unread, with the cost of keeping them.
        self.buffered = 0
        #: The most that may lie here: past it the stream is aborted.
        self.limit = limit
        #: What was unpacked and not received yet: data, or the rest of a hole.
        self.data = b""
        self.data_at = 0
        self.hole = 0
        #: What was taken from there by who has not received all that it wants yet.
        self.set_aside: list[bytes] = []
        #: The other side has said that nothing more comes.
        self.ended = False
        #: Aborted on this side: data still on its way is dropped until the daemon confirms.
        self.abandoned = False
        self.overflowed = False
        #: Called when something has arrived, or the session has ended, with the session's lock held.
        self.on_arrival: Callable[[], None] | None = None
        #: "receiver": who receives at the time; "callback": the stream's callback. Taken by one C call, `setdefault`,
        #: so that only one of two threads gets it.
        self.roles: dict[str, Any] = {}

    def first(self) -> tuple[int, int, bytes, int] | None:
        """The oldest frame: kind, status, bytes and where in them its body begins. The session's lock is held."""
        if self.head == self.tail:
            self.ready = False
            return None
        return self.frames[self.head]

    def free_taken(self) -> None:
        """Frees the frames that the owner has taken. The session's lock is held."""
        while self._freed != self.head:
            number = self._freed
            frame = self.frames[number]
            cost = FRAME_COST + len(frame[2]) - frame[3]
            # One step.
            del self.frames[number]
            self._freed = number + 1
            self.buffered -= cost
        self.ready = self.head != self.tail

    def open_next(self) -> tuple[int, int, bytes, int] | None:
        """Unpacks the oldest frame into `data`, `hole` or `ended`. One that ends the stream stays, and is returned.

        Without a frame nothing happens. The session's lock is held, and all that was unpacked before was received.
        """
        frame = self.first()
        if frame is None or frame[1] != wire.CONTINUE:
            return frame
        kind, _, body, at = frame
        is_hole = kind == wire.STREAM_HOLE
        hole: int = wire.HOLE.unpack_from(body, at)[0] if is_hole else 0
        is_end = not is_hole and at == len(body)
        # One step.
        self.head += 1
        if is_hole:
            self.hole = hole
        elif is_end:
            self.ended = True
        else:
            self.data = body
            self.data_at = at
        # What follows can be done again.
        self.free_taken()
        return None

    def put_back(self) -> None:
        """Has what was set aside received first: who did that has given up. For who receives."""
        if self.set_aside:
            data = b"".join([*self.set_aside, self.data[self.data_at :]])
            # One step.
            self.data = data
            self.data_at = 0
            self.set_aside = []

    def is_awaited(self) -> bool:
        """Whether somebody waits for the next frame, or a callback is to be called when it comes."""
        if self.ready:
            return False
        callback: StreamCallback | None = self.roles.get("callback")
        return "receiver" in self.roles or (callback is not None and callback.hears)

    def error_frame(self) -> tuple[int, int, bytes, int] | None:
        """The error with which the other side has ended the stream; data before it may still be there."""
        last = self.frames.get(self.tail - 1)
        return last if last is not None and last[1] == wire.ERROR else None

    def overflow(self) -> None:
        """Drops what nobody received; the owner gets an error when it receives next."""
        self.abandoned = True
        self.overflowed = True
        self.drop()

    def drop(self) -> None:
        """Drops all that came: it would count as unread."""
        fresh: dict[int, tuple[int, int, bytes, int]] = {}
        # One step.
        self.frames = fresh
        self.head = self._freed = self.tail
        self.buffered = 0
        self.ready = True

    def header(self, kind: int, status: int, size: int) -> bytes:
        """The header of a frame of this stream with so many bytes."""
        procedure = self.procedure
        assert procedure is not None
        return procedure.header(kind, self.serial, status, size)

    def frame(self, kind: int, status: int, body: bytes | memoryview = b"") -> bytes:
        """A frame of this stream, to be sent."""
        return self.header(kind, status, len(body)) + body
