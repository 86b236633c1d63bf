"""The server's side of SCRAM, plainly after RFC 5802, and a fake daemon that logs its clients in by it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Callable, Mapping, Sequence

from sysvirt import AuthFailed
from sysvirt.testing import FakeDaemon, ReceivedCall

HASH = {"SCRAM-SHA-1": "sha1", "SCRAM-SHA-256": "sha256", "SCRAM-SHA-512": "sha512"}
SASL = 1

Data = bytes | None


class ScramServer:
    """One conversation. It keeps the secrets that a real one would keep, and no password."""

    def __init__(
        self,
        name: str,
        users: Mapping[str, str],
        *,
        salt: bytes = b"",
        iterations: int = 4096,
        nonce: bytes = b"",
    ) -> None:
        self.hash = HASH[name]
        self.users = users
        self.salt = salt or os.urandom(16)
        self.iterations = iterations
        self.nonce = nonce or base64.b64encode(os.urandom(18))
        self.signature = b""

    def challenge(self, first: bytes) -> bytes:
        """Its answer to the client's first message; KeyError for an unknown user."""
        flag, other, bare = first.split(b",", 2)
        assert flag == b"n"
        assert not other or other.startswith(b"a=")
        self.header = flag + b"," + other + b","
        fields = {field[:1]: field[2:] for field in bare.split(b",")}
        user = fields[b"n"].decode().replace("=2C", ",").replace("=3D", "=")
        password = self.users[user].encode()
        self.both = fields[b"r"] + self.nonce
        challenge = b"r=%s,s=%s,i=%d" % (self.both, base64.b64encode(self.salt), self.iterations)
        self.said = bare + b"," + challenge
        salted = hashlib.pbkdf2_hmac(self.hash, password, self.salt, self.iterations)
        self.stored_key = hashlib.new(self.hash, self.mac(salted, b"Client Key")).digest()
        self.server_key = self.mac(salted, b"Server Key")
        return challenge

    def verdict(self, final: bytes) -> bytes | None:
        """Its last message; None if the client does not know the password."""
        channel, nonce, proof = final.split(b",")
        assert base64.b64decode(channel.removeprefix(b"c=")) == self.header
        assert nonce == b"r=" + self.both
        said = self.said + b"," + channel + b"," + nonce
        signature = self.mac(self.stored_key, said)
        given = base64.b64decode(proof.removeprefix(b"p="))
        key = bytes(one ^ other for one, other in zip(given, signature, strict=True))
        if hashlib.new(self.hash, key).digest() != self.stored_key:
            return None
        self.signature = self.mac(self.server_key, said)
        return b"v=" + base64.b64encode(self.signature)

    def mac(self, key: bytes, message: bytes) -> bytes:
        return hmac.new(key, message, self.hash).digest()


def packed(data: Data) -> tuple[int, list[int]]:
    return (1, []) if data is None else (0, [byte - 256 if byte > 127 else byte for byte in data])


def unpacked(args: Sequence[object]) -> Data:
    missing, characters = args
    assert isinstance(characters, list)
    return None if missing else bytes(number & 255 for number in characters)


def refuse(call: ReceivedCall) -> None:
    """As libvirtd refuses a login, whatever is wrong."""
    raise AuthFailed("authentication failed: authentication failed")


def offer(
    daemon: FakeDaemon,
    mechanisms: str,
    start: Callable[[str, Data], tuple[bool, Data]],
    step: Callable[[Data], tuple[bool, Data]] | None = None,
) -> None:
    """Has the daemon want SASL. `start` and `step` get what the client says; their results are (complete, data)."""

    def started(call: ReceivedCall) -> tuple[int, int, list[int]]:
        complete, data = start(call.args[0], unpacked(call.args[1:]))
        return (int(complete), *packed(data))

    def stepped(call: ReceivedCall) -> tuple[int, int, list[int]]:
        assert step is not None
        complete, data = step(unpacked(call.args))
        return (int(complete), *packed(data))

    daemon.on("AUTH_LIST", [SASL])
    daemon.on("AUTH_SASL_INIT", mechanisms)
    daemon.on("AUTH_SASL_START", started)
    daemon.on("AUTH_SASL_STEP", stepped)


def let_in(
    daemon: FakeDaemon,
    users: Mapping[str, str],
    mechanisms: str = "SCRAM-SHA-256,SCRAM-SHA-1,PLAIN",
    *,
    success_data: bool = True,
    iterations: int = 4096,
) -> None:
    """Has the daemon let in these users (name -> password).

    success_data: the last message comes with the news that all is well, as libvirtd has it; else before it.
    """
    talks: list[ScramServer] = []
    shown: list[bool] = []

    def start(name: str, said: Data) -> tuple[bool, Data]:
        assert said is not None
        shown.clear()
        if name == "EXTERNAL":
            return True, None
        if name == "PLAIN":
            _, user, password = said.decode().split("\0")
            if users.get(user) != password:
                raise AuthFailed("authentication failed: authentication failed")
            return True, None
        talks.append(ScramServer(name, users, iterations=iterations))
        try:
            return False, talks[-1].challenge(said)
        except KeyError:
            raise AuthFailed("authentication failed: authentication failed") from None

    def step(said: Data) -> tuple[bool, Data]:
        if shown:
            assert said is None
            return True, None
        assert said is not None
        verdict = talks[-1].verdict(said)
        if verdict is None:
            raise AuthFailed("authentication failed: authentication failed")
        shown.append(True)
        return success_data, verdict

    offer(daemon, mechanisms, start, step)
