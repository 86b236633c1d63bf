# Made by tools/unasync.py from src/sysvirt/_async/connection/__init__.py; do not edit.
"""`Connection`: a link to one daemon and what can be asked of it, composed from its topics."""

from __future__ import annotations

from .domains import DomainCalls
from .events import EventCalls
from .host import HostCalls
from .storage import StorageCalls
from .streams import StreamCalls


class Connection(HostCalls, DomainCalls, EventCalls, StreamCalls, StorageCalls):
    """A connection to a libvirt daemon, made by `connect`.

    Several threads or tasks may use it at once. `close`, or the end of its `with` block, closes it.
    """

    __slots__ = ()
    __module__ = "sysvirt"
