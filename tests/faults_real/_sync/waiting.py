# Made by tools/unasync.py from tests/faults_real/_async/waiting.py; do not edit.
"""What both faces have for doing things beside others, in the same words."""

from __future__ import annotations

import time
from collections.abc import Callable

from rig.host import Host
from sysvirt._session.blocking_facade import Job, first_of, sleep, spawn
from sysvirt import Domain

from ..helpers import firmware_starts

__all__ = ["Job", "first_of", "reached", "sleep", "spawn", "start"]


def reached(condition: Callable[[], object], what: str, seconds: float = 10) -> None:
    """Returns as soon as `condition()` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        sleep(0.005)


def start(host: Host, guest: Domain) -> None:
    """Starts a guest and waits for its firmware: a reset just before may leave QEMU 11.1 without any, for good."""
    before = firmware_starts(host, guest.get_name())
    guest.create()
    reached(lambda: firmware_starts(host, guest.get_name()) > before, "the firmware runs")
