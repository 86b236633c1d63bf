# Made by tools/unasync.py from src/sysvirt/_async/volume_file.py; do not edit.
"""A volume's data from and to a file of this machine."""

from __future__ import annotations

import errno
import os

from .._protocol.frame import STREAM_DATA_MAX
from .._session import blocking_facade as facade

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from .stream import Stream

    Told: TypeAlias = Callable[[int, int], object]


def send_file(stream: Stream, path: str, told: Told | None) -> None:
    """Sends all of a file; its holes as such, where the stream is a sparse one."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        at, end, total = 0, 0, os.fstat(fd).st_size
        while at < total:
            if at == end:
                data_at, end = (
                    facade.in_thread(_extent, fd, at, total) if stream._sparse else (at, total)
                )
                if data_at > at:
                    stream.send_hole(data_at - at)
                    at = data_at
            piece = facade.in_thread(os.pread, fd, min(STREAM_DATA_MAX, end - at), at)
            if piece:
                at += stream.send(piece)
            elif at < end:
                break  # somebody has made it shorter
            if told is not None:
                told(at, total)
    finally:
        os.close(fd)


def _extent(fd: int, at: int, total: int) -> tuple[int, int]:
    """Where the next data of a file begins and ends."""
    try:
        start = os.lseek(fd, at, os.SEEK_DATA)
        return start, os.lseek(fd, start, os.SEEK_HOLE)
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        return total, total  # nothing but a hole comes


def receive_file(stream: Stream, path: str, total: int, told: Told | None) -> None:
    """Writes all that comes into a new file; what comes as a hole is one there."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
    try:
        at = 0
        stop = stream.RECV_STOP_AT_HOLE if stream._sparse else 0
        while piece := stream._recv(STREAM_DATA_MAX, stop, True):
            if isinstance(piece, bytes):
                facade.in_thread(_write, fd, piece, at)
                at += len(piece)
            else:
                at += stream.recv_hole()
            if told is not None:
                told(at, max(at, total))
        os.truncate(fd, at)
    finally:
        os.close(fd)


def _write(fd: int, data: bytes, at: int) -> None:
    view = memoryview(data)
    while view:
        count = os.pwrite(fd, view, at)
        view, at = view[count:], at + count
