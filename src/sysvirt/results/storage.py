"""Storage pools and the volumes in them."""

from __future__ import annotations

from .._records import Record
from ._values import Members

__all__ = ["StoragePoolInfo", "StorageVolInfo"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self

    from .._generated.constants import StoragePoolState, StorageVolType

_POOL_STATES = Members("StoragePoolState")
_VOL_TYPES = Members("StorageVolType")


class StoragePoolInfo(Record):
    """State and sizes of a pool: `StoragePool.get_info()`."""

    __slots__ = ()
    state: StoragePoolState
    """Its state (`StoragePool.STATE_*`)."""
    capacity: int
    """Size, in bytes."""
    allocation: int
    """How much is in use, in bytes."""
    available: int
    """How much is free, in bytes."""

    @classmethod
    def _from_wire(cls, reply: tuple[Any, ...]) -> Self:
        state, capacity, allocation, available = reply
        return cls._make((_POOL_STATES[state], capacity, allocation, available))


class StorageVolInfo(Record):
    """Kind and sizes of a volume: `StorageVol.get_info()`."""

    __slots__ = ()
    type: StorageVolType
    """Its kind: a file, a block device ... (`StorageVol.TYPE_*`)."""
    capacity: int
    """Size that a guest sees, in bytes."""
    allocation: int
    """How much of the pool it uses, in bytes; with `StorageVol.GET_PHYSICAL` the length of its file."""

    @classmethod
    def _from_wire(cls, reply: tuple[Any, ...]) -> Self:
        kind, capacity, allocation = reply
        return cls._make((_VOL_TYPES[kind], capacity, allocation))
