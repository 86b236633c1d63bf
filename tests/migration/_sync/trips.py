# Made by tools/unasync.py from tests/migration/_async/trips.py; do not edit.
"""Guests that each stand at a point of a migration of their own, on links of their own."""

from __future__ import annotations

import time
from collections.abc import Callable

from rig.guest import qmp, unique_name
from rig.host import Host
from rig.moving import define_counting
from sysvirt._session.blocking_facade import Job, sleep, spawn
from sysvirt import Connection, Domain, connect
from sysvirt.errors import Error

from ..counting import has_qemu, started
from ..failures import SENDING, Point
from ..links import Held, Links, Route

#: So slow that memory is still being sent when something is done: MiB a second.
SLOW = {Domain.MIGRATE_PARAM_BANDWIDTH: 1}


def reached(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Returns as soon as `condition()` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        sleep(0.005)


class Trip:
    """One guest that counts, and what it needs to migrate; `begin` goes to a point of the migration."""

    def __init__(self, route: Route, point: Point, *, slow: bool = False) -> None:
        self.route = route
        self.point = point
        self._slow = slow or point == SENDING
        self.name = unique_name("trip")
        define_counting(route.source, self.name, memory_mib=64 if self._slow else 16)
        self.guest = started(route.source, self.name)
        self.links = Links(*route)
        self.held: Held | None = None
        self.dom: Domain
        self.job: Job[Domain]
        self._connections: list[Connection] = []

    def connect(self, keepalive: tuple[float, int] | None = None) -> None:
        """By its links."""
        for link in (self.links.source, self.links.target):
            self._connections.append(connect(link.uri, keepalive=keepalive))
        self.dom = self.source.get_domain_by_name(self.name)

    @property
    def source(self) -> Connection:
        return self._connections[0]

    @property
    def target(self) -> Connection:
        return self._connections[1]

    def begin(self, timeout: float | None = None, keepalive: tuple[float, int] | None = None) -> None:
        """Lets it go as far as its point."""
        self.connect(keepalive)
        self.hold()
        self.job = spawn(self.migrate, timeout)
        reached(self.is_there, f"{self.name}: {self.point}")

    def migrate(self, timeout: float | None = None) -> Domain:
        self.guest.moves_to(self.route.target)
        with self.source.timeout(timeout):
            return self.dom.migrate(self.target, SLOW if self._slow else {}, Domain.MIGRATE_LIVE)

    def hold(self) -> None:
        """Of what comes on its links, keeps back what would lead beyond its point."""
        link = getattr(self.links, self.point.side)
        if self.point != SENDING:
            self.held = (link.hold_call if self.point.when == "before" else link.hold_reply)(self.point.step)

    def is_there(self) -> bool:
        return self._is_sending() if self.held is None else self.held.has_come()

    def _is_sending(self) -> bool:
        return bool(qmp(self.route.source, self.name, "query-migrate").get("status") == "active")

    def release(self) -> None:
        if self.held is not None:
            self.held.release()

    def error(self) -> Error | None:
        """How it ends."""
        try:
            self.job.result()
        except Error as error:
            return error
        return None

    def is_at(self, side: str) -> None:
        """The guest counts at this side, ran nowhere else meanwhile, and nothing of it is left at the other side."""
        here = getattr(self.route, side)
        self.guest.stays_at(here)
        self._runs(here)

    def has_ended(self) -> None:
        """It runs nowhere."""
        for host in self.route:
            reached(lambda host=host: not has_qemu(host, self.name), f"{host.name} has no {self.name}")  # type: ignore[misc]
            assert host.state(self.name).partition(" (")[0] in ("", "shut off")

    def goes_again(self) -> None:
        """From where it is to the other host, as if nothing had happened."""
        here, there = self.guest.host, self._other(self.guest.host)
        with connect(here.uri, timeout=60) as source, connect(there.uri, timeout=60) as target:
            dom = source.get_domain_by_name(self.name)
            self.guest.moves_to(there)
            dom.migrate(target, None, Domain.MIGRATE_LIVE)
        self._runs(there)

    def _runs(self, here: Host) -> None:
        other = self._other(here)
        reached(lambda: here.state(self.name).startswith("running"), f"{self.name} runs on {here.name}")
        self.guest.goes_on(here)
        reached(lambda: not has_qemu(other, self.name), f"{other.name} has no {self.name}")
        assert other.state(self.name).partition(" (")[0] in ("", "shut off")

    def _other(self, host: Host) -> Host:
        return self.route.source if host is self.route.target else self.route.target

    def disconnect(self) -> None:
        for connection in self._connections:
            connection.close()

    def close(self) -> None:
        self.disconnect()
        self.links.close()
        for host in self.route:
            host.remove(self.name)


def all_go_again(trips: list[Trip]) -> None:
    """At once."""
    for job in [spawn(trip.goes_again) for trip in trips]:
        job.result()
