from __future__ import annotations

import pytest

import xfile
from xfile import Type

SOURCE = """\
/* A file in small. */
%#include "elsewhere.h"
const LIMIT = 0x10;
const ELSEWHERE = OUTER_LIMIT;

typedef string text<LIMIT>;
typedef text *maybe_text; /* may be absent */
typedef opaque uuid[16];

union value switch (int type) {
 case 1:
    int i;
 case KIND_TEXT:
    text s;
};

struct thing {
    text name;          /* insert@1 */
    unsigned count;
    unsigned hyper size;
    unsigned char state;
    char model[32];
    value values<LIMIT>;
};

enum thing_procedure {
    /* - @generate: none|both
     * is what each of these says.
     */

    /**
     * @generate: both
     * @acl: thing:read
     * @acl: thing:write:FLAG
     */
    THING_GET = 1,

    THING_SET = 2,

    /**
     * @priority:high
     */
    THING_END = 3
};
"""


def test_definitions() -> None:
    parsed = xfile.parse(SOURCE)
    assert parsed.constants == {"LIMIT": "0x10", "ELSEWHERE": "OUTER_LIMIT"}
    assert parsed.typedefs == {
        "text": Type("string", "<", "LIMIT"),
        "maybe_text": Type("text", "*"),
        "uuid": Type("opaque", "[", "16"),
    }
    assert parsed.unions["value"].switch == Type("int")
    assert parsed.unions["value"].arms == {"1": ("i", Type("int")), "KIND_TEXT": ("s", Type("text"))}
    assert {name: str(type_) for name, type_ in parsed.structs["thing"].items()} == {
        "name": "text",
        "count": "unsigned int",
        "size": "unsigned hyper",
        "state": "unsigned char",
        "model": "char[32]",
        "values": "value<LIMIT>",
    }


def test_annotations_are_those_of_the_comment_right_above() -> None:
    entries = xfile.parse(SOURCE).enums["thing_procedure"]
    assert {name: entry.value for name, entry in entries.items()} == {
        "THING_GET": 1,
        "THING_SET": 2,
        "THING_END": 3,
    }
    assert entries["THING_GET"].annotations == {
        "generate": ["both"],
        "acl": ["thing:read", "thing:write:FLAG"],
    }
    assert entries["THING_SET"].annotations == {}
    assert entries["THING_END"].annotations == {"priority": ["high"]}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("const A = 1", "file:1: ';' expected, not the end"),
        ("\nconst = 1;", "file:2: word expected, not '='"),
        ("struct s {\n int a;\n string b<>;\n};", "file:3: word or number expected, not '>'"),
        ("struct s { int a; ", "word expected, not the end"),
        ("union u switch (int t) { default: int a; };", "'case' expected, not 'default'"),
        ("enum e { A };", "'=' expected, not '}'"),
        ("program p { };", "const, typedef, enum, struct or union expected, not 'program'"),
        ("const A = 1; ?", "file:1: cannot read '?'"),
        ("/* without an end", "cannot read '/* without an end'"),
    ],
)
def test_what_is_not_understood_is_said(text: str, complaint: str) -> None:
    with pytest.raises(SyntaxError) as caught:
        xfile.parse(text, "file")
    assert complaint in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "const A = 1; const A = 1;",
        "struct s { int a; int a; };",
        "enum e { A = 1, A = 2 };",
        "typedef int t; typedef int t;",
    ],
)
def test_nothing_is_defined_twice(text: str) -> None:
    with pytest.raises(ValueError, match="defined twice"):
        xfile.parse(text)


def test_a_second_file_may_continue_an_enum_and_nothing_else() -> None:
    parsed = xfile.parse("enum e { A = 1 }; const L = 1;")
    parsed.merge(xfile.parse("enum e { B = 2 }; struct s { int a; };"))
    assert list(parsed.enums["e"]) == ["A", "B"]
    assert list(parsed.structs) == ["s"]
    for again in ("enum e { B = 3 };", "const L = 1;", "struct s { int a; };"):
        with pytest.raises(ValueError, match="defined twice"):
            parsed.merge(xfile.parse(again))
