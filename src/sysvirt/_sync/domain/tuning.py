# Made by tools/unasync.py from src/sysvirt/_async/domain/tuning.py; do not edit.
"""How a guest shares its host: scheduler, memory, block I/O, NUMA and performance events."""

from __future__ import annotations

from .base import DomainBase


class TuningMethods(DomainBase):
    __slots__ = ()
