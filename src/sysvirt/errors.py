"""The exceptions.

There are four kinds: a wrong argument, noticed before anything is sent (`InvalidArgument`, which is a `ValueError` or
`TypeError` too); a refusal by libvirt (a class for each code that callers act on); a broken protocol (`ProtocolError`);
and a lost link (`ConnectionLost`).
"""

from __future__ import annotations

from ._generated.constants import ErrorConstants

__all__ = [
    "AccessDenied",
    "AgentCommandFailed",
    "AgentCommandTimeout",
    "AgentUnresponsive",
    "AgentUnsynced",
    "AlreadyExists",
    "ArgumentUnsupported",
    "AuthCancelled",
    "AuthFailed",
    "AuthUnavailable",
    "BlockCopyActive",
    "CallTimeout",
    "CheckpointInconsistent",
    "ConfigUnsupported",
    "ConnectionClosed",
    "ConnectionLost",
    "ConsoleEnded",
    "DaemonUnreachable",
    "DeviceMissing",
    "DomainExists",
    "Error",
    "ForkedConnection",
    "InvalidArgument",
    "InvalidArgumentType",
    "InvalidArgumentValue",
    "MigrateUnsafe",
    "MigrationUnfinished",
    "NetworkExists",
    "NetworkPortExists",
    "NoConnect",
    "NoDomain",
    "NoDomainBackup",
    "NoDomainCheckpoint",
    "NoDomainMetadata",
    "NoDomainSnapshot",
    "NoHostname",
    "NoNetwork",
    "NoStoragePool",
    "NoStorageVol",
    "NoSupport",
    "NotAvailable",
    "NumericOverflow",
    "OperationAborted",
    "OperationDenied",
    "OperationFailed",
    "OperationInvalid",
    "OperationTimeout",
    "OperationUnsupported",
    "ProtocolError",
    "RPCError",
    "ResourceBusy",
    "SnapshotRevertRisky",
    "StorageVolExists",
    "StreamAborted",
    "SystemCallFailed",
    "XMLError",
    "XMLSyntaxError",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal, TypeAlias

    from ._generated.constants import CloseReason, ErrorCode, ErrorDomain, ErrorLevel

    #: What is known of a guest on one side of a migration.
    Whereabouts: TypeAlias = Literal["running", "paused", "gone", "unknown"]

# Numbers of virterror.h that are used here; ErrorCode, ErrorDomain and ErrorLevel have all of them.
_INVALID_CONN, _INVALID_ARG, _NO_SUPPORT, _RPC, _TIMEOUT = 6, 8, 3, 39, 68
_INTERNAL = 1
_FROM_NONE, _FROM_RPC, _FROM_QEMU = 0, 7, 10
#: How libvirt's message begins when the agent has refused a command; only since 11.2 there is a code for that.
_AGENT_FAILED = "unable to execute QEMU agent command "
_LEVEL_ERROR = 2
# And of virConnectCloseReason.
_CLOSE_ERROR, CLOSE_EOF, CLOSE_KEEPALIVE, _CLOSE_CLIENT = range(4)

_BY_CODE: dict[int, type[Error]] = {}


class Error(Exception, ErrorConstants):
    """A call has failed; the base class of all errors of sysvirt.

    It has all that libvirt sent: `code`, `domain`, `level`, `message`, `str1` to `str3`, `int1`, `int2`.
    """

    _code = 1
    _domain = _FROM_NONE

    def __init_subclass__(cls, code: int | None = None) -> None:
        if code is not None:
            cls._code = code
            _BY_CODE[code] = cls

    def __init__(
        self,
        message: str = "",
        code: int | None = None,
        domain: int | None = None,
        level: int = _LEVEL_ERROR,
        str1: str | None = None,
        str2: str | None = None,
        str3: str | None = None,
        int1: int = 0,
        int2: int = 0,
    ) -> None:
        super().__init__(message)
        self.message = message
        self._code = type(self)._code if code is None else code
        self._domain = type(self)._domain if domain is None else domain
        self._level = level
        self.str1 = str1
        self.str2 = str2
        self.str3 = str3
        self.int1 = int1
        self.int2 = int2

    def __reduce__(self) -> tuple[Any, ...]:
        fields = (
            self.message, self._code, self._domain, self._level,
            self.str1, self.str2, self.str3, self.int1, self.int2,
        )  # fmt: skip
        return type(self), fields, {**self.__dict__, "__notes__": getattr(self, "__notes__", [])}

    @property
    def code(self) -> ErrorCode:
        """What went wrong, as libvirt's number (`Error.ERR_*`)."""
        from ._enums import lookup
        from ._generated.constants import ErrorCode

        return lookup(ErrorCode, self._code)

    @property
    def domain(self) -> ErrorDomain:
        """Which part of libvirt it comes from (`Error.FROM_*`)."""
        from ._enums import lookup
        from ._generated.constants import ErrorDomain

        return lookup(ErrorDomain, self._domain)

    @property
    def level(self) -> ErrorLevel:
        """How severe it is (`Error.LEVEL_*`)."""
        from ._enums import lookup
        from ._generated.constants import ErrorLevel

        return lookup(ErrorLevel, self._level)

    def get_error_code(self) -> ErrorCode:
        return self.code

    def get_error_domain(self) -> ErrorDomain:
        return self.domain

    def get_error_level(self) -> ErrorLevel:
        return self.level

    def get_error_message(self) -> str:
        return self.message

    def get_str1(self) -> str | None:
        return self.str1

    def get_str2(self) -> str | None:
        return self.str2

    def get_str3(self) -> str | None:
        return self.str3

    def get_int1(self) -> int:
        return self.int1

    def get_int2(self) -> int:
        return self.int2


# --- refusals by libvirt, one class per code that callers act on -----------------------------------


class NoSupport(Error, code=_NO_SUPPORT):
    """The hypervisor driver does not support the call, or the daemon is too old for it."""


class NoConnect(Error, code=5):
    """There is no daemon to connect to, or it cannot reach its hypervisor."""


class InvalidArgument(Error, code=_INVALID_ARG):
    """An argument is wrong: refused by libvirt, or by sysvirt before anything was sent."""


class OperationFailed(Error, code=9):
    """The operation has failed; libvirt has no other code for the reason."""


class XMLError(Error, code=27):
    """The XML is well formed, but its content is not valid."""


class AlreadyExists(Error):
    """An object of this name exists already; the base class of all errors that say so."""


class DomainExists(AlreadyExists, code=28):
    """A guest of this name or UUID exists already."""


class OperationDenied(Error, code=29):
    """The connection is read-only."""


class XMLSyntaxError(XMLError, code=35):
    """The text is not well-formed XML."""


class SystemCallFailed(Error, code=38):
    """A system call failed on the host; `int1` is its errno."""


class DaemonUnreachable(SystemCallFailed, NoConnect):
    """The daemon could not be reached, by its socket, its host or a program; `int1` is the errno, if there is one."""

    _domain = _FROM_RPC


class RPCError(Error, code=_RPC):
    """The daemon did not accept the message."""

    _domain = _FROM_RPC


class NetworkExists(AlreadyExists, code=37):
    """A network of this name or UUID exists already."""


class NoDomain(Error, code=42):
    """There is no such guest (any more)."""


class NoNetwork(Error, code=43):
    """There is no such network."""


class AuthFailed(Error, code=45):
    """Authentication has failed."""


class NoStoragePool(Error, code=49):
    """There is no such storage pool."""


class NoStorageVol(Error, code=50):
    """There is no such storage volume."""


class OperationInvalid(Error, code=55):
    """The guest is not in a state that allows this."""


class ConfigUnsupported(Error, code=67):
    """The hypervisor can't do what this configuration asks for."""


class OperationTimeout(Error, code=_TIMEOUT):
    """libvirt, or sysvirt's own queue, waited too long for another call or job to end."""


class NoDomainSnapshot(Error, code=72):
    """There is no such snapshot."""


class ArgumentUnsupported(Error, code=74):
    """The hypervisor driver can't do this with these arguments."""


class SnapshotRevertRisky(Error, code=77):
    """To revert to this snapshot needs `DomainSnapshot.REVERT_FORCE`."""


class OperationAborted(Error, code=78):
    """The operation was cancelled on request."""


class AuthCancelled(AuthFailed, code=79):
    """Authentication was cancelled: the callback, or the person it asked, gave no credential."""


class NoDomainMetadata(Error, code=80):
    """The guest has no such metadata."""


class MigrateUnsafe(Error, code=81):
    """The migration could lose data; see `Domain.MIGRATE_UNSAFE`."""


class NumericOverflow(Error, code=82):
    """A number is too large for its type."""


class BlockCopyActive(Error, code=83):
    """It is not possible while a block copy runs."""


class OperationUnsupported(Error, code=84):
    """This guest, or its hypervisor, does not support the operation."""


class AgentUnresponsive(Error, code=86):
    """The guest agent does not answer: not running, not connected, or stuck."""


class ResourceBusy(Error, code=87):
    """The resource is in use."""


class AccessDenied(Error, code=88):
    """The daemon's access control forbids it."""


class StorageVolExists(AlreadyExists, code=90):
    """The pool has a volume of this name already."""


class AuthUnavailable(AuthFailed, code=94):
    """There is no way to authenticate: none that both sides have, or nobody whom the daemon's polkit could ask."""


class AgentUnsynced(AgentUnresponsive, code=97):
    """The guest agent's answer does not belong to the command."""


class DeviceMissing(Error, code=99):
    """The guest has no such device."""


class NoDomainCheckpoint(Error, code=103):
    """There is no such checkpoint."""


class NoDomainBackup(Error, code=104):
    """The guest has no backup job."""


class NetworkPortExists(AlreadyExists, code=106):
    """The network has a port of this UUID already."""


class NoHostname(Error, code=108):
    """No host name is known for the guest."""


class CheckpointInconsistent(Error, code=109):
    """A checkpoint is inconsistent and can't be used."""


class AgentCommandTimeout(AgentUnresponsive, code=112):
    """The guest agent did not finish a command before its timeout."""


class AgentCommandFailed(Error, code=113):
    """The guest agent refused a command, or failed at it.

    Daemons before 11.2 send it with the code `ERR_INTERNAL_ERROR`; the class is the same.
    """


# --- noticed here, before anything was sent --------------------------------------------------------


class InvalidArgumentValue(InvalidArgument, ValueError):
    """An argument of the right type with an impossible value; nothing was sent."""


class InvalidArgumentType(InvalidArgument, TypeError):
    """An argument of the wrong type; nothing was sent."""


class NotAvailable(NoSupport):
    """This release, or this connection, can't do it, whatever the daemon supports; nothing was sent."""


# --- the connection itself -------------------------------------------------------------------------


class CallTimeout(OperationTimeout, TimeoutError):
    """A call was given up at its timeout; `sent` says whether libvirt may have carried it out.

    "no": the call was not sent. "unknown": it was sent, and may have been carried out.
    """

    def __init__(self, message: str = "", *args: Any, sent: str = "unknown", **fields: Any) -> None:
        super().__init__(message, *args, **fields)
        self.sent = sent


class ConnectionClosed(Error):
    """The connection was closed on this side; `sent` as with `CallTimeout`."""

    #: "no": the call was not sent. "unknown": it was sent, or this is not about a call.
    sent: str = "unknown"

    _code = _INVALID_CONN
    _domain = _FROM_RPC
    _close_reason = _CLOSE_CLIENT


class ConnectionLost(Error):
    """The link to the daemon broke; `sent` as with `CallTimeout`."""

    #: "no": the call was not sent. "unknown": it was sent, or this is not about a call.
    sent: str = "unknown"

    _code = _RPC
    _domain = _FROM_RPC
    _close_reason = _CLOSE_ERROR


class ProtocolError(ConnectionLost):
    """The peer sent bytes that are not libvirt's protocol; the connection was closed."""


class ForkedConnection(ConnectionClosed):
    """The connection belongs to the parent process; open one of your own in the child."""


class ConsoleEnded(OperationFailed, EOFError):
    """The guest has ended while its console was waited for."""


class MigrationUnfinished(OperationFailed):
    """A migration was left in the middle; `source` and `target` tell what is known of the guest on each side.

    "running", "paused", or "gone" where it does not run; "unknown" where that can't be told. It never runs on both.
    `Domain.recover_migration` brings about that it runs on one. `__cause__` is what went wrong first.
    """

    def __init__(
        self, message: str = "", *args: Any, source: Whereabouts = "unknown", target: Whereabouts = "unknown"
    ) -> None:
        super().__init__(message, *args)
        self.source: Whereabouts = source
        self.target: Whereabouts = target


class StreamAborted(OperationAborted):
    """The stream was aborted: on this side, or because nobody received from it in time."""


def lost(message: str, close_reason: int) -> ConnectionLost:
    """The error of a link that has ended, with the reason for close callbacks."""
    error = ConnectionLost(message)
    error._close_reason = close_reason
    return error


def close_reason(error: ConnectionLost | ConnectionClosed) -> CloseReason:
    """Why the link ended, by the session's error."""
    from ._enums import lookup
    from ._generated.constants import CloseReason

    return lookup(CloseReason, error._close_reason)


def error_class(code: int) -> type[Error]:
    """The class for a libvirt error code."""
    return _BY_CODE.get(code, Error)


def from_wire(fields: tuple[Any, ...]) -> Error:
    """The exception for a remote_error structure."""
    code, domain, message, level, _dom, str1, str2, str3, int1, int2, _net = fields
    kind = error_class(code)
    if code == _INTERNAL and domain == _FROM_QEMU and (str2 or "").startswith(_AGENT_FAILED):
        kind = AgentCommandFailed
    return kind(message or "", code, domain, level, str1, str2, str3, int1, int2)


def to_wire(error: Error) -> tuple[Any, ...]:
    """The remote_error structure for an exception."""
    return (
        error._code, error._domain, error.message, error._level, None,
        error.str1, error.str2, error.str3, error.int1, error.int2, None,
    )  # fmt: skip


def invalid_argument(name: str, expected: str) -> InvalidArgumentValue:
    """The error for a wrong value: it names the argument and says what was expected."""
    return InvalidArgumentValue(f"{name}: {expected}")


def invalid_type(name: str, expected: str, value: object) -> InvalidArgumentType:
    return InvalidArgumentType(f"{name}: expected {expected}, not {class_name(type(value))}")


def class_name(kind: type) -> str:
    """A class's name; for classes that both faces have, with the face: sysvirt.Domain, sysvirt.aio.Domain."""
    return (
        f"{kind.__module__}.{kind.__name__}"
        if kind.__module__ in ("sysvirt", "sysvirt.aio")
        else kind.__name__
    )
