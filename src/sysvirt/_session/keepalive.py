"""Keepalive: one more program on the same link. Pings of the peer are answered by the session itself."""

from __future__ import annotations

from .._generated.schema import PROGRAMS
from .._protocol import frame as wire

_PROGRAM, _VERSION = PROGRAMS["keepalive"]
PING = wire.frame(_PROGRAM, _VERSION, 1, wire.MESSAGE, 0, wire.OK, b"")
PONG = wire.frame(_PROGRAM, _VERSION, 2, wire.MESSAGE, 0, wire.OK, b"")


class Keepalive:
    """Says when to ping, and when a peer that sends nothing at all is to be taken for dead. Time is an argument."""

    __slots__ = ("_count", "_due", "_interval", "_received", "_unanswered")

    def __init__(self, interval: float, count: int, now: float) -> None:
        self._interval = interval
        self._count = count
        self._due = now + interval
        self._received = -1
        self._unanswered = 0

    @property
    def due(self) -> float:
        """When to tick next."""
        return self._due

    def tick(self, now: float, received: int) -> str:
        """ "ping", "dead" or "", given how many frames have been received so far."""
        if now < self._due:
            return ""
        self._due = now + self._interval
        if received != self._received:
            self._received = received
            self._unanswered = 0
        if self._unanswered >= self._count:
            return "dead"
        self._unanswered += 1
        return "ping"
