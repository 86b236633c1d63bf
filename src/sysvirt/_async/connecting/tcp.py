"""The link to a daemon that listens on TCP."""

from __future__ import annotations

import socket

from ..._session import aio_facade as facade
from ..._timeouts import time_left
from ..._transport import tcp
from ..._transport.link import Link
from ...errors import CallTimeout, DaemonUnreachable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...uri import URI


async def reach_by_tcp(where: URI, deadline: float | None) -> Link:
    """Connects to the URI's host; what is sent can be read on the way."""
    return Link(await connected(where, deadline), local=False, carries_fds=False, secure=False)


def place(where: URI) -> str:
    """The URI's host and port, for messages."""
    return f"{where.host} port {where.port}"


async def connected(where: URI, deadline: float | None) -> socket.socket:
    """A socket that is connected to the URI's host and port, at the first of its addresses that answers."""
    assert where.host is not None
    assert where.port is not None
    try:
        return await _connect(where.host, where.port, deadline)
    except socket.gaierror as error:
        text = f"the host {where.host} is not known: {error.strerror}"
        raise DaemonUnreachable(text) from error
    except OSError as error:
        if not isinstance(error, TimeoutError) or error.errno is not None:
            text = f"can't connect to {place(where)} ({error.strerror})"
            raise DaemonUnreachable(text, int1=error.errno or 0) from error
        reason = f" ({error})" if error.args else ""
        text = f"{place(where)} did not take the connection in time{reason}"
        raise CallTimeout(text, sent="no") from error


async def _connect(host: str, port: int, deadline: float | None) -> socket.socket:
    found = tcp.numeric_addresses(host, port) or await facade.resolve(host, port, time_left(deadline))
    tried: list[tuple[tcp.Address, OSError]] = []
    for address in found:
        try:
            return await facade.connect_tcp(address, tcp.share(deadline, len(found) - len(tried)))
        except OSError as error:
            tried.append((address, error))
    raise tcp.not_connected(tried)
