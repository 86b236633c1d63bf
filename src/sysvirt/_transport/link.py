"""A link: bytes and file descriptors to and from one peer, over one connected descriptor.

All that the pumps know of sockets is here. `Link` is the plain kind, for sockets that carry the protocol's own bytes.
Another kind (TLS, a SASL layer) has the same methods, and may hold bytes that it has received and not decoded yet.

A signal handler may raise after any call, so the result of a call may be lost:

- Received data are stored by the C call that receives them. The step that unpacks them can be repeated.
- How many bytes of a frame were sent is stored in the frame by the C call that sends them.

The socket stays in blocking mode: a call without a deadline then costs exactly one send and one receive. What must not
block passes MSG_DONTWAIT.
"""

from __future__ import annotations

import os
import select
import socket
import sys

from .descriptors import Descriptors

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _socket
    from collections.abc import Sequence
    from typing import Any, Protocol

    class Inbox(Protocol):
        """Where received bytes go, and the descriptors that lay between them. `b""` is the end of the file."""

        chunks: list[bytes]
        fds: list[int]

    class Frame(Protocol):
        """What is sent: `data`, then `tail`, which is not copied, then each descriptor with one filler byte."""

        data: bytes
        tail: bytes | memoryview
        fds: Sequence[Descriptor]
        #: How many bytes each send has sent, and one item for each descriptor that was sent.
        counts: list[int]
        passed: list[object]


_DONTWAIT: int = getattr(socket, "MSG_DONTWAIT", 0)
#: Received descriptors must not leak into programs that another thread starts.
CLOEXEC: int = getattr(socket, "MSG_CMSG_CLOEXEC", 0)
#: Space for the descriptors of one message (libvirt allows 32, four bytes each).
ANCILLARY = socket.CMSG_SPACE(32 * 4) if hasattr(socket, "CMSG_SPACE") else 0
#: The flag of a poll that only looks whether the peer has hung up. While its data are unread, poll reports only by this
#: flag that the peer has closed.
HANGUP: int = getattr(select, "POLLRDHUP", 0)
#: Room for a long frame of a stream, so that it is sent at once. Linux doubles it, for its own needs.
_SEND_BUFFER = 262144

# Arguments for `map`, by which one C call receives, or sends, and stores.
WAIT, NOW = (0,), (_DONTWAIT,)
_WAIT_FOR_FDS, _NOW_WITH_FDS = (CLOEXEC,), (_DONTWAIT | CLOEXEC,)
_ANCILLARY_SIZE = (ANCILLARY,)
_NO_ANCILLARY: tuple[tuple[()]] = ((),)


class Link:
    """Over a connected socket, which it owns.

    local: the peer is on this host and its end is always seen as end of file, so that no keepalive is needed.
    carries_fds: descriptors that are sent arrive. The socket alone does not tell: a program that forwards the bytes to
        another host loses them.
    secure: what is sent can't be read on the way to the peer.
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
        "secure",
        "sock",
    )

    def __init__(self, sock: _socket.socket, *, local: bool, carries_fds: bool, secure: bool) -> None:
        self.sock = sock
        self.fileno = sock.fileno()
        self.local = local
        self.secure = secure
        self.carries_fds = carries_fds and hasattr(socket, "SCM_RIGHTS")
        self._send = sock.send
        self._recv = sock.recv
        self._recvmsg: Any = getattr(sock, "recvmsg", None)
        #: For sending two pieces of memory at once; without it they are sent one after the other.
        self._sendmsg: Any = getattr(sock, "sendmsg", None)
        #: What was received and not taken yet: to be checked before waiting for more. Here the results of `recvmsg`.
        self.held: list[Any] = []

    def receive(self, inbox: Inbox, size: int, wait: bool = True) -> None:
        """Receives once, at most `size` bytes, or takes what is held.

        Waits until something comes; without `wait` it raises BlockingIOError when there is nothing. A link that decodes
        raises it too when what has come can't be decoded yet: nothing but more from the peer helps then.
        """
        if self.held:
            self.take(inbox)
        elif self.carries_fds:
            # Always by `recvmsg`: a thread that blocks here can't know that a call with descriptors begins meanwhile.
            flags = _WAIT_FOR_FDS if wait else _NOW_WITH_FDS
            self.held.extend(map(self._recvmsg, (size,), _ANCILLARY_SIZE, flags))
            self.take(inbox)
        else:
            inbox.chunks.extend(map(self._recv, (size,), WAIT if wait else NOW))

    def take(self, inbox: Inbox) -> None:
        """Moves what is held into the inbox; does nothing when nothing is held."""
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
        """Sends as much as possible of the rest of a frame; returns whether any of it is left.

        Raises BlockingIOError when nothing can be sent now.
        """
        data, tail, counts = frame.data, frame.tail, frame.counts
        if not counts and not tail:
            counts.extend(map(self._send, (data,), NOW))
            return counts[0] < len(data) or bool(frame.fds)
        sent = sum(counts) if counts else 0
        size = len(data) + len(tail)
        if sent < size:
            if sent >= len(data):
                counts.extend(map(self._send, (memoryview(tail)[sent - len(data) :],), NOW))
            else:
                rest = memoryview(data)[sent:] if sent else data
                if len(tail) and self._sendmsg is not None:
                    counts.extend(map(self._sendmsg, ((rest, tail),), _NO_ANCILLARY, NOW))
                else:
                    counts.extend(map(self._send, (rest,), NOW))
            return bool(frame.fds) or sum(counts) < size
        passed = frame.passed
        if len(passed) < len(frame.fds):
            # Without a local variable: an exception of the send that somebody keeps would keep the descriptors.
            passed.extend(map(self._sendmsg, ((b"\0",),), (rights(frame.fds[len(passed)]),), NOW))
        return len(passed) < len(frame.fds)

    def hung_up(self) -> bool:
        """Whether the peer has hung up; data that it sent before may still be unread."""
        poller = select.poll()
        poller.register(self.fileno, HANGUP)
        return bool(poller.poll(0))

    def unblock(self) -> None:
        """Sets the socket to non-blocking mode, for event loops."""
        self.sock.setblocking(False)

    def shutdown(self) -> None:
        """Ends both directions, so that a thread that is blocked in a receive wakes up. The descriptor stays open."""
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def last_words(self) -> str:
        """What the other end has said about its end, apart from the bytes that it has sent; mostly nothing."""
        return ""

    def close(self) -> None:
        self.sock.close()

    @property
    def closed(self) -> bool:
        return self.sock.fileno() < 0


def enlarge(sock: _socket.socket) -> None:
    """Gives a unix socket room for a long frame."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)


def unix_link(sock: socket.socket) -> Link:
    """A link over a unix socket that is connected to the peer itself."""
    enlarge(sock)
    return Link(sock, local=True, carries_fds=True, secure=True)


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
