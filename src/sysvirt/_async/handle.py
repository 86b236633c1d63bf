"""The base of all handles: bytes of the protocol that stand for an object of the daemon."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

    from .connection import Connection


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

    def _asjson(self) -> object:
        """What a record that holds it writes in its place as JSON."""
        return self.get_name()


class UUIDHandle(Handle):
    """A handle of something with a UUID: two are equal when they have the same UUID and connection."""

    __slots__ = ("_connection",)

    #: Where the UUID's 16 bytes stand.
    _uuid_at: ClassVar[slice]

    def __init__(self, connection: Connection, ref: bytes) -> None:
        self._connection = connection
        self._ref = ref

    def get_uuid(self) -> bytes:
        """The object's UUID, 16 bytes; without a round trip. [virDomainGetUUID, virStoragePoolGetUUID]"""
        return self._ref[self._uuid_at]

    def get_uuid_string(self) -> str:
        """The object's UUID as text; without a round trip. [virDomainGetUUIDString, virStoragePoolGetUUIDString]"""
        text = self.get_uuid().hex()
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def get_connection(self) -> Connection:
        """The connection this handle belongs to."""
        return self._connection

    def _asjson(self) -> object:
        return {"name": self.get_name(), "uuid": self.get_uuid_string()}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self._connection is other._connection and self.get_uuid() == other.get_uuid()

    def __hash__(self) -> int:
        return hash(self.get_uuid())

    def __repr__(self) -> str:
        kind = type(self)
        return f"<{kind.__module__}.{kind.__name__} {self.get_name()!r} {self.get_uuid_string()}>"
