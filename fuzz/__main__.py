"""Fuzzes each target for some minutes with atheris, from what is known to what is not.

    python -m fuzz [MINUTES] [--target NAME ...] [--keep]

Prints a line for each; exit status 1 for a finding, whose input is then in build/fuzz and printed in hex.
`--keep` adds what has reached new code to the corpus in the repository, made as small as can be.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from fuzz import corpus
from fuzz.targets import TARGETS

BUILD = Path("build/fuzz")
#: The longest input that is tried: longer ones reach nothing more, and take longer.
LONGEST = 2048


def start(target: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = ["nice", "-n", "19", sys.executable, "-m", "fuzz.run", target, *options]
    return subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )


def unpack(inputs: list[bytes], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(inputs):
        (folder / f"{number:05}").write_bytes(data)


def one(target: str, minutes: float) -> bool:
    """Fuzzes one target and says how it went; False for a finding."""
    known, found = BUILD / target / "known", BUILD / target / "found"
    unpack([*corpus.seeds(target), *corpus.read(target)], known)
    found.mkdir(exist_ok=True)
    artifacts = BUILD / target / "finding-"
    done = start(
        target, f"-max_total_time={minutes * 60:.0f}", f"-max_len={LONGEST}", "-timeout=20", "-rss_limit_mb=1024",
        "-print_final_stats=1", f"-artifact_prefix={artifacts}", str(found), str(known),
    )  # fmt: skip
    log = BUILD / target / "log"
    log.write_text(done.stdout)
    if done.returncode:
        print(f"{target:9} FINDING; all it said is in {log}")
        print("\n".join(done.stdout.splitlines()[-40:]))
        for path in artifacts.parent.glob("finding-*"):
            print(f"{path.name}: {path.read_bytes().hex()}")
        return False
    runs = re.findall(r"stat::number_of_executed_units:\s*(\d+)", done.stdout)
    rate = re.findall(r"stat::average_exec_per_sec:\s*(\d+)", done.stdout)
    memory = re.findall(r"stat::peak_rss_mb:\s*(\d+)", done.stdout)
    cover = re.findall(r"cov: (\d+) ft: (\d+) corp: (\d+)", done.stdout)
    last = cover[-1] if cover else ("?", "?", "?")
    print(
        f"{target:9} ok  {runs[-1]} inputs, {rate[-1]} a second, {last[0]} branches, {last[2]} inputs that differ, "
        f"{memory[-1]} MiB",
        flush=True,
    )
    return True


def reached(target: str, data: bytes) -> set[tuple[object, int, int]]:
    """Which steps from line to line of sysvirt's code, compiled decoders included, an input takes."""
    steps: set[tuple[object, int, int]] = set()

    def enter(frame: FrameType, event: str, argument: object) -> Callable[..., Any] | None:
        name = frame.f_code.co_filename
        if "sysvirt" not in name and not name.startswith("<xdr"):
            return None
        last = 0

        def step(frame: FrameType, event: str, argument: object) -> Callable[..., Any]:
            nonlocal last
            steps.add((frame.f_code.co_filename, last, frame.f_lineno))
            last = frame.f_lineno
            return step

        return step

    sys.settrace(enter)
    try:
        TARGETS[target](data)
    finally:
        sys.settrace(None)
    return steps


def keep(target: str) -> None:
    """Makes the corpus anew from what it was and what was found: the shortest that lead where seeds don't."""
    seeds = corpus.seeds(target)
    for data in seeds:
        TARGETS[target](data)  # what is compiled at first use is compiled
    known = set().union(*(reached(target, data) for data in seeds))
    found = {path.read_bytes() for path in (BUILD / target / "found").iterdir()}
    kept: list[bytes] = []
    for data in sorted({*found, *corpus.read(target)}, key=lambda data: (len(data), data)):
        steps = reached(target, data)
        if not steps <= known:
            known |= steps
            kept.append(data)
    corpus.write(target, kept)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("minutes", nargs="?", type=float, default=10, help="for each target (default: 10)")
    parser.add_argument("--target", action="append", choices=list(TARGETS), help="only this; may be repeated")
    parser.add_argument(
        "--keep", action="store_true", help="add what was found to the corpus in the repository"
    )
    options = parser.parse_args()
    good = True
    for target in options.target or TARGETS:
        good &= one(target, options.minutes)
        if options.keep:
            keep(target)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
