"""What the tests here stand on, shown with libvirt's own client: its steps, and how it leaves one guest too much."""

from __future__ import annotations

import pytest

from rig.wait import until

from .counting import Counting
from .links import Links, Route
from .virsh import migrate, migrating

pytestmark = pytest.mark.slow


def test_its_steps(route: Route, links: Links, counting: Counting) -> None:
    counting.moves_to(route.target)
    migrate(links, counting.name, "--live")
    counting.goes_on(route.target)
    steps = [(step.side, step.procedure) for step in links.steps() if "MIGRATE" in step.procedure]
    assert steps == [
        ("source", "DOMAIN_MIGRATE_BEGIN3_PARAMS"),
        ("target", "DOMAIN_MIGRATE_PREPARE3_PARAMS"),
        ("source", "DOMAIN_MIGRATE_PERFORM3_PARAMS"),
        ("target", "DOMAIN_MIGRATE_FINISH3_PARAMS"),
        ("source", "DOMAIN_MIGRATE_CONFIRM3_PARAMS"),
    ]


def test_the_reply_of_finish_is_lost_and_two_guests_run(
    route: Route, links: Links, counting: Counting
) -> None:
    held = links.target.hold_reply("finish")
    with migrating(links, counting.name, "--live") as virsh:
        held.wait()
        counting.moves_to(route.target)
        links.target.cut()
        held.release()
        assert virsh.wait() == 1
    assert route.source.state(counting.name).startswith("running")
    assert route.target.state(counting.name).startswith("running")
    until(counting.runs_twice, "both hosts hear it count")
