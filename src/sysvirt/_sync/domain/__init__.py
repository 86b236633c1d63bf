# Made by tools/unasync.py from src/sysvirt/_async/domain/__init__.py; do not edit.
"""`Domain`: a guest and everything that can be done with it, composed from its topics."""

from __future__ import annotations

from .console import ConsoleMethods
from .state import StateMethods


class Domain(StateMethods, ConsoleMethods):
    """A guest of the hypervisor.

    Made by the lookups, lists and definitions of a `Connection`; holds no state of the guest but the identity
    it was found with. Two handles are equal when they mean the same guest of the same connection.
    """

    __slots__ = ()
    __module__ = "sysvirt"
