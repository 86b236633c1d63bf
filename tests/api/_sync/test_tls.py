# Made by tools/unasync.py from tests/api/_async/test_tls.py; do not edit.
"""Daemons reached over TLS: that it goes like over a unix socket, and what is refused, by whom and how."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from rig.host import Host
from sysvirt import LifecycleEvent
from sysvirt import Domain, StoragePool, connect
from sysvirt.errors import AuthFailed, Error, InvalidArgument, NoConnect, NotAvailable, SystemCallFailed
from tests.transport.certificates import authority

MIB = 1024 * 1024


@pytest.fixture
def pki(host: Host, tmp_path: Path) -> Path:
    """A folder with what a client of the host needs."""
    shutil.copytree(host.pki, tmp_path, dirs_exist_ok=True)
    return tmp_path


def uri(pki: Path, place: str = "localhost", more: str = "") -> str:
    return f"qemu+tls://{place}/system?pkipath={pki}{more}"


# --- as over a unix socket ------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["localhost", "127.0.0.1", "[::1]"])
@pytest.mark.parametrize("priority", ["NORMAL", "SECURE256:-VERS-TLS1.3", "NORMAL:-VERS-TLS1.2"])
def test_names_and_versions(host: Host, pki: Path, place: str, priority: str) -> None:
    with host.network():
        conn = connect(uri(pki, place, f"&tls_priority={priority}"), timeout=60)
    with conn:
        assert conn.get_hostname() == host.run("hostname").strip()
        assert conn.is_secure()
        assert conn.is_encrypted()


def test_calls_lists_and_events(host: Host, pki: Path, dom: Domain) -> None:
    name = dom.get_name()
    with host.network():
        conn = connect(uri(pki), timeout=60)
    with conn:
        guest = conn.get_domain_by_name(name)
        with conn.events(Domain.EVENT_ID_LIFECYCLE) as events:
            guest.create()
            assert (guest.get_info()).state == Domain.STATE_RUNNING
            assert host.virsh("domstate", name) == "running"
            guest.destroy()
            found: list[int] = []
            while found[-1:] != [Domain.EVENT_STOPPED]:
                event = events.next_event(60)
                assert isinstance(event, LifecycleEvent)
                if event.domain.get_name() == name:
                    found.append(event.event)
        assert Domain.EVENT_STARTED in found
        listed = {guest.get_name() for guest in conn.list_all_domains()}
        assert listed == set(host.virsh("list", "--all", "--name").split())


def test_a_volume_both_ways(host: Host, pki: Path, pool: StoragePool) -> None:
    data = os.urandom(5 * MIB + 12345)
    with host.network():
        conn = connect(uri(pki), timeout=60)
    with conn:
        here = conn.get_storage_pool_by_name(pool.get_name())
        volume = here.create_volume(
            f"<volume><name>volume</name><capacity>{6 * MIB}</capacity></volume>"
        )
        with conn.new_stream() as stream:
            volume.upload(stream, 0, len(data))
            stream.write(data)
        assert (host.files / pool.get_name() / "volume").read_bytes()[: len(data)] == data
        with conn.new_stream() as stream:
            volume.download(stream, 0, len(data))
            assert stream.read() == data


def test_a_console(host: Host, pki: Path, dom: Domain) -> None:
    """Which has a connection of its own."""
    with host.network():
        with connect(uri(pki), timeout=60) as conn:
            guest = conn.get_domain_by_name(dom.get_name())
            guest.create(Domain.START_PAUSED)
            with guest.console() as console:
                guest.resume()
                assert (console.expect("SeaBIOS", 60)).group() == "SeaBIOS"


def test_no_descriptors(host: Host, pki: Path, running: Domain) -> None:
    with host.network():
        conn = connect(uri(pki), timeout=60)
    with conn:
        guest = conn.get_domain_by_name(running.get_name())
        with pytest.raises(NotAvailable, match="descriptor"):
            guest.open_graphics_fd(0)


# --- what is refused ------------------------------------------------------------------------------------


def refused(host: Host, uri: str) -> Error:
    with host.network(), pytest.raises(Error) as raised:
        connect(uri, timeout=60)
    return raised.value


def test_another_authority(host: Host, pki: Path) -> None:
    shutil.copy(authority().certificate, pki / "cacert.pem")
    error = refused(host, uri(pki))
    assert isinstance(error, AuthFailed)
    assert f"is not signed by an authority in {pki}/cacert.pem" in error.message


def test_another_name(host: Host, pki: Path) -> None:
    error = refused(host, uri(pki, "127.0.0.2"))
    assert isinstance(error, AuthFailed)
    assert "the certificate of 127.0.0.2 is for another name" in error.message


def test_not_verifying(host: Host, pki: Path, caplog: pytest.LogCaptureFixture) -> None:
    (pki / "cacert.pem").unlink()
    with host.network():
        with connect(uri(pki, "127.0.0.2", "&no_verify=1"), timeout=60) as conn:
            assert conn.get_hostname() == host.run("hostname").strip()
    assert "127.0.0.2 is not verified" in caplog.text


@pytest.mark.parametrize("version", ["TLS1.2", "TLS1.3"])
def test_a_foreign_client(host: Host, pki: Path, version: str) -> None:
    shutil.copy(authority().issue(), pki / "clientcert.pem")
    shutil.copy(authority().key, pki / "clientkey.pem")
    error = refused(host, uri(pki, more=f"&tls_priority=NORMAL:-VERS-ALL:%2BVERS-{version}"))
    assert isinstance(error, AuthFailed)
    assert f"refused this client: its certificate {pki}/clientcert.pem" in error.message


@pytest.mark.parametrize("version", ["TLS1.2", "TLS1.3"])
def test_no_client_certificate(host: Host, pki: Path, version: str) -> None:
    (pki / "clientcert.pem").unlink()
    (pki / "clientkey.pem").unlink()
    error = refused(host, uri(pki, more=f"&tls_priority=NORMAL:-VERS-ALL:%2BVERS-{version}"))
    assert isinstance(error, AuthFailed)
    assert "refused this client, which has no certificate" in error.message


def test_a_daemon_that_speaks_no_tls(host: Host, pki: Path) -> None:
    error = refused(host, uri(pki, "localhost:16509"))
    assert isinstance(error, NoConnect)
    assert "localhost port 16509 does not speak TLS" in error.message


def test_files_that_are_no_good(host: Host, pki: Path) -> None:
    (pki / "clientcert.pem").unlink()
    error = refused(host, uri(pki))
    assert isinstance(error, SystemCallFailed)
    assert f"there is no {pki}/clientcert.pem" in error.message
    (pki / "clientcert.pem").write_text("no certificate")
    error = refused(host, uri(pki))
    assert isinstance(error, SystemCallFailed)
    assert f"TLS can't use {pki}/clientcert.pem with {pki}/clientkey.pem" in error.message
    (pki / "cacert.pem").write_text("no certificate")
    error = refused(host, uri(pki))
    assert f"TLS can't use {pki}/cacert.pem" in str(error)


def test_a_priority_that_cannot_be(host: Host, pki: Path) -> None:
    error = refused(host, uri(pki, more="&tls_priority=NORMAL:%2BANON-DH"))
    assert isinstance(error, InvalidArgument)
    assert "'+ANON-DH'" in error.message
