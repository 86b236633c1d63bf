"""What a test needs to run, by which a whole run is divided among processes: each test belongs to one part."""

from __future__ import annotations

import os

import pytest

from rig.debian import SUITES

#: The part of all tests that need no host, and that of those that need hosts between which guests can go; the others
#: are named as the suites of the hosts.
NO_HOST, MIGRATION = "no-host", "migration"
PARTS = (NO_HOST, *SUITES, MIGRATION)

# A subset of the hosts to test on, such as "bookworm"; named here or in CI, they must come up.
CHOSEN = os.environ.get("SYSVIRT_HOSTS", "")
HOSTS = tuple(CHOSEN.split(",")) if CHOSEN else SUITES


def part_of(item: pytest.Item) -> str:
    """The suite of the host that a test needs, `MIGRATION` for more than one, or `NO_HOST`."""
    fixtures = getattr(item, "fixturenames", ())
    if "lan" in fixtures:
        return MIGRATION
    callspec = getattr(item, "callspec", None)
    params = callspec.params if callspec else {}
    for name in ("host", "suite"):
        if params.get(name) in SUITES:
            return str(params[name])
    for suite in SUITES:
        if f"host_{suite}" in fixtures:
            return suite
    return SUITES[0] if item.get_closest_marker("real") else NO_HOST
