"""libvirt's .x files -> spec/protocol.json, the facts of the wire protocol.

It is laid out to be reviewed as a diff. Names of types and limits stay as in the source; resolving them
is the generator's work. On top of a release's own files come spec/additions-*.x: what newer releases
added, whose sources weren't at hand.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import xfile

SPEC = Path(__file__).parent.parent / "spec"
OUTPUT = SPEC / "protocol.json"

# Each program's file, and the names of its constants and its enum of procedures.
PROGRAMS = {
    "remote": ("src/remote/remote_protocol.x", "REMOTE", "remote_procedure"),
    "qemu": ("src/remote/qemu_protocol.x", "QEMU", "qemu_procedure"),
    "lxc": ("src/remote/lxc_protocol.x", "LXC", "lxc_procedure"),
    "keepalive": ("src/rpc/virkeepaliveprotocol.x", "KEEPALIVE", "keepalive_procedure"),
}
FRAMING = "src/rpc/virnetprotocol.x"

# Values that the .x files take from libvirt's public headers.
HEADERS = ("include/libvirt/libvirt-host.h", "include/libvirt/libvirt-common.h.in")


def import_protocol(source: Path) -> dict[Path, str]:
    """The spec file made from a libvirt source tree."""
    merged = xfile.XFile()
    additions = sorted(SPEC.glob("additions-*.x"))
    for path in [source / FRAMING, *(source / file for file, _, _ in PROGRAMS.values()), *additions]:
        merged.merge(xfile.parse(path.read_text("utf-8"), path.name))
    external = read_headers(source, names_outside(merged))
    values = {name: value for name, (value, _) in external.items()}
    constants: dict[str, int] = {}
    for name, text in merged.constants.items():
        constants[name] = values[text] if text in values else int(text, 0)
    procedure_enums = {enum for _, _, enum in PROGRAMS.values()}
    spec = {
        "libvirt": release(source),
        "additions": [path.name for path in additions],
        "external": {name: {"value": value, "from": file} for name, (value, file) in external.items()},
        "constants": constants,
        "typedefs": {name: str(type_) for name, type_ in merged.typedefs.items()},
        "enums": {
            name: {key: entry.value for key, entry in entries.items()}
            for name, entries in merged.enums.items()
            if name not in procedure_enums
        },
        "unions": {
            name: {
                "switch": str(union.switch),
                "cases": {case: [arm, str(type_)] for case, (arm, type_) in union.arms.items()},
            }
            for name, union in merged.unions.items()
        },
        "structs": {
            name: {key: str(type_) for key, type_ in fields.items()}
            for name, fields in merged.structs.items()
        },
        "programs": {
            program: {
                "number": constants[f"{prefix}_PROGRAM"],
                "version": constants[f"{prefix}_PROTOCOL_VERSION"],
                "procedures": {
                    name.removeprefix(f"{prefix}_PROC_"): {"number": entry.value, **entry.annotations}
                    for name, entry in merged.enums[enum].items()
                },
            }
            for program, (_, prefix, enum) in PROGRAMS.items()
        },
    }
    return {OUTPUT: dump(spec)}


def release(source: Path) -> str:
    """The release that a source tree says it is."""
    match = re.search(r"^\s*version: '([\d.]+)'", (source / "meson.build").read_text("utf-8"), re.MULTILINE)
    if match is None:
        raise ValueError(f"{source}: no version in meson.build")
    return match[1]


def names_outside(merged: xfile.XFile) -> list[str]:
    """Names used as a value, a size or a case that no .x file defines."""
    used = list(merged.constants.values())
    types = [*merged.typedefs.values(), *(t for fields in merged.structs.values() for t in fields.values())]
    used += [type_.size for type_ in types]
    used += [case for union in merged.unions.values() for case in union.arms]
    return [name for name in dict.fromkeys(used) if name[:1].isalpha() and name not in merged.constants]


def read_headers(source: Path, names: list[str]) -> dict[str, tuple[int, str]]:
    """The value of each name, and the header that has it."""
    texts = {header: (source / header).read_text("utf-8") for header in HEADERS}
    found: dict[str, tuple[int, str]] = {}
    for name in names:
        pattern = re.compile(rf"^#\s*define {name} \(([\d +]+)\)|^\s+{name}\s*= (\d+)", re.MULTILINE)
        for header, text in texts.items():
            if match := pattern.search(text):
                found[name] = (sum(map(int, (match[1] or match[2]).split("+"))), header)
                break
        else:
            raise ValueError(f"{name} is in none of {', '.join(HEADERS)}")
    return found


def dump(value: Any, indent: str = "") -> str:
    """JSON with one line per leaf: a constant, a field of a struct, a procedure with its annotations."""
    inner = indent + " "
    if isinstance(value, dict) and value and not _is_row(value):
        lines = (f"{inner}{json.dumps(key)}: {dump(item, inner)}" for key, item in value.items())
        text = "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    else:
        text = json.dumps(value)
    return text if indent else text + "\n"


def _is_row(value: dict[str, Any]) -> bool:
    """Whether it fits a line: an external value or a procedure; their first keys say so."""
    return next(iter(value)) in ("value", "number") and "procedures" not in value
