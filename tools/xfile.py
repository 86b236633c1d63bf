"""The grammar of .x files: XDR's language (RFC 4506) as libvirt writes it.

Two things that rpcgen throws away are kept: the annotations (`@generate: both`) in the comment above an
entry of an enum, and the names of limits, so that what is imported reads like its source.
Forms that libvirt doesn't use (nested type bodies, `void` and `default` arms, arrays without a limit)
are errors here: an array without a limit is one that a hostile peer may make as long as it likes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

T = TypeVar("T")

TOKEN = re.compile(
    r"""
      (?P<space> \s+ )
    | (?P<verbatim> ^%[^\n]* )
    | (?P<comment> /\*.*?\*/ )
    | (?P<number> -?0[xX][0-9a-fA-F]+ | -?[0-9]+ )
    | (?P<word> [A-Za-z_][A-Za-z0-9_]* )
    | (?P<mark> [][{}()<>*,;:=] )
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
ANNOTATION = re.compile(r"^[\s*]*@(\w+):\s*(\S.*?)\s*$", re.MULTILINE)
UNSIGNABLE = {"int", "hyper", "char", "short"}


class Type(NamedTuple):
    """A type as a declaration spells it: `base`, `base<limit>`, `base[size]` or `*base`."""

    base: str
    shape: str = ""  # "", "<", "[" or "*"
    size: str = ""

    def __str__(self) -> str:
        match self.shape:
            case "<":
                return f"{self.base}<{self.size}>"
            case "[":
                return f"{self.base}[{self.size}]"
            case "*":
                return f"*{self.base}"
            case _:
                return self.base


class Entry(NamedTuple):
    """One name of an enum, with the annotations of the comment right above it."""

    value: int
    annotations: dict[str, list[str]]


class Union(NamedTuple):
    """A union: the discriminant's type, and for each case (a name or number) the arm's name and type."""

    switch: Type
    arms: dict[str, tuple[str, Type]]


@dataclass
class XFile:
    """What one or more .x files define, each kind in the order of the source."""

    constants: dict[str, str] = field(default_factory=dict)
    typedefs: dict[str, Type] = field(default_factory=dict)
    enums: dict[str, dict[str, Entry]] = field(default_factory=dict)
    structs: dict[str, dict[str, Type]] = field(default_factory=dict)
    unions: dict[str, Union] = field(default_factory=dict)

    def merge(self, other: XFile) -> None:
        """Add another file's definitions; an enum may be continued, nothing may be defined twice."""
        add(self.constants, other.constants)
        add(self.typedefs, other.typedefs)
        add(self.structs, other.structs)
        add(self.unions, other.unions)
        for name, entries in other.enums.items():
            add(self.enums.setdefault(name, {}), entries)


def add(known: dict[str, T], new: dict[str, T]) -> None:
    if twice := known.keys() & new.keys():
        raise ValueError(f"defined twice: {', '.join(sorted(twice))}")
    known.update(new)


class Token(NamedTuple):
    kind: str
    text: str
    offset: int
    comment: str  # the last comment before it


def tokenize(text: str, name: str) -> list[Token]:
    tokens: list[Token] = []
    comment = ""
    offset = 0
    while offset < len(text):
        match = TOKEN.match(text, offset)
        if match is None:
            raise SyntaxError(f"{name}:{line_of(text, offset)}: cannot read {text[offset : offset + 20]!r}")
        kind = str(match.lastgroup)
        if kind == "comment":
            comment = match[0]
        elif kind not in ("space", "verbatim"):
            tokens.append(Token(kind, match[0], offset, comment))
            comment = ""
        offset = match.end()
    tokens.append(Token("end", "", offset, comment))
    return tokens


def line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def parse(text: str, name: str = "<text>") -> XFile:
    """Read the text of one .x file."""
    return _Parser(text, name).file()


class _Parser:
    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.tokens = tokenize(text, name)
        self.at = 0

    def fail(self, wanted: str) -> SyntaxError:
        token = self.tokens[self.at]
        found = repr(token.text) if token.text else "the end"
        return SyntaxError(f"{self.name}:{line_of(self.text, token.offset)}: {wanted} expected, not {found}")

    def take(self, *kinds: str) -> str:
        token = self.tokens[self.at]
        if token.kind not in kinds:
            raise self.fail(" or ".join(kinds))
        self.at += 1
        return token.text

    def skip(self, *texts: str) -> None:
        for text in texts:
            if not self.accept(text):
                raise self.fail(repr(text))

    def accept(self, text: str) -> bool:
        if self.tokens[self.at].text != text:
            return False
        self.at += 1
        return True

    def file(self) -> XFile:
        result = XFile()
        while self.tokens[self.at].kind != "end":
            kind = self.take("word")
            match kind:
                case "const":
                    name = self.take("word")
                    self.skip("=")
                    add(result.constants, {name: self.take("number", "word")})
                case "typedef":
                    name, type_ = self.declaration()
                    add(result.typedefs, {name: type_})
                case "enum":
                    add(result.enums, {self.take("word"): self.enum()})
                case "struct":
                    add(result.structs, {self.take("word"): self.struct()})
                case "union":
                    add(result.unions, {self.take("word"): self.union()})
                case _:
                    self.at -= 1
                    raise self.fail("const, typedef, enum, struct or union")
            self.skip(";")
        return result

    def enum(self) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        self.skip("{")
        while True:
            annotations: dict[str, list[str]] = {}
            for key, value in ANNOTATION.findall(self.tokens[self.at].comment):
                annotations.setdefault(key, []).append(value)
            name = self.take("word")
            self.skip("=")
            add(entries, {name: Entry(int(self.take("number"), 0), annotations)})
            if not self.accept(","):
                self.skip("}")
                return entries

    def struct(self) -> dict[str, Type]:
        fields: dict[str, Type] = {}
        self.skip("{")
        while not self.accept("}"):
            name, type_ = self.declaration()
            self.skip(";")
            add(fields, {name: type_})
        return fields

    def union(self) -> Union:
        arms: dict[str, tuple[str, Type]] = {}
        self.skip("switch", "(")
        _, switch = self.declaration()
        self.skip(")", "{")
        while not self.accept("}"):
            self.skip("case")
            case = self.take("word", "number")
            self.skip(":")
            arm = self.declaration()
            self.skip(";")
            add(arms, {case: arm})
        return Union(switch, arms)

    def declaration(self) -> tuple[str, Type]:
        base = self.take("word")
        if base == "unsigned":
            # `unsigned` alone is an unsigned int
            base += " " + (self.take("word") if self.tokens[self.at].text in UNSIGNABLE else "int")
        if self.accept("*"):
            return self.take("word"), Type(base, "*")
        name = self.take("word")
        for opening, closing in ("<>", "[]"):
            if self.accept(opening):
                size = self.take("word", "number")
                self.skip(closing)
                return name, Type(base, opening, size)
        return name, Type(base)
