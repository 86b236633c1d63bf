"""What a link holds is read to its end, though its descriptor has nothing more to say: a link that decodes has such."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from sysvirt._protocol.table import remote
from sysvirt._transport.link import NOW, WAIT, Link
from tests.faults.waits import until
from tests.session.driving import DRIVERS, Driver
from tests.session.peer import LIFECYCLE, PATIENCE, reply_frame

if TYPE_CHECKING:
    from sysvirt._transport.link import Inbox

VERSION = remote.CONNECT_GET_LIB_VERSION
#: So little that a frame takes more readings than are made at a time.
PORTION = 3

pytestmark = pytest.mark.timeout(120)


class Hoarding(Link):
    """Receives all that has come at once, and gives it out little by little."""

    __slots__ = ()

    def receive(self, inbox: Inbox, size: int, wait: bool = True) -> None:
        if not self.held:
            self.held.append(self._recv(1 << 20, *(WAIT if wait else NOW)))
        self._give(inbox, min(size, PORTION))

    def take(self, inbox: Inbox) -> None:
        while self.held:
            self._give(inbox, PORTION)

    def _give(self, inbox: Inbox, size: int) -> None:
        data: bytes = self.held[0]
        inbox.chunks.append(data[:size])
        self.held[:] = [data[size:]] if data[size:] else []


@pytest.fixture(params=DRIVERS)
def ends(request: pytest.FixtureRequest) -> Iterator[tuple[Driver, socket.socket]]:
    ours, theirs = socket.socketpair()
    driver = DRIVERS[request.param](Hoarding(ours, local=True, carries_fds=False, secure=True))
    with theirs:
        yield driver, theirs
        driver.end()


def test_a_reply(ends: tuple[Driver, socket.socket]) -> None:
    driver, peer = ends
    reply = driver.call(VERSION)
    assert peer.recv(1000)
    peer.sendall(reply_frame(VERSION, 1, 9))
    assert reply.result(PATIENCE) == 9


def test_what_comes_right_behind_a_reply(ends: tuple[Driver, socket.socket]) -> None:
    """Nobody calls any more; nor when more comes than is read at a time."""
    driver, peer = ends
    driver.pump.watch()
    reply = driver.call(VERSION)
    assert peer.recv(1000)
    peer.sendall(reply_frame(VERSION, 1, 9) + LIFECYCLE)
    assert reply.result(PATIENCE) == 9
    until(lambda: driver.session.events_tail == 1)
    peer.sendall(2 * LIFECYCLE)
    until(lambda: driver.session.events_tail == 3)


def test_all_of_it_at_the_end(ends: tuple[Driver, socket.socket]) -> None:
    driver, peer = ends
    reply = driver.call(VERSION)
    assert peer.recv(1000)
    peer.sendall(reply_frame(VERSION, 1, 9))
    peer.close()
    assert reply.result(PATIENCE) == 9
