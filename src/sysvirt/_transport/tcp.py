"""TCP: the addresses of a host, and what became of connecting to each."""

from __future__ import annotations

import os
import socket
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    #: The family, and what a socket of that family connects to.
    Address: TypeAlias = tuple[int, tuple[Any, ...]]


def numeric_addresses(host: str, port: int) -> list[Address]:
    """What a host that is an address means; nothing for a name. Never waits."""
    try:
        return _look_up(host, port, socket.AI_NUMERICHOST)
    except socket.gaierror:
        return []


def addresses(host: str, port: int) -> list[Address]:
    """The addresses of a host, in the order in which they are to be tried. Waits for the resolver, however long."""
    return _look_up(host, port, 0)


def _look_up(host: str, port: int, flags: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    except UnicodeError as error:  # no resolver is asked for such a name
        raise socket.gaierror(socket.EAI_NONAME, f"not a name: {error}") from error
    return [(family, address) for family, _, _, _, address in found]


def new_socket(family: int) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    # A call is one small frame: it must not wait for the acknowledgement of the one before.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def share(deadline: float | None, left: int) -> float | None:
    """How many seconds the next of so many addresses may take: one that is silent leaves time for the others."""
    return None if deadline is None else max((deadline - time.monotonic()) / left, 0.001)


def not_connected(tried: list[tuple[Address, OSError]]) -> OSError:
    """The error when all addresses have failed: the last one's, and each address with its reason."""
    reasons = [
        (place[0], os.strerror(error.errno) if error.errno else "no answer") for (_, place), error in tried
    ]
    text = ", ".join([f"{address}: {reason}" for address, reason in reasons])
    last = tried[-1][1]
    return TimeoutError(text) if last.errno is None else OSError(last.errno, text)
