"""Volumes up and down: every byte and every hole arrives, memory stays flat, and what is cut harms nothing."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import sysvirt
from rig.host import Host
from soak.figures import Finding, Held, compare, held
from sysvirt import StoragePool, StorageVol, aio

MIB = 1 << 20
SIZE = 1024 * MIB
#: In a run of fewer seconds.
USUAL_SECONDS, SHORT_SIZE = 60.0, 32 * MIB
#: What repeats in a volume: no piece of a file system or of the protocol fits into it evenly.
_PERIOD = 1048583
#: Data and holes by turns, in a sparse one; it begins and ends with a hole.
_DATA, _HOLE = 3 * MIB, 5 * MIB
#: How many transfers are cut in each face between two that are whole.
_CUTS = 4
#: So much more may be resident at any time than after the first transfers, in KiB.
_GROWTH = 8192

SPARSE_UP, SPARSE_DOWN = StorageVol.VOL_UPLOAD_SPARSE_STREAM, StorageVol.VOL_DOWNLOAD_SPARSE_STREAM


class Content:
    """What is to be in a volume, at any place of it; the handlers of transfers send it and check what comes."""

    def __init__(self, size: int, sparse: bool) -> None:
        self.size = size
        self.sparse = sparse
        once = random.Random(5).randbytes(_PERIOD)
        self._twice = once + once
        self.at = 0
        self.holes = 0
        self.peak = 0

    def data(self, stream: object, nbytes: int) -> bytes:
        """The next bytes, up to the end or a hole."""
        length = min(nbytes, self.section()[1], _PERIOD)
        found = self._bytes(self.at, length)
        self._go(length)
        return found

    def where(self, stream: object) -> tuple[bool, int]:
        return self.section()

    def skip(self, stream: object, length: int) -> None:
        self._go(length)

    def section(self) -> tuple[bool, int]:
        """Whether there is data, and how far that goes."""
        left = self.size - self.at
        if not self.sparse:
            return True, left
        inside = self.at % (_HOLE + _DATA)
        if inside < _HOLE:
            return False, min(_HOLE - inside, left)
        return True, min(_HOLE + _DATA - inside, left)

    def check(self, stream: object, data: bytes) -> None:
        """The next bytes that have come; what is a hole here may come as zeros."""
        view = memoryview(data)
        while len(view):
            in_data, length = self.section()
            length = min(length, len(view), _PERIOD)
            right = self._bytes(self.at, length) if in_data else bytes(length)
            if not length or view[:length] != right:
                raise Finding(f"a wrong byte between {self.at} and {self.at + len(view)}")
            view = view[length:]
            self._go(length)

    def check_hole(self, stream: object, length: int) -> None:
        in_data, most = self.section()
        if in_data or length > most:
            raise Finding(f"a hole of {length} bytes at {self.at}, where there is none")
        self.holes += length
        self._go(length)

    def ended(self) -> None:
        if self.at != self.size:
            raise Finding(f"{self.at} bytes came instead of {self.size}")
        if self.sparse and self.holes < self.size // 2:
            raise Finding(f"holes of {self.holes} bytes only were told of {self.size}")

    def _bytes(self, at: int, length: int) -> bytes:
        begin = at % _PERIOD
        return self._twice[begin : begin + length]

    def _go(self, length: int) -> None:
        if (self.at + length) // (8 * MIB) != self.at // (8 * MIB):
            self.peak = max(self.peak, resident())
        self.at += length


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def transfers(host: Host, seconds: float) -> str:
    """Whole ones and cut ones, with holes and without, blocking and asyncio."""
    folder = host.files / "soak"
    try:
        return asyncio.run(_transfers(host, folder, seconds))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _transfers(host: Host, folder: Path, seconds: float) -> str:
    size = SIZE if seconds >= USUAL_SECONDS else SHORT_SIZE
    begin = time.monotonic()
    moved = cuts = rounds = 0
    before: Held | None = None
    with sysvirt.connect(host.uri, timeout=60) as conn:
        pool = conn.create_storage_pool(
            f"<pool type='dir'><name>soak</name><target><path>{folder}</path></target></pool>",
            StoragePool.CREATE_WITH_BUILD,
        )
        async with aio.connect(host.uri, timeout=60) as later:
            while before is None or rounds < 2 or time.monotonic() - begin < seconds:
                sparse = rounds % 2 == 1
                # The first ones are short, so that what they leave behind shows.
                whole = size if before is not None else SHORT_SIZE // 2
                await asyncio.to_thread(_whole, conn, pool, folder, whole, sparse, before)
                await _whole_later(later, folder, whole, sparse, before)
                cuts += await asyncio.to_thread(_cut, host, conn, rounds)
                cuts += await _cut_later(host, later, rounds)
                pool.get_volume_by_name("volume").delete()
                moved += 4 * whole
                rounds += 1
                if before is None and rounds == 2:
                    before, warm, rounds = held(), rounds, 0
            assert before is not None
            said = compare(before, held(), rounds + warm)
        pool.destroy()
    return f"{moved // MIB} MiB in volumes of {size // MIB}, {cuts} cut, {said}"


def _flat(content: Content, before: Held | None) -> None:
    if before is not None and content.peak > before.memory + _GROWTH:
        raise Finding(f"memory grew from {before.memory} to {content.peak} KiB during a transfer")


def _same(path: Path, content: Content) -> None:
    """The file on the host has these bytes, and no more room than they need."""
    with open(path, "rb") as file:
        while data := file.read(MIB):
            content.check(None, data)
    if content.at != content.size:
        raise Finding(f"the file has {content.at} bytes instead of {content.size}")
    if content.sparse and path.stat().st_blocks * 512 > content.size // 2:
        raise Finding("the holes of the file take room")


def _whole(
    conn: sysvirt.Connection,
    pool: sysvirt.StoragePool,
    folder: Path,
    size: int,
    sparse: bool,
    before: Held | None,
) -> None:
    volume = pool.create_volume(
        f"<volume><name>volume</name><capacity>{size}</capacity><allocation>0</allocation>"
        "<target><format type='raw'/></target></volume>"
    )
    content = Content(size, sparse)
    with conn.new_stream() as stream:
        volume.upload(stream, 0, 0, SPARSE_UP if sparse else 0)
        if sparse:
            stream.sparse_send_all(content.data, content.where, content.skip)
        else:
            stream.send_all(content.data)
    _flat(content, before)
    _same(folder / "volume", Content(size, sparse))
    content = Content(size, sparse)
    with conn.new_stream() as stream:
        volume.download(stream, 0, 0, SPARSE_DOWN if sparse else 0)
        if sparse:
            stream.sparse_recv_all(content.check, content.check_hole)
        else:
            stream.recv_all(content.check)
    content.ended()
    _flat(content, before)


async def _whole_later(
    conn: aio.Connection, folder: Path, size: int, sparse: bool, before: Held | None
) -> None:
    """The same into the volume that there is, with calls beside it on the same connection."""
    volume = await conn.get_storage_volume_by_path(str(folder / "volume"))
    with open(folder / "volume", "r+b") as file:  # noqa: ASYNC230  (it takes no time)
        file.truncate(0)
        file.truncate(size)
    content = Content(size, sparse)

    async def up() -> None:
        async with conn.new_stream() as stream:
            await volume.upload(stream, 0, 0, SPARSE_UP if sparse else 0)
            if sparse:
                await stream.sparse_send_all(content.data, content.where, content.skip)
            else:
                await stream.send_all(content.data)

    async def down() -> None:
        async with conn.new_stream() as stream:
            await volume.download(stream, 0, 0, SPARSE_DOWN if sparse else 0)
            if sparse:
                await stream.sparse_recv_all(content.check, content.check_hole)
            else:
                await stream.recv_all(content.check)

    await _together(conn, up)
    _flat(content, before)
    await asyncio.to_thread(_same, folder / "volume", Content(size, sparse))
    content = Content(size, sparse)
    await _together(conn, down)
    content.ended()
    _flat(content, before)


async def _together(conn: aio.Connection, transfer: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """A transfer, and calls one after another as long as it takes."""
    task = asyncio.create_task(transfer())
    while not task.done():
        await conn.get_hostname()
        await asyncio.sleep(0.05)
    await task


class Cut(Exception):
    """What a handler raises in the middle."""


def _cut(host: Host, conn: sysvirt.Connection, number: int) -> int:
    """Transfers that end early, by what a handler raises: nothing is left of them."""
    chance = random.Random(number)
    volume = conn.get_storage_volume_by_path(str(host.files / "soak/volume"))
    for _ in range(_CUTS):
        _cut_at(conn, volume, chance.random() < 0.5, chance.randrange(8 * MIB))
        if conn.get_hostname() != host.suite:
            raise Finding("a wrong answer")
    return _CUTS


def _cut_at(conn: sysvirt.Connection, volume: sysvirt.StorageVol, up: bool, limit: int) -> None:
    moved = 0

    def handle(stream: object, data: bytes | int) -> bytes:
        nonlocal moved
        moved += data if isinstance(data, int) else len(data)
        if moved > limit:
            raise Cut
        return bytes(data)

    stream = conn.new_stream()
    try:
        if up:
            volume.upload(stream)
            stream.send_all(handle)
        else:
            volume.download(stream)
            stream.recv_all(handle)
    except Cut:
        return
    raise Finding("a transfer was not cut")


async def _cut_later(host: Host, conn: aio.Connection, number: int) -> int:
    """Transfers whose task is cancelled at any moment."""
    chance = random.Random(number)
    volume = await conn.get_storage_volume_by_path(str(host.files / "soak/volume"))

    async def endless(up: bool) -> None:
        while True:
            async with conn.new_stream() as stream:
                if up:
                    await volume.upload(stream)
                    await stream.send_all(lambda stream, nbytes: bytes(nbytes))
                else:
                    await volume.download(stream)
                    async for _ in stream:
                        pass

    for _ in range(_CUTS):
        task = asyncio.create_task(endless(chance.random() < 0.5))
        await asyncio.sleep(chance.uniform(0, 0.05))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if not task.cancelled():
            task.result()
        if await conn.get_hostname() != host.suite:
            raise Finding("a wrong answer")
    return _CUTS
