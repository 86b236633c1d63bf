# Made by tools/unasync.py from src/sysvirt/_async/domain/devices.py; do not edit.
"""Devices that come and go while a guest is defined or runs."""

from __future__ import annotations

from ..._protocol.table import remote
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._arguments import Number
    from ..._generated.constants import DomainDeviceModifyFlags, DomainModificationImpact


class DeviceMethods(DomainBase):
    __slots__ = ()

    def attach_device(
        self, xml: str, flags: DomainDeviceModifyFlags | DomainModificationImpact | Number = 0
    ) -> None:
        """Plugs a device in, of which `xml` is the element.

        Without flags into the running guest; `OperationInvalid` when it is not running. `Domain.DEVICE_MODIFY_CONFIG`
        adds it to the definition, for the next start. [virDomainAttachDevice, virDomainAttachDeviceFlags]
        """
        if flags:
            self._connection._call(remote.DOMAIN_ATTACH_DEVICE_FLAGS, self._ref, xml, flags)
        else:
            self._connection._call(remote.DOMAIN_ATTACH_DEVICE, self._ref, xml)

    def detach_device(
        self, xml: str, flags: DomainDeviceModifyFlags | DomainModificationImpact | Number = 0
    ) -> None:
        """Unplugs the device that `xml` describes; flags are as with `attach_device`.

        A running guest has to let go of it. When it takes too long for that, this returns nevertheless, and
        an event (`Domain.EVENT_ID_DEVICE_REMOVED` or `EVENT_ID_DEVICE_REMOVAL_FAILED`) tells what became of it.
        [virDomainDetachDevice, virDomainDetachDeviceFlags]
        """
        if flags:
            self._connection._call(remote.DOMAIN_DETACH_DEVICE_FLAGS, self._ref, xml, flags)
        else:
            self._connection._call(remote.DOMAIN_DETACH_DEVICE, self._ref, xml)
        self._note_detached(xml, flags)

    def update_device(
        self, xml: str, flags: DomainDeviceModifyFlags | DomainModificationImpact | Number = 0
    ) -> None:
        """Changes a device into what `xml` says of it: another medium, another state of a link.

        Without flags that of the running guest, or of the definition when it is not running.
        `Domain.DEVICE_MODIFY_FORCE` opens a tray that the guest has locked. [virDomainUpdateDeviceFlags]
        """
        self._connection._call(remote.DOMAIN_UPDATE_DEVICE_FLAGS, self._ref, xml, flags)

    def detach_device_alias(
        self, alias: str, flags: DomainDeviceModifyFlags | DomainModificationImpact | Number = 0
    ) -> None:
        """Unplugs the device with this alias, and does not wait for a running guest to let go of it.

        An event (`Domain.EVENT_ID_DEVICE_REMOVED` or `EVENT_ID_DEVICE_REMOVAL_FAILED`) tells what became of it.
        Without flags from the running guest, or from the definition when it is not running.
        [virDomainDetachDeviceAlias]
        """
        self._connection._call(remote.DOMAIN_DETACH_DEVICE_ALIAS, self._ref, alias, flags)
        self._note_detached(alias, flags)
