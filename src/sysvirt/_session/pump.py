"""What both pumps say and decide in the same way."""

from __future__ import annotations

import sys

from ..errors import CLOSE_KEEPALIVE, CallTimeout, ConnectionLost, ForkedConnection, NotAvailable, lost
from .keepalive import PING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .core import Session
    from .keepalive import Keepalive


def check_interpreter() -> None:
    """Refuses one without the global lock: that plain statements are one step is what the pumps stand on."""
    enabled = getattr(sys, "_is_gil_enabled", None)
    if enabled is not None and not enabled():
        raise NotAvailable(
            "sysvirt needs Python's global interpreter lock, which is off: run with PYTHON_GIL=1, or an ordinary build"
        )


def forked() -> ForkedConnection:
    return ForkedConnection(
        "this connection belongs to the parent process: a forked child has to open its own"
    )


def broken(error: OSError) -> ConnectionLost:
    """What everybody gets when the link has failed."""
    ended = ConnectionLost(f"the connection to the daemon broke: {error.strerror or error}")
    ended.__cause__ = error
    return ended


def stream_timeout() -> CallTimeout:
    return CallTimeout("nothing arrived for the stream before the deadline", sent="unknown")


def frame_timeout() -> CallTimeout:
    return CallTimeout("stream data was not sent before the deadline", sent="unknown")


def tick(session: Session, keepalive: Keepalive, now: float, unread: bool) -> None:
    """What keepalive wants done now: a ping that the pump is to flush, or the end of the session.

    `unread`: reading is held back, and something that the daemon has sent lies in the socket. It is a sign of life
    that nobody has seen yet.
    """
    verdict = keepalive.tick(now, session.heard, session.saturated(), heard=not unread)
    if verdict == "ping":
        session.control_frames.append(PING)
    elif verdict == "dead":
        session.lost(
            lost("the daemon does not answer: no sign of life in the keepalive time", CLOSE_KEEPALIVE)
        )
