"""The job that works on a guest as a whole: a migration, save, dump, backup."""

from __future__ import annotations

from .base import DomainBase


class JobMethods(DomainBase):
    __slots__ = ()
