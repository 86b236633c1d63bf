"""Streams: bytes in and out beside the calls, for consoles, channels and transfers."""

from __future__ import annotations

from .. import _arguments as check
from .._generated.constants import StreamConstants
from .._protocol import frame as wire
from .._session import aio_facade as facade
from .._session.stream import StreamState
from ..errors import OperationFailed, OperationInvalid, StreamAborted, invalid_argument, invalid_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Any, Literal, ParamSpec, Self, TypeAlias, TypeVar, overload

    from .._generated.constants import StreamEventType, StreamRecvFlags
    from .._protocol.procedure import Procedure
    from .._session.aio_facade import Given
    from ..results.stream import StreamStatus
    from .connection import Connection

    P = ParamSpec("P")
    R = TypeVar("R")
    Data: TypeAlias = bytes | bytearray | memoryview
else:

    def overload(function):
        return None


class Stream(StreamConstants):
    """Made by `Connection.new_stream`, opened by what it is given to (`Domain.open_console` ...).

    `async with stream:` finishes it on success and aborts it when the block raises. Iterating over it gives what
    comes, in pieces as they come.
    """

    __module__ = "sysvirt.aio"

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._carrier = connection
        self._owns_carrier = False
        self._state = StreamState()
        self._status = "new"
        #: Who receives at this time.
        self._receiver: object = None
        #: What has been taken from the session and not been received yet: data, or the rest of a hole.
        self._data = b""
        self._data_at = 0
        self._hole = 0
        #: The other side has said that nothing more comes.
        self._ended = False
        #: Holes are told apart from zeros.
        self._sparse = False
        self._callback: tuple[int, Callable[..., object]] | None = None

    # --- opening and closing -----------------------------------------------------------------------

    async def _open(
        self, carrier: Connection, own: bool, procedure: Procedure[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Makes the call that this stream belongs to, over a connection that it may own."""
        opening = False
        try:
            with self._connection._pump.session.lock:
                if self._status == "new":
                    self._status = "opening"
                    opening = True
            if not opening:
                self._must_be_new()
            self._carrier = carrier
            self._owns_carrier = own
            # Another one for each try: something may still come for the last.
            self._state = StreamState()
            reply = await carrier._call_on_stream(self._state, procedure, *args, **kwargs)
            self._status = "open"
            return reply
        except BaseException:
            if opening:
                carrier._pump.abort_stream(self._state)
            raise
        finally:
            if opening and self._status == "opening":
                self._status = "new"

    async def _open_side_connection(self, procedure: Procedure[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """As `_open`, over a connection of its own: one whose other end may not take what is sent.

        The daemon would hear nothing else on a connection with so much that waits to be taken.
        """
        self._must_be_new()
        side = await self._connection._open_side_connection()
        try:
            return await self._open(side, True, procedure, *args, **kwargs)
        except BaseException:
            await side.close()
            raise

    async def _open_transfer(
        self, sparse: bool, procedure: Procedure[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As `_open`, for a volume's data, which the connection itself carries."""
        reply = await self._open(self._connection, False, procedure, *args, **kwargs)
        self._sparse = sparse
        return reply

    async def finish(self) -> None:
        """Ends the stream well: raises if what was sent or received did not arrive whole. [virStreamFinish]"""
        self._must_be_open()
        me = object()
        try:
            self._claim(me)
            try:
                await self._send(wire.STREAM, wire.OK)
                while await self._frame() is not None:
                    pass
            except BaseException:
                await self.abort()
                raise
            await self._end("finished")
        finally:
            if self._receiver is me:
                self._receiver = None

    async def abort(self) -> None:
        """Breaks the stream off; nothing is known of what was on its way. [virStreamAbort]"""
        if self._status != "open":
            return
        try:
            if self._owns_carrier:
                self._state.abandoned = True
            elif self._connection.is_alive():
                self._connection._pump.abort_stream(self._state)
        finally:
            await self._end("aborted")

    async def _end(self, status: str) -> None:
        if self._status == "open":
            self._status = status  # what has come is left alone: another thread may be taking it
            self._wake_dispatcher()
            if self._owns_carrier:
                await self._carrier.close()

    def __del__(self) -> None:
        # One on a connection of its own goes with that.
        if getattr(self, "_status", "") == "open" and not self._owns_carrier:
            self._carrier._pump.session.dropped_streams.append(self._state)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status != "open":
            return
        if kind is None:
            await self.finish()
        else:
            await self.abort()

    def __repr__(self) -> str:
        procedure = self._state.procedure
        name = f" of {procedure.name}" if procedure is not None else ""
        return f"<{type(self).__module__}.Stream {self._status}{name}>"

    # --- bytes -------------------------------------------------------------------------------------

    @overload
    async def recv(self, nbytes: int, flags: Literal[0] = 0) -> bytes: ...
    @overload
    async def recv(self, nbytes: int, flags: StreamRecvFlags | int) -> bytes | StreamStatus: ...  # noqa: F811
    async def recv(self, nbytes: int, flags: StreamRecvFlags | int = 0) -> bytes | StreamStatus:  # noqa: F811
        """At least one byte and at most `nbytes`; `b""` at the end of the stream.

        A hole in a sparse stream comes as zero bytes; with `Stream.RECV_STOP_AT_HOLE` it is told by
        `StreamStatus.AT_HOLE`, and `recv_hole` passes it. [virStreamRecv, virStreamRecvFlags]
        """
        check.expect("flags", flags, "StreamRecvFlags")
        return await self._recv(nbytes, flags, True)

    async def recv_hole(self, flags: int = 0) -> int:
        """Passes the hole that `recv` has stopped at and returns its length; 0 where there is none.

        [virStreamRecvHole]
        """
        check.expect("flags", flags)
        _no_flags(flags)
        self._must_be_open()
        self._must_be_sparse()
        hole = self._hole
        self._hole = 0
        return hole

    async def send(self, data: Data) -> int:
        """Sends all of the data and returns its length; an error of the other side may show later. [virStreamSend]"""
        view = check.buffer("data", data)
        self._must_be_open()
        for start in range(0, len(view), wire.STREAM_DATA_MAX):
            await self._raise_arrived_error()
            await self._send(wire.STREAM, wire.CONTINUE, view[start : start + wire.STREAM_DATA_MAX])
        return len(view)

    async def send_hole(self, length: int, flags: int = 0) -> None:
        """Leaves out so many zeros, where the stream was opened as a sparse one. [virStreamSendHole]"""
        check.expect("flags", flags)
        size = check.integer("length", length, 0, check.LLONG_MAX)
        check.flags(flags)
        self._must_be_open()
        self._must_be_sparse()
        await self._raise_arrived_error()
        await self._send(wire.STREAM_HOLE, wire.CONTINUE, wire.HOLE.pack(size, flags))

    async def _recv(self, nbytes: int, flags: int, wait: bool) -> bytes | StreamStatus:
        if isinstance(nbytes, bool) or not isinstance(nbytes, int):
            raise invalid_type("nbytes", "a number of bytes", nbytes)
        if nbytes < 1:
            raise invalid_argument("nbytes", f"a positive number of bytes was expected, not {nbytes}")
        if flags and flags != self.RECV_STOP_AT_HOLE:
            raise invalid_argument("flags", "Stream.RECV_STOP_AT_HOLE or 0 was expected")
        self._must_be_open()
        me = object()
        try:
            self._claim(me)
            return await self._received(nbytes, flags, wait)
        finally:
            if self._receiver is me:
                self._receiver = None

    def _claim(self, me: object) -> None:
        """Two who receive at once would each have a part of the data, and two hands on the connection."""
        with self._carrier._pump.session.lock:
            if self._receiver is None:
                self._receiver = me
        if self._receiver is not me:
            raise OperationInvalid("somebody else receives from the stream at this time")
        self._must_be_open()  # still: who received before may have ended it

    async def _received(self, nbytes: int, flags: int, wait: bool) -> bytes | StreamStatus:
        while self._data_at == len(self._data):
            if self._hole and flags:
                return _status().AT_HOLE
            if self._hole:
                piece = min(self._hole, nbytes, wire.STREAM_DATA_MAX)
                self._hole -= piece
                if self._callback is not None:
                    self._wake_dispatcher()
                return bytes(piece)
            if self._ended:
                return b""
            if not wait and not self._carrier._pump.poll(self._state):
                self._carrier._pump.session.check()
                return _status().WOULD_BLOCK
            await self._fill()
        data, at = self._data, self._data_at
        end = min(at + nbytes, len(data))
        self._data_at = end
        if self._callback is not None:
            self._wake_dispatcher()
        return data[at:end]  # all of it is no copy

    # --- as a file ---------------------------------------------------------------------------------

    async def read(self, size: int | None = -1) -> bytes:
        """As a file: exactly `size` bytes, fewer only at the end; everything up to the end with -1 or None."""
        wanted = -1 if size is None else check.integer("size", size, -1, check.LLONG_MAX)
        parts: list[bytes] = []
        while wanted != 0:
            part = await self._piece(wanted if wanted > 0 else wire.STREAM_DATA_MAX)
            if not part:
                break
            parts.append(part)
            if wanted > 0:
                wanted -= len(part)
        return b"".join(parts)

    async def readinto(self, buffer: bytearray | memoryview) -> int:
        """As a file: fills the buffer as far as one `recv` does."""
        view = check.buffer("buffer", buffer, writable=True)
        if not len(view):
            return 0
        data = await self._piece(len(view))
        view[: len(data)] = data
        return len(data)

    async def write(self, data: Data) -> int:
        """As a file: `send`."""
        return await Stream.send(self, data)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        piece = await self._piece(wire.STREAM_DATA_MAX)
        if not piece:
            raise StopAsyncIteration
        return piece

    async def _piece(self, nbytes: int) -> bytes:
        """The next data, waiting for it."""
        return await self._recv(nbytes, 0, True)  # type: ignore[return-value]

    # --- all at once -------------------------------------------------------------------------------

    async def send_all(self, handler: Callable[[Stream, int], Given[Data]]) -> None:
        """Sends what `handler(stream, nbytes)` gives, again and again, until it gives `b""`.

        Here as in the other three, the caller finishes the stream; it is aborted when a handler raises, and when one
        returns a negative number, which raises `OperationFailed`. [virStreamSendAll]
        """
        self._must_be_open()
        try:
            while True:
                data: Data = await facade.run_callback(handler, self, wire.STREAM_DATA_MAX)
                _must_be_well(data)
                if not data:
                    return
                await Stream.send(self, data)
        except BaseException:
            await self.abort()
            raise

    async def recv_all(self, handler: Callable[[Stream, bytes], object]) -> None:
        """Calls `handler(stream, data)` for all that comes, to the end. [virStreamRecvAll]"""
        self._must_be_open()
        try:
            while data := await self._piece(wire.STREAM_DATA_MAX):
                _must_be_well(await facade.run_callback(handler, self, data))
        except BaseException:
            await self.abort()
            raise

    async def sparse_send_all(
        self,
        handler: Callable[[Stream, int], Given[Data]],
        hole_handler: Callable[[Stream], Given[tuple[bool, int]]],
        skip_handler: Callable[[Stream, int], object],
    ) -> None:
        """As `send_all`, holes as such.

        `hole_handler(stream)` tells where its source stands: (in data, how far that goes), with 0 at the end.
        `skip_handler(stream, length)` moves it over the hole that was sent. [virStreamSparseSendAll]
        """
        self._must_be_open()
        self._must_be_sparse()
        try:
            while True:
                place = await facade.run_callback(hole_handler, self)
                _must_be_well(place)
                in_data, length = place
                _must_be_well(length)
                if not length:
                    return
                if not in_data:
                    await self.send_hole(length)
                    _must_be_well(await facade.run_callback(skip_handler, self, length))
                    continue
                while length > 0:
                    most = min(length, wire.STREAM_DATA_MAX)
                    data: Data = await facade.run_callback(handler, self, most)
                    _must_be_well(data)
                    if not data:
                        return
                    length -= await Stream.send(self, data)
        except BaseException:
            await self.abort()
            raise

    async def sparse_recv_all(
        self,
        handler: Callable[[Stream, bytes], object],
        hole_handler: Callable[[Stream, int], object],
    ) -> None:
        """As `recv_all`, with `hole_handler(stream, length)` for each hole. [virStreamSparseRecvAll]"""
        self._must_be_open()
        try:
            while data := await self._recv(wire.STREAM_DATA_MAX, self.RECV_STOP_AT_HOLE, True):
                if isinstance(data, bytes):
                    _must_be_well(await facade.run_callback(handler, self, data))
                else:
                    _must_be_well(await facade.run_callback(hole_handler, self, await self.recv_hole()))
        except BaseException:
            await self.abort()
            raise

    # --- callbacks ---------------------------------------------------------------------------------

    def add_callback(
        self, events: StreamEventType | int, callback: Callable[[Stream, StreamEventType], object]
    ) -> None:
        """Calls `callback(stream, events)` while one of these `Stream.EVENT_*` holds, again and again.

        Readable: there is something to receive, the end too, or an error. Writable: something can be sent. Both
        without waiting. Callbacks run where those of events do, one at a time, after the events that have come.
        One that raises is logged. A stream has one; it ends with the stream. [virStreamEventAddCallback]
        """
        check.expect("events", events, "StreamEventType")
        wanted = check.flags(events)
        if not callable(callback):
            raise invalid_type("callback", "a function", callback)
        self._must_be_open()
        with self._connection._pump.session.lock:
            if self._callback is not None:
                raise OperationInvalid("the stream has a callback already")
            self._callback = (wanted, callback)
        self._connection._events().add_stream(self)

    def update_callback(self, events: StreamEventType | int) -> None:
        """Changes which events the callback is for. [virStreamEventUpdateCallback]"""
        check.expect("events", events, "StreamEventType")
        wanted = check.flags(events)
        with self._connection._pump.session.lock:
            if self._callback is None:
                raise OperationInvalid("the stream has no callback")
            self._callback = (wanted, self._callback[1])
        self._connection._events().add_stream(self)

    def remove_callback(self) -> None:
        """Takes the callback away: when this returns, no further call is begun. [virStreamEventRemoveCallback]"""
        with self._connection._pump.session.lock:
            if self._callback is None:
                raise OperationInvalid("the stream has no callback")
            self._callback = None
        self._wake_dispatcher()

    def _wake_dispatcher(self) -> None:
        """Has whoever calls the callback look again what holds; what arrives does so by itself."""
        tell = self._state.on_arrival
        if tell is not None:
            tell()

    def _pending_events(self) -> int:
        """Which of the events that its callback is for hold now."""
        callback = self._callback
        wanted = 0 if callback is None else callback[0]
        if self._status != "open" or not wanted:
            return 0
        state, pump = self._state, self._carrier._pump
        waiting, failed = state.ready, self._failed()
        events = 0
        if self._data_at < len(self._data) or self._hole or self._ended or waiting or failed:
            events |= self.EVENT_READABLE
        if self._ended:
            events |= self.EVENT_HANGUP
        if failed:
            events |= self.EVENT_ERROR
        elif wanted & self.EVENT_WRITABLE and pump.has_room():
            events |= self.EVENT_WRITABLE
        return events & wanted

    def _failed(self) -> bool:
        """Whether it is known that the stream, or its connection, has broken."""
        state, session = self._state, self._carrier._pump.session
        with session.lock:
            last = state.frames.get(state.tail - 1)
        return session.error is not None or state.overflowed or (last is not None and last[1] == wire.ERROR)

    def _waits_for_room(self) -> bool:
        """Whether its callback is to be called once something can be sent."""
        callback = self._callback
        if callback is None or self._status != "open" or not callback[0] & self.EVENT_WRITABLE:
            return False
        return not self._failed()

    # --- frames ------------------------------------------------------------------------------------

    async def _send(self, kind: int, status: int, body: bytes | memoryview = b"") -> None:
        deadline = self._carrier._deadline("stream")
        await self._carrier._pump.send_frame(self._state.header(kind, status, len(body)), deadline, body)

    async def _fill(self) -> None:
        """Takes the next frame, waiting for it."""
        frame = await self._frame()
        if frame is None:
            self._ended = True
            return
        kind, _, body, at = frame
        if kind == wire.STREAM_HOLE:
            self._hole = wire.HOLE.unpack_from(body, at)[0]
        elif at == len(body):
            self._ended = True
        else:
            self._data = body
            self._data_at = at

    async def _frame(self) -> tuple[int, int, bytes, int] | None:
        """The next frame, waiting for it; None for the other side's confirmation, its error raised."""
        state = self._state
        carrier = self._carrier
        while True:
            frame = self._take() if state.ready else None
            if state.overflowed:
                await self._end("aborted")
                raise StreamAborted("the stream was aborted: nobody read it while others used its connection")
            if state.abandoned:
                raise OperationInvalid("the stream was aborted")  # by somebody else, meanwhile
            if frame is not None:
                break
            carrier._pump.session.check()
            if not await carrier._pump.wait_ready(state, carrier._deadline("stream")):
                raise carrier._pump.stream_timeout()
        if frame[1] == wire.CONTINUE:
            return frame
        if frame[1] == wire.OK:
            return None
        error = self._failure(frame)
        await self._end("broken off by the daemon")
        raise error

    def _take(self) -> tuple[int, int, bytes, int] | None:
        state = self._state
        with self._carrier._pump.session.lock:
            return state.take()

    async def _raise_arrived_error(self) -> None:
        """Ends a send early when the other side has said already that it failed."""
        state = self._state
        with self._carrier._pump.session.lock:
            last = state.frames.get(state.tail - 1)
        if last is not None and last[1] == wire.ERROR:
            error = self._failure(last)
            await self._end("broken off by the daemon")
            raise error

    def _failure(self, frame: tuple[int, int, bytes, int]) -> Exception:
        procedure: Any = self._state.procedure
        return self._carrier._pump.session.failure(procedure, frame[2], frame[3])

    def _must_be_new(self) -> None:
        if self._status != "new":
            raise OperationInvalid("a stream is opened once; this one has been")

    def _must_be_open(self) -> None:
        self._carrier._pump.check_process()
        if self._status != "open":
            text = "is not open yet" if self._status in ("new", "opening") else f"was {self._status}"
            raise OperationInvalid(f"the stream {text}")

    def _must_be_sparse(self) -> None:
        if not self._sparse:
            raise OperationInvalid("the stream was not opened as a sparse one: it has no holes")


class NonblockingStream(Stream):
    """A stream of `Connection.new_stream(Stream.NONBLOCK)`: its `recv` and `send` never wait; all the rest does.

    When there is nothing to do they return `StreamStatus.WOULD_BLOCK`; `add_callback` tells when there is.
    """

    __module__ = "sysvirt.aio"

    async def recv(self, nbytes: int, flags: StreamRecvFlags | int = 0) -> bytes | StreamStatus:  # type: ignore[override]
        """What has come already, at most `nbytes`; `b""` at the end; `StreamStatus.WOULD_BLOCK` when nothing has."""
        check.expect("flags", flags, "StreamRecvFlags")
        return await self._recv(nbytes, flags, False)

    async def send(self, data: Data) -> int | StreamStatus:
        """Takes some of the data, or all, and returns how much; `StreamStatus.WOULD_BLOCK` for nothing.

        What was taken may leave only when the stream is used again, or anything else on its connection.
        """
        piece = check.buffer("data", data)[: wire.STREAM_DATA_MAX]
        self._must_be_open()
        await self._raise_arrived_error()
        if not len(piece):
            return 0
        pump = self._carrier._pump
        pump.session.check()
        if not pump.offer(self._state.frame(wire.STREAM, wire.CONTINUE, piece)):
            return _status().WOULD_BLOCK
        return len(piece)


def fresh_stream(stream: Stream) -> Stream:
    """The stream that a method is to open."""
    check.handle("stream", stream, Stream)
    return stream


def _status() -> type[StreamStatus]:
    # An enum is built only when one is needed.
    from ..results.stream import StreamStatus

    return StreamStatus


def _must_be_well(given: object) -> None:
    """A handler that gives a negative number says that it has failed."""
    if isinstance(given, int) and given < 0:
        raise OperationFailed(f"a handler of the stream has failed: it returned {given}")


def _no_flags(flags: int) -> None:
    if flags != 0:
        raise invalid_argument("flags", "0 was expected")
