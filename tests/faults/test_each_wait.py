"""A task cancelled at each of its waits, in what takes several steps: nothing is left open, and all goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest

from sysvirt import Domain, LifecycleEvent, OperationFailed, aio
from sysvirt.testing import FakeDaemon, connect_async
from tests.faults.cancelling import Cancel, each_wait
from tests.faults.conversation import BIG, GUEST
from tests.faults.faces import PATIENCE, Belongings
from tests.faults.moving import HELD, PARAMS, Hosts
from tests.faults.registering import LIFECYCLE, REBOOT, registered

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


async def until(condition: Callable[[], object], what: object) -> None:
    for _ in range(int(PATIENCE / 0.005)):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError(what)


def run(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """To its end, and that of all tasks it leaves."""

    async def whole() -> None:
        await main()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if others:
            _, left = await asyncio.wait(others, timeout=PATIENCE)
            assert not left

    asyncio.run(whole())


async def goes_on(daemon: FakeDaemon, conn: aio.Connection, cancel: Cancel) -> None:
    """Calls, events and callbacks work."""
    got: list[int] = []
    assert await conn.get_hostname() == "somewhere", cancel
    number = await conn.domain_event_register_any(None, LIFECYCLE, lambda event: got.append(event.detail))
    async with conn.events(LIFECYCLE) as events:
        for detail in (1, 2):
            daemon.emit(0, GUEST, 100, detail)
        found = [await events.next_event(PATIENCE) for _ in range(2)]
    details = [int(event.detail) for event in found if isinstance(event, LifecycleEvent)]
    assert details == [1, 2], cancel
    await until(lambda: got == [1, 2], cancel)
    await conn.domain_event_deregister_any(number)


async def nothing_registered(daemon: FakeDaemon, conn: aio.Connection, cancel: Cancel) -> None:
    assert await conn.get_hostname() == "somewhere", cancel
    await until(lambda: not registered(daemon), cancel)
    if conn._delivery is not None:
        assert not conn._channel.router.registrations, cancel
        assert not conn._delivery.subscriptions, cancel
        assert not conn._delivery._callbacks, cancel


async def closed(daemon: FakeDaemon, conn: aio.Connection) -> None:
    await conn.close()
    await until(lambda: not daemon.clients, "a connection is left")


def each(
    daemon: FakeDaemon,
    operation: Callable[[aio.Connection], Awaitable[object]],
    after: Callable[[aio.Connection, Cancel, bool], Awaitable[object]],
) -> None:
    """Cancels it at each wait, each time over a new connection, on which all goes on."""

    async def main() -> None:
        for cancel in each_wait():
            conn = await connect_async(daemon)
            unharmed = await cancel.into(operation(conn))
            await after(conn, cancel, unharmed)
            await nothing_registered(daemon, conn, cancel)
            await goes_on(daemon, conn, cancel)
            await closed(daemon, conn)

    run(main)


async def nothing(*_: object) -> None: ...


def test_connecting(daemon: FakeDaemon, belongings: Belongings) -> None:
    async def main() -> None:
        for cancel in each_wait():

            async def use() -> None:
                async with aio.connect(daemon.uri, keepalive=(5, 5)) as conn:
                    await conn.get_hostname()

            await cancel.into(use())
            await until(lambda: not daemon.clients, cancel)

    run(main)


def test_an_event_stream(daemon: FakeDaemon) -> None:
    async def use(conn: aio.Connection) -> None:
        async with conn.events(LIFECYCLE, REBOOT):
            pass

    each(daemon, use, nothing)


def test_registering_a_callback(daemon: FakeDaemon) -> None:
    async def use(conn: aio.Connection) -> None:
        await conn.domain_event_register_any(None, LIFECYCLE, print)

    async def after(conn: aio.Connection, cancel: Cancel, unharmed: bool) -> None:
        if unharmed:
            await conn.domain_event_deregister_any(0)

    each(daemon, use, after)


def test_deregistering_callbacks(daemon: FakeDaemon) -> None:
    async def use(conn: aio.Connection) -> None:
        await asyncio.shield(conn.domain_event_register(print))
        await conn.domain_event_deregister()

    async def after(conn: aio.Connection, cancel: Cancel, unharmed: bool) -> None:
        if not unharmed:
            await conn.get_hostname()
            await conn.domain_event_deregister()

    each(daemon, use, after)


def test_waiting_for_a_state(daemon: FakeDaemon) -> None:
    async def use(conn: aio.Connection) -> None:
        guest = await conn.get_domain_by_name("guest")
        await guest.wait_for_state(Domain.STATE_RUNNING, timeout=PATIENCE)

    each(daemon, use, nothing)


def test_a_stream(daemon: FakeDaemon) -> None:
    daemon.on("STORAGE_VOL_LOOKUP_BY_PATH", ("pool", "volume", "/key"))

    async def use(conn: aio.Connection) -> None:
        volume = await conn.get_storage_volume_by_path("/key")
        async with conn.new_stream() as stream:
            await volume.download(stream)
            assert len(await stream.read()) == len(BIG) + 1000 + 7

    async def after(conn: aio.Connection, cancel: Cancel, unharmed: bool) -> None:
        await conn.get_hostname()
        for call in daemon.received("STORAGE_VOL_DOWNLOAD"):
            await until(lambda: call.ended or call.client.closed, cancel)  # noqa: B023
        await until(lambda: not conn._pump.session.streams, cancel)
        volume = await conn.get_storage_volume_by_path("/key")
        stream = conn.new_stream()
        await volume.download(stream)
        assert await stream.read() == BIG + bytes(1000) + b"the end"
        await stream.finish()

    each(daemon, use, after)


def test_a_console(daemon: FakeDaemon) -> None:
    async def use(conn: aio.Connection) -> None:
        guest = await conn.get_domain_by_name("guest")
        async with guest.console() as console:
            await console.expect("login: ")
            await console.send_line("root")

    async def after(conn: aio.Connection, cancel: Cancel, unharmed: bool) -> None:
        await until(lambda: len(daemon.clients) == 1, cancel)

    each(daemon, use, after)


def test_progress(daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sysvirt._async.domain.progress._INTERVAL", 0.001)
    daemon.on("DOMAIN_GET_JOB_INFO", (2, *([5] * 11)))
    daemon.on("DOMAIN_GET_JOB_STATS", (0, []))
    daemon.on("DOMAIN_SAVE", None)

    async def use(conn: aio.Connection) -> None:
        guest = await conn.get_domain_by_name("guest")
        async for _ in guest.with_progress(guest.save, "/somewhere"):
            pass

    each(daemon, use, nothing)


def test_closing(daemon: FakeDaemon, belongings: Belongings) -> None:
    async def main() -> None:
        for cancel in each_wait():
            conn = await connect_async(daemon)
            guest = await conn.get_domain_by_name("guest")
            await conn.domain_event_register_any(None, REBOOT, print)
            stream = conn.new_stream()
            await guest.open_console(stream)
            async with conn.events(LIFECYCLE) as events:
                waiting = [asyncio.ensure_future(events.next_event()) for _ in range(2)]
                await cancel.into(conn.close())
                done, left = await asyncio.wait(waiting, timeout=PATIENCE)
                assert not left, cancel
                assert all(task.exception() for task in done), cancel
            await until(lambda: not daemon.clients, cancel)

    run(main)


@pytest.mark.parametrize("fault", ["", HELD])
def test_a_migration(fault: str, belongings: Belongings) -> None:
    """The guest is at one host in the end, and both connections have all their places; perform is aborted."""

    async def main() -> None:
        for cancel in each_wait():
            hosts = Hosts()
            if fault:
                hosts.faults["perform"] = fault
                hosts.later("perform", 0.1, hosts.end_perform)
            source, target = await connect_async(hosts.source), await connect_async(hosts.target)
            guest = await source.get_domain_by_name("guest")
            try:
                await cancel.into(guest.migrate(target, PARAMS))
            except OperationFailed:
                assert fault
            await asyncio.to_thread(hosts.settled, cancel)
            for conn in (source, target):
                places = conn._channel.session.admission
                await until(lambda: not (places._ordinary or places._keys), cancel)  # noqa: B023
                assert await conn.get_hostname() == "somewhere"
                await conn.close()
            hosts.close()

    run(main)
