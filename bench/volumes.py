"""Volumes up and down, beside libvirt-python and virsh: time, the client's CPU time, the daemon's.

All files lie in memory, so that it is the clients that are compared and no disk. CPU time says more than time
on a busy machine.
"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import sysvirt
from sysvirt import StoragePool, aio

MIB = 1 << 20
SIZE = 128 * MIB
#: Runs virsh with these arguments.
Virsh = Callable[..., object]


class Cost(NamedTuple):
    """Seconds."""

    time: float
    client: float
    daemon: float


def spent(daemon: int | None) -> Cost:
    """What has been spent so far by this process and the programs it has run, and by the daemon and its own."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    ticks = 0
    if daemon is not None:
        fields = Path(f"/proc/{daemon}/stat").read_text().rpartition(")")[2].split()
        ticks = sum(map(int, fields[11:15]))
    return Cost(
        time.perf_counter(),
        time.process_time() + children.ru_utime + children.ru_stime,
        ticks / os.sysconf("SC_CLK_TCK"),
    )


def measure(cases: dict[str, Callable[[], object]], rounds: int, daemon: int | None) -> dict[str, Cost]:
    """The medians, of the daemon's the mean: the system counts it in steps that are too long for a median."""
    for case in cases.values():
        case()
    costs: dict[str, list[Cost]] = {name: [] for name in cases}
    order = list(cases)
    for _ in range(rounds):
        for name in order:
            before = spent(daemon)
            cases[name]()
            costs[name].append(Cost(*(b - a for a, b in zip(before, spent(daemon), strict=True))))
        order.reverse()
    return {
        name: Cost(
            statistics.median(cost.time for cost in some),
            statistics.median(cost.client for cost in some),
            statistics.mean(cost.daemon for cost in some),
        )
        for name, some in costs.items()
    }


def show(title: str, costs: dict[str, Cost], with_daemon: bool) -> None:
    print(f"\n{title}, {SIZE // MIB} MiB: ms, and how much of libvirt-python and of virsh")
    columns = Cost._fields if with_daemon else Cost._fields[:2]
    print(" " * 22 + "".join(f"{column:>12}{'':12}" for column in columns))
    for name, cost in costs.items():
        line = f"  {name:<20}"
        for column in columns:
            value = getattr(cost, column)
            line += f"{value * 1e3:12.1f}"
            for base in ("libvirt-python", "virsh"):
                against = getattr(costs[base], column) if base in costs else 0.0
                line += f"{value / against:6.2f}" if against else " " * 6
        print(line)


@contextmanager
def volume(conn: sysvirt.Connection) -> Iterator[tuple[sysvirt.StorageVol, Path]]:
    """A volume that is whole, and the client's file of the same length."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/dev/shm") as folder:
        os.chmod(folder, 0o755)
        pool = conn.create_storage_pool(
            f"<pool type='dir'><name>{Path(folder).name}</name><target><path>{folder}/pool</path></target></pool>",
            StoragePool.CREATE_WITH_BUILD,
        )
        try:
            made = pool.create_volume(
                f"<volume><name>volume</name><capacity>{SIZE}</capacity><target><format type='raw'/></target></volume>"
            )
            for path in (Path(made.get_path()), Path(folder, "file")):
                path.write_bytes(os.urandom(MIB) * (SIZE // MIB))
            yield made, Path(folder, "file")
        finally:
            pool.destroy()


def bench(
    uri: str,
    conn: sysvirt.Connection,
    theirs: Any,
    virsh: Virsh | None,
    daemon: int | None,
    rounds: int,
    wanted: Callable[[str], bool],
) -> None:
    with volume(conn) as (ours, path), asyncio.Runner() as runner:
        other = theirs.storageVolLookupByPath(ours.get_path())
        later = runner.run(_connect(uri))
        twin = runner.run(later.get_storage_volume_by_path(ours.get_path()))

        def up_theirs() -> None:
            stream = theirs.newStream()
            other.upload(stream, 0, 0)
            with path.open("rb") as file:
                stream.sendAll(lambda stream, nbytes, file: file.read(nbytes), file)
            stream.finish()

        def down_theirs() -> None:
            stream = theirs.newStream()
            other.download(stream, 0, 0)
            with path.open("r+b") as file:
                stream.recvAll(lambda stream, data, file: file.write(data), file)
            stream.finish()

        def up() -> None:
            with path.open("rb") as file, conn.new_stream() as stream:
                ours.upload(stream)
                stream.send_all(lambda stream, nbytes: file.read(nbytes))

        def down() -> None:
            with path.open("r+b") as file, conn.new_stream() as stream:
                ours.download(stream)
                stream.recv_all(lambda stream, data: file.write(data))

        async def up_later() -> None:
            with path.open("rb") as file:
                async with later.new_stream() as stream:
                    await twin.upload(stream)
                    await stream.send_all(lambda stream, nbytes: file.read(nbytes))

        async def down_later() -> None:
            with path.open("r+b") as file:
                async with later.new_stream() as stream:
                    await twin.download(stream)
                    await stream.recv_all(lambda stream, data: file.write(data))

        def run(case: Callable[[], Coroutine[Any, Any, None]]) -> None:
            runner.run(case())

        for what, title, their_case, case, later_case in (
            ("upload", "upload of a volume", up_theirs, up, up_later),
            ("download", "download of a volume", down_theirs, down, down_later),
        ):
            if not wanted(what):
                continue
            cases: dict[str, Callable[[], object]] = {"libvirt-python": their_case}
            if virsh is not None:
                cases["virsh"] = partial(virsh, f"vol-{what}", "--file", str(path), "--vol", ours.get_path())
                cases["virsh's start alone"] = partial(virsh, "vol-info", ours.get_path())
            cases["sysvirt"] = case
            cases["sysvirt.aio"] = partial(run, later_case)
            show(title, measure(cases, rounds, daemon), daemon is not None)
        runner.run(later.close())


async def _connect(uri: str) -> aio.Connection:
    return await aio.connect(uri)
