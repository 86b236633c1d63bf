"""Whether a guest's QEMU answers the daemon."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from rig.host import Host
from rig.wait import until
from sysvirt.aio import Domain
from sysvirt.errors import OperationInvalid
from tests.conformance.recorder import Recorder

from ..refusals import refused


@contextmanager
def stuck(host: Host, name: str, *command: str) -> Iterator[None]:
    """Meanwhile the guest's QEMU is frozen, and virsh waits for it with a command."""
    pid = host.guest_pid(name)
    waiting = Thread(target=host.virsh, args=command)
    os.kill(pid, signal.SIGSTOP)
    try:
        waiting.start()
        until(lambda: host.virsh("domcontrol", name) != "ok", f"virsh waits for {name}")
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
        waiting.join()


async def test_control_info(host: Host, running: Domain, observed: Recorder) -> None:
    name = running.get_name()
    info = await running.get_control_info()
    assert (info.state, info.details, info.state_time) == (
        Domain.CONTROL_OK,
        Domain.CONTROL_ERROR_REASON_NONE,
        0,
    )

    with stuck(host, name, "qemu-monitor-command", name, '{"execute": "query-status"}'):
        info = await running.get_control_info()
        assert info.state is Domain.CONTROL_OCCUPIED
        assert host.virsh("domcontrol", name).startswith("occupied (")
        assert info.state_time <= (await running.get_control_info()).state_time
    assert (await running.get_control_info()).state is Domain.CONTROL_OK

    with stuck(host, name, "save", name, str(host.files / f"{name}.save")):
        info = await running.get_control_info()
        assert info.state is Domain.CONTROL_JOB
        assert host.virsh("domcontrol", name).startswith("background job (")
        assert info.details is Domain.CONTROL_ERROR_REASON_NONE
    observed("get_control_info", "QEMU frozen with SIGSTOP while virsh waits for it; virsh domcontrol")

    with refused(OperationInvalid, "Requested operation is not valid: domain is not running"):
        await running.get_control_info()
