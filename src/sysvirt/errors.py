"""What can go wrong, as exception classes.

Four different things are four branches: a mistake seen before anything is sent
(`InvalidArgument` that is also a `ValueError` or `TypeError`), a refusal by libvirt (a class by
its code), a broken protocol (`ProtocolError`), and a lost link (`ConnectionLost`).
"""

from __future__ import annotations

from ._generated.constants import ErrorConstants

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._generated.constants import ErrorCode, ErrorDomain, ErrorLevel

# Numbers of virterror.h that this module itself raises with; the enums of all of them are ErrorCode,
# ErrorDomain and ErrorLevel.
_INVALID_CONN, _INVALID_ARG, _NO_SUPPORT, _RPC, _TIMEOUT = 6, 8, 3, 39, 68
_FROM_NONE, _FROM_RPC = 0, 7
_LEVEL_ERROR = 2


class Error(Exception, ErrorConstants):
    """A failed call: the base of everything sysvirt raises.

    Whole as libvirt sent it: `code`, `domain`, `level`, `message`, `str1` to `str3`, `int1`, `int2`.
    """

    _code = 1
    _domain = _FROM_NONE

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
        """How bad it is (`Error.LEVEL_*`)."""
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


class NoSupport(Error):
    """The hypervisor driver, or a daemon of this age, has no such call."""

    _code = _NO_SUPPORT


class NoConnect(Error):
    """There is no daemon to connect to, or it cannot reach its hypervisor."""

    _code = 5


class InvalidArgument(Error):
    """An argument is wrong: refused by libvirt, or by sysvirt before anything was sent."""

    _code = _INVALID_ARG


class OperationFailed(Error):
    _code = 9


class XMLError(Error):
    """The XML is well formed but says something impossible."""

    _code = 27


class DomainExists(Error):
    _code = 28


class OperationDenied(Error):
    """The connection is read-only."""

    _code = 29


class XMLSyntaxError(XMLError):
    """The text is not well-formed XML."""

    _code = 35


class SystemCallFailed(Error):
    """A system call failed on the host; `int1` is its errno."""

    _code = 38


class RPCError(Error):
    """The daemon did not accept the message as such."""

    _code = _RPC
    _domain = _FROM_RPC


class NoDomain(Error):
    """There is no such guest (any more)."""

    _code = 42


class NoNetwork(Error):
    _code = 43


class AuthFailed(Error):
    _code = 45


class NoStoragePool(Error):
    _code = 49


class NoStorageVol(Error):
    _code = 50


class OperationInvalid(Error):
    """The guest is not in a state that allows this."""

    _code = 55


class ConfigUnsupported(Error):
    _code = 67


class OperationTimeout(Error):
    """Libvirt, or the queue on this side, waited too long for something else to end."""

    _code = _TIMEOUT


class NoDomainSnapshot(Error):
    _code = 72


class ArgumentUnsupported(Error):
    _code = 74


class SnapshotRevertRisky(Error):
    """Reverting needs DomainSnapshot.REVERT_FORCE."""

    _code = 77


class OperationAborted(Error):
    _code = 78


class AuthCancelled(AuthFailed):
    _code = 79


class NoDomainMetadata(Error):
    _code = 80


class MigrateUnsafe(Error):
    _code = 81


class NumericOverflow(Error):
    _code = 82


class BlockCopyActive(Error):
    _code = 83


class OperationUnsupported(Error):
    _code = 84


class AgentUnresponsive(Error):
    """The guest agent does not answer: not running, not connected, or stuck."""

    _code = 86


class ResourceBusy(Error):
    _code = 87


class AccessDenied(Error):
    """The daemon's access control forbids it."""

    _code = 88


class AuthUnavailable(AuthFailed):
    """The daemon wants to authenticate in a way that is not available here."""

    _code = 94


class AgentUnsynced(AgentUnresponsive):
    _code = 97


class DeviceMissing(Error):
    _code = 99


class NoDomainCheckpoint(Error):
    _code = 103


class NoDomainBackup(Error):
    _code = 104


class NoHostname(Error):
    _code = 108


class CheckpointInconsistent(Error):
    _code = 109


class AgentCommandTimeout(AgentUnresponsive):
    _code = 112


class AgentCommandFailed(Error):
    _code = 113


_BY_CODE = {
    leaf._code: leaf
    for leaf in (
        NoSupport, NoConnect, InvalidArgument, OperationFailed, XMLError, DomainExists, OperationDenied,
        XMLSyntaxError, SystemCallFailed, RPCError, NoDomain, NoNetwork, AuthFailed, NoStoragePool,
        NoStorageVol, OperationInvalid, ConfigUnsupported, OperationTimeout, NoDomainSnapshot,
        ArgumentUnsupported, SnapshotRevertRisky, OperationAborted, AuthCancelled, NoDomainMetadata,
        MigrateUnsafe, NumericOverflow, BlockCopyActive, OperationUnsupported, AgentUnresponsive,
        ResourceBusy, AccessDenied, AuthUnavailable, AgentUnsynced, DeviceMissing, NoDomainCheckpoint,
        NoDomainBackup, NoHostname, CheckpointInconsistent, AgentCommandTimeout, AgentCommandFailed,
    )
}  # fmt: skip

# --- seen on this side, before anything was sent ---------------------------------------------------


class InvalidArgumentValue(InvalidArgument, ValueError):
    """An argument of the right type with an impossible value; nothing was sent."""


class InvalidArgumentType(InvalidArgument, TypeError):
    """An argument of the wrong type; nothing was sent."""


class NotAvailable(NoSupport):
    """This connection cannot do it, whatever the daemon; nothing was sent."""


# --- the connection itself -------------------------------------------------------------------------


class CallTimeout(OperationTimeout, TimeoutError):
    """A call was given up at its deadline; `sent` tells what may have become of it.

    "no": it was never sent. "unknown": it was, and whether libvirt did it is not known.
    """

    def __init__(self, message: str = "", *args: Any, sent: str = "unknown", **fields: Any) -> None:
        super().__init__(message, *args, **fields)
        self.sent = sent


class ConnectionClosed(Error):
    """The connection was closed on this side."""

    _code = _INVALID_CONN
    _domain = _FROM_RPC


class ConnectionLost(Error):
    """The link to the daemon broke; whether calls under way were carried out is not known."""

    _code = _RPC
    _domain = _FROM_RPC


class ProtocolError(ConnectionLost):
    """The peer sent bytes that are not libvirt's protocol; the connection was closed."""


class ForkedConnection(ConnectionClosed):
    """The connection belongs to the parent process; open one of your own in the child."""


class StreamAborted(OperationAborted):
    """The stream was aborted, by this side or because nobody read it in time."""


def error_class(code: int) -> type[Error]:
    """The class that stands for a libvirt error code."""
    return _BY_CODE.get(code, Error)


def from_wire(fields: tuple[Any, ...]) -> Error:
    """The exception for a remote_error structure."""
    code, domain, message, level, _dom, str1, str2, str3, int1, int2, _net = fields
    return error_class(code)(message or "", code, domain, level, str1, str2, str3, int1, int2)


def invalid_argument(name: str, expected: str) -> InvalidArgumentValue:
    """A refusal that names the argument and says what was expected."""
    return InvalidArgumentValue(f"{name}: {expected}")


def invalid_type(name: str, expected: str, value: object) -> InvalidArgumentType:
    return InvalidArgumentType(f"{name}: expected {expected}, not {type(value).__name__}")
