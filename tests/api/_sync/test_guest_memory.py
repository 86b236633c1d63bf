# Made by tools/unasync.py from tests/api/_async/test_guest_memory.py; do not edit.
"""What running guests do with their memory, and what is in it."""

from __future__ import annotations

import re

from rig.guest import console_text, qmp, run_inside
from rig.host import Host
from rig.wait import until
from sysvirt import Connection, Domain
from sysvirt.errors import ConfigUnsupported, InvalidArgument, OperationInvalid, OperationUnsupported
from tests.conformance.recorder import Recorder

from ..refusals import NOT_RUNNING, not_sent, refused


def test_memory_stats(host: Host, linux: Domain, observed: Recorder) -> None:
    name = linux.get_name()
    host.virsh("dommemstat", name, "--period", "1")
    try:
        until(lambda: re.search("last_update [1-9]", host.virsh("dommemstat", name)), "the guest reports")
        stats = linux.memory_stats()
    finally:
        host.virsh("dommemstat", name, "--period", "0")
    meminfo = dict(re.findall(r"(\w+): +(\d+) kB", run_inside(host, name, "cat /proc/meminfo")))
    assert stats["available"] == int(meminfo["MemTotal"])
    assert 0 < stats["unused"] < stats["available"]
    assert stats["unused"] <= stats["usable"] + stats["disk_caches"]
    assert stats["actual_balloon"] == 128 * 1024
    assert stats["rss"] > stats["available"] / 2
    assert (stats["swap_in"], stats["swap_out"], stats["hugetlb_pgfail"]) == (0, 0, 0)
    assert stats["minor_fault"] > stats["major_fault"] >= 0
    assert stats["last_update"] > 0
    assert {line.split()[0] for line in host.virsh("dommemstat", name).splitlines()} == {
        {"actual_balloon": "actual"}.get(key, key) for key in stats
    }
    observed("memory_stats", "the guest's own /proc/meminfo; virsh dommemstat")


def test_memory_stats_without_a_balloon(host: Host, running: Domain) -> None:
    assert "<memballoon model='none'/>" in host.virsh("dumpxml", running.get_name())
    assert (running.memory_stats()).keys() == {"rss"}


def test_memory_of_a_guest_at_rest(dom: Domain) -> None:
    with refused(OperationInvalid, NOT_RUNNING):
        dom.memory_stats()
    with refused(OperationInvalid, NOT_RUNNING):
        dom.memory_peek(0, 1, Domain.MEMORY_PHYSICAL)
    with refused(OperationInvalid, NOT_RUNNING):
        dom.start_dirty_rate_calc(1)


def test_memory_peek(host: Host, conn: Connection, running: Domain, observed: Recorder) -> None:
    until(lambda: "SeaBIOS" in console_text(host, running.get_name()), "the firmware has moved into memory")
    host.virsh("suspend", running.get_name())  # so that it is twice the same
    start, size = 0xE0000, 0x20000  # the firmware
    for flag, command in ((Domain.MEMORY_PHYSICAL, "pmemsave"), (Domain.MEMORY_VIRTUAL, "memsave")):
        file = host.files / f"{running.get_name()}.{command}"
        qmp(host, running.get_name(), command, val=start, size=size, filename=str(file))
        expected = file.read_bytes()
        file.unlink()
        assert len(set(expected)) > 200
        assert running.memory_peek(start, size, flag) == expected
        assert running.memory_peek(start + 7, 3, flag) == expected[7:10]
        observed("memory_peek", f"what QEMU's own {command} writes into a file")
    assert len(running.memory_peek(0, 4 << 20, Domain.MEMORY_PHYSICAL)) == 4 << 20
    assert running.memory_peek(0, 0, Domain.MEMORY_PHYSICAL) == b""

    refusal = "invalid argument: flags parameter must be VIR_MEMORY_VIRTUAL or VIR_MEMORY_PHYSICAL"
    with refused(InvalidArgument, refusal):
        running.memory_peek(0, 1)
    for wrong in (-1, (4 << 20) + 1):
        with not_sent(conn, "size"):
            running.memory_peek(0, wrong, Domain.MEMORY_PHYSICAL)
    with not_sent(conn, "offset"):
        running.memory_peek(-1, 1, Domain.MEMORY_PHYSICAL)
    with not_sent(conn, "offset", TypeError):
        running.memory_peek("0", 1, Domain.MEMORY_PHYSICAL)  # type: ignore[arg-type]
    with not_sent(conn, "flags"):
        running.memory_peek(0, 1, Domain.MEMORY_PHYSICAL | Domain.MEMORY_VIRTUAL)


def test_dirty_rate(host: Host, conn: Connection, running: Domain, observed: Recorder) -> None:
    modes = {Domain.DIRTYRATE_MODE_PAGE_SAMPLING: "page-sampling"}
    if host.suite != "bookworm":  # QEMU 7.2 ends when it is to use this without KVM
        modes[Domain.DIRTYRATE_MODE_DIRTY_BITMAP] = "dirty-bitmap"
    for flag, mode in modes.items():
        running.start_dirty_rate_calc(1, flag)
        asked = qmp(host, running.get_name(), "query-dirty-rate")
        assert (asked["mode"], asked["calc-time"]) == (mode, 1)
        until(
            lambda: qmp(host, running.get_name(), "query-dirty-rate")["status"] == "measured",
            "QEMU has measured",
        )
        measured = qmp(host, running.get_name(), "query-dirty-rate")
        ((_, stats),) = conn.get_all_domain_stats(Domain.STATS_DIRTYRATE, [running])
        assert stats["dirtyrate.calc_status"] == Domain.DIRTYRATE_MEASURED
        assert stats["dirtyrate.calc_period"] == 1
        assert stats["dirtyrate.megabytes_per_second"] == measured["dirty-rate"]
        assert stats["dirtyrate.calc_mode"] == mode
        observed("start_dirty_rate_calc", f"QEMU's query-dirty-rate: {mode}")

    # A ring of dirty pages is KVM's.
    refusal = "Operation not supported: dirty-ring calculation mode requires dirty-ring feature enabled."
    with refused(OperationUnsupported, refusal):
        running.start_dirty_rate_calc(1, Domain.DIRTYRATE_MODE_DIRTY_RING)
    for wrong in (0, 61, -1):
        refusal = rf"unsupported configuration: seconds={wrong} is invalid, .* \[1, 60\]\."
        with refused(ConfigUnsupported, refusal):
            running.start_dirty_rate_calc(wrong)
    with not_sent(conn, "secs", TypeError):
        running.start_dirty_rate_calc(1.5)  # type: ignore[arg-type]
    with not_sent(conn, "flags"):
        running.start_dirty_rate_calc(
            1, Domain.DIRTYRATE_MODE_DIRTY_BITMAP | Domain.DIRTYRATE_MODE_DIRTY_RING
        )
