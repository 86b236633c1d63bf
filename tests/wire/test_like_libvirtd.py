"""One table of what a client sends and what a daemon answers, held against libvirt's daemons and against our server."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest

from rig.host import Host
from sysvirt._generated.schema import STRUCTS
from sysvirt._protocol import frame as wire
from sysvirt._protocol.procedure import Procedure
from sysvirt._protocol.table import keepalive, lxc, qemu, remote
from sysvirt._protocol.xdr import compile_decoder, compile_encoder, fields
from sysvirt.testing import FakeDaemon
from tests.session.peer import PATIENCE

AnyProcedure = Procedure[..., Any]

_decode_error = compile_decoder("remote_error")

#: The guest and the network that libvirt's test driver begins with.
GUEST = compile_encoder("remote_nonnull_domain")("test", bytes.fromhex("6695eb01f6a4830479aa97f2502e193f"), 1)
NETWORK = compile_encoder("remote_nonnull_network")(
    "default", bytes.fromhex("dd8fe8846c02601e7551cca97df1c5df")
)

OK = "ok"
END = "hung up"


class Refusal(NamedTuple):
    code: int
    domain: int
    message: str


RPC, INTERNAL, INVALID_ARG, DENIED = 39, 1, 8, 29
FROM_RPC, FROM_NONE, FROM_DOMAIN = 7, 0, 20

NOT_OPEN = Refusal(INTERNAL, FROM_RPC, "internal error: hypervisor connection not open")
TRACKED = Refusal(INVALID_ARG, FROM_NONE, "invalid argument: event callback already tracked")


class Step(NamedTuple):
    """What is sent at once, and what comes back before the next step: OK, a refusal, or the end."""

    sent: bytes
    answers: tuple[object, ...]


class Talker:
    """One connection as bytes."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._data = b""
        sock.settimeout(PATIENCE)

    def send(self, data: bytes) -> None:
        try:
            self._sock.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # its answer tells

    def answer(self) -> tuple[int, object]:
        """The next message: its type, and what it says."""
        while True:
            if len(self._data) >= 4:
                length = int.from_bytes(self._data[:4], "big")
                if len(self._data) >= length:
                    break
            try:
                data = self._sock.recv(65536)
            except ConnectionResetError:
                data = b""
            if not data:
                return -1, END
            self._data += data
        _, program, _, number, kind, _, status = wire.HEADER.unpack_from(self._data)
        body, self._data = self._data[wire.HEADER_SIZE : length], self._data[length:]
        if program == keepalive.PING.program and kind == wire.MESSAGE:
            return kind, ("ping", "pong")[number - 1]
        if status == wire.ERROR:
            code, domain, message = _decode_error(body, 0)[:3]
            return kind, Refusal(code, domain, message)
        return kind, OK


_serial = iter(range(10, 1 << 30))


def raw(
    program: int,
    version: int,
    number: int,
    kind: int = wire.CALL,
    status: int = wire.OK,
    body: bytes = b"",
) -> bytes:
    return wire.frame(program, version, number, kind, next(_serial), status, body)


def of(
    procedure: AnyProcedure, *args: object, kind: int = wire.CALL, status: int = wire.OK, more: bytes = b""
) -> bytes:
    """A frame of a procedure; a call unless said otherwise."""
    body = procedure.encode_call(*args) if kind == wire.CALL else b""
    return raw(procedure.program, procedure.version, procedure.number, kind, status, body + more)


def length(size: int) -> bytes:
    return wire.HEADER.pack(size, remote.CONNECT_OPEN.program, 1, 1, wire.CALL, 1, wire.OK) + bytes(64)


OPEN = Step(of(remote.CONNECT_OPEN, "test:///default", 0), (OK,))
OPEN_RO = Step(of(remote.CONNECT_OPEN, "test:///default", 1), (OK,))
HOSTNAME = of(remote.CONNECT_GET_HOSTNAME)
REGISTER = remote.CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY
DEREGISTER = remote.CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY


def steps(*pairs: bytes | object) -> list[Step]:
    return [Step(sent, (answer,)) for sent, answer in zip(pairs[::2], pairs[1::2], strict=True)]  # type: ignore[arg-type]


def silent(*frames: bytes) -> list[Step]:
    """What is passed over."""
    return [Step(frame, ()) for frame in frames]


CASES: dict[str, list[Step]] = {
    "a call": [OPEN, *steps(HOSTNAME, OK)],
    "bytes behind the arguments": [OPEN, *steps(of(remote.CONNECT_GET_HOSTNAME, more=b"12345678"), OK)],
    "an unknown program": steps(
        raw(77, 1, 1), Refusal(RPC, FROM_RPC, "Cannot find program 77 version 1"),
        of(remote.AUTH_LIST), OK,
    ),
    "an unknown version": steps(
        raw(remote.CONNECT_OPEN.program, 9, 1), Refusal(RPC, FROM_RPC, "Cannot find program 536903814 version 9"),
        raw(keepalive.PING.program, 1, 1), Refusal(RPC, FROM_RPC, "Cannot find program 1801807216 version 1"),
    ),
    "an unknown procedure": steps(
        raw(remote.CONNECT_OPEN.program, 1, 5000), Refusal(RPC, FROM_RPC, "unknown procedure: 5000"),
        raw(remote.CONNECT_OPEN.program, 1, -3), Refusal(RPC, FROM_RPC, "unknown procedure: -3"),
        raw(remote.CONNECT_OPEN.program, 1, 0), Refusal(RPC, FROM_RPC, "unknown procedure: 0"),
        of(remote.DOMAIN_EVENT_LIFECYCLE), Refusal(RPC, FROM_RPC, "unknown procedure: 107"),
        raw(qemu.DOMAIN_MONITOR_COMMAND.program, 1, 99), Refusal(RPC, FROM_RPC, "unknown procedure: 99"),
    ),
    "arguments that are none": [
        OPEN,
        *steps(
            raw(remote.CONNECT_OPEN.program, 1, remote.DOMAIN_LOOKUP_BY_NAME.number, body=b"\xff" * 8),
            Refusal(RPC, FROM_RPC, "Unable to decode message payload"),
            raw(remote.CONNECT_OPEN.program, 1, remote.DOMAIN_LOOKUP_BY_NAME.number),
            Refusal(RPC, FROM_RPC, "Unable to decode message payload"),
        ),
    ],
    "a call with a status": steps(
        of(remote.AUTH_LIST, status=wire.ERROR), Refusal(RPC, FROM_RPC, "Unexpected message status 1"),
        of(remote.AUTH_LIST, status=wire.CONTINUE), Refusal(RPC, FROM_RPC, "Unexpected message status 2"),
    ),
    "what is no call": silent(
        of(remote.CONNECT_GET_HOSTNAME, kind=wire.REPLY),
        of(remote.CONNECT_GET_HOSTNAME, kind=wire.MESSAGE),
        of(remote.CONNECT_GET_HOSTNAME, kind=wire.STREAM, status=wire.CONTINUE),
        of(remote.CONNECT_GET_HOSTNAME, kind=wire.STREAM_HOLE, status=wire.CONTINUE, more=bytes(12)),
        of(remote.CONNECT_GET_HOSTNAME, kind=50),
        raw(77, 1, 1, kind=wire.MESSAGE),
        raw(keepalive.PING.program, 1, 77, kind=wire.MESSAGE),
        raw(keepalive.PING.program, 1, 2, kind=wire.MESSAGE),
    ),
    "a ping": steps(of(keepalive.PING, kind=wire.MESSAGE), "pong"),
    "before it is open": steps(
        HOSTNAME, NOT_OPEN,
        of(remote.DOMAIN_GET_INFO, GUEST), NOT_OPEN,
        of(qemu.DOMAIN_MONITOR_COMMAND, GUEST, "info", 0), NOT_OPEN,
        of(lxc.DOMAIN_OPEN_NAMESPACE, GUEST, 0), NOT_OPEN,
        of(REGISTER, 0, None), NOT_OPEN,
        of(remote.CONNECT_REGISTER_CLOSE_CALLBACK), NOT_OPEN,
        of(remote.CONNECT_GET_URI), NOT_OPEN,
        of(remote.CONNECT_SUPPORTS_FEATURE, 14), NOT_OPEN,
        of(remote.CONNECT_SUPPORTS_FEATURE, 10), OK,
        of(remote.AUTH_LIST), OK,
    ),
    "opened twice": [
        OPEN,
        *steps(
            of(remote.CONNECT_OPEN, "test:///default", 0),
            Refusal(INTERNAL, FROM_RPC, "internal error: connection already open"),
        ),
    ],
    "closed": [OPEN, Step(of(remote.CONNECT_CLOSE), (OK, END))],
    "closed before it is open": [Step(of(remote.CONNECT_CLOSE), (OK, END))],
    "a length of nothing": [Step(length(0), (END,))],
    "a length within the header": [Step(length(27), (END,))],
    "a length that is too long": [Step(length(wire.FRAME_MAX + 1), (END,))],
    "a length without sign": [Step(length(0xFFFFFFFF), (END,))],
    "too many descriptors": [
        OPEN,
        Step(
            raw(remote.CONNECT_OPEN.program, 1, remote.DOMAIN_OPEN_GRAPHICS.number, kind=wire.CALL_WITH_FDS,
                body=wire.COUNT.pack(33) + remote.DOMAIN_OPEN_GRAPHICS.encode_call(GUEST, 0, 0)) + bytes(33),
            (END,),
        ),
    ],
    "descriptors that don't come": [
        OPEN,
        Step(
            raw(remote.CONNECT_OPEN.program, 1, remote.DOMAIN_OPEN_GRAPHICS.number, kind=wire.CALL_WITH_FDS,
                body=wire.COUNT.pack(2) + remote.DOMAIN_OPEN_GRAPHICS.encode_call(GUEST, 0, 0)) + bytes(2),
            (END,),
        ),
    ],
    "registered twice": [
        OPEN,
        *steps(
            of(REGISTER, 0, None), OK,
            of(REGISTER, 0, None), TRACKED,
            of(REGISTER, 0, GUEST), OK,
            of(REGISTER, 0, GUEST), TRACKED,
            of(REGISTER, 1, None), OK,
            of(REGISTER, 999, None), Refusal(INTERNAL, FROM_RPC, "internal error: unsupported event ID 999"),
            of(REGISTER, -1, None), Refusal(INTERNAL, FROM_RPC, "internal error: unsupported event ID -1"),
            of(DEREGISTER, 5000),
            Refusal(INTERNAL, FROM_RPC, "internal error: domain event callback 5000 not registered"),
        ),
    ],
    "registered as of old": [
        OPEN,
        *steps(
            of(REGISTER, 0, None), OK,
            of(remote.CONNECT_DOMAIN_EVENT_REGISTER), TRACKED,
            of(remote.CONNECT_DOMAIN_EVENT_DEREGISTER), OK,
            of(remote.CONNECT_DOMAIN_EVENT_REGISTER), OK,
            of(remote.CONNECT_DOMAIN_EVENT_REGISTER), TRACKED,
            of(REGISTER, 0, None), TRACKED,
            of(REGISTER, 0, GUEST), OK,
            of(remote.CONNECT_DOMAIN_EVENT_REGISTER_ANY, 0), TRACKED,
            of(remote.CONNECT_DOMAIN_EVENT_REGISTER_ANY, 15), OK,
            of(remote.CONNECT_DOMAIN_EVENT_REGISTER_ANY, 15), TRACKED,
            of(remote.CONNECT_DOMAIN_EVENT_REGISTER_ANY, 16),
            Refusal(INTERNAL, FROM_RPC, "internal error: unsupported event ID 16"),
            of(remote.CONNECT_DOMAIN_EVENT_DEREGISTER_ANY, 15), OK,
            of(remote.CONNECT_DOMAIN_EVENT_DEREGISTER_ANY, 15),
            Refusal(INTERNAL, FROM_RPC, "internal error: domain event 15 not registered"),
        ),
    ],
    "registered for a network": [
        OPEN,
        *steps(
            of(remote.CONNECT_NETWORK_EVENT_REGISTER_ANY, 0, None), OK,
            of(remote.CONNECT_NETWORK_EVENT_REGISTER_ANY, 0, None), TRACKED,
            of(remote.CONNECT_NETWORK_EVENT_REGISTER_ANY, 0, NETWORK), OK,
            of(remote.CONNECT_NETWORK_EVENT_REGISTER_ANY, 0, NETWORK), TRACKED,
            of(remote.CONNECT_NETWORK_EVENT_REGISTER_ANY, 99, None),
            Refusal(INTERNAL, FROM_RPC, "internal error: unsupported network event ID 99"),
            of(remote.CONNECT_NETWORK_EVENT_DEREGISTER_ANY, 5000),
            Refusal(INTERNAL, FROM_RPC, "internal error: network event callback 5000 not registered"),
        ),
    ],
    "registered for pools and devices": [
        OPEN,
        *steps(
            of(remote.CONNECT_STORAGE_POOL_EVENT_REGISTER_ANY, 0, None), OK,
            of(remote.CONNECT_STORAGE_POOL_EVENT_REGISTER_ANY, 0, None), TRACKED,
            of(remote.CONNECT_STORAGE_POOL_EVENT_REGISTER_ANY, 1, None), OK,
            of(remote.CONNECT_STORAGE_POOL_EVENT_REGISTER_ANY, 99, None),
            Refusal(INTERNAL, FROM_RPC, "internal error: unsupported storage pool event ID 99"),
            of(remote.CONNECT_STORAGE_POOL_EVENT_DEREGISTER_ANY, 5000),
            Refusal(INTERNAL, FROM_RPC, "internal error: storage pool event callback 5000 not registered"),
            of(remote.CONNECT_NODE_DEVICE_EVENT_REGISTER_ANY, 0, None), OK,
            of(remote.CONNECT_NODE_DEVICE_EVENT_REGISTER_ANY, 0, None), TRACKED,
            of(remote.CONNECT_NODE_DEVICE_EVENT_REGISTER_ANY, 99, None),
            Refusal(INTERNAL, FROM_RPC, "internal error: unsupported node device event ID 99"),
            of(remote.CONNECT_NODE_DEVICE_EVENT_DEREGISTER_ANY, 5000),
            Refusal(INTERNAL, FROM_RPC, "internal error: node device event callback 5000 not registered"),
            of(qemu.CONNECT_DOMAIN_MONITOR_EVENT_DEREGISTER, 5000),
            Refusal(INTERNAL, FROM_RPC, "internal error: qemu monitor event callback 5000 not registered"),
        ),
    ],
    "close callbacks": [
        OPEN,
        *steps(
            of(remote.CONNECT_REGISTER_CLOSE_CALLBACK), OK,
            of(remote.CONNECT_UNREGISTER_CLOSE_CALLBACK), OK,
        ),
    ],
    "features": [OPEN, *(Step(of(remote.CONNECT_SUPPORTS_FEATURE, number), (OK,)) for number in (8, 9, 10, 14, 15))],
    "read-only": [
        OPEN_RO,
        *steps(
            HOSTNAME, OK,
            of(remote.DOMAIN_DESTROY, GUEST),
            Refusal(DENIED, FROM_DOMAIN, "operation forbidden: read only access prevents virDomainDestroy"),
            of(remote.DOMAIN_GET_XML_DESC, GUEST, 0), OK,
            of(remote.DOMAIN_GET_XML_DESC, GUEST, 1),
            Refusal(DENIED, FROM_DOMAIN, "operation forbidden: virDomainGetXMLDesc with secure flag"),
            of(remote.DOMAIN_GET_VCPUS_FLAGS, GUEST, 8),
            Refusal(DENIED, FROM_DOMAIN, "operation forbidden: read only access prevents virDomainGetVcpusFlags"),
            of(remote.DOMAIN_INTERFACE_ADDRESSES, GUEST, 1, 0),
            Refusal(DENIED, FROM_DOMAIN, "operation forbidden: read only access prevents virDomainInterfaceAddresses"),
            of(qemu.DOMAIN_MONITOR_COMMAND, GUEST, "info", 0),
            Refusal(DENIED, FROM_NONE, "operation forbidden: read only access prevents virDomainQemuMonitorCommand"),
            of(REGISTER, 0, None), OK,
        ),
    ],
}  # fmt: skip


@contextmanager
def ours() -> Iterator[Callable[[], socket.socket]]:
    handlers: dict[str, Any] = {
        "CONNECT_GET_HOSTNAME": "somewhere",
        "DOMAIN_GET_XML_DESC": "<domain/>",
    }
    with FakeDaemon(handlers) as daemon:
        yield daemon.pair


@contextmanager
def theirs(host: Host) -> Iterator[Callable[[], socket.socket]]:
    def reach() -> socket.socket:
        sock = socket.socket(socket.AF_UNIX)
        sock.connect(str(host.socket))
        return sock

    yield reach


@pytest.fixture
def reach_ours() -> Iterator[Callable[[], socket.socket]]:
    with ours() as reach:
        yield reach


@pytest.fixture
def reach_theirs(host: Host) -> Iterator[Callable[[], socket.socket]]:
    with theirs(host) as reach:
        yield reach


def hold(reach: Callable[[], socket.socket], case: list[Step]) -> None:
    with reach() as sock:
        talker = Talker(sock)
        for step in case:
            talker.send(step.sent)
            for expected in step.answers:
                kind, answer = talker.answer()
                assert answer == expected
                assert kind in (wire.REPLY, wire.MESSAGE, -1)
        if END not in case[-1].answers:
            # Nothing else came.
            talker.send(of(remote.AUTH_LIST))
            assert talker.answer() == (wire.REPLY, OK)


def nothing(kind: str) -> object:
    """A value of a type of the schema: as little as there can be, but what names something names the test driver's."""
    if kind == "remote_nonnull_domain":
        return GUEST
    if kind in STRUCTS:
        row = STRUCTS[kind]
        if row.startswith("switch "):
            number, _, inner = row.removeprefix("switch ").split("|")[1].partition(":")
            return int(number), nothing(inner)
        return tuple(nothing(part) for _, part in fields(row))
    head = kind[0]
    if head == "s":
        return "x"
    if head == "o":
        return b""
    if head == "x" and kind[1:].isdigit():
        return bytes(int(kind[1:]))
    if head == "?":
        return None
    if head == "<":
        return []
    if head == "[":
        count, _, element = kind[1:].partition("]")
        return [nothing(element)] * int(count)
    return 0


#: Those that would end the conversation, or are of another daemon's making.
NOT_ASKED = {
    "CONNECT_OPEN",
    "CONNECT_CLOSE",
    "DOMAIN_MIGRATE_PREPARE_TUNNEL",
    "DOMAIN_MIGRATE_PREPARE_TUNNEL3",
}


#: Where libvirt looks at something else first, which these plain arguments don't satisfy.
REFUSED_OTHERWISE = {
    "DOMAIN_FD_ASSOCIATE",
    "CONNECT_DOMAIN_MONITOR_EVENT_DEREGISTER",
    "DOMAIN_ATTACH",
    "DOMAIN_SET_LAUNCH_SECURITY_STATE",
    "DOMAIN_OPEN_GRAPHICS",
    "CONNECT_BASELINE_HYPERVISOR_CPU",
    "DOMAIN_SEND_PROCESS_SIGNAL",
    "DOMAIN_RENAME",
}
#: What older releases refuse and newer ones don't.
REFUSED_ONCE = {"NODE_DEVICE_GET_AUTOSTART"}


def read_only(reach: Callable[[], socket.socket]) -> dict[AnyProcedure, object]:
    """What a read-only connection is answered by every procedure, asked in the plainest way."""
    found: dict[AnyProcedure, object] = {}
    for procedure in [*remote, *qemu, *lxc]:
        if procedure.is_event or procedure.name in NOT_ASKED or procedure.name.startswith("AUTH_"):
            continue
        args = () if procedure._args == "-" else nothing(procedure._args)
        assert isinstance(args, tuple)
        with reach() as sock:
            talker = Talker(sock)
            talker.send(OPEN_RO.sent)
            assert talker.answer() == (wire.REPLY, OK)
            talker.send(of(procedure, *args))
            while (answer := talker.answer())[0] not in (wire.REPLY, -1):
                pass
        found[procedure] = answer[1]
    return found


def is_code(answer: object, code: int) -> bool:
    return isinstance(answer, Refusal) and answer.code == code


@pytest.mark.slow
def test_what_is_refused_read_only(
    reach_ours: Callable[[], socket.socket], reach_theirs: Callable[[], socket.socket]
) -> None:
    theirs, mine = read_only(reach_theirs), read_only(reach_ours)
    count = 0
    for procedure, answer in theirs.items():
        if is_code(answer, DENIED):
            count += 1
            assert mine[procedure] == answer or procedure.name in REFUSED_ONCE
        elif not is_code(answer, RPC):  # which an older daemon says of what it doesn't know
            assert not is_code(mine[procedure], DENIED) or procedure.name in REFUSED_OTHERWISE
    assert count > 150


@pytest.mark.parametrize("case", CASES)
def test_our_server(reach_ours: Callable[[], socket.socket], case: str) -> None:
    hold(reach_ours, CASES[case])


@pytest.mark.parametrize("case", CASES)
def test_a_real_daemon(reach_theirs: Callable[[], socket.socket], case: str) -> None:
    hold(reach_theirs, CASES[case])
