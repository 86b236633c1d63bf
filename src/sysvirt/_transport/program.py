"""A link over a program: its standard input and output are one end of a pair of sockets, and ours is the other.

A forked copy of our end would keep the program waiting for more. So the pair is shut down before it is closed, but only
by the process that has made it.
"""

from __future__ import annotations

import _socket
import os
import socket
from itertools import chain, starmap

from .descriptors import Descriptors
from .link import Link, enlarge
from .process import Helper, above_standard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class ProgramLink(Link):
    """Over a helper, which is buried when the link has ended."""

    __slots__ = ("_pid", "helper")

    def __init__(self, sock: _socket.socket, helper: Helper, *, secure: bool) -> None:
        super().__init__(sock, local=False, carries_fds=False, secure=secure)
        self.helper = helper
        self._pid = os.getpid()

    def last_words(self) -> str:
        return self.helper.words()

    def shutdown(self) -> None:
        super().shutdown()
        self.helper.bury()

    def close(self) -> None:
        if self._pid == os.getpid():
            self.shutdown()
        super().close()


def start_program(command: Sequence[str], *, secure: bool, apart: bool = True) -> ProgramLink:
    """Starts a program that passes the bytes on: for `secure` see `Link`, for `apart` see `Process`."""
    pair: list[_socket.socket] = []
    # Plain sockets of the C module: `socket.socketpair` is Python code, which may be interrupted half-way.
    pair.extend(chain.from_iterable(starmap(_socket.socketpair, ((socket.AF_UNIX, socket.SOCK_STREAM, 0),))))
    ours, theirs = pair
    try:
        enlarge(ours)
        enlarge(theirs)
        end = above_standard(theirs.fileno())
        said = _new_file()
        helper = Helper(command, end.fd, said, apart)
        end.close()
        return ProgramLink(ours, helper, secure=secure)
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()


def _new_file() -> Descriptors:
    """An empty file without a name. A pipe would have to be read all the time, or it would stop the program."""
    if hasattr(os, "memfd_create"):
        made = Descriptors(map(os.memfd_create, ("sysvirt",)))
        return above_standard(made.fd)
    import tempfile

    with tempfile.TemporaryFile() as file:
        return above_standard(file.fileno())
