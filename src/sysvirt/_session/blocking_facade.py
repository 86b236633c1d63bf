"""Time and concurrency for converted code, for threads. `aio_facade` has the same names."""

from __future__ import annotations

import os
import select
import socket
import time
from _thread import allocate_lock, start_new_thread
from contextvars import Context, ContextVar, copy_context

from .._transport import tcp
from .._transport.link import Link, unix_link
from ..errors import OperationFailed
from .pump import callback_timeout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import LockType
    from collections.abc import Callable, Sequence
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


#: How often a thread that waits checks whether it still should.
_CHECK_SECONDS = 0.1


class Cancelled(BaseException):
    """Raised only in a job that was given up: a thread can't be ended from outside."""


class Job(_Typed[R]):
    """A function that runs beside its starter, on a thread of its own once that was started.

    Raw threads and locks, because a signal handler may raise in the thread that starts it and waits: those of
    `threading` are Python code, which would be interrupted half-way.
    """

    def __init__(self, function: Callable[[], R], context: Context) -> None:
        self._function = function
        self._context = context
        self._value: R | None = None
        self._error: BaseException | None = None
        self._started: list[int] = []
        #: Its result is not wanted any more.
        self._unwanted = Signal()
        #: It ends soon when it is unwanted.
        self._can_give_up = False
        self._done = False
        #: Locks of those who wait for the end.
        self._waiting: list[LockType] = []

    def start(self) -> None:
        """Starts the thread, unless it was started. Raises `OperationFailed` if no thread can be started."""
        try:
            if not self._started:
                self._started.extend(map(start_new_thread, (self._main,), ((),)))
        except RuntimeError as error:
            raise OperationFailed(f"no thread can be started: {error}") from error

    @property
    def started(self) -> bool:
        return bool(self._started)

    def _main(self) -> None:
        try:
            self._value = self._context.run(self._within)
        except BaseException as error:
            self._error = error
        self._done = True
        for lock in list(self._waiting):
            _release(lock)

    def _within(self) -> R:
        _current.set(self)
        return self._function()

    @property
    def done(self) -> bool:
        return self._done

    def wait(self) -> None:
        """Waits until the function has ended."""
        _wait_for((self,), None)

    def result(self) -> R:
        """What the function returned, or its exception raised. Being interrupted leaves it running."""
        self.wait()
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[return-value]

    def drop(self) -> None:
        """Its result is not wanted any more. A thread can't be ended from outside, so it runs on."""

    def give_up(self) -> None:
        """Its result is not wanted any more. What `see_through` runs in it is given up and waited for, else it runs on.

        Being interrupted leaves it to itself.
        """
        self._unwanted.set()
        if self._can_give_up:
            self.wait()


#: The job that the thread runs.
_current: ContextVar[Job[Any] | None] = ContextVar("sysvirt_job", default=None)


class Signal:
    """Something that happens once; `first_of` can wait for it."""

    def __init__(self) -> None:
        self._done = False
        self._waiting: list[LockType] = []

    @property
    def done(self) -> bool:
        return self._done

    def set(self) -> None:
        """It has happened."""
        self._done = True
        for lock in list(self._waiting):
            _release(lock)


def _release(lock: LockType) -> None:
    try:
        lock.release()
    except RuntimeError:
        pass  # another one has


def _wait_for(jobs: Sequence[Job[Any] | Signal], timeout: float | None) -> None:
    """Waits until one of these has ended, or so many seconds."""
    lock = allocate_lock()
    lock.acquire()
    for job in jobs:
        job._waiting.append(lock)
    # Only now: one that ends later finds the lock.
    if not [job for job in jobs if job.done]:
        lock.acquire(True, -1.0 if timeout is None else timeout)
    for job in jobs:
        job._waiting.remove(lock)


def spawn(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Job[R]:
    """Runs a function beside this one, within the blocks that this one is in."""
    job = Job(lambda: function(*args, **kwargs), copy_context())
    job.start()
    return job


def spawn_apart(function: Callable[[], R]) -> Job[R]:
    """Runs a function beside all others, outside of any block that the caller is in."""
    job = Job(function, Context())
    job.start()
    return job


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def give_way(since: float) -> float:
    """Does nothing: threads are switched by the system."""
    return since


def is_cancelled(error: BaseException) -> bool:
    """Always False: threads are not cancelled."""
    return False


def first_of(*jobs: Job[Any] | Signal, timeout: float | None = None) -> Job[Any] | Signal | None:
    """The first of these that is done, or None at the timeout; the others go on."""
    _wait_for(jobs, timeout)
    done = [job for job in jobs if job.done]
    return done[0] if done else None


def shield(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs a function to its end even if the caller is interrupted; then the interrupt is raised."""
    job = Job(lambda: function(*args, **kwargs), copy_context())
    interrupted: BaseException | None = None
    while not job.done:
        try:
            job.start()
            job.wait()
        except BaseException as error:
            if not job.started:
                raise
            interrupted = error
    if interrupted is not None:
        raise interrupted
    return job.result()


def see_through(
    function: Callable[[], R], deadline: float | None, give_up: Callable[[], object], patience: float
) -> tuple[Job[R], BaseException | None]:
    """Runs a function beside the caller, for whom it is what a call would be; the job, and what interrupted the caller.

    At the deadline, or when the caller is interrupted, `give_up` is called, which is to make it end, and so many
    seconds more are waited. Where it has not ended by then the job goes on by itself.
    """
    job = Job(function, copy_context())
    outer = _current.get()
    unwanted = Signal() if outer is None else outer._unwanted
    if outer is not None:
        outer._can_give_up = True
    interrupted: BaseException | None = None
    until: float | None = None
    # No strike leaves this but one between two rounds, after which the job goes on as it was told last.
    while not job.done and (until is None or time.monotonic() < until):
        try:
            job.start()
            if unwanted.done and interrupted is None:
                interrupted = Cancelled()
            if interrupted is not None or (deadline is not None and time.monotonic() >= deadline):
                give_up()
                if until is None:
                    until = time.monotonic() + patience
            end = deadline if until is None else until
            waits: tuple[Job[Any] | Signal, ...] = (job,) if unwanted.done else (job, unwanted)
            # Not for long: a signal that comes right before it falls asleep does not wake it.
            pause = _CHECK_SECONDS if end is None else min(_CHECK_SECONDS, end - time.monotonic())
            _wait_for(waits, max(0.0, pause))
        except BaseException as error:
            if not job.started:
                raise
            interrupted = error
    return job, interrupted


def connect_unix(path: str, timeout: float | None) -> Link:
    """Connects to a unix socket; OSError as the system gives it, TimeoutError after so many seconds."""
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if timeout is not None:
            sock.settimeout(timeout)
        sock.connect(path)
        sock.settimeout(None)
    except BaseException:
        sock.close()
        raise
    return unix_link(sock)


def resolve(host: str, port: int, timeout: float | None) -> list[tcp.Address]:
    """The addresses of a host; `socket.gaierror` where there are none, TimeoutError after so many seconds.

    A thread asks the resolver, because nothing can interrupt that; one that is given up runs on.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    asking = spawn(tcp.addresses, host, port)
    while not asking.done:
        left = _CHECK_SECONDS if deadline is None else deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"no address was found for {host} in time")
        # Not for long: a signal that comes right before it falls asleep does not wake it.
        _wait_for((asking,), min(left, _CHECK_SECONDS))
    return asking.result()


def connect_tcp(address: tcp.Address, timeout: float | None) -> socket.socket:
    """A socket that is connected to an address; TimeoutError after so many seconds."""
    family, place = address
    sock = tcp.new_socket(family)
    try:
        sock.settimeout(timeout)
        sock.connect(place)
        sock.settimeout(None)
    except BaseException:
        sock.close()
        raise
    return sock


def send_all(sock: socket.socket, data: bytes, timeout: float | None) -> None:
    """Sends all of the data; TimeoutError after so many seconds."""
    sock.settimeout(timeout)
    sock.sendall(data)
    sock.settimeout(None)


def receive_some(sock: socket.socket, size: int, timeout: float | None) -> bytes:
    """What comes next, at most so many bytes; TimeoutError after so many seconds."""
    sock.settimeout(timeout)
    data = sock.recv(size)
    sock.settimeout(None)
    return data


def read_descriptor(fd: int, ended: Callable[[], bool], most: int = 4096) -> bytes:
    """The next bytes from a descriptor, at most `most`: `b""` at its end, or when `ended()` is true."""
    poller = select.poll()
    poller.register(fd, select.POLLIN)
    while not ended():
        # Nothing would wake a thread that waits for a key.
        if poller.poll(_CHECK_SECONDS * 1000):
            return os.read(fd, most)
    return b""


def write_descriptor(fd: int, data: bytes) -> None:
    """Writes all of the data, however slowly the other end reads."""
    while data:
        try:
            data = data[os.write(fd, data) :]
        except BlockingIOError:
            poller = select.poll()
            poller.register(fd, select.POLLOUT)
            poller.poll()


def in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Calls a function that may block, such as one that reads a file, and returns its result."""
    return function(*args, **kwargs)


def run_callback(callback: Callable[P, Given[R]], *args: P.args, **kwargs: P.kwargs) -> R:
    """Calls a user's function, and returns its result."""
    return callback(*args, **kwargs)


def run_callback_until(
    deadline: float | None, callback: Callable[P, Given[R]], *args: P.args, **kwargs: P.kwargs
) -> R:
    """As `run_callback`; raises `CallTimeout` after the deadline. The function is waited for: it can't be ended."""
    value = callback(*args, **kwargs)
    if deadline is not None and time.monotonic() >= deadline:
        raise callback_timeout()
    return value
