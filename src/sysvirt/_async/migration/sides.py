"""The two connections of a migration, and how a daemon is asked again when what it said was lost."""

from __future__ import annotations

import time

from ..._generated.constants import DomainConstants
from ..._protocol.table import remote
from ..._session import aio_facade as facade
from ...errors import (
    ConnectionClosed,
    ConnectionLost,
    Error,
    InvalidArgumentType,
    InvalidArgumentValue,
    NoDomain,
    NotAvailable,
    OperationInvalid,
    OperationUnsupported,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ParamSpec, TypeVar

    from ..._protocol.procedure import Procedure
    from ..._session.aio_facade import Later
    from ..connection import Connection
    from .places import Place

    P = ParamSpec("P")
    R = TypeVar("R")

#: Paused for one of these, a guest is as perform has left it at the source, or waits for finish at the target.
MOVING = (DomainConstants.STATE_PAUSED_MIGRATION, DomainConstants.STATE_PAUSED_STARTING_UP)
#: Paused for one of these, it needs both sides.
PAUSED_IN_POST_COPY = (DomainConstants.STATE_PAUSED_POSTCOPY, DomainConstants.STATE_PAUSED_POSTCOPY_FAILED)

#: How long one attempt to reach a daemon again may take, and how long until the next.
_ATTEMPT_SECONDS, _PAUSE_SECONDS = 5.0, 0.5


class Side:
    """One end of a migration, by the connection it began with."""

    __slots__ = ("connection", "place")

    def __init__(self, connection: Connection, place: Place) -> None:
        self.connection = connection
        self.place = place

    async def call(self, procedure: Procedure[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """A call that has its place already, or needs none; it is waited for as long as it takes."""
        reply: R = await self.place.pump.call(procedure, args, None, None, (), self.place.held)
        return reply


def earliest_end(*connections: Connection) -> float | None:
    """When the first of the `timeout` blocks ends that the caller is in; None where there is none."""
    ends = [connection._deadline("long") for connection in connections]
    return min((end for end in ends if end is not None), default=None)


class Asked:
    """A daemon that is asked again, over a connection of its own."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def call(self, until: float, procedure: Procedure[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        reply: R = await self._connection._channel.pump.call(procedure, args, until)
        return reply

    async def find(self, uuid: bytes, until: float) -> tuple[bytes, int, int]:
        """The guest's handle there, its state and the reason for that; shut off where there is none.

        One that its daemon is about to end, as after a restart, is waited for.
        """
        while True:
            try:
                ref: bytes = await self.call(until, remote.DOMAIN_LOOKUP_BY_UUID, uuid)
                state, reason = await self.call(until, remote.DOMAIN_GET_STATE, ref, 0)
            except NoDomain:
                return b"", int(DomainConstants.STATE_SHUTOFF), 0
            if state != DomainConstants.STATE_SHUTDOWN:
                return ref, state, reason
            await facade.sleep(_PAUSE_SECONDS)

    async def has_job(self, ref: bytes, until: float) -> bool:
        """Whether its daemon is at something with the guest."""
        try:
            kind, *_ = await self.call(until, remote.DOMAIN_GET_JOB_INFO, ref)
        except OperationUnsupported:
            return True  # one that comes
        except NoDomain:
            return False  # it has ended meanwhile
        return kind != DomainConstants.JOB_NONE

    async def end(self, ref: bytes, until: float) -> None:
        """Ends the guest there, if its daemon has not done so meanwhile."""
        try:
            await self.call(until, remote.DOMAIN_DESTROY, ref)
        except (NoDomain, OperationInvalid):
            pass

    async def close(self) -> None:
        await self._connection.close()


async def ask(connection: Connection, until: float, question: Callable[[Asked], Later[R]]) -> R | None:
    """What is answered over a new connection to where an old one led; None if none can be had until then.

    An answer that is lost is asked for again.
    """
    while (asked := await reach(connection, until)) is not None:
        try:
            return await question(asked)
        except Error as error:
            if was_answered(error) or time.monotonic() >= until:
                raise
        finally:
            await asked.close()
        await facade.sleep(_PAUSE_SECONDS)
    return None


async def reach(connection: Connection, until: float) -> Asked | None:
    """A new connection to where an old one led, or None where there is none to be had until then."""
    from ..connecting.handshake import open_connection

    while (now := time.monotonic()) < until:
        try:
            return Asked(
                await open_connection(
                    connection._uri, connection._options, min(until, now + _ATTEMPT_SECONDS)
                )
            )
        except Error:
            await facade.sleep(min(_PAUSE_SECONDS, max(0.0, until - time.monotonic())))
    return None


def was_answered(error: Error) -> bool:
    """Whether it is what the daemon said to a call."""
    return not (isinstance(error, (ConnectionLost, ConnectionClosed)) or was_not_sent(error))


def was_not_sent(error: Error) -> bool:
    return getattr(error, "sent", "") == "no" or isinstance(
        error, (InvalidArgumentValue, InvalidArgumentType, NotAvailable)
    )
