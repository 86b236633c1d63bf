"""Memory and virtual CPUs of guests at rest and of such as run firmware only; see test_linux for the others."""

from __future__ import annotations

from rig.host import Host
from sysvirt.aio import Connection, Domain
from sysvirt.errors import InvalidArgument, OperationInvalid
from tests.conformance.recorder import Recorder

from ..refusals import NOT_RUNNING, not_sent, refused


async def test_memory_of_a_guest_at_rest(
    host: Host, conn: Connection, dom: Domain, observed: Recorder
) -> None:
    name = dom.get_name()
    assert await dom.get_max_memory() == 16384
    await dom.set_max_memory(32768)
    assert await dom.get_max_memory() == 32768
    assert "Max memory:     32768 KiB" in host.virsh("dominfo", name)
    observed("set_max_memory", "virsh dominfo")
    await dom.set_memory(20480, Domain.MEM_CONFIG)
    assert "<currentMemory unit='KiB'>20480</currentMemory>" in host.virsh("dumpxml", name)
    await dom.set_memory(24576, Domain.AFFECT_CONFIG)
    assert (await dom.get_info()).memory == 24576
    await dom.set_memory(65536, Domain.MEM_MAXIMUM | Domain.MEM_CONFIG)
    assert "Max memory:     65536 KiB" in host.virsh("dominfo", name)
    with refused(OperationInvalid, NOT_RUNNING):
        await dom.set_memory(20480)
    with refused(OperationInvalid, NOT_RUNNING):
        await dom.set_memory(20480, Domain.MEM_LIVE)
    with refused(InvalidArgument, "invalid argument: cannot set memory higher than max memory"):
        await dom.set_memory(1 << 20, Domain.MEM_CONFIG)
    for wrong in (0, -1, 1 << 53):
        with not_sent(conn, "mem"):
            await dom.set_memory(wrong)
        with not_sent(conn, "mem"):
            await dom.set_memory(wrong, Domain.MEM_CONFIG)
        with not_sent(conn, "mem"):
            await dom.set_max_memory(wrong)
    with not_sent(conn, "mem", TypeError):
        await dom.set_memory("16384")  # type: ignore[arg-type]
    with not_sent(conn, "mem", TypeError):
        await dom.set_max_memory(16384.0)  # type: ignore[arg-type]
    with not_sent(conn, "flags"):
        await dom.set_memory(20480, -1)


async def test_memory_of_a_running_guest_without_balloon(running: Domain) -> None:
    refusal = "Requested operation is not valid: cannot resize the maximum memory on an active domain"
    with refused(OperationInvalid, refusal):
        await running.set_max_memory(32768)
    with refused(OperationInvalid, "Requested operation is not valid: Unable to change memory of active .*"):
        await running.set_memory(8192)


async def test_memory_stats_period_of_a_guest_at_rest(host: Host, conn: Connection, dom: Domain) -> None:
    xml = host.virsh("dumpxml", dom.get_name())
    await conn.define_domain(xml.replace("<memballoon model='none'/>", "<memballoon model='virtio'/>"))
    await dom.set_memory_stats_period(7, Domain.MEM_CONFIG)
    assert "<stats period='7'/>" in host.virsh("dumpxml", dom.get_name())
    await dom.set_memory_stats_period(0, Domain.AFFECT_CONFIG)
    assert "<stats " not in host.virsh("dumpxml", dom.get_name())
    with refused(OperationInvalid, NOT_RUNNING):
        await dom.set_memory_stats_period(7, Domain.MEM_LIVE)
    with not_sent(conn, "period"):
        await dom.set_memory_stats_period(-1)
    with not_sent(conn, "period", TypeError):
        await dom.set_memory_stats_period(1.5)  # type: ignore[arg-type]


async def test_cpus_of_a_guest_at_rest(host: Host, conn: Connection, dom: Domain) -> None:
    name = dom.get_name()
    assert await dom.get_vcpus() == 1
    await dom.set_vcpus(4, Domain.VCPU_MAXIMUM | Domain.VCPU_CONFIG)
    await dom.set_vcpus(2, Domain.VCPU_CONFIG)
    assert await dom.get_vcpus() == 2
    assert await dom.get_vcpus(Domain.VCPU_MAXIMUM) == 4
    assert await dom.get_vcpus(Domain.AFFECT_CONFIG) == 2
    assert host.virsh("vcpucount", name, "--current", "--config") == "2"
    assert host.virsh("vcpucount", name, "--maximum", "--config") == "4"
    assert (await dom.get_info()).nr_virt_cpu == 2
    refusal = "invalid argument: requested vcpus is greater than max allowable vcpus for the persistent domain: 5 > 4"
    with refused(InvalidArgument, refusal):
        await dom.set_vcpus(5, Domain.VCPU_CONFIG)
    with refused(OperationInvalid, NOT_RUNNING):
        await dom.set_vcpus(2)
    with refused(OperationInvalid, NOT_RUNNING):
        await dom.get_max_vcpus()
    with refused(OperationInvalid, NOT_RUNNING):
        await dom.get_vcpus(Domain.VCPU_LIVE)
    for wrong in (0, -1, 1 << 32):
        with not_sent(conn, "count"):
            await dom.set_vcpus(wrong)
    with not_sent(conn, "count", TypeError):
        await dom.set_vcpus("2")  # type: ignore[arg-type]
    with not_sent(conn, "flags"):
        await dom.set_vcpus(2, Domain.VCPU_MAXIMUM)
    with not_sent(conn, "flags"):
        await dom.set_vcpus(2, Domain.VCPU_MAXIMUM | Domain.VCPU_LIVE)
    with not_sent(conn, "flags"):
        await dom.set_vcpus(2, Domain.VCPU_GUEST | Domain.VCPU_CONFIG)
    with not_sent(conn, "flags"):
        await dom.get_vcpus(Domain.VCPU_LIVE | Domain.VCPU_CONFIG)
    with not_sent(conn, "flags", TypeError):
        await dom.set_vcpus(2, "config")  # type: ignore[arg-type]
    with not_sent(conn, "flags", TypeError):
        await dom.get_vcpus("config")  # type: ignore[arg-type]


async def test_cpus_of_a_running_guest(host: Host, running: Domain) -> None:
    assert await running.get_max_vcpus() == 1
    assert await running.get_vcpus(Domain.VCPU_LIVE) == 1
    assert host.virsh("vcpucount", running.get_name(), "--current", "--live") == "1"
    refusal = (
        "invalid argument: requested vcpus is greater than max allowable vcpus for the live domain: 2 > 1"
    )
    with refused(InvalidArgument, refusal):
        await running.set_vcpus(2)
