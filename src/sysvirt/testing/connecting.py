"""Connections to a peer in this process, in both faces."""

from __future__ import annotations

import socket
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from .. import aio
from .._async.connecting.handshake import open_connection as open_async
from .._async.connecting.options import ConnectOptions as AsyncOptions
from .._async.connection import Connection as AsyncConnection
from .._sync.connecting.handshake import open_connection
from .._sync.connecting.options import ConnectOptions
from .._sync.connection import Connection
from .._transport.link import Link, unix_link
from ..errors import NotAvailable
from ..results.host import CredentialRequest
from ..uri import URI
from ._peer import Peer

if TYPE_CHECKING:
    from .._arguments import CredentialMapping

Callback: TypeAlias = Callable[[list[CredentialRequest]], object]

_URI = "test:///default"


def _end(sock: socket.socket) -> Link:
    if sock.family == getattr(socket, "AF_UNIX", None):
        return unix_link(sock)
    return Link(sock, local=False, carries_fds=False, secure=False)


class _Way:
    """To a peer. One end of a pair of sockets is a way for one connection."""

    def __init__(self, peer: Peer | socket.socket) -> None:
        self._peer = peer
        self._gone = False

    def link(self, *_: object) -> Link:
        if isinstance(self._peer, Peer):
            return _end(self._peer.pair())
        if self._gone:
            raise NotAvailable(
                "a console needs a connection of its own, and one socket is only one connection"
            )
        self._gone = True
        return _end(self._peer)

    async def link_async(self, *_: object) -> Link:
        return self.link()


def connect(
    peer: Peer | socket.socket,
    uri: str = _URI,
    readonly: bool = False,
    credlist: Sequence[int] | None = None,
    callback: Callback | None = None,
    *,
    credentials: CredentialMapping | None = None,
    timeout: float | None = None,
    keepalive: tuple[float, int] | None = None,
    max_in_flight: int = 4,
) -> Connection:
    """As `sysvirt.connect`, to a fake daemon, a proxy, or one end of a pair of sockets, which it takes over."""

    options = ConnectOptions(
        _Way(peer).link,
        readonly=readonly,
        credlist=credlist,
        callback=callback,
        credentials=credentials,
        timeout=timeout,
        keepalive=keepalive,
        max_in_flight=max_in_flight,
    )
    return open_connection(URI.parse(uri), options, options.deadline())


async def _connect_async(
    peer: Peer | socket.socket,
    uri: str,
    readonly: bool,
    credlist: Sequence[int] | None,
    callback: Callback | None,
    credentials: CredentialMapping | None,
    timeout: float | None,
    keepalive: tuple[float, int] | None,
    max_in_flight: int,
) -> AsyncConnection:
    options = AsyncOptions(
        _Way(peer).link_async,
        readonly=readonly,
        credlist=credlist,
        callback=callback,
        credentials=credentials,
        timeout=timeout,
        keepalive=keepalive,
        max_in_flight=max_in_flight,
    )
    return await open_async(URI.parse(uri), options, options.deadline())


def connect_async(
    peer: Peer | socket.socket,
    uri: str = _URI,
    readonly: bool = False,
    credlist: Sequence[int] | None = None,
    callback: Callback | None = None,
    *,
    credentials: CredentialMapping | None = None,
    timeout: float | None = None,
    keepalive: tuple[float, int] | None = None,
    max_in_flight: int = 4,
) -> aio.Connecting:
    """As `sysvirt.aio.connect`, to what `connect` takes: to be awaited, or entered with `async with`."""
    opening: Coroutine[Any, Any, AsyncConnection] = _connect_async(
        peer, uri, readonly, credlist, callback, credentials, timeout, keepalive, max_in_flight
    )
    return aio.Connecting(opening)
