"""What every handle is: bytes of the protocol that mean an object of the daemon."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Handle:
    __slots__ = ("__weakref__", "_ref")

    #: Begins with the object's name: its length, the name, padding.
    _ref: bytes

    def get_name(self) -> str:
        """The object's name; without a round trip."""
        ref = self._ref
        return str(ref[4 : 4 + int.from_bytes(ref[:4], "big")], "utf-8", "surrogateescape")

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError(f"a {type(self).__name__} can't be pickled: look it up where it is needed")
