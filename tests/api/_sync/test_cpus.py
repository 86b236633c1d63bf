# Made by tools/unasync.py from tests/api/_async/test_cpus.py; do not edit.
"""Virtual CPUs and where they run: as threads of the host, in QEMU, in the definition, and in the guest."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from rig.guest import agent, boot, guest_xml, qmp, unique_name
from rig.host import Host
from rig.wait import until
from sysvirt import CpuSet
from sysvirt import Connection, Domain
from sysvirt.errors import (
    InvalidArgument,
    OperationInvalid,
    OperationTimeout,
    OperationUnsupported,
)
from sysvirt.results import VcpuInfo
from tests.conformance.recorder import Recorder

from ..refusals import NOT_RUNNING, not_sent, refused
from ..threads import allowed_cpus, main_thread


def in_qemu(host: Host, name: str) -> dict[int, int]:
    """The virtual CPUs that QEMU has, and the thread of each."""
    return {vcpu["cpu-index"]: vcpu["thread-id"] for vcpu in qmp(host, name, "query-cpus-fast")}


def in_use(host: Host, name: str) -> str:
    """The CPUs that the guest's kernel uses, read in its /sys."""
    handle = agent(host, name, "guest-file-open", path="/sys/devices/system/cpu/online")
    read = agent(host, name, "guest-file-read", handle=handle)
    agent(host, name, "guest-file-close", handle=handle)
    return base64.b64decode(read["buf-b64"]).decode().strip()


def seen_by_the_guest(host: Host, name: str) -> int:
    return len(agent(host, name, "guest-get-vcpus"))


def pinning(host: Host, *arguments: str) -> list[str]:
    """What `virsh vcpupin` or `emulatorpin` says of each CPU."""
    return [line.split()[-1] for line in host.virsh(*arguments).splitlines()]


def cgroup(host: Host, name: str, controller: str, file: str) -> Path | None:
    """A file of the guest's group in a cgroup tree of version 1."""
    tree = Path("/sys/fs/cgroup", controller, host.folder.name)
    return next(tree.glob(f"**/qemu-*-{name}.libvirt-qemu/{file}"), None)


def test_pinning_of_a_running_guest(
    host: Host, conn: Connection, dom: Domain, observed: Recorder
) -> None:
    name = dom.get_name()
    total, _, _ = conn.get_node_cpu_map()
    everywhere, last = CpuSet(range(total)), total - 1
    dom.set_vcpus(2, Domain.VCPU_MAXIMUM | Domain.VCPU_CONFIG)
    dom.set_vcpus(2, Domain.VCPU_CONFIG)
    dom.create()
    info = dom.get_vcpu_info()
    assert [(vcpu.number, vcpu.state, vcpu.affinity) for vcpu in info] == [
        (0, Domain.VCPU_RUNNING, everywhere),
        (1, Domain.VCPU_RUNNING, everywhere),
    ]
    assert all(vcpu.cpu in everywhere and len(bytes(vcpu.affinity)) == (total + 7) // 8 for vcpu in info)
    assert dom.get_emulator_pin_info() == everywhere

    dom.pin_vcpu(0, [0])
    dom.pin_vcpu(1, str(last), Domain.AFFECT_LIVE)
    threads = in_qemu(host, name)
    assert allowed_cpus(host, threads[0]) == "0"
    assert allowed_cpus(host, threads[1]) == str(last)
    dom.pin_vcpu(1, everywhere, Domain.AFFECT_CONFIG)
    dom.pin_vcpu(1, [0], Domain.AFFECT_CONFIG)
    assert "<vcpupin vcpu='1' cpuset='0'/>" in host.definition(name)
    assert "<vcpupin vcpu='0'" not in host.definition(name)
    observed("pin_vcpu", "/proc: Cpus_allowed_list of QEMU's threads; virsh dumpxml --inactive")
    live = dom.get_vcpu_info(Domain.AFFECT_LIVE)
    assert live == [
        VcpuInfo(0, 0, 0, Domain.VCPU_OFFLINE, CpuSet([0])),
        VcpuInfo(1, 0, 0, Domain.VCPU_OFFLINE, CpuSet([last])),
    ]
    config = dom.get_vcpu_info(Domain.AFFECT_CONFIG)
    assert [str(vcpu.affinity) for vcpu in live] == pinning(host, "vcpupin", name)
    assert [str(vcpu.affinity) for vcpu in config] == pinning(host, "vcpupin", name, "--config")
    for command in (
        "suspend",
        "resume",
    ):  # so that each has run since: one that sleeps is told where it ran last
        host.virsh(command, name)
    info = dom.get_vcpu_info()
    assert [(vcpu.cpu, set(vcpu.affinity)) for vcpu in info] == [(0, {0}), (last, {last})]
    said = host.virsh("vcpuinfo", name)
    assert re.findall(r"^CPU: +(\d+)", said, re.MULTILINE) == ["0", str(last)]
    assert 0 < info[0].cpu_time <= (dom.get_vcpu_info())[0].cpu_time
    observed("get_vcpu_info", "virsh vcpuinfo, vcpupin")

    dom.pin_emulator({last})
    assert allowed_cpus(host, main_thread(host, name)) == str(last)
    assert dom.get_emulator_pin_info() == {last}
    dom.pin_emulator([0], Domain.AFFECT_LIVE | Domain.AFFECT_CONFIG)
    assert allowed_cpus(host, main_thread(host, name)) == "0"
    assert "<emulatorpin cpuset='0'/>" in host.definition(name)
    observed("pin_emulator", "/proc: Cpus_allowed_list of QEMU's thread; virsh dumpxml --inactive")
    for flag, option in ((Domain.AFFECT_LIVE, "--live"), (Domain.AFFECT_CONFIG, "--config")):
        mask = dom.get_emulator_pin_info(flag)
        assert [str(mask)] == ["0"] == pinning(host, "emulatorpin", name, option)
        assert len(bytes(mask)) == (total + 7) // 8
    observed("get_emulator_pin_info", "virsh emulatorpin")

    with refused(InvalidArgument, "invalid argument: vcpu 2 is out of range of live cpu count 2"):
        dom.pin_vcpu(2, [0])


def test_pinning_of_a_guest_at_rest(
    host: Host, conn: Connection, dom: Domain, observed: Recorder
) -> None:
    name = dom.get_name()
    total, _, _ = conn.get_node_cpu_map()
    dom.set_vcpus(3, Domain.VCPU_MAXIMUM | Domain.VCPU_CONFIG)
    dom.set_vcpus(2, Domain.VCPU_CONFIG)
    dom.pin_vcpu(0, "0", Domain.AFFECT_CONFIG)
    dom.pin_emulator(b"\x01")
    assert dom.get_emulator_pin_info() == {0}
    info = dom.get_vcpu_info()
    assert info == [
        VcpuInfo(0, 0, 0, Domain.VCPU_OFFLINE, CpuSet([0])),
        VcpuInfo(1, 0, 0, Domain.VCPU_OFFLINE, CpuSet(range(total))),
    ]
    assert info == dom.get_vcpu_info(Domain.AFFECT_CONFIG)
    assert [str(vcpu.affinity) for vcpu in info] == pinning(host, "vcpupin", name)[:2]
    observed("get_vcpu_info", "virsh vcpuinfo, vcpupin")
    with refused(OperationInvalid, NOT_RUNNING):
        dom.pin_vcpu(0, [0])
    with refused(OperationInvalid, NOT_RUNNING):
        dom.get_vcpu_info(Domain.AFFECT_LIVE)
    with refused(OperationInvalid, NOT_RUNNING):
        dom.get_emulator_pin_info(Domain.AFFECT_LIVE)
    with refused(OperationInvalid, NOT_RUNNING):
        dom.get_cpu_stats(-1, 1)
    with refused(OperationInvalid, NOT_RUNNING):
        dom.get_cpu_stats(0, 0)


def test_chosen_cpus_of_the_definition(host: Host, dom: Domain, observed: Recorder) -> None:
    name = dom.get_name()
    dom.set_vcpus(4, Domain.VCPU_MAXIMUM | Domain.VCPU_CONFIG)
    dom.set_vcpu("3", True)
    dom.set_vcpu([1, 2], 1, Domain.SETVCPU_AFFECT_CONFIG)
    dom.set_vcpu({1}, False, Domain.AFFECT_CONFIG)
    enabled = re.findall(r"<vcpu id='(\d)' enabled='yes'", host.virsh("dumpxml", name))
    assert enabled == ["0", "2", "3"]
    dom.pin_vcpu(3, [0], Domain.AFFECT_CONFIG)
    for flags in (0, Domain.AFFECT_CONFIG):
        info = dom.get_vcpu_info(flags)
        assert [vcpu.number for vcpu in info] == [0, 2, 3]
        assert info[2].affinity == {0}
    observed("set_vcpu", "virsh dumpxml: <vcpus>; QMP: query-cpus-fast")
    with refused(InvalidArgument, "invalid argument: vcpu 4 is not present in persistent config"):
        dom.set_vcpu([4], True)
    with refused(InvalidArgument, "invalid argument: vCPU '0' can't be modified"):
        dom.set_vcpu([0], False)

    dom.set_vcpus(2, Domain.VCPU_CONFIG | Domain.VCPU_HOTPLUGGABLE)
    assert re.search(r"<vcpu id='1' .*hotpluggable='yes'", host.virsh("dumpxml", name))


def test_time_used(host: Host, running: Domain, observed: Recorder) -> None:
    name = running.get_name()

    def total_time() -> int:
        """In nanoseconds."""
        seconds = re.search(r"cpu_time +(\d+)\.(\d{9}) seconds", host.virsh("cpu-stats", name, "--total"))
        assert seconds is not None
        return int("".join(seconds.groups()))

    usage = cgroup(host, name, "cpuacct", "cpuacct.usage")
    before = int(usage.read_text()) if usage else total_time()
    (total,) = running.get_cpu_stats(-1, 1)
    assert set(total) == {"cpu_time", "user_time", "system_time"}
    assert before <= total["cpu_time"] <= (int(usage.read_text()) if usage else total_time())
    observed("get_cpu_stats", "cgroup: cpuacct.usage, cpuacct.usage_percpu; virsh cpu-stats")
    if not usage:
        refusal = "Operation not supported: .*"
        with refused(OperationUnsupported, refusal):
            running.get_cpu_stats(0, 0)
        return

    def times() -> list[int]:
        return [int(figure) for figure in usage.with_name("cpuacct.usage_percpu").read_text().split()]

    earlier = times()
    each = running.get_cpu_stats(0, 0)
    later = times()
    assert len(each) == len(later)
    for low, cpu, high in zip(earlier, each, later, strict=True):
        assert low <= cpu["cpu_time"] <= high
        assert 0 <= cpu["vcpu_time"] <= high  # read after cpu_time
    last = len(each) - 1
    (one,) = running.get_cpu_stats(last, 1)
    assert later[last] <= one["cpu_time"] <= times()[last]
    for ncpus in (0, 1, 2, 128, 129, 1 << 31):  # where there are fewer, fewer come
        assert len(running.get_cpu_stats(last, ncpus)) == 1
    refusal = f"invalid argument: start_cpu {last + 1} larger than maximum of {last}"
    for ncpus in (0, 1, 129):
        with refused(InvalidArgument, refusal):
            running.get_cpu_stats(last + 1, ncpus)


@pytest.mark.slow
def test_cpus_in_linux(host: Host, conn: Connection, observed: Recorder) -> None:
    """In a guest of its own: under emulation what was taken out again leaves libvirt's books wrong."""
    name = unique_name("cpus")
    host.define(guest_xml(host, name, max_vcpus=3))
    try:
        boot(host, name)
        dom = conn.get_domain_by_name(name)
        dom.set_vcpu([2], True)
        assert set(in_qemu(host, name)) == {0, 2}
        for flags in (0, Domain.AFFECT_LIVE):
            assert [vcpu.number for vcpu in dom.get_vcpu_info(flags)] == [0, 2]
        dom.set_vcpu([1], True, Domain.SETVCPU_AFFECT_LIVE)
        assert set(in_qemu(host, name)) == {0, 1, 2}
        assert [vcpu.number for vcpu in dom.get_vcpu_info()] == [0, 1, 2]
        until(lambda: seen_by_the_guest(host, name) == 3, "the guest sees the other CPUs")

        assert dom.get_guest_vcpus() == {"vcpus": "0-2", "online": "0", "offlinable": "1-2"}
        dom.set_guest_vcpus([1, 2], True)
        assert in_use(host, name) == "0-2"
        dom.set_guest_vcpus("1", 0)
        assert in_use(host, name) == "0,2"
        observed("set_guest_vcpus", "the guest's /sys/devices/system/cpu/online")
        info = dom.get_guest_vcpus()
        assert info == {"vcpus": "0-2", "online": "0,2", "offlinable": "1-2"}
        assert CpuSet(info["online"]) == {0, 2}
        said = dict(line.split() for line in host.virsh("guestvcpus", name).replace(":", "").splitlines())
        assert said == info
        observed("get_guest_vcpus", "virsh guestvcpus, the guest's /sys/devices/system/cpu/online")
        with refused(OperationUnsupported, "Operation not supported: vCPU '0' is not offlinable"):
            dom.set_guest_vcpus([0], False)
        with refused(InvalidArgument, "invalid argument: guest is missing vCPUs '5'"):
            dom.set_guest_vcpus([5], True)

        # QEMU takes them out, but under emulation does not tell, so libvirt waits in vain.
        if host.suite == "forky":
            dom.set_vcpu([1], False, Domain.SETVCPU_ASYNC_UNPLUG)
            dom.set_vcpus(2, Domain.VCPU_LIVE | Domain.VCPU_ASYNC_UNPLUG)
        else:
            with refused(InvalidArgument, r"unsupported flags \(0x4\) in function qemuDomainSetVcpu"):
                dom.set_vcpu([1], False, Domain.SETVCPU_ASYNC_UNPLUG)
            with refused(OperationTimeout, "Timed out during operation: vcpu unplug request timed out.*"):
                dom.set_vcpu([1], False)
        left = {0} if host.suite == "forky" else {0, 2}
        until(lambda: set(in_qemu(host, name)) == left, "QEMU has taken them out")
        observed("set_vcpu", "virsh dumpxml: <vcpus>; QMP: query-cpus-fast")
    finally:
        host.remove(name)


def test_arguments(conn: Connection, dom: Domain) -> None:
    for mask in ([], "", b"\0", "0-", [-1], [1 << 14]):
        with not_sent(conn, "mask"):
            dom.pin_vcpu(0, mask)
        with not_sent(conn, "mask"):
            dom.pin_emulator(mask)
        with not_sent(conn, "cpumap"):
            dom.set_vcpu(mask, True)
        with not_sent(conn, "cpumap"):
            dom.set_guest_vcpus(mask, True)
    with not_sent(conn, "mask", TypeError):
        dom.pin_vcpu(0, None)  # type: ignore[arg-type]
    with not_sent(conn, "vcpu"):
        dom.pin_vcpu(-1, [0])
    with not_sent(conn, "vcpu", TypeError):
        dom.pin_vcpu("0", [0])  # type: ignore[arg-type]
    with not_sent(conn, "state"):
        dom.set_vcpu([0], 2)  # type: ignore[arg-type]
    with not_sent(conn, "state", TypeError):
        dom.set_guest_vcpus([0], "on")  # type: ignore[arg-type]
    both = Domain.AFFECT_LIVE | Domain.AFFECT_CONFIG
    with not_sent(conn, "flags"):
        dom.get_vcpu_info(both)
    with not_sent(conn, "flags"):
        dom.get_emulator_pin_info(both)
    for start_cpu, ncpus, argument in (
        (-2, 1, "start_cpu"),
        (0, -1, "ncpus"),
        (-1, 0, "ncpus"),
        (-1, 2, "ncpus"),
    ):
        with not_sent(conn, argument):
            dom.get_cpu_stats(start_cpu, ncpus)
