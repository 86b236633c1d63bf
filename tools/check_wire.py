"""The generated schema against what libvirt 12.8's own wireshark dissector knows of the protocol.

    python tools/check_wire.py

spec/wire-12.8/ has the tables read out of the dissector, which no one here wrote: every procedure with its
number, and every field of every message, in order, with the type it is shown as. Limits aren't in it.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
WIRE = ROOT / "spec/wire-12.8"
SCHEMA = ROOT / "src/sysvirt/_generated/schema.py"

# 12.8 renamed one argument of eight calls; our names are 11.3's.
_RENAMED_IN = "prepare perform prepare2 prepare_tunnel begin3 prepare3 prepare_tunnel3 perform3"
# Our rows have no names for the arms of a union, only the values that choose them.
_ARMS = enumerate(("i", "ui", "l", "ul", "d", "b", "s"), start=1)
# Nothing else may have another name there.
RENAMED = {
    f"remote_domain_migrate_{call}_args.resource": f"remote_domain_migrate_{call}_args.bandwidth"
    for call in _RENAMED_IN.split()
} | {f"remote_typed_param_value.{value}": f"remote_typed_param_value.{arm}" for value, arm in _ARMS}

# The dissector shows every field of this name as the enum of its own header, whatever it is.
SHOWN_WRONG = "type"

# Enums are ints in our schema and unsigned in the dissector; there is one.
ENUM_FIELDS = {"remote_auth_list_ret.types.types"}

SHOWN_AS = {
    "i": "FT_INT32",
    "u": "FT_UINT32",
    "h": "FT_INT64",
    "H": "FT_UINT64",
    "d": "FT_DOUBLE",
    "c": "FT_INT8",
    "B": "FT_UINT8",
    "S": "FT_INT16",
    "W": "FT_UINT16",
    "b": "FT_BOOLEAN",
}

Rows = list[tuple[str, str]]


def differences(structs: Mapping[str, str], procedures: Mapping[str, Mapping[str, str]]) -> list[str]:
    """What our tables (STRUCTS and PROCEDURES of the schema) and the dissector's don't agree on."""
    return field_differences(structs) + procedure_differences(procedures)


def procedure_differences(procedures: Mapping[str, Mapping[str, str]]) -> list[str]:
    ours = {
        f"{program} {name} {row.split()[0]}"
        for program, rows in procedures.items()
        for name, row in rows.items()
    }
    theirs = {" ".join(row) for row in read("procedures.tsv")}
    return [f"procedure only here: {row}" for row in sorted(ours - theirs)] + [
        f"procedure only in the dissector: {row}" for row in sorted(theirs - ours)
    ]


def field_differences(structs: Mapping[str, str]) -> list[str]:
    shown = shown_messages()
    # The frame's own structures (vir...) are the dissector's header fields, with names of their own.
    expected = {name: shown_fields(name, row) for name, row in structs.items() if not name.startswith("vir")}
    found = [f"message only here: {name}" for name in expected.keys() - shown.keys()]
    found += [f"message only in the dissector: {name}" for name in shown.keys() - expected.keys()]
    for name in expected.keys() & shown.keys():
        ours, theirs = expected[name], shown[name]
        if len(ours) != len(theirs):
            found.append(f"{name}: {len(ours)} fields here, {len(theirs)} in the dissector")
        found += [
            f"{our}: {our_type} here, {their} {their_type} in the dissector"
            for (our, our_type), (their, their_type) in zip(ours, theirs, strict=False)
            if RENAMED.get(our, our) != their or not same_type(our, our_type, their_type)
        ]
    return sorted(found)


def same_type(field: str, ours: str, theirs: str) -> bool:
    if field.endswith(f".{SHOWN_WRONG}") or field in ENUM_FIELDS:
        return theirs == "FT_UINT32"
    return ours == theirs


def shown_messages() -> dict[str, Rows]:
    """The dissector's rows of fields by message."""
    messages: dict[str, Rows] = {}
    for field, shown in read("fields.tsv"):
        message, _, inner = field.partition(".")
        if inner and message.startswith(("remote_", "qemu_", "lxc_")):
            messages.setdefault(message, []).append((field, shown))
    return messages


def shown_fields(name: str, row: str) -> Rows:
    """The rows that the dissector has for a row of STRUCTS; an array's elements stand before it."""
    rows: Rows = []
    for part in row.split("|")[1:] if row.startswith("switch ") else row.split():
        field, _, code = part.partition(":")
        path = f"{name}.{field}"
        if code[0] in "<[":
            element = code[1:].split(">" if code[0] == "<" else "]", 1)[1]
            rows.append((f"{path}.{field}", shown_as(element)))
        rows.append((path, shown_as(code)))
    return rows


def shown_as(code: str) -> str:
    code = code.removeprefix("?")
    if code in SHOWN_AS:
        return SHOWN_AS[code]
    if code[1:].isdigit():
        return "FT_STRING" if code[0] == "s" else "FT_BYTES"
    return "FT_NONE"


def read(name: str) -> list[tuple[str, ...]]:
    lines = (WIRE / name).read_text("utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines[1:]]


def main() -> int:
    schema = runpy.run_path(str(SCHEMA))
    found = differences(schema["STRUCTS"], schema["PROCEDURES"])
    print("\n".join(found) or "the schema agrees with libvirt 12.8's dissector")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
