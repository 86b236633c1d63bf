"""What dies with a link and what outlives it: a connection goes on over another channel, put in its place by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from sysvirt import ConnectionClosed, Domain, Stream
from sysvirt.testing import FakeDaemon, ReceivedCall
from tests.faults.conversation import BIG, GUEST, make_daemon
from tests.faults.faces import PATIENCE, Belongings, Face, Script, Together
from tests.faults.registering import asked_for, taken_back
from tests.faults.turns import Entries
from tests.faults.waits import entered, until

LIFECYCLE, REBOOT = Domain.EVENT_ID_LIFECYCLE, Domain.EVENT_ID_REBOOT


@pytest.fixture
def second(belongings: Belongings) -> Iterator[FakeDaemon]:
    """Another daemon, whose callback ids begin at 0 as those of the first do."""
    with make_daemon() as daemon:
        daemon.on("CONNECT_GET_HOSTNAME", "elsewhere")
        yield daemon


def moved(face: Face, conn: Any, daemon: FakeDaemon) -> Script[Any]:
    """The channel that the connection had; it has one to this daemon now, and what it wants is registered there."""
    spare = yield lambda: face.connect(daemon)
    before = conn._channel
    conn._channel = spare._channel
    del spare._channel  # which is not the spare one's to close any more
    delivery = conn._delivery
    for subscription in list(delivery.subscriptions if delivery is not None else ()):
        yield lambda: delivery.subscribe(subscription)  # noqa: B023
    return before


def test_events_go_on(face: Face, daemon: FakeDaemon, second: FakeDaemon) -> None:
    """Event streams, callbacks and handles are the same; nothing of the first link is used any more."""
    called: list[int] = []

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        guest = yield lambda: conn.get_domain_by_name("guest")
        events = conn.events(LIFECYCLE, REBOOT)
        yield lambda: entered(events)
        of_one = conn.events(LIFECYCLE, domain=guest)
        yield lambda: entered(of_one)
        number = yield lambda: conn.domain_event_register_any(
            None, LIFECYCLE, lambda event: called.append(event.detail)
        )
        for detail in (1, 2):
            daemon.emit(0, GUEST, 100, detail)
        assert (yield events.next_event).detail == 1
        yield lambda: face.wait(lambda: until(lambda: called == [1, 2]))

        before = yield from moved(face, conn, second)
        assert sorted(asked_for(second)) == sorted(asked_for(daemon)) == [0, 0, 1]
        daemon.emit(0, GUEST, 100, 3)  # the first one's, of which nobody hears
        second.emit(0, GUEST, 100, 4)
        second.emit(0, GUEST, 100, 5)
        assert (yield conn.get_hostname) == "elsewhere"
        # What had come before is still to be had.
        assert [event.detail for event in (yield face.repeat(events.next_event, 3))] == [2, 4, 5]
        assert [event.detail for event in (yield face.repeat(of_one.next_event, 4))] == [1, 2, 4, 5]
        yield lambda: face.wait(lambda: until(lambda: called == [1, 2, 4, 5]))

        yield before.pump.close
        second.emit(1, GUEST)
        assert type((yield events.next_event)).__name__ == "RebootEvent"
        assert (yield guest.get_info).cpu_time == 12345
        assert second.received("DOMAIN_GET_INFO")
        assert not daemon.received("DOMAIN_GET_INFO")
        assert conn.is_alive()

        yield lambda: conn.domain_event_deregister_any(number)
        yield events.close
        yield of_one.close
        assert sorted(taken_back(second)) == [0, 1, 2]  # type: ignore[type-var]
        assert not taken_back(daemon)
        assert not conn._channel.router.registrations
        yield conn.close

    face.run(script())


def test_who_waits_waits_on(
    face: Face, daemon: FakeDaemon, second: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For an event, when the link is replaced and the first one ends."""

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        events = conn.events(LIFECYCLE)
        yield lambda: entered(events)
        entries = Entries(conn._pump, "sleep_until_ready", monkeypatch)
        spare = yield lambda: face.connect(second)
        before = conn._channel

        def replace() -> list[Any]:
            conn._channel = spare._channel
            del spare._channel
            return list(conn._delivery.subscriptions)

        def now() -> None:
            entries.reach(1)()
            for subscription in replace():
                conn._delivery.subscribe(subscription)
            before.pump.close()
            second.emit(0, GUEST, 100, 8)

        async def later() -> None:
            await asyncio.to_thread(entries.reach(1))
            for subscription in replace():
                await conn._delivery.subscribe(subscription)
            await before.pump.close()
            second.emit(0, GUEST, 100, 8)

        event, nothing = yield Together(events.next_event, now if face.name == "blocking" else later)
        assert nothing is None
        assert event.detail == 8
        yield events.close
        yield conn.close

    face.run(script())


def downloading(conn: Any, daemon: FakeDaemon) -> Script[tuple[Any, ReceivedCall]]:
    """A stream of a volume that is open, and the call that opened it."""
    volume = yield lambda: conn.get_storage_volume_by_path("/key")
    stream = conn.new_stream()
    yield lambda: volume.download(stream)
    return stream, daemon.received("STORAGE_VOL_DOWNLOAD")[-1]


def test_a_stream_ends_with_its_own_link(face: Face, daemon: FakeDaemon, second: FakeDaemon) -> None:
    """Until then it goes on there, and nothing of it reaches the other link; those opened later are on that."""
    for peer in (daemon, second):
        peer.on("STORAGE_VOL_LOOKUP_BY_PATH", ("pool", "volume", "/key"))
        peer.on("STORAGE_VOL_DOWNLOAD", None)
    told: list[int] = []

    def note(stream: Any, events: int) -> None:
        told.append(events)
        stream.remove_callback()

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon, timeout=PATIENCE)
        whole, sending = yield from downloading(conn, daemon)
        aborted, broken_off = yield from downloading(conn, daemon)
        dropped, forgotten = yield from downloading(conn, daemon)
        left, _ = yield from downloading(conn, daemon)
        watched, _ = yield from downloading(conn, daemon)
        watched.add_callback(Stream.EVENT_READABLE | Stream.EVENT_ERROR, note)

        before = yield from moved(face, conn, second)
        assert (yield conn.get_hostname) == "elsewhere"
        later, call = yield from downloading(conn, second)
        sending.send(BIG)
        sending.end()
        assert (yield whole.read) == BIG
        yield whole.finish
        yield aborted.abort
        yield lambda: face.wait(lambda: daemon.wait_until(lambda: broken_off.ended == "abort"))
        del dropped
        yield lambda: face.wait(lambda: until(lambda: before.session.forgotten or forgotten.ended))
        yield lambda: before.pump.close()
        yield lambda: face.wait(lambda: until(lambda: bool(told)))
        for stream in (left, watched):
            with pytest.raises(ConnectionClosed):
                yield lambda: stream.recv(1)  # noqa: B023
            yield stream.abort
        call.send(b"elsewhere too")
        call.end()
        assert (yield later.read) == b"elsewhere too"
        yield later.finish
        assert call.ended == "finish"
        assert not second.received("STORAGE_VOL_DOWNLOAD")[1:]
        yield conn.close

    face.run(script())
