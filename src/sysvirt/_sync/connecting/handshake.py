# Made by tools/unasync.py from src/sysvirt/_async/connecting/handshake.py; do not edit.
"""From a URI to an open connection: its link, the login, and the open call."""

from __future__ import annotations

from ..._protocol.table import remote
from ..._session.blocking import BlockingPump
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


def open_connection(where: URI, options: ConnectOptions, deadline: float | None) -> Connection:
    """Opens a connection to a URI that is resolved already."""
    link = options.reach(where, options, deadline)
    return handshake(link, where, options, deadline)


def handshake(link: Link, where: URI, options: ConnectOptions, deadline: float | None) -> Connection:
    """Opens a connection over a link, which it owns from now on."""
    pump = BlockingPump(link, Session(options.max_in_flight))
    try:
        log_in(pump, where, options.credentials, deadline)
        pump.call(remote.CONNECT_OPEN, (where.name, READ_ONLY if options.readonly else 0), deadline)
        if not where.text:
            # The daemon has chosen; what it chose is this connection's URI from now on.
            where = URI.parse(pump.call(remote.CONNECT_GET_URI, (), deadline))
        connection = Connection(Channel(pump), where, options)
        _keep_alive(connection, link, options)
        return connection
    except BaseException as error:
        pump.close()
        if isinstance(error, (ConnectionLost, CallTimeout)):
            from .failing import explained

            better = explained(error, link, pump.session, where)
            if better is not None:
                raise better from error
        raise


def _keep_alive(connection: Connection, link: Link, options: ConnectOptions) -> None:
    keepalive = options.keepalive(link)
    if keepalive is None:
        return
    try:
        connection.set_keep_alive(*keepalive)
    except NoSupport:
        if options.wants_keepalive:
            raise
