# Made by tools/unasync.py from tests/migration/_async/test_like_virsh.py; do not edit.
"""What is sent for a migration is what virsh sends for it: the same calls, in the same order, with the same bytes."""

from __future__ import annotations

import pytest

from sysvirt import Connection, Domain

from ..comparing import conversation
from ..counting import Counting, started
from ..forms import FORMS, Form, shared_out
from ..links import Links, Route
from ..virsh import migrate

pytestmark = pytest.mark.slow

#: Each form on one of its routes, in turn.
CASES = [(form, form.routes[at % len(form.routes)]) for at, form in enumerate(FORMS)]


def again(route: Route, name: str, definition: str) -> Counting:
    """The guest as it was before virsh took it to the target."""
    for other in {name, f"{name}-renamed"}:
        route.target.remove(other)
    route.source.remove(name)
    route.source.define(definition)
    return started(route.source, name)


@pytest.mark.parametrize(
    ("form", "route"),
    [pytest.param(*case, id=f"{case[0].title}, {'-'.join(case[1])}") for case in shared_out(__name__, CASES)],
    indirect=["route"],
)
def test_the_same_calls(
    route: Route, links: Links, source: Connection, target: Connection, counting: Counting, form: Form
) -> None:
    name = counting.name
    filled = form.filled(route, name)
    definition = route.source.definition(name)
    links.forget()
    migrate(links, name, *filled.options)
    theirs = conversation(links, p2p=form.is_p2p)

    counting = again(route, name, definition)
    dom = source.get_domain_by_name(name)
    links.forget()
    if not form.flags & Domain.MIGRATE_OFFLINE:
        counting.moves_to(route.target)
    if form.is_p2p:
        dom.migrate_to_uri(links.target.uri, filled.params, form.flags)
    else:
        dom.migrate(target, filled.params, form.flags)
    assert conversation(links, p2p=form.is_p2p) == theirs
    if form.flags & Domain.MIGRATE_PAUSED:
        route.target.virsh("resume", name)
    if not form.flags & Domain.MIGRATE_OFFLINE:
        counting.goes_on(route.target)
