"""Answers of a guest's agent."""

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
    """The device's name in the guest, such as vda1."""
    fstype: str
    """Kind of filesystem, such as ext4."""
    mountpoint: str
    """Where it is mounted in the guest."""
    devalias: list[str]
    """Targets, in the guest's definition, of the disks that it is on."""

    @classmethod
    def _from_wire(cls, info: tuple[Any, ...]) -> Self:
        mountpoint, name, fstype, aliases = info
        return cls._make((name, fstype, mountpoint, aliases))
