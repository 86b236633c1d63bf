# Made by tools/unasync.py from tests/api/_async/test_lifecycle.py; do not edit.
"""Starting, pausing and ending guests; what needs a system in them is in test_linux."""

from __future__ import annotations

import os

import pytest

from rig.guest import console_text, firmware_xml, unique_name
from rig.host import Host
from rig.wait import until
from sysvirt import Connection, Domain, connect
from sysvirt.errors import Error, InvalidArgument, NoDomain, OperationInvalid
from tests.conformance.recorder import Recorder

from ..refusals import NOT_RUNNING, not_sent, refused


def test_create(host: Host, dom: Domain, observed: Recorder) -> None:
    name = dom.get_name()
    assert dom.get_id() == -1
    assert dom.get_state() == (Domain.STATE_SHUTOFF, Domain.STATE_SHUTOFF_UNKNOWN)
    dom.create()
    assert dom.get_id() == int(host.virsh("domid", name))
    observed("get_id", "virsh domid")
    observed("get_name", "virsh finds the guest under it")
    assert host.virsh("domstate", name, "--reason") == "running (booted)"
    observed("create", "virsh domstate: running (booted); the firmware's text on the console")
    assert dom.get_state() == (Domain.STATE_RUNNING, Domain.STATE_RUNNING_BOOTED)
    observed("get_state", "virsh domstate --reason")
    assert dom.is_active() is True
    observed("is_active", "virsh domstate")
    until(lambda: "SeaBIOS" in console_text(host, name), "the firmware runs")
    with refused(OperationInvalid, "Requested operation is not valid: domain is already running"):
        dom.create()
    assert dom.get_id() == int(host.virsh("domid", name))


def test_create_paused(host: Host, dom: Domain) -> None:
    dom.create(Domain.START_PAUSED)
    assert dom.get_id() == int(host.virsh("domid", dom.get_name()))
    assert host.virsh("domstate", dom.get_name(), "--reason") == "paused (user)"
    assert dom.get_state() == (Domain.STATE_PAUSED, Domain.STATE_PAUSED_USER)
    with refused(InvalidArgument, r"unsupported flags \(0x40000000\) in function .*"):
        dom.create(1 << 30)


def test_create_ends_with_the_connection(host: Host, firmware_guest: str) -> None:
    with connect(host.uri) as conn:
        dom = conn.get_domain_by_name(firmware_guest)
        dom.create(Domain.START_AUTODESTROY)
        assert host.virsh("domstate", firmware_guest) == "running"
    until(lambda: host.virsh("domstate", firmware_guest) == "shut off", "the guest ends with its connection")


def test_create_that_fails(host: Host, conn: Connection, dom: Domain) -> None:
    xml = host.virsh("dumpxml", dom.get_name())
    conn.define_domain(xml.replace("</type>", "</type><kernel>/nowhere</kernel>"))
    with pytest.raises(Error, match="/nowhere"):
        dom.create()
    assert dom.get_id() == -1
    assert dom.get_state() == (Domain.STATE_SHUTOFF, Domain.STATE_SHUTOFF_FAILED)


def test_create_domain(host: Host, conn: Connection, observed: Recorder) -> None:
    name = unique_name("transient")
    xml = firmware_xml(host, name)
    dom = conn.create_domain(xml)
    try:
        assert dom.get_id() == int(host.virsh("domid", name))
        assert host.virsh("domstate", name) == "running"
        assert name in host.virsh("list", "--transient", "--name").split()
        observed("Connection.create_domain", "virsh domstate: running; virsh list --transient")
        assert dom.is_persistent() is False
        refusal = f"Requested operation is not valid: domain '{name}' is already active"
        with refused(OperationInvalid, refusal):
            conn.create_domain(xml)
        dom.destroy()
        assert dom.get_id() == -1
        assert name not in host.virsh("list", "--all", "--name").split()
        with refused(
            NoDomain, f"Domain not found: no domain with matching uuid '{dom.get_uuid_string()}' .*"
        ):
            dom.get_info()

        dom = conn.create_domain(xml, Domain.START_PAUSED)
        assert host.virsh("domstate", name) == "paused"
    finally:
        host.remove(name)


def test_suspend_and_resume(host: Host, running: Domain, observed: Recorder) -> None:
    name = running.get_name()
    running.suspend()
    assert host.virsh("domstate", name, "--reason") == "paused (user)"
    observed("suspend", "virsh domstate: paused (user)")
    assert running.get_state() == (Domain.STATE_PAUSED, Domain.STATE_PAUSED_USER)
    running.suspend()
    assert running.is_active() is True
    running.resume()
    assert host.virsh("domstate", name, "--reason") == "running (unpaused)"
    observed("resume", "virsh domstate: running (unpaused)")
    assert running.get_state() == (Domain.STATE_RUNNING, Domain.STATE_RUNNING_UNPAUSED)
    with refused(OperationInvalid, "Requested operation is not valid: domain is already running"):
        running.resume()


def test_reset(host: Host, running: Domain, observed: Recorder) -> None:
    name = running.get_name()
    until(lambda: console_text(host, name).count("SeaBIOS") == 1, "the firmware runs")
    running.reset()
    until(lambda: console_text(host, name).count("SeaBIOS") == 2, "the firmware runs again")
    observed("reset", "the firmware starts again, seen on the console")
    assert host.virsh("domid", name) == str(running.get_id())
    with refused(InvalidArgument, r"unsupported flags \(0x1\) in function qemuDomainReset"):
        running.reset(1)


def test_destroy(host: Host, running: Domain, observed: Recorder) -> None:
    name, pid = running.get_name(), host.guest_pid(running.get_name())
    running.destroy()
    assert running.get_id() == -1
    assert host.virsh("domstate", name, "--reason") == "shut off (destroyed)"
    assert running.get_state() == (Domain.STATE_SHUTOFF, Domain.STATE_SHUTOFF_DESTROYED)
    assert not os.path.exists(f"/proc/{pid}")
    observed("destroy", "virsh domstate: shut off (destroyed); QEMU's process is gone")
    with refused(OperationInvalid, NOT_RUNNING):
        running.destroy()


def test_destroy_flags(host: Host, running: Domain) -> None:
    log = host.folder / f"log/qemu/{running.get_name()}.log"
    assert log.exists()
    running.destroy(Domain.DESTROY_GRACEFUL | Domain.DESTROY_REMOVE_LOGS)
    assert running.get_id() == -1
    assert host.virsh("domstate", running.get_name(), "--reason") == "shut off (destroyed)"
    assert not log.exists()


def test_what_a_guest_at_rest_refuses(conn: Connection, dom: Domain) -> None:
    with refused(OperationInvalid, NOT_RUNNING):
        dom.suspend()
    with refused(OperationInvalid, NOT_RUNNING):
        dom.resume()
    with refused(OperationInvalid, NOT_RUNNING):
        dom.shutdown()
    with refused(OperationInvalid, NOT_RUNNING):
        dom.shutdown(Domain.SHUTDOWN_ACPI_POWER_BTN)
    with refused(OperationInvalid, NOT_RUNNING):
        dom.reboot()
    with refused(OperationInvalid, NOT_RUNNING):
        dom.reset()
    with refused(OperationInvalid, NOT_RUNNING):
        dom.destroy(Domain.DESTROY_GRACEFUL)
    with refused(OperationInvalid, NOT_RUNNING):
        dom.pm_wakeup()
    with refused(OperationInvalid, NOT_RUNNING):
        dom.pm_suspend_for_duration(Connection.NODE_SUSPEND_TARGET_MEM, 0)
    assert dom.get_id() == -1


def test_flags_are_checked_first(conn: Connection, dom: Domain) -> None:
    for method in (dom.create, dom.shutdown, dom.reboot, dom.reset, dom.destroy, dom.undefine, dom.pm_wakeup):
        with not_sent(conn, "flags"):
            method(1 << 32)
        with not_sent(conn, "flags", TypeError):
            method("all")  # type: ignore[arg-type]
    with not_sent(conn, "duration"):
        dom.pm_suspend_for_duration(Connection.NODE_SUSPEND_TARGET_MEM, -1)
    with not_sent(conn, "target", TypeError):
        dom.pm_suspend_for_duration("mem", 0)  # type: ignore[arg-type]


def test_info(host: Host, running: Domain, observed: Recorder) -> None:
    info = running.get_info()
    assert (info.state, info.max_mem, info.memory, info.nr_virt_cpu) == (
        Domain.STATE_RUNNING,
        16384,
        16384,
        1,
    )
    assert 0 < info.cpu_time <= (running.get_info()).cpu_time
    said = host.virsh("dominfo", running.get_name())
    assert "Max memory:     16384 KiB" in said
    observed("get_info", "virsh dominfo")
    running.destroy()
    info = running.get_info()
    assert (info.state, info.cpu_time) == (Domain.STATE_SHUTOFF, 0)
