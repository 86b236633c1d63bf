# Made by tools/unasync.py from src/sysvirt/_async/storage_vol.py; do not edit.
"""`StorageVol`: a volume in a storage pool, such as a disk's image."""

from __future__ import annotations

from .. import _arguments as check
from .._generated.constants import StorageVolConstants
from .._protocol.table import remote
from ..errors import invalid_argument
from ..results.storage import StorageVolInfo
from .handle import Handle
from .stream import fresh_stream
from .volume_file import open_source, open_target, receive_all, send_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .._arguments import Number
    from .._generated.constants import (
        StorageVolDeleteFlags,
        StorageVolDownloadFlags,
        StorageVolInfoFlags,
        StorageVolResizeFlags,
        StorageVolUploadFlags,
        StorageVolWipeAlgorithm,
    )
    from .connection import Connection
    from .stream import Stream
    from .volume_file import Source, Target


class StorageVol(Handle, StorageVolConstants):
    """A volume in a storage pool, such as the image of a guest's disk.

    Made by the lookups, lists and creations of a `StoragePool` or a `Connection`. Two handles are equal when they have
    the same name and the same pool.
    """

    __slots__ = ("_connection",)
    __module__ = "sysvirt"

    def __init__(self, connection: Connection, ref: bytes) -> None:
        self._connection = connection
        # remote_nonnull_storage_vol: three texts, each its length, bytes and padding: pool, name, key.
        self._ref = ref

    def _text(self, index: int) -> str:
        ref, at = self._ref, 0
        for _ in range(index):
            at += 4 + (int.from_bytes(ref[at : at + 4], "big") + 3 & ~3)
        end = at + 4 + int.from_bytes(ref[at : at + 4], "big")
        return str(ref[at + 4 : end], "utf-8", "surrogateescape")

    def get_pool_name(self) -> str:
        """The name of the pool it is in; without a round trip."""
        return self._text(0)

    def get_name(self) -> str:
        """Its name, unique in its pool; without a round trip. [virStorageVolGetName]"""
        return self._text(1)

    def get_key(self) -> str:
        """Its key, unique on the host; without a round trip. [virStorageVolGetKey]"""
        return self._text(2)

    def get_connection(self) -> Connection:
        """The connection this handle belongs to."""
        return self._connection

    def get_path(self) -> str:
        """Its path on the daemon's host, as guests' definitions name it. [virStorageVolGetPath]"""
        return self._connection._call(remote.STORAGE_VOL_GET_PATH, self._ref)

    def get_info(self, flags: StorageVolInfoFlags | Number = 0) -> StorageVolInfo:
        """Its kind and its sizes; with `StorageVol.GET_PHYSICAL` the length of its file.

        [virStorageVolGetInfo, virStorageVolGetInfoFlags]
        """
        call = self._connection._call
        if flags:
            return StorageVolInfo._from_wire(call(remote.STORAGE_VOL_GET_INFO_FLAGS, self._ref, flags))
        return StorageVolInfo._from_wire(call(remote.STORAGE_VOL_GET_INFO, self._ref))

    def get_xml_description(self, flags: Number = 0) -> str:
        """Its description as XML. [virStorageVolGetXMLDesc]"""
        return self._connection._call(remote.STORAGE_VOL_GET_XML_DESC, self._ref, flags)

    def delete(self, flags: StorageVolDeleteFlags | Number = 0) -> None:
        """Deletes it with its data. [virStorageVolDelete]"""
        self._connection._call(remote.STORAGE_VOL_DELETE, self._ref, flags)

    def resize(self, capacity: int, flags: StorageVolResizeFlags | Number = 0) -> None:
        """Makes it larger: to `capacity` bytes, or by so many with `StorageVol.RESIZE_DELTA`.

        `RESIZE_ALLOCATE` allocates the new space at once. `RESIZE_SHRINK` allows a smaller size; the data beyond it are
        lost. [virStorageVolResize]
        """
        self._connection._call(remote.STORAGE_VOL_RESIZE, self._ref, capacity, flags)

    def wipe(self, flags: Number = 0) -> None:
        """Overwrites its data with zeros. [virStorageVolWipe]"""
        self._connection._call(remote.STORAGE_VOL_WIPE, self._ref, flags)

    def wipe_pattern(self, algorithm: StorageVolWipeAlgorithm | Number, flags: Number = 0) -> None:
        """Overwrites its data by an algorithm (`StorageVol.WIPE_ALG_*`); most need a program on the host.

        [virStorageVolWipePattern]
        """
        self._connection._call(remote.STORAGE_VOL_WIPE_PATTERN, self._ref, algorithm, flags)

    def download(
        self,
        stream: Stream,
        offset: int = 0,
        length: int = 0,
        flags: StorageVolDownloadFlags | Number = 0,
    ) -> None:
        """Opens a stream that receives its data: `length` bytes from `offset` on, or with 0 all up to the end.

        With `StorageVol.VOL_DOWNLOAD_SPARSE_STREAM` holes come as holes: see `Stream.sparse_recv_all`.
        [virStorageVolDownload]
        """
        start, size = _range(offset, length)
        fresh_stream(stream)._open_transfer(
            bool(check.flags(flags) & 1), remote.STORAGE_VOL_DOWNLOAD, self._ref, start, size, flags
        )

    def upload(
        self,
        stream: Stream,
        offset: int = 0,
        length: int = 0,
        flags: StorageVolUploadFlags | Number = 0,
    ) -> None:
        """Opens a stream that sends its data: from `offset` on, at most `length` bytes, or with 0 any number.

        The data have arrived when `Stream.finish` returns. With `StorageVol.VOL_UPLOAD_SPARSE_STREAM` holes can be sent
        too: see `Stream.send_hole` and `sparse_send_all`. Use that for new volumes only: under a hole the old data may
        stay. [virStorageVolUpload]
        """
        start, size = _range(offset, length)
        fresh_stream(stream)._open_transfer(
            bool(check.flags(flags) & 1), remote.STORAGE_VOL_UPLOAD, self._ref, start, size, flags
        )

    def upload_from(
        self, file: Source, sparse: bool = False, progress: Callable[[int, int], object] | None = None
    ) -> None:
        """Copies a file of this machine into the volume, from the volume's beginning; when it returns, all has arrived.

        If the volume is longer, its rest stays as it was. Raises `InvalidArgument` for a file that is larger than a raw
        volume, before anything is sent. Raises `OperationFailed`, which says how much has arrived, when the source
        gives more than that, or the file gets shorter meanwhile.

        file: the path of a file, a block device, a pipe or anything else that can be read to its end; an object with a
            method `read(size)` that returns bytes, read from its present position; a socket. What you pass open stays
            open.
        sparse: True to skip the file's holes. The volume's old data may stay there, so use it for a new volume.
        progress: called with (bytes of the file done, bytes of the file in all as far as is known) after each piece.
        """
        source = open_source(file)
        try:
            most = self._room()
            if most is not None and source.total is not None and source.total > most:
                raise invalid_argument(
                    "file", f"at most the volume's {most} bytes were expected, not {source.total}"
                )
            with self._connection.new_stream() as stream:
                self.upload(stream, flags=self.VOL_UPLOAD_SPARSE_STREAM if sparse else 0)
                send_all(stream, source, most, progress)
        finally:
            source.close()

    def download_to(
        self, file: Target, sparse: bool = False, progress: Callable[[int, int], object] | None = None
    ) -> None:
        """Copies the volume's data to a file of this machine.

        file: the path of a file, which is created or overwritten, or of a device or a pipe; an object with a method
            `write(data)`, which may be a coroutine function with asyncio; a socket. What you pass open stays open. When
            this raises, the data that came so far are in it.
        sparse: True to make the volume's holes holes in the file; for other targets they are zeros.
        progress: called with (bytes done, bytes in all) after each piece.
        """
        total = (self.get_info(self.GET_PHYSICAL)).allocation if progress is not None else 0
        target = open_target(file)
        try:
            with self._connection.new_stream() as stream:
                self.download(stream, flags=self.VOL_DOWNLOAD_SPARSE_STREAM if sparse else 0)
                receive_all(stream, target, total, progress)
        finally:
            target.close()

    def _room(self) -> int | None:
        """How many bytes of a file fit; None for formats whose file is not as long as their capacity, and grows."""
        from xml.etree.ElementTree import fromstring

        description = fromstring(self.get_xml_description())
        format = description.find("target/format")
        if format is not None and format.get("type") not in ("raw", "iso", "unknown"):
            return None
        if description.find("target/encryption") is not None:
            return None
        return int(description.findtext("capacity", "0"))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StorageVol):
            return NotImplemented
        return self._connection is other._connection and self._ref == other._ref

    def __hash__(self) -> int:
        return hash(self._ref)

    def __repr__(self) -> str:
        return f"<{type(self).__module__}.StorageVol {self.get_name()!r} of {self.get_pool_name()!r}>"


def _range(offset: int, length: int) -> tuple[int, int]:
    return (
        check.integer("offset", offset, 0, check.ULLONG_MAX),
        check.integer("length", length, 0, check.ULLONG_MAX),
    )
