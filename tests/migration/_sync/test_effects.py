# Made by tools/unasync.py from tests/migration/_async/test_effects.py; do not edit.
"""Each flag and each parameter is used once, on both releases, and its effect is seen."""

from __future__ import annotations

import pytest

from rig.guest import qmp
from rig.lan import ADDRESSES
from sysvirt._session.blocking_facade import Job, spawn
from sysvirt import Connection, Domain

from ..counting import Counting
from ..effects import VOYAGES, Check, Sight, Voyage
from ..forms import shared_out
from ..links import Links, Route
from .trips import reached

pytestmark = pytest.mark.slow


def filled(sight: Sight, params: dict[str, int | str]) -> dict[str, int | str]:
    """For a guest on its way."""
    target = sight.route.target.name
    xml = sight.route.source.virsh("dumpxml", "--migratable", sight.name)
    known = {
        "target": target,
        "address": ADDRESSES[target],
        "name": sight.name,
    }
    done: dict[str, int | str] = {}
    for key, value in params.items():
        if isinstance(value, str) and value.startswith("{xml}"):
            title = f"titled{value.removeprefix('{xml}')}"
            done[key] = xml.replace("</name>", f"</name><title>{title}</title>")
        else:
            done[key] = value.format_map(known) if isinstance(value, str) else value
    return done


def seen(sight: Sight, checks: dict[str, Check]) -> None:
    for name, check in checks.items():
        assert check(sight), name


@pytest.mark.parametrize(
    ("voyage", "route"),
    [
        pytest.param(voyage, route, id=f"{voyage}, {'-'.join(route)}")
        for voyage, route in shared_out(
            __name__, [(voyage, route) for voyage in VOYAGES for route in voyage.routes]
        )
    ],
    indirect=["route"],
)
def test_effects(
    route: Route, links: Links, source: Connection, target: Connection, counting: Counting, voyage: Voyage
) -> None:
    sight = Sight(route, links, counting.name)
    params = filled(sight, voyage.params)
    dom = source.get_domain_by_name(counting.name)
    counting.moves_to(route.target)
    job: Job[Domain] | Job[None]
    if voyage.flags & Domain.MIGRATE_PEER2PEER:
        job = spawn(dom.migrate_to_uri, links.target.uri, params, voyage.flags)
    else:
        held = links.source.hold_call("perform")
        job = spawn(dom.migrate, target, params, voyage.flags)
        reached(held.has_come, "it is prepared")
        seen(sight, voyage.prepared)
        held.release()
    reached(
        lambda: qmp(route.source, counting.name, "query-migrate").get("status") == "active", "it goes"
    )
    seen(sight, voyage.sending)
    route.source.virsh("migrate-setspeed", counting.name, "1000")
    job.result()
    seen(sight, voyage.come)


def test_offline(route: Route, source: Connection, target: Connection, counting: Counting) -> None:
    """The guest's definition comes to the target; the guest runs on where it is."""
    dom = source.get_domain_by_name(counting.name)
    flags = Domain.MIGRATE_OFFLINE | Domain.MIGRATE_PERSIST_DEST
    moved = dom.migrate(target, None, flags)
    assert not moved.is_active()
    assert route.target.state(counting.name).startswith("shut off")
    counting.goes_on(route.source)
