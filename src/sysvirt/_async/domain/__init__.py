"""`Domain`: a guest and everything that can be done with it, composed from its topics."""

from __future__ import annotations

from .config import ConfigMethods
from .console import ConsoleMethods
from .cpu import CPUMethods
from .lifecycle import LifecycleMethods
from .memory import MemoryMethods
from .saving import SavingMethods
from .state import StateMethods


class Domain(
    StateMethods, ConfigMethods, LifecycleMethods, SavingMethods, MemoryMethods, CPUMethods, ConsoleMethods
):
    """A guest of the hypervisor.

    Made by the lookups, lists and definitions of a `Connection`; holds no state of the guest but the identity
    it was found with. Two handles are equal when they mean the same guest of the same connection.
    """

    __slots__ = ()
    __module__ = "sysvirt.aio"
