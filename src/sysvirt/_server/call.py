"""A call as a handler gets it."""

from __future__ import annotations

from ..errors import Error, RPCError
from .stream import Stream, StreamHandler
from .values import reply_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Generic, TypeVar

    from .._protocol.procedure import Procedure
    from .client import Client
    from .session import Request

    R = TypeVar("R")

    class _Of(Generic[R]):
        """The reply, as `table.pyi` gives it."""
else:
    R = None

    class _Of:
        __slots__ = ()

        def __class_getitem__(cls, item):
            return cls


class Later:
    """What a handler returns if the call is answered later."""

    def __repr__(self) -> str:
        return "LATER"


LATER = Later()


class Call(_Of[R]):
    """A call, to be answered once, from any thread. Descriptors that came with it are closed when it was answered."""

    __slots__ = ("_handler", "_request", "_unanswered", "client")

    def __init__(self, client: Client, request: Request) -> None:
        self.client = client
        self._request = request
        self._handler: StreamHandler | None = None
        self._unanswered = [True]

    def __repr__(self) -> str:
        return f"<{self.procedure.name} #{self.serial}{' answered' if self.answered else ''}>"

    @property
    def procedure(self) -> Procedure[..., Any]:
        return self._request.procedure

    @property
    def args(self) -> tuple[Any, ...]:
        return self._request.args

    @property
    def serial(self) -> int:
        return self._request.serial

    @property
    def fds(self) -> list[int]:
        """Descriptors that came with it. A handler that takes one out of the list has to close it."""
        return self._request.fds

    @property
    def answered(self) -> bool:
        return not self._unanswered

    def opens(self, handler: StreamHandler) -> None:
        """Sets the handler of the stream that this call opens; before the call is answered."""
        self._handler = handler

    def reply(self, value: R | None = None, fds: Sequence[int] = ()) -> None:
        """Answers: None, the value of the reply's only field, or a tuple of its fields; with copies of `fds`."""
        values = reply_values(self.procedure, value)
        try:
            frame = self.client.session.reply(self._request, *values, fds=len(fds))
        except RPCError as error:
            self.fail(error)
            return
        stream = None
        if self.procedure.reads_stream or self.procedure.writes_stream:
            stream = Stream(self.client, self._request, self._handler or StreamHandler())
        self._answer(frame, fds, stream)

    def fail(self, error: Error) -> None:
        """Answers with an error."""
        self._answer(self.client.session.error(self._request, error))

    def _answer(self, frame: bytes, fds: Sequence[int] = (), stream: Stream | None = None) -> None:
        if not self._unanswered:
            raise RuntimeError(f"{self!r} has been answered before")
        self._unanswered.clear()
        self.client.answer(self._request, frame, fds, stream)
