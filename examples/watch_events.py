"""What happens to the guests of a host, as it happens, until Ctrl-C.

    python examples/watch_events.py [URI]

Without a URI: $LIBVIRT_DEFAULT_URI, or what libvirt.conf or the daemon chooses.
"""

from __future__ import annotations

import asyncio
import sys

from sysvirt import Domain, EventsLost, aio


async def main(uri: str | None = None) -> None:
    async with aio.connect(uri, timeout=30) as conn, conn.events(Domain.EVENT_ID_LIFECYCLE) as events:
        print(f"watching {conn.get_uri()}", flush=True)
        async for event in events:
            if isinstance(event, EventsLost):
                print(f"({event.count} events were lost: this program is too slow)", flush=True)
            else:
                print(event.domain.get_name(), event.event.name, event.detail.name, flush=True)


if __name__ == "__main__":
    try:
        asyncio.run(main(*sys.argv[1:]))
    except KeyboardInterrupt:
        pass
