"""The bases of sysvirt's enums, apart from `_enums` so that `enum` is imported only when one is built."""

from __future__ import annotations

from enum import KEEP, IntEnum, IntFlag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    class NotPlain:
        """What makes type checkers tell members of sysvirt's enums from plain numbers: see `_arguments.Number`."""


# Unknown members are kept for good, so that one value is one object; but a peer that sends ever new ones must
# not fill the memory with them.
_MOST_MEMBERS = 1000

#: Ends of format specifications that are for numbers.
_NUMERIC = tuple("bcdeEfFgGnoxX%")


def _text(member: Any) -> str:
    """For people: the name, or the number of flags that have none."""
    return member.name or int.__repr__(member)


def _format(member: Any, spec: str) -> str:
    """As text is formatted, unless the specification is for numbers."""
    return int.__format__(member, spec) if spec.endswith(_NUMERIC) else format(_text(member), spec)


class Value(IntEnum):
    """One of several values. One that this release doesn't know becomes a member with a made-up name."""

    if TYPE_CHECKING:

        @property
        def denominator(self) -> NotPlain: ...  # type: ignore[override]
    else:
        __str__, __format__ = _text, _format

    @classmethod
    def _missing_(cls, value: object) -> Value | None:
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._value_ = int(value)
        member._name_ = f"UNKNOWN_{member._value_}"
        members: dict[int, Any] = cls._value2member_map_
        if len(members) < _MOST_MEMBERS:
            member = members.setdefault(member._value_, member)
        return member

    # By value, as a made-up name is found nowhere.
    def __reduce_ex__(self, protocol: object) -> tuple[type[Value], tuple[int]]:
        return type(self), (self._value_,)


class Mask(IntFlag, boundary=KEEP):
    """A combination of bits. Those that this release doesn't know stay in."""

    if TYPE_CHECKING:

        @property
        def denominator(self) -> NotPlain: ...  # type: ignore[override]
    else:
        __str__, __format__ = _text, _format


class Mixed(int):
    """Flags of several enums in one number, which remembers them: `Domain.AFFECT_LIVE | Domain.MEM_MAXIMUM`."""

    parts: tuple[Mask | Value, ...]

    def __or__(self, other: int) -> int:
        return _either(self, other)  # type: ignore[no-any-return]

    __ror__ = __or__


def _either(flags: Any, other: Any) -> Any:
    """`|`: flags of one enum stay what they are; those of several are remembered, each as what it is."""
    if type(flags) is not Mixed and (type(flags) is type(other) or not _is_ours(other)):
        return IntFlag.__or__(flags, other)
    if not isinstance(other, int):
        return NotImplemented
    mixed = Mixed(int(flags) | int(other))
    mixed.parts = (*_parts(flags), *_parts(other))
    return mixed


def _is_ours(value: object) -> bool:
    return isinstance(value, (Mask, Mixed, Value))


def _parts(flags: int) -> tuple[Mask | Value, ...]:
    if isinstance(flags, Mixed):
        return flags.parts
    return (flags,) if isinstance(flags, (Mask, Value)) else ()


def build(name: str, is_mask: bool, members: dict[str, int], module: str) -> Any:
    """A new enum."""
    base: Any = Mask if is_mask else Value
    made: Any = base(name, members, module=module)
    if is_mask:
        made.__or__ = made.__ror__ = (
            _either  # a new class of flags has those of `enum`, whatever its base has
        )
    return made
