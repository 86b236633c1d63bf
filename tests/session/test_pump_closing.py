"""The blocking pump's close: its descriptor's number may be another file's as soon as it has gone."""

from __future__ import annotations

from typing import Any

import pytest

from sysvirt._session.blocking import BlockingPump
from sysvirt._session.call import Outgoing
from sysvirt._session.core import Session
from sysvirt._session.keepalive import PONG
from sysvirt._transport.link import Link
from sysvirt.errors import ConnectionClosed
from tests.session.peer import PATIENCE, Peer, conversation, in_thread


class Watched(Link):
    """Does something while it is being closed, and notes whether anything is sent or received then."""

    __slots__ = ("closing", "during", "used")

    def __init__(self, link: Link, during: Any) -> None:
        super().__init__(link.sock, local=True, carries_fds=True, secure=True)
        self.during = during
        self.closing = False
        self.used: list[str] = []
        for name in ("_send", "_sendmsg", "_recv", "_recvmsg"):
            setattr(self, name, self._noting(name, getattr(self, name)))

    def _noting(self, name: str, function: Any) -> Any:
        def noted(*args: Any) -> Any:
            if self.closing:
                self.used.append(name)
            return function(*args)

        return noted

    def close(self) -> None:
        self.closing = True
        self.during()
        super().close()


def until_the_end(peer: Peer) -> None:
    with pytest.raises((EOFError, ConnectionError)):
        peer.take()


def test_nobody_uses_what_is_being_closed() -> None:
    def use() -> None:
        pump.session.control_frames.append(PONG)
        pump.flush_control()
        assert not pump.offer(PONG)
        assert not pump.read_idle()
        # It had looked whether the connection was still there before that was closed.
        with pytest.raises(ConnectionClosed):
            pump._transmit(Outgoing(PONG), None)

    with conversation(until_the_end) as plain:
        link = Watched(plain, lambda: in_thread(use).result(PATIENCE))
        pump = BlockingPump(link, Session())
        pump.close()
        assert link.used == []
        plain.close()
