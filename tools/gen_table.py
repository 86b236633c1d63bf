"""The schema -> the stub of sysvirt._protocol.table: what each procedure takes and gives, as Python types.

The types are those of the codec in sysvirt/_protocol/xdr.py: a structure is a tuple, one that names an
object of the daemon a handle (bytes), typed parameters are a dict when decoded for an API.
"""

from __future__ import annotations

from pathlib import Path

from gen_schema import ROOT, Procedure, Schema, load

TABLE = ROOT / "src/sysvirt/_protocol/table.pyi"

SCALARS = {"d": "float", "b": "bool"} | dict.fromkeys("iuhHcBSW", "int")
HANDLES = {
    f"remote_nonnull_{kind}"
    for kind in (
        "domain",
        "domain_checkpoint",
        "domain_snapshot",
        "interface",
        "network",
        "network_port",
        "node_device",
        "nwfilter",
        "nwfilter_binding",
        "secret",
        "storage_pool",
        "storage_vol",
    )
}


class _Writer:
    """Python types for one direction: what a caller passes (lenient), or what it gets (exact)."""

    def __init__(self, schema: Schema, *, passed: bool) -> None:
        self.schema = schema
        self.array = "Sequence" if passed else "list"
        self.parameters = "PassedParams" if passed else "Params"
        #: Of a field. What a client passes may be anything with an index, a server gets an int: no type is both.
        self.number = "Int" if passed else "int"

    def type(self, code: str) -> str:
        if code in SCALARS:
            return SCALARS[code]
        if code in HANDLES:
            return "bytes"
        if code in self.schema.unions:
            return "tuple[int, Value]"
        if code in self.schema.fields:
            return f"tuple[{', '.join(map(self.type, self.schema.fields[code].values()))}]"
        match code[0]:
            case "s":
                return "str"
            case "o" | "x":
                return "bytes"
            case "?":
                return f"{self.type(code[1:])} | None"
            case "<" | "[":
                element = code[1:].split(">" if code[0] == "<" else "]", 1)[1]
                if element == "remote_typed_param":
                    return self.parameters
                return f"{self.array}[{self.type(element)}]"
            case _:
                raise ValueError(f"schema type {code!r}")

    def fields(self, struct: str) -> list[str]:
        types = [self.type(code) for code in self.schema.fields[struct].values()]
        return [self.number if kind == "int" else kind for kind in types]


def outputs() -> dict[Path, str]:
    """Every file this module makes."""
    return {TABLE: table_text(load())}


def table_text(schema: Schema) -> str:
    passed, given = _Writer(schema, passed=True), _Writer(schema, passed=False)

    def row(procedure: Procedure) -> str:
        takes = passed.fields(procedure.args) if procedure.args else []
        gives = given.fields(procedure.result) if procedure.result else []
        result = f"tuple[{', '.join(gives)}]" if len(gives) > 1 else "".join(gives) or "None"
        names = ", ".join(schema.fields.get(procedure.args, {}))
        result_names = ", ".join(schema.fields.get(procedure.result, {}))
        return (
            f"    {procedure.name}: Procedure[[{', '.join(takes)}], {result}]"
            f"  # ({names}){f' -> {result_names}' if result_names else ''}\n"
        )

    classes = "".join(
        f"\nclass {program.capitalize()}Procedures(Program):\n"
        + "".join(row(procedure) for procedure in schema.procedures if procedure.program == program)
        for program in schema.programs
    )
    instances = "".join(f"{program}: {program.capitalize()}Procedures\n" for program in schema.programs)
    return f'''# ruff: noqa: E501
# fmt: off
"""What each procedure takes and gives: the types of sysvirt._protocol.table, for checkers and editors.

Made by tools/generate.py from spec/, which tools/import_spec.py made from libvirt {schema.release}.
Never edit this file; to make it again: python tools/generate.py

Beside each procedure stand the names of its fields. An event takes nothing and gives its message.
"""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from .procedure import Procedure

Value: TypeAlias = int | float | str
#: An int where a server's handler gets it; anything with an index where a client passes it, which the encoder checks.
Int: TypeAlias = Any
Params: TypeAlias = dict[str, Value]
PassedParams: TypeAlias = Sequence[tuple[str, tuple[int, Value]]]

class Program:
    def __init__(self, name: str) -> None: ...
    def __iter__(self) -> Iterator[Procedure[..., Any]]: ...
    def by_number(self, number: int) -> Procedure[..., Any] | None: ...
    def exact(self, procedure: Procedure[..., Any]) -> Procedure[..., tuple[Any, ...]]: ...
{classes}
{instances}
def find(program: int, number: int) -> Procedure[..., Any] | None: ...
'''
