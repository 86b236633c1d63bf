# Made by tools/unasync.py from src/sysvirt/_async/domain/iothreads.py; do not edit.
"""Threads of a guest that do the work of its disks."""

from __future__ import annotations

from .base import DomainBase


class IOThreadMethods(DomainBase):
    __slots__ = ()
