"""Two connected ends in one process, for a peer in this process."""

from __future__ import annotations

import socket


def memory_pair() -> tuple[socket.socket, socket.socket]:
    """Two connected sockets: what is written to one is read from the other, descriptors too where there are any."""
    return socket.socketpair()
