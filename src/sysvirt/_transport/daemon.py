"""Starting a user's own libvirt daemon."""

from __future__ import annotations

import os


class StartedDaemon:
    """A daemon started here; it outlives us and ends by itself when nobody uses it."""

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def failed(self) -> int | None:
        """Its exit status, if it has ended already and not well; None otherwise."""
        try:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
        except ChildProcessError:
            return None  # somebody else has taken note of its end
        # Status 0 is another daemon's success: two clients may start one at the same time.
        return os.waitstatus_to_exitcode(status) or None if pid else None


def start(command: tuple[str, ...]) -> StartedDaemon:
    """Starts the daemon in a session of its own, so that no signal for us reaches it."""
    nothing = os.devnull
    files = [
        (os.POSIX_SPAWN_OPEN, 0, nothing, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, nothing, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    return StartedDaemon(os.posix_spawn(command[0], command, os.environ, file_actions=files, setsid=True))
