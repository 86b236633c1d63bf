"""What a guest's own system makes happen: its clock, memory, CPUs, agent, channels, and network."""

from __future__ import annotations

import re
import time

import pytest

from rig.guest import (
    AGENT,
    agent_answers,
    boot,
    firmware_xml,
    guest_xml,
    qmp,
    run_inside,
    start_inside,
    unique_name,
)
from rig.host import Host
from rig.wait import until
from sysvirt.aio import Connection, Domain
from sysvirt.errors import OperationFailed, OperationTimeout
from sysvirt.events import (
    AgentLifecycleEvent,
    BalloonChangeEvent,
    ChannelLifecycleEvent,
    DeviceRemovalFailedEvent,
    MemoryDeviceSizeChangeEvent,
    NICMACChangeEvent,
    RTCChangeEvent,
    VcpuRemovedEvent,
)
from tests.conformance.recorder import Recorder

from ..machine import CHANNEL, DIMM, alias
from ..refusals import refused
from ..virsh_events import kinds
from .watching import Watch

pytestmark = pytest.mark.slow


@pytest.fixture
async def dom(conn: Connection, machine: str) -> Domain:
    return await conn.get_domain_by_name(machine)


def has(host: Host, kind: str) -> bool:
    """Whether this host's libvirt has such events."""
    return kind in kinds(host)


async def test_the_clock(host: Host, conn: Connection, dom: Domain, observed: Recorder) -> None:
    """A guest sets it to an hour from now, and back."""
    name = dom.get_name()
    async with Watch(host, conn) as watch:
        for seconds in (3600, 0):
            wanted = int(time.time()) + seconds
            earliest = int(time.time())
            run_inside(host, name, f"date -u -s @{wanted} && hwclock -u -w")
            event = await watch.next(RTCChangeEvent, dom)
            # The guest sets its clock's seconds, and only these, at the full second that it has then.
            assert wanted - int(time.time()) - 1 <= event.utcoffset <= wanted - earliest + 1
        observed.event(event, "hwclock(8) in the guest: its date(1)")


async def test_the_balloon(host: Host, conn: Connection, dom: Domain, observed: Recorder) -> None:
    name = dom.get_name()
    full = (await dom.get_info()).memory
    async with Watch(host, conn) as watch:
        await dom.set_memory(full - 10240)
        event = await watch.next(BalloonChangeEvent, dom, actual=full - 10240)
        assert f"actual {event.actual}\n" in host.virsh("dommemstat", name)
        observed.event(event, "set_memory: virsh dommemstat")
        host.virsh("setmem", name, str(full))
        await watch.next(BalloonChangeEvent, dom, actual=full)


async def test_a_memory_device(host: Host, conn: Connection, dom: Domain, observed: Recorder) -> None:
    name = dom.get_name()
    device = alias(host, name, "virtiomem")
    async with Watch(host, conn) as watch:
        (xml,) = re.findall(
            r"<memory model='virtio-mem'>.*?</memory>", host.virsh("dumpxml", name), re.DOTALL
        )
        more = re.sub(r"(<requested unit=)'KiB'>\d+", r"\1'MiB'>64", xml)
        await dom.update_device(more, Domain.DEVICE_MODIFY_LIVE)
        event = await watch.next(MemoryDeviceSizeChangeEvent, dom, alias=device, size=64 * 1024)
        assert "<current unit='KiB'>65536</current>" in host.virsh("dumpxml", name)
        observed.event(event, "update_device with another size: virsh dumpxml")
        host.virsh("update-memory-device", name, "--alias", device, "--requested-size", "0", "--live")
        await watch.next(MemoryDeviceSizeChangeEvent, dom, alias=device, size=0)


async def test_memory_that_is_not_given_back(
    host: Host, conn: Connection, dom: Domain, observed: Recorder
) -> None:
    """Linux does not let go of memory in which it has things of its own."""
    name = dom.get_name()
    states = "for state in /sys/devices/system/memory/memory*/state; do"
    run_inside(host, name, f"{states} [ $(cat $state) = online ] || echo online_kernel >$state; done")
    async with Watch(host, conn) as watch:
        with refused(OperationFailed, "operation failed: unplug of device was rejected by the guest"):
            await dom.detach_device(DIMM, Domain.DEVICE_MODIFY_LIVE)
        event = await watch.next(DeviceRemovalFailedEvent, dom, dev_alias=alias(host, name, "dimm"))
        observed.event(event, "detach_device, of memory that Linux uses: it is refused; virsh dumpxml")


async def test_the_agent(host: Host, conn: Connection, dom: Domain, observed: Recorder) -> None:
    """It ends, and begins again."""
    name = dom.get_name()
    restart = (
        "pid=$(cat /run/qemu-ga.pid); command=$(tr '\\0' ' ' </proc/$pid/cmdline); kill $pid;"
        "while [ -e /proc/$pid ]; do sleep 0.1; done; exec $command"
    )
    async with Watch(host, conn) as watch:
        start_inside(host, name, restart)
        for state in (
            Domain.EVENT_AGENT_LIFECYCLE_STATE_DISCONNECTED,
            Domain.EVENT_AGENT_LIFECYCLE_STATE_CONNECTED,
        ):
            event = await watch.next(AgentLifecycleEvent, dom, state=state)
            assert event.reason == Domain.EVENT_AGENT_LIFECYCLE_REASON_CHANNEL
        until(lambda: agent_answers(host, name), "the agent answers again")
        observed.event(event, "the agent ends and begins again: virsh qemu-agent-command")


async def test_an_agent_that_is_not_there(
    host: Host, conn: Connection, made: list[str], observed: Recorder
) -> None:
    """When a guest starts, its channels are not connected yet."""
    name = unique_name("channels")
    made.append(name)
    host.define(firmware_xml(host, name, extra_devices=AGENT + CHANNEL))
    dom = await conn.get_domain_by_name(name)
    async with Watch(host, conn) as watch:
        await dom.create()
        agent = await watch.next(AgentLifecycleEvent, dom)
        assert agent.state == Domain.EVENT_AGENT_LIFECYCLE_STATE_DISCONNECTED
        assert agent.reason == Domain.EVENT_AGENT_LIFECYCLE_REASON_DOMAIN_STARTED
        observed.event(agent, "create: virsh dumpxml")
        if has(host, "channel-lifecycle"):
            for channel in ("org.qemu.guest_agent.0", "org.example.0"):
                event = await watch.next(ChannelLifecycleEvent, dom, channel_name=channel)
                assert event.state == Domain.EVENT_CHANNEL_LIFECYCLE_STATE_DISCONNECTED
                assert event.reason == Domain.EVENT_CHANNEL_LIFECYCLE_REASON_DOMAIN_STARTED
            observed.event(event, "create: virsh dumpxml")
        xml = host.virsh("dumpxml", name)
        for channel in ("org.qemu.guest_agent.0", "org.example.0"):
            assert f"name='{channel}' state='disconnected'" in xml


async def test_a_channel(host: Host, conn: Connection, dom: Domain, observed: Recorder) -> None:
    """A program in the guest opens it, and closes it."""
    if not has(host, "channel-lifecycle"):
        pytest.skip("this libvirt has no such events")
    name = dom.get_name()
    port = run_inside(host, name, "grep -lx org.example.0 /sys/class/virtio-ports/*/name").split("/")[-2]
    run_inside(host, name, "rm -f /tmp/enough")
    async with Watch(host, conn) as watch:
        opens = f"exec 3<>/dev/{port}; while [ ! -e /tmp/enough ]; do sleep 0.1; done"
        start_inside(host, name, opens)
        fields = {"channel_name": "org.example.0", "reason": Domain.EVENT_CHANNEL_LIFECYCLE_REASON_CHANNEL}
        state = Domain.EVENT_CHANNEL_LIFECYCLE_STATE_CONNECTED
        opened = await watch.next(ChannelLifecycleEvent, dom, state=state, **fields)
        assert "name='org.example.0' state='connected'" in host.virsh("dumpxml", name)
        observed.event(opened, "a program in the guest opens the channel: virsh dumpxml")
        run_inside(host, name, "touch /tmp/enough")
        state = Domain.EVENT_CHANNEL_LIFECYCLE_STATE_DISCONNECTED
        await watch.next(ChannelLifecycleEvent, dom, state=state, **fields)
        assert "name='org.example.0' state='disconnected'" in host.virsh("dumpxml", name)


async def test_the_network(host: Host, conn: Connection, dom: Domain, observed: Recorder) -> None:
    """A guest gives its interface another address, and then its own again."""
    if not has(host, "nic-mac-change"):
        pytest.skip("this libvirt has no such events")
    name, own, other = dom.get_name(), "52:54:00:00:00:01", "52:54:00:00:00:99"
    async with Watch(host, conn) as watch:
        for old, new in ((own, other), (other, own)):
            change = f"ip link set eth0 down; ip link set eth0 address {new}; ip link set eth0 up"
            run_inside(host, name, change)
            event = await watch.next(NICMACChangeEvent, dom, old_mac=old, new_mac=new)
            assert event.alias == alias(host, name, "net")
            assert run_inside(host, name, "cat /sys/class/net/eth0/address").strip() == new
        observed.event(event, "ip(8) in the guest, and the host trusts it: the guest's /sys")


async def test_cpus(host: Host, conn: Connection, made: list[str], observed: Recorder) -> None:
    """One comes and goes. Without KVM QEMU doesn't say that it has gone, so libvirt has to be asked again.

    It can be done once in a guest's life: QEMU ends over a second such CPU.
    """
    if not has(host, "vcpu-removed"):
        pytest.skip("this libvirt has no such events")
    name = unique_name("cpus")
    made.append(name)
    host.define(guest_xml(host, name, max_vcpus=2))
    boot(host, name)
    dom = await conn.get_domain_by_name(name)
    async with Watch(host, conn) as watch:
        await dom.set_vcpus(2)
        until(lambda: "cpu1" in run_inside(host, name, "ls /sys/devices/system/cpu"), "the guest has it")
        with refused(OperationTimeout, "Timed out during operation: vcpu unplug request timed out.*"):
            await dom.set_vcpus(1)
        until(lambda: len(qmp(host, name, "query-cpus-fast")) == 1, "the guest has let go of it")
        await dom.set_vcpus(1)
        event = await watch.next(VcpuRemovedEvent, dom, vcpuid=1)
        assert host.virsh("vcpucount", name, "--live", "--current") == "1"
        observed.event(event, "set_vcpus: virsh vcpucount")
