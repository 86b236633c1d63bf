"""What converted code needs of time and concurrency, for threads. `aio_facade` offers the same words."""

from __future__ import annotations

import os
import select
import socket
import threading
import time
from contextvars import Context, copy_context

from .._transport.link import Link

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Annotated, Any, Generic, ParamSpec, TypeAlias, TypeVar

    P = ParamSpec("P")
    R = TypeVar("R")
    #: What a user's function gives; in the asyncio face it may be a coroutine function.
    Given: TypeAlias = Annotated[R, "given"]
    #: What a function of this face gives that takes its time.
    Later: TypeAlias = Annotated[R, "later"]

    class _Typed(Generic[R]): ...

else:
    R = None

    class _Typed:
        def __class_getitem__(cls, item):
            return cls


#: How often a thread that waits for a descriptor looks whether it still should.
_LOOK_SECONDS = 0.1


class Cancelled(BaseException):
    """Never raised: a thread can't be ended from outside."""


class Job(_Typed[R]):
    """A function that runs beside its starter."""

    def __init__(self, function: Callable[[], R], context: Context) -> None:
        self._function = function
        self._context = context
        self._value: R | None = None
        self._error: BaseException | None = None
        self._ended = threading.Event()
        self._watchers: list[threading.Event] = []
        threading.Thread(target=self._main, name="sysvirt-job", daemon=True).start()

    def _main(self) -> None:
        try:
            self._value = self._context.run(self._function)
        except BaseException as error:
            self._error = error
        finally:
            self._ended.set()
            for watcher in self._watchers:
                watcher.set()

    @property
    def done(self) -> bool:
        return self._ended.is_set()

    def result(self) -> R:
        """What the function returned, or its exception raised. Being interrupted leaves it running."""
        self._ended.wait()
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[return-value]

    def drop(self) -> None:
        """Nobody wants it any more. A thread can't be ended from outside: it is left to itself."""


def spawn(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Job[R]:
    """Runs a function beside this one, within the blocks that this one is in."""
    return Job(lambda: function(*args, **kwargs), copy_context())


def spawn_apart(function: Callable[[], R]) -> Job[R]:
    """Runs a function beside all others, outside of any block that the caller is in."""
    return Job(function, Context())


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def first_of(*jobs: Job[Any], timeout: float | None = None) -> Job[Any] | None:
    """The first of these jobs that is done, or None at the timeout; the others go on."""
    some = threading.Event()
    for job in jobs:
        job._watchers.append(some)
    try:
        done = next((job for job in jobs if job.done), None)
        if done is None and some.wait(timeout):
            done = next(job for job in jobs if job.done)
        return done
    finally:
        for job in jobs:
            job._watchers.remove(some)


def shield(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs a function to its end whatever happens to the caller, and only then lets the caller be interrupted."""
    job = spawn(function, *args, **kwargs)
    interrupted: BaseException | None = None
    while not job.done:
        try:
            job._ended.wait()
        except BaseException as error:
            interrupted = error
    if interrupted is not None:
        raise interrupted
    return job.result()


def connect_unix(path: str, timeout: float | None) -> Link:
    """Connects to a unix socket; OSError as the system gives it, TimeoutError at the bound."""
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if timeout is not None:
            sock.settimeout(timeout)
        sock.connect(path)
        sock.settimeout(None)
    except BaseException:
        sock.close()
        raise
    return Link(sock)


def read_descriptor(fd: int, ended: Callable[[], bool], most: int = 4096) -> bytes:
    """What can be read from a descriptor next, at most so much: `b""` at its end, or when `ended()` holds."""
    while not ended():
        # Nothing would wake a thread that waits for a key.
        if select.select([fd], [], [], _LOOK_SECONDS)[0]:
            return os.read(fd, most)
    return b""


def write_descriptor(fd: int, data: bytes) -> None:
    """Writes all of it, however slowly the other end takes it."""
    while data:
        try:
            data = data[os.write(fd, data) :]
        except BlockingIOError:
            select.select([], [fd], [])


def in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What a function returns that may make its thread wait, such as one that reads a file."""
    return function(*args, **kwargs)


def run_callback(callback: Callable[P, Given[R]], *args: P.args, **kwargs: P.kwargs) -> R:
    """What a user's function returns."""
    return callback(*args, **kwargs)
