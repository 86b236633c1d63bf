# Made by tools/unasync.py from src/sysvirt/_async/domain/wait.py; do not edit.
"""One wait for something of a guest: its events and its deadline."""

from __future__ import annotations

import time

from ..._timeouts import SHORTEST_SECONDS, seconds
from ...errors import CallTimeout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import ParamSpec, Self, TypeVar

    from ..._generated.constants import DomainEventID
    from ..._protocol.procedure import Procedure
    from ..._timeouts import Deadline
    from ...events import AnyEvent, EventsLost
    from ..connection import Connection
    from . import Domain
    from .base import DomainBase

    P = ParamSpec("P")
    R = TypeVar("R")

#: How long the daemon may take to confirm that the events are deregistered.
END_SECONDS = 2.0


class Wait:
    """`listen` subscribes to its events; the end of `with` unsubscribes."""

    def __init__(self, dom: DomainBase, what: str, timeout: float | None, *event_ids: DomainEventID) -> None:
        self._name = dom.get_name()
        self._what = what
        self._connection = connection = dom._connection
        limit = seconds("timeout", timeout)
        self._own = None if limit is None else time.monotonic() + limit
        around = connection._deadline("long")
        self._deadline = min((end for end in (self._own, around) if end is not None), default=None)
        domain: Domain = dom  # type: ignore[assignment]  # of which this is a part
        self._events = connection.events(*event_ids, domain=domain)

    def __enter__(self) -> Self:
        return self

    def listen(self) -> None:
        """From now on no event is missed."""
        with self._by_the_end():
            self._events.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with self._connection._until(time.monotonic() + END_SECONDS):
                self._events.close()
        except CallTimeout:
            pass  # this is not what the caller waits for

    def call(self, procedure: Procedure[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Makes a call with the deadline of the wait."""
        try:
            with self._by_the_end():
                return self._connection._call(procedure, *args, **kwargs)
        except CallTimeout as error:
            if self._deadline is None:
                raise
            raise self.over(error.message, error.sent) from None

    def _by_the_end(self) -> Deadline:
        """A block for the wait's calls: its deadline, or the connection's timeout; never too short for a call."""
        connection = self._connection
        now = time.monotonic()
        if self._deadline is not None:
            return connection._until(max(self._deadline, now + SHORTEST_SECONDS))
        return connection._until(None if connection._timeout is None else now + connection._timeout)

    def is_over(self) -> bool:
        return _has_come(self._deadline)

    def is_own_over(self) -> bool:
        """Whether the wait's own timeout is over, and not that of a block around it."""
        return _has_come(self._own)

    def extend(self, seconds: float) -> None:
        """Gives it so much more time, to learn about what has happened already."""
        self._deadline = time.monotonic() + seconds

    def over(self, reason: str, sent: str = "no") -> CallTimeout:
        return CallTimeout(f"waited in vain for {self._what} of {self._name!r}: {reason}", sent=sent)

    def event(
        self, at_most: float | None = None
    ) -> AnyEvent[Connection, Domain] | EventsLost[Connection, Domain] | None:
        """The next event; None at the end of the wait, or after so many seconds."""
        deadline = self._deadline
        if at_most is not None:
            then = time.monotonic() + at_most
            deadline = then if deadline is None else min(deadline, then)
        return self._events._next(deadline)


def _has_come(deadline: float | None) -> bool:
    return deadline is not None and time.monotonic() >= deadline
