"""What tests of faults need besides sysvirt: processes that stop, and what must not be left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest

from rig import virsh
from rig.guest import console_text
from rig.host import Host
from sysvirt.errors import CallTimeout, Error, OperationTimeout
from tests.held import descriptors, threads

#: For what takes long and would say the same on the other release: the newest is enough.
one_release = pytest.mark.parametrize(
    "host", [(os.environ.get("SYSVIRT_HOSTS") or "forky").split(",")[-1]], indirect=True
)


@contextmanager
def stopped(host: Host, *names: str) -> Iterator[None]:
    """The QEMUs of these guests are frozen in the block; those that are left then go on."""
    with frozen(*(host.guest_pid(name) for name in names)):
        yield


@contextmanager
def stopped_daemon(host: Host) -> Iterator[None]:
    """The daemon is frozen in the block."""
    with frozen(host.pid):
        yield


@contextmanager
def frozen(*pids: int) -> Iterator[None]:
    """These processes stand still in the block."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                pass  # it was ended meanwhile


def firmware_starts(host: Host, name: str) -> int:
    """How often a guest's firmware has started."""
    return console_text(host, name).count("SeaBIOS")


def under_way(connection: Any) -> list[str]:
    """The calls that were sent and not answered yet, those that were given up too."""
    return [call.procedure.name for call in list(connection._pump.session.pending.values())]


def quiet(connection: Any) -> bool:
    """Whether nothing is under way on the connection, and nothing is held or waited for."""
    session = connection._pump.session
    places = session.admission
    return not (
        session.pending or session.streams or places.queue or places._ordinary or places._kept or places._keys
    )


def received(connection: Any) -> int:
    """How many frames have come so far."""
    count: int = connection._pump.session.received
    return count


@contextmanager
def ends_at(limit: float) -> Iterator[pytest.ExceptionInfo[CallTimeout]]:
    """What is done in the block fails at its deadline and not before, though what it waits for never comes."""
    begin = time.monotonic()
    with pytest.raises(CallTimeout) as caught:
        yield caught
    assert time.monotonic() - begin > limit - 0.05
    assert caught.value.code == Error.ERR_OPERATION_TIMEOUT


@contextmanager
def starved(connection: Any) -> Iterator[None]:
    """What is done in the block fails at once, unsent, because calls that were given up hold all places."""
    before = connection._pump.session.serial
    with pytest.raises(OperationTimeout, match="was not sent: every place") as caught:
        yield
    assert not isinstance(caught.value, CallTimeout)
    assert connection._pump.session.serial == before


class Held(NamedTuple):
    """What this process holds that somebody has to give back."""

    descriptors: dict[str, str]
    threads: set[str]
    tasks: int

    def is_all(self) -> bool:
        """Whether nothing has come to it; of what others had taken before, some may have gone."""
        return not any(self._come())

    def _come(self) -> Held:
        now = held()
        return Held(
            {fd: target for fd, target in now.descriptors.items() if fd not in self.descriptors},
            now.threads - self.threads,
            max(0, now.tasks - self.tasks),
        )

    def __str__(self) -> str:
        return f"what was taken is given back, but for {self._come()!r}"


def held() -> Held:
    try:
        tasks = len(asyncio.all_tasks())
    except RuntimeError:
        tasks = 0
    of_virsh = virsh.descriptors()
    return Held(
        {fd: target for fd, target in descriptors().items() if int(fd) not in of_virsh}, threads(), tasks
    )
