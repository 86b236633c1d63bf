# Made by tools/unasync.py from src/sysvirt/_async/domain/input.py; do not edit.
"""What reaches a guest as if from outside: keys, interrupts, signals."""

from __future__ import annotations

from .base import DomainBase


class InputMethods(DomainBase):
    __slots__ = ()
