"""Runs the real blocking pump under a seeded scheduler, over a daemon that answers as it likes.

Threads are real, but only one runs at a time. CPython switches threads and runs signal handlers where a
function begins and after a call returns, so these are the points where the scheduler may switch to another
thread, or interrupt the one that plays the main thread. Locks, polls, receives and sends are simulated, and
so is time: it only passes when nobody can go on without it. Hence a run without interrupts in which time has
passed shows a lost wake-up, and one in which nobody can go on at all a deadlock.
"""

from __future__ import annotations

import random
import select
import socket
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from types import FrameType, SimpleNamespace
from typing import Any

import pytest

from sysvirt._protocol import frame as wire
from sysvirt._protocol.table import find
from sysvirt._session import blocking, roles
from sysvirt._session.blocking import BlockingPump
from sysvirt._session.core import Session
from sysvirt._transport.link import Link


class Stuck(AssertionError):
    """Nobody can go on."""


class _Abort(BaseException):
    """Ends a simulated thread after another has failed."""


class _Thread:
    def __init__(self, name: str, body: Callable[[], None], is_main: bool) -> None:
        self.name = name
        self.body = body
        self.is_main = is_main
        self.baton = threading.Semaphore(0)
        self.blocked: Callable[[], bool] | None = None
        self.until: float | None = None
        self.done = False
        self.error: BaseException | None = None


class Scheduler:
    def __init__(
        self, seed: int, *, switch: float = 0.2, interrupt: float = 0.0, interrupts: int = 0
    ) -> None:
        self.random = random.Random(seed)
        self.switch = switch
        self.interrupt = interrupt
        self.interrupts_left = interrupts
        self.interrupted = 0
        self.now = 1000.0
        self.time_passed = 0
        self.threads: list[_Thread] = []
        self.current: _Thread | None = None
        self.failed = False
        self._all_done = threading.Event()

    # --- threads -----------------------------------------------------------------------------------

    def spawn(self, name: str, body: Callable[[], None], is_main: bool = False) -> None:
        self.threads.append(_Thread(name, body, is_main))

    def run(self) -> None:
        real = [
            threading.Thread(target=self._main, args=(thread,), name=thread.name) for thread in self.threads
        ]
        for started in real:
            started.start()
        self._pick().baton.release()
        self._all_done.wait()
        for started in real:
            started.join()
        for thread in self.threads:
            if thread.error is not None and not isinstance(thread.error, _Abort):
                raise thread.error

    def again(self) -> None:
        """Makes ready for other threads over what the last ones left."""
        self.threads.clear()
        self._all_done.clear()

    def _main(self, thread: _Thread) -> None:
        thread.baton.acquire()
        try:
            if not self.failed:
                sys.setprofile(self._profile)
                thread.body()
        except BaseException as error:
            thread.error = error
            self.failed = True
        finally:
            sys.setprofile(None)
            thread.done = True
            self._leave()

    def _leave(self) -> None:
        left = [thread for thread in self.threads if not thread.done]
        if not left:
            self._all_done.set()
            return
        try:
            following = self._pick()
        except Stuck as stuck:
            self.failed = True
            following = left[0]
            following.error = stuck
        following.baton.release()

    def _pick(self) -> _Thread:
        """Who goes on; time passes when nobody can go on without it."""
        if self.failed:
            self.current = next(thread for thread in self.threads if not thread.done)
            return self.current
        while True:
            ready = [t for t in self.threads if not t.done and (t.blocked is None or t.blocked())]
            if ready:
                self.current = self.random.choice(ready)
                return self.current
            waking = [t.until for t in self.threads if not t.done and t.until is not None]
            if not waking:
                raise Stuck(f"waiting forever: {[t.name for t in self.threads if not t.done]}")
            self.now = max(self.now, min(waking))
            self.time_passed += 1
            for thread in self.threads:
                if thread.until is not None and thread.until <= self.now:
                    thread.blocked = thread.until = None

    def _me(self) -> _Thread:
        assert self.current is not None
        return self.current

    def point(self) -> None:
        """A place where another thread may take over."""
        if self.failed:
            raise _Abort
        if self.random.random() < self.switch:
            self._hand_over(self._me())

    def _hand_over(self, me: _Thread) -> None:
        following = self._pick()
        if following is not me:
            following.baton.release()
            me.baton.acquire()
            if self.failed:
                raise me.error or _Abort

    def block(self, ready: Callable[[], bool], timeout: float | None = None) -> bool:
        """Waits until something is so, or for a time; whether it is so."""
        sys.setprofile(None)
        try:
            return self._block(ready, timeout)
        finally:
            sys.setprofile(self._profile)

    def _block(self, ready: Callable[[], bool], timeout: float | None) -> bool:
        me = self._me()
        until = None if timeout is None else self.now + timeout
        self.point()
        while not ready():
            if until is not None and self.now >= until:
                return False
            me.blocked = ready
            me.until = until
            try:
                self._hand_over(me)
            finally:
                me.blocked = me.until = None
        return True

    def _profile(self, frame: FrameType, event: str, arg: object) -> None:
        if event not in ("call", "c_return") or not _of_ours(frame):
            return
        me = self._me()
        if me.is_main and self.interrupts_left and self.random.random() < self.interrupt:
            self.interrupts_left -= 1
            self.interrupted += 1
            # This takes the profile off; `block` puts it on again, so that handlers are interrupted too.
            raise KeyboardInterrupt
        sys.setprofile(None)
        try:
            self.point()
        finally:
            sys.setprofile(self._profile)


def _of_ours(frame: FrameType) -> bool:
    return "/sysvirt/_session/" in frame.f_code.co_filename or frame.f_code.co_filename.endswith("/link.py")


class Lock:
    """As _thread.lock, over a scheduler."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._held = False

    def acquire(self, blocking: bool = True, timeout: float = -1.0) -> bool:
        free = self._scheduler.block(lambda: not self._held, None if timeout < 0 else timeout)
        if free:
            self._held = True
        return free

    def release(self) -> None:
        if not self._held:
            raise RuntimeError("release unlocked lock")
        self._held = False

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *exc: object) -> None:
        self.release()


class Daemon:
    """The other end of the link: answers `DOMAIN_GET_INFO`-like calls with their own arguments, in any order."""

    def __init__(self, scheduler: Scheduler, capacity: int = 1 << 30, hold: Sequence[int] = ()) -> None:
        self.scheduler = scheduler
        self.capacity = capacity
        self.received = b""
        self.seen: list[int] = []
        self.to_client = b""
        self.waiting: deque[bytes] = deque()
        self.closed = False
        self.frozen = False

    # What a link sees of a socket.

    def fileno(self) -> int:
        return 0

    def send(self, data: bytes | memoryview, flags: int) -> int:
        self.scheduler.point()
        data = bytes(data)
        room = self.capacity - len(self.received)
        if self.closed:
            raise BrokenPipeError
        if room <= 0:
            raise BlockingIOError
        count = min(len(data), room)
        if count > 1 and self.scheduler.random.random() < 0.3:
            count = self.scheduler.random.randrange(1, count)
        self.received += data[:count]
        return count

    def recvmsg(self, size: int, ancillary: int, flags: int) -> tuple[bytes, list[object], int, None]:
        nothing_new = not self.to_client and not self.closed
        if flags & socket.MSG_DONTWAIT and nothing_new:
            raise BlockingIOError
        self.scheduler.block(lambda: bool(self.to_client) or self.closed)
        count = self.scheduler.random.randrange(1, size) if self.scheduler.random.random() < 0.3 else size
        part, self.to_client = self.to_client[:count], self.to_client[count:]
        return part, [], 0, None

    def recv(self, size: int, flags: int) -> bytes:
        raise AssertionError("descriptors would be lost")

    def shutdown(self, how: int) -> None:
        self.closed = True

    def close(self) -> None:
        self.closed = True

    # What the daemon does.

    def step(self) -> bool:
        """Takes in a call or answers one; False when there is nothing to do."""
        pick = self.scheduler.random
        can_take = len(self.received) >= 4 and len(self.received) >= int.from_bytes(self.received[:4], "big")
        choices = ["take"] * can_take + ["answer"] * bool(self.waiting)
        if not choices or self.frozen:
            return False
        if pick.choice(choices) == "take":
            length = int.from_bytes(self.received[:4], "big")
            frame, self.received = self.received[:length], self.received[length:]
            _, program, version, number, kind, serial, status = wire.HEADER.unpack_from(frame)
            procedure = find(program, number)
            assert procedure is not None
            assert (kind, status, version) == (wire.CALL, wire.OK, 1)
            args = procedure.decode_call(frame, wire.HEADER_SIZE)
            self.seen.append(serial)
            reply = procedure.encode_reply(f"{args[0]!r}")
            self.waiting.append(wire.frame(program, version, number, wire.REPLY, serial, wire.OK, reply))
        else:
            self.waiting.rotate(pick.randrange(len(self.waiting)))
            self.to_client += self.waiting.popleft()
        return True

    def run(self, finished: Callable[[], bool]) -> None:
        """The daemon's own thread."""
        while not finished():
            self.scheduler.block(lambda: finished() or self._has_work())
            self.step()

    def _has_work(self) -> bool:
        if self.frozen:
            return False
        whole = len(self.received) >= 4 and len(self.received) >= int.from_bytes(self.received[:4], "big")
        return whole or bool(self.waiting)


class _Poll:
    def __init__(self, scheduler: Scheduler, daemon: Daemon) -> None:
        self._scheduler = scheduler
        self._daemon = daemon
        self._events = 0

    def register(self, fd: int, events: int) -> None:
        self._events = events

    def _now(self) -> int:
        daemon = self._daemon
        ready = 0
        if daemon.to_client or daemon.closed:
            ready |= select.POLLIN
        if len(daemon.received) < daemon.capacity:
            ready |= select.POLLOUT
        return ready & self._events

    def poll(self, timeout: float | None = None) -> list[tuple[int, int]]:
        self._scheduler.block(lambda: bool(self._now()), None if timeout is None else timeout / 1000)
        ready = self._now()
        return [(0, ready)] if ready else []


def make_pump(
    patch: pytest.MonkeyPatch, scheduler: Scheduler, daemon: Daemon, max_in_flight: int = 4
) -> BlockingPump:
    """A pump whose locks, polls and clock are the scheduler's."""
    fake_select = SimpleNamespace(
        poll=lambda: _Poll(scheduler, daemon),
        POLLIN=select.POLLIN, POLLOUT=select.POLLOUT, POLLHUP=select.POLLHUP, POLLERR=select.POLLERR,
    )  # fmt: skip
    patch.setattr(roles, "select", fake_select)
    patch.setattr(roles, "allocate_lock", lambda: Lock(scheduler))
    for module in (blocking, roles):
        patch.setattr(module, "_monotonic", lambda: scheduler.now)
    session = Session(max_in_flight)
    session.lock = Lock(scheduler)  # type: ignore[assignment]
    sock: Any = daemon
    return BlockingPump(Link(sock, local=True, carries_fds=True, secure=True), session)
