"""What handlers return, turned into what a reply's encoder takes: the inverse of how a client is given replies.

A client gets the value of an only field itself, and typed parameters as dicts; so a handler returns these. The
wire type of a parameter is found by its Python type; where libvirt has another one, the value says so: `UInt(3)`.
"""

from __future__ import annotations

from typing import cast

from .._generated.schema import STRUCTS
from .._protocol.xdr import TYPED_PARAM, fields

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeAlias

    from .._protocol.procedure import Procedure

    Value: TypeAlias = int | float | str
    Typed: TypeAlias = list[tuple[str, tuple[int, Value]]]
    Convert: TypeAlias = Callable[[Any], Any]

_INT, _UINT, _LLONG, _ULLONG, _DOUBLE, _BOOLEAN, _STRING = range(1, 8)


class Int(int):
    """A parameter of 32 bits with sign."""

    wire_type = _INT


class UInt(int):
    """A parameter of 32 bits without sign."""

    wire_type = _UINT


class LLong(int):
    """A parameter of 64 bits with sign."""

    wire_type = _LLONG


def typed_params(values: Mapping[str, Value]) -> Typed:
    """Typed parameters as replies have them; an int becomes an unsigned long long, or a long long if negative."""
    return [
        (name, (_wire_type(value), int(value) if isinstance(value, int) else value))
        for name, value in values.items()
    ]


def _wire_type(value: Value) -> int:
    if isinstance(value, bool):
        return _BOOLEAN
    if isinstance(value, int):
        return getattr(value, "wire_type", _ULLONG if value >= 0 else _LLONG)
    return _DOUBLE if isinstance(value, float) else _STRING


def reply_fields(procedure: Procedure[..., Any]) -> list[str]:
    """The names of a reply's fields."""
    return _shape(procedure)[0]


def reply_values(procedure: Procedure[..., Any], value: object) -> tuple[Any, ...]:
    """What `encode_reply` takes, of None, the value of the reply's only field, or a tuple of several."""
    names, converters = _shape(procedure)
    values = (value,) if len(names) == 1 else cast("tuple[Any, ...]", () if value is None else value)
    if not isinstance(values, tuple) or len(values) != len(names):
        raise TypeError(f"a reply to {procedure.name} has the fields {names}, not {value!r}")
    if converters is None:
        return values
    converted: tuple[Any, ...] = converters(values)
    return converted


_shapes: dict[Procedure[..., Any], tuple[list[str], Convert | None]] = {}


def _shape(procedure: Procedure[..., Any]) -> tuple[list[str], Convert | None]:
    """The names of a reply's fields, and what converts them where that has to be."""
    shape = _shapes.get(procedure)
    if shape is None:
        row = [] if procedure._ret == "-" else fields(STRUCTS[procedure._ret])
        parts = [_converter(kind) for _, kind in row]
        shape = _shapes[procedure] = ([name for name, _ in row], _structure(parts) if any(parts) else None)
    return shape


def _converter(kind: str) -> Convert | None:
    """What turns the dicts in a value of this type into typed parameters; None where there can be none."""
    if kind[0] == "?":
        inner = _converter(kind[1:])
        return inner and (lambda value: None if value is None else inner(value))
    if kind[0] in "<[":
        element = kind[1:].partition(">" if kind[0] == "<" else "]")[2]
        if element == TYPED_PARAM:
            return _parameters
        each = _converter(element)
        return each and (lambda value: [each(item) for item in value])
    row = STRUCTS.get(kind, "")
    if not row or row.startswith("switch "):
        return None
    parts = [_converter(part) for _, part in fields(row)]
    return _structure(parts) if any(parts) else None


def _structure(parts: Sequence[Convert | None]) -> Convert:
    def convert(value: Any) -> Any:
        return tuple(item if part is None else part(item) for part, item in zip(parts, value, strict=True))

    return convert


def _parameters(value: Any) -> Any:
    return typed_params(value) if hasattr(value, "items") else value
