from __future__ import annotations

import copy
import pickle
from collections.abc import Set
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysvirt.cpumap import CpuSet, some_map, some_text, to_map
from sysvirt.errors import Error, InvalidArgument

if TYPE_CHECKING:
    from sysvirt.cpumap import CPUs

numbers = st.frozensets(st.integers(0, 300))


@pytest.mark.parametrize(
    ("cpus", "expected", "text"),
    [
        ([], set(), ""),
        ([8, 3, 0, 1, 2, 3], {0, 1, 2, 3, 8}, "0-3,8"),
        (range(2, 4), {2, 3}, "2-3"),
        ((cpu for cpu in (5,)), {5}, "5"),
        ([True, False], {0, 1}, "0-1"),
        (b"", set(), ""),
        (b"\x0d\x80", {0, 2, 3, 15}, "0,2-3,15"),
        (bytearray(b"\x01"), {0}, "0"),
        (memoryview(b"\0\1"), {8}, "8"),
        ("", set(), ""),
        ("7", {7}, "7"),
        ("0-3,^2,8", {0, 1, 3, 8}, "0-1,3,8"),
        ("^2,0-3", {0, 1, 2, 3}, "0-3"),
        ("^2", set(), ""),
        (" 0 - 2 , 4 ,", {0, 1, 2, 4}, "0-2,4"),
        ("3-3", {3}, "3"),
        ("16383", {16383}, "16383"),
        (CpuSet("1-2"), {1, 2}, "1-2"),
    ],
)
def test_every_form(cpus: CPUs, expected: set[int], text: str) -> None:
    made = CpuSet(cpus)
    assert list(made) == sorted(expected)
    assert len(made) == len(expected)
    assert str(made) == text
    assert repr(made) == f"CpuSet({text!r})"


@pytest.mark.parametrize(
    "text",
    [",", "1,,2", "x", "-1", "1-", "-", "3-1", "^1-2", "^", "1 2", "1;2", "0x1", "٣", "1.0", "9" * 5000],
)
def test_bad_text(text: str) -> None:
    with pytest.raises(InvalidArgument, match=r"^cpus: text like '0-3,\^2,8' was expected"):
        CpuSet(text)


@pytest.mark.parametrize("cpus", [[-1], [16384], [10**30], "16384", "0-99999999999", "^20000"])
def test_number_out_of_range(cpus: CPUs) -> None:
    with pytest.raises(ValueError, match=r"^cpus: CPU numbers from 0 to 16383 were expected, not -?\d+$"):
        CpuSet(cpus)


@pytest.mark.parametrize("cpus", [None, 3, ["1"], [1.0], [None], [int]])
def test_wrong_type(cpus: object) -> None:
    with pytest.raises(TypeError, match=r"^cpus: ") as caught:
        CpuSet(cpus)  # type: ignore[arg-type]
    assert isinstance(caught.value, Error)


def test_map_too_long() -> None:
    assert len(bytes(CpuSet(bytes(2048)))) == 2048
    with pytest.raises(
        InvalidArgument, match=r"^cpus: a bit map of at most 2048 bytes was expected, not 2049$"
    ):
        CpuSet(bytes(2049))


def test_remembers_how_much_its_map_covered() -> None:
    mask = CpuSet(b"\x05\0\0\0")
    assert bytes(mask) == bytes(CpuSet(mask)) == b"\x05\0\0\0"
    assert mask == CpuSet([0, 2])
    assert bytes(CpuSet([0, 2])) == b"\x05"
    assert bytes(CpuSet([8])) == b"\0\1"
    assert bytes(CpuSet()) == b""


def test_is_a_set() -> None:
    mask = CpuSet("0-3")
    assert isinstance(mask, Set)
    assert mask == {0, 1, 2, 3} == mask
    assert mask == frozenset(range(4))
    assert mask != {0, 1, 2}
    assert mask != object()
    assert hash(mask) == hash(frozenset(range(4))) == hash(CpuSet(b"\x0f\0"))
    assert {mask: 1}[CpuSet(range(4))] == 1
    assert mask & {3, 4} == CpuSet([3])
    assert {3, 4} | mask == CpuSet("0-4")
    assert str(mask - {1}) == "0,2-3"
    assert mask ^ CpuSet("3-4") == {0, 1, 2, 4}
    assert CpuSet("1") < mask <= {0, 1, 2, 3}
    assert mask.isdisjoint([4])
    assert not CpuSet()
    assert CpuSet("0")


def test_membership_of_anything() -> None:
    mask = CpuSet("1,16383")
    assert 1 in mask
    assert 16383 in mask
    assert all(x not in mask for x in (0, 2, -1, 16384, 10**30, "1", None, b"\x02", 1.0))


def test_is_read_only() -> None:
    mask = CpuSet("1")
    assert not hasattr(mask, "__dict__")
    assert not hasattr(mask, "add")


@pytest.mark.parametrize("mask", [CpuSet("1-3"), CpuSet(b"\x01\0\0")])
def test_copies(mask: CpuSet) -> None:
    for twin in (pickle.loads(pickle.dumps(mask)), copy.copy(mask), copy.deepcopy(mask)):
        assert twin == mask
        assert bytes(twin) == bytes(mask)


@pytest.mark.parametrize(
    ("cpus", "ncpus", "expected"),
    [
        ("0-3", 4, b"\x0f"),
        ("0", 8, b"\x01"),
        ("0", 9, b"\x01\0"),
        ("8", 9, b"\0\x01"),
        ("", 16, b"\0\0"),
        ("", 0, b""),
        (b"\x01\0\0\0\0", 4, b"\x01"),
    ],
)
def test_map_to_send(cpus: CPUs, ncpus: int, expected: bytes) -> None:
    assert CpuSet(cpus).to_map(ncpus) == to_map(cpus, ncpus, "mask") == expected


def test_cpu_that_the_host_lacks() -> None:
    with pytest.raises(InvalidArgument, match=r"^mask: CPU numbers below 4 were expected, not 7$"):
        to_map([0, 4, 7], 4, "mask")
    with pytest.raises(InvalidArgument, match=r"^cpus: CPU numbers below 8 were expected, not 8$"):
        CpuSet(b"\0\1").to_map(8)


def test_errors_name_the_argument() -> None:
    for call in (lambda: some_text("x", "vcpumap"), lambda: to_map([-1], 4, "vcpumap")):
        with pytest.raises(InvalidArgument, match=r"^vcpumap: "):
            call()


@pytest.mark.parametrize("none", [[], "", b"", b"\0\0", CpuSet()])
def test_at_least_one(none: CPUs) -> None:
    for some in (some_text, some_map):
        with pytest.raises(InvalidArgument, match=r"^mask: at least one CPU was expected$"):
            some(none, "mask")
    assert some_text([1, 2, 5], "mask") == "1-2,5"
    assert some_map("0,8", "mask") == b"\x01\x01"
    assert some_map(b"\x01\0", "mask") == b"\x01\0"


@given(numbers)
def test_all_forms_agree(cpus: frozenset[int]) -> None:
    mask = CpuSet(cpus)
    assert mask == cpus
    assert hash(mask) == hash(cpus)
    assert CpuSet(str(mask)) == CpuSet(bytes(mask)) == CpuSet(mask.to_map(301)) == cpus


@given(st.binary(max_size=64))
def test_map_comes_back_as_it_was(data: bytes) -> None:
    mask = CpuSet(data)
    assert bytes(mask) == data
    assert set(mask) == {n for n in range(8 * len(data)) if data[n // 8] >> n % 8 & 1}


@given(numbers, numbers)
def test_text_counts_from_left_to_right(first: frozenset[int], second: frozenset[int]) -> None:
    text = ",".join([*map(str, first), *(f"^{cpu}" for cpu in second)])
    assert CpuSet(text) == first - second
