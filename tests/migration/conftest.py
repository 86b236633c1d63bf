"""Two hosts for each test, a guest to migrate between them, and the ways to their daemons."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import sysvirt
import sysvirt.aio
from rig.guest import agent_answers, unique_name
from rig.image import READY
from rig.lan import Lan
from rig.moving import define_counting, heard, linux_xml, numbers, start_counting
from rig.wait import until
from tests.parts import HOSTS

from .counting import Counting, has_qemu, started
from .inside import inside
from .links import Links, Route, linked, revive


@pytest.fixture
def route(request: pytest.FixtureRequest, lan: Lan) -> Iterator[Route]:
    """Of the hosts that a test's `suites` name; their daemons run after it, too."""
    suites: tuple[str, str] = getattr(request, "param", ("bookworm", "forky"))
    if left_out := set(suites) - set(HOSTS):
        pytest.skip(f"SYSVIRT_HOSTS leaves out {', '.join(left_out)}")
    source, target = suites
    hosts = Route(lan.host(source), lan.host(target, 1 + (source == target)))
    yield hosts
    revive(hosts)


@pytest.fixture
def links(route: Route) -> Iterator[Links]:
    """The ways to the daemons of `route`, steered by the test."""
    with linked(*route) as ways:
        yield ways


@pytest.fixture(scope="session")
def traveller(lan: Lan) -> Counting:
    """A guest with Linux, its agent, and a process that counts: it goes from test to test, and from host to host."""
    host = lan.host(HOSTS[0])
    name = unique_name("traveller")
    host.virsh("create", "/proc/self/fd/0", input=linux_xml(host, name))
    until(lambda: READY in heard(host, name), f"{name} has booted")
    until(lambda: agent_answers(host, name), f"the agent of {name} answers")
    start_counting(host, name)
    until(lambda: numbers(heard(host, name)), "it counts")
    return Counting(host, name)


@pytest.fixture
def counting(route: Route) -> Iterator[Counting]:
    """A fresh guest that counts on the source; gone after the test."""
    name = unique_name("counting")
    define_counting(route.source, name)
    yield started(route.source, name)
    for host in route:
        for known in (name, f"{name}-renamed"):
            host.remove(known)
        until(lambda host=host: not has_qemu(host, name), "its process has ended")  # type: ignore[misc]


@pytest.fixture
def given_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """For the names of guests whose migrations somebody has given up: then it is known inside, too."""
    names: list[str] = []
    for face in (sysvirt.Domain, sysvirt.aio.Domain):
        moving = inside(face, "moving").Moving

        def give_up(self: Any, really: Callable[[Any], None] = moving.give_up) -> None:
            really(self)
            names.append(self.name)

        monkeypatch.setattr(moving, "give_up", give_up)
    return names
