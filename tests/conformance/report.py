"""docs/conformance.md: what the test run has seen of every method, and whether anything is missing."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path

from sysvirt._protocol.table import lxc, qemu, remote

from .recorder import Conformance

ROOT = Path(__file__).parent.parent.parent
DOCUMENT = ROOT / "docs/conformance.md"
HANDLES = ("DomainSnapshot", "DomainCheckpoint")
SUITES = {"bookworm": "libvirt 9.0, QEMU 7.2", "forky": "libvirt 12.8 or later"}
FACES = ("_async", "_sync")

_TITLE = """\
# Conformance

Made by a run of all tests, in which each method below is called on real guests of the QEMU driver, in both faces.
Each cell says where a method's effect was seen from outside, on guests of a daemon of that release, or how
libvirt itself refuses the call.

"""


def methods() -> list[str]:
    """The methods of the surface that are guests' and their snapshots' and checkpoints'."""
    with (ROOT / "spec/surface/methods.tsv").open(encoding="utf-8", newline="") as lines:
        names = [row["method"] for row in csv.DictReader(lines, delimiter="\t")]
    with (ROOT / "spec/surface/related.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            if row["object"] in HANDLES:
                names.append(f"{row['object']}.{row['method']}")
    return names


def excused() -> tuple[dict[str, str], dict[str, str]]:
    """Methods that are still to come, and procedures that nothing uses: each with its reason."""
    spec = tomllib.loads((ROOT / "spec/conformance.toml").read_text("utf-8"))
    return (
        {name: reason for reason, names in spec["later"].items() for name in names},
        {name: reason for reason, names in spec["unused"].items() for name in names},
    )


def text(seen: Conformance) -> str:
    """The document."""
    lines = [
        _TITLE
        + "| method | procedures | "
        + " | ".join(SUITES.values())
        + " |\n| --- | --- |"
        + " --- |" * len(SUITES)
    ]
    known = methods()
    others = sorted({method for method, _, _ in seen.rows} - set(known))
    for method in [*known, *others]:
        rows = {
            suite: [seen.rows[key] for face in FACES if (key := (method, face, suite)) in seen.rows]
            for suite in SUITES
        }
        if any(rows.values()):
            used = sorted({name for found in rows.values() for row in found for name in row.procedures})
            cells = [
                "; ".join(dict.fromkeys(o for row in found for o in row.observations))
                for found in rows.values()
            ]
            cells = [" ".join(cell.replace("|", "\\|").split()) or "-" for cell in cells]
            lines.append(
                f"| `{method}` | {' '.join(f'`{name}`' for name in used) or '-'} | {' | '.join(cells)} |"
            )
    return "\n".join(lines) + "\n"


def problems(seen: Conformance) -> Iterator[str]:
    """What a whole run must have seen and has not, and what excuses nothing any more."""
    later, unused = excused()
    known = methods()
    for method in known:
        for face in FACES:
            found = any((method, face, suite) in seen.rows for suite in SUITES)
            if found == (method in later):
                yield f"{method} in {face}: " + (
                    "has an observation and is excused" if found else "no observation"
                )
    for method in later.keys() - set(known):
        yield f"{method} is excused, and is no method"
    everything = {
        procedure.name for program in (remote, qemu, lxc) for procedure in program if not procedure.is_event
    }
    for name in sorted(everything):
        excuses = [reason for pattern, reason in unused.items() if _matches(name, pattern)]
        if (name in seen.procedures) == bool(excuses):
            yield f"procedure {name}: " + (
                "used and excused" if excuses else "not seen on the wire, and not excused"
            )


def _matches(name: str, pattern: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern
