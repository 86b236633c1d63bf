"""Statistics of many guests in one call, beside what virsh says."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest

from rig.guest import disk_xml, firmware_xml, make_disk, unique_name
from rig.host import Host
from rig.wait import until
from sysvirt.aio import Connection, Domain, connect
from sysvirt.errors import ArgumentUnsupported, InvalidArgument
from tests.conformance.recorder import Recorder

from ..refusals import not_sent, refused

# Each group, what virsh calls it, and names that it has of the guest below; those with none are only seen to be
# asked for: caches are watched with resctrl only, and figures of the virtual machine come from KVM only.
GROUPS = (
    (Domain.STATS_STATE, "--state", {"state.state", "state.reason"}),
    (Domain.STATS_CPU_TOTAL, "--cpu-total", {"cpu.time", "cpu.user", "cpu.system"}),
    (Domain.STATS_BALLOON, "--balloon", {"balloon.current", "balloon.maximum", "balloon.rss"}),
    (Domain.STATS_VCPU, "--vcpu", {"vcpu.current", "vcpu.maximum", "vcpu.0.state", "vcpu.0.time"}),
    (Domain.STATS_INTERFACE, "--interface", {"net.count", "net.0.name", "net.0.rx.bytes", "net.0.tx.pkts"}),
    (Domain.STATS_BLOCK, "--block", {"block.count", "block.0.path", "block.0.rd.reqs", "block.0.physical"}),
    (Domain.STATS_PERF, "--perf", set[str]()),
    (Domain.STATS_IOTHREAD, "--iothread", {"iothread.count", "iothread.1.poll-max-ns"}),
    (Domain.STATS_MEMORY, "--memory", set[str]()),
    (Domain.STATS_DIRTYRATE, "--dirtyrate", {"dirtyrate.calc_status", "dirtyrate.megabytes_per_second"}),
    (Domain.STATS_VM, "--vm", set[str]()),
)


def domstats(host: Host, name: str, *options: str) -> dict[str, str]:
    """What virsh says of one guest."""
    lines = host.virsh("domstats", name, "--raw", *options).splitlines()[1:]
    return dict(line.strip().split("=", 1) for line in lines)


def same(earlier: dict[str, str], stats: Mapping[str, object], later: dict[str, str]) -> bool:
    """Whether statistics are what virsh said before and after; some change meanwhile."""
    assert list(stats) == list(earlier) == list(later)
    return all(
        str(value) == one if one == other else int(str(value)) in between(int(one), int(other))
        for one, value, other in zip(earlier.values(), stats.values(), later.values(), strict=True)
    )


def between(one: int, other: int) -> range:
    return range(min(one, other), max(one, other) + 1)


@contextmanager
def busy(host: Host, name: str) -> Iterator[None]:
    """In the block the guest's QEMU stands still, with a question of the daemon's open."""
    pid = host.guest_pid(name)
    with ThreadPoolExecutor(1) as pool:
        os.kill(pid, signal.SIGSTOP)
        try:
            asked = pool.submit(host.virsh, "qemu-monitor-command", name, '{"execute": "query-status"}')
            until(lambda: host.virsh("domcontrol", name).startswith("occupied"), "the daemon has asked")
            yield
        finally:
            os.kill(pid, signal.SIGCONT)
        asked.result()


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


@pytest.mark.slow
async def test_figures(host: Host, conn: Connection, observed: Recorder) -> None:
    """Of a guest that has something of each group, transient and paused."""
    name = unique_name("figures")
    base, overlay = make_disk(host, f"{name}.raw"), host.files / f"{name}.qcow2"
    host.run("qemu-img", "create", "-q", "-f", "qcow2", "-b", str(base), "-F", "raw", str(overlay))
    tap = f"<interface type='ethernet'><target dev='{name}'/><model type='virtio'/></interface>"
    xml = firmware_xml(host, name, extra="<iothreads>1</iothreads>", extra_devices=disk_xml(overlay) + tap)
    dom = await conn.create_domain(xml)
    try:
        host.virsh("domdirtyrate-calc", name, "--seconds", "1")
        with suppress(subprocess.CalledProcessError):  # where the kernel counts nothing
            host.virsh("perf", name, "--enable", "page_faults")
        until(lambda: domstats(host, name, "--dirtyrate")["dirtyrate.calc_status"] == "2", "it is measured")
        host.virsh("suspend", name)
        enforce = Domain.GET_ALL_STATS_ENFORCE_STATS
        for group, option, names in GROUPS:
            earlier = domstats(host, name, option)
            ((_, stats),) = await conn.get_all_domain_stats(group, [dom], enforce)
            assert same(earlier, stats, domstats(host, name, option)), (earlier, stats)
            assert names <= set(stats)
        earlier = domstats(host, name, "--block", "--backing")
        ((_, stats),) = await conn.get_all_domain_stats(
            Domain.STATS_BLOCK, [dom], Domain.GET_ALL_STATS_BACKING
        )
        assert same(earlier, stats, domstats(host, name, "--block", "--backing"))
        assert stats["block.count"] == 2
        assert earlier["block.1.path"] == str(base)
        for flag in (Domain.GET_ALL_STATS_TRANSIENT, Domain.GET_ALL_STATS_PAUSED):
            found = await conn.get_all_domain_stats(Domain.STATS_STATE, flags=flag)
            assert name in [guest.get_name() for guest, _ in found]
        with busy(host, name):
            ((_, stats),) = await conn.get_all_domain_stats(0, [dom], Domain.GET_ALL_STATS_NOWAIT)
            assert stats["state.state"] == Domain.STATE_PAUSED
            assert stats["block.count"] == 1
            assert not {"block.0.rd.reqs", "balloon.rss", "iothread.count"} & set(stats)
        observed("Connection.get_all_domain_stats", "virsh domstats, figure by figure")
    finally:
        host.remove(name)
        base.unlink()
        overlay.unlink()


async def test_flags(host: Host, conn: Connection, running: Domain) -> None:
    for flag, option in (
        (Domain.GET_ALL_STATS_ACTIVE, "--list-active"),
        (Domain.GET_ALL_STATS_INACTIVE, "--list-inactive"),
        (Domain.GET_ALL_STATS_RUNNING, "--list-running"),
        (Domain.GET_ALL_STATS_PERSISTENT, "--list-persistent"),
        (Domain.GET_ALL_STATS_TRANSIENT, "--list-transient"),
        (Domain.GET_ALL_STATS_PAUSED, "--list-paused"),
        (Domain.GET_ALL_STATS_SHUTOFF, "--list-shutoff"),
        (Domain.GET_ALL_STATS_OTHER, "--list-other"),
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
        await conn.get_all_domain_stats(unknown, flags=Domain.GET_ALL_STATS_ENFORCE_STATS)
    with refused(InvalidArgument, r"unsupported flags \(0x100000\) in function qemuConnectGetAllDomainStats"):
        await conn.get_all_domain_stats(flags=1 << 20)


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
