"""What a server does with its clients: several at once, greedy ones, silent ones, hostile ones."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from sysvirt._protocol import frame as wire
from sysvirt._protocol.table import qemu, remote
from sysvirt._server.call import LATER, Call, Later
from sysvirt._server.events import DOMAIN, MONITOR, NETWORK
from sysvirt._server.server import Limits
from sysvirt._server.stream import StreamHandler
from sysvirt.errors import Error, OperationFailed
from tests.faults.faces import Belongings
from tests.server.serving import Serving, Talker, call_frame, serving, stream_frame
from tests.session.peer import guest

GUEST = guest()
DOWNLOAD, UPLOAD = remote.STORAGE_VOL_DOWNLOAD, remote.STORAGE_VOL_UPLOAD
VOLUME = ("pool", "volume", "key")
PACKET = wire.STREAM_DATA_MAX


# --- calls -------------------------------------------------------------------------------------------


def test_answers_in_any_order() -> None:
    held: list[Call[str]] = []

    def hold(call: Call[str], domain: bytes, flags: int) -> str | Later:
        held.append(call)
        return LATER

    with serving() as on:
        on.server.on(remote.DOMAIN_GET_XML_DESC, hold)
        talker = on.opened()
        for serial in (5, 6, 7):
            talker.call(remote.DOMAIN_GET_XML_DESC, serial, GUEST, 0)
        on.until(lambda: len(held) == 3)
        talker.is_served()
        for call in reversed(held):
            call.reply(f"<xml {call.serial}>")
        held[0].client.close()
        with pytest.raises(RuntimeError, match="answered before"):
            held[0].reply("again")
        assert [talker.answer().serial for _ in held] == [7, 6, 5]
        assert talker.next() is None


@pytest.mark.parametrize("limit", [5, 1])
def test_so_many_calls_in_flight_and_no_more(limit: int) -> None:
    held: list[Call[str]] = []

    def hold(call: Call[str], domain: bytes, flags: int) -> Later:
        held.append(call)
        return LATER

    with serving(limits=Limits(requests=limit)) as on:
        on.server.on(remote.DOMAIN_GET_XML_DESC, hold)
        talker, other = on.opened(), on.opened()
        talker.sock.sendall(
            b"".join(call_frame(remote.DOMAIN_GET_XML_DESC, serial, GUEST, 0) for serial in range(50))
        )
        on.until(lambda: len(held) == limit)
        other.is_served()
        for number in range(50):
            assert len(held) == min(50, limit + number)
            held[number].reply("<xml/>")
            assert talker.answer().serial == number
            on.until(lambda number=number: len(held) == min(50, limit + number + 1))


def test_a_client_that_asks_and_never_reads() -> None:
    """Costs what its limits say, and gets everything once it reads."""
    reply = "x" * 100_000
    limits = Limits(pause=300_000)
    with serving(limits=limits) as on:
        on.server.on(remote.DOMAIN_GET_XML_DESC, lambda call, domain, flags: reply)
        talker, other = on.opened(), on.opened()
        client = on.server.clients[0]
        talker.sock.setblocking(False)
        sent = 0
        piece = call_frame(remote.DOMAIN_GET_XML_DESC, 9, GUEST, 0)
        left = piece
        try:
            while True:
                left = left[talker.sock.send(left) :] or piece
                sent += left is piece
        except BlockingIOError:
            pass
        other.is_served()
        assert client.unsent <= limits.pause + len(reply) + 100
        assert client._stalled
        talker.sock.settimeout(60)
        for _ in range(sent):
            assert talker.answer().serial == 9
        on.until(lambda: client.in_flight == 0)


def test_a_client_that_is_told_and_never_reads() -> None:
    """Is hung up on; others get every event."""
    with serving(limits=Limits(unsent=100_000)) as on:
        silent, other = on.opened(), on.opened()
        for talker in (silent, other):
            talker.call(remote.CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY, 2, 0, None)
            talker.answer()
        client = on.server.clients[0]
        highest = 0
        for _ in range(100_000):
            on.loop.run(lambda: on.server.emit(DOMAIN, 0, GUEST, 2, 0))
            highest = max(highest, client.unsent)
            assert other.answer().kind == wire.MESSAGE
            if client.closed:
                break
        assert client.closed
        assert highest <= 100_000 + 200
        other.is_served()


def test_a_handler_that_fails() -> None:
    """What it raises is kept, and the client is told that something went wrong, but not what."""
    with serving() as on:
        on.server.on(remote.CONNECT_GET_HOSTNAME, lambda call: 1 // 0)  # type: ignore[arg-type,return-value]
        on.server.on(remote.CONNECT_GET_TYPE, lambda call: 7)  # type: ignore[arg-type,return-value]
        talker = on.opened()
        for procedure in (remote.CONNECT_GET_HOSTNAME, remote.CONNECT_GET_TYPE):
            talker.call(procedure, 3)
            answer = talker.answer()
            assert answer.status == wire.ERROR
            assert f"{procedure.name} failed here".encode() in answer.body
        kinds = [type(failure).__name__ for failure in on.failures]
        assert kinds == ["ZeroDivisionError", "InvalidArgumentType"]
        on.failures.clear()


def test_what_is_too_long_for_a_frame_is_refused() -> None:
    with serving() as on:
        names = [("x" * 4_000_000, bytes(16), number) for number in range(9)]
        on.server.on(remote.CONNECT_LIST_ALL_DOMAINS, lambda call, need, flags: (names, 9))  # type: ignore[arg-type,return-value]
        talker = on.opened()
        talker.call(remote.CONNECT_LIST_ALL_DOMAINS, 3, 1, 0)
        assert b"Unable to encode message payload" in talker.answer().body
        talker.is_served()


def test_logging_in_first() -> None:
    with serving(auth=[2]) as on:

        def polkit(call: Call[int]) -> int:
            call.client.session.authenticated = True
            return 1

        on.server.on(remote.AUTH_POLKIT, polkit)
        talker = on.connect()
        talker.call(remote.AUTH_LIST, 1)
        assert talker.answer().body == remote.AUTH_LIST.encode_reply([2])
        talker.call(remote.CONNECT_OPEN, 2, None, 0)
        assert b"authentication required" in talker.answer().body
        talker.call(remote.AUTH_POLKIT, 3)
        assert talker.answer().status == wire.OK
        talker.open()


def test_descriptors_both_ways(belongings: Belongings) -> None:
    """One that a handler leaves is closed; what is sent is a copy."""
    with serving() as on:

        def graphics(call: Call[None], domain: bytes, number: int, flags: int) -> None:
            os.write(call.fds[0], b"drawn")

        def graphics_fd(call: Call[None], domain: bytes, number: int, flags: int) -> Later:
            reading, writing = os.pipe()
            os.write(writing, b"pixels")
            os.close(writing)
            call.reply(None, [reading])
            os.close(reading)
            return LATER

        on.server.on(remote.DOMAIN_OPEN_GRAPHICS, graphics)
        on.server.on(remote.DOMAIN_OPEN_GRAPHICS_FD, graphics_fd)
        talker = on.opened()
        reading, writing = os.pipe()
        body = wire.COUNT.pack(1) + remote.DOMAIN_OPEN_GRAPHICS.encode_call(GUEST, 0, 0)
        talker.sock.sendall(remote.DOMAIN_OPEN_GRAPHICS.header(wire.CALL_WITH_FDS, 5, 0, len(body)) + body)
        socket.send_fds(talker.sock, [b"\0"], [writing])
        os.close(writing)
        assert talker.answer().status == wire.OK
        assert os.read(reading, 10) == b"drawn"
        assert os.read(reading, 10) == b""  # and closed
        os.close(reading)
        talker.call(remote.DOMAIN_OPEN_GRAPHICS_FD, 6, GUEST, 0, 0)
        assert talker.answer().kind == wire.REPLY_WITH_FDS
        assert os.read(talker.fds[0], 10) == b"pixels"
        os.close(talker.fds[0])


# --- events ------------------------------------------------------------------------------------------


def test_events_of_other_families_have_numbers_of_their_own() -> None:
    network = NETWORK.handle("default", bytes(16))
    with serving() as on:
        talker = on.opened()
        talker.call(remote.CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY, 2, 0, None)
        talker.call(remote.CONNECT_NETWORK_EVENT_REGISTER_ANY, 3, 0, network)
        assert {talker.answer().body for _ in range(2)} == {bytes(4)}
        on.loop.run(lambda: on.server.emit(NETWORK, 0, network, 2, 0))
        on.loop.run(lambda: on.server.emit(NETWORK, 0, NETWORK.handle("other", b"\1" * 16), 2, 0))
        on.loop.run(lambda: on.server.emit(DOMAIN, 0, GUEST, 2, 0))
        first, second = talker.answer(), talker.answer()
        assert first.number == remote.NETWORK_EVENT_LIFECYCLE.number
        assert remote.NETWORK_EVENT_LIFECYCLE.decode_reply(first.body, 0) == (0, network, 2, 0)
        assert second.number == remote.DOMAIN_EVENT_CALLBACK_LIFECYCLE.number


def test_clients_from_before_callback_ids() -> None:
    with serving() as on:
        talker = on.opened()
        talker.call(remote.CONNECT_DOMAIN_EVENT_REGISTER, 2)
        talker.call(remote.CONNECT_DOMAIN_EVENT_REGISTER_ANY, 3, 11)
        assert [talker.answer().status for _ in range(2)] == [wire.OK] * 2
        on.loop.run(lambda: on.server.emit(DOMAIN, 0, GUEST, 2, 1))
        on.loop.run(lambda: on.server.emit(DOMAIN, 11, GUEST, 7))
        lifecycle, wakeup = talker.answer(), talker.answer()
        assert lifecycle.number == remote.DOMAIN_EVENT_LIFECYCLE.number
        assert remote.DOMAIN_EVENT_LIFECYCLE.decode_reply(lifecycle.body, 0) == (GUEST, 2, 1)
        assert wakeup.number == remote.DOMAIN_EVENT_PMWAKEUP.number
        assert remote.DOMAIN_EVENT_PMWAKEUP.decode_reply(wakeup.body, 0) == GUEST
        talker.call(remote.CONNECT_DOMAIN_EVENT_DEREGISTER, 4)
        assert talker.answer().status == wire.OK
        on.loop.run(lambda: on.server.emit(DOMAIN, 0, GUEST, 2, 1))
        talker.is_served()


@pytest.mark.parametrize(
    ("event", "flags", "wanted"),
    [
        (None, 0, ["STOP", "RESUME", "stop"]),
        ("STOP", 0, ["STOP"]),
        ("stop", 2, ["STOP", "stop"]),
        ("S.O|RES", 1, ["STOP", "RESUME"]),
    ],
)
def test_events_of_the_monitor(event: str | None, flags: int, wanted: list[str]) -> None:
    with serving() as on:
        talker = on.opened()
        talker.call(qemu.CONNECT_DOMAIN_MONITOR_EVENT_REGISTER, 2, None, event, flags)
        assert talker.answer().status == wire.OK
        for name in ("STOP", "RESUME", "stop"):
            on.loop.run(partial(on.server.emit, MONITOR, 0, GUEST, name, 1, 2, None))
        for name in wanted:
            assert qemu.DOMAIN_MONITOR_EVENT.decode_reply(talker.answer().body, 0)[2] == name
        talker.is_served()


def test_a_hypervisor_that_is_lost() -> None:
    with serving() as on:
        talker, other = on.opened(), on.opened()
        talker.call(remote.CONNECT_REGISTER_CLOSE_CALLBACK, 2)
        talker.answer()
        on.loop.run(lambda: on.server.announce_closed(1))
        assert remote.CONNECT_EVENT_CONNECTION_CLOSED.decode_reply(talker.answer().body, 0) == 1
        talker.call(remote.CONNECT_UNREGISTER_CLOSE_CALLBACK, 3)
        talker.answer()
        on.loop.run(lambda: on.server.announce_closed(1))
        talker.is_served()
        other.is_served()


# --- streams -----------------------------------------------------------------------------------------


class Source(StreamHandler):
    def __init__(self, pieces: Sequence[bytes | int | None]) -> None:
        self.pieces = list(pieces)
        self.given = 0
        self.ended = ""

    def give(self, size: int) -> bytes | int | None:
        assert size == PACKET
        if not self.pieces:
            raise OperationFailed("no more")
        piece = self.pieces.pop(0)
        self.given += piece is not None
        return piece

    def finish(self) -> None:
        self.ended = "finish"

    def abort(self) -> None:
        self.ended = "abort"


class Sink(StreamHandler):
    def __init__(self) -> None:
        self.taken = b""
        self.takes = True
        self.ended = ""

    def take(self, data: bytes) -> bool:
        if self.takes:
            self.taken += data
        return self.takes

    def finish(self) -> None:
        self.ended = "finish"
        if self.taken == b"bad":
            raise OperationFailed("it did not arrive")

    def abort(self) -> None:
        self.ended = "abort"


def opening(on: Serving, procedure: Any, handler: StreamHandler) -> None:
    def handle(call: Call[None], *args: object) -> None:
        call.opens(handler)

    on.server.on(procedure, handle)


def begun(talker: Talker, procedure: Any, serial: int = 9) -> None:
    args = (VOLUME, 0, 0, 0)
    talker.call(procedure, serial, *args)
    assert talker.answer()[1:4] == (wire.REPLY, serial, wire.OK)


def test_a_download_has_one_packet_on_its_way() -> None:
    """However much there is: other answers come in between, and a client that does not read is given no more."""
    source = Source([bytes([number]) * PACKET for number in range(100)] + [b""])
    with serving() as on:
        opening(on, DOWNLOAD, source)
        talker, other = on.opened(), on.opened()
        begun(talker, DOWNLOAD)
        on.until(lambda: on.server.clients[0]._writing)
        for _ in range(3):
            other.is_served()
        assert source.given < 10
        assert on.server.clients[0].unsent <= PACKET + wire.HEADER_SIZE
        talker.call(remote.CONNECT_GET_URI, 10)
        data = b""
        answered_at = 0
        while (message := talker.answer()).body or message.kind != wire.STREAM:
            if message.kind == wire.STREAM:
                data += message.body
            else:
                answered_at = len(data)
        assert data == b"".join(bytes([number]) * PACKET for number in range(100))
        assert 0 < answered_at < len(data) / 2
        talker.stream(DOWNLOAD, 9, wire.OK)
        assert talker.answer()[1:] == (wire.STREAM, 9, wire.OK, b"")
        assert source.ended == "finish"


def test_data_that_comes_later_and_holes() -> None:
    source = Source([b"one", None, 4096, b"two", b""])
    with serving() as on:
        opening(on, DOWNLOAD, source)
        talker = on.opened()
        begun(talker, DOWNLOAD)
        assert talker.answer().body == b"one"
        talker.is_served()
        source.stream.more()
        hole, two, end = (talker.answer() for _ in range(3))
        assert (hole.kind, wire.HOLE.unpack(hole.body)) == (wire.STREAM_HOLE, (4096, 0))
        assert (two.body, end.body, end.status) == (b"two", b"", wire.CONTINUE)


def test_a_source_that_fails() -> None:
    with serving() as on:
        opening(on, DOWNLOAD, Source([b"one"]))
        talker = on.opened()
        begun(talker, DOWNLOAD)
        assert talker.answer().body == b"one"
        failed = talker.answer()
        assert (failed.kind, failed.status) == (wire.STREAM, wire.ERROR)
        talker.stream(DOWNLOAD, 9, wire.ERROR)  # crossed it
        talker.is_served()


def test_an_upload_that_is_not_taken_stops_its_client() -> None:
    """And nobody else. Once it is taken all of it arrives, in order."""
    sink = Sink()
    sink.takes = False
    data = random.Random(1).randbytes(40 * PACKET)
    with serving() as on:
        opening(on, UPLOAD, sink)
        talker, other = on.opened(), on.opened()
        begun(talker, UPLOAD)
        frames = b"".join(
            stream_frame(UPLOAD, 9, wire.CONTINUE, data[at : at + PACKET])
            for at in range(0, len(data), PACKET)
        ) + stream_frame(UPLOAD, 9, wire.OK)
        talker.sock.setblocking(False)
        sent = 0
        client = on.server.clients[0]
        while not client._stalled:
            try:
                sent += talker.sock.send(frames[sent:])
            except BlockingIOError:
                other.is_served()
        assert client.in_flight == 5
        assert sent < len(frames)
        other.is_served()
        sink.takes = True
        sink.stream.ready()
        talker.sock.settimeout(60)
        talker.sock.sendall(frames[sent:])
        assert talker.answer()[1:] == (wire.STREAM, 9, wire.OK, b"")
        assert (sink.taken == data, sink.ended, client.in_flight) == (True, "finish", 0)


def test_an_upload_that_did_not_arrive() -> None:
    sink = Sink()
    with serving() as on:
        opening(on, UPLOAD, sink)
        talker = on.opened()
        begun(talker, UPLOAD)
        talker.stream(UPLOAD, 9, wire.CONTINUE, b"bad")
        talker.stream(UPLOAD, 9, wire.OK)
        failed = talker.answer()
        assert (failed.kind, failed.status) == (wire.STREAM, wire.ERROR)
        assert b"it did not arrive" in failed.body
        talker.is_served()


@pytest.mark.parametrize("status", [wire.ERROR, 7])
def test_a_stream_that_the_client_breaks_off(status: int) -> None:
    sink = Sink()
    with serving() as on:
        opening(on, UPLOAD, sink)
        talker = on.opened()
        begun(talker, UPLOAD)
        talker.stream(UPLOAD, 9, status)
        answer = talker.answer()
        assert (answer.kind, answer.status) == (wire.STREAM, wire.OK if status == wire.ERROR else wire.ERROR)
        assert sink.ended == "abort"
        talker.is_served()


# --- clients that are none ---------------------------------------------------------------------------


def new(on: Serving) -> Talker:
    return on.connect()


def opened(on: Serving) -> Talker:
    return on.opened()


def registered(on: Serving) -> Talker:
    talker = on.opened()
    talker.call(remote.CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY, 2, 0, None)
    talker.answer()
    return talker


def in_a_call(on: Serving) -> Talker:
    on.server.on(remote.DOMAIN_CREATE, lambda call, domain: LATER)
    talker = on.opened()
    talker.call(remote.DOMAIN_CREATE, 5, GUEST)
    client = on.server.clients[-1]
    on.until(lambda: client.in_flight)
    return talker


def with_all_its_calls(on: Serving) -> Talker:
    on.server.on(remote.DOMAIN_CREATE, lambda call, domain: LATER)
    talker = on.opened()
    for serial in range(10):
        talker.call(remote.DOMAIN_CREATE, serial, GUEST)
    client = on.server.clients[-1]
    on.until(lambda: client._stalled)
    return talker


def downloading(on: Serving) -> Talker:
    opening(on, DOWNLOAD, Source([bytes(PACKET)] * 1000))
    talker = on.opened()
    talker.call(DOWNLOAD, 9, VOLUME, 0, 0, 0)
    client = on.server.clients[-1]
    on.until(lambda: client._writing)
    return talker


def uploading(on: Serving) -> Talker:
    sink = Sink()
    sink.takes = False
    opening(on, UPLOAD, sink)
    talker = on.opened()
    begun(talker, UPLOAD)
    for _ in range(3):
        talker.stream(UPLOAD, 9, wire.CONTINUE, b"data")
    client = on.server.clients[-1]
    on.until(lambda: client.in_flight == 3)
    return talker


STATES = [new, opened, registered, in_a_call, with_all_its_calls, downloading, uploading]


def vanishes(talker: Talker) -> None:
    talker.sock.close()


def sends_rubbish(talker: Talker) -> None:
    talker.sock.sendall(random.Random(2).randbytes(1000))
    talker.sock.close()


def sends_half_a_frame(talker: Talker) -> None:
    talker.sock.sendall(call_frame(remote.DOMAIN_CREATE, 6, GUEST)[:-5])
    talker.sock.close()


def ends_its_side(talker: Talker) -> None:
    talker.sock.shutdown(socket.SHUT_WR)
    while talker.sock.recv(262144):
        pass


@pytest.mark.parametrize(
    ("state", "does"),
    [
        (state, does)
        for state in STATES
        for does in (vanishes, sends_rubbish, sends_half_a_frame, ends_its_side)
        # From one that has all its calls nothing is read, and it is still there.
        if (state, does) != (with_all_its_calls, ends_its_side)
    ],
)
def test_nobody_else_notices(
    belongings: Belongings, state: Callable[[Serving], Talker], does: Callable[[Talker], None]
) -> None:
    with serving() as on:
        other = on.opened()
        bad = state(on)
        other.is_served()
        does(bad)
        other.is_served()
        on.until(lambda: len(on.server.clients) == 1)
        on.loop.run(lambda: on.server.emit(DOMAIN, 0, GUEST, 2, 0))
        other.is_served()


def test_descriptors_that_nobody_asked_for(belongings: Belongings) -> None:
    """More than a message carries, or with no message at all: hung up on, and closed."""
    with serving() as on:
        for count, data in (
            (1, call_frame(remote.CONNECT_GET_URI, 5)),
            (40, call_frame(remote.CONNECT_GET_URI, 5)),
        ):
            talker = on.opened()
            socket.send_fds(talker.sock, [data], [talker.sock.fileno()] * count)
            while talker.next() is not None:
                pass
        on.until(lambda: not on.server.clients)


def test_calls_before_rubbish_are_answered() -> None:
    with serving() as on:
        talker = on.opened()
        calls = [call_frame(remote.CONNECT_GET_URI, serial) for serial in (5, 6)]
        talker.sock.sendall(b"".join(calls) + bytes(64))
        assert [talker.answer().serial, talker.answer().serial] == [5, 6]
        assert talker.next() is None


def test_errors_in_words_that_no_frame_carries() -> None:
    def fail(call: Call[str]) -> str:
        raise Error("a\0b")

    with serving() as on:
        on.server.on(remote.CONNECT_GET_HOSTNAME, fail)
        talker = on.opened()
        talker.call(remote.CONNECT_GET_HOSTNAME, 3)
        assert talker.answer().status == wire.ERROR
        assert len(on.failures) == 1
        on.failures.clear()
