# Made by tools/unasync.py from src/sysvirt/_async/domain/state.py; do not edit.
"""What a guest is doing."""

from __future__ import annotations

from ..._protocol.table import remote
from ...results.state import DomainInfo, domain_state
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._generated.constants import DomainState
    from ...results.state import StateReason


class StateMethods(DomainBase):
    __slots__ = ()

    def get_info(self) -> DomainInfo:
        """State, memory (KiB), number of virtual CPUs and CPU time (ns). [virDomainGetInfo]"""
        return DomainInfo._from_wire(self._connection._call(remote.DOMAIN_GET_INFO, self._ref))

    def get_state(self, flags: int = 0) -> tuple[DomainState, StateReason]:
        """The state and why it is so: `(Domain.STATE_RUNNING, Domain.STATE_RUNNING_BOOTED)`.

        Which enum the reason belongs to depends on the state. [virDomainGetState]
        """
        return domain_state(*self._connection._call(remote.DOMAIN_GET_STATE, self._ref, flags))

    def is_active(self) -> bool:
        """Whether the guest runs, paused or not. [virDomainIsActive]"""
        return bool(self._connection._call(remote.DOMAIN_IS_ACTIVE, self._ref))

    def is_persistent(self) -> bool:
        """Whether the guest is defined, and so outlives its run. [virDomainIsPersistent]"""
        return bool(self._connection._call(remote.DOMAIN_IS_PERSISTENT, self._ref))

    def is_updated(self) -> bool:
        """Whether the definition has changed since the guest started; QEMU guests always say no.

        [virDomainIsUpdated]
        """
        return bool(self._connection._call(remote.DOMAIN_IS_UPDATED, self._ref))
