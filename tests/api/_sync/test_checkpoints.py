# Made by tools/unasync.py from tests/api/_async/test_checkpoints.py; do not edit.
"""Checkpoints: the bitmaps in which a guest's disks keep what was written since."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from pathlib import Path

import pytest

from rig.guest import disk_xml, firmware_xml, qmp, unique_name
from rig.host import Host
from sysvirt import Connection, Domain, DomainCheckpoint, DomainSnapshot
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
def dom(dom_with_disk: Domain) -> Domain:
    """A fresh guest with a disk, which runs its firmware; gone after the test."""
    dom_with_disk.create()
    return dom_with_disk


def test_a_checkpoint(host: Host, dom: Domain, disk: Path, observed: Recorder) -> None:
    name, kind = dom.get_name(), DomainCheckpoint
    assert dom.list_all_checkpoints() == []
    first = dom.create_checkpoint(checkpoint_xml("first"))
    assert bitmaps(host, name) == {"first": 0}
    observed("create_checkpoint", "QMP query-block: a bitmap")
    assert repr(first) == f"<{kind.__module__}.DomainCheckpoint 'first' of {name!r}>"
    assert [first.get_name()] == listed(host, dom)
    observed("DomainCheckpoint.get_name", "virsh checkpoint-list")
    xml = first.get_xml_description()
    assert xml.strip() == host.virsh("checkpoint-dumpxml", name, "first")
    observed("DomainCheckpoint.get_xml_description", "virsh checkpoint-dumpxml")
    assert "<domain " in xml
    assert "<domain " not in first.get_xml_description(kind.XML_NO_DOMAIN)
    with refused(
        NoDomainCheckpoint, "Domain checkpoint not found: checkpoint 'first' does not have a parent"
    ):
        first.get_parent()

    write(host, name, 0x11)
    assert bitmaps(host, name) == {"first": 65536}
    assert "size='65536'" in first.get_xml_description(kind.XML_NO_DOMAIN | kind.XML_SIZE)
    observed("DomainCheckpoint.get_xml_description", "with XML_SIZE, what QMP query-block counts")

    second = dom.create_checkpoint(checkpoint_xml("second"))
    write(host, name, 0x22, "128k")
    assert bitmaps(host, name)["second"] == 131072
    assert host.virsh("checkpoint-parent", name, "second") == "first"
    assert second.get_parent() == first
    observed("DomainCheckpoint.get_parent", "virsh checkpoint-parent")
    assert sorted(listed(host, dom)) == ["first", "second"]
    assert dom.get_checkpoint_by_name("second") == second
    observed("get_checkpoint_by_name", "virsh checkpoint-list")

    second.delete()
    assert bitmaps(host, name) == {"first": 131072}
    assert listed(host, dom) == ["first"]
    observed("DomainCheckpoint.delete", "QMP query-block: the bitmap is merged into its parent's")
    with refused(NoDomainCheckpoint, GONE.format("second")):
        dom.get_checkpoint_by_name("second")
    with refused(NoDomainCheckpoint, GONE.format("second")):
        second.delete()

    dom.destroy()
    assert persistent(host, disk) == ["first"]
    observed("create_checkpoint", "qemu-img info: a bitmap in the image")
    with refused(
        OperationUnsupported, "Operation not supported: cannot create checkpoint for inactive domain"
    ):
        dom.create_checkpoint(checkpoint_xml("third"))
    with refused(
        OperationUnsupported, "Operation not supported: cannot delete checkpoint for inactive domain"
    ):
        first.delete()


def test_lists(host: Host, dom: Domain, observed: Recorder) -> None:
    kind, everything = DomainCheckpoint, ["root", "middle", "leaf"]
    root, _, leaf = [dom.create_checkpoint(checkpoint_xml(name)) for name in everything]
    for option, flag, expected in (
        ("--roots", kind.LIST_ROOTS, everything[:1]),
        ("--leaves", kind.LIST_LEAVES, everything[2:]),
        ("--no-leaves", kind.LIST_NO_LEAVES, everything[:2]),
        ("--topological", kind.LIST_TOPOLOGICAL, everything),
    ):
        assert sorted(listed(host, dom, option)) == sorted(expected)
        assert sorted(names(dom.list_all_checkpoints(flag))) == sorted(expected), option
    assert sorted(names(dom.list_all_checkpoints())) == sorted(everything)
    assert names(dom.list_all_checkpoints(kind.LIST_TOPOLOGICAL)) == everything
    observed("list_all_checkpoints", "virsh checkpoint-list, with each of its filters")

    assert names(root.list_all_children()) == listed(host, dom, "--from", "root") == ["middle"]
    below = kind.LIST_DESCENDANTS
    assert names(root.list_all_children(below | kind.LIST_TOPOLOGICAL)) == everything[1:]
    assert sorted(listed(host, dom, "--from", "root", "--descendants")) == sorted(everything[1:])
    observed("DomainCheckpoint.list_all_children", "virsh checkpoint-list --from --descendants")
    assert names(root.list_all_children(below | kind.LIST_LEAVES)) == ["leaf"]
    assert leaf.list_all_children() == []


def test_delete(host: Host, dom: Domain, disk: Path, observed: Recorder) -> None:
    name, kind = dom.get_name(), DomainCheckpoint
    one, two, _, _ = [dom.create_checkpoint(checkpoint_xml(n)) for n in ("one", "two", "three", "four")]
    assert sorted(bitmaps(host, name)) == ["four", "one", "three", "two"]
    two.delete(kind.DELETE_CHILDREN_ONLY)
    assert sorted(bitmaps(host, name)) == sorted(listed(host, dom)) == ["one", "two"]
    observed(
        "DomainCheckpoint.delete", "QMP query-block: with DELETE_CHILDREN_ONLY, the bitmaps after it are gone"
    )
    two.delete(kind.DELETE_METADATA_ONLY)
    assert listed(host, dom) == ["one"]
    assert sorted(bitmaps(host, name)) == ["one", "two"]
    observed(
        "DomainCheckpoint.delete", "QMP query-block: with DELETE_METADATA_ONLY, the bitmap is still there"
    )
    qmp(host, name, "block-dirty-bitmap-remove", node=node(host, name), name="two")

    dom.create_checkpoint(checkpoint_xml("five"))
    one.delete(kind.DELETE_CHILDREN)
    assert bitmaps(host, name) == {}
    assert listed(host, dom) == []
    observed("DomainCheckpoint.delete", "QMP query-block: with DELETE_CHILDREN, no bitmap is left")


def node(host: Host, name: str) -> str:
    """The name that QEMU has for the guest's image."""
    found: str = qmp(host, name, "query-block")[0]["inserted"]["node-name"]
    return found


def test_redefine(host: Host, dom: Domain, observed: Recorder) -> None:
    name, kind = dom.get_name(), DomainCheckpoint
    first = dom.create_checkpoint(checkpoint_xml("first"))
    xml = first.get_xml_description(kind.XML_SECURE)
    first.delete(kind.DELETE_METADATA_ONLY)
    assert dom.create_checkpoint(xml, kind.CREATE_REDEFINE) == first
    assert listed(host, dom) == ["first"]
    assert bitmaps(host, name) == {"first": 0}
    observed("create_checkpoint", "virsh checkpoint-list: with CREATE_REDEFINE, the one there was")

    first.delete(kind.DELETE_METADATA_ONLY)
    validate = kind.CREATE_REDEFINE | kind.CREATE_REDEFINE_VALIDATE
    assert dom.create_checkpoint(xml, validate) == first
    first.delete(kind.DELETE_METADATA_ONLY)
    qmp(host, name, "block-dirty-bitmap-remove", node=node(host, name), name="first")
    refusal = "checkpoint inconsistent: missing or broken bitmap 'first' for disk 'vda'"
    with refused(CheckpointInconsistent, refusal):
        dom.create_checkpoint(xml, validate)
    assert listed(host, dom) == []


def test_passwords(host: Host, conn: Connection, disk: Path) -> None:
    name = unique_name("secret")
    devices = disk_xml(disk) + "<graphics type='vnc' passwd='sesame'><listen type='socket'/></graphics>"
    host.define(firmware_xml(host, name, extra_devices=devices))
    host.virsh("start", name)
    try:
        guest = conn.get_domain_by_name(name)
        checkpoint = guest.create_checkpoint(checkpoint_xml("secret"))
        assert "sesame" not in checkpoint.get_xml_description()
        assert "sesame" in checkpoint.get_xml_description(DomainCheckpoint.XML_SECURE)
    finally:
        host.remove(name)


def test_arguments(conn: Connection, dom: Domain) -> None:
    kind, xml = DomainCheckpoint, checkpoint_xml("one")
    with not_sent(conn, "flags"):
        dom.create_checkpoint(xml, kind.CREATE_REDEFINE | kind.CREATE_QUIESCE)
    with not_sent(conn, "flags"):
        dom.create_checkpoint(xml, kind.CREATE_REDEFINE_VALIDATE)
    with not_sent(conn, "xml"):
        dom.create_checkpoint("a\0b")
    with not_sent(conn, "name", TypeError):
        dom.get_checkpoint_by_name(None)  # type: ignore[arg-type]
    with refused(InvalidArgument, r"unsupported flags \(0x2\) in function .*"):
        dom.create_checkpoint(xml, kind.CREATE_QUIESCE)
    checkpoint = dom.create_checkpoint(xml)
    with not_sent(conn, "flags"):
        checkpoint.delete(kind.DELETE_CHILDREN | kind.DELETE_CHILDREN_ONLY)


def test_handles(conn: Connection, dom: Domain) -> None:
    one = dom.create_checkpoint(checkpoint_xml("one"))
    (same,) = dom.list_all_checkpoints()
    assert {one, same} == {one}
    assert one.get_domain() is dom
    assert one.get_connection() is conn
    assert one != DomainSnapshot(dom, one._ref)
    with pytest.raises(TypeError, match="a DomainCheckpoint can't be pickled"):
        pickle.dumps(one)
