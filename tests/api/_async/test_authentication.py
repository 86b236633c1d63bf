"""Logging in at real daemons that want a name and a password."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rig.host import Host
from sysvirt.aio import Connection, connect
from sysvirt.errors import AuthFailed, AuthUnavailable, Error
from sysvirt.results import CredentialRequest
from tests.auth.users import USERS


@pytest.fixture(autouse=True)
def no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """auth.conf of this user has no say."""
    monkeypatch.delenv("LIBVIRT_AUTH_FILE", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def given(name: str) -> dict[str, str]:
    return {"username": name, "password": USERS[name]}


def user_seen(host: Host) -> set[str]:
    """The names of those who are connected, as the daemon has them."""
    seen: set[str] = set()
    for client in re.findall(r"^ (\d+) ", host.run("virt-admin", "client-list", "libvirtd"), re.MULTILINE):
        info = host.run("virt-admin", "client-info", "libvirtd", client)
        seen.update(re.findall(r"^sasl_user_name *: (.*)$", info, re.MULTILINE))
    return seen


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "SCRAM-SHA-256", "scram-sha-1", "PLAIN"])
async def test_each_mechanism(guarded: Host, mechanism: str) -> None:
    async with connect(
        f"{guarded.uri}&auth=sasl.{mechanism}", credentials=given("a=b,c"), timeout=60
    ) as conn:
        assert "a=b,c" in user_seen(guarded)
        assert await conn.get_hostname() == guarded.name


@pytest.mark.parametrize("name", USERS)
@pytest.mark.parametrize("way", ["sasl", "sasl.PLAIN"])
async def test_names_and_passwords(guarded: Host, name: str, way: str) -> None:
    """As saslpasswd2 has stored them, in whatever form they were typed."""
    async with connect(f"{guarded.uri}&auth={way}", credentials=given(name), timeout=60) as conn:
        assert name in user_seen(guarded)
        assert await conn.get_hostname() == guarded.name


@pytest.mark.parametrize("way", ["sasl", "sasl.SCRAM-SHA-1", "sasl.PLAIN"])
@pytest.mark.parametrize(
    ("name", "password"), [("fred", "wrong"), ("nobody", "s3cret pass"), ("fred", ""), ("", "x")]
)
async def test_the_wrong_ones(guarded: Host, way: str, name: str, password: str) -> None:
    with pytest.raises(AuthFailed, match="authentication failed") as refusal:
        await connect(
            f"{guarded.uri}&auth={way}", credentials={"authname": name, "password": password}, timeout=60
        )
    assert type(refusal.value) is AuthFailed
    assert refusal.value.code == Error.ERR_AUTH_FAILED


async def test_the_rights_of_another_user(guarded: Host) -> None:
    """libvirtd lets nobody have them."""
    both = {"authname": "a=b,c", "username": "fred", "password": USERS["a=b,c"]}
    with pytest.raises(AuthFailed, match="authentication failed"):
        await connect(guarded.uri, credentials=both, timeout=60)


async def test_nothing_to_log_in_with(guarded: Host) -> None:
    with pytest.raises(
        AuthFailed, match=r"wants a password for localhost \(SASL SCRAM-SHA-512\), and there is none"
    ):
        await connect(guarded.uri, timeout=60)


@pytest.mark.parametrize("wish", ["sasl.GSSAPI", "sasl.DIGEST-MD5", "sasl.EXTERNAL"])
async def test_what_sysvirt_or_the_daemon_has_not(guarded: Host, wish: str) -> None:
    says = (
        f"chooses SASL {wish[5:]}; the daemon offers SASL (?=.*PLAIN)(?=.*DIGEST-MD5).*; sysvirt can do SCRAM"
    )
    with pytest.raises(AuthUnavailable, match=says):
        await connect(f"{guarded.uri}&auth={wish}", credentials=given("fred"), timeout=60)


@pytest.mark.parametrize(("wish", "kind"), [("polkit", "guarded"), ("none", "guarded"), ("sasl", "open")])
async def test_what_is_not_asked_for(guarded: Host, host: Host, wish: str, kind: str) -> None:
    uri = guarded.uri if kind == "guarded" else host.uri
    with pytest.raises(AuthUnavailable, match=f"chooses to log in by {wish}, and the daemon only does it by"):
        await connect(f"{uri}&auth={wish}", credentials=given("fred"), timeout=60)


async def test_the_file_that_virsh_uses(guarded: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host's own virsh logs in with it, or no test here would have begun."""
    monkeypatch.setenv("LIBVIRT_AUTH_FILE", str(guarded.folder / "etc/auth.conf"))
    async with connect(guarded.uri, timeout=60) as conn:
        assert "fred" in user_seen(guarded)
        assert await conn.get_hostname() == guarded.name


async def test_a_callback(guarded: Host) -> None:
    asked: list[CredentialRequest] = []

    async def callback(requests: list[CredentialRequest]) -> list[str]:
        asked.extend(requests)
        return ["fred", USERS["fred"]]

    async with connect(guarded.uri, callback=callback, timeout=60) as conn:
        assert await conn.get_hostname() == guarded.name
    assert [request.type for request in asked] == [Connection.CRED_AUTHNAME, Connection.CRED_PASSPHRASE]


@pytest.mark.parametrize("way", ["sasl", "sasl.PLAIN", "sasl.SCRAM-SHA-1"])
async def test_over_tls(guarded: Host, way: str) -> None:
    """The URI's user is who logs in, where nobody else is named."""
    uri = f"qemu+tls://fred@localhost/system?auth={way}&pkipath={guarded.pki}"
    with guarded.network():
        conn = await connect(uri, credentials={"password": USERS["fred"]}, timeout=60)
    async with conn:
        assert "fred" in user_seen(guarded)
        assert await conn.get_hostname() == guarded.name
