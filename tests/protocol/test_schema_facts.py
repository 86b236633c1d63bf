"""The generated schema: complete, sound in itself, and the same protocol as libvirt's own dissector shows."""

from __future__ import annotations

import re

import pytest

import check_wire
from sysvirt._generated.schema import LIMITS, PROCEDURES, PROGRAMS, STRUCTS, WAITS

CODE = re.compile(r"(?:\?|<\d+>|\[\d+\])?(?:[iuhHdcBSWb]|[sox]\d+|[a-z_]\w{5,}|vir\w+)")
WAIT_CLASSES = {"free", "end", "long", "query", "change", "agent", "host", "several", "control"}


def codes(row: str) -> list[str]:
    parts = row.removeprefix("switch ").split("|") if row.startswith("switch ") else row.split()
    return [part.rpartition(":")[2] for part in parts]


def wait_class(name: str, program: str = "remote") -> str:
    return PROCEDURES[program][name].split()[3]


def test_every_procedure_of_every_program() -> None:
    assert {name: len(rows) for name, rows in PROCEDURES.items()} == {
        "remote": 456,
        "qemu": 7,
        "lxc": 1,
        "keepalive": 2,
    }
    assert PROGRAMS == {
        "remote": (0x20008086, 1),
        "qemu": (0x20008087, 1),
        "lxc": (0x00068000, 1),
        "keepalive": (0x6B656570, 1),
    }


def test_agrees_with_the_dissector() -> None:
    assert check_wire.differences(STRUCTS, PROCEDURES) == []


@pytest.mark.parametrize(
    ("struct", "row"),
    [
        ("remote_domain_get_info_args", ""),
        ("remote_domain_get_state_args", "dom:remote_nonnull_domain flags:i"),
        ("remote_domain_get_state_args", "flags:u dom:remote_nonnull_domain"),
        ("remote_domain_get_state_args", "dom:remote_nonnull_domain flags:u more:u"),
        ("remote_domain_get_state_args", "dom:remote_nonnull_domain"),
        ("remote_domain_get_state_args", "dom:remote_nonnull_domain flag:u"),
        ("remote_node_get_cells_free_memory_ret", "cells:<1024>h"),
        ("remote_typed_param_value", "switch i|1:i|2:i|3:h|4:H|5:d|6:i|7:s4194304"),
        ("remote_of_no_message", "flags:u"),
    ],
)
def test_a_wrong_row_is_noticed(struct: str, row: str) -> None:
    assert check_wire.field_differences(STRUCTS | {struct: row})


def test_a_wrong_procedure_is_noticed() -> None:
    lxc = {"DOMAIN_OPEN_NAMESPACE": "2 lxc_domain_open_namespace_args - query f"}
    assert check_wire.procedure_differences(PROCEDURES | {"lxc": lxc})
    assert check_wire.procedure_differences(PROCEDURES | {"lxc": {}})


def test_a_message_may_not_be_missing() -> None:
    rows = dict(STRUCTS)
    del rows["remote_domain_event_vcpu_removed_msg"]
    assert check_wire.field_differences(rows)


def test_only_what_exists_is_excused() -> None:
    fields = {f"{name}.{part.split(':')[0]}" for name, row in STRUCTS.items() for part in row.split()}
    arms = {name for name in check_wire.RENAMED if name.startswith("remote_typed_param_value.")}
    assert check_wire.RENAMED.keys() - arms <= fields
    assert len(check_wire.RENAMED) == 8 + len(arms)


def test_types_are_resolved() -> None:
    for name, row in STRUCTS.items():
        for code in codes(row):
            assert CODE.fullmatch(code), (name, code)
            base = re.sub(r"^(\?|<\d+>|\[\d+\])", "", code)
            assert base in STRUCTS or len(base) == 1 or base[1:].isdigit(), (name, code)


def test_structures_are_finite() -> None:
    def depth(name: str, above: tuple[str, ...]) -> None:
        assert name not in above
        for code in codes(STRUCTS[name]):
            base = re.sub(r"^(\?|<\d+>|\[\d+\])", "", code)
            if base in STRUCTS:
                depth(base, (*above, name))

    for name in STRUCTS:
        depth(name, ())


def test_rows_of_procedures() -> None:
    for rows in PROCEDURES.values():
        numbers = set()
        for name, row in rows.items():
            number, args, result, wait, flags = row.split()
            numbers.add(int(number))
            assert args == "-" or args in STRUCTS
            assert result == "-" or result in STRUCTS
            assert wait in WAIT_CLASSES
            assert re.fullmatch("r?w?e?f?|-", flags)
            # A message that nobody replies to is nothing that a call could wait for.
            assert "e" not in flags or (args, wait) == ("-", "free"), name
        assert numbers == set(range(1, len(rows) + 1))


@pytest.mark.parametrize(
    ("struct", "row"),
    [
        ("remote_nonnull_domain", "name:s4194304 uuid:x16 id:i"),
        ("remote_typed_param", "field:s4194304 value:remote_typed_param_value"),
        ("remote_typed_param_value", "switch i|1:i|2:u|3:h|4:H|5:d|6:i|7:s4194304"),
        ("remote_node_get_info_ret", "model:[32]c memory:H cpus:i mhz:i nodes:i sockets:i cores:i threads:i"),
        ("remote_domain_get_info_ret", "state:B maxMem:H memory:H nrVirtCpu:W cpuTime:H"),
        ("remote_domain_get_security_label_ret", "label:<4097>c enforcing:i"),
        ("remote_auth_sasl_start_args", "mech:s4194304 nil:i data:<65536>c"),
        ("remote_auth_list_ret", "types:<20>i"),
        ("remote_connect_open_args", "name:?s4194304 flags:u"),
        ("remote_domain_stats_record", "dom:remote_nonnull_domain params:<262144>remote_typed_param"),
        ("virNetMessageHeader", "prog:u vers:u proc:i type:i serial:u status:i"),
        ("virNetStreamHole", "length:h flags:u"),
    ],
)
def test_layouts_known_by_heart(struct: str, row: str) -> None:
    assert STRUCTS[struct] == row


def test_limits() -> None:
    assert LIMITS["REMOTE_STRING_MAX"] == 4 << 20
    assert LIMITS["VIR_NET_MESSAGE_MAX"] == 32 << 20
    assert LIMITS["VIR_NET_MESSAGE_NUM_FDS_MAX"] == 32
    assert LIMITS["REMOTE_SECURITY_LABEL_MAX"] == 4097


def test_what_travels_with_a_call() -> None:
    def flagged(flag: str) -> set[str]:
        rows = (row for program in PROCEDURES.values() for row in program.items())
        return {name for name, row in rows if flag in row.rpartition(" ")[2]}

    assert flagged("r") == {
        "DOMAIN_OPEN_CONSOLE",
        "DOMAIN_OPEN_CHANNEL",
        "DOMAIN_SCREENSHOT",
        "STORAGE_VOL_DOWNLOAD",
    }
    assert flagged("w") == {
        "DOMAIN_MIGRATE_PREPARE_TUNNEL",
        "DOMAIN_MIGRATE_PREPARE_TUNNEL3",
        "DOMAIN_MIGRATE_PREPARE_TUNNEL3_PARAMS",
        "STORAGE_VOL_UPLOAD",
    }
    assert len(flagged("f")) == 7
    assert len(flagged("e")) == 58


@pytest.mark.parametrize(
    ("name", "wait"),
    [
        ("DOMAIN_GET_STATE", "free"),  # marked high
        ("DOMAIN_GET_INFO", "free"),
        ("DOMAIN_GET_METADATA", "free"),
        ("DOMAIN_INTERFACE_STATS", "query"),  # marked high
        ("DOMAIN_SET_MEMORY", "change"),  # listed nowhere
        ("DOMAIN_DESTROY", "end"),
        ("DOMAIN_MIGRATE_CONFIRM3_PARAMS", "end"),
        ("DOMAIN_CREATE_XML", "long"),
        ("DOMAIN_SHUTDOWN", "agent"),  # first the agent, then the power button
        ("DOMAIN_GET_TIME", "agent"),
        ("DOMAIN_ABORT_JOB", "control"),
        ("CONNECT_GET_ALL_DOMAIN_STATS", "host"),
    ],
)
def test_wait_classes(name: str, wait: str) -> None:
    assert wait_class(name) == wait


def test_rules_that_change_the_class() -> None:
    for (program, name), rules in WAITS.items():
        args = codes(STRUCTS[PROCEDURES[program][name].split()[1]])
        for conditions, wait in rules:
            assert wait in WAIT_CLASSES
            assert wait != wait_class(name, program)
            for argument, mask, value in conditions:
                kind = args[argument]
                assert kind == "u" or (kind[0] == "<" and mask == -1), name
                assert mask > 0 or value is not None
                assert value is None or value & mask == value
    assert WAITS["remote", "DOMAIN_GET_VCPUS_FLAGS"] == ((((1, 8, None),), "agent"),)
    assert WAITS["remote", "DOMAIN_INTERFACE_ADDRESSES"] == ((((1, -1, 1),), "agent"),)
    assert WAITS["remote", "DOMAIN_REBOOT"] == ((((1, 3, 1),), "change"),)
