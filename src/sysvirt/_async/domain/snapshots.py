"""A guest's snapshots: making and finding them."""

from __future__ import annotations

from .base import DomainBase


class SnapshotMethods(DomainBase):
    __slots__ = ()
