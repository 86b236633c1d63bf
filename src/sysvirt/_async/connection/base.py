"""The connection itself: closing, timeouts, and how every method makes its calls."""

from __future__ import annotations

import sys
import time
from _weakref import ref

from ... import _arguments as check
from ..._generated.constants import ConnectionConstants
from ..._protocol.table import remote
from ..._session.keepalive import Keepalive
from ..._timeouts import Deadline, Timeout, deadline_of_blocks, pings, seconds
from ...errors import Error, NoSupport, NotAvailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Any, ParamSpec, Self, TypeVar

    from ..._protocol.procedure import Procedure
    from ..._session.aio import AsyncPump
    from ..._session.stream import StreamState
    from ...typedparams import Sent
    from ...uri import URI
    from ..connecting.options import ConnectOptions
    from . import Connection
    from .channel import Channel
    from .delivery import Delivery

    P = ParamSpec("P")
    R = TypeVar("R")


#: How long closing may wait for the daemon's answer, which changes nothing.
_CLOSE_SECONDS = 2.0

#: VIR_DRV_FEATURE_PROGRAM_KEEPALIVE; asking for it is what turns it on.
_FEATURE_KEEPALIVE = 10


class ConnectionBase(ConnectionConstants):
    __slots__ = (
        "__weakref__",
        "_block_owner",
        "_channel",
        "_delivery",
        "_options",
        "_side_connections",
        "_timeout",
        "_unconfirmed",
        "_uri",
    )

    def __init__(self, channel: Channel, uri: URI, options: ConnectOptions) -> None:
        #: The link it uses now, with all that ends with it. It may be replaced.
        self._channel = channel
        self._uri = uri
        #: How it was opened. Side connections, for consoles, are opened in the same way.
        self._options = options
        self._timeout = options.timeout
        #: The side connections that are open.
        self._side_connections: dict[ref[Connection], None] = {}
        #: The key of its `timeout` blocks. A side connection has the key of its main connection.
        self._block_owner = object()
        #: By UUID: migrations from here that could not be settled. The daemon keeps the job of each, until it is
        #: confirmed or this connection ends. With the parameters and flags of confirm.
        self._unconfirmed: dict[bytes, tuple[Sent, int]] = {}
        #: Subscriptions and callbacks; made when they are first needed.
        self._delivery: Delivery | None = None

    @property
    def _pump(self) -> AsyncPump:
        return self._channel.pump

    # --- calls -------------------------------------------------------------------------------------

    async def _call(self, procedure: Procedure[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        if procedure.members:
            check.members(procedure.members, args)
        reply: R = await self._channel.pump.call(procedure, args, self._deadline(procedure.wait))
        return reply

    async def _call_with_fds(
        self, fds: Sequence[int], procedure: Procedure[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> tuple[R, list[int]]:
        """A call that passes copies of descriptors to the daemon, and whose reply brings some, owned by the caller."""
        check.members(procedure.members, args)
        return await self._channel.pump.call_with_fds(procedure, args, self._deadline(procedure.wait), fds)

    async def _call_on_stream(
        self,
        channel: Channel,
        state: StreamState,
        procedure: Procedure[P, R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """A call that opens a stream over a channel. The stream's data may follow right behind the reply."""
        check.members(procedure.members, args)
        reply: R = await channel.pump.call(procedure, args, self._deadline(procedure.wait), state)
        return reply

    async def _call_passing_fds(
        self, fds: Sequence[int], procedure: Procedure[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """A call that passes copies of descriptors to the daemon."""
        check.members(procedure.members, args)
        reply: R = await self._channel.pump.call(procedure, args, self._deadline(procedure.wait), None, fds)
        return reply

    def _must_carry_fds(self, method: str) -> None:
        if not self._channel.pump.link.carries_fds:
            raise NotAvailable(
                f"{method} needs a local connection: descriptors travel over unix sockets only, not over "
                f"{self._uri.transport}"
            )

    def _deadline(self, wait: str) -> float | None:
        found, deadline = deadline_of_blocks(self._block_owner)
        if found or self._timeout is None or wait == "long":
            return deadline
        return time.monotonic() + self._timeout

    def timeout(self, limit: float | None) -> Timeout:
        """A `with` block that limits the time of all calls of this connection in it, long ones too.

        `limit` is in seconds, for the whole block; None means no timeout at all in the block. At the end of that time a
        call raises `CallTimeout`, and the connection stays usable. In nested blocks the earliest end counts.
        """
        return Timeout(self._block_owner, seconds("limit", limit))

    def _until(self, deadline: float | None) -> Deadline:
        """A `with` block whose calls have this deadline, whatever the blocks around it say."""
        return Deadline(self._block_owner, deadline)

    # --- life --------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connection. Calls in flight on it raise `ConnectionClosed`. Closing it again does nothing.

        Consoles and channels that were opened through it are closed too. A call that a callback is making raises
        `ConnectionClosed` as well; if the callback does not catch that, nothing is logged.
        """
        pump = self._channel.pump
        if pump.closed:
            return
        try:
            if pump.session.error is None and not pump.forked:
                deadline = time.monotonic() + _CLOSE_SECONDS
                if self._delivery is not None:
                    await self._delivery.end(deadline)
                pump.session.leaving = True
                await pump.call(remote.CONNECT_CLOSE, (), deadline)
        except Exception:
            pass  # the link is closed all the same
        finally:
            await self._close_links()

    async def _close_links(self) -> None:
        await self._channel.pump.close()
        for side in list(self._side_connections):
            if (other := side()) is not None:
                await other._channel.pump.close()

    def __del__(self) -> None:
        try:
            pump = self._channel.pump
        except AttributeError:
            return  # it was never opened
        if pump.closed:
            return
        # At the interpreter's exit nobody can be warned, and the system closes the descriptor.
        try:
            if not pump.forked and not sys.is_finalizing():
                import warnings

                warnings.warn(f"unclosed {self!r}", ResourceWarning, source=self, stacklevel=2)
        finally:
            pump.close_from_finalizer()  # warnings may be errors

    async def _open_side_connection(self) -> Connection:
        """Opens a second connection to the same daemon, in the same way and under the same timeouts."""
        from ..connecting.handshake import open_connection

        self._channel.pump.check_here()
        side = await open_connection(self._uri, self._options, self._deadline("free"))
        side._timeout = self._timeout
        side._block_owner = self._block_owner
        sides = self._side_connections
        sides[ref(side, sides.pop)] = None
        try:
            self._channel.session.check()  # `close` closes the side connections that are in `sides` by then
        except Error:
            await side.close()
            raise
        return side

    def __repr__(self) -> str:
        state = " closed" if self._channel.pump.closed else ""
        return f"<{type(self).__module__.split('._')[0]}.Connection {self._uri.masked()}{state}>"

    def _asjson(self) -> object:
        """What a record that holds it writes in its place as JSON."""
        return self._uri.masked()

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("a Connection can't be pickled: open one where it is needed")

    def get_uri(self) -> str:
        """The URI of this connection, as this client used it; without a round trip."""
        return str(self._uri)

    async def set_keep_alive(self, interval: float, count: int) -> None:
        """Pings the daemon every `interval` seconds. After `count` pings with nothing received the link is lost.

        `interval` 0 ends it; `count` is at least 1. The daemon pings this client too from then on, and drops it when
        it does not answer; that needs nothing from you. Raises `NoSupport` where the daemon has no keepalive.
        [virConnectSetKeepAlive]
        """
        if interval == 0:
            self._channel.pump.keep_alive(None)
            return
        interval, count = pings(interval, count)
        # First: the daemon pings as soon as it is asked, even if its answer comes too late.
        self._channel.session.keeps_alive = True
        self._channel.pump.watch()
        supported = await self._call(remote.CONNECT_SUPPORTS_FEATURE, _FEATURE_KEEPALIVE)
        if not supported:
            raise NoSupport("the daemon does not support keepalive")
        self._channel.pump.keep_alive(Keepalive(interval, count, time.monotonic()))

    def is_alive(self) -> bool:
        """Whether the link was working when last used; without a round trip."""
        return self._channel.is_alive()
