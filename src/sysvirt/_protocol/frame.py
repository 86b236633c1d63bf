"""Frames: a length word, a header of six words, a body; sometimes file descriptors behind it.

    length   whole frame, these four bytes included
    program, version, procedure, type, serial, status
    body     by type and status: arguments, a reply, an error, an event, stream data, a hole

A message that carries descriptors has their count as the first word of its body. Each descriptor then
travels with one filler byte behind the frame, so a reader must take frame and fillers together.
"""

from __future__ import annotations

from struct import Struct

from .._generated.schema import LIMITS
from ..errors import ProtocolError

# Message types and statuses (virNetMessageType, virNetMessageStatus).
CALL, REPLY, MESSAGE, STREAM, CALL_WITH_FDS, REPLY_WITH_FDS, STREAM_HOLE = range(7)
OK, ERROR, CONTINUE = range(3)

WITH_FDS = (CALL_WITH_FDS, REPLY_WITH_FDS)

#: length, program, version, procedure, type, serial, status
HEADER = Struct(">IIIiiIi")
HEADER_SIZE = HEADER.size
COUNT = Struct(">I")
#: length and flags of a hole in a stream
HOLE = Struct(">qI")

#: The longest frame: libvirt's limit for a whole message, which its length word counts itself into.
FRAME_MAX = LIMITS["VIR_NET_MESSAGE_MAX"] + LIMITS["VIR_NET_MESSAGE_LEN_MAX"]
FDS_MAX = LIMITS["VIR_NET_MESSAGE_NUM_FDS_MAX"]
#: What one stream frame carries: the largest that every libvirt since 0.9 takes.
STREAM_DATA_MAX = LIMITS["VIR_NET_MESSAGE_LEGACY_PAYLOAD_MAX"]

_pack = HEADER.pack


def frame(
    program: int,
    version: int,
    procedure: int,
    kind: int,
    serial: int,
    status: int,
    body: bytes | bytearray | memoryview,
) -> bytes:
    """The bytes of one message."""
    return _pack(HEADER_SIZE + len(body), program, version, procedure, kind, serial, status) + body


def check_length(length: int) -> None:
    if length < HEADER_SIZE or length > FRAME_MAX:
        raise ProtocolError(
            f"a message claims to be {length} bytes long; {HEADER_SIZE} to {FRAME_MAX} are possible"
        )


def fd_count(body: bytes, pos: int) -> int:
    """How many descriptors (and filler bytes) follow a frame whose body starts at `pos`."""
    if len(body) < pos + COUNT.size:
        raise ProtocolError("a message with descriptors does not say how many")
    count: int = COUNT.unpack_from(body, pos)[0]
    if count > FDS_MAX:
        raise ProtocolError(f"a message has {count} descriptors where the protocol allows {FDS_MAX}")
    return count
