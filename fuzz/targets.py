"""What is fuzzed: functions of some bytes, which return for whatever bytes they get.

Any exception that comes out of one is a finding.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from struct import error as struct_error
from typing import Any

from sysvirt._protocol.frame import CONTINUE
from sysvirt._protocol.params import ParamsDecoder
from sysvirt._protocol.procedure import Procedure
from sysvirt._protocol.table import keepalive, lxc, qemu, remote
from sysvirt._server.session import ServerSession, StreamInput
from sysvirt._session.call import DONE, Call
from sysvirt._session.core import Session
from sysvirt._session.events import EventQueue, EventRouter, Subscription
from sysvirt._session.stream import StreamState
from sysvirt.errors import ConnectionLost, Error, InvalidArgument, ProtocolError
from sysvirt.events import kind_of, kind_of_message

AnyProcedure = Procedure[..., Any]

PROCEDURES: list[AnyProcedure] = [p for program in (remote, qemu, lxc, keepalive) for p in program]


# --- decoder ---------------------------------------------------------------------------------------


def decoder(data: bytes) -> None:
    """Two bytes choose a procedure, one the direction; the rest is decoded, and what comes of it encoded again."""
    if len(data) < 3:
        return
    procedure = PROCEDURES[int.from_bytes(data[:2], "big") % len(PROCEDURES)]
    if data[2] % 2:
        _round_trip(procedure.decode_call, procedure.encode_call, data[3:])
        return
    exact = _round_trip(procedure.decode_reply_exact, procedure.encode_reply, data[3:])
    try:
        procedure.decode_reply(data[3:], 0)
        shown = True
    except ProtocolError:
        shown = False
    assert shown == (exact is not None), "one decoder refuses what the other takes"


def _round_trip(
    decode: Callable[[bytes, int], Any], encode: Callable[..., bytes], data: bytes
) -> tuple[Any, ...] | None:
    """The fields, or None for bytes that are refused."""
    try:
        fields: tuple[Any, ...] = decode(data, 0)
    except ProtocolError:
        return None
    try:
        encoded = encode(*fields)
    except InvalidArgument as error:
        if "NUL" not in error.message:  # which no encoder sends, though a peer may
            raise
        return fields
    assert encode(*decode(encoded, 0)) == encoded
    assert decode(b"x" + data, 1) is not None
    return fields


# --- typed parameters ------------------------------------------------------------------------------


def params(data: bytes) -> None:
    """Arrays of typed parameters, each behind its length of two bytes: one decoder for all, and a new one for each."""
    lasting = ParamsDecoder(64)
    while len(data) > 2:
        size = int.from_bytes(data[:2], "big") % 2048
        record, data = data[2 : 2 + size], data[2 + size :]
        assert _parameters(lasting, record) == _parameters(ParamsDecoder(64), record), (
            "the cache changes the result"
        )


def _parameters(decode: ParamsDecoder, record: bytes) -> str | None:
    try:
        values, end = decode(record, 0, len(record))
    except (ProtocolError, struct_error):  # the decoders around it turn the second into the first
        return None
    return f"{values} {end}" if end <= len(record) else None


# --- session ---------------------------------------------------------------------------------------

GUESTS = [remote.DOMAIN_LOOKUP_BY_NAME.encode_reply(("guest", bytes([n]) * 16, n)) for n in range(4)]
VOLUME = ("pool", "volume", "key")
CALLBACK = 7

#: Calls under way when the bytes come, with serials from 1 on; those that open a stream, and those given up.
CALLS: list[tuple[AnyProcedure, tuple[Any, ...]]] = [
    (remote.DOMAIN_GET_INFO, (GUESTS[0],)),
    (remote.DOMAIN_GET_XML_DESC, (GUESTS[0], 0)),
    (remote.CONNECT_LIST_ALL_DOMAINS, (1, 0)),
    (remote.DOMAIN_OPEN_CONSOLE, (GUESTS[0], None, 0)),
    (remote.STORAGE_VOL_DOWNLOAD, (VOLUME, 0, 0, 0)),
    (remote.DOMAIN_OPEN_GRAPHICS_FD, (GUESTS[1], 0, 0)),
    (remote.DOMAIN_OPEN_GRAPHICS_FD, (GUESTS[2], 1, 0)),
    (remote.DOMAIN_SCREENSHOT, (GUESTS[3], 0, 0)),
    (remote.DOMAIN_RESET, (GUESTS[3], 0)),
]
ABANDONED = {6, 7, 8}
DESCRIPTORS = 3
_BOUND = 4096


class _Client:
    """A session with all of these under way, an event queue, and a pump that only notes whom it wakes."""

    def __init__(self, descriptors: int) -> None:
        self.session = session = Session(8)
        self.woken: set[int] = set()
        session.notify = lambda waiter: self.woken.add(id(waiter))
        self.calls: list[Call] = []
        self.streams: list[StreamState] = []
        for number, (procedure, args) in enumerate(CALLS):
            stream = None
            if procedure.reads_stream or procedure.writes_stream:
                stream = StreamState(_BOUND)
                self.streams.append(stream)
            call = Call(procedure, args, stream)
            assert session.enter(call)
            session.start(call, b"")
            call.counts.append(len(call.data))
            if number in ABANDONED:
                session.abandon(call)
                call.abandoned = True
            self.calls.append(call)
        self.router = EventRouter(session, kind_of_message)
        self.queue = EventQueue(16)
        subscription = Subscription(kind_of(0), None, None, self.queue)
        subscription.callback_id = CALLBACK
        self.router.add_first(subscription)
        self.opened = {os.dup(0) for _ in range(descriptors)}
        session.fds += self.opened

    def feed(self, data: bytes) -> None:
        session = self.session
        if session.error is not None:
            return  # the pump reads no more
        session.chunks.append(data)
        session.process()
        self.router.route()
        self.check()

    def check(self) -> None:
        session = self.session
        for stream in self.streams:
            assert 0 <= stream.buffered <= _BOUND, "more than its bound lies in a stream"
            assert len(stream.frames) <= stream.tail - stream.head
        assert len(self.queue) <= 17
        assert not session.events
        if session.error is None:
            for call in self.calls:
                assert (call.state == DONE) == (call.serial not in session.pending)
                assert call.state != DONE or call.ready
            return
        assert isinstance(session.error, ConnectionLost)
        for call in self.calls:
            assert call.ready or call.abandoned, "somebody waits for ever"
            assert call.ready == (id(call) in self.woken) or call.abandoned
        assert self.queue.ready
        for serial in session.streams:
            assert session.streams[serial].ready

    def outcome(self) -> list[Any]:
        """What the owners of all this find."""
        session = self.session
        found: list[Any] = [type(session.error), session.error and session.error.message]
        for call in self.calls:
            if call.abandoned:
                assert not call.fds_in, "descriptors that nobody will take"
                continue
            try:
                result = session.result(call) if call.ready else None
            except Error as error:
                result = repr(error)
            found.append((call.state, repr(result), len(call.fds_in or ())))
        for stream in self.streams:
            frames = [(kind, status, body[at:]) for kind, status, body, at in stream.frames.values()]
            found.append((frames, stream.head, stream.tail, stream.buffered, stream.overflowed))
        while (item := self.queue.take()) is not None:
            arrived, lost = item
            found.append(lost if arrived is None else _event(arrived[2], arrived[3]))
        return [*found, session.received, session.control_frames]

    def close(self) -> None:
        """Closes what is left; every descriptor is somebody's, once."""
        session = self.session
        session.lost(ConnectionLost("over"))
        self.check()
        held = [*session.fds, *(fd for call in self.calls for fd in call.fds_in or ())]
        assert len(set(held)) == len(held)
        assert set(held) <= self.opened
        for fd in held:
            os.close(fd)


def _event(body: bytes, at: int) -> object:
    try:
        return kind_of(0).decode(body, at)
    except ProtocolError as error:
        return error.message


def session(data: bytes) -> None:
    """One byte says whether descriptors came and how the rest is cut; in pieces and whole it means the same."""
    if not data:
        return
    descriptors = DESCRIPTORS if data[0] & 0x80 else 0
    size, data = data[0] & 0x7F or len(data), data[1:]
    outcomes = []
    for pieces in ([data], [data[at : at + size] for at in range(0, len(data), size)]):
        client = _Client(descriptors)
        try:
            for piece in pieces:
                if piece:
                    client.feed(piece)
            client.feed(b"")
            assert client.session.error is not None, "the end of the file ends the session"
            outcomes.append(client.outcome())
        finally:
            client.close()
    # They are no longer waited for where a piece ends with a frame, so then it may.
    assert descriptors or outcomes[0] == outcomes[1], "it depends on how the bytes are cut"


# --- server ----------------------------------------------------------------------------------------


def server(data: bytes) -> None:
    """One byte says in which state the server is and how the rest is cut; in pieces and whole it means the same."""
    if not data:
        return
    size, state, data = data[0] & 0x1F or len(data), data[0] >> 5, data[1:]
    outcomes = []
    for pieces in ([data], [data[at : at + size] for at in range(0, len(data), size)]):
        side = ServerSession(readonly=bool(state & 1), needs_auth=bool(state & 2))
        side.opened = bool(state & 4)
        outcomes.append(_served(side, pieces))
    assert outcomes[0] == outcomes[1], "it depends on how the bytes are cut"


def _served(side: ServerSession, pieces: list[bytes]) -> list[object]:
    """What a client is answered; calls without a reply's fields succeed, so that streams open, others fail."""
    found: list[object] = []
    try:
        for piece in pieces:
            side.feed(piece)
            while (message := side.next()) is not None:
                found += side.control_frames
                side.control_frames.clear()
                if isinstance(message, StreamInput):
                    found.append((message.status, message.data, message.hole))
                    if message.status != CONTINUE:
                        found.append(side.confirm(message.request))
                else:
                    found.append((message.procedure.name, message.serial, repr(message.args)))
                    found.append(
                        side.reply(message)
                        if message.procedure._ret == "-"
                        else side.error(message, Error("no"))
                    )
    except ProtocolError as error:
        found.append(error.message)
    assert not side.give_up()
    return [*found, *side.control_frames, side.opened, side.readonly, sorted(side.streams)]


TARGETS: dict[str, Callable[[bytes], None]] = {
    "decoder": decoder,
    "params": params,
    "session": session,
    "server": server,
}
