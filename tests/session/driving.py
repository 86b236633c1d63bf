"""Both pumps behind one face, so that the same tests drive both: every call is a future."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from sysvirt._protocol.procedure import Procedure
from sysvirt._session.aio import AsyncPump
from sysvirt._session.blocking import BlockingPump
from sysvirt._session.call import Call, Waiter
from sysvirt._session.core import Session
from sysvirt._session.stream import StreamState
from sysvirt._transport.link import Link
from tests.session.peer import PATIENCE, Peer, conversation, in_thread


def taken(stream: StreamState) -> tuple[int, int, bytes, int] | None:
    """The oldest frame of a stream, taken as it came. The session's lock is held, or nobody else is there."""
    frame = stream.first()
    if frame is not None:
        stream.head += 1
        stream.free_taken()
    return frame


def deadline(timeout: float | None) -> float | None:
    """As the pumps take it: both loops' clock is the monotonic one."""
    return None if timeout is None else time.monotonic() + timeout


class Driver:
    """What the futures hold is what the call returned or raised."""

    session: Session
    pump: BlockingPump | AsyncPump

    def call(self, procedure: Procedure[..., Any], *args: Any, **how: Any) -> Future[Any]:
        raise NotImplementedError

    def call_with_fds(self, procedure: Procedure[..., Any], *args: Any) -> Future[Any]:
        raise NotImplementedError

    def send_frame(
        self, data: bytes, timeout: float | None = None, tail: bytes | memoryview = b""
    ) -> Future[Any]:
        raise NotImplementedError

    def wait_ready(self, waiter: Waiter, timeout: float | None = None) -> Future[Any]:
        raise NotImplementedError

    def wait_for_queued(self, call: Call, timeout: float | None = None) -> Future[Any]:
        raise NotImplementedError

    def close(self) -> Future[Any]:
        raise NotImplementedError

    def end(self) -> None:
        """Closes what is still open and leaves nothing running."""


class Threads(Driver):
    """The blocking pump: a thread for each call."""

    def __init__(self, link: Link) -> None:
        self.session = Session()
        self.pump: BlockingPump = BlockingPump(link, self.session)

    def call(
        self,
        procedure: Procedure[..., Any],
        *args: Any,
        timeout: float | None = None,
        stream: StreamState | None = None,
        fds: Sequence[int] = (),
    ) -> Future[Any]:
        return in_thread(self.pump.call, procedure, args, deadline(timeout), stream, fds)

    def call_with_fds(self, procedure: Procedure[..., Any], *args: Any) -> Future[Any]:
        return in_thread(self.pump.call_with_fds, procedure, args)

    def send_frame(
        self, data: bytes, timeout: float | None = None, tail: bytes | memoryview = b""
    ) -> Future[Any]:
        return in_thread(self.pump.send_frame, data, deadline(timeout), tail)

    def wait_ready(self, waiter: Waiter, timeout: float | None = None) -> Future[Any]:
        return in_thread(self.pump.wait_ready, waiter, deadline(timeout))

    def wait_for_queued(self, call: Call, timeout: float | None = None) -> Future[Any]:
        return in_thread(self.pump.wait_for_queued, call, deadline(timeout))

    def close(self) -> Future[Any]:
        return in_thread(self.pump.close)

    def end(self) -> None:
        self.close().result(PATIENCE)


class Tasks(Driver):
    """The asyncio pump: a task for each call, on a loop with a thread of its own."""

    pump: AsyncPump

    def __init__(self, link: Link) -> None:
        self.session = Session()
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

        async def start() -> AsyncPump:
            return AsyncPump(link, self.session)

        self.pump = self._run(start()).result(PATIENCE)

    def _run(self, coroutine: Coroutine[Any, Any, Any]) -> Future[Any]:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    def call(
        self,
        procedure: Procedure[..., Any],
        *args: Any,
        timeout: float | None = None,
        stream: StreamState | None = None,
        fds: Sequence[int] = (),
    ) -> Future[Any]:
        return self._run(self.pump.call(procedure, args, deadline(timeout), stream, fds))

    def call_with_fds(self, procedure: Procedure[..., Any], *args: Any) -> Future[Any]:
        return self._run(self.pump.call_with_fds(procedure, args))

    def send_frame(
        self, data: bytes, timeout: float | None = None, tail: bytes | memoryview = b""
    ) -> Future[Any]:
        return self._run(self.pump.send_frame(data, deadline(timeout), tail))

    def wait_ready(self, waiter: Waiter, timeout: float | None = None) -> Future[Any]:
        return self._run(self.pump.wait_ready(waiter, deadline(timeout)))

    def wait_for_queued(self, call: Call, timeout: float | None = None) -> Future[Any]:
        return self._run(self.pump.wait_for_queued(call, deadline(timeout)))

    def close(self) -> Future[Any]:
        return self._run(self.pump.close())

    def end(self) -> None:
        self.close().result(PATIENCE)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(PATIENCE)
        self.loop.close()


DRIVERS: dict[str, Callable[[Link], Driver]] = {"blocking": Threads, "aio": Tasks}


def partly_sent(driver: Driver) -> bool:
    """Whether a frame waits whose beginning has left."""
    return bool(driver.pump._out) if isinstance(driver.pump, AsyncPump) else bool(driver.pump._leftover)


@contextmanager
def driving(kind: str, script: Callable[[Peer], None]) -> Iterator[Driver]:
    """A pump of a kind in DRIVERS, whose peer follows the script."""
    with conversation(script) as link:
        driver = DRIVERS[kind](link)
        try:
            yield driver
        finally:
            driver.end()
