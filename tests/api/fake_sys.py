"""A host's CPUs as its kernel would show them in /sys, whatever the machine has."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sysvirt import CpuSet

TOPOLOGY = ("physical_package_id", "die_id", "cluster_id")
SIBLINGS = ("thread_siblings", "core_cpus")


def make_cpus(folder: Path, cpus: Iterable[int]) -> None:
    """The folders `cpu` and `node` of /sys/devices/system: these CPUs, online, each a core of its own, in one cell."""
    numbers = sorted(cpus)
    listed = f"{CpuSet(numbers)}\n"
    node = folder / "node/node0"
    for place in (folder / "cpu", node):
        place.mkdir(parents=True)
    for name in ("present", "online", "possible"):
        (folder / "cpu" / name).write_text(listed)
    (folder / "cpu/kernel_max").write_text("511\n")
    for name in ("online", "possible", "has_cpu"):
        (folder / "node" / name).write_text("0\n")
    (node / "cpulist").write_text(listed)
    (node / "meminfo").write_text("Node 0 MemTotal: 16000000 kB\nNode 0 MemFree: 8000000 kB\n")
    (node / "distance").write_text("10\n")
    for number in numbers:
        cpu = folder / f"cpu/cpu{number}"
        topology = cpu / "topology"
        topology.mkdir(parents=True)
        (cpu / "online").write_text("1\n")
        for name in TOPOLOGY:
            (topology / name).write_text("0\n")
        (topology / "core_id").write_text(f"{number}\n")
        for name in SIBLINGS:
            (topology / name).write_text(f"{_mask(number)}\n")
            (topology / f"{name}_list").write_text(f"{number}\n")
        for name in ("core_siblings_list", "package_cpus_list"):
            (topology / name).write_text(listed)
        (node / f"cpu{number}").symlink_to(f"../../cpu/cpu{number}")


def _mask(number: int) -> str:
    digits = f"{1 << number:x}"
    digits = digits.zfill(-(-len(digits) // 8) * 8)
    return ",".join(digits[at : at + 8] for at in range(0, len(digits), 8))
