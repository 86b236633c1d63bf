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
    from . import aio as aio
    from ._generated.constants import *  # noqa: F403
    from ._sync.connection import Connection as Connection
    from ._sync.connection.events import EventStream as EventStream
    from ._sync.domain import Domain as Domain
    from ._sync.opening import connect as connect
    from ._sync.stream import Stream as Stream
    from .cpumap import CpuSet as CpuSet
    from .errors import *  # noqa: F403
    from .events import Event as Event
    from .events import EventsLost as EventsLost
    from .events import LifecycleEvent as LifecycleEvent
    from .results import *  # noqa: F403
    from .uri import URI as URI

# Where the public names live. Each is imported when it is first asked for, so that `import sysvirt` costs
# next to nothing.
_HOMES = {
    "connect": "_sync.opening",
    "Connection": "_sync.connection",
    "Domain": "_sync.domain",
    "Stream": "_sync.stream",
    "EventStream": "_sync.connection.events",
    "CpuSet": "cpumap",
    "URI": "uri",
    "Event": "events",
    "LifecycleEvent": "events",
    "EventsLost": "events",
}


def __getattr__(name: str) -> object:
    from importlib import import_module

    home = _HOMES.get(name)
    if home is not None:
        value: object = getattr(import_module(f"{__name__}.{home}"), name)
    elif name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    else:
        value = _find(name)
    globals()[name] = value
    return value


def _find(name: str) -> object:
    """Errors, records and enums are found where they are, without a list of them here."""
    from . import errors, results
    from ._generated import constants

    if name in constants.ENUM_NAMES:
        return getattr(constants, name)
    for module in (errors, results):
        if name in module.__all__:
            return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    from . import errors, results
    from ._generated import constants

    return sorted({*globals(), *_HOMES, *constants.ENUM_NAMES, *errors.__all__, *results.__all__, "aio"})
