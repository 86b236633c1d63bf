"""SCRAM (RFC 5802, 7677): both sides show that they know the password, and neither sends it."""

from __future__ import annotations

import hashlib
import hmac
import os
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64

from ..errors import AuthFailed
from .mechanism import Mechanism

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

#: Mechanism -> hash, the strongest first.
HASHES = {"SCRAM-SHA-512": "sha512", "SCRAM-SHA-256": "sha256", "SCRAM-SHA-1": "sha1"}

#: How often the hash is repeated. RFC 7677 wants this at least: with fewer, a peer that only pretends to be the daemon
#: learns something by which it can try passwords fast.
ITERATIONS_MIN = 4096
#: About half a second of work. A peer must not keep us busy for as long as it likes; libvirtd's own library takes no
#: more than 65536.
ITERATIONS_MAX = 1_000_000

#: What the daemon may say that has gone wrong, in its last message (RFC 5802, section 7).
_REASONS = frozenset(
    (
        "invalid-encoding", "extensions-not-supported", "invalid-proof", "channel-bindings-dont-match",
        "server-does-support-channel-binding", "channel-binding-not-supported",
        "unsupported-channel-binding-type", "unknown-user", "invalid-username-encoding", "no-resources",
        "other-error",
    )
)  # fmt: skip


class Scram(Mechanism):
    """Without channel binding, which SASL has no way for here: TLS is below the protocol that carries it."""

    def __init__(
        self, name: str, authname: str, password: str, act_as: str, nonce: bytes | None = None
    ) -> None:
        super().__init__(name)
        self._hash = HASHES[name]
        self._password = password.encode()
        self._nonce = b2a_base64(os.urandom(24), newline=False) if nonce is None else nonce
        self._header = b"n,%s," % (b"a=" + _escaped(act_as) if act_as else b"")
        self._bare = b"n=%s,r=%s" % (_escaped(authname), self._nonce)
        self._signature = b""

    def first(self) -> bytes:
        return self._header + self._bare

    def answer(self, data: bytes | None) -> bytes | None:
        if self.done:
            self._refuse("the daemon goes on after its last message")
        if data is None:
            self._refuse("the daemon says nothing where its answer is due")
        if self.may_end:
            self._verify(data)
            return None
        return self._prove(data)

    def _prove(self, challenge: bytes) -> bytes:
        nonce, salt, iterations = self._challenge(challenge)
        salted = hashlib.pbkdf2_hmac(self._hash, self._password, salt, iterations)
        proven = b"c=%s,r=%s" % (b2a_base64(self._header, newline=False), nonce)
        said = b",".join((self._bare, challenge, proven))
        client_key = self._hmac(salted, b"Client Key")
        signature = self._hmac(hashlib.new(self._hash, client_key).digest(), said)
        proof = bytes([one ^ other for one, other in zip(client_key, signature, strict=True)])
        self._signature = self._hmac(self._hmac(salted, b"Server Key"), said)
        self.may_end = True
        return proven + b",p=" + b2a_base64(proof, newline=False)

    def _challenge(self, challenge: bytes) -> tuple[bytes, bytes, int]:
        """The daemon's first message: nonce, salt, and how often the hash is to be repeated."""
        fields = challenge.split(b",")
        # More of them are extensions that need not be known; one that must be known comes first, with the name "m".
        if [field[:2] for field in fields[:3]] != [b"r=", b"s=", b"i="]:
            self._refuse("the daemon's challenge is not one of SCRAM")
        nonce, salt, count = [field[2:] for field in fields[:3]]
        if not nonce.startswith(self._nonce) or len(nonce) == len(self._nonce) or not _printable(nonce):
            self._refuse("the daemon's nonce is not made from ours")
        if not count.isdigit() or len(count) > 7 or not ITERATIONS_MIN <= int(count) <= ITERATIONS_MAX:
            self._refuse(f"the daemon's iteration count is not within {ITERATIONS_MIN} to {ITERATIONS_MAX}")
        return nonce, self._decoded(salt), int(count)

    def _verify(self, data: bytes) -> None:
        """The daemon's last message: it has to show that it knows the password too."""
        kind, value = data[:2], data[2:].partition(b",")[0]
        if kind == b"e=":
            reason = value.decode("ascii", "replace")
            self._refuse(f"the daemon refuses: {reason if reason in _REASONS else 'other-error'}")
        if kind != b"v=" or not hmac.compare_digest(self._decoded(value), self._signature):
            self._refuse(
                "the daemon does not know the password: it may not be the one that it pretends to be"
            )
        self.done = True

    def _decoded(self, text: bytes) -> bytes:
        try:
            data = a2b_base64(text, strict_mode=True)
        except Base64Error:
            data = b""
        if not data:
            self._refuse("the daemon's message is not Base64")
        return data

    def _hmac(self, key: bytes, message: bytes) -> bytes:
        return hmac.digest(key, message, self._hash)

    def _refuse(self, why: str) -> NoReturn:
        raise AuthFailed(f"SASL {self.name}: {why}")


def _escaped(name: str) -> bytes:
    return name.replace("=", "=3D").replace(",", "=2C").encode()


def _printable(nonce: bytes) -> bool:
    return all(0x21 <= byte <= 0x7E for byte in nonce)
