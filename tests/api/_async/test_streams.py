"""Streams on real volumes: every byte and every hole arrives, whatever is cut, and memory does not grow with size."""

from __future__ import annotations

import hashlib
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from rig.host import Host
from sysvirt._session.aio_facade import sleep
from sysvirt.aio import Connection, StoragePool, StorageVol, Stream
from sysvirt.errors import Error, OperationInvalid, StreamAborted
from sysvirt.results.stream import StreamStatus
from tests.conformance.recorder import Recorder

MIB = 1 << 20
#: Data in a file with holes: (offset, length), in MiB. The last MiB are a hole.
SECTIONS = ((0, 1), (9, 3), (30, 8))
SIZE = 64


async def empty_volume(pool: StoragePool, name: str, mib: int = SIZE) -> StorageVol:
    return await pool.create_volume(
        f"<volume><name>{name}</name><capacity unit='MiB'>{mib}</capacity><allocation>0</allocation>"
        "<target><format type='raw'/></target></volume>"
    )


def make_sparse(path: Path) -> None:
    """Data that repeats nowhere, between holes."""
    with open(path, "r+b") as file:
        file.truncate(SIZE * MIB)
        for number, (offset, length) in enumerate(SECTIONS):
            file.seek(offset * MIB)
            file.write(os.urandom(MIB) * length + bytes([number + 1]))


def checksum(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Sparse:
    """A file to send from and to receive into, holes as such: what the handlers of the sparse calls do."""

    def __init__(self, path: Path) -> None:
        # Without a buffer, which would not know where the descriptor has been put.
        self.file = open(path, "r+b", buffering=0)  # noqa: SIM115  (closed with the test)

    def data(self, stream: Stream, nbytes: int) -> bytes:
        return self.file.read(nbytes)

    def where(self, stream: Stream) -> tuple[bool, int]:
        at, fd = self.file.tell(), self.file.fileno()
        end = os.fstat(fd).st_size
        try:
            data = os.lseek(fd, at, os.SEEK_DATA)
        except OSError:  # no data behind this
            data = end
        length = (os.lseek(fd, at, os.SEEK_HOLE) if data == at else data) - at if at < end else 0
        os.lseek(fd, at, os.SEEK_SET)
        return data == at, length

    def skip(self, stream: Stream, length: int) -> None:
        self.file.seek(length, os.SEEK_CUR)

    def take(self, stream: Stream, data: bytes) -> None:
        self.file.write(data)

    def close(self) -> None:
        self.file.truncate(max(self.file.tell(), os.fstat(self.file.fileno()).st_size))
        self.file.close()


def same_holes(one: Path, other: Path) -> bool:
    """As far as the file system counts: it may begin and end data a few blocks apart."""
    return abs(one.stat().st_blocks - other.stat().st_blocks) < 64


async def test_whole_volumes(
    host: Host, conn: Connection, pool: StoragePool, tmp_path: Path, observed: Recorder
) -> None:
    """Up and down again, with and without holes, bit by bit the same."""
    folder = host.files / pool.get_name()
    source = tmp_path / "source"
    source.touch()
    make_sparse(source)
    right = checksum(source)

    volume = await empty_volume(pool, "plain")
    stream = conn.new_stream()
    await volume.upload(stream)
    with source.open("rb") as file:
        await stream.send_all(lambda stream, nbytes: file.read(nbytes))
    await stream.finish()
    assert checksum(folder / "plain") == right
    observed("StorageVol.upload", "the file on the host")
    observed("Stream.send_all", "the file on the host")
    observed("Connection.new_stream", "the file on the host, which was sent through it")
    observed("Stream.finish", "the file on the host is whole")
    assert not same_holes(folder / "plain", source)

    stream = conn.new_stream()
    await volume.download(stream)
    with (tmp_path / "got").open("wb") as file:
        await stream.recv_all(lambda stream, data: file.write(data))
    await stream.finish()
    assert checksum(tmp_path / "got") == right
    observed("StorageVol.download", "the file that was uploaded")
    observed("Stream.recv_all", "the file that was uploaded")

    sparse = await empty_volume(pool, "sparse")
    stream, sender = conn.new_stream(), Sparse(source)
    await sparse.upload(stream, 0, 0, StorageVol.VOL_UPLOAD_SPARSE_STREAM)
    await stream.sparse_send_all(sender.data, sender.where, sender.skip)
    await stream.finish()
    sender.close()
    assert checksum(folder / "sparse") == right
    assert same_holes(folder / "sparse", source)
    observed("Stream.sparse_send_all", "the file on the host, and the room it takes")

    holed = tmp_path / "holed"
    holed.touch()
    stream, receiver = conn.new_stream(), Sparse(holed)
    await sparse.download(stream, 0, 0, StorageVol.VOL_DOWNLOAD_SPARSE_STREAM)
    await stream.sparse_recv_all(receiver.take, receiver.skip)
    await stream.finish()
    receiver.close()
    assert checksum(holed) == right
    assert same_holes(holed, source)
    observed("Stream.sparse_recv_all", "a file with the same holes")


@pytest.mark.parametrize("sparse", [False, True])
async def test_files(host: Host, pool: StoragePool, tmp_path: Path, observed: Recorder, sparse: bool) -> None:
    """A volume's data from and to a file of this machine, in one call."""
    source, target = tmp_path / "source", tmp_path / "target"
    source.touch()
    make_sparse(source)
    target.write_bytes(b"longer than what comes" * (1 << 20))
    volume = await empty_volume(pool, "files")
    here = host.files / pool.get_name() / "files"
    told: list[tuple[int, int]] = []

    await volume.upload_from(source, sparse, lambda done, total: told.append((done, total)))
    assert checksum(here) == checksum(source)
    assert same_holes(here, source) == sparse
    size = source.stat().st_size
    assert told[-1] == (size, size)
    assert told == sorted(told)
    observed("StorageVol.upload_from", "the file on the host, and the room it takes")

    told.clear()
    await volume.download_to(str(target), sparse, lambda done, total: told.append((done, total)))
    assert checksum(target) == checksum(source)
    assert same_holes(target, source) == sparse
    assert told[-1] == (size, size)
    observed("StorageVol.download_to", "the file that was uploaded, and the room it takes")

    with pytest.raises(FileNotFoundError):
        await volume.upload_from(tmp_path / "missing")
    with pytest.raises(IsADirectoryError):
        await volume.download_to(tmp_path)
    (tmp_path / "empty").touch()
    await volume.upload_from(tmp_path / "empty", sparse)
    assert (await volume.get_info()).capacity > 0


async def test_holes_one_by_one(host: Host, conn: Connection, pool: StoragePool, observed: Recorder) -> None:
    volume = await empty_volume(pool, "volume", 4)
    path = host.files / pool.get_name() / "volume"
    async with conn.new_stream() as stream:
        await volume.upload(stream, 0, 0, StorageVol.VOL_UPLOAD_SPARSE_STREAM)
        assert await stream.send(b"a" * MIB) == MIB
        await stream.send_hole(2 * MIB)
        assert await stream.write(b"z" * MIB) == MIB
    assert path.read_bytes() == b"a" * MIB + bytes(2 * MIB) + b"z" * MIB
    assert path.stat().st_blocks * 512 < 3 * MIB
    observed("Stream.send", "the file on the host")
    observed("Stream.write", "the file on the host")
    observed("Stream.send_hole", "the file on the host, and the room it takes")

    async with conn.new_stream() as stream:
        await volume.download(stream, MIB - 10, 0, StorageVol.VOL_DOWNLOAD_SPARSE_STREAM)
        assert await stream.recv(100, Stream.RECV_STOP_AT_HOLE) == b"a" * 10
        assert await stream.recv(100, Stream.RECV_STOP_AT_HOLE) is StreamStatus.AT_HOLE
        assert await stream.recv_hole() == 2 * MIB
        assert await stream.read() == b"z" * MIB
        assert await stream.recv(1) == b""
    observed("Stream.recv", "the bytes and the hole that were sent")
    observed("Stream.recv_hole", "the hole that was sent")
    observed("Stream.read", "the bytes that were sent")


async def test_holes_over_what_was_there(host: Host, conn: Connection, pool: StoragePool) -> None:
    """What libvirt does with them, which is why the reference says that the volume should be new."""
    volume = await empty_volume(pool, "volume", 8)
    path = host.files / pool.get_name() / "volume"
    path.write_bytes(b"o" * 8 * MIB)
    async with conn.new_stream() as stream:
        await volume.upload(stream, 0, 0, StorageVol.VOL_UPLOAD_SPARSE_STREAM)
        for letter in (b"a", b"b"):
            await stream.send(letter * MIB)
            await stream.send_hole(MIB)
    assert path.read_bytes() == b"".join(byte * MIB for byte in (b"a", b"o", b"b", b"\0"))


async def test_parts(host: Host, conn: Connection, pool: StoragePool, observed: Recorder) -> None:
    volume = await empty_volume(pool, "volume", 1)
    path = host.files / pool.get_name() / "volume"
    async with conn.new_stream() as stream:
        await volume.upload(stream, 1000, 5)
        await stream.send(b"12345")
    assert path.read_bytes() == bytes(1000) + b"12345" + bytes(MIB - 1005)
    stream = conn.new_stream()
    await volume.upload(stream, 0, 5)
    with pytest.raises(Error):
        await send_and_finish(stream, b"123456", 1)
    async with conn.new_stream() as stream:
        await volume.download(stream, 998, 5)
        buffer = bytearray(10)
        assert await stream.readinto(buffer) == 5
        assert buffer == b"\0\0" + b"123" + bytes(5)
        assert await stream.readinto(buffer) == 0
    observed("Stream.readinto", "the bytes that were uploaded")
    assert await conn.get_hostname() == host.suite


async def send_and_finish(stream: Stream, piece: bytes, count: int) -> None:
    for _ in range(count):
        await stream.send(piece)
    await stream.finish()


async def fail_inside(stream: Stream, volume: StorageVol) -> None:
    async with stream:
        await volume.download(stream)
        await stream.recv(100)
        raise KeyError("the caller's own")


async def test_cut(host: Host, conn: Connection, pool: StoragePool, observed: Recorder) -> None:
    """Broken off anywhere by us, or by the daemon: an error, and the connection works on."""
    volume = await empty_volume(pool, "volume", 16)
    path = host.files / pool.get_name() / "volume"
    path.write_bytes(os.urandom(MIB) * 16)
    for size in (1, 300_000, 5 * MIB):
        for how in (volume.download, volume.upload):
            stream = conn.new_stream()
            await how(stream)
            if how == volume.download:
                assert len(await stream.read(size)) == size
            else:
                await stream.send(bytes(size))
            await stream.abort()
            for use in (stream.finish, stream.read):
                with pytest.raises(OperationInvalid, match="the stream was aborted"):
                    await use()
            assert await conn.get_hostname() == host.suite
    observed("Stream.abort", "the stream refuses to be used, and the connection goes on")
    with pytest.raises(KeyError, match="the caller's own"):
        await fail_inside(conn.new_stream(), volume)
    # libvirt writes no further than the volume goes.
    stream = conn.new_stream()
    await volume.upload(stream, 0, 1000)
    with pytest.raises(Error) as caught:
        await send_and_finish(stream, bytes(MIB), 100)
    assert not isinstance(caught.value, OperationInvalid)
    await stream.abort()
    assert await conn.get_hostname() == host.suite


async def test_memory(host: Host, conn: Connection, pool: StoragePool) -> None:
    """What is held at a time is some frames, not the volume."""
    volume = await empty_volume(pool, "volume", SIZE)
    piece = os.urandom(MIB)
    tracemalloc.start()
    try:
        async with conn.new_stream() as stream:
            await volume.upload(stream)
            for _ in range(SIZE):
                await stream.send(piece)
        count = 0
        async with conn.new_stream() as stream:
            await volume.download(stream)
            async for data in stream:
                count += len(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == SIZE * MIB
    assert peak < 16 * MIB


async def test_nobody_reads(host: Host, conn: Connection, pool: StoragePool) -> None:
    """The stream is given up at its bound when others need the connection, and stops none of them."""
    volume = await empty_volume(pool, "volume", SIZE)
    stream = conn.new_stream()
    await volume.download(stream)
    for _ in range(3):
        assert await conn.get_hostname() == host.suite
        assert await volume.get_path()
    state = stream._state
    assert state.buffered <= state.limit

    try:
        while not state.overflowed and await stream.recv(MIB):
            await conn.get_hostname()
    except StreamAborted:
        pass
    await stream.abort()
    assert await conn.get_hostname() == host.suite


async def test_callbacks(host: Host, conn: Connection, pool: StoragePool, observed: Recorder) -> None:
    volume = await empty_volume(pool, "volume", 4)
    path = host.files / pool.get_name() / "volume"
    path.write_bytes(os.urandom(4 * MIB))
    stream = conn.new_stream(Stream.NONBLOCK)
    got = bytearray()
    seen: list[int] = []

    async def readable(stream: Any, events: int) -> None:
        seen.append(events)
        data = await stream.recv(100_000)
        if data is StreamStatus.WOULD_BLOCK:
            return
        got.extend(data)
        if not data:
            stream.remove_callback()

    await volume.download(stream)
    stream.add_callback(Stream.EVENT_WRITABLE, readable)
    stream.update_callback(Stream.EVENT_READABLE)
    before = len(seen) + 1  # and one may be on its way
    while stream._callback is not None:
        await sleep(0.01)
    assert got == path.read_bytes()
    assert set(seen[before:]) == {Stream.EVENT_READABLE}
    observed("NonblockingStream.recv", "the file on the host")
    for method in ("add_callback", "update_callback", "remove_callback"):
        observed(f"Stream.{method}", "all bytes of a volume came through the callback")
    await stream.finish()


async def test_callbacks_out(host: Host, conn: Connection, pool: StoragePool, observed: Recorder) -> None:
    """What a stream that never waits takes arrives whole, and it says when it takes nothing."""
    volume = await empty_volume(pool, "volume", SIZE)
    data = os.urandom(MIB) * SIZE
    stream = conn.new_stream(Stream.NONBLOCK)
    answers: list[Any] = []
    at = 0

    async def writable(stream: Any, events: int) -> None:
        nonlocal at
        while at < len(data):
            taken = await stream.send(data[at : at + 100_000])
            answers.append(taken)
            if taken is StreamStatus.WOULD_BLOCK:
                return
            at += taken
        stream.remove_callback()

    await volume.upload(stream)
    host.stop_daemon()
    try:
        stream.add_callback(Stream.EVENT_WRITABLE, writable)
        while StreamStatus.WOULD_BLOCK not in answers:
            await sleep(0.01)
    finally:
        host.cont_daemon()
    while stream._callback is not None:
        await sleep(0.01)
    await stream.finish()
    assert (host.files / pool.get_name() / "volume").read_bytes() == data
    observed("NonblockingStream.send", "the file on the host")
