# Made by tools/unasync.py from tests/faults_real/_async/test_agent.py; do not edit.
"""A guest whose agent doesn't answer: it holds up what needs the agent and nothing else."""

from __future__ import annotations

import pytest

from rig.host import Host
from rig.image import PROMPT
from sysvirt import Connection, Domain
from sysvirt.errors import OperationInvalid

from ..helpers import quiet, under_way
from .waiting import gives_up, reached, spawn


def type_in(conn: Connection, guest: Domain, command: str) -> None:
    """Has the shell on the guest's console do something, and waits until it has."""
    stream = conn.new_stream()
    with stream:
        guest.open_console(stream)
        stream.send(f"{command}; echo done$?\n".encode())
        said = b""
        while b"done0" not in said or not said.endswith(PROMPT.encode()):
            said += stream.recv(4096)


def test_agent_that_does_not_answer(host: Host, conn: Connection, booted: str) -> None:
    guest = conn.get_domain_by_name(booted)
    assert guest.get_vcpus(Domain.VCPU_GUEST) == 1
    type_in(conn, guest, "kill -STOP $(cat /run/qemu-ga.pid)")
    try:
        gives_up(conn, 0.3, "unknown", guest.get_vcpus, Domain.VCPU_GUEST)
        assert under_way(conn) == ["DOMAIN_GET_VCPUS_FLAGS"]

        # What needs the agent as well waits here, unsent; the daemon would let it wait there.
        gives_up(conn, 0.3, "no", guest.shutdown, Domain.SHUTDOWN_GUEST_AGENT)
        gives_up(conn, 0.3, "no", guest.get_vcpus, Domain.VCPU_GUEST)
        waiting = spawn(guest.get_vcpus, Domain.VCPU_GUEST)
        reached(lambda: len(conn._pump.session.admission.queue) == 1, "a call waits for its turn")

        # What doesn't goes, of this guest too.
        assert guest.get_vcpus() == 1
        assert booted in guest.get_xml_description()
        guest.set_memory((guest.get_info()).max_mem)
        guest.suspend()
        guest.resume()
        assert len(conn.list_all_domains()) >= 2
        assert under_way(conn) == ["DOMAIN_GET_VCPUS_FLAGS"]
        assert not waiting.done
    finally:
        type_in(conn, guest, "kill -CONT $(cat /run/qemu-ga.pid)")

    assert waiting.result() == 1
    reached(lambda: quiet(conn), "the late reply comes")
    assert guest.get_vcpus(Domain.VCPU_GUEST) == 1
    assert guest.get_state() == (Domain.STATE_RUNNING, Domain.STATE_RUNNING_UNPAUSED)


def test_the_power_button_beside_an_agent_that_hangs(host: Host, conn: Connection, booted: str) -> None:
    """A shutdown without a mode waits for the agent; what asks for the power button is sent beside it."""
    guest = conn.get_domain_by_name(booted)
    assert guest.get_vcpus(Domain.VCPU_GUEST) == 1
    type_in(conn, guest, "kill -STOP $(cat /run/qemu-ga.pid)")
    try:
        gives_up(conn, 0.3, "unknown", guest.shutdown)
        gives_up(conn, 0.3, "no", guest.reboot)
        guest.suspend()  # so that the button is refused
        with pytest.raises(OperationInvalid, match="not running"):
            guest.shutdown(Domain.SHUTDOWN_ACPI_POWER_BTN)
        assert under_way(conn) == ["DOMAIN_SHUTDOWN"]
    finally:
        guest.destroy()  # the agent would do what it was told as soon as it goes on
    reached(lambda: quiet(conn), "the late reply comes")
