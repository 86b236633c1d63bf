"""Blocks with a timeout: whose calls they limit, in whatever order they are left, and when that is interrupted."""

from __future__ import annotations

import asyncio
import contextvars
import signal
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import ExitStack
from types import FrameType, SimpleNamespace

import pytest

from sysvirt import _timeouts
from sysvirt._timeouts import Deadline, Timeout, deadline_of_blocks
from tests.faults.faces import PATIENCE
from tests.faults.striking import each_point


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time stands still, so that a deadline tells which block it is of."""
    monkeypatch.setattr("sysvirt._timeouts.time", SimpleNamespace(monotonic=lambda: 0.0))


@pytest.fixture
def owner() -> object:
    return object()


def limit(owner: object) -> float | None:
    return deadline_of_blocks(owner)[1]


def is_limited(owner: object) -> bool:
    return deadline_of_blocks(owner)[0]


# --- which counts ------------------------------------------------------------------------------------


def test_the_earliest_counts(owner: object) -> None:
    assert deadline_of_blocks(owner) == (False, None)
    with Timeout(owner, 5):
        assert deadline_of_blocks(owner) == (True, 5)
        with Timeout(owner, 7):
            assert limit(owner) == 5
            with Timeout(owner, 3):
                assert limit(owner) == 3
            assert limit(owner) == 5
    assert deadline_of_blocks(owner) == (False, None)


def test_none_lifts_those_around(owner: object) -> None:
    with Timeout(owner, 5), Timeout(owner, None):
        assert deadline_of_blocks(owner) == (True, None)
        with Timeout(owner, 7):
            assert limit(owner) == 7


@pytest.mark.parametrize("deadline", [-1.0, 9.0, None])
def test_a_deadline_ignores_those_around(owner: object, deadline: float | None) -> None:
    """Also where they are over."""
    with Timeout(owner, 5), Timeout(owner, 0.001):
        with Deadline(owner, deadline):
            assert deadline_of_blocks(owner) == (True, deadline)
            with Timeout(owner, 8):
                assert limit(owner) == (8 if deadline is None else min(8, deadline))
        assert limit(owner) == 0.001


def test_each_connection_has_its_own(owner: object) -> None:
    other = object()
    with Timeout(owner, 5), Timeout(other, None), Timeout(owner, 7):
        assert limit(owner) == 5
        assert deadline_of_blocks(other) == (True, None)
        assert not is_limited(object())


# --- left in any order -------------------------------------------------------------------------------


def bounded(owner: object, seconds: float) -> Generator[float | None]:
    with Timeout(owner, seconds):
        while True:
            yield limit(owner)


def test_a_generator_leaves_its_own(owner: object) -> None:
    first = bounded(owner, 1)
    assert next(first) == 1
    with Timeout(owner, 5):
        assert limit(owner) == 1  # a generator has the context of who runs it
        first.close()
        assert limit(owner) == 5
    assert not is_limited(owner)


def test_generators_leave_in_the_order_they_came(owner: object) -> None:
    some = [bounded(owner, seconds) for seconds in (3, 1, 2)]
    for generator in some:
        next(generator)
    left = []
    for generator in some:
        generator.close()
        left.append(limit(owner))
    assert left == [1, 2, None]


def test_a_generator_is_closed_by_another_thread(owner: object) -> None:
    """That has a block of its own, which it keeps; here nothing remains."""
    some = [bounded(owner, 1)]
    next(some[0])
    found: list[float | None] = []

    def close() -> None:
        with Timeout(owner, 5):
            some.pop().close()
            found.append(limit(owner))

    thread = threading.Thread(target=close)
    thread.start()
    thread.join(PATIENCE)
    assert found == [5]
    assert not is_limited(owner)


def test_one_block_is_entered_twice(owner: object) -> None:
    block = Timeout(owner, 5)
    with block, Timeout(owner, 7), block:
        assert limit(owner) == 5
    assert not is_limited(owner)
    block.__enter__()
    block.__enter__()
    block.__exit__()
    assert limit(owner) == 5
    block.__exit__()
    assert not is_limited(owner)


def test_threads_share_a_block(owner: object) -> None:
    block = Timeout(owner, 5)
    both = threading.Barrier(2)
    found: list[bool] = []

    def use() -> None:
        with block:
            both.wait(PATIENCE)
            found.append(is_limited(owner))
            both.wait(PATIENCE)
        found.append(is_limited(owner))

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(found) == [False, False, True, True]


def test_what_is_begun_in_a_block_keeps_its_limit(owner: object) -> None:
    """A task, whose context is a copy, when the block has been left; and its leaving takes nobody else's."""
    found: list[float | None] = []

    async def main() -> None:
        go_on = asyncio.Event()

        async def task() -> None:
            with Timeout(owner, 9):
                await go_on.wait()
                found.append(limit(owner))
            found.append(limit(owner))

        with Timeout(owner, 5):
            running = asyncio.create_task(task())
            await asyncio.sleep(0)
        assert not is_limited(owner)
        with Timeout(owner, 7):
            go_on.set()
            await running
            found.append(limit(owner))

    asyncio.run(main())
    assert found == [5, 5, 7]


def test_a_copy_of_the_context_leaves_it(owner: object) -> None:
    """As the task does in which asyncio closes a generator: where it was entered it goes on until it is gone."""
    generator = bounded(owner, 1)
    next(generator)
    copy = contextvars.copy_context()
    copy.run(generator.close)
    assert copy.run(limit, owner) is None
    del generator
    assert not is_limited(owner)
    block = Timeout(owner, 2)
    block.__enter__()
    copy = contextvars.copy_context()
    copy.run(block.__exit__)
    assert copy.run(limit, owner) is None
    assert limit(owner) == 2
    block.__exit__()
    assert not is_limited(owner)


def test_an_async_generator_that_is_left_unfinished(owner: object) -> None:
    async def numbers() -> AsyncGenerator[int]:
        with Timeout(owner, 1):
            for number in range(5):
                yield number

    async def main() -> None:
        async for _ in numbers():
            break
        with Timeout(owner, 5):
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert limit(owner) == 5
        assert not is_limited(owner)

    asyncio.run(main())


# --- interrupted -------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [lambda owner: Timeout(owner, 1), lambda owner: Deadline(owner, 1)])
def test_struck_at_each_point(owner: object, make: Callable[[object], _timeouts.Block]) -> None:
    """Nothing remains of it, and the block around counts as before."""

    def use() -> None:
        with make(owner):
            deadline_of_blocks(owner)

    for strike in each_point():
        with Timeout(owner, 5):
            strike.into(use)
            assert limit(owner) == 5, strike.where
        assert not is_limited(owner), strike.where


def test_struck_when_it_is_entered_and_kept(owner: object) -> None:
    """Somebody has the block in a variable; it can be entered again."""
    for strike in each_point():
        block = Timeout(owner, 1)
        strike.into(block.__enter__)
        if strike.struck:
            assert not is_limited(owner), strike.where
            with block:
                assert limit(owner) == 1
        else:
            block.__exit__()
        assert not is_limited(owner), strike.where


def test_what_strikes_leave_does_not_pile_up(owner: object) -> None:
    depth = 0
    for strike in each_point():
        strike.into(lambda: Timeout(owner, 1).__enter__())
        with Timeout(owner, 5):
            chain = _timeouts._blocks.get()
            depth = 0
            while chain is not None:
                depth += 1
                chain = chain[1]
            assert depth == 1, strike.where
    assert depth == 1


@pytest.mark.parametrize("kept", [False, True], ids=["", "kept"])
def test_struck_by_a_signal_at_any_instant(
    owner: object, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing remains, though the exception, and in the second case the block, are there still."""
    # A finalizer is struck as well now and then; what tells of that would be, too.
    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)
    armed = False
    block = Timeout(owner, 2)

    def strike(_number: int, _frame: FrameType | None) -> None:
        if armed:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, strike)
    strikes = 0
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.00013)
        while strikes < 2000:
            try:
                armed = True
                use_many(lambda: block if kept else Timeout(owner, 2))
            except KeyboardInterrupt:
                armed = False
                strikes += 1
                assert not is_limited(owner)
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def use_many(make: Callable[[], Timeout]) -> None:
    while True:
        with make(), make():
            pass


def test_a_stack_of_contexts(owner: object) -> None:
    """`ExitStack` calls what it finds in the class."""
    with ExitStack() as stack:
        stack.enter_context(Timeout(owner, 5))
        assert limit(owner) == 5
    assert not is_limited(owner)
