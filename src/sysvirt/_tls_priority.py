"""`tls_priority`, a text of GnuTLS's language, as far as it can be said in OpenSSL's terms."""

from __future__ import annotations

from ._records import Record
from .errors import invalid_argument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

_VERSIONS = ("TLS1.2", "TLS1.3")
#: GnuTLS's name for a cipher, and OpenSSL's: with TLS 1.2, behind the name of the key exchange, and with TLS 1.3.
_CIPHERS = {
    "AES-256-GCM": ("AES256-GCM-SHA384", "TLS_AES_256_GCM_SHA384"),
    "CHACHA20-POLY1305": ("CHACHA20-POLY1305", "TLS_CHACHA20_POLY1305_SHA256"),
    "AES-128-GCM": ("AES128-GCM-SHA256", "TLS_AES_128_GCM_SHA256"),
}
#: How keys are exchanged with TLS 1.2; the names are the same.
_EXCHANGES = ("ECDHE-ECDSA", "ECDHE-RSA", "DHE-RSA")
_EVERYTHING = (*_VERSIONS, *_CIPHERS, *_EXCHANGES)
_STRONG = tuple(name for name in _EVERYTHING if name != "AES-128-GCM")

#: The words that a text begins with, and what is allowed then.
_BASES = {
    "NORMAL": _EVERYTHING,
    "PERFORMANCE": _EVERYTHING,
    "PFS": _EVERYTHING,
    "SECURE128": _EVERYTHING,
    "SECURE192": _STRONG,
    "SECURE256": _STRONG,
    "NONE": (),
}
_GROUPS = {
    "VERS-ALL": _VERSIONS,
    "VERS-TLS-ALL": _VERSIONS,
    "CIPHER-ALL": tuple(_CIPHERS),
    "KX-ALL": _EXCHANGES,
}
#: What is always so here.
_ALWAYS = (
    "AEAD", "MAC-ALL", "SIGN-ALL", "GROUP-ALL", "CURVE-ALL", "COMP-ALL", "COMP-NULL", "CTYPE-ALL", "CTYPE-X509",
    "CTYPE-X.509",
)  # fmt: skip
#: What never is: to forbid it changes nothing. Beginnings, for there are many.
_NEVER = (
    "VERS-SSL3.0", "VERS-TLS1.0", "VERS-TLS1.1", "VERS-DTLS", "3DES-", "ARCFOUR-", "AES-128-C", "AES-192-", "AES-256-C",
    "CAMELLIA-", "GOST", "NULL", "RSA", "DHE-DSS", "DHE-PSK", "ECDHE-PSK", "PSK", "SRP", "ANON-", "MD5", "SHA1",
    "SHA256", "SHA384", "CTYPE-OPENPGP", "CTYPE-RAWPK", "COMP-DEFLATE",
)  # fmt: skip
_OPTIONS = (
    "%COMPAT", "%SERVER_PRECEDENCE", "%SAFE_RENEGOTIATION", "%DISABLE_SAFE_RENEGOTIATION", "%PARTIAL_RENEGOTIATION",
    "%LATEST_RECORD_VERSION", "%SSL3_RECORD_VERSION", "%NO_TICKETS",
)  # fmt: skip


class Priority(Record):
    __slots__ = ()
    versions: tuple[str, ...]
    """Of "TLS1.2" and "TLS1.3", those that are allowed."""
    ciphers: str
    """The ciphers for TLS 1.2, as OpenSSL's list."""
    refused: frozenset[str]
    """Ciphers of TLS 1.3 that are not to be used. Python can't tell OpenSSL, so the one agreed on is looked at."""


def parse_priority(text: str | None) -> Priority:
    """What a priority allows; None is GnuTLS's and libvirt's own, "NORMAL".

    Raises `InvalidArgument`, with the word that is not understood.
    """
    base, *changes = (text or "NORMAL").upper().split(":")
    if base not in _BASES:
        # Names of the system's own configuration too, such as "@SYSTEM".
        _refuse(text, base)
    allowed = dict.fromkeys(_BASES[base])
    for change in changes:
        names = _GROUPS.get(change[1:]) or (change[1:].removeprefix("VERS-"),)
        known = set(names) <= set(_EVERYTHING)
        if change.startswith("+") and known:
            allowed.update(dict.fromkeys(names))
        elif change.startswith(("-", "!")) and known:
            for name in names:
                allowed.pop(name, None)
        elif not (
            (change.startswith("+") and change[1:] in _ALWAYS)
            or (change.startswith(("-", "!")) and change[1:].startswith(_NEVER))
            or change in _OPTIONS
        ):
            _refuse(text, change)
    versions = tuple(name for name in _VERSIONS if name in allowed)
    ciphers = [
        f"{exchange}-{_CIPHERS[cipher][0]}"
        for cipher in _CIPHERS
        for exchange in _EXCHANGES
        if cipher in allowed and exchange in allowed
    ]
    if not ciphers:
        versions = tuple(name for name in versions if name != "TLS1.2")
    if not versions or not any(cipher in allowed for cipher in _CIPHERS):
        raise invalid_argument("tls_priority", f"{text!r} leaves no version of TLS, or no cipher")
    return Priority(
        versions=versions,
        ciphers=":".join(ciphers),
        refused=frozenset(names[1] for cipher, names in _CIPHERS.items() if cipher not in allowed),
    )


def _refuse(text: str | None, word: str) -> NoReturn:
    raise invalid_argument("tls_priority", f"{word!r} (in {text!r}) can't be said in OpenSSL's terms")
