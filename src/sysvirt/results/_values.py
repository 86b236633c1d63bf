"""Helpers that turn values of the protocol into values of records."""

from __future__ import annotations

from ..errors import RPCError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sized
    from typing import Any, TypeVar

    Some = TypeVar("Some", bound=Sized)


class Members(dict["int", "Any"]):
    """An enum's members by value; the enum is built only when it is needed."""

    def __init__(self, enum: str) -> None:
        self._enum = enum

    def __missing__(self, value: int) -> Any:
        from .._enums import lookup
        from .._generated import constants

        enum = getattr(constants, self._enum)
        # Only the enum's own members: a peer that sends ever new values must not fill the memory.
        self.update(enum._value2member_map_)
        return lookup(enum, value)


def whole(found: Some, most: int) -> Some:
    """Checks a list that the daemon limits to `most` items: one of that length may have been cut."""
    if len(found) >= most:
        raise RPCError(
            f"the daemon has {most} of what was asked for, or more, and libvirt's protocol carries no more"
        )
    return found


def text_of(characters: list[int]) -> str:
    """Text that comes as a C array of char: numbers, some below zero, and NULs at the end."""
    data = bytes([number & 255 for number in characters]).partition(b"\0")[0]
    return data.decode("utf-8", "surrogateescape")
