"""The link to a daemon, by its URI."""

from __future__ import annotations

from ...errors import NotAvailable
from ...uri import URI
from .unix import reach_by_unix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._transport.link import Link
    from .options import ConnectOptions


async def reach(where: URI, options: ConnectOptions, deadline: float | None) -> Link:
    """Connects by the transport that the URI names."""
    # Each transport is imported when it is used: most programs use one.
    if where.transport == "unix":
        return await reach_by_unix(where, options, deadline)
    if where.transport == "tcp":
        from .tcp import reach_by_tcp

        return await reach_by_tcp(where, deadline)
    if where.transport == "tls":
        from .tls import reach_by_tls

        return await reach_by_tls(where, deadline)
    if where.transport == "ext":
        from .programs import reach_by_program

        return reach_by_program(where)
    if where.transport in ("ssh", "libssh", "libssh2"):
        from .programs import reach_by_ssh

        return reach_by_ssh(where, options)
    raise NotAvailable(f"uri: the transport {where.transport!r} is not available in this release")
