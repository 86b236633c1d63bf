"""XDR: one encoder and one decoder for each row of the schema, compiled at first use.

A row (`_generated/schema.py` explains the notation) becomes the source of one Python function, so that
neither direction takes an interpreted step per field. Rules that hold for all of them:

- Every length is checked against the protocol's limit, and against the bytes that are there, before
  anything of that length is made. Bad bytes raise `ProtocolError` and nothing else.
- A structure is a tuple of its fields. The `remote_nonnull_*` structures that name an object of the daemon
  are *handles*: they decode to their own bytes, and their bytes encode to themselves, because a client
  hands them back far more often than it looks inside.
- Text is UTF-8 with surrogateescape, so that what is not UTF-8 goes back as it came.
- An array of typed parameters is a list of (field, (type, value)); decoded for an API (`params="dict"`)
  it is a dict, which is what nearly every caller wants and much cheaper.
"""

from __future__ import annotations

from struct import Struct
from struct import error as struct_error

from .._generated.schema import STRUCTS
from ..errors import Error, ProtocolError, invalid_argument, invalid_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Encoder = Callable[..., bytes]
    Decoder = Callable[[bytes, int], Any]

#: One-word and two-word scalars: struct code, bytes, and what to say of a value that does not fit.
SCALARS = {
    "i": ("i", 4, "an integer from -2147483648 to 2147483647"),
    "u": ("I", 4, "an integer from 0 to 4294967295"),
    "h": ("q", 8, "an integer that fits in 64 bits with sign"),
    "H": ("Q", 8, "an integer from 0 to 18446744073709551615"),
    "d": ("d", 8, "a number"),
    "b": ("3x?", 4, "a boolean"),
    "c": ("i", 4, "an integer from -128 to 127"),
    "B": ("3xB", 4, "an integer from 0 to 255"),
    "S": ("i", 4, "an integer from -32768 to 32767"),
    "W": ("2xH", 4, "an integer from 0 to 65535"),
}

#: Structures that name an object of the daemon.
HANDLES = frozenset(
    "remote_nonnull_" + name
    for name in (
        "domain", "network", "network_port", "nwfilter", "nwfilter_binding", "interface", "storage_pool",
        "storage_vol", "node_device", "secret", "domain_checkpoint", "domain_snapshot",
    )
)  # fmt: skip

TYPED_PARAM = "remote_typed_param"
_PADDING = (b"", b"\0\0\0", b"\0\0", b"\0")


def fields(row: str) -> list[tuple[str, str]]:
    """The (name, type) pairs of a structure's row."""
    return [(name, kind) for name, _, kind in (part.partition(":") for part in row.split())]


def _array(kind: str) -> tuple[int, str]:
    limit, _, element = kind[1:].partition(">" if kind[0] == "<" else "]")
    return int(limit), element


def _cases(row: str) -> tuple[str, dict[int, str]]:
    discriminant, *cases = row.removeprefix("switch ").split("|")
    return discriminant, {int(value): kind for value, _, kind in (c.partition(":") for c in cases)}


def minimum(kind: str) -> int:
    """The fewest bytes that a value of this type takes."""
    if kind in SCALARS:
        return SCALARS[kind][1]
    head = kind[0]
    if head == "x" and kind[1:].isdigit():
        return (int(kind[1:]) + 3) & ~3
    if head == "[":
        count, element = _array(kind)
        return count * minimum(element)
    if kind in STRUCTS:
        row = STRUCTS[kind]
        if row.startswith("switch "):
            discriminant, cases = _cases(row)
            return minimum(discriminant) + min(map(minimum, cases.values()))
        return sum(minimum(k) for _, k in fields(row))
    return 4


# --- encoding --------------------------------------------------------------------------------------


def _text(value: Any, limit: int, name: str) -> bytes:
    """A string, with its length before it and its padding behind."""
    try:
        data = value.encode("utf-8", "surrogateescape")
    except AttributeError:
        raise invalid_type(name, "str", value) from None
    except UnicodeEncodeError:
        raise invalid_argument(name, "text that can be encoded as UTF-8 was expected") from None
    size = len(data)
    if size > limit:
        raise invalid_argument(name, f"at most {limit} bytes were expected, not {size}")
    if b"\0" in data:
        raise invalid_argument(name, "text without a NUL character was expected")
    encoded: bytes = size.to_bytes(4, "big") + data + _PADDING[size & 3]
    return encoded


def _opaque(value: Any, limit: int, name: str) -> bytes:
    try:
        data = bytes(memoryview(value))
    except TypeError:
        raise invalid_type(name, "bytes", value) from None
    size = len(data)
    if size > limit:
        raise invalid_argument(name, f"at most {limit} bytes were expected, not {size}")
    return size.to_bytes(4, "big") + data + _PADDING[size & 3]


def _fixed(value: Any, size: int, name: str) -> bytes:
    try:
        data = bytes(memoryview(value))
    except TypeError:
        raise invalid_type(name, "bytes", value) from None
    if len(data) != size:
        raise invalid_argument(name, f"exactly {size} bytes were expected, not {len(data)}")
    return data + _PADDING[size & 3]


def _counted(value: Any, limit: int, name: str) -> bytes:
    """The count of a variable array's elements."""
    _check_sequence(value, name)
    if len(value) > limit:
        raise invalid_argument(name, f"at most {limit} elements were expected, not {len(value)}")
    count: bytes = len(value).to_bytes(4, "big")
    return count


def _exactly(value: Any, count: int, name: str) -> bytes:
    """Nothing: a fixed array has no count."""
    _check_sequence(value, name)
    if len(value) != count:
        raise invalid_argument(name, f"exactly {count} elements were expected, not {len(value)}")
    return b""


def _check_sequence(value: Any, name: str) -> None:
    if isinstance(value, (str, bytes)) or not hasattr(value, "__len__"):
        raise invalid_type(name, "a sequence", value)


def _misshapen(value: Any, count: int, name: str) -> Error:
    return invalid_type(name, f"a structure of {count} fields", value)


def _explain(kinds: tuple[tuple[str, str], ...], values: tuple[Any, ...]) -> Error:
    """Names the value that struct would not take."""
    for (name, kind), value in zip(kinds, values, strict=True):
        code, _, expected = SCALARS[kind]
        try:
            Struct(">" + code).pack(value)
        except (struct_error, OverflowError):
            if not hasattr(value, "__index__") and not (kind == "d" and hasattr(value, "__float__")):
                return invalid_type(name, expected, value)
            return invalid_argument(name, f"{expected} was expected, not {value!r}")
    raise AssertionError("struct refused values that it takes one by one")


class _Namespace:
    """Collects what a compiled function refers to, under short unique names."""

    def __init__(self, **names: Any) -> None:
        self.names: dict[str, Any] = names
        self._counter = 0

    def put(self, value: Any, stem: str = "k") -> str:
        name = self.new(stem)
        self.names[name] = value
        return name

    def new(self, stem: str) -> str:
        self._counter += 1
        return f"{stem}{self._counter}"

    def compile(self, lines: list[str], name: str) -> Any:
        exec(compile("\n".join(lines), f"<xdr {name}>", "exec"), self.names)
        return self.names["f"]


class _EncoderWriter:
    """Writes the source of an encoder: expressions whose values, joined, are the bytes."""

    def __init__(self) -> None:
        self.space = _Namespace(
            text=_text, opaque=_opaque, fixed=_fixed, counted=_counted, exactly=_exactly,
            misshapen=_misshapen, explain=_explain, error=struct_error, join=b"".join,
        )  # fmt: skip
        self._structs: dict[str, str] = {}

    def scalars(self, run: list[tuple[str, str, str]]) -> str:
        """A call that packs a run of scalars, given as (value expression, name, type)."""
        space = self.space
        pack = space.put(Struct(">" + "".join(SCALARS[kind][0] for _, _, kind in run)).pack, "pack")
        kinds = space.put(tuple((name, kind) for _, name, kind in run))
        names = [space.new("a") for _ in run]
        helper = space.new("scalars")
        arguments = ", ".join(names)
        self.space.compile(
            [
                f"def {helper}({arguments}):",
                "    try:",
                f"        return {pack}({arguments})",
                "    except error:",
                f"        raise explain({kinds}, ({arguments},)) from None",
                f"f = {helper}",
            ],
            helper,
        )
        return f"{helper}({', '.join(value for value, _, _ in run)})"

    def value(self, expression: str, name: str, kind: str) -> str:
        """An expression for the bytes of one value that is not a scalar."""
        head, rest = kind[0], kind[1:]
        if kind in SCALARS:
            return self.scalars([(expression, name, kind)])
        if kind in STRUCTS:
            encoder = self.structure(kind)
            if kind in HANDLES:
                return f"({expression} if type({expression}) is bytes else {encoder}({expression}, {name!r}))"
            return f"{encoder}({expression}, {name!r})"
        if head == "s":
            return f"text({expression}, {rest}, {name!r})"
        if head == "o":
            return f"opaque({expression}, {rest}, {name!r})"
        if head == "x":
            return f"fixed({expression}, {rest}, {name!r})"
        if head == "?":
            one, zero = self.space.put(b"\0\0\0\1"), self.space.put(b"\0\0\0\0")
            return f"({zero} if {expression} is None else {one} + {self.value(expression, name, rest)})"
        if head in "<[":
            limit, element = _array(kind)
            item = self.space.new("v")
            count = "counted" if head == "<" else "exactly"
            elements = f"[{self.value(item, name, element)} for {item} in {expression}]"
            return f"({count}({expression}, {limit}, {name!r}) + join({elements}))"
        raise AssertionError(f"schema type {kind!r}")

    def body(self, parts: list[tuple[str, str, str]]) -> str:
        """An expression for the bytes of several fields in order, scalars packed together."""
        out: list[str] = []
        run: list[tuple[str, str, str]] = []
        for part in parts:
            if part[2] in SCALARS:
                run.append(part)
                continue
            if run:
                out.append(self.scalars(run))
                run = []
            out.append(self.value(*part))
        if run:
            out.append(self.scalars(run))
        if not out:
            return "b''"
        return out[0] if len(out) == 1 else f"join(({', '.join(out)}))" if len(out) > 2 else " + ".join(out)

    @staticmethod
    def unpacking(function: str, names: list[str]) -> list[str]:
        return [
            f"def {function}(value, name):",
            "    try:",
            f"        {', '.join(names)}, = value",
            "    except (TypeError, ValueError):",
            f"        raise misshapen(value, {len(names)}, name) from None",
        ]

    def structure(self, name: str) -> str:
        """The name of a compiled function from one value of this structure to its bytes."""
        if name in self._structs:
            return self._structs[name]
        function = self._structs[name] = self.space.new("struct")
        row = STRUCTS[name]
        if row.startswith("switch "):
            discriminant, cases = _cases(row)
            lines = self.unpacking(function, ["kind", "v"])
            for number, kind in cases.items():
                tag = self.scalars([("kind", "type", discriminant)])
                lines += [
                    f"    if kind == {number}:",
                    f"        return {tag} + {self.value('v', 'value', kind)}",
                ]
            lines.append("    raise invalid('type', 'one of ' + " + repr(str(sorted(cases))) + ")")
            self.space.names["invalid"] = invalid_argument
        else:
            parts = fields(row)
            names = [f"f{i}_{field}" for i, (field, _) in enumerate(parts)]
            expression = self.body([(n, f, k) for n, (f, k) in zip(names, parts, strict=True)])
            lines = [*self.unpacking(function, names), f"    return {expression}"]
        self.space.compile([*lines, f"f = {function}"], function)
        return function


def compile_encoder(struct: str) -> Encoder:
    """A function that takes the fields of this structure and returns its bytes."""
    if struct == "-":
        return lambda: b""
    writer = _EncoderWriter()
    parts = fields(STRUCTS[struct])
    names = [f"f{i}_{field}" for i, (field, _) in enumerate(parts)]
    expression = writer.body([(n, f, k) for n, (f, k) in zip(names, parts, strict=True)])
    encoder: Encoder = writer.space.compile(
        [f"def f({', '.join(names)}):", f"    return {expression}"], struct
    )
    return encoder


# --- decoding --------------------------------------------------------------------------------------


def _short() -> ProtocolError:
    return ProtocolError("a message ends in the middle of a value")


def _over(what: str, count: int, limit: int) -> ProtocolError:
    return ProtocolError(f"a message has {count} {what} where the protocol allows {limit}")


def _flag(value: int) -> ProtocolError:
    return ProtocolError(f"a message has {value} where the protocol allows 0 or 1")


def _tag(value: int) -> ProtocolError:
    return ProtocolError(f"a message has a typed value of unknown type {value}")


def _trailing(count: int) -> ProtocolError:
    return ProtocolError(f"a message has {count} bytes too many")


class _DecoderWriter:
    """Writes the source of a decoder: statements over `buf`, `pos` and `end`."""

    def __init__(self, params: str) -> None:
        self.space = _Namespace(
            short=_short, over=_over, flag=_flag, tag=_tag, trailing=_trailing, error=struct_error,
            u32=Struct(">I").unpack_from, Struct=Struct, ProtocolError=ProtocolError,
        )  # fmt: skip
        self.params = params
        self.lines: list[str] = []
        self.indent = 1

    def write(self, *lines: str) -> None:
        self.lines += ["    " * self.indent + line for line in lines]

    def bounded(self, limit: int, what: str) -> None:
        """Reads a count into `n` and refuses one over its limit."""
        self.write(
            "n = u32(buf, pos)[0]", "pos += 4", f"if n > {limit}:", f"    raise over({what!r}, n, {limit})"
        )

    def scalars(self, run: list[tuple[str, str]]) -> None:
        layout = Struct(">" + "".join(SCALARS[kind][0] for _, kind in run))
        unpack = self.space.put(layout.unpack_from, "unpack")
        targets = ", ".join(target for target, _ in run)
        self.write(f"{targets}, = {unpack}(buf, pos)", f"pos += {layout.size}")

    def skip(self, kind: str) -> None:
        """Moves `pos` over a value without making it."""
        if kind in SCALARS or (kind[0] == "x" and kind[1:].isdigit()):
            self.write(f"pos += {minimum(kind)}")
        elif kind in STRUCTS:
            fixed = 0
            for _, part in fields(STRUCTS[kind]):
                if part in SCALARS or part[0] == "x":
                    fixed += minimum(part)
                else:
                    if fixed:
                        self.write(f"pos += {fixed}")
                    fixed = 0
                    self.skip(part)
            if fixed:
                self.write(f"pos += {fixed}")
        elif kind[0] == "s":
            self.bounded(int(kind[1:]), "bytes of text")
            self.write("pos += n + (-n & 3)")
        else:
            raise AssertionError(f"a handle with a {kind!r} inside")

    def value(self, target: str, kind: str) -> None:
        head, rest = kind[0], kind[1:]
        space = self.space
        if kind in SCALARS:
            self.scalars([(target, kind)])
        elif kind in HANDLES:
            start = space.new("start")
            self.write(f"{start} = pos")
            self.skip(kind)
            self.write("if pos > end:", "    raise short()", f"{target} = buf[{start}:pos]")
        elif kind in STRUCTS:
            row = STRUCTS[kind]
            if row.startswith("switch "):
                self.union(target, row)
            else:
                parts = fields(row)
                names = [space.new("f") for _ in parts]
                self.sequence(list(zip(names, (k for _, k in parts), strict=True)))
                self.write(f"{target} = ({', '.join(names)},)")
        elif head == "s":
            self.bounded(int(rest), "bytes of text")
            self.write(
                "stop = pos + n",
                "if stop > end:",
                "    raise short()",
                f"{target} = str(buf[pos:stop], 'utf-8', 'surrogateescape')",
                "pos = stop + (-n & 3)",
            )
        elif head == "o":
            self.bounded(int(rest), "bytes")
            self.write(
                "stop = pos + n",
                "if stop > end:",
                "    raise short()",
                f"{target} = buf[pos:stop]",
                "pos = stop + (-n & 3)",
            )
        elif head == "x":
            self.write(
                f"stop = pos + {rest}",
                "if stop > end:",
                "    raise short()",
                f"{target} = buf[pos:stop]",
                f"pos += {minimum(kind)}",
            )
        elif head == "?":
            present = space.new("present")
            self.write(f"{present}, = u32(buf, pos)", "pos += 4", f"if {present} == 1:")
            self.indent += 1
            self.value(target, rest)
            self.indent -= 1
            self.write(f"elif {present} == 0:", f"    {target} = None", "else:", f"    raise flag({present})")
        elif head in "<[":
            self.array(target, kind)
        else:
            raise AssertionError(f"schema type {kind!r}")

    def union(self, target: str, row: str) -> None:
        discriminant, cases = _cases(row)
        tag, inner = self.space.new("tag"), self.space.new("v")
        self.scalars([(tag, discriminant)])
        word = "if"
        for number, kind in cases.items():
            self.write(f"{word} {tag} == {number}:")
            self.indent += 1
            self.value(inner, kind)
            self.indent -= 1
            word = "elif"
        self.write("else:", f"    raise tag({tag})", f"{target} = ({tag}, {inner})")

    def array(self, target: str, kind: str) -> None:
        limit, element = _array(kind)
        if element == TYPED_PARAM and self.params == "dict":
            from .params import ParamsDecoder

            walk = self.space.put(ParamsDecoder(limit), "walk")
            self.write(f"{target}, pos = {walk}(buf, pos, end)")
            return
        count = self.space.new("count")
        if kind[0] == "<":
            self.bounded(limit, "elements")
            self.write(f"{count} = n")
        else:
            self.write(f"{count} = {limit}")
        # No allocation before the bytes for it are known to be there.
        self.write(f"if {count} * {minimum(element)} > end - pos:", "    raise short()")
        if element in SCALARS:
            code, size, _ = SCALARS[element]
            layout = (
                f"Struct('>' + {code!r} * {count})" if len(code) > 1 else f"Struct('>%d{code}' % {count})"
            )
            self.write(f"{target} = list({layout}.unpack_from(buf, pos))", f"pos += {count} * {size}")
            return
        item = self.space.new("item")
        self.write(f"{target} = []", f"for _ in range({count}):")
        self.indent += 1
        self.value(item, element)
        self.write(f"{target}.append({item})")
        self.indent -= 1

    def sequence(self, parts: list[tuple[str, str]]) -> None:
        """Several values in order, neighbouring scalars unpacked together."""
        run: list[tuple[str, str]] = []
        for target, kind in parts:
            if kind in SCALARS:
                run.append((target, kind))
                continue
            if run:
                self.scalars(run)
                run = []
            self.value(target, kind)
        if run:
            self.scalars(run)


def compile_decoder(struct: str, params: str = "list", unwrap: bool = False, rest: bool = False) -> Decoder:
    """A function from (bytes, offset) to the tuple of this structure's fields.

    It takes all bytes from the offset on and refuses any that are left, unless `rest` lets them be.
    `params="dict"` makes dicts of typed parameters; `unwrap` returns the value of an only field, and None
    where there is none.
    """
    writer = _DecoderWriter(params)
    parts = fields(STRUCTS[struct]) if struct != "-" else []
    names = [f"f{i}_{field}" for i, (field, _) in enumerate(parts)]
    writer.indent = 2
    writer.write("end = len(buf)")
    writer.sequence(list(zip(names, (kind for _, kind in parts), strict=True)))
    if unwrap and len(parts) < 2:
        result = names[0] if parts else "None"
    else:
        result = f"({', '.join(names)},)" if parts else "()"
    lines = [
        "def f(buf, pos):",
        "    try:",
        *writer.lines,
        "    except error:",
        "        raise short() from None",
        "    if pos > end:",
        "        raise short()",
        *([] if rest else ["    if pos < end:", "        raise trailing(end - pos)"]),
        f"    return {result}",
    ]
    decoder: Decoder = writer.space.compile(lines, struct)
    return decoder
