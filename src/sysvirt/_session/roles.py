"""The two roles of the blocking pump, reader and sender, and how threads wait for each other.

Each role is held by at most one waiter. A thread that needs a reply and finds no reader becomes the reader: it
receives, and files what belongs to others too. A thread that finds a reader sleeps on a lock of its own until it is
woken. **A thread that gives up a role wakes one that still waits**, so a role is never vacant while it is needed.

**Roles are taken without a lock.** "If there is no reader, it is me" is plain statements without a call or a backward
jump between them ("one step"). With the global interpreter lock such a step is neither interrupted by a signal handler
nor switched away from, on every supported release. So it excludes others as a lock would, and nothing can stay locked.
`connect` refuses an interpreter without the global lock.

**Signals.** A handler's exception may come between a change and the wake that should follow it. So no thread sleeps
for long without checking for itself, and one that checks does what may have been left undone. Clean-up is in a
`finally` without a loop in its `try`, and begins with plain assignments (`guard.py` says why).

**How much is read** is decided by `Session.reading_mode`. A thread that waits for a reply, or for a stream's data,
reads everything. While reading is held back, the watcher and threads that wait to send read a portion at a time. They
also look for the end of the link; when the peer has hung up, all it sent before is read at once.
"""

from __future__ import annotations

import select
import time
from _thread import allocate_lock

from .._transport.link import HANGUP
from ..errors import OperationTimeout
from .call import Outgoing, Waiter
from .core import FULL, THROTTLED, THROTTLED_SECONDS, THROTTLED_SIZE
from .pump import broken

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import LockType
    from collections.abc import Callable

    from .._transport.link import Link
    from .core import Session

#: How long a thread sleeps before it checks for itself; doubled each time, up to `_LAST_CHECK`.
FIRST_CHECK = 0.05
_LAST_CHECK = 0.4
#: The longest where a thread may wait for hours.
_IDLE_CHECK = 1.0
#: How long, in milliseconds, a thread polls only for room to send before it checks what else it waits for.
_ROOM_CHECK = 20
#: How many times a thread reads that must not wait: more than a socket holds, but not for ever.
_READS_AT_ONCE = 16

_HUNG_UP = HANGUP | select.POLLHUP | select.POLLERR

_monotonic = time.monotonic


class DeadlinePassed(OperationTimeout):
    """The deadline of a wait has passed. The caller turns it into the error of its call."""


class Roles:
    """Runs a session over a link, on the threads that wait."""

    def __init__(self, link: Link, session: Session) -> None:
        self.link = link
        self.session = session
        session.notify = wake
        session.hang_up = link.shutdown
        session.last_words = link.last_words
        self._reader: Waiter | None = None
        self._sender: Outgoing | None = None
        #: The frame that was begun and not sent whole. The next sender sends its rest first.
        self._leftover: Outgoing | None = None
        #: Threads that sleep until the reader wakes them, and those that wait to send, in turn.
        self._sleeping: dict[Waiter, None] = {}
        self._send_queue: dict[Outgoing, None] = {}
        self._poller = select.poll()
        self._poller.register(link.fileno, select.POLLIN)
        #: Holds both roles once the connection is closed.
        self._closing = Outgoing()
        #: While reading is held back: when the next portion is read.
        self._portion_due = 0.0
        #: Called when events have arrived, by the thread that received them. Must not raise or block.
        self.on_events: Callable[[], None] = session.drop_events

    # --- the reader --------------------------------------------------------------------------------

    def _wait(self, waiter: Waiter, deadline: float | None) -> None:
        """Returns when the waiter is ready or the session has ended; raises `DeadlinePassed`."""
        try:
            self._read_or_sleep(waiter, deadline)
        finally:
            if self._reader is waiter:
                self._reader = None
            if waiter in self._sleeping:
                del self._sleeping[waiter]
            if self._sleeping:
                self._wake_next_reader()

    def _read_or_sleep(self, waiter: Waiter, deadline: float | None) -> None:
        session = self.session
        pause = FIRST_CHECK
        while not waiter.ready and session.error is None:
            if self._reader is not None and waiter.wake is None:
                waiter.wake = _new_wake()
            # One step, in this order: a thread that leaves the role first gives it up, then looks who sleeps.
            self._sleeping[waiter] = None
            if self._reader is None and not waiter.ready:
                self._reader = waiter
            if self._reader is waiter or waiter.ready or waiter.wake is None:
                del self._sleeping[waiter]
            # The step ends here.
            if self._reader is waiter:
                self._read_until(waiter, deadline)
            elif waiter in self._sleeping:
                self._sleep(waiter, deadline, pause)
                pause = min(2 * pause, _LAST_CHECK)
                session.recheck()
                if session.control_frames:
                    self.flush_control()

    def _sleep(self, sleeper: Waiter, deadline: float | None, pause: float) -> None:
        """Sleeps until woken, or `pause` seconds; raises `DeadlinePassed`."""
        if deadline is not None:
            remaining = deadline - _monotonic()
            if remaining <= 0:
                raise DeadlinePassed
            pause = min(pause, remaining)
        sleeper.wake.acquire(True, pause)

    def _wake_next_reader(self) -> None:
        """Wakes one thread that still waits, so that it becomes the reader."""
        for waiter in list(self._sleeping):  # they remove themselves at any time
            if not waiter.ready:
                wake(waiter)
                return

    def _read_until(self, waiter: Waiter, deadline: float | None) -> None:
        """Receives and files until the waiter is ready or the session has ended."""
        session = self.session
        # An interrupted thread may have received something: it is looked at before this one waits for more.
        fresh = bool(session.chunks or self.link.held)
        while not waiter.ready and session.error is None:
            try:
                if fresh:
                    self.link.take(session)
                    fresh = False
                elif self._must_poll(deadline) and not self._await_input(deadline):
                    session.recheck()
                    continue
                else:
                    self.link.receive(session, session.next_size)
            except BlockingIOError:
                continue
            except OSError as error:
                session.lost(broken(error, self.link))
                return
            session.process()
            self._after_reading()

    def _must_poll(self, deadline: float | None) -> bool:
        """Whether to poll before a receive, which would wait without a limit."""
        session = self.session
        return (
            deadline is not None or self._leftover is not None or bool(session.admission.queue)
            or bool(session.control_frames)
        )  # fmt: skip

    def _after_reading(self) -> None:
        session = self.session
        if session.control_frames:
            self.flush_control()
        if session.events_pending:
            self.on_events()

    def _await_input(self, deadline: float | None) -> bool:
        """Waits until there is something to receive; sends the rest of a frame meanwhile. Raises `DeadlinePassed`.

        False when it is time to check what an interrupted thread may have left undone.
        """
        if self.link.held:
            return True
        poller = self._poller
        if self._leftover is not None and self._sender is None:
            poller = select.poll()
            poller.register(self.link.fileno, select.POLLIN | select.POLLOUT)
        timeout: float | None = None
        if deadline is not None:
            timeout = deadline - _monotonic()
            if timeout <= 0:
                raise DeadlinePassed
        if self.session.admission.queue or self.session.control_frames:
            timeout = FIRST_CHECK if timeout is None else min(timeout, FIRST_CHECK)
        ready = poller.poll(None if timeout is None else timeout * 1000)
        if not ready:
            if self.session.control_frames:
                self.flush_control()  # a thread that was sending when they were added may not have seen them
            return False
        if ready[0][1] & select.POLLOUT:
            self.flush_control()
        return bool(ready[0][1] & ~select.POLLOUT)

    # --- reading what is there -----------------------------------------------------------------------

    def has_input(self) -> bool:
        """Whether something can be received without waiting; the end of the link counts too."""
        return bool(self.link.held or self._new_poller(select.POLLIN).poll(0))

    def _new_poller(self, mask: int) -> select.poll:
        # Each thread needs its own: a poll object can't be used by two at once.
        poller = select.poll()
        poller.register(self.link.fileno, mask)
        return poller

    def read_idle(self) -> bool:
        """Receives and files once, without waiting. False if another thread is the reader."""
        me = Waiter()
        try:
            if self._reader is None:
                self._reader = me
            return self._reader is me and self._receive_available()
        finally:
            if self._reader is me:
                self._reader = None
            if self._sleeping:
                self._wake_next_reader()

    def _receive_available(self) -> bool:
        session = self.session
        try:
            self.link.receive(session, session.next_size, False)
        except BlockingIOError:
            pass
        except OSError as error:
            session.lost(broken(error, self.link))
        if session.chunks:
            session.process()
        self._after_reading()
        return True

    def read_held(self) -> None:
        """Reads what the link holds, unless reading is held back; a poll of its descriptor would not tell."""
        session = self.session
        while self.link.held and session.error is None and session.reading_mode() == FULL:
            if not self.read_idle():
                return

    def catch_up(self, waiter: Waiter | None = None) -> None:
        """Reads what has arrived while nobody waited, late replies for example, until the waiter is ready.

        It never waits, and ends even if the peer never stops sending.
        """
        for _ in range(_READS_AT_ONCE):
            if (waiter is not None and waiter.ready) or self.session.error is not None:
                return
            if not self.has_input() or not self.read_idle():
                return

    def read_portion(self, now: float) -> float:
        """While reading is held back: reads a portion if one is due. Returns the seconds until the next."""
        if now < self._portion_due:
            return self._portion_due - now
        self._portion_due = now + THROTTLED_SECONDS
        left = THROTTLED_SIZE
        while left > 0 and self.session.error is None and self.has_input():
            left -= self.session.next_size
            if not self.read_idle():
                break
        return THROTTLED_SECONDS

    def read_rest(self) -> None:
        """Reads to the end what a peer sent before it hung up; that is no more than a socket holds."""
        while self.session.error is None and self.has_input() and self.read_idle():
            pass

    # --- the sender --------------------------------------------------------------------------------

    def _transmit(self, outgoing: Outgoing, deadline: float | None) -> bool:
        """Sends a whole frame. When it raises, either no byte was sent or the rest is sent later.

        False when the link takes nothing any more: the reader will find out why.
        """
        try:
            # One step.
            if self._sender is None and not self._send_queue:
                self._sender = outgoing
            if self._sender is not outgoing:
                self._wait_to_send(outgoing, deadline)
            if self._leftover is not None:
                self._push(self._leftover, deadline)
            self._leftover = outgoing
            try:
                unsent = self.link.send(outgoing)
            except BlockingIOError:
                unsent = True
            except OSError:
                # The daemon may have sent an error before it hung up: the reader will find it.
                self._leftover = None
                outgoing.fds = ()
                outgoing.counts.append(len(outgoing.data) + len(outgoing.tail))
                return False
            if unsent:
                self._push(outgoing, deadline)
            self._leftover = None
            return True
        finally:
            if self._leftover is outgoing and not outgoing.counts:
                self._leftover = None
            if self._sender is outgoing:
                self._sender = None
            if outgoing in self._send_queue:
                del self._send_queue[outgoing]
            if self._send_queue:
                self._wake_next_sender()
            if self.session.control_frames:
                self.flush_control()  # the reader could not while this was being sent

    def _wait_to_send(self, outgoing: Outgoing, deadline: float | None) -> None:
        outgoing.wake = _new_wake()
        pause = FIRST_CHECK
        while True:
            self._send_queue[outgoing] = None
            # In turn, so that a thread that sends many frames keeps nobody waiting. Out of turn only when the next one
            # has not come for a while.
            queue = list(self._send_queue)  # others remove themselves at any time
            my_turn = queue[0] is outgoing or pause > FIRST_CHECK
            # One step.
            if my_turn and self._sender is None:
                self._sender = outgoing
            if self._sender is outgoing:
                return
            if self._sender is self._closing:
                self.session.check()
            self._sleep(outgoing, deadline, pause)
            pause = min(2 * pause, _LAST_CHECK)

    def _wake_next_sender(self) -> None:
        for outgoing in list(self._send_queue):
            wake(outgoing)
            return

    def _push(self, outgoing: Outgoing, deadline: float | None) -> None:
        """Sends the rest of a frame. Receives meanwhile if nobody else does: the peer may wait for that."""
        while True:
            try:
                unsent = self.link.send(outgoing)
            except BlockingIOError:
                unsent = True
                self._await_room(deadline)
            except OSError as error:
                self._leftover = None
                outgoing.fds = ()
                self.session.lost(broken(error, self.link))
                return
            if not unsent or self.session.error is not None:
                self._leftover = None
                outgoing.fds = ()
                return

    def _await_room(self, deadline: float | None) -> None:
        """Waits until more can be sent; receives meanwhile if no other thread does."""
        me = Waiter()
        try:
            self._await_room_as(me, deadline)
        finally:
            if self._reader is me:
                self._reader = None
            if me in self.session.others:
                del self.session.others[me]
            if self._sleeping:
                self._wake_next_reader()

    def _await_room_as(self, me: Waiter, deadline: float | None) -> None:
        session = self.session
        session.others[me] = None  # the daemon may read nothing until we have read what it sent
        mode = session.reading_mode()
        # One step. While reading is held back the role stays free for a thread that needs it.
        if mode == FULL and self._reader is None:
            self._reader = me
        reads = self._reader is me or self._reader is self._sender
        if reads and self.link.held:
            self._receive_available()
            return
        timeout = None
        if deadline is not None:
            timeout = deadline - _monotonic()
            if timeout <= 0:
                raise DeadlinePassed
        if not reads:
            # The reader may leave, and then nobody would read what the daemon sends.
            timeout = FIRST_CHECK if timeout is None else min(timeout, FIRST_CHECK)
        poller = self._new_poller(select.POLLOUT | (select.POLLIN if reads else HANGUP))
        ready = poller.poll(None if timeout is None else timeout * 1000)
        found = ready[0][1] if ready else 0
        if reads and found & ~select.POLLOUT:
            self._receive_available()
        elif found & _HUNG_UP:
            self.read_rest()
        elif not reads and mode == THROTTLED:
            self.read_portion(_monotonic())

    def flush_control(self) -> None:
        """Sends the control frames, as far as it goes without waiting."""
        me = Outgoing()
        try:
            # One step.
            if self._sender is None:
                self._sender = me
            if self._sender is me:
                self._send_control_frames()
        finally:
            if self._sender is me:
                self._sender = None
            if self._send_queue:
                self._wake_next_sender()

    def _send_control_frames(self) -> None:
        session = self.session
        while True:
            leftover = self._leftover
            if leftover is None:
                if not session.control_frames:
                    return
                leftover = Outgoing(session.control_frames[0])
                # One step.
                self._leftover = leftover
                del session.control_frames[0]
            try:
                unsent = self.link.send(leftover)
            except BlockingIOError:
                return
            except OSError as error:
                self._leftover = None
                leftover.fds = ()
                session.lost(broken(error, self.link))
                return
            if not unsent:
                self._leftover = None
                leftover.fds = ()

    def offer(self, data: bytes) -> bool:
        """Takes a frame to be sent now or later; False when others wait to be sent before it."""
        self.flush_control()
        frame = Outgoing(data)
        try:
            # One step.
            if self._sender is None and self._leftover is None:
                self._sender = self._leftover = frame
            if self._sender is not frame:
                return False
        finally:
            if self._sender is frame:
                self._sender = None
            if self._send_queue:
                self._wake_next_sender()
        self.flush_control()
        return True

    def has_room(self) -> bool:
        """Whether `offer` would take a frame."""
        self.flush_control()
        return self._sender is None and self._leftover is None

    # --- sleeping ------------------------------------------------------------------------------------

    def _sleep_until_ready(self, waiter: Waiter, deadline: float | None, full: tuple[Roles, ...]) -> bool:
        if waiter.wake is None:
            fresh = _new_wake()
            # One step.
            if waiter.wake is None:
                waiter.wake = fresh
        try:
            return self._sleep_long(waiter, deadline, full)
        finally:
            wake(
                waiter
            )  # several threads may sleep on this waiter, and one wake wakes one: it wakes the next

    def _sleep_long(self, waiter: Waiter, deadline: float | None, full: tuple[Roles, ...]) -> bool:
        pause = FIRST_CHECK
        while not waiter.ready and self.session.error is None:
            limit = pause
            if deadline is not None:
                remaining = deadline - _monotonic()
                if remaining <= 0:
                    return False
                limit = min(pause, remaining)
            if not full:
                waiter.wake.acquire(True, limit)
                pause = min(2 * pause, _IDLE_CHECK)
            elif [pump for pump in full if pump.session.error is not None or pump.has_room()]:
                return False
            else:
                # A thread can't wait for room and for its waiter at once, so it checks the waiter now and then.
                poller = select.poll()
                for pump in full:
                    if pump._sender is None:
                        poller.register(pump.link.fileno, select.POLLOUT)
                poller.poll(_ROOM_CHECK)
        return True

    # --- the end -----------------------------------------------------------------------------------

    def _take_both_roles(self) -> None:
        """Takes both roles for good: nobody may use the descriptor any more, its number may soon be another file's.

        The link has been shut down, so a thread that reads or sends leaves at once.
        """
        closing = self._closing
        while not (self._reader is closing and self._sender is closing):
            # One step.
            if (self._reader is None or self._reader is closing) and (
                self._sender is None or self._sender is closing
            ):
                self._reader = self._sender = closing
            else:
                time.sleep(0.0005)


def wake(sleeper: Waiter) -> None:
    lock = sleeper.wake
    if lock is not None:
        try:
            lock.release()
        except RuntimeError:
            pass  # it has been woken already


def _new_wake() -> LockType:
    lock = allocate_lock()
    lock.acquire()
    return lock
