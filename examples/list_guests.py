"""Every guest of a host with its state, memory and CPUs.

    python examples/list_guests.py [URI]

Without a URI: $LIBVIRT_DEFAULT_URI, or what libvirt.conf or the daemon chooses.
"""

from __future__ import annotations

import sys

import sysvirt


def main(uri: str | None = None) -> None:
    with sysvirt.connect(uri, timeout=30) as conn:
        for dom in sorted(conn.list_all_domains(), key=sysvirt.Domain.get_name):
            try:
                info = dom.get_info()
            except sysvirt.NoDomain:
                continue  # it was removed since the list was made
            print(
                f"{dom.get_name():<24} {info.state.name.lower():<10} "
                f"{info.memory // 1024:>6} MiB  {info.nr_virt_cpu} CPU  {info.cpu_time / 1e9:.1f} s"
            )


if __name__ == "__main__":
    main(*sys.argv[1:])
