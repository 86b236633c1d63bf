"""Arrays of typed parameters, decoded to dicts.

Bulk statistics are thousands of records of some fifty parameters, nearly all with the same names in
the same order. The first record of a kind is walked, checked and remembered as a *shape*: one `Struct`
that alternates the bytes that stay (name and type words) with the values. The next record costs one
unpack, one comparison of the bytes that stay and one zip; where they differ it is walked.
"""

from __future__ import annotations

from struct import Struct

from ..errors import ProtocolError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Shape = tuple[Struct, tuple[bytes, ...], tuple[str, ...], tuple[tuple[str, int], ...]]

_u32 = Struct(">I").unpack_from
_VALUES = {
    1: Struct(">i"),
    2: Struct(">I"),
    3: Struct(">q"),
    4: Struct(">Q"),
    5: Struct(">d"),
    6: Struct(">i"),
}
_BOOLEAN, _STRING = 6, 7
_STRING_MAX = 4194304

# Shapes kept for one count of parameters: guests of a few kinds alternate, more than these are rare.
_SHAPES_MAX = 8


class ParamsDecoder:
    """Decodes `remote_typed_param name<limit>` at an offset: (dict, offset behind it)."""

    __slots__ = ("_limit", "_seen", "_shapes")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._shapes: dict[int, list[Shape]] = {}
        self._seen: set[int] = set()

    def __call__(self, buf: bytes, pos: int, end: int) -> tuple[dict[str, Any], int]:
        count = _u32(buf, pos)[0]
        for layout, literals, names, special in self._shapes.get(count, ()):
            if pos + layout.size > end:
                continue
            values = layout.unpack_from(buf, pos)
            if values[0::2] == literals:
                result = dict(zip(names, values[1::2], strict=True))
                for name, kind in special:
                    raw = result[name]
                    result[name] = str(raw, "utf-8", "surrogateescape") if kind == _STRING else raw != 0
                return result, pos + layout.size
        return self._walk(buf, pos, end, count)

    def _walk(self, buf: bytes, pos: int, end: int, count: int) -> tuple[dict[str, Any], int]:
        if count > self._limit:
            raise ProtocolError(f"a message has {count} parameters where the protocol allows {self._limit}")
        # A name's length, a type and the smallest value: nothing is made for a count that cannot be there.
        if count * 12 > end - pos - 4:
            raise ProtocolError("a message ends in the middle of a value")
        start = literal = pos
        pos += 4
        # A shape is worth making for what comes again, not for what comes once.
        learn = count > 0 and count in self._seen and len(self._shapes.get(count, ())) < _SHAPES_MAX
        self._seen.add(count)
        result: dict[str, Any] = {}
        codes: list[str] = [">"]
        literals: list[bytes] = []
        special: list[tuple[str, int]] = []
        for _ in range(count):
            size = _u32(buf, pos)[0]
            pos += 4
            if size > _STRING_MAX:
                raise ProtocolError(
                    f"a message has {size} bytes of text where the protocol allows {_STRING_MAX}"
                )
            stop = pos + size
            if stop > end:
                raise ProtocolError("a message ends in the middle of a value")
            name = str(buf[pos:stop], "utf-8", "surrogateescape")
            pos = stop + (-size & 3)
            kind = _u32(buf, pos)[0]
            pos += 4
            if kind == _STRING:
                size = _u32(buf, pos)[0]
                pos += 4
                if size > _STRING_MAX:
                    raise ProtocolError(
                        f"a message has {size} bytes of text where the protocol allows {_STRING_MAX}"
                    )
                stop = pos + size
                if stop > end:
                    raise ProtocolError("a message ends in the middle of a value")
                result[name] = str(buf[pos:stop], "utf-8", "surrogateescape")
                if learn:
                    codes.append(f"{pos - literal}s{size}s")
                    literals.append(buf[literal:pos])
                    special.append((name, _STRING))
                pos = literal = stop
                # The padding belongs to the bytes that stay, so that odd padding is seen, not skipped.
                pos += -size & 3
                continue
            layout = _VALUES.get(kind)
            if layout is None:
                raise ProtocolError(f"a message has a typed value of unknown type {kind}")
            if learn:
                codes.append(f"{pos - literal}s{layout.format[1:]}")
                literals.append(buf[literal:pos])
            value = layout.unpack_from(buf, pos)[0]
            pos = literal = pos + layout.size
            if kind == _BOOLEAN:
                value = value != 0
                if learn:
                    special.append((name, _BOOLEAN))
            result[name] = value
        if pos > end:
            raise ProtocolError("a message ends in the middle of a value")
        if learn and len(result) == count:
            codes.append(f"{pos - literal}s")
            literals.append(buf[literal:pos])
            shape = (Struct("".join(codes)), tuple(literals), tuple(result), tuple(special))
            assert shape[0].size == pos - start
            self._shapes.setdefault(count, []).insert(0, shape)
        return result, pos
