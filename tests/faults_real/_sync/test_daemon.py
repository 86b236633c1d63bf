# Made by tools/unasync.py from tests/faults_real/_async/test_daemon.py; do not edit.
"""A daemon that is frozen, and one that is killed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from rig.guest import firmware_xml
from rig.host import Host
from sysvirt import Connection, Domain, connect
from sysvirt.errors import ConnectionLost, NoConnect, NoDomain
from sysvirt.events import ConnectionClosedEvent, LifecycleEvent

from ..helpers import ends_at, held, one_release, quiet, starved, stopped_daemon, under_way
from .waiting import Job, gives_up, reached, spawn

#: More than the buffers of a socket hold, so that a part of the frame has left and a part has not.
LONG_NAME = "x" * 1_000_000


# --- frozen ----------------------------------------------------------------------------------------


def test_each_call_fails_at_its_deadline(host: Host, conn: Connection, guests: list[Domain]) -> None:
    def free(guest: Domain) -> None:
        gives_up(conn, 0.4, "unknown", guest.get_info)

    def ordinary(guest: Domain) -> None:
        gives_up(
            conn, 0.4, "unknown", guest.set_metadata, Domain.METADATA_DESCRIPTION, "outcome unknown"
        )

    def waits(guest: Domain) -> None:
        reached(lambda: under_way(conn).count("DOMAIN_SET_METADATA") == 3, "all places are taken")
        gives_up(conn, 0.2, "no", guest.set_metadata, Domain.METADATA_TITLE, "never sent")

    def steers(guest: Domain) -> None:
        reached(lambda: under_way(conn).count("DOMAIN_SET_METADATA") == 3, "all places are taken")
        gives_up(conn, 0.2, "unknown", guest.suspend)

    *three, last = guests
    with stopped_daemon(host):
        calls = [
            *(spawn(free, guest) for guest in guests),
            *(spawn(ordinary, guest) for guest in three),
            spawn(waits, last),
            spawn(steers, last),
        ]
        for call in calls:
            call.result()

        # No place is left: no use in waiting for one. What needs none is tried all the same.
        with starved(conn):
            last.get_xml_description()
        with starved(conn):
            last.suspend()
        gives_up(conn, 0.1, "unknown", last.get_info)
        assert conn.is_alive()

    reached(lambda: quiet(conn), "the late replies come")
    assert last.get_state() == (Domain.STATE_PAUSED, Domain.STATE_PAUSED_USER)
    for guest in guests:
        assert (guest.get_info()).max_mem == 16384
        assert "never sent" not in host.virsh("dumpxml", guest.get_name())
    for guest in three:
        assert guest.get_metadata(Domain.METADATA_DESCRIPTION) == "outcome unknown"


def test_a_frame_of_which_a_part_was_sent(host: Host, conn: Connection, guests: list[Domain]) -> None:
    with stopped_daemon(host):
        gives_up(conn, 0.2, "unknown", conn.get_domain_by_name, LONG_NAME)
        gives_up(conn, 0.2, "no", guests[0].get_info)  # behind the rest of the other
        gives_up(conn, 0.2, "no", conn.get_domain_by_name, LONG_NAME)
    for guest in guests:
        assert conn.get_domain_by_uuid(guest.get_uuid()) == guest
    with pytest.raises(NoDomain):
        conn.get_domain_by_name(LONG_NAME)


def test_waiting_for_events(host: Host, conn: Connection, guests: list[Domain]) -> None:
    with conn.events(Domain.EVENT_ID_LIFECYCLE) as events:
        with stopped_daemon(host):
            assert events.next_event(0.3) is None
        guests[0].suspend()
        event = events.next_event(60)
        assert isinstance(event, LifecycleEvent)
        assert event.domain == guests[0]


@one_release
def test_connecting_and_closing(host: Host) -> None:
    before = held()
    idle = connect(host.uri)
    with stopped_daemon(host):
        limit = 0.3
        with ends_at(limit) as caught:
            connect(host.uri, timeout=limit)
        while caught.value.sent == "no" and limit < 10:  # the machine is slow
            limit *= 2
            with ends_at(limit) as caught:
                connect(host.uri, timeout=limit)
        assert caught.value.sent == "unknown"
        idle.close()
    assert before.is_all()


def test_keepalive_finds_out(host: Host) -> None:
    """A call without any bound on a link with keepalive ends when the daemon has been silent for long enough."""
    with connect(host.uri, keepalive=(0.2, 2)) as conn:
        with stopped_daemon(host), pytest.raises(ConnectionLost, match="no sign of life"):
            conn.get_hostname()
        assert not conn.is_alive()


# --- killed ----------------------------------------------------------------------------------------


@pytest.fixture
def own_host(host: Host) -> Iterator[Host]:
    """Another host of the same release, whose daemon may be killed."""
    with Host(host.suite) as another:
        yield another


@one_release
@pytest.mark.parametrize("keepalive", [None, (1, 60)], ids=["without keepalive", "with keepalive"])
def test_all_who_wait_are_told_at_once(own_host: Host, keepalive: tuple[float, int] | None) -> None:
    before = held()
    conn = connect(own_host.uri, keepalive=keepalive)
    guests = [conn.create_domain(firmware_xml(own_host, f"guest-{number}")) for number in range(3)]
    stream = conn.new_stream()
    guests[0].open_console(stream)
    guests[0].reset()
    assert stream.recv(1)
    events = conn.events(Domain.EVENT_ID_LIFECYCLE)
    events.__enter__()

    def first_event() -> object:
        return events.next_event()

    def read_to_the_end() -> bytes:
        return stream.read()

    reading = spawn(read_to_the_end)
    event = spawn(first_event)
    own_host.stop_daemon()
    waiters: list[Job[Any]] = [reading, event]
    waiters += [spawn(guest.get_info) for guest in guests for _ in range(3)]
    waiters += [spawn(guest.reset) for guest in guests]
    reached(lambda: len(under_way(conn)) == 12, "these are sent")
    waiters += [spawn(guest.reset) for guest in guests]
    places = conn._pump.session.admission
    reached(lambda: len(places.queue) == 3, "these wait for their turn")
    assert not any(waiter.done for waiter in waiters)

    own_host.kill_daemon()
    for waiter in waiters:
        with pytest.raises(ConnectionLost) as caught:
            waiter.result()
        assert type(caught.value) is ConnectionLost
        assert "no sign of life" not in str(caught.value)
    assert not conn.is_alive()
    with pytest.raises(ConnectionLost):
        guests[0].get_info()
    with pytest.raises(ConnectionLost):
        guests[0].reset()
    with pytest.raises(ConnectionLost):
        events.next_event()
    with pytest.raises(NoConnect):
        connect(own_host.uri)
    events.close()
    stream.abort()
    conn.close()
    reached(before.is_all, "nothing is left behind")

    own_host.start_daemon()
    with connect(own_host.uri) as fresh:
        assert len(fresh.list_all_domains()) == 3


@one_release
def test_who_asked_is_told_that_it_was_killed(own_host: Host) -> None:
    """By the close callback, once, though nobody calls anything."""
    before = held()
    conn = connect(own_host.uri)
    told: list[ConnectionClosedEvent[Connection, Domain]] = []
    conn.register_close_callback(told.append)
    conn.get_hostname()
    own_host.kill_daemon()
    reached(lambda: told, "the callback has been called")
    (event,) = told
    assert event.connection is conn
    assert event.reason == Connection.CLOSE_REASON_EOF
    assert not conn.is_alive()
    conn.close()
    reached(lambda: held() == before, "nothing is left behind")
    assert told == [event]
