"""Typed parameters as dicts: the short way for records of a known shape finds what the plain walk finds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysvirt._protocol import params
from sysvirt._protocol.params import ParamsDecoder
from sysvirt._protocol.table import remote
from sysvirt._protocol.xdr import compile_decoder
from sysvirt.errors import ProtocolError
from sysvirt.testing import typed_params
from tests.protocol.reference import PARAMS, encode, examples, values

LIMIT = 16
ARRAY = f"<{LIMIT}>{PARAMS}"

Record = list[tuple[str, tuple[int, Any]]]

#: Names that are equal, alike in length, padded differently, not ASCII, or empty.
NAMES = st.sampled_from(["", "a", "b", "ab", "abc", "cpu.time", "cpu.user", "net.0.rx", "é", "\udcff"])


def data_of(record: Record) -> bytes:
    out = bytearray()
    encode(ARRAY, record, out, [])
    return bytes(out)


def same(one: object, other: object) -> bool:
    """Equal in value, type and order; NaN equals NaN."""
    return repr(one) == repr(other)


def plain(data: bytes) -> dict[str, Any] | None:
    """What the decoder of lists says, made a dict; None when it refuses."""
    try:
        (record,) = DECODE_LIST(data, 0)
    except ProtocolError:
        return None
    return {name: value != 0 if kind == 6 else value for name, (kind, value) in record}


def short(decoder: Any, data: bytes) -> dict[str, Any] | None:
    try:
        result: dict[str, Any] = decoder(data, 0)
    except ProtocolError:
        return None
    return result


# Both are `remote_typed_param params<16>` and nothing else.
STRUCT = "remote_domain_get_scheduler_parameters_ret"
DECODE_LIST = compile_decoder(STRUCT)


def fresh() -> Any:
    return compile_decoder(STRUCT, params="dict", unwrap=True)


@st.composite
def conversations(draw: st.DrawFn) -> list[bytes]:
    """Many records of few shapes, as a daemon sends them."""
    shapes = draw(st.lists(st.lists(st.tuples(NAMES, st.integers(1, 7)), max_size=5), min_size=1, max_size=4))
    records: list[bytes] = []
    for shape in draw(st.lists(st.sampled_from(shapes), min_size=1, max_size=20)):
        record: Record = []
        for name, kind in shape:
            if kind == 5:
                value: Any = draw(st.floats())
            elif kind == 7:
                value = draw(st.sampled_from(["", "x", "y", "xy", "text"]))  # often of equal length
            else:
                value = draw(values({1: "i", 2: "u", 3: "h", 4: "H", 6: "i"}[kind]))
            record.append((name, (kind, value)))
        records.append(data_of(record))
    return records


@pytest.mark.slow
@examples(150)
@given(conversations())
def test_equal_to_the_plain_walk(conversation: list[bytes]) -> None:
    decoder = fresh()
    for data in conversation:
        assert same(short(decoder, data), plain(data))


@pytest.mark.slow
@examples(150)
@given(conversations(), st.data())
def test_equal_to_the_plain_walk_on_damaged_records(conversation: list[bytes], draw: st.DataObject) -> None:
    decoder = fresh()
    for data in conversation:
        short(decoder, data)  # so that most shapes are known
        offset = draw.draw(st.integers(0, len(data) - 1))
        word = draw.draw(st.sampled_from([0, 1, 2, 6, 7, 8, 255, 4194304, 4194305, 2**32 - 1]))
        for damaged in (
            data[:offset] + word.to_bytes(4, "big") + data[offset + 4 :],  # also odd padding
            data[:offset] + b"\x01" + data[offset + 1 :],
            data[:offset] + data[offset + 4 :],
            data + b"\0\0\0\0",
        ):
            assert same(short(decoder, damaged), plain(damaged))
            assert same(short(decoder, data), plain(data))  # nothing wrong was learnt


RECORD: Record = [
    ("state", (1, 5)), ("cpu.time", (4, 2**63)), ("name", (7, "vda1")), ("load", (5, 0.5)), ("on", (6, 7)),
]  # fmt: skip
RESULT = {"state": 5, "cpu.time": 2**63, "name": "vda1", "load": 0.5, "on": True}


def learnt() -> Any:
    decoder = fresh()
    for _ in range(3):
        assert short(decoder, data_of(RECORD)) == RESULT
    return decoder


def test_a_cut_at_every_byte_is_seen_when_the_shape_is_known() -> None:
    decoder, data = learnt(), data_of(RECORD)
    for cut in range(len(data)):
        assert short(decoder, data[:cut]) is None
    assert short(decoder, data) == RESULT


def test_odd_padding_of_a_known_shape() -> None:
    # Nobody looks at padding: other bytes there are no reason to refuse or to misread a record.
    decoder, data = learnt(), data_of(RECORD)
    at = data.index(b"state") + len(b"state")
    assert short(decoder, data[:at] + b"odd" + data[at + 3 :]) == RESULT
    assert short(decoder, data) == RESULT


@pytest.mark.parametrize(
    "record",
    [
        [("statE", (1, 5)), *RECORD[1:]],
        [("state", (2, 5)), *RECORD[1:]],
        [*RECORD[:2], ("name", (7, "vdb12")), *RECORD[3:]],
        [*RECORD[:2], ("name", (7, "")), *RECORD[3:]],
        [*RECORD[:4], ("on", (6, 0))],
        RECORD[::-1],
        RECORD[:-1],
        [*RECORD, ("more", (1, 1))],
        [RECORD[0]] * 5,
    ],
)
def test_another_shape_between_equal_ones(record: Record) -> None:
    decoder = learnt()
    for _ in range(3):
        assert same(short(decoder, data_of(record)), plain(data_of(record)))
        assert short(decoder, data_of(RECORD)) == RESULT


def test_doubled_names_keep_the_last_value_each_time() -> None:
    decoder = fresh()
    for value in range(5):
        assert short(decoder, data_of([("a", (1, -1)), ("a", (1, value))])) == {"a": value}


def test_many_shapes_do_not_pile_up() -> None:
    decoder = ParamsDecoder(LIMIT)
    for number in range(1000):
        data = data_of([(f"name{number}", (1, number))])
        assert decoder(data, 0, len(data)) == ({f"name{number}": number}, len(data))
    assert len(decoder._shapes[1]) == len(decoder._known) == params._SHAPES_MAX


def walks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts, in an only element, the records that were walked."""
    count, walk = [0], ParamsDecoder._walk

    def counting(self: ParamsDecoder, *args: Any) -> Any:
        count[0] += 1
        return walk(self, *args)

    monkeypatch.setattr(ParamsDecoder, "_walk", counting)
    return count


def lengths(number: int) -> bytes:
    """A record of a shape of its own: text is as long as the number."""
    return data_of([("a", (7, "x" * number)), ("b", (1, number)), ("c", (6, number))])


def read(decoder: ParamsDecoder, numbers: Iterable[int]) -> None:
    for number in numbers:
        data = lengths(number)
        right = {"a": "x" * number, "b": number, "c": number != 0}
        assert decoder(data, 0, len(data)) == (right, len(data))


def test_as_many_shapes_of_a_count_as_are_kept_are_walked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    count, decoder = walks(monkeypatch), ParamsDecoder(LIMIT)
    read(decoder, range(params._SHAPES_MAX))
    read(decoder, range(params._SHAPES_MAX))
    assert count[0] == params._SHAPES_MAX + 1  # the first of a count is walked, and not learnt
    read(decoder, range(params._SHAPES_MAX))
    assert count[0] == params._SHAPES_MAX + 1


def test_guests_that_come_later_take_the_place_of_those_that_have_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    count, decoder = walks(monkeypatch), ParamsDecoder(LIMIT)
    for _ in range(3):
        read(decoder, range(params._SHAPES_MAX))
    for _ in range(100):
        read(decoder, range(100, 104))
    count[0] = 0
    read(decoder, range(100, 104))
    assert count[0] == 0


def test_what_is_used_all_the_time_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    count, decoder = walks(monkeypatch), ParamsDecoder(LIMIT)
    read(decoder, [0, 0])
    for number in range(1, 2000):
        read(decoder, [0, number])
    assert count[0] == 2001
    count[0] = 0
    read(decoder, [0])
    assert count[0] == 0


def test_parameters_of_all_shapes_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(params, "_PARAMETERS_MAX", 60)
    decoder = ParamsDecoder(LIMIT)
    for _ in range(40):
        for size in range(LIMIT):
            for variant in range(3):
                data = data_of([(f"{variant}n{number}", (1, number)) for number in range(size)])
                assert decoder(data, 0, len(data))[0] == {
                    f"{variant}n{number}": number for number in range(size)
                }
    held = [len(shape[2]) for shape in decoder._known]
    assert 40 < sum(held) <= 60
    assert sorted(held) == sorted(len(shape[2]) for shapes in decoder._shapes.values() for shape in shapes)


def test_a_record_longer_than_that_limit_is_read_and_not_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(params, "_PARAMETERS_MAX", 2)
    decoder = ParamsDecoder(LIMIT)
    read(decoder, [1, 1, 1])
    assert decoder._known == []


def test_counts_that_were_seen_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(params, "_COUNTS_MAX", 4)
    decoder = ParamsDecoder(LIMIT)
    for size in range(LIMIT):
        data = data_of([(f"n{number}", (1, number)) for number in range(size)])
        decoder(data, 0, len(data))
        assert len(decoder._seen) <= 4


def test_a_record_in_the_middle_of_a_message() -> None:
    decoder, data = ParamsDecoder(LIMIT), data_of(RECORD)
    for _ in range(3):
        assert decoder(b"1234" + data + b"5678", 4, len(data) + 8) == (RESULT, len(data) + 4)


def test_the_limit_holds_for_known_shapes() -> None:
    most = [(f"n{number}", (1, number)) for number in range(LIMIT)]
    decoder = fresh()
    for _ in range(3):
        assert short(decoder, data_of(most)) == {f"n{number}": number for number in range(LIMIT)}
        assert short(decoder, data_of([*most, ("more", (1, 1))])) is None


def test_where_one_has_to_go_few_are_learnt() -> None:
    decoder = ParamsDecoder(LIMIT)
    for _ in range(3):
        read(decoder, range(params._SHAPES_MAX))
    before = list(decoder._known)
    read(decoder, range(100, 100 + params._LEARN_EACH - 1))
    assert decoder._known == before
    read(decoder, [200])
    assert len(decoder._known) == len(before)
    assert decoder._known[-1] not in before


def test_a_procedure_whose_replies_keep_the_types_stands_beside_the_usual_one() -> None:
    usual = remote.DOMAIN_GET_SCHEDULER_PARAMETERS
    exact = remote.exact(usual)
    body = usual.encode_reply(typed_params({"cpu_shares": 5}))
    assert usual.decode_reply(body, 0) == {"cpu_shares": 5}
    assert exact.encode_reply(*exact.decode_reply(body, 0)) == body
    assert remote.exact(usual) is exact
    assert remote.DOMAIN_GET_SCHEDULER_PARAMETERS is usual
