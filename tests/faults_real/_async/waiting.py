"""What both faces have for doing things beside others, in the same words."""

from __future__ import annotations

import time
from collections.abc import Callable

from rig.host import Host
from sysvirt._session.aio_facade import Job, first_of, sleep, spawn
from sysvirt.aio import Domain

from ..helpers import firmware_starts

__all__ = ["Job", "first_of", "reached", "sleep", "spawn", "start"]


async def reached(condition: Callable[[], object], what: str, seconds: float = 10) -> None:
    """Returns as soon as `condition()` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        await sleep(0.005)


async def start(host: Host, guest: Domain) -> None:
    """Starts a guest and waits for its firmware: a reset just before may leave QEMU 11.1 without any, for good."""
    before = firmware_starts(host, guest.get_name())
    await guest.create()
    await reached(lambda: firmware_starts(host, guest.get_name()) > before, "the firmware runs")
