# Made by tools/unasync.py from tests/api/_async/test_descriptors.py; do not edit.
"""Screens, and open files that go to a guest by their descriptors."""

from __future__ import annotations

import os
import socket
from functools import partial
from pathlib import Path

import pytest

from rig.guest import disk_xml, firmware_xml, make_disk, unique_name
from rig.host import Host
from sysvirt import Connection, Domain
from sysvirt.errors import Error, NoSupport, NotAvailable, OperationInvalid
from tests.conformance.recorder import Recorder

from ..refusals import not_sent, refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sysvirt._session.blocking_facade import Later


def shake_hands(sock: socket.socket) -> None:
    """RFB 3.8 up to the screen's size, with a server that asks for no password."""

    def receive(size: int) -> bytes:
        return sock.recv(size, socket.MSG_WAITALL)

    sock.settimeout(30)
    sock.sendall(receive(12))
    assert 1 in receive(receive(1)[0])
    sock.sendall(b"\x01")
    assert receive(4) == bytes(4)
    sock.sendall(b"\x01")
    width, height = int.from_bytes(receive(2), "big"), int.from_bytes(receive(2), "big")
    assert width >= 320
    assert height >= 200


def test_graphics(linux: Domain, observed: Recorder) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        linux.open_graphics(0, theirs.fileno(), Domain.OPEN_GRAPHICS_SKIPAUTH)
        theirs.close()
        shake_hands(ours)
    observed("open_graphics", "a VNC handshake")
    with socket.socket(fileno=linux.open_graphics_fd(0, Domain.OPEN_GRAPHICS_SKIPAUTH)) as sock:
        shake_hands(sock)
    observed("open_graphics_fd", "a VNC handshake")
    with refused(Error, "internal error: No graphics backend with index 7"):
        linux.open_graphics_fd(7)


def screenshot(conn: Connection, dom: Domain) -> tuple[str, bytes]:
    stream = conn.new_stream()
    mime = dom.screenshot(stream)
    picture = stream.read()
    stream.finish()
    return mime, picture


def steady(host: Host, name: str, take: Callable[[], Later[tuple[str, bytes]]]) -> tuple[str, bytes]:
    """The picture, as virsh takes it too; a cursor blinks in it, so that two may differ."""
    shown = host.files / f"{unique_name('screen')}.ppm"
    for _ in range(50):
        mime, picture = take()
        host.virsh("screenshot", name, "--file", str(shown))
        if picture == shown.read_bytes():
            return mime, picture
    raise AssertionError("virsh never takes the same picture")


def test_screenshot(host: Host, conn: Connection, linux: Domain, observed: Recorder) -> None:
    mime, picture = steady(host, linux.get_name(), partial(screenshot, conn, linux))
    if mime == "image/png":
        assert picture.startswith(b"\x89PNG\r\n\x1a\n")
        assert picture.rstrip(b"\0")[-8:-4] == b"IEND"
        size = (int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big"))
        assert size[0] >= 320
    else:
        assert mime == "image/x-portable-pixmap"
        kind, width, height, depth, pixels = picture.split(maxsplit=4)[:5]
        assert (kind, depth) == (b"P6", b"255")
        assert int(width) * int(height) * 3 in (len(pixels), len(pixels) + 1)
    observed("screenshot", "the same picture as virsh screenshot's")
    assert (steady(host, linux.get_name(), linux.take_screenshot))[0] == mime
    observed("take_screenshot", "the same picture as virsh screenshot's")
    with pytest.raises(Error):
        linux.screenshot(conn.new_stream(), 7)
    assert conn.get_hostname() == host.suite


def test_disk_by_descriptor(host: Host, conn: Connection, observed: Recorder) -> None:
    """The guest gets the open file, wherever its name leads to meanwhile."""
    name, disk = unique_name("files"), make_disk(host, f"{unique_name('given')}.raw")
    file = disk_xml(disk).replace("<source file=", "<source fdgroup='given' file=")
    host.define(firmware_xml(host, name, extra_devices=file))
    dom = conn.get_domain_by_name(name)
    fd = os.open(disk, os.O_RDWR)
    try:
        with pytest.raises(Error):
            dom.create()
        dom.fd_associate("given", [fd], Domain.FD_ASSOCIATE_SECLABEL_WRITABLE)
        inode = os.fstat(fd).st_ino
        moved = disk.with_suffix(".moved")
        disk.rename(moved)
        disk.touch()
        dom.create()
        held = {
            os.stat(f"/proc/{host.guest_pid(name)}/fd/{number}").st_ino
            for number in os.listdir(f"/proc/{host.guest_pid(name)}/fd")
        }
        assert inode in held
        assert disk.stat().st_ino not in held
        observed("fd_associate", "the open files of the guest's QEMU")
        with not_sent(conn, "name", TypeError):
            dom.fd_associate(b"given", [fd])  # type: ignore[arg-type]
    finally:
        os.close(fd)
        host.remove(name)


def test_files_for_the_first_process(
    host: Host, conn: Connection, dom: Domain, tmp_path: Path, observed: Recorder
) -> None:
    """Containers have one; QEMU's driver has no such calls."""
    fd = os.open(tmp_path, os.O_RDONLY)
    try:
        says = "this function is not supported by the connection driver: virDomainCreate(XML)?WithFiles"
        with refused(NoSupport, says) as caught:
            dom.create_with_files([fd])
        observed.refusal("create_with_files", caught.value)
        with refused(NoSupport, says) as caught:
            conn.create_domain_with_files(firmware_xml(host, unique_name()), [fd])
        observed.refusal("Connection.create_domain_with_files", caught.value)
    finally:
        os.close(fd)
    with not_sent(conn, "fds"):
        dom.create_with_files([fd])
    with not_sent(conn, "fds", TypeError):
        dom.create_with_files(["file"])  # type: ignore[list-item]
    with not_sent(conn, "fd"):
        dom.open_graphics(0, -1)
    assert conn.get_hostname() == host.suite


def test_elsewhere(conn: Connection, dom: Domain, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no unix socket carries no descriptors."""
    monkeypatch.setattr(conn._pump.link, "carries_fds", False)
    for call in (
        lambda: dom.create_with_files([0]),
        lambda: dom.fd_associate("name", [0]),
        lambda: dom.open_graphics(0, 0),
        lambda: dom.open_graphics_fd(0),
    ):
        with pytest.raises(NotAvailable, match="descriptors travel over unix sockets only"):
            call()
    with pytest.raises(NotAvailable, match="create_domain_with_files needs a local connection"):
        conn.create_domain_with_files("<domain/>", [0])


def test_a_guest_that_is_off(conn: Connection, dom: Domain) -> None:
    with refused(OperationInvalid, "Requested operation is not valid: domain is not running"):
        dom.screenshot(conn.new_stream())
