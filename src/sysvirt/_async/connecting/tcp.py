"""The link to a daemon that listens on TCP."""

from __future__ import annotations

import socket
import time

from ..._session import aio_facade as facade
from ..._transport.link import Link
from ...errors import CallTimeout, DaemonUnreachable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...uri import URI


async def reach_by_tcp(where: URI, deadline: float | None) -> Link:
    """Connects to the URI's host; what is sent can be read on the way."""
    return Link(await connected(where, deadline), local=False, carries_fds=False, secure=False)


async def connected(where: URI, deadline: float | None) -> socket.socket:
    """A socket that is connected to the URI's host and port, at one of its addresses."""
    host, port = where.host or "localhost", where.port or 0
    place = f"{host} port {port}"
    remaining = None if deadline is None else deadline - time.monotonic()
    try:
        if remaining is None or remaining > 0:
            return await facade.connect_tcp(host, port, remaining)
        reason = ""
    except socket.gaierror as error:
        text = f"the host {host} is not known: {error.strerror}"
        raise DaemonUnreachable(text) from error
    except OSError as error:
        if not isinstance(error, TimeoutError) or error.errno is not None:
            text = f"can't connect to {place} ({error.strerror})"
            raise DaemonUnreachable(text, int1=error.errno or 0) from error
        reason = f" ({error})"
    raise CallTimeout(f"{place} did not take the connection in time{reason}", sent="no")
