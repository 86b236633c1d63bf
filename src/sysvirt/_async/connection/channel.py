"""What dies with a link; the connection that uses it may go on over another one."""

from __future__ import annotations

from ..._session.events import EventRouter
from ...events import FAMILIES, kind_of_message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..._session.aio import AsyncPump


class Channel:
    """A link with its pump and session, and what the daemon at its other end was asked for."""

    __slots__ = ("pump", "router", "session")

    def __init__(self, pump: AsyncPump) -> None:
        self.pump = pump
        self.session = pump.session
        #: What is registered there for events.
        self.router = EventRouter(self.session, kind_of_message)

    def listen(self, on_end: Callable[[], None]) -> None:
        """From now on events are handed out, and the daemon is heard while nobody calls; `on_end` tells of the end."""
        pump = self.pump
        pump.on_events = self._route
        pump.on_end = on_end
        self.session.undo.update({family.register: family.deregister for family in FAMILIES})
        pump.watch()

    def is_alive(self) -> bool:
        """Whether the link was working when last used."""
        pump = self.pump
        return self.session.error is None and not pump.closed and not pump.forked

    def _route(self) -> None:
        self.router.route()
        self.flush()

    def flush(self) -> None:
        """Sends what the router has put among the control frames."""
        if self.session.control_frames:
            self.pump.flush_control()
