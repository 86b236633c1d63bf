"""A guest's memory in files: save images and core dumps.

Paths are those of the daemon's host.
"""

from __future__ import annotations

from ... import _arguments as check
from ... import typedparams
from ..._protocol.table import remote
from ...errors import invalid_argument
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import SupportsIndex

    from ..._arguments import Number, StrPath
    from ..._generated.constants import (
        CoreDumpFormat,
        DomainCoreDumpFlags,
        DomainSaveImageXMLFlags,
        DomainSaveRestoreFlags,
    )
    from ...errors import Error
    from ...typedparams import Params, Sent


def save_parameters(argument: str, filename: StrPath | None, dxml: str | None, params: Params) -> Sent:
    """The typed parameters of a save or a restore; `argument` is the name of the file's argument there."""
    sent = dict(typedparams.encode("params", params, typedparams.kinds("save")))
    if "file" in sent:
        kind, name = sent["file"]
        sent["file"] = (kind, check.path("params['file']", str(name)))
    if filename is not None:
        sent |= typedparams.encode(argument, {"file": check.path(argument, filename)}, {"file": "string"})
    if dxml is not None:
        sent |= typedparams.encode("dxml", {"dxml": check.text("dxml", dxml)}, {"dxml": "string"})
    if "file" not in sent:
        # libvirt means this to be a managed save, and QEMU's driver does one; but then, from 8.4 to 12.8 at
        # least, it does not let go of the guest: whatever asks for it waits until the daemon is started again.
        raise no_file(argument)
    return list(sent.items())


def no_file(argument: str) -> Error:
    return invalid_argument(argument, "a path was expected, here or in params")


class SavingMethods(DomainBase):
    __slots__ = ()

    async def save(
        self,
        filename: StrPath | None = None,
        dxml: str | None = None,
        params: Params | None = None,
        flags: DomainSaveRestoreFlags | Number = 0,
    ) -> None:
        """Writes the running guest's memory into a file and ends it; `Connection.restore_domain` starts it from there.

        dxml: a changed definition for the restore, for other paths of disks for example.
        params: `Domain.SAVE_PARAM_*`; the file and dxml may be given there as well.
        flags: `Domain.SAVE_PAUSED` or `SAVE_RUNNING` say in which state it is restored, by default in its present one.

        [virDomainSave, virDomainSaveFlags, virDomainSaveParams]
        """
        check.exclusive(flags, self.SAVE_RUNNING, self.SAVE_PAUSED)
        call = self._connection._call
        if params is not None:
            sent = save_parameters("filename", filename, dxml, params)
            await call(remote.DOMAIN_SAVE_PARAMS, self._ref, sent, flags)
        elif filename is None:
            raise no_file("filename")
        elif dxml is not None or flags:
            to = check.path("filename", filename)
            await call(remote.DOMAIN_SAVE_FLAGS, self._ref, to, dxml, flags)
        else:
            await call(remote.DOMAIN_SAVE, self._ref, check.path("filename", filename))
        self._set_id(-1)

    async def managed_save(self, flags: DomainSaveRestoreFlags | Number = 0) -> None:
        """Saves the running guest's memory in libvirt's own folder and ends it; its next start goes on from there.

        Raises `OperationInvalid` for a transient guest. [virDomainManagedSave]
        """
        check.exclusive(flags, self.SAVE_RUNNING, self.SAVE_PAUSED)
        await self._connection._call(remote.DOMAIN_MANAGED_SAVE, self._ref, flags)
        self._set_id(-1)

    async def has_managed_save_image(self, flags: Number = 0) -> bool:
        """Whether the next start goes on from a managed save. [virDomainHasManagedSaveImage]"""
        return bool(await self._connection._call(remote.DOMAIN_HAS_MANAGED_SAVE_IMAGE, self._ref, flags))

    async def managed_save_remove(self, flags: Number = 0) -> None:
        """Deletes the managed save image, so that the next start boots.

        Raises `SystemCallFailed` when there is none. [virDomainManagedSaveRemove]
        """
        await self._connection._call(remote.DOMAIN_MANAGED_SAVE_REMOVE, self._ref, flags)

    async def managed_save_get_xml_description(self, flags: DomainSaveImageXMLFlags | Number = 0) -> str:
        """The definition in the managed save image. [virDomainManagedSaveGetXMLDesc]"""
        return await self._connection._call(remote.DOMAIN_MANAGED_SAVE_GET_XML_DESC, self._ref, flags)

    async def managed_save_define_xml(self, xml: str, flags: DomainSaveRestoreFlags | Number = 0) -> None:
        """Changes the definition in the managed save image, and with flags how the guest goes on.

        [virDomainManagedSaveDefineXML]
        """
        check.exclusive(flags, self.SAVE_RUNNING, self.SAVE_PAUSED)
        sent = check.text("xml", xml)
        await self._connection._call(remote.DOMAIN_MANAGED_SAVE_DEFINE_XML, self._ref, sent, flags)

    async def core_dump(self, filename: StrPath, flags: DomainCoreDumpFlags | Number = 0) -> None:
        """Writes the guest's memory into a file for analysis; the guest is paused meanwhile.

        `Domain.DUMP_CRASH` ends the guest then, `DUMP_RESET` resets it, `DUMP_LIVE` does not pause it (newer daemons
        refuse that for QEMU guests); at most one of the three. `DUMP_MEMORY_ONLY` writes an ELF core.
        [virDomainCoreDump]
        """
        to = self._dump_to(filename, flags)
        await self._connection._call(remote.DOMAIN_CORE_DUMP, self._ref, to, flags)
        self._dumped(flags)

    async def core_dump_format(
        self,
        filename: StrPath,
        format: CoreDumpFormat | Number,
        flags: DomainCoreDumpFlags | Number = 0,
    ) -> None:
        """As `core_dump`, in a format (`Domain.CORE_DUMP_FORMAT_*`); all but raw need `Domain.DUMP_MEMORY_ONLY`.

        [virDomainCoreDumpWithFormat]
        """
        to = self._dump_to(filename, flags)
        check.integer("format", format, 0, check.UINT_MAX)
        await self._connection._call(remote.DOMAIN_CORE_DUMP_WITH_FORMAT, self._ref, to, format, flags)
        self._dumped(flags)

    def _dump_to(self, filename: StrPath, flags: SupportsIndex) -> str:
        check.exclusive(flags, self.DUMP_CRASH, self.DUMP_LIVE, self.DUMP_RESET)
        return check.path("filename", filename)

    def _dumped(self, flags: SupportsIndex) -> None:
        if check.flags(flags) & self.DUMP_CRASH:
            self._set_id(-1)
