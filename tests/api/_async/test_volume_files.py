"""Volumes from and to all that a file of this machine may be: all of it arrives, or an error says what has."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from rig.host import Host
from sysvirt.aio import StoragePool, StorageVol
from sysvirt.errors import InvalidArgument, InvalidArgumentType, OperationFailed

MIB = 1024 * 1024
SIZE = 2 * MIB
DATA = os.urandom(MIB) + bytes(MIB // 2) + os.urandom(MIB // 2)


async def volume(pool: StoragePool, size: int = SIZE, format: str = "raw") -> StorageVol:
    return await pool.create_volume(
        f"<volume><name>volume</name><capacity>{size}</capacity><target><format type='{format}'/></target></volume>"
    )


def here(host: Host, pool: StoragePool) -> Path:
    """The volume's file on the host, whose folder of files is ours too."""
    return host.files / pool.get_name() / "volume"


@contextmanager
def loop_device(file: Path) -> Iterator[str]:
    device = subprocess.check_output(["losetup", "-f", "--show", file], text=True).strip()
    try:
        yield device
    finally:
        subprocess.check_call(["losetup", "-d", device])


@contextmanager
def beside(work: Callable[[], object]) -> Iterator[None]:
    """Does something on a thread, until the block ends."""
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        thread.join(30)
        assert not thread.is_alive()


class Bits(io.RawIOBase):
    """Gives and takes a little at a time."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = bytearray(data)

    def read(self, size: int = -1, /) -> bytes:
        piece = bytes(self.data[: min(size, 70001)])
        del self.data[: len(piece)]
        return piece

    def write(self, data: Any, /) -> int:
        piece = bytes(data[:70001])
        self.data += piece
        return len(piece)


class Quiet:
    """Takes all, and says nothing."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> None:
        self.data += data


class Later:
    """Has to be awaited, in the face that can."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = bytearray(data)

    async def read(self, size: int) -> bytes:
        piece = bytes(self.data[:size])
        del self.data[:size]
        return piece

    async def write(self, data: bytes) -> None:
        self.data += data


@contextmanager
def source(kind: str, folder: Path) -> Iterator[Any]:
    """Something that the data can be read from."""
    file = folder / "source"
    file.write_bytes(DATA)
    if kind == "block device":
        with loop_device(file) as device:
            yield device
    elif kind == "FIFO":
        os.mkfifo(folder / "fifo")
        with beside(lambda: (folder / "fifo").write_bytes(DATA)):
            yield folder / "fifo"
    elif kind == "socket":
        one, other = socket.socketpair()

        def send() -> None:
            with other:
                other.sendall(DATA)

        with one, beside(send):
            yield one
    elif kind == "open file":
        with file.open("rb") as opened:
            yield opened
    else:
        yield {
            "file": file,
            "text": str(file),
            "BytesIO": io.BytesIO(DATA),
            "bits": Bits(DATA),
            "awaited": Later(DATA),
        }[kind]


SOURCES = ["file", "text", "block device", "FIFO", "socket", "open file", "BytesIO", "bits", "awaited"]


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("kind", SOURCES)
async def test_sources(host: Host, pool: StoragePool, tmp_path: Path, kind: str, sparse: bool) -> None:
    vol = await volume(pool)
    told: list[tuple[int, int]] = []
    with source(kind, tmp_path) as file:
        await vol.upload_from(file, sparse, lambda done, total: told.append((done, total)))
    assert here(host, pool).read_bytes() == DATA
    assert told[-1] == (SIZE, SIZE)


@contextmanager
def target(kind: str, folder: Path) -> Iterator[tuple[Any, Callable[[], bytes]]]:
    """Something that data can be written to, and what has come there."""
    file = folder / "target"
    file.write_bytes(b"x" * (SIZE + 1))
    came = bytearray()

    def take(receive: Callable[[int], bytes]) -> None:
        while piece := receive(65536):
            came.extend(piece)

    if kind == "block device":
        os.truncate(file, SIZE)
        with loop_device(file) as device:
            yield device, file.read_bytes
    elif kind == "FIFO":
        os.mkfifo(folder / "fifo")

        def read() -> None:
            with (folder / "fifo").open("rb") as opened:
                take(opened.read)

        with beside(read):
            yield folder / "fifo", lambda: bytes(came)
    elif kind == "socket":
        one, other = socket.socketpair()
        with other, beside(lambda: take(other.recv)), one:
            yield one, lambda: bytes(came)
    elif kind == "open file":
        with file.open("wb") as opened:
            yield opened, file.read_bytes
    elif kind in ("file", "text"):
        yield (file if kind == "file" else str(file)), file.read_bytes
    elif kind == "BytesIO":
        memory = io.BytesIO()
        yield memory, memory.getvalue
    else:
        taker: Any = {"bits": Bits, "quiet": Quiet, "awaited": Later}[kind]()
        yield taker, lambda: bytes(taker.data)


TARGETS = [*SOURCES, "quiet"]


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("kind", TARGETS)
async def test_targets(pool: StoragePool, tmp_path: Path, kind: str, sparse: bool) -> None:
    vol = await volume(pool)
    await vol.upload_from(io.BytesIO(DATA))
    with target(kind, tmp_path) as (file, arrived):
        await vol.download_to(file, sparse)
    assert arrived() == DATA


async def test_character_devices(host: Host, pool: StoragePool) -> None:
    vol = await volume(pool)
    await vol.upload_from(io.BytesIO(DATA))
    await vol.download_to("/dev/null")
    with pytest.raises(OSError, match="No space left on device"):
        await vol.download_to("/dev/full")
    await vol.upload_from("/dev/null")
    assert here(host, pool).read_bytes() == DATA
    with pytest.raises(
        OperationFailed, match=rf"more came than the volume's {SIZE} bytes, of which \d+ have arrived"
    ):
        await vol.upload_from("/dev/zero")
    assert here(host, pool).stat().st_size == SIZE


async def test_a_file_that_gets_shorter(pool: StoragePool, tmp_path: Path) -> None:
    vol, file = await volume(pool, 8 * MIB), tmp_path / "file"
    file.write_bytes(b"x" * (8 * MIB))
    for sparse in (False, True):
        file.write_bytes(b"x" * (8 * MIB))
        with pytest.raises(
            OperationFailed, match=rf"has become shorter: of {8 * MIB} bytes \d+ have arrived"
        ):
            await vol.upload_from(file, sparse, lambda done, total: os.truncate(file, 2 * MIB))


async def test_a_file_that_grows(host: Host, pool: StoragePool, tmp_path: Path) -> None:
    """What it has at the end arrives, as far as there is room."""
    vol, file = await volume(pool, 3 * MIB), tmp_path / "file"

    def grow(done: int, total: int) -> None:
        if os.path.getsize(file) < 3 * MIB:
            with file.open("ab") as opened:
                opened.write(b"y" * MIB)

    file.write_bytes(b"x" * (2 * MIB))
    await vol.upload_from(file, progress=grow)
    assert here(host, pool).read_bytes() == b"x" * (2 * MIB) + b"y" * MIB
    await vol.delete()
    vol = await volume(pool, 2 * MIB)
    file.write_bytes(b"x" * (2 * MIB))
    with pytest.raises(OperationFailed, match=rf"more came than the volume's {2 * MIB} bytes"):
        await vol.upload_from(file, progress=grow)


async def test_a_file_larger_than_the_volume(host: Host, pool: StoragePool, tmp_path: Path) -> None:
    vol, file = await volume(pool, MIB), tmp_path / "file"
    before = here(host, pool).read_bytes()
    file.write_bytes(DATA)
    text = f"^file: at most the volume's {MIB} bytes were expected, not {SIZE}$"
    with pytest.raises(InvalidArgument, match=text):
        await vol.upload_from(file)
    assert here(host, pool).read_bytes() == before
    with pytest.raises(
        OperationFailed, match=rf"more came than the volume's {MIB} bytes, of which \d+ have arrived"
    ):
        await vol.upload_from(io.BytesIO(DATA))
    assert here(host, pool).stat().st_size == MIB


async def test_formats_have_their_own_size(host: Host, pool: StoragePool, tmp_path: Path) -> None:
    """An image in a format says itself how large its contents are, and may be larger than these."""
    file = tmp_path / "image"
    file.write_bytes(DATA)
    vol = await volume(pool, MIB, "qcow2")
    await vol.upload_from(file)
    assert here(host, pool).read_bytes() == DATA


async def test_what_is_no_file(pool: StoragePool, tmp_path: Path) -> None:
    vol = await volume(pool)
    with pytest.raises(IsADirectoryError):
        await vol.upload_from(tmp_path)
    with pytest.raises(InvalidArgumentType, match=r"^file: expected a path, not NoneType$"):
        await vol.upload_from(None)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgumentType, match=r"^file: expected bytes, not str$"):
        await vol.upload_from(io.StringIO("text"))  # type: ignore[arg-type, unused-ignore]
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        for transfer in (vol.upload_from, vol.download_to):
            with pytest.raises(OSError, match="No such device or address"):
                await transfer(tmp_path / "socket")
