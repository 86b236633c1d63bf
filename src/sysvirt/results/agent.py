"""What a guest's agent says."""

from __future__ import annotations

__all__: list[str] = []
