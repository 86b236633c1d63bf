# Made by tools/unasync.py from src/sysvirt/_async/domain/agent.py; do not edit.
"""Calls that the guest's agent answers."""

from __future__ import annotations

from ... import _arguments as check
from ..._protocol.table import remote
from ...results.agent import FSInfo
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..._arguments import Number
    from ..._generated.constants import (
        AgentResponseTimeout,
        DomainAuthorizedSSHKeysSetFlags,
        DomainGetHostnameFlags,
        DomainGuestInfoTypes,
        DomainSetTimeFlags,
        DomainSetUserPasswordFlags,
    )
    from ..._generated.dicts import GuestInfo


class AgentMethods(DomainBase):
    __slots__ = ()

    # --- information -------------------------------------------------------------------------------

    def get_hostname(self, flags: DomainGetHostnameFlags | Number = 0) -> str:
        """The guest's own host name, from its agent.

        `Domain.GET_HOSTNAME_LEASE` asks the DHCP server of libvirt's network instead. Raises `NoHostname` when no name
        is known. [virDomainGetHostname]
        """
        return self._connection._call(remote.DOMAIN_GET_HOSTNAME, self._ref, flags)

    def get_guest_info(self, types: DomainGuestInfoTypes | Number = 0, flags: Number = 0) -> GuestInfo:
        """Information of the agent about the guest's system: users, filesystems, interfaces and more.

        `types` are `Domain.GUEST_INFO_*`, and an agent that does not know one of them is an error; 0 asks for all that
        it knows. [virDomainGetGuestInfo]
        """
        info = self._connection._call(remote.DOMAIN_GET_GUEST_INFO, self._ref, types, flags)
        return info  # type: ignore[return-value]  # noqa: RET504

    def set_agent_response_timeout(
        self, timeout: AgentResponseTimeout | Number, flags: Number = 0
    ) -> None:
        """Sets how many seconds the daemon waits for each answer of the agent, until the guest ends.

        `Domain.AGENT_RESPONSE_TIMEOUT_BLOCK`, the initial value, waits for ever; `AGENT_RESPONSE_TIMEOUT_DEFAULT` waits
        some seconds. [virDomainAgentSetResponseTimeout]
        """
        self._connection._call(remote.DOMAIN_AGENT_SET_RESPONSE_TIMEOUT, self._ref, timeout, flags)

    # --- filesystems -------------------------------------------------------------------------------

    def get_fs_info(self, flags: Number = 0) -> list[FSInfo]:
        """The filesystems that the guest has mounted from its disks. [virDomainGetFSInfo]"""
        found, _ = self._connection._call(remote.DOMAIN_GET_FSINFO, self._ref, flags)
        return [FSInfo._from_wire(info) for info in found]

    def fs_freeze(self, mount_points: Iterable[str] = (), flags: Number = 0) -> int:
        """Makes the guest flush its filesystems and write nothing more until `fs_thaw`, for a consistent copy.

        Without mount points it freezes all filesystems. Returns how many it froze; raises an `Error` when some are
        frozen already. [virDomainFSFreeze]
        """
        points = check.texts("mount_points", mount_points)
        return self._connection._call(remote.DOMAIN_FSFREEZE, self._ref, points, flags)

    def fs_thaw(self, mount_points: Iterable[str] = (), flags: Number = 0) -> int:
        """Lets the guest write to its filesystems again; returns how many it thawed.

        QEMU guests thaw all of them, and refuse mount points. [virDomainFSThaw]
        """
        points = check.texts("mount_points", mount_points)
        return self._connection._call(remote.DOMAIN_FSTHAW, self._ref, points, flags)

    def fs_trim(self, mount_point: str | None = None, minimum: int = 0, flags: Number = 0) -> None:
        """Makes the guest discard unused blocks of its filesystems, in pieces of at least `minimum` bytes.

        QEMU guests trim all of them, and refuse a mount point. [virDomainFSTrim]
        """
        point = check.optional_text("mount_point", mount_point)
        self._connection._call(remote.DOMAIN_FSTRIM, self._ref, point, minimum, flags)

    # --- the clock ---------------------------------------------------------------------------------

    def get_time(self, flags: Number = 0) -> tuple[int, int]:
        """The guest's time: seconds since 1970, and nanoseconds. [virDomainGetTime]"""
        return self._connection._call(remote.DOMAIN_GET_TIME, self._ref, flags)

    def set_time(self, secs: int = 0, nsecs: int = 0, flags: DomainSetTimeFlags | Number = 0) -> None:
        """Sets the guest's time, and its hardware clock.

        With `Domain.TIME_SYNC` the guest sets its time from the hardware clock instead, after a pause for example.
        [virDomainSetTime]
        """
        seconds = check.integer("secs", secs, check.LLONG_MIN, check.LLONG_MAX)
        nanoseconds = check.integer("nsecs", nsecs, 0, check.UINT_MAX)
        self._connection._call(remote.DOMAIN_SET_TIME, self._ref, seconds, nanoseconds, flags)

    # --- users -------------------------------------------------------------------------------------

    def set_user_password(
        self, username: str, password: str, flags: DomainSetUserPasswordFlags | Number = 0
    ) -> None:
        """Changes the password of one of the guest's users.

        With `Domain.PASSWORD_ENCRYPTED` the password is given as the hash that the guest's system stores.
        [virDomainSetUserPassword]
        """
        user, secret = check.text("username", username), check.text("password", password)
        self._connection._call(remote.DOMAIN_SET_USER_PASSWORD, self._ref, user, secret, flags)

    def authorized_ssh_keys_get(self, user: str, flags: Number = 0) -> list[str]:
        """The SSH keys that may log in as one of the guest's users: the lines of its authorized_keys.

        [virDomainAuthorizedSSHKeysGet]
        """
        return self._connection._call(remote.DOMAIN_AUTHORIZED_SSH_KEYS_GET, self._ref, user, flags)

    def authorized_ssh_keys_set(
        self, user: str, keys: Iterable[str], flags: DomainAuthorizedSSHKeysSetFlags | Number = 0
    ) -> None:
        """Makes these the SSH keys that may log in as one of the guest's users.

        `Domain.AUTHORIZED_SSH_KEYS_SET_APPEND` adds them to the present ones, `AUTHORIZED_SSH_KEYS_SET_REMOVE` removes
        them. [virDomainAuthorizedSSHKeysSet]
        """
        check.exclusive(flags, self.AUTHORIZED_SSH_KEYS_SET_APPEND, self.AUTHORIZED_SSH_KEYS_SET_REMOVE)
        lines = check.texts("keys", keys)
        self._connection._call(remote.DOMAIN_AUTHORIZED_SSH_KEYS_SET, self._ref, user, lines, flags)
