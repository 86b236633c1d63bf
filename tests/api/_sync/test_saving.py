# Made by tools/unasync.py from tests/api/_async/test_saving.py; do not edit.
"""Save images and core dumps: what is in the files, and what comes back from them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rig.guest import console_text, unique_name
from rig.host import Host
from rig.wait import until
from sysvirt import Connection, Domain
from sysvirt.errors import (
    ArgumentUnsupported,
    InvalidArgument,
    OperationInvalid,
    OperationUnsupported,
    SystemCallFailed,
)
from tests.conformance.recorder import Recorder

from ..refusals import NOT_RUNNING, not_sent, refused

SAVE_IMAGE, MIGRATION_STREAM, ELF = b"LibvirtQemudSave", b"QEVM", b"\x7fELF"


def titled(xml: str, title: str) -> str:
    return xml.replace("</name>", f"</name><title>{title}</title>")


@pytest.fixture
def file(host: Host) -> Path:
    """A file that is not there yet."""
    return host.files / unique_name("image")


def test_save_and_restore(
    host: Host, conn: Connection, running: Domain, file: Path, observed: Recorder
) -> None:
    name = running.get_name()
    until(lambda: "SeaBIOS" in console_text(host, name), "the firmware runs")
    running.save(file)
    assert running.get_id() == -1
    assert file.read_bytes().startswith(SAVE_IMAGE)
    assert host.virsh("domstate", name, "--reason") == "shut off (saved)"
    observed("save", "the image's magic; virsh domstate: shut off (saved)")
    assert running.get_state() == (Domain.STATE_SHUTOFF, Domain.STATE_SHUTOFF_SAVED)

    assert conn.restore_domain(str(file)) is None  # type: ignore[func-returns-value]
    assert host.virsh("domstate", name, "--reason") == "running (restored)"
    assert console_text(host, name).count("SeaBIOS") == 1  # it did not boot again
    observed("Connection.restore_domain", "virsh domstate: running (restored); the guest did not boot again")

    with refused(OperationInvalid, f"Requested operation is not valid: domain '{name}' is already active"):
        conn.restore_domain(file)


def test_save_flags(host: Host, conn: Connection, running: Domain, file: Path) -> None:
    name = running.get_name()
    running.save(file, flags=Domain.SAVE_PAUSED)
    assert running.get_id() == -1
    conn.restore_domain(file)
    assert host.virsh("domstate", name) == "paused"
    running.save(file)
    conn.restore_domain(file, flags=Domain.SAVE_RUNNING)
    assert host.virsh("domstate", name) == "running"
    with not_sent(conn, "flags"):
        running.save(file, flags=Domain.SAVE_PAUSED | Domain.SAVE_RUNNING)
    with not_sent(conn, "flags"):
        conn.restore_domain(file, flags=Domain.SAVE_PAUSED | Domain.SAVE_RUNNING)


def test_save_with_another_definition(
    host: Host, conn: Connection, running: Domain, file: Path, observed: Recorder
) -> None:
    name = running.get_name()
    xml = running.get_xml_description(Domain.XML_MIGRATABLE | Domain.XML_SECURE)
    running.save(file, titled(xml, "from dxml"))
    saved = conn.get_save_image_xml_description(file)
    assert "<title>from dxml</title>" in saved
    assert saved.strip() == host.virsh("save-image-dumpxml", str(file))
    observed("Connection.get_save_image_xml_description", "virsh save-image-dumpxml")

    conn.define_save_image_xml(file, saved.replace("from dxml", "from define"), Domain.SAVE_PAUSED)
    assert "<title>from define</title>" in host.virsh("save-image-dumpxml", str(file))
    observed("Connection.define_save_image_xml", "virsh save-image-dumpxml")
    conn.restore_domain(file, saved.replace("from dxml", "from restore"))
    assert host.virsh("domstate", name) == "paused"
    assert host.virsh("desc", name, "--title", "--live") == "from restore"

    with not_sent(conn, "flags"):
        conn.define_save_image_xml(file, saved, Domain.SAVE_PAUSED | Domain.SAVE_RUNNING)
    with not_sent(conn, "dxml"):
        conn.define_save_image_xml(file, "a\0b")
    with not_sent(conn, "dxml"):
        running.save(file, "a\0b")
    with not_sent(conn, "dxml", TypeError):
        conn.restore_domain(file, 5)  # type: ignore[arg-type]
    with refused(SystemCallFailed, "Failed to open file '/nowhere': No such file or directory"):
        conn.get_save_image_xml_description("/nowhere")


def test_save_parameters(host: Host, conn: Connection, running: Domain, file: Path) -> None:
    name = running.get_name()
    running.save(params={Domain.SAVE_PARAM_FILE: str(file)})
    assert running.get_id() == -1
    assert file.read_bytes().startswith(SAVE_IMAGE)
    dxml = conn.get_save_image_xml_description(file)
    conn.restore_domain(
        params={"file": str(file), "dxml": titled(dxml, "from params")}, flags=Domain.SAVE_PAUSED
    )
    assert host.virsh("domstate", name) == "paused"
    assert host.virsh("desc", name, "--title", "--live") == "from params"

    # The plain arguments go before those in the parameters.
    running.save(file, params={"file": "/nowhere/at/all"})
    conn.restore_domain(file, params={"file": "/nowhere/at/all"})

    packed = {Domain.SAVE_PARAM_IMAGE_FORMAT: Domain.SAVE_PARAM_IMAGE_FORMAT_GZIP}
    if conn.get_library_version() < 11000000:
        with refused(ArgumentUnsupported, "argument unsupported: parameter 'image_format' not supported"):
            running.save(file, params=packed)
    else:
        before = file.stat().st_size
        running.save(file, params=packed)
        assert file.stat().st_size < before
        conn.restore_domain(file)
        assert host.virsh("domstate", name) == "paused"


def test_save_arguments(conn: Connection, dom: Domain, file: Path) -> None:
    with refused(OperationInvalid, NOT_RUNNING):
        dom.save(file)
    assert not file.exists()
    with not_sent(conn, "filename"):
        dom.save()
    with not_sent(conn, "filename"):
        dom.save(params={})
    with not_sent(conn, "filename"):
        dom.save("")
    with not_sent(conn, "filename"):
        dom.save("/a\0b")
    with not_sent(conn, "filename", TypeError):
        dom.save(5)  # type: ignore[arg-type]
    with not_sent(conn, "params"):
        dom.save(file, params={"no such name": 1})
    with not_sent(conn, "params['parallel.channels']"):
        dom.save(file, params={"parallel.channels": 1 << 40})
    with not_sent(conn, "params['image_format']", TypeError):
        dom.save(file, params={"image_format": 3})
    with not_sent(conn, "params", TypeError):
        dom.save(file, params=["file"])  # type: ignore[list-item]
    with not_sent(conn, "savefile"):
        conn.restore_domain()
    with not_sent(conn, "savefile"):
        conn.restore_domain(params={})
    with not_sent(conn, "file"):
        conn.get_save_image_xml_description("")
    with not_sent(conn, "file", TypeError):
        conn.define_save_image_xml(None, "<domain/>")  # type: ignore[arg-type]


def test_a_relative_path_is_one_of_ours(
    host: Host, conn: Connection, running: Domain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(host.files)
    name = unique_name("relative")
    running.save(os.path.join(".", name))
    assert (host.files / name).read_bytes().startswith(SAVE_IMAGE)
    conn.restore_domain(Path(name))
    assert host.virsh("domstate", running.get_name()) == "running"


def test_managed_save(host: Host, conn: Connection, running: Domain, observed: Recorder) -> None:
    name = running.get_name()
    until(lambda: "SeaBIOS" in console_text(host, name), "the firmware runs")
    assert running.has_managed_save_image() is False
    running.managed_save()
    assert running.get_id() == -1
    assert host.virsh("domstate", name, "--reason") == "shut off (saved)"
    assert running.has_managed_save_image() is True
    assert "Managed save:   yes" in host.virsh("dominfo", name)
    observed("has_managed_save_image", "virsh dominfo")
    (image,) = host.folder.glob(f"lib/qemu/save/{name}.save")
    assert image.read_bytes().startswith(SAVE_IMAGE)
    observed("managed_save", "the image where libvirt keeps it; virsh domstate: shut off (saved)")

    running.create()
    assert host.virsh("domstate", name, "--reason") == "running (restored)"
    assert running.get_id() == int(host.virsh("domid", name))
    assert console_text(host, name).count("SeaBIOS") == 1
    assert running.has_managed_save_image() is False

    running.managed_save(Domain.SAVE_PAUSED)
    assert running.get_id() == -1
    running.create()
    assert host.virsh("domstate", name) == "paused"
    with not_sent(conn, "flags"):
        running.managed_save(Domain.SAVE_PAUSED | Domain.SAVE_RUNNING)


def test_managed_save_remove(host: Host, running: Domain, observed: Recorder) -> None:
    name = running.get_name()
    running.managed_save()
    running.managed_save_remove()
    assert running.has_managed_save_image() is False
    assert "Managed save:   no" in host.virsh("dominfo", name)
    with refused(SystemCallFailed, "Failed to remove managed save file '.*': No such file or directory"):
        running.managed_save_remove()
    booted = console_text(host, name).count("SeaBIOS")
    running.create()
    until(lambda: console_text(host, name).count("SeaBIOS") > booted, "it boots")
    observed("managed_save_remove", "virsh dominfo; the guest's next start boots")


def test_managed_save_definition(
    host: Host, conn: Connection, running: Domain, observed: Recorder
) -> None:
    name = running.get_name()
    running.managed_save()
    xml = running.managed_save_get_xml_description()
    assert xml.strip() == host.virsh("managedsave-dumpxml", name)
    observed("managed_save_get_xml_description", "virsh managedsave-dumpxml")
    running.managed_save_define_xml(titled(xml, "saved"), Domain.SAVE_PAUSED)
    assert "<title>saved</title>" in host.virsh("managedsave-dumpxml", name)
    running.create()
    assert host.virsh("domstate", name) == "paused"
    assert host.virsh("desc", name, "--title", "--live") == "saved"
    observed("managed_save_define_xml", "virsh managedsave-dumpxml; the guest goes on with it")
    with refused(
        OperationInvalid, "Requested operation is not valid: domain does not have managed save image"
    ):
        running.managed_save_get_xml_description()
    with not_sent(conn, "xml", TypeError):
        running.managed_save_define_xml(None)  # type: ignore[arg-type]
    with not_sent(conn, "flags"):
        running.managed_save_define_xml(xml, Domain.SAVE_PAUSED | Domain.SAVE_RUNNING)


def test_managed_save_refusals(host: Host, conn: Connection, dom: Domain) -> None:
    with refused(OperationInvalid, NOT_RUNNING):
        dom.managed_save()
    dom.create()
    dom.undefine()
    refusal = "Requested operation is not valid: cannot do managed save for transient domain"
    with refused(OperationInvalid, refusal):
        dom.managed_save()
    assert dom.get_id() == int(host.virsh("domid", dom.get_name()))


def test_core_dump(
    host: Host, conn: Connection, running: Domain, file: Path, observed: Recorder
) -> None:
    name = running.get_name()
    running.core_dump(file)
    assert file.read_bytes().startswith(MIGRATION_STREAM)
    assert host.virsh("domstate", name) == "running"
    running.core_dump(file, Domain.DUMP_MEMORY_ONLY)
    assert file.read_bytes().startswith(ELF)
    observed("core_dump", "the file: an ELF core")
    assert host.virsh("domstate", name) == "running"
    file.unlink()
    if conn.get_library_version() < 12000000:
        running.core_dump(file, Domain.DUMP_LIVE)
        assert file.read_bytes().startswith(MIGRATION_STREAM)
    else:
        with refused(InvalidArgument, r"unsupported flags \(0x2\) in function qemuDomainCoreDump"):
            running.core_dump(file, Domain.DUMP_LIVE)


def test_core_dump_and_then(host: Host, running: Domain, file: Path) -> None:
    name = running.get_name()
    until(lambda: console_text(host, name).count("SeaBIOS") == 1, "the firmware runs")
    running.core_dump(file, Domain.DUMP_RESET)
    until(lambda: console_text(host, name).count("SeaBIOS") == 2, "it was reset")
    running.core_dump(file, Domain.DUMP_CRASH)
    assert host.virsh("domstate", name, "--reason") == "shut off (crashed)"
    assert running.get_id() == -1


def test_core_dump_format(host: Host, running: Domain, file: Path, observed: Recorder) -> None:
    running.core_dump_format(file, Domain.CORE_DUMP_FORMAT_RAW, Domain.DUMP_MEMORY_ONLY)
    assert file.read_bytes().startswith(ELF)
    running.core_dump_format(file, Domain.CORE_DUMP_FORMAT_KDUMP_ZLIB, Domain.DUMP_MEMORY_ONLY)
    assert file.read_bytes().startswith(b"makedumpfile")
    observed("core_dump_format", "the file: a kdump with zlib")
    refusal = "Operation not supported: kdump-compressed format is only supported with memory-only dump"
    with refused(OperationUnsupported, refusal):
        running.core_dump_format(file, Domain.CORE_DUMP_FORMAT_KDUMP_ZLIB)
    with refused(InvalidArgument, "dumpformat '99' is not supported.*"):
        running.core_dump_format(file, 99)
    assert host.virsh("domstate", running.get_name()) == "running"


def test_core_dump_arguments(conn: Connection, dom: Domain, file: Path) -> None:
    with refused(OperationInvalid, NOT_RUNNING):
        dom.core_dump(file)
    for pair in (
        Domain.DUMP_CRASH | Domain.DUMP_LIVE,
        Domain.DUMP_CRASH | Domain.DUMP_RESET,
        Domain.DUMP_LIVE | Domain.DUMP_RESET,
    ):
        with not_sent(conn, "flags"):
            dom.core_dump(file, pair)
        with not_sent(conn, "flags"):
            dom.core_dump_format(file, Domain.CORE_DUMP_FORMAT_RAW, pair)
    with not_sent(conn, "filename"):
        dom.core_dump("")
    with not_sent(conn, "format", TypeError):
        dom.core_dump_format(file, "raw")  # type: ignore[arg-type]
    with not_sent(conn, "format"):
        dom.core_dump_format(file, -1)
