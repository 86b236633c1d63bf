"""The forms of a migration that QEMU and libvirt have here: what virsh is told, and what a program is."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from sysvirt import Domain

from .links import Route

#: Asked for, tests take the time that all combinations take, not only as many as show each part once.
WHOLE = os.environ.get("SYSVIRT_WHOLE") == "1"

#: By the releases of libvirt at both ends.
ROUTES = (("bookworm", "forky"), ("bookworm", "bookworm"), ("forky", "forky"), ("forky", "bookworm"))
OLD_NEW, OLD_OLD, NEW_NEW, NEW_OLD = ROUTES

LIVE = Domain.MIGRATE_LIVE
P2P = LIVE | Domain.MIGRATE_PEER2PEER


class Form(NamedTuple):
    """One of them.

    In options and in texts among the parameters, "{files}" is a folder that both hosts see, "{target}" the target's
    name, and "{name}" the guest's.
    """

    title: str
    options: tuple[str, ...]
    flags: int = LIVE
    params: dict[str, int | str] = {}  # noqa: RUF012  (nobody changes it)
    routes: tuple[tuple[str, str], ...] = ROUTES

    def filled(self, route: Route, name: str) -> Form:
        """The form for a guest on its way."""
        known = {"files": route.source.files, "target": route.target.name, "name": name}
        params = {
            key: value.format_map(known) if isinstance(value, str) else value
            for key, value in self.params.items()
        }
        return self._replace(
            options=tuple(option.format_map(known) for option in self.options), params=params
        )

    @property
    def is_p2p(self) -> bool:
        return bool(self.flags & Domain.MIGRATE_PEER2PEER)


UNIX = "unix://{files}/{name}.migration"

FORMS = (
    Form("live", ("--live",)),
    Form("not live", (), 0),
    Form("a unix socket", ("--live", "--migrateuri", UNIX), LIVE, {Domain.MIGRATE_PARAM_URI: UNIX}),
    Form(
        "a host",
        ("--live", "--migrateuri", "tcp://{target}"),
        LIVE,
        {Domain.MIGRATE_PARAM_URI: "tcp://{target}"},
    ),
    Form(
        "an address to listen at",
        ("--live", "--listen-address", "0.0.0.0"),
        LIVE,
        {Domain.MIGRATE_PARAM_LISTEN_ADDRESS: "0.0.0.0"},
    ),
    Form(
        "moved for good",
        ("--live", "--persistent", "--undefinesource"),
        LIVE | Domain.MIGRATE_PERSIST_DEST | Domain.MIGRATE_UNDEFINE_SOURCE,
    ),
    Form(
        "another name",
        ("--live", "--dname", "{name}-renamed"),
        LIVE,
        {Domain.MIGRATE_PARAM_DEST_NAME: "{name}-renamed"},
    ),
    Form("paused", ("--live", "--suspend"), LIVE | Domain.MIGRATE_PAUSED),
    Form("bandwidth", ("--live", "--bandwidth", "100"), LIVE, {Domain.MIGRATE_PARAM_BANDWIDTH: 100}),
    Form(
        "auto-converge",
        ("--live", "--auto-converge", "--auto-converge-initial", "30", "--auto-converge-increment", "15"),
        LIVE | Domain.MIGRATE_AUTO_CONVERGE,
        {Domain.MIGRATE_PARAM_AUTO_CONVERGE_INITIAL: 30, Domain.MIGRATE_PARAM_AUTO_CONVERGE_INCREMENT: 15},
    ),
    Form("errors end it", ("--live", "--abort-on-error"), LIVE | Domain.MIGRATE_ABORT_ON_ERROR),
    Form("protected", ("--live", "--change-protection"), LIVE | Domain.MIGRATE_CHANGE_PROTECTION),
    Form(
        "compressed",
        ("--live", "--compressed", "--comp-methods", "xbzrle", "--comp-xbzrle-cache", "33554432"),
        LIVE | Domain.MIGRATE_COMPRESSED,
        {
            Domain.MIGRATE_PARAM_COMPRESSION: "xbzrle",
            Domain.MIGRATE_PARAM_COMPRESSION_XBZRLE_CACHE: 33554432,
        },
    ),
    Form(
        "compressed by threads",
        ("--live", "--compressed", "--comp-methods", "mt", "--comp-mt-level", "1", "--comp-mt-threads", "2"),
        LIVE | Domain.MIGRATE_COMPRESSED,
        {
            Domain.MIGRATE_PARAM_COMPRESSION: "mt",
            Domain.MIGRATE_PARAM_COMPRESSION_MT_LEVEL: 1,
            Domain.MIGRATE_PARAM_COMPRESSION_MT_THREADS: 2,
        },
        (OLD_OLD,),
    ),
    Form(
        "parallel",
        ("--live", "--parallel", "--parallel-connections", "2"),
        LIVE | Domain.MIGRATE_PARALLEL,
        {Domain.MIGRATE_PARAM_PARALLEL_CONNECTIONS: 2},
    ),
    Form(
        "parallel, compressed",
        ("--live", "--parallel", "--compressed", "--comp-methods", "zstd", "--comp-zstd-level", "3"),
        LIVE | Domain.MIGRATE_PARALLEL | Domain.MIGRATE_COMPRESSED,
        {Domain.MIGRATE_PARAM_COMPRESSION: "zstd", Domain.MIGRATE_PARAM_ZSTD_LEVEL: 3},
        (NEW_NEW,),
    ),
    Form("TLS", ("--live", "--tls"), LIVE | Domain.MIGRATE_TLS),
    Form(
        "TLS to a name",
        ("--live", "--tls", "--tls-destination", "{target}", "--migrateuri", UNIX),
        LIVE | Domain.MIGRATE_TLS,
        {Domain.MIGRATE_PARAM_URI: UNIX, Domain.MIGRATE_PARAM_TLS_DESTINATION: "{target}"},
    ),
    Form(
        "the bandwidth of a switch",
        ("--live", "--available-switchover-bandwidth", "100000"),
        LIVE,
        {Domain.MIGRATE_PARAM_BANDWIDTH_AVAIL_SWITCHOVER: 100000},
        (NEW_NEW,),
    ),
    Form(
        "post-copy is possible",
        ("--live", "--postcopy", "--postcopy-bandwidth", "100"),
        LIVE | Domain.MIGRATE_POSTCOPY,
        {Domain.MIGRATE_PARAM_BANDWIDTH_POSTCOPY: 100},
    ),
    Form("by the daemons", ("--live", "--p2p"), P2P),
    Form(
        "by the daemons, for good",
        ("--live", "--p2p", "--persistent", "--undefinesource", "--bandwidth", "100"),
        P2P | Domain.MIGRATE_PERSIST_DEST | Domain.MIGRATE_UNDEFINE_SOURCE,
        {Domain.MIGRATE_PARAM_BANDWIDTH: 100},
    ),
    Form("tunnelled", ("--live", "--p2p", "--tunnelled"), P2P | Domain.MIGRATE_TUNNELLED),
    Form(
        "offline",
        ("--offline", "--persistent"),
        Domain.MIGRATE_OFFLINE | Domain.MIGRATE_PERSIST_DEST,
    ),
)

BY_TITLE = {form.title: form for form in FORMS}

T = TypeVar("T")


def shared_out(module: str, cases: Iterable[T], whole: Iterable[T] = ()) -> list[T]:
    """Those of the cases that one of the two faces tries: every second one, by the name of the test's module.

    When the whole is asked for, all of them, or those of `whole`.
    """
    if WHOLE:
        return list(whole) or list(cases)
    return list(cases)[".".join(module.split(".")[:-1]).endswith("_sync") :: 2]
