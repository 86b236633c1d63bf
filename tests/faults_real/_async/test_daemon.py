"""A daemon that is frozen, and one that is killed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from rig.guest import firmware_xml
from rig.host import Host
from sysvirt.aio import Connection, Domain, connect
from sysvirt.errors import ConnectionLost, NoConnect, NoDomain
from sysvirt.events import ConnectionClosedEvent, LifecycleEvent

from ..helpers import ends_at, held, one_release, quiet, starved, stopped_daemon, under_way
from .waiting import Job, gives_up, reached, spawn

#: More than the buffers of a socket hold, so that a part of the frame has left and a part has not.
LONG_NAME = "x" * 1_000_000


# --- frozen ----------------------------------------------------------------------------------------


async def test_each_call_fails_at_its_deadline(host: Host, conn: Connection, guests: list[Domain]) -> None:
    async def free(guest: Domain) -> None:
        await gives_up(conn, 0.4, "unknown", guest.get_info)

    async def ordinary(guest: Domain) -> None:
        await gives_up(
            conn, 0.4, "unknown", guest.set_metadata, Domain.METADATA_DESCRIPTION, "outcome unknown"
        )

    async def waits(guest: Domain) -> None:
        await reached(lambda: under_way(conn).count("DOMAIN_SET_METADATA") == 3, "all places are taken")
        await gives_up(conn, 0.2, "no", guest.set_metadata, Domain.METADATA_TITLE, "never sent")

    async def steers(guest: Domain) -> None:
        await reached(lambda: under_way(conn).count("DOMAIN_SET_METADATA") == 3, "all places are taken")
        await gives_up(conn, 0.2, "unknown", guest.suspend)

    *three, last = guests
    with stopped_daemon(host):
        calls = [
            *(spawn(free, guest) for guest in guests),
            *(spawn(ordinary, guest) for guest in three),
            spawn(waits, last),
            spawn(steers, last),
        ]
        for call in calls:
            await call.result()

        # No place is left: no use in waiting for one. What needs none is tried all the same.
        with starved(conn):
            await last.get_xml_description()
        with starved(conn):
            await last.suspend()
        await gives_up(conn, 0.1, "unknown", last.get_info)
        assert conn.is_alive()

    await reached(lambda: quiet(conn), "the late replies come")
    assert await last.get_state() == (Domain.STATE_PAUSED, Domain.STATE_PAUSED_USER)
    for guest in guests:
        assert (await guest.get_info()).max_mem == 16384
        assert "never sent" not in host.virsh("dumpxml", guest.get_name())
    for guest in three:
        assert await guest.get_metadata(Domain.METADATA_DESCRIPTION) == "outcome unknown"


async def test_a_frame_of_which_a_part_was_sent(host: Host, conn: Connection, guests: list[Domain]) -> None:
    with stopped_daemon(host):
        await gives_up(conn, 0.2, "unknown", conn.get_domain_by_name, LONG_NAME)
        await gives_up(conn, 0.2, "no", guests[0].get_info)  # behind the rest of the other
        await gives_up(conn, 0.2, "no", conn.get_domain_by_name, LONG_NAME)
    for guest in guests:
        assert await conn.get_domain_by_uuid(guest.get_uuid()) == guest
    with pytest.raises(NoDomain):
        await conn.get_domain_by_name(LONG_NAME)


async def test_waiting_for_events(host: Host, conn: Connection, guests: list[Domain]) -> None:
    async with conn.events(Domain.EVENT_ID_LIFECYCLE) as events:
        with stopped_daemon(host):
            assert await events.next_event(0.3) is None
        await guests[0].suspend()
        event = await events.next_event(60)
        assert isinstance(event, LifecycleEvent)
        assert event.domain == guests[0]


@one_release
async def test_connecting_and_closing(host: Host) -> None:
    before = held()
    idle = await connect(host.uri)
    with stopped_daemon(host):
        limit = 0.3
        with ends_at(limit) as caught:
            await connect(host.uri, timeout=limit)
        while caught.value.sent == "no" and limit < 10:  # the machine is slow
            limit *= 2
            with ends_at(limit) as caught:
                await connect(host.uri, timeout=limit)
        assert caught.value.sent == "unknown"
        await idle.close()
    assert before.is_all()


async def test_keepalive_finds_out(host: Host) -> None:
    """A call without any bound on a link with keepalive ends when the daemon has been silent for long enough."""
    async with connect(host.uri, keepalive=(0.2, 2)) as conn:
        with stopped_daemon(host), pytest.raises(ConnectionLost, match="no sign of life"):
            await conn.get_hostname()
        assert not conn.is_alive()


# --- killed ----------------------------------------------------------------------------------------


@pytest.fixture
async def own_host(host: Host) -> AsyncIterator[Host]:
    """Another host of the same release, whose daemon may be killed."""
    with Host(host.suite) as another:
        yield another


@one_release
@pytest.mark.parametrize("keepalive", [None, (1, 60)], ids=["without keepalive", "with keepalive"])
async def test_all_who_wait_are_told_at_once(own_host: Host, keepalive: tuple[float, int] | None) -> None:
    before = held()
    conn = await connect(own_host.uri, keepalive=keepalive)
    guests = [await conn.create_domain(firmware_xml(own_host, f"guest-{number}")) for number in range(3)]
    stream = conn.new_stream()
    await guests[0].open_console(stream)
    await guests[0].reset()
    assert await stream.recv(1)
    events = conn.events(Domain.EVENT_ID_LIFECYCLE)
    await events.__aenter__()

    async def first_event() -> object:
        return await events.next_event()

    async def read_to_the_end() -> bytes:
        return await stream.read()

    reading = spawn(read_to_the_end)
    event = spawn(first_event)
    own_host.stop_daemon()
    waiters: list[Job[Any]] = [reading, event]
    waiters += [spawn(guest.get_info) for guest in guests for _ in range(3)]
    waiters += [spawn(guest.reset) for guest in guests]
    await reached(lambda: len(under_way(conn)) == 12, "these are sent")
    waiters += [spawn(guest.reset) for guest in guests]
    places = conn._pump.session.admission
    await reached(lambda: len(places.queue) == 3, "these wait for their turn")
    assert not any(waiter.done for waiter in waiters)

    own_host.kill_daemon()
    for waiter in waiters:
        with pytest.raises(ConnectionLost) as caught:
            await waiter.result()
        assert type(caught.value) is ConnectionLost
        assert "no sign of life" not in str(caught.value)
    assert not conn.is_alive()
    with pytest.raises(ConnectionLost):
        await guests[0].get_info()
    with pytest.raises(ConnectionLost):
        await guests[0].reset()
    with pytest.raises(ConnectionLost):
        await events.next_event()
    with pytest.raises(NoConnect):
        await connect(own_host.uri)
    await events.close()
    await stream.abort()
    await conn.close()
    await reached(before.is_all, "nothing is left behind")

    own_host.start_daemon()
    async with connect(own_host.uri) as fresh:
        assert len(await fresh.list_all_domains()) == 3


@one_release
async def test_who_asked_is_told_that_it_was_killed(own_host: Host) -> None:
    """By the close callback, once, though nobody calls anything."""
    before = held()
    conn = await connect(own_host.uri)
    told: list[ConnectionClosedEvent[Connection, Domain]] = []
    conn.register_close_callback(told.append)
    await conn.get_hostname()
    own_host.kill_daemon()
    await reached(lambda: told, "the callback has been called")
    (event,) = told
    assert event.connection is conn
    assert event.reason == Connection.CLOSE_REASON_EOF
    assert not conn.is_alive()
    await conn.close()
    await reached(lambda: held() == before, "nothing is left behind")
    assert told == [event]
