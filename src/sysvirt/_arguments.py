"""Checks of arguments before anything is sent, for what encoding the call does not check.

The encoder refuses what the protocol can't carry, by the protocol's names. These are for arguments with other public
names, and for what libvirt's own client refuses. Most return the value to be sent.
"""

from __future__ import annotations

import os

from ._enums import pairs
from ._generated.arguments import SAME
from ._generated.constants import CONSTANTS
from ._generated.schema import LIMITS
from .errors import InvalidArgumentType, class_name, invalid_argument, invalid_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from enum import Enum, IntFlag
    from os import PathLike
    from typing import Any, Protocol, SupportsIndex, TypeAlias, TypeVar
    from uuid import UUID

    #: As `Procedure.members` has them.
    Members: TypeAlias = tuple[tuple[int, str, tuple[str, ...]], ...]

    UUIDLike: TypeAlias = UUID | bytes | bytearray | memoryview | str
    StrPath: TypeAlias = str | PathLike[str]
    T = TypeVar("T")

    class CredentialMapping(Protocol):
        """A mapping of kinds (`Connection.CRED_*`) or names to text.

        Not `Mapping`, for which a checker wants keys of exactly one type.
        """

        def items(self) -> Iterable[tuple[int | str, str]]: ...

    class Number(Protocol):
        """A plain number, for methods that take members of some enum too.

        For a type checker members of other enums are not one. It tells them apart by an attribute of `int` that nobody
        uses and that the enums declare differently.
        """

        @property
        def denominator(self) -> int: ...
        def __index__(self) -> int: ...
        def __and__(self, other: int, /) -> int: ...
        def __or__(self, other: int, /) -> int: ...


INT_MIN = -(2**31)
INT_MAX = 2**31 - 1
UINT_MAX = 2**32 - 1
LLONG_MIN = -(2**63)
LLONG_MAX = 2**63 - 1
ULLONG_MAX = 2**64 - 1
#: In KiB: libvirt keeps sizes of memory as bytes, in 64 bits with sign.
MEMORY_MAX = 2**53 - 2

_STRING_MAX = LIMITS["REMOTE_STRING_MAX"]


def text(name: str, value: str) -> str:
    """Checks text: the protocol must be able to carry it."""
    if not isinstance(value, str):
        raise invalid_type(name, "str", value)
    if "\0" in value:
        raise invalid_argument(name, "text without a NUL character was expected")
    try:
        size = len(value.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        raise invalid_argument(name, "text that can be encoded as UTF-8 was expected") from None
    if size > _STRING_MAX:
        raise invalid_argument(name, f"at most {_STRING_MAX} bytes were expected, not {size}")
    return value


def optional_text(name: str, value: str | None) -> str | None:
    return None if value is None else text(name, value)


def sequence(name: str, values: Iterable[T]) -> list[T]:
    """Checks a sequence of values; a string is not one."""
    if isinstance(values, (str, bytes)):
        raise invalid_type(name, "several values", values)
    try:
        return list(values)
    except TypeError:
        raise invalid_type(name, "several values", values) from None


def texts(name: str, values: Iterable[str]) -> list[str]:
    return [text(name, value) for value in sequence(name, values)]


def path(name: str, value: StrPath) -> str:
    """A file of the daemon's host. A relative path starts from this process's folder, as with libvirt's client."""
    try:
        plain = os.fsdecode(value)
    except TypeError:
        raise invalid_type(name, "a path", value) from None
    if not plain:
        raise invalid_argument(name, "a path was expected, not ''")
    text(name, plain)
    return plain if plain.startswith("/") else os.path.abspath(plain)


def buffer(name: str, value: bytes | bytearray | memoryview, writable: bool = False) -> memoryview:
    """The bytes of any object with a buffer."""
    kind = "a writable buffer of bytes" if writable else "bytes"
    try:
        view = memoryview(value).cast("B")
    except TypeError:
        raise invalid_type(name, kind, value) from None
    if writable and view.readonly:
        raise invalid_type(name, kind, value)
    return view


def integer(name: str, value: SupportsIndex, low: int, high: int) -> int:
    try:
        number = value.__index__()
    except (AttributeError, TypeError):
        raise invalid_type(name, "an integer", value) from None
    if not low <= number <= high:
        raise invalid_argument(name, f"an integer from {low} to {high} was expected, not {number}")
    return number


def most(maxnames: int | None) -> int:
    """How many names of a list are wanted at most; None for all."""
    return INT_MAX if maxnames is None else integer("maxnames", maxnames, 0, INT_MAX)


def uuid(name: str, value: UUIDLike) -> bytes:
    """The 16 bytes of a UUID, given as such, as text with or without dashes, or as a `uuid.UUID`."""
    if isinstance(value, str):
        try:
            data = bytes.fromhex(value.replace("-", ""))
        except ValueError:
            data = b""
    else:
        # `bytes` is what a uuid.UUID has, whose module need not be imported for this.
        raw: Any = getattr(value, "bytes", value)
        try:
            data = bytes(memoryview(raw))
        except TypeError:
            raise invalid_type(name, "16 bytes, text or a uuid.UUID", value) from None
    if len(data) != 16:
        raise invalid_argument(name, f"16 bytes or 32 hexadecimal digits were expected, not {value!r}")
    return data


def handle(name: str, value: object, kind: type) -> None:
    """Checks a handle: one of the other face has the same class name, but can't be used here."""
    if not isinstance(value, kind):
        raise invalid_type(name, f"a {class_name(kind)}", value)


def descriptors(name: str, values: Iterable[int]) -> list[int]:
    """Checks that file descriptors are open."""
    fds = [integer(name, fd, 0, INT_MAX) for fd in sequence(name, values)]
    for fd in fds:
        try:
            os.fstat(fd)
        except OSError:
            raise invalid_argument(name, f"an open file descriptor was expected, not {fd}") from None
    return fds


# --- flags, and members of enums -------------------------------------------------------------------


def flags(value: SupportsIndex) -> int:
    return integer("flags", value, 0, UINT_MAX)


def exclusive(value: SupportsIndex, *members: IntFlag) -> None:
    """Refuses flags that contradict each other: at most one of `members` may be among them."""
    chosen = [member for member in members if flags(value) & member]
    if len(chosen) > 1:
        _same_enum(value, members[0])
        names = " and ".join([f"{type(member).__name__}.{member.name}" for member in chosen])
        raise invalid_argument("flags", f"{names} contradict each other")


def requires(value: SupportsIndex, member: IntFlag, needed: IntFlag) -> None:
    """Refuses a flag that is given without the one it belongs to."""
    if flags(value) & member and not flags(value) & needed:
        _same_enum(value, member)
        kind = type(member).__name__
        raise invalid_argument("flags", f"{kind}.{member.name} is only for {kind}.{needed.name}")


def _same_enum(value: SupportsIndex, member: IntFlag) -> None:
    """Rules between flags are for flags of one enum; a flag of another enum is refused elsewhere."""
    expect("flags", value, type(member).__name__)


def members(expected: Members, args: tuple[Any, ...]) -> None:
    """Refuses enum members that a call's arguments don't take; plain numbers pass."""
    for at, name, enums in expected:
        value = args[at]
        if value.__class__ is not int:
            expect(name, value, *enums)


def expect(name: str, value: object, *enums: str) -> None:
    """Refuses a member of another enum than these.

    A flag of another enum passes if libvirt defines it as the same flag.
    """
    if value.__class__ is int or type(value).__name__ in enums:
        return
    from ._enum_bases import Mask, Mixed, Value

    if isinstance(value, Mixed):
        for part in value.parts:
            expect(name, part, *enums)
        return
    if not isinstance(value, (Mask, Value)) or (value == 0 and all(map(_is_mask, enums))):
        return
    group, _, bits = SAME.get(type(value).__name__, "").partition(" ")
    if bits and any(SAME.get(enum, "").split(" ")[0] == group for enum in enums):
        value = type(value)(value & ~int(bits))
        if not value:
            return
    wanted = " or ".join(map(_spelling, enums)) or "0, as there are no flags for this,"
    raise InvalidArgumentType(f"{name}: {wanted} was expected, not {_spelled(value)}")


def _spelling(enum: str) -> str:
    """How an enum's members are written as constants: "Domain.START_*"."""
    owner, prefix, values = _constants_of(enum)
    return " or ".join([f"{owner}.{name}" for name in ([f"{prefix}*"] if prefix else values)])


def _spelled(member: Enum) -> str:
    """A member as the constant that it is, flags as several: "Domain.XML_SECURE | Domain.XML_INACTIVE"."""
    owner, _, values = _constants_of(type(member).__name__)
    number: int = member.value
    names = [f"{owner}.{name}" for name, value in values.items() if value == number][:1]
    if not names:
        names = [
            f"{owner}.{name}" for name, value in values.items() if value & number and value & ~number == 0
        ]
    return " | ".join(names) or repr(member)


def _is_mask(enum: str) -> bool:
    """Whether an enum's members are flags."""
    return any(groups.get(enum, "").startswith("mask ") for groups in CONSTANTS.values())


def _constants_of(enum: str) -> tuple[str, str, dict[str, int]]:
    """The class that has an enum's members as constants, what their names begin with, and their values."""
    for owner, groups in CONSTANTS.items():
        if enum in groups:
            _, prefix, items = groups[enum].split(" ", 2)
            return owner, prefix.strip("-"), {name: int(value) for name, value in pairs(items).items()}
    return enum, "", {}  # one that has no constants
