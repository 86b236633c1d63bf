"""How a guest is kept apart and protected."""

from __future__ import annotations

__all__: list[str] = []
