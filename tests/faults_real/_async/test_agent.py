"""A guest whose agent doesn't answer: it holds up what needs the agent and nothing else."""

from __future__ import annotations

import pytest

from rig.host import Host
from rig.image import PROMPT
from sysvirt.aio import Connection, Domain
from sysvirt.errors import OperationInvalid

from ..helpers import quiet, under_way
from .waiting import gives_up, reached, spawn


async def type_in(conn: Connection, guest: Domain, command: str) -> None:
    """Has the shell on the guest's console do something, and waits until it has."""
    stream = conn.new_stream()
    async with stream:
        await guest.open_console(stream)
        await stream.send(f"{command}; echo done$?\n".encode())
        said = b""
        while b"done0" not in said or not said.endswith(PROMPT.encode()):
            said += await stream.recv(4096)


async def test_agent_that_does_not_answer(host: Host, conn: Connection, booted: str) -> None:
    guest = await conn.get_domain_by_name(booted)
    assert await guest.get_vcpus(Domain.VCPU_GUEST) == 1
    await type_in(conn, guest, "kill -STOP $(cat /run/qemu-ga.pid)")
    try:
        await gives_up(conn, 0.3, "unknown", guest.get_vcpus, Domain.VCPU_GUEST)
        assert under_way(conn) == ["DOMAIN_GET_VCPUS_FLAGS"]

        # What needs the agent as well waits here, unsent; the daemon would let it wait there.
        await gives_up(conn, 0.3, "no", guest.shutdown, Domain.SHUTDOWN_GUEST_AGENT)
        await gives_up(conn, 0.3, "no", guest.get_vcpus, Domain.VCPU_GUEST)
        waiting = spawn(guest.get_vcpus, Domain.VCPU_GUEST)
        await reached(lambda: len(conn._pump.session.admission.queue) == 1, "a call waits for its turn")

        # What doesn't goes, of this guest too.
        assert await guest.get_vcpus() == 1
        assert booted in await guest.get_xml_description()
        await guest.set_memory((await guest.get_info()).max_mem)
        await guest.suspend()
        await guest.resume()
        assert len(await conn.list_all_domains()) >= 2
        assert under_way(conn) == ["DOMAIN_GET_VCPUS_FLAGS"]
        assert not waiting.done
    finally:
        await type_in(conn, guest, "kill -CONT $(cat /run/qemu-ga.pid)")

    assert await waiting.result() == 1
    await reached(lambda: quiet(conn), "the late reply comes")
    assert await guest.get_vcpus(Domain.VCPU_GUEST) == 1
    assert await guest.get_state() == (Domain.STATE_RUNNING, Domain.STATE_RUNNING_UNPAUSED)


async def test_the_power_button_beside_an_agent_that_hangs(host: Host, conn: Connection, booted: str) -> None:
    """A shutdown without a mode waits for the agent; what asks for the power button is sent beside it."""
    guest = await conn.get_domain_by_name(booted)
    assert await guest.get_vcpus(Domain.VCPU_GUEST) == 1
    await type_in(conn, guest, "kill -STOP $(cat /run/qemu-ga.pid)")
    try:
        await gives_up(conn, 0.3, "unknown", guest.shutdown)
        await gives_up(conn, 0.3, "no", guest.reboot)
        await guest.suspend()  # so that the button is refused
        with pytest.raises(OperationInvalid, match="not running"):
            await guest.shutdown(Domain.SHUTDOWN_ACPI_POWER_BTN)
        assert under_way(conn) == ["DOMAIN_SHUTDOWN"]
    finally:
        await guest.destroy()  # the agent would do what it was told as soon as it goes on
    await reached(lambda: quiet(conn), "the late reply comes")
