"""Programs that are started here: each is noted in the step that starts it.

A helper goes with its owner, and is then *buried*, by a thread that lives as long as that takes: it has time to end by
itself, then it is told to, then it is killed. Only that thread asks the system for its end, so it leaves no zombie.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from _thread import start_new_thread
from functools import partial
from itertools import starmap

from .descriptors import Descriptors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

#: So many seconds a helper has to end by itself once its link has ended: a round trip to the other host, and to spare.
_GRACE_SECONDS = 2.0
#: And so many after SIGTERM.
_LAST_SECONDS = 1.0
#: The pauses between two looks grow up to this.
_PAUSE_SECONDS = 0.05

#: Python ignores these, and what is started would inherit that.
_DEFAULTS = tuple(getattr(signal, name) for name in ("SIGPIPE", "SIGXFSZ") if hasattr(signal, name))
#: Of what a helper has said, so much at its end is kept.
_WORDS_MAX = 1000


def above_standard(fd: int) -> Descriptors:
    """A copy that is none of the first three: those of a program are replaced one by one."""
    import fcntl

    return Descriptors(map(fcntl.fcntl, (fd,), (fcntl.F_DUPFD_CLOEXEC,), (3,)))


class Process:
    """A program that was started; OSError if that is not possible.

    files: for each of its first three descriptors, the one that it gets. They must not be among the first three.
    apart: in a session of its own: no signal for us reaches it, such as Ctrl-C at our terminal, nor can it use that.
    """

    def __init__(self, command: Sequence[str], files: Sequence[int], apart: bool = True) -> None:
        #: Its exit status, negative for a signal's number, once `ended`; None if somebody else has taken note of it.
        self.status: int | None = None
        self.ended = False
        #: Its id, as long as it may have to be waited for.
        self._pids: list[int] = []
        start = partial(
            os.posix_spawnp,
            command[0],
            tuple(command),
            dict(os.environ),
            file_actions=[(os.POSIX_SPAWN_DUP2, fd, number) for number, fd in enumerate(files)],
            setsid=apart,
            setsigmask=(),
            setsigdef=_DEFAULTS,
        )
        # One step: it runs and is noted, or neither.
        self._pids.extend(starmap(start, ((),)))

    def look(self) -> None:
        """Takes note of its end, if it has ended."""
        if not self.ended:
            self._look(self._pids[0], os.WNOHANG)

    def _look(self, pid: int, flags: int) -> bool:
        try:
            found, status = os.waitpid(pid, flags)
            if not found:
                return False
            self.status = os.waitstatus_to_exitcode(status)
        except ChildProcessError:
            pass  # somebody else has taken note of its end
        self._note_end()
        return True

    def _note_end(self) -> None:
        self.ended = True


class Helper(Process):
    """A program that is buried with its owner. `said` is the file of its messages, the third of its descriptors."""

    def __init__(self, command: Sequence[str], end: int, said: Descriptors, apart: bool = True) -> None:
        self._owner = os.getpid()
        self._said: Descriptors | None = said
        self._last_words = ""
        super().__init__(command, (end, end, said.fd), apart)

    def words(self) -> str:
        """The last that it has said, in one line."""
        said = self._said
        return self._last_words if said is None else _tail(said.fd)

    def bury(self) -> None:
        """Sees to its end, on a thread of its own; from any thread, and as often as you like."""
        if not self._pids or self._owner != os.getpid() or sys.is_finalizing():
            return  # what outlives this process ends as its link does, and the system buries it
        try:
            start_new_thread(self._see_out, (_GRACE_SECONDS,))
        except RuntimeError:
            self._see_out(0)

    def __del__(self) -> None:
        if getattr(self, "_pids", None):  # it may have been interrupted before it had any
            self.bury()

    # --- on the thread that buries -------------------------------------------------------------------

    def _see_out(self, grace: float) -> None:
        try:
            pid = self._pids.pop()
        except IndexError:
            return
        for seconds, number in (grace, signal.SIGTERM), (_LAST_SECONDS, signal.SIGKILL):
            if not self._ends_within(pid, seconds):
                try:
                    os.kill(pid, number)
                except OSError:
                    pass  # not ours: it has changed its user
        if not self.ended:
            self._look(pid, 0)

    def _ends_within(self, pid: int, seconds: float) -> bool:
        until = time.monotonic() + seconds
        pause = 0.001
        while not self.ended and not self._look(pid, os.WNOHANG):
            if time.monotonic() >= until:
                return False
            time.sleep(pause)
            pause = min(2 * pause, _PAUSE_SECONDS)
        return True

    def _note_end(self) -> None:
        self._last_words = self.words()
        self._said = None
        self.ended = True


def _tail(fd: int) -> str:
    begin = max(0, os.fstat(fd).st_size - _WORDS_MAX)
    text = os.pread(fd, _WORDS_MAX, begin).decode("utf-8", "replace")
    return printable(text if begin == 0 else "... " + text)


def printable(text: str) -> str:
    """What came from elsewhere, in one line and without control characters."""
    lines = ["".join([char if char.isprintable() else "?" for char in line]) for line in text.splitlines()]
    # Without rows of "@", by which ssh wants to be noticed.
    return " / ".join([line.strip(" @") for line in lines if line.strip(" @")])
