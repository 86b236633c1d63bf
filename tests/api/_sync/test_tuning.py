# Made by tools/unasync.py from tests/api/_async/test_tuning.py; do not edit.
"""How guests share their host: what the daemon is told, and what is then in the host's cgroups.

Where these are of version 2, whose files have other names, forms and defaults, what virsh says has to be enough.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rig.guest import firmware_xml, unique_name
from rig.host import Host
from sysvirt import Connection, Domain
from sysvirt.errors import ArgumentUnsupported, InvalidArgument, OperationInvalid
from sysvirt.results import NumaParameters
from tests.conformance.recorder import Recorder

from ..refusals import NOT_RUNNING, not_sent, refused

CGROUPS = Path("/sys/fs/cgroup")
VERSION_1 = (CGROUPS / "cpu").is_dir()
# What version 1 of cgroups has where nothing is limited: as much as a 64-bit number holds whole pages of.
UNLIMITED_BYTES = str((1 << 63) - 4096)


@pytest.fixture
def tuned(host: Host, conn: Connection) -> Iterator[Domain]:
    """A fresh guest that runs its firmware, with an IOThread and a place on the host; gone after the test."""
    name = unique_name("tuned")
    extra = "<iothreads>1</iothreads><numatune><memory mode='restrictive' nodeset='0'/></numatune>"
    host.define(firmware_xml(host, name, extra=extra))
    host.virsh("start", name)
    yield conn.get_domain_by_name(name)
    host.remove(name)


def says(host: Host, command: str, dom: Domain, *options: str) -> dict[str, str]:
    """What virsh says of the guest, name by name."""
    rows = (line.partition(":") for line in host.virsh(command, dom.get_name(), *options).splitlines())
    return {name.strip(): value.strip() for name, _, value in rows}


def group(host: Host, controller: str, dom: Domain) -> Path:
    """The running guest's own group, of version 1; those of its threads are below."""
    machine = CGROUPS / controller / host.folder.name / "machine"
    return machine / f"qemu-{host.virsh('domid', dom.get_name())}-{dom.get_name()}.libvirt-qemu"


def disk() -> tuple[str, str]:
    """A disk of this machine: its path and its number."""
    names = [path.name for path in sorted(Path("/sys/block").iterdir())]
    name = next(name for name in names if not name.startswith(("loop", "ram", "zram")))
    return f"/dev/{name}", (Path("/sys/block") / name / "dev").read_text().strip()


# --- scheduler -------------------------------------------------------------------------------------


def test_scheduler_type(host: Host, running: Domain, observed: Recorder) -> None:
    assert running.get_scheduler_type() == "posix"
    assert "Scheduler      : posix" in host.virsh("schedinfo", running.get_name())
    observed("get_scheduler_type", "virsh schedinfo: Scheduler")


def test_scheduler_of_a_running_guest(
    host: Host, conn: Connection, tuned: Domain, observed: Recorder
) -> None:
    cpu = group(host, "cpu", tuned)
    whole, one = cpu / "cpu.shares", "cpu.cfs_quota_us"
    untouched = tuned.get_scheduler_parameters()
    if VERSION_1:
        assert untouched["cpu_shares"] == int(whole.read_text())
        assert untouched["vcpu_period"] == int((cpu / "vcpu0/cpu.cfs_period_us").read_text())
        assert untouched["vcpu_quota"] == int((cpu / "vcpu0" / one).read_text()) == -1

    tuned.set_scheduler_parameters({"cpu_shares": 512, "vcpu_period": 50000, "vcpu_quota": 25000})
    found = tuned.get_scheduler_parameters()
    assert (found["cpu_shares"], found["vcpu_period"], found["vcpu_quota"]) == (512, 50000, 25000)
    said = says(host, "schedinfo", tuned)
    assert (said["cpu_shares"], said["vcpu_period"], said["vcpu_quota"]) == ("512", "50000", "25000")
    if VERSION_1:
        assert whole.read_text().strip() == "512"
        assert (cpu / "vcpu0/cpu.cfs_period_us").read_text().strip() == "50000"
        assert (cpu / "vcpu0" / one).read_text().strip() == "25000"
    others = {
        Domain.SCHEDULER_EMULATOR_PERIOD: 60000,
        Domain.SCHEDULER_EMULATOR_QUOTA: 30000,
        Domain.SCHEDULER_IOTHREAD_PERIOD: 80000,
        Domain.SCHEDULER_IOTHREAD_QUOTA: 40000,
        Domain.SCHEDULER_GLOBAL_PERIOD: 70000,
        Domain.SCHEDULER_GLOBAL_QUOTA: 35000,
    }
    tuned.set_scheduler_parameters(others, Domain.AFFECT_LIVE)
    live = tuned.get_scheduler_parameters(Domain.AFFECT_LIVE)
    assert live == {**found, **others}
    said = says(host, "schedinfo", tuned, "--live")
    assert {name: int(value) for name, value in said.items() if name in live} == live
    for below, period, quota in (
        ("emulator", 60000, 30000), ("iothread1", 80000, 40000), (".", 70000, 35000)
    ) if VERSION_1 else ():  # fmt: skip
        assert (cpu / below / "cpu.cfs_period_us").read_text().strip() == str(period)
        assert (cpu / below / one).read_text().strip() == str(quota)
    observed(
        "get_scheduler_parameters", "virsh schedinfo; the guest's cgroup: cpu.shares, vcpu0/cpu.cfs_period_us"
    )
    observed(
        "set_scheduler_parameters",
        "virsh schedinfo; the guest's cgroup: cpu.shares, cpu.cfs_*_us of guest and threads",
    )

    # What the getter gives can be put back as it is, once the kernel allows a part what the whole has not.
    tuned.set_scheduler_parameters({"global_quota": -1})
    tuned.set_scheduler_parameters(untouched)
    assert tuned.get_scheduler_parameters() == untouched
    if VERSION_1:
        assert (cpu / "emulator" / one).read_text().strip() == "-1"
    assert "<cputune>" not in host.definition(tuned.get_name())


def test_scheduler_of_the_next_start(
    host: Host, conn: Connection, tuned: Domain, observed: Recorder
) -> None:
    assert set((tuned.get_scheduler_parameters(Domain.AFFECT_CONFIG)).values()) == {0}
    tuned.set_scheduler_parameters({"cpu_shares": 300}, Domain.AFFECT_CONFIG)
    assert (tuned.get_scheduler_parameters(Domain.AFFECT_CONFIG))["cpu_shares"] == 300
    assert "<shares>300</shares>" in host.definition(tuned.get_name())
    assert says(host, "schedinfo", tuned, "--live")["cpu_shares"] != "300"
    observed("set_scheduler_parameters", "virsh dumpxml --inactive: cputune")
    tuned.set_scheduler_parameters({"vcpu_quota": -1}, Domain.AFFECT_CONFIG | Domain.AFFECT_LIVE)
    assert "<quota>-1</quota>" in host.definition(tuned.get_name())

    with not_sent(conn, "flags"):
        tuned.get_scheduler_parameters(Domain.AFFECT_CONFIG | Domain.AFFECT_LIVE)
    with not_sent(conn, "params"):
        tuned.set_scheduler_parameters({})
    with not_sent(conn, "params['vcpu_quota']", TypeError):
        tuned.set_scheduler_parameters({"vcpu_quota": "all"})
    with not_sent(conn, "params['cpu_shares']"):
        tuned.set_scheduler_parameters({"cpu_shares": -1})
    with pytest.raises(InvalidArgument, match=r"\Aparams: one of cpu_shares, .* not 'shars'\Z"):
        tuned.set_scheduler_parameters({"shars": 1})
    with refused(
        InvalidArgument, r"invalid argument: value of 'vcpu_period' is out of range \[1000, 1000000\]"
    ):
        tuned.set_scheduler_parameters({"vcpu_period": 999})


def test_scheduler_of_a_guest_at_rest(host: Host, dom: Domain) -> None:
    assert (dom.get_scheduler_parameters())["cpu_shares"] == 0
    dom.set_scheduler_parameters({"cpu_shares": 400})
    assert (dom.get_scheduler_parameters())["cpu_shares"] == 400
    assert "<shares>400</shares>" in host.definition(dom.get_name())
    with refused(OperationInvalid, NOT_RUNNING):
        dom.get_scheduler_parameters(Domain.AFFECT_LIVE)
    with refused(OperationInvalid, NOT_RUNNING):
        dom.set_scheduler_parameters({"cpu_shares": 500}, Domain.AFFECT_LIVE)


# --- memory ----------------------------------------------------------------------------------------


def test_memory_of_a_running_guest(
    host: Host, conn: Connection, running: Domain, observed: Recorder
) -> None:
    memory = group(host, "memory", running)
    none = Domain.MEMORY_PARAM_UNLIMITED
    untouched = running.get_memory_parameters()
    assert untouched == {"hard_limit": none, "soft_limit": none, "swap_hard_limit": none}

    limits = {"hard_limit": 2_000_000, "soft_limit": 1_500_000, "swap_hard_limit": 3_000_000}
    running.set_memory_parameters(limits)
    assert running.get_memory_parameters() == limits
    said = says(host, "memtune", running)
    assert {name: int(said[name]) for name in limits} == limits
    if VERSION_1:
        assert (memory / "memory.limit_in_bytes").read_text().strip() == str(2_000_000 << 10)
        assert (memory / "memory.soft_limit_in_bytes").read_text().strip() == str(1_500_000 << 10)
        assert (memory / "memory.memsw.limit_in_bytes").read_text().strip() == str(3_000_000 << 10)
    observed("get_memory_parameters", "virsh memtune; the guest's cgroup: memory.limit_in_bytes and others")
    observed("set_memory_parameters", "virsh memtune; the guest's cgroup: memory.limit_in_bytes and others")
    assert "<memtune>" not in host.definition(running.get_name())

    running.set_memory_parameters(untouched, Domain.AFFECT_LIVE)
    assert running.get_memory_parameters(Domain.AFFECT_LIVE) == untouched
    assert says(host, "memtune", running)["hard_limit"] == "unlimited"
    if VERSION_1:
        assert (memory / "memory.limit_in_bytes").read_text().strip() == UNLIMITED_BYTES

    refusal = (
        "invalid argument: memory hard_limit tunable value must be lower than or equal to swap_hard_limit"
    )
    with refused(InvalidArgument, refusal):
        running.set_memory_parameters({"hard_limit": 2_000_000, "swap_hard_limit": 1_000_000})
    with refused(ArgumentUnsupported, "argument unsupported: parameter 'min_guarantee' not supported"):
        running.set_memory_parameters({Domain.MEMORY_MIN_GUARANTEE: 1000})
    with not_sent(conn, "params"):
        running.set_memory_parameters({})
    with not_sent(conn, "params['hard_limit']"):
        running.set_memory_parameters({"hard_limit": -1})
    with not_sent(conn, "flags"):
        running.get_memory_parameters(Domain.AFFECT_CONFIG | Domain.AFFECT_LIVE)


def test_memory_of_a_guest_at_rest(host: Host, dom: Domain, observed: Recorder) -> None:
    assert set((dom.get_memory_parameters()).values()) == {Domain.MEMORY_PARAM_UNLIMITED}
    dom.set_memory_parameters({"soft_limit": 1_500_000}, Domain.AFFECT_CONFIG)
    assert (dom.get_memory_parameters(Domain.AFFECT_CONFIG))["soft_limit"] == 1_500_000
    assert "<soft_limit unit='KiB'>1500000</soft_limit>" in host.definition(dom.get_name())
    observed("set_memory_parameters", "virsh dumpxml --inactive: memtune")
    with refused(OperationInvalid, NOT_RUNNING):
        dom.get_memory_parameters(Domain.AFFECT_LIVE)


# --- block I/O -------------------------------------------------------------------------------------


def test_blkio_of_a_running_guest(
    host: Host, conn: Connection, running: Domain, observed: Recorder
) -> None:
    blkio = group(host, "blkio", running)
    path, number = disk()
    weight = (running.get_blkio_parameters())["weight"]
    assert weight == int(says(host, "blkiotune", running)["weight"])
    if VERSION_1:
        assert weight == int((blkio / "blkio.bfq.weight").read_text())
    running.set_blkio_parameters({"weight": 500})
    assert (running.get_blkio_parameters())["weight"] == 500
    assert says(host, "blkiotune", running)["weight"] == "500"
    if VERSION_1:
        assert (blkio / "blkio.bfq.weight").read_text().strip() == "500"
    observed("get_blkio_parameters", "virsh blkiotune; the guest's cgroup: blkio.bfq.weight")

    limits = {
        Domain.BLKIO_DEVICE_READ_BPS: ("read_bps", 1 << 20),
        Domain.BLKIO_DEVICE_WRITE_BPS: ("write_bps", 2 << 20),
        Domain.BLKIO_DEVICE_READ_IOPS: ("read_iops", 100),
        Domain.BLKIO_DEVICE_WRITE_IOPS: ("write_iops", 200),
    }
    sent = {key: f"{path},{limit}" for key, (_, limit) in limits.items()}
    running.set_blkio_parameters(sent, Domain.AFFECT_LIVE)
    found: dict[str, object] = {**running.get_blkio_parameters(Domain.AFFECT_LIVE)}
    assert {key: found[key] for key in sent} == sent
    assert found["device_weight"] == ""
    said = says(host, "blkiotune", running)
    assert {key: said[key] for key in sent} == sent
    for file, limit in limits.values() if VERSION_1 else ():
        assert (blkio / f"blkio.throttle.{file}_device").read_text().strip() == f"{number} {limit}"
    observed(
        "set_blkio_parameters",
        "virsh blkiotune; the guest's cgroup: blkio.bfq.weight, blkio.throttle.*_device",
    )
    assert "<blkiotune>" not in host.definition(running.get_name())
    running.set_blkio_parameters(dict.fromkeys(sent, f"{path},0"))
    if VERSION_1:
        assert (blkio / "blkio.throttle.read_bps_device").read_text() == ""
    assert (running.get_blkio_parameters())["device_read_bytes_sec"] == ""

    with not_sent(conn, "params"):
        running.set_blkio_parameters({})
    with not_sent(conn, "params['weight']", TypeError):
        running.set_blkio_parameters({"weight": "heavy"})
    with not_sent(conn, "flags"):
        running.get_blkio_parameters(Domain.AFFECT_CONFIG | Domain.AFFECT_LIVE)


def test_blkio_of_a_guest_at_rest(host: Host, dom: Domain, observed: Recorder) -> None:
    path, _ = disk()
    assert (dom.get_blkio_parameters())["weight"] == 0
    sent: dict[str, int | str] = {"weight": 200, "device_weight": f"{path},300"}
    dom.set_blkio_parameters(sent, Domain.AFFECT_CONFIG)
    found = dom.get_blkio_parameters(Domain.AFFECT_CONFIG)
    assert (found["weight"], found["device_weight"]) == (200, f"{path},300")
    xml = "".join(host.definition(dom.get_name()).split())
    assert f"<weight>200</weight><device><path>{path}</path><weight>300</weight></device>" in xml
    observed("set_blkio_parameters", "virsh dumpxml --inactive: blkiotune")


# --- NUMA ------------------------------------------------------------------------------------------


def test_numa_of_a_running_guest(
    host: Host, conn: Connection, tuned: Domain, observed: Recorder
) -> None:
    found = tuned.get_numa_parameters()
    assert found == {"numa_mode": Domain.NUMATUNE_MEM_RESTRICTIVE, "numa_nodeset": "0"}
    assert "numa_nodeset   : 0" in host.virsh("numatune", tuned.get_name())
    observed("get_numa_parameters", "virsh numatune")

    # Machines for tests have one node, so libvirt's word is all that is changed by moving there.
    tuned.set_numa_parameters({"numa_nodeset": "0"}, Domain.AFFECT_LIVE)
    for thread in ("emulator", "vcpu0", "iothread1"):
        assert (group(host, "cpuset", tuned) / thread / "cpuset.mems").read_text().strip() == "0"
    refusal = "Requested operation is not valid: can't change numatune mode for running domain"
    with refused(OperationInvalid, refusal):
        tuned.set_numa_parameters({"numa_mode": Domain.NUMATUNE_MEM_PREFERRED})

    changed: NumaParameters = {"numa_mode": Domain.NUMATUNE_MEM_STRICT, "numa_nodeset": "0-1"}
    tuned.set_numa_parameters(changed, Domain.AFFECT_CONFIG)
    assert tuned.get_numa_parameters(Domain.AFFECT_CONFIG) == changed
    assert tuned.get_numa_parameters(Domain.AFFECT_LIVE) == found
    assert "<memory mode='strict' nodeset='0-1'/>" in host.definition(tuned.get_name())
    observed("set_numa_parameters", "virsh dumpxml --inactive: numatune")

    with not_sent(conn, "params"):
        tuned.set_numa_parameters({})
    with not_sent(conn, "params['numa_nodeset']", TypeError):
        tuned.set_numa_parameters({"numa_nodeset": 0})
    with not_sent(conn, "flags", TypeError):
        tuned.get_numa_parameters("live")  # type: ignore[arg-type]


def test_numa_of_a_guest_at_rest(host: Host, dom: Domain) -> None:
    assert dom.get_numa_parameters() == {"numa_mode": Domain.NUMATUNE_MEM_STRICT, "numa_nodeset": ""}
    dom.set_numa_parameters({"numa_mode": Domain.NUMATUNE_MEM_INTERLEAVE, "numa_nodeset": "0"})
    assert (dom.get_numa_parameters())["numa_mode"] == Domain.NUMATUNE_MEM_INTERLEAVE
    assert "<memory mode='interleave' nodeset='0'/>" in host.definition(dom.get_name())


# --- performance events ----------------------------------------------------------------------------


def counters(host: Host) -> int:
    """How many of the kernel's counters the daemon has open."""
    count = 0
    for descriptor in Path(f"/proc/{host.pid}/fd").iterdir():
        try:
            count += os.readlink(descriptor) == "anon_inode:[perf_event]"
        except FileNotFoundError:
            continue  # the daemon has closed it meanwhile
    return count


def test_perf_events_of_a_running_guest(
    host: Host, conn: Connection, running: Domain, observed: Recorder
) -> None:
    before = counters(host)
    events = running.get_perf_events()
    assert len(events) >= 22
    assert set(events.values()) == {False}
    running.set_perf_events({"cpu_clock": True, "page_faults": True})
    assert counters(host) == before + 2
    assert running.get_perf_events() == {**events, "cpu_clock": True, "page_faults": True}
    # Not `host.virsh`, as `virsh --quiet perf` says nothing.
    said = host.run("virsh", "--connect", "qemu:///system", "perf", running.get_name())
    assert re.findall(r"(\w+) *: enabled", said) == ["cpu_clock", "page_faults"]
    ((_, stats),) = conn.get_all_domain_stats(Domain.STATS_PERF, [running])
    assert stats.keys() == {"perf.cpu_clock", "perf.page_faults"}
    assert stats["perf.cpu_clock"] >= 0
    observed("get_perf_events", "virsh perf")
    observed("set_perf_events", "the daemon's open counters: /proc/PID/fd")
    assert "<perf>" not in host.definition(running.get_name())

    running.set_perf_events({**events, "cpu_clock": True}, Domain.AFFECT_LIVE)
    assert counters(host) == before + 1
    running.set_perf_events({Domain.PERF_PARAM_CPU_CLOCK: False})
    assert counters(host) == before
    assert running.get_perf_events(Domain.AFFECT_LIVE) == events

    # Counts memory bandwidth with hardware that tests' machines don't have.
    refusal = "argument unsupported: unable to enable host cpu perf event for cmt"
    with refused(ArgumentUnsupported, refusal):
        running.set_perf_events({"cmt": True})
    with not_sent(conn, "params"):
        running.set_perf_events({})
    with not_sent(conn, "params['cmt']"):
        running.set_perf_events({"cmt": 2})


def test_perf_events_of_a_guest_at_rest(host: Host, dom: Domain, observed: Recorder) -> None:
    assert not (dom.get_perf_events())["cmt"]
    dom.set_perf_events({"cmt": True, "mbmt": False}, Domain.AFFECT_CONFIG)
    assert (dom.get_perf_events(Domain.AFFECT_CONFIG))["cmt"]
    assert "<event name='cmt' enabled='yes'/>" in host.definition(dom.get_name())
    observed("set_perf_events", "virsh dumpxml --inactive: perf")
    with refused(OperationInvalid, NOT_RUNNING):
        dom.get_perf_events(Domain.AFFECT_LIVE)
