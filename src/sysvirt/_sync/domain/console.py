# Made by tools/unasync.py from src/sysvirt/_async/domain/console.py; do not edit.
"""What a person at the guest sees and types: console and graphics."""

from __future__ import annotations

import socket

from ..._protocol.table import remote
from ...errors import NotAvailable, invalid_type
from ..stream import Stream
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from ..._generated.constants import DomainConsoleFlags, DomainOpenGraphicsFlags


class ConsoleMethods(DomainBase):
    __slots__ = ()

    def open_console(
        self, stream: Stream, devname: str | None = None, flags: DomainConsoleFlags | Literal[0] = 0
    ) -> None:
        """Connects a stream to a serial or paravirtual console, the first one unless its alias is given.

        The stream runs on a connection of its own beside this one, because a console that the guest does not
        read would make the daemon deaf to everything else. `Domain.OPEN_CONSOLE_FORCE` takes the console away
        from whoever has it. [virDomainOpenConsole]
        """
        if not isinstance(stream, Stream):
            raise invalid_type("stream", "a Stream of Connection.new_stream", stream)
        side = self._connection._open_beside()
        try:
            stream._open(side, True, remote.DOMAIN_OPEN_CONSOLE, self._ref, devname, int(flags))
        except BaseException:
            side.close()
            raise

    def open_graphics_fd(self, idx: int, flags: DomainOpenGraphicsFlags | Literal[0] = 0) -> int:
        """A file descriptor that is connected to a graphics device (by its number); the caller closes it.

        Works over unix sockets only. [virDomainOpenGraphicsFD]
        """
        connection = self._connection
        if not connection._pump.link.carries_fds:
            raise NotAvailable(
                "open_graphics_fd needs a local connection: descriptors travel over unix sockets only"
            )
        _, fds = connection._call_with_fds(
            (), remote.DOMAIN_OPEN_GRAPHICS_FD, self._ref, idx, int(flags)
        )
        first, *rest = fds
        for fd in rest:
            socket.close(fd)
        return first
