# Made by tools/unasync.py from src/sysvirt/_async/domain/config.py; do not edit.
"""A guest's definition and metadata."""

from __future__ import annotations

from ... import _arguments as check
from ..._protocol.table import remote
from ...errors import invalid_argument
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._arguments import Number
    from ..._generated.constants import (
        DomainModificationImpact,
        DomainUndefineFlags,
        DomainXMLFlags,
        MetadataType,
    )


class ConfigMethods(DomainBase):
    __slots__ = ()

    def get_xml_description(self, flags: DomainXMLFlags | Number = 0) -> str:
        """The definition as XML: the running guest's, or with `Domain.XML_INACTIVE` that of its next start.

        `XML_SECURE` includes passwords, which a read-only connection is denied. [virDomainGetXMLDesc]
        """
        return self._connection._call(remote.DOMAIN_GET_XML_DESC, self._ref, flags)

    def get_os_type(self) -> str:
        """The type of the guest's system: "hvm" for full virtualization. [virDomainGetOSType]"""
        return self._connection._call(remote.DOMAIN_GET_OS_TYPE, self._ref)

    def undefine(self, flags: DomainUndefineFlags | Number = 0) -> None:
        """Removes the definition; a running guest goes on as a transient one.

        Raises `OperationInvalid` for a transient guest, and for one that has a managed save, snapshots, checkpoints or
        NVRAM, unless `Domain.UNDEFINE_*` says what to do with them. [virDomainUndefine, virDomainUndefineFlags]
        """
        if flags:
            self._connection._call(remote.DOMAIN_UNDEFINE_FLAGS, self._ref, flags)
        else:
            self._connection._call(remote.DOMAIN_UNDEFINE, self._ref)

    def rename(self, newname: str, flags: Number = 0) -> None:
        """Renames a guest that is not running; `get_name` of this handle has the new name then. [virDomainRename]"""
        name = check.text("newname", newname)
        if not name:
            raise invalid_argument("newname", "a name was expected, not ''")
        self._connection._call(remote.DOMAIN_RENAME, self._ref, name, flags)
        self._set_name(name)

    def get_autostart(self) -> bool:
        """Whether the guest starts with its host. [virDomainGetAutostart]"""
        return bool(self._connection._call(remote.DOMAIN_GET_AUTOSTART, self._ref))

    def set_autostart(self, flag: bool) -> None:
        """Sets whether the guest starts with its host. [virDomainSetAutostart]"""
        number = check.integer("flag", flag, 0, 1)
        self._connection._call(remote.DOMAIN_SET_AUTOSTART, self._ref, number)

    def get_autostart_once(self) -> bool:
        """Whether the guest starts at the next start of its host. Daemons from 11.2 on. [virDomainGetAutostartOnce]"""
        return bool(self._connection._call(remote.DOMAIN_GET_AUTOSTART_ONCE, self._ref))

    def set_autostart_once(self, flag: bool) -> None:
        """Sets whether the guest starts at the next start of its host, but not at later ones. Daemons from 11.2 on.

        [virDomainSetAutostartOnce]
        """
        number = check.integer("flag", flag, 0, 1)
        self._connection._call(remote.DOMAIN_SET_AUTOSTART_ONCE, self._ref, number)

    def get_metadata(
        self,
        type: MetadataType | Number,
        uri: str | None = None,
        flags: DomainModificationImpact | Number = 0,
    ) -> str:
        """The title, the description, or the element of an XML namespace (`Domain.METADATA_*`).

        `uri` is the namespace, for an element only. Raises `NoDomainMetadata` when there is none.
        [virDomainGetMetadata]
        """
        check.expect("type", type, "MetadataType")
        check.exclusive(flags, self.AFFECT_LIVE, self.AFFECT_CONFIG)
        self._check_namespace(type, "uri", uri)
        return self._connection._call(remote.DOMAIN_GET_METADATA, self._ref, type, uri, flags)

    def set_metadata(
        self,
        type: MetadataType | Number,
        val: str | None = None,
        key: str | None = None,
        uri: str | None = None,
        flags: DomainModificationImpact | Number = 0,
    ) -> None:
        """Sets the title, the description, or the element of an XML namespace (`Domain.METADATA_*`); None removes it.

        `uri` is the namespace and `key` its prefix, for an element only. A title is one line.
        [virDomainSetMetadata]
        """
        check.expect("type", type, "MetadataType")
        self._check_namespace(type, "uri", uri)
        if val is not None or key is not None:
            self._check_namespace(type, "key", key)
        text = check.optional_text("val", val)
        if type == self.METADATA_TITLE and text is not None and "\n" in text:
            raise invalid_argument("val", "a title of one line was expected")
        self._connection._call(remote.DOMAIN_SET_METADATA, self._ref, type, text, key, uri, flags)

    def _check_namespace(self, type: object, name: str, value: str | None) -> None:
        """`uri` and `key` go with an element and with nothing else."""
        if type == self.METADATA_ELEMENT and value is None:
            raise invalid_argument(name, "text was expected for METADATA_ELEMENT")
        if type in (self.METADATA_TITLE, self.METADATA_DESCRIPTION) and value is not None:
            raise invalid_argument(name, "None was expected, as it is for METADATA_ELEMENT only")
