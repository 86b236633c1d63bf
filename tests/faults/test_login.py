"""Logging in by SASL at a daemon that a test scripts: each way to fail is one error, and no secret is told."""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sysvirt import (
    AuthCancelled,
    AuthFailed,
    AuthUnavailable,
    CallTimeout,
    Connection,
    ConnectionLost,
    Error,
    InvalidArgument,
    InvalidArgumentType,
)
from sysvirt._session.blocking import BlockingPump
from sysvirt._session.core import Session
from sysvirt._sync.connecting.login import log_in
from sysvirt._sync.connecting.login.credentials import Credentials
from sysvirt._transport.link import unix_link
from sysvirt.results import CredentialRequest
from sysvirt.testing import HOLD, FakeDaemon, ReceivedCall
from sysvirt.uri import URI
from tests.auth.scram_server import Data, let_in, offer, refuse
from tests.faults.faces import Asyncio, Belongings, Blocking, Face, Script
from tests.faults.striking import Strike, each_point

SECRET = "hunter2"
USERS = {"fred": SECRET}
GIVEN = {"username": "fred", "password": SECRET}


@pytest.fixture
def daemon(belongings: Belongings) -> Iterator[FakeDaemon]:
    with FakeDaemon({"CONNECT_GET_HOSTNAME": "somewhere"}) as daemon:
        yield daemon


@pytest.fixture(autouse=True)
def no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """auth.conf of this user and this machine have no say."""
    monkeypatch.delenv("LIBVIRT_AUTH_FILE", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("sysvirt._auth.conf._SYSTEM_FILE", str(tmp_path / "none"))


def write_conf(folder: Path, text: str, host: str = "default") -> Path:
    file = folder / "auth.conf"
    file.touch(0o600)
    file.write_text(f"[credentials-x]\n{text}\n[auth-libvirt-{host}]\ncredentials=x\n")
    return file


def gets_in(face: Face, daemon: FakeDaemon, **options: Any) -> str:
    """Logs in and makes a call; the mechanism that was taken."""

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon, **options)
        assert (yield conn.get_hostname) == "somewhere"
        assert SECRET not in repr((conn, conn._options, vars(conn._options)))
        yield conn.close

    face.run(script())
    name: str = daemon.received("AUTH_SASL_START")[-1].args[0]
    return name


def fails(
    face: Face, daemon: FakeDaemon, kind: type[BaseException], says: str | None = None, **options: Any
) -> Any:
    """Does not get in: one error of exactly this class, nothing left, and nothing of the secret told."""

    def script() -> Script[BaseException]:
        with pytest.raises(kind, match=says) as refusal:
            yield lambda: face.connect(daemon, **options)
        assert type(refusal.value) is kind
        return refusal.value

    logger = logging.getLogger()
    told: list[str] = []
    handler = logging.Handler(0)
    handler.emit = lambda record: told.append(repr(vars(record)))  # type: ignore[method-assign]
    before = logger.level
    logger.setLevel(0)
    logger.addHandler(handler)
    try:
        error = face.run(script())
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
    daemon.wait_empty()
    tells_nothing(error, *told)
    return error


def tells_nothing(error: BaseException, *told: str) -> None:
    seen = [str(error), repr(error), repr(error.args), repr(vars(error)), *told]
    seen += traceback.format_exception(error)
    if isinstance(error, Error):
        seen.append(repr(pickle.dumps(error)))
    assert SECRET not in "\n".join(seen)


# --- getting in ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("success_data", [True, False])
@pytest.mark.parametrize("name", ["SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"])
def test_each_mechanism(face: Face, daemon: FakeDaemon, name: str, success_data: bool) -> None:
    let_in(daemon, USERS, name, success_data=success_data)
    assert gets_in(face, daemon, credentials=GIVEN) == name


@pytest.mark.parametrize(
    ("offered", "taken"),
    [
        ("PLAIN,SCRAM-SHA-1,SCRAM-SHA-256", "SCRAM-SHA-256"),
        ("GSSAPI,SCRAM-SHA-1-PLUS,SCRAM-SHA-1,DIGEST-MD5,PLAIN", "SCRAM-SHA-1"),
        ("scram-sha-256 plain", "SCRAM-SHA-256"),
        ("EXTERNAL,PLAIN", "PLAIN"),
        ("SCRAM-SHA-512,SCRAM-SHA-256", "SCRAM-SHA-512"),
    ],
)
def test_the_strongest_is_taken(face: Face, daemon: FakeDaemon, offered: str, taken: str) -> None:
    let_in(daemon, USERS, offered)
    assert gets_in(face, daemon, credentials=GIVEN) == taken


@pytest.mark.parametrize("wish", ["sasl", "SASL", "sasl.PLAIN", "sasl.scram-sha-1", "Sasl.SCRAM-SHA-256"])
def test_the_uri_chooses(face: Face, daemon: FakeDaemon, wish: str) -> None:
    let_in(daemon, USERS)
    taken = gets_in(face, daemon, uri=f"test:///default?auth={wish}", credentials=GIVEN)
    assert taken == (wish.partition(".")[2].upper() or "SCRAM-SHA-256")


def test_external_is_for_those_without_a_password(face: Face, daemon: FakeDaemon) -> None:
    """It sends an empty name, which is not the same as none; and who has a password is not taken for another."""
    let_in(daemon, USERS, "SCRAM-SHA-256,EXTERNAL")
    assert gets_in(face, daemon) == "EXTERNAL"
    assert daemon.received("AUTH_SASL_START")[-1].args == ("EXTERNAL", 0, [])
    assert gets_in(face, daemon, credentials=GIVEN) == "SCRAM-SHA-256"


def test_the_second_kind_that_is_offered(face: Face, daemon: FakeDaemon) -> None:
    let_in(daemon, USERS)
    daemon.on("AUTH_LIST", [2, 1])
    assert gets_in(face, daemon, uri="test:///default?auth=sasl", credentials=GIVEN) == "SCRAM-SHA-256"


@pytest.mark.parametrize("stored", ["p\u00e4ss IX", "p\u00e4ss\u00a0I\u00adX"])
def test_a_password_in_one_form_or_as_typed(face: Face, daemon: FakeDaemon, stored: str) -> None:
    """The standard's form first; then as libvirt's own client sends it."""
    let_in(daemon, {"fred": stored})
    gets_in(face, daemon, credentials={"username": "fred", "password": "p\u00e4ss\u00a0I\u00adX"})
    fails(face, daemon, AuthFailed, "failed", credentials={"username": "fred", "password": "\u00b2"})
    gets_in(face, daemon, credentials={"username": "fred", "password": stored})


def test_a_password_that_has_no_such_form(face: Face, daemon: FakeDaemon) -> None:
    let_in(daemon, {"\u0221": "\x07\U0001f600"})
    gets_in(face, daemon, credentials={"username": "\u0221", "password": "\x07\U0001f600"})


def test_many_iterations(face: Face, daemon: FakeDaemon) -> None:
    let_in(daemon, USERS, iterations=200_000)
    gets_in(face, daemon, credentials=GIVEN)


def test_the_loop_goes_on_meanwhile(daemon: FakeDaemon, belongings: Belongings) -> None:
    """SCRAM's key is made in a thread."""
    let_in(daemon, USERS, iterations=4096)
    where: list[int] = []
    import hashlib

    real = hashlib.pbkdf2_hmac

    def watched(*args: Any) -> bytes:
        where.append(threading.get_ident())
        return real(*args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sysvirt._auth.scram.hashlib.pbkdf2_hmac", watched)
        face = Asyncio()
        gets_in(face, daemon, credentials=GIVEN)
        face.close()
    ours = [one for one in where if one == threading.get_ident()]
    assert where
    assert not ours


# --- where credentials come from ----------------------------------------------------------------------


def test_what_the_file_has_goes_first(face: Face, daemon: FakeDaemon, tmp_path: Path) -> None:
    let_in(daemon, USERS)
    uri = f"test:///default?authfile={write_conf(tmp_path, f'authname=fred{os.linesep}password={SECRET}', 'localhost')}"
    wrong = {"username": "joe", "password": "x"}
    gets_in(face, daemon, uri=uri)
    gets_in(face, daemon, uri=uri, credentials=wrong, callback=lambda requests: pytest.fail("asked"))
    write_conf(tmp_path, "authname=fred")
    gets_in(face, daemon, uri=uri, credentials={"username": "joe", "password": SECRET})
    write_conf(tmp_path, f"username=fred\npassword={SECRET}", "elsewhere")
    fails(face, daemon, AuthFailed, "there is none: not in auth.conf", uri=uri)


def test_the_file_is_read_for_each_link_and_only_then(face: Face, daemon: FakeDaemon, tmp_path: Path) -> None:
    """A daemon that wants no password is reached even if the file is not well."""
    file = write_conf(tmp_path, "authname=fred")
    file.chmod(0o644)
    uri = f"test:///default?authfile={file}"

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon, uri=uri)
        yield conn.close

    face.run(script())
    let_in(daemon, USERS)
    fails(face, daemon, AuthFailed, "open to others", uri=uri, credentials=GIVEN)


@pytest.mark.parametrize(
    "given",
    [
        GIVEN,
        {"authname": "fred", "password": SECRET},
        {Connection.CRED_AUTHNAME: "fred", Connection.CRED_PASSPHRASE: SECRET},
        {2: "fred", 5: SECRET},
        {Connection.CRED_USERNAME: "fred", Connection.CRED_NOECHOPROMPT: SECRET, Connection.CRED_REALM: "r"},
        {"authname": "fred", "username": "fred", "password": SECRET},
    ],
)
def test_given(face: Face, daemon: FakeDaemon, given: Any) -> None:
    let_in(daemon, USERS)
    gets_in(face, daemon, credentials=given)


def test_the_rights_of_another_user(face: Face, daemon: FakeDaemon) -> None:
    let_in(daemon, USERS)
    gets_in(face, daemon, credentials={"authname": "fred", "username": "joe", "password": SECRET})
    first = bytes(daemon.received("AUTH_SASL_START")[0].args[2])
    assert first.startswith(b"n,a=joe,n=fred,r=")


def test_the_user_of_the_uri(face: Face, daemon: FakeDaemon) -> None:
    """Only where nothing else names one; the callback is told of it."""
    let_in(daemon, USERS)
    uri = "test+tls://fred@host/default"
    gets_in(face, daemon, uri=uri, credentials={"password": SECRET})
    fails(face, daemon, AuthFailed, "failed", uri=uri, credentials={"username": "joe", "password": SECRET})
    asked: list[CredentialRequest] = []

    def callback(requests: list[CredentialRequest]) -> list[str]:
        asked.extend(requests)
        return ["", SECRET]

    gets_in(face, daemon, uri=uri, callback=callback)
    assert asked == [
        CredentialRequest(Connection.CRED_AUTHNAME, "User name for host", "host", "fred"),
        CredentialRequest(Connection.CRED_PASSPHRASE, "Password for host", "host", None),
    ]


def test_the_callback_is_asked_for_what_it_can_answer(face: Face, daemon: FakeDaemon) -> None:
    let_in(daemon, USERS)
    kinds: list[list[int]] = []

    def callback(requests: list[CredentialRequest]) -> tuple[str, ...]:
        kinds.append([int(request.type) for request in requests])
        answers = {1: "fred", 2: "fred", 6: "fred", 5: SECRET, 7: SECRET}
        return tuple(answers[kind] for kind in kinds[-1])

    for credlist, asked in (
        (None, [2, 5]),
        ([Connection.CRED_PASSPHRASE, Connection.CRED_AUTHNAME], [2, 5]),
        ([Connection.CRED_ECHOPROMPT, Connection.CRED_NOECHOPROMPT], [6, 7]),
        ([Connection.CRED_USERNAME, Connection.CRED_PASSPHRASE], [1, 5]),
    ):
        gets_in(face, daemon, credlist=credlist, callback=callback)
        assert kinds.pop() == asked
    gets_in(face, daemon, callback=callback, credentials={"username": "fred"})
    assert kinds.pop() == [5]
    gets_in(face, daemon, callback=callback, credentials={"password": SECRET})
    assert kinds.pop() == [2]
    for without in ([], [Connection.CRED_AUTHNAME], [Connection.CRED_REALM]):
        fails(face, daemon, AuthFailed, "there is none", credlist=without, callback=callback)
    fails(
        face, daemon, AuthFailed, "no user's name", credlist=[Connection.CRED_PASSPHRASE], callback=callback
    )
    assert kinds == []


def test_a_coroutine_function_as_callback(daemon: FakeDaemon, belongings: Belongings) -> None:
    let_in(daemon, USERS)

    async def callback(requests: list[CredentialRequest]) -> list[str]:
        await asyncio.sleep(0)
        return ["fred", SECRET]

    face = Asyncio()
    gets_in(face, daemon, callback=callback)
    face.close()
    blocking = Blocking()
    fails(
        blocking,
        daemon,
        AuthFailed,
        "callback: a list of 2 answers was expected, not coroutine",
        callback=callback,
    )


def test_nobody_is_asked_twice(face: Face, daemon: FakeDaemon) -> None:
    """A console's own link logs in with what was right, until it is not right any more."""
    let_in(daemon, USERS)
    daemon.on("DOMAIN_LOOKUP_BY_NAME", ("guest", bytes(16), 1))
    daemon.on("DOMAIN_OPEN_CONSOLE", None)
    asked: list[int] = []

    def callback(requests: list[CredentialRequest]) -> list[str]:
        asked.append(len(requests))
        return ["fred", "wrong" if len(asked) == 1 else SECRET]

    def script() -> Script[None]:
        with pytest.raises(AuthFailed):
            yield lambda: face.connect(daemon, callback=callback)
        conn = yield lambda: face.connect(daemon, callback=callback)
        guest = yield lambda: conn.get_domain_by_name("guest")
        stream = conn.new_stream()
        yield lambda: guest.open_console(stream)
        yield stream.abort
        let_in(daemon, {"fred": "changed"})
        with pytest.raises(AuthFailed):
            yield lambda: guest.open_console(conn.new_stream())
        let_in(daemon, USERS)
        stream = conn.new_stream()
        yield lambda: guest.open_console(stream)
        yield stream.abort
        yield conn.close

    face.run(script())
    assert asked == [2, 2, 2]
    assert len(daemon.received("AUTH_SASL_START")) == 5


# --- not getting in -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"])
@pytest.mark.parametrize("who", ["wrong password", "unknown user"])
def test_the_wrong_ones(face: Face, daemon: FakeDaemon, name: str, who: str) -> None:
    let_in(daemon, {"fred": "another"}, name)
    given = GIVEN if who == "wrong password" else {"username": "joe", "password": SECRET}
    error = fails(face, daemon, AuthFailed, "authentication failed", credentials=given)
    assert error.code == Error.ERR_AUTH_FAILED
    assert error.__notes__ == [f"SASL {name}, name from credentials, password from credentials"]


def test_no_password(face: Face, daemon: FakeDaemon) -> None:
    let_in(daemon, USERS)
    for options in ({}, {"credentials": {"username": "fred"}}, {"uri": "test+tls://fred@host/x"}):
        fails(face, daemon, AuthFailed, "wants a password for .* there is none", **options)
    fails(face, daemon, AuthFailed, "no user's name", credentials={"password": SECRET})
    assert daemon.received("AUTH_SASL_START") == []


ANSWERS: dict[str, tuple[object, type[Error], str]] = {
    "none": (None, AuthCancelled, "callback: it gave no credentials"),
    "none of them": ([None, None], AuthCancelled, "callback: it gave no answer to 'User name for localhost'"),
    "no password": (["fred", None], AuthCancelled, "callback: it gave no answer to 'Password for localhost'"),
    "too few": (["fred"], AuthFailed, "callback: a list of 2 answers was expected, not of 1"),
    "too many": (
        ["fred", SECRET, SECRET],
        AuthFailed,
        "callback: a list of 2 answers was expected, not of 3",
    ),
    "text": (SECRET, AuthFailed, "callback: a list of 2 answers was expected, not str"),
    "a mapping": (GIVEN, AuthFailed, "callback: a list of 2 answers was expected, not dict"),
    "a number": (0, AuthFailed, "callback: a list of 2 answers was expected, not int"),
    "bytes": (
        ["fred", SECRET.encode()],
        AuthFailed,
        "callback: str was expected for 'Password for localhost', not bytes",
    ),
    "a NUL": (["fred", SECRET + "\0"], AuthFailed, "a user's password is UTF-8 without NUL"),
    "no UTF-8": (["fred", SECRET + "\udc80"], AuthFailed, "a user's password is UTF-8 without NUL"),
    "a name with a NUL": (["fr\0ed", SECRET], AuthFailed, "a user's name is UTF-8 without NUL"),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_answers_that_are_none(face: Face, daemon: FakeDaemon, what: str) -> None:
    let_in(daemon, USERS)
    answer, kind, says = ANSWERS[what]
    fails(face, daemon, kind, says, callback=lambda requests: answer)
    assert daemon.received("AUTH_SASL_START") == []


@pytest.mark.parametrize("raised", [ValueError("no"), OSError(5, "no terminal"), EOFError(), Error("own")])
def test_a_callback_that_raises(face: Face, daemon: FakeDaemon, raised: Exception) -> None:
    let_in(daemon, USERS)

    def callback(requests: list[CredentialRequest]) -> None:
        raise raised

    error = fails(
        face, daemon, AuthCancelled, f"callback: it raised {type(raised).__name__}", callback=callback
    )
    assert error.__cause__ is raised


def test_a_callback_that_cancels(face: Face, daemon: FakeDaemon) -> None:
    let_in(daemon, USERS)

    def callback(requests: list[CredentialRequest]) -> None:
        raise AuthCancelled("not today")

    fails(face, daemon, AuthCancelled, "not today", callback=callback)


def test_ctrl_c_at_the_callbacks_prompt(face: Face, daemon: FakeDaemon) -> None:
    let_in(daemon, USERS)

    def callback(requests: list[CredentialRequest]) -> None:
        raise KeyboardInterrupt

    fails(face, daemon, KeyboardInterrupt, callback=callback)


@pytest.mark.parametrize(
    ("options", "kind", "says"),
    [
        ({"credentials": "fred"}, InvalidArgumentType, "credentials: expected a mapping"),
        ({"credentials": [("username", SECRET)]}, InvalidArgumentType, "credentials: expected a mapping"),
        ({"credentials": {"user": SECRET}}, InvalidArgument, "credentials: .* not 'user'"),
        ({"credentials": {0: SECRET}}, InvalidArgument, "credentials: .* not 0"),
        ({"credentials": {10: SECRET}}, InvalidArgument, "credentials: .* not 10"),
        ({"credentials": {True: SECRET}}, InvalidArgument, "credentials: .* not True"),
        (
            {"credentials": {"password": SECRET.encode()}},
            InvalidArgumentType,
            r"credentials\['password'\]: expected str",
        ),
        (
            {"credentials": {"password": None}},
            InvalidArgumentType,
            r"credentials\['password'\]: expected str",
        ),
        ({"credentials": {"password": SECRET + "\0"}}, InvalidArgument, r"credentials\['password'\]: .*NUL"),
        (
            {"credentials": {"password": SECRET + "\ud800"}},
            InvalidArgument,
            r"credentials\['password'\]: .*UTF-8",
        ),
        ({"callback": SECRET}, InvalidArgumentType, "callback: expected a function"),
        ({"callback": print, "credlist": 5}, InvalidArgumentType, "credlist: expected several values"),
        ({"callback": print, "credlist": "25"}, InvalidArgumentType, "credlist: expected several values"),
        ({"callback": print, "credlist": [0]}, InvalidArgument, "credlist: "),
        ({"callback": print, "credlist": ["x"]}, InvalidArgumentType, "credlist: "),
    ],
)
def test_wrong_arguments(face: Face, daemon: FakeDaemon, options: Any, kind: type[Error], says: str) -> None:
    def script() -> Script[None]:
        with pytest.raises(kind, match=says) as refusal:
            yield lambda: face.connect(daemon, **options)
        tells_nothing(refusal.value)

    face.run(script())
    assert daemon.calls == []


@pytest.mark.parametrize("auth", ["kerberos", "sasl.", "none.PLAIN", "polkit.x", "scram-sha-1", ""])
def test_no_such_way(face: Face, daemon: FakeDaemon, auth: str) -> None:
    def script() -> Script[None]:
        with pytest.raises(InvalidArgument, match="uri: 'auth' is none, polkit, sasl or sasl"):
            yield lambda: face.connect(daemon, uri=f"test:///default?auth={auth}")

    face.run(script())
    assert daemon.calls == []


@pytest.mark.parametrize(
    ("offered", "wish", "says"),
    [
        ("GSSAPI", "", "the daemon offers SASL GSSAPI; sysvirt can do SCRAM-SHA-512, .*PLAIN"),
        ("GSSAPI,DIGEST-MD5", "", "offers SASL GSSAPI, DIGEST-MD5; sysvirt"),
        ("SCRAM-SHA-256-PLUS", "", "offers SASL SCRAM-SHA-256-PLUS; sysvirt"),
        ("", "", "the daemon offers SASL without a mechanism; sysvirt can do"),
        (
            "\x1b[2JPLAIN,P\u00c4IN," + "X" * 21,
            "",
            "the daemon offers SASL without a mechanism; sysvirt can do",
        ),
        (
            ",".join(f"X{n}" for n in range(500_000)),
            "",
            "^the daemon offers SASL (X[0-9]+, ){19}X19; sysvirt can do",
        ),
        (
            "PLAIN",
            "?auth=sasl.SCRAM-SHA-256",
            "the URI chooses SASL SCRAM-SHA-256; the daemon offers SASL PLAIN;",
        ),
        (
            "GSSAPI,PLAIN",
            "?auth=sasl.gssapi",
            "the URI chooses SASL GSSAPI; the daemon offers SASL GSSAPI, PLAIN;",
        ),
        ("SCRAM-SHA-256", "?auth=sasl.SHA-256", "the URI chooses SASL SHA-256; "),
        ("PLAIN", "?auth=polkit", "the URI chooses to log in by polkit, and the daemon only does it by sasl"),
        ("PLAIN", "?auth=none", "the URI chooses to log in by none, and the daemon only does it by sasl"),
    ],
)
def test_nothing_in_common(face: Face, daemon: FakeDaemon, offered: str, wish: str, says: str) -> None:
    let_in(daemon, USERS, offered)
    error = fails(face, daemon, AuthUnavailable, says, uri=f"test:///default{wish}", credentials=GIVEN)
    assert error.code == Error.ERR_AUTH_UNAVAILABLE
    assert daemon.received("AUTH_SASL_START") == []


def test_a_kind_of_login_that_nobody_knows(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("AUTH_LIST", [7])
    fails(face, daemon, AuthUnavailable, "wants a login by type 7, and sysvirt can do none, sasl, polkit")


@pytest.mark.parametrize("init", ["refused", "offered"])
def test_a_link_that_others_can_read(face: Face, daemon: FakeDaemon, init: str) -> None:
    """No mechanism that only logs in is used there, whatever the daemon offers: libvirt's client has the same rule."""
    let_in(daemon, USERS)
    if init == "refused":
        daemon.on("AUTH_SASL_INIT", refuse)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ours = socket.create_connection(listener.getsockname())
        theirs, _ = listener.accept()
    daemon._background.run(lambda: daemon._join(theirs))
    says = "the link is not encrypted"

    def script() -> Script[None]:
        with pytest.raises(AuthUnavailable, match=says) as refusal:
            yield lambda: face.connect(ours, credentials=GIVEN)
        tells_nothing(refusal.value)
        assert ("SCRAM-SHA-256" in str(refusal.value)) == (init == "offered")

    face.run(script())
    daemon.wait_empty()
    assert daemon.received("AUTH_SASL_START") == []


# --- polkit -------------------------------------------------------------------------------------------


def test_polkit(face: Face, daemon: FakeDaemon) -> None:
    """The daemon asks polkit; it says what polkit said."""
    daemon.on("AUTH_LIST", [2])
    daemon.on("AUTH_POLKIT", 1)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        yield conn.close

    face.run(script())
    for code, kind in ((45, AuthFailed), (79, AuthCancelled), (94, AuthUnavailable)):
        daemon.on("AUTH_POLKIT", kind("polkit says no", code, 64))
        error = fails(face, daemon, kind, "polkit says no")
        assert (error.code, error.domain) == (code, 64)


# --- daemons that do not keep to it -------------------------------------------------------------------


def endless(data: Data) -> Callable[..., tuple[bool, Data]]:
    return lambda *_: (False, data)


def challenge_for(first: Data, text: bytes = b"%sabc,s=QUJD,i=4096") -> bytes:
    assert first is not None
    return text % (b"r=" + first.partition(b"r=")[2])


Start = Callable[[str, Data], tuple[bool, Data]]
Steps = Callable[[Data], tuple[bool, Data]]

HOSTILE: dict[str, tuple[str, Start, Steps, str]] = {
    "complete at once": (
        "SCRAM-SHA-256",
        lambda _, said: (True, None),
        endless(None),
        "ends the login before",
    ),
    "complete with the challenge": (
        *(
            "SCRAM-SHA-256",
            lambda _, said: (True, challenge_for(said)),
            endless(None),
            "ends the login before",
        ),
    ),
    "no challenge": ("SCRAM-SHA-256", lambda _, said: (False, None), endless(None), "says nothing"),
    "an empty challenge": ("SCRAM-SHA-256", lambda _, said: (False, b""), endless(None), "not one of SCRAM"),
    "rubbish": ("SCRAM-SHA-1", lambda _, said: (False, b"\xff" * 65536), endless(None), "not one of SCRAM"),
    "an old nonce": (
        *(
            "SCRAM-SHA-256",
            lambda _, said: (False, b"r=abc,s=QUJD,i=4096"),
            endless(None),
            "nonce is not made",
        ),
    ),
    "endless work": (
        "SCRAM-SHA-256",
        lambda _, said: (False, challenge_for(said, b"%sabc,s=QUJD,i=4294967295")),
        *(endless(None), "iteration count"),
    ),
    "no salt": (
        *("SCRAM-SHA-256", lambda _, said: (False, challenge_for(said, b"%sabc,s=,i=4096"))),
        *(endless(None), "not Base64"),
    ),
    "no proof of its own": (
        *(
            "SCRAM-SHA-256",
            lambda _, said: (False, challenge_for(said)),
            lambda said: (True, None),
            "says nothing",
        ),
    ),
    "an empty proof": (
        *("SCRAM-SHA-256", lambda _, said: (False, challenge_for(said)), lambda said: (True, b"")),
        "does not know the password",
    ),
    "a wrong proof": (
        *("SCRAM-SHA-256", lambda _, said: (False, challenge_for(said)), lambda said: (True, b"v=QUJD")),
        "does not know the password",
    ),
    "a wrong proof, and going on": (
        *("SCRAM-SHA-256", lambda _, said: (False, challenge_for(said)), lambda said: (False, b"v=QUJD")),
        "does not know the password",
    ),
    "the client's own proof": (
        "SCRAM-SHA-256",
        lambda _, said: (False, challenge_for(said)),
        lambda said: (True, b"v=" + (said or b"").partition(b"p=")[2]),
        "does not know the password",
    ),
    "the challenge again": (
        "SCRAM-SHA-256",
        lambda _, said: (False, challenge_for(said)),
        lambda said: (False, b"r=abc,s=QUJD,i=4096"),
        "does not know the password",
    ),
    "an error": (
        *(
            "SCRAM-SHA-256",
            lambda _, said: (False, challenge_for(said)),
            lambda said: (False, b"e=other-error"),
        ),
        "the daemon refuses: other-error",
    ),
    "endless steps after PLAIN": ("PLAIN", endless(None), endless(None), "nothing is left to say"),
    "a challenge after PLAIN": ("PLAIN", endless(b"more"), endless(b"more"), "nothing is left to say"),
    "data after PLAIN": ("PLAIN", lambda _, said: (True, b"more"), endless(None), "nothing is left to say"),
    "endless steps after EXTERNAL": ("EXTERNAL", endless(b""), endless(b""), "nothing is left to say"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_daemons(face: Face, daemon: FakeDaemon, what: str) -> None:
    name, start, step, says = HOSTILE[what]
    offer(daemon, name, start, step)
    fails(face, daemon, AuthFailed, says, credentials=GIVEN)
    assert len(daemon.received("AUTH_SASL_STEP")) <= 1


@pytest.mark.parametrize("last", [(False, None), (False, b""), (False, b"v=QUJD"), (True, b"more")])
def test_more_after_the_end(face: Face, daemon: FakeDaemon, last: tuple[bool, Data]) -> None:
    let_in(daemon, USERS, success_data=False)
    honest = daemon._handlers["AUTH_SASL_STEP"]
    assert callable(honest)
    steps: list[int] = []

    def step(call: ReceivedCall) -> object:
        steps.append(1)
        if len(steps) == 1:
            return honest(call)
        complete, data = last
        return (int(complete), int(data is None), list(data or b""))

    daemon.on("AUTH_SASL_STEP", step)
    fails(face, daemon, AuthFailed, "goes on after its last message", credentials=GIVEN)
    assert len(steps) == 2


@pytest.mark.parametrize("last", [b"", None])
def test_an_empty_end(face: Face, daemon: FakeDaemon, last: Data) -> None:
    """PLAIN has nothing to say at its end; that it is said as nothing or as empty is all the same."""
    offer(daemon, "PLAIN", lambda *_: (True, last))
    gets_in(face, daemon, credentials=GIVEN)


@pytest.mark.parametrize("procedure", ["AUTH_LIST", "AUTH_SASL_INIT", "AUTH_SASL_START", "AUTH_SASL_STEP"])
def test_a_daemon_that_gives_up_half_way(face: Face, daemon: FakeDaemon, procedure: str) -> None:
    let_in(daemon, USERS)

    def hang_up(call: ReceivedCall) -> object:
        call.client.close()
        return HOLD

    daemon.on(procedure, hang_up)
    fails(face, daemon, ConnectionLost, credentials=GIVEN)


# --- giving up ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "procedure", ["AUTH_LIST", "AUTH_SASL_INIT", "AUTH_SASL_START", "AUTH_SASL_STEP", "AUTH_POLKIT"]
)
def test_the_deadline(face: Face, daemon: FakeDaemon, procedure: str) -> None:
    let_in(daemon, USERS)
    if procedure == "AUTH_POLKIT":
        daemon.on("AUTH_LIST", [2])
    daemon.on(procedure, HOLD)
    fails(face, daemon, CallTimeout, credentials=GIVEN, timeout=0.3)


def test_the_deadline_while_somebody_is_asked(face: Face, daemon: FakeDaemon) -> None:
    """What awaits is cancelled; what blocks is waited for, and nothing is sent after it."""
    let_in(daemon, USERS)
    cancelled: list[bool] = []

    async def wait_for_ever(requests: list[CredentialRequest]) -> list[str]:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(True)
            raise
        return []

    def late(requests: list[CredentialRequest]) -> list[str]:
        threading.Event().wait(0.4)
        return ["fred", SECRET]

    callback = wait_for_ever if isinstance(face, Asyncio) else late
    fails(face, daemon, CallTimeout, callback=callback, timeout=0.3)
    assert daemon.received("AUTH_SASL_START") == []
    assert cancelled == [True] * isinstance(face, Asyncio)


@pytest.mark.parametrize("procedure", ["AUTH_SASL_INIT", "AUTH_SASL_START", "AUTH_SASL_STEP", "callback"])
def test_cancelling(daemon: FakeDaemon, belongings: Belongings, procedure: str) -> None:
    let_in(daemon, USERS)
    asked = threading.Event()

    async def callback(requests: list[CredentialRequest]) -> None:
        asked.set()
        await asyncio.Event().wait()

    face = Asyncio()

    async def step() -> None:
        options: Any = {"callback": callback} if procedure == "callback" else {"credentials": GIVEN}
        task = asyncio.ensure_future(face.connect(daemon, **options))
        if procedure == "callback":
            await asyncio.to_thread(asked.wait)
        else:
            await asyncio.to_thread(daemon.wait_for, procedure)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    if procedure != "callback":
        daemon.on(procedure, HOLD)

    def script() -> Script[None]:
        yield step

    face.run(script())
    face.close()
    daemon.wait_empty()


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("name", ["SCRAM-SHA-256", "PLAIN"])
def test_ctrl_c_at_each_point(daemon: FakeDaemon, name: str) -> None:
    """Whoever struck it closes the link, and nothing of the login is left; the next one gets in."""
    let_in(daemon, USERS, name)
    where, credentials = URI.parse("test:///default"), Credentials(None, None, GIVEN)

    def log_in_struck(strike: Strike | None) -> None:
        pump = BlockingPump(unix_link(daemon.pair()), Session(4))
        try:
            if strike is None:
                log_in(pump, where, credentials, None)
            else:
                strike.into(lambda: log_in(pump, where, credentials, None))
        finally:
            pump.close()
        daemon.wait_empty()

    log_in_struck(None)  # what is imported with a first login is no part of this
    before = Belongings()
    for strike in each_point():
        log_in_struck(strike)
        before.check(strike.where)
    log_in_struck(None)
