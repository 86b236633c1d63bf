"""Much of the same: events, callers, connections, daemons."""

from __future__ import annotations

import asyncio
import logging
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import sysvirt
from rig.host import Host
from soak.figures import Finding, Held, compare, held, reached, thread_count
from sysvirt import Connection, Domain, LifecycleEvent, aio
from sysvirt.errors import CallTimeout, ConnectionLost, NoConnect

GUESTS = 20
XML = "<domain type='test'><name>{}</name><memory>1024</memory><os><type>hvm</type></os></domain>"


def define_guests(conn: Connection) -> list[Domain]:
    """Running guests of the test driver, which live as long as somebody is connected to it."""
    return [conn.create_domain(XML.format(f"soak-{number}")) for number in range(GUESTS)]


# --- events ----------------------------------------------------------------------------------------

#: So far the producer runs ahead of the slowest consumer.
AHEAD = 2000


def order() -> Iterator[int]:
    """Which guest is suspended and resumed next: the same for whoever asks."""
    chance = random.Random(3)
    while True:
        yield chance.randrange(GUESTS)


class Expected:
    """Checks events against the order in which they were caused."""

    def __init__(self, names: list[str]) -> None:
        self._names = names
        self._order = order()
        self._guest = -1
        self.count = 0

    def check(self, event: object) -> None:
        first = self.count % 2 == 0
        if first:
            self._guest = next(self._order)
        if not isinstance(event, LifecycleEvent):
            raise Finding(f"{event!r} after {self.count} events")
        kind = Domain.EVENT_SUSPENDED if first else Domain.EVENT_RESUMED
        if event.event != kind or event.domain.get_name() != self._names[self._guest]:
            raise Finding(
                f"{event!r} after {self.count} events, instead of {self._names[self._guest]} {kind!r}"
            )
        self.count += 1


def events(host: Host, seconds: float) -> str:
    """One who iterates, a callback that calls and raises, and a task: each gets every event, in order."""
    logging.getLogger("sysvirt.events").disabled = True  # it would tell of every callback that raises
    with sysvirt.connect(host.test_uri) as conn:
        guests = define_guests(conn)
        names = [guest.get_name() for guest in guests]
        consumers = [Expected(names) for _ in range(3)]
        failures: list[BaseException] = []
        listening = threading.Barrier(4)
        over = threading.Event()
        total = -1

        def complete(consumer: Expected) -> bool:
            return bool(failures) or (over.is_set() and consumer.count >= total)

        def iterate(consumer: Expected) -> None:
            with sysvirt.connect(host.test_uri) as own, own.events(Domain.EVENT_ID_LIFECYCLE) as stream:
                listening.wait()
                while not complete(consumer):
                    event = stream.next_event(0.2)
                    if event is not None:
                        consumer.check(event)

        def call_back(consumer: Expected) -> None:
            with sysvirt.connect(host.test_uri) as own:

                def callback(event: object) -> None:
                    try:
                        consumer.check(event)
                        if consumer.count % 50 == 0 and isinstance(event, LifecycleEvent):
                            own.get_domain_by_name(event.domain.get_name())
                    except BaseException as error:
                        failures.append(error)
                    if consumer.count % 1000 == 0:
                        raise RuntimeError  # which stops nothing

                own.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, callback)
                listening.wait()
                while not complete(consumer):
                    time.sleep(0.05)

        async def iterate_as_task(consumer: Expected) -> None:
            async with aio.connect(host.test_uri) as own, own.events(Domain.EVENT_ID_LIFECYCLE) as stream:
                listening.wait()
                while not complete(consumer):
                    event = await stream.next_event(0.2)
                    if event is not None:
                        consumer.check(event)

        def guarded(function: object, consumer: Expected) -> None:
            try:
                function(consumer)  # type: ignore[operator]
            except BaseException as error:
                failures.append(error)
                listening.abort()

        def run_task(consumer: Expected) -> None:
            asyncio.run(iterate_as_task(consumer))

        threads = [
            threading.Thread(target=guarded, args=(function, consumer))
            for function, consumer in zip((iterate, call_back, run_task), consumers, strict=True)
        ]
        for thread in threads:
            thread.start()
        listening.wait(60)

        warm: Held | None = None
        produced = 0
        begin = time.monotonic()
        for number in order():
            guests[number].suspend()
            guests[number].resume()
            produced += 2
            if produced % 500 == 0:
                while produced - min(consumer.count for consumer in consumers) > AHEAD and not failures:
                    time.sleep(0.01)
                if failures or time.monotonic() - begin > seconds:
                    break
                if warm is None and time.monotonic() - begin > seconds / 4:
                    warm = held()
        rate = produced / (time.monotonic() - begin)
        reached(lambda: failures or all(c.count == produced for c in consumers), "every event has come")
        now = held()
        total = produced
        over.set()
        for thread in threads:
            thread.join(60)
        if failures:
            raise failures[0]
        growth = "" if warm is None else f", {compare(warm, now, produced)}"
        return f"{produced} events to each of three, {rate:.0f} a second{growth}"


# --- callers ---------------------------------------------------------------------------------------


def callers(host: Host, seconds: float) -> str:
    """Fifty threads, and fifty tasks, on one connection each: every one gets its own answers."""
    with sysvirt.connect(host.test_uri) as conn:
        guests = define_guests(conn)
        counts = [0] * 50
        failures: list[BaseException] = []
        end = time.monotonic() + seconds / 2

        def caller(number: int) -> None:
            guest = guests[number % GUESTS]
            try:
                while time.monotonic() < end and not failures:
                    if (
                        conn.get_domain_by_name(guest.get_name()) != guest
                        or f"<name>{guest.get_name()}</name>" not in guest.get_xml_description()
                        or conn.get_domain_by_uuid(guest.get_uuid()) != guest
                    ):
                        raise Finding("a wrong answer")
                    counts[number] += 3
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=caller, args=(number,)) for number in range(len(counts))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(seconds / 2 + 60)
        if failures:
            raise failures[0]
        if any(thread.is_alive() for thread in threads):
            raise Finding("a thread hangs")
        names = [guest.get_name() for guest in guests]
        in_tasks = asyncio.run(_callers(host, names, seconds / 2))
        return f"{sum(counts)} calls of 50 threads, the fewest {min(counts)}; {in_tasks} of 50 tasks"


async def _callers(host: Host, names: list[str], seconds: float) -> int:
    async with aio.connect(host.test_uri) as conn:
        end = time.monotonic() + seconds

        async def caller(name: str) -> int:
            count = 0
            while time.monotonic() < end:
                guest = await conn.get_domain_by_name(name)
                if (
                    guest.get_name() != name
                    or f"<name>{name}</name>" not in await guest.get_xml_description()
                ):
                    raise Finding("a wrong answer")
                count += 2
            return count

        return sum(await asyncio.gather(*(caller(names[number % GUESTS]) for number in range(50))))


# --- connections and daemons -----------------------------------------------------------------------


def connections(host: Host, seconds: float) -> str:
    """Opened, used in many ways, left in many states, and closed: nothing is left behind."""
    return asyncio.run(_connections(host, seconds))


async def _connections(host: Host, seconds: float) -> str:
    # Left to itself it starts another one when the first has not come to rest yet.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    with sysvirt.connect(host.test_uri) as conn:
        guest = define_guests(conn)[0]
        rounds = 0
        before: Held | None = None
        begin = time.monotonic()
        while before is None or time.monotonic() - begin < seconds:
            await asyncio.to_thread(_use, host.test_uri, guest, rounds)
            await _use_as_task(host.test_uri, guest, rounds)
            rounds += 1
            if before is None and (rounds >= 20 or (rounds >= 6 and time.monotonic() - begin > seconds / 2)):
                await _alone()
                before, warm = held(), rounds
        await _alone()
        return compare(before, held(), rounds - warm)


async def _alone() -> None:
    """Waits until no thread and no task is left but this one and the one that helps it."""
    end = time.monotonic() + 60
    while thread_count() > 2 or len(asyncio.all_tasks()) > 1:
        if time.monotonic() > end:
            raise Finding(f"left behind: {thread_count() - 2} threads, {asyncio.all_tasks()}")
        await asyncio.sleep(0.01)


def _use(uri: str, guest: Domain, number: int) -> None:
    conn = sysvirt.connect(uri, keepalive=(5, 3) if number % 2 else None)
    twin = conn.get_domain_by_name(guest.get_name())
    if number % 3 == 0:
        conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, print_nothing)
    with conn.events(Domain.EVENT_ID_LIFECYCLE) as events:
        guest.suspend()
        guest.resume()
        if events.next_event(60) is None:
            raise Finding("an event did not come")
        with suppress(CallTimeout), conn.timeout(0.0001):
            twin.get_xml_description()
        if number % 5 == 0:
            conn.close()
    conn.close()


async def _use_as_task(uri: str, guest: Domain, number: int) -> None:
    conn = await aio.connect(uri, keepalive=(5, 3) if number % 2 else None)
    twin = await conn.get_domain_by_name(guest.get_name())
    if number % 3 == 0:
        await conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, print_nothing)
    async with conn.events(Domain.EVENT_ID_LIFECYCLE) as events:
        guest.suspend()
        guest.resume()
        if await events.next_event(60) is None:
            raise Finding("an event did not come")
        task = asyncio.create_task(twin.get_xml_description())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if number % 5 == 0:
            await conn.close()
    await conn.close()


def print_nothing(event: object) -> None:
    """A callback."""


def daemons(host: Host, seconds: float) -> str:
    """A daemon that is killed and started again, with everything open: everybody is told, nothing is left."""
    rounds = 0
    before: Held | None = None
    begin = time.monotonic()
    while before is None or time.monotonic() - begin < seconds:
        _kill_and_start(host)
        rounds += 1
        if before is None and (rounds >= 3 or time.monotonic() - begin > seconds / 2):
            before, warm = held(), rounds
    return compare(before, held(), rounds - warm)


def _kill_and_start(host: Host) -> None:
    conn = sysvirt.connect(host.test_uri, keepalive=(1, 3))
    guest = conn.list_all_domains()[0]
    told: list[BaseException] = []
    at_it: list[str] = []

    def call() -> None:
        try:
            guest.get_xml_description()
            at_it.append("a call")
            while True:
                guest.get_xml_description()
        except BaseException as error:
            told.append(error)

    def listen() -> None:
        try:
            with conn.events(Domain.EVENT_ID_LIFECYCLE) as events:
                at_it.append("events")
                while True:
                    events.next_event()
        except BaseException as error:
            told.append(error)

    async def call_as_task() -> None:
        async with aio.connect(host.test_uri) as own:
            twin = await own.get_domain_by_name(guest.get_name())
            at_it.append("a task")
            while True:
                await twin.get_info()

    def run_task() -> None:
        try:
            asyncio.run(call_as_task())
        except BaseException as error:
            told.append(error)

    threads = [threading.Thread(target=target) for target in (call, call, listen, run_task)]
    for thread in threads:
        thread.start()
    reached(lambda: len(at_it) == len(threads), "all are at it")
    host.kill_daemon()
    for thread in threads:
        thread.join(60)
    conn.close()
    wrong = [error for error in told if type(error) not in (ConnectionLost, NoConnect)]
    if len(told) != len(threads) or wrong:
        raise Finding(f"not everybody was told well: {told}") from (wrong[0] if wrong else None)
    reached(lambda: thread_count() == 1, "no thread is left behind")
    host.start_daemon()
