"""Keepalive: one more program on the same link. Pings of the peer are answered by the session itself."""

from __future__ import annotations

from .._generated.schema import PROGRAMS
from .._protocol import frame as wire

PROGRAM, _VERSION = PROGRAMS["keepalive"]
PING = wire.frame(PROGRAM, _VERSION, 1, wire.MESSAGE, 0, wire.OK, b"")
PONG = wire.frame(PROGRAM, _VERSION, 2, wire.MESSAGE, 0, wire.OK, b"")


#: How long a daemon may be silent that has so many of our calls that it stops reading. To end a guest that hangs takes
#: it some 11 s, to wait for a guest's lock at most 30.
_SATURATED_SECONDS = 30.0


class Keepalive:
    """Says when to ping, and when a peer that sends nothing at all counts as dead. Time is an argument."""

    __slots__ = ("_count", "_due", "_heard_at", "_interval", "_received", "_unanswered")

    def __init__(self, interval: float, count: int, now: float) -> None:
        self._interval = interval
        self._count = count
        self._due = now + interval
        self._heard_at = now
        self._received = -1
        self._unanswered = 0

    @property
    def due(self) -> float:
        """When to tick next."""
        return self._due

    def tick(self, now: float, received: int, saturated: bool = False, heard: bool = True) -> str:
        """ "ping", "dead" or "", given a number that changes whenever something is received.

        `saturated`: so many calls are in flight that the peer stops reading, so its silence says little.
        `heard`: all that it has sent was received. Otherwise something lies unread, which is a sign of life.
        """
        if now < self._due:
            return ""
        self._due = now + self._interval
        if received != self._received or not heard:
            self._received = received
            self._unanswered = 0
            self._heard_at = now
        if self._unanswered >= self._count and not (saturated and now - self._heard_at < _SATURATED_SECONDS):
            return "dead"
        self._unanswered += 1
        return "ping"
