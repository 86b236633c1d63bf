"""What both faces have for doing things beside others, in the same words."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec

from rig.host import Host
from sysvirt._session.aio_facade import Job, first_of, sleep, spawn
from sysvirt.aio import Connection, Domain

from ..helpers import ends_at, firmware_starts

if TYPE_CHECKING:
    from sysvirt._session.aio_facade import Later

__all__ = ["Job", "first_of", "gives_up", "reached", "sleep", "spawn", "start"]

P = ParamSpec("P")


async def gives_up(
    conn: Connection,
    after: float,
    sent: str,
    call: Callable[P, Later[object]],
    *args: P.args,
    **kwargs: P.kwargs,
) -> None:
    """A call ends at its deadline and not before, and says what became of it: `sent` is "no" or "unknown".

    A slow machine may have used up the time before the call is sent: then it is made again, with more.
    """
    with ends_at(after) as caught, conn.timeout(after):
        await call(*args, **kwargs)
    while sent == "unknown" and caught.value.sent == "no" and after < 10:
        after *= 2
        with ends_at(after) as caught, conn.timeout(after):
            await call(*args, **kwargs)
    assert caught.value.sent == sent, caught.value


async def reached(condition: Callable[[], object], what: object, seconds: float = 60) -> None:
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
