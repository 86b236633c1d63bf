"""A console that nobody reads in the guest: its stream stands still, and nothing else does."""

from __future__ import annotations

import pytest

from rig.host import Host
from sysvirt.aio import Connection, Domain, Stream
from sysvirt.errors import OperationInvalid

from ..helpers import held, stopped
from .waiting import gives_up, reached, spawn, start

PIECE = bytes(64 * 1024)


async def fill(stream: Stream) -> None:
    """Sends more than pipes, sockets and the daemon hold on the way to a guest."""
    for _ in range(100):
        await stream.send(PIECE)


async def test_console_that_nobody_reads(host: Host, conn: Connection, guests: list[Domain]) -> None:
    stopped_one, firmware, other = guests[:3]  # the firmware doesn't read its console either
    before = held()
    with stopped(host, stopped_one.get_name()):
        streams = [conn.new_stream(), conn.new_stream()]
        for guest, stream in zip((stopped_one, firmware), streams, strict=True):
            await guest.open_console(stream)
            await gives_up(conn, 0.3, "unknown", fill, stream)
            await gives_up(conn, 0.1, "unknown", fill, stream)
        for guest in guests:
            assert (await guest.get_info()).state == Domain.STATE_RUNNING
            assert await conn.get_domain_by_name(guest.get_name()) == guest
        await other.reset()
        await other.get_xml_description()
        for abort in [spawn(stream.abort) for stream in streams]:
            await abort.result()
        for stream in streams:
            with pytest.raises(OperationInvalid, match="aborted"):
                await stream.send(b"x")
        await reached(before.is_all, "their connections are gone")
        await other.reset()
    # The daemon keeps what was sent until the guest is gone, and the console with it.
    await stopped_one.destroy()
    await firmware.destroy()


async def test_it_can_be_opened_again_when_the_guest_runs(
    host: Host, conn: Connection, guests: list[Domain]
) -> None:
    guest = guests[0]
    await guest.destroy()
    await start(host, guest)
    with stopped(host, guest.get_name()):
        stream = conn.new_stream()
        async with stream:
            await guest.open_console(stream)
            await stream.send(b"a few bytes")
    stream = conn.new_stream()
    async with stream:
        await guest.open_console(stream)
        await guest.reset()
        said = b""
        while b"SeaBIOS" not in said:
            said += await stream.recv(4096)


async def test_bounds_of_a_block_hold_for_the_console_too(
    host: Host, conn: Connection, guests: list[Domain]
) -> None:
    """Its connection is one of its own, opened when the console is."""
    guest = guests[0]
    await guest.destroy()
    await start(host, guest)
    stream = conn.new_stream()
    host.stop_daemon()
    try:
        await gives_up(conn, 0.3, "unknown", guest.open_console, stream)
    finally:
        host.cont_daemon()
    await guest.open_console(stream)
    await gives_up(conn, 0.3, "unknown", stream.read)
    async with stream:
        await guest.reset()
        assert await stream.recv(1)
