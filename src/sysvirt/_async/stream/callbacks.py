"""A function that is called while something can be received or sent."""

from __future__ import annotations

from ... import _arguments as check
from ..._session.stream import StreamCallback
from ...errors import OperationInvalid, invalid_type
from .data import DataMethods

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..._generated.constants import StreamEventType
    from . import Stream


class CallbackMethods(DataMethods):
    def add_callback(
        self, events: StreamEventType | int, callback: Callable[[Stream, StreamEventType], object]
    ) -> None:
        """Calls `callback(stream, events)` again and again, while one of these `Stream.EVENT_*` holds.

        Readable: data, the end or an error can be received without waiting. Writable: data can be sent without waiting.
        It is called in the same thread or task as event callbacks, one at a time, after the events that have come. An
        exception of it is logged. A stream has one callback at most, and it ends with the stream.
        [virStreamEventAddCallback]
        """
        check.expect("events", events, "StreamEventType")
        wanted = check.flags(events)
        if not callable(callback):
            raise invalid_type("callback", "a function", callback)
        self._must_be_open()
        mine = StreamCallback(wanted, bool(wanted & self.EVENT_READABLE), callback)
        if self._state.roles.setdefault("callback", mine) is not mine:
            raise OperationInvalid("the stream has a callback already")
        self._connection._events().add_stream(self)  # type: ignore[arg-type]

    def update_callback(self, events: StreamEventType | int) -> None:
        """Changes which events the callback is for. [virStreamEventUpdateCallback]"""
        check.expect("events", events, "StreamEventType")
        wanted = check.flags(events)
        callback = self._callback
        if callback is None:
            raise OperationInvalid("the stream has no callback")
        callback.events = wanted
        callback.hears = bool(wanted & self.EVENT_READABLE)
        self._connection._events().add_stream(self)  # type: ignore[arg-type]

    def remove_callback(self) -> None:
        """Removes the callback. Once this has returned, no new call of it begins. [virStreamEventRemoveCallback]"""
        if self._state.roles.pop("callback", None) is None:
            raise OperationInvalid("the stream has no callback")
        self._recheck_callback()

    @property
    def _callback(self) -> StreamCallback | None:
        callback: StreamCallback | None = self._state.roles.get("callback")
        return callback

    def _events_now(self) -> int:
        """Which of the events that its callback is for hold now."""
        callback = self._callback
        wanted = 0 if callback is None else callback.events
        if self._status != "open" or not wanted:
            return 0
        state, failed = self._state, self._failed()
        events = 0
        if (
            state.data_at < len(state.data)
            or state.set_aside
            or state.hole
            or state.ended
            or state.ready
            or failed
        ):
            events |= self.EVENT_READABLE
        if state.ended:
            events |= self.EVENT_HANGUP
        if failed:
            events |= self.EVENT_ERROR
        elif wanted & self.EVENT_WRITABLE and self._channel.pump.has_room():
            events |= self.EVENT_WRITABLE
        return events & wanted

    def _failed(self) -> bool:
        """Whether it is known that the stream, or its connection, has broken."""
        state = self._state
        broken = self._channel.session.error is not None
        return broken or state.overflowed or state.error_frame() is not None

    def _waits_for_room(self) -> bool:
        """Whether its callback is to be called once something can be sent."""
        callback = self._callback
        if callback is None or self._status != "open" or not callback.events & self.EVENT_WRITABLE:
            return False
        return not self._failed()
