"""The client's own modules of migration, for what tests change of them."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from sysvirt import Domain, aio


def inside(face: type[Domain] | type[aio.Domain], module: str) -> ModuleType:
    """One of them, by a face's class of guests."""
    return import_module(face.migrate.__module__.replace(".domain.migration", f".migration.{module}"))
