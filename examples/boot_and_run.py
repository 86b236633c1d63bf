"""Boots a guest, runs a command on its console, saves and restores it on the way, and shuts it down.

    python examples/boot_and_run.py URI GUEST.xml SAVE-FILE COMMAND

The guest needs an agent, and a shell on its serial console. The file is on the daemon's host, and gets the guest's
memory for a moment. Nothing of the guest is left in the end.
"""

from __future__ import annotations

import sys
from pathlib import Path

import sysvirt
from sysvirt import Domain, Progress

PATIENCE = 120  # seconds; a guest without KVM on a busy machine takes its time


def main(uri: str, guest: str, file: str, command: str) -> None:
    with sysvirt.connect(uri, timeout=PATIENCE) as conn:
        dom = conn.create_domain(Path(guest).read_text("utf-8"))
        name = dom.get_name()
        try:
            print(name, "boots ...")
            dom.wait_for_agent(timeout=PATIENCE)
            print(run(dom, command), end="")

            for progress in dom.with_progress(dom.save, file):
                show(progress)
            print()
            conn.restore_domain(file)
            dom.wait_for_state(Domain.STATE_RUNNING, timeout=PATIENCE)
            print("back again, as if nothing had been:", run(dom, "cat /proc/uptime").split()[0], "s up")
        finally:
            Path(file).unlink(missing_ok=True)
            if dom in conn.list_all_domains():
                reason = dom.shutdown_or_destroy(timeout=PATIENCE)
                print(name, "has ended:", reason.name.lower())


def run(dom: Domain, command: str) -> str:
    """What a command prints in the shell on the guest's console."""
    with dom.console() as console:
        return console.run(command, timeout=PATIENCE)


def show(progress: Progress) -> None:
    part = progress.done / progress.total if progress.total else 0
    print(
        f"\rsaved {part:4.0%} {'#' * int(40 * part):40} {progress.speed / 1e6:5.0f} MB/s", end="", flush=True
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
