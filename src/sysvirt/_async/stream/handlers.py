"""Whole transfers, by functions that give or take the data."""

from __future__ import annotations

from ... import _arguments as check
from ..._protocol import frame as wire
from ..._session import aio_facade as facade
from ...errors import OperationFailed
from .file import FileMethods

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ParamSpec

    from ..._session.aio_facade import Given, Later
    from . import Stream
    from .data import Data

    P = ParamSpec("P")


class HandlerMethods(FileMethods):
    async def send_all(self, handler: Callable[[Stream, int], Given[Data]]) -> None:
        """Sends what `handler(stream, nbytes)` gives, again and again, until it gives `b""`.

        For this and the other three methods: you finish the stream yourself. When a handler raises, the stream is
        aborted; when one returns a negative number, it is aborted too, and `OperationFailed` is raised.
        [virStreamSendAll]
        """
        self._must_be_open()
        await self._or_abort(self._send_all, handler)

    async def _send_all(self, handler: Callable[[Stream, int], Given[Data]]) -> None:
        while data := await self._given(handler, wire.STREAM_DATA_MAX):
            await self._send_data(data)

    async def recv_all(self, handler: Callable[[Stream, bytes], object]) -> None:
        """Calls `handler(stream, data)` for each piece of data, up to the end. [virStreamRecvAll]"""
        self._must_be_open()
        await self._or_abort(self._recv_all, handler)

    async def _recv_all(self, handler: Callable[[Stream, bytes], object]) -> None:
        while data := await self._piece(wire.STREAM_DATA_MAX):
            _must_be_well(await facade.run_callback(handler, self, data))  # type: ignore[arg-type]

    async def sparse_send_all(
        self,
        handler: Callable[[Stream, int], Given[Data]],
        hole_handler: Callable[[Stream], Given[tuple[bool, int]]],
        skip_handler: Callable[[Stream, int], object],
    ) -> None:
        """As `send_all`, but sends holes as holes.

        `hole_handler(stream)` returns what comes next in the source: (True for data or False for a hole, its length),
        with length 0 at the end. `skip_handler(stream, length)` skips a hole in the source after it was sent.
        [virStreamSparseSendAll]
        """
        self._must_be_open()
        self._must_be_sparse()
        await self._or_abort(self._sparse_send_all, handler, hole_handler, skip_handler)

    async def _sparse_send_all(
        self,
        handler: Callable[[Stream, int], Given[Data]],
        hole_handler: Callable[[Stream], Given[tuple[bool, int]]],
        skip_handler: Callable[[Stream, int], object],
    ) -> None:
        while True:
            place = await facade.run_callback(hole_handler, self)  # type: ignore[arg-type]
            _must_be_well(place)
            in_data, length = place
            _must_be_well(length)
            if not length:
                return
            if not in_data:
                await self.send_hole(length)
                _must_be_well(await facade.run_callback(skip_handler, self, length))  # type: ignore[arg-type]
                continue
            while length > 0:
                data = await self._given(handler, min(length, wire.STREAM_DATA_MAX))
                if not data:
                    return
                length -= await self._send_data(data)

    async def sparse_recv_all(
        self,
        handler: Callable[[Stream, bytes], object],
        hole_handler: Callable[[Stream, int], object],
    ) -> None:
        """As `recv_all`, with `hole_handler(stream, length)` for each hole. [virStreamSparseRecvAll]"""
        self._must_be_open()
        await self._or_abort(self._sparse_recv_all, handler, hole_handler)

    async def _sparse_recv_all(
        self,
        handler: Callable[[Stream, bytes], object],
        hole_handler: Callable[[Stream, int], object],
    ) -> None:
        while data := await self._recv(wire.STREAM_DATA_MAX, self.RECV_STOP_AT_HOLE, True):
            if isinstance(data, bytes):
                _must_be_well(await facade.run_callback(handler, self, data))  # type: ignore[arg-type]
            else:
                hole = await self.recv_hole()
                _must_be_well(await facade.run_callback(hole_handler, self, hole))  # type: ignore[arg-type]

    async def _given(self, handler: Callable[[Stream, int], Given[Data]], nbytes: int) -> memoryview:
        """What a handler gives to be sent."""
        data: Data = await facade.run_callback(handler, self, nbytes)  # type: ignore[arg-type]
        _must_be_well(data)
        return check.buffer("data", data)

    async def _or_abort(self, transfer: Callable[P, Later[None]], *args: P.args, **kwargs: P.kwargs) -> None:
        # No loop here: a signal may make one skip the clean-up around it.
        try:
            await transfer(*args, **kwargs)
        except BaseException:
            await self.abort()
            raise


def _must_be_well(given: object) -> None:
    """A handler that gives a negative number says that it has failed."""
    if isinstance(given, int) and given < 0:
        raise OperationFailed(f"a handler of the stream has failed: it returned {given}")
