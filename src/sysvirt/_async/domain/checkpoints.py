"""A guest's checkpoints and backups."""

from __future__ import annotations

from .base import DomainBase


class CheckpointMethods(DomainBase):
    __slots__ = ()
