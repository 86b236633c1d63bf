"""What every link does, whatever it is made of."""

from __future__ import annotations

import gc
import os
import random
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from types import FrameType

import pytest

from sysvirt._transport.link import Descriptor, Link
from tests.faults.striking import Strike, each_point, each_two_points
from tests.session.peer import PATIENCE, in_thread
from tests.transport.links import LINKS, Frame, Inbox

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(params=LINKS)
def ends(request: pytest.FixtureRequest) -> Iterator[tuple[Link, socket.socket]]:
    with LINKS[request.param]() as made:
        made[1].settimeout(PATIENCE)
        yield made


@pytest.fixture
def link(ends: tuple[Link, socket.socket]) -> Link:
    return ends[0]


@pytest.fixture
def peer(ends: tuple[Link, socket.socket]) -> socket.socket:
    return ends[1]


def receive_once(link: Link, inbox: Inbox, size: int) -> None:
    """As a pump does: it comes again when what has come is not whole."""
    try:
        link.receive(inbox, size)
    except BlockingIOError:
        pass


def receive(link: Link, inbox: Inbox, count: int, size: int = 65536) -> None:
    """Until so many bytes have come in all."""
    while len(inbox.data) < count:
        receive_once(link, inbox, min(size, count - len(inbox.data)))


def send(link: Link, frame: Frame) -> None:
    """All of it, to a peer that takes it."""
    while True:
        try:
            if not link.send(frame):
                return
        except BlockingIOError:
            threading.Event().wait(0.001)


def take(peer: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        part = peer.recv(min(65536, count - len(data)))
        assert part, f"the link was closed behind {len(data)} bytes"
        data += part
    return bytes(data)


# --- receiving ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 7, 65536])
def test_whatever_is_read_at_a_time(link: Link, peer: socket.socket, size: int) -> None:
    data = random.Random(size).randbytes(5000)
    for start in range(0, len(data), 777):
        peer.sendall(data[start : start + 777])
    inbox = Inbox()
    receive(link, inbox, len(data), size)
    assert inbox.data == data
    assert max(map(len, inbox.chunks)) <= size
    assert not link.held


def test_nothing_is_there(link: Link, peer: socket.socket) -> None:
    inbox = Inbox()
    with pytest.raises(BlockingIOError):
        link.receive(inbox, 100, False)
    assert inbox.chunks == []
    peer.sendall(b"abc")
    receive(link, inbox, 3)
    assert inbox.data == b"abc"


def test_waiting_for_something(link: Link, peer: socket.socket) -> None:
    inbox = Inbox()
    waiting = in_thread(link.receive, inbox, 100)
    peer.sendall(b"abc")
    waiting.result(PATIENCE)
    assert inbox.data == b"abc"


def test_what_is_held_is_taken_first(link: Link, peer: socket.socket) -> None:
    """And is no reason to wait, or to receive: it may be the answer that somebody waits for."""
    if not link.carries_fds:
        pytest.skip("nothing is ever held by a link that receives where it goes")
    link.held.append((b"before", [], 0, None))  # as a strike leaves it
    inbox = Inbox()
    assert link.held
    link.receive(inbox, 1)
    assert inbox.chunks == [b"before"]
    assert not link.held
    link.take(inbox)
    assert inbox.chunks == [b"before"]


@pytest.mark.parametrize("there", [0, 5])
def test_the_end(link: Link, peer: socket.socket, there: int) -> None:
    peer.sendall(b"x" * there)
    peer.close()
    inbox = Inbox()
    receive(link, inbox, there)
    for _ in range(2):
        link.receive(inbox, 100)
        assert inbox.chunks[-1] == b""
    assert inbox.data == b"x" * there
    assert link.hung_up()


def test_a_peer_that_is_there_has_not_hung_up(link: Link, peer: socket.socket) -> None:
    assert not link.hung_up()
    peer.sendall(b"unread")
    assert not link.hung_up()


@pytest.mark.parametrize("how", ["closed", "shut down"])
def test_a_peer_whose_data_are_unread_is_seen_to_hang_up(link: Link, peer: socket.socket, how: str) -> None:
    peer.sendall(b"unread")
    peer.close() if how == "closed" else peer.shutdown(socket.SHUT_RDWR)
    assert link.hung_up()
    inbox = Inbox()
    receive(link, inbox, 6)
    assert inbox.data == b"unread"


# --- sending -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gathers", [True, False], ids=["from two places", "one after the other"])
@pytest.mark.parametrize("sizes", [(28, 0), (28, 1), (28, 3_000_000), (3_000_000, 0), (1, 1)], ids=str)
def test_a_frame_leaves_whole(link: Link, peer: socket.socket, sizes: tuple[int, int], gathers: bool) -> None:
    if not gathers:
        link._sendmsg = None
    data, tail = (random.Random(1).randbytes(size) for size in sizes)
    frame = Frame(data, memoryview(tail))
    sending = in_thread(send, link, frame)
    assert take(peer, sum(sizes)) == data + tail
    sending.result(PATIENCE)
    assert sum(frame.counts) == sum(sizes)
    assert not link.send(frame)  # asked again, it is still all there was


def test_a_peer_that_takes_nothing(link: Link, peer: socket.socket) -> None:
    """What has left is counted, and the rest leaves later."""
    data = random.Random(2).randbytes(20_000_000)
    frame = Frame(data)

    def fill() -> None:
        while link.send(frame):
            pass

    with pytest.raises(BlockingIOError):
        fill()
    sent = sum(frame.counts)
    assert 0 < sent < len(data)
    with pytest.raises(BlockingIOError):
        link.send(frame)
    assert sum(frame.counts) == sent
    sending = in_thread(send, link, frame)
    assert take(peer, len(data)) == data
    sending.result(PATIENCE)


def test_nobody_is_there_to_take_it(link: Link, peer: socket.socket) -> None:
    peer.close()
    frame = Frame(b"x" * 100_000)

    def send_again_and_again() -> None:
        for _ in range(1000):  # what is on its way to a peer that has just gone does not tell yet
            link.send(frame)
            frame.counts.clear()

    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        send_again_and_again()


# --- descriptors ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 32])
def test_descriptors_in_and_out(link: Link, peer: socket.socket, count: int) -> None:
    """32 are the most that a message of the protocol has."""
    if not link.carries_fds:
        pytest.skip("it says that it carries none")
    pipes = [os.pipe() for _ in range(count)]
    copies = tuple(Descriptor(outlet) for _, outlet in pipes)
    sending = in_thread(send, link, Frame(b"frame", fds=copies))
    data, fds = b"", list[int]()
    while len(data) < 5 + count:
        part, new, _, _ = socket.recv_fds(peer, 100, 32)
        data, fds = data + part, fds + new
    sending.result(PATIENCE)
    assert data == b"frame" + bytes(count)
    assert len(fds) == count
    for number, (fd, (_, outlet)) in enumerate(zip(fds, pipes, strict=True)):
        os.write(fd, bytes([number]))
        os.close(fd)
        os.close(outlet)
    del copies
    gc.collect()
    for number, (inlet, _) in enumerate(pipes):
        assert os.read(inlet, 10) == bytes([number])
        assert os.read(inlet, 10) == b""  # nobody has a copy any more

    socket.send_fds(peer, [b"y"], [inlet for inlet, _ in pipes])
    inbox = Inbox()
    receive(link, inbox, 1)
    assert len(inbox.fds) == count
    assert not any(map(os.get_inheritable, inbox.fds))
    for fd in [*inbox.fds, *(inlet for inlet, _ in pipes)]:
        os.close(fd)


def test_the_caller_may_close_its_descriptor(link: Link, peer: socket.socket) -> None:
    if not link.carries_fds:
        pytest.skip("it says that it carries none")
    inlet, outlet = os.pipe()
    copy = Descriptor(outlet)
    os.close(outlet)
    send(link, Frame(b"frame", fds=(copy,)))
    with pytest.raises(OSError, match="Bad file"):
        Descriptor(outlet)
    os.close(inlet)


# --- the end --------------------------------------------------------------------------------------------


def test_shutting_down_wakes_who_receives(link: Link, peer: socket.socket) -> None:
    inbox = Inbox()
    waiting = in_thread(link.receive, inbox, 100)
    threading.Event().wait(0.01)  # so that it mostly waits by then; it is right before that too
    link.shutdown()
    waiting.result(PATIENCE)
    assert inbox.chunks == [b""]
    assert peer.recv(1) == b""
    assert not link.closed
    link.shutdown()  # once more does nothing
    link.close()
    assert link.closed
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(link.fileno)


# --- signals --------------------------------------------------------------------------------------------


class Struck(BaseException):
    pass


@pytest.fixture
def storm() -> Iterator[random.Random]:
    """A signal handler that raises; the test says when."""

    def strike(_number: int, _frame: FrameType | None) -> None:
        raise Struck

    gc.collect()
    gc.disable()
    before = signal.signal(signal.SIGALRM, strike)
    yield random.Random(3)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
    gc.enable()


def soon(chance: random.Random) -> None:
    signal.setitimer(signal.ITIMER_REAL, chance.choice((1e-5, 1e-4, 1e-3)) * chance.random() + 1e-6)


@pytest.mark.slow
def test_no_byte_in_is_lost(link: Link, peer: socket.socket, storm: random.Random) -> None:
    data = random.Random(4).randbytes(8_000_000)
    sending = in_thread(peer.sendall, data)
    inbox = Inbox()
    strikes = 0

    def some() -> None:
        while sum(map(len, inbox.chunks)) < len(data):
            receive_once(link, inbox, 3000)

    while sum(map(len, inbox.chunks)) < len(data):
        try:
            soon(storm)
            some()
            quiet()
        except Struck:
            strikes += 1
        link.take(inbox)
    sending.result(PATIENCE)
    assert inbox.data == data
    assert strikes > 20


@pytest.mark.slow
def test_no_byte_out_is_lost_or_sent_twice(link: Link, peer: socket.socket, storm: random.Random) -> None:
    data = random.Random(5).randbytes(8_000_000)
    frame = Frame(data[:4_000_000], memoryview(data)[4_000_000:])
    taking = in_thread(take, peer, len(data))
    strikes = 0
    left = True

    def send_all() -> None:
        nonlocal left
        while left:
            try:
                left = link.send(frame)
            except BlockingIOError:
                pass

    while left:
        try:
            soon(storm)
            send_all()
            quiet()
        except Struck:
            strikes += 1
    assert taking.result(PATIENCE) == data
    assert sum(frame.counts) == len(data)
    assert strikes


def quiet() -> None:
    try:
        signal.setitimer(signal.ITIMER_REAL, 0)
    except Struck:
        signal.setitimer(signal.ITIMER_REAL, 0)


@pytest.fixture
def undisturbed() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.slow
@pytest.mark.parametrize("strikes", [each_point, each_two_points])
def test_each_point_of_receiving(
    link: Link, peer: socket.socket, undisturbed: None, strikes: Callable[[], Iterator[Strike]]
) -> None:
    """Of one byte, of a few, and of more than is asked for."""
    for strike in strikes():
        for data in (b"1", b"some bytes", b"x" * 300):
            peer.sendall(data)
            inbox = Inbox()

            def all_of_it(inbox: Inbox = inbox, count: int = len(data)) -> None:
                receive(link, inbox, count, 200)

            strike.into(all_of_it)
            link.take(inbox)
            receive(link, inbox, len(data))
            assert inbox.data == data, strike.where
            assert not link.held, strike.where


@pytest.mark.slow
@pytest.mark.parametrize("strikes", [each_point, each_two_points])
def test_each_point_of_sending(
    link: Link, peer: socket.socket, undisturbed: None, strikes: Callable[[], Iterator[Strike]]
) -> None:
    """What is not marked as begun has not left, not even in part."""
    for strike in strikes():
        for data, tail in ((b"x", b""), (b"header", b"tail"), (b"h" * 28, b"x" * 40_000)):
            frame = Frame(data, memoryview(tail))
            if not strike.into(lambda frame=frame: send(link, frame)) and not frame.counts:  # type: ignore[misc]
                frame = Frame(b"another", b"")  # as the pump takes it back
            send(link, frame)
            expected = frame.data + bytes(frame.tail)
            assert take(peer, len(expected)) == expected, strike.where
            assert sum(frame.counts) == len(expected), strike.where


@pytest.mark.slow
def test_no_descriptor_is_lost(link: Link, peer: socket.socket, storm: random.Random) -> None:
    if not link.carries_fds:
        pytest.skip("it says that it carries none")
    inlet, outlet = os.pipe()
    count = 400

    def pass_all() -> None:
        for number in range(count):
            socket.send_fds(peer, [bytes([number % 251])], [inlet])

    passing = in_thread(pass_all)
    inbox = Inbox()
    strikes = 0

    def some() -> None:
        while len(inbox.fds) < count:
            link.receive(inbox, 10)

    while len(inbox.fds) < count:
        try:
            soon(storm)
            some()
            quiet()
        except Struck:
            strikes += 1
        link.take(inbox)
    passing.result(PATIENCE)
    assert len(inbox.fds) == count
    assert inbox.data == bytes(number % 251 for number in range(count))
    assert strikes > 5
    for fd in inbox.fds:
        os.close(fd)
    os.close(inlet)
    os.close(outlet)
