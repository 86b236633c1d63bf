"""Typed parameters to the daemon: sysvirt finds the wire types for plain values."""

from __future__ import annotations

from . import _arguments as check
from ._enums import pairs
from ._generated.constants import SETS
from ._records import Record
from .errors import invalid_argument, invalid_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any, Literal, TypeAlias

    ParamType: TypeAlias = Literal["int", "uint", "llong", "ullong", "double", "boolean", "string"]
    Value: TypeAlias = int | float | str
    #: What setters take besides the type of what their getter returns. By name a `Value`, several strings, or a
    #: `TypedParam`; `object`, since that is what mypy makes of a dict with values of several types.
    Params: TypeAlias = "Mapping[str, object] | Sequence[TypedParam]"
    Sent: TypeAlias = list[tuple[str, tuple[int, Value]]]

__all__ = ["TypedParam"]

#: VIR_TYPED_PARAM_STRING_OKAY, for the flags of getters: without it a daemon leaves out what is text.
STRING_OKAY = 4

# virTypedParameterType
_CODES = {"int": 1, "uint": 2, "llong": 3, "ullong": 4, "double": 5, "boolean": 6, "string": 7}
_NAMES = {code: name for name, code in _CODES.items()}

_RANGES = {
    "int": (check.INT_MIN, check.INT_MAX),
    "uint": (0, check.UINT_MAX),
    "llong": (-(2**63), 2**63 - 1),
    "ullong": (0, check.ULLONG_MAX),
}


class TypedParam(Record):
    """A parameter with its wire type: for one whose type neither this release nor the daemon's present values tell."""

    __slots__ = ()
    name: str
    """Name of the parameter."""
    type: ParamType
    """Its wire type."""
    value: Value
    """Its value."""


def kinds(name: str) -> dict[str, str]:
    """The parameters of a set in `spec/constants.toml`: name and wire type of each."""
    return pairs(SETS[name])


def kinds_of_reply(params: Iterable[tuple[str, tuple[int, Any]]]) -> dict[str, str]:
    """Name and wire type of what the daemon sent."""
    return {name: _NAMES[code] for name, (code, _) in params}


def unknown(argument: str, values: object, known: Mapping[str, str]) -> list[str]:
    """Names in `values` whose types have to be found out."""
    return [
        name
        for name, value in _items(argument, values)
        if name not in known and not isinstance(value, TypedParam)
    ]


def encode(argument: str, values: object, known: Mapping[str, str]) -> Sent:
    """Parameters as the protocol has them; `argument` is what a caller knows `values` as."""
    sent: Sent = []
    for name, value in _items(argument, values):
        where = f"{argument}[{name!r}]"
        kind = known.get(name, "")
        if isinstance(value, TypedParam):
            if value.name != name:
                raise invalid_argument(where, f"a TypedParam of that name was expected, not {value!r}")
            kind, value = value.type, value.value
            if kind not in _CODES:
                raise invalid_argument(where, f"a type of {', '.join(_CODES)} was expected, not {kind!r}")
        elif not kind:
            raise invalid_argument(argument, f"one of {', '.join(known)} was expected, not {name!r}")
        if kind == "string*":
            several = [value] if isinstance(value, str) else _iterable(where, value)
            sent.extend((name, (_CODES["string"], check.text(where, item))) for item in several)
        else:
            sent.append((name, (_CODES[kind], _value(where, value, kind))))
    return sent


def _items(argument: str, values: Any) -> list[tuple[str, Any]]:
    if hasattr(values, "items"):
        items = list(values.items())
        for name, _ in items:
            if not isinstance(name, str):
                raise invalid_type(argument, "names as str", name)
        return items
    items = _iterable(argument, values, "a mapping or TypedParam records")
    for item in items:
        if not isinstance(item, TypedParam):
            raise invalid_type(argument, "a mapping or TypedParam records", item)
    return [(check.text(f"{argument}.name", item.name), item) for item in items]


def _iterable(where: str, value: Any, expected: str = "str, or several") -> list[Any]:
    try:
        return list(value)
    except TypeError:
        raise invalid_type(where, expected, value) from None


def _value(where: str, value: Any, kind: str) -> Value:
    if kind == "string":
        return check.text(where, value)
    if kind == "double":
        if isinstance(value, str) or not hasattr(value, "__float__"):
            raise invalid_type(where, "a number", value)
        return float(value)
    if kind == "boolean":
        return check.integer(where, value, 0, 1)
    return check.integer(where, value, *_RANGES[kind])
