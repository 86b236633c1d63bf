"""When to ping, and when a silent peer is dead; time is an argument."""

from __future__ import annotations

from sysvirt._protocol.table import remote
from sysvirt._session.call import Call
from sysvirt._session.core import Session
from sysvirt._session.keepalive import Keepalive


def ticks(keepalive: Keepalive, seconds: range, received: int = 0, saturated: bool = False) -> list[str]:
    return [keepalive.tick(float(now), received, saturated) for now in seconds]


def test_a_silent_peer_is_dead_after_so_many_pings() -> None:
    keepalive = Keepalive(5, 2, 0.0)
    assert ticks(keepalive, range(5)) == [""] * 5
    assert ticks(keepalive, range(5, 20, 5)) == ["ping", "ping", "dead"]


def test_whatever_comes_is_a_sign_of_life() -> None:
    keepalive = Keepalive(5, 2, 0.0)
    for received in range(10):
        now = 5 + 10 * received
        assert ticks(keepalive, range(now, now + 10, 5), received) == ["ping", "ping"]


def test_a_crowded_peer_may_be_silent_for_half_a_minute() -> None:
    keepalive = Keepalive(5, 2, 0.0)
    assert ticks(keepalive, range(5, 35, 5), 1, saturated=True) == ["ping"] * 6  # heard of at 5
    assert ticks(keepalive, range(35, 40, 5), 1, saturated=True) == ["dead"]
    keepalive = Keepalive(5, 2, 0.0)
    assert ticks(keepalive, range(5, 25, 5), 1, saturated=True) == ["ping"] * 4
    assert ticks(keepalive, range(25, 30, 5), 1) == ["dead"]  # it has room again and says nothing


def test_crowded_is_what_the_daemon_does_not_read_beside() -> None:
    session = Session(max_in_flight=4)
    session.notify = lambda waiter: None
    for number in range(1, 7):
        call = Call(remote.CONNECT_GET_HOSTNAME, ())
        assert session.enter(call)
        session.start(call, b"")
        assert session.saturated() == (number > 4)


def test_a_peer_that_nobody_hears_is_not_dead() -> None:
    """What it has sent lies unread; its silence counts from then on when that was taken."""
    keepalive = Keepalive(5.0, 2, 0.0)
    for round_ in range(1, 10):
        assert keepalive.tick(5.0 * round_, 7, heard=False) == "ping"
    assert [keepalive.tick(5.0 * round_, 7) for round_ in range(10, 13)] == ["ping", "dead", "dead"]


def test_who_comes_late_does_not_make_up_for_it() -> None:
    """A computer that slept, or a busy loop: pings at once, one behind another, would make a peer dead."""
    keepalive = Keepalive(5.0, 2, 0.0)
    assert keepalive.tick(100.0, 7) == "ping"
    assert keepalive.due == 105.0
    assert keepalive.tick(100.1, 7) == ""
