"""What was at the other end when no connection came about, told by what is known of it."""

from __future__ import annotations

import errno
import time

from ..._session import aio_facade as facade
from ..._transport.process import printable
from ..._transport.program import ProgramLink
from ...errors import CallTimeout, ConnectionLost, DaemonUnreachable, Error, ProtocolError
from .tcp import place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._session.core import Session
    from ..._transport.link import Link
    from ...uri import URI

#: So much of what is not the protocol is shown.
_SHOWN = 200
#: How long a program that has closed its end may take to be gone.
_END_SECONDS = 1.0


async def explained(error: Error, link: Link, session: Session, where: URI) -> Error | None:
    """A better error for one that came before anything was received; None if it says all there is to say."""
    if session.received:
        return None
    name = _name(where)
    if isinstance(error, ProtocolError):
        return _not_the_protocol(name, link, session)
    if not isinstance(link, ProgramLink):
        return None
    if isinstance(error, CallTimeout):
        text = f"{name} did not get through to a daemon in time"
        return CallTimeout(_with(text, link.last_words()), sent="no")
    if isinstance(error, ConnectionLost):
        return await _ended(name, link)
    return None


def _name(where: URI) -> str:
    if where.transport == "ext":
        return where.command or ""
    if where.transport == "unix":
        return "the daemon"
    if where.transport in ("tcp", "tls"):
        return place(where)
    return f"{where.command or 'ssh'} to {where.host}"


def _not_the_protocol(name: str, link: Link, session: Session) -> ProtocolError:
    begin = printable(b"".join(session.chunks)[:_SHOWN].decode("utf-8", "replace"))
    text = f"what came from {name} is not libvirt's protocol; it begins: {begin}"
    if isinstance(link, ProgramLink):
        text += " (does a shell's profile there print something?)"
    return ProtocolError(_with(text, link.last_words()))


async def _ended(name: str, link: ProgramLink) -> DaemonUnreachable:
    """The error for a program that has ended before it had passed anything on."""
    helper = link.helper
    until = time.monotonic() + _END_SECONDS
    while not helper.ended and time.monotonic() < until:
        await facade.sleep(0.005)
    how = f"{name} ended"
    if helper.status is not None:
        how += f" with status {helper.status}" if helper.status >= 0 else f" by signal {-helper.status}"
    return DaemonUnreachable(_with(how, helper.words()), int1=errno.EIO)


def _with(text: str, words: str) -> str:
    return f"{text}: {words}" if words else text
