from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from sysvirt import results
from sysvirt._generated.constants import DomainState
from sysvirt._records import Record
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
        assert point._asdict() == {"x": 1, "y": "b"}


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
