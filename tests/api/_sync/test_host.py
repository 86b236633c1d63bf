# Made by tools/unasync.py from tests/api/_async/test_host.py; do not edit.
"""What the host says of itself, beside what virsh says on the same daemon."""

from __future__ import annotations

import re
import subprocess
from typing import Any

from rig.host import Host
from sysvirt import Connection, connect
from sysvirt.errors import ConfigUnsupported, InvalidArgument, OperationDenied
from sysvirt.results import NodeInfo, NodeSecurityModel
from tests.conformance.recorder import Recorder

from ..refusals import not_sent, refused


def table(text: str) -> dict[str, str]:
    """Lines of `name: value`."""
    pairs = [line.partition(":") for line in text.splitlines()]
    return {name.strip(): value.strip() for name, _, value in pairs}


def test_versions(host: Host, conn: Connection, observed: Recorder) -> None:
    said = host.virsh("version", "--daemon")
    number = conn.get_version()
    parts = (
        conn.get_major_version(),
        conn.get_minor_version(),
        conn.get_micro_version(),
    )
    assert f"Running hypervisor: QEMU {'.'.join(map(str, parts))}\n" in said
    assert number == parts[0] * 1000000 + parts[1] * 1000 + parts[2]
    library = conn.get_library_version()
    assert f"{library // 1000000}.{library // 1000 % 1000}.{library % 1000}" == host.version
    assert f"Running against daemon: {host.version}" in said
    for method in ("get_version", "get_major_version", "get_minor_version", "get_micro_version"):
        observed(f"Connection.{method}", "virsh version")
    observed("Connection.get_library_version", "virsh version --daemon; libvirtd --version")


def test_names(host: Host, conn: Connection, observed: Recorder) -> None:
    kind = conn.get_type()
    assert kind == "QEMU"
    assert f"Running hypervisor: {kind} " in host.virsh("version")
    observed("Connection.get_type", "virsh version")
    assert conn.get_hostname() == host.virsh("hostname") == host.suite
    observed("Connection.get_hostname", "virsh hostname")


def test_capabilities(host: Host, conn: Connection, observed: Recorder) -> None:
    assert (conn.get_capabilities()).strip() == host.virsh("capabilities")
    observed("Connection.get_capabilities", "virsh capabilities")


def test_domain_capabilities(host: Host, conn: Connection, observed: Recorder) -> None:
    assert (conn.get_domain_capabilities()).strip() == host.virsh("domcapabilities")
    found = conn.get_domain_capabilities("/usr/bin/qemu-system-x86_64", "x86_64", "pc-q35-7.2", "qemu")
    asked = ("--emulatorbin", "/usr/bin/qemu-system-x86_64", "--arch", "x86_64")
    assert found.strip() == host.virsh("domcapabilities", *asked, "--machine", "pc-q35-7.2", "qemu")
    assert "<machine>pc-q35-7.2</machine>" in found
    observed("Connection.get_domain_capabilities", "virsh domcapabilities")
    with refused(InvalidArgument, "invalid argument: unknown virttype: nothing"):
        conn.get_domain_capabilities(virttype="nothing")
    with not_sent(conn, "emulator", TypeError):
        conn.get_domain_capabilities(7)  # type: ignore[arg-type]


def test_sysinfo(host: Host, conn: Connection, observed: Recorder) -> None:
    try:
        expected = host.virsh("sysinfo")
    except subprocess.CalledProcessError:
        with refused(
            ConfigUnsupported, "unsupported configuration: Host SMBIOS information is not available"
        ) as caught:
            conn.get_sysinfo()
        observed.refusal("Connection.get_sysinfo", caught.value)
    else:
        assert (conn.get_sysinfo()).strip() == expected
        observed("Connection.get_sysinfo", "virsh sysinfo")


def test_max_vcpus(host: Host, conn: Connection, observed: Recorder) -> None:
    # A constant of QEMU's driver. virsh asks for it where the capabilities, with another number, are refused.
    said = int(host.virsh("--readonly", "maxvcpus", "--type", "qemu"))
    assert conn.get_max_vcpus("qemu") == conn.get_max_vcpus() == said == 16
    observed("Connection.get_max_vcpus", "virsh maxvcpus")
    with refused(InvalidArgument, "invalid argument: unknown type 'nothing'"):
        conn.get_max_vcpus("nothing")
    with not_sent(conn, "domtype"):
        conn.get_max_vcpus("q\0emu")


def test_cpu_model_names(host: Host, conn: Connection, observed: Recorder) -> None:
    names = conn.get_cpu_model_names("x86_64")
    assert "qemu64" in names
    assert names == host.virsh("cpu-models", "x86_64").split()
    observed("Connection.get_cpu_model_names", "virsh cpu-models")
    with refused(InvalidArgument, "invalid argument: cannot find architecture nothing"):
        conn.get_cpu_model_names("nothing")


def test_node_info(host: Host, conn: Connection, observed: Recorder) -> None:
    said = table(host.virsh("nodeinfo"))
    assert conn.get_node_info() == NodeInfo(
        memory=int(said["Memory size"].removesuffix(" KiB")),
        model=said["CPU model"],
        cpus=int(said["CPU(s)"]),
        mhz=int(said["CPU frequency"].removesuffix(" MHz")),
        nodes=int(said["NUMA cell(s)"]),
        sockets=int(said["CPU socket(s)"]),
        cores=int(said["Core(s) per socket"]),
        threads=int(said["Thread(s) per core"]),
    )
    observed("Connection.get_node_info", "virsh nodeinfo")


def test_node_cpu_map(host: Host, conn: Connection, observed: Recorder) -> None:
    said = table(host.virsh("nodecpumap", "--pretty"))
    total, online, count = conn.get_node_cpu_map()
    assert (total, str(online), count) == (
        int(said["CPUs present"]),
        said["CPU map"],
        int(said["CPUs online"]),
    )
    assert len(bytes(online)) == (total + 7) // 8
    observed("Connection.get_node_cpu_map", "virsh nodecpumap")


def test_node_cpu_stats(host: Host, conn: Connection, observed: Recorder) -> None:
    for _ in range(50):
        before: dict[str, Any] = {**conn.get_node_cpu_stats()}
        said = table(host.virsh("nodecpustats"))
        after: dict[str, Any] = {**conn.get_node_cpu_stats()}
        values = {name: int(said[name]) for name in ("user", "idle", "iowait")}
        values["kernel"] = int(said["system"])
        wrong = {name for name, value in values.items() if not before[name] <= value <= after[name]}
        if not wrong & {"idle", "iowait"}:  # which go back now and then
            break
    assert not wrong
    observed("Connection.get_node_cpu_stats", "virsh nodecpustats, in between")
    one = conn.get_node_cpu_stats(0)
    assert 0 < one["user"] <= (conn.get_node_cpu_stats())["user"]
    with refused(InvalidArgument, "Invalid cpuNum in virHostCPUGetStatsLinux"):
        conn.get_node_cpu_stats(10000)
    with not_sent(conn, "cpu_num", TypeError):
        conn.get_node_cpu_stats("all")  # type: ignore[arg-type]


def test_node_memory(host: Host, conn: Connection, observed: Recorder) -> None:
    stats = conn.get_node_memory_stats()
    said = table(host.virsh("nodememstats"))
    assert stats["total"] == int(said["total"].removesuffix(" KiB"))
    assert 0 < stats["free"] < stats["total"]
    assert set(said) <= set(stats)
    observed("Connection.get_node_memory_stats", "virsh nodememstats")
    with refused(InvalidArgument, "cellNum in virHostMemGetStats must be less than or equal to 0"):
        conn.get_node_memory_stats(10000)
    with not_sent(conn, "cell_num", TypeError):
        conn.get_node_memory_stats("all")  # type: ignore[arg-type]


def test_node_free_memory(host: Host, conn: Connection, observed: Recorder) -> None:
    def said() -> int:
        found = re.search(r"Total: +(\d+) KiB", host.virsh("freecell"))
        assert found is not None
        return int(found[1]) * 1024

    before, after = 0, said()
    while abs(after - before) > 1 << 28:  # others use this machine too
        before = after
        free = conn.get_node_free_memory()
        (cell,) = conn.get_node_cells_free_memory(0, 0)
        after = said()
    for found in (free, cell):
        assert abs(found - before) < 1 << 30
    for method in ("get_node_free_memory", "get_node_cells_free_memory"):
        observed(f"Connection.{method}", "virsh freecell, before and after")
    with not_sent(conn, "end"):
        conn.get_node_cells_free_memory(3, 2)
    with not_sent(conn, "start"):
        conn.get_node_cells_free_memory(-1, 2)


def test_node_security_model(host: Host, conn: Connection, observed: Recorder) -> None:
    said = re.search(r"<model>(.*)</model>\s*<doi>(.*)</doi>", host.virsh("capabilities"))
    assert said is not None
    assert conn.get_node_security_model() == NodeSecurityModel(*said.groups())
    observed("Connection.get_node_security_model", "virsh capabilities")


def test_what_a_read_only_connection_is_denied(host: Host) -> None:
    with connect(host.uri, readonly=True) as conn:
        assert conn.get_type() == "QEMU"
        with refused(
            OperationDenied, "operation forbidden: read only access prevents virConnectGetDomainCapabilities"
        ):
            conn.get_domain_capabilities()
