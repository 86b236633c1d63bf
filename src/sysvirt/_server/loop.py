"""One thread that serves: sockets that are ready, work that is due, and what other threads hand to it.

Everything of a server is used on this thread only. No signal handler runs on it. One may raise in a thread that waits
for it; the work that it handed in is done all the same. So each waiting thread waits for a plain lock of its own.
"""

from __future__ import annotations

import os
import select
import socket
import sys
import time
from _thread import allocate_lock, get_ident, start_new_thread
from collections import deque
from heapq import heappop, heappush

from .._session.guard import under_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Generic, TypeVar

    T = TypeVar("T")
    Action = Callable[[], object]

    class _Of(Generic[T]):
        """The result of the work."""
else:
    T = None

    class _Of:
        def __class_getitem__(cls, item):
            return cls


_IN, _OUT = select.POLLIN, select.POLLOUT
#: What a second is to the poller.
_SECOND = 1 if hasattr(select, "epoll") else 1000
#: After a connection could not be accepted, for want of descriptors: when to try again.
_RETRY_SECONDS = 0.1


class Timer:
    """Work that is due at a certain time, unless it is cancelled before."""

    __slots__ = ("action",)

    def __init__(self, action: Action) -> None:
        self.action: Action | None = action

    def cancel(self) -> None:
        self.action = None


class _Errand(_Of[T]):
    """Work that the thread does for another one, which waits for the result."""

    def __init__(self, function: Callable[[], T]) -> None:
        self._function = function
        self._results: list[T] = []
        self._error: BaseException | None = None
        self._done = allocate_lock()
        self._done.acquire()

    def __call__(self) -> None:
        try:
            self._results.append(self._function())
        except BaseException as error:
            self._error = error
        self._done.release()

    def result(self) -> T:
        self._done.acquire()
        if self._error is not None:
            raise self._error
        return self._results[0]


class _Interest:
    """The functions to be called for one descriptor."""

    __slots__ = ("hung_up", "mask", "reader", "writer")

    def __init__(self) -> None:
        self.reader: Action | None = None
        self.writer: Action | None = None
        self.hung_up: Action | None = None
        self.mask = -1


class Loop:
    """Runs from the first user's `acquire` to the last one's `release`, which waits for its end.

    After a fork it belongs to the parent: the child can only `abandon` it.
    """

    def __init__(self) -> None:
        self.lock = allocate_lock()
        #: Told what a callback raised; by default it is reported as any other exception that nobody can catch.
        self.failed: Callable[[BaseException], object] = _report
        self._users = 0
        self._thread = 0
        self._process = 0
        self._running = False
        self._ended = allocate_lock()
        self._work: deque[Action] = deque()
        self._timers: list[tuple[float, int, Timer]] = []
        self._count = 0
        self._interests: dict[int, _Interest] = {}
        self._waiters: dict[object, Callable[[], None]] = {}
        self._poller: select.epoll | select.poll
        self._bell: socket.socket
        self._ring: socket.socket

    # --- life ----------------------------------------------------------------------------------------

    @under_lock
    def acquire(self) -> None:
        """Starts the thread for its first user."""
        if not self._users:
            self._start()
        self._users += 1

    def _start(self) -> None:
        self._poller = select.epoll() if hasattr(select, "epoll") else select.poll()
        self._ring, self._bell = socket.socketpair()
        self._ring.setblocking(False)
        self._bell.setblocking(False)
        self._process = os.getpid()
        self._ended = allocate_lock()
        self._ended.acquire()
        self._running = True
        started: list[int] = []
        try:
            started.extend(map(start_new_thread, (self._run,), ((),)))
        except BaseException:
            if started:
                self._post(self._stop)
            else:
                self._running = False
                self._close()
            raise

    def release(self) -> None:
        """Ends the thread with its last user, and waits for its end."""
        if self._leave():
            self._ended.acquire()
            self._ended.release()

    @under_lock
    def _leave(self) -> bool:
        self._users -= 1
        if self._users or not self._running:
            return False
        self._post(self._stop)
        return True

    def _stop(self) -> None:
        self._running = False

    @property
    def here(self) -> bool:
        """Whether the caller is this thread."""
        return get_ident() == self._thread

    @property
    def is_foreign(self) -> bool:
        """Whether the thread is in the process that this one was forked from."""
        return self._running and self._process != os.getpid()

    def abandon(self) -> None:
        """In a forked child: closes its copies of the parent's descriptors; nothing that both share changes."""
        self._running = False
        self._interests.clear()
        self._close()

    def _close(self) -> None:
        self._ring.close()
        self._bell.close()
        if hasattr(select, "epoll") and isinstance(self._poller, select.epoll):
            self._poller.close()

    # --- being handed work ---------------------------------------------------------------------------

    def post(self, action: Action) -> None:
        """Lets the thread call a function: at once if this is the thread, else soon."""
        if self.here:
            action()
        else:
            self._post(action)

    def call_soon(self, action: Action) -> None:
        """Lets the thread call a function in its next round."""
        self._post(action)

    def run(self, function: Callable[[], T]) -> T:
        """Lets the thread call a function, and waits for the result. If the thread has ended, the caller runs it."""
        if self.here or not self._running:
            return function()
        if self.is_foreign:
            raise RuntimeError(
                "this belongs to the process that it was made in; a fork has none of its threads"
            )
        errand = _Errand(function)
        self._post(errand)
        return errand.result()

    def _post(self, action: Action) -> None:
        self._work.append(action)
        if self.here:
            return  # it looks before it waits
        if self._running:
            try:
                self._bell.send(b"\0")
            except BlockingIOError:
                pass  # it rings already
            except OSError:
                self._do_work()  # the thread has ended meanwhile
        else:
            self._do_work()

    def do_what_came_first(self) -> None:
        """Called by a reader that has just received: does the work that was handed in before those bytes were sent."""
        self._do_work()

    def call_later(self, seconds: float, function: Callable[..., object], *args: object) -> Timer:
        """Lets the thread call a function after a time; to be called on the thread."""
        timer = Timer(lambda: function(*args))
        self._count += 1
        heappush(self._timers, (time.monotonic() + seconds, self._count, timer))
        return timer

    # --- sockets; on the thread ----------------------------------------------------------------------

    def add_reader(self, sock: socket.socket, action: Action) -> None:
        self._interest(sock).reader = action
        self._settle(sock)

    def remove_reader(self, sock: socket.socket) -> None:
        self._interest(sock).reader = None
        self._settle(sock)

    def add_writer(self, sock: socket.socket, action: Action) -> None:
        self._interest(sock).writer = action
        self._settle(sock)

    def remove_writer(self, sock: socket.socket) -> None:
        self._interest(sock).writer = None
        self._settle(sock)

    def on_hangup(self, sock: socket.socket, action: Action | None) -> None:
        """Sets what to call when the peer is gone while the loop waits neither for reading nor for writing."""
        self._interest(sock).hung_up = action
        self._settle(sock)

    def forget(self, sock: socket.socket) -> None:
        """Ends all calls for a descriptor; to be called before a socket is closed."""
        if sock.fileno() in self._interests:
            interest = self._interest(sock)
            interest.reader = interest.writer = interest.hung_up = None
            self._settle(sock)

    def listen(self, listener: socket.socket, join: Callable[[socket.socket], object]) -> None:
        """Accepts a listening socket's connections, until `forget`."""

        def accept() -> None:
            try:
                sock, _ = listener.accept()
            except (BlockingIOError, ConnectionError):
                return
            except OSError:
                # There are no more descriptors. The listener stays ready, and would keep the thread busy.
                self.forget(listener)
                self.call_later(_RETRY_SECONDS, again)
                return
            join(sock)

        def again() -> None:
            if listener.fileno() >= 0:
                self.add_reader(listener, accept)

        listener.setblocking(False)
        self.add_reader(listener, accept)

    def _interest(self, sock: socket.socket) -> _Interest:
        return self._interests.setdefault(sock.fileno(), _Interest())

    def _settle(self, sock: socket.socket) -> None:
        fd = sock.fileno()
        interest = self._interests[fd]
        mask = (_IN if interest.reader else 0) | (_OUT if interest.writer else 0)
        if not mask and interest.hung_up is None:
            del self._interests[fd]
            if interest.mask >= 0:
                self._poller.unregister(fd)
        elif interest.mask < 0:
            self._poller.register(fd, mask)
            interest.mask = mask
        elif mask != interest.mask:
            self._poller.modify(fd, mask)
            interest.mask = mask

    # --- the thread ----------------------------------------------------------------------------------

    def _run(self) -> None:
        self._thread = get_ident()
        self._poller.register(self._ring.fileno(), _IN)
        while self._running:
            self._round()
        self._close()
        while self._work:
            self._do_work()
        self._wake_waiters()
        self._thread = 0
        self._ended.release()

    def _round(self) -> None:
        wait = None
        if self._work:
            wait = 0.0
        elif self._timers:
            wait = max(0.0, self._timers[0][0] - time.monotonic())
        for fd, events in self._poller.poll(wait if wait is None else wait * _SECOND):
            if fd == self._ring.fileno():
                self._call(self._silence)
            elif (interest := self._interests.get(fd)) is not None:
                self._ready(fd, interest, events)
        self._do_work()
        self._do_due()
        self._wake_waiters()

    def _ready(self, fd: int, interest: _Interest, events: int) -> None:
        if not interest.mask:
            if interest.hung_up:
                self._call(interest.hung_up)
            return
        # Who reads or writes next finds out what has hung up or failed.
        if interest.reader and events & ~_OUT:
            self._call(interest.reader)
        if self._interests.get(fd) is interest and interest.writer and events & ~_IN:
            self._call(interest.writer)

    def _silence(self) -> None:
        try:
            self._ring.recv(4096)
        except BlockingIOError:
            pass

    def _do_work(self) -> None:
        """Does the work handed in so far; work that this hands in is done in the next round."""
        for _ in range(len(self._work)):
            try:
                action = self._work.popleft()
            except IndexError:
                return  # somebody else does it, now that the thread has ended
            self._call(action)

    def _do_due(self) -> None:
        now = time.monotonic()
        while self._timers and self._timers[0][0] <= now:
            timer = heappop(self._timers)[2]
            action, timer.action = timer.action, None
            if action is not None:
                self._call(action)

    def _call(self, action: Action) -> None:
        try:
            action()
        except BaseException as error:
            self.failed(error)

    # --- waiting for what happens here ---------------------------------------------------------------

    def wait_for(self, condition: Callable[[], object], timeout: float) -> bool:
        """Waits until a condition is true that only this thread changes; False after the timeout.

        Conditions are checked at the end of each round, so no code has to announce a change.
        """
        news = allocate_lock()
        news.acquire()
        key = object()
        try:
            self._waiters[key] = news.release
            return self._wait(condition, news.acquire, time.monotonic() + timeout)
        finally:
            self._waiters.pop(key, None)

    def _wait(
        self, condition: Callable[[], object], acquire: Callable[[bool, float], bool], end: float
    ) -> bool:
        while not condition():
            if not acquire(True, max(0.0, end - time.monotonic())):
                return False
        return True

    def _wake_waiters(self) -> None:
        for wake in list(self._waiters.values()):
            try:
                wake()
            except RuntimeError:
                pass  # it has been woken and has not looked yet


class _Unraisable:
    """The argument of `sys.unraisablehook`."""

    object = None
    err_msg = "Exception ignored on a server's thread"

    def __init__(self, error: BaseException) -> None:
        self.exc_type = type(error)
        self.exc_value = error
        self.exc_traceback = error.__traceback__


def _report(error: BaseException) -> None:
    sys.unraisablehook(_Unraisable(error))  # type: ignore[arg-type]
