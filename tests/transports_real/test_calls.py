"""No method knows its transport: calls of each kind over each of them, to real daemons."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from rig.guest import console_text, unique_name
from rig.host import Host
from rig.wait import until
from sysvirt import Domain, NotAvailable, StoragePool
from tests.faults.faces import PATIENCE, Face, Script
from tests.held import children
from tests.transports_real.steps import answers, entered, left, opened

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

VOLUME = "<volume><name>volume</name><capacity>{}</capacity></volume>"


def test_calls_events_console_and_stream(
    way: str, face: Face, host: Host, firmware_guest: str, tmp_path: Path
) -> None:
    before = children()
    data = random.Random(1).randbytes(3_000_000)
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(data)
    folder = host.files / unique_name("pool")
    pool_xml = f"<pool type='dir'><name>{folder.name}</name><target><path>{folder}</path></target></pool>"

    def conversation() -> Script[None]:
        conn = yield lambda: opened(face, way, timeout=PATIENCE)
        guest = yield lambda: conn.get_domain_by_name(firmware_guest)
        events = conn.events(Domain.EVENT_ID_LIFECYCLE)
        yield lambda: entered(face, events)
        yield guest.create
        while True:
            event = yield lambda: events.next_event(PATIENCE)
            if event.domain.get_name() == firmware_guest:
                break
        assert event.event in (Domain.EVENT_RESUMED, Domain.EVENT_STARTED)
        yield lambda: left(face, events)

        assert (yield guest.get_info).nr_virt_cpu == 1
        assert firmware_guest in [one.get_name() for one in (yield conn.list_all_domains)]
        xml = yield guest.get_xml_description
        assert xml.strip() == host.virsh("dumpxml", firmware_guest).strip()

        # Reset just after its start, it would stay without its firmware.
        until(lambda: "SeaBIOS" in console_text(host, firmware_guest), "the firmware runs")
        # It comes over a connection of its own, by the same transport.
        console = guest.console()
        yield lambda: entered(face, console)
        yield lambda: guest.reset()
        yield lambda: console.expect("SeaBIOS", PATIENCE)
        yield lambda: left(face, console)
        if "+unix" not in way:
            with pytest.raises(NotAvailable, match="unix sockets only"):
                yield lambda: guest.open_graphics_fd(0)

        pool = yield lambda: conn.create_storage_pool(pool_xml, StoragePool.CREATE_WITH_BUILD)
        volume = yield lambda: pool.create_volume(VOLUME.format(len(data)))
        yield lambda: volume.upload_from(source)
        yield lambda: volume.download_to(target)
        yield pool.destroy
        yield guest.destroy
        yield conn.close

    face.run(conversation())
    assert target.read_bytes() == data
    until(lambda: children() <= before, "no program is left", PATIENCE)


def test_read_only(way: str, face: Face, host: Host) -> None:
    def conversation() -> Script[None]:
        uri = way.replace("libvirt-sock", "libvirt-sock-ro")
        conn = yield lambda: opened(face, uri, readonly=True, timeout=PATIENCE)
        assert (yield conn.get_hostname) == host.name
        yield conn.close

    face.run(conversation())


def test_as_often_as_wanted(way: str, face: Face, host: Host) -> None:
    before = children()
    for _ in range(3):
        assert face.run(answers(face, way, PATIENCE)) == host.name
    until(lambda: children() <= before, "no program is left", PATIENCE)
