"""Logging in at the daemon, when it asks for that."""

from __future__ import annotations

from ...._protocol.table import remote
from ....errors import AuthUnavailable, invalid_argument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...._session.aio import AsyncPump
    from ....uri import URI
    from .credentials import Credentials

# remote_auth_type
_NONE, _SASL, _POLKIT = range(3)
_KINDS = {"none": _NONE, "sasl": _SASL, "polkit": _POLKIT}
_NAMES = {number: name for name, number in _KINDS.items()}


async def log_in(pump: AsyncPump, where: URI, credentials: Credentials, deadline: float | None) -> None:
    """Does what the daemon offers first, or what the URI chooses of that."""
    wish, mechanism = _wish(where)
    offered = await pump.call(remote.AUTH_LIST, (), deadline)
    if not offered:
        return
    if wish is not None and wish not in offered:
        raise AuthUnavailable(
            f"the URI chooses to log in by {where.auth}, and the daemon only does it by {_named(offered)}"
        )
    kind = offered[0] if wish is None else wish
    if kind == _POLKIT:
        await pump.call(remote.AUTH_POLKIT, (), deadline)
    elif kind == _SASL:
        from .sasl import log_in_by_sasl

        await log_in_by_sasl(pump, where, mechanism, credentials, deadline)
    elif kind != _NONE:
        raise AuthUnavailable(
            f"the daemon wants a login by {_named(offered)}, and sysvirt can do {', '.join(_KINDS)}"
        )


def _wish(where: URI) -> tuple[int | None, str | None]:
    """What the URI chooses: a kind of login, and a SASL mechanism."""
    if where.auth is None:
        return None, None
    kind, dot, mechanism = where.auth.partition(".")
    number = _KINDS.get(kind.lower())
    if number is None or (dot and (number != _SASL or not mechanism)):
        raise invalid_argument(
            "uri", f"'auth' is none, polkit, sasl or sasl.MECHANISM (in {where.masked()!r})"
        )
    return number, mechanism.upper() or None


def _named(kinds: list[int]) -> str:
    return ", ".join([_NAMES.get(kind, f"type {kind}") for kind in kinds])
