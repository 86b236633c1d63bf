"""The asyncio face of sysvirt: the same names, awaited.

async with sysvirt.aio.connect("qemu:///system") as conn:
    infos = await asyncio.gather(*(dom.get_info() for dom in await conn.list_all_domains()))
"""

from __future__ import annotations

from functools import wraps

from ._async.checkpoint import DomainCheckpoint as DomainCheckpoint
from ._async.connecting import connect as _connect
from ._async.connection import Connection as Connection
from ._async.console import Console as Console
from ._async.domain import Domain as Domain
from ._async.event_stream import EventStream as EventStream
from ._async.snapshot import DomainSnapshot as DomainSnapshot
from ._async.storage_pool import StoragePool as StoragePool
from ._async.storage_vol import StorageVol as StorageVol
from ._async.stream import NonblockingStream as NonblockingStream
from ._async.stream import Stream as Stream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator
    from types import TracebackType
    from typing import Any, ParamSpec

    P = ParamSpec("P")

__all__ = [
    "Connection",
    "Console",
    "Domain",
    "DomainCheckpoint",
    "DomainSnapshot",
    "EventStream",
    "NonblockingStream",
    "StoragePool",
    "StorageVol",
    "Stream",
    "connect",
]


class Connecting:
    """A connection to be: `await` it, or enter it with `async with`."""

    def __init__(self, opening: Coroutine[Any, Any, Connection]) -> None:
        self._opening = opening
        self._connection: Connection | None = None

    def __await__(self) -> Generator[Any, Any, Connection]:
        return self._opening.__await__()

    async def __aenter__(self) -> Connection:
        self._connection = await self._opening
        return self._connection

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._connection is not None
        await self._connection.close()


def _connecting(function: Callable[P, Coroutine[Any, Any, Connection]]) -> Callable[P, Connecting]:
    @wraps(function)
    def connect(*args: P.args, **kwargs: P.kwargs) -> Connecting:
        return Connecting(function(*args, **kwargs))

    return connect


connect = _connecting(_connect)
