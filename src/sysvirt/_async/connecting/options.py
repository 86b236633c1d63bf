"""The checked arguments of `connect`."""

from __future__ import annotations

import time
from types import EllipsisType

from ..._timeouts import pings, seconds
from ...errors import invalid_argument, invalid_type
from .login.credentials import Credentials

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..._arguments import CredentialMapping
    from ..._session.aio_facade import Later
    from ..._transport.link import Link
    from ...results.host import CredentialRequest
    from ...uri import URI

#: The flag of `connect`, and of CONNECT_OPEN.
READ_ONLY = 1

#: For links over a network, by default: as the daemon has it for its own side, unless it is configured. The other side
#: is taken for dead after half a minute.
_REMOTE_KEEPALIVE = (5.0, 5)


class ConnectOptions:
    """The checked arguments of `connect`, for the first link and for all later ones.

    reach: makes the link to a URI, by a deadline.
    The others are as those of `connect`.
    """

    def __init__(
        self,
        reach: Callable[[URI, ConnectOptions, float | None], Later[Link]],
        *,
        readonly: bool = False,
        credlist: Sequence[int] | None = None,
        callback: Callable[[list[CredentialRequest]], object] | None = None,
        credentials: CredentialMapping | None = None,
        timeout: float | None = None,
        keepalive: tuple[float, int] | EllipsisType | None = None,
        max_in_flight: int = 4,
        programs: bool = True,
    ) -> None:
        self.timeout = seconds("timeout", timeout)
        _check_places(max_in_flight)
        self._keepalive = keepalive if isinstance(keepalive, EllipsisType) else check_keepalive(keepalive)
        self.reach = reach
        self.readonly = readonly
        self.credentials = Credentials(credlist, callback, credentials)
        self.max_in_flight = max_in_flight
        self.programs = programs

    def keepalive(self, link: Link) -> tuple[float, int] | None:
        """Seconds between pings, and how many may stay unanswered; None for a link that needs or gets none."""
        if isinstance(self._keepalive, EllipsisType):
            return None if link.local else _REMOTE_KEEPALIVE
        return self._keepalive

    @property
    def wants_keepalive(self) -> bool:
        """Whether a daemon that has no keepalive is to be refused."""
        return not isinstance(self._keepalive, EllipsisType)

    def deadline(self) -> float | None:
        """The deadline for opening a connection now."""
        return None if self.timeout is None else time.monotonic() + self.timeout


def _check_places(max_in_flight: int) -> None:
    if isinstance(max_in_flight, bool) or not isinstance(max_in_flight, int):
        raise invalid_type("max_in_flight", "an integer", max_in_flight)
    if max_in_flight < 2:
        # One place is kept for control, and ordinary calls need at least one.
        raise invalid_argument("max_in_flight", f"at least 2 was expected, not {max_in_flight}")


def check_keepalive(keepalive: tuple[float, int] | None) -> tuple[float, int] | None:
    """Checks the keepalive argument: (seconds between pings, how many may stay unanswered)."""
    if keepalive is None:
        return None
    try:
        interval, count = keepalive
    except (TypeError, ValueError):
        raise invalid_type("keepalive", "(interval, count) or None", keepalive) from None
    return pings(interval, count, ("keepalive[0]", "keepalive[1]"))
