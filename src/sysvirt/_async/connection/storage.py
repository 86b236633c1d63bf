"""The storage pools of a connection, and their volumes: finding, defining and starting them."""

from __future__ import annotations

from ... import _arguments as check
from ..._generated.schema import LIMITS
from ..._protocol.table import remote
from ..storage_pool import StoragePool
from ..storage_vol import StorageVol
from .base import ConnectionBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._arguments import Number, StrPath, UUIDLike
    from ..._generated.constants import (
        ConnectListAllStoragePoolsFlags,
        StoragePoolCreateFlags,
        StoragePoolDefineFlags,
    )

_LIST_MAX = LIMITS["REMOTE_STORAGE_POOL_LIST_MAX"]


class StorageCalls(ConnectionBase):
    __slots__ = ()

    # --- pools -------------------------------------------------------------------------------------

    async def list_all_storage_pools(
        self, flags: ConnectListAllStoragePoolsFlags | Number = 0
    ) -> list[StoragePool]:
        """All storage pools, or those that match one flag (`StoragePool.LIST_*`) of each group that is used.

        [virConnectListAllStoragePools]
        """
        refs, _ = await self._call(remote.CONNECT_LIST_ALL_STORAGE_POOLS, 1, flags)
        return [StoragePool(self, ref) for ref in refs]  # type: ignore[arg-type]

    async def list_storage_pools(self) -> list[StoragePool]:
        """The storage pools that are started. [virConnectListAllStoragePools]"""
        return await self.list_all_storage_pools(StoragePool.LIST_ACTIVE)

    async def num_of_storage_pools(self) -> int:
        """How many storage pools are started. [virConnectNumOfStoragePools]"""
        return await self._call(remote.CONNECT_NUM_OF_STORAGE_POOLS)

    async def list_storage_pool_names(self, maxnames: int | None = None) -> list[str]:
        """The names of the storage pools that are started, at most `maxnames`. [virConnectListStoragePools]"""
        wanted = check.most(maxnames)
        names = await self._call(remote.CONNECT_LIST_STORAGE_POOLS, _LIST_MAX)
        if len(names) == _LIST_MAX < wanted:  # there may be more, which the other list would not leave out
            names = [pool.get_name() for pool in await self.list_storage_pools()]
        return names[:wanted]

    async def list_defined_storage_pools(self) -> list[StoragePool]:
        """The storage pools that are defined and not started. [virConnectListAllStoragePools]"""
        return await self.list_all_storage_pools(StoragePool.LIST_INACTIVE)

    async def num_of_defined_storage_pools(self) -> int:
        """How many storage pools are defined and not started. [virConnectNumOfDefinedStoragePools]"""
        return await self._call(remote.CONNECT_NUM_OF_DEFINED_STORAGE_POOLS)

    async def list_defined_storage_pool_names(self, maxnames: int | None = None) -> list[str]:
        """The names of the storage pools that are defined and not started, at most `maxnames`.

        [virConnectListDefinedStoragePools]
        """
        wanted = check.most(maxnames)
        names = await self._call(remote.CONNECT_LIST_DEFINED_STORAGE_POOLS, _LIST_MAX)
        if len(names) == _LIST_MAX < wanted:
            names = [pool.get_name() for pool in await self.list_defined_storage_pools()]
        return names[:wanted]

    async def get_storage_pool_by_name(self, name: str) -> StoragePool:
        """The storage pool of this name; raises `NoStoragePool` when there is none. [virStoragePoolLookupByName]"""
        return self._pool(await self._call(remote.STORAGE_POOL_LOOKUP_BY_NAME, check.text("name", name)))

    async def get_storage_pool_by_uuid(self, uuid: UUIDLike) -> StoragePool:
        """The storage pool of this UUID: 16 bytes, text, or a `uuid.UUID`; raises `NoStoragePool` when there is none.

        [virStoragePoolLookupByUUID]
        """
        return self._pool(await self._call(remote.STORAGE_POOL_LOOKUP_BY_UUID, check.uuid("uuid", uuid)))

    async def get_storage_pool_by_volume(self, volume: StorageVol) -> StoragePool:
        """The storage pool that a volume is in. [virStoragePoolLookupByVolume]"""
        check.handle("volume", volume, StorageVol)
        return self._pool(await self._call(remote.STORAGE_POOL_LOOKUP_BY_VOLUME, volume._ref))

    async def get_storage_pool_by_target_path(self, path: StrPath) -> StoragePool:
        """The storage pool whose volumes are at this path of the daemon's host. [virStoragePoolLookupByTargetPath]"""
        target = check.path("path", path)
        return self._pool(await self._call(remote.STORAGE_POOL_LOOKUP_BY_TARGET_PATH, target))

    async def define_storage_pool(self, xml: str, flags: StoragePoolDefineFlags | Number = 0) -> StoragePool:
        """Defines a storage pool that is to be started later. [virStoragePoolDefineXML]"""
        return self._pool(await self._call(remote.STORAGE_POOL_DEFINE_XML, check.text("xml", xml), flags))

    async def create_storage_pool(self, xml: str, flags: StoragePoolCreateFlags | Number = 0) -> StoragePool:
        """Starts a transient storage pool, which is forgotten when it is stopped. With `StoragePool.CREATE_WITH_BUILD`
        its folder or file system is made first. [virStoragePoolCreateXML]
        """
        check.exclusive(
            flags, StoragePool.CREATE_WITH_BUILD_OVERWRITE, StoragePool.CREATE_WITH_BUILD_NO_OVERWRITE
        )
        return self._pool(await self._call(remote.STORAGE_POOL_CREATE_XML, check.text("xml", xml), flags))

    # --- volumes -----------------------------------------------------------------------------------

    async def get_storage_volume_by_path(self, path: StrPath) -> StorageVol:
        """The volume at this path of the daemon's host; raises `NoStorageVol` when there is none.

        [virStorageVolLookupByPath]
        """
        place = check.path("path", path)
        return self._volume(await self._call(remote.STORAGE_VOL_LOOKUP_BY_PATH, place))

    async def get_storage_volume_by_key(self, key: str) -> StorageVol:
        """The volume with this key; raises `NoStorageVol` when there is none. [virStorageVolLookupByKey]"""
        return self._volume(await self._call(remote.STORAGE_VOL_LOOKUP_BY_KEY, check.text("key", key)))

    # --- handles -----------------------------------------------------------------------------------

    def _pool(self, ref: bytes) -> StoragePool:
        return StoragePool(self, ref)  # type: ignore[arg-type]

    def _volume(self, ref: bytes) -> StorageVol:
        return StorageVol(self, ref)  # type: ignore[arg-type]
