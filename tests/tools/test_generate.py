from __future__ import annotations

import json
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

import gen_schema
import generate
import spec_protocol


def load_json() -> Any:
    return json.loads(spec_protocol.OUTPUT.read_text("utf-8"))


def facts() -> tuple[Any, Any, Any]:
    """A protocol of two procedures, with its waits and annotations."""
    protocol = {
        "libvirt": "0",
        "additions": [],
        "external": {"OUTER": {"value": 7, "from": "a header"}},
        "constants": {"MAX": 5},
        "typedefs": {"text": "string<MAX>", "maybe": "*text", "ids": "uuid<OUTER>", "uuid": "opaque[16]"},
        "enums": {"kind": {"A": 0}},
        "unions": {"value": {"switch": "int", "cases": {"1": ["i", "int"], "OUTER": ["s", "text"]}}},
        "structs": {
            "remote_get_args": {"name": "maybe", "flags": "unsigned int"},
            "remote_get_ret": {"ids": "uuid<MAX>", "kind": "kind", "values": "value<3>", "fixed": "char[32]"},
            "remote_end_msg": {"data": "opaque<MAX>"},
        },
        "programs": {
            "remote": {
                "number": 1,
                "version": 1,
                "procedures": {"GET": {"number": 1, "priority": ["high"]}, "END": {"number": 2}},
            }
        },
    }
    return protocol, {"group": [], "rule": []}, {"writestream": {}, "descriptors": {}}


def test_types_and_limits_are_resolved() -> None:
    schema = gen_schema.Schema(*facts())
    assert schema.structs() == {
        "value": "switch i|1:i|7:s5",
        "remote_get_args": "name:?s5 flags:u",
        "remote_get_ret": "ids:<5>x16 kind:i values:<3>value fixed:[32]c",
        "remote_end_msg": "data:o5",
    }
    assert [p.row() for p in schema.procedures] == [
        "1 remote_get_args remote_get_ret free -",
        "2 - remote_end_msg free e",
    ]


def test_what_is_kept_by_hand_is_applied() -> None:
    protocol, waits, annotations = facts()
    group = {"class": "query", "reason": "for a test", "remote": ["GET"]}
    rules = [
        {
            "remote": ["GET"],
            "when": [{"argument": "flags", "mask": 4}],
            "class": "agent",
            "reason": "for a test",
        },
        {
            "remote": ["GET"],
            "when": [{"argument": "flags", "mask": 3, "value": 1}, {"argument": "name", "value": 2}],
            "class": "free",
            "reason": "for a test",
        },
    ]
    waits |= {"group": [group], "rule": rules}
    annotations |= {"writestream": {"remote": ["GET"]}, "descriptors": {"remote": ["GET"]}}
    schema = gen_schema.Schema(protocol, waits, annotations)
    assert schema.procedures[0].row() == "1 remote_get_args remote_get_ret query wf"
    assert schema.wait_rules == {
        ("remote", "GET"): [(((1, 4, None),), "agent"), (((1, 3, 1), (0, -1, 2)), "free")]
    }


@pytest.mark.parametrize(
    ("group", "complaint"),
    [
        ({"class": "query", "reason": "r", "remote": ["GONE"]}, "no such procedure"),
        ({"class": "query", "reason": "r", "remote": ["GET", "GET"]}, "listed twice"),
        ({"class": "free", "reason": "r", "remote": ["GET"]}, "is free without being listed"),
        ({"class": "slow", "reason": "r", "remote": ["GET"]}, "no such class"),
        ({"class": "query", "reason": "", "remote": ["GET"]}, "no reason"),
    ],
)
def test_a_wait_class_must_make_sense(group: dict[str, Any], complaint: str) -> None:
    protocol, waits, annotations = facts()
    with pytest.raises(ValueError, match=complaint):
        gen_schema.Schema(protocol, waits | {"group": [group]}, annotations)


@pytest.mark.parametrize(
    "when", [[], [{"argument": "flags"}], [{"argument": "flags", "mask": 1}, {"argument": "name"}]]
)
def test_a_wait_rule_must_say_something(when: list[dict[str, Any]]) -> None:
    protocol, waits, annotations = facts()
    rule = {"remote": ["GET"], "when": when, "class": "agent", "reason": "for a test"}
    with pytest.raises(ValueError, match="says nothing"):
        gen_schema.Schema(protocol, waits | {"rule": [rule]}, annotations)


def test_a_body_of_no_procedure_is_an_error() -> None:
    protocol, waits, annotations = facts()
    protocol["structs"]["remote_other_args"] = {"flags": "unsigned int"}
    with pytest.raises(ValueError, match="remote_other_args"):
        gen_schema.Schema(protocol, waits, annotations)


@pytest.mark.parametrize("type_", ["nothing_known", "text<MAX", "text<>", "**text"])
def test_an_unknown_type_is_an_error(type_: str) -> None:
    protocol, waits, annotations = deepcopy(facts())
    protocol["structs"]["remote_get_args"]["name"] = type_
    with pytest.raises(ValueError, match="type"):
        gen_schema.Schema(protocol, waits, annotations)


def test_the_imported_file_is_as_the_importer_writes_it() -> None:
    assert spec_protocol.dump(load_json()) == spec_protocol.OUTPUT.read_text("utf-8")


def test_no_annotation_was_lost() -> None:
    for program, facts in load_json()["programs"].items():
        for name, row in facts["procedures"].items():
            assert program == "keepalive" or {"number", "generate", "acl"} <= row.keys(), name


@pytest.mark.slow
def test_everything_generated_is_current() -> None:
    stale = [path for path, text in generate.outputs().items() if path.read_text("utf-8") != text]
    assert stale == []


def test_check_compares_whole_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "made.py"
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    monkeypatch.setattr(generate, "outputs", lambda: {target: "one\ntwo\n"})

    def run(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["generate.py", *arguments])
        return generate.main()

    assert run("--check") == 1
    assert not target.exists()
    assert run() == 0
    assert target.read_text("utf-8") == "one\ntwo\n"
    assert run("--check") == 0
    for other in ("one\n", "one\ntwo", "one\ntwo\nthree\n", ""):
        target.write_text(other, "utf-8")
        assert run("--check") == 1
        assert target.read_text("utf-8") == other
    assert "differs: made.py" in capsys.readouterr().out
