"""A loop that ends before what was opened on it: nothing stays open and nothing is printed, whatever goes first."""

from __future__ import annotations

import asyncio
import gc
import itertools
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

import sysvirt
from sysvirt import Domain, aio
from sysvirt._session import aio_facade
from sysvirt._session.aio import AsyncPump
from sysvirt._session.core import Session
from sysvirt._transport.link import unix_link
from sysvirt._transport.memory import memory_pair
from sysvirt.testing import HOLD, FakeDaemon
from tests.faults.faces import PATIENCE, Belongings
from tests.faults.loops import LOOPS
from tests.faults.waits import until

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


@pytest.fixture
def busy(daemon: FakeDaemon) -> FakeDaemon:
    """Leaves everybody waiting."""
    daemon.on("CONNECT_GET_HOSTNAME", HOLD)
    daemon.on("STORAGE_VOL_LOOKUP_BY_PATH", ("pool", "volume", "/key"))
    daemon.on("STORAGE_VOL_DOWNLOAD", None)
    return daemon


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What comes out of finalizers, or is logged; but a task's own complaint that it was not waited for."""
    texts: list[str] = []

    def note(unraisable: Any) -> None:
        texts.append(f"{unraisable.exc_value!r} in {unraisable.object!r}")

    monkeypatch.setattr(sys, "unraisablehook", note)
    return texts


async def in_a_call(conn: aio.Connection) -> None:
    await conn.get_hostname()


async def in_many_calls(conn: aio.Connection) -> None:
    await asyncio.gather(*(conn.get_hostname() for _ in range(9)))


async def in_a_block(conn: aio.Connection) -> None:
    async with conn:
        with conn.timeout(PATIENCE):
            await conn.get_hostname()


async def in_events(conn: aio.Connection) -> None:
    async with conn.events(Domain.EVENT_ID_LIFECYCLE) as events:
        await events.next_event()


async def in_a_wait(conn: aio.Connection) -> None:
    guest = await conn.get_domain_by_name("guest")
    await guest.wait_for_state(Domain.STATE_SHUTOFF)


async def in_a_console(conn: aio.Connection) -> None:
    guest = await conn.get_domain_by_name("guest")
    async with guest.console() as console:
        await console.expect("never")


async def in_a_stream(conn: aio.Connection) -> None:
    volume = await conn.get_storage_volume_by_path("/key")
    async with conn.new_stream() as stream:
        await volume.download(stream)
        await stream.read()


async def in_a_handler(conn: aio.Connection) -> None:
    volume = await conn.get_storage_volume_by_path("/key")
    stream = conn.new_stream()
    await volume.download(stream)
    await stream.recv_all(lambda stream, data: None)


async def in_a_callback(conn: aio.Connection) -> None:
    begun = asyncio.Event()

    async def callback(event: object) -> None:
        begun.set()
        await asyncio.Event().wait()

    await conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, callback)
    guest = await conn.get_domain_by_name("guest")
    await guest.suspend()  # which emits an event
    await begun.wait()
    await asyncio.Event().wait()


async def with_keepalive(conn: aio.Connection) -> None:
    await conn.set_keep_alive(5, 3)
    await asyncio.Event().wait()


def waiting(
    loop: asyncio.AbstractEventLoop, daemon: FakeDaemon, use: Callable[[aio.Connection], Awaitable[None]]
) -> Any:
    """A connection, and a task that waits in a use of it."""

    async def start() -> Any:
        conn = await aio.connect(daemon.uri)
        task: Any = asyncio.ensure_future(use(conn))
        task._log_destroy_pending = False
        for _ in range(12):  # each behind what it has asked before
            await conn.get_library_version()
        return conn, task

    return loop.run_until_complete(start())


@pytest.mark.parametrize("end", ["closed", "dropped", "cancelled"])
@pytest.mark.parametrize(
    "use",
    [
        in_a_call, in_many_calls, in_a_block, in_events, in_a_wait, in_a_console, in_a_stream, in_a_handler,
        in_a_callback, with_keepalive,
    ],
)  # fmt: skip
@pytest.mark.parametrize("make_loop", LOOPS)
def test_whatever_goes_first(
    busy: FakeDaemon,
    printed: list[str],
    caplog: pytest.LogCaptureFixture,
    make_loop: Callable[[], asyncio.AbstractEventLoop],
    use: Callable[[aio.Connection], Awaitable[None]],
    end: str,
) -> None:
    if end == "dropped" and make_loop is not asyncio.new_event_loop:
        pytest.skip("one of uvloop's that was not closed is never collected")
    assert busy.uri  # it listens
    gc.collect()
    gc.freeze()  # what was there before is none of ours, and takes long to look through
    try:
        for order in itertools.permutations(("connection", "task", "loop")):
            dropped(busy, printed, make_loop, use, end, order)
            assert not caplog.records, order
    finally:
        gc.unfreeze()


def dropped(
    busy: FakeDaemon,
    printed: list[str],
    make_loop: Callable[[], asyncio.AbstractEventLoop],
    use: Callable[[aio.Connection], Awaitable[None]],
    end: str,
    order: tuple[str, ...],
) -> None:
    belongings = Belongings()
    loop = make_loop()
    conn, task = waiting(loop, busy, use)
    if end == "cancelled":
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            loop.run_until_complete(task)
    if end != "dropped":
        loop.close()
    left = {"connection": conn, "task": task, "loop": loop}
    del conn, task, loop
    for name in order:
        del left[name]
        gc.collect()
    until(lambda: not busy.clients, order)
    belongings.check(order)
    assert not printed, order


PROGRAM = """
import asyncio, sys
from sysvirt import aio
uri, end = sys.argv[1:]
def main():
    loop = asyncio.new_event_loop()
    async def start():
        conn = await aio.connect(uri)
        task = loop.create_task(conn.get_hostname())
        while not conn._pump.session.pending:  # until it is sent
            await asyncio.sleep(0)
        return conn, task
    conn, task = loop.run_until_complete(start())
    task._log_destroy_pending = False
    if "close" in end:
        loop.close()
    return conn, task
kept = main()
if "collect" in end:
    import gc
    del kept
    gc.collect()
"""


@pytest.mark.parametrize("end", ["nothing", "close", "collect", "close and collect"])
def test_at_exit(busy: FakeDaemon, end: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, busy.uri, end],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(sysvirt.__file__).parents[1])},
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    busy.wait_empty()


def test_a_finalizer_that_comes_too_late(belongings: Belongings, monkeypatch: pytest.MonkeyPatch) -> None:
    """On another thread, while the loop runs for the last time: the loop is told, and does not come to it any more."""
    loop = asyncio.new_event_loop()
    ours, theirs = memory_pair()

    async def start() -> AsyncPump:
        return AsyncPump(unix_link(ours), Session())

    pump: Any = loop.run_until_complete(start())
    with monkeypatch.context() as patch:
        patch.setattr(loop, "is_running", lambda: True)
        pump.close_from_finalizer()
    assert not pump.closed
    loop.close()
    del pump, loop
    gc.collect()
    assert ours.fileno() == -1
    theirs.close()


# --- threads for files -------------------------------------------------------------------------------


def refuse(*args: object, **kwargs: object) -> None:
    raise RuntimeError("can't start new thread")


def test_where_no_thread_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop does it, once: not again from the pool's queue, when there are threads again."""
    done: list[int] = []

    async def main() -> None:
        with monkeypatch.context() as patch:
            patch.setattr("threading.Thread.start", refuse)
            await aio_facade.in_thread(done.append, 1)
        await asyncio.to_thread(done.append, 2)  # behind what is in the queue

    asyncio.run(main())
    assert done == [1, 2]


def test_what_a_function_raises_is_its_own() -> None:
    calls: list[int] = []

    def fail() -> None:
        calls.append(1)
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        asyncio.run(aio_facade.in_thread(fail))
    assert calls == [1]


def test_a_shielded_function_whose_loop_is_gone(printed: list[str]) -> None:
    loop = asyncio.new_event_loop()

    async def wait() -> None:
        await asyncio.Event().wait()

    task: Any = loop.create_task(aio_facade.shield(wait))
    task._log_destroy_pending = False
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    del task, loop
    gc.collect()
    assert not printed
