"""Checks of arguments before anything is sent, where encoding the call would not do.

The encoder refuses what the protocol cannot carry, by the protocol's names. These are for arguments that are
called something else in public, and for what libvirt's own client refuses. Most return the value to be sent.
"""

from __future__ import annotations

import os

from ._generated.schema import LIMITS
from .errors import invalid_argument, invalid_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from enum import IntFlag
    from os import PathLike
    from typing import Any, TypeAlias, TypeVar
    from uuid import UUID

    UUIDLike: TypeAlias = UUID | bytes | bytearray | memoryview | str
    StrPath: TypeAlias = str | PathLike[str]
    T = TypeVar("T")

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
    """Text that the protocol can carry."""
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
    """Several values; one text is no sequence of letters."""
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
    """The bytes of whatever has some."""
    kind = "a writable buffer of bytes" if writable else "bytes"
    try:
        view = memoryview(value).cast("B")
    except TypeError:
        raise invalid_type(name, kind, value) from None
    if writable and view.readonly:
        raise invalid_type(name, kind, value)
    return view


def integer(name: str, value: int, low: int, high: int) -> int:
    try:
        number = value.__index__()
    except (AttributeError, TypeError):
        raise invalid_type(name, "an integer", value) from None
    if not low <= number <= high:
        raise invalid_argument(name, f"an integer from {low} to {high} was expected, not {number}")
    return number


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


def descriptors(name: str, values: Iterable[int]) -> list[int]:
    """File descriptors that are open."""
    fds = [integer(name, fd, 0, INT_MAX) for fd in sequence(name, values)]
    for fd in fds:
        try:
            os.fstat(fd)
        except OSError:
            raise invalid_argument(name, f"an open file descriptor was expected, not {fd}") from None
    return fds


def flags(value: int) -> int:
    return integer("flags", value, 0, UINT_MAX)


def exclusive(value: int, *members: IntFlag) -> None:
    """Refuses flags that contradict each other: at most one of `members` may be among them."""
    chosen = [member for member in members if flags(value) & member]
    if len(chosen) > 1:
        names = " and ".join([f"{type(member).__name__}.{member.name}" for member in chosen])
        raise invalid_argument("flags", f"{names} contradict each other")


def requires(value: int, member: IntFlag, needed: IntFlag) -> None:
    """Refuses a flag without the one that it is about."""
    if flags(value) & member and not value & needed:
        kind = type(member).__name__
        raise invalid_argument("flags", f"{kind}.{member.name} is only for {kind}.{needed.name}")
