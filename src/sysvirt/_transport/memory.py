"""Two connected ends within one process, for a peer that lives here."""

from __future__ import annotations

import socket


def memory_pair() -> tuple[socket.socket, socket.socket]:
    """Two connected sockets: what is written to one is read from the other, descriptors too where there are any."""
    return socket.socketpair()
