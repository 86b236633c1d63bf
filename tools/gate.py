"""Runs all tests: each host and each Python in a process of its own, side by side, and sums up what they say.

What a process says is in build/gate/ (build/quick/), and is shown when something of it failed. The tests on the hosts
also make docs/conformance.md, or fail if they have not seen all that must be in it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rig.debian import SUITES
from rig.pythons import NEWEST, PYTHONS, Python, python
from tests.parts import MIGRATION, NO_HOST

ROOT = Path(__file__).parent.parent
OUTPUT = ROOT / "build/gate"  # or, for the quick tests, build/quick: that of all belongs to root

# What the newest Python is tried with on a host: signals, threads, loops, descriptors, streams.
ON_NEWEST = (
    "tests/faults_real",
    *(
        f"tests/api/{face}/test_{topic}.py"
        for face in ("_async", "_sync")
        for topic in ("lifecycle", "streams")
    ),
)
NEWEST_HOST = SUITES[-1]

# A process waits for its daemon and its guests half of the time.
SIDE_BY_SIDE = (os.cpu_count() or 1) + 1


@dataclass
class Part:
    """A process with a part of the tests."""

    title: str
    python: Python
    arguments: tuple[str, ...]
    #: For what its tests have seen on the host; none when they are a second run of some.
    seen: Path | None = None
    begun: float = 0
    seconds: float = 0
    status: int = 0
    #: Of its tests, by outcome.
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("passed", "failed", "skipped"), 0))

    @property
    def log(self) -> Path:
        return OUTPUT / f"{self.title.replace(' ', '-')}.log"

    @property
    def report(self) -> Path:
        return self.log.with_suffix(".xml")

    def start(self) -> subprocess.Popen[bytes]:
        arguments = [*self.arguments, f"--junitxml={self.report}", "-p", "no:cacheprovider"]
        arguments += [f"--seen={self.seen}"] if self.seen else []
        # If this process is killed, the part ends as after Ctrl-C: in good order.
        command = ["setpriv", "--pdeathsig", "INT", *self.python.command("-m", "pytest", *arguments)]
        # Tests are compiled once for each Python, not once in each process.
        env = os.environ | {"PYTHONPYCACHEPREFIX": str(ROOT / "build/pycache")}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        if self.python.version != NEWEST:
            env.setdefault(
                "SYSVIRT_SEEDS", "50"
            )  # schedules of our own code: what differs among Pythons is struck
        self.begun = time.monotonic()
        with open(self.log, "wb") as log:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=env, cwd=ROOT
            )

    def end(self, status: int) -> None:
        self.seconds = time.monotonic() - self.begun
        self.status = status or int(
            not self.report.exists()
        )  # which is written at the end, not by a test that exits
        for _, outcome, _ in self.results():
            self.counts[outcome] += 1
        if self.status and not self.counts["failed"]:
            self.counts["failed"] = (
                1  # it is no test that failed, but the part: it did not get to its end, for one
            )

    def results(self) -> Iterator[tuple[str, str, float]]:
        """Of each test: the module, the outcome, and the seconds."""
        try:
            cases = ElementTree.parse(self.report).iter("testcase")
        except (OSError, ElementTree.ParseError):
            return
        for case in cases:
            marks = {child.tag for child in case}
            outcome = (
                "failed" if marks & {"failure", "error"} else "skipped" if "skipped" in marks else "passed"
            )
            yield case.get("classname", ""), outcome, float(case.get("time", 0))

    def said(self) -> str:
        """What it printed from its first failure on, without its own sum."""
        lines = self.log.read_text("utf-8", "replace").splitlines()
        heads = [n for n, line in enumerate(lines) if line.strip("= ") in ("FAILURES", "ERRORS")]
        lines = lines[heads[0] if heads else -60 :]
        return "\n".join(line for line in lines if not (line.startswith("=") and " in " in line))


def parts() -> list[Part]:
    """All of them, what takes longest first."""
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    machine = Python(own, None, Path(sys.executable))
    pythons = {version: machine if version == own else python(version) for version in PYTHONS}
    chosen = os.environ.get("SYSVIRT_HOSTS") or ",".join(SUITES)
    found = [
        Part(f"host {suite}", machine, ("--part", suite), OUTPUT / f"{suite}.seen")
        for suite in SUITES
        if suite in chosen.split(",")
    ]
    if set(SUITES) <= set(chosen.split(",")):
        found.append(Part("migration", machine, ("--part", MIGRATION), OUTPUT / "migration.seen"))
    found += [
        Part(f"python {version}", there, ("--part", NO_HOST)) for version, there in reversed(pythons.items())
    ]
    if NEWEST_HOST in chosen.split(","):
        arguments = ("--part", NEWEST_HOST, *ON_NEWEST)
        found.append(Part(f"host {NEWEST_HOST} python {NEWEST}", pythons[NEWEST], arguments))
    return found


def run(waiting: list[Part]) -> None:
    """Run the parts, some at a time, to the end of each, whatever comes of it."""
    running: dict[int, Part] = {}
    processes: dict[int, subprocess.Popen[bytes]] = {}

    def stop(number: int, _: object) -> None:
        waiting.clear()
        for pid in running:
            os.kill(pid, signal.SIGINT)
        print(f"\n{signal.Signals(number).name}: waiting for what runs to end", flush=True)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    while waiting or running:
        while waiting and len(running) < SIDE_BY_SIDE:
            part = waiting.pop(0)
            process = part.start()
            running[process.pid] = part
            processes[process.pid] = process
        pid, status = os.wait()
        if pid in running:
            part = running.pop(pid)
            processes.pop(pid).returncode = os.waitstatus_to_exitcode(status)
            part.end(os.waitstatus_to_exitcode(status))
            print(f"{part.title} ... {'failed' if part.status else f'{part.seconds:.0f} s'}", flush=True)


def times(done: list[Part]) -> str:
    """Seconds by part and folder."""
    seconds: dict[str, float] = defaultdict(float)
    for part in done:
        for module, _, took in part.results():
            names = module.split(".")
            folder = "/".join(names[: 3 if names[1:2] == ["api"] else 2])
            seconds[f"{part.title}: {folder}"] += took
    return "".join(f"{took:8.1f}  {where}\n" for where, took in sorted(seconds.items()))


def conformance(done: list[Part]) -> str:
    """Makes the document of what was seen on the hosts; what keeps it from being made."""
    files = [str(part.seen) for part in done if part.seen]
    command = [sys.executable, "-m", "tests.conformance", *files]
    made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
    return made.stdout if made.returncode else ""


def quick_parts() -> list[Part]:
    """The quick tests that need no host, on this Python: as many as can be side by side."""
    machine = Python("", None, Path(sys.executable))
    arguments = ("--part", NO_HOST, "-m", "not slow")
    faults = sorted(map(str, (ROOT / "tests/faults").glob("test_*.py")))  # most of it all
    return [
        Part("faults 1", machine, (*arguments, *faults[::2])),
        Part("faults 2", machine, (*arguments, *faults[1::2])),
        Part("others", machine, (*arguments, "--ignore", "tests/faults")),
    ]


def main() -> int:
    global OUTPUT
    parser = argparse.ArgumentParser(prog="python -m tools.gate", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["all", "quick"], default="all", help="default: all")
    quick = parser.parse_args().what == "quick"
    OUTPUT = OUTPUT.with_name("quick") if quick else OUTPUT
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    begun = time.monotonic()
    everything = quick_parts() if quick else parts()
    run(list(everything))
    (OUTPUT / "times.txt").write_text(times(everything), "utf-8")
    failed = [part for part in everything if part.status]
    counts = {name: sum(part.counts[name] for part in everything) for name in everything[0].counts}
    for part in failed:
        print(
            f"\n{part.title}, status {part.status}; all of it is in {part.log.relative_to(ROOT)}:\n{part.said()}"
        )
    problems = ""
    if quick:
        pass
    elif sum(part.seen is not None for part in everything) < len(SUITES):
        print("Conformance: not all hosts were chosen, so it was not looked at")
    elif not failed and (problems := conformance(everything)):
        counts["failed"] += 1
        print(problems)
    print(f"In {time.monotonic() - begun:.0f} s, by part and folder in {OUTPUT.relative_to(ROOT)}/times.txt:")
    print(", ".join(f"{count} {name}" for name, count in counts.items() if count or name != "skipped"))
    return int(bool(failed or problems))


if __name__ == "__main__":
    sys.exit(main())
