# Made by tools/unasync.py from src/sysvirt/_async/connecting/unix.py; do not edit.
"""The link to a daemon on this host, which is started if it is the user's own and does not run."""

from __future__ import annotations

import time

from ..._session import blocking_facade as facade
from ..._timeouts import time_left
from ...errors import CallTimeout, DaemonUnreachable, NoConnect, invalid_argument
from ...uri import URI, plan_socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._transport.link import Link
    from ...uri import SocketPlan
    from .options import ConnectOptions

#: How long a daemon that was started here may take until it listens, when there is no timeout.
_SPAWN_SECONDS = 20.0


def reach_by_unix(where: URI, options: ConnectOptions, deadline: float | None) -> Link:
    """Connects to the socket that the URI stands for."""
    if where.host is not None:
        raise invalid_argument(
            "uri", f"a unix socket is on this host, so no host was expected: {where.masked()}"
        )
    plan = plan_socket(where, options.readonly)
    try:
        return _connect(plan.path, deadline)
    except (FileNotFoundError, ConnectionRefusedError) as error:
        if plan.spawn is None:
            tried = ", ".join(plan.tried)
            text = f"no libvirt daemon listens for {where.masked() or 'the default URI'} ({tried})"
            raise DaemonUnreachable(text, int1=error.errno or 0) from error
    except OSError as error:
        raise _not_reached(plan.path, error) from error
    return _start_daemon(plan, deadline)


def _connect(path: str, deadline: float | None) -> Link:
    try:
        return facade.connect_unix(path, time_left(deadline))
    except TimeoutError:
        text = f"the daemon at {path} did not take the connection in time"
        raise CallTimeout(text, sent="no") from None


def _not_reached(path: str, error: OSError) -> DaemonUnreachable:
    if isinstance(error, PermissionError):
        text = f"no permission to use the libvirt daemon's socket {path}"
    else:
        text = f"can't connect to the libvirt daemon's socket {path}: {error.strerror or error}"
    return DaemonUnreachable(text, int1=error.errno or 0)


def _start_daemon(plan: SocketPlan, deadline: float | None) -> Link:
    """Starts this user's own daemon, as libvirt's client does, and connects when it listens."""
    from ..._transport.daemon import start

    assert plan.spawn is not None
    running = start(plan.spawn)
    until = time.monotonic() + _SPAWN_SECONDS if deadline is None else deadline
    while time.monotonic() < until:
        try:
            return _connect(plan.path, until)
        except (FileNotFoundError, ConnectionRefusedError):
            code = running.failed()
            if code is not None:
                raise NoConnect(f"{plan.spawn[0]} was started and ended with status {code}") from None
        except OSError as error:
            raise _not_reached(plan.path, error) from error
        # No event says when the daemon begins to listen.
        facade.sleep(0.02)
    raise CallTimeout(f"{plan.spawn[0]} was started but does not listen at {plan.path}", sent="no")
