"""What type checkers make of code that takes events. Only checked, never run."""

from __future__ import annotations

from typing import assert_type

import sysvirt
from sysvirt import (
    AnyEvent,
    BlockJob2Event,
    BlockJobStatus,
    Connection,
    Domain,
    EventsLost,
    EventStream,
    LifecycleEvent,
    TunableEvent,
    WatchdogAction,
    WatchdogEvent,
    aio,
)


def lifecycle(conn: Connection, dom: Domain) -> None:
    for event in conn.events(Domain.EVENT_ID_LIFECYCLE, domain=dom):
        assert_type(event, LifecycleEvent[Connection, Domain] | EventsLost[Connection, Domain])
    with conn.events(Domain.EVENT_ID_LIFECYCLE) as events:
        assert_type(events, EventStream[LifecycleEvent[Connection, Domain]])
        assert_type(
            events.next_event(), LifecycleEvent[Connection, Domain] | EventsLost[Connection, Domain] | None
        )


def others(conn: Connection) -> None:
    for event in conn.events():
        if isinstance(event, EventsLost):
            assert_type(event.count, int)
            continue
        assert_type(event.connection, Connection)
        assert_type(event.domain, Domain)
        if isinstance(event, WatchdogEvent):
            assert_type(event, WatchdogEvent[Connection, Domain])
            assert_type(event.action, WatchdogAction)
    for event in conn.events(Domain.EVENT_ID_BLOCK_JOB_2, Domain.EVENT_ID_TUNABLE):
        match event:
            case BlockJob2Event(dst=disk, status=status):
                assert_type(disk, str)
                assert_type(status, BlockJobStatus)
            case TunableEvent(params=params):
                assert_type(params["cputune.cpu_shares"], int)
            case _:
                pass


async def awaited(conn: aio.Connection) -> None:
    async for event in conn.events(Domain.EVENT_ID_LIFECYCLE):
        if isinstance(event, LifecycleEvent):
            assert_type(event.domain, aio.Domain)
    async for other in conn.events():
        if isinstance(other, WatchdogEvent):
            assert_type(other.domain, aio.Domain)


def closed(event: sysvirt.ConnectionClosedEvent[Connection, Domain]) -> None:
    assert_type(event.connection, Connection)


def callbacks(conn: Connection) -> None:
    conn.register_close_callback(closed)
    conn.register_close_callback(lifecycle)  # type: ignore[arg-type]


def handler(event: LifecycleEvent) -> None:
    """Without parameters a record is the blocking face's."""
    assert_type(event.domain, Domain)


def any_handler(event: AnyEvent) -> None:
    assert_type(event.domain, Domain)


async def awaited_handler(event: LifecycleEvent[aio.Connection, aio.Domain]) -> None:
    await event.domain.resume()


def handlers(conn: Connection) -> None:
    conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, handler)
    for event in conn.events():
        if not isinstance(event, EventsLost):
            any_handler(event)


async def awaited_handlers(conn: aio.Connection) -> None:
    await conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, awaited_handler)
