"""What type checkers make of handlers of a server. Only checked, never run."""

from __future__ import annotations

from sysvirt._protocol.table import Params, remote
from sysvirt._server.call import LATER, Call, Later
from sysvirt._server.server import Server
from sysvirt._server.values import UInt


def get_xml(call: Call[str], domain: bytes, flags: int) -> str:
    return "<domain/>"


def get_info(
    call: Call[tuple[int, int, int, int, int]], domain: bytes
) -> tuple[int, int, int, int, int] | Later:
    call.reply((1, 2, 3, 4, 5))
    call.reply("no")  # type: ignore[arg-type]
    return LATER


def get_stats(
    call: Call[list[tuple[bytes, Params]]], doms: object, stats: int, flags: int
) -> list[tuple[bytes, Params]]:
    return [(b"", {"state.state": UInt(1), "cpu.time": 5})]


def handlers(server: Server) -> None:
    server.on(remote.DOMAIN_GET_XML_DESC, get_xml)
    server.on(remote.DOMAIN_GET_INFO, get_info)
    server.on(remote.CONNECT_GET_ALL_DOMAIN_STATS, get_stats)
    server.on(remote.CONNECT_GET_HOSTNAME, lambda call: "somewhere")
    server.on(remote.CONNECT_GET_HOSTNAME, lambda call: 7)  # type: ignore[arg-type,return-value]
    server.on(remote.DOMAIN_GET_INFO, get_xml)  # type: ignore[misc]
    server.on(remote.DOMAIN_GET_XML_DESC, get_info)  # type: ignore[misc]
