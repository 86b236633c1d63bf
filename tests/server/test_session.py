"""The server's side of a session as tables of bytes: whole, in pieces, and with what no client sends behind."""

from __future__ import annotations

from typing import Any, TypeAlias

import pytest

from sysvirt._protocol import frame as wire
from sysvirt._protocol.table import keepalive, qemu, remote
from sysvirt._protocol.xdr import compile_decoder
from sysvirt._server.session import Request, ServerSession, StreamInput
from sysvirt.errors import OperationFailed, ProtocolError, RPCError, from_wire
from tests.session.peer import guest

Message: TypeAlias = Request | StreamInput

GUEST = guest()
DOWNLOAD = remote.STORAGE_VOL_DOWNLOAD
PROGRAM = remote.CONNECT_OPEN.program


def call_frame(procedure: Any, serial: int, *args: object, fds: int = 0) -> bytes:
    body = procedure.encode_call(*args)
    kind = wire.CALL
    if fds:
        kind, body = wire.CALL_WITH_FDS, wire.COUNT.pack(fds) + body
    return wire.frame(procedure.program, procedure.version, procedure.number, kind, serial, 0, body)


def stream_frame(serial: int, status: int, body: bytes = b"", kind: int = wire.STREAM) -> bytes:
    return wire.frame(DOWNLOAD.program, 1, DOWNLOAD.number, kind, serial, status, body)


def opened(**options: bool) -> ServerSession:
    server = ServerSession(**options)
    (request,) = received(server, call_frame(remote.CONNECT_OPEN, 1, "test:///default", 0))
    assert isinstance(request, Request)
    server.reply(request)
    return server


def received(server: ServerSession, data: bytes, fds: tuple[int, ...] = ()) -> list[Message]:
    server.feed(data, fds)
    found: list[Message] = []
    while (message := server.next()) is not None:
        found.append(message)
    return found


def refusals(server: ServerSession) -> list[Any]:
    return [wire.HEADER.unpack_from(frame)[1:] for frame in server.control_frames]


def test_calls_in_any_pieces() -> None:
    data = (
        call_frame(remote.CONNECT_GET_URI, 1)
        + call_frame(qemu.DOMAIN_MONITOR_COMMAND, 2, GUEST, "info", 0)
        + wire.frame(keepalive.PING.program, 1, 1, wire.MESSAGE, 0, 0, b"")
        + call_frame(remote.DOMAIN_OPEN_GRAPHICS, 3, GUEST, 0, 0, fds=1)
        + b"\0"
        + call_frame(remote.CONNECT_GET_HOSTNAME, 4)
    )
    filler = data.index(b"\0" + call_frame(remote.CONNECT_GET_HOSTNAME, 4))
    for step in (1, 3, 17, 1000):
        server = opened()
        found: list[Message] = []
        for at in range(0, len(data), step):
            # A descriptor comes with its filler byte.
            fds = (99,) if at <= filler < at + step else ()
            found += received(server, data[at : at + step], fds)
        assert all(isinstance(request, Request) for request in found)
        assert [(m.procedure.name, m.serial, m.fds) for m in found if isinstance(m, Request)] == [
            ("CONNECT_GET_URI", 1, []),
            ("DOMAIN_MONITOR_COMMAND", 2, []),
            ("DOMAIN_OPEN_GRAPHICS", 3, [99]),
            ("CONNECT_GET_HOSTNAME", 4, []),
        ]
        assert len(server.control_frames) == 1
        assert server.received == 6


def test_calls_before_rubbish_are_had_first() -> None:
    server = opened()
    server.feed(
        call_frame(remote.CONNECT_GET_HOSTNAME, 5) + call_frame(remote.CONNECT_GET_URI, 6) + bytes(28)
    )
    for serial in (5, 6):
        request = server.next()
        assert isinstance(request, Request)
        assert request.serial == serial
    for _ in range(2):
        with pytest.raises(ProtocolError, match="0 bytes long"):
            server.next()


def test_what_is_refused_is_answered_as_it_came() -> None:
    """With program, version, number and serial of the call, and in the order of the calls."""
    server = opened()
    data = (
        wire.frame(77, 3, 5, wire.CALL, 9, 0, b"xyz")
        + wire.frame(PROGRAM, 1, 5000, wire.CALL, 10, 0, b"")
        + wire.frame(PROGRAM, 1, remote.DOMAIN_LOOKUP_BY_NAME.number, wire.CALL, 11, 0, b"\xff" * 8)
        + call_frame(remote.CONNECT_OPEN, 12, None, 0)
    )
    assert received(server, data) == []
    assert refusals(server) == [
        (77, 3, 5, wire.REPLY, 9, wire.ERROR),
        (PROGRAM, 1, 5000, wire.REPLY, 10, wire.ERROR),
        (PROGRAM, 1, remote.DOMAIN_LOOKUP_BY_NAME.number, wire.REPLY, 11, wire.ERROR),
        (PROGRAM, 1, 1, wire.REPLY, 12, wire.ERROR),
    ]


def test_descriptors_of_a_refused_call_are_the_servers_to_close() -> None:
    server = ServerSession()
    assert (
        received(server, call_frame(remote.DOMAIN_OPEN_GRAPHICS, 3, GUEST, 0, 0, fds=2) + b"\0\0", (97, 98))
        == []
    )
    assert server.unwanted == [97, 98]
    assert len(server.control_frames) == 1


def test_who_has_to_log_in_first() -> None:
    server = ServerSession(needs_auth=True)
    data = call_frame(remote.AUTH_LIST, 1) + call_frame(remote.CONNECT_OPEN, 2, None, 0)
    (request,) = received(server, data)
    assert isinstance(request, Request)
    assert request.procedure is remote.AUTH_LIST
    assert b"authentication required" in server.control_frames[0]
    server.authenticated = True
    assert len(received(server, call_frame(remote.CONNECT_OPEN, 3, None, 0))) == 1


def test_a_socket_for_read_only_connections() -> None:
    server = opened(readonly=True)
    assert received(server, call_frame(remote.DOMAIN_CREATE, 3, GUEST)) == []
    assert b"read only access prevents virDomainCreate" in server.control_frames[0]


def test_after_its_leave_nothing_of_a_client_is_read() -> None:
    server = opened()
    server.feed(call_frame(remote.CONNECT_CLOSE, 5) + call_frame(remote.CONNECT_GET_URI, 6))
    request = server.next()
    assert isinstance(request, Request)
    server.reply(request)
    assert server.next() is None


LONG = wire.FRAME_MAX + 1


@pytest.mark.parametrize(
    "data",
    [
        bytes(28),
        wire.HEADER.pack(27, PROGRAM, 1, 1, 0, 0, 0),
        wire.COUNT.pack(LONG),
        wire.HEADER.pack(LONG, PROGRAM, 1, 1, 0, 0, 0),
        call_frame(remote.DOMAIN_OPEN_GRAPHICS, 3, GUEST, 0, 0, fds=2) + b"\0\0",
        call_frame(remote.DOMAIN_OPEN_GRAPHICS, 3, GUEST, 0, 0, fds=33) + bytes(33),
        wire.HEADER.pack(28, PROGRAM, 1, 1, wire.CALL_WITH_FDS, 0, 0),
    ],
    ids=["zeros", "short", "length", "long", "descriptors", "many descriptors", "no count"],
)
@pytest.mark.parametrize("step", [1, 1000])
def test_what_no_client_sends(data: bytes, step: int) -> None:
    server = opened()

    def feed() -> None:
        for at in range(0, len(data), step):
            received(server, data[at : at + step])

    with pytest.raises(ProtocolError):
        feed()


@pytest.mark.parametrize(
    ("data", "count"),
    [(b"", 1), (call_frame(remote.CONNECT_GET_URI, 3), 1), (call_frame(remote.DOMAIN_CREATE, 3, GUEST)[:-1], 1),
     (call_frame(remote.DOMAIN_OPEN_GRAPHICS, 3, GUEST, 0, 0, fds=1), 2),
     (call_frame(remote.DOMAIN_OPEN_GRAPHICS, 3, GUEST, 0, 0, fds=1) + b"\0", 2)],
    ids=["alone", "behind", "within", "too many", "one too many"],
)  # fmt: skip
def test_descriptors_that_belong_to_no_message(data: bytes, count: int) -> None:
    server = opened()
    with pytest.raises(ProtocolError, match="descriptors came that belong to no message"):
        received(server, data, tuple(range(100, 100 + count)))
    assert len(server.give_up()) >= 1


def test_streams() -> None:
    server = opened()
    (request,) = received(server, call_frame(DOWNLOAD, 5, ("p", "v", "k"), 0, 0, 0))
    assert isinstance(request, Request)
    data = stream_frame(5, wire.CONTINUE, b"data")
    assert received(server, data) == []  # not open yet
    server.reply(request)
    hole = stream_frame(5, wire.CONTINUE, wire.HOLE.pack(7, 0), wire.STREAM_HOLE)
    found = received(server, data + hole + stream_frame(6, wire.CONTINUE) + stream_frame(5, wire.OK))
    assert all(isinstance(message, StreamInput) for message in found)
    assert [(m.status, m.data, m.hole) for m in found if isinstance(m, StreamInput)] == [
        (wire.CONTINUE, b"data", 0),
        (wire.CONTINUE, b"", 7),
        (wire.OK, b"", 0),
    ]
    server.confirm(request)
    assert received(server, data) == []


def test_a_hole_that_is_cut_short() -> None:
    server = opened()
    (request,) = received(server, call_frame(DOWNLOAD, 5, ("p", "v", "k"), 0, 0, 0))
    assert isinstance(request, Request)
    server.reply(request)
    with pytest.raises(ProtocolError, match="hole"):
        received(server, stream_frame(5, wire.CONTINUE, bytes(4), wire.STREAM_HOLE))


def test_a_reply_that_no_frame_can_carry() -> None:
    server = opened()
    (request,) = received(server, call_frame(remote.CONNECT_LIST_ALL_DOMAINS, 5, 1, 0))
    assert isinstance(request, Request)
    names = [("x" * 4_000_000, bytes(16), n) for n in range(9)]
    with pytest.raises(RPCError, match="Unable to encode message payload"):
        server.reply(request, names, 9)


def test_an_error_in_the_servers_own_words() -> None:
    server = opened()
    (request,) = received(server, call_frame(remote.CONNECT_GET_URI, 5))
    assert isinstance(request, Request)
    frame = server.error(request, OperationFailed("no", domain=10, str1="a", int1=7))
    header = wire.HEADER.unpack_from(frame)
    assert header[3:] == (remote.CONNECT_GET_URI.number, wire.REPLY, 5, wire.ERROR)
    error = from_wire(compile_decoder("remote_error")(frame, wire.HEADER_SIZE))
    assert isinstance(error, OperationFailed)
    assert (error.message, int(error.domain), error.str1, error.int1) == ("no", 10, "a", 7)


def test_nothing_of_a_client_is_left() -> None:
    server = opened()
    server.feed(call_frame(remote.DOMAIN_OPEN_GRAPHICS, 3, GUEST, 0, 0, fds=2), (99,))
    assert server.give_up() == [99]
    assert server.next() is None
    assert server.give_up() == []
