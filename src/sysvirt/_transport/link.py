"""A connected socket as the pumps use it.

The socket stays in blocking mode: a call without a deadline then costs exactly one send and one receive.
What must not block passes MSG_DONTWAIT.
"""

from __future__ import annotations

import os
import select
import socket
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Space for the descriptors of one message (libvirt allows 32, four bytes each).
ANCILLARY = socket.CMSG_SPACE(32 * 4) if hasattr(socket, "CMSG_SPACE") else 0
DONTWAIT: int = getattr(socket, "MSG_DONTWAIT", 0)
#: Received descriptors must not leak into programs that another thread starts.
CLOEXEC: int = getattr(socket, "MSG_CMSG_CLOEXEC", 0)
#: Asked for, because a peer whose data lie unread may only be seen to have ended its own direction.
_HUNG_UP: int = getattr(select, "POLLRDHUP", 0)
#: Room for a long frame of a stream, which then leaves whole. Linux takes it twice, to count its own needs in.
_SEND_BUFFER = 262144


class Link:
    __slots__ = ("carries_fds", "fileno", "local", "recv", "recvmsg", "send", "sendmsg", "sock")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.fileno = sock.fileno()
        self.send = sock.send
        self.recv = sock.recv
        #: Whether the daemon's death is always seen as end of file, so that no keepalive is needed.
        self.local = sock.family == getattr(socket, "AF_UNIX", None)
        self.carries_fds = self.local and hasattr(socket, "SCM_RIGHTS")
        self.recvmsg: Any = sock.recvmsg if self.carries_fds else None
        self.sendmsg: Any = sock.sendmsg if self.carries_fds else None
        if self.local:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)

    def hung_up(self) -> bool:
        """Whether the peer has hung up; what it sent before may still be there."""
        poller = select.poll()
        poller.register(self.fileno, _HUNG_UP)
        return bool(poller.poll(0))

    def shutdown(self) -> None:
        """Ends both directions, so that whoever is blocked in a receive wakes up."""
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def close(self) -> None:
        self.sock.close()


class Descriptor:
    """A copy of a caller's descriptor, which lives as long as a frame may need it."""

    __slots__ = ("fd",)

    def __init__(self, fd: int) -> None:
        self.fd = -1
        self.fd = os.dup(fd)

    def __del__(self) -> None:
        if self.fd >= 0:
            os.close(self.fd)


def descriptors(ancillary: list[tuple[int, int, bytes]]) -> list[int]:
    """The descriptors in what `recvmsg` gave."""
    found: list[int] = []
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            usable = len(data) - len(data) % 4
            found += memoryview(data)[:usable].cast("i").tolist()
    if not CLOEXEC:
        for fd in found:
            os.set_inheritable(fd, False)
    return found


def rights(descriptor: Descriptor) -> list[tuple[int, int, bytes]]:
    """Ancillary data that passes one descriptor."""
    return [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptor.fd.to_bytes(4, sys.byteorder))]
