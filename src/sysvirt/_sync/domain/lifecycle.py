# Made by tools/unasync.py from src/sysvirt/_async/domain/lifecycle.py; do not edit.
"""Starting, pausing and ending guests."""

from __future__ import annotations

from ..._protocol.table import remote
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._arguments import Number
    from ..._generated.constants import (
        DomainCreateFlags,
        DomainDestroyFlags,
        DomainLifecycle,
        DomainModificationImpact,
        DomainRebootFlags,
        DomainShutdownFlags,
        LifecycleAction,
        NodeSuspendTarget,
    )


class LifecycleMethods(DomainBase):
    __slots__ = ()

    def create(self, flags: DomainCreateFlags | Number = 0) -> None:
        """Starts a defined guest: from its managed save image if it has one, else by booting it.

        Raises `OperationInvalid` when it is running already. [virDomainCreate, virDomainCreateWithFlags]
        """
        call = self._connection._call
        if flags:
            ref = call(remote.DOMAIN_CREATE_WITH_FLAGS, self._ref, flags)
        else:
            call(remote.DOMAIN_CREATE, self._ref)
            # Only the newer procedure returns the id.
            ref = call(remote.DOMAIN_LOOKUP_BY_UUID, self.get_uuid())
        self._set_id(int.from_bytes(ref[-4:], "big", signed=True))

    def suspend(self) -> None:
        """Pauses the guest; its memory stays. Does nothing if it is paused already. [virDomainSuspend]"""
        self._connection._call(remote.DOMAIN_SUSPEND, self._ref)

    def resume(self) -> None:
        """Resumes a paused guest; raises `OperationInvalid` when it is running. [virDomainResume]"""
        self._connection._call(remote.DOMAIN_RESUME, self._ref)

    def shutdown(self, flags: DomainShutdownFlags | Number = 0) -> None:
        """Asks the guest to shut down, and returns at once; whether and when it does so is up to the guest.

        Without flags the agent is asked, or if there is none the ACPI power button is pressed. [virDomainShutdown,
        virDomainShutdownFlags]
        """
        if flags:
            self._connection._call(remote.DOMAIN_SHUTDOWN_FLAGS, self._ref, flags)
        else:
            self._connection._call(remote.DOMAIN_SHUTDOWN, self._ref)

    def reboot(self, flags: DomainRebootFlags | Number = 0) -> None:
        """Asks the guest to reboot, and returns at once; by its agent, or else by ACPI. [virDomainReboot]"""
        self._connection._call(remote.DOMAIN_REBOOT, self._ref, flags)

    def reset(self, flags: Number = 0) -> None:
        """Resets the guest at once, like a reset button; its system is not asked. [virDomainReset]"""
        self._connection._call(remote.DOMAIN_RESET, self._ref, flags)

    def destroy(self, flags: DomainDestroyFlags | Number = 0) -> None:
        """Ends the guest at once, like pulling the plug; a transient guest is gone then.

        With `Domain.DESTROY_GRACEFUL` the call fails, instead of killing it, if its process does not end within some
        seconds. Raises `OperationInvalid` when it is not running. [virDomainDestroy, virDomainDestroyFlags]
        """
        if flags:
            self._connection._call(remote.DOMAIN_DESTROY_FLAGS, self._ref, flags)
        else:
            self._connection._call(remote.DOMAIN_DESTROY, self._ref)
        self._set_id(-1)

    def pm_suspend_for_duration(
        self, target: NodeSuspendTarget | Number, duration: int, flags: Number = 0
    ) -> None:
        """Suspends the guest's system by its agent (`Connection.NODE_SUSPEND_TARGET_*`).

        `duration` is in seconds. QEMU guests accept only 0: until `pm_wakeup`. [virDomainPMSuspendForDuration]
        """
        self._connection._call(
            remote.DOMAIN_PM_SUSPEND_FOR_DURATION, self._ref, target, duration, flags
        )

    def pm_wakeup(self, flags: Number = 0) -> None:
        """Wakes a guest whose system is suspended. [virDomainPMWakeup]"""
        self._connection._call(remote.DOMAIN_PM_WAKEUP, self._ref, flags)

    def set_lifecycle_action(
        self,
        type: DomainLifecycle | Number,
        action: LifecycleAction | Number,
        flags: DomainModificationImpact | Number = 0,
    ) -> None:
        """Sets what happens to the guest (`Domain.LIFECYCLE_ACTION_*`) when its system powers off, reboots or crashes.

        `type` says for which of these three (`Domain.LIFECYCLE_*`). [virDomainSetLifecycleAction]
        """
        self._connection._call(remote.DOMAIN_SET_LIFECYCLE_ACTION, self._ref, type, action, flags)
