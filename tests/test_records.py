from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest

from sysvirt import CpuSet, events, results
from sysvirt._enums import lookup
from sysvirt._generated.constants import (
    DomainEventType,
    DomainState,
    DomainXMLFlags,
    IOErrorAction,
    StartedDetail,
)
from sysvirt._records import Record
from sysvirt.events import DeviceRemovedEvent, EventsLost, IOErrorReasonEvent, LifecycleEvent, RebootEvent
from sysvirt.results import CredentialRequest, DomainInfo, NodeInfo, state


class Point(Record):
    __slots__ = ()
    x: int
    y: str | None


class Point3(Point):
    __slots__ = ()
    z: float


def all_records() -> list[type[Record]]:
    return [cls for cls in vars(results).values() if isinstance(cls, type) and issubclass(cls, Record)]


def test_made_by_position_and_by_name() -> None:
    for point in (Point(1, "b"), Point(x=1, y="b"), Point(1, y="b"), Point._make((1, "b"))):
        assert (point.x, point.y) == (1, "b")
        assert repr(point) == "Point(x=1, y='b')"
        assert point.asdict() == point.asjson() == {"x": 1, "y": "b"}


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ((), {}),
        ((1,), {}),
        ((1, "b", 3), {}),
        ((1,), {"x": 1}),
        ((1, "b"), {"x": 1}),
        ((1,), {"z": 1}),
        ((1, "b"), {"z": 1}),
        ((), {"y": "b"}),
    ],
)
def test_wrong_fields(values: tuple[Any, ...], named: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"^Point takes exactly: x, y$"):
        Point(*values, **named)


def test_is_read_only() -> None:
    point = Point(1, "b")
    with pytest.raises(AttributeError):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError):
        point.w = 2  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        del point.x
    assert point == Point(1, "b")


def test_compares_by_type_and_value() -> None:
    point = Point(1, "b")
    assert point == Point(1, "b")
    assert hash(point) == hash(Point(1, "b"))
    assert len({point, Point(1, "b"), Point(1, None)}) == 2
    others: list[object] = [Point(2, "b"), Point3(1, "b", 0.5), (1, "b"), None]
    assert all(point != other for other in others)
    assert not isinstance(point, tuple)


def test_a_record_can_extend_another() -> None:
    point = Point3(1, "b", z=0.5)
    assert Point3.__match_args__ == ("x", "y", "z")
    assert (point.x, point.y, point.z) == (1, "b", 0.5)
    assert Point.__match_args__ == ("x", "y")


def test_match_takes_it_apart() -> None:
    match Point(1, "b"):
        case Point(x, y="b"):
            assert x == 1
        case _:
            pytest.fail("no match")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickles(protocol: int) -> None:
    info = NodeInfo(1, "x86_64", 2, 3, 4, 5, 6, 7)
    assert pickle.loads(pickle.dumps(info, protocol)) == info


def test_copies() -> None:
    point = Point3(1, "b", 0.5)
    assert copy.copy(point) == copy.deepcopy(point) == point


@pytest.mark.parametrize("cls", all_records())
def test_every_record_is_slotted_and_described(cls: type[Record]) -> None:
    assert not hasattr(cls._make(()), "__dict__"), "forgot __slots__ = ()"
    assert cls.__doc__


def test_domain_info() -> None:
    info = DomainInfo._from_wire((1, 2048, 1024, 2, 10**18))
    assert info == DomainInfo(
        max_mem=2048, memory=1024, cpu_time=10**18, nr_virt_cpu=2, state=DomainState.RUNNING
    )
    assert DomainInfo.__match_args__ == ("max_mem", "memory", "cpu_time", "nr_virt_cpu", "state")
    assert info.state is DomainState.RUNNING
    assert repr(info).endswith("state=<DomainState.RUNNING: 1>)")


def test_state_of_the_future() -> None:
    for _ in range(2):
        state = DomainInfo._from_wire((77, 0, 0, 0, 0)).state
        assert state == 77
        assert isinstance(state, DomainState)


def test_states_are_not_hoarded() -> None:
    members: dict[int, Any] = DomainState._value2member_map_
    known = dict(members)
    try:
        for number in range(3000):
            assert DomainInfo._from_wire((number, 0, 0, 0, 0)).state == number
        assert len(state._DOMAIN_STATES) <= 1000
    finally:
        for kept in (members, state._DOMAIN_STATES):
            kept.clear()
            kept.update(known)


def test_node_info() -> None:
    model = tuple(b"x86_64".ljust(32, b"\0"))
    assert NodeInfo._from_wire((model, 4096, 8, 2400, 1, 2, 4, 1)) == NodeInfo(
        memory=4096, model="x86_64", cpus=8, mhz=2400, nodes=1, sockets=2, cores=4, threads=1
    )
    # char is signed; text that is not UTF-8 comes through all the same, and so does one without a NUL.
    assert NodeInfo._from_wire(((-1,) * 32, 0, 0, 0, 0, 0, 0, 0)).model == "\udcff" * 32
    assert NodeInfo._from_wire(((65, 0, 66) + (0,) * 29, 0, 0, 0, 0, 0, 0, 0)).model == "A"


def test_credential_request() -> None:
    assert CredentialRequest.__match_args__ == ("type", "prompt", "challenge", "result")


class Place(Record):
    __slots__ = ()
    state: DomainState
    points: list[Point]
    mask: CpuSet
    flags: DomainXMLFlags
    data: bytes
    more: dict[str, object]


def test_as_dicts_and_json() -> None:
    state, flags = DomainState.RUNNING, DomainXMLFlags.SECURE | DomainXMLFlags.INACTIVE
    place = Place(state, [Point(1, None)], CpuSet("0-3"), flags, b"\x01", {"a": (Point(2, "b"), 1.5)})
    assert place.asdict() == {
        "state": state,
        "points": [{"x": 1, "y": None}],
        "mask": {0, 1, 2, 3},
        "flags": flags,
        "data": b"\x01",
        "more": {"a": [{"x": 2, "y": "b"}, 1.5]},
    }
    assert place.asdict()["state"] is state
    written = {
        "state": "RUNNING",
        "points": [{"x": 1, "y": None}],
        "mask": "0-3",
        "flags": "SECURE|INACTIVE",
        "data": "01",
        "more": {"a": [{"x": 2, "y": "b"}, 1.5]},
    }
    assert place.asjson() == json.loads(json.dumps(place.asjson())) == written


@pytest.mark.parametrize("cls", all_records())
def test_every_record_is_written_as_json(cls: type[Record]) -> None:
    record = cls._make((CpuSet([1]),) * len(cls.__match_args__))
    assert json.loads(json.dumps(record.asjson())) == dict.fromkeys(cls.__match_args__, "1")


def test_text_that_is_not_utf8_survives_json() -> None:
    point = Point(1, "\udcff")
    assert json.loads(json.dumps(point.asjson()))["y"] == "\udcff"


def test_enums_for_people() -> None:
    state, flags = DomainState.RUNNING, DomainXMLFlags.SECURE
    assert str(state) == f"{state}" == "RUNNING"
    assert f"{state:>8}|{state:d}|{flags:#x}|{flags | 64:#b}" == " RUNNING|1|0x1|0b1000001"
    assert (str(flags), str(flags | 64), str(flags & 0)) == ("SECURE", "SECURE|64", "0")
    assert str(lookup(DomainState, 77)) == "UNKNOWN_77"
    assert json.dumps([state, flags]) == "[1, 1]"
    assert int(f"{int(state)}") == 1


def test_events_for_people() -> None:
    class Guest:
        def get_name(self) -> str:
            return "web"

    guest: Any = Guest()
    started = (guest, guest, DomainEventType.STARTED, StartedDetail.BOOTED)
    assert str(LifecycleEvent._make(started)) == "web: STARTED (BOOTED)"
    assert str(DeviceRemovedEvent._make((guest, guest, "net0"))) == "web: device removed: dev_alias net0"
    assert str(RebootEvent._make((guest, guest))) == "web: reboot"
    lost = IOErrorReasonEvent._make((guest, guest, "/a", "disk0", IOErrorAction.PAUSE, "enospc"))
    assert str(lost) == "web: io error reason: src_path /a, dev_alias disk0, action PAUSE, reason enospc"
    assert str(EventsLost._make((guest, 3))) == "events lost: count 3"
    for record in vars(events).values():
        if isinstance(record, type) and issubclass(record, events.Event):
            fields = len(record.__match_args__) - 2
            assert str(record._make((guest, guest, *[1] * fields))).startswith("web: ")
