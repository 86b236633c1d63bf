"""Opening a connection: reaching the daemon, and logging in."""

from __future__ import annotations

from types import EllipsisType

from ... import _arguments as check
from ..._session.pump import check_interpreter
from ...errors import NotAvailable, invalid_argument, invalid_type
from ...uri import resolve
from ..connection import Connection
from .handshake import open_connection
from .options import READ_ONLY, ConnectOptions
from .reach import reach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..._arguments import CredentialMapping
    from ..._generated.constants import ConnectFlags
    from ...results.host import CredentialRequest

_NO_ALIASES = 2


async def connect(
    uri: str | None = None,
    readonly: bool = False,
    flags: ConnectFlags | int = 0,
    credlist: Sequence[int] | None = None,
    callback: Callable[[list[CredentialRequest]], object] | None = None,
    *,
    credentials: CredentialMapping | None = None,
    timeout: float | None = None,
    keepalive: tuple[float, int] | EllipsisType | None = ...,
    reconnect: bool = False,
    max_in_flight: int = 4,
    programs: bool = True,
) -> Connection:
    """Opens a connection to a libvirt daemon.

    uri: a libvirt URI (`qemu:///system`, `qemu+ssh://root@host/system`, `qemu+tls://host/system`); None or "" means
        LIBVIRT_DEFAULT_URI, or `uri_default` of libvirt.conf, or what the daemon chooses.
    readonly: True for a connection that can't change anything.
    flags: `Connection.CONNECT_RO`, `Connection.CONNECT_NO_ALIASES`.
    credentials: what to log in with when the daemon asks for it: a mapping of "username" and "password", or of
        `Connection.CRED_*`, to text. auth.conf goes before it. "authname" is another word for "username"; with both,
        "authname" logs in and asks for the rights of "username".
    callback: gives what neither auth.conf nor `credentials` has. It is called with a list of `CredentialRequest`, and
        returns a list of answers in the same order; None cancels the login. With asyncio it may be a coroutine
        function. It is asked once: a later link of this connection uses what was right.
    credlist: the kinds (`Connection.CRED_*`) that the callback can be asked for; by default all.
    timeout: in seconds, for connecting and for each later call, except calls of the wait class "long", such as starting
        or saving a guest; None for no timeout.
    keepalive: (seconds between pings, how many may stay unanswered), or None for no keepalive. By default a link over a
        network has it, (5, 5), so that a daemon that can't be reached any more is noticed after 30 seconds. A local
        one does not: there the end of the daemon is seen at once anyway.
    max_in_flight: how many calls that may wait for a lock are in flight at the daemon at a time. Set it to one less
        than the daemon's own limit, `max_client_requests` (5 unless configured), or lower: the daemon counts the next
        request too.
    programs: False refuses every part of a URI that names a program to run here.

    Raises `NoConnect` when there is no daemon (`DaemonUnreachable`, with the errno, when its socket can't be reached),
    `CallTimeout`, `AuthFailed` (`AuthCancelled` by the callback, `AuthUnavailable` when there is no common way to log
    in), `InvalidArgument` for a wrong URI, `SystemCallFailed` for files that TLS can't use, and other errors of the
    daemon. [virConnectOpenAuth]
    """
    check.expect("flags", flags, "ConnectFlags")
    if isinstance(flags, bool) or not isinstance(flags, int):
        raise invalid_type("flags", "Connection.CONNECT_*", flags)
    if flags & ~(READ_ONLY | _NO_ALIASES):
        raise invalid_argument("flags", f"CONNECT_RO and CONNECT_NO_ALIASES were expected, not {flags:#x}")
    if reconnect:
        raise NotAvailable("reconnect: this release can't reconnect by itself")
    options = ConnectOptions(
        reach,
        readonly=bool(readonly) or bool(flags & READ_ONLY),
        credlist=credlist,
        callback=callback,
        credentials=credentials,
        timeout=timeout,
        keepalive=keepalive,
        max_in_flight=max_in_flight,
        programs=programs,
    )
    where = resolve(uri, aliases=not flags & _NO_ALIASES, programs=programs)
    check_interpreter()
    return await open_connection(where, options, options.deadline())
