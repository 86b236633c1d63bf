"""Real signals in the main thread, and real forks, against the blocking pump.

What is struck loops in a function of its own: on 3.13 an exception at the end of a loop's round is not caught by a
`try` that the loop is directly in.

`test_simulation.py` interrupts at every point in turn; here the interpreter and the system decide.
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from types import FrameType
from typing import Any

import pytest

from sysvirt._protocol import frame as wire
from sysvirt._protocol.table import remote
from sysvirt._session.aio import AsyncPump
from sysvirt._session.blocking import BlockingPump
from sysvirt._session.core import Session
from sysvirt._session.stream import StreamState
from sysvirt.errors import ForkedConnection
from tests.session.driving import deadline, driving
from tests.session.peer import PATIENCE, PING, Peer, conversation, guest, in_thread, stream_frame, until

pytestmark = pytest.mark.timeout(120)

VERSION = remote.CONNECT_GET_LIB_VERSION
VCPUS = remote.CONNECT_GET_MAX_VCPUS
DEFINE = remote.DOMAIN_DEFINE_XML
DUMP = remote.DOMAIN_GET_XML_DESC
CONSOLE = remote.DOMAIN_OPEN_CONSOLE
QUERY = remote.DOMAIN_GET_BLOCK_INFO
LONG = "x" * 4_000_000


Strikes = Callable[..., object]


class Interrupted(BaseException):
    """What the handler raises: like KeyboardInterrupt, no Exception."""


@pytest.fixture
def strikes() -> Iterator[Strikes]:
    """Lets a signal strike in so many seconds, or once more each so many; the first one's handler raises, and ends it.

    Python sees no signal that comes between its last look and a system call: the next one is for that.
    """

    def strike(_number: int, _frame: FrameType | None) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        raise Interrupted

    # Finalizers of what others left would be struck as well, and swallow it.
    gc.collect()
    gc.disable()
    before = signal.signal(signal.SIGALRM, strike)
    try:
        yield partial(signal.setitimer, signal.ITIMER_REAL)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        gc.enable()


def answering(peer: Peer) -> None:
    """A daemon that does what is asked, pings now and then, and finds every frame whole."""
    try:
        while True:
            received = peer.take()
            if received.procedure is VCPUS:
                peer.reply(received, int(received.args[0]))
            elif received.procedure is DEFINE:
                assert received.args[0][1:] == LONG[1:]
                peer.reply(received, (received.args[0][0], bytes(16), 1))
            elif received.procedure is DUMP:
                peer.reply(received, LONG)
            elif received.procedure is QUERY:
                peer.reply(received, int(received.args[1]), 0, 0)
            if received.serial % 17 == 0:
                peer.send(PING)
    except (EOFError, ConnectionError):
        pass  # the client has closed, perhaps before it read the last ping


def no_more(strikes: Strikes) -> None:
    try:
        strikes(0)
    except Interrupted:
        strikes(0)


@pytest.mark.slow
@pytest.mark.parametrize("alone", [True, False], ids=["alone", "beside another thread"])
def test_strikes_into_short_calls(strikes: Strikes, alone: bool) -> None:
    chance = random.Random(1)
    stop = threading.Event()
    interrupted = 0

    def work(pump: BlockingPump) -> int:
        done = 0
        while not stop.is_set():
            assert pump.call(VCPUS, ("5",)) == 5
            assert pump.call(QUERY, (guest(1), "6", 0)) == (6, 0, 0)
            done += 1
        return done

    with driving("blocking", answering) as driver:
        pump = driver.pump
        assert isinstance(pump, BlockingPump)

        def some_calls(number: int, how: float | None) -> None:
            for _ in range(10):
                assert pump.call(VCPUS, (str(number),), how) == number
                assert pump.call(QUERY, (guest(1), str(number), 0), how) == (number, 0, 0)

        other = None if alone else in_thread(work, pump)
        for number in range(400):
            how = deadline(PATIENCE) if number % 2 else None
            try:
                strikes(chance.uniform(1e-6, 3e-4))
                some_calls(number, how)
                no_more(strikes)
            except Interrupted:
                interrupted += 1
            assert pump.call(VCPUS, ("7",), deadline(PATIENCE)) == 7
        stop.set()
        if other is not None:
            assert other.result(PATIENCE) > 0
        assert pump.call(QUERY, (guest(1), "8", 0), deadline(PATIENCE)) == (8, 0, 0)
        until(lambda: not driver.session.pending)
        assert interrupted > 50


@pytest.mark.slow
def test_strikes_into_long_sends_and_receives(strikes: Strikes) -> None:
    chance = random.Random(2)
    interrupted = 0
    with driving("blocking", answering) as driver:
        pump = driver.pump
        assert isinstance(pump, BlockingPump)
        usual = 1.0
        number = 0
        while number < 40 or interrupted <= 5:
            letter = chr(97 + number % 26)
            try:
                strikes(chance.uniform(usual / 100, usual))
                began = time.monotonic()
                assert pump.call(DEFINE, (letter + LONG[1:],))[4:5] == letter.encode()
                assert pump.call(DUMP, (guest(number % 5), 0)) == LONG
                usual = min(usual, time.monotonic() - began)
                no_more(strikes)
            except Interrupted:
                interrupted += 1
            assert pump.call(VCPUS, (str(number),), deadline(PATIENCE)) == number
            number += 1


@pytest.mark.slow
def test_strikes_into_stream_data(strikes: Strikes) -> None:
    """Every byte arrives, and every frame that leaves is whole, from memory that its owner uses again."""
    chance = random.Random(4)
    size, rounds = 262120, 150
    taken: list[int] = []
    pieces = [bytes([number % 251]) * (24 if number % 3 == 2 else size) for number in range(600)]

    def script(peer: Peer) -> None:
        opened = peer.take_call(CONSOLE)
        peer.reply(opened)
        for piece in pieces:
            peer.send(stream_frame(CONSOLE, opened.serial, wire.CONTINUE, piece))
        while (frame := peer.take()).status == wire.CONTINUE:
            assert frame.body == frame.body[:1] * size
            taken.append(frame.body[0])
        peer.send(stream_frame(CONSOLE, opened.serial, wire.OK))

    with driving("blocking", script) as driver:
        pump = driver.pump
        assert isinstance(pump, BlockingPump)
        stream = StreamState(limit=1 << 30)
        pump.call(CONSOLE, (guest(), None, 0), stream=stream)
        interrupted = 0
        total = sum(map(len, pieces))

        def arrived() -> int:
            return sum(len(body) - at for _, _, body, at in list(stream.frames.values()))

        def receive_all() -> None:
            while arrived() < total:
                stream.ready = False
                assert pump.wait_ready(stream, deadline(PATIENCE))

        while arrived() < total:
            try:
                strikes(chance.uniform(1e-5, 2e-3))
                receive_all()
                no_more(strikes)
            except Interrupted:
                interrupted += 1
        no_more(strikes)
        assert b"".join(body[at:] for _, _, body, at in stream.frames.values()) == b"".join(pieces)
        assert interrupted > 5

        data = bytearray(size)
        sent = []
        head = stream.header(wire.STREAM, wire.CONTINUE, size)

        def send_three() -> None:
            for _ in range(3):
                pump.send_frame(head, tail=memoryview(data))

        for number in range(rounds):
            try:
                strikes(chance.uniform(1e-5, 1e-3))
                data[:] = bytes([number]) * size
                send_three()
                sent.append(number)
                no_more(strikes)
            except Interrupted:
                pass
        no_more(strikes)
        pump.send_frame(stream.frame(wire.STREAM, wire.OK), deadline(PATIENCE))
        stream.ready = False
        assert pump.wait_ready(stream, deadline(PATIENCE))
        assert len(sent) < rounds
        assert taken == sorted(taken)
        assert all(taken.count(number) == 3 for number in sent)


def test_ctrl_c_while_waiting(strikes: Strikes) -> None:
    """Given up at once, dropped when its reply comes, and the connection is as good as before."""
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        late = peer.take_call(QUERY)
        strikes(0.02, 0.02)
        assert go_on.wait(PATIENCE)
        peer.reply(late, 1, 1, 1)
        peer.reply(peer.take_call(QUERY), 2, 2, 2)

    with driving("blocking", script) as driver:
        pump = driver.pump
        assert isinstance(pump, BlockingPump)
        with pytest.raises(Interrupted):
            pump.call(QUERY, (guest(), "vda", 0))
        go_on.set()
        assert pump.call(QUERY, (guest(), "vda", 0), deadline(PATIENCE)) == (2, 2, 2)


def test_ctrl_c_while_queued(strikes: Strikes) -> None:
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        holder = peer.take_call(QUERY)
        assert go_on.wait(PATIENCE)
        peer.reply(holder, 1, 1, 1)
        peer.reply(peer.take_call(VERSION), 9)

    with driving("blocking", script) as driver:
        pump = driver.pump
        assert isinstance(pump, BlockingPump)
        holder = driver.call(QUERY, guest(), "vda", 0)
        until(lambda: driver.session.pending)

        def strike_in_the_queue() -> None:
            until(lambda: driver.session.admission.queue)
            strikes(0.02, 0.02)

        striker = in_thread(strike_in_the_queue)
        with pytest.raises(Interrupted):
            pump.call(QUERY, (guest(), "vdb", 0))
        striker.result(PATIENCE)
        go_on.set()
        assert holder.result(PATIENCE) == (1, 1, 1)
        assert pump.call(VERSION, (), deadline(PATIENCE)) == 9


class StrikingLock:
    """A lock behind whose release a signal strikes, once."""

    def __init__(self, lock: Any, after: int) -> None:
        self._lock = lock
        self._left = after

    def acquire(self, blocking: bool = True) -> bool:
        return bool(self._lock.acquire(blocking))

    def release(self) -> None:
        self._lock.release()
        self._left -= 1
        if self._left == 0:
            raise Interrupted


def test_close_that_was_interrupted_can_be_called_again() -> None:
    with conversation(answering) as link:
        pump = BlockingPump(link, Session())
        pump.session.lock = StrikingLock(pump.session.lock, 1)  # type: ignore[assignment]
        with pytest.raises(Interrupted):
            pump.close()
        in_thread(pump.close).result(PATIENCE)
        assert pump.closed
        with pytest.raises(OSError, match="Bad file"):
            os.fstat(link.fileno)


# --- fork ------------------------------------------------------------------------------------------


def in_child(function: Callable[[], object]) -> str:
    """What a function returns in a forked child, as text."""
    inlet, outlet = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads: that is what this is about
        child = os.fork()
    if child == 0:
        try:
            os.write(outlet, repr(function()).encode())
        except BaseException as error:
            os.write(outlet, repr(error).encode())
        finally:
            os._exit(0)
    os.close(outlet)
    with os.fdopen(inlet) as file:
        text = file.read()
    assert os.waitpid(child, 0)[1] == 0
    return text


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "while a thread waits"])
def test_a_connection_in_a_forked_child(busy: bool) -> None:
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        if busy:
            call = peer.take_call(QUERY)
            assert go_on.wait(PATIENCE)
            peer.reply(call, 1, 1, 1)
        peer.reply(peer.take_call(VERSION), 9)
        peer.expect_end()

    with driving("blocking", script) as driver:
        pump = driver.pump
        assert isinstance(pump, BlockingPump)
        waiting = driver.call(QUERY, guest(), "vda", 0) if busy else None
        if busy:
            until(lambda: driver.session.pending)

        def child() -> object:
            for use in (
                lambda: pump.call(VERSION, ()),
                lambda: pump.send_frame(PING),
                lambda: pump.wait_ready(next(iter(driver.session.pending.values()), None) or object()),  # type: ignore[arg-type]
            ):
                with pytest.raises(ForkedConnection, match="parent"):
                    use()
            assert pump.forked
            pump.close()
            return "closed"

        assert in_child(child) == "'closed'"
        go_on.set()
        if waiting is not None:
            assert waiting.result(PATIENCE) == (1, 1, 1)
        assert pump.call(VERSION, (), deadline(PATIENCE)) == 9


def test_an_asyncio_connection_in_a_forked_child() -> None:
    def script(peer: Peer) -> None:
        peer.reply(peer.take_call(VERSION), 9)
        peer.expect_end()

    async def main() -> None:
        pump = AsyncPump(link, Session())

        def child() -> object:
            with pytest.raises(ForkedConnection):
                pump.call(VERSION, ()).send(None)
            pump.close_from_finalizer()
            return "closed"

        assert in_child(child) == "'closed'"
        assert await pump.call(VERSION, (), deadline(PATIENCE)) == 9
        await pump.close()

    with conversation(script) as link:
        asyncio.run(main())
