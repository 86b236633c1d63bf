"""Handles of the other face: classes of one name, which a message has to tell apart."""

from __future__ import annotations

import re
from typing import Any

import pytest

import sysvirt
import sysvirt.aio
from sysvirt import InvalidArgument, testing
from sysvirt.testing import FakeDaemon
from tests.faults.faces import Blocking, Face, Script

HANDLERS: dict[str, Any] = {
    "DOMAIN_LOOKUP_BY_NAME": ("guest", bytes(16), 1),
    "STORAGE_VOL_LOOKUP_BY_PATH": ("pool", "volume", "/key"),
    "STORAGE_POOL_LOOKUP_BY_NAME": ("pool", bytes(16)),
}


def handles(conn: Any) -> Script[tuple[Any, Any, Any, Any]]:
    domain = yield lambda: conn.get_domain_by_name("guest")
    volume = yield lambda: conn.get_storage_volume_by_path("/a")
    pool = yield lambda: conn.get_storage_pool_by_name("pool")
    return domain, volume, pool, conn.new_stream()


def test_the_message_names_the_face(face: Face) -> None:
    mine, others = ("sysvirt", "sysvirt.aio") if isinstance(face, Blocking) else ("sysvirt.aio", "sysvirt")

    def script() -> Script[None]:
        with FakeDaemon(HANDLERS) as daemon:
            conn = yield lambda: face.connect(daemon.pair())
            _, volume, pool, _ = yield from handles(conn)
            ref = volume._ref
            package = sysvirt.aio if others == "sysvirt.aio" else sysvirt
            domain = package.Domain(conn, bytes(28))
            volume_of_others = package.StorageVol(conn, ref)
            stream = package.Stream(conn)
            for call, kind in (
                (lambda: conn.events(domain=domain), "Domain"),
                (lambda: conn.get_all_domain_stats(0, [domain]), "Domain"),
                (lambda: conn.domain_event_register_any(domain, 0, print), "Domain"),
                (lambda: conn.get_storage_pool_by_volume(volume_of_others), "StorageVol"),
                (lambda: pool.clone_volume("<volume/>", volume_of_others), "StorageVol"),
                (lambda: volume.download(stream), "Stream"),
            ):
                text = rf"expected (a )?{re.escape(mine)}\.{kind}\b.*, not {re.escape(others)}\.{kind}$"
                with pytest.raises(InvalidArgument, match=text):
                    yield call
            yield conn.close

    face.run(script())


def test_other_classes_have_their_names() -> None:
    with FakeDaemon(HANDLERS) as daemon, testing.connect(daemon) as conn:
        wrong: Any = "guest"
        with pytest.raises(InvalidArgument, match=r"^domain: expected a sysvirt\.Domain or None, not str$"):
            conn.events(domain=wrong)
