"""Snapshots: inside disk images and outside, with memory and without; trees of them, and the way back."""

from __future__ import annotations

import pickle
import shutil
import weakref
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path

import pytest

from rig.guest import (
    agent,
    agent_answers,
    console_text,
    disk_xml,
    firmware_xml,
    make_disk,
    run_inside,
    start_inside,
    unique_name,
)
from rig.host import Host
from rig.image import READY
from rig.wait import until
from sysvirt.aio import Connection, Domain, DomainSnapshot
from sysvirt.errors import (
    ConfigUnsupported,
    Error,
    InvalidArgument,
    NoDomainSnapshot,
    OperationInvalid,
    OperationUnsupported,
    SnapshotRevertRisky,
)
from tests.conformance.recorder import Recorder

from ..images import fill, filled, image, inside, journal_is_pending
from ..refusals import not_sent, refused

GONE = "Domain snapshot not found: no domain snapshot with matching name '{}'"


def snapshot_xml(name: str, *overlays: Path, memory: Path | None = None) -> str:
    """With new files on top of the disks, and one for the memory; without any, it is inside the images."""
    disks = "".join(
        f"<disk name='vd{letter}' snapshot='external'><source file='{overlay}'/></disk>"
        for letter, overlay in zip("abc", overlays, strict=False)
    )
    parts = f"<name>{name}</name>"
    parts += f"<memory snapshot='external' file='{memory}'/>" if memory else ""
    parts += f"<disks>{disks}</disks>" if disks else ""
    return f"<domainsnapshot>{parts}</domainsnapshot>"


def names(snapshots: Iterable[DomainSnapshot]) -> list[str]:
    return [snapshot.get_name() for snapshot in snapshots]


def listed(host: Host, dom: Domain, *options: str) -> list[str]:
    """What virsh lists."""
    return host.virsh("snapshot-list", dom.get_name(), "--name", *options).split()


def info(host: Host, snapshot: DomainSnapshot) -> dict[str, str]:
    """What virsh says of a snapshot."""
    text = host.virsh("snapshot-info", snapshot.get_domain().get_name(), snapshot.get_name())
    return {key: value.strip() for key, _, value in (line.partition(":") for line in text.splitlines())}


def sources(host: Host, dom: Domain) -> dict[str, str]:
    """The images that a guest uses, by disk."""
    lines = host.virsh("domblklist", dom.get_name()).splitlines()
    return dict([line.split() for line in lines])


@pytest.fixture
def overlay(host: Host) -> Path:
    """A file that is not there yet."""
    return host.files / f"{unique_name('overlay')}.qcow2"


async def test_a_snapshot_inside_an_image(
    host: Host, dom_with_disk: Domain, disk: Path, observed: Recorder
) -> None:
    dom, name = dom_with_disk, dom_with_disk.get_name()
    assert await dom.has_current_snapshot() is False
    refusal = "Domain snapshot not found: the domain does not have a current snapshot"
    with refused(NoDomainSnapshot, refusal):
        await dom.current_snapshot()
    assert await dom.num_of_snapshots() == 0
    assert await dom.list_snapshots() == []

    first = await dom.create_snapshot(snapshot_xml("first"))
    assert inside(host, disk) == ["first"]
    observed("create_snapshot", "qemu-img info: a snapshot inside the image")
    assert repr(first) == f"<{DomainSnapshot.__module__}.DomainSnapshot 'first' of {name!r}>"
    assert first.get_name() == host.virsh("snapshot-current", name, "--name")
    observed("DomainSnapshot.get_name", "virsh snapshot-current")
    assert await dom.has_current_snapshot() is True
    observed("has_current_snapshot", "virsh snapshot-current")
    assert await dom.current_snapshot() == first
    observed("current_snapshot", "virsh snapshot-current")
    assert info(host, first)["Current"] == "yes"
    assert await first.is_current() is True
    assert info(host, first)["Metadata"] == "yes"
    assert await first.has_metadata() is True
    observed("DomainSnapshot.has_metadata", "virsh snapshot-info: Metadata")
    xml = await first.get_xml_description()
    assert xml.strip() == host.virsh("snapshot-dumpxml", name, "first")
    observed("DomainSnapshot.get_xml_description", "virsh snapshot-dumpxml")
    with refused(NoDomainSnapshot, "Domain snapshot not found: snapshot 'first' does not have a parent"):
        await first.get_parent()

    second = await dom.create_snapshot(snapshot_xml("second"))
    assert inside(host, disk) == ["first", "second"]
    assert info(host, first)["Current"] == "no"
    assert await first.is_current() is False
    observed("DomainSnapshot.is_current", "virsh snapshot-info: Current")
    assert host.virsh("snapshot-parent", name, "second") == "first"
    assert await second.get_parent() == first
    observed("DomainSnapshot.get_parent", "virsh snapshot-parent")
    assert listed(host, dom) == ["first", "second"]
    assert await dom.get_snapshot_by_name("second") == second
    observed("get_snapshot_by_name", "virsh snapshot-list")

    await first.delete()
    assert inside(host, disk) == ["second"]
    assert listed(host, dom) == ["second"]
    observed("DomainSnapshot.delete", "qemu-img info: the snapshot inside the image is gone")
    with refused(NoDomainSnapshot, GONE.format("first")):
        await dom.get_snapshot_by_name("first")
    with refused(NoDomainSnapshot, GONE.format("first") + ".*"):
        await first.is_current()
    with refused(NoDomainSnapshot, GONE.format("first") + ".*"):
        await first.delete()


async def test_a_tree(host: Host, dom_with_disk: Domain, disk: Path, observed: Recorder) -> None:
    dom, name, kind = dom_with_disk, dom_with_disk.get_name(), DomainSnapshot
    root = await dom.create_snapshot(snapshot_xml("root"))
    left = await dom.create_snapshot(snapshot_xml("left"))
    await dom.create_snapshot(snapshot_xml("leaf"))
    await root.revert_to()
    assert host.virsh("snapshot-current", name, "--name") == "root"
    observed("DomainSnapshot.revert_to", "virsh snapshot-current")
    await dom.create_snapshot(snapshot_xml("right"))

    below = listed(host, dom, "--from", "root")
    assert sorted(below) == ["left", "right"]
    assert await root.num_of_child_snapshots() == 2
    observed("DomainSnapshot.num_of_child_snapshots", "virsh snapshot-list --from")
    assert sorted(await root.list_child_snapshot_names()) == sorted(below)
    observed("DomainSnapshot.list_child_snapshot_names", "virsh snapshot-list --from")
    assert sorted(names(await root.list_child_snapshots())) == sorted(below)
    observed("DomainSnapshot.list_child_snapshots", "virsh snapshot-list --from")
    assert sorted(names(await root.list_all_children())) == sorted(below)
    everything = listed(host, dom, "--from", "root", "--descendants")
    assert sorted(everything) == ["leaf", "left", "right"]
    assert sorted(names(await root.list_all_children(kind.LIST_DESCENDANTS))) == sorted(everything)
    observed("DomainSnapshot.list_all_children", "virsh snapshot-list --from --descendants")
    assert await root.num_of_child_snapshots(kind.LIST_DESCENDANTS) == 3
    leaves = kind.LIST_DESCENDANTS | kind.LIST_LEAVES
    assert sorted(await root.list_child_snapshot_names(flags=leaves)) == ["leaf", "right"]
    ordered = names(await root.list_all_children(kind.LIST_DESCENDANTS | kind.LIST_TOPOLOGICAL))
    assert ordered.index("left") < ordered.index("leaf")
    assert len(await root.list_child_snapshot_names(1, kind.LIST_DESCENDANTS)) == 1
    assert await root.list_child_snapshot_names(0) == []

    await left.delete(kind.DELETE_CHILDREN_ONLY)
    assert inside(host, disk) == ["root", "left", "right"]
    assert sorted(listed(host, dom)) == ["left", "right", "root"]
    await left.delete(kind.DELETE_METADATA_ONLY)
    assert inside(host, disk) == ["root", "left", "right"]
    assert sorted(listed(host, dom)) == ["right", "root"]
    await root.delete(kind.DELETE_CHILDREN)
    assert inside(host, disk) == ["left"]
    assert listed(host, dom) == []


async def test_lists(host: Host, dom_with_disk: Domain, overlay: Path, observed: Recorder) -> None:
    dom, kind = dom_with_disk, DomainSnapshot
    await dom.create_snapshot(snapshot_xml("at-rest"))
    await dom.create()
    await dom.create_snapshot(snapshot_xml("running"))
    await dom.create_snapshot(snapshot_xml("disks", overlay), kind.CREATE_DISK_ONLY)
    everything = ["at-rest", "running", "disks"]
    for option, flag, expected in (
        ("--roots", kind.LIST_ROOTS, everything[:1]),
        ("--leaves", kind.LIST_LEAVES, everything[2:]),
        ("--no-leaves", kind.LIST_NO_LEAVES, everything[:2]),
        ("--metadata", kind.LIST_METADATA, everything),
        ("--no-metadata", kind.LIST_NO_METADATA, []),
        ("--inactive", kind.LIST_INACTIVE, everything[:1]),
        ("--active", kind.LIST_ACTIVE, everything[1:2]),
        ("--disk-only", kind.LIST_DISK_ONLY, everything[2:]),
        ("--internal", kind.LIST_INTERNAL, everything[:2]),
        ("--external", kind.LIST_EXTERNAL, everything[2:]),
        ("--topological", kind.LIST_TOPOLOGICAL, everything),
    ):
        assert sorted(listed(host, dom, option)) == sorted(expected)
        assert sorted(names(await dom.list_all_snapshots(flag))) == sorted(expected), option
        assert sorted(await dom.list_snapshot_names(flags=flag)) == sorted(expected), option
        assert await dom.num_of_snapshots(flag) == len(expected), option
    observed("list_all_snapshots", "virsh snapshot-list, with each of its filters")
    observed("list_snapshot_names", "virsh snapshot-list, with each of its filters")
    observed("num_of_snapshots", "virsh snapshot-list, with each of its filters")
    assert names(await dom.list_all_snapshots(kind.LIST_TOPOLOGICAL)) == everything
    assert sorted(names(await dom.list_snapshots())) == sorted(listed(host, dom))
    observed("list_snapshots", "virsh snapshot-list")
    assert sorted(names(await dom.list_all_snapshots(kind.LIST_ACTIVE | kind.LIST_INACTIVE))) == [
        "at-rest",
        "running",
    ]
    assert names(await dom.list_all_snapshots(kind.LIST_INTERNAL | kind.LIST_LEAVES)) == []
    assert len(await dom.list_snapshot_names(2)) == 2
    assert await dom.list_snapshot_names(0) == []
    assert len(await dom.list_snapshot_names(1 << 20)) == 3


async def test_revert(host: Host, dom_with_disk: Domain, disk: Path, observed: Recorder) -> None:
    dom, name, kind = dom_with_disk, dom_with_disk.get_name(), DomainSnapshot
    fill(host, disk, 0x11)
    at_rest = await dom.create_snapshot(snapshot_xml("at-rest"))
    fill(host, disk, 0x22)
    await at_rest.revert_to()
    assert filled(host, disk, 0x11)
    observed("DomainSnapshot.revert_to", "qemu-io: the disk has what it had")
    assert host.virsh("domstate", name) == "shut off"

    await at_rest.revert_to(kind.REVERT_PAUSED)
    assert host.virsh("domstate", name) == "paused"
    await at_rest.revert_to(kind.REVERT_RUNNING)
    assert host.virsh("domstate", name) == "running"
    observed("DomainSnapshot.revert_to", "virsh domstate")
    until(lambda: "SeaBIOS" in console_text(host, name), "the firmware runs")

    booted = console_text(host, name).count("SeaBIOS")
    running = await dom.create_snapshot(snapshot_xml("running"))
    assert host.virsh("domstate", name) == "running"
    assert image(host, disk)["snapshots"][1]["vm-state-size"] > 0
    await at_rest.revert_to()
    assert host.virsh("domstate", name, "--reason") == "shut off (from snapshot)"
    await running.revert_to()
    assert host.virsh("domstate", name, "--reason") == "running (from snapshot)"
    await running.revert_to(kind.REVERT_PAUSED)
    assert host.virsh("domstate", name) == "paused"
    assert console_text(host, name).count("SeaBIOS") == booted  # it went on where it was

    await dom.resume()
    await dom.managed_save()
    with refused(SnapshotRevertRisky, "revert requires force: snapshot without memory state, .*"):
        await at_rest.revert_to()
    await at_rest.revert_to(kind.REVERT_FORCE)
    assert host.virsh("snapshot-current", name, "--name") == "at-rest"


async def test_revert_to_files_on_top(
    host: Host, conn: Connection, dom_with_disk: Domain, disk: Path, overlay: Path, observed: Recorder
) -> None:
    dom = dom_with_disk
    snapshot = await dom.create_snapshot(snapshot_xml("below", overlay), DomainSnapshot.CREATE_DISK_ONLY)
    fill(host, overlay, 0x22)
    if await conn.get_library_version() < 9009000:
        refusal = "unsupported configuration: revert to external snapshot not supported yet"
        with refused(ConfigUnsupported, refusal):
            await snapshot.revert_to()
    else:
        await snapshot.revert_to()
        top = Path(sources(host, dom)["vda"])
        assert top not in (disk, overlay)
        assert not filled(host, top, 0x22)
        observed("DomainSnapshot.revert_to", "qemu-io: the new file on top has what the disk had")


async def test_revert_resets_the_firmware_variables(host: Host, conn: Connection, observed: Recorder) -> None:
    name, kind = unique_name("flash"), DomainSnapshot
    disk, template, variables = (
        make_disk(host, f"{name}.qcow2"),
        host.files / f"{name}.template",
        host.files / name,
    )
    template.write_bytes(bytes(65536))
    firmware = "/usr/share/seabios/bios-256k.bin"
    flash = f"<loader readonly='yes' type='pflash'>{firmware}</loader>"
    flash += f"<nvram template='{template}'>{variables}</nvram>"
    host.define(
        firmware_xml(host, name, extra_devices=disk_xml(disk)).replace("<bios useserial='yes'/>", flash)
    )
    try:
        dom = await conn.get_domain_by_name(name)
        overlay = host.files / f"{name}.overlay"
        snapshot = await dom.create_snapshot(snapshot_xml("flash", overlay), kind.CREATE_DISK_ONLY)
        await dom.create()
        await dom.destroy()
        variables.write_bytes(b"\x55" * 65536)
        await dom.create()
        assert variables.read_bytes() == b"\x55" * 65536
        reset = kind.REVERT_RUNNING | kind.REVERT_RESET_NVRAM
        if await conn.get_library_version() < 9009000:
            refusal = "unsupported configuration: revert to external snapshot not supported yet"
            with refused(ConfigUnsupported, refusal):
                await snapshot.revert_to(reset)
        else:
            await snapshot.revert_to(reset)
            assert host.virsh("domstate", name) == "running"
            assert variables.read_bytes() == bytes(65536)
            observed("DomainSnapshot.revert_to", "the file of the firmware's variables")
    finally:
        host.remove(name)


async def test_files_on_top(
    host: Host, dom_with_disk: Domain, disk: Path, overlay: Path, observed: Recorder
) -> None:
    dom, kind = dom_with_disk, DomainSnapshot
    await dom.create()
    snapshot = await dom.create_snapshot(snapshot_xml("below", overlay), kind.CREATE_DISK_ONLY)
    assert image(host, overlay)["backing-filename"] == str(disk)
    assert sources(host, dom) == {"vda": str(overlay)}
    observed("create_snapshot", "qemu-img info: a new file on top; virsh domblklist: the guest uses it")
    assert inside(host, disk) == []
    assert info(host, snapshot)["State"] == "disk-snapshot"
    await snapshot.delete()
    assert sources(host, dom) == {"vda": str(disk)}
    assert not overlay.exists()
    observed("DomainSnapshot.delete", "virsh domblklist: the file on top is merged, and gone")

    overlay.write_bytes(bytes(512))
    refusal = "unsupported configuration: external snapshot file for disk vda already exists .*"
    with refused(ConfigUnsupported, refusal):
        await dom.create_snapshot(snapshot_xml("below", overlay), kind.CREATE_DISK_ONLY)
    overlay.unlink()
    options = ("-o", "cluster_size=4096", "-F", "qcow2", "-b", str(disk))
    host.run("qemu-img", "create", "-q", "-f", "qcow2", *options, str(overlay))
    await dom.create_snapshot(snapshot_xml("below", overlay), kind.CREATE_DISK_ONLY | kind.CREATE_REUSE_EXT)
    assert sources(host, dom) == {"vda": str(overlay)}
    assert image(host, overlay)["cluster-size"] == 4096  # nobody made it anew


async def test_all_disks_or_none(host: Host, conn: Connection, disk: Path, overlay: Path) -> None:
    name, kind = unique_name("disks"), DomainSnapshot
    other = make_disk(host, f"{name}.qcow2")
    devices = disk_xml(disk) + disk_xml(other, "vdb")
    host.define(firmware_xml(host, name, extra_devices=devices))
    host.virsh("start", name)
    try:
        dom, before = await conn.get_domain_by_name(name), {"vda": str(disk), "vdb": str(other)}
        atomic = kind.CREATE_DISK_ONLY | kind.CREATE_ATOMIC
        with pytest.raises(Exception, match="nowhere"):
            await dom.create_snapshot(snapshot_xml("two", overlay, Path("/nowhere/at/all")), atomic)
        assert sources(host, dom) == before
        assert listed(host, dom) == []
        second = host.files / f"{name}.overlay"
        await dom.create_snapshot(snapshot_xml("two", overlay, second), atomic)
        assert sources(host, dom) == {"vda": str(overlay), "vdb": str(second)}
    finally:
        host.remove(name)


async def test_what_libvirt_does_not_keep(host: Host, dom_with_disk: Domain, overlay: Path) -> None:
    dom, kind = dom_with_disk, DomainSnapshot
    await dom.create()
    snapshot = await dom.create_snapshot(
        snapshot_xml("unknown", overlay), kind.CREATE_DISK_ONLY | kind.CREATE_NO_METADATA
    )
    assert snapshot.get_name() == "unknown"
    assert sources(host, dom) == {"vda": str(overlay)}
    assert listed(host, dom) == []
    with refused(NoDomainSnapshot, GONE.format("unknown") + ".*"):
        await snapshot.has_metadata()


async def test_halt(host: Host, dom_with_disk: Domain, disk: Path) -> None:
    dom, kind = dom_with_disk, DomainSnapshot
    await dom.create()
    assert dom.get_id() > 0
    await dom.create_snapshot(snapshot_xml("last"), kind.CREATE_HALT)
    assert dom.get_id() == -1
    assert host.virsh("domstate", dom.get_name(), "--reason") == "shut off (from snapshot)"
    assert inside(host, disk) == ["last"]
    await dom.create()
    await dom.undefine(Domain.UNDEFINE_SNAPSHOTS_METADATA)
    refusal = "Requested operation is not valid: cannot halt after transient domain snapshot"
    with refused(OperationInvalid, refusal):
        await dom.create_snapshot(snapshot_xml("transient"), kind.CREATE_HALT)
    assert dom.get_id() > 0


async def test_redefine(host: Host, dom_with_disk: Domain, disk: Path) -> None:
    dom, name, kind = dom_with_disk, dom_with_disk.get_name(), DomainSnapshot
    first = await dom.create_snapshot(snapshot_xml("first"))
    second = await dom.create_snapshot(snapshot_xml("second"))
    xml = [
        await first.get_xml_description(kind.XML_SECURE),
        await second.get_xml_description(kind.XML_SECURE),
    ]
    await first.delete(kind.DELETE_METADATA_ONLY | kind.DELETE_CHILDREN)
    assert listed(host, dom) == []
    assert inside(host, disk) == ["first", "second"]

    assert await dom.create_snapshot(xml[0], kind.CREATE_REDEFINE) == first
    assert listed(host, dom) == ["first"]
    assert await dom.has_current_snapshot() is False
    await dom.create_snapshot(xml[1], kind.CREATE_REDEFINE | kind.CREATE_CURRENT)
    assert host.virsh("snapshot-current", name, "--name") == "second"
    assert host.virsh("snapshot-parent", name, "second") == "first"
    assert inside(host, disk) == ["first", "second"]


async def test_validate(dom_with_disk: Domain, conn: Connection) -> None:
    odd = snapshot_xml("odd").replace("</name>", "</name><nonsense/>")
    with pytest.raises(Error, match="XML document failed to validate against schema") as caught:
        await dom_with_disk.create_snapshot(odd, DomainSnapshot.CREATE_VALIDATE)
    assert caught.value.code == Error.ERR_XML_INVALID_SCHEMA
    await dom_with_disk.create_snapshot(snapshot_xml("even"), DomainSnapshot.CREATE_VALIDATE)
    await dom_with_disk.create_snapshot(odd)


async def test_passwords(host: Host, conn: Connection, disk: Path) -> None:
    name = unique_name("secret")
    devices = disk_xml(disk) + "<graphics type='vnc' passwd='sesame'/>"
    host.define(firmware_xml(host, name, extra_devices=devices))
    try:
        dom = await conn.get_domain_by_name(name)
        snapshot = await dom.create_snapshot(snapshot_xml("secret"))
        assert "sesame" not in await snapshot.get_xml_description()
        assert "sesame" in await snapshot.get_xml_description(DomainSnapshot.XML_SECURE)
    finally:
        host.remove(name)


# --- in a system -----------------------------------------------------------------------------------


@pytest.fixture
def files(host: Host) -> Iterator[Path]:
    """A folder for files of some size; gone after the test."""
    folder = host.files / unique_name("files")
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
async def marked(host: Host, linux: Domain) -> AsyncIterator[Domain]:
    """The shared Linux guest, with "before" in its memory and on its disk; put back as it was after the test."""
    name, booted = linux.get_name(), console_text(host, linux.get_name()).count(READY)
    host.virsh("snapshot-create-as", name, "as-it-was")
    try:
        run_inside(host, name, "echo before | tee /run/mark >/mnt/mark; sync")
        yield linux
    finally:
        host.virsh("snapshot-revert", name, "as-it-was")
        host.virsh("snapshot-delete", name, "as-it-was", "--children-only", "--metadata")
        host.virsh("snapshot-delete", name, "as-it-was")
        until(lambda: agent_answers(host, name), "the agent answers")
        assert console_text(host, name).count(READY) == booted


async def test_memory_comes_back(host: Host, marked: Domain, observed: Recorder) -> None:
    name, booted = marked.get_name(), console_text(host, marked.get_name()).count(READY)
    snapshot = await marked.create_snapshot(snapshot_xml(unique_name("memory")))
    run_inside(host, name, "echo after | tee /run/mark >/mnt/mark; sync")
    await snapshot.revert_to()
    until(lambda: agent_answers(host, name), "the agent answers")
    marks = run_inside(host, name, "echo 3 >/proc/sys/vm/drop_caches; cat /run/mark /mnt/mark")
    assert marks.strip() == "before\nbefore"
    assert console_text(host, name).count(READY) == booted
    observed("DomainSnapshot.revert_to", "the guest's memory and file system have what they had")
    await snapshot.delete()  # from the image too, which others use


async def test_quiesce(host: Host, files: Path, marked: Domain, observed: Recorder) -> None:
    kind, disk = DomainSnapshot, Path(sources(host, marked)["vda"])
    overlays = [files / "as-is.qcow2", files / "quiet.qcow2"]
    await marked.create_snapshot(snapshot_xml("as-is", overlays[0]), kind.CREATE_DISK_ONLY)
    assert journal_is_pending(host, disk)
    quiet = kind.CREATE_DISK_ONLY | kind.CREATE_QUIESCE
    await marked.create_snapshot(snapshot_xml("quiet", overlays[1]), quiet)
    assert not journal_is_pending(host, overlays[0])
    assert agent(host, marked.get_name(), "guest-fsfreeze-status") == "thawed"
    observed("create_snapshot", "with CREATE_QUIESCE, the journal of the image's file system is empty")


async def test_memory_in_a_file(
    host: Host, conn: Connection, files: Path, marked: Domain, observed: Recorder
) -> None:
    name, kind = marked.get_name(), DomainSnapshot
    start_inside(host, name, "while :; do echo busy >/run/busy; done")

    async def create(title: str, flags: int) -> tuple[DomainSnapshot, int]:
        """The snapshot, and how often pages of memory were written, beyond once."""
        memory = files / title
        xml = snapshot_xml(title, memory.with_suffix(".qcow2"), memory=memory)
        snapshot = await marked.create_snapshot(xml, flags)
        assert memory.read_bytes().startswith(b"LibvirtQemudSave")
        text = host.virsh("domjobinfo", name, "--completed", "--rawstats", "--anystats")
        rows = [line.partition(": ") for line in text.splitlines()]
        stats = {key: int(value) for key, _, value in rows if value.isdigit()}
        pages = stats["memory_total"] // stats["memory_page_size"]
        return snapshot, stats["memory_normal"] + stats["memory_constant"] - pages

    still, again = await create("still", 0)
    assert again == 0
    _, again = await create("live", kind.CREATE_LIVE)
    assert again > 0
    observed("create_snapshot", "virsh domjobinfo: with CREATE_LIVE, the guest wrote to its memory meanwhile")

    run_inside(host, name, "echo after >/run/mark")
    if await conn.get_library_version() < 9009000:
        refusal = "unsupported configuration: revert to external snapshot not supported yet"
        with refused(ConfigUnsupported, refusal):
            await still.revert_to()
    else:
        await still.revert_to()
        until(lambda: agent_answers(host, name), "the agent answers")
        assert run_inside(host, name, "cat /run/mark").strip() == "before"


# --- arguments, handles ----------------------------------------------------------------------------


async def test_arguments(conn: Connection, dom_with_disk: Domain) -> None:
    dom, kind = dom_with_disk, DomainSnapshot
    xml = snapshot_xml("bad")
    for flags in (
        kind.CREATE_CURRENT,
        kind.CREATE_REDEFINE | kind.CREATE_NO_METADATA,
        kind.CREATE_REDEFINE | kind.CREATE_HALT,
    ):
        with not_sent(conn, "flags"):
            await dom.create_snapshot(xml, flags)
    with not_sent(conn, "xml", TypeError):
        await dom.create_snapshot(None)  # type: ignore[arg-type]
    with not_sent(conn, "name", TypeError):
        await dom.get_snapshot_by_name(5)  # type: ignore[arg-type]
    with not_sent(conn, "maxnames"):
        await dom.list_snapshot_names(-1)
    with refused(InvalidArgument, "(?s).*QUIESCE.*|unsupported.*|.*0x40.*0x10.*"):
        await dom.create_snapshot(xml, kind.CREATE_QUIESCE)
    live = "Operation not supported: live snapshot creation is supported only during full system snapshots"
    with refused(OperationUnsupported, live):
        await dom.create_snapshot(xml, kind.CREATE_LIVE)
    assert await dom.list_snapshots() == []

    snapshot = await dom.create_snapshot(snapshot_xml("good"))
    with not_sent(conn, "flags"):
        await snapshot.revert_to(kind.REVERT_RUNNING | kind.REVERT_PAUSED)
    with not_sent(conn, "flags"):
        await snapshot.delete(kind.DELETE_CHILDREN | kind.DELETE_CHILDREN_ONLY)
    with not_sent(conn, "maxnames", TypeError):
        await snapshot.list_child_snapshot_names("all")  # type: ignore[arg-type]
    with refused(
        InvalidArgument, r"unsupported flags \(0x8\) in function qemuDomainSnapshotDelete|.*\(0x8\).*"
    ):
        await snapshot.delete(8)


async def test_handles(conn: Connection, dom_with_disk: Domain, dom: Domain) -> None:
    one = await dom_with_disk.create_snapshot(snapshot_xml("schöne Aussicht"))
    same = (await dom_with_disk.list_snapshots())[0]
    assert one.get_name() == "schöne Aussicht"
    assert one == same
    assert hash(one) == hash(same)
    assert {one, same} == {one}
    assert one != DomainSnapshot(dom, one._ref)
    assert one != dom_with_disk
    assert one.get_domain() is dom_with_disk
    assert one.get_connection() is conn
    assert weakref.ref(one)() is one
    with pytest.raises(TypeError, match="a DomainSnapshot can't be pickled"):
        pickle.dumps(one)
    with pytest.raises(AttributeError):
        one.anything = 1  # type: ignore[attr-defined]

    raw = DomainSnapshot(dom, b"\0\0\0\2a\xff\0\0" + dom._ref)
    assert raw.get_name() == "a\udcff"
    with refused(NoDomainSnapshot, "(?s).*"):
        await raw.is_current()
