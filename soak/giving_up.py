"""Giving up at random instants, thousands of times: not a byte may be lost."""

from __future__ import annotations

import asyncio
import random
import signal
import threading
import time
from types import FrameType
from typing import Any

import sysvirt
from rig.host import Host
from soak.figures import Finding, reached
from sysvirt import aio
from sysvirt.errors import CallTimeout, NoDomain

#: More than the buffers of a socket hold.
LONG_NAME = "x" * 300_000
OTHERS = 3


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _rests(conn: Any) -> bool:
    """Whether no call is under way and nothing is held; a Finding when the connection is gone."""
    session = conn._pump.session
    if session.error is not None:
        raise Finding(f"the connection is gone: {session.error}")
    return not (
        session.pending or session.admission.queue or session.admission._ordinary or session.control_frames
    )


def interrupts(host: Host, seconds: float) -> str:
    """KeyboardInterrupt in the main thread at random instants, while other threads use the same connection."""
    chance = random.Random(1)
    with sysvirt.connect(host.test_uri) as conn:
        guest = conn.list_all_domains()[0]
        xml = guest.get_xml_description()
        over = threading.Event()
        counts = [0] * OTHERS
        failures: list[BaseException] = []

        def other(number: int) -> None:
            own = random.Random(number)
            try:
                while not over.is_set():
                    try:
                        with conn.timeout(own.choice((None, 30.0, 0.001))):
                            if guest.get_xml_description() != xml:
                                raise Finding("a wrong answer in another thread")
                    except CallTimeout:
                        pass
                    counts[number] += 1
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=other, args=(number,)) for number in range(OTHERS)]
        for thread in threads:
            thread.start()
        signal.signal(signal.SIGALRM, _interrupt)
        struck = calls = 0

        def call_on() -> None:
            # A function of its own: a strike at a loop's end would miss an `except` directly around it.
            nonlocal calls
            while True:
                if guest.get_xml_description() != xml or guest.get_info().nr_virt_cpu != 2:
                    raise Finding("a wrong answer")
                calls += 2
                if not calls % 16:
                    try:
                        conn.get_domain_by_name(LONG_NAME)
                    except NoDomain:
                        calls += 1

        end = time.monotonic() + seconds
        while time.monotonic() < end and not failures:
            try:
                signal.setitimer(signal.ITIMER_REAL, chance.uniform(0.00002, 0.006))
                call_on()
            except KeyboardInterrupt:
                struck += 1
        signal.setitimer(signal.ITIMER_REAL, 0)
        over.set()
        for thread in threads:
            thread.join(60)
        if failures:
            raise failures[0]
        if any(thread.is_alive() for thread in threads):
            raise Finding("another thread hangs")

        def rests() -> bool:
            conn.get_hostname()  # what an interrupted thread left undone is for the next call to do
            return _rests(conn)

        reached(rests, "nothing is under way any more")
        return f"{struck} interrupts, {calls} calls, {sum(counts)} beside"


def cancels(host: Host, seconds: float) -> str:
    """The same for tasks: cancelled, or at their deadline, at random instants."""
    return asyncio.run(_cancels(host, seconds))


async def _cancels(host: Host, seconds: float) -> str:
    chance = random.Random(2)
    async with aio.connect(host.test_uri) as conn:
        guest = (await conn.list_all_domains())[0]
        xml = await guest.get_xml_description()
        counts = {"cancelled": 0, "timeouts": 0, "calls": 0}

        async def once() -> None:
            if await guest.get_xml_description() != xml or (await guest.get_info()).nr_virt_cpu != 2:
                raise Finding("a wrong answer")
            counts["calls"] += 2
            if not chance.randrange(16):
                try:
                    await conn.get_domain_by_name(LONG_NAME)
                except NoDomain:
                    counts["calls"] += 1

        async def caller() -> None:
            while True:
                try:
                    with conn.timeout(chance.choice((None, 30.0, 0.001))):
                        await once()
                except CallTimeout:
                    counts["timeouts"] += 1

        end = time.monotonic() + seconds
        callers = [asyncio.create_task(caller()) for _ in range(OTHERS + 1)]
        while time.monotonic() < end:
            await asyncio.sleep(chance.uniform(0, 0.003))
            number = chance.randrange(len(callers))
            callers[number].cancel()
            ended = (await asyncio.gather(callers[number], return_exceptions=True))[0]
            if not isinstance(ended, asyncio.CancelledError):
                raise Finding("a task ended by itself") from ended
            counts["cancelled"] += 1
            callers[number] = asyncio.create_task(caller())
        for task in callers:
            task.cancel()
        await asyncio.gather(*callers, return_exceptions=True)
        end = time.monotonic() + 60
        while not _rests(conn):
            if time.monotonic() > end:
                raise Finding("calls stay under way")
            await asyncio.sleep(0.01)
        await once()
        return ", ".join(f"{count} {what}" for what, count in counts.items())
