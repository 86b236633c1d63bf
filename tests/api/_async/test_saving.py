"""Save images and core dumps: what is in the files, and what comes back from them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rig.guest import console_text, unique_name
from rig.host import Host
from rig.wait import until
from sysvirt.aio import Connection, Domain
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


async def test_save_and_restore(
    host: Host, conn: Connection, running: Domain, file: Path, observed: Recorder
) -> None:
    name = running.get_name()
    until(lambda: "SeaBIOS" in console_text(host, name), "the firmware runs")
    await running.save(file)
    assert running.get_id() == -1
    assert file.read_bytes().startswith(SAVE_IMAGE)
    assert host.virsh("domstate", name, "--reason") == "shut off (saved)"
    observed("save", "the image's magic; virsh domstate: shut off (saved)")
    assert await running.get_state() == (Domain.STATE_SHUTOFF, Domain.STATE_SHUTOFF_SAVED)

    assert await conn.restore_domain(str(file)) is None  # type: ignore[func-returns-value]
    assert host.virsh("domstate", name, "--reason") == "running (restored)"
    assert console_text(host, name).count("SeaBIOS") == 1  # it did not boot again
    observed("Connection.restore_domain", "virsh domstate: running (restored); the guest did not boot again")

    with refused(OperationInvalid, f"Requested operation is not valid: domain '{name}' is already active"):
        await conn.restore_domain(file)


async def test_save_flags(host: Host, conn: Connection, running: Domain, file: Path) -> None:
    name = running.get_name()
    await running.save(file, flags=Domain.SAVE_PAUSED)
    assert running.get_id() == -1
    await conn.restore_domain(file)
    assert host.virsh("domstate", name) == "paused"
    await running.save(file)
    await conn.restore_domain(file, flags=Domain.SAVE_RUNNING)
    assert host.virsh("domstate", name) == "running"
    with not_sent(conn, "flags"):
        await running.save(file, flags=Domain.SAVE_PAUSED | Domain.SAVE_RUNNING)
    with not_sent(conn, "flags"):
        await conn.restore_domain(file, flags=Domain.SAVE_PAUSED | Domain.SAVE_RUNNING)


async def test_save_with_another_definition(
    host: Host, conn: Connection, running: Domain, file: Path, observed: Recorder
) -> None:
    name = running.get_name()
    xml = await running.get_xml_description(Domain.XML_MIGRATABLE | Domain.XML_SECURE)
    await running.save(file, titled(xml, "from dxml"))
    saved = await conn.get_save_image_xml_description(file)
    assert "<title>from dxml</title>" in saved
    assert saved.strip() == host.virsh("save-image-dumpxml", str(file))
    observed("Connection.get_save_image_xml_description", "virsh save-image-dumpxml")

    await conn.define_save_image_xml(file, saved.replace("from dxml", "from define"), Domain.SAVE_PAUSED)
    assert "<title>from define</title>" in host.virsh("save-image-dumpxml", str(file))
    observed("Connection.define_save_image_xml", "virsh save-image-dumpxml")
    await conn.restore_domain(file, saved.replace("from dxml", "from restore"))
    assert host.virsh("domstate", name) == "paused"
    assert host.virsh("desc", name, "--title", "--live") == "from restore"

    with not_sent(conn, "flags"):
        await conn.define_save_image_xml(file, saved, Domain.SAVE_PAUSED | Domain.SAVE_RUNNING)
    with not_sent(conn, "dxml"):
        await conn.define_save_image_xml(file, "a\0b")
    with not_sent(conn, "dxml"):
        await running.save(file, "a\0b")
    with not_sent(conn, "dxml", TypeError):
        await conn.restore_domain(file, 5)  # type: ignore[arg-type]
    with refused(SystemCallFailed, "Failed to open file '/nowhere': No such file or directory"):
        await conn.get_save_image_xml_description("/nowhere")


async def test_save_parameters(host: Host, conn: Connection, running: Domain, file: Path) -> None:
    name = running.get_name()
    await running.save(params={Domain.SAVE_PARAM_FILE: str(file)})
    assert running.get_id() == -1
    assert file.read_bytes().startswith(SAVE_IMAGE)
    dxml = await conn.get_save_image_xml_description(file)
    await conn.restore_domain(
        params={"file": str(file), "dxml": titled(dxml, "from params")}, flags=Domain.SAVE_PAUSED
    )
    assert host.virsh("domstate", name) == "paused"
    assert host.virsh("desc", name, "--title", "--live") == "from params"

    # The plain arguments go before those in the parameters.
    await running.save(file, params={"file": "/nowhere/at/all"})
    await conn.restore_domain(file, params={"file": "/nowhere/at/all"})

    packed = {Domain.SAVE_PARAM_IMAGE_FORMAT: Domain.SAVE_PARAM_IMAGE_FORMAT_GZIP}
    if await conn.get_library_version() < 11000000:
        with refused(ArgumentUnsupported, "argument unsupported: parameter 'image_format' not supported"):
            await running.save(file, params=packed)
    else:
        before = file.stat().st_size
        await running.save(file, params=packed)
        assert file.stat().st_size < before
        await conn.restore_domain(file)
        assert host.virsh("domstate", name) == "paused"


async def test_save_arguments(conn: Connection, dom: Domain, file: Path) -> None:
    with refused(OperationInvalid, NOT_RUNNING):
        await dom.save(file)
    assert not file.exists()
    with not_sent(conn, "filename"):
        await dom.save()
    with not_sent(conn, "filename"):
        await dom.save(params={})
    with not_sent(conn, "filename"):
        await dom.save("")
    with not_sent(conn, "filename"):
        await dom.save("/a\0b")
    with not_sent(conn, "filename", TypeError):
        await dom.save(5)  # type: ignore[arg-type]
    with not_sent(conn, "params"):
        await dom.save(file, params={"no such name": 1})
    with not_sent(conn, "params['parallel.channels']"):
        await dom.save(file, params={"parallel.channels": 1 << 40})
    with not_sent(conn, "params['image_format']", TypeError):
        await dom.save(file, params={"image_format": 3})
    with not_sent(conn, "params", TypeError):
        await dom.save(file, params=["file"])  # type: ignore[list-item]
    with not_sent(conn, "savefile"):
        await conn.restore_domain()
    with not_sent(conn, "savefile"):
        await conn.restore_domain(params={})
    with not_sent(conn, "file"):
        await conn.get_save_image_xml_description("")
    with not_sent(conn, "file", TypeError):
        await conn.define_save_image_xml(None, "<domain/>")  # type: ignore[arg-type]


async def test_a_relative_path_is_one_of_ours(
    host: Host, conn: Connection, running: Domain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(host.files)
    name = unique_name("relative")
    await running.save(os.path.join(".", name))
    assert (host.files / name).read_bytes().startswith(SAVE_IMAGE)
    await conn.restore_domain(Path(name))
    assert host.virsh("domstate", running.get_name()) == "running"


async def test_managed_save(host: Host, conn: Connection, running: Domain, observed: Recorder) -> None:
    name = running.get_name()
    until(lambda: "SeaBIOS" in console_text(host, name), "the firmware runs")
    assert await running.has_managed_save_image() is False
    await running.managed_save()
    assert running.get_id() == -1
    assert host.virsh("domstate", name, "--reason") == "shut off (saved)"
    assert await running.has_managed_save_image() is True
    assert "Managed save:   yes" in host.virsh("dominfo", name)
    observed("has_managed_save_image", "virsh dominfo")
    (image,) = host.folder.glob(f"lib/qemu/save/{name}.save")
    assert image.read_bytes().startswith(SAVE_IMAGE)
    observed("managed_save", "the image where libvirt keeps it; virsh domstate: shut off (saved)")

    await running.create()
    assert host.virsh("domstate", name, "--reason") == "running (restored)"
    assert running.get_id() == int(host.virsh("domid", name))
    assert console_text(host, name).count("SeaBIOS") == 1
    assert await running.has_managed_save_image() is False

    await running.managed_save(Domain.SAVE_PAUSED)
    assert running.get_id() == -1
    await running.create()
    assert host.virsh("domstate", name) == "paused"
    with not_sent(conn, "flags"):
        await running.managed_save(Domain.SAVE_PAUSED | Domain.SAVE_RUNNING)


async def test_managed_save_remove(host: Host, running: Domain, observed: Recorder) -> None:
    name = running.get_name()
    await running.managed_save()
    await running.managed_save_remove()
    assert await running.has_managed_save_image() is False
    assert "Managed save:   no" in host.virsh("dominfo", name)
    with refused(SystemCallFailed, "Failed to remove managed save file '.*': No such file or directory"):
        await running.managed_save_remove()
    booted = console_text(host, name).count("SeaBIOS")
    await running.create()
    until(lambda: console_text(host, name).count("SeaBIOS") > booted, "it boots")
    observed("managed_save_remove", "virsh dominfo; the guest's next start boots")


async def test_managed_save_definition(
    host: Host, conn: Connection, running: Domain, observed: Recorder
) -> None:
    name = running.get_name()
    await running.managed_save()
    xml = await running.managed_save_get_xml_description()
    assert xml.strip() == host.virsh("managedsave-dumpxml", name)
    observed("managed_save_get_xml_description", "virsh managedsave-dumpxml")
    await running.managed_save_define_xml(titled(xml, "saved"), Domain.SAVE_PAUSED)
    assert "<title>saved</title>" in host.virsh("managedsave-dumpxml", name)
    await running.create()
    assert host.virsh("domstate", name) == "paused"
    assert host.virsh("desc", name, "--title", "--live") == "saved"
    observed("managed_save_define_xml", "virsh managedsave-dumpxml; the guest goes on with it")
    with refused(
        OperationInvalid, "Requested operation is not valid: domain does not have managed save image"
    ):
        await running.managed_save_get_xml_description()
    with not_sent(conn, "xml", TypeError):
        await running.managed_save_define_xml(None)  # type: ignore[arg-type]
    with not_sent(conn, "flags"):
        await running.managed_save_define_xml(xml, Domain.SAVE_PAUSED | Domain.SAVE_RUNNING)


async def test_managed_save_refusals(host: Host, conn: Connection, dom: Domain) -> None:
    with refused(OperationInvalid, NOT_RUNNING):
        await dom.managed_save()
    await dom.create()
    await dom.undefine()
    refusal = "Requested operation is not valid: cannot do managed save for transient domain"
    with refused(OperationInvalid, refusal):
        await dom.managed_save()
    assert dom.get_id() == int(host.virsh("domid", dom.get_name()))


async def test_core_dump(
    host: Host, conn: Connection, running: Domain, file: Path, observed: Recorder
) -> None:
    name = running.get_name()
    await running.core_dump(file)
    assert file.read_bytes().startswith(MIGRATION_STREAM)
    assert host.virsh("domstate", name) == "running"
    await running.core_dump(file, Domain.DUMP_MEMORY_ONLY)
    assert file.read_bytes().startswith(ELF)
    observed("core_dump", "the file: an ELF core")
    assert host.virsh("domstate", name) == "running"
    file.unlink()
    if await conn.get_library_version() < 12000000:
        await running.core_dump(file, Domain.DUMP_LIVE)
        assert file.read_bytes().startswith(MIGRATION_STREAM)
    else:
        with refused(InvalidArgument, r"unsupported flags \(0x2\) in function qemuDomainCoreDump"):
            await running.core_dump(file, Domain.DUMP_LIVE)


async def test_core_dump_and_then(host: Host, running: Domain, file: Path) -> None:
    name = running.get_name()
    until(lambda: console_text(host, name).count("SeaBIOS") == 1, "the firmware runs")
    await running.core_dump(file, Domain.DUMP_RESET)
    until(lambda: console_text(host, name).count("SeaBIOS") == 2, "it was reset")
    await running.core_dump(file, Domain.DUMP_CRASH)
    assert host.virsh("domstate", name, "--reason") == "shut off (crashed)"
    assert running.get_id() == -1


async def test_core_dump_format(host: Host, running: Domain, file: Path, observed: Recorder) -> None:
    await running.core_dump_format(file, Domain.CORE_DUMP_FORMAT_RAW, Domain.DUMP_MEMORY_ONLY)
    assert file.read_bytes().startswith(ELF)
    await running.core_dump_format(file, Domain.CORE_DUMP_FORMAT_KDUMP_ZLIB, Domain.DUMP_MEMORY_ONLY)
    assert file.read_bytes().startswith(b"makedumpfile")
    observed("core_dump_format", "the file: a kdump with zlib")
    refusal = "Operation not supported: kdump-compressed format is only supported with memory-only dump"
    with refused(OperationUnsupported, refusal):
        await running.core_dump_format(file, Domain.CORE_DUMP_FORMAT_KDUMP_ZLIB)
    with refused(InvalidArgument, "dumpformat '99' is not supported.*"):
        await running.core_dump_format(file, 99)
    assert host.virsh("domstate", running.get_name()) == "running"


async def test_core_dump_arguments(conn: Connection, dom: Domain, file: Path) -> None:
    with refused(OperationInvalid, NOT_RUNNING):
        await dom.core_dump(file)
    for pair in (
        Domain.DUMP_CRASH | Domain.DUMP_LIVE,
        Domain.DUMP_CRASH | Domain.DUMP_RESET,
        Domain.DUMP_LIVE | Domain.DUMP_RESET,
    ):
        with not_sent(conn, "flags"):
            await dom.core_dump(file, pair)
        with not_sent(conn, "flags"):
            await dom.core_dump_format(file, Domain.CORE_DUMP_FORMAT_RAW, pair)
    with not_sent(conn, "filename"):
        await dom.core_dump("")
    with not_sent(conn, "format", TypeError):
        await dom.core_dump_format(file, "raw")  # type: ignore[arg-type]
    with not_sent(conn, "format"):
        await dom.core_dump_format(file, -1)
