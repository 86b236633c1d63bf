"""A session without a pump, whose output is looked at."""

from __future__ import annotations

from typing import Any

from sysvirt._protocol.procedure import Procedure
from sysvirt._session.call import Call, Waiter
from sysvirt._session.core import Session
from sysvirt._session.stream import StreamState
from sysvirt.errors import (
    Error,
)


class Client:
    """A session whose sent bytes and wake-ups are written down."""

    def __init__(self) -> None:
        self.session = Session()
        self.session.notify = self._notify
        self.notified: list[Waiter] = []
        self.calls: list[Call] = []

    def _notify(self, waiter: Waiter) -> None:
        assert self.session.lock.locked()
        self.notified.append(waiter)

    def call(self, procedure: Procedure[..., Any], *args: Any, stream: StreamState | None = None) -> Call:
        call = Call(procedure, args, stream)
        assert self.session.enter(call)
        self.session.start(call, procedure.encode_call(*args))
        self.calls.append(call)
        return call

    def feed(self, *parts: bytes) -> None:
        for part in parts:
            self.session.chunks.append(part)
            self.session.process()

    def outcome(self) -> dict[str, Any]:
        """Everything that the bytes fed so far have led to; what is empty is left out."""
        session = self.session
        seen = {
            "replies": {call.serial: self._result(call) for call in self.calls if call.ready},
            "events": [
                (program, number, body[at:])
                for program, number, body, at in (session.events[n] for n in sorted(session.events))
            ],
            "control_frames": list(session.control_frames),
            "streams": [
                (kind, status, body[at:])
                for call in self.calls
                if call.stream is not None
                for kind, status, body, at in call.stream.frames.values()
            ],
            "error": session.error and (type(session.error), session.error.message),
        }
        return {what: value for what, value in seen.items() if value}

    def _result(self, call: Call) -> Any:
        try:
            return self.session.result(call)
        except Error as error:
            return type(error), error.message


def with_fds(client: Client, parts: list[tuple[bytes, list[int]]]) -> None:
    """What a pump does that can take descriptors: bytes and what came with them."""
    for data, fds in parts:
        client.session.chunks.append(data)
        client.session.fds += fds
        client.session.process()
