"""The watcher: one thread for all blocking connections that must hear the daemon while nobody calls.

Connections with event subscriptions or keepalive register. The watcher keeps out of the way of calls: it
polls a connection only after a tick without any, and the first call after that takes it off the poll again.
"""

from __future__ import annotations

import os
import select
import threading
import time
import weakref
from functools import partial
from itertools import starmap

from ..errors import CLOSE_KEEPALIVE, ConnectionLost, lost
from .keepalive import PING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .blocking import BlockingPump

_TICK = 0.05


class _Entry:
    __slots__ = ("activity", "fd", "polled", "pump")

    def __init__(self, pump: BlockingPump) -> None:
        self.pump = weakref.ref(pump)
        self.fd = pump.link.fileno
        self.activity: tuple[int, int] = (-1, -1)
        self.polled = False


class _Pipe:
    """Goes with its owner too, who may be interrupted before it has a thread that closes it."""

    def __init__(self) -> None:
        self.ends: list[tuple[int, int]] = []
        self.ends.extend(starmap(os.pipe, ((),)))  # in one step, as what is received is stored

    def close(self) -> None:
        while self.ends:
            for end in self.ends.pop():
                os.close(end)

    def __del__(self) -> None:
        if hasattr(self, "ends"):
            self.close()


class _Watcher:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        #: By reference, not by id: a new pump may be where one was that is gone and not dropped yet.
        self.entries: dict[weakref.ref[BlockingPump], _Entry] = {}
        self.poller = select.poll()
        self.pipe = _Pipe()
        self.inbox, self.outbox = self.pipe.ends[0]
        os.set_blocking(self.inbox, False)
        os.set_blocking(self.outbox, False)
        self.poller.register(self.inbox, select.POLLIN)
        self.ended = False
        self.thread = threading.Thread(target=self.run, name="sysvirt-watcher", daemon=True)
        self.thread.start()

    def wake(self) -> None:
        with self.lock:
            if self.ended:
                return  # the number of its descriptor may belong to somebody else by now
            try:
                os.write(self.outbox, b"!")
            except BlockingIOError:
                pass  # it is awake already

    def add(self, pump: BlockingPump) -> None:
        with self.lock:
            entry = _Entry(pump)
            self.entries.setdefault(entry.pump, entry)
        self.wake()

    def release(self, entry: _Entry, pump: BlockingPump) -> None:
        """The first call after an idle time takes its connection off the poll."""
        pump.unwatch = None
        self.leave(entry)
        self.wake()

    def leave(self, entry: _Entry) -> None:
        with self.lock:
            if entry.polled:
                entry.polled = (
                    False  # first: who is interrupted behind it leaves what is only polled once too often
                )
                self.forget(entry.fd)

    def forget(self, fd: int) -> None:
        try:
            self.poller.unregister(fd)
        except KeyError:
            pass  # an interrupted thread had come so far

    def run(self) -> None:
        try:
            while self.once():
                pass
        finally:
            with self.lock:
                self.ended = True
                self.pipe.close()

    def once(self) -> bool:
        """One round: look after every connection, then sleep until something arrives or is due."""
        global _watcher
        now = time.monotonic()
        timeout: float | None = None
        while finalized:
            finalized.pop(0).close()
        for entry in list(self.entries.values()):
            pump = entry.pump()
            if pump is None or pump.closed or pump.session.error is not None:
                self.drop(entry)
                if pump is not None:
                    if pump.session.error is not None:
                        # Once more: who ended it may have been interrupted before it had woken everybody.
                        pump.session.lost(pump.session.error)
                    if pump.on_end is not None:
                        _report_end(pump.on_end)
                continue
            try:
                due = self.service(entry, pump, now)
            except Exception as error:
                due = _fail(pump, error)
            if due is not None:
                timeout = due if timeout is None else min(timeout, due)
            del pump
        with _watcher_lock:
            # Nobody can add an entry between the look and the leave.
            if not self.entries and not finalized:
                if _watcher is self:
                    _watcher = None
                return False
        ready = self.poller.poll(None if timeout is None else max(0.0, timeout) * 1000)
        for fd, _ in ready:
            if fd == self.inbox:
                try:
                    os.read(self.inbox, 4096)
                except BlockingIOError:
                    pass
                continue
            for entry in list(self.entries.values()):
                if entry.fd == fd and (pump := entry.pump()) is not None:
                    try:
                        if pump.session.clogged():
                            self.release(entry, pump)  # who reads the stream reads on
                        elif not pump.read_idle():
                            self.release(entry, pump)
                    except Exception as error:
                        _fail(pump, error)
                    del pump
        return True

    def service(self, entry: _Entry, pump: BlockingPump, now: float) -> float | None:
        """Keepalive and the switch between polled and left alone; seconds until the next look, None for none."""
        due: float | None = None
        keepalive = pump.keepalive
        if keepalive is not None:
            verdict = keepalive.tick(now, pump.session.received, pump.session.saturated())
            if verdict == "ping":
                pump.session.control_frames.append(PING)
                pump.flush_control()
            elif verdict == "dead":
                pump.session.lost(
                    lost("the daemon does not answer: no sign of life in the keepalive time", CLOSE_KEEPALIVE)
                )
                pump.link.shutdown()
                return 0.0
            due = keepalive.due - now
        if pump.session.events_pending:
            pump.read_idle()  # somebody was interrupted before handing out what it received
        if pump.session.clogged():
            self.leave(entry)
            return _TICK if due is None else min(due, _TICK)
        if entry.polled:
            return due
        activity = pump.activity()
        if activity == entry.activity and pump.idle():
            with self.lock:
                entry.polled = True
                self.poller.register(entry.fd, select.POLLIN)
            pump.unwatch = partial(self.release, entry)
            if pump.activity() != activity:
                self.release(entry, pump)  # a call came in between and found nothing to take off
            return due
        entry.activity = activity
        return _TICK if due is None else min(due, _TICK)

    def drop(self, entry: _Entry) -> None:
        self.leave(entry)
        with self.lock:
            self.entries.pop(entry.pump, None)


def _report_end(on_end: Callable[[], None]) -> None:
    try:
        on_end()
    except Exception:
        pass  # no thread can be started to call back on: the others go on


def _fail(pump: BlockingPump, error: Exception) -> float:
    """Ends a connection that can't be looked after, no thread can be started for example: the others go on."""
    broken = ConnectionLost(f"the connection could not be watched: {error}")
    broken.__cause__ = error
    pump.session.lost(broken)
    return 0.0


#: Connections that nobody has any more, to be closed where nothing is under way.
finalized: list[BlockingPump] = []

_watcher: _Watcher | None = None
_watcher_lock = threading.Lock()


def watch(pump: BlockingPump) -> None:
    """Has this connection listened to while nobody calls, until it is closed or collected."""
    global _watcher
    with _watcher_lock:
        watcher = _watcher
        if watcher is None:
            watcher = _watcher = _Watcher()
        watcher.add(pump)


def wake() -> None:
    """Has the watcher look at its connections now: one was closed, or its keepalive changed."""
    watcher = _watcher
    if watcher is not None:
        watcher.wake()


def _in_child() -> None:
    global _watcher, _watcher_lock
    _watcher = None
    _watcher_lock = threading.Lock()
    finalized.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
