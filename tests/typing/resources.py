"""What type checkers make of guests' tunables, memory and networks. Only checked, never run."""

from __future__ import annotations

from typing import assert_type

import sysvirt
import sysvirt.aio
from sysvirt import Domain, DomainInterface, InterfaceStats, MemoryStats, TypedParam


def blocking(dom: Domain, conn: sysvirt.Connection) -> None:
    assert_type(dom.get_scheduler_type(), str)
    assert_type(dom.get_scheduler_parameters(Domain.AFFECT_LIVE)["cpu_shares"] / 2, float)
    dom.set_scheduler_parameters(dom.get_scheduler_parameters())
    dom.set_scheduler_parameters({Domain.SCHEDULER_VCPU_QUOTA: -1}, Domain.AFFECT_LIVE | Domain.AFFECT_CONFIG)
    if dom.get_memory_parameters()["hard_limit"] < Domain.MEMORY_PARAM_UNLIMITED:
        dom.set_memory_parameters({"hard_limit": Domain.MEMORY_PARAM_UNLIMITED})
    dom.set_blkio_parameters({"weight": 500, "device_weight": dom.get_blkio_parameters()["device_weight"]})
    dom.set_numa_parameters({"numa_mode": Domain.NUMATUNE_MEM_STRICT, "numa_nodeset": "0-1"})
    assert_type(dom.get_numa_parameters()["numa_nodeset"], str)
    dom.set_perf_events({Domain.PERF_PARAM_CPU_CLOCK: not dom.get_perf_events()["cpu_clock"]})
    dom.set_perf_events([TypedParam("new", "boolean", 1)])

    stats = dom.memory_stats()
    assert_type(stats, MemoryStats)
    assert_type(stats["unused"] / stats["available"], float)
    assert_type(dom.memory_peek(0, 512, Domain.MEMORY_PHYSICAL)[0], int)
    dom.start_dirty_rate_calc(1, Domain.DIRTYRATE_MODE_PAGE_SAMPLING)
    ((_, rate),) = conn.get_all_domain_stats(Domain.STATS_DIRTYRATE, [dom])
    assert_type(rate["dirtyrate.megabytes_per_second"] * 8, int)

    traffic = dom.interface_stats("vnet0")
    assert_type(traffic, InterfaceStats)
    assert_type(traffic.rx_bytes / traffic.rx_packets, float)
    dom.set_interface_parameters("vnet0", {"inbound.average": 1000})
    assert_type(dom.get_interface_parameters("vnet0")["inbound.average"] + 1, int)
    dom.announce_interface(None, {Domain.ANNOUNCE_INTERFACE_ROUNDS: 3})
    for interface in dom.get_interface_addresses(Domain.INTERFACE_ADDRESSES_SRC_AGENT):
        assert_type(interface, DomainInterface)
        for address in interface.addrs:
            assert address.type == sysvirt.Connection.IP_ADDR_TYPE_IPV4
            assert_type(address.addr + str(address.prefix), str)

    dom.memory_peek(0, 512, Domain.AFFECT_LIVE)  # type: ignore[arg-type]
    dom.get_interface_addresses(0)


async def with_asyncio(dom: sysvirt.aio.Domain) -> None:
    assert_type((await dom.get_scheduler_parameters())["cpu_shares"] / 2, float)
    await dom.set_memory_parameters(await dom.get_memory_parameters())
    assert_type((await dom.memory_stats())["rss"] - 1, int)
    assert_type((await dom.interface_stats("vnet0")).tx_bytes + 1, int)
    assert_type(await dom.get_interface_addresses(dom.INTERFACE_ADDRESSES_SRC_ARP), list[DomainInterface])
