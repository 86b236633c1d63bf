"""Connections to a peer in this process, in both faces."""

from __future__ import annotations

import socket
import time
from collections.abc import Coroutine
from typing import Any

from .. import aio
from .._async import connecting as async_connecting
from .._async.connection import Connection as AsyncConnection
from .._sync import connecting as sync_connecting
from .._sync.connection import Connection
from .._timeouts import seconds
from .._transport.link import Link, unix_link
from ..errors import NotAvailable
from ..uri import URI
from ._peer import Peer

_URI = "test:///default"


def _end(peer: Peer | socket.socket) -> Link:
    sock = peer if isinstance(peer, socket.socket) else peer.pair()
    if sock.family == getattr(socket, "AF_UNIX", None):
        return unix_link(sock)
    return Link(sock, local=False, carries_fds=False)


def _no_other(peer: Peer | socket.socket) -> None:
    if isinstance(peer, socket.socket):
        raise NotAvailable("a console needs a connection of its own, and one socket is only one connection")


def _deadline(limit: float | None) -> float | None:
    return None if limit is None else time.monotonic() + limit


def connect(
    peer: Peer | socket.socket,
    uri: str = _URI,
    readonly: bool = False,
    *,
    timeout: float | None = None,
    keepalive: tuple[float, int] | None = None,
    max_in_flight: int = 4,
) -> Connection:
    """As `sysvirt.connect`, to a fake daemon, a proxy, or one end of a pair of sockets, which it takes over."""

    def reopen(where: URI, within: float | None) -> Connection:
        _no_other(peer)
        return connect(peer, uri, readonly, timeout=within, keepalive=keepalive, max_in_flight=max_in_flight)

    limit, pulse = seconds("timeout", timeout), sync_connecting.check_keepalive(keepalive)
    return sync_connecting.handshake(
        _end(peer), URI.parse(uri), reopen, readonly, limit, _deadline(limit), pulse, max_in_flight
    )


async def _connect_async(
    peer: Peer | socket.socket,
    uri: str,
    readonly: bool,
    timeout: float | None,
    keepalive: tuple[float, int] | None,
    max_in_flight: int,
) -> AsyncConnection:
    async def reopen(where: URI, within: float | None) -> AsyncConnection:
        _no_other(peer)
        return await _connect_async(peer, uri, readonly, within, keepalive, max_in_flight)

    limit, pulse = seconds("timeout", timeout), async_connecting.check_keepalive(keepalive)
    return await async_connecting.handshake(
        _end(peer), URI.parse(uri), reopen, readonly, limit, _deadline(limit), pulse, max_in_flight
    )


def connect_async(
    peer: Peer | socket.socket,
    uri: str = _URI,
    readonly: bool = False,
    *,
    timeout: float | None = None,
    keepalive: tuple[float, int] | None = None,
    max_in_flight: int = 4,
) -> aio.Connecting:
    """As `sysvirt.aio.connect`, to what `connect` takes: to be awaited, or entered with `async with`."""
    opening: Coroutine[Any, Any, AsyncConnection] = _connect_async(
        peer, uri, readonly, timeout, keepalive, max_in_flight
    )
    return aio.Connecting(opening)
