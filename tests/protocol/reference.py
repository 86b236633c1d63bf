"""A second XDR encoder over the same schema, interpreted and plain, and strategies for values of its types.

It is what the compiled codecs are held against, and it knows where in the bytes the length words, the
presence words and the union tags are, so that tests can spoil them one by one.
"""

from __future__ import annotations

import os
from functools import cache
from struct import pack
from typing import Any, NamedTuple

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from sysvirt._generated.schema import STRUCTS

RANGES = {
    "i": (-(2**31), 2**31 - 1),
    "u": (0, 2**32 - 1),
    "h": (-(2**63), 2**63 - 1),
    "H": (0, 2**64 - 1),
    "c": (-128, 127),
    "B": (0, 255),
    "S": (-(2**15), 2**15 - 1),
    "W": (0, 2**16 - 1),
}
CODES = {"i": "i", "u": "I", "h": "q", "H": "Q", "d": "d", "c": "i", "B": "I", "S": "i", "W": "I", "b": "I"}
PARAMS = "remote_typed_param"


class Mark(NamedTuple):
    """Where a word is that has a meaning for the decoder, and the most that it may say."""

    what: str
    offset: int
    limit: int


def is_handle(kind: str) -> bool:
    return kind.startswith("remote_nonnull_")


def columns(struct: str) -> list[tuple[str, str]]:
    """Names and types of a structure's fields; none for the void structure."""
    if struct == "-":
        return []
    return [(part.split(":")[0], part.split(":")[1]) for part in STRUCTS[struct].split()]


def cases(struct: str) -> tuple[str, dict[int, str]]:
    tag, *rest = STRUCTS[struct].removeprefix("switch ").split("|")
    return tag, {int(case.split(":")[0]): case.split(":")[1] for case in rest}


def array(kind: str) -> tuple[int, str]:
    count, _, element = kind[1:].replace("]", ">").partition(">")
    return int(count), element


def encode(kind: str, value: Any, out: bytearray, marks: list[Mark]) -> None:
    """Appends the bytes of a value, handles given as tuples of their fields."""
    if kind in CODES:
        out += pack(">" + CODES[kind], value)
    elif kind in STRUCTS and STRUCTS[kind].startswith("switch "):
        tag, by_tag = cases(kind)
        marks.append(Mark("tag", len(out), max(by_tag)))
        encode(tag, value[0], out, marks)
        encode(by_tag[value[0]], value[1], out, marks)
    elif kind in STRUCTS:
        for (_, inner), one in zip(columns(kind), value, strict=True):
            encode(inner, one, out, marks)
    elif kind[0] == "?":
        marks.append(Mark("presence", len(out), 1))
        out += pack(">I", value is not None)
        if value is not None:
            encode(kind[1:], value, out, marks)
    elif kind[0] in "<[":
        count, element = array(kind)
        if kind[0] == "<":
            marks.append(Mark("count", len(out), count))
            out += pack(">I", len(value))
        for one in value:
            encode(element, one, out, marks)
    else:
        data = value.encode("utf-8", "surrogateescape") if kind[0] == "s" else value
        if kind[0] != "x":
            marks.append(Mark("length", len(out), int(kind[1:])))
            out += pack(">I", len(data))
        out += data + bytes(-len(data) % 4)


def encoded(struct: str, values: tuple[Any, ...]) -> tuple[bytes, list[Mark]]:
    """The bytes of a structure and the marks in them."""
    out, marks = bytearray(), list[Mark]()
    for (_, kind), value in zip(columns(struct), values, strict=True):
        encode(kind, value, out, marks)
    return bytes(out), marks


def with_handles(kind: str, value: Any) -> Any:
    """The value as it is decoded: handles are their bytes."""
    if value is None or kind in CODES or (kind[0] in "sox" and kind[1:].isdigit()):
        return value
    if is_handle(kind):
        return encoded(kind, value)[0]
    if kind in STRUCTS and STRUCTS[kind].startswith("switch "):
        return value
    if kind in STRUCTS:
        return tuple(with_handles(inner, one) for (_, inner), one in zip(columns(kind), value, strict=True))
    if kind[0] == "?":
        return with_handles(kind[1:], value)
    return [with_handles(array(kind)[1], one) for one in value]


def for_the_api(kind: str, value: Any) -> Any:
    """The value as `decode_reply` shows it: typed parameters as a dict. From what `with_handles` gives."""
    if value is None or kind in CODES or is_handle(kind) or (kind[0] in "sox" and kind[1:].isdigit()):
        return value
    if kind in STRUCTS and STRUCTS[kind].startswith("switch "):
        return value
    if kind in STRUCTS:
        return tuple(for_the_api(inner, one) for (_, inner), one in zip(columns(kind), value, strict=True))
    if kind[0] == "?":
        return for_the_api(kind[1:], value)
    element = array(kind)[1]
    if element == PARAMS:
        return {name: one != 0 if tag == 6 else one for name, (tag, one) in value}
    return [for_the_api(element, one) for one in value]


def simple(kind: str) -> Any:
    """One value of a type in which everything is there once, handles as tuples."""
    if kind in CODES:
        return 1
    if kind in STRUCTS and STRUCTS[kind].startswith("switch "):
        return 7, "text"
    if kind in STRUCTS:
        return simple_fields(kind)
    if kind[0] == "s":
        return "text"
    if kind[0] in "ox":
        return bytes(int(kind[1:]) if kind[0] == "x" else 1)
    if kind[0] == "?":
        return simple(kind[1:])
    count, element = array(kind)
    return [simple(element)] * (count if kind[0] == "[" else 1)


def simple_fields(struct: str) -> tuple[Any, ...]:
    return tuple(simple(kind) for _, kind in columns(struct))


# --- strategies ------------------------------------------------------------------------------------

#: Any bytes without a NUL are a string of the protocol: not only UTF-8.
RAW_TEXT = st.binary(max_size=9).map(
    lambda data: data.replace(b"\0", b"?").decode("utf-8", "surrogateescape")
)
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6) | RAW_TEXT


@cache
def values(kind: str) -> st.SearchStrategy[Any]:
    """Values of a type of the schema, handles as tuples."""
    if kind in RANGES:
        return st.integers(*RANGES[kind])
    if kind == "d":
        return st.floats(allow_nan=False)
    if kind in STRUCTS and STRUCTS[kind].startswith("switch "):
        by_tag = cases(kind)[1]
        return st.one_of([st.tuples(st.just(tag), values(inner)) for tag, inner in by_tag.items()])
    if kind in STRUCTS:
        return fields(kind)
    if kind[0] == "s":
        return TEXT
    if kind[0] == "o":
        return st.binary(max_size=9)
    if kind[0] == "x":
        return st.binary(min_size=int(kind[1:]), max_size=int(kind[1:]))
    if kind[0] == "?":
        return st.none() | values(kind[1:])
    count, element = array(kind)
    if kind[0] == "[":
        return st.lists(values(element), min_size=count, max_size=count)
    return st.lists(values(element), max_size=min(3, count))


@cache
def fields(struct: str) -> st.SearchStrategy[tuple[Any, ...]]:
    """All fields of a structure."""
    return st.tuples(*(values(kind) for _, kind in columns(struct)))


def examples(count: int) -> settings:
    """So many examples, the same ones every time; SYSVIRT_FUZZ=N makes it N times as many, other ones."""
    times = int(os.environ.get("SYSVIRT_FUZZ", "0"))
    return settings(
        max_examples=count * (times or 1),
        derandomize=not times,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
