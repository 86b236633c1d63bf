"""The session without I/O: tables of (bytes in, what is filed), whole, byte by byte, and with more behind."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysvirt._generated.schema import LIMITS
from sysvirt._protocol import frame as wire
from sysvirt._protocol.procedure import Procedure
from sysvirt._protocol.table import keepalive, lxc, qemu, remote
from sysvirt._session.call import ADMITTED, DONE, Call, Waiter
from sysvirt._session.stream import FRAME_COST, StreamState
from sysvirt.errors import (
    CallTimeout,
    ConnectionClosed,
    ConnectionLost,
    Error,
    NoDomain,
    NoSupport,
    OperationTimeout,
    ProtocolError,
)
from tests.protocol.reference import examples
from tests.session.client import Client, with_fds
from tests.session.peer import (
    LIFECYCLE,
    PING,
    PONG,
    error_body,
    error_frame,
    event_frame,
    fds_frame,
    guest,
    reply_frame,
    stream_frame,
)

VERSION = remote.CONNECT_GET_LIB_VERSION
HOSTNAME = remote.CONNECT_GET_HOSTNAME
CONSOLE = remote.DOMAIN_OPEN_CONSOLE
GRAPHICS = remote.DOMAIN_OPEN_GRAPHICS_FD
PROGRAM = remote.CONNECT_OPEN.program


class Case(NamedTuple):
    name: str
    data: bytes
    expected: dict[str, Any]
    calls: tuple[tuple[Procedure[..., Any], tuple[Any, ...]], ...] = ()


def client_of(case: Case) -> Client:
    client = Client()
    for procedure, args in case.calls:
        stream = StreamState() if procedure.reads_stream or procedure.writes_stream else None
        client.call(procedure, *args, stream=stream)
    return client


def header(
    length: int = 28,
    program: int = PROGRAM,
    version: int = 1,
    number: int = VERSION.number,
    kind: int = wire.REPLY,
    serial: int = 1,
    status: int = wire.OK,
) -> bytes:
    return wire.HEADER.pack(length, program, version, number, kind, serial, status)


OPEN = ((CONSOLE, (guest(), None, 0)),)
TWO = ((VERSION, ()), (HOSTNAME, ()))
OPENED = {1: None}
DATA, HOLE = wire.STREAM, wire.STREAM_HOLE
ACCEPTED = reply_frame(CONSOLE, 1)

GOOD = [
    Case("nothing", b"", {}, TWO),
    Case("reply", reply_frame(VERSION, 1, 9000000), {"replies": {1: 9000000}}, TWO),
    Case(
        "replies in another order",
        reply_frame(HOSTNAME, 2, "host") + reply_frame(VERSION, 1, 9),
        {"replies": {1: 9, 2: "host"}},
        TWO,
    ),
    Case("no fields", reply_frame(remote.CONNECT_CLOSE, 1), {"replies": {1: None}}, ((remote.CONNECT_CLOSE, ()),)),
    Case(
        "error",
        error_frame(VERSION, 1, "no domain with matching name 'x'", 42),
        {"replies": {1: (NoDomain, "no domain with matching name 'x'")}},
        TWO,
    ),
    Case("an error of unknown code", error_frame(VERSION, 1, "new", 4711), {"replies": {1: (Error, "new")}}, TWO),
    Case(
        "a procedure the daemon does not know",
        error_frame(VERSION, 1, "unknown procedure: 157", 39),
        {
            "replies": {
                1: (NoSupport, "this daemon is too old for CONNECT_GET_LIB_VERSION: unknown procedure: 157")
            }
        },
        TWO,
    ),
    Case(
        "the other programs",
        reply_frame(qemu.DOMAIN_MONITOR_COMMAND, 1, "{}") + reply_frame(lxc.DOMAIN_OPEN_NAMESPACE, 2),
        {"replies": {1: "{}", 2: None}},
        ((qemu.DOMAIN_MONITOR_COMMAND, (guest(1), "{}", 0)), (lxc.DOMAIN_OPEN_NAMESPACE, (guest(2), 0))),
    ),
    Case("ping", PING, {"control_frames": [PONG]}),
    Case("pong", PONG, {}),
    Case(
        "event",
        LIFECYCLE,
        {"events": [(PROGRAM, remote.DOMAIN_EVENT_CALLBACK_LIFECYCLE.number, LIFECYCLE[28:])]},
    ),
    Case(
        "an event this release does not know",
        header(32, number=9999, kind=wire.MESSAGE, serial=0) + b"\0\0\0\1",
        {"events": [(PROGRAM, 9999, b"\0\0\0\1")]},
    ),
    Case(
        "events, pings and replies mixed",
        LIFECYCLE + reply_frame(VERSION, 1, 9) + PING + LIFECYCLE + PING + reply_frame(HOSTNAME, 2, "h"),
        {
            "replies": {1: 9, 2: "h"},
            "control_frames": [PONG],  # one for all that nobody has sent yet
            "events": [(PROGRAM, remote.DOMAIN_EVENT_CALLBACK_LIFECYCLE.number, LIFECYCLE[28:])] * 2,
        },
        TWO,
    ),
    Case(
        "a reply with no descriptors",
        fds_frame(GRAPHICS, 1, 0),
        {"replies": {1: None}},
        ((GRAPHICS, (guest(), 0, 0)),),
    ),
    Case(
        "stream data behind the reply",
        ACCEPTED + stream_frame(CONSOLE, 1, wire.CONTINUE, b"boot") + stream_frame(CONSOLE, 1, wire.CONTINUE, b"ing"),
        {"replies": OPENED, "streams": [(DATA, wire.CONTINUE, b"boot"), (DATA, wire.CONTINUE, b"ing")]},
        OPEN,
    ),
    Case(
        "stream data before the reply",
        stream_frame(CONSOLE, 1, wire.CONTINUE, b"boot") + ACCEPTED,
        {"replies": OPENED, "streams": [(DATA, wire.CONTINUE, b"boot")]},
        OPEN,
    ),
    Case(
        "the end of the data",
        ACCEPTED + stream_frame(CONSOLE, 1, wire.CONTINUE),
        {"replies": OPENED, "streams": [(DATA, wire.CONTINUE, b"")]},
        OPEN,
    ),
    Case(
        "the end of the stream",
        ACCEPTED + stream_frame(CONSOLE, 1, wire.OK),
        {"replies": OPENED, "streams": [(DATA, wire.OK, b"")]},
        OPEN,
    ),
    Case(
        "more of a stream behind its end",
        ACCEPTED + stream_frame(CONSOLE, 1, wire.OK) + stream_frame(CONSOLE, 1, wire.CONTINUE, b"x"),
        {"replies": OPENED, "streams": [(DATA, wire.OK, b"")]},
        OPEN,
    ),
    Case(
        "the error of a stream",
        ACCEPTED + stream_frame(CONSOLE, 1, wire.ERROR, error_body("broken")),
        {"replies": OPENED, "streams": [(DATA, wire.ERROR, error_body("broken"))]},
        OPEN,
    ),
    Case(
        "a hole",
        ACCEPTED + stream_frame(CONSOLE, 1, wire.CONTINUE, wire.HOLE.pack(1 << 40, 0), HOLE),
        {"replies": OPENED, "streams": [(HOLE, wire.CONTINUE, wire.HOLE.pack(1 << 40, 0))]},
        OPEN,
    ),
    Case(
        "a hole that the daemon could not make",
        ACCEPTED + error_frame(CONSOLE, 1, "no room"),
        {"replies": OPENED, "streams": [(DATA, wire.ERROR, error_body("no room"))]},
        OPEN,
    ),
    Case(
        "the error of a stream as a hole",
        ACCEPTED + stream_frame(CONSOLE, 1, wire.ERROR, error_body("broken"), HOLE),
        {"replies": OPENED, "streams": [(HOLE, wire.ERROR, error_body("broken"))]},
        OPEN,
    ),
    Case(
        "a stream that is not opened",
        error_frame(CONSOLE, 1, "no console"),
        {"replies": {1: (Error, "no console")}},
        OPEN,
    ),
]  # fmt: skip

TOO_LONG = LIMITS["VIR_NET_MESSAGE_MAX"] + LIMITS["VIR_NET_MESSAGE_LEN_MAX"] + 1
ANY = ((VERSION, ()),)
BAD = [
    Case("length of nothing", header(0), {}, ANY),
    Case("length below a header", header(27), {}, ANY),
    Case("length beyond the limit", header(TOO_LONG), {}, ANY),
    Case("length of all ones", b"\xff" * 28, {}, ANY),
    Case("unknown program", header(program=PROGRAM + 17), {}, ANY),
    Case("unknown version", header(version=2), {}, ANY),
    Case(
        "unknown version of keepalive",
        header(program=keepalive.PING.program, version=2, kind=wire.MESSAGE),
        {},
    ),
    Case("text", b"HTTP/1.1 400 Bad Request\r\n\r\n", {}, ANY),
    Case("reply to no call", reply_frame(VERSION, 2, 9), {}, ANY),
    Case("reply with serial 0", reply_frame(VERSION, 0, 9), {}, ANY),
    Case("error for no call", error_frame(VERSION, 2, "x"), {}, ANY),
    Case("reply of another procedure", reply_frame(HOSTNAME, 1, "h"), {}, ANY),
    Case(
        "reply of another program",
        header(program=qemu.DOMAIN_ATTACH.program) + b"",
        {},
        ANY,
    ),
    Case("reply to be continued", header(status=wire.CONTINUE), {}, ANY),
    Case("reply of status 3", header(status=3), {}, ANY),
    Case("reply of status -1", header(status=-1), {}, ANY),
    Case("a call", header(kind=wire.CALL), {}, ANY),
    Case("a call with descriptors", header(kind=wire.CALL_WITH_FDS), {}, ANY),
    Case("type 7", header(kind=7), {}, ANY),
    Case("type -1", header(kind=-1), {}, ANY),
    Case("descriptors without a count", header(kind=wire.REPLY_WITH_FDS), {}, ANY),
    Case("33 descriptors", fds_frame(VERSION, 1, 33, 9), {}, ANY),
    Case("descriptors that did not come", fds_frame(VERSION, 1, 1, 9) + b"\0", {}, ANY),
    Case("stream data of no stream", stream_frame(CONSOLE, 1, wire.CONTINUE, b"x"), {}, ANY),
    Case("stream data of another serial", stream_frame(CONSOLE, 2, wire.CONTINUE, b"x"), {}, OPEN),
    Case("stream data of another procedure", stream_frame(VERSION, 1, wire.CONTINUE, b"x"), {}, OPEN),
    Case("stream data of status 3", stream_frame(CONSOLE, 1, 3), {}, OPEN),
    Case("a hole of 4 bytes", stream_frame(CONSOLE, 1, wire.CONTINUE, b"1234", HOLE), {}, OPEN),
    Case("a hole of 16 bytes", stream_frame(CONSOLE, 1, wire.CONTINUE, bytes(16), HOLE), {}, OPEN),
    Case("a second reply", reply_frame(VERSION, 1, 9) * 2, {}, ANY),
    Case("a second reply to who opened a stream", ACCEPTED * 2, {}, OPEN),
]

# What may come behind without a change: parts of a frame, and a whole one that says nothing.
TRAILING = [b"", b"\0", header(64)[:4], header(64)[:27], header(64), PONG, PONG + header(40)[:13]]


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
class TestFiled:
    def test_whole(self, case: Case) -> None:
        client = client_of(case)
        client.feed(*filter(None, [case.data]))  # an empty chunk is the end of the file
        assert client.outcome() == case.expected

    def test_byte_by_byte(self, case: Case) -> None:
        client = client_of(case)
        client.feed(*(case.data[i : i + 1] for i in range(len(case.data))))
        assert client.outcome() == case.expected

    @pytest.mark.parametrize("trailing", TRAILING, ids=len)
    def test_with_more_behind(self, case: Case, trailing: bytes) -> None:
        client = client_of(case)
        client.feed(*filter(None, [case.data + trailing]))
        assert client.outcome() == case.expected

    def test_cut_in_two_everywhere(self, case: Case) -> None:
        for cut in range(1, len(case.data)):
            client = client_of(case)
            client.feed(case.data[:cut], case.data[cut:])
            assert client.outcome() == case.expected

    def test_then_the_end(self, case: Case) -> None:
        client = client_of(case)
        client.feed(case.data, b"")
        found = client.outcome()
        assert found.pop("error") == (ConnectionLost, "the daemon closed the connection")
        for what in ("events", "control_frames", "streams"):
            assert found.get(what) == case.expected.get(what)
        for serial, result in case.expected.get("replies", {}).items():
            assert found["replies"][serial] == result

    def test_the_end_in_the_middle(self, case: Case) -> None:
        for cut in range(1, len(case.data)):
            client = client_of(case)
            client.feed(case.data[:cut], b"")
            assert client.outcome()["error"][0] is ConnectionLost
            assert all(call.ready for call in client.calls)


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
class TestRefused:
    def check(self, case: Case, *parts: bytes) -> None:
        client = client_of(case)
        client.feed(*parts)
        error = client.session.error
        assert type(error) is ProtocolError
        assert all(call.ready for call in client.calls)
        with pytest.raises(ProtocolError) as caught:
            client.session.check()
        assert caught.value.message == error.message
        with pytest.raises(ProtocolError):
            client.session.enter(Call(VERSION, ()))
        client.feed(PING, b"")  # what comes after is not looked at
        assert client.session.error is error
        assert not client.session.control_frames

    def test_whole(self, case: Case) -> None:
        self.check(case, case.data)

    def test_byte_by_byte(self, case: Case) -> None:
        self.check(case, *(case.data[i : i + 1] for i in range(len(case.data))))

    def test_with_more_behind(self, case: Case) -> None:
        self.check(case, case.data + PING + bytes(100))


def test_a_length_beyond_the_limit_is_refused_before_the_rest_comes() -> None:
    client = Client()
    client.feed(TOO_LONG.to_bytes(4, "big"))
    assert type(client.session.error) is ProtocolError


def test_the_longest_frame_is_taken() -> None:
    client = Client()
    call = client.call(remote.DOMAIN_MEMORY_PEEK, guest(), 0, 0, 0)
    size = TOO_LONG - 1 - 28
    client.feed(header(TOO_LONG - 1, number=call.procedure.number), *[bytes(1 << 20)] * (size >> 20))
    assert not call.ready
    client.feed(bytes(size & ((1 << 20) - 1)))
    assert call.state == DONE
    assert client.session.error is None


def test_a_reply_that_does_not_decode_ends_the_session() -> None:
    client = Client()
    call, other = client.call(VERSION), client.call(HOSTNAME)
    client.feed(header(30) + b"\0\1")
    assert client.session.error is None
    with pytest.raises(ProtocolError) as caught:
        client.session.result(call)
    assert "in the reply to CONNECT_GET_LIB_VERSION" in caught.value.__notes__
    assert other.ready
    with pytest.raises(ProtocolError, match="CONNECT_GET_HOSTNAME: its outcome is unknown") as caught:
        client.session.result(other)
    assert "in the reply to CONNECT_GET_LIB_VERSION" in caught.value.__notes__


def test_an_error_that_does_not_decode_ends_the_session() -> None:
    client = Client()
    call = client.call(VERSION)
    client.feed(header(30, status=wire.ERROR) + b"\0\1")
    with pytest.raises(ProtocolError) as caught:
        client.session.result(call)
    assert "in the error for CONNECT_GET_LIB_VERSION" in caught.value.__notes__
    assert client.session.error is not None


@pytest.mark.slow
@examples(200)
@given(st.lists(st.sampled_from(GOOD), min_size=1, max_size=6), st.data())
def test_any_cuts_make_no_difference(cases: list[Case], draw: st.DataObject) -> None:
    """Several conversations on one session, in pieces of any size."""
    client = Client()
    frames = []
    for case in cases:
        if len(case.calls) == 2 and case.calls[0][0] is VERSION:
            first = client.call(VERSION)
            frames += [reply_frame(VERSION, first.serial, first.serial), LIFECYCLE, PING]
        else:
            stream = StreamState()
            opened = client.call(CONSOLE, guest(first_free(client)), None, 0, stream=stream)
            frames += [
                reply_frame(CONSOLE, opened.serial),
                stream_frame(CONSOLE, opened.serial, wire.CONTINUE, bytes(opened.serial)),
                stream_frame(CONSOLE, opened.serial, wire.OK),
            ]
        data = b"".join(frames)
        cuts = sorted(draw.draw(st.lists(st.integers(0, len(data)), max_size=5)))
        pieces = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True) if a < b]
        client.feed(*pieces)
        frames.clear()
    assert client.session.error is None
    for call in client.calls:
        assert client.session.result(call) == (call.serial if call.procedure is VERSION else None)
        if call.stream is not None:
            assert [body[at:] for _, _, body, at in call.stream.frames.values()] == [bytes(call.serial), b""]
    assert not client.session.pending
    assert not client.session.streams
    assert not client.session.chunks


def first_free(client: Client) -> int:
    return len(client.calls) + 1


# --- descriptors -----------------------------------------------------------------------------------


@pytest.mark.parametrize("behind", [b"", PING, LIFECYCLE + header()[:9]], ids=["alone", "ping", "part"])
def test_fillers_are_no_part_of_what_follows(two_fds: list[int], behind: bytes) -> None:
    frame = fds_frame(GRAPHICS, 1, 2)
    data = frame + b"\0\0" + behind
    try:
        for cut in range(1, len(data)):
            came = max(0, min(2, cut - len(frame)))  # a descriptor comes with its filler
            client = Client()
            call = client.call(GRAPHICS, guest(), 0, 0)
            with_fds(client, [(data[:cut], two_fds[:came]), (data[cut:], two_fds[came:])])
            assert client.session.error is None
            assert call.fds_in == two_fds
            assert client.session.fds == []
            assert client.session.control_frames == ([PONG] if behind == PING else [])
    finally:
        for fd in two_fds:
            os.close(fd)


def test_nothing_is_filed_before_the_last_filler(two_fds: list[int]) -> None:
    try:
        client = Client()
        call = client.call(GRAPHICS, guest(), 0, 0)
        with_fds(client, [(fds_frame(GRAPHICS, 1, 2), []), (b"\0", two_fds[:1])])
        assert not call.ready
        with_fds(client, [(b"\0", two_fds[1:])])
        assert call.fds_in == two_fds
    finally:
        for fd in two_fds:
            os.close(fd)


def test_descriptors_of_no_message_are_refused(two_fds: list[int]) -> None:
    client = Client()
    client.call(VERSION)
    with_fds(client, [(reply_frame(VERSION, 1, 9), two_fds)])
    assert type(client.session.error) is ProtocolError
    client.session.close_leftover_fds()
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(two_fds[0])


def test_descriptors_of_a_late_reply_are_closed(two_fds: list[int]) -> None:
    client = Client()
    call = client.call(GRAPHICS, guest(), 0, 0)
    call.state += 1  # sent
    client.session.abandon(call)
    with_fds(client, [(fds_frame(GRAPHICS, 1, 2) + b"\0\0", two_fds)])
    for fd in two_fds:
        with pytest.raises(OSError, match="Bad file"):
            os.fstat(fd)


def test_who_gives_up_when_the_reply_has_just_come_leaves_nothing(two_fds: list[int]) -> None:
    client = Client()
    call = client.call(GRAPHICS, guest(), 0, 0)
    call.state += 1  # sent
    with_fds(client, [(fds_frame(GRAPHICS, 1, 2) + b"\0\0", two_fds)])
    console = client.call(CONSOLE, guest(), None, 0, stream=StreamState())
    client.feed(reply_frame(CONSOLE, console.serial))
    client.session.abandon(call)
    client.session.abandon(console)
    for fd in two_fds:
        with pytest.raises(OSError, match="Bad file"):
            os.fstat(fd)
    assert client.session.control_frames == [stream_frame(CONSOLE, console.serial, wire.ERROR)]


def test_descriptors_of_a_session_that_ended_are_closed(two_fds: list[int]) -> None:
    client = Client()
    client.call(GRAPHICS, guest(), 0, 0)
    with_fds(client, [(fds_frame(GRAPHICS, 1, 2) + b"\0", two_fds), (b"", [])])
    client.session.close_leftover_fds()
    for fd in two_fds:
        with pytest.raises(OSError, match="Bad file"):
            os.fstat(fd)


# --- serials, giving up, the end -------------------------------------------------------------------


def test_serials_go_round_and_leave_out_what_is_in_use() -> None:
    client = Client()
    first = client.call(VERSION)
    stream = StreamState()
    opened = client.call(CONSOLE, guest(), None, 0, stream=stream)
    client.feed(reply_frame(CONSOLE, opened.serial))
    client.session.serial = 0xFFFFFFFE
    serials = [client.call(VERSION).serial for _ in range(3)]
    assert (first.serial, opened.serial) == (1, 2)
    assert serials == [0xFFFFFFFF, 3, 4]  # not 0, which is for events
    client.session.serial = 0
    with client.session.lock:
        assert client.session.make_call_no_reply(remote.CONNECT_CLOSE).serial == 5


def test_the_frame_of_a_call() -> None:
    client = Client()
    call = client.call(remote.DOMAIN_GET_INFO, guest())
    assert call.data == wire.frame(PROGRAM, 1, 16, wire.CALL, 1, wire.OK, guest())
    assert Call(remote.DOMAIN_GET_INFO, (guest(),)).data == b""


def test_a_call_given_up_before_it_was_sent_leaves_nothing() -> None:
    client = Client()
    call = client.call(CONSOLE, guest(), None, 0, stream=StreamState())
    call.state = ADMITTED  # no byte has left
    client.session.abandon(call)
    assert not client.session.pending
    assert not client.session.streams
    assert type(client.session.timeout_error(call)) is CallTimeout
    assert client.session.timeout_error(call).sent == "no"  # type: ignore[attr-defined]


def test_a_late_reply_is_dropped() -> None:
    client = Client()
    late, other = client.call(VERSION), client.call(HOSTNAME)
    late.state += 1
    client.session.abandon(late)
    assert client.session.timeout_error(late).sent == "unknown"  # type: ignore[attr-defined]
    assert late.serial in client.session.pending  # its serial is not to be used again
    client.feed(reply_frame(VERSION, late.serial, 9) + reply_frame(HOSTNAME, other.serial, "h"))
    assert client.session.result(other) == "h"
    assert not client.session.pending
    assert client.session.error is None


def test_a_late_refusal_leaves_nothing_to_be_taken_back() -> None:
    client = Client()
    register = remote.CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY
    client.session.undo[register] = remote.CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY
    for serial in (1, 2):
        call = client.call(register, 0, None)
        call.state += 1
        client.session.abandon(call)
        client.feed(error_frame(register, 1, "no") if serial == 1 else reply_frame(register, 2, 7))
        assert client.session.error is None
        assert len(client.session.control_frames) == serial - 1


def test_a_stream_that_the_daemon_knows_nothing_of_is_not_aborted() -> None:
    """Its call was given up before a byte of it had left, by somebody who was struck behind that."""
    client = Client()
    stream = StreamState()
    call = client.call(CONSOLE, guest(), None, 0, stream=stream)
    call.abandoned = True
    client.session.abandoned_calls[call] = None
    client.session.abort_stream(stream)
    assert not client.session.control_frames
    assert not client.session.streams


def test_a_stream_opened_by_a_late_reply_is_aborted() -> None:
    client = Client()
    call = client.call(CONSOLE, guest(), None, 0, stream=StreamState())
    call.state += 1
    client.session.abandon(call)
    client.feed(reply_frame(CONSOLE, 1) + stream_frame(CONSOLE, 1, wire.CONTINUE, b"data"))
    assert client.session.control_frames == [stream_frame(CONSOLE, 1, wire.ERROR)]
    assert call.stream is not None
    assert not call.stream.frames  # what still comes is dropped
    client.feed(stream_frame(CONSOLE, 1, wire.ERROR, error_body("aborted")))
    assert not client.session.streams
    assert client.session.error is None


def test_a_stream_that_nobody_reads_is_aborted_at_its_bound() -> None:
    client = Client()
    stream = StreamState(limit=FRAME_COST + 1000)
    call = client.call(CONSOLE, guest(), None, 0, stream=stream)
    client.feed(reply_frame(CONSOLE, 1))
    client.feed(stream_frame(CONSOLE, 1, wire.CONTINUE, bytes(1000)))
    assert not client.session.control_frames
    client.feed(stream_frame(CONSOLE, 1, wire.CONTINUE, bytes(1)))
    assert client.session.control_frames == [stream_frame(CONSOLE, 1, wire.ERROR)]
    assert stream.overflowed
    client.feed(stream_frame(CONSOLE, 1, wire.CONTINUE, bytes(100000)))
    assert client.session.control_frames == [stream_frame(CONSOLE, 1, wire.ERROR)]  # once
    assert stream.buffered == 0
    assert client.session.result(call) is None


def test_a_stream_that_is_not_opened_is_none() -> None:
    client = Client()
    client.call(CONSOLE, guest(), None, 0, stream=StreamState())
    client.feed(error_frame(CONSOLE, 1, "no console"))
    assert not client.session.streams
    client.feed(stream_frame(CONSOLE, 1, wire.CONTINUE, b"x"))
    assert type(client.session.error) is ProtocolError


@pytest.mark.parametrize("how", ["aborted", "dropped", "lost"])
def test_who_waits_for_a_stream_that_is_aborted_is_told(how: str) -> None:
    """Its callback and whoever receives."""
    client = Client()
    stream = StreamState()
    told: list[bool] = []
    client.call(CONSOLE, guest(), None, 0, stream=stream)
    client.feed(reply_frame(CONSOLE, 1))
    stream.on_arrival = lambda: told.append(stream.ready)
    stream.wake = object()
    client.notified.clear()
    if how == "aborted":
        client.session.abort_stream(stream)
    elif how == "lost":
        client.session.lost(ConnectionLost("gone"))
    else:
        client.session.forgotten.append(stream)
        client.session.recheck()
    assert told == [True]
    assert set(client.notified) == {stream}


@pytest.mark.parametrize("what", ["dropped", "given up"])
def test_the_next_call_does_what_was_left_undone(what: str) -> None:
    """By somebody who was struck, or by a finalizer."""
    client = Client()
    stream = StreamState()
    opened = client.call(CONSOLE, guest(), None, 0, stream=stream)
    opened.state += 1
    if what == "dropped":
        client.feed(reply_frame(CONSOLE, 1))
        client.session.forgotten.append(stream)
    else:
        client.session.abandoned_calls[opened] = None
    client.call(VERSION)
    assert stream.abandoned
    assert not client.session.forgotten
    assert not client.session.abandoned_calls
    assert client.session.control_frames == (
        [stream_frame(CONSOLE, 1, wire.ERROR)] if what == "dropped" else []
    )


def test_a_place_that_was_not_given_back_is_had_by_the_next() -> None:
    """Its call is answered, and whoever received the reply was struck before it released the place."""
    client = Client()
    first = client.call(remote.DOMAIN_GET_BLOCK_INFO, guest(), "vda", 0)
    session = client.session
    session.chunks.append(reply_frame(remote.DOMAIN_GET_BLOCK_INFO, 1, 1, 2, 3))
    assert session._file_frame()
    assert first.ready
    assert session.enter(Call(remote.DOMAIN_GET_BLOCK_INFO, (guest(), "vda", 0)))


def test_whoever_waits_is_woken_by_the_end() -> None:
    client = Client()
    calls = [client.call(remote.DOMAIN_GET_BLOCK_INFO, guest(n), "vda", 0) for n in range(1, 4)]
    waiting = Call(remote.DOMAIN_GET_BLOCK_INFO, (guest(9), "vda", 0))
    assert not client.session.enter(waiting)
    stream, events = StreamState(), Waiter()
    client.session.streams[99] = stream
    client.session.others[events] = None
    client.session.lost(ConnectionClosed("the connection was closed"))
    assert set(client.notified) >= {*calls, waiting, stream, events}
    assert all(waiter.ready for waiter in client.notified)
    late = Call(VERSION, ())
    for call, fate, sent in [
        (calls[0], "its outcome is unknown", "unknown"),
        (waiting, "it was not sent", "no"),
        (late, "it was not sent", "no"),
    ]:
        with pytest.raises(ConnectionClosed, match=f"the connection was closed; .*: {fate}") as caught:
            client.session.enter(call) if call is late else client.session.result(call)
        assert caught.value.sent == sent


def test_the_first_error_is_what_everybody_gets() -> None:
    client = Client()
    client.session.lost(ConnectionLost("first"))
    client.session.lost(ConnectionClosed("second"))
    errors = []
    for _ in range(2):
        with pytest.raises(ConnectionLost, match="first") as caught:
            client.session.check()
        errors.append(caught.value)
    assert errors[0] is not errors[1]  # each raise has its own traceback


def test_the_end_is_seen_behind_replies_that_were_not_looked_at() -> None:
    # An interrupt can leave bytes unprocessed, and the end of file is then already behind them.
    client = Client()
    call = client.call(VERSION)
    data = reply_frame(VERSION, 1, 9)
    client.session.chunks += [data[:10], data[10:20], data[20:], b""]
    client.session.process()
    assert client.session.result(call) == 9
    assert client.session.error is not None


def test_a_daemon_is_crowded_by_one_call_more_than_it_reads_beside() -> None:
    client = Client()
    for _ in range(client.session._max_in_flight):
        client.call(VERSION)
    assert not client.session.saturated()
    client.call(VERSION)
    assert client.session.saturated()


def test_received_counts_frames() -> None:
    client = Client()
    client.call(VERSION)
    client.feed(PING + LIFECYCLE + reply_frame(VERSION, 1, 9) + PONG[:5])
    assert client.session.received == 3


def test_attention_is_for_events_only() -> None:
    client = Client()
    client.feed(PING)
    assert not client.session.events_pending
    client.feed(event_frame(remote.DOMAIN_EVENT_CALLBACK_REBOOT, 1, (guest(),)))
    assert client.session.events_pending


def test_a_queued_call_names_who_holds_it_up() -> None:
    client = Client()
    client.call(remote.DOMAIN_GET_BLOCK_INFO, guest(), "vda", 0)
    waiting = Call(remote.DOMAIN_BLOCK_STATS, (guest(), "vda"))
    assert not client.session.enter(waiting)
    error = client.session.timeout_error(waiting)
    assert isinstance(error, OperationTimeout)
    assert "behind DOMAIN_GET_BLOCK_INFO" in error.message
    assert error.sent == "no"  # type: ignore[attr-defined]
