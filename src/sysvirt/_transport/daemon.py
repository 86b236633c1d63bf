"""Starting a user's own libvirt daemon."""

from __future__ import annotations

import os

from .descriptors import Descriptors
from .process import Process, above_standard


class StartedDaemon(Process):
    """A daemon started here; it outlives us and ends by itself when nobody uses it."""

    def failed(self) -> int | None:
        """Its exit status, if it has ended already and not well; None otherwise."""
        self.look()
        # Status 0 is another daemon's success: two clients may start one at the same time.
        return self.status or None


def start(command: tuple[str, ...]) -> StartedDaemon:
    """Starts the daemon in a session of its own, so that no signal for us reaches it."""
    opened = Descriptors(map(os.open, (os.devnull,), (os.O_RDWR | os.O_CLOEXEC,)))
    nothing = above_standard(opened.fd)
    return StartedDaemon(command, (nothing.fd,) * 3)
