"""The server's end of a stream, in both directions, with the daemon's flow control.

Towards the client one packet is on its way at a time: the next one is asked for when it has left, so that a slow client
costs one packet and holds up nobody else. From the client, what its handler can't take yet waits, counts as a call in
flight, and so stops the reading from this client in the end.
"""

from __future__ import annotations

from collections import deque

from .._protocol import frame as wire
from ..errors import Error, ProtocolError, RPCError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .client import Client
    from .session import Request, StreamInput


class StreamHandler:
    """What is behind a stream: its methods are called on the server's thread, and must not block.

    An `Error` that one of them raises ends the stream with it.
    """

    #: Set when the call that opens the stream is answered.
    stream: Stream
    #: Whether the client may send holes; libvirtd hangs up on one that does so without having said so before.
    sparse = False

    def give(self, size: int) -> bytes | int | None:
        """Data for the client, at most so many bytes; b"" for its end, a number for a hole of that length.

        None: there is nothing now; `stream.more()` says that there is.
        """
        return None

    def take(self, data: bytes) -> bool:
        """Data from the client; False when it can't be taken now, until `stream.ready()` says that it can."""
        return True

    def take_hole(self, length: int) -> bool:
        """A hole that the client has sent; as `take`."""
        return True

    def finish(self) -> None:
        """The client has sent everything, and wants to know that it has arrived."""

    def abort(self) -> None:
        """The client, or its connection, has broken the stream off."""


class Stream:
    """An open stream of a client."""

    def __init__(self, client: Client, request: Request, handler: StreamHandler) -> None:
        self.client = client
        self.request = request
        self.handler = handler
        self.closed = False
        self._on_its_way = False
        self._has_ended = not request.procedure.reads_stream
        self._waiting: deque[StreamInput] = deque()
        handler.stream = self

    # --- to the client -------------------------------------------------------------------------------

    def more(self) -> None:
        """There is data to give; from any thread."""
        self.client.loop.post(self._give)

    def _give(self) -> None:
        if self.closed or self._on_its_way or self._has_ended:
            return
        try:
            piece = self.handler.give(wire.STREAM_DATA_MAX)
        except BaseException as error:
            self._failed(error)
            return
        if piece is None:
            return
        session = self.client.session
        if isinstance(piece, int):
            frame = session.hole(self.request, piece)
        else:
            self._has_ended = not piece
            frame = session.data(self.request, piece)
        self._on_its_way = True
        self.client.queue(frame, done=self._has_left)

    def _has_left(self) -> None:
        self._on_its_way = False
        # Not at once: others have their turn between two packets.
        self.client.loop.call_soon(self._give)

    def fail(self, error: Error) -> None:
        """Ends the stream with an error."""
        if not self.closed:
            self._close()
            self.client.queue(self.client.session.stream_error(self.request, error))

    # --- from the client -----------------------------------------------------------------------------

    def ready(self) -> None:
        """What `take` did not take can be taken now; from any thread."""
        self.client.loop.post(self._take)

    def arrived(self, message: StreamInput) -> None:
        self._waiting.append(message)
        self.client.in_flight += 1
        self._take()

    def _take(self) -> None:
        waiting = self._waiting
        while waiting and not self.closed:
            message = waiting[0]
            try:
                if not self._took(message):
                    return
            except BaseException as error:
                self._failed(error)
                return
            if waiting and waiting[0] is message:
                waiting.popleft()
                self.client.settled()

    def _took(self, message: StreamInput) -> bool:
        if message.status == wire.CONTINUE:
            if not message.hole:
                return self.handler.take(message.data)
            if not self.handler.sparse:
                raise ProtocolError("a hole in a stream that was not opened for holes")
            return self.handler.take_hole(message.hole)
        if message.status == wire.OK:
            self.handler.finish()
        else:
            self.handler.abort()
            if message.status != wire.ERROR:
                raise RPCError(f"stream aborted with unexpected status {message.status}")
        answer = self.client.session.confirm(self.request)
        self._close()
        self.client.queue(answer)
        return True

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, ProtocolError):
            self.client.hang_up()
        elif isinstance(error, Error):
            self.fail(error)
        else:
            self.client.loop.failed(error)
            self.fail(Error(f"internal error: {self.request.procedure.name} failed here"))

    # --- the end -------------------------------------------------------------------------------------

    def lost(self) -> None:
        """The connection is gone."""
        if not self.closed:
            self._close()
            self.handler.abort()

    def _close(self) -> None:
        self.closed = True
        self.client.streams.pop(self.request.serial, None)
        while self._waiting:
            self._waiting.popleft()
            self.client.settled()
