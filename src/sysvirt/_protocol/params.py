"""Arrays of typed parameters, decoded to dicts.

Bulk statistics are thousands of records of some fifty parameters, nearly all with the same names in
the same order. The first record of a kind is walked, checked and remembered as a *shape*: one `Struct`
that alternates the bytes that stay (name and type words) with the values. The next record costs one
unpack, one comparison of the bytes that stay and one zip; where they differ it is walked.

Records vary with what a guest has and with how long its names are, so shapes are kept within limits: of
those not used for a while one is forgotten for each that is learnt, and where none helps, few are learnt.
"""

from __future__ import annotations

from struct import Struct
from sys import intern

from ..errors import ProtocolError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    #: layout, bytes that stay, names, which values are text or boolean; the last name and type and where they are;
    #: whether it was used since that was looked at
    Shape = tuple[
        Struct, tuple[bytes, ...], tuple[str, ...], tuple[tuple[str, int], ...], bytes, int, list[bool]
    ]

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

#: Shapes kept for one count of parameters: all may have to be tried.
_SHAPES_MAX = 32
#: Parameters in all shapes together. One takes some 150 bytes.
_PARAMETERS_MAX = 50_000
#: When a shape has to be forgotten for each new one, only one of so many unknown records is learned.
_LEARN_EACH = 8
#: How many counts of parameters are remembered that came more than once.
_COUNTS_MAX = 1024


class ParamsDecoder:
    """Decodes `remote_typed_param name<limit>` at an offset: (dict, offset behind it).

    Threads may share it: each change of what is known is one step, and what two of them do at once is still right.
    """

    __slots__ = ("_known", "_limit", "_missed", "_seen", "_shapes")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._shapes: dict[int, list[Shape]] = {}
        #: All shapes, those learnt first at the front.
        self._known: list[Shape] = []
        self._seen: set[int] = set()
        self._missed = 0

    def __call__(self, buf: bytes, pos: int, end: int) -> tuple[dict[str, Any], int]:
        count = _u32(buf, pos)[0]
        for layout, literals, names, special, last, last_at, used in self._shapes.get(count, ()):
            if pos + layout.size > end or not buf.startswith(last, pos + last_at):
                continue
            values = layout.unpack_from(buf, pos)
            if values[0::2] == literals:
                result = dict(zip(names, values[1::2], strict=True))
                for name, kind in special:
                    raw = result[name]
                    result[name] = str(raw, "utf-8", "surrogateescape") if kind == _STRING else raw != 0
                used[0] = True
                return result, pos + layout.size
        return self._walk(buf, pos, end, count)

    def _is_worth_learning(self, count: int) -> bool:
        """What comes again is, not what comes once; and what would drive another out only now and then."""
        if count == 0 or count > _PARAMETERS_MAX:
            return False
        if count not in self._seen:
            if len(self._seen) >= _COUNTS_MAX:
                self._seen = set()
            self._seen.add(count)
            return False
        if self._has_room(count):
            return True
        self._missed += 1
        return self._missed % _LEARN_EACH == 0

    def _has_room(self, count: int) -> bool:
        held = sum([len(shape[2]) for shape in self._known])
        return held + count <= _PARAMETERS_MAX and len(self._shapes.get(count, ())) < _SHAPES_MAX

    def _keep(self, count: int, shape: Shape) -> None:
        while not self._has_room(count):
            crowded = len(self._shapes.get(count, ())) >= _SHAPES_MAX
            self._forget_one(self._shapes[count] if crowded else self._known)
        self._known.append(shape)
        self._shapes.setdefault(count, []).append(shape)

    def _forget_one(self, among: list[Shape]) -> None:
        """The oldest that was not used since this was done last, else the oldest."""
        gone = among[0]
        for shape in list(among):
            used = shape[6]
            if not used[0]:
                gone = shape
                break
            used[0] = False
        count = len(gone[2])
        self._known = [shape for shape in self._known if shape is not gone]
        of_count = [shape for shape in self._shapes.get(count, ()) if shape is not gone]
        if of_count:
            self._shapes[count] = of_count
        else:
            self._shapes.pop(count, None)

    def _walk(self, buf: bytes, pos: int, end: int, count: int) -> tuple[dict[str, Any], int]:
        if count > self._limit:
            raise ProtocolError(f"a message has {count} parameters where the protocol allows {self._limit}")
        # A name's length, a type and the smallest value: nothing is made for a count that cannot be there.
        if count * 12 > end - pos - 4:
            raise ProtocolError("a message ends in the middle of a value")
        start = literal = last_at = pos
        pos += 4
        learn = self._is_worth_learning(count)
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
                    last_at = literal
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
                last_at = literal
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
            layout = Struct("".join(codes))
            assert layout.size == pos - start
            names = tuple(map(intern, result))
            last = literals[-2]
            self._keep(
                count, (layout, tuple(literals), names, tuple(special), last, last_at - start, [False])
            )
        return result, pos
