# Made by tools/unasync.py from tests/api/_async/test_block.py; do not edit.
"""Disks: sizes, contents, limits, statistics and errors, as QEMU and qemu-img see them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from rig.guest import disk_xml, firmware_xml, qmp, unique_name
from rig.host import Host
from rig.wait import until
from sysvirt import Connection, Domain, connect
from sysvirt.errors import (
    ConfigUnsupported,
    InvalidArgument,
    NoSupport,
    OperationFailed,
    OperationInvalid,
    OperationUnsupported,
)
from sysvirt.results import BlockInfo, DiskError
from sysvirt.typedparams import TypedParam
from tests.conformance.recorder import Recorder

from ..disks import MIB, WRITING_BOOT_SECTOR, block_device, break_tables, qcow2, raw, resize_device
from ..images import image
from ..refusals import NOT_RUNNING, not_sent, refused

NO_DISK = "invalid argument: disk 'vdz' not found in domain"


@pytest.fixture
def files(host: Host) -> tuple[Path, Path]:
    """A raw image and one in QEMU's format."""
    name = unique_name("disk")
    plain = raw(host.files / f"{name}.raw", b"begin" + 8192 * b"0123456789abcdef", 4 * MIB)
    return plain, qcow2(host, host.files / f"{name}.qcow2", "16M")


@pytest.fixture
def guest(host: Host, files: tuple[Path, Path]) -> Iterator[str]:
    """The name of a guest that has been started and does nothing, with these two disks, vda and vdb."""
    name = unique_name("firmware")
    plain, other = files
    host.define(firmware_xml(host, name, extra_devices=disk_xml(plain) + disk_xml(other, "vdb")))
    host.virsh("start", name, "--paused")
    yield name
    host.remove(name)


def device_xml(device: str, format: str, policy: str) -> str:
    """A <disk> vda for a block device."""
    return (
        f"<disk type='block' device='disk'><driver name='qemu' type='{format}' {policy}/>"
        f"<source dev='{device}'/><target dev='vda' bus='virtio'/></disk>"
    )


def inserted(host: Host, name: str, number: int = 0) -> dict[str, Any]:
    """What QEMU says of a disk."""
    found: dict[str, Any] = qmp(host, name, "query-block")[number]["inserted"]
    return found


def numbers(text: str) -> dict[str, int]:
    """The `name number` lines, with whatever is between, that virsh prints."""
    return {name: int(value) for name, value in re.findall(r"^(?:vd\w +)?(\w+)\W+(\d+)", text, re.MULTILINE)}


def test_block_info(
    host: Host, conn: Connection, guest: str, files: tuple[Path, Path], observed: Recorder
) -> None:
    dom = conn.get_domain_by_name(guest)
    info = dom.get_block_info("vdb")
    seen = numbers(host.virsh("domblkinfo", guest, "vdb"))
    assert info == BlockInfo(
        capacity=seen["Capacity"], allocation=seen["Allocation"], physical=seen["Physical"]
    )
    found = image(host, files[1])
    assert (info.capacity, info.allocation) == (found["virtual-size"], found["actual-size"])
    assert info.physical == files[1].stat().st_size
    observed("get_block_info", "qemu-img info, size of the file")
    assert dom.get_block_info(str(files[1])) == info

    with refused(InvalidArgument, "invalid argument: invalid path vdz not assigned to domain"):
        dom.get_block_info("vdz")
    with not_sent(conn, "dev", TypeError):
        dom.get_block_info(5)  # type: ignore[arg-type]
    host.virsh("destroy", guest)
    info = dom.get_block_info("vda")
    assert (info.capacity, info.physical) == (4 * MIB, 4 * MIB)
    assert info.allocation == files[0].stat().st_blocks * 512


def test_peek(
    host: Host, conn: Connection, guest: str, files: tuple[Path, Path], observed: Recorder
) -> None:
    dom = conn.get_domain_by_name(guest)
    data = files[0].read_bytes()
    assert dom.block_peek("vda", 0, 21) == data[:21] == b"begin0123456789abcdef"
    assert dom.block_peek("vda", 5 + 65536, 16) == b"0123456789abcdef"
    assert dom.block_peek(str(files[0]), 0, 4 * MIB) == data
    observed("block_peek", "bytes of the file")

    # A longer read than the file has: libvirt 12.8 may come to another text.
    with pytest.raises(InvalidArgument, match="has only 1 bytes available"):
        dom.block_peek("vda", 4 * MIB - 1, 2)
    raw_only = "Operation not supported: peeking is only supported for disk with 'raw' format not 'qcow2'"
    with refused(OperationUnsupported, raw_only):
        dom.block_peek("vdb", 0, 1)
    with refused(InvalidArgument, NO_DISK):
        dom.block_peek("vdz", 0, 1)
    for wrong in (-1, 4 * MIB + 1):
        with not_sent(conn, "size"):
            dom.block_peek("vda", 0, wrong)
    with not_sent(conn, "offset"):
        dom.block_peek("vda", -1, 1)


def test_resize(
    host: Host, conn: Connection, guest: str, files: tuple[Path, Path], observed: Recorder
) -> None:
    dom = conn.get_domain_by_name(guest)

    def size() -> int:
        """What QEMU says, and the image's header."""
        found: int = inserted(host, guest, 1)["image"]["virtual-size"]
        assert image(host, files[1])["virtual-size"] == found
        return found

    dom.block_resize("vdb", 20 * 1024)
    assert size() == 20 * MIB
    observed("block_resize", "QMP query-block, qemu-img info")
    assert (dom.get_block_info("vdb")).capacity == 20 * MIB
    dom.block_resize("vdb", 21 * MIB - 100, Domain.BLOCK_RESIZE_BYTES)
    assert size() == 21 * MIB  # in sectors

    extend = Domain.BLOCK_RESIZE_EXTEND
    if host.suite == "forky":
        dom.block_resize("vdb", 22 * 1024, extend)
        assert size() == 22 * MIB
        shrinks = "operation failed: resize of 'vdb' would shrink it from '23068672' to '22020096' bytes"
        with refused(OperationFailed, shrinks):
            dom.block_resize("vdb", 21 * 1024, extend)
        assert size() == 22 * MIB
    else:
        with refused(InvalidArgument, r"unsupported flags \(0x4\) in function qemuDomainBlockResize"):
            dom.block_resize("vdb", 22 * 1024, extend)
    dom.block_resize("vdb", 10 * 1024)
    assert size() == 10 * MIB

    with refused(InvalidArgument, "invalid argument: disk 'vdz' was not found in the domain config"):
        dom.block_resize("vdz", 10)
    for wrong in (-1, 1 << 64):
        with not_sent(conn, "size"):
            dom.block_resize("vda", wrong)


def test_resize_to_what_a_device_has(host: Host, conn: Connection, observed: Recorder) -> None:
    name = unique_name("firmware")
    file = host.files / f"{name}.device"
    with block_device(file, 2 * MIB) as device:
        host.define(firmware_xml(host, name, extra_devices=device_xml(device, "raw", "")))
        try:
            host.virsh("start", name, "--paused")
            dom = conn.get_domain_by_name(name)
            resize_device(device, file, 3 * MIB)
            if host.suite == "forky":
                dom.block_resize("vda", 0, Domain.BLOCK_RESIZE_CAPACITY)
                assert inserted(host, name)["image"]["virtual-size"] == 3 * MIB
                assert (dom.get_block_info("vda")).capacity == 3 * MIB
                observed("block_resize", "QMP query-block")
            else:
                with refused(InvalidArgument, r"unsupported flags \(0x2\) in function qemuDomainBlockResize"):
                    dom.block_resize("vda", 0, Domain.BLOCK_RESIZE_CAPACITY)
        finally:
            host.remove(name)


def test_stats(host: Host, conn: Connection, observed: Recorder) -> None:
    name = unique_name("firmware")
    disk = raw(host.files / f"{name}.raw", WRITING_BOOT_SECTOR, 64 * MIB)
    host.define(firmware_xml(host, name, extra_devices=disk_xml(disk)))
    try:
        host.virsh("start", name)
        dom = conn.get_domain_by_name(name)
        until(lambda: numbers(host.virsh("domblkstat", name, "vda"))["wr_req"] > 3, "it writes")
        host.virsh("suspend", name)
        stats = dom.block_stats("vda")
        seen = qmp(host, name, "query-blockstats")[0]["stats"]
        assert stats["rd_req"] == stats["rd_operations"] == seen["rd_operations"]
        assert stats["wr_req"] == stats["wr_operations"] == seen["wr_operations"] > 3
        assert stats["rd_bytes"] == seen["rd_bytes"] >= 512
        assert stats["wr_bytes"] == seen["wr_bytes"] == stats["wr_req"] * 32768
        assert stats["wr_total_times"] == seen["wr_total_time_ns"] > 0
        assert stats["flush_operations"] == seen["flush_operations"]
        observed("block_stats", "QMP query-blockstats")
        assert stats[Domain.BLOCK_STATS_FLUSH_TOTAL_TIMES] == seen["flush_total_time_ns"]
        assert stats == dom.block_stats(str(disk)) == dom.block_stats("")

        with refused(InvalidArgument, "invalid argument: invalid path: vdz"):
            dom.block_stats("vdz")
    finally:
        host.remove(name)


def test_stats_of_an_older_driver(host: Host) -> None:
    with connect(host.test_uri) as conn:
        dom = conn.get_domain_by_name("test")
        stats = dom.block_stats("vda")
        assert stats["rd_req"] == stats["rd_operations"] > 0
        assert stats["wr_req"] == stats["wr_operations"] > 0
        assert set(stats) == {
            "rd_req",
            "rd_operations",
            "rd_bytes",
            "wr_req",
            "wr_operations",
            "wr_bytes",
            "errs",
        }
        with refused(
            NoSupport, "this function is not supported by the connection driver: virDomainBlockStatsFlags"
        ):
            dom.block_stats("vda", 4)
        with refused(InvalidArgument, "invalid argument: invalid path: vdz"):
            dom.block_stats("vdz")


def test_an_error_for_want_of_space(host: Host, conn: Connection, observed: Recorder) -> None:
    name = unique_name("firmware")
    file, sector = host.files / f"{name}.device", raw(host.files / f"{name}.raw", WRITING_BOOT_SECTOR)
    with ExitStack() as stack:
        device = stack.enter_context(block_device(file, MIB))
        host.run("qemu-img", "create", "-q", "-f", "qcow2", device, "16M")
        host.run("qemu-img", "convert", "-n", "-f", "raw", "-O", "qcow2", str(sector), device)
        host.define(
            firmware_xml(host, name, extra_devices=device_xml(device, "qcow2", "error_policy='enospace'"))
        )
        stack.callback(host.remove, name)
        host.virsh("start", name, "--paused")
        dom = conn.get_domain_by_name(name)
        assert dom.get_disk_errors() == []
        host.virsh("resume", name)
        until(lambda: host.virsh("domstate", name, "--reason") == "paused (I/O error)", "the device is full")
        assert qmp(host, name, "query-block")[0]["io-status"] == "nospace"
        (error,) = dom.get_disk_errors()
        assert error == DiskError(path="vda", error=Domain.DISK_ERROR_NO_SPACE)
        assert error.error is Domain.DISK_ERROR_NO_SPACE
        assert host.virsh("domblkerror", name) == "vda: no space"
        observed("get_disk_errors", "QMP query-block: io-status")

        resize_device(device, file, 32 * MIB)
        written = (dom.block_stats("vda"))["wr_req"]
        host.virsh("resume", name)
        until(lambda: numbers(host.virsh("domblkstat", name, "vda"))["wr_req"] > written, "it writes again")
        assert dom.get_disk_errors() == [error]


def test_an_error_of_another_kind(host: Host, conn: Connection, observed: Recorder) -> None:
    name = unique_name("firmware")
    broken = break_tables(qcow2(host, host.files / f"{name}.qcow2", "1M"))
    # QEMU does not let go for good of what it may not write to.
    xml = disk_xml(broken).replace("name='qemu'", "name='qemu' rerror_policy='stop'")
    xml = xml.replace("</disk>", "<readonly/></disk>")
    host.define(firmware_xml(host, name, extra_devices=xml))
    try:
        host.virsh("start", name)
        dom = conn.get_domain_by_name(name)
        until(lambda: host.virsh("domstate", name, "--reason") == "paused (I/O error)", "it can't be read")
        assert qmp(host, name, "query-block")[0]["io-status"] == "failed"
        assert dom.get_disk_errors() == [DiskError(path="vda", error=Domain.DISK_ERROR_UNSPEC)]
        observed("get_disk_errors", "QMP query-block: io-status")
        host.virsh("destroy", name)
        with refused(OperationInvalid, NOT_RUNNING):
            dom.get_disk_errors()
    finally:
        host.remove(name)


def test_iotune(host: Host, conn: Connection, guest: str, observed: Recorder) -> None:
    dom = conn.get_domain_by_name(guest)
    limits = dom.get_block_iotune("vda")
    assert limits["group_name"] == ""
    assert {value for name, value in limits.items() if name != "group_name"} == {0}

    dom.set_block_iotune("vda", {Domain.BLOCK_IOTUNE_TOTAL_BYTES_SEC: MIB, "read_iops_sec": 7})
    seen = inserted(host, guest)
    assert (seen["bps"], seen["iops_rd"], seen["iops_wr"]) == (MIB, 7, 0)
    observed("set_block_iotune", "QMP query-block")
    limits = dom.get_block_iotune("vda", Domain.AFFECT_LIVE)
    assert (limits["total_bytes_sec"], limits["read_iops_sec"], limits["group_name"]) == (
        seen["bps"],
        seen["iops_rd"],
        seen["group"],
    )
    observed("get_block_iotune", "QMP query-block")
    assert "total_bytes_sec: 1048576" in re.sub(" +:", ":", host.virsh("blkdeviotune", guest, "vda"))
    assert (dom.get_block_iotune("vda", Domain.AFFECT_CONFIG))["total_bytes_sec"] == 0

    # What was left out stays as a family of limits, or not at all; and what a getter gives can go back.
    dom.set_block_iotune("vda", {"write_iops_sec": 9})
    seen = inserted(host, guest)
    assert (seen["bps"], seen["iops_rd"], seen["iops_wr"]) == (MIB, 0, 9)
    dom.set_block_iotune("vda", dom.get_block_iotune("vda"))
    assert inserted(host, guest) == seen

    both = Domain.AFFECT_LIVE | Domain.AFFECT_CONFIG
    full: dict[str, int | str] = {
        "read_bytes_sec": 1000, "write_bytes_sec": 2000, "read_bytes_sec_max": 3000, "write_bytes_sec_max": 4000,
        "read_bytes_sec_max_length": 2, "write_bytes_sec_max_length": 3, "total_iops_sec": 10,
        "total_iops_sec_max": 20, "total_iops_sec_max_length": 4, "size_iops_sec": 4096, "group_name": "both",
    }  # fmt: skip
    dom.set_block_iotune("vda", full, both)
    seen = inserted(host, guest)
    assert (seen["bps_rd"], seen["bps_wr"], seen["bps_rd_max"], seen["bps_wr_max"]) == (
        1000,
        2000,
        3000,
        4000,
    )
    assert (seen["bps_rd_max_length"], seen["bps_wr_max_length"], seen["iops_max_length"]) == (2, 3, 4)
    assert (seen["iops"], seen["iops_max"], seen["iops_size"], seen["group"]) == (10, 20, 4096, "both")
    for flags in (Domain.AFFECT_LIVE, Domain.AFFECT_CONFIG):
        assert full.items() <= (dom.get_block_iotune("vda", flags)).items()
    assert "<group_name>both</group_name>" in host.definition(guest)


def test_iotune_arguments(host: Host, conn: Connection, guest: str) -> None:
    dom = conn.get_domain_by_name(guest)
    together = "invalid argument: total and read/write of bytes_sec cannot be set at the same time"
    with refused(InvalidArgument, together):
        dom.set_block_iotune("vda", {"total_bytes_sec": 5, "read_bytes_sec": 3})
    burst_only = "unsupported configuration: cannot reset 'total_bytes_sec' when 'total_bytes_sec_max' is set"
    with refused(ConfigUnsupported, burst_only):
        dom.set_block_iotune("vda", {"total_bytes_sec_max": 5})
    with not_sent(conn, "params"):
        dom.set_block_iotune("vda", {})
    with refused(InvalidArgument, NO_DISK):
        dom.get_block_iotune("vdz")
    dom.set_block_iotune("vda", [TypedParam("total_iops_sec", "ullong", 3)])
    assert inserted(host, guest)["iops"] == 3
    with not_sent(conn, "params['total_iops_sec']"):
        dom.set_block_iotune("vda", {"total_iops_sec": -1})
    with not_sent(conn, "params['group_name']", TypeError):
        dom.set_block_iotune("vda", {"group_name": 1})
    with pytest.raises(InvalidArgument, match=r"^params: .*'bogus'"):
        dom.set_block_iotune("vda", {"bogus": 1})
    with not_sent(conn, "flags"):
        dom.get_block_iotune("vda", Domain.AFFECT_LIVE | Domain.AFFECT_CONFIG)
    with not_sent(conn, "disk", TypeError):
        dom.get_block_iotune(None)  # type: ignore[arg-type]
    with not_sent(conn, "disk", TypeError):
        dom.set_block_iotune(None, {"total_iops_sec": 1})  # type: ignore[arg-type]
    host.virsh("destroy", guest)
    with refused(OperationInvalid, NOT_RUNNING):
        dom.get_block_iotune("vda", Domain.AFFECT_LIVE)


def test_throttle_groups(host: Host, conn: Connection, guest: str, observed: Recorder) -> None:
    dom = conn.get_domain_by_name(guest)
    both = Domain.AFFECT_LIVE | Domain.AFFECT_CONFIG
    if host.suite == "bookworm":
        too_old = "this daemon is too old for DOMAIN_{}_THROTTLE_GROUP: unknown procedure: {}"
        with refused(NoSupport, too_old.format("SET", 451)) as caught:
            dom.set_throttle_group("slow", {"total_iops_sec": 5})
        observed.refusal("set_throttle_group", caught.value)
        with refused(NoSupport, too_old.format("DEL", 452)) as caught:
            dom.del_throttle_group("slow")
        observed.refusal("del_throttle_group", caught.value)
        return

    def groups() -> list[str]:
        return [
            entry["name"]
            for entry in qmp(host, guest, "qom-list", path="/objects")
            if "throttle" in entry["type"]
        ]

    def iops() -> int:
        limits: dict[str, int] = qmp(host, guest, "qom-get", path="/objects/throttle-slow", property="limits")
        return limits["iops-total"]

    dom.set_throttle_group("slow", {Domain.BLOCK_IOTUNE_TOTAL_IOPS_SEC: 5}, both)
    assert groups() == ["throttle-slow"]
    assert iops() == 5
    observed("set_throttle_group", "QMP qom-get: limits")
    assert numbers(host.virsh("domthrottlegroupinfo", guest, "slow", "--inactive"))["total_iops_sec"] == 5
    dom.set_throttle_group("slow", {"total_iops_sec": 6, "total_iops_sec_max": 12})
    assert iops() == 6
    assert numbers(host.virsh("domthrottlegroupinfo", guest, "slow"))["total_iops_sec_max"] == 12
    assert numbers(host.virsh("domthrottlegroupinfo", guest, "slow", "--inactive"))["total_iops_sec"] == 5

    dom.del_throttle_group("slow", both)
    assert groups() == []
    assert host.virsh("domthrottlegrouplist", guest, "--inactive") == ""
    observed("del_throttle_group", "QMP qom-list")

    with refused(InvalidArgument, "nparams in virDomainSetThrottleGroup must be greater than zero"):
        dom.set_throttle_group("slow", {})
    with not_sent(conn, "group", TypeError):
        dom.set_throttle_group(None, {"total_iops_sec": 1})  # type: ignore[arg-type]
    with not_sent(conn, "group", TypeError):
        dom.del_throttle_group(None)  # type: ignore[arg-type]
    with not_sent(conn, "params"):
        dom.set_throttle_group("slow", {"bogus": 1})


def test_threshold(host: Host, conn: Connection, guest: str, observed: Recorder) -> None:
    dom = conn.get_domain_by_name(guest)

    def thresholds() -> set[int]:
        return {node["write_threshold"] for node in qmp(host, guest, "query-named-block-nodes")}

    dom.set_block_threshold("vdb", 3 * MIB)
    assert thresholds() == {0, 3 * MIB}
    assert f"block.1.threshold={3 * MIB}" in host.virsh("domstats", guest, "--block")
    observed("set_block_threshold", "QMP query-named-block-nodes: write_threshold")
    dom.set_block_threshold("vdb", 0)
    assert thresholds() == {0}
    index = int(re.findall(r"index='(\d+)'", host.virsh("dumpxml", guest))[0])
    dom.set_block_threshold(f"vda[{index}]", 5 * MIB)
    assert thresholds() == {0, 5 * MIB}
    with refused(InvalidArgument, "invalid argument: failed to find disk 'vdz'"):
        dom.set_block_threshold("vdz", 1)
    for wrong in (-1, 1 << 64):
        with not_sent(conn, "threshold"):
            dom.set_block_threshold("vda", wrong)
