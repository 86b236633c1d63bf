# Made by tools/unasync.py from tests/faults_real/_async/conftest.py; do not edit.
"""Guests that may be frozen, a connection of each test's own, and a look at what a test leaves behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rig.host import Host
from sysvirt import Connection, Domain, connect

from ..helpers import held, quiet
from .waiting import reached, spawn, start


@pytest.fixture(autouse=True)
def nothing_left_behind(host: Host, four_names: list[str]) -> Iterator[None]:
    """No descriptor, thread or task outlives a test."""
    before = held()
    yield
    reached(before.is_all, before)


@pytest.fixture
def conn(host: Host, nothing_left_behind: None) -> Iterator[Connection]:
    """A connection of the test's own, with keepalive, which is at rest again when the test is over."""
    with connect(host.uri, timeout=60, keepalive=(1, 60)) as connection:
        yield connection
        reached(lambda: quiet(connection), "nothing is under way or held any more")
        connection.get_hostname()


@pytest.fixture
def guests(host: Host, conn: Connection, four_names: list[str]) -> Iterator[list[Domain]]:
    """Four guests that run their firmware."""
    yield [conn.get_domain_by_name(name) for name in four_names]
    for restored in [spawn(_restore, host, conn.get_domain_by_name(name)) for name in four_names]:
        restored.result()


def _restore(host: Host, guest: Domain) -> None:
    state, _ = guest.get_state()
    if state == Domain.STATE_PAUSED:
        guest.resume()
    elif state != Domain.STATE_RUNNING:
        start(host, guest)
