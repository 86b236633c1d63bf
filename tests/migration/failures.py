"""The table of what can go wrong in a migration, and where the guest is in the end."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from .links import Links, Route

STEPS = ("begin", "prepare", "perform", "finish", "confirm")
SIDES = {"begin": "source", "prepare": "target", "perform": "source", "finish": "target", "confirm": "source"}


class Point(NamedTuple):
    """An instant of a migration: before a step is made; after that, with the reply on its way; or memory is sent."""

    when: str
    step: str

    @property
    def side(self) -> str:
        """Whose step it is."""
        return SIDES[self.step]

    def __str__(self) -> str:
        return f"{self.when} {self.step}"


POINTS = [Point(when, step) for step in STEPS for when in ("before", "after")]
SENDING = Point("in", "perform")
#: When the guest runs at the target already.
HAS_COME = {Point("after", "finish"), Point("before", "confirm"), Point("after", "confirm")}
#: When somebody may still give it up; after that it goes on to its end, which comes soon.
GIVEN_UP = {*POINTS[: POINTS.index(Point("after", "perform"))], SENDING}

Action: TypeAlias = Callable[[Links, Route, str], object]


class Failure(NamedTuple):
    """At a point something happens to a guest of this name or to its links.

    It goes on at one side, or has ended (""); the migration succeeds, or raises an error of a class of this name.
    """

    what: str
    point: Point
    action: Action
    fate: str
    error: str = ""

    def __str__(self) -> str:
        return f"{self.point}: {self.what}"


def _cut(side: str) -> Action:
    return lambda links, route, name: getattr(links, side).cut()


def _kill(side: str) -> Action:
    return lambda links, route, name: os.kill(getattr(route, side).guest_pid(name), signal.SIGKILL)


def _virsh(command: str) -> Action:
    return lambda links, route, name: route.source.virsh(command, name)


def nothing(links: Links, route: Route, name: str) -> None:
    """For what happens to a host, and so to all guests at once."""


def _lost(what: str, point: Point, action: Action) -> Failure:
    """The answer of a step is lost."""
    if point in HAS_COME:
        return Failure(what, point, action, "target")
    return Failure(what, point, action, "source", "ConnectionLost")


CUTS = [
    *(_lost("the connection is cut", point, _cut(point.side)) for point in POINTS),
    Failure("the source's connection is cut", SENDING, _cut("source"), "source", "Error"),
    Failure("the target's connection is cut", SENDING, _cut("target"), "source", "Error"),
]
ENDS = [
    Failure("the guest is killed", SENDING, _kill("source"), "", "Error"),
    Failure("the guest is destroyed", SENDING, _virsh("destroy"), "", "Error"),
    Failure("the guest to come is killed", SENDING, _kill("target"), "source", "OperationFailed"),
    Failure("the guest to come is killed", Point("before", "finish"), _kill("target"), "source", "Error"),
    Failure("what is left is killed", Point("before", "confirm"), _kill("source"), "target"),
    Failure("it is aborted", SENDING, _virsh("domjobabort"), "source", "OperationAborted"),
]


def daemon_ends(side: str) -> list[Failure]:
    """The daemon of this side is killed, and started again, while some guests are at its steps."""
    return [
        *(_lost("the daemon ends", point, nothing) for point in POINTS if point.side == side),
        Failure("the daemon ends", SENDING, nothing, "source", "Error"),
    ]
