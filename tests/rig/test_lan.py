"""Hosts that guests go between: what they promise to the tests of migration, seen with virsh alone."""

from __future__ import annotations

import pytest

from rig.guest import unique_name
from rig.lan import Lan
from rig.moving import define_counting, heard, numbers
from rig.wait import until

pytestmark = pytest.mark.slow


def test_hosts_know_each_other_by_name(lan: Lan) -> None:
    older, newer = lan.host("bookworm"), lan.host("forky")
    assert lan.host("forky") is newer
    assert older.virsh("hostname") == "bookworm-1.test"
    assert newer.virsh("hostname") == "forky-1.test"
    for host, other in (older, newer), (newer, older):
        address, full, short = host.run("getent", "hosts", other.name).split()
        assert (full, short) == (f"{other.name}.test", other.name)
        route = host.run("ip", "-o", "route", "get", address)
        assert " dev lan " in route
        assert not address.startswith("127.")


@pytest.mark.parametrize("tls", [(), ("--tls",)], ids=["plain", "tls"])
def test_a_counting_guest_goes_there_and_back(lan: Lan, tls: tuple[str, ...]) -> None:
    """Over the network; no number is lost or said twice, and each host has heard only its own."""
    older, newer = lan.host("bookworm"), lan.host("forky")
    name = unique_name("counts")
    define_counting(older, name)
    try:
        older.virsh("start", name)
        for source, target in (older, newer), (newer, older):
            until(lambda source=source: numbers(heard(source, name)), "it counts")  # type: ignore[misc]
            before = len(heard(target, name))
            to = f"qemu+unix:///system?socket={target.socket}"
            source.virsh("migrate", "--live", *tls, "--undefinesource", "--persistent", name, to)
            until(lambda target=target, at=before: numbers(heard(target, name)[at:]), "it goes on")  # type: ignore[misc]
            assert name not in source.virsh("list", "--all", "--name").split()
            assert target.virsh("domstate", name, "--reason") == "running (migrated)"
        # There it has begun and ended, and all in between was said here.
        begin = heard(older, name)
        told = begin[:before] + heard(newer, name) + begin[before:]
        counted = numbers(told)
        assert counted == list(range(1, len(counted) + 1))
    finally:
        older.remove(name)
        newer.remove(name)
