"""What ends with a link. The connection that uses it may go on over another one."""

from __future__ import annotations

from ..._session.events import EventRouter
from ...events import FAMILIES, kind_of_message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..._session.aio import AsyncPump


class Channel:
    """A pump with its link and session, and the event registrations at the daemon."""

    __slots__ = ("pump", "router", "session")

    def __init__(self, pump: AsyncPump) -> None:
        self.pump = pump
        self.session = pump.session
        #: The event registrations at the daemon.
        self.router = EventRouter(self.session, kind_of_message)

    def listen(self, on_end: Callable[[], None]) -> None:
        """From now on events are routed, and read even while nobody calls. `on_end` is called when the link ends."""
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
        """Sends the calls that the router has queued with the control frames."""
        if self.session.control_frames:
            self.pump.flush_control()
