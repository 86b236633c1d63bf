"""The watcher: one thread that reads all blocking connections which need it while nobody calls.

Those are connections with event subscriptions or keepalive. The watcher keeps out of the way of calls: it polls a
connection only after a tick without any call, and the next call ends that poll. While reading is held back it polls for
the end of the link only, and reads a portion at a time if events or pings are wanted.

All it knows is changed under one lock, `_lock`, its start and its end too. While `_lock` is held, no method of a pump
or a session is called: their own lock may be held by a thread that waits for `_lock`. A round costs what is due in it,
not what there is in all: connections that are due are in a heap, those that were touched in `changed`.

Trouble with one connection ends that one, with the reason, and no other. If the thread itself can't go on, it ends all
connections that it had, and the next connection starts a new thread.
"""

from __future__ import annotations

import os
import select
import time
import weakref
from _thread import allocate_lock, start_new_thread
from functools import partial
from heapq import heappop, heappush
from itertools import chain, count, starmap

from .._transport.descriptors import Descriptors
from .._transport.link import HANGUP
from ..errors import ConnectionLost, OperationFailed
from .core import FULL, THROTTLED, THROTTLED_SECONDS
from .guard import locked
from .pump import tick

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import ParamSpec, TypeVar

    from .blocking import BlockingPump
    from .core import Session

    P = ParamSpec("P")
    R = TypeVar("R")

_TICK = 0.05
#: The watcher never sleeps longer than this: poll has a limit.
_LONGEST_SLEEP = 3600.0


class _Entry:
    __slots__ = ("activity", "due", "fd", "mask", "polled", "pump")

    def __init__(self, pump: BlockingPump, gone: Callable[[_Entry], None]) -> None:
        self.pump = weakref.ref(pump, lambda _: gone(self))
        hash(self.pump)  # which it keeps: one whose pump is gone can't be hashed for the first time
        self.fd = pump.link.fileno
        self.activity: tuple[int, int] = (-1, -1)
        self.polled = False
        self.mask = 0
        #: When it is to be looked after again at the latest.
        self.due = 0.0


class _Watcher:
    """`add`, `release` and `touch` are for other threads, which hold `_lock`; the rest is for the watcher's own.

    They first wake the thread, which then waits for the lock. So it does not sleep on if they are interrupted after a
    change.
    """

    def __init__(self) -> None:
        #: By reference, not by id: a new pump may get the id of one that was collected and is still in here.
        self.entries: dict[weakref.ref[BlockingPump], _Entry] = {}
        #: The entries that are polled.
        self.by_fd: dict[int, _Entry] = {}
        #: The entries that were touched since the last round.
        self.changed: list[_Entry] = []
        #: When each is due. An item counts only while its entry has the same `due`.
        self.timers: list[tuple[float, int, _Entry]] = []
        self.numbers = count()
        self.sleeps_until = 0.0
        self.poller = select.poll()
        # Goes with its owner too, who may be interrupted before it has a thread that closes it.
        self.pipe = Descriptors(chain.from_iterable(starmap(os.pipe, ((),))))
        self.inbox, self.outbox = self.pipe.fds
        os.set_blocking(self.inbox, False)
        os.set_blocking(self.outbox, False)
        self.poller.register(self.inbox, select.POLLIN)

    # --- for others ----------------------------------------------------------------------------------

    def add(self, pump: BlockingPump) -> None:
        entry = _Entry(pump, _forget)
        self.wake()
        if entry.pump not in self.entries:
            # One step.
            self.entries[entry.pump] = entry
            self.changed.append(entry)

    def release(self, entry: _Entry) -> None:
        """Ends the poll of a connection, until nobody calls for a while."""
        if self.sleeps_until > time.monotonic() + _TICK:
            self.wake()
        self.changed.append(entry)
        self.unpoll(entry)

    def touch(self, entries: Iterable[_Entry]) -> None:
        """Lets the thread look after these now."""
        self.wake()
        self.changed.extend(entries)

    def wake(self) -> None:
        try:
            os.write(self.outbox, b"!")
        except BlockingIOError:
            pass  # it is awake already

    def unpoll(self, entry: _Entry) -> None:
        known = self.by_fd.get(entry.fd) is entry
        # One step.
        entry.polled = False
        if known:
            del self.by_fd[entry.fd]
            self.poller.unregister(entry.fd)

    # --- the thread ----------------------------------------------------------------------------------

    def run(self) -> None:
        try:
            while self.round():
                pass
        except BaseException as error:
            self.give_up(error)

    def give_up(self, error: BaseException) -> None:
        for entry in _change(self.end):
            pump = entry.pump()
            if pump is not None:
                _fail(pump, error)
                self.report(pump)

    def end(self) -> list[_Entry]:
        """Ends this watcher; returns the entries that it still had. A new one may start from here on."""
        global _watcher
        if _watcher is self:
            _watcher = None
        left = list(self.entries.values())
        self.entries.clear()
        self.by_fd.clear()
        self.pipe.close()
        return left

    def round(self) -> bool:
        """Looks after every connection that is due or was touched, then sleeps; False when nothing is left."""
        while finalized:
            finalized.pop().close()
        now = time.monotonic()
        for entry in _change(self.take_due, now):
            self.look_after(entry, now)
        timeout = _change(self.next_timeout)
        if timeout is None:
            return False
        ready = self.poller.poll(timeout * 1000)
        self.sleeps_until = 0.0
        for fd, _ in ready:
            if fd == self.inbox:
                self.drain()
            elif fd in self.by_fd:
                self.hear(self.by_fd[fd])
        return True

    def take_due(self, now: float) -> list[_Entry]:
        found = dict.fromkeys(self.changed)
        self.changed.clear()
        while self.timers and self.timers[0][0] <= now:
            due, _, entry = heappop(self.timers)
            if entry.due == due:
                found[entry] = None
        return list(found)

    def next_timeout(self) -> float | None:
        """How long to sleep; None when nothing is left, and the watcher has ended. The lock is held, so nobody adds.

        Only a finalizer may, which does not take the lock: the thread that releases the lock looks again (`_change`).
        """
        if not self.entries and not self.changed and not finalized:
            self.end()
            return None
        timeout = _LONGEST_SLEEP
        now = time.monotonic()
        if self.changed or finalized:
            timeout = 0.0
        elif self.timers:
            timeout = min(max(self.timers[0][0] - now, 0.0), _LONGEST_SLEEP)
        self.sleeps_until = now + timeout
        return timeout

    def drain(self) -> None:
        try:
            os.read(self.inbox, 4096)
        except BlockingIOError:
            pass

    def look_after(self, entry: _Entry, now: float) -> None:
        if entry.pump not in self.entries:
            return  # it was dropped
        pump = entry.pump()
        if pump is not None and not pump.closed and pump.session.error is None:
            try:
                due = self.service(entry, pump, now)
            except Exception as error:
                _fail(pump, error)
                due = now
            if due is not None:
                entry.due = due
                heappush(self.timers, (due, next(self.numbers), entry))
            return
        _change(self.drop, entry)
        if pump is not None:
            self.report(pump)

    def drop(self, entry: _Entry) -> None:
        self.unpoll(entry)
        self.entries.pop(entry.pump, None)

    @staticmethod
    def report(pump: BlockingPump) -> None:
        """Wakes everybody who waits on a connection that has ended, and calls its `on_end`."""
        if pump.session.error is not None:
            # Once more: the thread that ended it may have been interrupted before it had woken everybody.
            pump.session.lost(pump.session.error)
        if pump.on_end is not None:
            try:
                pump.on_end()
            except Exception:
                pass  # no thread could be started for callbacks: the other connections go on

    def service(self, entry: _Entry, pump: BlockingPump, now: float) -> float | None:
        """Does keepalive, reads portions while reading is held back, and begins or ends the poll.

        Returns when to come again; None if nothing is due before something arrives.
        """
        session = pump.session
        due: float | None = None
        keepalive = pump.keepalive
        if keepalive is not None:
            tick(session, keepalive, now, session.clogged() and pump.has_input())
            if session.error is not None:
                return now
            due = keepalive.due
        if session.control_frames:
            pump.flush_control()
        activity = pump.activity()
        if session.events_pending or (session.chunks and activity == entry.activity and pump.idle()):
            pump.read_idle()  # a thread was interrupted before it had filed or routed what it received
            activity = pump.activity()
        if pump.link.held and activity == entry.activity and pump.idle():
            pump.read_held()
            activity = pump.activity()
        mode = session.reading_mode()
        if mode != FULL:
            session.on_resume = partial(_resume, session, entry)
            session.held_back = True
            mode = session.reading_mode()  # once more: it may have changed before that was in place
        if mode != FULL:
            if entry.mask != HANGUP or not entry.polled:
                self.poll(entry, pump, HANGUP)
            wait = pump.read_portion(now) if mode == THROTTLED else THROTTLED_SECONDS
        elif entry.polled and entry.mask == select.POLLIN:
            return due
        elif activity == entry.activity and pump.idle():
            self.poll(entry, pump, select.POLLIN)
            if pump.activity() == activity and session.error is None:
                return due
            self.leave(entry, pump)  # a call came in between, before there was a poll to end
            wait = _TICK
        else:
            self.leave(entry, pump)
            wait = _TICK
        entry.activity = activity
        return now + wait if due is None else min(due, now + wait)

    def poll(self, entry: _Entry, pump: BlockingPump, mask: int) -> None:
        _change(self.poll_for, entry, mask)
        pump.unwatch = partial(_release, self, entry)

    def poll_for(self, entry: _Entry, mask: int) -> None:
        entry.polled = True
        entry.mask = mask
        self.by_fd[entry.fd] = entry
        self.poller.register(entry.fd, mask)

    def leave(self, entry: _Entry, pump: BlockingPump) -> None:
        pump.unwatch = None
        _change(self.unpoll, entry)

    def hear(self, entry: _Entry) -> None:
        """Something has arrived on a connection that is polled."""
        pump = entry.pump()
        if pump is None:
            return
        try:
            if entry.mask == HANGUP:
                pump.read_rest()
            elif not pump.session.clogged():
                if pump.read_idle():
                    pump.read_held()
                else:
                    self.leave(entry, pump)  # another thread reads
        except Exception as error:
            _fail(pump, error)
        self.look_after(entry, time.monotonic())


def _fail(pump: BlockingPump, error: BaseException) -> None:
    """Ends a connection that can't be looked after: the others go on."""
    broken = ConnectionLost(f"the connection could not be watched: {error}")
    broken.__cause__ = error
    pump.session.lost(broken)


#: Connections that were collected without being closed; the watcher's thread closes them.
finalized: list[BlockingPump] = []

_watcher: _Watcher | None = None
_lock = allocate_lock()


def watch(pump: BlockingPump) -> None:
    """Lets the watcher read this connection while nobody calls, until it is closed or collected.

    Raises `OperationFailed` where no thread can be started, as at the interpreter's end.
    """
    _change(_add, pump)


def _change(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Calls a function that changes what the watcher knows, under its lock; returns the result."""
    changed = locked(_lock, function, *args, **kwargs)
    if finalized:
        _close_finalized()  # a finalizer ran meanwhile, and could not do that itself
    return changed


def _add(pump: BlockingPump) -> None:
    watcher = _watcher
    if watcher is None:
        watcher = _start()
    watcher.add(pump)


def _start() -> _Watcher:
    """With the lock held, which the new thread waits for before it looks whether there is anything to do."""
    global _watcher
    watcher = _Watcher()
    started: list[int] = []
    try:
        started.extend(map(start_new_thread, (watcher.run,), ((),)))
    except RuntimeError as error:
        raise OperationFailed(
            f"no thread can be started that listens to the daemon while nobody calls: {error}"
        ) from error
    finally:
        if started:
            _watcher = watcher
    return watcher


def wake() -> None:
    """Lets the watcher look after all its connections now: the keepalive of one has changed."""
    _change(_wake_all)


def _wake_all() -> None:
    watcher = _watcher
    if watcher is not None:
        watcher.touch(watcher.entries.values())


def _resume(session: Session, entry: _Entry) -> None:
    """Reading goes on. The session's lock is held here: so it must never be taken while `_lock` is held."""
    session.held_back = False
    _change(_touch, entry)


def _touch(entry: _Entry) -> None:
    watcher = _watcher
    if watcher is not None:
        watcher.touch((entry,))


def _release(watcher: _Watcher, entry: _Entry, pump: BlockingPump) -> None:
    """Called by the first call after an idle time: ends the poll of its connection."""
    pump.unwatch = None
    _change(_release_locked, watcher, entry)


def _release_locked(watcher: _Watcher, entry: _Entry) -> None:
    if watcher is _watcher:  # once a watcher has ended, its descriptors may belong to other files
        watcher.release(entry)


def close_later(pump: BlockingPump) -> None:
    """For a finalizer, which may run in the middle of anything, with any lock held."""
    finalized.append(pump)
    _close_finalized()


def _forget(entry: _Entry) -> None:
    """Called when a pump was collected without being closed; as in a finalizer, it takes no lock."""
    watcher = _watcher
    if watcher is not None:
        watcher.changed.append(entry)


def _close_finalized() -> None:
    """Wakes the watcher, or starts one, to close the collected connections."""
    taken: list[bool] = []
    try:
        taken.extend(map(_lock.acquire, (False,)))
        if taken[0]:
            (_watcher or _start()).wake()
        # Else another thread has the lock, and looks again when it has released it (`_change`).
    except OperationFailed:
        pass  # the interpreter ends; or the watcher that the next connection starts closes them
    finally:
        if taken and taken[0]:
            _lock.release()


def _in_child() -> None:
    global _watcher, _lock
    _watcher = None
    _lock = allocate_lock()
    finalized.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
