"""A guest's snapshots: making and finding them."""

from __future__ import annotations

from ... import _arguments as check
from ..._protocol.table import remote
from ..snapshot import NAMES_MAX, DomainSnapshot
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._arguments import Number
    from ..._generated.constants import DomainSnapshotCreateFlags, DomainSnapshotListFlags


class SnapshotMethods(DomainBase):
    __slots__ = ()

    async def create_snapshot(
        self, xml: str, flags: DomainSnapshotCreateFlags | Number = 0
    ) -> DomainSnapshot:
        """Makes a snapshot, as described by a <domainsnapshot>; it becomes the current one.

        By default it is of the disks, inside their images, and of the memory if the guest runs.
        `DomainSnapshot.CREATE_DISK_ONLY` is of disks only, with new files on top of the images: with `CREATE_QUIESCE`
        the agent freezes the file systems meanwhile, with `CREATE_REUSE_EXT` the files exist already, with
        `CREATE_ATOMIC` it is made of all disks or of none. `CREATE_LIVE` lets the guest run on while its memory is
        written to a file, `CREATE_HALT` ends it. With `CREATE_NO_METADATA` libvirt does not keep track of it,
        `CREATE_VALIDATE` checks the XML against libvirt's schema. `CREATE_REDEFINE` makes none, but registers an
        existing one with libvirt, with `CREATE_CURRENT` as the current one. [virDomainSnapshotCreateXML]
        """
        kind = DomainSnapshot
        check.requires(flags, kind.CREATE_CURRENT, kind.CREATE_REDEFINE)
        check.exclusive(flags, kind.CREATE_REDEFINE, kind.CREATE_NO_METADATA)
        check.exclusive(flags, kind.CREATE_REDEFINE, kind.CREATE_HALT)
        sent = check.text("xml", xml)
        ref = await self._connection._call(remote.DOMAIN_SNAPSHOT_CREATE_XML, self._ref, sent, flags)
        if flags & kind.CREATE_HALT:
            self._set_id(-1)
        return self._snapshot(ref)

    async def get_snapshot_by_name(self, name: str) -> DomainSnapshot:
        """The snapshot of this name; raises `NoDomainSnapshot` when there is none.

        [virDomainSnapshotLookupByName]
        """
        call = self._connection._call
        return self._snapshot(await call(remote.DOMAIN_SNAPSHOT_LOOKUP_BY_NAME, self._ref, name, 0))

    async def has_current_snapshot(self, flags: Number = 0) -> bool:
        """Whether the guest has a current snapshot: the last one made or reverted to.
        [virDomainHasCurrentSnapshot]
        """
        return bool(await self._connection._call(remote.DOMAIN_HAS_CURRENT_SNAPSHOT, self._ref, flags))

    async def current_snapshot(self, flags: Number = 0) -> DomainSnapshot:
        """The current snapshot: the last one made or reverted to. Raises `NoDomainSnapshot` when there is none.

        [virDomainSnapshotCurrent]
        """
        return self._snapshot(await self._connection._call(remote.DOMAIN_SNAPSHOT_CURRENT, self._ref, flags))

    async def num_of_snapshots(self, flags: DomainSnapshotListFlags | Number = 0) -> int:
        """How many snapshots there are, or how many that `flags` select, as in `list_all_snapshots`.

        [virDomainSnapshotNum]
        """
        return await self._connection._call(remote.DOMAIN_SNAPSHOT_NUM, self._ref, flags)

    async def list_snapshot_names(
        self, maxnames: int | None = None, flags: DomainSnapshotListFlags | Number = 0
    ) -> list[str]:
        """The names of the snapshots, at most `maxnames`; `flags` as in `list_all_snapshots`.

        [virDomainSnapshotListNames]
        """
        call, wanted = self._connection._call, check.most(maxnames)
        names = await call(remote.DOMAIN_SNAPSHOT_LIST_NAMES, self._ref, NAMES_MAX, flags)
        if len(names) == NAMES_MAX < wanted:  # there may be more, which the other list would not leave out
            names = [snapshot.get_name() for snapshot in await self.list_all_snapshots(flags)]
        return names[:wanted]

    async def list_snapshots(self) -> list[DomainSnapshot]:
        """All snapshots. [virDomainListAllSnapshots]"""
        return await self.list_all_snapshots()

    async def list_all_snapshots(self, flags: DomainSnapshotListFlags | Number = 0) -> list[DomainSnapshot]:
        """All snapshots, or those that match one flag (`DomainSnapshot.LIST_*`) of each group that is used.

        The groups are: roots; with or without children; internal or external; of a running guest, of one that was off,
        or of disks only; with or without libvirt's metadata. `LIST_TOPOLOGICAL` puts parents before their children.
        [virDomainListAllSnapshots]
        """
        refs, _ = await self._connection._call(remote.DOMAIN_LIST_ALL_SNAPSHOTS, self._ref, 1, flags)
        return [self._snapshot(ref) for ref in refs]

    def _snapshot(self, ref: bytes) -> DomainSnapshot:
        return DomainSnapshot(self, ref)  # type: ignore[arg-type]
