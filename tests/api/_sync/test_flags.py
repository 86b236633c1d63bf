# Made by tools/unasync.py from tests/api/_async/test_flags.py; do not edit.
"""Flags of methods whose other tests have no use for them, each where its effect shows."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from rig.guest import boot, console_text, firmware_xml, guest_xml, unique_name, wait_booted
from rig.host import Host
from rig.wait import until
from sysvirt import Connection, Domain
from sysvirt.errors import Error, InvalidArgument, OperationInvalid

from ..refusals import refused

PASSWORD = "<graphics type='vnc' passwd='sesame'><listen type='socket'/></graphics>"
FIRMWARE = "/usr/share/seabios/bios-256k.bin"
WRITTEN = b"\x55" * 65536


def cached(path: Path) -> int:
    """How many bytes of a file the kernel keeps in memory."""
    told = subprocess.run(["fincore", "-b", "-n", "-o", "RES", str(path)], capture_output=True, check=True)
    return int(told.stdout)


def drop(path: Path) -> None:
    """Has the kernel keep nothing of a file."""
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


@pytest.fixture
def file(host: Host) -> Path:
    """A file that is not there yet."""
    return host.files / unique_name("image")


@pytest.fixture
def variables(host: Host) -> Iterator[tuple[str, Path]]:
    """The name of a guest that keeps its firmware's variables in a file, and this file; its template is zeros."""
    name = unique_name("flash")
    path, template = host.files / f"{name}.variables", host.files / f"{name}.template"
    template.write_bytes(bytes(65536))
    flash = f"<loader readonly='yes' type='pflash'>{FIRMWARE}</loader>"
    flash += f"<nvram template='{template}'>{path}</nvram>"
    host.define(firmware_xml(host, name).replace("<bios useserial='yes'/>", flash))
    yield name, path
    host.remove(name)
    path.unlink(missing_ok=True)


# --- past the host's cache -------------------------------------------------------------------------


def test_images_past_the_cache(conn: Connection, linux: Domain, file: Path) -> None:
    size = 1 << 20  # of an image of many MiB
    linux.save(file)
    drop(file)
    conn.restore_domain(file)
    assert cached(file) > size
    file.unlink()
    linux.save(file, flags=Domain.SAVE_BYPASS_CACHE)
    assert cached(file) < size < file.stat().st_size
    drop(file)
    conn.restore_domain(file, flags=Domain.SAVE_BYPASS_CACHE)
    assert cached(file) < size
    file.unlink()


def test_managed_images_past_the_cache(host: Host, linux: Domain, file: Path) -> None:
    size = 1 << 20
    linux.managed_save(Domain.SAVE_BYPASS_CACHE)
    (image,) = host.folder.glob(f"lib/qemu/save/{linux.get_name()}.save")
    assert cached(image) < size < image.stat().st_size
    kept = image.with_suffix(".kept")
    os.link(image, kept)  # the start removes the image
    try:
        drop(kept)
        linux.create(Domain.START_BYPASS_CACHE)
        assert cached(kept) < size
    finally:
        kept.unlink()


def test_dumps_past_the_cache(linux: Domain, file: Path) -> None:
    size = 1 << 20
    linux.core_dump(file, Domain.DUMP_BYPASS_CACHE)
    assert cached(file) < size < file.stat().st_size
    linux.core_dump(file)
    assert cached(file) > size
    file.unlink()


# --- starting --------------------------------------------------------------------------------------


def test_a_start_that_boots_in_any_case(host: Host, running: Domain) -> None:
    name = running.get_name()
    until(lambda: console_text(host, name).count("SeaBIOS") == 1, "the firmware runs")
    running.managed_save()
    running.create(Domain.START_FORCE_BOOT)
    until(lambda: console_text(host, name).count("SeaBIOS") == 2, "the firmware runs again")
    assert "Managed save:   no" in host.virsh("dominfo", name)


def test_a_start_that_validates(host: Host, conn: Connection, dom: Domain) -> None:
    name = unique_name("valid")
    xml = firmware_xml(host, name, extra="<nothing/>")
    with pytest.raises(Error) as caught:
        conn.create_domain(xml, Domain.START_VALIDATE)
    assert caught.value.code == Error.ERR_XML_INVALID_SCHEMA
    conn.create_domain(xml.replace("<nothing/>", ""), Domain.START_VALIDATE)
    assert host.virsh("domstate", name) == "running"
    host.remove(name)
    with refused(InvalidArgument, r"unsupported flags \(0x10\) in function qemuDomainCreateWithFlags"):
        dom.create(Domain.START_VALIDATE)


def test_a_start_that_resets_the_variables(
    conn: Connection, variables: tuple[str, Path], file: Path
) -> None:
    name, path = variables
    dom = conn.get_domain_by_name(name)
    path.write_bytes(WRITTEN)
    dom.create()
    assert path.read_bytes() == WRITTEN
    dom.destroy()
    dom.create(Domain.START_RESET_NVRAM)
    assert path.read_bytes() == bytes(65536)

    dom.save(file)
    path.write_bytes(WRITTEN)
    conn.restore_domain(file, flags=Domain.SAVE_PAUSED)
    assert path.read_bytes() == WRITTEN
    dom.destroy()
    conn.restore_domain(file, flags=Domain.SAVE_PAUSED | Domain.SAVE_RESET_NVRAM)
    assert path.read_bytes() == bytes(65536)


# --- ending ----------------------------------------------------------------------------------------


def test_the_agent_reboots_and_shuts_down(host: Host, conn: Connection) -> None:
    name = unique_name("agent")
    host.define(guest_xml(host, name))
    try:
        boot(host, name)
        dom = conn.get_domain_by_name(name)
        dom.reboot(Domain.REBOOT_GUEST_AGENT)
        wait_booted(host, name, times=2)
        dom.wait_for_agent(300)
        dom.shutdown(Domain.SHUTDOWN_GUEST_AGENT)
        until(lambda: host.virsh("domstate", name, "--reason") == "shut off (shutdown)", "the guest is down")
    finally:
        host.remove(name)


def test_ways_to_end_that_qemu_has_not(running: Domain) -> None:
    for flag in (Domain.SHUTDOWN_INITCTL, Domain.SHUTDOWN_SIGNAL, Domain.SHUTDOWN_PARAVIRT):
        with refused(
            InvalidArgument, rf"unsupported flags \({flag:#x}\) in function qemuDomainShutdownFlags"
        ):
            running.shutdown(flag)
    for way in (Domain.REBOOT_INITCTL, Domain.REBOOT_SIGNAL, Domain.REBOOT_PARAVIRT):
        with refused(InvalidArgument, rf"unsupported flags \({way:#x}\) in function qemuDomainReboot"):
            running.reboot(way)


def test_undefine_with_variables(host: Host, conn: Connection, variables: tuple[str, Path]) -> None:
    name, path = variables
    path.write_bytes(WRITTEN)
    dom = conn.get_domain_by_name(name)
    xml = dom.get_xml_description()
    refusal = "Requested operation is not valid: [cC]annot undefine domain with (nvram|NVRAM/varstore)"
    with refused(OperationInvalid, refusal):
        dom.undefine()
    dom.undefine(Domain.UNDEFINE_KEEP_NVRAM)
    assert name not in host.virsh("list", "--all", "--name").split()
    assert path.read_bytes() == WRITTEN
    dom = conn.define_domain(xml)
    dom.undefine(Domain.UNDEFINE_NVRAM)
    assert not path.exists()


def test_undefine_with_checkpoints(host: Host, dom_with_disk: Domain) -> None:
    name = dom_with_disk.get_name()
    dom_with_disk.create()
    dom_with_disk.create_checkpoint("<domaincheckpoint><name>one</name></domaincheckpoint>")
    dom_with_disk.destroy()
    refusal = "Requested operation is not valid: cannot delete inactive domain with 1 checkpoints"
    with refused(OperationInvalid, refusal):
        dom_with_disk.undefine()
    dom_with_disk.undefine(Domain.UNDEFINE_CHECKPOINTS_METADATA)
    assert name not in host.virsh("list", "--all", "--name").split()


def test_undefine_without_a_tpm(host: Host, dom: Domain) -> None:
    """Hosts here have no program that is one, so the flags change nothing; they exclude each other."""
    with refused(OperationInvalid, "Requested operation is not valid: cannot both keep and delete TPM"):
        dom.undefine(Domain.UNDEFINE_TPM | Domain.UNDEFINE_KEEP_TPM)
    xml = dom.get_xml_description()
    dom.undefine(Domain.UNDEFINE_TPM)
    again = dom.get_connection().define_domain(xml)
    again.undefine(Domain.UNDEFINE_KEEP_TPM)
    assert dom.get_name() not in host.virsh("list", "--all", "--name").split()


# --- what is told and opened -----------------------------------------------------------------------


def test_passwords_in_images(host: Host, conn: Connection, firmware_guest: str, file: Path) -> None:
    name = firmware_guest
    host.define(firmware_xml(host, name, uuid=host.virsh("domuuid", name), extra_devices=PASSWORD))
    host.virsh("start", name)
    dom = conn.get_domain_by_name(name)
    dom.save(file)
    assert "sesame" not in conn.get_save_image_xml_description(file)
    assert "sesame" in conn.get_save_image_xml_description(file, Domain.SAVE_IMAGE_XML_SECURE)
    conn.restore_domain(file)
    dom.managed_save()
    assert "sesame" not in dom.managed_save_get_xml_description()
    assert "sesame" in dom.managed_save_get_xml_description(Domain.SAVE_IMAGE_XML_SECURE)


def test_a_console_with_a_lock(host: Host, conn: Connection, running: Domain) -> None:
    name = running.get_name()
    until(lambda: "SeaBIOS" in console_text(host, name), "the firmware runs")
    with conn.new_stream() as stream:
        running.open_console(stream, None, Domain.OPEN_CONSOLE_SAFE)
        with pytest.raises(Error, match="Active console session exists for this domain"):
            running.open_console(conn.new_stream(), None, Domain.OPEN_CONSOLE_SAFE)
        running.reset()
        assert stream.recv(1)


def test_a_label_that_is_put_back(host: Host, dom: Domain, file: Path) -> None:
    """Nothing is labelled here, so it is only that the daemon takes it."""
    fd = os.open(file, os.O_RDWR | os.O_CREAT)
    try:
        dom.fd_associate("given", [fd], Domain.FD_ASSOCIATE_SECLABEL_RESTORE)
    finally:
        os.close(fd)
