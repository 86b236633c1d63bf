"""Names and passwords to log in with: where they come from, and which of them counts."""

from __future__ import annotations

import os

from .... import _arguments as check
from ...._session import aio_facade as facade
from ....errors import AuthCancelled, AuthFailed, CallTimeout, class_name, invalid_argument, invalid_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeAlias

    from ...._arguments import CredentialMapping
    from ....results.host import CredentialRequest
    from ....uri import URI

    #: A credential, and where it comes from, in words.
    Found: TypeAlias = tuple[str, str]

# virConnectCredentialType
_USERNAME, _AUTHNAME, _PASSPHRASE, _ECHOPROMPT, _NOECHOPROMPT, _REALM, _LAST = 1, 2, 5, 6, 7, 8, 9
#: Names in place of the numbers: those that auth.conf has.
_NUMBERS = {"username": _USERNAME, "authname": _AUTHNAME, "password": _PASSPHRASE, "realm": _REALM}

#: As what a callback can be asked for the user's name and for the password: the first that it can answer.
_FOR_THE_NAME = (_AUTHNAME, _USERNAME, _ECHOPROMPT)
_FOR_THE_PASSWORD = (_PASSPHRASE, _NOECHOPROMPT)

_CALLBACK = "the callback"


class Login:
    """Who logs in: a name with its password, and perhaps another user's name (`act_as`) whose rights are wanted."""

    def __init__(self, name: Found, password: Found, act_as: str) -> None:
        self.authname, self._name_source = name
        self.password, self._password_source = password
        self.act_as = act_as
        for text, what in ((self.authname, "name"), (self.password, "password"), (act_as, "name")):
            if "\0" in text or not _has_utf8(text):
                raise AuthFailed(
                    f"a user's {what} is UTF-8 without NUL, and this one is not ({self.sources})"
                )

    @property
    def sources(self) -> str:
        """Where it comes from: never what it is."""
        return f"name from {self._name_source}, password from {self._password_source}"

    def answers(self) -> dict[int, str]:
        """What of it the callback gave."""
        both = (
            (_AUTHNAME, self.authname, self._name_source),
            (_PASSPHRASE, self.password, self._password_source),
        )
        return {kind: text for kind, text, source in both if source == _CALLBACK}


class Credentials:
    """What a user has given to log in with, for the first link to a daemon and for all later ones."""

    def __init__(
        self,
        credlist: Sequence[int] | None,
        callback: Callable[[list[CredentialRequest]], object] | None,
        credentials: CredentialMapping | None,
    ) -> None:
        kinds = _kinds(credlist)
        if callback is None:
            kinds = []
        elif not callable(callback):
            raise invalid_type("callback", "a function", callback)
        self._callback = callback
        self._given = _given(credentials)
        # None where it can't be asked.
        self._name_kind = next((kind for kind in _FOR_THE_NAME if kind in kinds), None)
        self._password_kind = next((kind for kind in _FOR_THE_PASSWORD if kind in kinds), None)
        #: What the callback has answered, once that was right: for a later link nobody is asked again.
        self._answers: dict[int, str] = {}

    def were_right(self, login: Login) -> None:
        """The daemon has let them in."""
        self._answers = login.answers()

    def were_wrong(self) -> None:
        """It has not: the callback is asked again next time."""
        self._answers = {}

    async def find(self, where: URI, deadline: float | None) -> Login | None:
        """Each from auth.conf, from what was given, or from the callback, in this order; None without a password.

        The URI's user is the default for the name.
        """
        from ...._auth.conf import load

        host = where.host or "localhost"
        conf = await facade.in_thread(load, where.authfile, os.environ)
        file = {_NUMBERS[name]: text for name, text in conf.credentials(host).items() if name in _NUMBERS}
        sources = ((file, conf.file), (self._given, "credentials"), (self._answers, _CALLBACK))
        name = _first(sources, (_AUTHNAME, _USERNAME))
        password = _first(sources, _FOR_THE_PASSWORD)

        if password is None and self._password_kind is None:
            return None
        if not name and self._name_kind is None:
            if not where.user:
                raise AuthFailed(f"there is a password to log in at {host}, and no user's name")
            name = (where.user, "the URI")
        requests: list[CredentialRequest] = []
        if name is None:
            requests.append(_request(self._name_kind, f"User name for {host}", host, where.user))
        if password is None:
            requests.append(_request(self._password_kind, f"Password for {host}", host, None))
        answers = await self._ask(requests, deadline) if requests else []
        return Login(
            name or (answers[0], _CALLBACK), password or (answers[-1], _CALLBACK), self._other_user(name)
        )

    def _other_user(self, name: Found | None) -> str:
        """A user that is named besides the one who logs in; libvirt's client takes that from no file."""
        other = self._given.get(_USERNAME, "")
        return other if _AUTHNAME in self._given and name is not None and other != name[0] else ""

    async def _ask(self, requests: list[CredentialRequest], deadline: float | None) -> list[str]:
        assert self._callback is not None
        try:
            given = await facade.run_callback_until(deadline, self._callback, list(requests))
        except (AuthFailed, CallTimeout):
            raise
        except Exception as error:
            raise AuthCancelled(f"callback: it raised {class_name(type(error))}") from error
        return _answers(requests, given)


def _answers(requests: list[CredentialRequest], given: Any) -> list[str]:
    """What the callback gave, if it is what it is to give."""
    if given is None:
        raise AuthCancelled("callback: it gave no credentials")
    counted = _are_several(given)
    if not counted or len(given) != len(requests):
        got = f"of {len(given)}" if counted else _kind(given)
        if hasattr(given, "cr_await"):
            given.close()  # a coroutine, which nobody is going to await
        raise AuthFailed(f"callback: a list of {len(requests)} answers was expected, not {got}")
    return [_answer(request, answer) for request, answer in zip(requests, given, strict=True)]


def _are_several(given: object) -> bool:
    return isinstance(given, (list, tuple))


def _kind(value: object) -> str:
    return class_name(type(value))


def _request(kind: int | None, prompt: str, host: str, default: str | None) -> CredentialRequest:
    from ...._enums import lookup
    from ...._generated.constants import CredentialType
    from ....results.host import CredentialRequest

    assert kind is not None
    return CredentialRequest(lookup(CredentialType, kind), prompt, host, default)


def _answer(request: CredentialRequest, given: object) -> str:
    if given is None:
        raise AuthCancelled(f"callback: it gave no answer to {request.prompt!r}")
    if not isinstance(given, str):
        raise AuthFailed(f"callback: str was expected for {request.prompt!r}, not {_kind(given)}")
    return given or request.result or ""


def _first(sources: Sequence[tuple[Mapping[int, str], str]], kinds: Sequence[int]) -> Found | None:
    """The credential of one of these kinds, from the first source that has any."""
    for texts, source in sources:
        for kind in kinds:
            if kind in texts:
                return texts[kind], source
    return None


def _kinds(credlist: Sequence[int] | None) -> list[int]:
    if credlist is None:
        return list(range(1, _LAST + 1))
    return [check.integer("credlist", kind, 1, _LAST) for kind in check.sequence("credlist", credlist)]


def _given(credentials: CredentialMapping | None) -> dict[int, str]:
    """The credentials by number."""
    if credentials is None:
        return {}
    try:
        pairs: list[tuple[object, str]] = list(credentials.items())
    except (AttributeError, TypeError, ValueError):
        raise invalid_type("credentials", "a mapping", credentials) from None
    given: dict[int, str] = {}
    for key, value in pairs:
        kind = _NUMBERS.get(key) if isinstance(key, str) else key
        if not isinstance(kind, int) or isinstance(kind, bool) or not 1 <= kind <= _LAST:
            names = ", ".join(map(repr, _NUMBERS))
            raise invalid_argument(
                "credentials", f"Connection.CRED_* or one of {names} was expected, not {key!r}"
            )
        given[kind] = check.text(f"credentials[{key!r}]", value)
    return given


def _has_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
