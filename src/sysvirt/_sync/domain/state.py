# Made by tools/unasync.py from src/sysvirt/_async/domain/state.py; do not edit.
"""A guest's state."""

from __future__ import annotations

from ..._protocol.table import remote
from ...results.state import ControlInfo, DomainInfo, domain_state
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._arguments import Number
    from ..._generated.constants import DomainMessageType, DomainState
    from ...results.state import StateReason


class StateMethods(DomainBase):
    __slots__ = ()

    def get_info(self) -> DomainInfo:
        """State, memory (KiB), number of virtual CPUs and CPU time (ns). [virDomainGetInfo]"""
        return DomainInfo._from_wire(self._connection._call(remote.DOMAIN_GET_INFO, self._ref))

    def get_state(self, flags: Number = 0) -> tuple[DomainState, StateReason]:
        """The state and its reason, such as `(Domain.STATE_RUNNING, Domain.STATE_RUNNING_BOOTED)`.

        The reason's enum depends on the state. [virDomainGetState]
        """
        return domain_state(*self._connection._call(remote.DOMAIN_GET_STATE, self._ref, flags))

    def is_active(self) -> bool:
        """Whether the guest runs, paused or not. [virDomainIsActive]"""
        return bool(self._connection._call(remote.DOMAIN_IS_ACTIVE, self._ref))

    def is_persistent(self) -> bool:
        """Whether the guest is defined, and so is kept when it ends. [virDomainIsPersistent]"""
        return bool(self._connection._call(remote.DOMAIN_IS_PERSISTENT, self._ref))

    def is_updated(self) -> bool:
        """Whether the definition has changed since the guest started; QEMU guests always say no.

        [virDomainIsUpdated]
        """
        return bool(self._connection._call(remote.DOMAIN_IS_UPDATED, self._ref))

    def get_control_info(self, flags: Number = 0) -> ControlInfo:
        """Whether the guest's hypervisor process answers the daemon, and since when it does not.

        Raises `OperationInvalid` when the guest is not running. [virDomainGetControlInfo]
        """
        return ControlInfo._from_wire(
            self._connection._call(remote.DOMAIN_GET_CONTROL_INFO, self._ref, flags)
        )

    def get_messages(self, flags: DomainMessageType | Number = 0) -> list[str]:
        """Warnings about the guest, as text for people: all, or some kinds (`Domain.MESSAGE_*`).

        They are about deprecated or unsafe parts of its definition, and with daemons from 11.1 on about errors of its
        disks. [virDomainGetMessages]
        """
        return self._connection._call(remote.DOMAIN_GET_MESSAGES, self._ref, flags)
