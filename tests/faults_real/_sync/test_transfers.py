# Made by tools/unasync.py from tests/faults_real/_async/test_transfers.py; do not edit.
"""Transfers that the daemon can't go on with: an error that says why, and a connection that works on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rig.guest import unique_name
from rig.host import Host
from sysvirt import Connection, StoragePool, StorageVol, Stream, connect
from sysvirt.errors import ConnectionLost, Error, OperationInvalid

from ..helpers import held, one_release
from .waiting import reached, spawn

MIB = 1 << 20
SPARSE_UP, SPARSE_DOWN = StorageVol.VOL_UPLOAD_SPARSE_STREAM, StorageVol.VOL_DOWNLOAD_SPARSE_STREAM


def new_pool(conn: Connection, folder: Path) -> StoragePool:
    xml = f"<pool type='dir'><name>{folder.name}</name><target><path>{folder}</path></target></pool>"
    return conn.create_storage_pool(xml, StoragePool.CREATE_WITH_BUILD)


def new_volume(pool: StoragePool, mib: int) -> StorageVol:
    return pool.create_volume(
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
def small_volume(conn: Connection, small_folder: Path) -> Iterator[StorageVol]:
    pool = new_pool(conn, small_folder)
    yield new_volume(pool, 64)
    pool.destroy()


@pytest.fixture
def volume(conn: Connection, folder: Path) -> Iterator[StorageVol]:
    pool = new_pool(conn, folder)
    yield new_volume(pool, 64)
    pool.destroy()


def send_much(stream: Stream, mib: int) -> None:
    for _ in range(mib):
        stream.send(b"x" * MIB)
    stream.finish()


def over(stream: Stream, conn: Connection, host: Host) -> None:
    """The stream can't be used any more, and the connection can."""
    for use in (stream.finish, stream.read):
        with pytest.raises(OperationInvalid, match="was broken off by the daemon"):
            use()
    stream.abort()  # does nothing
    assert conn.get_hostname() == host.suite


@pytest.mark.parametrize("flags", [0, SPARSE_UP], ids=["dense", "sparse"])
def test_no_room_for_an_upload(
    host: Host, conn: Connection, small_volume: StorageVol, flags: Any
) -> None:
    for _ in range(2):
        stream = conn.new_stream()
        small_volume.upload(stream, 0, 0, flags)
        with pytest.raises(Error, match="No space left on device") as caught:
            send_much(stream, 64)
        assert caught.value.code == Error.ERR_SYSTEM_ERROR
        over(stream, conn, host)
    # What fits still goes.
    with conn.new_stream() as stream:
        small_volume.upload(stream, 0, 0, flags)
        stream.send(b"y" * MIB)
    assert host.run("head", "-c", "3", small_volume.get_path()) == "yyy"


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


def read_and_finish(stream: Stream, into: bytearray) -> None:
    for data in stream:
        into += data
    stream.finish()


def test_a_download_that_can_not_be_read_on(host: Host, conn: Connection, volume: StorageVol) -> None:
    """Where the volume lies there is the memory of a process, which is there only in part.

    libvirt 9.0 says that it ends there, and only when the stream is finished that it does not.
    """
    begin, end = readable_run(host.run("cat", "/proc/1/maps"))
    with host.mounted("/proc/1/mem", Path(volume.get_path()), "--bind"):
        for _ in range(2):
            stream, got = conn.new_stream(), bytearray()
            volume.download(stream, begin)
            with pytest.raises(Error, match=r"Unable to read .*Input/output error") as caught:
                read_and_finish(stream, got)
            assert caught.value.code == Error.ERR_SYSTEM_ERROR
            assert end - begin - 2 * MIB < len(got) < end - begin
            over(stream, conn, host)
    assert memory_of(host._init_pid, begin, len(got)) == got  # of a process that only waits


# --- the daemon goes -------------------------------------------------------------------------------


@one_release
@pytest.mark.parametrize("up", [False, True], ids=["download", "upload"])
def test_the_daemon_is_killed(host: Host, up: bool) -> None:
    with Host(host.suite) as own_host:
        before = held()
        conn = connect(own_host.uri)
        volume = new_volume(new_pool(conn, own_host.files / "pool"), 2048)
        stream = conn.new_stream()
        moved = 0

        def move() -> None:
            nonlocal moved
            while True:
                if up:
                    moved += stream.send(bytes(MIB))
                else:
                    moved += len(stream.read(MIB))

        def move_once() -> int:
            return stream.send(b"x") if up else len(stream.read(16 * MIB))

        (volume.upload if up else volume.download)(stream)
        moving = spawn(move)
        assert conn.get_hostname() == host.suite
        reached(lambda: moved > 3 * MIB, "it is under way")
        own_host.kill_daemon()
        with pytest.raises(ConnectionLost):
            moving.result()
        for use in (move_once, conn.get_hostname, stream.finish):
            with pytest.raises(ConnectionLost):
                use()
        stream.abort()
        conn.close()
        reached(before.is_all, "nothing is left behind")
        own_host.start_daemon()
        with connect(own_host.uri) as fresh:
            assert fresh.get_hostname() == host.suite
