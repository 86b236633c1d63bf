"""The server's end of a stream, in both directions, with the daemon's flow control.

To the client one packet is in flight at a time: the next one is asked for when it was sent. So a slow client costs one
packet, and delays nobody else. From the client, data that the handler can't take yet wait, and count as a call in
flight; so in the end nothing more is read from this client.
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
    """The handler of a stream. Its methods are called on the server's thread, and must not block.

    An `Error` that one of them raises ends the stream with it.
    """

    #: Set when the call that opens the stream is answered.
    stream: Stream
    #: Whether the client may send holes; libvirtd hangs up on one that does so without having said so before.
    sparse = False

    def give(self, size: int) -> bytes | int | None:
        """Data for the client, at most `size` bytes; b"" for the end, a number for a hole of that length.

        None if there is nothing now: call `stream.more()` when there is.
        """
        return None

    def take(self, data: bytes) -> bool:
        """Takes data from the client; False if that is not possible now: call `stream.ready()` when it is."""
        return True

    def take_hole(self, length: int) -> bool:
        """Takes a hole that the client has sent; as `take`."""
        return True

    def finish(self) -> None:
        """The client has sent everything. Raise an error if it has not arrived."""

    def abort(self) -> None:
        """The client has aborted the stream, or its connection is gone."""


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
        """Data that `take` has refused can be taken now; from any thread."""
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
