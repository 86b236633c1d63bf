"""What type checkers make of code that works with guests. Only checked, never run."""

from __future__ import annotations

from pathlib import Path
from typing import assert_type
from uuid import UUID

import sysvirt
from sysvirt import (
    CpuSet,
    Domain,
    DomainCheckpoint,
    DomainInfo,
    DomainSnapshot,
    DomainState,
    DomainStats,
    NodeInfo,
)


def blocking(conn: sysvirt.Connection, uuid: UUID) -> None:
    dom = conn.get_domain_by_uuid(uuid)
    assert_type(dom, Domain)
    assert_type(conn.get_domain_by_uuid(uuid.bytes), Domain)
    assert_type(conn.list_all_domains(Domain.LIST_ACTIVE | Domain.LIST_PERSISTENT), list[Domain])
    assert_type(dom.get_info(), DomainInfo)
    assert_type(dom.get_info().max_mem, int)
    state, _ = dom.get_state()
    assert_type(state, DomainState)
    assert_type(dom.get_autostart(), bool)
    assert_type(conn.get_node_info(), NodeInfo)
    assert_type(conn.get_node_cpu_map(), tuple[int, CpuSet, int])
    for other, stats in conn.get_all_domain_stats(Domain.STATS_CPU_TOTAL | Domain.STATS_STATE, [dom]):
        assert_type(other, Domain)
        assert_type(stats, DomainStats)
        assert_type(stats["cpu.time"] / 2, float)
        if "state.state" in stats:
            assert stats["state.state"] == Domain.STATE_RUNNING


def spellings(dom: Domain) -> None:
    """The older and the newer name of one flag both fit; those of another method do not."""
    dom.set_memory(1024, Domain.MEM_LIVE | Domain.MEM_CONFIG)
    dom.set_memory(1024, Domain.AFFECT_LIVE)
    dom.set_vcpus(1, Domain.VCPU_CONFIG)
    dom.set_vcpus(1, Domain.AFFECT_CONFIG)
    dom.save(Path("/tmp/image"), params={Domain.SAVE_PARAM_IMAGE_FORMAT: "gzip"}, flags=Domain.SAVE_PAUSED)
    dom.create(Domain.SAVE_PAUSED)  # type: ignore[arg-type]
    dom.set_memory(1024, 3)


def moments(dom: Domain) -> None:
    snapshot = dom.create_snapshot("", DomainSnapshot.CREATE_DISK_ONLY | DomainSnapshot.CREATE_ATOMIC)
    assert_type(snapshot, DomainSnapshot)
    assert_type(snapshot.get_domain(), Domain)
    assert_type(snapshot.get_parent(), DomainSnapshot)
    assert_type(snapshot.list_all_children(DomainSnapshot.LIST_DESCENDANTS), list[DomainSnapshot])
    assert_type(snapshot.num_of_child_snapshots() + dom.num_of_snapshots(), int)
    assert_type(dom.list_snapshot_names(5, DomainSnapshot.LIST_ROOTS), list[str])
    snapshot.revert_to(DomainSnapshot.REVERT_RUNNING | DomainSnapshot.REVERT_FORCE)
    snapshot.revert_to(DomainSnapshot.DELETE_CHILDREN)  # type: ignore[arg-type]
    assert_type(dom.create_checkpoint("", DomainCheckpoint.CREATE_REDEFINE), DomainCheckpoint)
    assert_type(dom.list_all_checkpoints()[0].get_parent(), DomainCheckpoint)
    dom.backup_begin("", None, Domain.BACKUP_BEGIN_REUSE_EXTERNAL)
    dom.create_snapshot("", DomainCheckpoint.CREATE_REDEFINE)  # type: ignore[arg-type]


async def waiting(conn: sysvirt.aio.Connection) -> None:
    (dom,) = await conn.list_domains()
    assert_type(dom, sysvirt.aio.Domain)
    assert_type(await dom.get_info(), DomainInfo)
    await dom.save("/tmp/image")
    assert_type(await dom.list_all_snapshots(), list[sysvirt.aio.DomainSnapshot])
    assert_type((await dom.current_snapshot()).get_domain(), sysvirt.aio.Domain)
    assert_type(await dom.get_checkpoint_by_name("one"), sysvirt.aio.DomainCheckpoint)
