"""Real hosts and guests for every test that asks for one by a fixture's name; see `rig`."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from rig.debian import SUITES
from rig.guest import boot, firmware_xml, guest_xml, make_disk, unique_name
from rig.host import Host
from rig.lan import Lan
from rig.needs import missing
from rig.passwords import want_passwords
from tests.auth.users import USERS
from tests.conformance.recorder import Conformance, conformance_key
from tests.parts import CHOSEN, HOSTS, NO_HOST, PARTS, part_of

failed_key = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--part", choices=PARTS, help="only tests that need this host, or none: see tests/parts.py"
    )
    parser.addoption("--seen", help="a file for what was seen of methods and events: see tests/conformance")


def pytest_configure(config: pytest.Config) -> None:
    # In the background of a shell it is ignored, and programs that tests start would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    config.stash[conformance_key] = Conformance()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if file := session.config.getoption("--seen"):
        session.config.stash[conformance_key].save(Path(file))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[failed_key] = True
        if item.config.getoption("--part"):  # part of a long run, which may be ended before it sums up
            terminal: Any = item.config.pluginmanager.get_plugin("terminalreporter")
            terminal.ensure_newline()
            terminal.write_line(f"{report.nodeid} failed:\n{report.longreprtext}")
    return report


def pytest_runtest_setup() -> None:
    # A test that was struck before it had set it back may have left another.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """What a test that failed has left unclosed warns now: as its own failure, not as that of one that comes later."""
    if item.stash.get(failed_key, False):
        for name in ("last_exc", "last_type", "last_value", "last_traceback"):
            vars(sys).pop(name, None)  # which keep its frames
        gc.collect()
    return (yield)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    parts = [part_of(item) for item in items]
    for item, part in zip(items, parts, strict=True):
        if part != NO_HOST:
            item.add_marker(pytest.mark.real)
    if wanted := config.getoption("--part"):
        config.hook.pytest_deselected(
            items=[item for item, part in zip(items, parts, strict=True) if part != wanted]
        )
        items[:] = [item for item, part in zip(items, parts, strict=True) if part == wanted]


def _needs_host() -> None:
    if reasons := missing():
        if CHOSEN or os.environ.get("CI"):
            pytest.fail("no private host can run here: " + "; ".join(reasons))
        pytest.skip("no private host can run here: " + "; ".join(reasons))


def _host(suite: str) -> Iterator[Host]:
    if suite not in HOSTS:
        pytest.skip(f"SYSVIRT_HOSTS leaves out {suite}")
    _needs_host()
    with Host(suite) as host:
        yield host
    assert host.traces() == []


@pytest.fixture(scope="session")
def host_bookworm() -> Iterator[Host]:
    """A private host with libvirt 9.0, shared by the session."""
    yield from _host("bookworm")


@pytest.fixture(scope="session")
def host_forky() -> Iterator[Host]:
    """A private host with libvirt 12.8 or later, shared by the session."""
    yield from _host("forky")


@pytest.fixture(scope="session", params=SUITES)
def host(request: pytest.FixtureRequest) -> Host:
    """Each of the private hosts in turn, shared by the session: leave it as it was."""
    found: Host = request.getfixturevalue(f"host_{request.param}")
    return found


@pytest.fixture(scope="session")
def guarded(host: Host) -> Iterator[Host]:
    """Another host of the same release, whose daemon wants a name and a password of its clients."""
    with Host(host.suite) as another:
        want_passwords(another, USERS, "scram-sha-512 scram-sha-256 scram-sha-1 plain digest-md5")
        yield another
    assert another.traces() == []


@pytest.fixture(scope="session")
def lan() -> Iterator[Lan]:
    """Private hosts that guests can go between, each brought up at its first use and shared by the session."""
    _needs_host()
    with Lan() as hosts:
        yield hosts
    assert hosts.traces() == []


@pytest.fixture(scope="session")
def shared_guest(host: Host) -> str:
    """The name of a Linux guest on `host` with agent, disk, network and graphics: see `booted`."""
    name = unique_name("booted")
    disk = make_disk(host, f"{name}.qcow2")
    host.define(guest_xml(host, name, max_vcpus=2, disk=disk, network=True, graphics=True))
    return name


@pytest.fixture
def booted(host: Host, shared_guest: str) -> str:
    """The same guest, running with its agent: leave it so. Where a test could not, the next one starts it again."""
    if host.virsh("domstate", shared_guest) == "shut off":
        boot(host, shared_guest)
    return shared_guest


@pytest.fixture
def firmware_guest(host: Host) -> Iterator[str]:
    """The name of a fresh guest on `host`, defined and not running, that needs no system; gone after the test."""
    name = unique_name("firmware")
    host.define(firmware_xml(host, name))
    yield name
    host.remove(name)
