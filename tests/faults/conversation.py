"""A session of some thirty calls of all kinds, and the daemon that it is held with."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from sysvirt import Domain, Error, NoDomain
from sysvirt._protocol.table import remote
from sysvirt.testing import FakeDaemon, Message, Peer, ReceivedCall, typed_params
from tests.faults.faces import Face, Script, Step, Together

GUEST = ("guest", bytes(range(16)), 7)
OTHER = ("other", bytes(range(1, 17)), -1)
XML = "<domain>" + "x" * 140_000 + "</domain>"
BIG = bytes(range(256)) * 1200
VOLUME = ("pool", "volume", "key")


def make_daemon() -> FakeDaemon:
    return FakeDaemon(
        {
            "CONNECT_GET_HOSTNAME": "somewhere",
            "CONNECT_GET_LIB_VERSION": 11003000,
            "NODE_GET_FREE_MEMORY": 1 << 40,
            "CONNECT_GET_CAPABILITIES": "<capabilities/>",
            "DOMAIN_LOOKUP_BY_NAME": _lookup,
            "DOMAIN_GET_INFO": (1, 2048, 1024, 2, 12345),
            "DOMAIN_GET_STATE": (1, 1),
            "DOMAIN_GET_XML_DESC": XML,
            "DOMAIN_GET_AUTOSTART": 1,
            "DOMAIN_SET_AUTOSTART": None,
            "DOMAIN_GET_MAX_MEMORY": 4096,
            "DOMAIN_GET_OS_TYPE": "hvm",
            "DOMAIN_IS_ACTIVE": 1,
            "DOMAIN_GET_VCPUS_FLAGS": 3,
            "DOMAIN_DEFINE_XML_FLAGS": _define,
            "DOMAIN_DEFINE_XML": _define,
            "CONNECT_LIST_ALL_DOMAINS": ([GUEST, OTHER], 2),
            "CONNECT_GET_ALL_DOMAIN_STATS": [(GUEST, typed_params({"state.state": 1, "cpu.time": 99}))],
            "DOMAIN_SUSPEND": _suspend,
            "DOMAIN_OPEN_CONSOLE": _console,
            "DOMAIN_OPEN_GRAPHICS_FD": _graphics,
            "DOMAIN_OPEN_GRAPHICS": _graphics_in,
            "STORAGE_VOL_DOWNLOAD": _download,
            "STORAGE_VOL_UPLOAD": None,
        }
    )


def _lookup(call: ReceivedCall) -> object:
    for guest in (GUEST, OTHER):
        if call.args[0] == guest[0]:
            return guest
    raise NoDomain(f"no domain with matching name '{call.args[0]}'", domain=10)


def _define(call: ReceivedCall) -> object:
    assert call.args[0] == XML
    return OTHER


def _suspend(call: ReceivedCall) -> object:
    """The event comes before the reply, and one more behind it."""
    daemon = call.client.daemon
    daemon.emit(0, call.args[0], 3, 0)
    call.reply()
    daemon.emit(0, call.args[0], 4, 0)
    return None


def _console(call: ReceivedCall) -> None:
    call.reply()
    call.send(b"login: ")


def _graphics(call: ReceivedCall) -> None:
    ours, theirs = os.pipe()
    os.write(theirs, b"pixels")
    os.close(theirs)
    call.reply(None, [ours])
    os.close(ours)


def _graphics_in(call: ReceivedCall) -> object:
    (fd,) = call.fds
    call.fds.clear()
    try:
        os.write(fd, b"drawn")
    except BrokenPipeError:
        pass  # the client has been told already that the connection broke
    finally:
        os.close(fd)
    return None


def _download(call: ReceivedCall) -> None:
    call.reply()
    call.send(BIG)
    call.hole(1000)
    call.send(b"the end")
    call.end()


Had: TypeAlias = Callable[[object, object], None]


def session(
    face: Face, peer: Peer, answers: list[object], parts: Sequence[Part] = (), **options: Any
) -> Script[None]:
    """Holds it to the end, or raises what a call raised; every answer is right. `answers` are those that came.

    `parts` are some of PARTS, all unless given.
    """

    def had(answer: object, right: object) -> None:
        assert answer == right
        answers.append(answer)

    conn = yield lambda: face.connect(peer, **options)
    try:
        guest = yield lambda: conn.get_domain_by_name("guest")
        had(guest.get_uuid(), GUEST[1])
        for part in parts or PARTS:
            yield from part(conn, guest, had)
    finally:
        yield conn.close


def _small(conn: Any, guest: Any, had: Had) -> Script[None]:
    had((yield conn.get_hostname), "somewhere")
    had((yield guest.get_info).cpu_time, 12345)
    had((yield guest.get_state)[0], Domain.STATE_RUNNING)
    had((yield conn.get_capabilities), "<capabilities/>")
    had((yield guest.get_autostart), True)
    had((yield lambda: guest.set_autostart(True)), None)
    try:
        yield lambda: conn.get_domain_by_name("nobody")
        raise AssertionError("there is no such guest")
    except NoDomain as error:
        had(error.message, "no domain with matching name 'nobody'")
    had((yield guest.get_max_memory), 4096)
    had((yield guest.get_os_type), "hvm")
    had((yield guest.is_active), True)
    had((yield conn.get_library_version), 11003000)


def _lists(conn: Any, guest: Any, had: Had) -> Script[None]:
    had([dom.get_name() for dom in (yield conn.list_all_domains)], ["guest", "other"])
    ((_, stats),) = yield conn.get_all_domain_stats
    had(stats, {"state.state": 1, "cpu.time": 99})


def _big(conn: Any, guest: Any, had: Had) -> Script[None]:
    had((yield guest.get_xml_description), XML)
    had((yield lambda: conn.define_domain(XML)).get_name(), "other")


def _several(conn: Any, guest: Any, had: Had) -> Script[None]:
    """Calls at the same time; each gets its own answer or an error of its own."""
    steps: list[Step] = [guest.get_info, conn.get_node_free_memory, conn.get_hostname]
    results = yield Together(*steps)
    errors = [result for result in results if isinstance(result, Exception)]
    for error in errors:
        assert isinstance(error, Error)
    info, memory, name = results
    assert info in errors or info.cpu_time == 12345
    assert memory in errors or memory == 1 << 40
    assert name in errors or name == "somewhere"
    assert len(set(map(id, errors))) == len(errors)
    if errors:
        raise errors[0]
    had(results, results)


def _events(conn: Any, guest: Any, had: Had) -> Script[None]:
    events = conn.events(Domain.EVENT_ID_LIFECYCLE)
    try:
        yield lambda: _enter(events)
        had((yield guest.suspend), None)
        first = yield events.next_event
        second = yield events.next_event
        had((first.event, first.domain.get_name()), (Domain.EVENT_SUSPENDED, "guest"))
        had((second.event, second.domain.get_uuid()), (Domain.EVENT_RESUMED, GUEST[1]))
    finally:
        yield events.close


def _enter(manager: Any) -> Any:
    return manager.__aenter__() if hasattr(manager, "__aenter__") else manager.__enter__()


def _download_volume(conn: Any, guest: Any, had: Had) -> Script[None]:
    """A stream on the connection itself."""
    stream = conn.new_stream()
    try:
        yield lambda: stream._open(None, remote.STORAGE_VOL_DOWNLOAD, VOLUME, 0, 0, 0)
        had((yield stream.read), BIG + bytes(1000) + b"the end")
        had((yield stream.finish), None)
    finally:
        yield stream.abort


def _upload_volume(conn: Any, guest: Any, had: Had) -> Script[None]:
    stream = conn.new_stream()
    try:
        yield lambda: stream._open(None, remote.STORAGE_VOL_UPLOAD, VOLUME, 0, 0, 0)
        had((yield lambda: stream.send(BIG)), len(BIG))
        had((yield stream.finish), None)
    finally:
        yield stream.abort


def _console_talk(conn: Any, guest: Any, had: Had) -> Script[None]:
    stream = conn.new_stream()
    try:
        yield lambda: guest.open_console(stream)
        had((yield lambda: stream.read(7)), b"login: ")
        had((yield lambda: stream.send(b"root\n")), 5)
    finally:
        yield stream.abort


def _descriptors(conn: Any, guest: Any, had: Had) -> Script[None]:
    fd = yield lambda: guest.open_graphics_fd(0)
    try:
        had(os.read(fd, 100), b"pixels")
    finally:
        os.close(fd)
    ours, theirs = os.pipe()
    try:
        yield lambda: conn._call_passing_fds([theirs], remote.DOMAIN_OPEN_GRAPHICS, guest._ref, 0, 0)
        had(os.read(ours, 100), b"drawn")
    finally:
        os.close(ours)
        os.close(theirs)


Part: TypeAlias = Callable[[Any, Any, Had], Script[None]]
PARTS: list[Part] = [
    _small, _lists, _big, _several, _events, _download_volume, _upload_volume, _console_talk, _descriptors
]  # fmt: skip


def cut_points(messages: Iterable[Message]) -> list[int]:
    """Each byte of headers and small frames; of big ones the first and last 100 and every 64 KiB."""
    points: set[int] = set()
    for message in messages:
        begin, end = message.offset, message.offset + message.length
        if message.length <= 256:
            points.update(range(begin, end + 1))
        else:
            points.update(range(begin, begin + 101))
            points.update(range(begin, end, 65536))
            points.update(range(end - 100, end + 1))
    return sorted(points)
