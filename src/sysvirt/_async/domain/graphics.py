"""A guest's screens."""

from __future__ import annotations

from ..._protocol.table import remote
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._generated.constants import GraphicsReloadType


class GraphicsMethods(DomainBase):
    __slots__ = ()

    async def graphics_reload(self, type: GraphicsReloadType, flags: int = 0) -> None:
        """Has the guest's VNC server read its TLS certificates again, for those who connect from now on.

        `type` is `Domain.GRAPHICS_RELOAD_TYPE_VNC`, or `_ANY`, which is no error where there is none. Daemons from
        10.2 on. [virDomainGraphicsReload]
        """
        await self._connection._call(remote.DOMAIN_GRAPHICS_RELOAD, self._ref, type, flags)
