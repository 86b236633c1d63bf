"""What a peer may send without end though no byte of it is against the protocol: it is counted."""

from __future__ import annotations

import os

import pytest

from sysvirt._protocol import frame as wire
from sysvirt._protocol.table import keepalive, remote
from sysvirt._session.call import Call
from sysvirt._session.core import Session
from sysvirt._session.stream import StreamState
from sysvirt.errors import ProtocolError
from tests.session.driving import taken
from tests.session.peer import PING, error_frame, fds_frame, reply_frame, stream_frame

DOWNLOAD = remote.STORAGE_VOL_DOWNLOAD
GRAPHICS = remote.DOMAIN_OPEN_GRAPHICS_FD


def opened(bound: int) -> tuple[Session, StreamState]:
    """A session with one open stream, of serial 1."""
    session = Session()
    session.notify = lambda waiter: None
    stream = StreamState(bound)
    call = Call(DOWNLOAD, (("p", "v", "k"), 0, 0, 0), stream)
    assert session.enter(call)
    session.start(call, b"")
    session.chunks.append(reply_frame(DOWNLOAD, 1))
    session.process()
    return session, stream


@pytest.mark.parametrize("kind", [wire.STREAM, wire.STREAM_HOLE])
def test_stream_frames_that_carry_nothing(kind: int) -> None:
    session, stream = opened(64 * 1024)
    body = wire.HOLE.pack(0, 0) if kind == wire.STREAM_HOLE else b""
    frame = stream_frame(DOWNLOAD, 1, wire.CONTINUE, body, kind)
    for _ in range(100):
        session.chunks.append(frame * 100)
        session.process()
    assert session.error is None
    assert stream.overflowed
    assert not stream.frames


def test_what_a_stream_holds_is_counted_to_zero() -> None:
    session, stream = opened(64 * 1024)
    session.chunks.append(stream_frame(DOWNLOAD, 1, wire.CONTINUE, b"data") * 3)
    session.chunks.append(error_frame(DOWNLOAD, 1, "no hole"))
    session.process()
    assert len(stream.frames) == 4
    assert stream.buffered > 12
    while taken(stream) is not None:
        assert stream.buffered >= 0
    assert stream.buffered == 0


def test_more_descriptors_than_one_message_has() -> None:
    """Those of a message that is not whole yet wait for it; no message needs so many."""
    session = Session()
    session.notify = lambda waiter: None
    call = Call(GRAPHICS, (b"", 0, 0))
    assert session.enter(call)
    session.start(call, b"")
    whole = fds_frame(GRAPHICS, 1, 1)
    try:
        for size in range(1, len(whole)):
            session.chunks.append(whole[size - 1 : size])
            session.fds += [os.dup(0) for _ in range(4)]
            session.process()
            if session.error is not None:
                break
        assert isinstance(session.error, ProtocolError)
        assert len(session.fds) == wire.FDS_MAX + 4
    finally:
        session.close_leftover_fds()


def test_one_answer_for_many_pings() -> None:
    session, _ = opened(1024)
    for _ in range(100):
        session.chunks.append(PING * 100)
        session.process()
    assert len(session.control_frames) == 1
    assert session.control_frames[0][8:12] == wire.COUNT.pack(1)
    assert keepalive.PONG.number == 2
