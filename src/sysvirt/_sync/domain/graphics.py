# Made by tools/unasync.py from src/sysvirt/_async/domain/graphics.py; do not edit.
"""A guest's screens."""

from __future__ import annotations

from .base import DomainBase


class GraphicsMethods(DomainBase):
    __slots__ = ()
