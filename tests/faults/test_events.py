"""Events under load: none lost and none out of order, memory stays flat, and slow consumers are told."""

from __future__ import annotations

import asyncio
import gc
import itertools
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sysvirt import Domain, EventsLost, aio
from sysvirt.testing import HOLD, FakeDaemon, ReceivedCall, connect_async
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
        events._queue._max = 300
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
        conn._delivery._queue._max = 10
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


# --- callbacks that are cancelled, or in a call at the end -------------------------------------------


def cancelled_by_itself() -> Any:
    raise asyncio.CancelledError


async def waits_for_what_was_cancelled() -> None:
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    future.cancel()
    await future


async def has_a_task_that_was_cancelled() -> None:
    task = asyncio.create_task(asyncio.sleep(PATIENCE))
    task.cancel()
    await task


@pytest.mark.parametrize(
    "cancelled", [cancelled_by_itself, waits_for_what_was_cancelled, has_a_task_that_was_cancelled]
)
@pytest.mark.parametrize("of", ["events", "a stream", "the end"])
def test_a_callback_that_is_cancelled_stops_nothing(
    daemon: FakeDaemon, caplog: pytest.LogCaptureFixture, cancelled: Callable[[], Any], of: str
) -> None:
    """What it waited for was cancelled, and not who calls it: it is logged, and the others go on."""
    got: list[object] = []

    def bad(*_: object) -> Any:
        got.append("bad")
        if of == "a stream":
            streams[0].remove_callback()
        return cancelled()

    streams: list[Any] = []

    async def main() -> None:
        conn = await connect_async(daemon)
        seen = asyncio.Event()

        def note(event: Any) -> None:
            got.append(event.detail)
            if event.detail == 3:
                seen.set()

        if of == "the end":
            conn.register_close_callback(bad)
        elif of == "events":
            await conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, bad)
        else:
            guest = await conn.get_domain_by_name("guest")
            streams.append(conn.new_stream())
            await guest.open_console(streams[0])
            streams[0].add_callback(aio.Stream.EVENT_READABLE, bad)
        await conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, note)
        for detail in (1, 2, 3):
            daemon.emit(0, GUEST, 100, detail)
        await asyncio.wait_for(seen.wait(), PATIENCE)
        if of == "a stream":
            await asyncio.to_thread(until, lambda: "bad" in got)
            await streams[0].abort()
        await conn.close()
        await asyncio.to_thread(
            until, lambda: not conn._delivery or conn._delivery._dispatcher.holder is None
        )

    with caplog.at_level(logging.ERROR, "sysvirt.events"):
        asyncio.run(main())
    assert [detail for detail in got if detail != "bad"] == [1, 2, 3]
    assert got.count("bad") == (3 if of == "events" else 1)
    assert caplog.text.count("CancelledError") >= got.count("bad")


def test_the_dispatcher_is_cancelled_with_its_loop(
    daemon: FakeDaemon, caplog: pytest.LogCaptureFixture
) -> None:
    """In the middle of a callback: nothing is logged, and no task is left."""

    async def main() -> aio.Connection:
        conn = await connect_async(daemon)
        inside = asyncio.Event()

        async def slow(event: Any) -> None:
            inside.set()
            await asyncio.sleep(PATIENCE)

        await conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, slow)
        daemon.emit(0, GUEST, 100, 1)
        daemon.emit(0, GUEST, 100, 2)
        await asyncio.wait_for(inside.wait(), PATIENCE)
        return conn

    with asyncio.Runner() as runner:
        conn = runner.run(main())
        for task in asyncio.all_tasks(runner.get_loop()):
            task.cancel()
        runner.run(asyncio.sleep(0))
        runner.run(conn.close())
    assert not caplog.records


@pytest.mark.parametrize("how", ["closed", "lost"])
def test_the_connection_ends_while_a_callback_is_in_a_call(
    face: Face, daemon: FakeDaemon, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    """Closing is no fault of the callback's: nothing is logged. That the link broke it may want to know."""
    daemon.on("DOMAIN_GET_INFO", HOLD)
    ended: list[BaseException] = []

    def blocking(event: Any) -> None:
        try:
            event.domain.get_info()
        except Exception as error:
            ended.append(error)
            raise

    async def awaiting(event: Any) -> None:
        try:
            await event.domain.get_info()
        except Exception as error:
            ended.append(error)
            raise

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        callback = awaiting if face.name == "asyncio" else blocking
        yield lambda: conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, callback)
        daemon.emit(0, GUEST, 100, 1)
        yield lambda: face.wait(lambda: daemon.wait_for("DOMAIN_GET_INFO"))
        if how == "lost":
            daemon.drop()
        else:
            yield conn.close
        yield lambda: face.wait(lambda: until(lambda: conn._delivery._dispatcher.holder is None))
        yield conn.close

    with caplog.at_level(logging.DEBUG):
        face.run(script())
    kind = "ConnectionClosed" if how == "closed" else "ConnectionLost"
    assert [type(error).__name__ for error in ended] == [kind]
    logged = [record for record in caplog.records if record.name.startswith("sysvirt")]
    assert len(logged) == (0 if how == "closed" else 1)


# --- a backlog and the event loop --------------------------------------------------------------------


class Clock:
    """Each look at it takes a millisecond."""

    def __init__(self) -> None:
        self.now = time.monotonic()

    def monotonic(self) -> float:
        self.now += 0.001
        return self.now


@pytest.mark.parametrize("by", ["an iterator", "callbacks"])
def test_a_backlog_leaves_the_loop_its_turns(
    daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """Who always finds an event gives way to the other tasks when it has had its time."""
    count = 500

    async def main() -> None:
        conn = await connect_async(daemon)
        taken = 0
        backlog, over = asyncio.Event(), asyncio.Event()
        gaps: list[int] = []

        async def note(event: Any) -> None:
            nonlocal taken
            await backlog.wait()
            taken += 1
            if taken == count:
                over.set()

        async def other() -> None:
            while not over.is_set():
                gaps.append(taken)
                await asyncio.sleep(0)

        events = conn.events(Domain.EVENT_ID_LIFECYCLE)
        if by == "callbacks":
            await conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, note)
            queue = conn._events()._queue
        else:
            await events.__aenter__()
            queue = events._queue
        for detail in range(count):
            daemon.emit(0, GUEST, 100, detail)
        await asyncio.to_thread(until, lambda: len(queue) >= count - 1)
        clock = Clock()
        monkeypatch.setattr("sysvirt._session.aio_facade.time", clock)
        monkeypatch.setattr("sysvirt._async.connection.delivery.time", clock)
        task = asyncio.create_task(other())
        backlog.set()
        if by == "an iterator":
            async for event in events:
                await note(event)
                if over.is_set():
                    break
        await asyncio.wait_for(over.wait(), PATIENCE)
        await task
        assert max(after - before for before, after in itertools.pairwise(gaps)) < 50
        await events.close()
        await conn.close()

    asyncio.run(main())
