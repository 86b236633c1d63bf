"""Benchmarks: both sides in one run, in turn, as ratios of medians.

    python -m bench [--rounds N] [--only WORD] [--uri URI]

Needs libvirt-python 9.0 for the comparison and a private host of the rig, which it brings up itself unless
a URI is given. Absolute times mean little on a busy machine; the ratios are what counts.
"""

from __future__ import annotations

import argparse
import compileall
import socket
import statistics
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import sysvirt
from bench import volumes
from bench.links import LINKS
from sysvirt._protocol.table import remote
from sysvirt.uri import URI

GUESTS = 1000
_FRAME = struct.Struct(">IIIiiIi")


class Bare:
    """A loop that sends one prepared frame and takes the reply undecoded: what no client can beat."""

    def __init__(self, path: str, name: str) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(path)
        self.exchange(self.frame(remote.AUTH_LIST))
        self.exchange(self.frame(remote.CONNECT_OPEN, name, 0))

    def frame(self, procedure: Any, *args: object) -> bytes:
        body: bytes = procedure.encode_call(*args)
        header = _FRAME.pack(28 + len(body), procedure.program, 1, procedure.number, 0, 1, 0)
        return header + body

    def exchange(self, frame: bytes) -> bytes:
        sock = self.sock
        sock.send(frame)
        data = sock.recv(65536)
        need = int.from_bytes(data[:4], "big") - len(data)
        parts = [data]
        while need > 0:
            part = sock.recv(need)
            parts.append(part)
            need -= len(part)
        return b"".join(parts)


def measure(cases: dict[str, Callable[[], object]], rounds: int, repeat: int) -> dict[str, float]:
    """Median seconds per call of each case; the cases take turns, and the order turns round too."""
    for case in cases.values():
        case()
    times: dict[str, list[float]] = {name: [] for name in cases}
    order = list(cases)
    for _ in range(rounds):
        for name in order:
            case = cases[name]
            start = time.perf_counter()
            for _ in range(repeat):
                case()
            times[name].append((time.perf_counter() - start) / repeat)
        order.reverse()
    return {name: statistics.median(values) for name, values in times.items()}


def show(title: str, medians: dict[str, float], unit: float, name: str) -> None:
    print(f"\n{title}")
    base = medians.get("libvirt-python")
    bare = medians.get("bare loop")
    for case, value in medians.items():
        ratios = ""
        if base:
            ratios += f"  {value / base:5.2f} of libvirt-python"
        if bare:
            ratios += f"  {value / bare:5.2f} of the bare loop"
        print(f"  {case:<34}{value * unit:10.1f} {name}{ratios}")


def guest_xml(number: int) -> str:
    return (
        f"<domain type='qemu'><name>bench-{number}</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>"
        "<os><type arch='x86_64' machine='pc'>hvm</type></os>"
        "<devices><disk type='file' device='disk'><source file='/nowhere.img'/><target dev='vda' bus='virtio'/>"
        "</disk></devices></domain>"
    )


@contextmanager
def many_guests(conn: sysvirt.Connection) -> Iterator[None]:
    have = {dom.get_name() for dom in conn.list_all_domains()}
    made = [
        conn.define_domain(guest_xml(number)) for number in range(GUESTS) if f"bench-{number}" not in have
    ]
    try:
        yield
    finally:
        for dom in made:
            dom.undefine()


def bench_import(rounds: int) -> None:
    source = str(Path(sysvirt.__file__).parent.parent)
    compileall.compile_dir(source, quiet=1)
    setup = f"import sys; sys.path.insert(0, {source!r}); "

    def fresh(code: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, "-c", setup + code], check=True)

    cases = {
        "libvirt-python": fresh("import libvirt"),
        "sysvirt": fresh("import sysvirt"),
        "sysvirt, connect and Domain used": fresh("import sysvirt; sysvirt.connect, sysvirt.Domain"),
        "nothing": fresh("pass"),
    }
    show("import, in a fresh process", measure(cases, rounds, 1), 1e3, "ms")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--only", default="", help="only cases whose name has this word")
    parser.add_argument("--uri", help="a qemu+unix URI with socket=; default: a private host")
    options = parser.parse_args()
    host: Any = nullcontext()
    if not options.uri:
        from rig.host import Host

        host = Host()
    with host as up:
        run(options.uri or up.uri, options.rounds, options.only, up)


def run(uri: str, rounds: int, only: str, host: Any) -> None:
    import libvirt

    libvirt.registerErrorHandler(lambda *_: None, None)
    where = URI.parse(uri)
    assert where.socket is not None
    theirs = libvirt.open(uri)
    bare = Bare(where.socket, where.name)

    def wanted(name: str) -> bool:
        return only == name if only in LINKS else only in name

    if wanted("import"):
        bench_import(rounds)
    with sysvirt.connect(uri) as conn, sysvirt.connect(uri) as heard:
        dom = conn.define_domain(guest_xml(GUESTS + 1))
        try:
            if wanted("get_info"):
                mine = theirs.lookupByName(dom.get_name())
                frame = bare.frame(remote.DOMAIN_GET_INFO, dom._ref)
                alive = sysvirt.connect(uri, keepalive=(5, 5))
                slow = sysvirt.connect(uri, timeout=30)
                heard.domain_event_register_any(None, 0, lambda event: None)
                of = {c: c.get_domain_by_name(dom.get_name()) for c in (alive, slow, heard)}
                cases: dict[str, Callable[[], object]] = {
                    "libvirt-python": mine.info,
                    "bare loop": lambda: bare.exchange(frame),
                    "sysvirt": dom.get_info,
                    "sysvirt, with a timeout": of[slow].get_info,
                    "sysvirt, with keepalive": of[alive].get_info,
                    "sysvirt, with an event callback": of[heard].get_info,
                }
                show("get_info", measure(cases, rounds, 500), 1e6, "us")
                alive.close()
                slow.close()
            if wanted("list") or wanted("stats"):
                with many_guests(conn):
                    if wanted("list"):
                        frame = bare.frame(remote.CONNECT_LIST_ALL_DOMAINS, 1, 0)
                        cases = {
                            "libvirt-python": lambda: theirs.listAllDomains(0),
                            "bare loop": lambda: bare.exchange(frame),
                            "sysvirt": conn.list_all_domains,
                        }
                        show(f"list_all_domains, {GUESTS}", measure(cases, rounds, 5), 1e3, "ms")
                    if wanted("stats"):
                        frame = bare.frame(remote.CONNECT_GET_ALL_DOMAIN_STATS, [], 0, 0)
                        cases = {
                            "libvirt-python": lambda: theirs.getAllDomainStats(0, 0),
                            "bare loop": lambda: bare.exchange(frame),
                            "sysvirt": conn.get_all_domain_stats,
                        }
                        show(f"get_all_domain_stats, {GUESTS}", measure(cases, rounds, 2), 1e3, "ms")
        finally:
            dom.undefine()
        if wanted("upload") or wanted("download"):
            virsh, daemon = (host.virsh, host.pid) if host else (None, None)
            volumes.bench(uri, conn, theirs, virsh, daemon, rounds, wanted)
    theirs.close()
    if host:
        for name, link in LINKS.items():
            if wanted(name):
                with link(host) as there:
                    bench_link(name, there, rounds, host.pid)


def bench_link(name: str, uri: str, rounds: int, daemon: int) -> None:
    import libvirt

    theirs = libvirt.open(uri)
    with sysvirt.connect(uri) as conn:
        dom = conn.define_domain(guest_xml(GUESTS + 1))
        mine = theirs.lookupByName(dom.get_name())
        cases: dict[str, Callable[[], object]] = {"libvirt-python": mine.info, "sysvirt": dom.get_info}
        show(f"get_info over {name}", measure(cases, rounds, 300), 1e6, "us")
        dom.undefine()
        with many_guests(conn):
            cases = {"libvirt-python": lambda: theirs.listAllDomains(0), "sysvirt": conn.list_all_domains}
            show(f"list_all_domains, {GUESTS}, over {name}", measure(cases, rounds, 5), 1e3, "ms")
        volumes.bench(uri, conn, theirs, None, daemon, max(3, rounds // 3), lambda _: True)
    theirs.close()


if __name__ == "__main__":
    main()
