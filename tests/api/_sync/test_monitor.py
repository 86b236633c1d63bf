# Made by tools/unasync.py from tests/api/_async/test_monitor.py; do not edit.
"""QEMU's own monitor and a guest's agent, past libvirt."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from rig.guest import agent, run_inside
from rig.host import Host
from sysvirt import Connection, Domain, connect
from sysvirt.errors import (
    AgentCommandFailed,
    AgentUnresponsive,
    Error,
    InvalidArgument,
    NotAvailable,
    OperationInvalid,
)
from tests.conformance.recorder import Recorder

from ..refusals import not_sent, refused


def test_monitor_command(host: Host, running: Domain, observed: Recorder) -> None:
    name = running.get_name()
    answer = json.loads(running.qemu_monitor_command('{"execute": "stop"}'))
    assert answer["return"] == {}
    assert host.virsh("domstate", name) == "paused"
    assert running.qemu_monitor_command("cont", Domain.QEMU_MONITOR_COMMAND_HMP) == ""
    assert host.virsh("domstate", name) == "running"
    observed("qemu_monitor_command", "virsh domstate, after stop and cont")
    assert (running.qemu_monitor_command("info name", Domain.QEMU_MONITOR_COMMAND_HMP)).strip() == name

    # What QEMU refuses is an answer like another.
    answer = json.loads(
        running.qemu_monitor_command('{"execute": "nothing"}', Domain.QEMU_MONITOR_COMMAND_DEFAULT)
    )
    assert answer["error"]["class"] == "CommandNotFound"
    with pytest.raises(Error, match=r"parse (json|JSON)"):
        running.qemu_monitor_command("nothing")
    running.destroy()
    with refused(OperationInvalid, "Requested operation is not valid: domain is not running"):
        running.qemu_monitor_command('{"execute": "cont"}')


def test_monitor_command_with_files(
    host: Host, conn: Connection, running: Domain, observed: Recorder, tmp_path: Path
) -> None:
    pid = host.guest_pid(running.get_name())

    def held() -> list[str]:
        return [os.path.realpath(entry) for entry in Path(f"/proc/{pid}/fd").iterdir()]

    file = tmp_path / "passed"
    file.touch()
    command = '{"execute": "add-fd", "arguments": {"opaque": "mine"}}'
    fd = os.open(file, os.O_RDWR)
    try:
        answer, files = running.qemu_monitor_command_with_files(command, [fd])
        assert files == []
        number = json.loads(answer)["return"]["fdset-id"]
        assert str(file) in held()
        observed("qemu_monitor_command_with_files", "QEMU's /proc/PID/fd")
        os.fstat(fd)  # still ours
        with refused(
            InvalidArgument, "invalid argument: at most 1 fd can be passed to qemu along with a command"
        ):
            running.qemu_monitor_command_with_files(command, (fd, fd))
    finally:
        os.close(fd)

    remove = json.dumps({"execute": "remove-fd", "arguments": {"fdset-id": number}})
    answer, _ = running.qemu_monitor_command_with_files(remove)
    assert json.loads(answer)["return"] == {}
    assert str(file) not in held()
    answer, _ = running.qemu_monitor_command_with_files(
        "info name", (), Domain.QEMU_MONITOR_COMMAND_HMP
    )
    assert answer.strip() == running.get_name()
    with not_sent(conn, "files", TypeError):
        running.qemu_monitor_command_with_files(command, 0)  # type: ignore[arg-type]
    with not_sent(conn, "files", TypeError):
        running.qemu_monitor_command_with_files(command, ["0"])  # type: ignore[list-item]


def test_files_need_a_local_connection(host: Host, firmware_guest: str) -> None:
    with connect(host.uri) as conn:
        conn._pump.link.carries_fds = False  # as where it leads to another host
        dom = conn.get_domain_by_name(firmware_guest)
        with pytest.raises(NotAvailable, match="qemu_monitor_command_with_files needs a local connection"):
            dom.qemu_monitor_command_with_files("{}")


def test_agent_command(host: Host, linux: Domain, observed: Recorder) -> None:
    name = linux.get_name()
    command = {"execute": "guest-file-open", "arguments": {"path": "/tmp/said", "mode": "w"}}
    handle = json.loads(linux.qemu_agent_command(json.dumps(command)))["return"]
    assert run_inside(host, name, "ls /tmp") == "said\n"
    observed("qemu_agent_command", "a file in the guest")
    agent(host, name, "guest-file-close", handle=handle)
    run_inside(host, name, "rm /tmp/said")

    for wait in (
        Domain.QEMU_AGENT_COMMAND_DEFAULT,
        Domain.QEMU_AGENT_COMMAND_SHUTDOWN,
        Domain.QEMU_AGENT_COMMAND_BLOCK,
        30,
    ):
        assert json.loads(linux.qemu_agent_command('{"execute": "guest-ping"}', wait)) == {"return": {}}
    with pytest.raises(AgentUnresponsive):
        linux.qemu_agent_command('{"execute": "guest-ping"}', Domain.QEMU_AGENT_COMMAND_NOWAIT)
    assert agent(host, name, "guest-ping") == {}
    with pytest.raises(
        Error, match="'guest-nothing': The command guest-nothing has not been found"
    ) as caught:
        linux.qemu_agent_command('{"execute": "guest-nothing"}')
    assert type(caught.value) is AgentCommandFailed
    with refused(InvalidArgument, "invalid argument: guest agent timeout '-3' is less than the minimum '-2'"):
        linux.qemu_agent_command('{"execute": "guest-ping"}', -3)
