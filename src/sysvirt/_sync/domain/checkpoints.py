# Made by tools/unasync.py from src/sysvirt/_async/domain/checkpoints.py; do not edit.
"""A guest's checkpoints and backups."""

from __future__ import annotations

from .base import DomainBase


class CheckpointMethods(DomainBase):
    __slots__ = ()
