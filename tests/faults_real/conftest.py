"""Guests that tests may freeze, end and pause: they cost a second to start, so each host has them once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rig.guest import firmware_xml, unique_name
from rig.host import Host
from rig.wait import until

from .helpers import firmware_starts


@pytest.fixture(scope="session")
def four_names(host: Host) -> Iterator[list[str]]:
    """Guests of `host` that run their firmware; for `guests`, which brings them back to that."""
    names = [unique_name("fault") for _ in range(4)]
    for name in names:
        host.define(firmware_xml(host, name))
        host.virsh("start", name)
    for name in names:
        until(lambda name=name: firmware_starts(host, name), "the firmware runs")  # type: ignore[misc]
    yield names
    for name in names:
        host.remove(name)
