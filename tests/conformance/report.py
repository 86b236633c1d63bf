"""docs/conformance.md: what the test run has seen of every method, and whether anything is missing."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from sysvirt._generated.constants import DomainEventID, DomainEventType
from sysvirt._protocol.table import lxc, qemu, remote
from sysvirt.events import _DETAILS, kind_of

from .recorder import TOO_OLD, Conformance

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

_EVENTS = """
## Events

What each kind of event was caused with on a guest, where its record said what was true; those of lives
(`EVENT_ID_LIFECYCLE`) by their details. They came in the order in which `virsh event`, beside it, told of them.

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


def events() -> dict[str, str]:
    """The message of each event: of each id but that of lives, and of each detail of a life."""
    found = {
        f"EVENT_{kind.name}_{detail.name}": kind_of(DomainEventID.LIFECYCLE).procedure.name
        for kind in DomainEventType
        for detail in type(_DETAILS[kind][0])
    }
    others = (number for number in DomainEventID if number != DomainEventID.LIFECYCLE)
    return found | {f"EVENT_ID_{number.name}": kind_of(number).procedure.name for number in others}


def excused() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Methods still to come, procedures that nothing uses, events that can't be caused: each with its reason."""
    spec = tomllib.loads((ROOT / "spec/conformance.toml").read_text("utf-8"))
    later, unused, uncaused = (
        {name: reason for reason, names in spec[kind].items() for name in names}
        for kind in ("later", "unused", "uncaused")
    )
    return later, unused, uncaused


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
            cells = [_cell(o for row in found for o in row.observations) for found in rows.values()]
            lines.append(
                f"| `{method}` | {' '.join(f'`{name}`' for name in used) or '-'} | {' | '.join(cells)} |"
            )
    return "\n".join([*lines, *_events(seen)]) + "\n"


def _events(seen: Conformance) -> Iterator[str]:
    """The table of events."""
    yield _EVENTS + "| event | message | " + " | ".join(SUITES.values()) + " |"
    yield "| --- | --- |" + " --- |" * len(SUITES)
    _, _, uncaused = excused()
    for name, procedure in events().items():
        cells = [
            _cell(cause for face in FACES for cause in seen.events.get((name, face, suite), ()))
            if name not in uncaused
            else _cell([f"not caused: {uncaused[name]}"])
            for suite in SUITES
        ]
        yield f"| `{name}` | `{procedure}` | {' | '.join(cells)} |"


def _cell(parts: Iterable[str]) -> str:
    return " ".join("; ".join(dict.fromkeys(parts)).replace("|", "\\|").split()) or "-"


def problems(seen: Conformance) -> Iterator[str]:
    """What a whole run must have seen and has not, and what excuses nothing any more."""
    later, unused, uncaused = excused()
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
    known_events = events()
    for name in known_events:
        for face in FACES:
            causes = [seen.events.get((name, face, suite), []) for suite in SUITES]
            caused = any(cause != TOO_OLD for found in causes for cause in found)
            if caused == (name in uncaused):
                yield f"event {name} in {face}: " + ("has come and is excused" if caused else "has not come")
    for name in uncaused.keys() - known_events:
        yield f"event {name} is excused, and is none"
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
