"""Records: what methods return where the keys are fixed.

A subclass is its annotations, in the order of the specification's keys:

    class DomainInfo(Record):
        __slots__ = ()
        max_mem: int

The values live in one tuple behind read-only properties. That is the cheapest form that is not itself a
tuple: defining a class runs no generated code, and making a record is one allocation and one store, however
many fields it has (slots filled one by one behind a forbidding `__setattr__` cost four times as much).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, Self, dataclass_transform
else:

    def dataclass_transform(**_options):
        return lambda cls: cls


def _field(index: int) -> property:
    def read(record: Any) -> object:
        return record._values[index]

    return property(read)


def _unpacked(value: Any, leaf: Callable[[Any], object]) -> object:
    """A field's value, with the records in it as dicts."""
    if isinstance(value, Record):
        return {name: _unpacked(item, leaf) for name, item in value._items()}
    if type(value) in (list, tuple):
        return [_unpacked(item, leaf) for item in value]
    if _is_dict(value):
        return {name: _unpacked(item, leaf) for name, item in value.items()}
    return leaf(value)


def _is_dict(value: object) -> bool:
    return isinstance(value, dict)


def _itself(value: object) -> object:
    return value


def _writable(value: Any) -> object:
    """A value for JSON, or what is written in its place."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    written: object = value._asjson() if hasattr(value, "_asjson") else str(value)
    return written


def one_line(event: Record) -> str:
    """A line for people about an event's record: "guest: STARTED (BOOTED)"."""
    fields = dict(event._items())
    domain = fields.pop("domain", None)
    fields.pop("connection", None)
    text = event._summary(fields)
    return text if domain is None else f"{domain.get_name()}: {text}"


def _words(name: str) -> str:
    """The words of a class's name: "Device Removed"."""
    return "".join(
        f" {letter}" if letter.isupper() and after.islower() else letter
        for letter, after in zip(name, f"{name[1:]} ", strict=True)
    ).strip()


@dataclass_transform(frozen_default=True)
class Record:
    """Read-only fields by name; compares, hashes and pickles by value, and `match` takes it apart."""

    __slots__ = ("_values",)

    # Checkers derive __match_args__, read-only attributes and a typed constructor from the annotations.
    if TYPE_CHECKING:
        _values: tuple[Any, ...]
        __match_args__: tuple[str, ...]
    else:
        __match_args__ = ()

        def __init_subclass__(cls):
            cls.__match_args__ += tuple(cls.__annotations__)
            for index, name in enumerate(cls.__match_args__):
                setattr(cls, name, _field(index))

        def __init__(self, *values, **named):
            names = self.__match_args__
            values += tuple([named.pop(name) for name in names[len(values) :] if name in named])
            if named or len(values) != len(names):
                raise TypeError(f"{type(self).__name__} takes exactly: {', '.join(names)}")
            self._values = values

    @classmethod
    def _make(cls, values: tuple[Any, ...]) -> Self:
        """The record of exactly these values, unchecked: for calls that are made often."""
        self = cls.__new__(cls)
        self._values = values
        return self

    def asdict(self) -> dict[str, object]:
        """The fields by name. Records in it become dicts too; enums, sets and handles stay as they are."""
        return {name: _unpacked(value, _itself) for name, value in self._items()}

    def asjson(self) -> dict[str, object]:
        """The fields by name, in a form for `json.dumps`.

        Enums become names, sets of CPUs text, bytes hexadecimal digits. A guest becomes its name and UUID, a
        connection its URI.
        """
        return {name: _unpacked(value, _writable) for name, value in self._items()}

    def _summary(self, fields: dict[str, Any]) -> str:
        """What `one_line` says of these fields."""
        listed = ", ".join([f"{name} {value}" for name, value in fields.items() if value is not None])
        return ": ".join(
            filter(None, (_words(type(self).__name__.removesuffix("Event") or "event").lower(), listed))
        )

    def _items(self) -> Iterator[tuple[str, Any]]:
        return zip(self.__match_args__, self._values, strict=True)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._values == other._values

    def __hash__(self) -> int:
        return hash((type(self), self._values))

    def __repr__(self) -> str:
        fields = ", ".join([f"{name}={value!r}" for name, value in self._items()])
        return f"{type(self).__name__}({fields})"

    def __reduce__(self) -> tuple[type[Self], tuple[Any, ...]]:
        return type(self), self._values
