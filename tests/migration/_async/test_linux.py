"""A guest with Linux that goes round all hosts, in each form: nothing in it notices."""

from __future__ import annotations

from itertools import pairwise

import pytest

from rig.guest import run_inside
from rig.host import Host
from rig.lan import Lan
from rig.moving import written
from sysvirt.aio import Connection, Domain, connect

from ..counting import Counting
from ..forms import FORMS, ROUTES, WHOLE, Form, shared_out
from ..links import Route

pytestmark = pytest.mark.slow

#: By suite and number: each is the source of the next one, so that all routes are gone.
ROUND = (("bookworm", 1), ("bookworm", 2), ("forky", 1), ("forky", 2), ("bookworm", 1))

#: Those for guests that do not run are tried by others.
LINUX_FORMS = [form for form in FORMS if form.title != "offline"]


async def goes(guest: Counting, target: Host, form: Form) -> None:
    """The guest migrates, and goes on where it was."""
    source = guest.host
    form = form.filled(Route(source, target), guest.name)
    async with connect(source.uri, timeout=60) as here, connect(target.uri, timeout=60) as there:
        (dom,) = [dom for dom in await here.list_all_domains() if dom.get_name().startswith(guest.name)]
        guest.moves_to(target)
        if form.is_p2p:
            await dom.migrate_to_uri(target.uri, form.params, form.flags | Domain.MIGRATE_UNSAFE)
            moved = await there.get_domain_by_uuid(dom.get_uuid())
        else:
            moved = await dom.migrate(there, form.params, form.flags | Domain.MIGRATE_UNSAFE)
        assert moved.get_uuid() == dom.get_uuid()
        assert moved.get_name() == form.params.get(Domain.MIGRATE_PARAM_DEST_NAME, dom.get_name())
        if form.flags & Domain.MIGRATE_PAUSED:
            assert target.state(moved.get_name()) == "paused (user)"
            await moved.resume()
        await leaves_nothing(here, dom, form)
    guest.goes_on(target)


async def leaves_nothing(here: Connection, dom: Domain, form: Form) -> None:
    """At the source there is what was defined before, and nothing if that was to go, or the guest was never defined."""
    left = [other for other in await here.list_all_domains() if other.get_uuid() == dom.get_uuid()]
    if form.flags & Domain.MIGRATE_UNDEFINE_SOURCE:
        assert not left
    for other in left:
        assert not await other.is_active()
        await other.undefine()


def routes_of(form: Form) -> tuple[tuple[str, str], ...]:
    """Half of them, as every hop takes two seconds: the others are those of the next form; see test_like_virsh."""
    if len(form.routes) < len(ROUTES) or WHOLE:
        return form.routes
    return form.routes[FORMS.index(form) // 2 % 2 :: 2]


@pytest.mark.parametrize("form", shared_out(__name__, LINUX_FORMS), ids=lambda form: form.title)
async def test_it_goes_round(lan: Lan, traveller: Counting, form: Form) -> None:
    hosts = [lan.host(*where) for where in ROUND]
    if traveller.host is not hosts[0]:  # where another test has failed
        await goes(traveller, hosts[0], FORMS[0])
    for source, target in pairwise(hosts):
        if (source.suite, target.suite) in routes_of(form):
            if traveller.host is not source:
                await goes(traveller, source, FORMS[0])
            await goes(traveller, target, form)
    if traveller.host is not hosts[0]:
        await goes(traveller, hosts[0], FORMS[0])


async def test_it_has_noticed_nothing(lan: Lan, traveller: Counting) -> None:
    """After all its ways: the same boot, the same process, whose file is still open and whole; a console, too."""
    host = traveller.host
    async with connect(host.uri, timeout=60) as conn:
        (dom,) = [dom for dom in await conn.list_all_domains() if dom.get_name().startswith(traveller.name)]
        name = dom.get_name()
        file = written(host, name)
        assert file == list(range(1, len(file) + 1))
        assert (
            run_inside(host, name, "for p in /proc/[0-9]*; do readlink $p/fd/3; done; true").count(
                "/mnt/counted"
            )
            >= 1
        )
        stream = conn.new_stream()
        await dom.open_console(stream)
        assert await stream.recv(1)
        await stream.abort()
