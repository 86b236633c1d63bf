"""An asyncio connection belongs to its loop: used on another one it says so, and nothing is sent."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sysvirt import Domain, OperationInvalid, aio
from sysvirt.testing import FakeDaemon, connect_async
from tests.faults.faces import PATIENCE, Belongings


async def opened(daemon: FakeDaemon) -> tuple[aio.Connection, dict[str, Callable[[], Awaitable[object]]]]:
    """A connection, and uses of it and of what belongs to it."""
    conn = await connect_async(daemon)
    guest = await conn.get_domain_by_name("guest")
    events = conn.events(Domain.EVENT_ID_LIFECYCLE)
    await events.__aenter__()
    stream = conn.new_stream()
    await guest.open_console(stream)
    assert await stream.read(7) == b"login: "
    return conn, {
        "a call": conn.get_hostname,
        "a guest's call": guest.get_info,
        "an event": events.next_event,
        "more events": conn.events(Domain.EVENT_ID_REBOOT).__aenter__,
        "a callback": lambda: conn.domain_event_register_any(None, 0, print),
        "receiving": lambda: stream.recv(1),
        "sending": lambda: stream.send(b"x"),
        "a new stream": lambda: guest.open_console(conn.new_stream()),
    }


async def refused(uses: dict[str, Callable[[], Awaitable[object]]]) -> None:
    for use in uses.values():
        with pytest.raises(OperationInvalid, match="another event loop"):
            await asyncio.wait_for(use(), PATIENCE)


def test_while_its_own_runs(daemon: FakeDaemon, belongings: Belongings) -> None:
    async def main() -> None:
        conn, uses = await opened(daemon)
        sent = len(daemon.calls)
        await asyncio.to_thread(lambda: asyncio.run(refused(uses)))
        assert len(daemon.calls) == sent
        assert await conn.get_hostname() == "somewhere"
        await conn.close()

    asyncio.run(main())
    daemon.wait_empty()


def test_when_its_own_is_gone(daemon: FakeDaemon, belongings: Belongings) -> None:
    async def close(conn: aio.Connection, uses: dict[str, Callable[[], Awaitable[object]]]) -> None:
        await refused(uses)
        await conn.close()
        assert not conn.is_alive()

    conn, uses = asyncio.run(opened(daemon))
    asyncio.run(close(conn, uses))
    daemon.wait_empty()


def test_closed_from_another_loop(daemon: FakeDaemon, belongings: Belongings) -> None:
    """It closes all the same, where it belongs: who waits there is told."""

    async def main() -> None:
        conn, uses = await opened(daemon)
        waiting = asyncio.ensure_future(uses["an event"]())
        await asyncio.sleep(0)
        threads: list[Any] = [threading.Thread(target=lambda: asyncio.run(conn.close()))]
        threads[0].start()
        with pytest.raises(Exception, match="the connection was closed"):
            await asyncio.wait_for(waiting, PATIENCE)
        await asyncio.to_thread(threads[0].join)
        assert conn._pump.closed

    asyncio.run(main())
    daemon.wait_empty()
