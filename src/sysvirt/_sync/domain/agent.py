# Made by tools/unasync.py from src/sysvirt/_async/domain/agent.py; do not edit.
"""What a guest's agent does and tells."""

from __future__ import annotations

from .base import DomainBase


class AgentMethods(DomainBase):
    __slots__ = ()
