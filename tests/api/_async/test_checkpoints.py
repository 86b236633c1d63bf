"""Checkpoints: the bitmaps in which a guest's disks keep what was written since."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from pathlib import Path

import pytest

from rig.guest import disk_xml, firmware_xml, qmp, unique_name
from rig.host import Host
from sysvirt.aio import Connection, Domain, DomainCheckpoint, DomainSnapshot
from sysvirt.errors import CheckpointInconsistent, InvalidArgument, NoDomainCheckpoint, OperationUnsupported
from tests.conformance.recorder import Recorder

from ..images import bitmaps, image, write
from ..refusals import not_sent, refused

GONE = "Domain checkpoint not found: no domain checkpoint with matching name '{}'.*"


def checkpoint_xml(name: str) -> str:
    return f"<domaincheckpoint><name>{name}</name></domaincheckpoint>"


def names(checkpoints: Iterable[DomainCheckpoint]) -> list[str]:
    return [checkpoint.get_name() for checkpoint in checkpoints]


def listed(host: Host, dom: Domain, *options: str) -> list[str]:
    """What virsh lists."""
    return host.virsh("checkpoint-list", dom.get_name(), "--name", *options).split()


def persistent(host: Host, disk: Path) -> list[str]:
    """The names of the bitmaps in an image that no guest is using."""
    data = image(host, disk)["format-specific"]["data"]
    return sorted(bitmap["name"] for bitmap in data.get("bitmaps", ()))


@pytest.fixture
async def dom(dom_with_disk: Domain) -> Domain:
    """A fresh guest with a disk, which runs its firmware; gone after the test."""
    await dom_with_disk.create()
    return dom_with_disk


async def test_a_checkpoint(host: Host, dom: Domain, disk: Path, observed: Recorder) -> None:
    name, kind = dom.get_name(), DomainCheckpoint
    assert await dom.list_all_checkpoints() == []
    first = await dom.create_checkpoint(checkpoint_xml("first"))
    assert bitmaps(host, name) == {"first": 0}
    observed("create_checkpoint", "QMP query-block: a bitmap")
    assert repr(first) == f"<{kind.__module__}.DomainCheckpoint 'first' of {name!r}>"
    assert [first.get_name()] == listed(host, dom)
    observed("DomainCheckpoint.get_name", "virsh checkpoint-list")
    xml = await first.get_xml_description()
    assert xml.strip() == host.virsh("checkpoint-dumpxml", name, "first")
    observed("DomainCheckpoint.get_xml_description", "virsh checkpoint-dumpxml")
    assert "<domain " in xml
    assert "<domain " not in await first.get_xml_description(kind.XML_NO_DOMAIN)
    with refused(
        NoDomainCheckpoint, "Domain checkpoint not found: checkpoint 'first' does not have a parent"
    ):
        await first.get_parent()

    write(host, name, 0x11)
    assert bitmaps(host, name) == {"first": 65536}
    assert "size='65536'" in await first.get_xml_description(kind.XML_NO_DOMAIN | kind.XML_SIZE)
    observed("DomainCheckpoint.get_xml_description", "with XML_SIZE, what QMP query-block counts")

    second = await dom.create_checkpoint(checkpoint_xml("second"))
    write(host, name, 0x22, "128k")
    assert bitmaps(host, name)["second"] == 131072
    assert host.virsh("checkpoint-parent", name, "second") == "first"
    assert await second.get_parent() == first
    observed("DomainCheckpoint.get_parent", "virsh checkpoint-parent")
    assert sorted(listed(host, dom)) == ["first", "second"]
    assert await dom.get_checkpoint_by_name("second") == second
    observed("get_checkpoint_by_name", "virsh checkpoint-list")

    await second.delete()
    assert bitmaps(host, name) == {"first": 131072}
    assert listed(host, dom) == ["first"]
    observed("DomainCheckpoint.delete", "QMP query-block: the bitmap is merged into its parent's")
    with refused(NoDomainCheckpoint, GONE.format("second")):
        await dom.get_checkpoint_by_name("second")
    with refused(NoDomainCheckpoint, GONE.format("second")):
        await second.delete()

    await dom.destroy()
    assert persistent(host, disk) == ["first"]
    observed("create_checkpoint", "qemu-img info: a bitmap in the image")
    with refused(
        OperationUnsupported, "Operation not supported: cannot create checkpoint for inactive domain"
    ):
        await dom.create_checkpoint(checkpoint_xml("third"))
    with refused(
        OperationUnsupported, "Operation not supported: cannot delete checkpoint for inactive domain"
    ):
        await first.delete()


async def test_lists(host: Host, dom: Domain, observed: Recorder) -> None:
    kind, everything = DomainCheckpoint, ["root", "middle", "leaf"]
    root, _, leaf = [await dom.create_checkpoint(checkpoint_xml(name)) for name in everything]
    for option, flag, expected in (
        ("--roots", kind.LIST_ROOTS, everything[:1]),
        ("--leaves", kind.LIST_LEAVES, everything[2:]),
        ("--no-leaves", kind.LIST_NO_LEAVES, everything[:2]),
        ("--topological", kind.LIST_TOPOLOGICAL, everything),
    ):
        assert sorted(listed(host, dom, option)) == sorted(expected)
        assert sorted(names(await dom.list_all_checkpoints(flag))) == sorted(expected), option
    assert sorted(names(await dom.list_all_checkpoints())) == sorted(everything)
    assert names(await dom.list_all_checkpoints(kind.LIST_TOPOLOGICAL)) == everything
    observed("list_all_checkpoints", "virsh checkpoint-list, with each of its filters")

    assert names(await root.list_all_children()) == listed(host, dom, "--from", "root") == ["middle"]
    below = kind.LIST_DESCENDANTS
    assert names(await root.list_all_children(below | kind.LIST_TOPOLOGICAL)) == everything[1:]
    assert sorted(listed(host, dom, "--from", "root", "--descendants")) == sorted(everything[1:])
    observed("DomainCheckpoint.list_all_children", "virsh checkpoint-list --from --descendants")
    assert names(await root.list_all_children(below | kind.LIST_LEAVES)) == ["leaf"]
    assert await leaf.list_all_children() == []


async def test_delete(host: Host, dom: Domain, disk: Path, observed: Recorder) -> None:
    name, kind = dom.get_name(), DomainCheckpoint
    one, two, _, _ = [await dom.create_checkpoint(checkpoint_xml(n)) for n in ("one", "two", "three", "four")]
    assert sorted(bitmaps(host, name)) == ["four", "one", "three", "two"]
    await two.delete(kind.DELETE_CHILDREN_ONLY)
    assert sorted(bitmaps(host, name)) == sorted(listed(host, dom)) == ["one", "two"]
    observed(
        "DomainCheckpoint.delete", "QMP query-block: with DELETE_CHILDREN_ONLY, the bitmaps after it are gone"
    )
    await two.delete(kind.DELETE_METADATA_ONLY)
    assert listed(host, dom) == ["one"]
    assert sorted(bitmaps(host, name)) == ["one", "two"]
    observed(
        "DomainCheckpoint.delete", "QMP query-block: with DELETE_METADATA_ONLY, the bitmap is still there"
    )
    qmp(host, name, "block-dirty-bitmap-remove", node=node(host, name), name="two")

    await dom.create_checkpoint(checkpoint_xml("five"))
    await one.delete(kind.DELETE_CHILDREN)
    assert bitmaps(host, name) == {}
    assert listed(host, dom) == []
    observed("DomainCheckpoint.delete", "QMP query-block: with DELETE_CHILDREN, no bitmap is left")


def node(host: Host, name: str) -> str:
    """The name that QEMU has for the guest's image."""
    found: str = qmp(host, name, "query-block")[0]["inserted"]["node-name"]
    return found


async def test_redefine(host: Host, dom: Domain, observed: Recorder) -> None:
    name, kind = dom.get_name(), DomainCheckpoint
    first = await dom.create_checkpoint(checkpoint_xml("first"))
    xml = await first.get_xml_description(kind.XML_SECURE)
    await first.delete(kind.DELETE_METADATA_ONLY)
    assert await dom.create_checkpoint(xml, kind.CREATE_REDEFINE) == first
    assert listed(host, dom) == ["first"]
    assert bitmaps(host, name) == {"first": 0}
    observed("create_checkpoint", "virsh checkpoint-list: with CREATE_REDEFINE, the one there was")

    await first.delete(kind.DELETE_METADATA_ONLY)
    validate = kind.CREATE_REDEFINE | kind.CREATE_REDEFINE_VALIDATE
    assert await dom.create_checkpoint(xml, validate) == first
    await first.delete(kind.DELETE_METADATA_ONLY)
    qmp(host, name, "block-dirty-bitmap-remove", node=node(host, name), name="first")
    refusal = "checkpoint inconsistent: missing or broken bitmap 'first' for disk 'vda'"
    with refused(CheckpointInconsistent, refusal):
        await dom.create_checkpoint(xml, validate)
    assert listed(host, dom) == []


async def test_passwords(host: Host, conn: Connection, disk: Path) -> None:
    name = unique_name("secret")
    devices = disk_xml(disk) + "<graphics type='vnc' passwd='sesame'><listen type='socket'/></graphics>"
    host.define(firmware_xml(host, name, extra_devices=devices))
    host.virsh("start", name)
    try:
        guest = await conn.get_domain_by_name(name)
        checkpoint = await guest.create_checkpoint(checkpoint_xml("secret"))
        assert "sesame" not in await checkpoint.get_xml_description()
        assert "sesame" in await checkpoint.get_xml_description(DomainCheckpoint.XML_SECURE)
    finally:
        host.remove(name)


async def test_arguments(conn: Connection, dom: Domain) -> None:
    kind, xml = DomainCheckpoint, checkpoint_xml("one")
    with not_sent(conn, "flags"):
        await dom.create_checkpoint(xml, kind.CREATE_REDEFINE | kind.CREATE_QUIESCE)
    with not_sent(conn, "flags"):
        await dom.create_checkpoint(xml, kind.CREATE_REDEFINE_VALIDATE)
    with not_sent(conn, "xml"):
        await dom.create_checkpoint("a\0b")
    with not_sent(conn, "name", TypeError):
        await dom.get_checkpoint_by_name(None)  # type: ignore[arg-type]
    with refused(InvalidArgument, r"unsupported flags \(0x2\) in function .*"):
        await dom.create_checkpoint(xml, kind.CREATE_QUIESCE)
    checkpoint = await dom.create_checkpoint(xml)
    with not_sent(conn, "flags"):
        await checkpoint.delete(kind.DELETE_CHILDREN | kind.DELETE_CHILDREN_ONLY)


async def test_handles(conn: Connection, dom: Domain) -> None:
    one = await dom.create_checkpoint(checkpoint_xml("one"))
    (same,) = await dom.list_all_checkpoints()
    assert {one, same} == {one}
    assert one.get_domain() is dom
    assert one.get_connection() is conn
    assert one != DomainSnapshot(dom, one._ref)
    with pytest.raises(TypeError, match="a DomainCheckpoint can't be pickled"):
        pickle.dumps(one)
