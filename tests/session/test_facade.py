"""What converted code needs of time and concurrency, in the same words for both faces; a daemon started here."""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path

import pytest

from sysvirt._session import aio_facade, blocking_facade
from sysvirt._sync.connecting.unix import _start_daemon
from sysvirt.errors import NoConnect
from sysvirt.uri import SocketPlan
from tests.session.peer import PATIENCE


async def value(number: int) -> int:
    return number


async def after(event: asyncio.Event, number: int) -> int:
    await event.wait()
    return number


async def fails() -> None:
    raise KeyError("on purpose")


async def test_asyncio() -> None:
    facade = aio_facade
    go_on = asyncio.Event()
    quick, slow = facade.spawn(value, 1), facade.spawn(after, go_on, 2)
    assert await facade.first_of(quick, slow) is quick
    assert await quick.result() == 1
    assert await facade.first_of(slow, timeout=0.01) is None
    go_on.set()
    assert await slow.result() == 2
    assert await facade.shield(value, 3) == 3
    with pytest.raises(KeyError):
        await facade.shield(fails)
    with pytest.raises(KeyError):
        await facade.spawn(fails).result()


async def test_a_shielded_function_ends_before_its_caller_is_cancelled() -> None:
    ended: list[bool] = []
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def steps() -> None:
        begun.set()
        await go_on.wait()
        ended.append(True)

    task = asyncio.ensure_future(aio_facade.shield(steps))
    await begun.wait()
    task.cancel()
    await asyncio.sleep(0)  # it has come by then, and the steps go on
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == [True]


def test_blocking() -> None:
    facade = blocking_facade

    go_on = threading.Event()

    def now(number: int) -> int:
        return number

    def later(number: int) -> int:
        assert go_on.wait(PATIENCE)
        return number

    def fail() -> None:
        raise KeyError("on purpose")

    quick, slow = facade.spawn(now, 1), facade.spawn(later, 2)
    assert facade.first_of(quick, slow) is quick
    assert quick.result() == 1
    assert facade.first_of(slow, timeout=0.01) is None
    go_on.set()
    assert slow.result() == 2
    assert facade.shield(now, 3) == 3
    with pytest.raises(KeyError):
        facade.shield(fail)
    with pytest.raises(KeyError):
        facade.spawn(fail).result()


def test_a_shielded_function_ends_before_its_caller_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, ended = threading.Event(), threading.Event()
    real = blocking_facade.Job.wait
    waits: list[None] = []

    def steps() -> None:
        assert go_on.wait(PATIENCE)
        ended.set()

    def wait(job: blocking_facade.Job[None]) -> None:
        waits.append(None)
        if len(waits) == 1:
            raise KeyboardInterrupt
        go_on.set()
        real(job)

    monkeypatch.setattr(blocking_facade.Job, "wait", wait)
    with pytest.raises(KeyboardInterrupt):
        blocking_facade.shield(steps)
    assert ended.is_set()


def test_who_has_waited_for_a_job_leaves_nothing_at_it() -> None:
    go_on = threading.Event()
    job = blocking_facade.spawn(go_on.wait, PATIENCE)
    for _ in range(3):
        assert blocking_facade.first_of(job, timeout=0.001) is None
    assert not job._waiting
    go_on.set()
    assert job.result()


async def test_an_error_of_what_a_thread_did_is_its_own() -> None:
    """Also one that looks as if no thread could be had: it is done once."""
    done: list[None] = []

    def work() -> None:
        done.append(None)
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        await aio_facade.in_thread(work)
    assert len(done) == 1


def test_a_daemon_is_started(tmp_path: Path) -> None:
    path = str(tmp_path / "own")
    script = f"import socket; s = socket.socket(1); s.bind({path!r}); s.listen(); s.accept()[0].recv(9)"
    link = _start_daemon(SocketPlan(path, (sys.executable, "-c", script), (path,)), None)
    link.close()
    failing = SocketPlan(str(tmp_path / "never"), (sys.executable, "-c", "raise SystemExit(3)"), ())
    with pytest.raises(NoConnect, match="ended with status 3"):
        _start_daemon(failing, None)


async def test_what_a_thread_does_is_waited_for() -> None:
    """Whoever cancels it may close the file that it works on only then."""
    began, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        began.set()
        assert go_on.wait(PATIENCE)
        ended.set()

    task = asyncio.ensure_future(aio_facade.in_thread(work))
    assert await asyncio.to_thread(began.wait, PATIENCE)
    task.cancel()
    await asyncio.wait([task], timeout=0.05)
    assert not task.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()


def test_in_thread_of_the_blocking_face_is_a_call() -> None:
    assert blocking_facade.in_thread(max, 1, 3) == 3
