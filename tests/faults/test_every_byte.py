"""A session that is cut, split, delayed or merged at every byte: it ends well, or with one clear error for each.

Cuts are at each byte of headers and small frames; of big frames at the first and last 100 bytes and every
64 KiB. Each part of the session (`conversation.PARTS`) is held on a connection of its own for it, so that
thousands of cuts take seconds.
"""

from __future__ import annotations

import pytest

from sysvirt import ConnectionLost
from sysvirt.testing import FakeDaemon, FaultProxy, Flow, Message
from tests.faults.conversation import PARTS, Part, cut_points, session
from tests.faults.faces import Belongings, Face

pytestmark = pytest.mark.usefixtures("quick_watcher")

DIRECTIONS = ("to_daemon", "to_client")

every_part = pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__.strip("_"))
each_direction = pytest.mark.parametrize("direction", DIRECTIONS)


def flow_of(proxy: FaultProxy, direction: str) -> Flow:
    flow: Flow = getattr(proxy, direction)
    return flow


def undisturbed(face: Face, daemon: FakeDaemon, part: Part, direction: str) -> tuple[int, list[Message]]:
    """How many answers there are, and the messages of a direction, those of connecting only with the first part."""
    answers: list[object] = []
    with FaultProxy(daemon) as proxy:
        face.run(session(face, proxy, answers, [part]))
        proxy.wait_empty()
        messages = flow_of(proxy, direction).messages
    return len(answers), messages if part is PARTS[0] else messages[2:]


def points(messages: list[Message]) -> list[tuple[int, int]]:
    """Where to do something: (connection, offset)."""
    connections = sorted({message.connection for message in messages})
    return [
        (connection, offset)
        for connection in connections
        for offset in cut_points(message for message in messages if message.connection == connection)
    ]


@pytest.mark.slow
@every_part
@each_direction
def test_cut(face: Face, daemon: FakeDaemon, part: Part, direction: str) -> None:
    cut(face, daemon, part, direction)


@pytest.mark.slow
@pytest.mark.usefixtures("over_tcp")
def test_cut_over_tcp(face: Face, daemon: FakeDaemon) -> None:
    cut(face, daemon, PARTS[0], "to_client")


def cut(face: Face, daemon: FakeDaemon, part: Part, direction: str) -> None:
    """At each of the points, which gives one error for each."""
    expected, messages = undisturbed(face, daemon, part, direction)
    daemon.wait_empty()
    belongings = Belongings()
    errors: list[ConnectionLost] = []
    for connection, offset in points(messages):
        answers: list[object] = []
        # With a deadline the pumps wait in another way.
        timeout = 20.0 if offset % 2 else None
        with FaultProxy(daemon) as proxy:
            flow_of(proxy, direction).cut_at(offset, connection)
            try:
                face.run(session(face, proxy, answers, [part], timeout=timeout))
                # Behind the last answer: in what closes things.
                assert len(answers) == expected, offset
            except ConnectionLost as error:
                errors.append(error)
        daemon.wait_empty()
        daemon.calls.clear()
        belongings.check((connection, offset))
    assert len(errors) > 100
    assert {type(error) for error in errors} == {ConnectionLost}  # a cut is no breach of the protocol


@pytest.mark.slow
@every_part
@each_direction
def test_split(face: Face, daemon: FakeDaemon, part: Part, direction: str) -> None:
    """The receiver has taken what is before the byte when the rest comes."""
    expected, messages = undisturbed(face, daemon, part, direction)
    offsets = [offset for _, offset in points(messages)]
    # So many sessions, each split at many places that are not neighbours.
    for first in range(13):
        answers: list[object] = []
        with FaultProxy(daemon) as proxy:
            flow_of(proxy, direction).split_at(offsets[first::13])
            face.run(session(face, proxy, answers, [part]))
        assert len(answers) == expected


def test_byte_by_byte(face: Face, daemon: FakeDaemon) -> None:
    small = [
        part for part in PARTS if part.__name__ in ("_small", "_events", "_console_talk", "_descriptors")
    ]
    assert byte_by_byte(face, daemon, small) == 19


@pytest.mark.usefixtures("over_tcp")
def test_byte_by_byte_over_tcp(face: Face, daemon: FakeDaemon) -> None:
    small = [part for part in PARTS if part.__name__ in ("_small", "_events", "_console_talk")]
    assert byte_by_byte(face, daemon, small) == 17


def byte_by_byte(face: Face, daemon: FakeDaemon, small: list[Part]) -> int:
    answers: list[object] = []
    with FaultProxy(daemon) as proxy:
        proxy.to_client.split_every(1)
        proxy.to_daemon.split_every(1)
        face.run(session(face, proxy, answers, small))
    return len(answers)


@each_direction
def test_delayed(face: Face, daemon: FakeDaemon, direction: str) -> None:
    answers: list[object] = []
    with FaultProxy(daemon) as proxy:
        flow_of(proxy, direction).delay(0.002)
        face.run(session(face, proxy, answers))
    assert len(answers) == 28


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["_events", "_download_volume", "_console_talk", "_several"], ids=lambda name: name.strip("_")
)
def test_merged(face: Face, daemon: FakeDaemon, name: str) -> None:
    """What the daemon sends in one go, or to calls that wait together, comes as one piece, however cut."""
    (part,) = [part for part in PARTS if part.__name__ == name]
    expected, messages = undisturbed(face, daemon, part, "to_client")
    connection = max(message.connection for message in messages)
    own = [message for message in messages if message.connection == connection]
    first, last = {
        "_events": ("DOMAIN_EVENT_CALLBACK_LIFECYCLE", "DOMAIN_EVENT_CALLBACK_LIFECYCLE"),
        "_download_volume": ("STORAGE_VOL_DOWNLOAD", "STORAGE_VOL_DOWNLOAD"),
        "_console_talk": ("DOMAIN_OPEN_CONSOLE", "DOMAIN_OPEN_CONSOLE"),
        "_several": ("DOMAIN_GET_INFO", "CONNECT_GET_HOSTNAME"),
    }[name]
    begin = min(message.offset for message in own if message.procedure == first)
    ends = [m.offset + m.length for m in own if m.procedure in (first, last) and m.offset >= begin]
    if name == "_download_volume":
        ends = ends[:-1]  # the last confirms what the client says when it has all the others
    if name == "_console_talk":
        ends = ends[:2]
    for end in range(min(ends), max(ends) + 1) if max(ends) - begin < 1000 else ends:
        answers: list[object] = []
        with FaultProxy(daemon) as proxy:
            proxy.to_client.merge(begin, end, connection)
            face.run(session(face, proxy, answers, [part]))
        assert len(answers) == expected


def test_a_session_is_what_it_claims(face: Face, daemon: FakeDaemon) -> None:
    """Some thirty calls, each way of answering among them."""
    answers: list[object] = []
    with FaultProxy(daemon) as proxy:
        face.run(session(face, proxy, answers))
        proxy.wait_empty()
        kinds = {message.type for message in proxy.to_client.messages}
    assert len(daemon.calls) >= 30
    assert len(answers) == 28
    assert kinds == {1, 2, 3, 5, 6}  # replies, events, stream data, a reply with descriptors, a hole
