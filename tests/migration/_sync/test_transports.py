# Made by tools/unasync.py from tests/migration/_async/test_transports.py; do not edit.
"""Between connections of different transports: a migration knows neither of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rig.sshd import Sshd
from sysvirt import Domain, connect

from ..counting import Counting
from ..links import Route

pytestmark = pytest.mark.slow


@pytest.fixture
def sshd(route: Route) -> Iterator[Sshd]:
    """At the source."""
    with Sshd(route.source) as found:
        yield found


def test_from_ssh_to_tls(route: Route, counting: Counting, sshd: Sshd) -> None:
    # Each link is made in the network of its host, and outlives our stay there.
    with route.source.network():
        here = connect(sshd.uri(), timeout=60)
    with route.target.network():
        there = connect(f"qemu+tls://localhost/system?pkipath={route.target.pki}", timeout=60)
    dom = here.get_domain_by_name(counting.name)
    counting.moves_to(route.target)
    moved = dom.migrate(there, {}, Domain.MIGRATE_LIVE | Domain.MIGRATE_UNSAFE)
    assert moved.is_active()
    assert not dom.is_active()
    counting.goes_on(route.target)
    there.close()
    here.close()
