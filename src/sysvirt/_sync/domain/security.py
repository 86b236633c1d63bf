# Made by tools/unasync.py from src/sysvirt/_async/domain/security.py; do not edit.
"""How a guest is kept apart from others, and protected from its host."""

from __future__ import annotations

from .base import DomainBase


class SecurityMethods(DomainBase):
    __slots__ = ()
