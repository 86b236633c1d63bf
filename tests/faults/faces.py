"""Both faces of sysvirt for one test.

A *script* is a generator that yields what it wants done: a function that makes a call of the API, which the
blocking face calls and the asyncio face calls and awaits. It is sent the result, or the exception is thrown
where it yielded.
"""

from __future__ import annotations

import asyncio
import gc
import socket
import threading
import time
import weakref
from collections.abc import Callable, Generator
from typing import Any, TypeAlias, TypeVar

import pytest

from sysvirt import testing
from tests.faults.loops import new_loop
from tests.held import descriptors, threads

T = TypeVar("T")
Step: TypeAlias = Callable[[], Any]
Script: TypeAlias = Generator["Step | Together", Any, T]

PATIENCE = 60.0

#: For tests that try both; see the fixture `transport`.
each_transport = pytest.mark.parametrize("transport", ["plain", "tls"], indirect=True)


class Together:
    """Steps that are done at the same time; the result is the list of their results, or exceptions."""

    def __init__(self, *steps: Step) -> None:
        self.steps = steps


class Face:
    name = ""

    def __init__(self) -> None:
        self._opened: list[weakref.ref[Any]] = []

    def connect(self, peer: testing.Peer | socket.socket, **options: Any) -> Any:
        """As a step: the connection."""
        raise NotImplementedError

    def run(self, script: Script[T]) -> T:
        """The result of a script. What one that fails leaves open is closed, so that only its own test fails."""
        raise NotImplementedError

    def _left_open(self) -> list[Any]:
        """The pumps of connections that were opened and not closed since this was asked last."""
        opened, self._opened = self._opened, []
        connections = [reference() for reference in opened]
        return [conn._pump for conn in connections if conn is not None and not conn._pump.closed]

    def loop(
        self,
        call: Callable[..., Any],
        argument: Callable[[int, int], object],
        right: Callable[[int, int, Any], bool],
        count: int,
        caller: int,
    ) -> Step:
        """A step that makes so many calls one after another; the result is how many answers were wrong."""
        raise NotImplementedError

    def repeat(self, call: Step, count: int) -> Step:
        """A step that makes a call so many times; the result is the list of answers."""
        raise NotImplementedError

    def after(self, wait: Callable[[], object], step: Step) -> Any:
        """As a step: first a wait that blocks, then another step."""
        raise NotImplementedError

    def wait(self, wait: Callable[[], object]) -> Any:
        """As a step: a wait that blocks, for which the loop must not stand still."""
        raise NotImplementedError

    def close(self) -> None:
        pass


class Blocking(Face):
    name = "blocking"

    def connect(self, peer: testing.Peer | socket.socket, **options: Any) -> Any:
        conn = testing.connect(peer, **options)
        self._opened.append(weakref.ref(conn))
        return conn

    def loop(
        self,
        call: Callable[..., Any],
        argument: Callable[[int, int], object],
        right: Callable[[int, int, Any], bool],
        count: int,
        caller: int,
    ) -> Step:
        def step() -> int:
            return sum(not right(caller, n, call(argument(caller, n))) for n in range(count))

        return step

    def repeat(self, call: Step, count: int) -> Step:
        return lambda: [call() for _ in range(count)]

    def after(self, wait: Callable[[], object], step: Step) -> Any:
        wait()
        return step()

    def wait(self, wait: Callable[[], object]) -> Any:
        return wait()

    def run(self, script: Script[T]) -> T:
        try:
            return _drive(script, self._step)
        except BaseException:
            for pump in self._left_open():
                pump.close()
            raise

    def _step(self, step: Step | Together) -> Any:
        if not isinstance(step, Together):
            return step()
        results: list[Any] = [None] * len(step.steps)

        def work(index: int, one: Step) -> None:
            try:
                results[index] = one()
            except Exception as error:
                results[index] = error

        threads = [threading.Thread(target=work, args=pair) for pair in enumerate(step.steps)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive(), "a call hangs"
        return results


class Asyncio(Face):
    name = "asyncio"

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner(loop_factory=new_loop)
        self._runner.get_loop()  # now, so that it does not count among a test's own belongings

    async def connect(self, peer: testing.Peer | socket.socket, **options: Any) -> Any:
        conn = await testing.connect_async(peer, **options)
        self._opened.append(weakref.ref(conn))
        return conn

    def loop(
        self,
        call: Callable[..., Any],
        argument: Callable[[int, int], object],
        right: Callable[[int, int, Any], bool],
        count: int,
        caller: int,
    ) -> Step:
        async def step() -> int:
            wrong = 0
            for n in range(count):
                wrong += not right(caller, n, await call(argument(caller, n)))
            return wrong

        return step

    def repeat(self, call: Step, count: int) -> Step:
        async def step() -> list[Any]:
            return [await call() for _ in range(count)]

        return step

    async def after(self, wait: Callable[[], object], step: Step) -> Any:
        await asyncio.to_thread(wait)
        return await step()

    def wait(self, wait: Callable[[], object]) -> Any:
        return asyncio.to_thread(wait)

    def close(self) -> None:
        self._runner.close()

    def run(self, script: Script[T]) -> T:
        return self._runner.run(self._whole(script))

    async def _whole(self, script: Script[T]) -> T:
        try:
            return await self._run(script)
        except BaseException:
            for pump in self._left_open():
                await pump.close()
            raise
        finally:
            # What ends with its connection may take the loop's next rounds for it.
            others = asyncio.all_tasks() - {asyncio.current_task()}
            if others:
                _, left = await asyncio.wait(others, timeout=PATIENCE)
                assert not left, f"tasks are left: {left}"

    async def _run(self, script: Script[T]) -> T:
        value: Any = None
        error: BaseException | None = None
        while True:
            try:
                step = script.throw(error) if error is not None else script.send(value)
            except StopIteration as end:
                result: T = end.value
                return result
            value = error = None
            try:
                if isinstance(step, Together):
                    value = await asyncio.wait_for(
                        asyncio.gather(*(_await(one) for one in step.steps), return_exceptions=True), PATIENCE
                    )
                else:
                    value = await _await(step)
            except (Exception, KeyboardInterrupt) as raised:
                error = raised


async def _await(step: Step) -> Any:
    result = step()
    return await result if hasattr(result, "__await__") else result


def _drive(script: Script[T], do: Callable[[Step | Together], Any]) -> T:
    value: Any = None
    error: BaseException | None = None
    while True:
        try:
            step = script.throw(error) if error is not None else script.send(value)
        except StopIteration as end:
            result: T = end.value
            return result
        value = error = None
        try:
            value = do(step)
        except (Exception, KeyboardInterrupt) as raised:
            error = raised


class Belongings:
    """What the process has at a time: descriptors and threads. `check` fails when there is more."""

    def __init__(self) -> None:
        self._descriptors = descriptors()
        self._threads = threads()

    def check(self, context: object = "") -> None:
        """Threads that are about to end get the time for it: the dispatcher of callbacks lingers, for one."""
        end = time.monotonic() + PATIENCE
        while left := threads() - self._threads:
            assert time.monotonic() < end, f"threads are left: {left} of {threading.enumerate()} {context}"
            time.sleep(0.001)
        if self._come():
            gc.collect()
        assert not self._come(), f"descriptors are left: {self._come()} {context}"

    def _come(self) -> dict[str, str]:
        return {fd: target for fd, target in descriptors().items() if fd not in self._descriptors}
