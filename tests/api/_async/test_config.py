"""Definitions, and what is kept with them."""

from __future__ import annotations

import uuid

import pytest

from rig.guest import firmware_xml, unique_name
from rig.host import Host
from sysvirt.aio import Connection, Domain, connect
from sysvirt.errors import (
    Error,
    InvalidArgument,
    NoDomain,
    NoDomainMetadata,
    NoSupport,
    OperationDenied,
    OperationFailed,
    OperationInvalid,
    XMLError,
    XMLSyntaxError,
)
from tests.conformance.recorder import Recorder

from ..refusals import not_sent, refused

NO_XML = r"(at line 1|\(\w+\):1): Start tag expected, '<' not found\nno xml\n\^"
PASSWORD = "<graphics type='vnc' passwd='sesame'><listen type='socket'/></graphics>"


async def test_define(host: Host, conn: Connection, observed: Recorder) -> None:
    name = unique_name("defined")
    xml = firmware_xml(host, name)
    dom = await conn.define_domain(xml)
    try:
        assert host.virsh("domstate", name) == "shut off"
        assert host.virsh("domuuid", name) == dom.get_uuid_string()
        observed("get_uuid_string", "virsh domuuid")
        observed("Connection.define_domain", "virsh domstate, domuuid")
        assert await dom.is_persistent() is True
        assert dom.get_id() == -1

        again = await conn.define_domain(xml.replace("<name>", "<title>again</title><name>"))
        assert again == dom
        assert host.virsh("desc", "--title", name) == "again"

        other = xml.replace(dom.get_uuid_string(), str(uuid.uuid4()))
        refusal = f"operation failed: domain '{name}' already exists with uuid {dom.get_uuid_string()}"
        with refused(OperationFailed, refusal):
            await conn.define_domain(other)
    finally:
        host.remove(name)


async def test_define_refuses_bad_xml(host: Host, conn: Connection) -> None:
    before = host.virsh("list", "--all", "--name")
    with refused(XMLSyntaxError, NO_XML):
        await conn.define_domain("no xml")
    with refused(XMLError, "XML error: unexpected root element <network>, expecting <domain>|.*"):
        await conn.define_domain("<network/>")
    for method in (conn.define_domain, conn.create_domain):
        with not_sent(conn, "xml"):
            await method("<domain>\0</domain>")
        with not_sent(conn, "xml", TypeError):
            await method(b"<domain/>")  # type: ignore[arg-type]
        with not_sent(conn, "xml"):
            await method("x" * (4 << 20) + "x")
    assert host.virsh("list", "--all", "--name") == before


async def test_define_validates(host: Host, conn: Connection) -> None:
    xml = firmware_xml(host, unique_name("valid"), extra="<nothing/>")
    with pytest.raises(Error) as caught:
        await conn.define_domain(xml, Domain.DEFINE_VALIDATE)
    assert caught.value.code == Error.ERR_XML_INVALID_SCHEMA
    dom = await conn.define_domain(xml.replace("<nothing/>", ""), Domain.DEFINE_VALIDATE)
    assert dom.get_name() in host.virsh("list", "--all", "--name").split()
    host.remove(dom.get_name())


async def test_xml_description(host: Host, conn: Connection, firmware_guest: str, observed: Recorder) -> None:
    name = firmware_guest
    host.define(firmware_xml(host, name, uuid=host.virsh("domuuid", name), extra_devices=PASSWORD))
    host.virsh("start", name)
    dom = await conn.get_domain_by_name(name)
    assert (await dom.get_xml_description()).strip() == host.virsh("dumpxml", name)
    for flags, options in (
        (Domain.XML_INACTIVE, ("--inactive",)),
        (Domain.XML_SECURE, ("--security-info",)),
        (Domain.XML_UPDATE_CPU, ("--update-cpu",)),
        (Domain.XML_MIGRATABLE, ("--migratable",)),
        (Domain.XML_SECURE | Domain.XML_INACTIVE, ("--security-info", "--inactive")),
    ):
        assert (await dom.get_xml_description(flags)).strip() == host.virsh("dumpxml", name, *options)
    assert "sesame" not in await dom.get_xml_description()
    assert "sesame" in await dom.get_xml_description(Domain.XML_SECURE)
    observed("get_xml_description", "virsh dumpxml with each option; the password only with XML_SECURE")
    with refused(InvalidArgument, r"unsupported flags \(0x400\) in function qemuDomainGetXMLDesc"):
        await dom.get_xml_description(1 << 10)
    with not_sent(conn, "flags", TypeError):
        await dom.get_xml_description("secure")  # type: ignore[arg-type]


async def test_a_read_only_connection_sees_no_secrets(host: Host, firmware_guest: str) -> None:
    async with connect(host.uri, readonly=True) as conn:
        dom = await conn.get_domain_by_name(firmware_guest)
        assert firmware_guest in await dom.get_xml_description()
        with refused(OperationDenied, "operation forbidden: virDomainGetXMLDesc with secure flag"):
            await dom.get_xml_description(Domain.XML_SECURE)
        with refused(OperationDenied, "operation forbidden: read only access prevents virDomainCreate"):
            await dom.create()
        with refused(OperationDenied, "operation forbidden: read only access prevents virDomainUndefine"):
            await dom.undefine()
    assert host.virsh("domstate", firmware_guest) == "shut off"


async def test_os_type(dom: Domain, observed: Recorder) -> None:
    assert await dom.get_os_type() == "hvm"
    observed("get_os_type", "the definition's os element")


async def test_persistence(host: Host, conn: Connection, running: Domain, observed: Recorder) -> None:
    assert await running.is_active() is True
    assert await running.is_persistent() is True
    # QEMU's driver never says anything else; virsh shows the same.
    assert await running.is_updated() is False
    observed("is_updated", "virsh dominfo: QEMU's driver never says anything else")
    await running.undefine()
    assert await running.is_persistent() is False
    assert "Persistent:     no" in host.virsh("dominfo", running.get_name())
    observed("is_persistent", "virsh dominfo")
    host.virsh("destroy", running.get_name())
    refusal = f"Domain not found: no domain with matching uuid '{running.get_uuid_string()}' .*"
    for method in (running.is_active, running.is_persistent, running.is_updated):
        with refused(NoDomain, refusal):
            await method()


async def test_undefine(host: Host, conn: Connection, dom: Domain, observed: Recorder) -> None:
    await dom.undefine()
    assert dom.get_name() not in host.virsh("list", "--all", "--name").split()
    observed("undefine", "virsh list --all")
    with refused(NoDomain, f"Domain not found: no domain with matching uuid '{dom.get_uuid_string()}' .*"):
        await dom.undefine()
    transient = await conn.create_domain(firmware_xml(host, unique_name("transient")))
    try:
        with refused(OperationInvalid, "Requested operation is not valid: cannot undefine transient domain"):
            await transient.undefine()
    finally:
        host.remove(transient.get_name())


async def test_undefine_with_a_managed_save(host: Host, running: Domain) -> None:
    host.virsh("managedsave", running.get_name())
    refusal = "Requested operation is not valid: Refusing to undefine while domain managed save image exists"
    with refused(OperationInvalid, refusal):
        await running.undefine()
    await running.undefine(Domain.UNDEFINE_MANAGED_SAVE)
    assert running.get_name() not in host.virsh("list", "--all", "--name").split()
    assert list(host.folder.glob(f"**/{running.get_name()}.save")) == []


async def test_rename(host: Host, conn: Connection, dom: Domain, observed: Recorder) -> None:
    old, new = dom.get_name(), unique_name("a renamed guest")
    await dom.rename(new)
    try:
        assert dom.get_name() == new
        names = host.virsh("list", "--all", "--name").splitlines()
        assert new in names
        assert old not in names
        observed("rename", "virsh list --all")
        # The handle goes on being good for calls.
        assert f"<name>{new}</name>" in await dom.get_xml_description()
        assert await conn.get_domain_by_name(new) == dom
        with refused(OperationInvalid, "Requested operation is not valid: Can't rename domain to itself"):
            await dom.rename(new)
        with refused(XMLError, "XML error: name a/b cannot contain '/'"):
            await dom.rename("a/b")
        assert dom.get_name() == new
    finally:
        await dom.rename(old)
    with not_sent(conn, "newname"):
        await dom.rename("")
    with not_sent(conn, "newname"):
        await dom.rename("a\0b")
    with not_sent(conn, "newname", TypeError):
        await dom.rename(None)  # type: ignore[arg-type]


async def test_rename_needs_a_guest_at_rest(running: Domain) -> None:
    before = running.get_name()
    with refused(OperationInvalid, "Requested operation is not valid: cannot rename active domain"):
        await running.rename("other")
    assert running.get_name() == before


async def test_autostart(host: Host, conn: Connection, dom: Domain, observed: Recorder) -> None:
    link = host.folder / f"etc/qemu/autostart/{dom.get_name()}.xml"
    assert await dom.get_autostart() is False
    await dom.set_autostart(True)
    assert await dom.get_autostart() is True
    assert link.is_symlink()
    assert "Autostart:      enable" in host.virsh("dominfo", dom.get_name())
    observed("get_autostart", "virsh dominfo")
    observed("set_autostart", "the link in libvirt's autostart folder; virsh dominfo")
    await dom.set_autostart(False)
    assert not link.is_symlink()
    with not_sent(conn, "flag", TypeError):
        await dom.set_autostart("yes")  # type: ignore[arg-type]
    with not_sent(conn, "flag"):
        await dom.set_autostart(2)  # type: ignore[arg-type]
    transient = await conn.create_domain(firmware_xml(host, unique_name("transient")))
    try:
        refusal = "Requested operation is not valid: cannot set autostart for transient domain"
        with refused(OperationInvalid, refusal):
            await transient.set_autostart(True)
    finally:
        host.remove(transient.get_name())


async def test_autostart_once(host: Host, conn: Connection, dom: Domain, observed: Recorder) -> None:
    if await conn.get_library_version() < 11002000:
        refusal = r"this daemon is too old for DOMAIN_(GET|SET)_AUTOSTART_ONCE: unknown procedure: (449|450)"
        with refused(NoSupport, refusal):
            await dom.get_autostart_once()
        with refused(NoSupport, refusal):
            await dom.set_autostart_once(True)
        return
    assert await dom.get_autostart_once() is False
    await dom.set_autostart_once(True)
    assert await dom.get_autostart_once() is True
    assert "Autostart Once: enable" in host.virsh("dominfo", dom.get_name())
    observed("get_autostart_once", "virsh dominfo")
    observed("set_autostart_once", "virsh dominfo")
    await dom.set_autostart_once(False)
    assert "Autostart Once: disable" in host.virsh("dominfo", dom.get_name())
    with not_sent(conn, "flag"):
        await dom.set_autostart_once(-1)  # type: ignore[arg-type]


async def test_title_and_description(host: Host, conn: Connection, dom: Domain) -> None:
    name = dom.get_name()
    for kind, options in ((Domain.METADATA_TITLE, ("--title",)), (Domain.METADATA_DESCRIPTION, ())):
        word = "title" if options else "description"
        with refused(NoDomainMetadata, "metadata not found: Requested metadata element is not present"):
            await dom.get_metadata(kind)
        await dom.set_metadata(kind, f"a {word} & <more>")
        assert await dom.get_metadata(kind) == f"a {word} & <more>"
        assert host.virsh("desc", name, *options) == f"a {word} & <more>"
        await dom.set_metadata(kind)
        assert f"<{word}>" not in host.virsh("dumpxml", name)
        with not_sent(conn, "uri"):
            await dom.set_metadata(kind, "text", uri="http://example.org/")
        with not_sent(conn, "uri"):
            await dom.get_metadata(kind, "http://example.org/")
        with not_sent(conn, "key"):
            await dom.set_metadata(kind, "text", "key")
    await dom.set_metadata(Domain.METADATA_DESCRIPTION, "two\nlines")
    assert host.virsh("desc", name) == "two\nlines"
    with not_sent(conn, "val"):
        await dom.set_metadata(Domain.METADATA_TITLE, "two\nlines")
    with not_sent(conn, "val"):
        await dom.set_metadata(Domain.METADATA_TITLE, "a\0b")
    with not_sent(conn, "type", TypeError):
        await dom.set_metadata("title", "text")  # type: ignore[arg-type]


async def test_metadata_element(host: Host, conn: Connection, dom: Domain, observed: Recorder) -> None:
    name, space = dom.get_name(), "http://example.org/sysvirt"
    await dom.set_metadata(Domain.METADATA_ELEMENT, "<owner>me</owner>", "ex", space)
    assert await dom.get_metadata(Domain.METADATA_ELEMENT, space) == "<owner>me</owner>"
    assert host.virsh("metadata", name, space) == "<owner>me</owner>"
    observed("set_metadata", "virsh metadata")
    observed("get_metadata", "virsh metadata")
    assert f'<ex:owner xmlns:ex="{space}">me</ex:owner>' in host.virsh("dumpxml", name)
    await dom.set_metadata(Domain.METADATA_ELEMENT, None, None, space)
    assert space not in host.virsh("dumpxml", name)
    with refused(NoDomainMetadata, "metadata not found: Requested metadata element is not present"):
        await dom.get_metadata(Domain.METADATA_ELEMENT, space)
    with refused(XMLSyntaxError, NO_XML):
        await dom.set_metadata(Domain.METADATA_ELEMENT, "no xml", "ex", space)
    with not_sent(conn, "uri"):
        await dom.set_metadata(Domain.METADATA_ELEMENT, "<owner/>", "ex")
    with not_sent(conn, "uri"):
        await dom.get_metadata(Domain.METADATA_ELEMENT)
    with not_sent(conn, "key"):
        await dom.set_metadata(Domain.METADATA_ELEMENT, "<owner/>", uri=space)


async def test_metadata_now_and_later(host: Host, conn: Connection, running: Domain) -> None:
    name = running.get_name()
    await running.set_metadata(Domain.METADATA_TITLE, "now", flags=Domain.AFFECT_LIVE)
    await running.set_metadata(Domain.METADATA_TITLE, "later", flags=Domain.AFFECT_CONFIG)
    assert host.virsh("desc", name, "--title", "--live") == "now"
    assert host.virsh("desc", name, "--title", "--config") == "later"
    assert await running.get_metadata(Domain.METADATA_TITLE, flags=Domain.AFFECT_CONFIG) == "later"
    assert await running.get_metadata(Domain.METADATA_TITLE, flags=Domain.AFFECT_LIVE) == "now"
    assert await running.get_metadata(Domain.METADATA_TITLE) == "now"
    with not_sent(conn, "flags"):
        await running.get_metadata(Domain.METADATA_TITLE, None, Domain.AFFECT_LIVE | Domain.AFFECT_CONFIG)


async def test_native(host: Host, conn: Connection, dom: Domain, observed: Recorder) -> None:
    xml = await dom.get_xml_description()
    found = await conn.domain_xml_to_native("qemu-argv", xml)
    assert f"guest={dom.get_name()}" in found
    assert found.strip() == host.virsh("domxml-to-native", "qemu-argv", "--domain", dom.get_name())
    observed("Connection.domain_xml_to_native", "virsh domxml-to-native")
    with refused(InvalidArgument, "invalid argument: unsupported config type nothing"):
        await conn.domain_xml_to_native("nothing", xml)
    with refused(
        NoSupport, "this function is not supported by the connection driver: .*FromNative"
    ) as caught:
        await conn.domain_xml_from_native("qemu-argv", found)
    observed.refusal("Connection.domain_xml_from_native", caught.value)
    with not_sent(conn, "format", TypeError):
        await conn.domain_xml_to_native(None, xml)  # type: ignore[arg-type]
    with not_sent(conn, "config"):
        await conn.domain_xml_from_native("qemu-argv", "a\0b")
    with not_sent(conn, "xml"):
        await conn.domain_xml_to_native("qemu-argv", "a\0b")
