"""The link to a daemon that listens on TLS."""

from __future__ import annotations

from functools import partial

from ..._certificates import Certificates, find
from ..._session import aio_facade as facade
from ..._timeouts import time_left
from ..._tls_priority import parse_priority
from ...errors import AuthFailed, CallTimeout, Error, NoConnect, SystemCallFailed, invalid_argument
from .tcp import connected, place
from .unverified import warn

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    import ssl

    from ..._tls_priority import Priority
    from ..._transport.link import Link
    from ..._transport.tls import Handshake
    from ...uri import URI

_RECEIVE_SIZE = 65536

#: What OpenSSL finds wrong with a server's certificate, by its numbers, and what helps.
_CURES = {
    (9,): "is not valid yet: the clock here is wrong, or the one where it was made",
    (10,): "has expired: the server needs a new one, or the clock here is wrong",
    (2, 18, 19, 20, 21): "is not signed by an authority in {authority}: that of its authority belongs there",
    (23,): "has been revoked: {revoked} says so",
    (3, 12): "can't be looked up in {revoked}, which has no list of its authority or an old one",
    (62, 64): "is for another name: the URI needs one that it is for, or the server needs one for this name",
}
#: What a peer says that does not want our certificate, in OpenSSL's words.
_REFUSALS = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED")
#: What OpenSSL says of bytes that are not TLS.
_NO_TLS = (
    "WRONG_VERSION_NUMBER", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "UNEXPECTED_MESSAGE",
)  # fmt: skip


async def reach_by_tls(where: URI, deadline: float | None) -> Link:
    """Connects to the URI's host, and verifies it."""
    if where.no_verify:
        warn("certificate", where)
    priority = parse_priority(where.tls_priority)
    files = find(where.pkipath, not where.no_verify)
    context = await facade.in_thread(partial(_context, where, files, priority))
    conversation = _begin(context, where)
    sock = await connected(where, deadline)
    try:
        await _shake_hands(conversation, sock, where, files, deadline)
        cipher = conversation.cipher
        if cipher in priority.refused:
            raise NoConnect(f"{place(where)} chose the cipher {cipher}, which tls_priority does not allow")
        return conversation.link(sock)
    except BaseException:
        sock.close()
        raise


def _context(where: URI, files: Certificates, priority: Priority) -> ssl.SSLContext:
    from ..._transport.tls import make_context

    authority, revoked, certificate, key = files.authority, files.revoked, files.certificate, files.key
    if where.no_verify:
        authority = revoked = None
    try:
        return make_context(authority, revoked, certificate, key, priority.versions, priority.ciphers)
    except OSError as error:
        name = error.filename
        if name == certificate:
            name = f"{certificate} with {key}"
        text = f"TLS can't use {name}: {error.strerror or error}"
        raise SystemCallFailed(text, int1=error.errno or 0) from error


def _begin(context: ssl.SSLContext, where: URI) -> Handshake:
    from ..._transport.tls import Handshake

    try:
        # A certificate is for an address whichever interface leads there.
        return Handshake(context, (where.host or "localhost").partition("%")[0])
    except ValueError as error:
        raise invalid_argument("uri", f"no certificate can be for the host {where.host}: {error}") from error


async def _shake_hands(
    conversation: Handshake, sock: socket.socket, where: URI, files: Certificates, deadline: float | None
) -> None:
    import ssl

    try:
        conversation.go_on()
        while conversation.verdict is None:
            await facade.send_all(sock, conversation.output(), time_left(deadline))
            data = await facade.receive_some(sock, _RECEIVE_SIZE, time_left(deadline))
            if not data:
                break
            conversation.go_on(data)
    except ssl.SSLError as error:
        conversation.say_why(sock)
        raise _failed(error, conversation, where, files) from error
    except TimeoutError as error:
        text = f"{place(where)} did not come to the end of the TLS handshake in time"
        raise CallTimeout(text, sent="no") from error
    except OSError as error:
        if not conversation.shaken:
            raise _no_tls(where) from error
        raise _refused(where, files) from error
    if not conversation.shaken:
        raise _no_tls(where)
    if conversation.verdict != b"\1":
        raise _refused(where, files)


def _no_tls(where: URI) -> NoConnect:
    return NoConnect(
        f"{place(where)} does not speak TLS: the port is another service's, or the daemon's for plain TCP"
    )


def _refused(where: URI, files: Certificates) -> AuthFailed:
    text = f"the daemon at {place(where)} refused this client"
    if files.certificate is None:
        text += ", which has no certificate: there is no clientcert.pem where one is looked for"
    else:
        text += (
            f": its certificate {files.certificate} is not signed by the daemon's authority, has expired or is not on"
            " the daemon's list, or the address is not"
        )
    return AuthFailed(text)


def _failed(error: ssl.SSLError, conversation: Handshake, where: URI, files: Certificates) -> Error:
    import ssl

    if isinstance(error, ssl.SSLCertVerificationError):
        for codes, cure in _CURES.items():
            if error.verify_code in codes:
                what = cure.format(authority=files.authority, revoked=files.revoked)
                return AuthFailed(f"the certificate of {where.host} {what}")
        return AuthFailed(f"the certificate of {where.host} is not good: {error.verify_message}")
    reason = error.reason or ""
    if conversation.shaken or ("ALERT" in reason and [word for word in _REFUSALS if word in reason]):
        return _refused(where, files)
    if [word for word in _NO_TLS if word in reason]:
        return _no_tls(where)
    return NoConnect(f"no TLS with {place(where)}: {error.reason or error}")
