"""sysvirt manages libvirt guest domains: a pure-Python client of libvirt's own wire protocol.

    import sysvirt
    from sysvirt import Domain

    with sysvirt.connect("qemu:///system") as conn:
        for dom in conn.list_all_domains(Domain.LIST_ACTIVE):
            print(dom.get_name(), dom.get_info().state)

This is the blocking face; `sysvirt.aio` is the same for asyncio.
"""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from . import aio as aio
    from ._generated.constants import *  # noqa: F403
    from ._generated.dicts import *  # noqa: F403
    from ._sync.checkpoint import DomainCheckpoint as DomainCheckpoint
    from ._sync.connecting import connect as connect
    from ._sync.connection import Connection as Connection
    from ._sync.console import Console as Console
    from ._sync.domain import Domain as Domain
    from ._sync.event_stream import EventStream as EventStream
    from ._sync.snapshot import DomainSnapshot as DomainSnapshot
    from ._sync.storage_pool import StoragePool as StoragePool
    from ._sync.storage_vol import StorageVol as StorageVol
    from ._sync.stream import NonblockingStream as NonblockingStream
    from ._sync.stream import Stream as Stream
    from .cpumap import CpuSet as CpuSet
    from .errors import *  # noqa: F403
    from .events import *  # noqa: F403

    # mypy does not see through a package that imports them all.
    from .results.agent import *  # noqa: F403
    from .results.block import *  # noqa: F403
    from .results.cpu import *  # noqa: F403
    from .results.host import *  # noqa: F403
    from .results.jobs import *  # noqa: F403
    from .results.memory import *  # noqa: F403
    from .results.network import *  # noqa: F403
    from .results.security import *  # noqa: F403
    from .results.state import *  # noqa: F403
    from .results.storage import *  # noqa: F403
    from .results.stream import *  # noqa: F403
    from .typedparams import TypedParam as TypedParam
    from .uri import URI as URI

# Where the public names live. Each is imported when it is first asked for, so that `import sysvirt` costs
# next to nothing.
_HOMES = {
    "connect": "_sync.connecting",
    "Connection": "_sync.connection",
    "Domain": "_sync.domain",
    "Console": "_sync.console",
    "DomainSnapshot": "_sync.snapshot",
    "DomainCheckpoint": "_sync.checkpoint",
    "StoragePool": "_sync.storage_pool",
    "StorageVol": "_sync.storage_vol",
    "Stream": "_sync.stream",
    "NonblockingStream": "_sync.stream",
    "EventStream": "_sync.event_stream",
    "CpuSet": "cpumap",
    "TypedParam": "typedparams",
    "URI": "uri",
}
#: And modules that are public as a whole.
_LISTS = ("errors", "results", "events")


def __getattr__(name: str) -> object:
    if name == "aio":
        return _module("aio")
    home = _HOMES.get(name) or _find(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(_module(home), name)
    globals()[name] = value
    return value


def _module(name: str) -> Any:
    # Not `from . import ...`: that asks __getattr__ first.
    from importlib import import_module

    return import_module(f"{__name__}.{name}")


def _find(name: str) -> str | None:
    """The home of an error, a record or an enum, without a list of them here."""
    if name.startswith("_"):
        return None
    if name in _module("_generated.constants").ENUM_NAMES:
        return "_generated.constants"
    return next((home for home in _LISTS if name in _module(home).__all__), None)


def __dir__() -> list[str]:
    enums = _module("_generated.constants").ENUM_NAMES
    listed = [name for home in _LISTS for name in _module(home).__all__]
    return sorted({*globals(), *_HOMES, *enums, *listed, "aio"})
