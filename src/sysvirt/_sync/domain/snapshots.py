# Made by tools/unasync.py from src/sysvirt/_async/domain/snapshots.py; do not edit.
"""A guest's snapshots: making and finding them."""

from __future__ import annotations

from .base import DomainBase


class SnapshotMethods(DomainBase):
    __slots__ = ()
