"""Finding guests: one by one, and in lists."""

from __future__ import annotations

import uuid

import pytest

from rig.guest import firmware_xml, unique_name
from rig.host import Host
from sysvirt.aio import Connection, Domain
from sysvirt.errors import InvalidArgument, NoDomain
from tests.conformance.recorder import Recorder

from ..refusals import not_sent, refused

NOBODY = uuid.UUID(int=1)


async def test_by_name(host: Host, conn: Connection, firmware_guest: str, observed: Recorder) -> None:
    found = await conn.get_domain_by_name(firmware_guest)
    assert found.get_name() == firmware_guest
    assert found.get_uuid_string() == host.virsh("domuuid", firmware_guest)
    observed("Connection.get_domain_by_name", "virsh domuuid")
    assert found.get_id() == -1
    with refused(NoDomain, "Domain not found: no domain with matching name 'nobody'"):
        await conn.get_domain_by_name("nobody")
    with not_sent(conn, "name"):
        await conn.get_domain_by_name("no\0body")
    with not_sent(conn, "name", TypeError):
        await conn.get_domain_by_name(b"nobody")  # type: ignore[arg-type]


async def test_by_id(host: Host, conn: Connection, running: Domain, observed: Recorder) -> None:
    number = int(host.virsh("domid", running.get_name()))
    found = await conn.get_domain_by_id(number)
    assert found == running
    assert found.get_id() == number
    assert found.get_uuid_string() == host.virsh("domuuid", str(number))
    observed("Connection.get_domain_by_id", "virsh domid, domuuid")
    with refused(NoDomain, "Domain not found: no domain with matching id 1234567"):
        await conn.get_domain_by_id(1234567)
    with not_sent(conn, "id"):
        await conn.get_domain_by_id(-1)
    with not_sent(conn, "id"):
        await conn.get_domain_by_id(1 << 31)
    with not_sent(conn, "id", TypeError):
        await conn.get_domain_by_id("1")  # type: ignore[arg-type]


async def test_by_uuid(host: Host, conn: Connection, firmware_guest: str, observed: Recorder) -> None:
    text = host.virsh("domuuid", firmware_guest)
    known = uuid.UUID(text)
    data = known.bytes
    for form in (text, text.upper(), known.hex, known, data, bytearray(data), memoryview(data)):
        found = await conn.get_domain_by_uuid(form)
        assert found.get_name() == firmware_guest
        assert found.get_uuid() == data
        observed("get_uuid", "virsh domuuid")
        observed("Connection.get_domain_by_uuid", "virsh domuuid")
    with refused(NoDomain, f"Domain not found: no domain with matching uuid '{NOBODY}'"):
        await conn.get_domain_by_uuid(NOBODY)
    for wrong in (data[:15], data + b"x", text[:-1], text + "0", "", "z" * 32):
        with not_sent(conn, "uuid"):
            await conn.get_domain_by_uuid(wrong)
    with not_sent(conn, "uuid", TypeError):
        await conn.get_domain_by_uuid(known.int)  # type: ignore[arg-type]


async def test_lists(host: Host, conn: Connection, running: Domain, observed: Recorder) -> None:
    defined = await conn.define_domain(firmware_xml(host, unique_name("other")))
    try:
        up = set(host.virsh("list", "--name").split())
        down = set(host.virsh("list", "--name", "--inactive").split())
        assert running.get_name() in up
        assert defined.get_name() in down

        assert {dom.get_name() for dom in await conn.list_domains()} == up
        assert {dom.get_name() for dom in await conn.list_defined_domains()} == down
        assert {dom.get_name() for dom in await conn.list_all_domains()} == up | down
        assert running in await conn.list_all_domains()

        ids = set(map(int, host.virsh("list", "--id").split()))
        assert set(await conn.list_domain_ids()) == ids
        assert {dom.get_id() for dom in await conn.list_domains()} == ids
        assert await conn.num_of_domains() == len(ids)
        assert set(await conn.list_defined_domain_names()) == down
        assert await conn.num_of_defined_domains() == len(down)
        for method in ("list_domains", "num_of_domains"):
            observed(f"Connection.{method}", "virsh list")
        for method in ("list_defined_domains", "list_defined_domain_names", "num_of_defined_domains"):
            observed(f"Connection.{method}", "virsh list --inactive")
        observed("Connection.list_domain_ids", "virsh list --id")

        assert len(await conn.list_domain_ids(1)) == 1
        assert len(await conn.list_defined_domain_names(1)) == 1
        assert await conn.list_domain_ids(0) == []
        assert await conn.list_defined_domain_names(0) == []
        assert set(await conn.list_domain_ids(1 << 20)) == ids
    finally:
        host.remove(defined.get_name())
    with not_sent(conn, "maxnames"):
        await conn.list_domain_ids(-1)
    with not_sent(conn, "maxnames", TypeError):
        await conn.list_defined_domain_names("all")  # type: ignore[arg-type]


async def test_list_flags(host: Host, conn: Connection, running: Domain, observed: Recorder) -> None:
    saved, started = unique_name("saved"), unique_name("started")
    host.define(firmware_xml(host, saved))
    host.virsh("autostart", saved)
    host.virsh("start", saved)
    host.virsh("managedsave", saved)
    host.virsh("create", "/dev/stdin", "--paused", input=firmware_xml(host, started))
    try:
        for flag, option in (
            (Domain.LIST_ACTIVE, ()),
            (Domain.LIST_INACTIVE, ("--inactive",)),
            (Domain.LIST_PERSISTENT, ("--all", "--persistent")),
            (Domain.LIST_TRANSIENT, ("--all", "--transient")),
            (Domain.LIST_RUNNING, ("--state-running",)),
            (Domain.LIST_PAUSED, ("--state-paused",)),
            (Domain.LIST_SHUTOFF, ("--state-shutoff",)),
            (Domain.LIST_OTHER, ("--state-other",)),
            (Domain.LIST_MANAGEDSAVE, ("--all", "--with-managed-save")),
            (Domain.LIST_NO_MANAGEDSAVE, ("--all", "--without-managed-save")),
            (Domain.LIST_AUTOSTART, ("--all", "--autostart")),
            (Domain.LIST_NO_AUTOSTART, ("--all", "--no-autostart")),
            (Domain.LIST_HAS_SNAPSHOT, ("--all", "--with-snapshot")),
            (Domain.LIST_NO_SNAPSHOT, ("--all", "--without-snapshot")),
            (Domain.LIST_HAS_CHECKPOINT, ("--all", "--with-checkpoint")),
            (Domain.LIST_NO_CHECKPOINT, ("--all", "--without-checkpoint")),
            (Domain.LIST_PAUSED | Domain.LIST_TRANSIENT, ("--state-paused", "--transient")),
        ):
            found = {dom.get_name() for dom in await conn.list_all_domains(flag)}
            assert found == set(host.virsh("list", "--name", *option).split()), flag
        assert [dom.get_name() for dom in await conn.list_all_domains(Domain.LIST_MANAGEDSAVE)] == [saved]
        assert [dom.get_name() for dom in await conn.list_all_domains(Domain.LIST_TRANSIENT)] == [started]
        observed("Connection.list_all_domains", "virsh list with the option of each flag")
    finally:
        host.remove(saved)
        host.remove(started)
    with refused(InvalidArgument, r"unsupported flags \(0x40000000\) in function .*"):
        await conn.list_all_domains(1 << 30)
    with not_sent(conn, "flags"):
        await conn.list_all_domains(-1)
    with not_sent(conn, "flags", TypeError):
        await conn.list_all_domains("all")  # type: ignore[arg-type]


async def test_handles(host: Host, conn: Connection, dom: Domain) -> None:
    again = await conn.get_domain_by_uuid(dom.get_uuid())
    assert again == dom
    assert len({again, dom}) == 1
    assert dom.get_connection() is conn
    assert dom.get_name() in repr(dom)
    assert dom.get_uuid_string() in repr(dom)
    with pytest.raises(TypeError, match="pickle"):
        dom.__reduce__()


async def test_a_name_that_is_not_ascii(host: Host, conn: Connection) -> None:
    name = unique_name("gäst ☃")
    dom = await conn.define_domain(firmware_xml(host, name))
    try:
        assert dom.get_name() == name
        assert await conn.get_domain_by_name(name) == dom
        assert name in host.virsh("list", "--all", "--name").splitlines()
    finally:
        host.virsh("undefine", dom.get_uuid_string())
