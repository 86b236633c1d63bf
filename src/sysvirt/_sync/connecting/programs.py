# Made by tools/unasync.py from src/sysvirt/_async/connecting/programs.py; do not edit.
"""The link to a daemon over a program: the user's own ssh, or the one that the URI names."""

from __future__ import annotations

import os

from ..._transport.link import Link
from ...errors import DaemonUnreachable, NotAvailable
from ...uri import URI
from .unverified import warn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .options import ConnectOptions


def reach_by_ssh(where: URI, options: ConnectOptions) -> Link:
    """Runs ssh, which runs on the other host what passes the bytes on to the daemon's socket there."""
    from ..._transport.ssh import ssh_command, verifies

    if not verifies(where):
        warn("key", where)
    # Who may be asked something needs our terminal; then its Ctrl-C is for ssh too.
    return _start(ssh_command(where, options.readonly), secure=True, apart=where.no_tty)


def reach_by_program(where: URI) -> Link:
    """Runs the program that the URI names."""
    assert where.command is not None
    return _start((where.command,), secure=False, apart=True)


def _start(command: Sequence[str], *, secure: bool, apart: bool) -> Link:
    if not hasattr(os, "posix_spawnp"):
        raise NotAvailable(f"{command[0]} can't be run on this system")
    from ..._transport.program import start_program

    try:
        return start_program(command, secure=secure, apart=apart)
    except OSError as error:
        text = f"{command[0]} can't be run: {error.strerror}"
        raise DaemonUnreachable(text, int1=error.errno or 0) from error
