"""From a URI to an open connection: its link, the login, and the open call."""

from __future__ import annotations

from ..._protocol.table import remote
from ..._session.aio import AsyncPump
from ..._session.core import Session
from ...errors import CallTimeout, ConnectionLost, NoSupport
from ...uri import URI
from ..connection import Connection
from ..connection.channel import Channel
from .login import log_in
from .options import READ_ONLY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._transport.link import Link
    from .options import ConnectOptions


async def open_connection(where: URI, options: ConnectOptions, deadline: float | None) -> Connection:
    """Opens a connection to a URI that is resolved already."""
    link = await options.reach(where, options, deadline)
    return await handshake(link, where, options, deadline)


async def handshake(link: Link, where: URI, options: ConnectOptions, deadline: float | None) -> Connection:
    """Opens a connection over a link, which it owns from now on."""
    pump = AsyncPump(link, Session(options.max_in_flight))
    try:
        await log_in(pump, where, options.credentials, deadline)
        await pump.call(remote.CONNECT_OPEN, (where.name, READ_ONLY if options.readonly else 0), deadline)
        if not where.text:
            # The daemon has chosen; what it chose is this connection's URI from now on.
            where = URI.parse(await pump.call(remote.CONNECT_GET_URI, (), deadline))
        connection = Connection(Channel(pump), where, options)
        await _keep_alive(connection, link, options)
        return connection
    except BaseException as error:
        await pump.close()
        if isinstance(error, (ConnectionLost, CallTimeout)):
            from .failing import explained

            better = await explained(error, link, pump.session, where)
            if better is not None:
                raise better from error
        raise


async def _keep_alive(connection: Connection, link: Link, options: ConnectOptions) -> None:
    keepalive = options.keepalive(link)
    if keepalive is None:
        return
    try:
        await connection.set_keep_alive(*keepalive)
    except NoSupport:
        if options.wants_keepalive:
            raise
