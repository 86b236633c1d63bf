# Made by tools/unasync.py from tests/api/_async/test_linux.py; do not edit.
"""What needs a system in the guest: the host's Linux guest, which nearly all of these share and leave running."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rig.guest import agent, agent_answers, boot, console_text, guest_xml, unique_name, wait_booted
from rig.host import Host
from rig.image import READY
from rig.wait import until
from sysvirt import Connection, Domain
from sysvirt.errors import ArgumentUnsupported, Error, InvalidArgument
from tests.conformance.recorder import Recorder

from ..refusals import refused


def boots(host: Host, name: str) -> int:
    """How often the guest's system has come up."""
    return console_text(host, name).count(READY)


def test_info(host: Host, linux: Domain) -> None:
    info = linux.get_info()
    assert (info.state, info.max_mem, info.nr_virt_cpu) == (Domain.STATE_RUNNING, 131072, 1)
    assert info.cpu_time > 100_000_000  # it has booted under emulation


def test_suspend_and_resume(host: Host, linux: Domain) -> None:
    name = linux.get_name()
    linux.suspend()
    try:
        assert host.virsh("domstate", name) == "paused"
        used = -1
        while (before := used) != (used := (linux.get_info()).cpu_time):
            assert used > before  # QEMU itself still has something to do
    finally:
        linux.resume()
    assert agent(host, name, "guest-ping") == {}


def test_save_and_restore(host: Host, conn: Connection, linux: Domain) -> None:
    name, before = linux.get_name(), boots(host, linux.get_name())
    file = host.files / f"{name}.save"
    linux.save(file)
    assert host.virsh("domstate", name, "--reason") == "shut off (saved)"
    conn.restore_domain(file)
    file.unlink()
    assert host.virsh("domstate", name, "--reason") == "running (restored)"
    wait_booted(host, name, times=before)
    assert agent(host, name, "guest-ping") == {}
    assert boots(host, name) == before  # it went on where it was


def test_managed_save_and_create(host: Host, linux: Domain) -> None:
    name, before = linux.get_name(), boots(host, linux.get_name())
    linux.managed_save()
    assert linux.get_id() == -1
    linux.create()
    assert linux.get_id() == int(host.virsh("domid", name))
    wait_booted(host, name, times=before)
    assert agent(host, name, "guest-ping") == {}
    assert boots(host, name) == before


def test_balloon(host: Host, linux: Domain, observed: Recorder) -> None:
    name = linux.get_name()
    try:
        linux.set_memory(100 * 1024)
        until(lambda: "Used memory:    102400 KiB" in host.virsh("dominfo", name), "the balloon has grown")
        observed("set_memory", "virsh dominfo: the guest's balloon has grown")
        assert (linux.get_info()).memory == 102400
        assert linux.get_max_memory() == 131072
        observed("get_max_memory", "the memory in the definition")
        linux.set_memory_stats_period(1)
        assert "<stats period='1'/>" in host.virsh("dumpxml", name)
        until(lambda: "unused" in host.virsh("dommemstat", name), "the guest reports")
        observed("set_memory_stats_period", "virsh dommemstat: the guest's balloon reports")
    finally:
        linux.set_memory_stats_period(0)
        linux.set_memory(128 * 1024, Domain.MEM_LIVE)
    until(lambda: "Used memory:    131072 KiB" in host.virsh("dominfo", name), "the balloon is empty again")
    with refused(InvalidArgument, "invalid argument: cannot set memory higher than max memory"):
        linux.set_memory(1 << 20)


@pytest.fixture
def own(host: Host, conn: Connection) -> Iterator[Domain]:
    """Another such guest, of two CPUs at most."""
    name = unique_name("own")
    host.define(guest_xml(host, name, max_vcpus=2))
    boot(host, name)
    yield conn.get_domain_by_name(name)
    host.remove(name)


@pytest.fixture
def sleeper(host: Host) -> Iterator[str]:
    """The name of another such guest: one that has slept once does neither shut down nor sleep again."""
    name = unique_name("sleeper")
    host.define(guest_xml(host, name))
    boot(host, name)
    yield name
    host.remove(name)


@pytest.mark.slow
def test_sleep(host: Host, conn: Connection, sleeper: str, observed: Recorder) -> None:
    name, dom = sleeper, conn.get_domain_by_name(sleeper)
    with refused(ArgumentUnsupported, "argument unsupported: Duration not supported. Use 0 for now"):
        dom.pm_suspend_for_duration(Connection.NODE_SUSPEND_TARGET_MEM, 5)
    # It has no swap to keep its memory in.
    for target, command in (
        (Connection.NODE_SUSPEND_TARGET_DISK, "guest-suspend-disk"),
        (Connection.NODE_SUSPEND_TARGET_HYBRID, "guest-suspend-hybrid"),
    ):
        with pytest.raises(Error, match=command):
            dom.pm_suspend_for_duration(target, 0)
    dom.pm_suspend_for_duration(Connection.NODE_SUSPEND_TARGET_MEM, 0)
    until(lambda: host.virsh("domstate", name) == "pmsuspended", "the guest sleeps")
    observed("pm_suspend_for_duration", "virsh domstate: pmsuspended")
    assert (dom.get_state())[0] == Domain.STATE_PMSUSPENDED
    dom.pm_wakeup()
    until(lambda: host.virsh("domstate", name) == "running", "the guest is awake")
    until(lambda: agent_answers(host, name), "the agent is there again")
    observed("pm_wakeup", "virsh domstate: running; the guest's agent answers again")
    assert boots(host, name) == 1


@pytest.mark.slow
def test_reboot(host: Host, linux: Domain, observed: Recorder) -> None:
    name, number, before = linux.get_name(), linux.get_id(), boots(host, linux.get_name())
    linux.reboot(Domain.REBOOT_ACPI_POWER_BTN)
    until(lambda: boots(host, name) == before + 1, "the guest has rebooted")
    assert host.virsh("domid", name) == str(number)
    observed("reboot", "the guest's system comes up a second time, under the same id")
    wait_booted(host, name, times=before + 1)


@pytest.mark.slow
def test_cpus_and_shutdown(host: Host, own: Domain, observed: Recorder) -> None:
    name, before = own.get_name(), boots(host, own.get_name())
    assert own.get_max_vcpus() == 2
    assert own.get_vcpus() == 1
    own.set_vcpus(2)
    assert own.get_vcpus(Domain.VCPU_LIVE) == 2
    assert host.virsh("vcpucount", name, "--current", "--live") == "2"
    observed("get_vcpus", "virsh vcpucount")
    assert own.get_vcpus(Domain.VCPU_CONFIG) == 1
    until(lambda: len(agent(host, name, "guest-get-vcpus")) == 2, "the guest sees the other CPU")
    observed("set_vcpus", "the guest's agent names two CPUs")
    observed("get_max_vcpus", "the definition's vcpu element")
    for count in (2, 1):
        own.set_vcpus(count, Domain.VCPU_GUEST)
        assert own.get_vcpus(Domain.VCPU_GUEST) == count
        assert host.virsh("vcpucount", name, "--guest") == str(count)

    # Taking it out again never ends under emulation; but what is not in the definition ends with the run.
    # By ACPI alone: asked first, the agent may end before it has answered, and then libvirt refuses to have done it.
    own.shutdown(Domain.SHUTDOWN_ACPI_POWER_BTN)
    until(lambda: host.virsh("domstate", name, "--reason") == "shut off (shutdown)", "the guest is down")
    observed("shutdown", "virsh domstate: shut off (shutdown)")
    assert own.get_state() == (Domain.STATE_SHUTOFF, Domain.STATE_SHUTOFF_SHUTDOWN)
    own.create()
    assert own.get_id() == int(host.virsh("domid", name))
    assert own.get_vcpus() == 1
    wait_booted(host, name, times=before + 1)
    assert agent(host, name, "guest-ping") == {}
