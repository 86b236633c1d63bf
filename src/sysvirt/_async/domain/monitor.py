"""Commands to QEMU's own monitor and to a guest's agent, for what libvirt has no call for."""

from __future__ import annotations

from ... import _arguments as check
from ..._protocol.table import qemu
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..._arguments import Number
    from ..._generated.constants import DomainQemuMonitorCommandFlags, QemuAgentCommandTimeout


class MonitorMethods(DomainBase):
    __slots__ = ()

    async def qemu_monitor_command(self, cmd: str, flags: DomainQemuMonitorCommandFlags | Number = 0) -> str:
        """Sends QEMU a command of its monitor, a JSON object, and returns its answer unchanged, errors too.

        With `Domain.QEMU_MONITOR_COMMAND_HMP` command and answer are text, as in QEMU's console. libvirt does not
        notice what the command changes, and marks the guest as tainted. [virDomainQemuMonitorCommand]
        """
        return await self._connection._call(qemu.DOMAIN_MONITOR_COMMAND, self._ref, cmd, flags)

    async def qemu_monitor_command_with_files(
        self, cmd: str, files: Iterable[int] = (), flags: DomainQemuMonitorCommandFlags | Number = 0
    ) -> tuple[str, list[int]]:
        """As `qemu_monitor_command`, with file descriptors for QEMU; returns the answer and its descriptors.

        The caller closes both. QEMU takes one at most, and returns none so far. Works over unix sockets only.
        [virDomainQemuMonitorCommandWithFiles]
        """
        connection = self._connection
        connection._must_carry_fds("qemu_monitor_command_with_files")
        fds = check.descriptors("files", files)
        return await connection._call_with_fds(
            fds, qemu.DOMAIN_MONITOR_COMMAND_WITH_FILES, self._ref, cmd, flags
        )

    async def qemu_agent_command(
        self, cmd: str, timeout: QemuAgentCommandTimeout | Number = -2, flags: Number = 0
    ) -> str:
        """Sends the guest's agent a command, a JSON object, and returns its answer unchanged.

        `timeout` is how many seconds the daemon waits for the answer; `Domain.QEMU_AGENT_COMMAND_BLOCK`, the default,
        means for ever. Raises `AgentCommandFailed` when the agent refuses. [virDomainQemuAgentCommand]
        """
        answer = await self._connection._call(qemu.DOMAIN_AGENT_COMMAND, self._ref, cmd, timeout, flags)
        return answer or ""  # as the protocol has it there may be none; so far there always is
