"""Connections that nobody uses: they stay, and cost next to nothing."""

from __future__ import annotations

import asyncio
import threading
import time

import sysvirt
from rig.host import Host
from soak.figures import Finding
from sysvirt import Connection, Domain, aio
from sysvirt._protocol.table import remote

#: The daemon drops who says nothing for 30 s, when they have agreed on keepalive; in a short run sooner.
USUAL_SECONDS = 130.0
SHORT_CONF = "keepalive_interval = 1\nkeepalive_count = 2\nmax_anonymous_clients = 300\n"
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
    in_tasks = threading.Thread(target=lambda: outcome.append(asyncio.run(_idle_tasks(host, seconds))))
    outcome: list[int] = []
    in_tasks.start()

    plain = sysvirt.connect(host.test_uri)
    deaf = sysvirt.connect(host.test_uri)
    deaf._call(remote.CONNECT_SUPPORTS_FEATURE, KEEPALIVE)  # what makes the daemon ping; here nobody answers
    some = [plain, sysvirt.connect(host.test_uri, keepalive=(1, 3))]
    streams = []
    for number in range(MANY):
        # A daemon that pings every second, as in a short run, would be the only thing that is measured.
        keepalive = (5, 3) if number % 2 and not short else None
        conn = sysvirt.connect(host.test_uri, keepalive=keepalive)
        stream = conn.events(Domain.EVENT_ID_LIFECYCLE)
        stream.__enter__()
        some.append(conn)
        streams.append(stream)
    threads = [thread.name for thread in threading.enumerate() if thread is not in_tasks]
    if len(threads) != 2:
        raise Finding(f"one thread of ours was expected besides the main one, not {threads}")
    before, begin = time.process_time(), time.monotonic()
    time.sleep(seconds)
    used = (time.process_time() - before) / (time.monotonic() - begin)
    for conn in some:
        _check(conn)
    noticed = _dropped(deaf)
    if short and not noticed:
        raise Finding("the daemon does not drop who is silent: this test shows nothing")
    for stream in streams:
        stream.close()
    for conn in [*some, deaf]:
        conn.close()
    in_tasks.join(30)
    if not outcome:
        raise Finding("the asyncio connections did not last")
    if used > 0.03:
        raise Finding(f"idle connections use {used:.1%} of a processor")
    return (
        f"{len(some)} + {outcome[0]} connections for {seconds:.0f} s, {used:.2%} of a processor, one thread"
    )


def _check(conn: Connection) -> None:
    try:
        conn.get_hostname()
    except sysvirt.Error as error:
        raise Finding(f"{conn!r} is gone: {error}") from error


def _dropped(conn: Connection) -> bool:
    try:
        conn.get_hostname()
    except sysvirt.ConnectionLost:
        return True
    return False


async def _idle_tasks(host: Host, seconds: float) -> int:
    some = [await aio.connect(host.test_uri), await aio.connect(host.test_uri, keepalive=(1, 3))]
    for number in range(20):
        conn = await aio.connect(host.test_uri, keepalive=(5, 3) if number % 2 else None)
        await conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, lambda event: None)
        some.append(conn)
    await asyncio.sleep(seconds)
    for conn in some:
        await conn.get_hostname()
        await conn.close()
    return len(some)
