"""Sending a guest keys, interrupts and signals."""

from __future__ import annotations

from ... import _arguments as check
from ..._protocol.table import remote
from ...errors import invalid_argument
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..._arguments import Number
    from ..._generated.constants import KeycodeSet, ProcessSignal


class InputMethods(DomainBase):
    __slots__ = ()

    async def send_key(
        self, keycodeset: KeycodeSet | Number, holdtime: int, keycodes: Iterable[int], flags: Number = 0
    ) -> None:
        """Presses keys of the guest's keyboard together, and releases them after `holdtime` milliseconds.

        At most `Domain.SEND_KEY_MAX_KEYS` keys, as codes of `keycodeset` (`Domain.KEYCODE_SET_*`). With a `holdtime` of
        0 the hypervisor chooses one. [virDomainSendKey]
        """
        keys = check.sequence("keycodes", keycodes)
        if not keys:
            raise invalid_argument("keycodes", "at least one was expected")
        check.integer("keycodeset", keycodeset, 0, check.UINT_MAX)
        await self._connection._call(remote.DOMAIN_SEND_KEY, self._ref, keycodeset, holdtime, keys, flags)

    async def inject_nmi(self, flags: Number = 0) -> None:
        """Sends every CPU of the guest a non-maskable interrupt. [virDomainInjectNMI]"""
        await self._connection._call(remote.DOMAIN_INJECT_NMI, self._ref, flags)

    async def send_process_signal(self, pid: int, signum: ProcessSignal | Number, flags: Number = 0) -> None:
        """Sends a process of the guest a signal (`Domain.PROCESS_SIGNAL_*`, not the system's numbers).

        For containers; raises `NoSupport` for QEMU guests. A negative `pid` means a group of processes.
        [virDomainSendProcessSignal]
        """
        number = check.integer("pid", pid, check.LLONG_MIN, check.LLONG_MAX)
        if not number:
            raise invalid_argument("pid", "a process of the guest was expected, not 0")
        await self._connection._call(remote.DOMAIN_SEND_PROCESS_SIGNAL, self._ref, number, signum, flags)
