"""Frames: a length word, a header of six words, a body; sometimes file descriptors behind it.

    length   whole frame, these four bytes included
    program, version, procedure, type, serial, status
    body     by type and status: arguments, a reply, an error, an event, stream data, a hole

A message that carries descriptors has their count as the first word of its body. Each descriptor then
travels with one filler byte behind the frame, so a reader must take frame and fillers together.
"""

from __future__ import annotations

from struct import Struct

from .._generated.schema import LIMITS, PROGRAMS
from ..errors import ProtocolError, invalid_argument

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
BODY_MAX = FRAME_MAX - HEADER_SIZE
FDS_MAX = LIMITS["VIR_NET_MESSAGE_NUM_FDS_MAX"]
#: What one stream frame carries: the largest that every libvirt since 0.9 takes.
STREAM_DATA_MAX = LIMITS["VIR_NET_MESSAGE_LEGACY_PAYLOAD_MAX"]

#: The version of each program.
EXPECTED = dict(PROGRAMS.values())

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


# What either side refuses, whoever is the peer.


def check_size(name: str, size: int) -> None:
    """Refuses a body that no frame can carry, before anything of it is sent: the peer would hang up."""
    if size > BODY_MAX:
        raise invalid_argument(
            name,
            f"its arguments make a message of {HEADER_SIZE + size} bytes; at most {FRAME_MAX} are possible",
        )


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


def check_program(program: int, version: int) -> None:
    if EXPECTED.get(program) != version:
        raise ProtocolError(f"a message of an unknown program ({program:#x} version {version})")


def check_fds(count: int, there: int) -> None:
    """Descriptors come with the filler bytes behind their frame, so all are there when those are."""
    if there < count:
        raise ProtocolError(f"a message with {count} descriptors came with {there}")


def check_strays(count: int, expected: int) -> None:
    """Of descriptors that have come, where so many may be those of a message that has begun."""
    if count > expected:
        raise ProtocolError(f"{count} descriptors came that belong to no message")


def check_hole(size: int) -> None:
    """Of a hole in a stream, with a body of so many bytes."""
    if size != HOLE.size:
        raise ProtocolError(f"a stream hole of {size} bytes instead of {HOLE.size}")


def check_stream(kind: int, status: int, size: int) -> None:
    """Of a server's frame of a stream, with a body of so many bytes. A server takes any other status for an abort."""
    if status not in (OK, ERROR, CONTINUE):
        raise ProtocolError(f"stream data with the impossible status {status}")
    if kind == STREAM_HOLE and status == CONTINUE:
        check_hole(size)
