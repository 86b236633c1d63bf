"""Members of an enum that a method does not take: refused by name, by every method, before anything is sent."""

from __future__ import annotations

import contextlib
import inspect
import re
from collections.abc import Callable, Iterator
from enum import IntEnum, IntFlag
from functools import partial
from typing import Any

import pytest

import sysvirt
import sysvirt.aio
from sysvirt import (
    ArgumentUnsupported,
    Domain,
    InvalidArgumentType,
    InvalidArgumentValue,
    NoSupport,
    NotAvailable,
    Stream,
)
from sysvirt._generated.constants import ENUM_NAMES
from sysvirt.testing import FakeDaemon
from tests.faults.faces import Belongings, Face, Script

CLASSES = (
    "Connection", "Domain", "DomainSnapshot", "DomainCheckpoint", "StoragePool", "StorageVol", "Stream",
    "NonblockingStream",
)  # fmt: skip

#: What the other arguments of a method are, where their names don't say it.
SPECIAL: dict[str, dict[str, object]] = {
    "set_scheduler_parameters": {"params": {"cpu_shares": 1}},
    "set_memory_parameters": {"params": {"hard_limit": 1}},
    "set_blkio_parameters": {"params": {"weight": 1}},
    "set_block_iotune": {"params": {"total_bytes_sec": 1}},
    "set_interface_parameters": {"params": {"inbound.average": 1}},
    "set_numa_parameters": {"params": {"numa_mode": 1}},
    "set_perf_events": {"params": {"cmt": 1}},
    "set_iothread": {"params": {"poll_max_ns": 1}},
    "set_throttle_group": {"params": {"total_bytes_sec": 1}},
    "set_launch_security_state": {"params": {"sev-secret": "a"}},
    "restore_domain": {"savefile": "/a"},
    "save": {"filename": "/a"},
    "domain_event_register_any": {"domain": None},
    "get_all_domain_stats": {"doms": None},
    "block_rebase": {"base": "a"},
    "get_metadata": {"uri": None, "type": 0},
    "set_metadata": {"key": None, "uri": None, "type": 0},
    "add_callback": {"callback": print},
    "shutdown_or_destroy": {"timeout": 5},
    "wait_for_address": {"timeout": 5},
}

#: Takes no call of its own: anything that could be sent would come later.
BY_NAME: dict[str, object] = {
    "mask": [0], "cpumap": [0], "keycodes": [1], "keys": ["a"], "mount_points": ["a"], "fds": [0], "fd": 0,
    "files": [], "params": {}, "data": b"a", "callback": print,
}  # fmt: skip


def enums_of(parameter: inspect.Parameter) -> list[str] | None:
    """The enums whose members an argument takes; None where it is neither that nor flags."""
    words = re.sub(r"\w+\[[^]]*\]", "", str(parameter.annotation))
    enums = [word for word in re.findall(r"\w+", words) if word in ENUM_NAMES]
    return enums if enums or parameter.name == "flags" else None


def cases() -> Iterator[tuple[str, str, str, list[str]]]:
    for owner in CLASSES:
        cls = getattr(sysvirt, owner)
        for name in dir(cls):
            method = getattr(cls, name)
            if name.startswith("_") or not inspect.isfunction(method):
                continue
            for parameter in inspect.signature(method).parameters.values():
                enums = enums_of(parameter)
                if enums is not None:
                    yield owner, name, parameter.name, enums


CASES = list(cases())


def test_there_are_as_many_as_there_should_be() -> None:
    methods = {(owner, name) for owner, name, _, _ in CASES}
    assert len(methods) > 150
    for one in (("Domain", "create"), ("Connection", "events"), ("Stream", "add_callback")):
        assert one in methods


def argument(found: dict[str, Any], name: str, parameter: inspect.Parameter) -> object:
    given = {**BY_NAME, **SPECIAL.get(name, {})}
    if parameter.name in given:
        return given[parameter.name]
    kind = str(parameter.annotation)
    if kind == "Stream":
        return found["Connection"].new_stream()
    if kind in found:
        return found[kind]
    return 1 if enums_of(parameter) is not None or kind.startswith(("int", "bool")) else "/a"


def call(found: dict[str, Any], owner: str, name: str, wrong: str, value: object) -> Callable[[], Any]:
    """The call of a method with the value as one argument, and something sensible as those that it needs."""
    method = getattr(found[owner], name)
    positional: list[object] = []
    named: dict[str, object] = {wrong: value}
    for parameter in inspect.signature(method).parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            positional = [named.pop(wrong)] if parameter.name == wrong else [argument(found, name, parameter)]
        elif parameter.name not in named and (
            parameter.default is parameter.empty or parameter.name in SPECIAL.get(name, {})
        ):
            named[parameter.name] = argument(found, name, parameter)
    return lambda: method(*positional, **named)


def targets(face: Face, daemon: FakeDaemon) -> Script[dict[str, Any]]:
    conn = yield lambda: face.connect(daemon.pair())
    domain = yield lambda: conn.get_domain_by_name("guest")
    volume = yield lambda: conn.get_storage_volume_by_path("/a")
    found = {"Connection": conn, "Domain": domain, "StorageVol": volume}
    found["StoragePool"] = yield lambda: conn.get_storage_pool_by_name("pool")
    found["DomainSnapshot"] = yield lambda: domain.get_snapshot_by_name("one")
    found["DomainCheckpoint"] = yield lambda: domain.get_checkpoint_by_name("one")
    for name, kind in (("Stream", 0), ("NonblockingStream", Stream.NONBLOCK)):
        stream = found[name] = conn.new_stream(kind)
        yield partial(volume.upload, stream)
    return found


@pytest.fixture
def everything(belongings: Belongings) -> Iterator[FakeDaemon]:
    guest = ("guest", bytes(16), 1)
    handlers: dict[str, Any] = {
        "DOMAIN_LOOKUP_BY_NAME": guest,
        "STORAGE_VOL_LOOKUP_BY_PATH": ("pool", "volume", "/key"),
        "STORAGE_VOL_UPLOAD": None,
        "STORAGE_POOL_LOOKUP_BY_NAME": ("pool", bytes(16)),
        "DOMAIN_SNAPSHOT_LOOKUP_BY_NAME": ("one", guest),
        "DOMAIN_CHECKPOINT_LOOKUP_BY_NAME": ("one", guest),
    }
    with FakeDaemon(handlers) as daemon:
        yield daemon


def foreign(enums: list[str]) -> Iterator[tuple[Any, str]]:
    """Members of other enums: flags, a value, and flags of which only a part is wrong."""
    known = (
        (Domain.START_PAUSED, "Domain.START_PAUSED"),
        (Domain.STATE_CRASHED, "Domain.STATE_CRASHED"),
        (Domain.XML_INACTIVE, "Domain.XML_INACTIVE"),
        (Domain.DUMP_CRASH | Domain.DUMP_LIVE, r"Domain.DUMP_CRASH \| Domain.DUMP_LIVE"),
    )
    others = [(member, text) for member, text in known if type(member).__name__ not in enums]
    yield from others
    right = next(iter(getattr(sysvirt, enums[0]))) if enums else 1
    if not isinstance(right, IntEnum):
        yield right | others[0][0], others[0][1]
        yield others[-1][0] | right, others[-1][1]


@pytest.mark.slow
def test_every_method_refuses_members_of_other_enums(face: Face, everything: FakeDaemon) -> None:
    def script() -> Script[None]:
        found = yield from targets(face, everything)
        before = len(everything.calls)
        for owner, name, wrong, enums in CASES:
            for value, text in foreign(enums):
                what = f"{owner}.{name}({wrong}={value!r})"
                step = call(found, owner, name, wrong, value)
                message = ""
                try:
                    yield step
                except InvalidArgumentType as error:
                    message = error.message
                assert re.fullmatch(rf"{wrong}: .* was expected, not {text}", message), what
        assert len(everything.calls) == before, everything
        for stream in ("Stream", "NonblockingStream"):
            yield found[stream].abort
        yield found["Connection"].close

    face.run(script())


@pytest.mark.slow
def test_its_own_members_and_numbers_go(face: Face, everything: FakeDaemon) -> None:
    def script() -> Script[None]:
        found = yield from targets(face, everything)
        for owner, name, right, enums in CASES:
            if owner in ("Stream", "NonblockingStream"):
                continue  # whose `recv` would wait
            for value in [1, *[member for enum in enums for member in list(getattr(sysvirt, enum))[:2]]]:
                with contextlib.suppress(ArgumentUnsupported, NoSupport, InvalidArgumentValue, NotAvailable):
                    yield call(found, owner, name, right, value)
        for stream in ("Stream", "NonblockingStream"):
            yield found[stream].abort
        yield found["Connection"].close

    face.run(script())


class Mine(IntFlag):
    TWO = 2


@pytest.mark.parametrize(
    "flags",
    [
        Domain.MEM_LIVE,
        Domain.VCPU_CONFIG | Domain.AFFECT_LIVE,
        Domain.SETVCPU_AFFECT_LIVE,
        Domain.AFFECT_LIVE | Domain.DEVICE_MODIFY_FORCE,
        Domain.XML_SECURE & 0,
        Mine.TWO,
        True,
    ],
    ids=repr,
)
def test_what_is_the_same_fits(face: Face, everything: FakeDaemon, flags: Any) -> None:
    """AFFECT_LIVE has several spellings; no flags are no flags; and others' enums are numbers."""

    def script() -> Script[None]:
        found = yield from targets(face, everything)
        with pytest.raises(NoSupport):
            yield lambda: found["Domain"].update_device("<disk/>", flags)
        assert everything.calls[-1].args[-1] == flags
        for part in (Domain.MEM_MAXIMUM, Domain.MEM_MAXIMUM | Domain.MEM_LIVE):
            with pytest.raises(InvalidArgumentType, match=r"not Domain\.MEM_MAXIMUM$"):
                yield partial(found["Domain"].update_device, "<disk/>", Domain.AFFECT_LIVE | part)
        for stream in ("Stream", "NonblockingStream"):
            yield found[stream].abort
        yield found["Connection"].close

    face.run(script())
