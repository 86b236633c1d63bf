"""Where inputs come from: the encoders (`seeds`), and what fuzzing has found beside them (`read`)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from fuzz.targets import CALLBACK, CALLS, GUESTS, PROCEDURES
from sysvirt._protocol import frame as wire
from sysvirt._protocol.procedure import Procedure
from sysvirt._protocol.table import keepalive, remote
from sysvirt._protocol.xdr import compile_encoder
from tests.protocol.reference import encoded, simple_fields

FOLDER = Path(__file__).with_name("corpus")


def read(target: str) -> list[bytes]:
    path = FOLDER / f"{target}.hex"
    return [bytes.fromhex(line) for line in path.read_text().split()] if path.exists() else []


def write(target: str, inputs: list[bytes]) -> None:
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{target}.hex").write_text("".join(f"{data.hex()}\n" for data in inputs))


def seeds(target: str) -> list[bytes]:
    """What the encoders make."""
    return list({"decoder": _messages, "params": _params, "session": _frames, "server": _calls}[target]())


def _messages() -> Iterator[bytes]:
    for number, procedure in enumerate(PROCEDURES):
        for direction, struct in ((1, procedure._args), (0, procedure._ret)):
            yield number.to_bytes(2, "big") + bytes([direction]) + encoded(struct, simple_fields(struct))[0]


def _params() -> Iterator[bytes]:
    encode = remote.DOMAIN_GET_SCHEDULER_PARAMETERS.encode_reply
    alike = [
        encode([("cpu_shares", (4, number)), ("name", (7, "abc")), ("on", (6, 1))]) for number in range(4)
    ]
    every = encode([(f"field {tag}", (tag, 1)) for tag in range(1, 7)])
    for records in (
        alike,
        [every] * 3,
        [*alike, every, *alike],
        [encode([])] * 2,
        [encode([("a", (7, ""))])],
    ):
        yield b"".join(len(record).to_bytes(2, "big") + record for record in records)


def _frames() -> Iterator[bytes]:
    """Everything that a server may send to the calls that are under way, each alone and all together."""
    encode_error = compile_encoder("remote_error")
    error = encode_error(1, 10, "no", 2, None, None, None, None, 0, 0, None)
    replies: list[bytes] = []
    errors: list[bytes] = []
    streams: list[bytes] = []
    for serial, (procedure, _) in enumerate(CALLS, 1):
        body = encoded(procedure._ret, simple_fields(procedure._ret))[0]
        errors.append(_frame(procedure, wire.REPLY, serial, wire.ERROR, error))
        if procedure is remote.DOMAIN_OPEN_GRAPHICS_FD:
            body = wire.COUNT.pack(1) + body
            replies.append(_frame(procedure, wire.REPLY_WITH_FDS, serial, wire.OK, body) + b"\0")
        else:
            replies.append(_frame(procedure, wire.REPLY, serial, wire.OK, body))
        if procedure.reads_stream or procedure.writes_stream:
            data = _frame(procedure, wire.STREAM, serial, wire.CONTINUE, b"some data")
            hole = _frame(procedure, wire.STREAM_HOLE, serial, wire.CONTINUE, wire.HOLE.pack(4096, 0))
            ends = [_frame(procedure, wire.STREAM, serial, wire.OK, b"")]
            ends += [_frame(procedure, wire.STREAM, serial, wire.ERROR, error)]
            ends += [_frame(procedure, wire.REPLY, serial, wire.ERROR, error)]
            streams += [data * 2 + hole + end for end in ends]
            streams += [_frame(procedure, wire.STREAM, serial, wire.CONTINUE, bytes(3000)) * 2]
    lifecycle = remote.DOMAIN_EVENT_CALLBACK_LIFECYCLE
    guest = ("guest", bytes(16), 1)
    events = [
        _frame(lifecycle, wire.MESSAGE, 0, wire.OK, lifecycle.encode_reply(number, (guest, 2, 0)))
        for number in (CALLBACK, CALLBACK + 1)
    ]
    pings = [_frame(procedure, wire.MESSAGE, 0, wire.OK, b"") for procedure in keepalive]
    for number, piece in enumerate([*replies, *errors, *streams, *events, *pings]):
        yield bytes([number % 50 | 0x80 * (piece[19] == wire.REPLY_WITH_FDS)]) + piece
    everything = b"".join([*events, *replies, *pings, streams[0], streams[-4]])
    yield from (bytes([size]) + everything for size in (0x80, 0x81, 0xA0))
    yield b"\0" + events[0] * 20


#: States of a server, as its target reads them: open, open and read-only, not open, to be logged in to.
_OPEN, _READ_ONLY, _NEW, _UNKNOWN = (state << 5 for state in (4, 5, 0, 2))


def _calls() -> Iterator[bytes]:
    for serial, (procedure, args) in enumerate(CALLS, 1):
        call = _frame(procedure, wire.CALL, serial, wire.OK, procedure.encode_call(*args))
        for state in (_OPEN, _READ_ONLY, _NEW, _UNKNOWN):
            yield bytes([state | serial]) + call
        if procedure.reads_stream or procedure.writes_stream:
            data = _frame(procedure, wire.STREAM, serial, wire.CONTINUE, b"some data")
            hole = _frame(procedure, wire.STREAM_HOLE, serial, wire.CONTINUE, wire.HOLE.pack(4096, 0))
            for status in (wire.OK, wire.ERROR):
                yield (
                    bytes([_OPEN]) + call + data + hole + _frame(procedure, wire.STREAM, serial, status, b"")
                )
    creating = _frame(remote.DOMAIN_CREATE, wire.CALL, 1, wire.OK, GUESTS[0])
    opening = _frame(
        remote.CONNECT_OPEN, wire.CALL, 2, wire.OK, remote.CONNECT_OPEN.encode_call("test:///default", 1)
    )
    closing = _frame(remote.CONNECT_CLOSE, wire.CALL, 3, wire.OK, b"")
    yield bytes([_OPEN]) + creating * 2
    yield bytes([_NEW]) + creating + opening * 2 + creating + closing + creating
    yield bytes([_NEW]) + b"".join(
        _frame(procedure, wire.MESSAGE, 0, wire.OK, b"") for procedure in keepalive
    )


def _frame(procedure: Procedure[..., object], kind: int, serial: int, status: int, body: bytes) -> bytes:
    return wire.frame(procedure.program, procedure.version, procedure.number, kind, serial, status, body)


# --- mutations, for the short form -----------------------------------------------------------------

_WORDS = [n.to_bytes(4, "big") for n in (0, 1, 2, 3, 4, 7, 28, 29, 255, 65536, 2**31 - 1, 2**31, 2**32 - 1)]


def mutations(inputs: list[bytes], count: int, seed: int) -> Iterator[bytes]:
    """Inputs damaged in one to four places: the same ones for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        data = bytearray(chance.choice(inputs))
        for _ in range(chance.randint(1, 4)):
            at = chance.randint(0, len(data))
            kind = chance.randrange(6)
            if kind == 0:
                data[at : at + 1] = bytes([chance.randrange(256)])
            elif kind == 1:
                data[at & ~3 : (at & ~3) + 4] = chance.choice(_WORDS)
            elif kind == 2:
                del data[at : at + chance.randint(1, 12)]
            elif kind == 3:
                data[at:at] = data[at : at + chance.randint(1, 40)]
            elif kind == 4:
                other = chance.choice(inputs)
                begin = chance.randint(0, len(other))
                data[at:at] = other[begin : begin + chance.randint(1, 60)]
            else:
                del data[at:]
        yield bytes(data)
