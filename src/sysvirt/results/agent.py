"""What a guest's agent says."""

from __future__ import annotations

from .._records import Record

__all__ = ["FSInfo"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self


class FSInfo(Record):
    """A filesystem that the guest has mounted: one entry of `Domain.get_fs_info()`."""

    __slots__ = ()
    name: str
    """What the guest calls the device, such as vda1."""
    fstype: str
    """Kind of filesystem, such as ext4."""
    mountpoint: str
    """Where in the guest it is."""
    devalias: list[str]
    """Targets of the disks that it lies on, as the definition names them."""

    @classmethod
    def _from_wire(cls, info: tuple[Any, ...]) -> Self:
        mountpoint, name, fstype, aliases = info
        return cls._make((name, fstype, mountpoint, aliases))
