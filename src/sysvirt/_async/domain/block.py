"""A guest's disks: sizes, contents, limits, statistics and errors."""

from __future__ import annotations

from .base import DomainBase


class BlockMethods(DomainBase):
    __slots__ = ()
