# Made by tools/unasync.py from src/sysvirt/_async/domain/devices.py; do not edit.
"""Attaching and detaching devices of defined and running guests."""

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
        """Attaches the device that the XML element describes.

        Without flags it is for the running guest, and raises `OperationInvalid` when it is not running.
        `Domain.DEVICE_MODIFY_CONFIG` adds it to the definition, for the next start. [virDomainAttachDevice,
        virDomainAttachDeviceFlags]
        """
        if flags:
            self._connection._call(remote.DOMAIN_ATTACH_DEVICE_FLAGS, self._ref, xml, flags)
        else:
            self._connection._call(remote.DOMAIN_ATTACH_DEVICE, self._ref, xml)

    def detach_device(
        self, xml: str, flags: DomainDeviceModifyFlags | DomainModificationImpact | Number = 0
    ) -> None:
        """Detaches the device that the XML element describes; flags are as with `attach_device`.

        A running guest has to release the device. If that takes too long, this returns before the end;
        `wait_for_detached` waits for it. The events are `Domain.EVENT_ID_DEVICE_REMOVED` and
        `EVENT_ID_DEVICE_REMOVAL_FAILED`. [virDomainDetachDevice, virDomainDetachDeviceFlags]
        """
        if flags:
            self._connection._call(remote.DOMAIN_DETACH_DEVICE_FLAGS, self._ref, xml, flags)
        else:
            self._connection._call(remote.DOMAIN_DETACH_DEVICE, self._ref, xml)
        self._note_detached(xml, flags)

    def update_device(
        self, xml: str, flags: DomainDeviceModifyFlags | DomainModificationImpact | Number = 0
    ) -> None:
        """Changes a device to what the XML element describes: another medium, another link state.

        Without flags it changes the running guest, or the definition when it is not running.
        `Domain.DEVICE_MODIFY_FORCE` opens a tray that the guest has locked. [virDomainUpdateDeviceFlags]
        """
        self._connection._call(remote.DOMAIN_UPDATE_DEVICE_FLAGS, self._ref, xml, flags)

    def detach_device_alias(
        self, alias: str, flags: DomainDeviceModifyFlags | DomainModificationImpact | Number = 0
    ) -> None:
        """Detaches the device with this alias, without waiting for a running guest to release it.

        `wait_for_detached` waits for that. The events are `Domain.EVENT_ID_DEVICE_REMOVED` and
        `EVENT_ID_DEVICE_REMOVAL_FAILED`. Without flags it is for the running guest, or for the definition when it is
        not running. [virDomainDetachDeviceAlias]
        """
        self._connection._call(remote.DOMAIN_DETACH_DEVICE_ALIAS, self._ref, alias, flags)
        self._note_detached(alias, flags)
