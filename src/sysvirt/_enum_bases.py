"""The bases of sysvirt's enums, apart from `_enums` so that `enum` is imported only when one is built."""

from __future__ import annotations

from enum import KEEP, IntEnum, IntFlag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Unknown members are kept for good, so that one value is one object; but a peer that sends ever new ones must
# not fill the memory with them.
_MOST_MEMBERS = 1000


class Value(IntEnum):
    """One of several values. One that this release doesn't know becomes a member with a made-up name."""

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


def build(name: str, is_mask: bool, members: dict[str, int], module: str) -> Any:
    """A new enum."""
    base: Any = Mask if is_mask else Value
    return base(name, members, module=module)
