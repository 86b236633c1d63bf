# Made by tools/unasync.py from src/sysvirt/_async/migration/request.py; do not edit.
"""What a migration is to be: its flags and parameters, checked before anything is sent."""

from __future__ import annotations

from ... import _arguments as check
from ... import typedparams
from ..._generated.constants import DomainConstants
from ...errors import Error, invalid_argument
from ...uri import URI

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._arguments import Number
    from ..._generated.constants import DomainMigrateFlags
    from ...typedparams import Params, Sent

#: A message carries 64 parameters. The client adds up to three in the course of the migration: the guest's definition,
#: where its memory goes, and its name. One too many would only be found when the migration has begun.
PARAMETERS_MAX = 64 - 3

#: What is about disks that are to be copied. Without a flag that says so, daemons take these, and copy nothing.
_ABOUT_COPIES = (
    DomainConstants.MIGRATE_PARAM_MIGRATE_DISKS,
    DomainConstants.MIGRATE_PARAM_DISKS_DETECT_ZEROES,
    DomainConstants.MIGRATE_PARAM_MIGRATE_DISKS_TARGET_ZERO,
    DomainConstants.MIGRATE_PARAM_DISK_PORT,
    DomainConstants.MIGRATE_PARAM_DISKS_URI,
)
#: Of these, an empty list would mean all disks.
_LISTS_OF_DISKS = _ABOUT_COPIES[:3]


class Request:
    """`flags` and `params` as they go to the daemons."""

    __slots__ = ("flags", "params")

    def __init__(self, params: Params | None, flags: DomainMigrateFlags | Number) -> None:
        self.flags = _flags(flags)
        self.params = _parameters(params, self.flags)

    def has(self, flag: int) -> bool:
        return bool(self.flags & flag)

    def value(self, name: str) -> object:
        """The value of a parameter, or None."""
        return next((value for key, (_, value) in self.params if key == name), None)


def _flags(flags: DomainMigrateFlags | Number) -> int:
    dom = DomainConstants
    check.exclusive(flags, dom.MIGRATE_NON_SHARED_DISK, dom.MIGRATE_NON_SHARED_INC)
    check.exclusive(flags, dom.MIGRATE_TUNNELLED, dom.MIGRATE_PARALLEL)
    given = check.flags(flags)
    if given & dom.MIGRATE_NON_SHARED_SYNCHRONOUS_WRITES and not _copies(given):
        raise invalid_argument(
            "flags", "MIGRATE_NON_SHARED_SYNCHRONOUS_WRITES is only for disks that are copied: " + _COPYING
        )
    return given


_COPYING = "with MIGRATE_NON_SHARED_DISK or MIGRATE_NON_SHARED_INC"


def _copies(flags: int) -> bool:
    return bool(flags & (DomainConstants.MIGRATE_NON_SHARED_DISK | DomainConstants.MIGRATE_NON_SHARED_INC))


def _parameters(params: Params | None, flags: int) -> Sent:
    sent = typedparams.encode("params", {} if params is None else params, typedparams.kinds("migrate"))
    if len(sent) > PARAMETERS_MAX:
        raise invalid_argument(
            "params", f"at most {PARAMETERS_MAX} were expected, each of a list counted, not {len(sent)}"
        )
    given = {name for name, _ in sent}
    for name in _names(params):
        if name in _ABOUT_COPIES and not _copies(flags):
            raise invalid_argument(f"params[{name!r}]", f"only disks that are copied can have it: {_COPYING}")
        if name in _LISTS_OF_DISKS and name not in given:
            raise invalid_argument(
                f"params[{name!r}]", "at least one disk was expected; leave it out for all"
            )
    if dict(sent).get(DomainConstants.MIGRATE_PARAM_DEST_NAME, (0, " "))[1] == "":
        raise _no_name(f"params[{DomainConstants.MIGRATE_PARAM_DEST_NAME!r}]")
    return sent


def _names(params: Params | None) -> list[str]:
    """What was given, lists without elements too, which are nothing on the wire."""
    if params is None:
        return []
    return [name if isinstance(name, str) else name.name for name in params]


def older(
    dxml: str | None = None, dname: str | None = None, uri: str | None = None, bandwidth: int = 0
) -> Params:
    """The parameters of the older methods, which have these as arguments."""
    dom = DomainConstants
    params: dict[str, str | int] = {}
    if dxml is not None:
        params[dom.MIGRATE_PARAM_DEST_XML] = check.text("dxml", dxml)
    if dname == "":
        raise _no_name("dname")
    if dname is not None:
        params[dom.MIGRATE_PARAM_DEST_NAME] = check.text("dname", dname)
    if uri is not None:
        params[dom.MIGRATE_PARAM_URI] = check.text("uri", uri)
    if check.integer("bandwidth", bandwidth, 0, check.ULLONG_MAX):
        params[dom.MIGRATE_PARAM_BANDWIDTH] = bandwidth
    return params


def _no_name(argument: str) -> Error:
    return invalid_argument(argument, "a name was expected, not ''")


def replaced(params: Sent, name: str, text: str) -> Sent:
    """The parameters with this one instead of what they have of its name, or behind the others."""
    one = typedparams.encode("params", {name: text}, {name: "string"})[0]
    if name not in dict(params):
        return [*params, one]
    return [one if key == name else (key, value) for key, value in params]


def other_host(name: str, uri: str) -> str:
    """The URI by which the source's daemon connects to the target's: one that leads back to itself is refused."""
    check.text(name, uri)
    try:
        where = URI.parse(uri)
    except Error as error:
        raise invalid_argument(name, error.message.removeprefix("uri: ")) from error
    by_socket = where.transport == "unix" and where.socket is not None
    if (where.host or "").startswith("localhost") or (where.host is None and not by_socket):
        raise invalid_argument(name, "the URI of another host was expected, as the source's daemon sees it")
    return uri
