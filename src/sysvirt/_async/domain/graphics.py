"""A guest's screens."""

from __future__ import annotations

from .base import DomainBase


class GraphicsMethods(DomainBase):
    __slots__ = ()
