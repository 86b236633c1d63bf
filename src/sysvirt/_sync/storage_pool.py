# Made by tools/unasync.py from src/sysvirt/_async/storage_pool.py; do not edit.
"""`StoragePool`: a place of the host that volumes are kept in."""

from __future__ import annotations

from .. import _arguments as check
from .._generated.constants import StoragePoolConstants
from .._generated.schema import LIMITS
from .._protocol.table import remote
from ..results.storage import StoragePoolInfo
from .handle import UUIDHandle
from .storage_vol import StorageVol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .._arguments import Number
    from .._generated.constants import (
        StoragePoolBuildFlags,
        StoragePoolCreateFlags,
        StoragePoolDeleteFlags,
        StorageVolCreateFlags,
        StorageXMLFlags,
    )

_VOLUMES_MAX = LIMITS["REMOTE_STORAGE_VOL_LIST_MAX"]


class StoragePool(UUIDHandle, StoragePoolConstants):
    """A pool: a folder, a volume group, a share; what is kept in it are volumes.

    Made by the lookups, lists and definitions of a `Connection`. Two handles are equal when they mean the same pool
    of the same connection.
    """

    __slots__ = ()
    __module__ = "sysvirt"

    # remote_nonnull_storage_pool: length of the name, name, padding, 16 bytes of UUID.
    _uuid_at = slice(-16, None)

    # --- the pool ----------------------------------------------------------------------------------

    def is_active(self) -> bool:
        """Whether it is started. [virStoragePoolIsActive]"""
        return bool(self._connection._call(remote.STORAGE_POOL_IS_ACTIVE, self._ref))

    def is_persistent(self) -> bool:
        """Whether it is defined, and so is still known when it is stopped. [virStoragePoolIsPersistent]"""
        return bool(self._connection._call(remote.STORAGE_POOL_IS_PERSISTENT, self._ref))

    def get_info(self) -> StoragePoolInfo:
        """Its state, and how full it is. [virStoragePoolGetInfo]"""
        return StoragePoolInfo._from_wire(
            self._connection._call(remote.STORAGE_POOL_GET_INFO, self._ref)
        )

    def get_xml_description(self, flags: StorageXMLFlags | Number = 0) -> str:
        """What it is, as XML; with `StoragePool.XML_INACTIVE` what it will be when it is started next.

        [virStoragePoolGetXMLDesc]
        """
        return self._connection._call(remote.STORAGE_POOL_GET_XML_DESC, self._ref, flags)

    def get_autostart(self) -> bool:
        """Whether it is started with the daemon. [virStoragePoolGetAutostart]"""
        return bool(self._connection._call(remote.STORAGE_POOL_GET_AUTOSTART, self._ref))

    def set_autostart(self, autostart: bool) -> None:
        """Has the pool start with the daemon, or not. [virStoragePoolSetAutostart]"""
        number = check.integer("autostart", autostart, 0, 1)
        self._connection._call(remote.STORAGE_POOL_SET_AUTOSTART, self._ref, number)

    def build(self, flags: StoragePoolBuildFlags | Number = 0) -> None:
        """Makes what it is kept in: its folder, its file system. [virStoragePoolBuild]"""
        check.exclusive(flags, self.BUILD_OVERWRITE, self.BUILD_NO_OVERWRITE)
        self._connection._call(remote.STORAGE_POOL_BUILD, self._ref, flags)

    def create(self, flags: StoragePoolCreateFlags | Number = 0) -> None:
        """Starts it; with `StoragePool.CREATE_WITH_BUILD` makes what it is kept in before. [virStoragePoolCreate]"""
        check.exclusive(flags, self.CREATE_WITH_BUILD_OVERWRITE, self.CREATE_WITH_BUILD_NO_OVERWRITE)
        self._connection._call(remote.STORAGE_POOL_CREATE, self._ref, flags)

    def refresh(self, flags: Number = 0) -> None:
        """Looks which volumes there are, in case others have changed that. [virStoragePoolRefresh]"""
        self._connection._call(remote.STORAGE_POOL_REFRESH, self._ref, flags)

    def destroy(self) -> None:
        """Stops it; what is in it stays. [virStoragePoolDestroy]"""
        self._connection._call(remote.STORAGE_POOL_DESTROY, self._ref)

    def delete(self, flags: StoragePoolDeleteFlags | Number = 0) -> None:
        """Deletes what it is kept in, when it is stopped: its folder if that is empty. [virStoragePoolDelete]"""
        self._connection._call(remote.STORAGE_POOL_DELETE, self._ref, flags)

    def undefine(self) -> None:
        """Has the daemon forget about it. [virStoragePoolUndefine]"""
        self._connection._call(remote.STORAGE_POOL_UNDEFINE, self._ref)

    # --- its volumes -------------------------------------------------------------------------------

    def num_of_storage_volumes(self) -> int:
        """How many volumes it has. [virStoragePoolNumOfVolumes]"""
        return self._connection._call(remote.STORAGE_POOL_NUM_OF_VOLUMES, self._ref)

    def list_storage_vol_names(self, maxnames: int | None = None) -> list[str]:
        """The names of its volumes, at most so many. [virStoragePoolListVolumes]"""
        wanted = check.most(maxnames)
        names = self._connection._call(remote.STORAGE_POOL_LIST_VOLUMES, self._ref, _VOLUMES_MAX)
        if len(names) == _VOLUMES_MAX < wanted:  # there may be more, which the other list would not leave out
            names = [volume.get_name() for volume in self.list_volumes()]
        return names[:wanted]

    def list_volumes(self) -> list[StorageVol]:
        """Its volumes. [virStoragePoolListAllVolumes]"""
        return self.list_all_volumes()

    def list_all_volumes(self, flags: Number = 0) -> list[StorageVol]:
        """Its volumes. [virStoragePoolListAllVolumes]"""
        refs, _ = self._connection._call(remote.STORAGE_POOL_LIST_ALL_VOLUMES, self._ref, 1, flags)
        return [StorageVol(self._connection, ref) for ref in refs]

    def get_volume_by_name(self, name: str) -> StorageVol:
        """Its volume of this name; raises `NoStorageVol` where there is none. [virStorageVolLookupByName]"""
        call, text = self._connection._call, check.text("name", name)
        ref = call(remote.STORAGE_VOL_LOOKUP_BY_NAME, self._ref, text)
        return StorageVol(self._connection, ref)

    def create_volume(self, xml: str, flags: StorageVolCreateFlags | Number = 0) -> StorageVol:
        """Makes a volume: empty, or over a backing file.

        `StorageVol.CREATE_PREALLOC_METADATA` has a qcow2 be as fast as a raw one from the start.
        [virStorageVolCreateXML]
        """
        call, text = self._connection._call, check.text("xml", xml)
        ref = call(remote.STORAGE_VOL_CREATE_XML, self._ref, text, flags)
        return StorageVol(self._connection, ref)

    def clone_volume(
        self, xml: str, origvol: StorageVol, flags: StorageVolCreateFlags | Number = 0
    ) -> StorageVol:
        """Makes a volume with what is in another one; `StorageVol.CREATE_REFLINK` shares it, where that can be done.

        [virStorageVolCreateXMLFrom]
        """
        check.handle("origvol", origvol, StorageVol)
        call, text = self._connection._call, check.text("xml", xml)
        ref = call(remote.STORAGE_VOL_CREATE_XML_FROM, self._ref, text, origvol._ref, flags)
        return StorageVol(self._connection, ref)
