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
    """How full a pool is: `StoragePool.get_info()`."""

    __slots__ = ()
    state: StoragePoolState
    """Whether it is there to be used (`StoragePool.STATE_*`)."""
    capacity: int
    """Size, in bytes."""
    allocation: int
    """Of it in use, in bytes."""
    available: int
    """Of it free, in bytes."""

    @classmethod
    def _from_wire(cls, reply: tuple[Any, ...]) -> Self:
        state, capacity, allocation, available = reply
        return cls._make((_POOL_STATES[state], capacity, allocation, available))


class StorageVolInfo(Record):
    """How large a volume is: `StorageVol.get_info()`."""

    __slots__ = ()
    type: StorageVolType
    """What it is kept in (`StorageVol.TYPE_*`)."""
    capacity: int
    """Size that a guest sees, in bytes."""
    allocation: int
    """What it takes of the pool, in bytes; with `StorageVol.GET_PHYSICAL` how long its file is."""

    @classmethod
    def _from_wire(cls, reply: tuple[Any, ...]) -> Self:
        kind, capacity, allocation = reply
        return cls._make((_VOL_TYPES[kind], capacity, allocation))
