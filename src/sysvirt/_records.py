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
    from typing import Any, Self, dataclass_transform
else:

    def dataclass_transform(**_options):
        return lambda cls: cls


def _field(index: int) -> property:
    def read(record: Any) -> object:
        return record._values[index]

    return property(read)


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

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self.__match_args__, self._values, strict=True))

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._values == other._values

    def __hash__(self) -> int:
        return hash((type(self), self._values))

    def __repr__(self) -> str:
        fields = ", ".join([f"{name}={value!r}" for name, value in self._asdict().items()])
        return f"{type(self).__name__}({fields})"

    def __reduce__(self) -> tuple[type[Self], tuple[Any, ...]]:
        return type(self), self._values
