"""The constants: libvirt's values, members of typed enums, nothing built before it is needed."""

from __future__ import annotations

import copy
import csv
import json
import pickle
import subprocess
import sys
import threading
from enum import Enum, IntEnum, IntFlag
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, assert_type

import pytest

import gen_constants
import spec_constants
from sysvirt import _enums
from sysvirt._generated import constants
from sysvirt._generated.constants import (
    AgentResponseTimeout,
    ConnectGetAllDomainStatsFlags,
    DomainConstants,
    DomainMemoryModFlags,
    DomainModificationImpact,
    DomainState,
    DomainXMLFlags,
    ErrorCode,
    ErrorConstants,
    KeycodeSet,
    RunningReason,
)

ROOT = Path(__file__).parent.parent


class Domain(DomainConstants):
    __slots__ = ("name",)


class OtherDomain(DomainConstants):
    __slots__ = ()


def rows(file: str) -> list[dict[str, str]]:
    with (ROOT / "spec/surface" / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


SURFACE = [
    (r.get("object", "Domain"), r) for f in ("constants.tsv", "related-constants.tsv") for r in rows(f)
]
EXTRA = [
    ("Domain", "MIGRATE_MAX_SPEED_POSTCOPY", "VIR_DOMAIN_MIGRATE_MAX_SPEED_POSTCOPY"),
    (
        "Connection",
        "DOMAIN_CAPABILITIES_SUPPORTED_CPU_FEATURES",
        "VIR_CONNECT_GET_DOMAIN_CAPABILITIES_SUPPORTED_CPU_FEATURES",
    ),
    ("Error", "ERR_OPERATION_DENIED", "VIR_ERR_OPERATION_DENIED"),
    ("Error", "ERR_XML_INVALID_SCHEMA", "VIR_ERR_XML_INVALID_SCHEMA"),
]


@pytest.fixture(scope="module")
def header() -> dict[str, str]:
    """What a C compiler printed for each constant."""
    text = (ROOT / "tests/data/header-values.tsv").read_text("utf-8")
    return dict(line.split("\t") for line in text.splitlines()[1:])


@pytest.fixture
def fresh() -> ModuleType:
    """The module as nobody has used it yet."""
    module = ModuleType(constants.__name__)
    source = gen_constants.CODE.read_text("utf-8")
    exec(compile(source, gen_constants.CODE, "exec"), module.__dict__)
    return module


def constants_of(owner: str) -> Any:
    return getattr(constants, f"{owner}Constants")


def test_counts() -> None:
    assert len(rows("constants.tsv")) == 956
    assert len(SURFACE) == 956 + 386


@pytest.mark.parametrize("owner", dict.fromkeys(owner for owner, _ in SURFACE))
def test_values_are_the_headers(owner: str, header: dict[str, str]) -> None:
    for name, c_name in [
        *((r["constant"], r["c_name"]) for own, r in SURFACE if own == owner),
        *((name, c_name) for own, name, c_name in EXTRA if own == owner),
    ]:
        value = getattr(constants_of(owner), name)
        assert str(int(value) if isinstance(value, int) else value) == header[c_name], name


def test_every_one_of_a_c_enum_is_a_member_of_one_python_enum() -> None:
    enums: dict[str, set[type]] = {}
    for owner, row in SURFACE:
        value = getattr(constants_of(owner), row["constant"])
        if row["c_type"] == "string":
            assert type(value) is str
        elif row["c_type"] != "number":
            assert isinstance(value, Enum)
            enums.setdefault(row["c_type"], set()).add(type(value))
    assert all(len(types) == 1 for types in enums.values())
    names = {next(iter(types)).__name__ for types in enums.values()}
    assert len(names) == len(enums)
    assert names <= constants.ENUM_NAMES


def test_members_are_called_as_the_constants() -> None:
    assert DomainState.RUNNING is Domain.STATE_RUNNING
    assert RunningReason.BOOTED is Domain.STATE_RUNNING_BOOTED
    assert constants.DomainGuestInfoTypes.LOAD is Domain.GUEST_INFO_LOAD
    assert constants.StreamFlags.NONBLOCK is constants.StreamConstants.NONBLOCK
    assert constants.NodeCPUStatsAllCPUs.ALL_CPUS is constants.ConnectionConstants.NODE_CPU_STATS_ALL_CPUS


def test_all_classes_and_instances_share_the_members() -> None:
    assert Domain.STATE_PAUSED is OtherDomain.STATE_PAUSED is DomainState.PAUSED
    assert OtherDomain().XML_SECURE is Domain.XML_SECURE is DomainXMLFlags.SECURE


def test_an_instance_may_be_the_first_to_ask(fresh: ModuleType) -> None:
    instance = type("Domain", (fresh.DomainConstants,), {"__slots__": ()})()
    assert instance.STATE_RUNNING is fresh.DomainState.RUNNING
    assert instance.SCHEDULER_CPU_SHARES == "cpu_shares"
    assert instance.SEND_KEY_MAX_KEYS == 16


@pytest.mark.parametrize("cls", [Domain, constants.ErrorConstants])
def test_unknown_names_name_the_class(cls: type) -> None:
    with pytest.raises(AttributeError, match=rf"'{cls.__name__}' has no attribute 'STATE_FLYING'"):
        _ = cls.STATE_FLYING  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="has no attribute 'NoSuchThing'"):
        _ = constants.NoSuchThing  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="'scheduler'"):  # a set of strings is no enum
        _ = constants.scheduler  # type: ignore[attr-defined]


def test_traps() -> None:
    assert Domain.GUEST_INFO_LOAD_1M == "load.1m"
    assert isinstance(Domain.STATS_VCPU, constants.DomainStatsTypes)
    assert Domain.STATS_VCPU_CURRENT == "vcpu.current"
    assert isinstance(Domain.VCPU_LIVE, constants.DomainVcpuFlags)
    assert isinstance(Domain.VCPU_RUNNING, constants.VcpuState)
    assert isinstance(Domain.JOB_NONE, constants.JobType)
    assert Domain.JOB_OPERATION == "operation"
    assert Domain.SCHEDULER_EMULATOR_PERIOD == "emulator_period"
    assert int(Domain.MIGRATE_MAX_SPEED_POSTCOPY) == 1
    assert Domain.KEYCODE_SET_RFB is KeycodeSet.QNUM
    assert KeycodeSet(9).name == "QNUM"
    assert Domain.MEMORY_PARAM_UNLIMITED == 2**53 - 1


def test_symbolic_values_are_members_of_their_own() -> None:
    assert {int(Domain.MEM_LIVE), int(Domain.AFFECT_LIVE), int(Domain.DEVICE_MODIFY_LIVE)} == {1}
    assert type(Domain.MEM_LIVE) is DomainMemoryModFlags
    assert type(Domain.AFFECT_LIVE) is DomainModificationImpact
    assert Domain.MEM_LIVE | Domain.AFFECT_CONFIG == 3


def test_both_spellings_of_an_error() -> None:
    assert ErrorConstants.ERR_OPERATIONED_DENIED is ErrorConstants.ERR_OPERATION_DENIED
    assert ErrorConstants.ERR_INVALID_SCHEMA is ErrorConstants.ERR_XML_INVALID_SCHEMA
    assert ErrorCode(29).name == "OPERATION_DENIED"
    assert ErrorConstants.WAR_NO_NETWORK is ErrorCode.WAR_NO_NETWORK


def test_exceptions_can_have_constants() -> None:
    class Error(Exception, ErrorConstants):
        pass

    with pytest.raises(Error) as caught:
        raise Error("no")
    assert caught.value.FROM_QEMU is constants.ErrorDomain.QEMU
    assert Error.LEVEL_ERROR is constants.ErrorLevel.ERROR


@pytest.mark.parametrize("value", [99, -7, 2**31, 2**40])
def test_an_unknown_value_is_a_member_all_the_same(value: int) -> None:
    member = DomainState(value)
    assert member == value
    assert isinstance(member, DomainState)
    assert member.name == f"UNKNOWN_{value}"
    assert repr(member) == f"<DomainState.UNKNOWN_{value}: {value}>"
    assert member is DomainState(value) is _enums.lookup(DomainState, value)
    assert member is pickle.loads(pickle.dumps(member)) is copy.deepcopy(member)
    assert member not in list(DomainState)


def test_only_numbers_become_members() -> None:
    wrong: Any
    for wrong in ("running", None, 1.5):
        with pytest.raises(ValueError, match="not a valid DomainState"):
            DomainState(wrong)


def test_unknown_members_do_not_fill_the_memory(fresh: ModuleType) -> None:
    for value in range(5000):
        assert fresh.DomainState(value) == value
    assert len(fresh.DomainState._value2member_map_) == 1000
    assert fresh.DomainState(4999).name == "UNKNOWN_4999"


def test_unknown_bits_stay_in() -> None:
    flags = DomainXMLFlags(0x40000002)
    assert flags == 0x40000002
    assert flags & DomainXMLFlags.INACTIVE
    assert flags is DomainXMLFlags(0x40000002)
    assert pickle.loads(pickle.dumps(flags)) is flags
    assert _enums.lookup(DomainXMLFlags, 2) is DomainXMLFlags.INACTIVE
    assert _enums.lookup(DomainXMLFlags, 0x40000003) == 0x40000003


def test_signs_are_those_of_c() -> None:
    assert int(AgentResponseTimeout.BLOCK) == -2
    assert _enums.lookup(AgentResponseTimeout, -2) is AgentResponseTimeout.BLOCK
    assert int(ConnectGetAllDomainStatsFlags.ENFORCE_STATS) == 1 << 31


@pytest.mark.parametrize("name", sorted(constants.ENUM_NAMES))
def test_members_pickle(name: str) -> None:
    enum: Any = getattr(constants, name)
    assert issubclass(enum, (IntEnum, IntFlag))
    assert all(pickle.loads(pickle.dumps(member)) is member for member in enum)


def test_import_builds_no_enum() -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'src')!r})\n"
        "from sysvirt._generated.constants import DomainConstants, ErrorConstants, ENUM_NAMES\n"
        "assert 'DomainState' in ENUM_NAMES and 'STATE_RUNNING' in dir(DomainConstants)\n"
        "assert not {'enum', 're', 'typing', 'collections'} & set(sys.modules)\n"
        "assert DomainConstants.SCHEDULER_CPU_SHARES == 'cpu_shares' and 'enum' not in sys.modules\n"
        "assert DomainConstants.STATE_RUNNING.name == 'RUNNING' and 'typing' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-I", "-S", "-c", program], check=True)


def test_looking_at_one_builds_its_enum_only(fresh: ModuleType) -> None:
    assert fresh.DomainConstants.STATE_RUNNING == 1
    assert [name for name in fresh.ENUM_NAMES if name in fresh.__dict__] == ["DomainState"]
    assert fresh.DomainConstants.__dict__["STATE_PAUSED"] is fresh.DomainState.PAUSED


def test_two_threads_that_ask_first_get_the_same(fresh: ModuleType) -> None:
    barrier = threading.Barrier(8)
    cls = fresh.DomainConstants
    found: list[object] = []

    def look() -> None:
        barrier.wait()
        found.append(cls.PROCESS_SIGNAL_RT32)

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [value is fresh.ProcessSignal.RT32 for value in found] == [True] * 8


# --- sets of parameters ----------------------------------------------------------------------------


def test_every_string_is_in_one_set(fresh: ModuleType) -> None:
    strings = [
        f"{owner}.{name}"
        for owner, groups in fresh.CONSTANTS.items()
        for row in groups.values()
        if row.startswith("text ")
        for name in _enums.pairs(row.split(" ", 2)[2])
    ]
    assert sorted(strings) == sorted(f"{o}.{r['constant']}" for o, r in SURFACE if r["c_type"] == "string")


@pytest.mark.parametrize(
    ("set_name", "key", "wire_type"),
    [
        ("scheduler", Domain.SCHEDULER_CPU_SHARES, "ullong"),
        ("scheduler", Domain.SCHEDULER_VCPU_QUOTA, "llong"),
        ("scheduler", Domain.SCHEDULER_SHARES, "int"),
        ("blkio", Domain.BLKIO_WEIGHT, "uint"),
        ("blkio", Domain.BLKIO_DEVICE_WEIGHT, "string"),
        ("block_iotune", Domain.BLOCK_IOTUNE_GROUP_NAME, "string"),
        ("interface", Domain.BANDWIDTH_IN_FLOOR, "uint"),
        ("announce_interface", Domain.ANNOUNCE_INTERFACE_MAX, "uint"),
        ("perf", Domain.PERF_PARAM_CMT, "boolean"),
        ("iothread", Domain.IOTHREAD_PARAM_POLL_GROW, "uint"),
        ("iothread", Domain.IOTHREAD_PARAM_THREAD_POOL_MAX, "int"),
        ("block_copy", Domain.BLOCK_COPY_GRANULARITY, "uint"),
        ("migrate", Domain.MIGRATE_PARAM_DISK_PORT, "int"),
        ("migrate", Domain.MIGRATE_PARAM_MIGRATE_DISKS, "string*"),
        ("save", Domain.SAVE_PARAM_PARALLEL_CHANNELS, "int"),
        ("launch_security_state", Domain.LAUNCH_SECURITY_SEV_SECRET_SET_ADDRESS, "ullong"),
        ("numa", Domain.NUMA_MODE, "int"),
        ("memory", Domain.MEMORY_HARD_LIMIT, "ullong"),
        ("job", Domain.JOB_SUCCESS, "boolean"),
        ("stats", "cpu.time", "ullong"),
        ("stats", "block.*.rd.reqs", "ullong"),
        ("stats", "block.*.timed_group.*.rd_queue_depth_avg", "double"),
        ("stats", "block.*.latency_histogram.read.bin.count", "ullong"),
        ("stats", "block.*.latency_histogram.read.bin.*.start", "ullong"),
        ("stats", "dirtyrate.calc_start_time", "llong"),
        ("guest_info", "if.*.addr.*.prefix", "uint"),
        ("guest_info", "load.1m", "double"),
        ("tunable", "cputune.vcpupin*", "string"),
        ("identity", "process-id", "llong"),
    ],
)
def test_wire_types(set_name: str, key: str, wire_type: str) -> None:
    assert _enums.pairs(constants.SETS[set_name])[key] == wire_type


def test_prefixes_and_values_are_no_parameters() -> None:
    keys = {key for row in constants.SETS.values() for key in _enums.pairs(row)}
    assert not [key for key in keys if key.startswith(".") or key.endswith(".") or "%" in key]
    assert "save_image_format" not in constants.SETS
    assert Domain.SAVE_PARAM_IMAGE_FORMAT_ZSTD == "zstd"


# --- the importer and the generator ----------------------------------------------------------------


def test_import_of_an_api_description(tmp_path: Path) -> None:
    enum = "<enum name='{}' value='{}' type='{}' version='1.0.0' {}/>".format
    macro = "<macro name='{}' {} version='2.0.0'><info>{}</info></macro>".format
    (tmp_path / "libvirt-qemu-api.xml").write_text(f"<api>{enum('Q_HMP', 'F_LIVE', 'Q', '')}</api>")
    (tmp_path / "libvirt-api.xml").write_text(
        "<api>"
        + enum("M_LIVE", "F_LIVE", "M", "")
        + enum("F_LIVE", "1", "F", "value_bitshift='0'")
        + enum("V_TWO", "2", "V", "")
        + enum("V_BAD", "-1", "V", "")
        + macro("LIBVIR_VERSION_NUMBER", "raw='12008001'", "")
        + macro("N_MAX", "raw='9007199254740991LL /* = INT64_MAX &gt;&gt; 10 */'", "")
        + macro("N_TWO", "raw='V_TWO'", "")
        + macro("N_CALL", "params='x' raw='(x + 1)'", "")
        + macro("S_A", "string='a.b'", "Most bytes, as an unsigned\n long long.")
        + macro("S_B", "string='b'", "Accepted as VIR_TYPED_PARAM_UINT or VIR_TYPED_PARAM_ULLONG.")
        + "</api>"
    )
    ((path, text),) = spec_constants.import_constants(tmp_path / "libvirt-api.xml").items()
    assert path.name == "api.json"
    assert json.loads(text) == {
        "libvirt": "12.8.1",
        "enums": {
            "F": {"mask": True, "members": {"F_LIVE": [1, "1.0.0"]}},
            "M": {"mask": True, "members": {"M_LIVE": [1, "1.0.0"]}},
            "Q": {"mask": True, "members": {"Q_HMP": [1, "1.0.0"]}},
            "V": {"mask": False, "members": {"V_BAD": [-1, "1.0.0"], "V_TWO": [2, "1.0.0"]}},
        },
        "strings": {"S_A": ["a.b", "2.0.0", "ullong"], "S_B": ["b", "2.0.0", None]},
        "numbers": {"N_MAX": [2**53 - 1, "2.0.0"], "N_TWO": [2, "2.0.0"]},
    }


def test_generated_files_are_current() -> None:
    for path, text in gen_constants.outputs().items():
        assert path.read_text("utf-8") == text, path.name


def test_the_generator_refuses_what_nobody_decided() -> None:
    found, api, hand = gen_constants.load()
    members = {**api["enums"]["virDomainState"]["members"], "VIR_DOMAIN_FLYING": [8, "13.0.0"]}
    newer = {**api, "enums": {**api["enums"], "virDomainState": {"mask": False, "members": members}}}
    with pytest.raises(gen_constants.Undecided, match="VIR_DOMAIN_FLYING"):
        gen_constants.check_decided(found, newer, hand)
    idle = {**hand, "left_out": {**hand["left_out"], "virNothing": "not there"}}
    with pytest.raises(gen_constants.Undecided, match="virNothing"):
        gen_constants.check_decided(found, api, idle)
    odd = gen_constants.Constant("Domain", "FLIGHT_LEVEL", "VIR_DOMAIN_FLIGHT_LEVEL", "string")
    with pytest.raises(gen_constants.Undecided, match="FLIGHT_LEVEL of Domain is in no set"):
        list(gen_constants.sets([odd], api, hand))
    untyped = {**api, "strings": {**api["strings"], "VIR_DOMAIN_NUMA_MODE": ["numa_mode", "1.0.0", None]}}
    with pytest.raises(gen_constants.Undecided, match="numa_mode"):
        list(gen_constants.sets(found, untyped, hand))
    nameless = {**hand, "enums": {k: v for k, v in hand["enums"].items() if k != "virDomainState"}}
    with pytest.raises(gen_constants.Undecided, match="virDomainState has no Python name"):
        list(gen_constants.enums(found, api, nameless))


# --- what checkers see (mypy runs over this file) --------------------------------------------------


def test_the_stub_says_what_is_there() -> None:
    stub: dict[str, Any] = {}
    exec(gen_constants.STUB.read_text("utf-8"), stub)
    for name in constants.ENUM_NAMES:
        said, there = stub[name].__members__, getattr(constants, name).__members__
        assert {k: (v.name, v.value) for k, v in said.items()} == {
            k: (v.name, v.value) for k, v in there.items()
        }
    for owner in dict.fromkeys(owner for owner, _ in SURFACE):
        said, there = stub[f"{owner}Constants"].__dict__, constants_of(owner)
        names = [name for name in dir(there) if name.isupper()]
        assert sorted(names) == sorted(name for name in said if name.isupper())
        assert [said[name] for name in names] == [getattr(there, name) for name in names]


def test_static_types() -> None:
    state: DomainState = Domain.STATE_RUNNING
    assert_type(Domain.MEM_LIVE | Domain.AFFECT_CONFIG, DomainMemoryModFlags)
    assert_type(_enums.lookup(DomainState, 1), DomainState)
    key: Literal["cpu_shares"] = Domain.SCHEDULER_CPU_SHARES
    most: Literal[16] = Domain.SEND_KEY_MAX_KEYS
    denied: Literal[ErrorCode.OPERATION_DENIED] = ErrorConstants.ERR_OPERATION_DENIED
    assert (state, key, most, denied) == (1, "cpu_shares", 16, 29)
