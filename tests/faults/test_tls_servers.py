"""Connecting over TLS to servers that are wrong in some way, or say nothing: a clear error, and nothing stays open."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import sysvirt
from sysvirt.aio import connect as connect_async
from sysvirt.errors import AuthFailed, CallTimeout, Error, InvalidArgument, NoConnect
from sysvirt.testing import FakeDaemon
from tests.faults.faces import PATIENCE, Belongings
from tests.session.peer import in_thread
from tests.transport.certificates import Authority, authority, good
from tests.transport.terminator import Terminator

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def pki(tmp_path: Path) -> Path:
    """A folder with what a client needs."""
    shutil.copy(authority().certificate, tmp_path / "cacert.pem")
    return tmp_path


def context_of(certificate: Path, key: Path | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key or authority().key)
    return context


@contextmanager
def listening(serve: Callable[[socket.socket], object]) -> Iterator[int]:
    """The port of a server for one client."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)

        def work() -> None:
            client, _ = listener.accept()
            with client:
                client.settimeout(PATIENCE)
                try:
                    serve(client)
                except OSError:
                    pass  # the client has found fault with it

        serving = in_thread(work)
        yield listener.getsockname()[1]
        serving.result(PATIENCE)


def speaking(context: ssl.SSLContext, say: bytes = b"\1") -> Callable[[socket.socket], None]:
    """A server that speaks TLS, says something, and waits for the client's end."""

    def serve(client: socket.socket) -> None:
        with context.wrap_socket(client, server_side=True) as secured:
            secured.sendall(say)
            while secured.recv(1000):
                pass

    return serve


def wait_for_the_end(client: socket.socket) -> None:
    while client.recv(1000):
        pass


@pytest.fixture(params=["blocking", "asyncio"])
def refused(request: pytest.FixtureRequest, pki: Path, belongings: Belongings) -> Callable[..., Error]:
    """The error of connecting to a port here."""

    def try_it(port: int, host: str = "localhost", more: str = "", timeout: float = PATIENCE) -> Error:
        uri = f"test+tls://{host}:{port}/default?pkipath={pki}{more}"

        async def connect() -> Any:
            return await connect_async(uri, timeout=timeout)

        with pytest.raises(Error) as raised:
            asyncio.run(connect()) if request.param == "asyncio" else sysvirt.connect(uri, timeout=timeout)
        return raised.value

    return try_it


def test_to_the_end(daemon: FakeDaemon, pki: Path) -> None:
    """In both faces the same daemon answers, over either version."""
    for version in ("TLS1.2", "TLS1.3"):
        context = context_of(good())
        with listening(lambda client: Terminator(daemon.pair(), client, context).run()) as port:  # noqa: B023
            uri = f"test+tls://localhost:{port}/default?pkipath={pki}&tls_priority=NORMAL:-VERS-ALL:%2BVERS-{version}"
            with sysvirt.connect(uri, timeout=PATIENCE) as conn:
                assert conn.get_hostname() == "somewhere"
        with listening(lambda client: Terminator(daemon.pair(), client, context).run()) as port:  # noqa: B023

            async def ask(port: int = port) -> str:
                uri = f"test+tls://127.0.0.1:{port}/default?pkipath={pki}"
                async with connect_async(uri, timeout=PATIENCE) as conn:
                    return await conn.get_hostname()

            assert asyncio.run(ask()) == "somewhere"


@pytest.mark.parametrize(
    ("dates", "says"),
    [
        ({"end": "20210101000000Z"}, "has expired: the server needs a new one"),
        ({"begin": "20800101000000Z"}, "is not valid yet: the clock here is wrong"),
    ],
    ids=["expired", "not yet valid"],
)
def test_dates(refused: Callable[..., Error], dates: dict[str, str], says: str) -> None:
    certificate = authority().issue("DNS:localhost", **dates)
    with listening(speaking(context_of(certificate))) as port:
        error = refused(port)
    assert isinstance(error, AuthFailed)
    assert f"the certificate of localhost {says}" in error.message


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_another_name(refused: Callable[..., Error], host: str) -> None:
    certificate = authority().issue("DNS:elsewhere", "IP:192.0.2.1")
    with listening(speaking(context_of(certificate))) as port:
        error = refused(port, host)
    assert isinstance(error, AuthFailed)
    assert f"the certificate of {host} is for another name" in error.message


def test_another_authority(refused: Callable[..., Error], pki: Path) -> None:
    other = Authority("another")
    certificate = other.issue("DNS:localhost")
    with listening(speaking(context_of(certificate, other.key))) as port:
        error = refused(port)
    assert isinstance(error, AuthFailed)
    assert f"is not signed by an authority in {pki}/cacert.pem" in error.message


def test_another_purpose(refused: Callable[..., Error]) -> None:
    certificate = authority().issue("DNS:localhost", purposes="clientAuth")
    with listening(speaking(context_of(certificate))) as port:
        error = refused(port)
    assert isinstance(error, AuthFailed)
    assert "purpose" in error.message


def test_revoked(refused: Callable[..., Error], pki: Path) -> None:
    own = Authority("revoking")
    shutil.copy(own.certificate, pki / "cacert.pem")
    certificate = own.issue("DNS:localhost")
    shutil.copy(own.revoke(certificate), pki / "cacrl.pem")
    with listening(speaking(context_of(certificate, own.key))) as port:
        error = refused(port)
    assert isinstance(error, AuthFailed)
    assert f"has been revoked: {pki}/cacrl.pem says so" in error.message


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_server_that_refuses_at_once(
    refused: Callable[..., Error], pki: Path, version: ssl.TLSVersion
) -> None:
    """Other than libvirt's, which has no verdict then."""
    other = Authority("another")
    shutil.copy(other.issue(), pki / "clientcert.pem")
    shutil.copy(other.key, pki / "clientkey.pem")
    context = context_of(good())
    context.load_verify_locations(authority().certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    context.minimum_version = context.maximum_version = version
    with listening(speaking(context)) as port:
        error = refused(port)
    assert isinstance(error, AuthFailed)
    assert f"refused this client: its certificate {pki}/clientcert.pem" in error.message


@pytest.mark.parametrize("verdict", [b"\0", b"2"])
def test_a_bad_verdict(refused: Callable[..., Error], verdict: bytes) -> None:
    with listening(speaking(context_of(good()), verdict)) as port:
        error = refused(port)
    assert isinstance(error, AuthFailed)
    assert "refused this client" in error.message


def test_only_other_ciphers(refused: Callable[..., Error]) -> None:
    context = context_of(good())
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-ECDSA-AES128-SHA256")
    with listening(speaking(context)) as port:
        error = refused(port)
    assert isinstance(error, NoConnect)
    assert f"no TLS with localhost port {port}" in error.message


@pytest.mark.parametrize(
    "said", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n", b"\0\0\0\x1c" + bytes(24), b""]
)
def test_no_tls(refused: Callable[..., Error], said: bytes) -> None:
    def serve(client: socket.socket) -> None:
        client.recv(10_000)
        client.sendall(said)

    with listening(serve) as port:
        error = refused(port)
    assert isinstance(error, NoConnect)
    assert f"localhost port {port} does not speak TLS" in error.message


@pytest.mark.parametrize("where", ["at once", "in the handshake", "before the verdict"])
def test_silence(refused: Callable[..., Error], where: str) -> None:
    """The deadline ends it."""

    def serve(client: socket.socket) -> None:
        if where == "in the handshake":
            client.sendall(b"\x16\x03\x03\x00\x50\x02")
        if where == "before the verdict":
            speaking(context_of(good()), b"")(client)
        wait_for_the_end(client)

    with listening(serve) as port:
        begun = time.monotonic()
        error = refused(port, timeout=0.3)
        assert time.monotonic() - begun >= 0.3
    assert isinstance(error, CallTimeout)
    assert error.sent == "no"
    assert "did not come to the end of the TLS handshake in time" in error.message


def test_given_up(pki: Path, belongings: Belongings) -> None:
    """The loop goes on while a server is silent, and a cancel ends it."""
    came: Future[None] = Future()

    def serve(client: socket.socket) -> None:
        client.recv(10_000)
        came.set_result(None)
        wait_for_the_end(client)

    async def connect(port: int) -> None:
        await connect_async(f"test+tls://localhost:{port}/default?pkipath={pki}")

    async def give_up(port: int) -> None:
        connecting = asyncio.create_task(connect(port))
        await asyncio.to_thread(came.result, PATIENCE)
        assert not connecting.done()
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting

    with listening(serve) as port:
        asyncio.run(give_up(port))


def test_a_host_that_no_certificate_can_be_for(refused: Callable[..., Error]) -> None:
    error = refused(1, "." + "x" * 70)
    assert isinstance(error, InvalidArgument)
