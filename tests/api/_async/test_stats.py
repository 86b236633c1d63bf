"""Statistics of many guests in one call, beside what virsh says."""

from __future__ import annotations

from rig.guest import firmware_xml, unique_name
from rig.host import Host
from sysvirt.aio import Connection, Domain, connect
from sysvirt.errors import ArgumentUnsupported, InvalidArgument

from ..refusals import not_sent, refused


async def test_of_all(host: Host, conn: Connection, running: Domain) -> None:
    names = host.virsh("list", "--all", "--name").split()
    found = {dom.get_name(): stats for dom, stats in await conn.get_all_domain_stats()}
    assert set(found) == set(names)
    stats = found[running.get_name()]
    assert stats["state.state"] == Domain.STATE_RUNNING
    assert stats["state.reason"] == Domain.STATE_RUNNING_BOOTED
    assert stats["vcpu.current"] == stats["vcpu.maximum"] == 1
    assert stats["balloon.maximum"] == 16384
    assert stats["cpu.time"] / 2 > 0
    assert stats["block.count"] == stats["net.count"] == 0
    # The names and their order are the daemon's.
    said = [
        line.strip().partition("=")[0] for line in host.virsh("domstats", running.get_name()).splitlines()[1:]
    ]
    assert list(stats) == said


async def test_of_some(host: Host, conn: Connection, running: Domain) -> None:
    other = await conn.define_domain(firmware_xml(host, unique_name("other")))
    try:
        both = await conn.get_all_domain_stats(Domain.STATS_STATE, [other, running])
        assert [(dom, dict(stats)) for dom, stats in both] == [
            (other, {"state.state": Domain.STATE_SHUTOFF, "state.reason": Domain.STATE_SHUTOFF_UNKNOWN}),
            (running, {"state.state": Domain.STATE_RUNNING, "state.reason": Domain.STATE_RUNNING_BOOTED}),
        ]
        assert both[1][0].get_id() == running.get_id()
        vcpus = Domain.STATS_VCPU | Domain.STATS_BALLOON
        ((_, stats),) = await conn.get_all_domain_stats(vcpus, iter([running]))
        assert {key.partition(".")[0] for key in stats} == {"vcpu", "balloon"}
        assert await conn.get_all_domain_stats(doms=[]) == []
    finally:
        host.remove(other.get_name())


async def test_flags(host: Host, conn: Connection, running: Domain) -> None:
    for flag, option in (
        (Domain.GET_ALL_STATS_ACTIVE, "--list-active"),
        (Domain.GET_ALL_STATS_INACTIVE, "--list-inactive"),
        (Domain.GET_ALL_STATS_RUNNING, "--list-running"),
        (Domain.GET_ALL_STATS_PERSISTENT, "--list-persistent"),
    ):
        found = await conn.get_all_domain_stats(Domain.STATS_STATE, flags=flag)
        said = host.virsh("domstats", "--state", option)
        names = {line.split("'")[1] for line in said.splitlines() if line.startswith("Domain:")}
        assert {dom.get_name() for dom, _ in found} == names
    ((_, stats),) = await conn.get_all_domain_stats(doms=[running], flags=Domain.GET_ALL_STATS_NOWAIT)
    assert stats["state.state"] == Domain.STATE_RUNNING
    unknown = 1 << 30
    refusal = r"argument unsupported: Stats types bits 0x40000000 are not supported by this daemon( or QEMU)?"
    with refused(ArgumentUnsupported, refusal):
        await conn.get_all_domain_stats(unknown, flags=Domain.GET_ALL_STATS_ENFORCE_STATS)  # type: ignore[arg-type]
    with refused(InvalidArgument, r"unsupported flags \(0x100000\) in function qemuConnectGetAllDomainStats"):
        await conn.get_all_domain_stats(flags=1 << 20)  # type: ignore[arg-type]


async def test_arguments(host: Host, conn: Connection, dom: Domain) -> None:
    with not_sent(conn, "doms", TypeError):
        await conn.get_all_domain_stats(0, [dom.get_name()])  # type: ignore[list-item]
    with not_sent(conn, "doms", TypeError):
        await conn.get_all_domain_stats(0, 5)  # type: ignore[arg-type]
    with not_sent(conn, "stats", TypeError):
        await conn.get_all_domain_stats("state")  # type: ignore[arg-type]
    async with connect(host.uri) as other:
        with not_sent(other, "doms"):
            await other.get_all_domain_stats(0, [dom])
