"""Jobs on image chains: what the chain is afterwards, and what QEMU and qemu-img say of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rig.guest import disk_xml, firmware_xml, qmp, unique_name
from rig.host import Host
from rig.wait import until
from sysvirt.aio import Connection, Domain
from sysvirt.errors import (
    BlockCopyActive,
    ConfigUnsupported,
    InvalidArgument,
    OperationInvalid,
    OperationUnsupported,
)
from sysvirt.results import BlockJobInfo
from tests.conformance.recorder import Recorder

from .. import disks
from ..disks import MIB, below, block_device, chain, raw
from ..images import image
from ..refusals import not_sent, refused

NO_JOB = "invalid argument: disk vda does not have an active block job"
#: A MiB at once and then so little that a job does not end by itself.
SLOW = 4096


@pytest.fixture
def images(host: Host) -> list[Path]:
    """Four images, each on top of the one before; the last is for a guest."""
    name = unique_name("chain")
    paths = [host.files / f"{name}.{n}.qcow2" for n in range(1, 5)]
    chain(host, *paths)
    return paths


@pytest.fixture
def guest(host: Host, images: list[Path]) -> Iterator[str]:
    """The name of a guest that has been started and does nothing, with the chain as its disk vda."""
    name = unique_name("firmware")
    host.define(firmware_xml(host, name, extra_devices=disk_xml(images[-1])))
    host.virsh("start", name, "--paused")
    yield name
    host.remove(name)


@pytest.fixture
async def dom(conn: Connection, guest: str) -> Domain:
    return await conn.get_domain_by_name(guest)


def jobs(host: Host, dom: Domain) -> list[dict[str, Any]]:
    """The jobs in QEMU."""
    found: list[dict[str, Any]] = qmp(host, dom.get_name(), "query-block-jobs")
    return found


def end(host: Host, dom: Domain) -> None:
    """Wait until there is no job any more, as libvirt sees it too."""
    until(lambda: host.virsh("blockjob", dom.get_name(), "vda", "--raw") == "", "the job has ended")
    assert jobs(host, dom) == []


def ready(host: Host, dom: Domain) -> None:
    until(lambda: "ready='yes'" in host.virsh("dumpxml", dom.get_name()), "the job is ready")


def source(host: Host, dom: Domain) -> Path:
    """The image that the guest uses."""
    target, path = host.virsh("domblklist", dom.get_name()).split()
    assert target == "vda"
    return Path(path)


def has(host: Host, dom: Domain, path: Path, *numbers: int, format: str = "qcow2") -> bool:
    """Whether an image alone, without those below it, has the MiB of just these images of the chain."""
    qmp(host, dom.get_name(), "stop")  # writes what QEMU has kept back
    return disks.has(host, path, *numbers, format=format)


async def test_pull(host: Host, dom: Domain, images: list[Path], observed: Recorder) -> None:
    top = images[-1]
    assert has(host, dom, top, 4)
    assert not has(host, dom, top, 1, 4)
    await dom.block_pull("vda")
    end(host, dom)
    assert below(image(host, top)) is None
    assert has(host, dom, top, 1, 2, 3, 4)
    observed("block_pull", "qemu-img info, qemu-io: the chain and what each image has")


async def test_speed_and_info(
    host: Host, conn: Connection, dom: Domain, images: list[Path], observed: Recorder
) -> None:
    none = await dom.get_block_job_info("vda")
    assert none == BlockJobInfo(type=Domain.BLOCK_JOB_TYPE_UNKNOWN, bandwidth=0, cur=0, end=0)

    await dom.block_pull("vda", SLOW, Domain.BLOCK_PULL_BANDWIDTH_BYTES)
    (job,) = jobs(host, dom)
    assert (job["type"], job["speed"]) == ("stream", SLOW)
    observed("block_pull", "QMP query-block-jobs")
    info = await dom.get_block_job_info(str(images[-1]), Domain.BLOCK_JOB_INFO_BANDWIDTH_BYTES)
    (job,) = jobs(host, dom)
    assert info == BlockJobInfo(
        type=Domain.BLOCK_JOB_TYPE_PULL, bandwidth=SLOW, cur=job["offset"], end=job["len"]
    )
    assert info.type is Domain.BLOCK_JOB_TYPE_PULL
    assert info.cur < info.end == 8 * MIB
    observed("get_block_job_info", "QMP query-block-jobs")
    assert (await dom.get_block_job_info("vda")).bandwidth == 1  # of MiB, and not less

    await dom.set_block_job_speed("vda", SLOW + 1, Domain.BLOCK_JOB_SPEED_BANDWIDTH_BYTES)
    assert jobs(host, dom)[0]["speed"] == SLOW + 1
    observed("set_block_job_speed", "QMP query-block-jobs")
    with refused(OperationUnsupported, "Operation not supported: disk 'vda' already in active block job"):
        await dom.block_pull("vda")

    await dom.abort_block_job("vda")
    assert jobs(host, dom) == []
    assert below(image(host, images[-1])) == images[-2].name
    observed("abort_block_job", "QMP query-block-jobs")
    assert await dom.get_block_job_info("vda") == none
    with refused(InvalidArgument, NO_JOB):
        await dom.abort_block_job("vda")
    with refused(InvalidArgument, NO_JOB):
        await dom.set_block_job_speed("vda", 1)

    await dom.block_pull("vda", SLOW, Domain.BLOCK_PULL_BANDWIDTH_BYTES)
    await dom.abort_block_job("vda", Domain.BLOCK_JOB_ABORT_ASYNC)
    end(host, dom)
    assert below(image(host, images[-1])) == images[-2].name

    # MiB are the unit without a flag; none of these is done that fast.
    await dom.block_commit("vda", bandwidth=SLOW, flags=slow_active(dom))
    await dom.set_block_job_speed("vda", 3)
    assert jobs(host, dom)[0]["speed"] == 3 * MIB
    await dom.set_block_job_speed("vda", 0)
    assert jobs(host, dom)[0]["speed"] == 0
    await dom.abort_block_job("vda")


def slow_active(dom: Domain) -> Any:
    return dom.BLOCK_COMMIT_ACTIVE | dom.BLOCK_COMMIT_BANDWIDTH_BYTES


async def test_rebase(host: Host, dom: Domain, images: list[Path], observed: Recorder) -> None:
    first, second, _, top = images
    await dom.block_rebase("vda", str(second), 0, Domain.BLOCK_REBASE_RELATIVE)
    end(host, dom)
    assert below(image(host, top)) == second.name
    assert has(host, dom, top, 3, 4)
    observed("block_rebase", "qemu-img info, qemu-io: the chain and what each image has")
    await dom.block_rebase("vda", str(first))
    end(host, dom)
    assert below(image(host, top)) == str(first)
    assert has(host, dom, top, 2, 3, 4)
    await dom.block_rebase("vda", None, SLOW, Domain.BLOCK_REBASE_BANDWIDTH_BYTES)
    (job,) = jobs(host, dom)
    assert (job["type"], job["speed"]) == ("stream", SLOW)
    await dom.set_block_job_speed("vda", 0)
    end(host, dom)
    assert below(image(host, top)) is None
    assert has(host, dom, top, 1, 2, 3, 4)


async def test_rebase_of_an_image_by_its_index(host: Host, dom: Domain, images: list[Path]) -> None:
    await dom.block_rebase("vda", "vda[3]", 0, Domain.BLOCK_REBASE_RELATIVE)
    end(host, dom)
    assert below(image(host, images[-1])) == images[1].name


async def test_rebase_as_copy(host: Host, dom: Domain, images: list[Path], observed: Recorder) -> None:
    name = dom.get_name()
    copy, device_file = host.files / f"{name}.copy.qcow2", host.files / f"{name}.device"
    persistent = "Requested operation is not valid: domain is not transient"
    with refused(OperationInvalid, persistent):
        await dom.block_rebase("vda", str(copy), flags=Domain.BLOCK_REBASE_COPY)
    await dom.undefine()

    await dom.block_rebase("vda", str(copy), flags=Domain.BLOCK_REBASE_COPY | Domain.BLOCK_REBASE_SHALLOW)
    ready(host, dom)
    await dom.abort_block_job("vda", Domain.BLOCK_JOB_ABORT_PIVOT)
    assert source(host, dom) == copy
    assert below(image(host, copy)) == str(images[-2])
    assert has(host, dom, copy, 4)
    observed("block_rebase", "virsh domblklist, qemu-img info")

    with block_device(device_file, 8 * MIB) as device:
        flags = Domain.BLOCK_REBASE_COPY | Domain.BLOCK_REBASE_COPY_DEV | Domain.BLOCK_REBASE_COPY_RAW
        await dom.block_rebase("vda", device, flags=flags)
        ready(host, dom)
        assert f"<source dev='{device}'" in host.virsh("dumpxml", name)
        await dom.abort_block_job("vda", Domain.BLOCK_JOB_ABORT_PIVOT)
        assert str(source(host, dom)) == device
        assert image(host, Path(device))["format"] == "raw"
        assert has(host, dom, Path(device), 1, 2, 3, 4, format="raw")

        reused = raw(host.files / f"{name}.reused.raw", b"", 8 * MIB)
        flags = Domain.BLOCK_REBASE_COPY | Domain.BLOCK_REBASE_REUSE_EXT | Domain.BLOCK_REBASE_COPY_RAW
        inode = reused.stat().st_ino
        await dom.block_rebase("vda", str(reused), flags=flags)
        ready(host, dom)
        await dom.abort_block_job("vda", Domain.BLOCK_JOB_ABORT_PIVOT)
        assert source(host, dom) == reused
        assert reused.stat().st_ino == inode
        assert has(host, dom, reused, 1, 2, 3, 4, format="raw")


async def test_rebase_arguments(conn: Connection, dom: Domain, images: list[Path]) -> None:
    nothing = f"invalid argument: could not find image '' beneath '{images[-1]}' in chain for 'vda'"
    with refused(InvalidArgument, nothing):  # "" is no None
        await dom.block_rebase("vda", "")
    without_base = "invalid argument: flag VIR_DOMAIN_BLOCK_REBASE_RELATIVE is valid only with non-null base"
    with refused(InvalidArgument, without_base):
        await dom.block_rebase("vda", None, flags=Domain.BLOCK_REBASE_RELATIVE)
    for flag in (
        Domain.BLOCK_REBASE_SHALLOW,
        Domain.BLOCK_REBASE_REUSE_EXT,
        Domain.BLOCK_REBASE_COPY_RAW,
        Domain.BLOCK_REBASE_COPY_DEV,
    ):
        with not_sent(conn, "flags"):
            await dom.block_rebase("vda", "/somewhere", flags=flag)
    with not_sent(conn, "base"):
        await dom.block_rebase("vda", flags=Domain.BLOCK_REBASE_COPY)
    for wrong in (-1, 1 << 64):
        with not_sent(conn, "bandwidth"):
            await dom.block_rebase("vda", None, wrong)
        with not_sent(conn, "bandwidth"):
            await dom.block_pull("vda", wrong)
        with not_sent(conn, "bandwidth"):
            await dom.set_block_job_speed("vda", wrong)
    with not_sent(conn, "path", TypeError):
        await dom.block_pull(None)  # type: ignore[arg-type]


def copy_xml(path: Path) -> str:
    return f"<disk type='file'><driver type='{path.suffix[1:]}'/><source file='{path}'/></disk>"


def granularity(host: Host, dom: Domain) -> set[int]:
    """Of what QEMU notes as changed during a copy."""
    nodes = qmp(host, dom.get_name(), "query-named-block-nodes")
    return {bitmap["granularity"] for node in nodes for bitmap in node.get("dirty-bitmaps", ())}


async def test_copy(host: Host, dom: Domain, images: list[Path], observed: Recorder) -> None:
    name = dom.get_name()
    copy = host.files / f"{name}.copy.qcow2"
    with refused(OperationInvalid, "Requested operation is not valid: domain is not transient"):
        await dom.block_copy("vda", copy_xml(copy))
    with refused(InvalidArgument, "invalid argument: granularity must be power of 2"):
        await dom.block_copy("vda", copy_xml(copy), {"granularity": 1000}, Domain.BLOCK_COPY_TRANSIENT_JOB)
    assert not copy.exists()

    params = {
        Domain.BLOCK_COPY_BANDWIDTH: SLOW,
        Domain.BLOCK_COPY_GRANULARITY: 16384,
        Domain.BLOCK_COPY_BUF_SIZE: MIB,
    }
    await dom.block_copy("vda", copy_xml(copy), params, Domain.BLOCK_COPY_TRANSIENT_JOB)
    (job,) = jobs(host, dom)
    assert (job["type"], job["speed"]) == ("mirror", SLOW)
    assert 16384 in granularity(host, dom)
    observed("block_copy", "QMP query-block-jobs, query-named-block-nodes")
    info = await dom.get_block_job_info("vda")
    assert info.type is Domain.BLOCK_JOB_TYPE_COPY
    early = r"block copy still active: block job 'copy-vda-\S+' not ready for pivot yet"
    with refused(BlockCopyActive, early):
        await dom.abort_block_job("vda", Domain.BLOCK_JOB_ABORT_PIVOT)

    await dom.set_block_job_speed("vda", 0)
    ready(host, dom)
    info = await dom.get_block_job_info("vda")
    assert info.cur == info.end > 0
    await dom.abort_block_job("vda", Domain.BLOCK_JOB_ABORT_PIVOT)
    assert source(host, dom) == copy
    assert below(image(host, copy)) is None
    assert has(host, dom, copy, 1, 2, 3, 4)
    observed("block_copy", "virsh domblklist, qemu-img info")
    observed("abort_block_job", "virsh domblklist")

    exists = (
        "unsupported configuration: external destination file for disk vda already exists "
        f"and is not a block device: {images[0]}"
    )
    with refused(ConfigUnsupported, exists):
        await dom.block_copy("vda", copy_xml(images[0]), flags=Domain.BLOCK_COPY_TRANSIENT_JOB)


async def test_copy_of_the_top_only(host: Host, dom: Domain, images: list[Path]) -> None:
    copy = host.files / f"{dom.get_name()}.copy.qcow2"
    await dom.block_copy(
        "vda", copy_xml(copy), {}, Domain.BLOCK_COPY_TRANSIENT_JOB | Domain.BLOCK_COPY_SHALLOW
    )
    ready(host, dom)
    await dom.abort_block_job("vda", Domain.BLOCK_JOB_ABORT_PIVOT)
    assert source(host, dom) == copy
    assert below(image(host, copy)) == str(images[-2])
    assert has(host, dom, copy, 4)


async def test_copy_to_what_is_there(host: Host, conn: Connection, dom: Domain, observed: Recorder) -> None:
    """Where the disk has zeroes, they are written, unless it is said that they are there already."""
    transient = Domain.BLOCK_COPY_TRANSIENT_JOB | Domain.BLOCK_COPY_REUSE_EXT
    zeroed = Domain.BLOCK_COPY_TARGET_ZEROED
    target = host.files / f"{dom.get_name()}.target.raw"
    zeros, others = bytes(4096), 4096 * b"x"
    for flags, beginning in ((transient, zeros), (transient | zeroed, others)):
        raw(target, 8 * MIB * b"x")
        if flags & zeroed and host.suite == "bookworm":
            with refused(InvalidArgument, r"unsupported flags \(0x10\) in function qemuDomainBlockCopy"):
                await dom.block_copy("vda", copy_xml(target), flags=flags)
            continue
        await dom.block_copy("vda", copy_xml(target), flags=flags)
        ready(host, dom)
        await dom.abort_block_job("vda")
        data = target.read_bytes()
        assert data[:4096] == beginning
        assert [data[n * MIB] for n in range(1, 5)] == [1, 2, 3, 4]
        observed("block_copy", "bytes of the file")


async def test_copy_with_every_write(host: Host, dom: Domain, observed: Recorder) -> None:
    synchronous = Domain.BLOCK_COPY_SYNCHRONOUS_WRITES
    for flags in (Domain.BLOCK_COPY_TRANSIENT_JOB, Domain.BLOCK_COPY_TRANSIENT_JOB | synchronous):
        copy = host.files / f"{unique_name('copy')}.qcow2"
        await dom.block_copy("vda", copy_xml(copy), flags=flags)
        ready(host, dom)
        if host.suite == "forky":  # the older QEMU does not tell
            assert jobs(host, dom)[0]["actively-synced"] == bool(flags & synchronous)
        await dom.abort_block_job("vda")
        assert has(host, dom, copy, 1, 2, 3, 4)


async def test_copy_arguments(conn: Connection, dom: Domain) -> None:
    for name, value in (("bandwidth", -1), ("granularity", 1 << 32), ("buf-size", 1 << 64)):
        with not_sent(conn, f"params['{name}']"):
            await dom.block_copy("vda", "<disk/>", {name: value})
    with not_sent(conn, "params"):
        await dom.block_copy("vda", "<disk/>", {"bogus": 1})
    with not_sent(conn, "destxml", TypeError):
        await dom.block_copy("vda", None)  # type: ignore[arg-type]


async def test_commit(host: Host, dom: Domain, images: list[Path], observed: Recorder) -> None:
    first, second, third, top = images
    # What is below the top goes to the bottom.
    await dom.block_commit("vda", str(second), str(third))
    end(host, dom)
    assert below(image(host, top)) == str(second)
    assert has(host, dom, second, 2, 3)
    assert third.exists()
    observed("block_commit", "qemu-img info, qemu-io: the chain and what each image has")
    await dom.block_commit(
        "vda", top="vda[3]", flags=Domain.BLOCK_COMMIT_RELATIVE | Domain.BLOCK_COMMIT_DELETE
    )
    end(host, dom)
    assert has(host, dom, first, 1, 2, 3)
    assert below(image(host, top)) == first.name
    assert not second.exists()

    active = "invalid argument: commit of 'vda' active layer requires active flag"
    with refused(InvalidArgument, active):
        await dom.block_commit("vda")


async def test_commit_of_the_top(host: Host, dom: Domain, images: list[Path], observed: Recorder) -> None:
    first, _, third, top = images
    await dom.block_commit("vda", flags=Domain.BLOCK_COMMIT_ACTIVE | Domain.BLOCK_COMMIT_SHALLOW)
    ready(host, dom)
    info = await dom.get_block_job_info("vda")
    assert info.type is Domain.BLOCK_JOB_TYPE_ACTIVE_COMMIT
    assert source(host, dom) == top
    await dom.abort_block_job("vda", Domain.BLOCK_JOB_ABORT_PIVOT)
    assert source(host, dom) == third
    assert has(host, dom, third, 3, 4)
    observed("block_commit", "virsh domblklist, qemu-io")

    # None is the lowest, and may take its time.
    await dom.block_commit("vda", None, None, SLOW, slow_active(dom))
    (job,) = jobs(host, dom)
    assert (job["type"], job["speed"]) == ("commit", SLOW)
    early = r"block copy still active: block job 'commit-vda-\S+' not ready for pivot yet"
    with refused(BlockCopyActive, early):
        await dom.abort_block_job("vda", Domain.BLOCK_JOB_ABORT_PIVOT)
    await dom.set_block_job_speed("vda", 0)
    ready(host, dom)
    await dom.abort_block_job("vda", Domain.BLOCK_JOB_ABORT_PIVOT | Domain.BLOCK_JOB_ABORT_ASYNC)
    until(lambda: source(host, dom) == first, "the guest goes on with the lowest image")
    end(host, dom)
    assert has(host, dom, first, 1, 2, 3, 4)


async def test_commit_arguments(host: Host, conn: Connection, dom: Domain, images: list[Path]) -> None:
    top = images[-1]
    # "" goes through and is no None.
    with refused(
        InvalidArgument, f"invalid argument: could not find image '' beneath '{top}' in chain for 'vda'"
    ):
        await dom.block_commit("vda", "", flags=Domain.BLOCK_COMMIT_ACTIVE)
    with refused(InvalidArgument, "invalid argument: could not find image '' in chain for 'vda'"):
        await dom.block_commit("vda", None, "")
    with not_sent(conn, "path", TypeError):
        await dom.block_commit(None)  # type: ignore[arg-type]
    with not_sent(conn, "base", TypeError):
        await dom.block_commit("vda", 5)  # type: ignore[arg-type]
    for wrong in (-1, 1 << 64):
        with not_sent(conn, "bandwidth"):
            await dom.block_commit("vda", None, None, wrong)
    host.virsh("destroy", dom.get_name())
    with refused(OperationInvalid, "Requested operation is not valid: domain is not running"):
        await dom.get_block_job_info("vda")
