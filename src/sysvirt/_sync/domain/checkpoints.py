# Made by tools/unasync.py from src/sysvirt/_async/domain/checkpoints.py; do not edit.
"""A guest's checkpoints: making and finding them."""

from __future__ import annotations

from ... import _arguments as check
from ..._protocol.table import remote
from ..checkpoint import DomainCheckpoint
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._arguments import Number
    from ..._generated.constants import DomainCheckpointCreateFlags, DomainCheckpointListFlags


class CheckpointMethods(DomainBase):
    __slots__ = ()

    def create_checkpoint(
        self, xml: str, flags: DomainCheckpointCreateFlags | Number = 0
    ) -> DomainCheckpoint:
        """Makes a checkpoint of the running guest, as described by a <domaincheckpoint>.

        `DomainCheckpoint.CREATE_REDEFINE` makes none, but registers an existing one with libvirt; with
        `CREATE_REDEFINE_VALIDATE` the disks are checked for it. `CREATE_QUIESCE`, which QEMU's driver refuses, makes
        the agent freeze the file systems meanwhile. [virDomainCheckpointCreateXML]
        """
        kind = DomainCheckpoint
        check.exclusive(flags, kind.CREATE_REDEFINE, kind.CREATE_QUIESCE)
        check.requires(flags, kind.CREATE_REDEFINE_VALIDATE, kind.CREATE_REDEFINE)
        sent = check.text("xml", xml)
        ref = self._connection._call(remote.DOMAIN_CHECKPOINT_CREATE_XML, self._ref, sent, flags)
        return self._checkpoint(ref)

    def get_checkpoint_by_name(self, name: str) -> DomainCheckpoint:
        """The checkpoint of this name; raises `NoDomainCheckpoint` when there is none.

        [virDomainCheckpointLookupByName]
        """
        call = self._connection._call
        return self._checkpoint(call(remote.DOMAIN_CHECKPOINT_LOOKUP_BY_NAME, self._ref, name, 0))

    def list_all_checkpoints(
        self, flags: DomainCheckpointListFlags | Number = 0
    ) -> list[DomainCheckpoint]:
        """All checkpoints, or those that `DomainCheckpoint.LIST_*` select: roots; with or without children.

        `LIST_TOPOLOGICAL` puts parents before their children. [virDomainListAllCheckpoints]
        """
        refs, _ = self._connection._call(remote.DOMAIN_LIST_ALL_CHECKPOINTS, self._ref, 1, flags)
        return [self._checkpoint(ref) for ref in refs]

    def _checkpoint(self, ref: bytes) -> DomainCheckpoint:
        return DomainCheckpoint(self, ref)  # type: ignore[arg-type]
