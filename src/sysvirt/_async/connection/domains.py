"""The guests of a connection: finding, defining and starting them, and statistics of many."""

from __future__ import annotations

from ... import _arguments as check
from ..._generated.schema import LIMITS
from ..._protocol.table import remote
from ...errors import class_name, invalid_argument, invalid_type
from ..domain import Domain
from ..domain.saving import no_file, save_parameters
from .base import ConnectionBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..._arguments import Number, StrPath, UUIDLike
    from ..._generated.constants import (
        ConnectGetAllDomainStatsFlags,
        ConnectListAllDomainsFlags,
        DomainCreateFlags,
        DomainDefineFlags,
        DomainSaveImageXMLFlags,
        DomainSaveRestoreFlags,
        DomainStatsTypes,
    )
    from ..._generated.dicts import DomainStats
    from ...typedparams import Params

#: The daemon refuses to be asked for more.
_LIST_MAX = LIMITS["REMOTE_DOMAIN_LIST_MAX"]


class DomainCalls(ConnectionBase):
    __slots__ = ()

    # --- finding -----------------------------------------------------------------------------------

    async def get_domain_by_name(self, name: str) -> Domain:
        """The guest of this name; raises `NoDomain` when there is none. [virDomainLookupByName]"""
        return self._domain(await self._call(remote.DOMAIN_LOOKUP_BY_NAME, name))

    async def get_domain_by_id(self, id: int) -> Domain:
        """The running guest of this id; raises `NoDomain` when there is none. [virDomainLookupByID]"""
        number = check.integer("id", id, 0, check.INT_MAX)
        return self._domain(await self._call(remote.DOMAIN_LOOKUP_BY_ID, number))

    async def get_domain_by_uuid(self, uuid: UUIDLike) -> Domain:
        """The guest of this UUID: 16 bytes, text, or a `uuid.UUID`; raises `NoDomain` when there is none.

        [virDomainLookupByUUID]
        """
        return self._domain(await self._call(remote.DOMAIN_LOOKUP_BY_UUID, check.uuid("uuid", uuid)))

    async def list_all_domains(self, flags: ConnectListAllDomainsFlags | Number = 0) -> list[Domain]:
        """All guests, or those that `Domain.LIST_*` select.

        The flags form groups (active or not, persistent or transient ...). A guest is listed if it matches one flag of
        each group that is used.

        [virConnectListAllDomains]
        """
        refs, _ = await self._call(remote.CONNECT_LIST_ALL_DOMAINS, 1, flags)
        return [Domain(self, ref) for ref in refs]  # type: ignore[arg-type]

    async def list_domains(self) -> list[Domain]:
        """The guests that run. [virConnectListAllDomains]"""
        return await self.list_all_domains(Domain.LIST_ACTIVE)

    async def num_of_domains(self) -> int:
        """How many guests run. [virConnectNumOfDomains]"""
        return await self._call(remote.CONNECT_NUM_OF_DOMAINS)

    async def list_domain_ids(self, maxnames: int | None = None) -> list[int]:
        """The ids of the guests that run, at most `maxnames`. [virConnectListDomains]"""
        wanted = check.most(maxnames)
        ids = await self._call(remote.CONNECT_LIST_DOMAINS, min(wanted, _LIST_MAX))
        if len(ids) == _LIST_MAX < wanted:  # there may be more, which the other list would not leave out
            ids = [domain.get_id() for domain in await self.list_domains()]
        return ids[:wanted]

    async def list_defined_domains(self) -> list[Domain]:
        """The guests that are defined and don't run. [virConnectListAllDomains]"""
        return await self.list_all_domains(Domain.LIST_INACTIVE)

    async def num_of_defined_domains(self) -> int:
        """How many guests are defined and don't run. [virConnectNumOfDefinedDomains]"""
        return await self._call(remote.CONNECT_NUM_OF_DEFINED_DOMAINS)

    async def list_defined_domain_names(self, maxnames: int | None = None) -> list[str]:
        """The names of the guests that are defined and don't run, at most `maxnames`.

        [virConnectListDefinedDomains]
        """
        wanted = check.most(maxnames)
        names = await self._call(remote.CONNECT_LIST_DEFINED_DOMAINS, min(wanted, _LIST_MAX))
        if len(names) == _LIST_MAX < wanted:
            names = [domain.get_name() for domain in await self.list_defined_domains()]
        return names[:wanted]

    # --- defining and starting ---------------------------------------------------------------------

    async def define_domain(self, xml: str, flags: DomainDefineFlags | Number = 0) -> Domain:
        """Defines a guest that is to be started later, or changes the definition of one with the same UUID.

        [virDomainDefineXML, virDomainDefineXMLFlags]
        """
        if flags:
            return self._domain(await self._call(remote.DOMAIN_DEFINE_XML_FLAGS, xml, flags))
        return self._domain(await self._call(remote.DOMAIN_DEFINE_XML, xml))

    async def create_domain(self, xml: str, flags: DomainCreateFlags | Number = 0) -> Domain:
        """Starts a transient guest, which is gone when it ends. [virDomainCreateXML]"""
        return self._domain(await self._call(remote.DOMAIN_CREATE_XML, check.text("xml", xml), flags))

    async def create_domain_with_files(
        self, xml: str, fds: Iterable[int], flags: DomainCreateFlags | Number = 0
    ) -> Domain:
        """As `create_domain`, with open files for the guest, as `Domain.create_with_files`.

        [virDomainCreateXMLWithFiles]
        """
        self._must_carry_fds("create_domain_with_files")
        given, text = check.descriptors("fds", fds), check.text("xml", xml)
        return self._domain(
            await self._call_passing_fds(given, remote.DOMAIN_CREATE_XML_WITH_FILES, text, flags)
        )

    async def restore_domain(
        self,
        savefile: StrPath | None = None,
        dxml: str | None = None,
        params: Params | None = None,
        flags: DomainSaveRestoreFlags | Number = 0,
    ) -> None:
        """Starts a guest from the file that `Domain.save` wrote; it goes on where it was saved.

        dxml: a changed definition, for other paths of disks for example.
        params: `Domain.SAVE_PARAM_*`; the file and dxml may be given there as well.
        flags: `Domain.SAVE_PAUSED` or `SAVE_RUNNING`, by default as the image says.

        [virDomainRestore, virDomainRestoreFlags, virDomainRestoreParams]
        """
        check.exclusive(flags, Domain.SAVE_RUNNING, Domain.SAVE_PAUSED)
        if params is not None:
            sent = save_parameters("savefile", savefile, dxml, params)
            await self._call(remote.DOMAIN_RESTORE_PARAMS, sent, flags)
        elif savefile is None:
            raise no_file("savefile")
        elif dxml is not None or flags:
            source = check.path("savefile", savefile)
            await self._call(remote.DOMAIN_RESTORE_FLAGS, source, dxml, flags)
        else:
            await self._call(remote.DOMAIN_RESTORE, check.path("savefile", savefile))

    async def get_save_image_xml_description(
        self, file: StrPath, flags: DomainSaveImageXMLFlags | Number = 0
    ) -> str:
        """The definition in a file that `Domain.save` wrote; `Domain.SAVE_IMAGE_XML_SECURE` includes passwords.

        [virDomainSaveImageGetXMLDesc]
        """
        return await self._call(remote.DOMAIN_SAVE_IMAGE_GET_XML_DESC, check.path("file", file), flags)

    async def define_save_image_xml(
        self, file: StrPath, dxml: str, flags: DomainSaveRestoreFlags | Number = 0
    ) -> None:
        """Changes the definition in a file that `Domain.save` wrote, and with flags the state in which it is restored.

        [virDomainSaveImageDefineXML]
        """
        check.exclusive(flags, Domain.SAVE_RUNNING, Domain.SAVE_PAUSED)
        await self._call(remote.DOMAIN_SAVE_IMAGE_DEFINE_XML, check.path("file", file), dxml, flags)

    async def domain_xml_from_native(self, format: str, config: str, flags: Number = 0) -> str:
        """Turns a hypervisor's own configuration into a definition. QEMU's driver raises `NoSupport`.

        [virConnectDomainXMLFromNative]
        """
        return await self._call(
            remote.CONNECT_DOMAIN_XML_FROM_NATIVE,
            check.text("format", format),
            check.text("config", config),
            flags,
        )

    async def domain_xml_to_native(self, format: str, xml: str, flags: Number = 0) -> str:
        """Turns a definition into the hypervisor's own configuration, such as "qemu-argv": its command line.

        [virConnectDomainXMLToNative]
        """
        return await self._call(
            remote.CONNECT_DOMAIN_XML_TO_NATIVE,
            check.text("format", format),
            check.text("xml", xml),
            flags,
        )

    # --- statistics --------------------------------------------------------------------------------

    async def get_all_domain_stats(
        self,
        stats: DomainStatsTypes | Number = 0,
        doms: Iterable[Domain] | None = None,
        flags: ConnectGetAllDomainStatsFlags | Number = 0,
    ) -> list[tuple[Domain, DomainStats]]:
        """Statistics of many guests in one call: of these, or of all that `flags` select.

        stats: the groups of statistics wanted (`Domain.STATS_*`); 0 for all that this daemon has.
        flags: `Domain.GET_ALL_STATS_*`. With `GET_ALL_STATS_NOWAIT` the daemon does not wait for a busy guest, and
            returns fewer statistics of it.

        [virConnectGetAllDomainStats, virDomainListGetStats]
        """
        refs: list[bytes] = []
        if doms is not None:
            refs = self._refs(doms)
            if not refs:
                return []
        rows = await self._call(remote.CONNECT_GET_ALL_DOMAIN_STATS, refs, stats, flags)
        return [(Domain(self, ref), found) for ref, found in rows]  # type: ignore[arg-type, misc]

    # --- handles -----------------------------------------------------------------------------------

    def _domain(self, ref: bytes) -> Domain:
        return Domain(self, ref)  # type: ignore[arg-type]

    def _refs(self, doms: Iterable[Domain]) -> list[bytes]:
        try:
            given = list(doms)
        except TypeError:
            raise invalid_type("doms", f"{class_name(Domain)} handles or None", doms) from None
        for domain in given:
            if not isinstance(domain, Domain):
                raise invalid_type("doms", f"{class_name(Domain)} handles", domain)
            if domain.get_connection() is not self:
                raise invalid_argument("doms", f"guests of this connection were expected, not {domain!r}")
        return [domain._ref for domain in given]
