"""Two hosts for each test, a guest to migrate between them, and the ways to their daemons."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rig.guest import unique_name
from rig.lan import Lan
from rig.moving import define_counting, heard, numbers
from rig.wait import until
from tests.parts import HOSTS

from .counting import Counting, has_qemu
from .links import Links, Route, linked


@pytest.fixture
def route(request: pytest.FixtureRequest, lan: Lan) -> Iterator[Route]:
    """Of the hosts that a test's `suites` name; their daemons run after it, too."""
    suites: tuple[str, str] = getattr(request, "param", ("bookworm", "forky"))
    if left_out := set(suites) - set(HOSTS):
        pytest.skip(f"SYSVIRT_HOSTS leaves out {', '.join(left_out)}")
    source, target = suites
    hosts = Route(lan.host(source), lan.host(target, 1 + (source == target)))
    yield hosts
    for host in hosts:
        if not Path(f"/proc/{host.pid}").exists():
            host.start_daemon()


@pytest.fixture
def links(route: Route) -> Iterator[Links]:
    """The ways to the daemons of `route`, steered by the test."""
    with linked(*route) as ways:
        yield ways


@pytest.fixture
def counting(route: Route) -> Iterator[Counting]:
    """A fresh guest that counts on the source; gone after the test."""
    name = unique_name("counting")
    define_counting(route.source, name)
    route.source.virsh("start", name)
    until(lambda: numbers(heard(route.source, name)), "it counts")
    yield Counting(route.source, name)
    for host in route:
        host.remove(name)
        until(lambda host=host: not has_qemu(host, name), "its process has ended")  # type: ignore[misc]
