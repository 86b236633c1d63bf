"""What tests of methods say they have seen, for docs/conformance.md."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rig.guest import boot, unique_name
from rig.host import Host
from tests.api.machine import linux_xml, make_bridge
from tests.conformance.recorder import Recorder, conformance_key

pytest.register_assert_rewrite("api._async.watching", "api._sync.watching")


@pytest.fixture(autouse=True)
def observed(
    host: Host, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Recorder]:
    """Says of a method what was seen of it: `observed("set_memory", "virsh dommemstat")`, `observed.refusal`."""
    face = "_async" if "._async." in request.module.__name__ else "_sync"
    recorder = Recorder(request.config.stash[conformance_key], face, host.suite)
    with recorder.recording(monkeypatch):
        yield recorder


@pytest.fixture
def made(host: Host) -> Iterator[list[str]]:
    """For the names of guests that a test makes: they are gone after it."""
    names: list[str] = []
    yield names
    for name in names:
        host.remove(name)


@pytest.fixture(scope="module")
def other(host: Host) -> Iterator[Host]:
    """Another host of the same release, to which guests can go by a socket."""
    with Host(host.suite) as another:
        yield another


@pytest.fixture(scope="session")
def machine(host: Host) -> str:
    """The name of a Linux guest on `host` with all that its own events need: leave it running as it was."""
    name = unique_name("machine")
    make_bridge(host)
    host.define(linux_xml(host, name))
    boot(host, name)
    return name
