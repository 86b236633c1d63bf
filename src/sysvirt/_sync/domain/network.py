# Made by tools/unasync.py from src/sysvirt/_async/domain/network.py; do not edit.
"""A guest's network interfaces: limits, statistics, addresses."""

from __future__ import annotations

from .base import DomainBase


class NetworkMethods(DomainBase):
    __slots__ = ()
