# Made by tools/unasync.py from tests/api/_async/test_cpu_gaps.py; do not edit.
"""A host whose CPUs' numbers have gaps: a core was taken out, and how many there are is not the highest number."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig.guest import firmware_xml
from rig.host import Host
from sysvirt import CpuSet
from sysvirt import Domain, connect

from ..fake_sys import make_cpus

PRESENT = {*range(8), *range(16, 32)}
PINNED = "<iothreads>1</iothreads><cputune>{}</cputune>".format(
    "<vcpupin vcpu='0' cpuset='1,31'/><emulatorpin cpuset='2,31'/><iothreadpin iothread='1' cpuset='16,31'/>"
)
CPUS = Path("/sys/devices/system/cpu")
NODES = Path("/sys/devices/system/node")


@pytest.mark.slow
def test_gaps(host: Host) -> None:
    with Host(host.suite) as own:
        fake = own.files / "sys"
        make_cpus(fake, PRESENT)
        with own.mounted(f"{fake}/cpu", CPUS, "--bind"), own.mounted(f"{fake}/node", NODES, "--bind"):
            own.restart_daemon()
            with connect(own.uri, timeout=60) as conn:
                assert conn.get_node_cpu_map() == (32, CpuSet(PRESENT), 24)
                assert (conn.get_node_info()).cpus == 24
                dom = conn.define_domain(firmware_xml(own, "gaps", extra=PINNED))
                for flags in (0, Domain.AFFECT_CONFIG):
                    (vcpu,) = dom.get_vcpu_info(flags)
                    assert vcpu.affinity == {1, 31}
                    assert dom.get_emulator_pin_info(flags) == {2, 31}
                (thread,) = dom.get_iothread_info()
                assert thread.affinity == {16, 31}
                assert own.virsh("vcpupin", "gaps").split()[-1] == str(vcpu.affinity)

                dom.pin_vcpu(0, "30", Domain.AFFECT_CONFIG)
                dom.pin_emulator(CpuSet([3, 30]).to_map(32), Domain.AFFECT_CONFIG)
                assert own.virsh("vcpupin", "gaps").split()[-1] == "30"
                assert own.virsh("emulatorpin", "gaps").split()[-1] == "3,30"
                (vcpu,) = dom.get_vcpu_info()
                assert vcpu.affinity == {30}
