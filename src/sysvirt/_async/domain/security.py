"""How a guest is kept apart from others, and protected from its host."""

from __future__ import annotations

from .base import DomainBase


class SecurityMethods(DomainBase):
    __slots__ = ()
