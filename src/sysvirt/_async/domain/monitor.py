"""QEMU's own monitor and a guest's agent, past libvirt: for what it has no method for."""

from __future__ import annotations

from .base import DomainBase


class MonitorMethods(DomainBase):
    __slots__ = ()
