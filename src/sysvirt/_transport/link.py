"""A link: bytes and file descriptors to and from one peer, over one connected descriptor.

The pumps know nothing of sockets but this. `Link` is the plain one, for sockets whose bytes are the protocol's own;
another kind (TLS, a SASL layer) has the same methods and may keep bytes that it has received and not yet decoded.

A signal handler may raise behind any call, so nobody relies on what a call returned:

- What comes is stored by the C call that receives it, and a step that takes it apart can be taken again.
- How much of a frame has left is stored in the frame by the C call that sends it.

The socket stays in blocking mode: a call without a deadline then costs exactly one send and one receive. What must
not block passes MSG_DONTWAIT.
"""

from __future__ import annotations

import os
import select
import socket
import sys

from .descriptors import Descriptors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Protocol

    class Inbox(Protocol):
        """Where received bytes go, and the descriptors that lay between them. `b""` is the end of the file."""

        chunks: list[bytes]
        fds: list[int]

    class Frame(Protocol):
        """What is sent: `data`, then `tail`, which no copy is made of, then each descriptor with one filler byte."""

        data: bytes
        tail: bytes | memoryview
        fds: Sequence[Descriptor]
        #: The bytes that have left, and one item for each descriptor that has.
        counts: list[int]
        passed: list[object]


_DONTWAIT: int = getattr(socket, "MSG_DONTWAIT", 0)
#: Received descriptors must not leak into programs that another thread starts.
CLOEXEC: int = getattr(socket, "MSG_CMSG_CLOEXEC", 0)
#: Space for the descriptors of one message (libvirt allows 32, four bytes each).
ANCILLARY = socket.CMSG_SPACE(32 * 4) if hasattr(socket, "CMSG_SPACE") else 0
#: What a poll is asked for, besides what it tells anyway, that only wants to see the peer hang up: with its data unread
#: it may only be seen to have ended its own direction.
HANGUP: int = getattr(select, "POLLRDHUP", 0)
#: Room for a long frame of a stream, which then leaves whole. Linux takes it twice, to count its own needs in.
_SEND_BUFFER = 262144

# Arguments for `map`, by which one C call receives, or sends, and stores.
_WAIT, _NOW = (0,), (_DONTWAIT,)
_WAIT_FOR_FDS, _NOW_WITH_FDS = (CLOEXEC,), (_DONTWAIT | CLOEXEC,)
_ANCILLARY_SIZE = (ANCILLARY,)
_NO_ANCILLARY: tuple[tuple[()]] = ((),)


class Link:
    """Over a connected socket, which it owns.

    local: the peer is on this host and its end is always seen as end of file, so that no keepalive is needed.
    carries_fds: descriptors arrive that are sent. A socket alone does not tell: what another program passes on to
        somewhere else loses them.
    """

    __slots__ = (
        "_recv",
        "_recvmsg",
        "_send",
        "_sendmsg",
        "carries_fds",
        "fileno",
        "held",
        "local",
        "sock",
    )

    def __init__(self, sock: socket.socket, *, local: bool, carries_fds: bool) -> None:
        self.sock = sock
        self.fileno = sock.fileno()
        self.local = local
        self.carries_fds = carries_fds and hasattr(socket, "SCM_RIGHTS")
        self._send = sock.send
        self._recv = sock.recv
        self._recvmsg: Any = getattr(sock, "recvmsg", None)
        #: For sending from two places at once; where there is none they are sent one after the other.
        self._sendmsg: Any = getattr(sock, "sendmsg", None)
        #: What was received and not taken yet: to be looked at before waiting for more. Here what `recvmsg` gave.
        self.held: list[Any] = []

    def receive(self, inbox: Inbox, size: int, wait: bool = True) -> None:
        """Receives once, at most so many bytes, or takes what is held.

        Waits for something to come; without `wait` BlockingIOError is raised when nothing is there.
        """
        if self.held:
            self.take(inbox)
        elif self.carries_fds:
            # Always so: who blocks here can't be told that a call with descriptors has begun meanwhile.
            flags = _WAIT_FOR_FDS if wait else _NOW_WITH_FDS
            self.held.extend(map(self._recvmsg, (size,), _ANCILLARY_SIZE, flags))
            self.take(inbox)
        else:
            inbox.chunks.extend(map(self._recv, (size,), _WAIT if wait else _NOW))

    def take(self, inbox: Inbox) -> None:
        """Moves what is held to where it goes; does nothing when nothing is."""
        held = self.held
        if not held:
            return
        data, ancillary, _, _ = held[0]
        chunk = [data]
        if not ancillary:
            # One step.
            inbox.chunks += chunk
            del held[0]
            return
        found = descriptors(ancillary)
        # One step: the bytes and the descriptors that lie between them.
        inbox.chunks += chunk
        inbox.fds += found
        del held[0]

    def send(self, frame: Frame) -> bool:
        """Sends what goes now of the rest of a frame; whether any of it is left.

        Raises BlockingIOError when the peer takes nothing now.
        """
        data, tail, counts = frame.data, frame.tail, frame.counts
        if not counts and not tail:
            counts.extend(map(self._send, (data,), _NOW))
            return counts[0] < len(data) or bool(frame.fds)
        sent = sum(counts) if counts else 0
        size = len(data) + len(tail)
        if sent < size:
            if sent >= len(data):
                counts.extend(map(self._send, (memoryview(tail)[sent - len(data) :],), _NOW))
            else:
                rest = memoryview(data)[sent:] if sent else data
                if len(tail) and self._sendmsg is not None:
                    counts.extend(map(self._sendmsg, ((rest, tail),), _NO_ANCILLARY, _NOW))
                else:
                    counts.extend(map(self._send, (rest,), _NOW))
            return bool(frame.fds) or sum(counts) < size
        passed = frame.passed
        if len(passed) < len(frame.fds):
            # Not by a name of its own: who keeps the exception of a send would keep the descriptors.
            passed.extend(map(self._sendmsg, ((b"\0",),), (rights(frame.fds[len(passed)]),), _NOW))
        return len(passed) < len(frame.fds)

    def hung_up(self) -> bool:
        """Whether the peer has hung up; what it sent before may still be there."""
        poller = select.poll()
        poller.register(self.fileno, HANGUP)
        return bool(poller.poll(0))

    def unblock(self) -> None:
        """For event loops: nothing waits from now on."""
        self.sock.setblocking(False)

    def shutdown(self) -> None:
        """Ends both directions, so that whoever is blocked in a receive wakes up. The descriptor stays."""
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def close(self) -> None:
        self.sock.close()

    @property
    def closed(self) -> bool:
        return self.sock.fileno() < 0


def unix_link(sock: socket.socket) -> Link:
    """A link over a connected unix socket, whose other end is the peer itself."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
    return Link(sock, local=True, carries_fds=True)


class Descriptor(Descriptors):
    """A copy of a caller's descriptor, which lives as long as a frame may need it."""

    __slots__ = ()

    def __init__(self, fd: int) -> None:
        super().__init__(map(os.dup, (fd,)))


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
