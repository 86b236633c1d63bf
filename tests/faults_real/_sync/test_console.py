# Made by tools/unasync.py from tests/faults_real/_async/test_console.py; do not edit.
"""A console that nobody reads in the guest: its stream stands still, and nothing else does."""

from __future__ import annotations

import pytest

from rig.host import Host
from sysvirt import Connection, Domain, Stream
from sysvirt.errors import OperationInvalid

from ..helpers import held, stopped
from .waiting import gives_up, reached, spawn, start

PIECE = bytes(64 * 1024)


def fill(stream: Stream) -> None:
    """Sends more than pipes, sockets and the daemon hold on the way to a guest."""
    for _ in range(100):
        stream.send(PIECE)


def test_console_that_nobody_reads(host: Host, conn: Connection, guests: list[Domain]) -> None:
    stopped_one, firmware, other = guests[:3]  # the firmware doesn't read its console either
    before = held()
    with stopped(host, stopped_one.get_name()):
        streams = [conn.new_stream(), conn.new_stream()]
        for guest, stream in zip((stopped_one, firmware), streams, strict=True):
            guest.open_console(stream)
            gives_up(conn, 0.3, "unknown", fill, stream)
            gives_up(conn, 0.1, "unknown", fill, stream)
        for guest in guests:
            assert (guest.get_info()).state == Domain.STATE_RUNNING
            assert conn.get_domain_by_name(guest.get_name()) == guest
        other.reset()
        other.get_xml_description()
        for abort in [spawn(stream.abort) for stream in streams]:
            abort.result()
        for stream in streams:
            with pytest.raises(OperationInvalid, match="aborted"):
                stream.send(b"x")
        reached(before.is_all, "their connections are gone")
        other.reset()
    # The daemon keeps what was sent until the guest is gone, and the console with it.
    stopped_one.destroy()
    firmware.destroy()


def test_it_can_be_opened_again_when_the_guest_runs(
    host: Host, conn: Connection, guests: list[Domain]
) -> None:
    guest = guests[0]
    guest.destroy()
    start(host, guest)
    with stopped(host, guest.get_name()):
        stream = conn.new_stream()
        with stream:
            guest.open_console(stream)
            stream.send(b"a few bytes")
    stream = conn.new_stream()
    with stream:
        guest.open_console(stream)
        guest.reset()
        said = b""
        while b"SeaBIOS" not in said:
            said += stream.recv(4096)


def test_bounds_of_a_block_hold_for_the_console_too(
    host: Host, conn: Connection, guests: list[Domain]
) -> None:
    """Its connection is one of its own, opened when the console is."""
    guest = guests[0]
    guest.destroy()
    start(host, guest)
    stream = conn.new_stream()
    host.stop_daemon()
    try:
        gives_up(conn, 0.3, "unknown", guest.open_console, stream)
    finally:
        host.cont_daemon()
    guest.open_console(stream)
    gives_up(conn, 0.3, "unknown", stream.read)
    with stream:
        guest.reset()
        assert stream.recv(1)
