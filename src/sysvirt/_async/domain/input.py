"""What reaches a guest as if from outside: keys, interrupts, signals."""

from __future__ import annotations

from .base import DomainBase


class InputMethods(DomainBase):
    __slots__ = ()
