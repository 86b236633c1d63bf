"""Virtual CPUs and IOThreads."""

from __future__ import annotations

__all__: list[str] = []
