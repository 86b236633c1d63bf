"""Both pumps over a socket pair, against a peer that does what each test says."""

from __future__ import annotations

import gc
import os
import random
import select
import socket
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from functools import partial
from typing import Any, Protocol

import pytest

from sysvirt._protocol import frame as wire
from sysvirt._protocol.table import qemu, remote
from sysvirt._session.blocking import BlockingPump
from sysvirt._session.call import Call, Waiter
from sysvirt._session.stream import StreamState
from sysvirt.errors import (
    CallTimeout,
    ConnectionClosed,
    ConnectionLost,
    InvalidArgument,
    NoDomain,
    ProtocolError,
)
from tests.held import descriptors
from tests.session.driving import DRIVERS, Driver, driving, partly_sent
from tests.session.peer import (
    LIFECYCLE,
    PATIENCE,
    PING,
    Peer,
    Received,
    error_frame,
    fds_frame,
    guest,
    in_thread,
    stream_frame,
    until,
)

pytestmark = pytest.mark.timeout(120)

VERSION = remote.CONNECT_GET_LIB_VERSION
VCPUS = remote.CONNECT_GET_MAX_VCPUS
DEFINE = remote.DOMAIN_DEFINE_XML
QUERY = remote.DOMAIN_GET_BLOCK_INFO
CHANGE = remote.DOMAIN_SET_MEMORY
CONSOLE = remote.DOMAIN_OPEN_CONSOLE
GRAPHICS = remote.DOMAIN_OPEN_GRAPHICS_FD
COMMAND = qemu.DOMAIN_MONITOR_COMMAND_WITH_FILES

#: As long as an argument can be: more than any socket buffers.
LONG = "x" * 4_000_000


class Drive(Protocol):
    def __call__(self, script: Any) -> Any: ...


@pytest.fixture(params=DRIVERS)
def drive(request: pytest.FixtureRequest) -> Drive:
    return partial(driving, request.param)


def result(future: Future[Any]) -> Any:
    return future.result(PATIENCE)


def failure(future: Future[Any]) -> BaseException:
    error = future.exception(PATIENCE)
    assert error is not None
    return error


def under_way(driver: Driver, count: int) -> None:
    """Waits until so many calls are registered, begun or sent."""
    until(lambda: len(driver.session.pending) >= count)


def begun(driver: Driver, serial: int) -> None:
    """Waits until some bytes of a call have left."""
    until(lambda: serial in driver.session.pending and driver.session.pending[serial].counts)


def queued(driver: Driver, count: int) -> None:
    until(lambda: len(driver.session.admission.queue) == count)


def given_up(call: Callable[[float], Future[Any]]) -> CallTimeout:
    """The error of a call, made with a timeout, of which some bytes have left before that.

    On a slow machine it may take longer than expected; a call of which nothing has left is as if never made.
    """
    timeout = 0.02
    while timeout < PATIENCE:
        error = failure(call(timeout))
        assert isinstance(error, CallTimeout)
        if error.sent != "no":
            return error
        timeout *= 2
    raise AssertionError("nothing of it leaves")


# --- calls in flight at once -----------------------------------------------------------------------


def test_one_call(drive: Drive) -> None:
    def script(peer: Peer) -> None:
        call = peer.take_call(VCPUS)
        assert call.args == ("qemu",)
        peer.reply(call, 255)
        peer.expect_end()

    with drive(script) as driver:
        assert result(driver.call(VCPUS, "qemu")) == 255


def test_replies_in_another_order(drive: Drive) -> None:
    def script(peer: Peer) -> None:
        calls = [peer.take_call(VCPUS) for _ in range(8)]
        for call in reversed(calls):
            peer.reply(call, int(call.args[0]))

    with drive(script) as driver:
        futures = [driver.call(VCPUS, str(number)) for number in range(8)]
        assert [result(future) for future in futures] == list(range(8))


def test_replies_all_at_once(drive: Drive) -> None:
    def script(peer: Peer) -> None:
        calls = [peer.take_call(VCPUS) for _ in range(8)]
        peer.send(
            b"".join(
                wire.frame(
                    *_numbers(call), wire.REPLY, call.serial, wire.OK, b"\0\0\0" + call.args[0].encode()
                )
                for call in calls
            )
        )

    with drive(script) as driver:
        futures = [driver.call(VCPUS, chr(number)) for number in range(1, 9)]
        assert [result(future) for future in futures] == list(range(1, 9))


def _numbers(call: Received) -> tuple[int, int, int]:
    return call.procedure.program, call.procedure.version, call.procedure.number


def test_many_callers(drive: Drive) -> None:
    """Forty callers at once, replies in any order and in pieces, errors and events among them."""
    callers, rounds = 40, 10

    def script(peer: Peer) -> None:
        chance = random.Random(1)
        hand: list[Received] = []
        done = 0
        while done < callers * rounds:
            while not hand or select.select([peer.sock], [], [], 0)[0]:
                hand.append(peer.take_call(VCPUS))
            call = hand.pop(chance.randrange(len(hand)))
            number = int(call.args[0])
            data = wire.frame(*_numbers(call), wire.REPLY, call.serial, wire.OK, number.to_bytes(4, "big"))
            if number % 7 == 0:
                data = error_frame(call.procedure, call.serial, f"no {number}", 42)
            if number % 5 == 0:
                data = LIFECYCLE + data
            cut = chance.randrange(len(data))
            peer.send(data[:cut])
            peer.send(data[cut:])
            done += 1

    def ask(driver: Driver, caller: int) -> None:
        for number in range(caller * rounds, (caller + 1) * rounds):
            future = driver.call(VCPUS, str(number))
            if number % 7 == 0:
                error = failure(future)
                assert isinstance(error, NoDomain)
                assert error.message == f"no {number}"
            else:
                assert result(future) == number

    with drive(script) as driver:
        threads = [
            threading.Thread(target=ask, args=(driver, caller), daemon=True) for caller in range(callers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()
        assert not driver.session.pending
        assert driver.session.events_tail == callers * rounds / 5


def test_bad_arguments_send_nothing(drive: Drive) -> None:
    def script(peer: Peer) -> None:
        call = peer.take_call(VERSION)
        assert call.serial == 1
        peer.reply(call, 9)

    with drive(script) as driver:
        for bad in ("a\0b", "x" * 4194305, 7):
            assert isinstance(failure(driver.call(VCPUS, bad)), InvalidArgument)
        assert result(driver.call(VERSION)) == 9


# --- deadlines -------------------------------------------------------------------------------------


def test_a_deadline_and_the_late_reply(drive: Drive) -> None:
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        late = peer.take_call(VCPUS)
        assert go_on.wait(PATIENCE)
        other = peer.take_call(VERSION)
        peer.reply(late, 1)
        peer.reply(other, 9)

    with drive(script) as driver:
        error = given_up(lambda timeout: driver.call(VCPUS, None, timeout=timeout))
        assert isinstance(error, TimeoutError)
        assert (error.sent, "CONNECT_GET_MAX_VCPUS" in error.message) == ("unknown", True)
        go_on.set()
        assert result(driver.call(VERSION)) == 9
        assert not driver.session.pending


def test_a_deadline_that_has_passed_already(drive: Drive) -> None:
    def script(peer: Peer) -> None:
        while (call := peer.take_call()).procedure is VCPUS:
            pass  # whether it was sent is not said
        peer.reply(call, 9)

    with drive(script) as driver:
        assert isinstance(failure(driver.call(VCPUS, None, timeout=-1.0)), CallTimeout)
        assert result(driver.call(VERSION)) == 9


def test_a_call_with_a_deadline_that_is_answered(drive: Drive) -> None:
    def script(peer: Peer) -> None:
        peer.reply(peer.take_call(), 9)

    with drive(script) as driver:
        assert result(driver.call(VERSION, timeout=PATIENCE)) == 9


def test_only_the_one_whose_deadline_it_is_gives_up(drive: Drive) -> None:
    """The one that reads leaves, and another takes over."""
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        calls = [peer.take_call() for _ in range(3)]
        assert go_on.wait(PATIENCE)
        for call in calls:
            peer.reply(call, 9)

    with drive(script) as driver:
        others: list[Future[Any]] = []

        def call_first(timeout: float) -> Future[Any]:
            first: Future[Any] = driver.call(VCPUS, "first", timeout=timeout)
            until(lambda: driver.session.pending or first.done())
            if not others:
                others.extend([driver.call(VERSION), driver.call(VERSION)])
            return first

        given_up(call_first)
        go_on.set()
        assert [result(future) for future in others] == [9, 9]


def test_a_frame_of_which_nothing_has_left_is_withdrawn(drive: Drive) -> None:
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        assert go_on.wait(PATIENCE)
        peer.reply(peer.take_call(DEFINE), (guest_fields()))
        peer.reply(peer.take_call(VERSION), 9)  # CONNECT_GET_MAX_VCPUS never came

    with drive(script) as driver:
        define = driver.call(DEFINE, LONG)
        begun(driver, 1)
        error = failure(driver.call(VCPUS, None, timeout=0.02))
        assert isinstance(error, CallTimeout)
        assert error.sent == "no"
        assert len(driver.session.pending) == 1
        go_on.set()
        assert result(define) == guest()
        assert result(driver.call(VERSION)) == 9


def guest_fields() -> tuple[str, bytes, int]:
    return "guest", bytes(15) + b"\1", 1


def test_a_frame_partly_sent_is_finished(drive: Drive) -> None:
    """Its deadline comes in the middle; the next call sends the rest first, and the stream stays in step."""
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        assert go_on.wait(PATIENCE)
        define, version = peer.take_call(DEFINE), peer.take_call(VERSION)
        assert define.args == (LONG,)
        peer.reply(version, 9)
        peer.reply(define, guest_fields())
        peer.reply(peer.take_call(VERSION), 10)

    with drive(script) as driver:
        error = given_up(lambda timeout: driver.call(DEFINE, LONG, timeout=timeout))
        assert error.sent == "unknown"
        version = driver.call(VERSION)
        under_way(driver, 2)
        go_on.set()
        assert result(version) == 9
        assert result(driver.call(VERSION)) == 10
        assert not driver.session.pending


def test_the_rest_of_a_frame_is_sent_by_who_only_waits(drive: Drive) -> None:
    """Nobody sends anything more, but somebody listens."""
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        opened = peer.take_call(CONSOLE)
        peer.reply(opened)
        assert go_on.wait(PATIENCE)
        assert peer.take_call(DEFINE).args == (LONG,)
        peer.send(stream_frame(CONSOLE, opened.serial, wire.CONTINUE, b"x"))

    with drive(script) as driver:
        stream = StreamState()
        result(driver.call(CONSOLE, guest(), None, 0, stream=stream))
        given_up(lambda timeout: driver.call(DEFINE, LONG, timeout=timeout))
        listener = driver.wait_ready(stream)
        go_on.set()
        assert result(listener)


# --- turns -----------------------------------------------------------------------------------------


def test_calls_to_one_guest_take_turns(drive: Drive) -> None:
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        assert go_on.wait(PATIENCE)
        for number in range(3):
            call = peer.take_call(QUERY)
            assert not select.select([peer.sock], [], [], 0)[0]
            assert call.args[1] == f"vd{number}"
            peer.reply(call, number, 0, 0)

    with drive(script) as driver:
        futures = []
        for number in range(3):
            futures.append(driver.call(QUERY, guest(), f"vd{number}", 0))
            under_way(driver, 1)
            queued(driver, number)
        go_on.set()
        assert [result(future) for future in futures] == [(number, 0, 0) for number in range(3)]


def test_a_deadline_while_queued(drive: Drive) -> None:
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        holder = peer.take_call(QUERY)
        peer.reply(peer.take_call(VERSION), 9)
        assert go_on.wait(PATIENCE)
        peer.reply(holder, 1, 2, 3)
        peer.reply(peer.take_call(QUERY), 4, 5, 6)

    with drive(script) as driver:
        holder = driver.call(QUERY, guest(), "vda", 0)
        under_way(driver, 1)
        error = failure(driver.call(QUERY, guest(), "vdb", 0, timeout=0.02))
        assert isinstance(error, CallTimeout)
        assert error.sent == "no"
        assert "behind DOMAIN_GET_BLOCK_INFO" in error.message
        assert result(driver.call(VERSION)) == 9  # free calls pass
        go_on.set()
        assert result(holder) == (1, 2, 3)
        assert result(driver.call(QUERY, guest(), "vdc", 0)) == (4, 5, 6)


def test_an_abandoned_call_is_waited_for(drive: Drive) -> None:
    """Its guest's next call goes when its late reply has come, and not before."""
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        late = peer.take_call(QUERY)
        assert go_on.wait(PATIENCE)
        assert not select.select([peer.sock], [], [], 0)[0]
        peer.reply(late, 0, 0, 0)
        peer.reply(peer.take_call(QUERY), 1, 2, 3)

    with drive(script) as driver:
        given_up(lambda timeout: driver.call(QUERY, guest(), "vda", 0, timeout=timeout))
        next_one = driver.call(QUERY, guest(), "vda", 0)
        queued(driver, 1)
        go_on.set()
        assert result(next_one) == (1, 2, 3)


def test_queued_behind_a_caller_that_gives_up(drive: Drive) -> None:
    """The holder has sent nothing when it gives up: who waits goes at once."""
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        assert go_on.wait(PATIENCE)
        peer.reply(peer.take_call(DEFINE), guest_fields())
        call = peer.take_call(QUERY)
        assert call.args[1] == "vdb"
        peer.reply(call, 1, 2, 3)

    with drive(script) as driver:
        define = driver.call(DEFINE, LONG)
        begun(driver, 1)
        first = driver.call(QUERY, guest(), "vda", 0, timeout=0.1)
        until(lambda: len(driver.session.pending) == 2 or first.done())
        second = driver.call(QUERY, guest(), "vdb", 0)
        until(lambda: driver.session.admission.queue or first.done())
        assert isinstance(failure(first), CallTimeout)
        go_on.set()
        assert result(second) == (1, 2, 3)
        assert result(define) == guest()


# --- the end ---------------------------------------------------------------------------------------


def test_everybody_learns_that_the_daemon_is_gone(drive: Drive) -> None:
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        for _ in range(4):
            peer.take_call()
        assert go_on.wait(PATIENCE)
        peer.hang_up()

    with drive(script) as driver:
        sent = [driver.call(VERSION) for _ in range(3)]
        sent.append(driver.call(QUERY, guest(), "vda", 0))
        under_way(driver, 4)
        waiting = driver.call(QUERY, guest(), "vdb", 0)
        queued(driver, 1)
        events = Waiter()
        driver.session.others[events] = None
        listener = driver.wait_ready(events)
        go_on.set()
        for future in sent:
            error = failure(future)
            assert type(error) is ConnectionLost
            assert "its outcome is unknown" in error.message
        error = failure(waiting)
        assert type(error) is ConnectionLost
        assert result(listener)
        assert type(failure(driver.call(VERSION))) is ConnectionLost
        assert type(failure(driver.send_frame(PING))) is ConnectionLost


def test_the_daemon_dies_with_calls_unread(drive: Drive) -> None:
    """The system then says ECONNRESET, not end of file."""
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        assert go_on.wait(PATIENCE)
        peer.sock.close()

    with drive(script) as driver:
        futures = [driver.call(VERSION), driver.call(VERSION)]
        under_way(driver, 2)
        until(lambda: all(call.counts for call in driver.session.pending.values()))
        go_on.set()
        for future in futures:
            assert type(failure(future)) is ConnectionLost


def test_the_daemon_dies_in_the_middle_of_a_frame(drive: Drive) -> None:
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        assert go_on.wait(PATIENCE)
        peer.sock.close()

    with drive(script) as driver:
        first = driver.call(DEFINE, LONG)
        begun(driver, 1)
        second = driver.call(VERSION, timeout=PATIENCE)
        under_way(driver, 2)
        go_on.set()
        assert type(failure(first)) is ConnectionLost
        assert type(failure(second)) is ConnectionLost


def test_what_the_daemon_said_before_it_hung_up(drive: Drive) -> None:
    gone = threading.Event()

    def script(peer: Peer) -> None:
        peer.send(error_frame(VERSION, 1, "too many connections"))
        peer.sock.close()
        gone.set()

    with drive(script) as driver:
        assert gone.wait(PATIENCE)
        error = failure(driver.call(VERSION))
        # asyncio may have read it before the call was made: then it is an answer to nothing.
        assert "too many connections" in str(error) or isinstance(error, ConnectionLost)
        if driver.pump.is_async is False:
            assert "too many connections" in str(error)


@pytest.mark.parametrize("sending", [False, True], ids=["receiving", "sending"])
def test_close_while_others_wait(drive: Drive, sending: bool) -> None:
    taken, go_on = threading.Event(), threading.Event()

    def script(peer: Peer) -> None:
        for _ in range(3):
            peer.take_call(VERSION, QUERY)
        taken.set()
        assert go_on.wait(PATIENCE)
        with pytest.raises(EOFError):
            peer.take()
        assert peer.sock.recv(1) == b""

    with drive(script) as driver:
        sent = [driver.call(VERSION), driver.call(VERSION), driver.call(QUERY, guest(), "vda", 0)]
        under_way(driver, 3)
        waiting = driver.call(QUERY, guest(), "vdb", 0)
        queued(driver, 1)
        assert taken.wait(PATIENCE)
        if sending:
            sent.append(driver.call(DEFINE, LONG))
            begun(driver, 4)
        result(driver.close())
        go_on.set()
        for future in [*sent, waiting]:
            assert type(failure(future)) is ConnectionClosed
        assert driver.pump.closed
        with pytest.raises(OSError, match="Bad file"):
            os.fstat(driver.pump.link.fileno)
        assert type(failure(driver.call(VERSION))) is ConnectionClosed
        result(driver.close())  # once more does nothing


def test_a_reply_that_does_not_decode_ends_it_for_everybody(drive: Drive) -> None:
    """Who waits must not wait for more of a conversation that is over."""

    def script(peer: Peer) -> None:
        first, second = peer.take_call(), peer.take_call()
        bad = first if first.procedure is VCPUS else second
        peer.send(wire.frame(*_numbers(bad), wire.REPLY, bad.serial, wire.OK, b"\0"))
        peer.expect_end()

    with drive(script) as driver:
        other = driver.call(VERSION)
        under_way(driver, 1)
        assert type(failure(driver.call(VCPUS, None))) is ProtocolError
        assert type(failure(other)) is ProtocolError


def test_bytes_that_are_no_protocol_end_it_for_everybody(drive: Drive) -> None:
    def script(peer: Peer) -> None:
        peer.take_call()
        peer.take_call()
        peer.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        peer.expect_end()

    with drive(script) as driver:
        for future in [driver.call(VERSION), driver.call(VERSION)]:
            assert type(failure(future)) is ProtocolError


# --- much data -------------------------------------------------------------------------------------


def test_long_arguments_and_a_peer_that_reads_slowly(drive: Drive) -> None:
    def script(peer: Peer) -> None:
        peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        for _ in range(3):
            peer._need(100)
            while len(peer._data) < 2_000_000:
                peer._data += peer.sock.recv(5000)
            call = peer.take_call(DEFINE)
            assert call.args[0][1:] == LONG[1:]
            peer.reply(call, (call.args[0][0], bytes(16), 1))

    with drive(script) as driver:
        futures = [driver.call(DEFINE, letter + LONG[1:]) for letter in "abc"]
        assert [result(future)[4:5] for future in futures] == [b"a", b"b", b"c"]


@pytest.mark.slow
def test_a_peer_that_sends_before_it_reads(drive: Drive) -> None:
    """Neither side may wait for the other to take something."""
    count = 200_000  # 17 MB of events

    def script(peer: Peer) -> None:
        peer.send(LIFECYCLE * count)
        call = peer.take_call(DEFINE)
        assert call.args == (LONG,)
        peer.reply(call, guest_fields())

    with drive(script) as driver:
        assert result(driver.call(DEFINE, LONG)) == guest()
        assert driver.session.events_tail == count


@pytest.mark.slow
def test_a_peer_that_sends_before_it_reads_when_the_reader_has_left(drive: Drive) -> None:
    """While one sends and another reads, the other's reply comes: then who sends has to read as well."""
    go_on = threading.Event()
    count = 200_000

    def script(peer: Peer) -> None:
        version = peer.take_call(VERSION)
        assert go_on.wait(PATIENCE)
        peer.reply(version, 9)
        peer.send(LIFECYCLE * count)
        peer.reply(peer.take_call(DEFINE), guest_fields())

    with drive(script) as driver:
        version = driver.call(VERSION)
        under_way(driver, 1)
        define = driver.call(DEFINE, LONG)
        begun(driver, 2)
        go_on.set()
        assert result(version) == 9
        assert result(define) == guest()


def test_a_long_reply(drive: Drive) -> None:
    def script(peer: Peer) -> None:
        for _ in range(2):
            peer.reply(peer.take_call(), "é" + LONG)

    with drive(script) as driver:
        for timeout in (None, PATIENCE):
            assert result(driver.call(remote.CONNECT_GET_CAPABILITIES, timeout=timeout)) == "é" + LONG


# --- what arrives of itself ------------------------------------------------------------------------


def test_pings_are_answered_while_somebody_waits(drive: Drive) -> None:
    def script(peer: Peer) -> None:
        call = peer.take_call(VERSION)
        for _ in range(3):
            peer.send(PING)
            assert peer.take().procedure.name == "PONG"
        peer.reply(call, 9)

    with drive(script) as driver:
        assert result(driver.call(VERSION)) == 9


def test_a_ping_while_another_sends(drive: Drive) -> None:
    """The one that reads cannot answer then; it must not be forgotten."""
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        version = peer.take_call(VERSION)
        assert go_on.wait(PATIENCE)
        peer.send(PING)
        until(lambda: driver.session.received == 1)
        assert peer.take_call(DEFINE).args == (LONG,)
        assert peer.take().procedure.name == "PONG"  # though nothing more comes that would remind of it
        peer.reply(version, 9)

    with drive(script) as driver:
        version = driver.call(VERSION)
        under_way(driver, 1)
        define = driver.call(DEFINE, LONG)
        begun(driver, 2)
        go_on.set()
        assert result(version) == 9
        result(driver.close())
        assert isinstance(failure(define), ConnectionClosed)


def test_events_are_announced(drive: Drive) -> None:
    def script(peer: Peer) -> None:
        call = peer.take_call(VERSION)
        peer.send(LIFECYCLE)
        peer.reply(call, 9)

    with drive(script) as driver:
        announced: list[int] = []
        driver.pump.on_events = lambda: announced.append(driver.session.events_tail)
        assert result(driver.call(VERSION)) == 9
        assert announced


# --- descriptors -----------------------------------------------------------------------------------


def test_descriptors_out(drive: Drive) -> None:
    def script(peer: Peer) -> None:
        call = peer.take_call(COMMAND)
        assert call.kind == wire.CALL_WITH_FDS
        assert call.args == (guest(), "{}", 0)
        for number, fd in enumerate(call.fds):
            os.write(fd, b"%d" % number)
            os.close(fd)
        peer.reply(call, "done")
        plain = peer.take_call(COMMAND)
        assert plain.kind == wire.CALL
        peer.reply(plain, "none")

    with drive(script) as driver:
        pipes = [os.pipe() for _ in range(3)]
        before = descriptors().keys()
        future = driver.call(COMMAND, guest(), "{}", 0, fds=[outlet for _, outlet in pipes])
        assert result(future) == "done"
        assert descriptors().keys() <= before
        assert [os.read(inlet, 10) for inlet, _ in pipes] == [b"0", b"1", b"2"]
        assert result(driver.call(COMMAND, guest(), "{}", 0)) == "none"
        for pipe in pipes:
            for fd in pipe:
                os.close(fd)


def test_descriptors_behind_a_long_frame_that_was_given_up(drive: Drive) -> None:
    """The caller may close its descriptors when its call has failed; what is sent later is still theirs."""
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        assert go_on.wait(PATIENCE)
        call = peer.take_call(COMMAND)
        os.write(call.fds[0], b"mine")
        os.close(call.fds[0])
        peer.reply(peer.take_call(VERSION), 9)

    with drive(script) as driver:
        inlet, outlet = os.pipe()
        given_up(lambda timeout: driver.call(COMMAND, guest(), LONG, 0, fds=[outlet], timeout=timeout))
        os.close(outlet)
        other = os.pipe()  # one of which has the number of the closed one
        assert outlet in other
        version = driver.call(VERSION)
        under_way(driver, 2)
        go_on.set()
        assert result(version) == 9
        assert os.read(inlet, 10) == b"mine"
        for fd in (inlet, *other):
            os.close(fd)


def test_a_descriptor_that_is_none(drive: Drive) -> None:
    def script(peer: Peer) -> None:
        peer.reply(peer.take_call(COMMAND), "later")

    with drive(script) as driver:
        inlet, outlet = os.pipe()
        os.close(inlet)
        error = failure(driver.call(COMMAND, guest(), "{}", 0, fds=[inlet, outlet]))
        assert isinstance(error, OSError)
        os.close(outlet)
        assert result(driver.call(COMMAND, guest(), "{}", 0)) == "later"


def test_more_descriptors_than_a_message_may_have(drive: Drive) -> None:
    def script(peer: Peer) -> None:
        peer.reply(peer.take_call(COMMAND), "later")

    with drive(script) as driver:
        inlet, outlet = os.pipe()
        before = descriptors().keys()
        error = failure(driver.call(COMMAND, guest(), "{}", 0, fds=[outlet] * 33))
        assert isinstance(error, InvalidArgument)
        del error  # whose traceback still knows the call, and its thread's future knows the error
        until(lambda: gc.collect() >= 0 and descriptors().keys() <= before)
        os.close(inlet)
        os.close(outlet)
        assert result(driver.call(COMMAND, guest(), "{}", 0)) == "later"


@pytest.mark.parametrize("apart", [False, True], ids=["together", "byte by byte"])
def test_descriptors_in(drive: Drive, apart: bool) -> None:
    def script(peer: Peer) -> None:
        call = peer.take_call(GRAPHICS)
        frame = fds_frame(GRAPHICS, call.serial, 2)
        for part in [frame[i : i + 1] for i in range(len(frame))] if apart else [LIFECYCLE + frame]:
            peer.send(part)
        for name in ("a", "b"):
            inlet, outlet = os.pipe()
            os.write(outlet, name.encode())
            peer.send_fd(inlet)
            os.close(inlet)
            os.close(outlet)
        peer.send(PING)
        frames = sorted((peer.take(), peer.take()), key=lambda frame: frame.serial)
        assert frames[0].procedure.name == "PONG"
        peer.reply(frames[1], 9)

    with drive(script) as driver:
        value, fds = result(driver.call_with_fds(GRAPHICS, guest(), 0, 0))
        assert value is None
        assert [os.read(fd, 10) for fd in fds] == [b"a", b"b"]
        assert not any(os.get_inheritable(fd) for fd in fds)
        for fd in fds:
            os.close(fd)
        assert result(driver.call(VERSION)) == 9


def test_descriptors_in_while_somebody_waited_before(drive: Drive) -> None:
    """Who reads already has to take descriptors of a call that began later."""

    def script(peer: Peer) -> None:
        version = peer.take_call(VERSION)
        until(lambda: reading(driver))
        asked.set()
        call = peer.take_call(GRAPHICS)
        peer.send(fds_frame(GRAPHICS, call.serial, 1))
        inlet, outlet = os.pipe()
        os.close(outlet)
        peer.send_fd(inlet)
        os.close(inlet)
        peer.reply(version, 9)

    asked = threading.Event()
    with drive(script) as driver:
        version = driver.call(VERSION)
        assert asked.wait(PATIENCE)
        _, fds = result(driver.call_with_fds(GRAPHICS, guest(), 0, 0))
        assert result(version) == 9
        assert os.read(fds[0], 1) == b""
        os.close(fds[0])


def reading(driver: Driver) -> bool:
    """Whether a thread of this process sleeps in a receive; a loop always listens."""
    if driver.pump.is_async:
        return True
    return any(
        _file(f"/proc/self/task/{thread}/wchan").startswith(
            ("unix_stream", "__skb_wait", "poll_schedule", "do_poll")
        )
        or _file(f"/proc/self/task/{thread}/syscall").split(" ")[0] in ("45", "47", "7", "271")
        for thread in os.listdir("/proc/self/task")
    )


def _file(path: str) -> str:
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


@pytest.mark.parametrize("bad", [False, True], ids=["a plain call", "a bad reply"])
def test_descriptors_nobody_takes_are_closed(drive: Drive, bad: bool) -> None:
    def script(peer: Peer) -> None:
        call = peer.take_call(VERSION)
        body = wire.COUNT.pack(1) + (b"\0" if bad else bytes(8))
        peer.send(wire.frame(*_numbers(call), wire.REPLY_WITH_FDS, call.serial, wire.OK, body))
        inlet, outlet = os.pipe()
        peer.send_fd(inlet)
        os.close(inlet)
        os.close(outlet)

    with drive(script) as driver:
        before = descriptors().keys()
        future = driver.call_with_fds(VERSION) if bad else driver.call(VERSION)
        assert future.exception(PATIENCE) is None or bad
        until(lambda: descriptors().keys() <= before)


# --- streams ---------------------------------------------------------------------------------------


def test_stream_data_in_and_out(drive: Drive) -> None:
    def script(peer: Peer) -> None:
        opened = peer.take_call(CONSOLE)
        peer.reply(opened)
        peer.send(stream_frame(CONSOLE, opened.serial, wire.CONTINUE, b"login: "))
        sent = peer.take()
        assert (sent.kind, sent.status, sent.serial, sent.body) == (
            wire.STREAM, wire.CONTINUE, opened.serial, b"root\n",
        )  # fmt: skip
        peer.send(stream_frame(CONSOLE, opened.serial, wire.OK))

    with drive(script) as driver:
        stream = StreamState()
        assert result(driver.call(CONSOLE, guest(), None, 0, stream=stream)) is None
        assert result(driver.wait_ready(stream, PATIENCE))
        _, status, body, at = stream.frames[0]
        assert (status, body[at:]) == (wire.CONTINUE, b"login: ")
        stream.ready = False
        assert not result(driver.wait_ready(stream, 0.01))
        result(driver.send_frame(stream.frame(wire.STREAM, wire.CONTINUE, b"root\n")))
        assert result(driver.wait_ready(stream, PATIENCE))
        assert stream.frames[1][1] == wire.OK


def test_stream_data_and_a_peer_that_does_not_read(drive: Drive) -> None:
    go_on = threading.Event()
    size = 10_000_000

    def script(peer: Peer) -> None:
        opened = peer.take_call(CONSOLE)
        peer.reply(opened)
        assert go_on.wait(PATIENCE)
        assert len(peer.take().body) == size
        peer.reply(peer.take_call(VERSION), 9)

    with drive(script) as driver:
        stream = StreamState()
        result(driver.call(CONSOLE, guest(), None, 0, stream=stream))
        data = stream.frame(wire.STREAM, wire.CONTINUE, bytes(size))
        timeout = 0.02
        while not partly_sent(driver):
            assert timeout < PATIENCE
            error = failure(driver.send_frame(data, timeout=timeout))
            assert isinstance(error, CallTimeout)
            timeout *= 2
        version = driver.call(VERSION)
        under_way(driver, 1)
        go_on.set()
        assert result(version) == 9


@pytest.mark.parametrize("size", [1, 262120])
def test_who_only_sends_learns_that_the_daemon_is_gone(drive: Drive, size: int) -> None:
    """At once, and what it said before: nobody reads for a sender."""
    gone = threading.Event()

    def script(peer: Peer) -> None:
        opened = peer.take_call(CONSOLE)
        peer.reply(opened)
        peer.send(LIFECYCLE)
        peer.sock.close()
        gone.set()

    with drive(script) as driver:
        stream = StreamState()
        result(driver.call(CONSOLE, guest(), None, 0, stream=stream))
        assert gone.wait(PATIENCE)
        head = stream.header(wire.STREAM, wire.CONTINUE, size)
        for _ in range(2):
            assert type(failure(driver.send_frame(head, tail=bytes(size)))) is ConnectionLost


def test_a_call_comes_next_when_another_thread_sends_and_sends() -> None:
    """Who sends one frame after another doesn't keep the rest waiting: they take turns."""
    go_on, over = threading.Event(), threading.Event()
    size, count = 262120, [0]

    def script(peer: Peer) -> None:
        opened = peer.take_call(CONSOLE)
        peer.reply(opened)
        for number in range(3):
            assert go_on.wait(PATIENCE)
            go_on.clear()
            before = count[0]
            while (frame := peer.take()).kind == wire.STREAM:
                assert int.from_bytes(frame.body[:4], "big") <= before, f"in turn {number}"
            peer.reply(frame, number)
        over.set()
        while peer.take().status == wire.CONTINUE:
            pass

    with driving("blocking", script) as driver:
        stream = StreamState()
        result(driver.call(CONSOLE, guest(), None, 0, stream=stream))
        pump = driver.pump
        assert isinstance(pump, BlockingPump)

        def send() -> None:
            while not over.is_set():
                count[0] += 1
                body = count[0].to_bytes(4, "big") + bytes(size - 4)
                pump.send_frame(stream.header(wire.STREAM, wire.CONTINUE, size), tail=body)

        sending = in_thread(send)
        for number in range(3):
            until(lambda: pump._sender is not None and pump._reader is not None)  # it waits for room
            version = driver.call(VERSION)
            until(lambda: pump._send_queue)
            go_on.set()
            assert result(version) == number
        assert sending.exception(PATIENCE) is None
        result(driver.send_frame(stream.frame(wire.STREAM, wire.OK)))


def test_calls_go_on_beside_a_stream_that_nobody_reads(drive: Drive) -> None:
    """Past its bound the stream is aborted, and nothing else."""

    def script(peer: Peer) -> None:
        opened = peer.take_call(CONSOLE)
        peer.reply(opened)
        version = peer.take_call(VERSION)
        for _ in range(80):
            peer.send(stream_frame(CONSOLE, opened.serial, wire.CONTINUE, bytes(262120)))
        aborted = peer.take()
        assert (aborted.serial, aborted.kind, aborted.status) == (opened.serial, wire.STREAM, wire.ERROR)
        peer.reply(version, 9)

    with drive(script) as driver:
        stream = StreamState()
        result(driver.call(CONSOLE, guest(), None, 0, stream=stream))
        assert result(driver.call(VERSION)) == 9
        assert stream.overflowed
        assert stream.buffered == 0


def test_a_stream_opened_too_late_is_aborted(drive: Drive) -> None:
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        opened = peer.take_call(CONSOLE)
        assert go_on.wait(PATIENCE)
        peer.reply(opened)
        frames = sorted((peer.take(), peer.take()), key=lambda frame: frame.serial)  # in either order
        assert (frames[0].serial, frames[0].kind, frames[0].status) == (
            opened.serial,
            wire.STREAM,
            wire.ERROR,
        )
        peer.reply(frames[1], 9)

    with drive(script) as driver:
        given_up(
            lambda timeout: driver.call(CONSOLE, guest(), None, 0, stream=StreamState(), timeout=timeout)
        )
        go_on.set()
        assert result(driver.call(VERSION)) == 9


# --- one pump only ---------------------------------------------------------------------------------


def test_asyncio_stops_reading_what_nobody_takes() -> None:
    """A stream that nobody reads fills up to some point; a call makes the loop read on."""
    total = 12 * 1024 * 1024
    sending = threading.Event()

    def script(peer: Peer) -> None:
        opened = peer.take_call(CONSOLE)
        peer.reply(opened)
        sending.set()
        for _ in range(total // 65536):
            peer.send(stream_frame(CONSOLE, opened.serial, wire.CONTINUE, bytes(65536)))
        peer.reply(peer.take_call(VERSION), 9)

    with driving("aio", script) as driver:
        stream = StreamState()
        result(driver.call(CONSOLE, guest(), None, 0, stream=stream))
        assert sending.wait(PATIENCE)
        until(lambda: not driver.pump._reading)  # type: ignore[union-attr]
        assert stream.buffered < total
        assert result(driver.call(VERSION)) == 9
        assert sum(len(body) - at for _, _, body, at in stream.frames.values()) == total


@pytest.mark.parametrize("when", ["queued", "sent", "partly sent", "not sent"])
def test_cancelling_a_task(when: str) -> None:
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        assert go_on.wait(PATIENCE)
        seen = []
        while (call := peer.take_call()).procedure is not VERSION:
            seen.append(call)
        assert [one.procedure for one in seen] == {
            "queued": [QUERY], "sent": [QUERY], "partly sent": [DEFINE], "not sent": [DEFINE],
        }[when]  # fmt: skip
        for one in seen:
            peer.error(one, "late")
        peer.reply(call, 9)

    with driving("aio", script) as driver:
        first: Future[Any] | None = None
        if when == "queued":
            first = driver.call(QUERY, guest(), "vda", 0)
            victim = driver.call(QUERY, guest(), "vdb", 0)
            queued(driver, 1)
        elif when == "sent":
            victim = driver.call(QUERY, guest(), "vda", 0)
            begun(driver, 1)
        elif when == "partly sent":
            victim = driver.call(DEFINE, LONG)
            begun(driver, 1)
        else:
            first = driver.call(DEFINE, LONG)
            victim = driver.call(QUERY, guest(), "vda", 0)
            under_way(driver, 2)
        victim.cancel()
        with pytest.raises(CancelledError):
            result(victim)
        version = driver.call(VERSION)
        go_on.set()
        assert result(version) == 9
        if first is not None:
            assert "late" in str(failure(first))
        until(lambda: not driver.session.pending)
        assert not driver.session.admission.queue


def test_threads_sharing_a_connection_that_dies_all_return() -> None:
    """Whatever each of them was at: reading, waiting, sending, queued for its turn or for the sender's role."""

    def script(peer: Peer) -> None:
        peer.take_call()
        until(lambda: begun_any(driver))
        peer.sock.close()

    def begun_any(driver: Driver) -> bool:
        return any(call.procedure is DEFINE and call.counts for call in list(driver.session.pending.values()))

    with driving("blocking", script) as driver:
        futures = [driver.call(QUERY, guest(), "vda", 0)]
        under_way(driver, 1)
        futures += [driver.call(DEFINE, LONG) for _ in range(3)]
        futures += [driver.call(QUERY, guest(number), "vda", 0) for number in (1, 1, 2, 2, 3)]
        for future in futures:
            assert isinstance(failure(future), ConnectionLost)


def test_who_leaves_meets_who_is_leaving() -> None:
    """Waking the next reader while others, who have what they waited for, take themselves off the list."""

    class Leaving(Waiter):
        @property
        def ready(self) -> bool:
            pump._sleeping.pop(self, None)
            return True

        @ready.setter
        def ready(self, value: bool) -> None: ...

    with driving("blocking", lambda peer: None) as driver:
        assert isinstance(driver.pump, BlockingPump)
        pump: BlockingPump = driver.pump
        last = Waiter()
        last.wake = threading.Lock()
        last.wake.acquire()
        pump._sleeping.update(dict.fromkeys((Leaving(), Leaving(), last)))
        pump._wake_next_reader()
        assert not last.wake.locked()
        pump._sleeping.clear()


# --- giving up -------------------------------------------------------------------------------------


def call_with(driver: Driver, handle: bytes, timeout: float) -> Future[Any]:
    return driver.call(QUERY, handle, "vda", 0, timeout=timeout)


def test_late_replies_that_lie_in_the_socket_make_room() -> None:
    """Every place is held by a call that was given up, and nobody has read since what answers those."""
    go_on, answered = threading.Event(), threading.Event()

    def script(peer: Peer) -> None:
        calls = [peer.take_call(QUERY) for _ in range(3)]
        assert go_on.wait(PATIENCE)
        for call in calls:
            peer.reply(call, 1, 2, 3)
        answered.set()
        peer.reply(peer.take_call(QUERY), 4, 5, 6)

    with driving("blocking", script) as driver:
        for number in range(1, 4):
            given_up(partial(call_with, driver, guest(number)))
        go_on.set()
        assert answered.wait(PATIENCE)
        assert result(driver.call(QUERY, guest(5), "vda", 0)) == (4, 5, 6)


def test_an_exception_keeps_no_descriptor_of_a_call_that_was_not_sent() -> None:
    """Another frame is on its way for as long as it waits."""

    def script(peer: Peer) -> None:
        assert over.wait(PATIENCE)

    over = threading.Event()
    with driving("blocking", script) as driver:
        assert isinstance(driver.pump, BlockingPump)
        assert driver.pump.offer(bytes(4_000_000))
        inlet, outlet = os.pipe()
        os.set_blocking(inlet, False)
        error = failure(driver.call(COMMAND, guest(), "{}", 0, timeout=0.02, fds=[outlet]))
        assert isinstance(error, CallTimeout)
        assert error.sent == "no"
        os.close(outlet)
        assert os.read(inlet, 1) == b""  # while the exception is kept, nobody has a copy
        os.close(inlet)
        over.set()
        del error


@pytest.mark.parametrize("where", ["as it waits", "as it looks"])
def test_who_is_interrupted_with_its_reply_there_takes_back_what_that_opened(
    monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """At once: nobody may come to the connection for a long time."""

    def script(peer: Peer) -> None:
        opened = peer.take_call(CONSOLE)
        peer.reply(opened)
        aborted = peer.take()
        assert (aborted.serial, aborted.kind, aborted.status) == (opened.serial, wire.STREAM, wire.ERROR)

    with driving("blocking", script) as driver:
        pump = driver.pump
        assert isinstance(pump, BlockingPump)
        real = pump._wait

        def wait(waiter: Waiter, deadline: float | None) -> None:
            real(waiter, deadline)
            raise KeyboardInterrupt

        def look(call: Call) -> None:
            raise KeyboardInterrupt

        if where == "as it waits":
            monkeypatch.setattr(pump, "_wait", wait)
        else:
            monkeypatch.setattr(driver.session, "result", look)
        assert (
            type(failure(driver.call(CONSOLE, guest(), None, 0, stream=StreamState()))) is KeyboardInterrupt
        )
        until(lambda: not driver.session.control_frames)


def test_who_receives_is_told_by_a_second_abort_when_the_first_was_struck() -> None:
    """Before it had told anybody."""
    with driving("blocking", lambda peer: peer.expect_end()) as driver:
        pump = driver.pump
        assert isinstance(pump, BlockingPump)
        reading = driver.wait_ready(StreamState())
        until(lambda: pump._reader is not None)
        stream = StreamState()
        receiving = driver.wait_ready(stream)
        until(lambda: stream in pump._sleeping)
        stream.abandoned = True
        pump.abort_stream(stream)
        assert result(receiving)
        result(driver.close())
        assert result(reading)
