# Made by tools/unasync.py from src/sysvirt/_async/checkpoint.py; do not edit.
"""`DomainCheckpoint`: a point in time since which a guest's disks track what was written."""

from __future__ import annotations

from .. import _arguments as check
from .._generated.constants import DomainCheckpointConstants
from .._protocol.table import remote
from .domain_object import DomainObject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .._arguments import Number
    from .._generated.constants import (
        DomainCheckpointDeleteFlags,
        DomainCheckpointListFlags,
        DomainCheckpointXMLFlags,
    )


class DomainCheckpoint(DomainObject, DomainCheckpointConstants):
    """A point in time since which a guest's disks track the blocks that were written, for incremental backups.

    Made by `Domain.create_checkpoint` and `Domain.backup_begin`, and found by the guest's lookup and list. The
    checkpoints of a guest form a line, in which each is the child of the one before. Two handles are equal when they
    have the same name and the same guest.
    """

    __slots__ = ()
    __module__ = "sysvirt"

    def get_xml_description(self, flags: DomainCheckpointXMLFlags | Number = 0) -> str:
        """Its description as XML.

        `DomainCheckpoint.XML_SIZE` adds how many bytes of each disk were written since (the guest must run);
        `XML_NO_DOMAIN` leaves the guest's definition out; `XML_SECURE` includes passwords.
        [virDomainCheckpointGetXMLDesc]
        """
        return self._domain._connection._call(remote.DOMAIN_CHECKPOINT_GET_XML_DESC, self._ref, flags)

    def delete(self, flags: DomainCheckpointDeleteFlags | Number = 0) -> None:
        """Deletes it; the guest must run. What was written since then counts for its parent.

        `DomainCheckpoint.DELETE_CHILDREN` deletes all after it too, `DELETE_CHILDREN_ONLY` only those.
        `DELETE_METADATA_ONLY` deletes libvirt's metadata, and leaves the disks unchanged. [virDomainCheckpointDelete]
        """
        check.exclusive(flags, self.DELETE_CHILDREN, self.DELETE_CHILDREN_ONLY)
        self._domain._connection._call(remote.DOMAIN_CHECKPOINT_DELETE, self._ref, flags)

    def get_parent(self, flags: Number = 0) -> DomainCheckpoint:
        """The checkpoint before it; raises `NoDomainCheckpoint` for a root. [virDomainCheckpointGetParent]"""
        ref = self._domain._connection._call(remote.DOMAIN_CHECKPOINT_GET_PARENT, self._ref, flags)
        return DomainCheckpoint(self._domain, ref)

    def list_all_children(
        self, flags: DomainCheckpointListFlags | Number = 0
    ) -> list[DomainCheckpoint]:
        """Its children, or those that `flags` select, as in `Domain.list_all_checkpoints`.

        `DomainCheckpoint.LIST_DESCENDANTS` adds their children, and so on. [virDomainCheckpointListAllChildren]
        """
        call, domain = self._domain._connection._call, self._domain
        refs, _ = call(remote.DOMAIN_CHECKPOINT_LIST_ALL_CHILDREN, self._ref, 1, flags)
        return [DomainCheckpoint(domain, ref) for ref in refs]
