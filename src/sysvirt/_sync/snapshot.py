# Made by tools/unasync.py from src/sysvirt/_async/snapshot.py; do not edit.
"""`DomainSnapshot`: a saved state of a guest, to which it can be reverted."""

from __future__ import annotations

from .. import _arguments as check
from .._generated.constants import DomainSnapshotConstants
from .._generated.schema import LIMITS
from .._protocol.table import remote
from .domain_object import DomainObject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .._arguments import Number
    from .._generated.constants import (
        DomainSnapshotDeleteFlags,
        DomainSnapshotListFlags,
        DomainSnapshotRevertFlags,
        DomainSnapshotXMLFlags,
    )

#: As many names as the protocol carries. Always asked for: a daemon that has more than it is asked for, 12.8 for one,
#: sends what happens to lie behind these in its memory, or crashes.
NAMES_MAX = LIMITS["REMOTE_DOMAIN_SNAPSHOT_LIST_MAX"]


class DomainSnapshot(DomainObject, DomainSnapshotConstants):
    """A saved state of a guest: of its disks, and of its memory if it ran.

    Made by `Domain.create_snapshot`, and found by the guest's lookups and lists. The snapshots of a guest form a tree:
    a new one is a child of the current one. Two handles are equal when they have the same name and the same guest.
    """

    __slots__ = ()
    __module__ = "sysvirt"

    def get_xml_description(self, flags: DomainSnapshotXMLFlags | Number = 0) -> str:
        """Its description as XML; `DomainSnapshot.XML_SECURE` includes passwords. [virDomainSnapshotGetXMLDesc]"""
        return self._domain._connection._call(remote.DOMAIN_SNAPSHOT_GET_XML_DESC, self._ref, flags)

    def is_current(self, flags: Number = 0) -> bool:
        """Whether it is the guest's current snapshot: the last one made or reverted to. [virDomainSnapshotIsCurrent]"""
        return bool(self._domain._connection._call(remote.DOMAIN_SNAPSHOT_IS_CURRENT, self._ref, flags))

    def has_metadata(self, flags: Number = 0) -> bool:
        """Whether libvirt keeps metadata of it; these prevent that the guest is undefined.

        [virDomainSnapshotHasMetadata]
        """
        found = self._domain._connection._call(remote.DOMAIN_SNAPSHOT_HAS_METADATA, self._ref, flags)
        return bool(found)

    def revert_to(self, flags: DomainSnapshotRevertFlags | Number = 0) -> None:
        """Reverts the guest to this state; its present state is lost.

        The guest is then running, paused or off, as it was in the snapshot; off if that has only disks.
        `DomainSnapshot.REVERT_RUNNING` and `REVERT_PAUSED` change that. `REVERT_FORCE` does what is refused with
        `SnapshotRevertRisky`; `REVERT_RESET_NVRAM` starts with fresh firmware variables. External snapshots need a
        daemon from 9.9 on; older ones raise `ConfigUnsupported`. [virDomainRevertToSnapshot]
        """
        check.exclusive(flags, self.REVERT_RUNNING, self.REVERT_PAUSED)
        self._domain._connection._call(remote.DOMAIN_REVERT_TO_SNAPSHOT, self._ref, flags)

    def delete(self, flags: DomainSnapshotDeleteFlags | Number = 0) -> None:
        """Deletes it. The guest stays as it is, and its children become children of its parent.

        `DomainSnapshot.DELETE_CHILDREN` deletes all below it too, `DELETE_CHILDREN_ONLY` only those.
        `DELETE_METADATA_ONLY` deletes libvirt's metadata, and leaves the disks unchanged. [virDomainSnapshotDelete]
        """
        check.exclusive(flags, self.DELETE_CHILDREN, self.DELETE_CHILDREN_ONLY)
        self._domain._connection._call(remote.DOMAIN_SNAPSHOT_DELETE, self._ref, flags)

    def get_parent(self, flags: Number = 0) -> DomainSnapshot:
        """The snapshot that it was made on; raises `NoDomainSnapshot` for a root. [virDomainSnapshotGetParent]"""
        ref = self._domain._connection._call(remote.DOMAIN_SNAPSHOT_GET_PARENT, self._ref, flags)
        return DomainSnapshot(self._domain, ref)

    def num_of_child_snapshots(self, flags: DomainSnapshotListFlags | Number = 0) -> int:
        """How many children it has, or how many that `flags` select, as in `list_all_children`.

        [virDomainSnapshotNumChildren]
        """
        return self._domain._connection._call(remote.DOMAIN_SNAPSHOT_NUM_CHILDREN, self._ref, flags)

    def list_child_snapshot_names(
        self, maxnames: int | None = None, flags: DomainSnapshotListFlags | Number = 0
    ) -> list[str]:
        """The names of its children, at most `maxnames`; `flags` as in `list_all_children`.

        [virDomainSnapshotListChildrenNames]
        """
        call, wanted = self._domain._connection._call, check.most(maxnames)
        names = call(remote.DOMAIN_SNAPSHOT_LIST_CHILDREN_NAMES, self._ref, NAMES_MAX, flags)
        if len(names) == NAMES_MAX < wanted:  # there may be more, which the other list would not leave out
            names = [snapshot.get_name() for snapshot in self.list_all_children(flags)]
        return names[:wanted]

    def list_child_snapshots(self) -> list[DomainSnapshot]:
        """Its children. [virDomainSnapshotListAllChildren]"""
        return self.list_all_children()

    def list_all_children(self, flags: DomainSnapshotListFlags | Number = 0) -> list[DomainSnapshot]:
        """Its children, or those that `flags` select, as in `Domain.list_all_snapshots`.

        `DomainSnapshot.LIST_DESCENDANTS` adds their children, and so on. [virDomainSnapshotListAllChildren]
        """
        call, domain = self._domain._connection._call, self._domain
        refs, _ = call(remote.DOMAIN_SNAPSHOT_LIST_ALL_CHILDREN, self._ref, 1, flags)
        return [DomainSnapshot(domain, ref) for ref in refs]
