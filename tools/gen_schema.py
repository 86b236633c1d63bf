"""spec/protocol.json, waits.toml and annotations.toml -> the schema that the codec compiles.

Typedefs and names of limits are resolved away here, so that at run time a row of text is all there is
to read.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

ROOT = Path(__file__).parent.parent
SPEC = ROOT / "spec"
SCHEMA = ROOT / "src/sysvirt/_generated/schema.py"

BASE_CODES = {
    "int": "i",
    "unsigned int": "u",
    "hyper": "h",
    "unsigned hyper": "H",
    "double": "d",
    "char": "c",
    "unsigned char": "B",
    "short": "S",
    "unsigned short": "W",
    "bool": "b",
}
TYPE = re.compile(r"(?P<optional>\*?)(?P<base>[\w ]+?)(?:<(?P<limit>\w+)>|\[(?P<size>\w+)\])?")
WAIT_CLASSES = ("free", "end", "long", "query", "change", "agent", "host", "several", "control")


Facts: TypeAlias = Mapping[str, Any]
Key: TypeAlias = tuple[str, str]  # program and procedure


class Procedure(NamedTuple):
    """A procedure as the schema has it; args and result are names of structs, or empty for void."""

    program: str
    name: str
    number: int
    args: str
    result: str
    wait: str
    flags: str

    def row(self) -> str:
        return f"{self.number} {self.args or '-'} {self.result or '-'} {self.wait} {self.flags or '-'}"


#: (index of an argument, mask, value): the masked argument is the value, or for None has one of the mask's bits.
Condition: TypeAlias = tuple[int, int, int | None]


class WaitRule(NamedTuple):
    """The wait class that a call gets when its arguments meet all conditions."""

    conditions: tuple[Condition, ...]
    wait: str


class Schema:
    """The protocol's facts with everything resolved."""

    def __init__(self, spec: Facts, waits: Facts, annotations: Facts) -> None:
        self.release = f"{spec['libvirt']}, with {', '.join(spec['additions'])}"
        self.spec = spec
        self.values: dict[str, int] = {name: item["value"] for name, item in spec["external"].items()}
        self.values |= spec["constants"]
        self.limits: dict[str, int] = {
            name: value
            for name, value in spec["constants"].items()
            if not name.endswith(("_PROGRAM", "_PROTOCOL_VERSION"))
        }
        # A union is one row too, beside the structs.
        self.fields: dict[str, dict[str, str]] = {
            name: {field: self.code(text) for field, text in fields.items()}
            for name, fields in spec["structs"].items()
        }
        self.unions: dict[str, str] = {name: self.union(union) for name, union in spec["unions"].items()}
        self.programs: dict[str, tuple[int, int]] = {
            name: (program["number"], program["version"]) for name, program in spec["programs"].items()
        }
        self.procedures = self._procedures(self._listed_waits(waits), annotations)
        self.wait_rules: dict[Key, list[WaitRule]] = {}
        for row in waits["rule"]:
            self._add_wait_rule(row)

    def code(self, text: str) -> str:
        """The schema's code for a type as spec/protocol.json writes it."""
        match = TYPE.fullmatch(text)
        if match is None:
            raise ValueError(f"not a type: {text!r}")
        base = match["base"]
        size = match["limit"] or match["size"]
        if base == "string":
            return f"s{self.number(size)}"
        if base == "opaque":
            return f"{'o' if match['limit'] else 'x'}{self.number(size)}"
        code = self.base_code(base)
        if match["optional"]:
            return "?" + code
        if match["limit"]:
            return f"<{self.number(size)}>{code}"
        if match["size"]:
            return f"[{self.number(size)}]{code}"
        return code

    def base_code(self, base: str) -> str:
        if base in BASE_CODES:
            return BASE_CODES[base]
        if base in self.spec["enums"]:
            return "i"
        if base in self.spec["typedefs"]:
            return self.code(self.spec["typedefs"][base])
        if base in self.spec["structs"] or base in self.spec["unions"]:
            return base
        raise ValueError(f"unknown type: {base}")

    def number(self, size: str) -> int:
        return int(size) if size.isdigit() else self.values[size]

    def union(self, union: Facts) -> str:
        arms = (f"{self.number(case)}:{self.code(text)}" for case, (_, text) in union["cases"].items())
        return f"switch {self.code(union['switch'])}|{'|'.join(arms)}"

    def structs(self) -> dict[str, str]:
        """Every row of STRUCTS."""
        rows = {
            name: " ".join(f"{field}:{code}" for field, code in fields.items())
            for name, fields in self.fields.items()
        }
        return self.unions | rows

    def _procedures(self, waits: dict[Key, str], annotations: Facts) -> list[Procedure]:
        facts: dict[Key, Facts] = {
            (program, name): row
            for program, rows in self.spec["programs"].items()
            for name, row in rows["procedures"].items()
        }
        writers, carriers = _keys(annotations["writestream"]), _keys(annotations["descriptors"])
        if strangers := (waits.keys() | writers | carriers) - facts.keys():
            raise ValueError(f"no such procedure: {sorted(strangers)}")
        result: list[Procedure] = []
        for (program, name), row in facts.items():
            args, ret, msg = (
                self._body(f"{program}_{name.lower()}_{kind}") for kind in ("args", "ret", "msg")
            )
            # Keepalive's two are messages as events are: nobody waits for a reply to them.
            is_message = bool(msg) or program == "keepalive"
            marks = {
                "r": "readstream" in row,
                "w": "writestream" in row or (program, name) in writers,
                "e": is_message,
                "f": (program, name) in carriers,
            }
            flags = "".join(flag for flag, is_set in marks.items() if is_set)
            default = "free" if is_message or row.get("priority") == ["high"] else "change"
            wait = waits.get((program, name), "")
            if wait == default:
                raise ValueError(f"waits.toml: {program} {name} is {default} without being listed")
            result.append(Procedure(program, name, row["number"], args, msg or ret, wait or default, flags))
        bodies = {name for name in self.fields if name.endswith(("_args", "_ret", "_msg"))}
        if strays := bodies - {body for p in result for body in (p.args, p.result)}:
            raise ValueError(f"bodies of no procedure: {sorted(strays)}")
        return result

    def _body(self, struct: str) -> str:
        return struct if struct in self.fields else ""

    @staticmethod
    def _listed_waits(waits: Facts) -> dict[Key, str]:
        listed: dict[Key, str] = {}
        for group in waits["group"]:
            wait = _wait_class(group)
            for program in group.keys() - {"class", "reason"}:
                for name in group[program]:
                    if (program, name) in listed:
                        raise ValueError(f"waits.toml: {program} {name} is listed twice")
                    listed[program, name] = wait
        return listed

    def _add_wait_rule(self, row: Facts) -> None:
        wait = _wait_class(row)
        keys = [(program, name) for program in row.keys() & self.programs.keys() for name in row[program]]
        for program, name in keys:
            arguments = list(self.fields[f"{program}_{name.lower()}_args"])
            conditions = tuple(
                (arguments.index(one["argument"]), one.get("mask", -1), one.get("value"))
                for one in row["when"]
            )
            if not conditions or any(mask == -1 and value is None for _, mask, value in conditions):
                raise ValueError(f"waits.toml: a condition that says nothing: {row}")
            self.wait_rules.setdefault((program, name), []).append(WaitRule(conditions, wait))


def _keys(names: Facts) -> set[Key]:
    return {(program, name) for program, listed in names.items() for name in listed}


def _wait_class(entry: Facts) -> str:
    wait: str = entry["class"]
    if wait not in WAIT_CLASSES or not entry["reason"]:
        raise ValueError(f"waits.toml: no such class, or no reason: {entry}")
    return wait


@cache
def load() -> Schema:
    """The schema made from the files in spec/."""
    return Schema(
        json.loads((SPEC / "protocol.json").read_text("utf-8")),
        tomllib.loads((SPEC / "waits.toml").read_text("utf-8")),
        tomllib.loads((SPEC / "annotations.toml").read_text("utf-8")),
    )


def outputs() -> dict[Path, str]:
    """Every file this module makes."""
    return {SCHEMA: schema_text(load())}


def schema_text(schema: Schema) -> str:
    procedures = "".join(
        block(
            f'    "{program}": {{',
            (f'"{p.name}": "{p.row()}"' for p in schema.procedures if p.program == program),
            "    },",
            " " * 8,
        )
        for program in schema.programs
    )
    return (
        f'''# ruff: noqa: E501
"""libvirt's wire protocol as data: one row of text per structure and procedure.

Made by tools/generate.py from spec/, which tools/import_spec.py made from libvirt {schema.release}.
Never edit this file; to make it again: python tools/generate.py

A row of STRUCTS is `field:type ...`, or `switch type|value:type|...` for a union. Types:
    i u h H d   int, unsigned int, hyper, unsigned hyper, double
    c B S W     char, unsigned char, short, unsigned short: one 4-byte word each
    b           bool
    sN oN xN    string of at most N bytes, opaque of at most N bytes, opaque of exactly N
    <N>T [N]T   at most N of T, exactly N of T
    ?T          T or nothing
    name        another row
A row of PROCEDURES is `number args result wait-class flags`. Flags:
    r w   reads, writes a stream
    e     a message that nobody replies to: an event, or keepalive's
    f     descriptors travel with the call or its reply
A row of WAITS is (conditions, wait class) ...: the class is that of the first whose conditions all hold. A condition is
(index of an argument, mask, value): the masked argument is the value, or has one of the mask's bits where the value is
None. An array counts as the number of its elements.
"""

'''
        + block("LIMITS = {", (f'"{name}": {value}' for name, value in schema.limits.items()))
        + block("STRUCTS = {", (f'"{name}": "{row}"' for name, row in schema.structs().items()))
        + block(
            "PROGRAMS = {",
            (f'"{name}": (0x{number:08X}, {version})' for name, (number, version) in schema.programs.items()),
        )
        + f"PROCEDURES = {{\n{procedures}}}\n"
        + block(
            "WAITS: dict[tuple[str, str], tuple[tuple[tuple[tuple[int, int, int | None], ...], str], ...]] = {",
            (
                f'("{program}", "{name}"): {_rules_text(rules)}'
                for (program, name), rules in schema.wait_rules.items()
            ),
        )
    )


def block(opening: str, rows: Iterable[str], closing: str = "}", indent: str = "    ") -> str:
    return opening + "\n" + "".join(f"{indent}{row},\n" for row in rows) + closing + "\n"


def _rules_text(rules: Iterable[WaitRule]) -> str:
    return repr(tuple(tuple(rule) for rule in rules)).replace("'", '"')
