"""Logging in at the daemon, when it asks for that."""

from __future__ import annotations

from ..._protocol.table import remote
from ...errors import AuthUnavailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._session.aio import AsyncPump
    from ...uri import URI

# remote_auth_type
_NONE, _SASL, _POLKIT = range(3)
_AUTH_NAMES = {_NONE: "none", _SASL: "SASL", _POLKIT: "polkit"}


async def log_in(pump: AsyncPump, where: URI, deadline: float | None) -> None:
    """Chooses among what the daemon offers, and does it."""
    offered = await pump.call(remote.AUTH_LIST, (), deadline)
    if not offered:
        return
    chosen = offered[0]
    if where.auth is not None:
        wish = {"none": _NONE, "polkit": _POLKIT}.get(where.auth, _SASL)
        if wish not in offered:
            raise AuthUnavailable(f"the daemon does not offer to authenticate by {where.auth}")
        chosen = wish
    if chosen == _POLKIT:
        await pump.call(remote.AUTH_POLKIT, (), deadline)
    elif chosen != _NONE:
        name = _AUTH_NAMES.get(chosen, f"type {chosen}")
        raise AuthUnavailable(f"the daemon wants to authenticate by {name}, which this release does not do")
