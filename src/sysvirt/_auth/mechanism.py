"""A SASL mechanism, as a conversation that is fed what the daemon says; and those that say one thing only."""

from __future__ import annotations

from ..errors import AuthFailed


class Mechanism:
    """One conversation, from the client's side. In it None (nothing is said) and `b""` are two things.

    name: as the daemon lists it.
    done: the client has said all, and has been shown all that the daemon has to show.
    may_end: the daemon may call the login complete with its next message.
    """

    done = False
    may_end = False

    def __init__(self, name: str) -> None:
        self.name = name

    def first(self) -> bytes | None:
        """What the client begins with."""
        raise NotImplementedError

    def answer(self, data: bytes | None) -> bytes | None:
        """What the client says to this; it may take its time. Raises `AuthFailed` for what the daemon must not say."""
        raise NotImplementedError


class _OneMessage(Mechanism):
    done = may_end = True

    def __init__(self, name: str, message: bytes) -> None:
        super().__init__(name)
        self._message = message

    def first(self) -> bytes:
        return self._message

    def answer(self, data: bytes | None) -> bytes | None:
        raise AuthFailed(f"SASL {self.name}: the daemon goes on where nothing is left to say")


def plain(authname: str, password: str, act_as: str) -> Mechanism:
    """The password itself (RFC 4616): only for a link that nobody can read."""
    return _OneMessage("PLAIN", "\0".join((act_as, authname, password)).encode())


def external(act_as: str) -> Mechanism:
    """Who we are is known to the daemon from the link, such as by a certificate (RFC 4422)."""
    return _OneMessage("EXTERNAL", act_as.encode())
