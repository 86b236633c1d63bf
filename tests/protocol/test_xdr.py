"""Every procedure of all four programs, both directions, both halves; and what is not the protocol."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gen_schema import BASE_CODES
from sysvirt._generated.schema import LIMITS, PROCEDURES, STRUCTS
from sysvirt._protocol.procedure import Procedure
from sysvirt._protocol.table import find, keepalive, lxc, qemu, remote
from sysvirt._protocol.xdr import HANDLES, compile_decoder, compile_encoder, minimum
from sysvirt.errors import InvalidArgument, ProtocolError
from tests.protocol.reference import (
    RANGES,
    columns,
    encoded,
    examples,
    fields,
    for_the_api,
    is_handle,
    simple,
    simple_fields,
    with_handles,
)

AnyProcedure = Procedure[..., Any]

EVERY = [procedure for program in (remote, qemu, lxc, keepalive) for procedure in program]
STRING_MAX = LIMITS["REMOTE_STRING_MAX"]

every_procedure = pytest.mark.parametrize("procedure", EVERY, ids=lambda procedure: procedure.name)


def rows(procedure: AnyProcedure) -> tuple[str, str]:
    """The structures of a procedure's call and of its reply (or event)."""
    for program in PROCEDURES.values():
        row = program.get(procedure.name)
        if row is not None and int(row.split()[0]) == procedure.number:
            return row.split()[1], row.split()[2]
    raise AssertionError(procedure)


def directions(
    procedure: AnyProcedure,
) -> list[tuple[str, Callable[..., bytes], Callable[[bytes, int], Any]]]:
    args, ret = rows(procedure)
    return [
        (args, procedure.encode_call, procedure.decode_call),
        (ret, procedure.encode_reply, procedure.decode_reply_exact),
    ]


def seen(struct: str, values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(with_handles(kind, value) for (_, kind), value in zip(columns(struct), values, strict=True))


def refuses(decode: Callable[[bytes, int], Any], data: bytes) -> bool:
    """Whether the bytes are refused; any other exception fails the test."""
    try:
        decode(data, 0)
    except ProtocolError:
        return True
    return False


def spoilt(data: bytes, offset: int, word: int) -> bytes:
    return data[:offset] + word.to_bytes(4, "big") + data[offset + 4 :]


def test_there_are_466() -> None:
    assert len(EVERY) == 466
    assert all(find(procedure.program, procedure.number) is procedure for procedure in EVERY)


@every_procedure
def test_round_trip(procedure: AnyProcedure) -> None:
    @examples(4)
    @given(*(fields(struct) for struct in rows(procedure)))
    def check(call: tuple[Any, ...], reply: tuple[Any, ...]) -> None:
        for (struct, encode, decode), values in zip(directions(procedure), (call, reply), strict=True):
            data, _ = encoded(struct, values)
            assert encode(*values) == data
            decoded = decode(data, 0)
            assert decoded == seen(struct, values)
            assert encode(*decoded) == data
            assert decode(b"before" + data, 6) == decoded
        struct = rows(procedure)[1]
        shown = [for_the_api(kind, one) for (_, kind), one in zip(columns(struct), decoded, strict=True)]
        for _ in range(3):  # the first time, when a shape is learnt, and when it is used
            assert procedure.decode_reply(data, 0) == (
                None if not shown else shown[0] if len(shown) == 1 else tuple(shown)
            )

    check()


@every_procedure
def test_what_is_cut_or_spoilt_is_refused(procedure: AnyProcedure) -> None:
    @examples(2)
    @given(*(fields(struct) for struct in rows(procedure)))
    def check(call: tuple[Any, ...], reply: tuple[Any, ...]) -> None:
        for (struct, _, exact), values in zip(directions(procedure), (call, reply), strict=True):
            data, marks = encoded(struct, values)
            for decode in (exact, procedure.decode_reply) if values is reply else (exact,):
                decode(data, 0)
                for cut in range(len(data)):
                    assert refuses(decode, data[:cut])
                assert refuses(decode, data + bytes(4))
                assert refuses(decode, data + b"\0")
                for what, offset, limit in marks:
                    assert refuses(decode, spoilt(data, offset, limit + 1)), what
                    assert refuses(decode, spoilt(data, offset, 2**32 - 1)), what
                    if what == "tag":
                        assert refuses(decode, spoilt(data, offset, 0))

    check()


@every_procedure
def test_lengths_that_lie_allocate_nothing(procedure: AnyProcedure) -> None:
    cases: list[tuple[Callable[[bytes, int], Any], bytes]] = []
    for struct, _, exact in directions(procedure):
        data, marks = encoded(struct, simple_fields(struct))
        for decode in (exact, procedure.decode_reply) if exact is procedure.decode_reply_exact else (exact,):
            decode(data, 0)
            for what, offset, limit in marks:
                if what in ("count", "length"):
                    cases += [(decode, spoilt(data, offset, word)) for word in (limit, limit + 1, 2**32 - 1)]
    tracemalloc.start()
    try:
        for decode, data in cases:
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            with suppress(ProtocolError):  # a few more bytes may happen to be there
                decode(data, 0)
            assert tracemalloc.get_traced_memory()[1] - before < 8192 + 64 * len(data)
    finally:
        tracemalloc.stop()


WORDS = st.sampled_from([0, 1, 2, 7, 255, 65535, 2**31 - 1, 2**31, 2**32 - 4, 2**32 - 1])


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """Bytes with words replaced, and parts left out, doubled or made up."""
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        size = draw(st.integers(0, 12))
        middle = draw(
            WORDS.map(lambda word: word.to_bytes(4, "big"))
            | st.binary(max_size=12)
            | st.just(data[at : at + size] * 2)
            | st.just(b"")
        )
        data = data[:at] + middle + data[at + size :]
    return data


@pytest.mark.slow
@every_procedure
def test_noise_is_refused_or_has_a_value(procedure: AnyProcedure) -> None:
    @examples(5)
    @given(st.data())
    def check(draw: st.DataObject) -> None:
        for struct, _, exact in directions(procedure):
            data = encoded(struct, draw.draw(fields(struct)))[0]
            noise = draw.draw(damaged(data) | st.binary(max_size=64))
            refused = refuses(exact, noise)
            if exact is procedure.decode_reply_exact:
                assert refuses(procedure.decode_reply, noise) == refused

    check()


# --- what a caller may pass ------------------------------------------------------------------------

IMPOSSIBLE: list[Any] = [None, "3", 1.5, b"1", object()]


def wrong(kind: str) -> list[Any]:
    """Values that do not belong to a type."""
    if kind in "iuhH":
        low, high = RANGES[kind]
        return [low - 1, high + 1, 2**70, -(2**70), *IMPOSSIBLE]
    if kind == "d":
        return [None, "3", b"1"]
    if kind[0] == "s" and kind[1:].isdigit():
        return ["a\0b", "x" * (int(kind[1:]) + 1), "\ud800", b"bytes", 3, None]
    if kind[0] == "o" and kind[1:].isdigit():
        return [bytes(int(kind[1:]) + 1), "text", 3, None]
    if kind[0] == "x" and kind[1:].isdigit():
        return [bytes(int(kind[1:]) - 1), bytes(int(kind[1:]) + 1), "text", 3, None]
    if is_handle(kind):
        return ["text", 3, None, (), ("name",) * 9]
    if kind[0] == "?":
        return [value for value in wrong(kind[1:]) if value is not None]
    if kind[0] == "<":
        element = kind.partition(">")[2]
        elements = [] if element in STRUCTS else [[value] for value in wrong(element)]
        return [None, 3, "text", b"bytes", [0] * (int(kind[1:].partition(">")[0]) + 1), *elements]
    return []


@every_procedure
def test_a_wrong_argument_is_named(procedure: AnyProcedure) -> None:
    struct = rows(procedure)[0]
    values = simple_fields(struct)
    for index, (name, kind) in enumerate(columns(struct)):
        for value in wrong(kind):
            with pytest.raises(InvalidArgument) as caught:
                procedure.encode_call(*values[:index], value, *values[index + 1 :])
            assert caught.value.message.startswith(f"{name}: ")
            assert isinstance(caught.value, (ValueError, TypeError))


def test_the_longest_string_that_goes() -> None:
    longest = "x" * STRING_MAX
    encoded = remote.DOMAIN_DEFINE_XML.encode_call(longest)
    assert remote.DOMAIN_DEFINE_XML.decode_call(encoded, 0) == (longest,)
    with pytest.raises(InvalidArgument, match=f"xml: at most {STRING_MAX} bytes were expected"):
        remote.DOMAIN_DEFINE_XML.encode_call("é" * (STRING_MAX // 2 + 1))


def test_text_that_is_no_utf8_goes_back_as_it_came() -> None:
    decode, encode = remote.DOMAIN_GET_XML_DESC.decode_reply, remote.DOMAIN_GET_XML_DESC.encode_reply
    data = b"\0\0\0\4<\xff\xc3>"
    text = decode(data, 0)
    assert text == "<\udcff\udcc3>"
    assert encode(text) == data


@every_procedure
def test_handles_go_in_as_bytes_or_tuples(procedure: AnyProcedure) -> None:
    struct = rows(procedure)[0]
    values = simple_fields(struct)
    assert procedure.encode_call(*seen(struct, values)) == procedure.encode_call(*values)


def test_handles_are_what_names_an_object() -> None:
    assert {kind for kind in STRUCTS if is_handle(kind)} == HANDLES


def test_what_has_a_buffer_is_bytes() -> None:
    uuid = bytes(range(16))
    encode = remote.DOMAIN_LOOKUP_BY_UUID.encode_call
    assert encode(bytearray(uuid)) == encode(memoryview(uuid)) == encode(uuid) == uuid


def test_a_union_refuses_a_tag_it_has_not() -> None:
    with pytest.raises(InvalidArgument, match=r"type: .*1, 2, 3, 4, 5, 6, 7"):
        remote.DOMAIN_SET_SCHEDULER_PARAMETERS.encode_call((("a"), bytes(16), 1), [("field", (8, 1))])


def test_padding_is_not_looked_at() -> None:
    # libvirt's own decoder doesn't either.
    assert remote.DOMAIN_GET_XML_DESC.decode_reply(b"\0\0\0\1xabc", 0) == "x"


def test_a_procedure_of_no_fields() -> None:
    assert keepalive.PING.encode_call() == b""
    assert remote.CONNECT_CLOSE.decode_call(b"", 0) == ()
    assert remote.CONNECT_CLOSE.decode_reply(b"", 0) is None
    assert compile_decoder("-")(b"", 0) == ()


def known_everywhere(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """The type works in all places that the notation has for one."""
    row = f"it:{kind} maybe:?{kind} many:<3>{kind} fixed:[2]{kind}"
    monkeypatch.setitem(STRUCTS, "a_row_of_this_test", row)
    value = simple(kind)
    values = (value, value, [value], [value, value])
    encode, decode = compile_encoder("a_row_of_this_test"), compile_decoder("a_row_of_this_test")
    data = encode(*values)
    assert data == encoded("a_row_of_this_test", values)[0]
    decoded = decode(data, 0)
    assert encode(*decoded) == data
    assert len(data) >= minimum(kind) * 5 + 8


@pytest.mark.parametrize("kind", STRUCTS)
def test_every_row_of_the_schema_is_known(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known_everywhere(monkeypatch, kind)


@pytest.mark.parametrize("kind", [*BASE_CODES.values(), "s9", "o9", "x5"])
def test_every_type_that_is_generated_is_known(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known_everywhere(monkeypatch, kind)


def test_a_boolean_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STRUCTS, "a_row_of_this_test", "it:b")
    encode, decode = compile_encoder("a_row_of_this_test"), compile_decoder("a_row_of_this_test")
    for value in (False, True):
        assert encode(value) == bytes(3) + bytes([value])
        assert decode(encode(value), 0)[0] is value


@pytest.mark.parametrize("count", [0, 31, 33])
def test_a_fixed_array_has_exactly_its_elements(count: int) -> None:
    with pytest.raises(InvalidArgument, match=f"model: exactly 32 elements were expected, not {count}"):
        remote.NODE_GET_INFO.encode_reply([0] * count, 1, 1, 1, 1, 1, 1, 1)
