"""A proxy that makes a link fail where a test wants it."""

from __future__ import annotations

import os
import socket
import sys
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from .._protocol import frame as wire
from .._protocol.table import find
from .._server.loop import Loop
from .._transport.link import ANCILLARY, CLOEXEC, Descriptor, descriptors, rights
from ._background import Background
from ._peer import Peer
from .fake import FakeDaemon

#: How much waits in a proxy before it stops reading from the sender, like a socket's own buffer.
_ROOM = 262144
#: How often to check whether a receiver has read what it was sent: no event says so.
_LOOK = 0.0002


@dataclass(frozen=True, slots=True)
class Message:
    """A message that came to a proxy.

    `connection` is the connection's number, from 0. `offset` is where the message begins among all bytes of its
    direction. `length` includes the filler bytes of its descriptors. `procedure` is the procedure's name, "" if
    unknown. The other fields are those of its header.
    """

    connection: int
    offset: int
    length: int
    procedure: str
    program: int
    number: int
    type: int
    serial: int
    status: int


Predicate: TypeAlias = Callable[[Message], bool]

# An offset, and the number of the only connection it is meant for.
_Point: TypeAlias = tuple[int | None, int | None]
# Bytes on their way, and the descriptor that travels with them.
_Piece: TypeAlias = tuple[bytes, Descriptor | None]


class Flow:
    """One direction of a proxy, and its faults.

    Offsets count the bytes of one connection in this direction. A fault is for all connections, present and future, or
    only for one of them, by its number from 0.
    """

    def __init__(self, proxy: FaultProxy) -> None:
        #: Every message that came, whatever became of it, oldest first.
        self.messages: list[Message] = []
        #: How many bytes were passed on, over all connections.
        self.passed = 0
        self._proxy = proxy
        self._pipes: list[_Pipe] = []
        self._cut: _Point = (None, None)
        self._freeze: _Point = (None, None)
        self._merge: tuple[int, int, int | None] = (0, 0, None)
        self._splits: tuple[int, ...] = ()
        self._every = 0
        self._delay = 0.0
        self._drop: Predicate | None = None
        self._hold: Predicate | None = None

    def cut_at(self, offset: int | None, connection: int | None = None) -> None:
        """Passes so many bytes and then breaks the connection, both ways; None ends it."""
        self._set("_cut", (offset, connection))

    def freeze(self, offset: int = 0, connection: int | None = None) -> None:
        """Passes nothing beyond this offset until `thaw`; with 0, nothing more at all."""
        self._set("_freeze", (offset, connection))

    def thaw(self) -> None:
        self._set("_freeze", (None, None))

    def split_at(self, offsets: Iterable[int]) -> None:
        """Passes what is after such an offset only when the receiver has read what is before it."""
        self._set("_splits", tuple(sorted(offsets)))

    def split_every(self, size: int) -> None:
        """Lets the receiver get at most so many bytes at a time; 0 ends it."""
        self._set("_every", size)

    def merge(self, begin: int, end: int, connection: int | None = None) -> None:
        """Passes what is between two offsets at once, when all of it has come."""
        self._set("_merge", (begin, end, connection))

    def delay(self, seconds: float) -> None:
        """Passes everything so much later."""
        self._set("_delay", seconds)

    def drop(self, predicate: Predicate | None) -> None:
        """Drops the messages for which this is true, with their descriptors; None ends it."""
        self._set("_drop", predicate)

    def hold(self, predicate: Predicate) -> None:
        """Holds back the messages for which this is true until `release`; others pass."""
        self._set("_hold", predicate)

    def release(self) -> None:
        """Passes the messages that `hold` held back, and ends it."""
        self._set("_hold", None)

    def wait_frozen(self, timeout: float = 10.0) -> None:
        """Waits until a connection has reached the offset given to `freeze` and has more to pass.

        It blocks: a test on an event loop awaits `asyncio.to_thread(flow.wait_frozen)`.
        """
        self._proxy.wait_until(lambda: any(pipe.standing for pipe in self._pipes), timeout)

    def wait_passed(self, count: int, timeout: float = 10.0) -> None:
        """Waits until so many bytes have been passed on."""
        self._proxy.wait_until(lambda: self.passed >= count, timeout)

    def wait_messages(self, count: int, timeout: float = 10.0) -> None:
        """Waits until so many messages have come."""
        self._proxy.wait_until(lambda: len(self.messages) >= count, timeout)

    def _set(self, name: str, value: object) -> None:
        def work() -> None:
            setattr(self, name, value)
            for pipe in list(self._pipes):
                pipe.changed()

        self._proxy._background.run(work)


class _Pipe:
    """One direction of one connection: what comes is sorted into messages, queued, and passed as the flow says."""

    def __init__(
        self, line: _Line, flow: Flow, number: int, source: socket.socket, target: socket.socket
    ) -> None:
        self.standing = False
        self.finished = False
        self._line = line
        self._flow = flow
        self._number = number
        self._loop = line.loop
        self._source = source
        self._target = target
        self._reading = False
        self._writing = False
        self._looking = False
        self._ended = False
        self._late: deque[tuple[bytes, list[Descriptor]]] = deque()
        # The header that has begun to come; then what is left of its message, and where that goes.
        self._head = b""
        self._rest = 0
        self._came = 0
        self._sink: list[_Piece] | deque[_Piece] | None = None
        self._held: list[_Piece] = []
        self._queue: deque[_Piece] = deque()
        self._queued = 0
        self._sent = 0
        flow._pipes.append(self)

    def changed(self) -> None:
        """The flow has got other faults."""
        self.standing = False
        self._release()
        self.pump()

    def close(self) -> None:
        self._read(False)
        self._watch_room(False)
        self._queue.clear()
        self._held.clear()
        self._late.clear()
        self._flow._pipes.remove(self)

    # --- what comes ----------------------------------------------------------------------------------

    def _read(self, wanted: bool) -> None:
        if wanted != self._reading:
            self._reading = wanted
            if wanted:
                self._loop.add_reader(self._source, self._readable)
            else:
                self._loop.remove_reader(self._source)

    def _readable(self) -> None:
        try:
            data, ancillary, _, _ = self._source.recvmsg(65536, ANCILLARY, CLOEXEC)
        except BlockingIOError:
            return
        except OSError:
            data, ancillary = b"", []
        fds: list[Descriptor] = []
        for fd in descriptors(ancillary):
            fds.append(Descriptor(fd))
            os.close(fd)
        if not data:
            self._ended = True
        if self._flow._delay or self._late:
            self._late.append((data, fds))
            self._loop.call_later(self._flow._delay, self._due)
        else:
            self._arrive(data, fds)

    def _due(self) -> None:
        if self._late:
            self._arrive(*self._late.popleft())

    def _arrive(self, data: bytes, fds: list[Descriptor]) -> None:
        # A descriptor comes with its filler, the last byte of what it was received with.
        plain = len(data) - len(fds)
        self._sort(data[:plain], None)
        for at, descriptor in enumerate(fds, plain):
            self._sort(data[at : at + 1], descriptor)
        if self._ended and not self._late and self._head:
            self._queue.append((self._head, None))
            self._queued += len(self._head)
            self._head = b""
        self.pump()

    def _sort(self, data: bytes, descriptor: Descriptor | None) -> None:
        while data:
            if self._rest:
                part, data = data[: self._rest], data[self._rest :]
                self._rest -= len(part)
                self._put((part, descriptor))
            else:
                self._head += data
                data = self._begin()
            if not self._rest:
                self._release()

    def _begin(self) -> bytes:
        """Begins a message if its header is there; returns what came behind the header."""
        head = self._head
        if len(head) < wire.HEADER_SIZE:
            return b""
        length, program, _, number, kind, serial, status = wire.HEADER.unpack_from(head)
        size = wire.HEADER_SIZE
        if kind in wire.WITH_FDS and length >= size + wire.COUNT.size:
            size += wire.COUNT.size
            if len(head) < size:
                return b""
            length += min(wire.COUNT.unpack_from(head, wire.HEADER_SIZE)[0], wire.FDS_MAX)
        # What is no message of this protocol goes by in pieces of a header's size.
        length = max(length, size)
        found = find(program, number)
        name = found.name if found is not None else ""
        message = Message(self._number, self._came, length, name, program, number, kind, serial, status)
        flow = self._flow
        flow.messages.append(message)
        self._came += length
        self._rest = length - size
        if flow._drop is not None and flow._drop(message):
            self._sink = None
        elif flow._hold is not None and flow._hold(message):
            self._sink = self._held
        else:
            self._sink = self._queue
        self._head = b""
        self._put((head[:size], None))
        return head[size:]

    def _put(self, piece: _Piece) -> None:
        if self._sink is not None:
            self._sink.append(piece)
            if self._sink is self._queue:
                self._queued += len(piece[0])

    def _release(self) -> None:
        """Queues what was held when it is to be held no more, but not into the middle of another message."""
        if self._held and self._flow._hold is None and not (self._rest and self._sink is self._queue):
            self._queue += self._held
            self._queued += sum(len(data) for data, _ in self._held)
            if self._sink is self._held:
                self._sink = self._queue
            self._held.clear()

    # --- what goes -----------------------------------------------------------------------------------

    def pump(self) -> None:
        """Passes on what may go now."""
        flow = self._flow
        while not self._line.closed:
            cut = self._mine(flow._cut)
            if cut is not None and self._sent >= cut:
                self._line.close()
                return
            limit = self._limit() if self._queue else 0
            if not limit:
                break
            data, descriptor = self._front(limit)
            try:
                if descriptor is not None:
                    sent = self._target.sendmsg([data], rights(descriptor))
                else:
                    sent = self._target.send(data)
            except BlockingIOError:
                self._watch_room(True)
                break
            except OSError:
                self._line.close()
                return
            self._went(sent)
        if self._line.closed:
            return
        if not self._queue:
            self._watch_room(False)
            if self._ended and not self._late:
                self._finish()
        begin, end = self._merging()
        there = self._sent + self._queued
        self._read(not self._ended and (self._queued < _ROOM or begin < there < end))

    def _mine(self, point: _Point) -> int | None:
        offset, connection = point
        return offset if connection in (None, self._number) else None

    def _merging(self) -> tuple[int, int]:
        begin, end, connection = self._flow._merge
        return (begin, end) if connection in (None, self._number) else (0, 0)

    def _limit(self) -> int:
        """How many bytes may go now."""
        flow, at = self._flow, self._sent
        stop = at + self._queued
        begin, end = self._merging()
        if begin <= at < end and stop < end and not self._ended:
            return 0
        if at < begin < stop:
            stop = begin
        cut, freeze = self._mine(flow._cut), self._mine(flow._freeze)
        if cut is not None:
            stop = min(stop, cut)
        if freeze is not None:
            stop = min(stop, freeze)
            if at >= freeze:
                self.standing = True
                return 0
        if flow._splits or flow._every:
            following = bisect_right(flow._splits, at)
            is_split = following > 0 and flow._splits[following - 1] == at
            if following < len(flow._splits):
                stop = min(stop, flow._splits[following])
            if flow._every:
                is_split = is_split or at % flow._every == 0
                stop = min(stop, (at // flow._every + 1) * flow._every)
            if is_split and not _taken(self._target):
                if not self._looking:
                    self._looking = True
                    self._loop.call_later(_LOOK, self._look)
                return 0
        return stop - at

    def _look(self) -> None:
        self._looking = False
        self.pump()

    def _front(self, limit: int) -> _Piece:
        """The next bytes up to a limit: all that lie together, or one with a descriptor."""
        queue = self._queue
        data, descriptor = queue[0]
        if descriptor is not None or len(data) >= limit:
            return data[:limit], descriptor
        parts: list[bytes] = []
        for data, descriptor in queue:
            if descriptor is not None or limit <= 0:
                break
            parts.append(data[:limit])
            limit -= len(data)
        return b"".join(parts), None

    def _went(self, sent: int) -> None:
        self._sent += sent
        self._queued -= sent
        self._flow.passed += sent
        queue = self._queue
        while sent:
            data, descriptor = queue[0]
            if len(data) > sent:
                queue[0] = (data[sent:], descriptor)
                break
            sent -= len(data)
            del queue[0]

    def _watch_room(self, wanted: bool) -> None:
        if wanted != self._writing:
            self._writing = wanted
            if wanted:
                self._loop.add_writer(self._target, self.pump)
            else:
                self._loop.remove_writer(self._target)

    def _finish(self) -> None:
        """The sender has hung up and everything has been passed."""
        if not self.finished:
            self.finished = True
            try:
                self._target.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            self._line.finished()


def _taken(sock: socket.socket) -> bool:
    """Whether the peer has received all that was sent to it."""
    if sys.platform != "linux":
        return True
    from fcntl import ioctl
    from termios import TIOCOUTQ

    return ioctl(sock, TIOCOUTQ, bytes(4)) == bytes(4)


class _Line:
    """One connection through a proxy."""

    def __init__(self, proxy: FaultProxy, client: socket.socket, daemon: socket.socket) -> None:
        self.proxy = proxy
        self.loop: Loop = proxy._background
        self.closed = False
        self._sockets = (client, daemon)
        proxy._lines.append(self)
        for sock in self._sockets:
            sock.setblocking(False)
        number = proxy.connections
        proxy.connections += 1
        self._there = _Pipe(self, proxy.to_daemon, number, client, daemon)
        self._back = _Pipe(self, proxy.to_client, number, daemon, client)
        self._there.pump()
        self._back.pump()

    def finished(self) -> None:
        if self._there.finished and self._back.finished:
            self.close()

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        self._there.close()
        self._back.close()
        for sock in self._sockets:
            sock.close()
        self.proxy._lines.remove(self)


class FaultProxy(Peer):
    """Stands between clients and a daemon (a `FakeDaemon`, or the path of a real one's unix socket).

        with FaultProxy(daemon) as proxy, sysvirt.testing.connect(proxy) as conn:
            proxy.to_client.freeze()
            ...

    Without faults everything passes unchanged, descriptors too. It works on a thread of its own, or on that of its fake
    daemon. A fault is in force when the method that sets it returns. `drop` breaks all connections.
    """

    def __init__(self, daemon: FakeDaemon | str) -> None:
        super().__init__(daemon._background if isinstance(daemon, FakeDaemon) else Background())
        #: From clients to the daemon.
        self.to_daemon = Flow(self)
        #: From the daemon to clients.
        self.to_client = Flow(self)
        #: How many connections have come so far.
        self.connections = 0
        self._daemon = daemon
        self._lines: list[_Line] = []

    def __repr__(self) -> str:
        return (
            f"<FaultProxy: {self.to_daemon.passed} bytes to the daemon, {self.to_client.passed} to clients>"
        )

    def wait_empty(self, timeout: float = 10.0) -> None:
        """Waits until no connection is left."""
        self.wait_until(lambda: not self._lines, timeout)

    def _join(self, sock: socket.socket) -> None:
        try:
            daemon = self._reach()
        except OSError:
            sock.close()
            return
        _Line(self, sock, daemon)

    def _reach(self) -> socket.socket:
        if isinstance(self._daemon, FakeDaemon):
            return self._daemon.pair()
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.connect(self._daemon)
        except BaseException:
            sock.close()
            raise
        return sock

    def _sockets(self) -> list[socket.socket]:
        return [sock for line in self._lines for sock in line._sockets]

    def _drop(self) -> None:
        for line in list(self._lines):
            line.close()
