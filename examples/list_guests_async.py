"""As list_guests.py, with asyncio: the guests are asked all at once, over one connection.

    python examples/list_guests_async.py [URI]

Without a URI: $LIBVIRT_DEFAULT_URI, or what libvirt.conf or the daemon chooses.
"""

from __future__ import annotations

import asyncio
import sys

from sysvirt import DomainInfo, NoDomain, aio


async def info_of(dom: aio.Domain) -> DomainInfo | None:
    try:
        return await dom.get_info()
    except NoDomain:
        return None  # it was removed since the list was made


async def main(uri: str | None = None) -> None:
    async with aio.connect(uri, timeout=30) as conn:
        guests = sorted(await conn.list_all_domains(), key=aio.Domain.get_name)
        infos = await asyncio.gather(*(info_of(dom) for dom in guests))
    for dom, info in zip(guests, infos, strict=True):
        if info is not None:
            print(
                f"{dom.get_name():<24} {info.state.name.lower():<10} "
                f"{info.memory // 1024:>6} MiB  {info.nr_virt_cpu} CPU  {info.cpu_time / 1e9:.1f} s"
            )


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
