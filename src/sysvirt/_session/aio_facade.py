"""Time and concurrency for converted code, for asyncio. `blocking_facade` has the same names."""

from __future__ import annotations

import asyncio
import inspect
import os
import socket
import time
from _thread import start_new_thread
from collections.abc import Awaitable
from contextvars import Context, copy_context
from functools import partial

from .._transport import tcp
from .._transport.link import Link, unix_link
from ..errors import OperationFailed
from .pump import callback_timeout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar

    P = ParamSpec("P")
    R = TypeVar("R")
    #: What a user's function may give: it may be a coroutine function.
    Given: TypeAlias = R | Awaitable[R]
    #: What a function of this face gives that takes its time.
    Later: TypeAlias = Awaitable[R]

    class _Typed(Generic[R]): ...

else:
    R = None

    class _Typed:
        def __class_getitem__(cls, item):
            return cls


#: How long a task that never has to wait may run before the loop's other tasks have their turn.
_TURN_SECONDS = 0.005

#: How a task is ended from outside: cancelled, or collected with its loop.
Cancelled = (asyncio.CancelledError, GeneratorExit)


class Job(_Typed[R]):
    """A function that runs beside its starter."""

    def __init__(self, function: Callable[[], Awaitable[R]], context: Context) -> None:
        self._task = _task(function, context)

    @property
    def done(self) -> bool:
        return self._task.done()

    async def result(self) -> R:
        """What the function returned, or its exception raised. Being cancelled leaves it running."""
        return await asyncio.shield(self._task)

    def drop(self) -> None:
        """Cancels it: its result is not wanted any more."""
        self._task.cancel()
        self._task.add_done_callback(_retrieve)

    async def give_up(self) -> None:
        """Its result is not wanted any more: it is cancelled, and waited for.

        Being cancelled leaves it to itself.
        """
        self.drop()
        await asyncio.wait((self._task,))


class Signal:
    """Something that happens once; `first_of` can wait for it."""

    def __init__(self) -> None:
        self._task: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def done(self) -> bool:
        return self._task.done()

    def set(self) -> None:
        """It has happened."""
        _wake(self._task)


def _task(function: Callable[[], Awaitable[R]], context: Context) -> asyncio.Task[R]:
    task = asyncio.get_running_loop().create_task(_await(function), context=context)
    # A task of our own: a user who ends the loop before it should get no warning about a task they never saw.
    task._log_destroy_pending = False  # type: ignore[attr-defined]
    return task


def _retrieve(task: asyncio.Future[Any]) -> None:
    """Prevents asyncio's warning about an exception that was never retrieved."""
    if not task.cancelled():
        task.exception()


def spawn(function: Callable[P, Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> Job[R]:
    """Runs a function beside this one, within the blocks that this one is in."""
    return Job(lambda: function(*args, **kwargs), copy_context())


def spawn_apart(function: Callable[[], Awaitable[R]]) -> Job[R]:
    """Runs a function beside all others, outside of any block that the caller is in."""
    return Job(function, Context())


async def _await(function: Callable[[], Awaitable[R]]) -> R:
    return await function()


async def sleep(seconds: float) -> None:
    await asyncio.sleep(seconds)


async def give_way(since: float) -> float:
    """Lets other tasks run if this one has run for long since `since`; returns the new `since`."""
    now = time.monotonic()
    if now - since < _TURN_SECONDS:
        return since
    await asyncio.sleep(0)
    return time.monotonic()


def is_cancelled(error: BaseException) -> bool:
    """Whether a `Cancelled` is for the caller itself, and not for something that it waits for."""
    if isinstance(error, GeneratorExit):
        return True
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def first_of(*jobs: Job[Any] | Signal, timeout: float | None = None) -> Job[Any] | Signal | None:
    """The first of these that is done, or None at the timeout; the others go on."""
    tasks: dict[asyncio.Future[Any], Job[Any] | Signal] = {job._task: job for job in jobs}
    done, _ = await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    return next((job for task, job in tasks.items() if task in done), None)


async def shield(function: Callable[P, Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs a function to its end even if the caller is cancelled; then the caller is cancelled."""
    task = _task(lambda: function(*args, **kwargs), copy_context())
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            if task.cancelled():
                raise
            cancelled = error
        except BaseException:
            if not task.done():
                raise  # it is collected, with its loop: nothing can be waited for any more
    if cancelled is not None:
        raise cancelled
    return task.result()


async def see_through(
    function: Callable[[], Awaitable[R]],
    deadline: float | None,
    give_up: Callable[[], object],
    patience: float,
) -> tuple[Job[R], BaseException | None]:
    """Runs a function beside the caller, for whom it is what a call would be; the job, and what interrupted the caller.

    At the deadline, or when the caller is cancelled, `give_up` is called, which is to make it end, and so many
    seconds more are waited. Where it has not ended by then the job goes on by itself.
    """
    job = Job(function, copy_context())
    job._task.add_done_callback(_retrieve)
    interrupted: asyncio.CancelledError | None = None
    until: float | None = None
    while not job.done and (until is None or time.monotonic() < until):
        if interrupted is not None or (deadline is not None and time.monotonic() >= deadline):
            give_up()
            if until is None:
                until = time.monotonic() + patience
        end = deadline if until is None else until
        try:
            await asyncio.wait(
                (job._task,), timeout=None if end is None else max(0.0, end - time.monotonic())
            )
        except asyncio.CancelledError as error:
            interrupted = error
    return job, interrupted


async def connect_unix(path: str, timeout: float | None) -> Link:
    """Connects to a unix socket; OSError as the system gives it, TimeoutError after so many seconds."""
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        async with asyncio.timeout(timeout):
            while True:
                try:
                    await asyncio.get_running_loop().sock_connect(sock, path)
                    break
                except BlockingIOError:
                    # The daemon's backlog is full, and no event says when it is not.
                    await asyncio.sleep(0.01)
    except BaseException:
        sock.close()
        raise
    return unix_link(sock)


async def resolve(host: str, port: int, timeout: float | None) -> list[tcp.Address]:
    """The addresses of a host; `socket.gaierror` where there are none, TimeoutError after so many seconds.

    A thread asks the resolver; one that is given up runs on, and nobody waits for its end. Not one of the loop's
    executor: the end of `asyncio.run` would wait for that.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[tcp.Address]] = loop.create_future()

    def ask() -> None:
        try:
            settle = partial(_resolved, found, tcp.addresses(host, port))
        except Exception as error:
            settle = partial(_failed, found, error)
        try:
            loop.call_soon_threadsafe(settle)
        except RuntimeError:
            pass  # the loop is closed

    try:
        start_new_thread(ask, ())
    except RuntimeError as error:
        raise OperationFailed(f"no thread can be started: {error}") from error
    try:
        async with asyncio.timeout(timeout):
            return await found
    except TimeoutError:
        raise TimeoutError(f"no address was found for {host} in time") from None


def _resolved(future: asyncio.Future[R], value: R) -> None:
    if not future.done():
        future.set_result(value)


def _failed(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


async def connect_tcp(address: tcp.Address, timeout: float | None) -> socket.socket:
    """A socket that is connected to an address; TimeoutError after so many seconds."""
    family, place = address
    sock = tcp.new_socket(family)
    try:
        sock.setblocking(False)
        async with asyncio.timeout(timeout):
            await asyncio.get_running_loop().sock_connect(sock, place)
    except BaseException:
        sock.close()
        raise
    return sock


async def send_all(sock: socket.socket, data: bytes, timeout: float | None) -> None:
    """Sends all of the data; TimeoutError after so many seconds."""
    async with asyncio.timeout(timeout):
        await asyncio.get_running_loop().sock_sendall(sock, data)


async def receive_some(sock: socket.socket, size: int, timeout: float | None) -> bytes:
    """What comes next, at most so many bytes; TimeoutError after so many seconds."""
    async with asyncio.timeout(timeout):
        return await asyncio.get_running_loop().sock_recv(sock, size)


#: What a descriptor that is ready takes without making the loop wait.
_WRITTEN_AT_ONCE = 4096


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


async def read_descriptor(fd: int, ended: Callable[[], bool], most: int = 4096) -> bytes:
    """The next bytes from a descriptor, at most `most`: `b""` at its end, or when `ended()` is true."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    try:
        loop.add_reader(fd, _wake, ready)
    except PermissionError:
        return os.read(fd, most)  # an ordinary file, which can always be read
    try:
        await ready
    finally:
        loop.remove_reader(fd)
    return b"" if ended() else os.read(fd, most)


async def write_descriptor(fd: int, data: bytes) -> None:
    """Writes all of the data, however slowly the other end reads."""
    loop = asyncio.get_running_loop()
    while data:
        ready: asyncio.Future[None] = loop.create_future()
        try:
            loop.add_writer(fd, _wake, ready)
        except PermissionError:
            pass  # an ordinary file, which can always be written to
        else:
            try:
                await ready
            finally:
                loop.remove_writer(fd)
        data = data[os.write(fd, data[:_WRITTEN_AT_ONCE]) :]


async def in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Calls a function that may block, such as one that reads a file, in a thread; always waits for its end.

    If no thread can be started, at the interpreter's exit or at a limit of the system, the loop calls it.
    """
    todo = [function]

    def run() -> R:
        return todo.pop()(*args, **kwargs)

    try:
        return await shield(asyncio.to_thread, run)
    except RuntimeError:
        # It may be in the pool's queue nevertheless, and must not be run from there later.
        if not todo:
            raise
        return run()


async def run_callback(callback: Callable[P, Given[R]], *args: P.args, **kwargs: P.kwargs) -> R:
    """Calls a user's function; returns its result, awaited if it is awaitable."""
    given: Any = callback(*args, **kwargs)
    value: R = await given if inspect.isawaitable(given) else given
    return value


async def run_callback_until(
    deadline: float | None, callback: Callable[P, Given[R]], *args: P.args, **kwargs: P.kwargs
) -> R:
    """As `run_callback`; what it awaits is cancelled at the deadline, and `CallTimeout` raised."""
    limit = asyncio.timeout(None if deadline is None else deadline - time.monotonic())
    try:
        async with limit:
            return await run_callback(callback, *args, **kwargs)
    except TimeoutError:
        if not limit.expired():
            raise
    raise callback_timeout()
