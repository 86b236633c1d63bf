"""What the host says of itself, beside what virsh says on the same daemon."""

from __future__ import annotations

import re
import subprocess
from typing import Any

from rig.host import Host
from sysvirt.aio import Connection, connect
from sysvirt.errors import ConfigUnsupported, InvalidArgument, OperationDenied
from sysvirt.results import NodeInfo, NodeSecurityModel
from tests.conformance.recorder import Recorder

from ..refusals import not_sent, refused


def table(text: str) -> dict[str, str]:
    """Lines of `name: value`."""
    pairs = [line.partition(":") for line in text.splitlines()]
    return {name.strip(): value.strip() for name, _, value in pairs}


async def test_versions(host: Host, conn: Connection, observed: Recorder) -> None:
    said = host.virsh("version", "--daemon")
    number = await conn.get_version()
    parts = (
        await conn.get_major_version(),
        await conn.get_minor_version(),
        await conn.get_micro_version(),
    )
    assert f"Running hypervisor: QEMU {'.'.join(map(str, parts))}\n" in said
    assert number == parts[0] * 1000000 + parts[1] * 1000 + parts[2]
    library = await conn.get_library_version()
    assert f"{library // 1000000}.{library // 1000 % 1000}.{library % 1000}" == host.version
    assert f"Running against daemon: {host.version}" in said
    for method in ("get_version", "get_major_version", "get_minor_version", "get_micro_version"):
        observed(f"Connection.{method}", "virsh version")
    observed("Connection.get_library_version", "virsh version --daemon; libvirtd --version")


async def test_names(host: Host, conn: Connection, observed: Recorder) -> None:
    kind = await conn.get_type()
    assert kind == "QEMU"
    assert f"Running hypervisor: {kind} " in host.virsh("version")
    observed("Connection.get_type", "virsh version")
    assert await conn.get_hostname() == host.virsh("hostname") == host.suite
    observed("Connection.get_hostname", "virsh hostname")


async def test_capabilities(host: Host, conn: Connection, observed: Recorder) -> None:
    assert (await conn.get_capabilities()).strip() == host.virsh("capabilities")
    observed("Connection.get_capabilities", "virsh capabilities")


async def test_domain_capabilities(host: Host, conn: Connection, observed: Recorder) -> None:
    assert (await conn.get_domain_capabilities()).strip() == host.virsh("domcapabilities")
    found = await conn.get_domain_capabilities("/usr/bin/qemu-system-x86_64", "x86_64", "pc-q35-7.2", "qemu")
    asked = ("--emulatorbin", "/usr/bin/qemu-system-x86_64", "--arch", "x86_64")
    assert found.strip() == host.virsh("domcapabilities", *asked, "--machine", "pc-q35-7.2", "qemu")
    assert "<machine>pc-q35-7.2</machine>" in found
    observed("Connection.get_domain_capabilities", "virsh domcapabilities")
    with refused(InvalidArgument, "invalid argument: unknown virttype: nothing"):
        await conn.get_domain_capabilities(virttype="nothing")
    with not_sent(conn, "emulator", TypeError):
        await conn.get_domain_capabilities(7)  # type: ignore[arg-type]


async def test_sysinfo(host: Host, conn: Connection, observed: Recorder) -> None:
    try:
        expected = host.virsh("sysinfo")
    except subprocess.CalledProcessError:
        with refused(
            ConfigUnsupported, "unsupported configuration: Host SMBIOS information is not available"
        ) as caught:
            await conn.get_sysinfo()
        observed.refusal("Connection.get_sysinfo", caught.value)
    else:
        assert (await conn.get_sysinfo()).strip() == expected
        observed("Connection.get_sysinfo", "virsh sysinfo")


async def test_max_vcpus(host: Host, conn: Connection, observed: Recorder) -> None:
    # A constant of QEMU's driver. virsh asks for it where the capabilities, with another number, are refused.
    said = int(host.virsh("--readonly", "maxvcpus", "--type", "qemu"))
    assert await conn.get_max_vcpus("qemu") == await conn.get_max_vcpus() == said == 16
    observed("Connection.get_max_vcpus", "virsh maxvcpus")
    with refused(InvalidArgument, "invalid argument: unknown type 'nothing'"):
        await conn.get_max_vcpus("nothing")
    with not_sent(conn, "domtype"):
        await conn.get_max_vcpus("q\0emu")


async def test_cpu_model_names(host: Host, conn: Connection, observed: Recorder) -> None:
    names = await conn.get_cpu_model_names("x86_64")
    assert "qemu64" in names
    assert names == host.virsh("cpu-models", "x86_64").split()
    observed("Connection.get_cpu_model_names", "virsh cpu-models")
    with refused(InvalidArgument, "invalid argument: cannot find architecture nothing"):
        await conn.get_cpu_model_names("nothing")


async def test_node_info(host: Host, conn: Connection, observed: Recorder) -> None:
    said = table(host.virsh("nodeinfo"))
    assert await conn.get_node_info() == NodeInfo(
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


async def test_node_cpu_map(host: Host, conn: Connection, observed: Recorder) -> None:
    said = table(host.virsh("nodecpumap", "--pretty"))
    total, online, count = await conn.get_node_cpu_map()
    assert (total, str(online), count) == (
        int(said["CPUs present"]),
        said["CPU map"],
        int(said["CPUs online"]),
    )
    assert len(bytes(online)) == (total + 7) // 8
    observed("Connection.get_node_cpu_map", "virsh nodecpumap")


async def test_node_cpu_stats(host: Host, conn: Connection, observed: Recorder) -> None:
    for _ in range(50):
        before: dict[str, Any] = {**await conn.get_node_cpu_stats()}
        said = table(host.virsh("nodecpustats"))
        after: dict[str, Any] = {**await conn.get_node_cpu_stats()}
        values = {name: int(said[name]) for name in ("user", "idle", "iowait")}
        values["kernel"] = int(said["system"])
        wrong = {name for name, value in values.items() if not before[name] <= value <= after[name]}
        if not wrong & {"idle", "iowait"}:  # which go back now and then
            break
    assert not wrong
    observed("Connection.get_node_cpu_stats", "virsh nodecpustats, in between")
    one = await conn.get_node_cpu_stats(0)
    assert 0 < one["user"] <= (await conn.get_node_cpu_stats())["user"]
    with refused(InvalidArgument, "Invalid cpuNum in virHostCPUGetStatsLinux"):
        await conn.get_node_cpu_stats(10000)
    with not_sent(conn, "cpu_num", TypeError):
        await conn.get_node_cpu_stats("all")  # type: ignore[arg-type]


async def test_node_memory(host: Host, conn: Connection, observed: Recorder) -> None:
    stats = await conn.get_node_memory_stats()
    said = table(host.virsh("nodememstats"))
    assert stats["total"] == int(said["total"].removesuffix(" KiB"))
    assert 0 < stats["free"] < stats["total"]
    assert set(said) <= set(stats)
    observed("Connection.get_node_memory_stats", "virsh nodememstats")
    with refused(InvalidArgument, "cellNum in virHostMemGetStats must be less than or equal to 0"):
        await conn.get_node_memory_stats(10000)
    with not_sent(conn, "cell_num", TypeError):
        await conn.get_node_memory_stats("all")  # type: ignore[arg-type]


async def test_node_free_memory(host: Host, conn: Connection, observed: Recorder) -> None:
    def said() -> int:
        found = re.search(r"Total: +(\d+) KiB", host.virsh("freecell"))
        assert found is not None
        return int(found[1]) * 1024

    before, after = 0, said()
    while abs(after - before) > 1 << 28:  # others use this machine too
        before = after
        free = await conn.get_node_free_memory()
        (cell,) = await conn.get_node_cells_free_memory(0, 0)
        after = said()
    for found in (free, cell):
        assert abs(found - before) < 1 << 30
    for method in ("get_node_free_memory", "get_node_cells_free_memory"):
        observed(f"Connection.{method}", "virsh freecell, before and after")
    with not_sent(conn, "end"):
        await conn.get_node_cells_free_memory(3, 2)
    with not_sent(conn, "start"):
        await conn.get_node_cells_free_memory(-1, 2)


async def test_node_security_model(host: Host, conn: Connection, observed: Recorder) -> None:
    said = re.search(r"<model>(.*)</model>\s*<doi>(.*)</doi>", host.virsh("capabilities"))
    assert said is not None
    assert await conn.get_node_security_model() == NodeSecurityModel(*said.groups())
    observed("Connection.get_node_security_model", "virsh capabilities")


async def test_what_a_read_only_connection_is_denied(host: Host) -> None:
    async with connect(host.uri, readonly=True) as conn:
        assert await conn.get_type() == "QEMU"
        with refused(
            OperationDenied, "operation forbidden: read only access prevents virConnectGetDomainCapabilities"
        ):
            await conn.get_domain_capabilities()
