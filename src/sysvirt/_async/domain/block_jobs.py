"""What works on the image chain of a guest's disk while it runs: pull, commit, rebase, copy."""

from __future__ import annotations

from .base import DomainBase


class BlockJobMethods(DomainBase):
    __slots__ = ()
