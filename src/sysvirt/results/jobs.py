"""Jobs of a guest as a whole."""

from __future__ import annotations

__all__: list[str] = []
