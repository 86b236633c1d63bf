# Made by tools/unasync.py from src/sysvirt/_async/domain/graphics.py; do not edit.
"""A guest's screens."""

from __future__ import annotations

import os

from ... import _arguments as check
from ..._protocol.table import remote
from ...errors import OperationFailed
from ..stream import Stream, fresh_stream
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._arguments import Number
    from ..._generated.constants import DomainOpenGraphicsFlags, GraphicsReloadType


class GraphicsMethods(DomainBase):
    __slots__ = ()

    def screenshot(self, stream: Stream, screen: int = 0, flags: Number = 0) -> str:
        """Opens a stream for a picture of a screen of the running guest, and returns the picture's MIME type.

        `screen` is a number, counted through the heads of its video devices. Read the stream to its end.
        [virDomainScreenshot]
        """
        number = check.integer("screen", screen, 0, check.UINT_MAX)
        mime = fresh_stream(stream)._open(None, remote.DOMAIN_SCREENSHOT, self._ref, number, flags)
        return mime or ""

    def take_screenshot(self, screen: int = 0, flags: Number = 0) -> tuple[str, bytes]:
        """A picture of a screen of the running guest: its MIME type, and the picture itself; as `screenshot`."""
        with self._connection.new_stream() as stream:
            return self.screenshot(stream, screen, flags), stream.read()

    def open_graphics(self, idx: int, fd: int, flags: DomainOpenGraphicsFlags | Number = 0) -> None:
        """Connects a socket to a graphics device, by its number, from 0 on.

        `fd` is one end of a socket pair, which the caller closes; a client at the other end talks to the device. With
        `Domain.OPEN_GRAPHICS_SKIPAUTH` it asks for no password. Works over unix sockets only. [virDomainOpenGraphics]
        """
        connection = self._connection
        connection._must_carry_fds("open_graphics")
        fds = check.descriptors("fd", [fd])
        connection._call_passing_fds(fds, remote.DOMAIN_OPEN_GRAPHICS, self._ref, idx, flags)

    def open_graphics_fd(self, idx: int, flags: DomainOpenGraphicsFlags | Number = 0) -> int:
        """A socket, as a file descriptor, that is connected to a graphics device (by its number); the caller closes it.

        Works over unix sockets only. [virDomainOpenGraphicsFD]
        """
        connection = self._connection
        connection._must_carry_fds("open_graphics_fd")
        _, fds = connection._call_with_fds((), remote.DOMAIN_OPEN_GRAPHICS_FD, self._ref, idx, flags)
        if not fds:
            raise OperationFailed("open_graphics_fd: the daemon sent no descriptor")
        first, *rest = fds
        for fd in rest:
            os.close(fd)
        return first

    def graphics_reload(self, type: GraphicsReloadType | Number, flags: Number = 0) -> None:
        """Makes the guest's VNC server read its TLS certificates again, for new clients.

        `type` is `Domain.GRAPHICS_RELOAD_TYPE_VNC`, or `GRAPHICS_RELOAD_TYPE_ANY`, which is no error if the guest has
        no such server. Daemons from 10.2 on. [virDomainGraphicsReload]
        """
        self._connection._call(remote.DOMAIN_GRAPHICS_RELOAD, self._ref, type, flags)
