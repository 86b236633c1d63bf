"""Runs every case, each in a process and on a private host of its own; a line for each with its figures.

python -m soak [MINUTES] [--case NAME ...] [--suite NAME ...] [--jobs N]
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rig.debian import SUITES
from rig.host import Host
from soak import giving_up, idle, traffic, transfers

CASES: dict[str, Callable[[Host, float], str]] = {
    "interrupts": giving_up.interrupts,
    "cancels": giving_up.cancels,
    "events": traffic.events,
    "callers": traffic.callers,
    "connections": traffic.connections,
    "daemons": traffic.daemons,
    "idle": idle.idle,
    "transfers": transfers.transfers,
}
#: What a case may take besides its time: the host, and what it waits for in the end.
_EXTRA_SECONDS = 120


def run(case: str, suite: str, seconds: float) -> None:
    warnings.filterwarnings("default", "unclosed <sysvirt", ResourceWarning)  # anything said is a finding
    with Host(suite) as host:
        try:
            print(CASES[case](host, seconds), flush=True)
        except BaseException as error:
            # A daemon that crashed is a finding too, but not in sysvirt.
            alive = "runs" if Path(f"/proc/{host.pid}").exists() else "is gone"
            error.add_note(f"The daemon {alive}; it has said:\n{host.messages()[-2000:]}")
            raise


def start(case: str, suite: str, seconds: float) -> bool:
    """Runs a case in a process of its own and says how it went; False for a finding."""
    begin = time.monotonic()
    command = [sys.executable, "-X", "faulthandler", "-m", "soak"]
    process = subprocess.Popen(
        [*command, "--run", "--case", case, "--suite", suite, "--seconds", str(seconds)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        figures, errors = process.communicate(timeout=seconds * 1.5 + _EXTRA_SECONDS)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)  # it then shows where its threads are
        figures, errors = process.communicate()
        errors += f"{case} hangs"
    found = bool(process.returncode or errors)
    title = f"{case:12} {suite:9} {time.monotonic() - begin:6.0f} s  {'FINDING' if found else 'ok'}"
    print(f"{title}  {figures.strip()}\n{errors}".strip(), flush=True)
    return not found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument(
        "minutes", nargs="?", type=float, default=20, help="for all cases together (default: 20)"
    )
    parser.add_argument("--case", action="append", choices=CASES, help="only this; may be repeated")
    parser.add_argument("--suite", action="append", choices=SUITES, help="only on this; may be repeated")
    parser.add_argument("--jobs", type=int, default=2, help="how many cases run at a time")
    parser.add_argument("--seconds", type=float, help="for each case, instead of minutes for all")
    parser.add_argument("--run", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    # The longest first.
    todo = [(case, suite) for case in options.case or list(CASES)[::-1] for suite in options.suite or SUITES]
    if options.run:
        for case, suite in todo:
            run(case, suite, options.seconds)
        return 0
    seconds = options.seconds or max(idle.USUAL_SECONDS, options.minutes * 60 * options.jobs / len(todo))
    with ThreadPoolExecutor(options.jobs) as pool:
        runs = [pool.submit(start, case, suite, seconds) for case, suite in todo]
    return 0 if all(run.result() for run in runs) else 1


if __name__ == "__main__":
    sys.exit(main())
