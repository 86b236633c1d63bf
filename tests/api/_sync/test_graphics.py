# Made by tools/unasync.py from tests/api/_async/test_graphics.py; do not edit.
"""A guest's screens."""

from __future__ import annotations

import socket
import ssl
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from rig.guest import firmware_xml, unique_name
from rig.host import Host
from sysvirt import Connection, Domain
from sysvirt.errors import Error, InvalidArgument, NoSupport
from tests.conformance.recorder import Recorder

from ..refusals import refused

QEMU_XML = "xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'"


def certify(folder: Path) -> bytes:
    """Gives a server in `folder` a new key, and a certificate, which is returned."""
    certificate = folder / "server-cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-subj", "/CN=guest", "-keyout", str(folder / "server-key.pem"), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    (folder / "ca-cert.pem").write_bytes(certificate.read_bytes())
    return ssl.PEM_cert_to_DER_cert(certificate.read_text())


def certificate(path: Path) -> bytes | None:
    """What the VNC server behind a unix socket shows: RFB 3.8, VeNCrypt 0.2 (19), TLS with X.509 (260)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(30)
        sock.connect(str(path))

        def receive(size: int) -> bytes:
            return sock.recv(size, socket.MSG_WAITALL)

        sock.sendall(receive(12))
        assert 19 in receive(receive(1)[0])
        sock.sendall(b"\x13")
        sock.sendall(receive(2))
        assert receive(1) == b"\0"
        subtypes = receive(4 * receive(1)[0])
        assert (260,) in struct.iter_unpack(">I", subtypes)
        sock.sendall(struct.pack(">I", 260))
        assert receive(1) == b"\1"
        with context.wrap_socket(sock) as tls:
            return tls.getpeercert(binary_form=True)


@pytest.fixture
def secured(host: Host) -> Iterator[str]:
    """The name of a running guest with a VNC server that only QEMU knows: it has TLS, and a folder of that name."""
    name = unique_name("secured")
    folder = host.files / name
    folder.mkdir()
    certify(folder)
    credentials = f"tls-creds-x509,id=vnc,dir={folder},endpoint=server,verify-peer=no,sanity-check=no"
    arguments = ("-object", credentials, "-vnc", f"unix:{folder}/vnc,tls-creds=vnc")
    extra = "".join(f"<qemu:arg value='{argument}'/>" for argument in arguments)
    xml = firmware_xml(host, name, extra=f"<qemu:commandline>{extra}</qemu:commandline>")
    host.define(xml.replace("<domain ", f"<domain {QEMU_XML} ", 1))
    host.virsh("start", name)
    yield name
    host.remove(name)


def test_reload(host: Host, conn: Connection, secured: str, observed: Recorder) -> None:
    dom, folder = conn.get_domain_by_name(secured), host.files / secured
    if host.suite == "bookworm":
        with refused(
            NoSupport, "this daemon is too old for DOMAIN_GRAPHICS_RELOAD: unknown procedure: 448"
        ) as caught:
            dom.graphics_reload(Domain.GRAPHICS_RELOAD_TYPE_VNC)
        observed.refusal("graphics_reload", caught.value)
        return
    before = certificate(folder / "vnc")
    after = certify(folder)
    assert before != after
    assert certificate(folder / "vnc") == before
    dom.graphics_reload(Domain.GRAPHICS_RELOAD_TYPE_VNC)
    assert certificate(folder / "vnc") == after
    observed("graphics_reload", "the certificate that the VNC server shows")


def test_reload_refused(host: Host, linux: Domain, running: Domain) -> None:
    if host.suite == "bookworm":
        pytest.skip("no such method before 10.2")
    running.graphics_reload(Domain.GRAPHICS_RELOAD_TYPE_ANY)  # it has none, so there is nothing to do
    text = "internal error: unable to execute QEMU command 'display-reload': vnc tls is not enabled"
    for kind in (Domain.GRAPHICS_RELOAD_TYPE_ANY, Domain.GRAPHICS_RELOAD_TYPE_VNC):
        with refused(Error, text):
            linux.graphics_reload(kind)
    with refused(InvalidArgument, "type must be less than 2"):
        running.graphics_reload(2)
