"""A migration that the source's daemon manages: one call, and it does the rest over a connection of its own."""

from __future__ import annotations

from ..._protocol.table import remote
from ...errors import Error
from .moving import Moving
from .sides import was_answered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..domain.base import DomainBase
    from .request import Request


class PeerToPeer(Moving):
    def __init__(self, dom: DomainBase, uri: str, request: Request) -> None:
        super().__init__(dom, request)
        self._uri = uri

    async def steps(self) -> bytes:
        """Nothing: this client has no connection to the target."""
        if not self.resumes:
            self.at_target = "unknown"
        args = (self.ref, self._uri, self.request.params, b"", self.request.flags)
        try:
            await self.until_performed(remote.DOMAIN_MIGRATE_PERFORM3_PARAMS, *args)
        except Error as error:
            if not was_answered(error):
                raise self.unfinished("the source's daemon, which goes on with it, can't be heard") from error
            if await self.is_in_post_copy():
                raise
            if self.is_given_up():
                raise self.given_up() from error
            raise
        return b""
