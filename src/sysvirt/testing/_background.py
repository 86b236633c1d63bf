"""The thread on which a fake daemon and a proxy do their work."""

from __future__ import annotations

from typing import Self

from .._server.loop import Loop


class Background(Loop):
    """A server's loop, with the name that programs know it by."""

    @property
    def loop(self) -> Self:
        return self
