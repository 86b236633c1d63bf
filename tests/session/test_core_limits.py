"""Limits of the core, and what is kept, dropped or counted at them."""

from __future__ import annotations

import gc
import os
import resource
import socket
import sys
import threading
import weakref
from typing import Any

import pytest

import sysvirt
from sysvirt._protocol import frame as wire
from sysvirt._protocol.table import remote
from sysvirt._session import blocking_facade, roles
from sysvirt._session.blocking import BlockingPump
from sysvirt._session.call import Outgoing, Waiter
from sysvirt._session.core import THROTTLED_SECONDS
from sysvirt._session.guard import locked
from sysvirt._session.stream import FRAME_COST, StreamState
from sysvirt.errors import (
    CallTimeout,
    ConnectionLost,
    InvalidArgument,
    NotAvailable,
    OperationFailed,
    ProtocolError,
)
from tests.held import descriptors
from tests.session.client import Client, with_fds
from tests.session.driving import DRIVERS, driving, partly_sent
from tests.session.peer import (
    LIFECYCLE,
    PATIENCE,
    PING,
    PONG,
    Peer,
    fds_frame,
    guest,
    in_thread,
    reply_frame,
    stream_frame,
    until,
)

VERSION = remote.CONNECT_GET_LIB_VERSION
CONSOLE = remote.DOMAIN_OPEN_CONSOLE
GRAPHICS = remote.DOMAIN_OPEN_GRAPHICS_FD
COMMAND = remote.DOMAIN_CREATE_WITH_FILES
FREEZE = remote.DOMAIN_FSFREEZE
BASELINE = remote.CONNECT_BASELINE_CPU
QUERY = remote.DOMAIN_GET_BLOCK_INFO


# --- frames that are too long ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", DRIVERS)
@pytest.mark.parametrize("simple", [False, True], ids=["any call", "a simple one"])
def test_a_call_that_no_frame_can_carry_is_refused(kind: str, simple: bool) -> None:
    """Before anything is sent, and the others who share the connection notice nothing."""
    many = ["x" * (4 * 1024 * 1024)] * 9

    def script(peer: Peer) -> None:
        call = peer.take_call(VERSION)
        peer.reply(call, 9)

    with driving(kind, script) as driver:
        procedure = BASELINE if simple else FREEZE
        args: tuple[Any, ...] = (many, 0) if simple else (guest(), many, 0)
        error = driver.call(procedure, *args).exception(PATIENCE)
        assert isinstance(error, InvalidArgument)
        assert error.message.startswith(f"{procedure.name}: its arguments make a message of 377")
        assert driver.call(VERSION).result(PATIENCE) == 9
        assert not driver.session.pending


def test_the_longest_frame_that_is_possible() -> None:
    assert len(VERSION.header(wire.CALL, 1, wire.OK, wire.BODY_MAX)) == wire.HEADER_SIZE
    with pytest.raises(InvalidArgument, match="at most 33554436 are possible"):
        VERSION.header(wire.CALL, 1, wire.OK, wire.BODY_MAX + 1)


def test_stream_data_that_no_frame_can_carry_are_refused() -> None:
    client = Client()
    stream = StreamState()
    client.call(CONSOLE, guest(), None, 0, stream=stream)
    with pytest.raises(InvalidArgument, match="DOMAIN_OPEN_CONSOLE: "):
        stream.header(wire.STREAM, wire.CONTINUE, wire.BODY_MAX + 1)


@pytest.mark.parametrize("kind", DRIVERS)
def test_the_serial_behind_the_last_is_the_first(kind: str) -> None:
    def script(peer: Peer) -> None:
        for serial in (0xFFFFFFFF, 1):
            call = peer.take_call(VERSION)
            assert call.serial == serial
            peer.reply(call, 9)

    with driving(kind, script) as driver:
        driver.session.serial = 0xFFFFFFFE
        assert [driver.call(VERSION).result(PATIENCE) for _ in range(2)] == [9, 9]


def test_a_call_of_which_nothing_has_left_was_not_sent() -> None:
    """The daemon hung up before: where the call goes out at once that is known."""
    with driving("blocking", lambda peer: peer.sock.close()) as driver:
        pump = driver.pump
        assert isinstance(pump, BlockingPump)
        until(pump.has_input)
        error = driver.call(VERSION).exception(PATIENCE)
        assert isinstance(error, ConnectionLost)
        assert error.sent == "no"


# --- descriptors ----------------------------------------------------------------------------------------


def test_exactly_32_descriptors_in() -> None:
    pipes = [os.pipe() for _ in range(16)]
    fds = [fd for pair in pipes for fd in pair]
    client = Client()
    call = client.call(GRAPHICS, guest(), 0, 0)
    with_fds(client, [(fds_frame(GRAPHICS, 1, 32) + bytes(32), list(fds))])
    assert client.session.error is None
    assert call.fds_in == fds
    client.session.close_fds(call)
    client.session.close_fds(call)  # again: none is closed twice
    for fd in fds:
        with pytest.raises(OSError, match="Bad file"):
            os.fstat(fd)


def test_32_descriptors_may_wait_for_the_rest_of_their_message_and_33_not() -> None:
    for count, refused in ((32, False), (33, True)):
        client = Client()
        client.call(GRAPHICS, guest(), 0, 0)
        pipes = [os.pipe() for _ in range(17)]
        fds = [fd for pair in pipes for fd in pair]
        with_fds(client, [(fds_frame(GRAPHICS, 1, 32), fds[:count])])
        assert isinstance(client.session.error, ProtocolError) is refused
        assert (client.session.error is not None) is refused
        client.session.close_leftover_fds()
        for fd in fds[count:]:
            os.close(fd)


@pytest.mark.parametrize("kind", DRIVERS)
def test_descriptors_that_come_with_a_plain_reply(kind: str, two_fds: list[int]) -> None:
    """They belong to no message: the connection ends, and they are closed with it."""
    before = descriptors().keys()

    def script(peer: Peer) -> None:
        call = peer.take_call(VERSION)
        socket.send_fds(peer.sock, [reply_frame(VERSION, call.serial, 9)], two_fds)

    with driving(kind, script) as driver:
        driver.call(VERSION).exception(PATIENCE)
        assert isinstance(driver.session.error, ProtocolError)
    assert descriptors().keys() <= before
    for fd in two_fds:
        os.close(fd)


def test_descriptors_that_nobody_has_taken_from_the_link_are_closed_with_it(two_fds: list[int]) -> None:
    """Whoever received them was struck before it had taken them."""
    before = descriptors().keys()

    def script(peer: Peer) -> None:
        socket.send_fds(peer.sock, [PING], two_fds)

    with driving("blocking", script) as driver:
        pump = driver.pump
        assert isinstance(pump, BlockingPump)
        until(pump.has_input)
        pump.link.held.append(pump.link._recvmsg(100, 1024))
    assert descriptors().keys() <= before
    for fd in two_fds:
        os.close(fd)


@pytest.mark.parametrize("kind", DRIVERS)
def test_exactly_32_descriptors_out(kind: str) -> None:
    def script(peer: Peer) -> None:
        call = peer.take_call(COMMAND)
        assert len(call.fds) == 32
        for fd in call.fds:
            os.close(fd)
        peer.reply(call, ("g", bytes(16), 1))

    with driving(kind, script) as driver:
        inlet, outlet = os.pipe()
        driver.call(COMMAND, guest(), 0, fds=[outlet] * 32).result(PATIENCE)
        os.close(inlet)
        os.close(outlet)


# --- streams --------------------------------------------------------------------------------------------


def test_streams_that_have_ended_are_forgotten_in_the_end() -> None:
    client = Client()
    for number in range(200):
        stream = StreamState()
        call = client.call(CONSOLE, guest(number % 200 + 1), None, 0, stream=stream)
        client.feed(reply_frame(CONSOLE, call.serial), stream_frame(CONSOLE, call.serial, wire.OK))
    assert len(client.session._ended) <= 64
    assert client.session.error is None
    client.feed(stream_frame(CONSOLE, 200, wire.OK))  # one of the last is still known
    assert client.session.error is None
    client.feed(stream_frame(CONSOLE, 1, wire.OK))
    assert client.session.error is not None


def test_more_of_a_stream_that_has_ended_is_dropped_if_it_is_that_streams() -> None:
    client = Client()
    client.call(CONSOLE, guest(), None, 0, stream=StreamState())
    client.feed(reply_frame(CONSOLE, 1), stream_frame(CONSOLE, 1, wire.OK))
    client.feed(stream_frame(CONSOLE, 1, wire.CONTINUE, b"late"))
    client.session.check()
    client.feed(stream_frame(GRAPHICS, 1, wire.CONTINUE, b"late"))
    assert type(client.session.error) is ProtocolError


def test_a_limit_within_one_long_frame() -> None:
    """It is seen as the pieces come, not when all of it has."""
    client = Client()
    stream = StreamState(limit=50_000 + FRAME_COST)
    client.call(CONSOLE, guest(), None, 0, stream=stream)
    client.feed(reply_frame(CONSOLE, 1))
    frame = stream_frame(CONSOLE, 1, wire.CONTINUE, bytes(200_000))
    client.feed(frame[:40_028])
    assert not stream.overflowed
    client.feed(frame[40_028:70_000])
    assert stream.overflowed
    assert client.session.control_frames == [stream_frame(CONSOLE, 1, wire.ERROR)]
    client.feed(frame[70_000:] + LIFECYCLE)
    assert len(client.session.events) == 1


@pytest.mark.parametrize("long", [False, True], ids=["short", "long"])
@pytest.mark.parametrize("what", ["number", "version", "serial"])
def test_data_of_another_stream_are_refused(what: str, long: bool) -> None:
    client = Client()
    client.call(CONSOLE, guest(), None, 0, stream=StreamState())
    client.feed(reply_frame(CONSOLE, 1))
    body = bytes(200_000 if long else 10)
    data = wire.HEADER.pack(
        28 + len(body),
        CONSOLE.program,
        2 if what == "version" else 1,
        GRAPHICS.number if what == "number" else CONSOLE.number,
        wire.STREAM,
        2 if what == "serial" else 1,
        wire.CONTINUE,
    )
    client.feed(*((data + body)[at : at + 50_000] for at in range(0, 28 + len(body), 50_000)))
    assert type(client.session.error) is ProtocolError


def test_the_end_counts_losses_once() -> None:
    """Who processes again what an interrupt left finds each frame filed once."""
    client = Client()
    stream = StreamState()
    client.call(CONSOLE, guest(), None, 0, stream=stream)
    client.feed(reply_frame(CONSOLE, 1))
    session = client.session
    session.chunks.append(LIFECYCLE + stream_frame(CONSOLE, 1, wire.CONTINUE, b"data") + LIFECYCLE)
    for filed in (1, 2, 3):
        assert session._file_frame()  # and interrupted there: its bytes are not let go
        before = (session.events_tail, stream.tail)
        session.lock.acquire()
        session._file_next() if filed < 3 else session._consume()
        session.lock.release()
        if filed == 1:
            assert (session.events_tail, stream.tail) == (before[0], before[1] + 1)
            break
    session.process()
    assert session.events_tail == 2
    assert stream.tail == 1
    assert session.error is None


# --- the pump -------------------------------------------------------------------------------------------


def test_a_frame_that_the_link_does_not_take_counts_as_sent() -> None:
    """So that nobody sends its rest: the peer has hung up, and the reader finds out why."""

    def script(peer: Peer) -> None:
        peer.sock.close()

    with driving("blocking", script) as driver:
        pump = driver.pump
        assert isinstance(pump, roles.Roles)
        gone = threading.Event()
        for _ in range(1000):
            frame = Outgoing(b"h" * 28, b"t" * 100)
            if not pump._transmit(frame, None):
                break
            gone.wait(0.001)
        assert sum(frame.counts) == 128
        assert pump._leftover is None
        with pytest.raises(ConnectionLost):
            pump.send_frame(b"x" * 28)


def test_who_waits_to_send_goes_out_of_turn_when_the_first_does_not_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(roles, "FIRST_CHECK", 0.001)

    def script(peer: Peer) -> None:
        assert peer.take().procedure.name == "PING"

    with driving("blocking", script) as driver:
        pump = driver.pump
        assert isinstance(pump, roles.Roles)
        absent = Outgoing(b"never")
        pump._send_queue[absent] = None  # its thread was struck before it could take itself off
        driver.send_frame(PING).result(PATIENCE)
        assert absent in pump._send_queue
        pump._send_queue.clear()


def test_a_sleeper_does_again_what_was_left_undone() -> None:
    """Somebody dropped a stream and was struck before anything followed; the reader only waits for bytes."""

    seen = threading.Event()

    def script(peer: Peer) -> None:
        aborted = peer.take()
        assert (aborted.serial, aborted.kind, aborted.status) == (7, wire.STREAM, wire.ERROR)
        seen.set()
        peer.expect_end()

    with driving("blocking", script) as driver:
        pump, session = driver.pump, driver.session
        assert isinstance(pump, roles.Roles)
        reading = driver.wait_ready(StreamState())
        until(lambda: pump._reader is not None)
        sleeper, dropped = StreamState(), StreamState()
        sleeping = driver.wait_ready(sleeper)
        until(lambda: sleeper in pump._sleeping)
        dropped.procedure, dropped.serial = CONSOLE, 7
        session.streams[7] = dropped
        session.forgotten.append(dropped)
        assert seen.wait(PATIENCE)
        driver.close().result(PATIENCE)
        assert reading.result(PATIENCE)
        assert sleeping.result(PATIENCE)


def test_what_was_received_and_not_filed_waits_for_nothing_more() -> None:
    """Who received it was struck before it filed anything."""
    with driving("blocking", lambda peer: peer.expect_end()) as driver:
        driver.session.chunks.append(LIFECYCLE)
        reading = driver.wait_ready(StreamState())
        until(lambda: driver.session.received)
        driver.close().result(PATIENCE)
        assert reading.result(PATIENCE)


def test_what_is_owed_leaves_though_who_was_sending_has_not_seen_it() -> None:
    """It had looked before the reader put it there, and gave up its role after the reader had tried."""

    def script(peer: Peer) -> None:
        assert go_on.wait(PATIENCE)
        peer.send(PING)
        assert peer.take().procedure.name == "PONG"
        peer.expect_end()

    go_on = threading.Event()
    with driving("blocking", script) as driver:
        pump, session = driver.pump, driver.session
        assert isinstance(pump, roles.Roles)
        reading = driver.wait_ready(StreamState())
        until(lambda: pump._reader is not None)
        pump._sender = Outgoing()
        go_on.set()
        until(lambda: session.control_frames)
        pump._sender = None
        until(lambda: not session.control_frames)
        driver.close().result(PATIENCE)
        assert reading.result(PATIENCE)


def test_who_has_sent_sends_what_is_owed() -> None:
    """The reader could not while this was being sent."""

    def script(peer: Peer) -> None:
        assert peer.take().procedure.name == "PING"
        assert peer.take().procedure.name == "PONG"

    with driving("blocking", script) as driver:
        driver.session.control_frames.append(PONG)
        driver.send_frame(PING).result(PATIENCE)


def test_who_has_stopped_waiting_is_not_woken_in_place_of_others() -> None:
    with driving("blocking", lambda peer: None) as driver:
        pump = driver.pump
        assert isinstance(pump, roles.Roles)
        reading = driver.wait_ready(StreamState())
        until(lambda: pump._reader is not None)
        assert not driver.wait_ready(StreamState(), 0.01).result(PATIENCE)
        assert not pump._sleeping
        driver.close().result(PATIENCE)
        assert reading.result(PATIENCE)


def test_who_reads_what_is_there_wakes_who_came_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader's role was taken, so it sleeps; when it is left nobody else would take it."""
    with driving("blocking", lambda peer: None) as driver:
        pump = driver.pump
        assert isinstance(pump, roles.Roles)
        late = Waiter()
        late.wake = roles._new_wake()
        monkeypatch.setattr(pump, "_after_reading", lambda: pump._sleeping.update({late: None}))
        assert pump.read_idle()
        assert not late.wake.locked()
        pump._sleeping.clear()


@pytest.mark.parametrize("at_once", [True, False])
def test_who_has_its_reply_wakes_who_came_meanwhile(at_once: bool) -> None:
    """Whether the call went the short way, as the only one, or the general one."""
    procedure, values, args = (VERSION, (9,), ()) if at_once else (QUERY, (1, 2, 3), (guest(), "vda", 0))

    def script(peer: Peer) -> None:
        call = peer.take_call(procedure)
        pump._sleeping[late] = None
        peer.reply(call, *values)

    late = Waiter()
    late.wake = roles._new_wake()
    go_on = threading.Event()
    with driving("blocking", lambda peer: script(peer) if go_on.wait(PATIENCE) else None) as driver:
        assert isinstance(driver.pump, BlockingPump)
        pump: BlockingPump = driver.pump
        go_on.set()
        assert driver.call(procedure, *args).result(PATIENCE)
        assert not late.wake.locked()
        pump._sleeping.clear()


@pytest.mark.parametrize("kind", DRIVERS)
def test_nobody_awaits_a_queued_call_that_was_given_up(kind: str) -> None:
    """Nobody is to hear its reply: reading may be held back in spite of it."""

    def script(peer: Peer) -> None:
        peer.take_call(VERSION)
        assert go_on.wait(PATIENCE)

    go_on = threading.Event()
    with driving(kind, script) as driver:
        session = driver.session
        locked(session.lock, session.queue_call_no_reply, VERSION)
        (call,) = session.pending.values()
        assert isinstance(driver.wait_for_queued(call, 0.01).exception(PATIENCE), CallTimeout)
        assert call.abandoned
        assert not session._awaits_reply([])
        go_on.set()


def test_portions_are_read_one_at_a_time() -> None:
    """However often somebody looks."""
    go_on = threading.Event()
    with driving("blocking", lambda peer: peer.send(PING) if go_on.wait(PATIENCE) else None) as driver:
        pump, session = driver.pump, driver.session
        assert isinstance(pump, BlockingPump)
        assert pump.read_portion(99.0) == THROTTLED_SECONDS
        go_on.set()
        until(pump.has_input)
        assert pump.read_portion(99.25) == THROTTLED_SECONDS - 0.25
        assert session.received == 0
        assert pump.read_portion(99.0 + THROTTLED_SECONDS) == THROTTLED_SECONDS
        assert session.received == 1


@pytest.mark.parametrize("held_back", [False, True])
def test_who_gave_up_sending_listens_no_more(held_back: bool) -> None:
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        assert go_on.wait(PATIENCE)

    with driving("blocking", script) as driver:
        stream = StreamState()
        stream.procedure, stream.serial = CONSOLE, 1
        driver.session.streams[1] = stream
        stream.buffered = 5 << 20 if held_back else 0
        head = stream.header(wire.STREAM, wire.CONTINUE, 4_000_000)
        assert isinstance(driver.send_frame(head, 0.05, bytes(4_000_000)).exception(PATIENCE), CallTimeout)
        assert not driver.session.others
        go_on.set()


def test_who_waits_for_room_sees_the_end_though_reading_is_held_back() -> None:
    """A peer that will say nothing more and takes nothing. It is seen at once, not with the next portion."""

    def script(peer: Peer) -> None:
        assert go_on.wait(PATIENCE)
        until(lambda: partly_sent(driver))
        peer.sock.shutdown(socket.SHUT_WR)
        assert gone.wait(PATIENCE)

    go_on, gone = threading.Event(), threading.Event()
    with driving("blocking", script) as driver:
        stream = StreamState()
        stream.procedure, stream.serial = CONSOLE, 1
        driver.session.streams[1] = stream
        stream.buffered = 5 << 20
        driver.pump._portion_due = float("inf")  # type: ignore[union-attr]
        go_on.set()
        head = stream.header(wire.STREAM, wire.CONTINUE, 4_000_000)
        assert isinstance(driver.send_frame(head, tail=bytes(4_000_000)).exception(PATIENCE), ConnectionLost)
        gone.set()


def test_a_frame_that_is_taken_leaves_at_once_where_it_can() -> None:
    def script(peer: Peer) -> None:
        assert peer.take().procedure.name == "PING"
        got.set()

    got = threading.Event()
    with driving("blocking", script) as driver:
        assert isinstance(driver.pump, BlockingPump)
        assert driver.pump.offer(PING)
        assert got.wait(PATIENCE)


def test_a_frame_is_taken_when_the_last_one_has_left() -> None:
    def script(peer: Peer) -> None:
        assert go_on.wait(PATIENCE)
        assert peer.take().body == bytes(4_000_000)
        assert peer.take().procedure.name == "PONG"

    go_on = threading.Event()
    with driving("blocking", script) as driver:
        pump = driver.pump
        assert isinstance(pump, BlockingPump)
        stream = StreamState()
        stream.procedure = CONSOLE
        assert pump.offer(stream.frame(wire.STREAM, wire.CONTINUE, bytes(4_000_000)))
        assert not pump.offer(PING)
        assert not pump.has_room()
        go_on.set()
        until(pump.has_room)
        assert pump.offer(PONG)
        until(pump.has_room)  # it has left


def test_one_wake_is_for_all_who_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roles, "FIRST_CHECK", 3600.0)

    class Wake:
        """A lock that counts who has come to it."""

        def __init__(self) -> None:
            self.lock = roles._new_wake()
            self.came: list[None] = []

        def acquire(self, blocking: bool, timeout: float) -> bool:
            self.came.append(None)
            return self.lock.acquire(blocking, timeout)

        def release(self) -> None:
            self.lock.release()

    with driving("blocking", lambda peer: None) as driver:
        pump = driver.pump
        assert isinstance(pump, BlockingPump)
        waiter = Waiter()
        waiter.wake = wake = Wake()
        sleeping = [in_thread(pump.sleep_until_ready, waiter) for _ in range(3)]
        until(lambda: len(wake.came) == 3)
        pump.wake(waiter)
        assert [one.result(PATIENCE) for one in sleeping] == [True] * 3


def test_no_room_is_waited_for_on_a_connection_that_has_ended() -> None:
    with driving("blocking", lambda peer: None) as driver, driving("blocking", lambda peer: None) as other:
        pump, full = driver.pump, other.pump
        assert isinstance(pump, BlockingPump)
        assert isinstance(full, BlockingPump)
        full.close()
        assert not in_thread(pump.sleep_until_ready, Waiter(), None, [full]).result(PATIENCE)


def test_an_exception_keeps_no_descriptor() -> None:
    def script(peer: Peer) -> None:
        peer.sock.close()

    with driving("blocking", script) as driver:
        inlet, outlet = os.pipe()
        error = driver.call(COMMAND, guest(), 0, fds=[outlet]).exception(PATIENCE)
        assert isinstance(error, ConnectionLost)
        os.close(outlet)
        assert os.read(inlet, 1) == b""  # while the exception is kept, nobody has a copy
        os.close(inlet)
        del error


# --- the facade -----------------------------------------------------------------------------------------


def test_a_descriptor_above_what_select_takes() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 4096) if hard < 0 else min(4096, hard), hard))
    inlet, outlet = os.pipe()
    high = os.dup2(inlet, 2000)
    try:
        os.write(outlet, b"key")
        assert blocking_facade.read_descriptor(high, lambda: False) == b"key"
        assert blocking_facade.read_descriptor(high, lambda: True) == b""
        os.close(outlet)
        assert blocking_facade.read_descriptor(high, lambda: False) == b""
    finally:
        os.close(high)
        os.close(inlet)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_no_thread_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> Any:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(blocking_facade, "start_new_thread", none)
    for start in (blocking_facade.spawn, blocking_facade.shield, blocking_facade.spawn_apart):
        with pytest.raises(OperationFailed, match="no thread can be started"):
            start(lambda: None)


def test_a_job_that_nobody_has_any_more_goes() -> None:
    job = blocking_facade.spawn(lambda: 5)
    assert job.result() == 5
    gone = weakref.ref(job)
    del job
    gc.collect()
    assert gone() is None


# --- the interpreter ------------------------------------------------------------------------------------


def test_an_interpreter_without_its_lock_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_is_gil_enabled", lambda: False, raising=False)
    with pytest.raises(NotAvailable, match="global interpreter lock"):
        sysvirt.connect("test+unix:///default?socket=/nowhere")
    monkeypatch.setattr(sys, "_is_gil_enabled", lambda: True, raising=False)
    with pytest.raises(sysvirt.Error, match="/nowhere"):
        sysvirt.connect("test+unix:///default?socket=/nowhere")
