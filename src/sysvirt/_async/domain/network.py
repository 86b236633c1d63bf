"""A guest's network interfaces: limits, statistics, addresses."""

from __future__ import annotations

from .base import DomainBase


class NetworkMethods(DomainBase):
    __slots__ = ()
