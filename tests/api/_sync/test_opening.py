# Made by tools/unasync.py from tests/api/_async/test_opening.py; do not edit.
"""Opening: what is refused and how, and that nothing is printed."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from rig.host import Host
from sysvirt import Domain, connect
from sysvirt.errors import Error, InvalidArgument, NoConnect, NotAvailable, SystemCallFailed

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
def test_impossible_uris(uri: str, says: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises((InvalidArgument, NotAvailable), match=says):
        connect(uri)
    assert capfd.readouterr() == ("", "")


def test_wrong_arguments() -> None:
    with pytest.raises(TypeError, match="uri: expected str"):
        connect(7)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="max_in_flight: at least 2"):
        connect("test:///default", max_in_flight=1)
    with pytest.raises(ValueError, match="timeout: a positive number"):
        connect("test:///default", timeout=-1)
    with pytest.raises(ValueError, match="flags: "):
        connect("test:///default", flags=1 << 20)
    with pytest.raises(NotAvailable, match="reconnect: "):
        connect("test:///default", reconnect=True)


def test_no_daemon(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "nobody"
    with pytest.raises(NoConnect, match=str(missing)) as refusal:
        connect(f"qemu+unix:///system?socket={missing}")
    assert refusal.value.code == Error.ERR_NO_CONNECT
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(not ROOT, reason="needs to become somebody without rights")
def test_no_permission(
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
                connect(f"qemu+unix:///system?socket={path}")
        finally:
            os.seteuid(0)
    assert refusal.value.int1 == 13
    assert capfd.readouterr() == ("", "")


def test_unknown_driver(host: Host) -> None:
    with pytest.raises(Error, match="nope:///system") as refusal:
        connect(f"nope+unix:///system?socket={host.socket}")
    assert refusal.value.code == Error.ERR_NO_CONNECT


def test_keepalive(host: Host) -> None:
    with connect(host.uri, keepalive=(0.05, 1000)) as conn:
        before = conn._pump.session.received
        with conn.events(Domain.EVENT_ID_LIFECYCLE) as events:
            # While nothing else is said, the daemon answers what it is asked.
            while conn._pump.session.received < before + 5:
                assert events.next_event(0.1) is None
        conn.set_keep_alive(0, 0)
        assert conn.is_alive()
