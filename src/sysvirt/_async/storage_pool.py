"""`StoragePool`: a folder, volume group or share of the host that holds volumes."""

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
    """A storage pool: a folder, a volume group, a share ... that holds volumes.

    Made by the lookups, lists and definitions of a `Connection`. Two handles are equal when they stand for the same
    pool of the same connection.
    """

    __slots__ = ()
    __module__ = "sysvirt.aio"

    # remote_nonnull_storage_pool: length of the name, name, padding, 16 bytes of UUID.
    _uuid_at = slice(-16, None)

    # --- the pool ----------------------------------------------------------------------------------

    async def is_active(self) -> bool:
        """Whether it is started. [virStoragePoolIsActive]"""
        return bool(await self._connection._call(remote.STORAGE_POOL_IS_ACTIVE, self._ref))

    async def is_persistent(self) -> bool:
        """Whether it is defined, and so is kept when it is stopped. [virStoragePoolIsPersistent]"""
        return bool(await self._connection._call(remote.STORAGE_POOL_IS_PERSISTENT, self._ref))

    async def get_info(self) -> StoragePoolInfo:
        """Its state and sizes. [virStoragePoolGetInfo]"""
        return StoragePoolInfo._from_wire(
            await self._connection._call(remote.STORAGE_POOL_GET_INFO, self._ref)
        )

    async def get_xml_description(self, flags: StorageXMLFlags | Number = 0) -> str:
        """Its definition as XML; with `StoragePool.XML_INACTIVE` that of its next start.

        [virStoragePoolGetXMLDesc]
        """
        return await self._connection._call(remote.STORAGE_POOL_GET_XML_DESC, self._ref, flags)

    async def get_autostart(self) -> bool:
        """Whether it is started with the daemon. [virStoragePoolGetAutostart]"""
        return bool(await self._connection._call(remote.STORAGE_POOL_GET_AUTOSTART, self._ref))

    async def set_autostart(self, autostart: bool) -> None:
        """Sets whether the pool is started with the daemon. [virStoragePoolSetAutostart]"""
        number = check.integer("autostart", autostart, 0, 1)
        await self._connection._call(remote.STORAGE_POOL_SET_AUTOSTART, self._ref, number)

    async def build(self, flags: StoragePoolBuildFlags | Number = 0) -> None:
        """Makes its folder or file system. [virStoragePoolBuild]"""
        check.exclusive(flags, self.BUILD_OVERWRITE, self.BUILD_NO_OVERWRITE)
        await self._connection._call(remote.STORAGE_POOL_BUILD, self._ref, flags)

    async def create(self, flags: StoragePoolCreateFlags | Number = 0) -> None:
        """Starts it; with `StoragePool.CREATE_WITH_BUILD` it is built first. [virStoragePoolCreate]"""
        check.exclusive(flags, self.CREATE_WITH_BUILD_OVERWRITE, self.CREATE_WITH_BUILD_NO_OVERWRITE)
        await self._connection._call(remote.STORAGE_POOL_CREATE, self._ref, flags)

    async def refresh(self, flags: Number = 0) -> None:
        """Reads its list of volumes again, in case other programs have changed them. [virStoragePoolRefresh]"""
        await self._connection._call(remote.STORAGE_POOL_REFRESH, self._ref, flags)

    async def destroy(self) -> None:
        """Stops it; its volumes stay. [virStoragePoolDestroy]"""
        await self._connection._call(remote.STORAGE_POOL_DESTROY, self._ref)

    async def delete(self, flags: StoragePoolDeleteFlags | Number = 0) -> None:
        """Deletes the folder (if it is empty) or other storage of a stopped pool. [virStoragePoolDelete]"""
        await self._connection._call(remote.STORAGE_POOL_DELETE, self._ref, flags)

    async def undefine(self) -> None:
        """Removes its definition. [virStoragePoolUndefine]"""
        await self._connection._call(remote.STORAGE_POOL_UNDEFINE, self._ref)

    # --- its volumes -------------------------------------------------------------------------------

    async def num_of_storage_volumes(self) -> int:
        """How many volumes it has. [virStoragePoolNumOfVolumes]"""
        return await self._connection._call(remote.STORAGE_POOL_NUM_OF_VOLUMES, self._ref)

    async def list_storage_vol_names(self, maxnames: int | None = None) -> list[str]:
        """The names of its volumes, at most `maxnames`. [virStoragePoolListVolumes]"""
        wanted = check.most(maxnames)
        names = await self._connection._call(remote.STORAGE_POOL_LIST_VOLUMES, self._ref, _VOLUMES_MAX)
        if len(names) == _VOLUMES_MAX < wanted:  # there may be more, which the other list would not leave out
            names = [volume.get_name() for volume in await self.list_volumes()]
        return names[:wanted]

    async def list_volumes(self) -> list[StorageVol]:
        """Its volumes. [virStoragePoolListAllVolumes]"""
        return await self.list_all_volumes()

    async def list_all_volumes(self, flags: Number = 0) -> list[StorageVol]:
        """Its volumes. [virStoragePoolListAllVolumes]"""
        refs, _ = await self._connection._call(remote.STORAGE_POOL_LIST_ALL_VOLUMES, self._ref, 1, flags)
        return [StorageVol(self._connection, ref) for ref in refs]

    async def get_volume_by_name(self, name: str) -> StorageVol:
        """Its volume of this name; raises `NoStorageVol` when there is none. [virStorageVolLookupByName]"""
        call, text = self._connection._call, check.text("name", name)
        ref = await call(remote.STORAGE_VOL_LOOKUP_BY_NAME, self._ref, text)
        return StorageVol(self._connection, ref)

    async def create_volume(self, xml: str, flags: StorageVolCreateFlags | Number = 0) -> StorageVol:
        """Makes a volume: empty, or over a backing file.

        `StorageVol.CREATE_PREALLOC_METADATA` allocates the metadata of a qcow2 volume, which makes its first writes
        faster. [virStorageVolCreateXML]
        """
        call, text = self._connection._call, check.text("xml", xml)
        ref = await call(remote.STORAGE_VOL_CREATE_XML, self._ref, text, flags)
        return StorageVol(self._connection, ref)

    async def clone_volume(
        self, xml: str, origvol: StorageVol, flags: StorageVolCreateFlags | Number = 0
    ) -> StorageVol:
        """Makes a copy of a volume; `StorageVol.CREATE_REFLINK` shares the blocks if the file system can.

        [virStorageVolCreateXMLFrom]
        """
        check.handle("origvol", origvol, StorageVol)
        call, text = self._connection._call, check.text("xml", xml)
        ref = await call(remote.STORAGE_VOL_CREATE_XML_FROM, self._ref, text, origvol._ref, flags)
        return StorageVol(self._connection, ref)
