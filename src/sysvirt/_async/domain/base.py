"""A guest's handle: what it is, and the identity it carries without asking the daemon."""

from __future__ import annotations

from ... import typedparams
from ..._generated.constants import DomainConstants
from ..._guest_xml import describes
from ..._protocol.table import remote
from ...errors import invalid_argument
from ..handle import UUIDHandle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, SupportsIndex

    from ..._protocol.procedure import Procedure
    from ...typedparams import Sent


#: Of how many devices a handle remembers that they were detached through it.
_DETACHED_KEPT = 32


class DomainBase(UUIDHandle, DomainConstants):
    """Holds the connection, and the guest's name, UUID and id as bytes of the protocol."""

    __slots__ = ("_detached",)

    #: Aliases and XML of the devices that were detached through this handle; not set before there was one.
    _detached: tuple[str, ...]

    # remote_nonnull_domain: length of the name, name, padding, 16 bytes of UUID, 4 of id.
    _uuid_at = slice(-20, -4)

    def get_id(self) -> int:
        """The guest's id as this handle last learned it; -1 when the guest was not running.

        Makes no round trip. A new lookup gives a handle with the present id.
        """
        return int.from_bytes(self._ref[-4:], "big", signed=True)

    async def _encode(
        self, argument: str, values: object, set_name: str, getter: Procedure[..., Any], *args: object
    ) -> Sent:
        """Typed parameters of a set; the types of other names are taken from the guest's present values.

        `getter` and `args` are the call that reads these: its reply begins with them.
        """
        known = typedparams.kinds(set_name)
        if typedparams.unknown(argument, values, known):
            reply = await self._connection._call(remote.exact(getter), *args)
            known = typedparams.kinds_of_reply(reply[0]) | known
        sent = typedparams.encode(argument, values, known)
        if not sent:
            raise invalid_argument(argument, "at least one parameter was expected")
        return sent

    def _note_detached(self, device: str, flags: SupportsIndex) -> None:
        """Notes a device that the daemon has begun to detach from the running guest, not only from its definition."""
        if flags.__index__() & (self.AFFECT_LIVE | self.AFFECT_CONFIG) != self.AFFECT_CONFIG:
            self._detached = (*getattr(self, "_detached", ())[1 - _DETACHED_KEPT :], device)

    def _has_detached(self, name: str) -> bool:
        """Whether a device of this name was detached through this handle."""
        return any(name == device or describes(device, name) for device in getattr(self, "_detached", ()))

    def _set_id(self, number: int) -> None:
        self._ref = self._ref[:-4] + number.to_bytes(4, "big", signed=True)

    def _set_name(self, name: str) -> None:
        data = name.encode("utf-8", "surrogateescape")
        padding = bytes(-len(data) & 3)
        self._ref = len(data).to_bytes(4, "big") + data + padding + self._ref[-20:]
