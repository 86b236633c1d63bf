"""A signal handler's exception at every point of what the blocking pump does, and a second one while it cleans up.

After each: the locks are free, the roles vacant, the connection in step and of use to everybody.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from sysvirt._protocol import frame as wire
from sysvirt._protocol.table import remote
from sysvirt._session import blocking_facade, watcher
from sysvirt._session.blocking import BlockingPump
from sysvirt._session.call import Waiter
from sysvirt._session.core import Session
from sysvirt._session.stream import StreamState
from sysvirt.errors import OperationTimeout
from tests.faults.striking import Strike, each_point, each_two_points
from tests.session.driving import deadline
from tests.session.peer import (
    LIFECYCLE,
    PATIENCE,
    PING,
    Peer,
    conversation,
    guest,
    in_thread,
    stream_frame,
    until,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

VCPUS = remote.CONNECT_GET_MAX_VCPUS
QUERY = remote.DOMAIN_GET_BLOCK_INFO
DEFINE = remote.DOMAIN_DEFINE_XML
DOWNLOAD = remote.STORAGE_VOL_DOWNLOAD
UPLOAD = remote.STORAGE_VOL_UPLOAD
GRAPHICS = remote.DOMAIN_OPEN_GRAPHICS_FD
VOLUME = remote.STORAGE_VOL_LOOKUP_BY_PATH.encode_reply(("pool", "volume", "/key"))
LONG = "x" * 1_500_000


def daemon(peer: Peer) -> None:
    """Does what is asked, and says something of its own now and then."""
    try:
        while True:
            got = peer.take()
            if got.kind == wire.STREAM:
                if got.status != wire.CONTINUE:
                    peer.send(stream_frame(got.procedure, got.serial, wire.OK))
            elif got.procedure is VCPUS:
                if got.serial % 3 == 0:
                    peer.send(LIFECYCLE + PING)
                peer.reply(got, int(got.args[0]))
            elif got.procedure is QUERY:
                peer.reply(got, int(got.args[1]), 0, 0)
            elif got.procedure is DEFINE:
                assert got.args[0][1:] == LONG[1:]
                peer.reply(got, ("g", bytes(16), 1))
            elif got.procedure is DOWNLOAD:
                peer.reply(got)
                for piece in (b"a" * 300_000, b"b" * 10, b""):
                    peer.send(stream_frame(got.procedure, got.serial, wire.CONTINUE, piece))
            elif got.procedure is UPLOAD:
                peer.reply(got)
            elif got.procedure is GRAPHICS:
                body = wire.COUNT.pack(1)
                peer.send(wire.frame(
                    got.procedure.program, 1, got.procedure.number, wire.REPLY_WITH_FDS, got.serial, wire.OK, body
                ))  # fmt: skip
                inlet, outlet = os.pipe()
                peer.send_fd(inlet)
                os.close(inlet)
                os.close(outlet)
    except (EOFError, ConnectionError):
        pass


def short(pump: BlockingPump) -> None:
    assert pump.call(VCPUS, ("5",)) == 5


def with_deadline(pump: BlockingPump) -> None:
    assert pump.call(VCPUS, ("6",), deadline(PATIENCE)) == 6


def keyed(pump: BlockingPump) -> None:
    assert pump.call(QUERY, (guest(), "7", 0)) == (7, 0, 0)


def long(pump: BlockingPump) -> None:
    pump.call(DEFINE, (LONG,))


def no_reply(pump: BlockingPump) -> None:
    pump.call_no_reply(VCPUS, "1")


def descriptors(pump: BlockingPump) -> None:
    _, fds = pump.call_with_fds(GRAPHICS, (guest(), 0, 0))
    for fd in fds:
        os.close(fd)


def download(pump: BlockingPump) -> None:
    stream = StreamState()
    try:
        pump.call(DOWNLOAD, (VOLUME, 0, 0, 0), stream=stream)
        receive_all(pump, stream)
    finally:
        pump.abort_stream(stream)


def receive_all(pump: BlockingPump, stream: StreamState) -> None:
    got = b""
    while True:
        if not stream.ready:
            assert pump.wait_ready(stream, deadline(PATIENCE))
        assert pump.session.open_next(stream) is None
        if stream.ended:
            break
        got += stream.data[stream.data_at :]
        stream.data = b""
        stream.data_at = 0
    assert got == b"a" * 300_000 + b"b" * 10


def upload(pump: BlockingPump) -> None:
    stream = StreamState()
    try:
        pump.call(UPLOAD, (VOLUME, 0, 0, 0), stream=stream)
        data = bytearray(b"z" * 700_000)
        pump.send_frame(stream.header(wire.STREAM, wire.CONTINUE, len(data)), tail=memoryview(data))
    finally:
        pump.abort_stream(stream)


def watch(pump: BlockingPump) -> None:
    pump.watch()


def sleep(pump: BlockingPump) -> None:
    pump.sleep_until_ready(Waiter(), deadline(0.0005))


OPERATIONS: list[Callable[[BlockingPump], None]] = [
    short, with_deadline, keyed, long, no_reply, descriptors, download, upload, watch, sleep
]  # fmt: skip


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The collector does not run finalizers where a strike would be swallowed, and the watcher does not tarry."""
    monkeypatch.setattr(watcher, "_TICK", 0.001)
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@contextmanager
def conversing() -> Iterator[BlockingPump]:
    with conversation(daemon) as link:
        pump = BlockingPump(link, Session())
        try:
            yield pump
        finally:
            pump.close()


def in_order(pump: BlockingPump, strike: Strike) -> None:
    session = pump.session
    until(lambda: not session.lock.locked())
    until(lambda: not watcher._lock.locked())
    until(pump.idle)
    assert not pump._sleeping, strike.where
    assert not pump._send_queue, strike.where
    for number in range(2):
        assert pump.call(VCPUS, (str(number),), deadline(PATIENCE)) == number, strike.where
    assert pump.call(QUERY, (guest(), "3", 0), deadline(PATIENCE)) == (3, 0, 0), strike.where
    assert session.error is None, strike.where
    # Streams that were left open, where aborting was struck itself, are what their owner's finalizer drops.
    session.forgotten += session.streams.values()
    session.recheck()
    pump.flush_control()
    until(lambda: pump.poll(Waiter()) or not (session.pending or session.streams))
    assert not session.abandoned_calls, strike.where
    assert not session.admission.queue, strike.where
    assert not session.control_frames, strike.where


@contextmanager
def allowed() -> Iterator[None]:
    """What was given up may hold all places for a moment."""
    try:
        yield
    except OperationTimeout as error:
        if "was not sent" not in error.message:
            raise


@pytest.mark.parametrize("twice", [False, True], ids=["once", "twice"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.__name__)
def test_it_goes_on(operation: Callable[[BlockingPump], None], twice: bool) -> None:
    with conversing() as pump:
        operation(pump)  # what is compiled at a first call is no part of this
        strikes = 0
        for strike in each_two_points() if twice else each_point():
            with allowed():
                strike.into(partial(operation, pump))
            strikes += strike.struck_twice if twice else strike.struck
            in_order(pump, strike)
        assert strikes >= (3 if twice else 5)


@pytest.mark.parametrize("operation", [short, keyed, download], ids=lambda operation: operation.__name__)
def test_beside_another_thread(operation: Callable[[BlockingPump], None]) -> None:
    """Whose calls are all answered, and never late by more than a check."""
    stop = threading.Event()
    with conversing() as pump:

        def work() -> int:
            done = 0
            while not stop.is_set():
                assert pump.call(VCPUS, ("8",), deadline(PATIENCE)) == 8
                done += 1
            return done

        operation(pump)
        working = in_thread(work)
        for strike in each_point():
            with allowed():
                strike.into(partial(operation, pump))
            assert pump.call(VCPUS, ("9",), deadline(PATIENCE)) == 9, strike.where
        stop.set()
        assert working.result(PATIENCE) > 0
        in_order(pump, strike)


@pytest.mark.parametrize("twice", [False, True], ids=["once", "twice"])
def test_closing(twice: bool) -> None:
    """Whoever waits is told at the latest when it is closed again."""
    for strike in each_two_points((0, 1, 3)) if twice else each_point():
        with conversation(daemon) as link:
            pump = BlockingPump(link, Session())
            pump.watch()
            queue = Waiter()
            pump.session.others[queue] = None
            waiting = in_thread(pump.sleep_until_ready, queue)
            strike.into(pump.close)
            in_thread(pump.close).result(PATIENCE)
            assert pump.closed, strike.where
            assert waiting.result(PATIENCE), strike.where
            until(lambda: not pump.session.lock.locked())  # noqa: B023
            with pytest.raises(OSError, match="Bad file"):
                os.fstat(link.fileno)
    until(lambda: watcher._watcher is None)


@pytest.mark.parametrize("twice", [False, True], ids=["once", "twice"])
@pytest.mark.parametrize("shielded", [False, True], ids=["a job", "shielded"])
def test_a_job_runs_whole_or_not_at_all(shielded: bool, twice: bool) -> None:
    """Struck where it is started or waited for: no thread that never runs, and nobody who waits for one."""
    for strike in each_two_points() if twice else each_point():
        begun: list[int] = []
        ended: list[int] = []

        def work(begun: list[int] = begun, ended: list[int] = ended) -> None:
            begun.append(1)
            ended.append(1)

        if shielded:
            strike.into(lambda work=work: blocking_facade.shield(work))  # type: ignore[misc]
            assert len(begun) == len(ended), strike.where
        else:
            strike.into(lambda work=work: blocking_facade.spawn(work).result())  # type: ignore[misc]
            until(lambda: len(begun) == len(ended))  # noqa: B023
        assert len(begun) <= 1
