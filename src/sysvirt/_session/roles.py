"""The two roles of the blocking pump, reader and sender, and how threads wait for each other.

Each role is held by at most one waiter. Who needs a reply and finds no reader becomes it, receives, and files what
belongs to others; who finds one sleeps on a lock of its own until the reader wakes it. **Whoever leaves wakes one that
still waits**, so that the roles are never vacant while somebody needs them.

**Roles are taken without a lock.** "If there is none it is me" is plain statements without a call or a backward jump
between them ("one step"). Where the interpreter has its global lock, such a step is neither interrupted by a signal
handler nor switched away from, on every release that is supported; so it is as exclusive as under a lock, and there is
none that could stay locked. `connect` refuses an interpreter without that lock.

**Signals.** An exception of a handler may come between a change and the wake that should follow it. So nobody sleeps
for long without checking for itself, and who checks does again what may have been left undone. What must be done on
the way out is in a `finally` without a loop in its `try`, and begins with plain assignments (`guard.py` says why).

**How much is read** is said by `Session.reading_mode`. Who waits for a reply or for a stream's data reads all there is.
While reading is held back, who waits for room to send and the watcher read a portion at a time, and look for the end
of the link, which is then read to its end at once.
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

#: How long a waiter waits before it checks for itself; doubled each time up to the last.
FIRST_CHECK = 0.05
_LAST_CHECK = 0.4
#: The same where somebody may wait for hours.
_IDLE_CHECK = 1.0
#: How long, in milliseconds, somebody waits only for room before it checks what else it waits for.
_ROOM_CHECK = 20
#: What is taken at most by who must not wait: more than a socket holds, less than a peer that never stops can send.
_READS_AT_ONCE = 16

_HUNG_UP = HANGUP | select.POLLHUP | select.POLLERR

_monotonic = time.monotonic


class DeadlineCame(OperationTimeout):
    """The deadline of this wait has come; each way out says what that means for its call."""


class Roles:
    """Runs a session over a link, on the threads that wait."""

    def __init__(self, link: Link, session: Session) -> None:
        self.link = link
        self.session = session
        session.notify = wake
        session.hang_up = link.shutdown
        self._reader: Waiter | None = None
        self._sender: Outgoing | None = None
        #: The frame that has begun to be sent. It belongs to the connection: whoever sends next sends its rest first.
        self._leftover: Outgoing | None = None
        #: Who sleeps until the reader, or the sender, wakes it.
        self._sleeping: dict[Waiter, None] = {}
        self._send_queue: dict[Outgoing, None] = {}
        self._poller = select.poll()
        self._poller.register(link.fileno, select.POLLIN)
        #: Holds both roles from the end on.
        self._closing = Outgoing()
        #: When the next portion is read while reading is held back.
        self._portion_due = 0.0
        #: Called when events have arrived, by whoever received them. Must not raise or block.
        self.on_events: Callable[[], None] = session.drop_events

    # --- the reader --------------------------------------------------------------------------------

    def _wait(self, waiter: Waiter, deadline: float | None) -> None:
        """Returns when the waiter is ready or the session has ended; raises `DeadlineCame`."""
        try:
            self._read_or_sleep(waiter, deadline)
        finally:
            if self._reader is waiter:
                self._reader = None
            if waiter in self._sleeping:
                del self._sleeping[waiter]
            if self._sleeping:
                self._pass_on()

    def _read_or_sleep(self, waiter: Waiter, deadline: float | None) -> None:
        session = self.session
        pause = FIRST_CHECK
        while not waiter.ready and session.error is None:
            if self._reader is not None and waiter.wake is None:
                waiter.wake = _new_wake()
            # One step, in this order: who leaves the role first gives it up and then looks who sleeps.
            self._sleeping[waiter] = None
            if self._reader is None and not waiter.ready:
                self._reader = waiter
            if self._reader is waiter or waiter.ready or waiter.wake is None:
                del self._sleeping[waiter]
            # Up to here.
            if self._reader is waiter:
                self._read_until(waiter, deadline)
            elif waiter in self._sleeping:
                self._sleep(waiter, deadline, pause)
                pause = min(2 * pause, _LAST_CHECK)
                session.recheck()
                if session.control_frames:
                    self.flush_control()

    def _sleep(self, sleeper: Waiter, deadline: float | None, pause: float) -> None:
        """Until somebody wakes it, its deadline, or time to check for itself."""
        if deadline is not None:
            remaining = deadline - _monotonic()
            if remaining <= 0:
                raise DeadlineCame
            pause = min(pause, remaining)
        sleeper.wake.acquire(True, pause)

    def _pass_on(self) -> None:
        """Wakes one of those that still wait, so that it takes the role that became vacant."""
        for waiter in list(self._sleeping):  # they take themselves off at any time
            if not waiter.ready:
                wake(waiter)
                return

    def _read_until(self, waiter: Waiter, deadline: float | None) -> None:
        """Receives and files until the waiter is ready or the session has ended."""
        session = self.session
        # What an interrupted thread received, or that and nothing: it must not wait for more to come.
        fresh = bool(session.chunks or self.link.held)
        while not waiter.ready and session.error is None:
            try:
                if fresh:
                    self.link.take(session)
                    fresh = False
                elif self._must_poll(deadline) and not self._poll(deadline):
                    session.recheck()
                    continue
                else:
                    self.link.receive(session, session.next_size)
            except BlockingIOError:
                continue
            except OSError as error:
                session.lost(broken(error))
                return
            session.process()
            self._after_reading()

    def _must_poll(self, deadline: float | None) -> bool:
        """Whether a receive without a look at the time would be wrong."""
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

    def _poll(self, deadline: float | None) -> bool:
        """Blocks until there is something to receive; sends what was left of a frame meanwhile.

        False when somebody waits for a turn and it is time to check whether an interrupted thread withheld it.
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
                raise DeadlineCame
        if self.session.admission.queue or self.session.control_frames:
            timeout = FIRST_CHECK if timeout is None else min(timeout, FIRST_CHECK)
        ready = poller.poll(None if timeout is None else timeout * 1000)
        if not ready:
            if self.session.control_frames:
                self.flush_control()  # who was sending when they were put there may not have seen them
            return False
        if ready[0][1] & select.POLLOUT:
            self.flush_control()
        return bool(ready[0][1] & ~select.POLLOUT)

    # --- reading what is there -----------------------------------------------------------------------

    def has_input(self) -> bool:
        """Whether something can be received without waiting; the end of the link counts."""
        return bool(self.link.held or self._new_poller(select.POLLIN).poll(0))

    def _new_poller(self, mask: int) -> select.poll:
        # Each thread has its own: one that polls can't be used by another.
        poller = select.poll()
        poller.register(self.link.fileno, mask)
        return poller

    def read_idle(self) -> bool:
        """Receives once and files what is there, without waiting. False if somebody else is the reader."""
        me = Waiter()
        try:
            if self._reader is None:
                self._reader = me
            return self._reader is me and self._read_there()
        finally:
            if self._reader is me:
                self._reader = None
            if self._sleeping:
                self._pass_on()

    def _read_there(self) -> bool:
        session = self.session
        try:
            self.link.receive(session, session.next_size, False)
        except BlockingIOError:
            pass
        except OSError as error:
            session.lost(broken(error))
        if session.chunks:
            session.process()
        self._after_reading()
        return True

    def catch_up(self, waiter: Waiter | None = None) -> None:
        """Takes what has arrived while nobody waited, late replies for example, until the waiter is ready.

        It does not wait, for a peer that never stops sending either.
        """
        for _ in range(_READS_AT_ONCE):
            if (waiter is not None and waiter.ready) or self.session.error is not None:
                return
            if not self.has_input() or not self.read_idle():
                return

    def read_portion(self, now: float) -> float:
        """Reads a portion, if it is time for one while reading is held back; seconds until the next."""
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
        """The peer has hung up: reads what it said before, which is no more than the system keeps, to the end."""
        while self.session.error is None and self.has_input() and self.read_idle():
            pass

    # --- the sender --------------------------------------------------------------------------------

    def _transmit(self, outgoing: Outgoing, deadline: float | None) -> bool:
        """Sends a frame whole; when it raises, the frame has either not begun or will be finished later.

        False when the link takes nothing any more: the reader finds out why.
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
                left = self.link.send(outgoing)
            except BlockingIOError:
                left = True
            except OSError:
                # The daemon may have said why before it hung up: let the reader find out.
                self._leftover = None
                outgoing.fds = ()
                outgoing.counts.append(len(outgoing.data) + len(outgoing.tail))
                return False
            if left:
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
                self._pass_on_sending()
            if self.session.control_frames:
                self.flush_control()  # the reader could not while this was being sent

    def _wait_to_send(self, outgoing: Outgoing, deadline: float | None) -> None:
        outgoing.wake = _new_wake()
        pause = FIRST_CHECK
        while True:
            self._send_queue[outgoing] = None
            # In turn, so that who sends one frame after another keeps nobody waiting; out of turn only when the one
            # whose turn it is has not come for a while.
            queue = list(self._send_queue)  # others take themselves off at any time
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

    def _pass_on_sending(self) -> None:
        for outgoing in list(self._send_queue):
            wake(outgoing)
            return

    def _push(self, outgoing: Outgoing, deadline: float | None) -> None:
        """Sends the rest of a frame, receiving meanwhile if nobody else does, so that neither side blocks the other."""
        while True:
            try:
                left = self.link.send(outgoing)
            except BlockingIOError:
                left = True
                self._await_room(deadline)
            except OSError as error:
                self._leftover = None
                outgoing.fds = ()
                self.session.lost(broken(error))
                return
            if not left or self.session.error is not None:
                self._leftover = None
                outgoing.fds = ()
                return

    def _await_room(self, deadline: float | None) -> None:
        """Waits until more can be sent, receiving meanwhile if no other waiter does."""
        me = Waiter()
        try:
            self._await_room_as(me, deadline)
        finally:
            if self._reader is me:
                self._reader = None
            if me in self.session.others:
                del self.session.others[me]
            if self._sleeping:
                self._pass_on()

    def _await_room_as(self, me: Waiter, deadline: float | None) -> None:
        session = self.session
        session.others[me] = None  # the daemon may take nothing until it is heard
        mode = session.reading_mode()
        # One step. Who holds back leaves the role to whoever comes and does not.
        if mode == FULL and self._reader is None:
            self._reader = me
        reads = self._reader is me or self._reader is self._sender
        timeout = None
        if deadline is not None:
            timeout = deadline - _monotonic()
            if timeout <= 0:
                raise DeadlineCame
        if not reads:
            # The reader may leave, and then nobody would take what the daemon sends.
            timeout = FIRST_CHECK if timeout is None else min(timeout, FIRST_CHECK)
        poller = self._new_poller(select.POLLOUT | (select.POLLIN if reads else HANGUP))
        ready = poller.poll(None if timeout is None else timeout * 1000)
        found = ready[0][1] if ready else 0
        if reads and found & ~select.POLLOUT:
            self._read_there()
        elif found & _HUNG_UP:
            self.read_rest()
        elif not reads and mode == THROTTLED:
            self.read_portion(_monotonic())

    def flush_control(self) -> None:
        """Sends what this side owes, as far as it goes without blocking."""
        me = Outgoing()
        try:
            # One step.
            if self._sender is None:
                self._sender = me
            if self._sender is me:
                self._send_owed()
        finally:
            if self._sender is me:
                self._sender = None
            if self._send_queue:
                self._pass_on_sending()

    def _send_owed(self) -> None:
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
                left = self.link.send(leftover)
            except BlockingIOError:
                return
            except OSError as error:
                self._leftover = None
                leftover.fds = ()
                session.lost(broken(error))
                return
            if not left:
                self._leftover = None
                leftover.fds = ()

    def offer(self, data: bytes) -> bool:
        """Takes a frame to be sent; False when others wait to be sent before it."""
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
                self._pass_on_sending()
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
            wake(waiter)  # it was one wake for all who sleep here: the next one checks for itself

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
                # A thread can't wait for both at once, so it checks for its waiter now and then.
                poller = select.poll()
                for pump in full:
                    if pump._sender is None:
                        poller.register(pump.link.fileno, select.POLLOUT)
                poller.poll(_ROOM_CHECK)
        return True

    # --- the end -----------------------------------------------------------------------------------

    def _take_both_roles(self) -> None:
        """For good: nobody comes to the descriptor any more, whose number may soon be another file's.

        The link has been shut down, so whoever is at it leaves at once.
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
