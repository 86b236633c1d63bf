"""Lists with as much in them as the protocol carries: what a daemon has left out is not missing in silence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sysvirt import Connection, Domain, RPCError
from sysvirt._generated.schema import LIMITS
from sysvirt.testing import FakeDaemon, connect

MOST = 16384
GUEST = ("guest", bytes(16), 1)
POOL = ("pool", bytes(16))
TOO_MANY = RPCError("Too many of them for limit '16384'")

NAMES = [f"n{number}" for number in range(MOST)]


def domain(conn: Connection) -> Domain:
    return conn.get_domain_by_name("guest")


LISTS: dict[str, tuple[Callable[[Connection], Callable[..., list[Any]]], str, str, Any, list[Any]]] = {
    "ids": (
        lambda conn: conn.list_domain_ids,
        "CONNECT_LIST_DOMAINS", "CONNECT_LIST_ALL_DOMAINS",
        lambda number: (f"n{number}", bytes(16), number),
        list(range(MOST)),
    ),
    "defined guests": (
        lambda conn: conn.list_defined_domain_names,
        "CONNECT_LIST_DEFINED_DOMAINS", "CONNECT_LIST_ALL_DOMAINS",
        lambda number: (f"n{number}", bytes(16), -1),
        NAMES,
    ),
    "snapshots": (
        lambda conn: domain(conn).list_snapshot_names,
        "DOMAIN_SNAPSHOT_LIST_NAMES", "DOMAIN_LIST_ALL_SNAPSHOTS",
        lambda number: (f"n{number}", GUEST),
        NAMES,
    ),
    "children": (
        lambda conn: domain(conn).get_snapshot_by_name("s").list_child_snapshot_names,
        "DOMAIN_SNAPSHOT_LIST_CHILDREN_NAMES", "DOMAIN_SNAPSHOT_LIST_ALL_CHILDREN",
        lambda number: (f"n{number}", GUEST),
        NAMES,
    ),
    "pools": (
        lambda conn: conn.list_storage_pool_names,
        "CONNECT_LIST_STORAGE_POOLS", "CONNECT_LIST_ALL_STORAGE_POOLS",
        lambda number: (f"n{number}", bytes(16)),
        NAMES,
    ),
    "defined pools": (
        lambda conn: conn.list_defined_storage_pool_names,
        "CONNECT_LIST_DEFINED_STORAGE_POOLS", "CONNECT_LIST_ALL_STORAGE_POOLS",
        lambda number: (f"n{number}", bytes(16)),
        NAMES,
    ),
    "volumes": (
        lambda conn: conn.get_storage_pool_by_name("pool").list_storage_vol_names,
        "STORAGE_POOL_LIST_VOLUMES", "STORAGE_POOL_LIST_ALL_VOLUMES",
        lambda number: ("pool", f"n{number}", f"/{number}"),
        NAMES,
    ),
}  # fmt: skip

COMMON: dict[str, Any] = {
    "DOMAIN_LOOKUP_BY_NAME": GUEST,
    "DOMAIN_SNAPSHOT_LOOKUP_BY_NAME": ("s", GUEST),
    "STORAGE_POOL_LOOKUP_BY_NAME": POOL,
}


@pytest.mark.parametrize("kind", LISTS)
def test_names(kind: str) -> None:
    method, some, everything, handle, right = LISTS[kind]
    full = ([handle(number) for number in range(MOST)], MOST)
    with FakeDaemon({**COMMON, some: right, everything: full}) as daemon, connect(daemon) as conn:
        listed = method(conn)
        assert listed() == right
        assert listed(MOST + 5) == right
        assert len(daemon.received(everything)) == 2
        assert listed(MOST) == right
        assert listed(3) == right[:3]
        assert len(daemon.received(everything)) == 2
        daemon.on(everything, TOO_MANY)
        with pytest.raises(RPCError, match="Too many"):
            listed()
        daemon.on(some, right[:-1])
        assert listed() == right[:-1]


@pytest.mark.parametrize(
    ("procedure", "limit", "ask"),
    [
        ("DOMAIN_GET_SCHEDULER_PARAMETERS", "SCHEDULER_PARAMETERS", Domain.get_scheduler_parameters),
        ("DOMAIN_GET_MEMORY_PARAMETERS", "MEMORY_PARAMETERS", Domain.get_memory_parameters),
        ("DOMAIN_GET_BLKIO_PARAMETERS", "BLKIO_PARAMETERS", Domain.get_blkio_parameters),
        ("DOMAIN_GET_NUMA_PARAMETERS", "NUMA_PARAMETERS", Domain.get_numa_parameters),
        (
            "DOMAIN_GET_INTERFACE_PARAMETERS",
            "INTERFACE_PARAMETERS",
            lambda dom: dom.get_interface_parameters("a"),
        ),
        ("DOMAIN_GET_BLOCK_IO_TUNE", "BLOCK_IO_TUNE_PARAMETERS", lambda dom: dom.get_block_iotune("vda")),
        ("DOMAIN_BLOCK_STATS_FLAGS", "BLOCK_STATS_PARAMETERS", lambda dom: dom.block_stats("vda")),
    ],
)
def test_parameters(procedure: str, limit: str, ask: Callable[[Domain], object]) -> None:
    most = LIMITS[f"REMOTE_DOMAIN_{limit}_MAX"]
    full = [(f"p{number}", (1, number)) for number in range(most)]
    alone = procedure == "DOMAIN_GET_SCHEDULER_PARAMETERS"

    def reply(params: list[Any]) -> Any:
        return params if alone else (params, len(params))

    with FakeDaemon({**COMMON, procedure: reply(full)}) as daemon, connect(daemon) as conn:
        with pytest.raises(RPCError, match=f"the daemon has {most} of what was asked for, or more"):
            ask(domain(conn))
        daemon.on(procedure, reply(full[1:]))
        ask(domain(conn))


def test_disk_errors() -> None:
    full = [(f"vd{number}", 1) for number in range(256)]
    with FakeDaemon({**COMMON, "DOMAIN_GET_DISK_ERRORS": (full, 256)}) as daemon, connect(daemon) as conn:
        with pytest.raises(RPCError, match="the daemon has 256"):
            domain(conn).get_disk_errors()
        daemon.on("DOMAIN_GET_DISK_ERRORS", (full[1:], 255))
        assert len(domain(conn).get_disk_errors()) == 255
