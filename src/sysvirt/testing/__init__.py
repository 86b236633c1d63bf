"""For tests of programs that use sysvirt: a fake daemon, and a proxy that makes links fail.

    from sysvirt.testing import FakeDaemon, connect

    with FakeDaemon({"CONNECT_GET_HOSTNAME": "somewhere"}) as daemon, connect(daemon) as conn:
        assert conn.get_hostname() == "somewhere"

No part of sysvirt itself needs this package.
"""

from __future__ import annotations

from .._transport.memory import memory_pair
from ._peer import Peer
from .connecting import connect, connect_async
from .fake import HOLD, Client, FakeDaemon, Handler, ReceivedCall, typed_params
from .proxy import FaultProxy, Flow, Message

__all__ = [
    "HOLD",
    "Client",
    "FakeDaemon",
    "FaultProxy",
    "Flow",
    "Handler",
    "Message",
    "Peer",
    "ReceivedCall",
    "connect",
    "connect_async",
    "memory_pair",
    "typed_params",
]
