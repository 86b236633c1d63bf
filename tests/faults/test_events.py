"""Events under load: none lost and none out of order, memory stays flat, and slow consumers are told."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from pathlib import Path
from typing import Any

import pytest

from sysvirt import Domain, EventsLost
from sysvirt.testing import FakeDaemon, ReceivedCall
from tests.faults.conversation import GUEST
from tests.faults.faces import PATIENCE, Face, Script
from tests.faults.waits import entered, until

BATCH = 1000


class Source:
    """Sends a batch of numbered events with the answer to each call, before it."""

    def __init__(self, daemon: FakeDaemon, batch: int = BATCH) -> None:
        self.sent = 0
        self._daemon = daemon
        self._batch = batch
        daemon.on("CONNECT_GET_HOSTNAME", self._answer)

    def _answer(self, call: ReceivedCall) -> object:
        for _ in range(self._batch):
            self._daemon.emit(0, GUEST, 100, self.sent)
            self.sent += 1
        return "somewhere"


def resident() -> int:
    """Bytes of memory that this process holds."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.slow
def test_a_hundred_thousand(face: Face, daemon: FakeDaemon) -> None:
    source = Source(daemon)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        events = conn.events(Domain.EVENT_ID_LIFECYCLE)
        yield lambda: entered(events)
        after_some = 0
        for batch in range(100):
            yield conn.get_hostname
            got = yield face.repeat(events.next_event, BATCH)
            assert [event.detail for event in got] == list(range(batch * BATCH, (batch + 1) * BATCH))
            if batch == 20:
                after_some = resident()
        assert resident() - after_some < 4_000_000
        assert not conn._pump.session.events
        yield events.close
        yield conn.close

    face.run(script())
    assert source.sent == 100_000


def test_callbacks_get_them_in_order(face: Face, daemon: FakeDaemon) -> None:
    Source(daemon)
    got: list[int] = []
    everything = threading.Event()

    def note(event: Any) -> None:
        got.append(event.detail)
        if len(got) == 10 * BATCH:
            everything.set()

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        yield lambda: conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, note)
        for _ in range(10):
            yield conn.get_hostname
        assert (yield lambda: face.wait(lambda: everything.wait(PATIENCE)))
        yield conn.close

    face.run(script())
    assert got == list(range(10 * BATCH))


def test_a_slow_consumer_is_told(face: Face, daemon: FakeDaemon) -> None:
    """The newest are dropped, a record of how many stands in their place, and what comes later comes."""
    Source(daemon)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        events = conn.events(Domain.EVENT_ID_LIFECYCLE)
        events._queue._bound = 300
        yield lambda: entered(events)
        yield conn.get_hostname
        assert len(events._queue) == 300
        got = yield face.repeat(events.next_event, 100)
        yield conn.get_hostname
        got += yield face.repeat(events.next_event, 301)
        # The mark of a gap takes a place too, and the last gap is told when all else has been taken.
        details = [event.detail for event in got if not isinstance(event, EventsLost)]
        assert details == [*range(300), *range(1000, 1099)]
        gaps = {at: event.count for at, event in enumerate(got) if isinstance(event, EventsLost)}
        assert gaps == {300: 700, 400: 901}
        assert got[300].connection is conn
        yield conn.get_hostname
        assert (yield events.next_event).detail == 2000
        yield events.close
        yield conn.close

    face.run(script())


def test_slow_callbacks_are_told(face: Face, daemon: FakeDaemon, caplog: pytest.LogCaptureFixture) -> None:
    """By the log, and they get what is not lost."""
    Source(daemon)
    got: list[int] = []
    go_on = threading.Event()
    task_goes_on = asyncio.Event()

    def slow(event: Any) -> None:
        assert go_on.wait(PATIENCE)
        got.append(event.detail)

    async def slow_task(event: Any) -> None:
        await task_goes_on.wait()
        got.append(event.detail)

    def let_go() -> None:
        go_on.set()
        task_goes_on.set()

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        callback = slow_task if face.name == "asyncio" else slow
        yield lambda: conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, callback)
        conn._delivery._queue._bound = 10
        yield conn.get_hostname
        yield let_go
        # The first was taken while they came, and made room for one more.
        yield lambda: face.wait(lambda: until(lambda: len(got) + lost() == BATCH))
        yield conn.close

    def lost() -> int:
        return sum(int(record.getMessage().split()[0]) for record in list(caplog.records))

    with caplog.at_level(logging.ERROR, "sysvirt.events"):
        face.run(script())
    assert got == sorted(set(got))
    assert got[:10] == list(range(10))
    assert len(got) <= 12


def test_a_callback_that_raises_stops_nothing(
    face: Face, daemon: FakeDaemon, caplog: pytest.LogCaptureFixture
) -> None:
    Source(daemon, 10)
    got: list[int] = []

    def bad(event: Any) -> None:
        raise ValueError(f"bad {event.detail}")

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        yield lambda: conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, bad)
        yield lambda: conn.domain_event_register_any(
            None, Domain.EVENT_ID_LIFECYCLE, lambda event: got.append(event.detail)
        )
        yield conn.get_hostname
        yield lambda: face.wait(lambda: until(lambda: len(got) == 10))
        yield conn.close

    with caplog.at_level(logging.ERROR, "sysvirt.events"):
        face.run(script())
    assert got == list(range(10))
    assert [
        record.exc_info[1].args[0] for record in caplog.records if record.exc_info and record.exc_info[1]
    ] == [f"bad {number}" for number in range(10)]


def test_a_callback_may_use_the_connection(face: Face, daemon: FakeDaemon) -> None:
    """Calls, subscribing to more, and ending its own registration."""
    Source(daemon, 3)
    done: list[object] = []
    last = threading.Event()

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        numbers: list[int] = []

        def blocking(event: Any) -> None:
            done.append(event.domain.get_info().cpu_time)
            if len(done) == 2:
                done.append(conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, print))
                conn.domain_event_deregister_any(numbers[0])
                last.set()

        async def awaiting(event: Any) -> None:
            done.append((await event.domain.get_info()).cpu_time)
            if len(done) == 2:
                done.append(await conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, print))
                await conn.domain_event_deregister_any(numbers[0])
                last.set()

        callback = awaiting if face.name == "asyncio" else blocking
        numbers.append(
            (yield lambda: conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, callback))
        )
        yield conn.get_hostname
        assert (yield lambda: face.wait(lambda: last.wait(PATIENCE)))
        yield conn.close

    face.run(script())
    assert done == [12345, 12345, 1]


def test_an_event_that_is_there_before_its_registration_is_answered(face: Face, daemon: FakeDaemon) -> None:
    def register(call: ReceivedCall) -> object:
        call.client.registered[7] = (0, None)
        daemon.emit(0, GUEST, 100, 1)
        return 7

    daemon.on("CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY", register)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        events = conn.events(Domain.EVENT_ID_LIFECYCLE)
        yield lambda: entered(events)
        daemon.emit(0, GUEST, 100, 2)
        got = yield face.repeat(events.next_event, 2)
        assert [event.detail for event in got] == [1, 2]
        yield events.close
        yield conn.close

    face.run(script())


def test_the_link_breaks_behind_the_last_event(face: Face, daemon: FakeDaemon) -> None:
    """What came before is still to be had, and then the error, to whoever asks."""
    Source(daemon, 5)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        events = conn.events(Domain.EVENT_ID_LIFECYCLE)
        yield lambda: entered(events)
        yield conn.get_hostname
        daemon.drop()
        got = yield face.repeat(events.next_event, 5)
        assert [event.detail for event in got] == list(range(5))
        for _ in range(2):
            try:
                yield events.next_event
                raise AssertionError("the link is broken")
            except Exception as error:
                assert type(error).__name__ == "ConnectionLost"  # noqa: PT017
        yield events.close
        yield conn.close

    face.run(script())
