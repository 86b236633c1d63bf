"""Transfers that the daemon can't go on with: an error that says why, and a connection that works on."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from rig.guest import unique_name
from rig.host import Host
from sysvirt.aio import Connection, StoragePool, StorageVol, Stream, connect
from sysvirt.errors import ConnectionLost, Error, OperationInvalid

from ..helpers import held, one_release
from .waiting import reached, spawn

MIB = 1 << 20
SPARSE_UP, SPARSE_DOWN = StorageVol.VOL_UPLOAD_SPARSE_STREAM, StorageVol.VOL_DOWNLOAD_SPARSE_STREAM


async def new_pool(conn: Connection, folder: Path) -> StoragePool:
    xml = f"<pool type='dir'><name>{folder.name}</name><target><path>{folder}</path></target></pool>"
    return await conn.create_storage_pool(xml, StoragePool.CREATE_WITH_BUILD)


async def new_volume(pool: StoragePool, mib: int) -> StorageVol:
    return await pool.create_volume(
        f"<volume><name>volume</name><capacity unit='MiB'>{mib}</capacity><allocation>0</allocation>"
        "<target><format type='raw'/></target></volume>"
    )


@pytest.fixture
def folder(host: Host) -> Iterator[Path]:
    folder = host.files / unique_name("pool")
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def small_folder(host: Host, folder: Path) -> Iterator[Path]:
    """One in which there is room for 8 MiB, on the host only."""
    with host.mounted("tmpfs", folder, "-t", "tmpfs", "-o", "size=8m"):
        yield folder


@pytest.fixture
async def small_volume(conn: Connection, small_folder: Path) -> AsyncIterator[StorageVol]:
    pool = await new_pool(conn, small_folder)
    yield await new_volume(pool, 64)
    await pool.destroy()


@pytest.fixture
async def volume(conn: Connection, folder: Path) -> AsyncIterator[StorageVol]:
    pool = await new_pool(conn, folder)
    yield await new_volume(pool, 64)
    await pool.destroy()


async def send_much(stream: Stream, mib: int) -> None:
    for _ in range(mib):
        await stream.send(b"x" * MIB)
    await stream.finish()


async def over(stream: Stream, conn: Connection, host: Host) -> None:
    """The stream can't be used any more, and the connection can."""
    for use in (stream.finish, stream.read):
        with pytest.raises(OperationInvalid, match="was broken off by the daemon"):
            await use()
    await stream.abort()  # does nothing
    assert await conn.get_hostname() == host.suite


@pytest.mark.parametrize("flags", [0, SPARSE_UP], ids=["dense", "sparse"])
async def test_no_room_for_an_upload(
    host: Host, conn: Connection, small_volume: StorageVol, flags: Any
) -> None:
    for _ in range(2):
        stream = conn.new_stream()
        await small_volume.upload(stream, 0, 0, flags)
        with pytest.raises(Error, match="No space left on device") as caught:
            await send_much(stream, 64)
        assert caught.value.code == Error.ERR_SYSTEM_ERROR
        await over(stream, conn, host)
    # What fits still goes.
    async with conn.new_stream() as stream:
        await small_volume.upload(stream, 0, 0, flags)
        await stream.send(b"y" * MIB)
    assert host.run("head", "-c", "3", await small_volume.get_path()) == "yyy"


def readable_run(maps: str) -> tuple[int, int]:
    """The longest piece of a process's memory that can be read, and ends where nothing can: (begin, end)."""
    runs = [(0, 0)]
    for line in maps.splitlines():
        where, rights = line.split()[:2]
        begin, end = (int(part, 16) for part in where.split("-"))
        if not rights.startswith("r"):
            continue
        if runs[-1][1] == begin:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((begin, end))
    return max(runs, key=lambda run: run[1] - run[0])


def memory_of(pid: int, begin: int, length: int) -> bytes:
    with open(f"/proc/{pid}/mem", "rb") as memory:
        memory.seek(begin)
        return memory.read(length)


async def read_and_finish(stream: Stream, into: bytearray) -> None:
    async for data in stream:
        into += data
    await stream.finish()


async def test_a_download_that_can_not_be_read_on(host: Host, conn: Connection, volume: StorageVol) -> None:
    """Where the volume lies there is the memory of a process, which is there only in part.

    libvirt 9.0 says that it ends there, and only when the stream is finished that it does not.
    """
    begin, end = readable_run(host.run("cat", "/proc/1/maps"))
    with host.mounted("/proc/1/mem", Path(await volume.get_path()), "--bind"):
        for _ in range(2):
            stream, got = conn.new_stream(), bytearray()
            await volume.download(stream, begin)
            with pytest.raises(Error, match=r"Unable to read .*Input/output error") as caught:
                await read_and_finish(stream, got)
            assert caught.value.code == Error.ERR_SYSTEM_ERROR
            assert end - begin - 2 * MIB < len(got) < end - begin
            await over(stream, conn, host)
    assert memory_of(host._init_pid, begin, len(got)) == got  # of a process that only waits


# --- the daemon goes -------------------------------------------------------------------------------


@one_release
@pytest.mark.parametrize("up", [False, True], ids=["download", "upload"])
async def test_the_daemon_is_killed(host: Host, up: bool) -> None:
    with Host(host.suite) as own_host:
        before = held()
        conn = await connect(own_host.uri)
        volume = await new_volume(await new_pool(conn, own_host.files / "pool"), 2048)
        stream = conn.new_stream()
        moved = 0

        async def move() -> None:
            nonlocal moved
            while True:
                if up:
                    moved += await stream.send(bytes(MIB))
                else:
                    moved += len(await stream.read(MIB))

        async def move_once() -> int:
            return await stream.send(b"x") if up else len(await stream.read(16 * MIB))

        await (volume.upload if up else volume.download)(stream)
        moving = spawn(move)
        assert await conn.get_hostname() == host.suite
        await reached(lambda: moved > 3 * MIB, "it is under way")
        own_host.kill_daemon()
        with pytest.raises(ConnectionLost):
            await moving.result()
        for use in (move_once, conn.get_hostname, stream.finish):
            with pytest.raises(ConnectionLost):
                await use()
        await stream.abort()
        await conn.close()
        await reached(before.is_all, "nothing is left behind")
        own_host.start_daemon()
        async with connect(own_host.uri) as fresh:
            assert await fresh.get_hostname() == host.suite
