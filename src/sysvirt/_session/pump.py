"""What both pumps say and decide in the same way."""

from __future__ import annotations

import sys

from ..errors import CLOSE_KEEPALIVE, CallTimeout, ConnectionLost, ForkedConnection, NotAvailable, lost
from .keepalive import PING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .._transport.link import Link
    from .core import Session
    from .keepalive import Keepalive


def check_interpreter() -> None:
    """Refuses an interpreter without the global lock: without it, plain statements would not be one step."""
    enabled = getattr(sys, "_is_gil_enabled", None)
    if enabled is not None and not enabled():
        raise NotAvailable(
            "sysvirt needs Python's global interpreter lock, which is off: run with PYTHON_GIL=1, or an ordinary build"
        )


def forked() -> ForkedConnection:
    return ForkedConnection(
        "this connection belongs to the parent process: a forked child has to open its own"
    )


def broken(error: OSError, link: Link) -> ConnectionLost:
    """The error that everybody gets when the link has failed."""
    reason = link.last_words() or error.strerror or error
    ended = ConnectionLost(f"the connection to the daemon broke: {reason}")
    ended.__cause__ = error
    return ended


def stream_timeout() -> CallTimeout:
    return CallTimeout("nothing arrived for the stream before the deadline", sent="unknown")


def frame_timeout() -> CallTimeout:
    return CallTimeout("stream data was not sent before the deadline", sent="unknown")


def callback_timeout() -> CallTimeout:
    return CallTimeout("a callback did not answer before the deadline", sent="no")


def tick(session: Session, keepalive: Keepalive, now: float, unread: bool) -> None:
    """Does what keepalive wants now: queues a ping, which the pump then sends, or ends the session.

    `unread`: reading is held back, and something the daemon has sent lies unread in the socket: it is alive.
    """
    verdict = keepalive.tick(now, session.heard, session.saturated(), heard=not unread)
    if verdict == "ping":
        session.control_frames.append(PING)
    elif verdict == "dead":
        session.lost(
            lost("the daemon does not answer: no sign of life in the keepalive time", CLOSE_KEEPALIVE)
        )
