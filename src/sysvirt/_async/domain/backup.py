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
        """Starts a backup of the running guest's disks as they are now, and returns while it goes on.

        A backup that pushes writes files and ends by itself; one that pulls serves the disks over NBD until
        `abort_job`. How far it is: `get_job_stats`.

        backupxml: a <domainbackup>.
        checkpointxml: a <domaincheckpoint>, made of the same moment for the next backup to start from.
        flags: `Domain.BACKUP_BEGIN_REUSE_EXTERNAL`, the files are there already;
            `BACKUP_BEGIN_PRESERVE_SHUTDOWN_DOMAIN`, a guest that shuts down is kept, paused, until the backup has
            ended (daemon of 11.10).

        [virDomainBackupBegin]
        """
        backup = check.text("backupxml", backupxml)
        checkpoint = check.optional_text("checkpointxml", checkpointxml)
        await self._connection._call(remote.DOMAIN_BACKUP_BEGIN, self._ref, backup, checkpoint, flags)

    async def backup_get_xml_description(self, flags: Number = 0) -> str:
        """The backup under way, as XML, with what libvirt has chosen; raises `NoDomainBackup` where there is none.

        [virDomainBackupGetXMLDesc]
        """
        return await self._connection._call(remote.DOMAIN_BACKUP_GET_XML_DESC, self._ref, flags)
