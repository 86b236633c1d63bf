"""Disks, and the jobs on them."""

from __future__ import annotations

__all__: list[str] = []
