# Made by tools/unasync.py from src/sysvirt/_async/stream/base.py; do not edit.
"""A stream's life: opened by a call, finished or aborted; and the frames that come and go meanwhile."""

from __future__ import annotations

from ..._generated.constants import StreamConstants
from ..._protocol import frame as wire
from ..._session.stream import StreamState
from ...errors import OperationInvalid, StreamAborted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Any, ParamSpec, Self, TypeVar

    from ..._protocol.procedure import Procedure
    from ..._session.blocking_facade import Later
    from ..connection import Connection

    P = ParamSpec("P")
    R = TypeVar("R")


class StreamBase(StreamConstants):
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        #: Over which it goes, and with which it ends, whatever the connection goes on over.
        self._channel = connection._channel
        #: The connection of its own that this channel is of, if there is one.
        self._side: Connection | None = None
        self._state = StreamState()
        self._status = "new"
        #: Who opens it at this time; taken by one C call, as the roles of its state are.
        self._roles: dict[str, object] = {}
        #: Holes are told apart from zeros.
        self._sparse = False

    # --- opening -----------------------------------------------------------------------------------

    def _open(
        self, side: Connection | None, procedure: Procedure[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Makes the call that this stream belongs to, over its connection or one of its own."""
        me = object()
        roles = self._roles
        carrier = self._connection if side is None else side
        channel = carrier._channel
        state: StreamState | None = None
        try:
            if roles.setdefault("opener", me) is not me:
                raise _opened_before()
            self._must_be_new()
            self._channel = channel
            self._side = side
            # Another one for each try: something may still come for the last.
            self._state = state = StreamState()
            reply = carrier._call_on_stream(channel, state, procedure, *args, **kwargs)
            self._status = "open"
            return reply
        except BaseException:
            if state is not None:
                channel.session.forgotten.append(state)
                channel.pump.abort_stream(state)
            raise
        finally:
            if "opener" in roles and roles["opener"] is me:
                del roles["opener"]

    def _open_side_connection(self, procedure: Procedure[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """As `_open`, over a connection of its own: one whose other end may not take what is sent.

        The daemon would hear nothing else on a connection with so much that waits to be taken.
        """
        self._must_be_new()
        side = self._connection._open_side_connection()
        try:
            return self._open(side, procedure, *args, **kwargs)
        except BaseException:
            side.close()
            raise

    def _open_transfer(
        self, sparse: bool, procedure: Procedure[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As `_open`, for a volume's data, which the connection itself carries."""
        reply = self._open(None, procedure, *args, **kwargs)
        self._sparse = sparse
        return reply

    # --- ending ------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Ends the stream, and raises if the data did not arrive whole. [virStreamFinish]"""
        self._must_be_open()
        self._as_receiver(self._finish)

    def _finish(self) -> None:
        try:
            self._send(wire.STREAM, wire.OK)
            self._drain()
        except BaseException:
            self.abort()
            raise
        self._end("finished")

    def _drain(self) -> None:
        while not self._open_frame():
            pass

    def abort(self) -> None:
        """Aborts the stream; data in flight may be lost. [virStreamAbort]"""
        if self._status != "open":
            return
        channel = self._channel
        if self._side is not None:
            self._state.abandoned = True
        else:
            # Before anything that may be interrupted: from here on whoever comes next aborts it.
            channel.session.forgotten.append(self._state)
        try:
            if self._side is None and channel.is_alive():
                channel.pump.abort_stream(self._state)
        finally:
            self._end("aborted")

    def _end(self, status: str) -> None:
        if self._status == "open":
            self._status = status  # what has come is left alone: another thread may be taking it
            self._recheck_callback()
            if self._side is not None:
                self._side.close()

    def __del__(self) -> None:
        # One on a connection of its own goes with that.
        if getattr(self, "_status", "") == "open" and self._side is None:
            session = self._channel.session
            session.forgotten.append(self._state)
            session.on_dropped_stream()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status != "open":
            return
        if kind is None:
            self.finish()
        else:
            self.abort()

    def __repr__(self) -> str:
        procedure = self._state.procedure
        name = f" of {procedure.name}" if procedure is not None else ""
        return f"<{type(self).__module__}.Stream {self._status}{name}>"

    # --- frames ------------------------------------------------------------------------------------

    def _as_receiver(self, receive: Callable[P, Later[R]], *args: P.args, **kwargs: P.kwargs) -> R:
        me = object()
        roles = self._state.roles
        try:
            self._claim(me)
            return receive(*args, **kwargs)
        finally:
            # No call: who is interrupted here would lose what was received.
            if "receiver" in roles and roles["receiver"] is me:
                del roles["receiver"]

    def _claim(self, me: object) -> None:
        """Two who receive at once would each have a part of the data, and two hands on the connection."""
        if self._state.roles.setdefault("receiver", me) is not me:
            raise OperationInvalid("somebody else receives from the stream at this time")
        self._must_be_open()  # still: who received before may have ended it
        self._state.put_back()

    def _send(self, kind: int, status: int, body: bytes | memoryview = b"") -> None:
        deadline = self._connection._deadline("stream")
        self._channel.pump.send_frame(self._state.header(kind, status, len(body)), deadline, body)

    def _open_frame(self) -> bool:
        """Takes the next frame apart, waiting for it; True for the other side's confirmation, its error raised."""
        state = self._state
        pump = self._channel.pump
        session = pump.session
        while True:
            before = state.head
            end = session.open_next(state) if state.ready else None
            if state.overflowed:
                self._end("aborted")
                raise StreamAborted("the stream was aborted: nobody read it while others used its connection")
            if state.abandoned:
                raise OperationInvalid("the stream was aborted")  # by somebody else, meanwhile
            if end is not None:
                break
            if state.head != before:
                return False
            session.check()
            if not pump.wait_ready(state, self._connection._deadline("stream")):
                raise pump.stream_timeout()
        if end[1] != wire.OK:
            self._broken_off(end)
        return True

    def _raise_arrived_error(self) -> None:
        """Ends a send early when the other side has said already that it failed."""
        frame = self._state.error_frame()
        if frame is not None:
            self._broken_off(frame)

    def _broken_off(self, frame: tuple[int, int, bytes, int]) -> None:
        """Raises the error with which the other side has ended the stream."""
        procedure: Any = self._state.procedure
        error = self._channel.session.failure(procedure, frame[2], frame[3])
        self._end("broken off by the daemon")
        raise error

    def _recheck_callback(self) -> None:
        """Has whoever calls the callback look again what holds; what arrives does so by itself."""
        tell = self._state.on_arrival
        if tell is not None:
            tell()

    # --- checks ------------------------------------------------------------------------------------

    def _must_be_new(self) -> None:
        if self._status != "new":
            raise _opened_before()

    def _must_be_open(self) -> None:
        self._channel.pump.check_here()
        if self._status != "open":
            text = "is not open yet" if self._status == "new" else f"was {self._status}"
            raise OperationInvalid(f"the stream {text}")

    def _must_be_sparse(self) -> None:
        if not self._sparse:
            raise OperationInvalid("the stream was not opened as a sparse one: it has no holes")


def _opened_before() -> OperationInvalid:
    return OperationInvalid("a stream is opened once; this one has been")
