"""SASL over the protocol: which mechanism is taken, and the conversation.

Whether a mechanism is safe depends on the link. Where others can read it, libvirt lets in only mechanisms that encrypt
all that follows. sysvirt has none of those.
"""

from __future__ import annotations

from ...._auth.mechanism import Mechanism, external, plain
from ...._auth.saslprep import saslprep
from ...._auth.scram import HASHES, Scram
from ...._protocol.table import remote
from ...._session import aio_facade as facade
from ....errors import AuthFailed, AuthUnavailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...._session.aio import AsyncPump
    from ....uri import URI
    from .credentials import Credentials, Login

_PLAIN, _EXTERNAL = "PLAIN", "EXTERNAL"
#: What sysvirt can do: with a password, the strongest first, and without one.
_WITH_PASSWORD = (*HASHES, _PLAIN)
_MECHANISMS = (*_WITH_PASSWORD, _EXTERNAL)

_NOT_HERE = (
    "the link is not encrypted, and there SASL needs a mechanism that encrypts, such as GSSAPI, which sysvirt does not "
    "have: use a URI with +tls or +ssh"
)


async def log_in_by_sasl(
    pump: AsyncPump, where: URI, wish: str | None, credentials: Credentials, deadline: float | None
) -> None:
    """By the strongest mechanism that both sides have, and that there are credentials for; or by that of the URI."""
    offered = await _offered(pump, deadline)
    if not pump.link.secure:
        raise AuthUnavailable(f"the daemon offers SASL {_listed(offered)}; {_NOT_HERE}")
    possible = [name for name in _MECHANISMS if name in offered and wish in (None, name)]
    if not possible:
        raise AuthUnavailable(
            f"{'' if wish is None else f'the URI chooses SASL {wish}; '}the daemon offers SASL {_listed(offered)}; "
            f"sysvirt can do {', '.join(_MECHANISMS)}"
        )
    login = None
    if possible[0] in _WITH_PASSWORD:
        login = await credentials.find(where, deadline)
    if login is not None:
        try:
            await _with_password(pump, possible[0], login, deadline)
        except AuthFailed as error:
            credentials.were_wrong()
            error.add_note(f"SASL {possible[0]}, {login.sources}")
            raise
        credentials.were_right(login)
    elif _EXTERNAL in possible:
        await _converse(pump, external(""), deadline)
    else:
        host = where.host or "localhost"
        raise AuthFailed(
            f"the daemon wants a password for {host} (SASL {possible[0]}), and there is none: not in auth.conf, not in "
            "`credentials`, and no `callback` gives one"
        )


async def _offered(pump: AsyncPump, deadline: float | None) -> list[str]:
    """The daemon's mechanisms for this link."""
    try:
        names: str = await pump.call(remote.AUTH_SASL_INIT, (), deadline)
    except AuthFailed as error:
        if pump.link.secure:
            raise
        # So libvirtd says that it has none for such a link.
        raise AuthUnavailable(f"the daemon offers no SASL mechanism here; {_NOT_HERE}") from error
    return [name for name in names.replace(",", " ").upper().split() if _is_name(name)]


def _is_name(text: str) -> bool:
    """Whether it is the name of a mechanism (RFC 4422, section 3.1): it may get into a message."""
    return len(text) <= 20 and not text.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def _listed(names: list[str]) -> str:
    return ", ".join(names[:20]) or "without a mechanism"


async def _with_password(pump: AsyncPump, name: str, login: Login, deadline: float | None) -> None:
    who = (login.authname, login.password, login.act_as)
    if name == _PLAIN:
        await _converse(pump, plain(*who), deadline)
    else:
        await _by_scram(pump, name, who, deadline)


async def _by_scram(pump: AsyncPump, name: str, who: tuple[str, str, str], deadline: float | None) -> None:
    prepared = (_prepared(who[0]), _prepared(who[1]), _prepared(who[2]))
    try:
        await _converse(pump, Scram(name, *prepared), deadline)
    except AuthFailed:
        if prepared == who:
            raise
    else:
        return
    # The standard wants names and passwords in their one form. But libvirtd's library keeps them as they were typed,
    # and libvirt's client sends them so. A login that has failed can be begun again.
    await _offered(pump, deadline)
    await _converse(pump, Scram(name, *who), deadline)


def _prepared(text: str) -> str:
    try:
        return saslprep(text)
    except ValueError:
        return text  # that is how it was stored, if it was


async def _converse(pump: AsyncPump, mechanism: Mechanism, deadline: float | None) -> None:
    """Until both sides are done. Never more than the mechanism has to say, whatever the daemon wants."""
    reply = await pump.call(remote.AUTH_SASL_START, (mechanism.name, *_packed(mechanism.first())), deadline)
    while True:
        complete, data = reply[0], _unpacked(*reply[1:])
        if complete and not mechanism.may_end:
            raise AuthFailed(f"SASL {mechanism.name}: the daemon ends the login before it is done")
        if complete and not data and mechanism.done:
            return
        # SCRAM's key takes its time.
        answer = await facade.in_thread(mechanism.answer, data)
        if complete:
            return
        reply = await pump.call(remote.AUTH_SASL_STEP, _packed(answer), deadline)


def _packed(data: bytes | None) -> tuple[int, list[int]]:
    """Data for the protocol, which has them as C characters. None, nothing, is not the same as empty."""
    return (1, []) if data is None else (0, memoryview(data).cast("b").tolist())


def _unpacked(missing: int, characters: list[int]) -> bytes | None:
    return None if missing else bytes([number & 255 for number in characters])
