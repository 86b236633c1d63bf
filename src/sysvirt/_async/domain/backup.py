"""Backups of a running guest's disks."""

from __future__ import annotations

from ... import _arguments as check
from ..._protocol.table import remote
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._arguments import Number
    from ..._generated.constants import DomainBackupBeginFlags


class BackupMethods(DomainBase):
    __slots__ = ()

    async def backup_begin(
        self,
        backupxml: str,
        checkpointxml: str | None = None,
        flags: DomainBackupBeginFlags | Number = 0,
    ) -> None:
        """Starts a backup of the running guest's disks as they are now; returns when it has begun.

        A backup in push mode writes files and ends by itself. One in pull mode serves the disks over NBD until
        `abort_job`. `get_job_stats` has its progress.

        backupxml: a <domainbackup>.
        checkpointxml: a <domaincheckpoint>, made at the same time, for the next backup to start from.
        flags: `Domain.BACKUP_BEGIN_REUSE_EXTERNAL`: the files exist already. `BACKUP_BEGIN_PRESERVE_SHUTDOWN_DOMAIN`: a
            guest that shuts down is kept, paused, until the backup has ended (daemons from 11.10 on).

        [virDomainBackupBegin]
        """
        backup = check.text("backupxml", backupxml)
        checkpoint = check.optional_text("checkpointxml", checkpointxml)
        await self._connection._call(remote.DOMAIN_BACKUP_BEGIN, self._ref, backup, checkpoint, flags)

    async def backup_get_xml_description(self, flags: Number = 0) -> str:
        """The running backup as XML, with the values that libvirt has chosen; raises `NoDomainBackup` for none.

        [virDomainBackupGetXMLDesc]
        """
        return await self._connection._call(remote.DOMAIN_BACKUP_GET_XML_DESC, self._ref, flags)
