"""What type checkers make of keys with numbers, of plain numbers as flags, of records as dicts. Only checked."""

from __future__ import annotations

import io
import json
import socket
from typing import assert_type

import sysvirt
from sysvirt import Domain, StoragePool, StorageVol, Stream


def stats(conn: sysvirt.Connection) -> dict[str, float]:
    found: dict[str, float] = {}
    for _, values in conn.get_all_domain_stats(Domain.STATS_BLOCK | Domain.STATS_VCPU):
        for n in range(values["block.count"]):
            found[values[f"block.{n}.name"]] = values[f"block.{n}.rd.bytes"] / 2
        assert_type(values["vcpu.0.time"], int)
        assert_type(values["block.9.name"], str)
        assert_type(values["block.0.latency_histogram.read.bin.3.start"], int)
        assert_type(values.get("net.0.name"), str | None)
        assert_type(values.get("net.0.rx.bytes", 0), int)
        name: str = values.get(f"net.{len(found)}.name", "")
        print(name.upper(), dict(values), values.keys(), json.dumps(values))
    return found


def info(dom: Domain) -> str:
    found = dom.get_guest_info(Domain.GUEST_INFO_FILESYSTEM)
    assert_type(found["fs.count"] + found["fs.0.disk.1.serial"].count("a"), int)
    assert_type(found["if.0.addr.1.addr"], str)
    return found["fs.0.mountpoint"]


def attach(dom: Domain, xml: str, live: bool, asked: int = Domain.AFFECT_CONFIG) -> None:
    flags = 0
    if live:
        flags |= Domain.AFFECT_LIVE
    dom.attach_device(xml, flags)
    dom.attach_device(xml, asked)
    dom.attach_device(xml, 1 if live else 2)
    dom.attach_device(xml, Domain.AFFECT_LIVE | Domain.AFFECT_CONFIG)
    dom.shutdown(1)
    dom.shutdown(live)
    dom.get_metadata(1)
    dom.wait_for_state(Domain.STATE_SHUTOFF, 1)
    dom.set_agent_response_timeout(5)


def of_another_method(conn: sysvirt.Connection, dom: Domain, pool: StoragePool) -> None:
    dom.create(Domain.XML_INACTIVE)  # type: ignore[arg-type]
    dom.create(Domain.XML_INACTIVE | 1)  # type: ignore[arg-type]
    dom.create(Domain.STATE_RUNNING)  # type: ignore[arg-type]
    dom.get_state(Domain.XML_SECURE)  # type: ignore[arg-type]
    dom.get_metadata(Domain.STATE_RUNNING)  # type: ignore[arg-type]
    dom.wait_for_state(Domain.STATE_SHUTOFF_CRASHED)  # type: ignore[arg-type]
    conn.list_all_domains(Domain.START_PAUSED)  # type: ignore[arg-type]
    pool.build(StoragePool.CREATE_WITH_BUILD)  # type: ignore[arg-type]


def as_dict(dom: Domain) -> dict[str, object]:
    print(json.dumps(dom.get_info().asjson()))
    return dom.get_info().asdict()


class Source:
    def read(self, size: int) -> bytes:
        return bytes(size)


async def from_anything(volume: sysvirt.aio.StorageVol, blocking: StorageVol, sock: socket.socket) -> None:
    await volume.upload_from(io.BytesIO(b""))
    blocking.upload_from(io.BytesIO(b""))
    blocking.upload_from(Source())
    blocking.download_to(io.BytesIO())
    await volume.upload_from(sock)
    await volume.download_to(sock)
    blocking.upload_from(5)  # type: ignore[arg-type]


def stream(stream: Stream) -> None:
    assert_type(stream.recv(5), bytes)
