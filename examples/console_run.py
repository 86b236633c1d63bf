"""Runs a command in the shell on a guest's serial console, and prints what it says.

    python examples/console_run.py URI GUEST COMMAND

Whoever has the console already loses it.
"""

from __future__ import annotations

import sys

import sysvirt
from sysvirt import Domain


def main(uri: str, guest: str, command: str) -> None:
    with sysvirt.connect(uri, timeout=30) as conn:
        dom = conn.get_domain_by_name(guest)
        with dom.console(flags=Domain.OPEN_CONSOLE_FORCE) as console:
            for piece in console.output(command):
                print(piece, end="", flush=True)
            sys.exit(console.status)


if __name__ == "__main__":
    main(*sys.argv[1:])
