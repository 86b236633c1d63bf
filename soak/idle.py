"""Connections that nobody uses: they stay, and cost next to nothing."""

from __future__ import annotations

import asyncio
import os
import select
import threading
import time

import sysvirt
from rig.host import Host
from soak.figures import Finding, reached
from sysvirt import Connection, Domain, aio
from sysvirt._protocol.table import remote

#: The daemon drops who says nothing for 30 s, when they have agreed on keepalive; in a short run sooner.
USUAL_SECONDS = 130.0
SHORT_CONF = "keepalive_interval = 1\nkeepalive_count = 4\nmax_anonymous_clients = 300\n"
LONG_CONF = "max_anonymous_clients = 300\n"
MANY = 200
#: VIR_DRV_FEATURE_PROGRAM_KEEPALIVE
KEEPALIVE = 10


def idle(host: Host, seconds: float) -> str:
    """Local ones, with keepalive, with events; blocking and asyncio: all alive when it is over."""
    short = seconds < USUAL_SECONDS
    with open(host.folder / "etc/libvirtd.conf", "a") as conf:
        conf.write(SHORT_CONF if short else LONG_CONF)
    host.restart_daemon()
    tasks = _Tasks(host)
    in_tasks = threading.Thread(target=lambda: asyncio.run(tasks.idle()), daemon=True)
    in_tasks.start()
    if not tasks.are_idle.wait(60):
        raise Finding("the asyncio connections did not come up")

    plain = sysvirt.connect(host.test_uri)
    deaf = sysvirt.connect(host.test_uri)
    deaf._call(remote.CONNECT_SUPPORTS_FEATURE, KEEPALIVE)  # what makes the daemon ping; here nobody answers
    some = [plain, sysvirt.connect(host.test_uri, keepalive=(1, 30))]
    streams = []
    for number in range(MANY):
        # A daemon that pings every second, as in a short run, would be the only thing that is measured.
        keepalive = (5, 3) if number % 2 and not short else None
        conn = sysvirt.connect(host.test_uri, keepalive=keepalive)
        stream = conn.events(Domain.EVENT_ID_LIFECYCLE)
        stream.__enter__()
        some.append(conn)
        streams.append(stream)
    threads = len(os.listdir("/proc/self/task"))
    if threads != 3:
        raise Finding(
            f"one thread of ours was expected besides the main one and the tasks', not {threads - 2}"
        )
    before, begin = time.process_time(), time.monotonic()
    time.sleep(seconds)
    used = (time.process_time() - before) / (time.monotonic() - begin)
    if short:
        reached(lambda: _hung_up(deaf), "the daemon drops who is silent: otherwise this shows nothing")
    for conn in some:
        _check(conn)
    tasks.end()
    for stream in streams:
        stream.close()
    for conn in [*some, deaf]:
        conn.close()
    in_tasks.join(60)
    if not tasks.lasted:
        raise Finding("the asyncio connections did not last")
    if used > 0.03:
        raise Finding(f"idle connections use {used:.1%} of a processor")
    return (
        f"{len(some)} + {tasks.lasted} connections for {seconds:.0f} s, {used:.2%} of a processor, one thread"
    )


def _check(conn: Connection) -> None:
    try:
        conn.get_hostname()
    except sysvirt.Error as error:
        raise Finding(f"{conn!r} is gone: {error}") from error


def _hung_up(conn: Connection) -> bool:
    """Whether the other end has; without asking it, which would be a sign of life."""
    poller = select.poll()
    poller.register(conn._pump.link.fileno, 0)
    return bool(poller.poll(0))


class _Tasks:
    """The same for an event loop, on a thread of its own."""

    def __init__(self, host: Host) -> None:
        self.are_idle = threading.Event()
        self.lasted = 0
        self._host = host

    async def idle(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        uri = self._host.test_uri
        some = [await aio.connect(uri), await aio.connect(uri, keepalive=(1, 30))]
        for number in range(20):
            conn = await aio.connect(uri, keepalive=(5, 6) if number % 2 else None)
            await conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, lambda event: None)
            some.append(conn)
        self.are_idle.set()
        await self._over.wait()
        for conn in some:
            await conn.get_hostname()
            await conn.close()
        self.lasted = len(some)

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
