"""What a migration refuses before anything is sent, to either daemon."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import sysvirt
import sysvirt.aio
from sysvirt import (
    ConnectionClosed,
    Domain,
    Error,
    InvalidArgumentType,
    InvalidArgumentValue,
    OperationDenied,
    TypedParam,
)
from tests.faults.faces import Blocking, Face, Script
from tests.faults.moving import Hosts

LIVE = Domain.MIGRATE_LIVE
P2P = LIVE | Domain.MIGRATE_PEER2PEER
COPIED = LIVE | Domain.MIGRATE_NON_SHARED_DISK
THERE = "qemu+unix:///system?socket=/there"


@pytest.fixture
def hosts() -> Iterator[Hosts]:
    hosts = Hosts()
    yield hosts
    hosts.close()


def refused(
    face: Face,
    hosts: Hosts,
    do: Callable[[Any, Any], Any],
    source_options: dict[str, Any] | None = None,
    target_options: dict[str, Any] | None = None,
    closed: str = "",
) -> Error:
    """What `do`, with the guest and the connection to the target, raises; nothing was sent for it."""

    def script() -> Script[Error]:
        source = yield lambda: face.connect(hosts.source, **(source_options or {}))
        target = yield lambda: face.connect(hosts.target, **(target_options or {}))
        guest = yield lambda: source.get_domain_by_name("guest")
        if closed:
            yield (source if closed == "source" else target).close
        before = [conn._pump.session.serial for conn in (source, target)]
        with pytest.raises(Error) as caught:
            yield lambda: do(guest, target)
        assert [conn._pump.session.serial for conn in (source, target)] == before
        yield source.close
        yield target.close
        return caught.value

    error = face.run(script())
    assert hosts.steps == []
    return error


# --- connections ---------------------------------------------------------------------------------------

METHODS: dict[str, Callable[[Any, Any], Any]] = {
    "migrate": lambda guest, target: guest.migrate(target, {}, LIVE),
    "migrate2": lambda guest, target: guest.migrate2(target, None, LIVE),
    "recover_migration": lambda guest, target: guest.recover_migration(target),
}
TO_URI: dict[str, Callable[[Any, Any], Any]] = {
    "migrate_to_uri": lambda guest, target: guest.migrate_to_uri(THERE, {}, P2P),
    "migrate_to_uri2": lambda guest, target: guest.migrate_to_uri2(THERE, None, None, P2P),
}


@pytest.mark.parametrize("method", [*METHODS, *TO_URI])
def test_the_source_is_read_only(face: Face, hosts: Hosts, method: str) -> None:
    error = refused(face, hosts, {**METHODS, **TO_URI}[method], {"readonly": True})
    assert type(error) is OperationDenied
    assert error.message == "the guest's connection is read-only"


@pytest.mark.parametrize("method", METHODS)
def test_the_target_is_read_only(face: Face, hosts: Hosts, method: str) -> None:
    error = refused(face, hosts, METHODS[method], None, {"readonly": True})
    assert type(error) is OperationDenied
    assert error.message == "dconn: this connection is read-only"


@pytest.mark.parametrize("side", ["source", "target"])
@pytest.mark.parametrize("method", METHODS)
def test_a_side_is_closed(face: Face, hosts: Hosts, method: str, side: str) -> None:
    assert type(refused(face, hosts, METHODS[method], closed=side)) is ConnectionClosed


@pytest.mark.parametrize("method", METHODS)
def test_the_other_face(face: Face, hosts: Hosts, method: str) -> None:
    """A connection of it has a class of the same name, which the message tells apart."""
    mine, others = ("sysvirt", "sysvirt.aio") if isinstance(face, Blocking) else ("sysvirt.aio", "sysvirt")
    package = sysvirt.aio if isinstance(face, Blocking) else sysvirt
    other = object.__new__(package.Connection)
    error = refused(face, hosts, lambda guest, target: METHODS[method](guest, other))
    assert type(error) is InvalidArgumentType
    assert re.fullmatch(
        rf"dconn: expected a {re.escape(mine)}\.Connection, not {re.escape(others)}\.Connection",
        error.message,
    ), error.message


@pytest.mark.parametrize("method", METHODS)
def test_one_connection_as_both_ends(face: Face, hosts: Hosts, method: str) -> None:
    error = refused(face, hosts, lambda guest, target: METHODS[method](guest, guest.get_connection()))
    assert type(error) is InvalidArgumentValue
    assert error.message.startswith("dconn: ")


# --- arguments -----------------------------------------------------------------------------------------


def params(values: Any, flags: Any = LIVE) -> Callable[[Any, Any], Any]:
    return lambda guest, target: guest.migrate(target, values, flags)


def params_by_uri(values: Any, flags: Any = P2P) -> Callable[[Any, Any], Any]:
    return lambda guest, target: guest.migrate_to_uri(THERE, values, flags)


#: By what is wrong: the argument as the error names it, and the call.
WRONG_VALUES: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "both copies": ("flags", params({}, COPIED | Domain.MIGRATE_NON_SHARED_INC)),
    "synchronous, no copy": ("flags", params({}, Domain.MIGRATE_NON_SHARED_SYNCHRONOUS_WRITES)),
    "by the daemons": ("flags", params({}, P2P)),
    "by the daemons, older": ("flags", lambda guest, target: guest.migrate2(target, None, P2P)),
    "tunnelled": ("flags", params({}, LIVE | Domain.MIGRATE_TUNNELLED)),
    "tunnelled, parallel": (
        "flags",
        params_by_uri({}, P2P | Domain.MIGRATE_TUNNELLED | Domain.MIGRATE_PARALLEL),
    ),
    "flags out of range": ("flags", params({}, 1 << 32)),
    "negative flags": ("flags", params({}, -1)),
    **{
        f"{name}, no copy": (f"params[{name!r}]", params({name: value}))
        for name, value in (
            (Domain.MIGRATE_PARAM_MIGRATE_DISKS, ["vda"]),
            (Domain.MIGRATE_PARAM_DISKS_DETECT_ZEROES, ["vda"]),
            (Domain.MIGRATE_PARAM_MIGRATE_DISKS_TARGET_ZERO, ["vda"]),
            (Domain.MIGRATE_PARAM_DISK_PORT, 49500),
            (Domain.MIGRATE_PARAM_DISKS_URI, "unix:///disks"),
        )
    },
    "disks as records, no copy": (
        "params['migrate_disks']",
        params([TypedParam(Domain.MIGRATE_PARAM_MIGRATE_DISKS, "string", "vda")]),
    ),
    "disks by the daemons, no copy": (
        "params['migrate_disks']",
        params_by_uri({Domain.MIGRATE_PARAM_MIGRATE_DISKS: ["vda"]}),
    ),
    "no disks": ("params['migrate_disks']", params({Domain.MIGRATE_PARAM_MIGRATE_DISKS: []}, COPIED)),
    "62 parameters": (
        "params",
        params({Domain.MIGRATE_PARAM_MIGRATE_DISKS: [f"vd{n}" for n in range(62)]}, COPIED),
    ),
    "62 parameters, by the daemons": (
        "params",
        params_by_uri(
            {Domain.MIGRATE_PARAM_MIGRATE_DISKS: [f"vd{n}" for n in range(62)]},
            P2P | Domain.MIGRATE_NON_SHARED_DISK,
        ),
    ),
    "no name": ("params['destination_name']", params({Domain.MIGRATE_PARAM_DEST_NAME: ""})),
    "no name, older": ("dname", lambda guest, target: guest.migrate2(target, None, LIVE, "")),
    "no name, by the daemons": (
        "dname",
        lambda guest, target: guest.migrate_to_uri2(THERE, None, None, P2P, ""),
    ),
    "an unknown parameter": ("params", params({"unknown": 1})),
    "a negative bandwidth": ("params['bandwidth']", params({Domain.MIGRATE_PARAM_BANDWIDTH: -1})),
    "a port out of range": (
        "params['disks_port']",
        params({Domain.MIGRATE_PARAM_DISK_PORT: 1 << 31}, COPIED),
    ),
    "NUL in a text": ("params['migrate_uri']", params({Domain.MIGRATE_PARAM_URI: "tcp://a\0b"})),
    "a negative bandwidth, older": (
        "bandwidth",
        lambda guest, target: guest.migrate2(target, None, LIVE, None, None, -1),
    ),
    "a local URI": ("duri", lambda guest, target: guest.migrate_to_uri("qemu:///system", {}, P2P)),
    "a URI of localhost": (
        "duri",
        lambda guest, target: guest.migrate_to_uri("qemu+tcp://localhost/system", {}, P2P),
    ),
    "not a URI": ("dconnuri", lambda guest, target: guest.migrate_to_uri2("nonsense", None, None, P2P)),
}
WRONG_TYPES: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "a URI for a connection": ("dconn", lambda guest, target: guest.migrate("qemu:///system", {}, LIVE)),
    "text for flags": ("flags", params({}, "live")),
    "flags of another method": ("flags", params({}, Domain.AFFECT_LIVE)),
    "text for parameters": ("params", params("bandwidth")),
    "a number for parameters": ("params", params(1)),
    "a number for a name": ("params", params({1: 1})),
    "text for a number": ("params['bandwidth']", params({Domain.MIGRATE_PARAM_BANDWIDTH: "1"})),
    "None for a number": ("params['bandwidth']", params({Domain.MIGRATE_PARAM_BANDWIDTH: None})),
    "a fraction": ("params['bandwidth']", params({Domain.MIGRATE_PARAM_BANDWIDTH: 1.5})),
    "a number for text": ("params['migrate_uri']", params({Domain.MIGRATE_PARAM_URI: 1})),
    "several for one": ("params['destination_name']", params({Domain.MIGRATE_PARAM_DEST_NAME: ["a"]})),
    "a number for disks": (
        "params['migrate_disks']",
        params({Domain.MIGRATE_PARAM_MIGRATE_DISKS: 1}, COPIED),
    ),
    "numbers for disks": (
        "params['migrate_disks']",
        params({Domain.MIGRATE_PARAM_MIGRATE_DISKS: [1]}, COPIED),
    ),
    "bytes for a definition": ("dxml", lambda guest, target: guest.migrate2(target, b"<domain/>", LIVE)),
    "a number for a name, older": ("dname", lambda guest, target: guest.migrate2(target, None, LIVE, 1)),
    "a number for a URI": ("uri", lambda guest, target: guest.migrate2(target, None, LIVE, None, 1)),
    "a number for the other URI": (
        "miguri",
        lambda guest, target: guest.migrate_to_uri2(THERE, 1, None, P2P),
    ),
    "text for a bandwidth": (
        "bandwidth",
        lambda guest, target: guest.migrate_to_uri2(THERE, None, None, P2P, None, "1"),
    ),
    "None for the daemon": ("duri", lambda guest, target: guest.migrate_to_uri(None, {}, P2P)),
}


@pytest.mark.parametrize("what", [*WRONG_VALUES, *WRONG_TYPES])
def test_an_argument(face: Face, hosts: Hosts, what: str) -> None:
    """The error names it."""
    argument, do = {**WRONG_VALUES, **WRONG_TYPES}[what]
    error = refused(face, hosts, do)
    assert type(error) is (InvalidArgumentValue if what in WRONG_VALUES else InvalidArgumentType)
    assert error.message.startswith(f"{argument}: "), error.message
