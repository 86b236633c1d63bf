# Made by tools/unasync.py from src/sysvirt/_async/domain/channels.py; do not edit.
"""A guest's consoles, and channels to programs in it."""

from __future__ import annotations

from ... import _arguments as check
from ..._protocol.table import remote
from ..stream import Stream, fresh_stream
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._arguments import Number
    from ..._generated.constants import DomainChannelFlags, DomainConsoleFlags
    from ..console import Console


class ChannelMethods(DomainBase):
    __slots__ = ()

    def console(self, devname: str | None = None, flags: DomainConsoleFlags | Number = 0) -> Console:
        """A console of the guest, the first one unless its alias is given; see `Console`.

            with dom.console() as console:
                console.send_line("uname -r")

        With `Domain.OPEN_CONSOLE_FORCE` it takes the console from another client.
        """
        check.expect("flags", flags, "DomainConsoleFlags")
        from ..console import Console  # which needs regular expressions, and `import sysvirt` none

        return Console(self, check.optional_text("devname", devname), flags)  # type: ignore[arg-type]

    def open_console(
        self, stream: Stream, devname: str | None = None, flags: DomainConsoleFlags | Number = 0
    ) -> None:
        """Connects a stream to a serial or paravirtual console, the first one unless its alias is given.

        The stream has a connection of its own: if the guest does not read its console, the daemon stops reading from
        that connection. `Domain.OPEN_CONSOLE_FORCE` takes the console from another client. [virDomainOpenConsole]
        """
        check.expect("flags", flags, "DomainConsoleFlags")  # before another connection is opened
        name = check.optional_text("devname", devname)
        fresh_stream(stream)._open_side_connection(remote.DOMAIN_OPEN_CONSOLE, self._ref, name, flags)

    def open_channel(
        self, stream: Stream, devname: str | None = None, flags: DomainChannelFlags | Number = 0
    ) -> None:
        """Connects a stream to a channel to programs in the guest, the first one unless its name or alias is given.

        The channel must be a unix socket (`<channel type='unix'>`) that nothing else uses; libvirt itself uses the
        guest agent's. The stream has a connection of its own, like that of a console. `Domain.OPEN_CHANNEL_FORCE` takes
        the channel from another client. [virDomainOpenChannel]
        """
        check.expect("flags", flags, "DomainChannelFlags")  # before another connection is opened
        name = check.optional_text("devname", devname)
        fresh_stream(stream)._open_side_connection(remote.DOMAIN_OPEN_CHANNEL, self._ref, name, flags)
