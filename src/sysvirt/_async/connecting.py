"""Opening a connection: reaching the daemon, and logging in."""

from __future__ import annotations

import time
from types import EllipsisType

from .. import _arguments as check
from .._protocol.table import remote
from .._session import aio_facade as facade
from .._session.aio import AsyncPump
from .._session.core import Session
from .._session.pump import check_interpreter
from .._timeouts import pings, seconds
from ..errors import (
    AuthUnavailable,
    CallTimeout,
    DaemonUnreachable,
    NoConnect,
    NotAvailable,
    invalid_argument,
    invalid_type,
)
from ..uri import URI, plan_socket, resolve
from .connection import Connection
from .connection.channel import Channel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .._generated.constants import ConnectFlags
    from .._session.aio_facade import Later
    from .._transport.link import Link
    from ..results.host import CredentialRequest
    from ..uri import SocketPlan

# remote_auth_type
_NONE, _SASL, _POLKIT = range(3)
_AUTH_NAMES = {_NONE: "none", _SASL: "SASL", _POLKIT: "polkit"}

_READ_ONLY, _NO_ALIASES = 1, 2

#: How long a daemon that was started here may take until it listens, when there is no timeout.
_SPAWN_SECONDS = 20.0


async def connect(
    uri: str | None = None,
    readonly: bool = False,
    flags: ConnectFlags | int = 0,
    credlist: Sequence[int] | None = None,
    callback: Callable[[list[CredentialRequest]], object] | None = None,
    *,
    credentials: Mapping[int | str, str] | None = None,
    timeout: float | None = None,
    keepalive: tuple[float, int] | EllipsisType | None = ...,
    reconnect: bool = False,
    max_in_flight: int = 4,
    programs: bool = True,
) -> Connection:
    """Opens a connection to a libvirt daemon.

    uri: a libvirt URI (`qemu:///system`, `test+unix:///default?socket=/path`); None or "" means LIBVIRT_DEFAULT_URI, or
        `uri_default` of libvirt.conf, or what the daemon chooses.
    readonly: True for a connection that can't change anything.
    flags: `Connection.CONNECT_RO`, `Connection.CONNECT_NO_ALIASES`.
    credlist, callback, credentials: how to answer when the daemon asks for credentials. No kind of login in this
        release does.
    timeout: in seconds, for connecting and for each later call, except calls of the wait class "long", such as starting
        or saving a guest; None for no timeout.
    keepalive: (seconds between pings, how many may stay unanswered), or None for no keepalive. By default a link over a
        network has it, and a local one does not: there the end of the daemon is seen at once anyway.
    max_in_flight: how many calls that may wait for a lock are in flight at the daemon at a time. Set it to one less
        than the daemon's own limit, `max_client_requests` (5 unless configured), or lower: the daemon counts the next
        request too.
    programs: False refuses every part of a URI that names a program to run here.

    Raises `NoConnect` when there is no daemon (`DaemonUnreachable`, with the errno, when its socket can't be reached),
    `CallTimeout`, `AuthFailed`, `InvalidArgument` for a wrong URI, `NotAvailable` for a transport that this release
    does not have, and other errors of the daemon. [virConnectOpenAuth]
    """
    check.expect("flags", flags, "ConnectFlags")
    if isinstance(flags, bool) or not isinstance(flags, int):
        raise invalid_type("flags", "Connection.CONNECT_*", flags)
    if flags & ~(_READ_ONLY | _NO_ALIASES):
        raise invalid_argument("flags", f"CONNECT_RO and CONNECT_NO_ALIASES were expected, not {flags:#x}")
    if reconnect:
        raise NotAvailable("reconnect: this release can't reconnect by itself")
    options = ConnectOptions(
        _reach,
        readonly=bool(readonly) or bool(flags & _READ_ONLY),
        credlist=credlist,
        callback=callback,
        credentials=credentials,
        timeout=timeout,
        keepalive=None if isinstance(keepalive, EllipsisType) else keepalive,
        max_in_flight=max_in_flight,
        programs=programs,
    )
    where = resolve(uri, aliases=not flags & _NO_ALIASES, programs=programs)
    check_interpreter()
    return await open_connection(where, options, options.deadline())


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
        credentials: Mapping[int | str, str] | None = None,
        timeout: float | None = None,
        keepalive: tuple[float, int] | None = None,
        max_in_flight: int = 4,
        programs: bool = True,
    ) -> None:
        self.timeout = seconds("timeout", timeout)
        _check_places(max_in_flight)
        self.keepalive = check_keepalive(keepalive)
        self.reach = reach
        self.readonly = readonly
        self.credlist = credlist
        self.callback = callback
        self.credentials = credentials
        self.max_in_flight = max_in_flight
        self.programs = programs

    def deadline(self) -> float | None:
        """The deadline for opening a connection now."""
        return None if self.timeout is None else time.monotonic() + self.timeout


async def open_connection(where: URI, options: ConnectOptions, deadline: float | None) -> Connection:
    """Opens a connection to a URI that is resolved already."""
    link = await options.reach(where, options, deadline)
    return await handshake(link, where, options, deadline)


async def handshake(link: Link, where: URI, options: ConnectOptions, deadline: float | None) -> Connection:
    """Opens a connection over a link, which it owns from now on."""
    pump = AsyncPump(link, Session(options.max_in_flight))
    try:
        await _authenticate(pump, where, deadline)
        await pump.call(remote.CONNECT_OPEN, (where.name, _READ_ONLY if options.readonly else 0), deadline)
        if not where.text:
            # The daemon has chosen; what it chose is this connection's URI from now on.
            where = URI.parse(await pump.call(remote.CONNECT_GET_URI, (), deadline))
        connection = Connection(Channel(pump), where, options)
        if options.keepalive is not None:
            await connection.set_keep_alive(*options.keepalive)
        return connection
    except BaseException:
        await pump.close()
        raise


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


async def _reach(where: URI, options: ConnectOptions, deadline: float | None) -> Link:
    if where.transport != "unix":
        raise NotAvailable(
            f"uri: the transport {where.transport!r} is not available in this release, only unix"
        )
    if where.host is not None:
        raise invalid_argument(
            "uri", f"a unix socket is on this host, so no host was expected: {where.masked()}"
        )
    plan = plan_socket(where, options.readonly)
    try:
        return await _connect(plan.path, deadline)
    except (FileNotFoundError, ConnectionRefusedError) as error:
        if plan.spawn is None:
            tried = ", ".join(plan.tried)
            text = f"no libvirt daemon listens for {where.masked() or 'the default URI'} ({tried})"
            raise DaemonUnreachable(text, int1=error.errno or 0) from error
    except OSError as error:
        raise _not_reached(plan.path, error) from error
    return await _start_daemon(plan, deadline)


async def _connect(path: str, deadline: float | None) -> Link:
    if deadline is None:
        return await facade.connect_unix(path, None)
    remaining = deadline - time.monotonic()
    try:
        if remaining > 0:
            return await facade.connect_unix(path, remaining)
    except TimeoutError:
        pass
    raise CallTimeout(f"the daemon at {path} did not take the connection in time", sent="no")


def _not_reached(path: str, error: OSError) -> DaemonUnreachable:
    if isinstance(error, PermissionError):
        text = f"no permission to use the libvirt daemon's socket {path}"
    else:
        text = f"can't connect to the libvirt daemon's socket {path}: {error.strerror or error}"
    return DaemonUnreachable(text, int1=error.errno or 0)


async def _start_daemon(plan: SocketPlan, deadline: float | None) -> Link:
    """Starts this user's own daemon, as libvirt's client does, and connects when it listens."""
    from .._transport.daemon import start

    assert plan.spawn is not None
    running = start(plan.spawn)
    until = time.monotonic() + _SPAWN_SECONDS if deadline is None else deadline
    while time.monotonic() < until:
        try:
            return await _connect(plan.path, until)
        except (FileNotFoundError, ConnectionRefusedError):
            code = running.failed()
            if code is not None:
                raise NoConnect(f"{plan.spawn[0]} was started and ended with status {code}") from None
        except OSError as error:
            raise _not_reached(plan.path, error) from error
        # No event says when the daemon begins to listen.
        await facade.sleep(0.02)
    raise CallTimeout(f"{plan.spawn[0]} was started but does not listen at {plan.path}", sent="no")


async def _authenticate(pump: AsyncPump, where: URI, deadline: float | None) -> None:
    offered = await pump.call(remote.AUTH_LIST, (), deadline)
    if not offered:
        return
    chosen = offered[0]
    if where.auth is not None:
        wish = {"none": _NONE, "polkit": _POLKIT}.get(where.auth, _SASL)
        if wish not in offered:
            raise AuthUnavailable(f"the daemon does not offer to authenticate by {where.auth}")
        chosen = wish
    if chosen == _POLKIT:
        await pump.call(remote.AUTH_POLKIT, (), deadline)
    elif chosen != _NONE:
        name = _AUTH_NAMES.get(chosen, f"type {chosen}")
        raise AuthUnavailable(f"the daemon wants to authenticate by {name}, which this release does not do")
