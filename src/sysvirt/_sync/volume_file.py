# Made by tools/unasync.py from src/sysvirt/_async/volume_file.py; do not edit.
"""A volume's data from and to something of this machine: a file, a device, a pipe, a socket, an object of Python."""

from __future__ import annotations

import errno
import os
import stat
from itertools import starmap

from .. import _arguments as check
from .._protocol.frame import STREAM_DATA_MAX
from .._session import blocking_facade as facade
from .._transport.descriptors import Descriptors
from ..errors import OperationFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol, TypeAlias

    from .._arguments import StrPath
    from .._session.blocking_facade import Given
    from .stream import Stream

    class Reads(Protocol):
        def read(self, size: int, /) -> Given[bytes]: ...

    class Writes(Protocol):
        def write(self, data: bytes, /) -> Given[object]: ...

    class HasFileno(Protocol):
        def fileno(self) -> int: ...

    Source: TypeAlias = StrPath | Reads | HasFileno
    Target: TypeAlias = StrPath | Writes | HasFileno
    Told: TypeAlias = Callable[[int, int], object]

#: How often is looked whether somebody reads a pipe by now, which nothing tells.
_LOOK_SECONDS = 0.02


# --- sources ---------------------------------------------------------------------------------------


class _Read:
    """What has a position of its own and holes that nobody can see: here, an object with a method `read`."""

    #: How long it is, where that is known.
    total: int | None = None

    def __init__(self, file: Any) -> None:
        self._file = file

    def hole(self) -> int:
        """How far the hole goes that comes next; 0 where data comes, or the end."""
        return 0

    def skip(self, length: int) -> None:
        """Passes a hole."""

    def read(self, most: int) -> bytes:
        """The next data, at most so much; `b""` at the end."""
        data: Any = facade.run_callback(facade.in_thread(_result, self._file.read, most))
        return data if isinstance(data, bytes) else bytes(check.buffer("file", data))

    def close(self) -> None:
        """It is the caller's."""


class _ReadDescriptor(_Read):
    """A pipe, a socket, a terminal: what comes when it comes."""

    def __init__(self, fd: int, own: Descriptors | None) -> None:
        self._fd = fd
        self._own = own

    def read(self, most: int) -> bytes:
        return facade.read_descriptor(self._fd, _never, most)

    def close(self) -> None:
        if self._own is not None:
            self._own.close()


class _ReadDisk(_ReadDescriptor):
    """A file or a block device, of which each part can be read, and of which is known where it has holes."""

    def __init__(self, own: Descriptors) -> None:
        super().__init__(own.fd, own)
        fd = own.fd
        self._at = 0
        #: Up to where data is, as far as is known.
        self._data_end = 0
        found = os.fstat(fd)
        self.total = found.st_size if stat.S_ISREG(found.st_mode) else os.lseek(fd, 0, os.SEEK_END)

    def hole(self) -> int:
        if self._at < self._data_end:
            return 0
        start, self._data_end = facade.in_thread(_extent, self._fd, self._at)
        return start - self._at

    def skip(self, length: int) -> None:
        self._at += length

    def read(self, most: int) -> bytes:
        if self._at < self._data_end:
            most = min(most, self._data_end - self._at)
        data = facade.in_thread(os.pread, self._fd, most, self._at)
        self._at += len(data)
        return data


def _extent(fd: int, at: int) -> tuple[int, int]:
    """Where the next data begins and ends; what can't tell has no holes."""
    try:
        start = os.lseek(fd, at, os.SEEK_DATA)
        return start, os.lseek(fd, start, os.SEEK_HOLE)
    except OSError as error:
        if error.errno != errno.ENXIO:
            return at, check.LLONG_MAX
        return max(at, os.lseek(fd, 0, os.SEEK_END)), at  # nothing but a hole comes, or the end has


def open_source(file: Any) -> _Read:
    """What a `Source` is read by."""
    if hasattr(file, "read"):
        return _Read(file)
    if hasattr(file, "fileno"):
        return _ReadDescriptor(file.fileno(), None)
    # Whoever opens a pipe otherwise waits for somebody who writes to it, and can't be told to wait no longer.
    own = _open(check.path("file", file), os.O_RDONLY | os.O_NONBLOCK)
    fd = own.fd
    try:
        os.set_blocking(fd, True)
        if stat.S_ISDIR(os.fstat(fd).st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), file)
        return _ReadDisk(own) if _is_disk(fd) else _ReadDescriptor(fd, own)
    except BaseException:
        own.close()
        raise


def send_all(stream: Stream, source: _Read, most: int | None, told: Told | None) -> None:
    """Sends all of a source, its holes as such where the stream is a sparse one; at most so many bytes fit."""
    at, total = 0, source.total or 0
    while True:
        hole = source.hole() if stream._sparse else 0
        piece = b"" if hole else source.read(STREAM_DATA_MAX)
        size = hole or len(piece)
        if not size:
            break
        if most is not None and at + size > most:
            raise OperationFailed(f"more came than the volume's {most} bytes, of which {at} have arrived")
        if hole:
            stream.send_hole(hole)
            source.skip(hole)
        else:
            stream.send(piece)
        at += size
        if told is not None:
            told(at, max(at, total))
    if at < total:
        raise OperationFailed(f"the file has become shorter: of {total} bytes {at} have arrived")


# --- targets ---------------------------------------------------------------------------------------


class _Written:
    """What takes one byte after another, zeros for holes: here, an object with a method `write`."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, data: bytes) -> None:
        if hasattr(
            self._file, "drain"
        ):  # one of asyncio's: not for threads, and keeps in memory what is not gone
            self._file.write(data)
            facade.run_callback(self._file.drain)
            return
        rest = memoryview(data)
        while rest:
            taken: object = facade.run_callback(facade.in_thread(_result, self._file.write, rest))
            # Many an object takes all and says nothing.
            rest = rest[taken if isinstance(taken, int) else len(rest) :]

    def skip(self, length: int) -> None:
        """Passes a hole."""
        while length:
            piece = min(length, STREAM_DATA_MAX)
            self.write(bytes(piece))
            length -= piece

    def end(self) -> None:
        """All has come."""

    def close(self) -> None:
        """It is the caller's."""


class _WrittenDescriptor(_Written):
    """A pipe, a socket, a terminal, a block device."""

    def __init__(self, fd: int, own: Descriptors | None) -> None:
        self._fd = fd
        self._own = own

    def write(self, data: bytes) -> None:
        facade.write_descriptor(self._fd, data)

    def close(self) -> None:
        if self._own is not None:
            self._own.close()


class _WrittenDevice(_WrittenDescriptor):
    """A block device, which makes its writers wait; what was in it is no zeros."""

    def write(self, data: bytes) -> None:
        facade.in_thread(_write_all, self._fd, data)


class _WrittenFile(_WrittenDevice):
    """A new file, in which holes can be."""

    def skip(self, length: int) -> None:
        os.lseek(self._fd, length, os.SEEK_CUR)

    def end(self) -> None:
        os.truncate(self._fd, os.lseek(self._fd, 0, os.SEEK_CUR))


def _write_all(fd: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]


def open_target(file: Any) -> _Written:
    """What a `Target` is written by."""
    if hasattr(file, "write"):
        return _Written(file)
    if hasattr(file, "fileno"):
        return _WrittenDescriptor(file.fileno(), None)
    path = check.path("file", file)
    own = _open_pipe(path) if _is_pipe(path) else _open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    fd = own.fd
    try:
        if stat.S_ISREG(os.fstat(fd).st_mode):
            return _WrittenFile(fd, own)
        return _WrittenDevice(fd, own) if _is_disk(fd) else _WrittenDescriptor(fd, own)
    except BaseException:
        own.close()
        raise


def _open_pipe(path: str) -> Descriptors:
    """Waits for somebody who reads, in a way that can be given up."""
    while True:
        try:
            own = _open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
        else:
            os.set_blocking(own.fd, True)
            return own
        facade.sleep(_LOOK_SECONDS)


def receive_all(stream: Stream, target: _Written, total: int, told: Told | None) -> None:
    """Writes all that comes; what comes as a hole is one there, where that can be."""
    at = 0
    stop = stream.RECV_STOP_AT_HOLE if stream._sparse else 0
    while piece := stream._recv(STREAM_DATA_MAX, stop, True):
        if isinstance(piece, bytes):
            target.write(piece)
            at += len(piece)
        else:
            hole = stream.recv_hole()
            target.skip(hole)
            at += hole
        if told is not None:
            told(at, max(at, total))
    target.end()


# --- both ------------------------------------------------------------------------------------------


def _result(function: Callable[[Any], object], argument: object) -> Callable[[], Any]:
    """Calls a user's function here, in a thread where it may wait; a coroutine is to be awaited elsewhere."""
    given = function(argument)
    return lambda: given


def _open(path: str, flags: int) -> Descriptors:
    """A file that goes with its owner, who may be interrupted at any instant."""
    return Descriptors(starmap(os.open, ((path, flags | os.O_CLOEXEC, 0o666),)))


def _never() -> bool:
    return False


def _is_disk(fd: int) -> bool:
    """Whether it is a file or a block device, and not something that is read only once."""
    mode = os.fstat(fd).st_mode
    return stat.S_ISREG(mode) or stat.S_ISBLK(mode)


def _is_pipe(path: str) -> bool:
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except OSError:
        return False  # opening it says what is wrong, if anything is
