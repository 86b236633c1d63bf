# Made by tools/unasync.py from src/sysvirt/_async/domain/devices.py; do not edit.
"""Devices that come and go while a guest is defined or runs."""

from __future__ import annotations

from .base import DomainBase


class DeviceMethods(DomainBase):
    __slots__ = ()
