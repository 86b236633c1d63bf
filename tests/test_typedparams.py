"""Plain values become typed parameters, or are refused by name."""

from __future__ import annotations

import pytest

from sysvirt import TypedParam, typedparams
from sysvirt.errors import InvalidArgumentType, InvalidArgumentValue

KINDS = {
    "file": "string",
    "channels": "int",
    "weight": "uint",
    "quota": "llong",
    "shares": "ullong",
    "load": "double",
    "cmt": "boolean",
    "disks": "string*",
}


def encode(values: object) -> typedparams.Sent:
    return typedparams.encode("params", values, KINDS)


def test_values_of_each_type() -> None:
    sent = encode({
        "file": "/a", "channels": -1, "weight": 2**32 - 1, "quota": -(2**63), "shares": 2**64 - 1, "load": 1,
        "cmt": True, "disks": ["vda", "vdb"],
    })  # fmt: skip
    assert sent == [
        ("file", (7, "/a")), ("channels", (1, -1)), ("weight", (2, 2**32 - 1)), ("quota", (3, -(2**63))),
        ("shares", (4, 2**64 - 1)), ("load", (5, 1.0)), ("cmt", (6, 1)), ("disks", (7, "vda")), ("disks", (7, "vdb")),
    ]  # fmt: skip
    assert encode({}) == encode([]) == []
    assert encode({"disks": "vda"}) == [("disks", (7, "vda"))]


@pytest.mark.parametrize(
    ("values", "error", "text"),
    [
        ({"fil": "/a"}, InvalidArgumentValue, r"^params: one of file, channels, .* was expected, not 'fil'$"),
        ({"channels": 1 << 31}, InvalidArgumentValue, r"^params\['channels'\]: an integer from -2147483648 "),
        ({"weight": -1}, InvalidArgumentValue, r"^params\['weight'\]: an integer from 0 "),
        ({"shares": "7"}, InvalidArgumentType, r"^params\['shares'\]: expected an integer, not str$"),
        ({"shares": 1.5}, InvalidArgumentType, r"^params\['shares'\]: expected an integer, not float$"),
        ({"file": 3}, InvalidArgumentType, r"^params\['file'\]: expected str, not int$"),
        ({"load": "1"}, InvalidArgumentType, r"^params\['load'\]: expected a number, not str$"),
        ({"cmt": 2}, InvalidArgumentValue, r"^params\['cmt'\]: an integer from 0 to 1 "),
        ({"disks": 1}, InvalidArgumentType, r"^params\['disks'\]: expected str, or several, not int$"),
        ({"disks": ["a", 1]}, InvalidArgumentType, r"^params\['disks'\]: expected str, not int$"),
        ({1: 2}, InvalidArgumentType, r"^params: expected names as str, not int$"),
        (["file"], InvalidArgumentType, r"^params: expected a mapping or TypedParam records, not str$"),
        (None, InvalidArgumentType, r"^params: expected a mapping or TypedParam records, not NoneType$"),
    ],
)
def test_refused(values: object, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        encode(values)


def test_explicit_types() -> None:
    new = TypedParam("new", "uint", 5)
    assert encode([new]) == encode({"new": new}) == [("new", (2, 5))]
    assert encode({"channels": TypedParam("channels", "ullong", 5)}) == [("channels", (4, 5))]
    assert typedparams.unknown("params", {"new": new, "other": 3, "file": "/a"}, KINDS) == ["other"]
    with pytest.raises(
        InvalidArgumentValue, match=r"^params\['old'\]: a TypedParam of that name was expected"
    ):
        encode({"old": new})
    with pytest.raises(InvalidArgumentValue, match=r"^params\['new'\]: a type of int, uint, .* not 'u64'$"):
        encode([TypedParam("new", "u64", 5)])  # type: ignore[arg-type]
    with pytest.raises(InvalidArgumentValue, match=r"^params\['new'\]: an integer from 0 to 4294967295 "):
        encode([TypedParam("new", "uint", -5)])


def test_kinds_of_a_reply() -> None:
    assert typedparams.kinds_of_reply([("a", (2, 1)), ("b", (7, "x"))]) == {"a": "uint", "b": "string"}
