"""Each flag and each parameter of a migration: how its effect is seen between two hosts, or how it is refused.

What is about disks is in `test_storage.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from rig.guest import qmp
from rig.lan import ADDRESSES
from sysvirt import Domain

from .forms import LIVE, NEW_NEW, OLD_NEW, OLD_OLD, P2P
from .links import Links, Route

MIB = 1 << 20
#: Releases.
OLD, NEW = OLD_NEW
#: Where a target listens that is told so.
PORT = 49300


class Sight:
    """What a test can see of a guest on its way."""

    def __init__(self, route: Route, links: Links, name: str) -> None:
        self.route = route
        self.links = links
        self.name = name
        self._logged = len(route.source.log.read_bytes())

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """Those of the migration, as the source's QEMU has them."""
        found: dict[str, Any] = qmp(self.route.source, self.name, "query-migrate-parameters")
        return found

    @cached_property
    def capabilities(self) -> set[str]:
        found = qmp(self.route.source, self.name, "query-migrate-capabilities")
        return {capability["capability"] for capability in found if capability["state"]}

    @property
    def at_source(self) -> str:
        return self.route.source.state(self.name)

    @property
    def at_target(self) -> str:
        return self.route.target.state(self.name)

    def of_target(self, *command: str) -> str:
        """What virsh says of the guest there."""
        return self.route.target.virsh(*command, self.name)

    def listens(self, address: str = "", port: int = 0) -> bool:
        """Whether somebody does on the target, at this address and this port, where they matter."""
        number = "".join(f"{int(byte):02X}" for byte in reversed(address.split("."))) if address else ""
        lines = self.route.target.run("cat", "/proc/net/tcp", "/proc/net/tcp6").splitlines()
        listening = [line.split()[1] for line in lines if line.split()[3] == "0A"]
        return any(
            where.startswith(number) and (not port or where.endswith(f":{port:04X}")) for where in listening
        )

    def threads(self, name: str) -> int:
        """How many of this name the target has."""
        names = self.route.target.run("sh", "-c", "cat /proc/[0-9]*/task/*/comm").split("\n")
        return names.count(name)

    def calls(self, procedure: str) -> bool:
        """Whether somebody has made this call to the target."""
        return any(step.side == "target" and step.procedure == procedure for step in self.links.steps())

    def was_logged(self, text: str) -> bool:
        """Whether the source's daemon has said so since."""
        return text.encode() in self.route.source.log.read_bytes()[self._logged :]

    def has_flag(self, flag: int) -> bool:
        """Whether the source's daemon keeps this flag for the guest's migration."""
        status = (self.route.source.folder / f"run/libvirt/qemu/{self.name}.xml").read_text()
        found = re.search(r"<job [^>]*flags='(0x[0-9a-f]+)'", status)
        return found is not None and bool(int(found[1], 16) & flag)

    def is_protected(self) -> bool:
        return "Outgoing migration" in self.route.source.virsh("domjobinfo", self.name)


Check: TypeAlias = Callable[[Sight], object]


class Voyage(NamedTuple):
    """A migration in which several of them are seen at once, by name: before perform, while memory is sent, at the end.

    `params` may have "{target}", its "{address}" and "{name}" in them; "{xml}" is the guest's definition, with a title.
    """

    title: str
    flags: int
    params: dict[str, int | str]
    prepared: dict[str, Check] = {}  # noqa: RUF012  (nobody changes it)
    sending: dict[str, Check] = {}  # noqa: RUF012
    come: dict[str, Check] = {}  # noqa: RUF012
    routes: tuple[tuple[str, str], ...] = (OLD_OLD, NEW_NEW)

    def __str__(self) -> str:
        return self.title

    @property
    def names(self) -> set[str]:
        return {*self.prepared, *self.sending, *self.come}


def _has(parameter: str, value: object) -> Check:
    return lambda sight: sight.parameters[parameter] == value


def _can(capability: str) -> Check:
    return lambda sight: capability in sight.capabilities


def _says(expected: str, *command: str) -> Check:
    return lambda sight: expected in sight.of_target(*command)


def _title(expected: str) -> Check:
    return lambda sight: sight.of_target("desc", "--title") == expected


def _for_spice(sight: Sight) -> bool:
    """QEMU was told, who has no SPICE for this guest."""
    return sight.was_logged("'client_migrate_info'") or sight.was_logged("command client_migrate_info")


SLOW: dict[str, int | str] = {Domain.MIGRATE_PARAM_BANDWIDTH: 1}

VOYAGES = (
    Voyage(
        "for good, to a port",
        LIVE | Domain.MIGRATE_PERSIST_DEST | Domain.MIGRATE_UNDEFINE_SOURCE,
        {
            **SLOW,
            Domain.MIGRATE_PARAM_URI: f"tcp://{{target}}:{PORT}",
            Domain.MIGRATE_PARAM_GRAPHICS_URI: "spice://{target}:5999",
            Domain.MIGRATE_PARAM_DEST_XML: "{xml}",
            Domain.MIGRATE_PARAM_PERSIST_XML: "{xml} for good",
        },
        prepared={"MIGRATE_PARAM_URI": lambda sight: sight.listens(port=PORT)},
        sending={
            "MIGRATE_LIVE": lambda sight: sight.at_source == "running (booted)",
            "MIGRATE_PARAM_GRAPHICS_URI": _for_spice,
            "MIGRATE_PARAM_BANDWIDTH": _has("max-bandwidth", MIB),
        },
        come={
            "MIGRATE_PERSIST_DEST": _says("Persistent:     yes", "dominfo"),
            "MIGRATE_UNDEFINE_SOURCE": lambda sight: sight.at_source == "",
            "MIGRATE_PARAM_DEST_XML": _title("titled"),
            "MIGRATE_PARAM_PERSIST_XML": lambda sight: (
                "<title>titled for good</title>" in sight.of_target("dumpxml", "--inactive")
            ),
        },
    ),
    Voyage(
        "tuned",
        LIVE
        | Domain.MIGRATE_COMPRESSED
        | Domain.MIGRATE_AUTO_CONVERGE
        | Domain.MIGRATE_TLS
        | Domain.MIGRATE_POSTCOPY
        | Domain.MIGRATE_CHANGE_PROTECTION,
        {
            **SLOW,
            Domain.MIGRATE_PARAM_LISTEN_ADDRESS: "{address}",
            Domain.MIGRATE_PARAM_TLS_DESTINATION: "{target}.test",
            Domain.MIGRATE_PARAM_BANDWIDTH_POSTCOPY: 7,
            Domain.MIGRATE_PARAM_COMPRESSION: "xbzrle",
            Domain.MIGRATE_PARAM_COMPRESSION_XBZRLE_CACHE: 32 * MIB,
            Domain.MIGRATE_PARAM_AUTO_CONVERGE_INITIAL: 31,
            Domain.MIGRATE_PARAM_AUTO_CONVERGE_INCREMENT: 17,
        },
        prepared={
            "MIGRATE_CHANGE_PROTECTION": Sight.is_protected,
            "MIGRATE_PARAM_LISTEN_ADDRESS": lambda sight: (
                sight.listens(ADDRESSES[sight.route.target.name]) and not sight.listens("0.0.0.0", 49152)
            ),
        },
        sending={
            "MIGRATE_COMPRESSED": _can("xbzrle"),
            "MIGRATE_PARAM_COMPRESSION": _can("xbzrle"),
            "MIGRATE_PARAM_COMPRESSION_XBZRLE_CACHE": _has("xbzrle-cache-size", 32 * MIB),
            "MIGRATE_AUTO_CONVERGE": _can("auto-converge"),
            "MIGRATE_PARAM_AUTO_CONVERGE_INITIAL": _has("cpu-throttle-initial", 31),
            "MIGRATE_PARAM_AUTO_CONVERGE_INCREMENT": _has("cpu-throttle-increment", 17),
            "MIGRATE_TLS": lambda sight: sight.parameters["tls-creds"],
            "MIGRATE_PARAM_TLS_DESTINATION": lambda sight: (
                sight.parameters["tls-hostname"] == f"{sight.route.target.name}.test"
            ),
            "MIGRATE_POSTCOPY": _can("postcopy-ram"),
            "MIGRATE_PARAM_BANDWIDTH_POSTCOPY": _has("max-postcopy-bandwidth", 7 * MIB),
        },
    ),
    Voyage(
        "paused, renamed, parallel",
        LIVE | Domain.MIGRATE_PAUSED | Domain.MIGRATE_PARALLEL,
        {
            **SLOW,
            Domain.MIGRATE_PARAM_DEST_NAME: "{name}-renamed",
            Domain.MIGRATE_PARAM_PARALLEL_CONNECTIONS: 3,
        },
        sending={
            "MIGRATE_PARALLEL": _can("multifd"),
            "MIGRATE_PARAM_PARALLEL_CONNECTIONS": _has("multifd-channels", 3),
        },
        come={
            "MIGRATE_PAUSED": lambda sight: sight.route.target.state(f"{sight.name}-renamed").startswith(
                "paused"
            ),
            "MIGRATE_PARAM_DEST_NAME": lambda sight: sight.at_target == "",
        },
    ),
    Voyage(
        "compressed by zlib",
        LIVE | Domain.MIGRATE_PARALLEL | Domain.MIGRATE_COMPRESSED,
        {
            **SLOW,
            Domain.MIGRATE_PARAM_COMPRESSION: "zlib",
            Domain.MIGRATE_PARAM_ZLIB_LEVEL: 4,
            Domain.MIGRATE_PARAM_BANDWIDTH_AVAIL_SWITCHOVER: 64,
        },
        sending={
            "MIGRATE_PARAM_COMPRESSION": _has("multifd-compression", "zlib"),
            "MIGRATE_PARAM_ZLIB_LEVEL": _has("multifd-zlib-level", 4),
            "MIGRATE_PARAM_BANDWIDTH_AVAIL_SWITCHOVER": _has("avail-switchover-bandwidth", 64 * MIB),
        },
        routes=(NEW_NEW,),
    ),
    Voyage(
        "compressed by zstd",
        LIVE | Domain.MIGRATE_PARALLEL | Domain.MIGRATE_COMPRESSED,
        {**SLOW, Domain.MIGRATE_PARAM_COMPRESSION: "zstd", Domain.MIGRATE_PARAM_ZSTD_LEVEL: 5},
        sending={
            "MIGRATE_PARAM_COMPRESSION": _has("multifd-compression", "zstd"),
            "MIGRATE_PARAM_ZSTD_LEVEL": _has("multifd-zstd-level", 5),
        },
        routes=(NEW_NEW,),
    ),
    Voyage(
        "compressed by threads",
        LIVE | Domain.MIGRATE_COMPRESSED,
        {
            **SLOW,
            Domain.MIGRATE_PARAM_COMPRESSION: "mt",
            Domain.MIGRATE_PARAM_COMPRESSION_MT_LEVEL: 3,
            Domain.MIGRATE_PARAM_COMPRESSION_MT_THREADS: 5,
            Domain.MIGRATE_PARAM_COMPRESSION_MT_DTHREADS: 6,
        },
        sending={
            "MIGRATE_PARAM_COMPRESSION": _can("compress"),
            "MIGRATE_PARAM_COMPRESSION_MT_LEVEL": _has("compress-level", 3),
            "MIGRATE_PARAM_COMPRESSION_MT_THREADS": _has("compress-threads", 5),
            "MIGRATE_PARAM_COMPRESSION_MT_DTHREADS": lambda sight: sight.threads("decompress") == 6,
        },
        routes=(OLD_OLD,),
    ),
    Voyage(
        "by the daemons",
        P2P | Domain.MIGRATE_PERSIST_DEST,
        {
            **SLOW,
            Domain.MIGRATE_PARAM_GRAPHICS_URI: "spice://{target}:5999",
            Domain.MIGRATE_PARAM_DEST_XML: "{xml}",
            Domain.MIGRATE_PARAM_PERSIST_XML: "{xml} for good",
        },
        sending={
            "MIGRATE_PARAM_GRAPHICS_URI": _for_spice,
            "MIGRATE_PEER2PEER": lambda sight: sight.calls("DOMAIN_MIGRATE_PREPARE3_PARAMS"),
            "MIGRATE_PARAM_BANDWIDTH": _has("max-bandwidth", MIB),
        },
        come={
            "MIGRATE_PARAM_DEST_XML": _title("titled"),
            "MIGRATE_PARAM_PERSIST_XML": lambda sight: (
                "<title>titled for good</title>" in sight.of_target("dumpxml", "--inactive")
            ),
        },
    ),
    Voyage(
        "tunnelled, the guest stands still",
        Domain.MIGRATE_PEER2PEER | Domain.MIGRATE_TUNNELLED | Domain.MIGRATE_ABORT_ON_ERROR,
        SLOW,
        sending={
            "MIGRATE_ABORT_ON_ERROR": lambda sight: sight.has_flag(Domain.MIGRATE_ABORT_ON_ERROR),
            "MIGRATE_TUNNELLED": lambda sight: sight.calls("DOMAIN_MIGRATE_PREPARE_TUNNEL3_PARAMS"),
            "MIGRATE_LIVE": lambda sight: sight.at_source.startswith("paused"),  # without it
        },
    ),
)


class Refusal(NamedTuple):
    """What hosts of these releases refuse, with which error and which text, a pattern; the names say what of it."""

    names: tuple[str, ...]
    flags: int
    params: dict[str, int | str | list[str]]
    error: str
    said: str
    suites: tuple[str, ...] = (OLD, NEW)

    def __str__(self) -> str:
        return ", ".join(self.names)


COMPRESSED = LIVE | Domain.MIGRATE_COMPRESSED
PARALLEL = COMPRESSED | Domain.MIGRATE_PARALLEL


def _unknown(parameter: str, flags: int, params: dict[str, int | str | list[str]]) -> Refusal:
    """What the old release does not know."""
    value = getattr(Domain, parameter)
    said = f"argument unsupported: parameter '{re.escape(value)}' not supported"
    return Refusal((parameter,), flags, params, "ArgumentUnsupported", said, (OLD,))


REFUSALS = (
    Refusal(
        ("MIGRATE_RDMA_PIN_ALL",),
        LIVE | Domain.MIGRATE_RDMA_PIN_ALL,
        {Domain.MIGRATE_PARAM_URI: "rdma://somewhere"},
        "OperationInvalid",
        "Requested operation is not valid: cannot start RDMA migration with no memory hard limit set",
    ),
    Refusal(
        ("MIGRATE_ZEROCOPY",),
        LIVE | Domain.MIGRATE_ZEROCOPY | Domain.MIGRATE_PARALLEL,
        {},
        "SystemCallFailed",
        r"cannot limit locked memory of process \d+ to 16777216: Operation not permitted",
    ),
    Refusal(
        ("MIGRATE_POSTCOPY_RESUME",),
        LIVE | Domain.MIGRATE_POSTCOPY | Domain.MIGRATE_POSTCOPY_RESUME,
        {},
        "OperationInvalid",
        "Requested operation is not valid: domain '.*' is not being migrated",
    ),
    Refusal(
        ("MIGRATE_PARAM_COMPRESSION",),
        COMPRESSED,
        {Domain.MIGRATE_PARAM_COMPRESSION: "nothing"},
        "InvalidArgument",
        "invalid argument: Unsupported compression method 'nothing'",
    ),
    Refusal(
        (
            "MIGRATE_PARAM_COMPRESSION_MT_LEVEL",
            "MIGRATE_PARAM_COMPRESSION_MT_THREADS",
            "MIGRATE_PARAM_COMPRESSION_MT_DTHREADS",
        ),
        COMPRESSED,
        {
            Domain.MIGRATE_PARAM_COMPRESSION: "mt",
            Domain.MIGRATE_PARAM_COMPRESSION_MT_LEVEL: 3,
            Domain.MIGRATE_PARAM_COMPRESSION_MT_THREADS: 5,
            Domain.MIGRATE_PARAM_COMPRESSION_MT_DTHREADS: 6,
        },
        "ArgumentUnsupported",
        "argument unsupported: Migration option 'compress' is not supported by QEMU binary",
        (NEW,),
    ),
    Refusal(
        ("MIGRATE_PARALLEL",),
        PARALLEL,
        {Domain.MIGRATE_PARAM_COMPRESSION: "xbzrle"},
        "InvalidArgument",
        "invalid argument: Compression method 'xbzrle' isn't supported with parallel migration",
        (NEW,),
    ),
    _unknown(
        "MIGRATE_PARAM_ZLIB_LEVEL",
        PARALLEL,
        {Domain.MIGRATE_PARAM_COMPRESSION: "zlib", Domain.MIGRATE_PARAM_ZLIB_LEVEL: 4},
    ),
    _unknown(
        "MIGRATE_PARAM_ZSTD_LEVEL",
        PARALLEL,
        {Domain.MIGRATE_PARAM_COMPRESSION: "zstd", Domain.MIGRATE_PARAM_ZSTD_LEVEL: 4},
    ),
    _unknown(
        "MIGRATE_PARAM_BANDWIDTH_AVAIL_SWITCHOVER",
        LIVE,
        {Domain.MIGRATE_PARAM_BANDWIDTH_AVAIL_SWITCHOVER: 64},
    ),
    _unknown(
        "MIGRATE_PARAM_DISKS_DETECT_ZEROES",
        LIVE | Domain.MIGRATE_NON_SHARED_DISK,
        {Domain.MIGRATE_PARAM_DISKS_DETECT_ZEROES: ["vda"]},
    ),
    _unknown(
        "MIGRATE_PARAM_MIGRATE_DISKS_TARGET_ZERO",
        LIVE | Domain.MIGRATE_NON_SHARED_DISK,
        {Domain.MIGRATE_PARAM_MIGRATE_DISKS_TARGET_ZERO: ["vda"]},
    ),
)

#: What other tests show.
ELSEWHERE = {
    "MIGRATE_OFFLINE": "migration/_async/test_effects.py",
    "MIGRATE_POSTCOPY_RESUME": "migration/_async/test_post_copy.py",
    "MIGRATE_MAX_SPEED_POSTCOPY": "api/_async/test_migration.py",  # of a setting
    "MIGRATE_UNSAFE": "migration/_async/test_storage.py",
    "MIGRATE_NON_SHARED_DISK": "migration/_async/test_storage.py",
    "MIGRATE_NON_SHARED_INC": "migration/_async/test_storage.py",
    "MIGRATE_NON_SHARED_SYNCHRONOUS_WRITES": "migration/_async/test_storage.py",
    "MIGRATE_PARAM_DISK_PORT": "migration/_async/test_storage.py",
    "MIGRATE_PARAM_DISKS_URI": "migration/_async/test_storage.py",
    "MIGRATE_PARAM_MIGRATE_DISKS": "migration/_async/test_storage.py",
    "MIGRATE_PARAM_DISKS_DETECT_ZEROES": "migration/_async/test_storage.py",
    "MIGRATE_PARAM_MIGRATE_DISKS_TARGET_ZERO": "migration/_async/test_storage.py",
}
