"""Starting a user's own libvirt daemon."""

from __future__ import annotations

import subprocess


class StartedDaemon:
    """A daemon started here; it outlives us and ends by itself when nobody uses it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def failed(self) -> int | None:
        """Its exit status, if it has ended already; None while it runs."""
        status = self._process.poll()
        # Status 0 is another daemon's success: two clients may start one at the same time.
        return None if status == 0 else status


def start(command: tuple[str, ...]) -> StartedDaemon:
    """Starts the daemon in a session of its own, so that no signal for us reaches it."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
    )
    # It is not our child to wait for: no warning when it outlives this object.
    process.returncode = process.poll()
    return StartedDaemon(process)
