"""Devices that come and go while a guest is defined or runs."""

from __future__ import annotations

from .base import DomainBase


class DeviceMethods(DomainBase):
    __slots__ = ()
