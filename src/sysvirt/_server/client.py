"""One client of a server: its socket, what is sent to it, and its limits.

All methods run on the server's thread, except those that say otherwise.
"""

from __future__ import annotations

import os
import socket
import time
from collections import deque

from .._session.keepalive import Keepalive
from .._transport.link import ANCILLARY, CLOEXEC, Descriptor, descriptors, rights
from ..errors import ProtocolError
from .events import Registrations
from .session import Request, ServerSession

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from .server import Server
    from .stream import Stream

    #: Bytes, the descriptor that goes with them, and whom to tell that they have left.
    Piece = tuple[memoryview, Descriptor | None, Callable[[], object] | None]

_RECEIVE_SIZE = 262144
_CTRUNC = int(getattr(socket, "MSG_CTRUNC", 0))


class Client:
    """Made on the server's thread for a connected socket, which it takes over."""

    def __init__(self, server: Server, sock: socket.socket, readonly: bool = False) -> None:
        self.server = server
        self.loop = server.loop
        self.session = ServerSession(readonly, server.needs_auth)
        self.registrations = Registrations()
        self.streams: dict[int, Stream] = {}
        self.closed = False
        #: Calls that were not answered yet, or whose answer has not left, and stream data that nobody has taken.
        self.in_flight = 0
        #: Wants to hear when the daemon loses its hypervisor.
        self.wants_close = False
        #: How many bytes wait for the client to take what was sent before.
        self.unsent = 0
        self._sock = sock
        self._out: deque[Piece] = deque()
        self._writing = False
        self._reading = False
        self._serving = False
        self._stalled = False
        self._ended = False
        self._frozen = False
        self._keepalive: Keepalive | None = None
        sock.setblocking(False)
        self.loop.on_hangup(sock, self.hang_up)
        self._watch()

    # --- from any thread -----------------------------------------------------------------------------

    def send(self, data: bytes, fds: Sequence[int] = ()) -> None:
        """Sends bytes, whatever they are, and one filler byte with a copy of each descriptor behind them."""
        pieces = _pieces(data, fds)
        self.loop.post(lambda: self._queue(pieces))

    def answer(self, request: Request, frame: bytes, fds: Sequence[int], stream: Stream | None) -> None:
        """Sends the answer to a call, and opens the stream that it opens."""
        pieces = _pieces(frame, fds, self.settled)

        def work() -> None:
            if stream is not None and not self.closed:
                self.streams[request.serial] = stream
            self._queue(pieces)
            self.server.answered(request)
            if stream is not None:
                stream.more()

        self.loop.post(work)

    def close(self) -> None:
        """Closes the connection, like a daemon that was killed."""
        self.loop.run(self.hang_up)

    # --- what goes out -------------------------------------------------------------------------------

    def queue(self, frame: bytes, done: Callable[[], object] | None = None) -> None:
        self._queue(_pieces(frame, (), done))

    def tell(self, frame: bytes) -> None:
        """Sends an event or the like; closes the connection if the client leaves too much of these unread."""
        if self.unsent > self.server.limits.unsent:
            self.hang_up()
        else:
            self.queue(frame)

    def _queue(self, pieces: Iterable[Piece]) -> None:
        if self.closed:
            return
        for piece in pieces:
            self._out.append(piece)
            self.unsent += len(piece[0])
        if not self._writing and not self._frozen:
            self._writable()

    def _writable(self) -> None:
        out = self._out
        try:
            while out:
                data, descriptor, done = out[0]
                carried = () if descriptor is None else rights(descriptor)
                sent = self._sock.sendmsg([data], carried)
                self.unsent -= sent
                if sent < len(data):
                    out[0] = (data[sent:], None, done)
                    continue
                out.popleft()
                if done is not None:
                    done()
        except BlockingIOError:
            pass
        except OSError:
            self.hang_up()
            return
        if self.session.closing and not out:
            self.hang_up()
            return
        self._resume()
        self._watch()

    # --- what comes ----------------------------------------------------------------------------------

    def _readable(self) -> None:
        try:
            data, ancillary, flags, _ = self._sock.recvmsg(_RECEIVE_SIZE, ANCILLARY, CLOEXEC)
        except BlockingIOError:
            return
        except OSError:
            self.hang_up()
            return
        self.session.feed(data, descriptors(ancillary))
        self.loop.do_what_came_first()
        self._ended = not data or bool(flags & _CTRUNC)
        self._serve()

    def _has_room(self) -> bool:
        """Whether to read more: not too many calls are unanswered, nor too much of what was sent unread."""
        limits = self.server.limits
        return (
            (limits.requests is None or self.in_flight < limits.requests)
            and self.unsent <= limits.pause
            and not (self.closed or self._frozen)
        )

    def _serve(self) -> None:
        """Handles what the client has sent, as far as its limits allow."""
        if self._serving or self.closed:
            return
        self._serving = True
        try:
            while self._has_room() and self._serve_next():
                pass
            self._stalled = not self._has_room()
        except ProtocolError:
            self._stalled, self._ended = False, True
        finally:
            self._serving = False
        if self._ended and not self._stalled:
            self.hang_up()
        else:
            self._watch()

    def _serve_next(self) -> bool:
        session = self.session
        try:
            message = session.next()
        finally:
            self._say_what_is_owed()
        if message is None:
            return False
        if isinstance(message, Request):
            self.in_flight += 1
            self.server.called(self, message)
        else:
            stream = self.streams.get(message.request.serial)
            if stream is not None:
                stream.arrived(message)
        return not self.closed

    def _say_what_is_owed(self) -> None:
        session = self.session
        frames, session.control_frames = session.control_frames, []
        for frame in frames:
            self.queue(frame)
        while session.unwanted:
            os.close(session.unwanted.pop())

    def settled(self) -> None:
        """One call or piece of stream data less is outstanding."""
        self.in_flight -= 1
        self._resume()

    def _resume(self) -> None:
        if self._stalled and self._has_room():
            self._stalled = False
            self.loop.call_soon(self._serve)

    # --- standing still, and keepalive ---------------------------------------------------------------

    def freeze(self, frozen: bool = True) -> None:
        """Stops reading and answering, like a daemon that was stopped; `freeze(False)` lets it go on."""
        self.loop.run(lambda: self._freeze(frozen))

    def _freeze(self, frozen: bool) -> None:
        if self.closed or frozen == self._frozen:
            return
        self._frozen = frozen
        self.loop.on_hangup(self._sock, None if frozen else self.hang_up)
        if not frozen:
            self._stalled = False
            self._writable()
            self._serve()
        self._watch()

    def keep_alive(self, interval: float, count: int) -> None:
        """Pings the client from now on, and closes the connection if it does not answer."""
        if self._keepalive is None:
            self._keepalive = Keepalive(interval, count, time.monotonic())
            self._tick(self._keepalive)

    def _tick(self, keepalive: Keepalive) -> None:
        if self.closed:
            return
        if not self._frozen:
            verdict = keepalive.tick(time.monotonic(), self.session.received)
            if verdict == "dead":
                self.hang_up()
                return
            if verdict == "ping":
                self.queue(self.session.ping())
        # A stopped daemon's clock runs on, but it looks at it only when it runs again.
        self.loop.call_later(max(0.01, keepalive.due - time.monotonic()), self._tick, keepalive)

    # --- the end -------------------------------------------------------------------------------------

    def _watch(self) -> None:
        """Tells the loop whether to wait until the client's socket can be read or written."""
        if self.closed:
            return
        reading = not (self._frozen or self._ended or self._stalled or self.session.closing)
        if reading != self._reading:
            self._reading = reading
            if reading:
                self.loop.add_reader(self._sock, self._readable)
            else:
                self.loop.remove_reader(self._sock)
        writing = bool(self._out) and not self._frozen
        if writing != self._writing:
            self._writing = writing
            if writing:
                self.loop.add_writer(self._sock, self._writable)
            else:
                self.loop.remove_writer(self._sock)

    def hang_up(self) -> None:
        if self.closed:
            return
        self.closed = True
        self.loop.forget(self._sock)
        self._sock.close()
        self._out.clear()
        self.unsent = 0
        for fd in self.session.give_up():
            os.close(fd)
        for stream in list(self.streams.values()):
            stream.lost()
        self.server.left(self)


def _pieces(data: bytes, fds: Sequence[int], done: Callable[[], object] | None = None) -> list[Piece]:
    pieces: list[Piece] = [(memoryview(data), None, None)] if data else []
    pieces += [(memoryview(b"\0"), Descriptor(fd), None) for fd in fds]
    if pieces:
        pieces[-1] = (*pieces[-1][:2], done)
    return pieces
