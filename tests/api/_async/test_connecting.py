"""Opening: what is refused and how, and that nothing is printed."""

from __future__ import annotations

import errno
import os
import re
import socket
from pathlib import Path

import pytest

from rig.host import Host
from rig.wait import until
from sysvirt._session.aio_facade import sleep
from sysvirt.aio import Connection, Domain, connect
from sysvirt.errors import (
    ConnectionLost,
    Error,
    InvalidArgument,
    NoConnect,
    NotAvailable,
    SystemCallFailed,
)
from sysvirt.events import ConnectionClosedEvent
from tests.conformance.recorder import Recorder

ROOT = os.geteuid() == 0 if hasattr(os, "geteuid") else False


@pytest.mark.parametrize(
    ("uri", "says"),
    [
        ("qemu+carrier:///system", "uri: "),
        ("qemu+unix://elsewhere/system?socket=/x", "uri: the transport 'unix' stays on this host"),
        ("qemu:///system\n", "uri: "),
        ("qemu+ssh://-oProxyCommand=x/system", "uri: "),
    ],
)
async def test_impossible_uris(uri: str, says: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises((InvalidArgument, NotAvailable), match=says):
        await connect(uri)
    assert capfd.readouterr() == ("", "")


async def test_wrong_arguments() -> None:
    with pytest.raises(TypeError, match="uri: expected str"):
        await connect(7)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="max_in_flight: at least 2"):
        await connect("test:///default", max_in_flight=1)
    with pytest.raises(ValueError, match="timeout: a positive number"):
        await connect("test:///default", timeout=-1)
    with pytest.raises(ValueError, match="flags: "):
        await connect("test:///default", flags=1 << 20)
    with pytest.raises(NotAvailable, match="reconnect: "):
        await connect("test:///default", reconnect=True)


async def test_no_daemon(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "nobody"
    for left_behind, reason in ((False, errno.ENOENT), (True, errno.ECONNREFUSED)):
        if left_behind:
            with socket.socket(socket.AF_UNIX) as gone:
                gone.bind(str(missing))
        with pytest.raises(NoConnect, match=str(missing)) as refusal:
            await connect(f"qemu+unix:///system?socket={missing}")
        error = refusal.value
        assert isinstance(error, SystemCallFailed)
        # As libvirt's own client has it.
        assert (error.code, error.domain, error.int1) == (Error.ERR_SYSTEM_ERROR, Error.FROM_RPC, reason)
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(not ROOT, reason="needs to become somebody without rights")
async def test_no_permission(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/nonexistent")
    path = tmp_path / "closed"
    with socket.socket(socket.AF_UNIX) as closed:
        closed.bind(str(path))
        closed.listen()
        path.chmod(0o600)
        os.seteuid(65534)
        try:
            with pytest.raises(SystemCallFailed, match="no permission to use") as refusal:
                await connect(f"qemu+unix:///system?socket={path}")
        finally:
            os.seteuid(0)
    assert isinstance(refusal.value, NoConnect)
    assert refusal.value.int1 == errno.EACCES
    assert capfd.readouterr() == ("", "")


async def test_unknown_driver(host: Host) -> None:
    with pytest.raises(Error, match="nope:///system") as refusal:
        await connect(f"nope+unix:///system?socket={host.socket}")
    assert refusal.value.code == Error.ERR_NO_CONNECT


async def test_keepalive(host: Host) -> None:
    async with connect(host.uri, keepalive=(0.05, 1000)) as conn:
        before = conn._pump.session.received
        async with conn.events(Domain.EVENT_ID_LIFECYCLE) as events:
            # While nothing else is said, the daemon answers what it is asked.
            while conn._pump.session.received < before + 5:
                assert await events.next_event(0.1) is None
        await conn.set_keep_alive(0, 0)
        assert conn.is_alive()


@pytest.mark.slow
async def test_keepalive_finds_out(host: Host, observed: Recorder) -> None:
    """A daemon that stands still gives no sign of life."""
    async with connect(host.uri, timeout=60, keepalive=None) as conn:
        await conn.set_keep_alive(0.2, 2)
        host.stop_daemon()
        try:
            with pytest.raises(ConnectionLost, match="no sign of life"):
                await conn.get_hostname()
        finally:
            host.cont_daemon()
        assert not conn.is_alive()
        observed("Connection.set_keep_alive", "the daemon, frozen with SIGSTOP, is found out")


def clients(host: Host) -> set[str]:
    """The ids that the daemon has given to those who are connected to it."""
    return set(re.findall(r"^ (\d+) ", host.run("virt-admin", "client-list", "libvirtd"), re.MULTILINE))


async def test_a_connection_as_the_daemon_sees_it(host: Host, observed: Recorder) -> None:
    before = clients(host)
    conn = await connect(host.uri, timeout=60)
    try:
        (ours,) = clients(host) - before
        transport = re.search(
            r"^transport *: (\w+)$", host.run("virt-admin", "client-info", "libvirtd", ours), re.M
        )
        assert transport is not None
        assert transport[1] == "unix"
        assert await conn.is_secure() is True
        assert await conn.is_encrypted() is False
        for method in ("is_secure", "is_encrypted"):
            observed(f"Connection.{method}", "virt-admin client-info: transport: unix")
        assert conn.get_uri() == host.run("virsh", "--connect", host.uri, "uri").strip()
        observed("Connection.get_uri", "virsh uri, of who has connected so")
        assert conn.is_alive() is True
    finally:
        await conn.close()
    assert conn.is_alive() is False
    until(lambda: ours not in clients(host), "the daemon has seen the end")
    observed("Connection.close", "virt-admin client-list")
    observed("Connection.is_alive", "virt-admin client-list, before and after closing")


async def test_who_asked_is_told_of_the_end(host: Host, observed: Recorder) -> None:
    """Though nobody calls anything; and who has taken that back is not."""
    told: list[ConnectionClosedEvent[Connection, Domain]] = []
    untold: list[ConnectionClosedEvent[Connection, Domain]] = []
    before = clients(host)
    async with connect(host.uri, timeout=60) as asks:
        (one,) = clients(host) - before
        async with connect(host.uri, timeout=60) as lets_be:
            (two,) = clients(host) - before - {one}
            asks.register_close_callback(told.append)
            lets_be.register_close_callback(untold.append)
            lets_be.unregister_close_callback()
            host.run("virt-admin", "client-disconnect", "libvirtd", two)
            while lets_be.is_alive():
                await sleep(0.01)
            assert told == []
            host.run("virt-admin", "client-disconnect", "libvirtd", one)
            while not told:
                await sleep(0.01)
            assert untold == []
    (event,) = told
    assert (event.connection, event.reason) == (asks, Connection.CLOSE_REASON_EOF)
    for method in ("register_close_callback", "unregister_close_callback"):
        observed(f"Connection.{method}", "virt-admin client-disconnect")
