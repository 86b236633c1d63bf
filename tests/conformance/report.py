"""docs/conformance.md: what the test run has seen of every method, and whether anything is missing."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import sysvirt
from sysvirt._generated.constants import DomainEventID, DomainEventType
from sysvirt._protocol.table import lxc, qemu, remote
from sysvirt.events import _DETAILS, kind_of

from .recorder import CLASSES, REFUSED, Conformance, members, title

ROOT = Path(__file__).parent.parent.parent
DOCUMENT = ROOT / "docs/conformance.md"
SUITES = {"bookworm": "libvirt 9.0, QEMU 7.2", "forky": "libvirt 12.8 or later"}
FACES = ("_async", "_sync")

_TITLE = """\
# Conformance

Made by a run of all tests, in which each method below is called on real guests of the QEMU driver, in both faces.
Each cell says where a method's effect was seen from outside, on guests of a daemon of that release, how libvirt
itself refuses the call, or why there is nothing to be seen outside.
"""

_EVENTS = """
## Events

What each kind of event was caused with on a guest, where its record said what was true; those of lives
(`EVENT_ID_LIFECYCLE`) by their details. They came in the order in which `virsh event`, beside it, told of them.

"""


def methods() -> dict[str, list[str]]:
    """By class, the methods that must have a row: the specification's, in its order, then all others."""
    found: dict[str, list[str]] = {kind: [] for kind in CLASSES}
    with (ROOT / "spec/surface/methods.tsv").open(encoding="utf-8", newline="") as lines:
        found["Domain"] += [row["method"] for row in csv.DictReader(lines, delimiter="\t")]
    with (ROOT / "spec/surface/related.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            found[row["object"]].append(f"{row['object']}.{row['method']}")
    for kind, names in found.items():
        names += sorted(_public(kind) - set(names))
    return found


def _public(kind: str) -> set[str]:
    """The methods and properties of one of our classes."""
    home = getattr(sysvirt, kind)
    return {title(home, base, name) for base, name, _ in members(home) if not name.startswith("_")}


def events() -> dict[str, str]:
    """The message of each event: of each id but that of lives, and of each detail of a life."""
    found = {
        f"EVENT_{kind.name}_{detail.name}": kind_of(DomainEventID.LIFECYCLE).procedure.name
        for kind in DomainEventType
        for detail in type(_DETAILS[kind][0])
    }
    others = (number for number in DomainEventID if number != DomainEventID.LIFECYCLE)
    return found | {f"EVENT_ID_{number.name}": kind_of(number).procedure.name for number in others}


def excused(kind: str) -> dict[str, str]:
    """What a table of spec/conformance.toml excuses, each with its reason; a name may have `*`s."""
    spec = tomllib.loads((ROOT / "spec/conformance.toml").read_text("utf-8"))
    return {name: reason for reason, names in spec[kind].items() for name in names}


def text(seen: Conformance) -> str:
    """The document."""
    lines = [_TITLE]
    for kind, names in methods().items():
        lines += ["", f"## {kind}", "", "| method | procedures | " + " | ".join(SUITES.values()) + " |"]
        lines.append("| --- | --- |" + " --- |" * len(SUITES))
        lines += _rows(seen, names)
    return "\n".join([*lines, *_events(seen)]) + "\n"


def _rows(seen: Conformance, names: list[str]) -> Iterator[str]:
    """The rows of the methods of one class."""
    inside = excused("inside")
    for method in names:
        rows = {
            suite: [seen.rows[key] for face in FACES if (key := (method, face, suite)) in seen.rows]
            for suite in SUITES
        }
        used = sorted({name for found in rows.values() for row in found for name in row.procedures})
        if method in inside:
            cells = [_cell([inside[method]])] * len(SUITES)
        elif any(rows.values()):
            cells = [_cell(o for row in found for o in row.observations) for found in rows.values()]
        else:
            continue
        name = method.rpartition(".")[2]
        yield f"| `{name}` | {' '.join(f'`{name}`' for name in used) or '-'} | {' | '.join(cells)} |"


def _events(seen: Conformance) -> Iterator[str]:
    """The table of events."""
    yield _EVENTS + "| event | message | " + " | ".join(SUITES.values()) + " |"
    yield "| --- | --- |" + " --- |" * len(SUITES)
    uncaused = excused("uncaused")
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
    later, inside, unused, uncaused = map(excused, ("later", "inside", "unused", "uncaused"))
    known = {method for names in methods().values() for method in names}
    there = {method for kind in CLASSES for method in _public(kind)}
    for method in sorted(known):
        to_come = any(fnmatchcase(method, pattern) for pattern in later)
        if to_come and method in there:
            yield f"{method} is there, and is excused as one to come"
        for face in FACES:
            found = any((method, face, suite) in seen.rows for suite in SUITES)
            if found and method in inside:
                yield f"{method} in {face}: has an observation and is excused"
            elif not (found or to_come or method in inside):
                yield f"{method} in {face}: no observation"
    for name in [*later, *inside]:
        if not any(fnmatchcase(method, name) for method in known):
            yield f"{name} is excused, and is no method"
    known_events = events()
    for name in known_events:
        for face in FACES:
            causes = [seen.events.get((name, face, suite), []) for suite in SUITES]
            caused = any(not cause.startswith(REFUSED) for found in causes for cause in found)
            if caused == (name in uncaused):
                yield f"event {name} in {face}: " + ("has come and is excused" if caused else "has not come")
    for name in uncaused.keys() - known_events:
        yield f"event {name} is excused, and is none"
    everything = {
        procedure.name for program in (remote, qemu, lxc) for procedure in program if not procedure.is_event
    }
    for name in sorted(everything):
        excuses = [reason for pattern, reason in unused.items() if fnmatchcase(name, pattern)]
        if (name in seen.procedures) == bool(excuses):
            yield f"procedure {name}: " + (
                "used and excused" if excuses else "not seen on the wire, and not excused"
            )
