"""A guest's memory."""

from __future__ import annotations

__all__: list[str] = []
