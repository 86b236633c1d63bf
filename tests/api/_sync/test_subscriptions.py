# Made by tools/unasync.py from tests/api/_async/test_subscriptions.py; do not edit.
"""Who is told of events: iterators and callbacks, of one guest or of all, from beginning to end."""

from __future__ import annotations

import pytest

from rig.guest import firmware_xml, unique_name
from rig.host import Host
from sysvirt import Connection, Domain, connect
from sysvirt.errors import InvalidArgument
from sysvirt.events import EventsLost, LifecycleEvent
from tests.conformance.recorder import Recorder

Seen = tuple[str, int, int]


def seen(event: LifecycleEvent[Connection, Domain] | EventsLost[Connection, Domain] | None) -> Seen:
    assert isinstance(event, LifecycleEvent)
    return event.domain.get_name(), event.event, event.detail


def test_events_of_a_life(host: Host, conn: Connection, observed: Recorder) -> None:
    """In order, with their details, for what another client does too."""
    name = unique_name("events")
    with conn.events(Domain.EVENT_ID_LIFECYCLE) as events:
        dom = conn.define_domain(firmware_xml(host, name))
        dom.create()
        host.virsh("suspend", name)
        host.virsh("resume", name)
        dom.destroy()
        dom.undefine()
        expected = [
            (Domain.EVENT_DEFINED, Domain.EVENT_DEFINED_ADDED),
            (Domain.EVENT_RESUMED, Domain.EVENT_RESUMED_UNPAUSED),
            (Domain.EVENT_STARTED, Domain.EVENT_STARTED_BOOTED),
            (Domain.EVENT_SUSPENDED, Domain.EVENT_SUSPENDED_PAUSED),
            (Domain.EVENT_RESUMED, Domain.EVENT_RESUMED_UNPAUSED),
            (Domain.EVENT_STOPPED, Domain.EVENT_STOPPED_DESTROYED),
            (Domain.EVENT_UNDEFINED, Domain.EVENT_UNDEFINED_REMOVED),
        ]
        got: list[Seen] = []
        while len(got) < len(expected):
            event = seen(events.next_event(60))
            # libvirt may tell of the end of the QEMU process too, before it tells of the destroy.
            if event[0] == name and event[1] != Domain.EVENT_SHUTDOWN:
                got.append(event)
    assert got == [(name, *event) for event in expected]
    for method in ("Connection.events", "EventStream.next_event"):
        observed(method, "what virsh did with a guest, in order")


def test_events_end(host: Host, conn: Connection, running: Domain, observed: Recorder) -> None:
    """Who has ended a subscription is told nothing more, not even by the daemon."""
    name = running.get_name()
    later: list[Seen] = []

    def callback(event: LifecycleEvent[Connection, Domain]) -> None:
        later.append(seen(event))

    def received(command: str) -> int:
        """How many frames come while virsh does something that other clients are told of."""
        before = conn._pump.session.received
        host.virsh(command, name)
        events.next_event(60)
        conn.get_hostname()
        return conn._pump.session.received - before

    with connect(host.uri, timeout=60) as other, other.events(Domain.EVENT_ID_LIFECYCLE) as events:
        ours = conn.events(Domain.EVENT_ID_LIFECYCLE, domain=running)
        with ours:
            told = received("suspend")
            assert ours.next_event(60) is not None
        untold = received("resume")
        assert (told, untold) == (2, 1)  # the event and the answer, the answer
        assert ours.next_event() is None
        observed("EventStream.close", "the daemon sends no more of what it tells another client")

        number = conn.domain_event_register_any(running, Domain.EVENT_ID_LIFECYCLE, callback)
        assert received("suspend") == told
        while not later:
            conn.get_hostname()
        conn.domain_event_deregister_any(number)
        assert received("resume") == untold
        observed(
            "Connection.domain_event_deregister_any",
            "the daemon sends no more of what it tells another client",
        )

        conn.domain_event_register(callback)
        assert received("suspend") == told
        while len(later) < 2:
            conn.get_hostname()
        conn.domain_event_deregister()
        assert received("resume") == untold
        observed(
            "Connection.domain_event_deregister", "the daemon sends no more of what it tells another client"
        )
    assert later == [(name, Domain.EVENT_SUSPENDED, Domain.EVENT_SUSPENDED_PAUSED)] * 2


def test_events_of_one_guest(host: Host, conn: Connection, dom: Domain, running: Domain) -> None:
    with conn.events(Domain.EVENT_ID_LIFECYCLE, domain=running) as events:
        other = conn.define_domain(firmware_xml(host, unique_name("other")))
        other.undefine()
        running.suspend()
        event = events.next_event(60)
        assert seen(event) == (running.get_name(), Domain.EVENT_SUSPENDED, Domain.EVENT_SUSPENDED_PAUSED)
        assert event is not None
        assert event.connection is conn
        assert events.next_event(0.05) is None


def test_callbacks(host: Host, conn: Connection, running: Domain, observed: Recorder) -> None:
    """They come in order, may call the connection, and one that raises stops nobody."""
    first: list[Seen] = []
    second: list[Seen] = []
    states: list[int] = []

    def asks(event: LifecycleEvent[Connection, Domain]) -> None:
        states.append((event.domain.get_state())[0])
        first.append(seen(event))

    def fails(event: LifecycleEvent[Connection, Domain]) -> None:
        second.append(seen(event))
        raise RuntimeError("on purpose")

    ids = [
        conn.domain_event_register_any(running, Domain.EVENT_ID_LIFECYCLE, asks),
        conn.domain_event_register_any(running, Domain.EVENT_ID_LIFECYCLE, fails),
    ]
    assert len(set(ids)) == 2
    name = running.get_name()
    with conn.events(Domain.EVENT_ID_LIFECYCLE, domain=running) as events:
        host.virsh("suspend", name)
        events.next_event(60)
        running.resume()
        events.next_event(60)
    expected = [
        (name, Domain.EVENT_SUSPENDED, Domain.EVENT_SUSPENDED_PAUSED),
        (name, Domain.EVENT_RESUMED, Domain.EVENT_RESUMED_UNPAUSED),
    ]
    while len(second) < 2:
        running.get_info()
    assert first == second == expected
    observed("Connection.domain_event_register_any", "what virsh did with a guest")
    assert len(states) == 2
    for number in ids:
        conn.domain_event_deregister_any(number)
    with pytest.raises(InvalidArgument, match="callback_id: no callback is registered under"):
        conn.domain_event_deregister_any(ids[0])
    host.virsh("suspend", name)
    running.get_state()
    assert len(second) == 2


def test_the_older_pair(host: Host, conn: Connection, dom: Domain, observed: Recorder) -> None:
    got: list[Seen] = []

    def callback(event: LifecycleEvent[Connection, Domain]) -> None:
        got.append(seen(event))

    conn.domain_event_register(callback)
    host.virsh("start", dom.get_name())
    while not got:
        dom.get_info()
    assert got[0] == (dom.get_name(), Domain.EVENT_RESUMED, Domain.EVENT_RESUMED_UNPAUSED)
    observed("Connection.domain_event_register", "what virsh did with a guest")
    conn.domain_event_deregister(callback)
    with pytest.raises(InvalidArgument, match="is not registered"):
        conn.domain_event_deregister(callback)
