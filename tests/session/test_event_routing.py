"""From arrived messages to queues, without I/O: what a queue holds, whom an event is for, and doing it again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from sysvirt._protocol import frame as wire
from sysvirt._protocol.procedure import Procedure
from sysvirt._protocol.table import remote
from sysvirt._session import events
from sysvirt._session.call import Waiter
from sysvirt._session.core import Session
from sysvirt._session.events import EventQueue, EventRouter, Subscription
from sysvirt.errors import ConnectionClosed, ProtocolError
from sysvirt.events import FAMILIES, EventKind, kind_of, kind_of_message
from tests.faults.striking import each_point

GUEST = ("web", bytes(16), 1)
DOMAIN, *_, MONITOR = FAMILIES
LIFECYCLE, REBOOT = kind_of(0), kind_of(1)


def make_session() -> Session:
    session = Session()
    session.notify = lambda waiter: None
    return session


def make_router(session: Session) -> EventRouter:
    return EventRouter(session, kind_of_message)


def subscribed(
    router: EventRouter, queue: EventQueue, kind: EventKind = LIFECYCLE, callback_id: int = 0
) -> Subscription:
    """As `Registrations.subscribe` does it, when the daemon has given this callback id."""
    subscription = Subscription(kind, None, None, queue)
    if not router.join(subscription):
        subscription.registering = True
        router.begin_registering(subscription)
        subscription.callback_id = callback_id
        router.add_first(subscription)
    return subscription


def arrive(session: Session, procedure: Procedure[..., Any], *fields: Any) -> None:
    body = procedure.encode_reply(*fields)
    session.chunks.append(procedure.header(wire.MESSAGE, 0, wire.OK, len(body)) + body)
    session.process()


def lives(session: Session, details: Iterable[int], callback_id: int = 0) -> None:
    for detail in details:
        arrive(session, LIFECYCLE.procedure, callback_id, (GUEST, 100, detail))


def details(queue: EventQueue) -> list[int]:
    """What is in a queue, with minus how many were lost where some were."""
    found: list[int] = []
    while (item := queue.take()) is not None:
        arrived, lost = item
        found.append(-lost if arrived is None else LIFECYCLE.decode(arrived[2], arrived[3])[1][1])
    return found


def asked_back(session: Session) -> list[tuple[str, int]]:
    """The deregistrations that are to be sent, by program and callback id."""
    found = []
    for family in FAMILIES:
        procedure = family.deregister
        for frame in session.control_frames:
            header = wire.HEADER.unpack_from(frame)
            if header[1:4] == (procedure.program, procedure.version, procedure.number):
                found.append((procedure.name, procedure.decode_call(frame, wire.HEADER_SIZE)[0]))
    return found


# --- the queue ---------------------------------------------------------------------------------------


def test_a_queue_is_limited_by_bytes_that_it_gives_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Taking makes room, again and again."""
    session = make_session()
    router = make_router(session)
    queue = EventQueue()
    subscribed(router, queue)
    lives(session, [0])
    size = len(session.events[0][2]) - session.events[0][3]
    monkeypatch.setattr(events, "QUEUE_BYTES_MAX", 3 * size)
    for round_ in range(4):
        lives(session, range(1, 5))
        router.route()
        got = details(queue)
        assert got == ([0, 1, 2, -2] if round_ == 0 else [1, 2, 3, -1])
    assert queue._bytes == 0
    assert len(queue) == 0


def test_the_mark_of_a_gap_stands_where_it_was() -> None:
    session = make_session()
    router = make_router(session)
    queue = EventQueue(2)
    subscribed(router, queue)
    lives(session, range(5))
    router.route()
    assert queue.take() is not None
    lives(session, [5])
    router.route()
    assert details(queue) == [1, -3, 5]
    lives(session, range(6, 10))
    router.route()
    assert details(queue) == [6, 7, -2]
    assert details(queue) == []


def test_what_is_first_is_removed_by_one() -> None:
    session = make_session()
    router = make_router(session)
    queue = EventQueue(2)
    subscribed(router, queue)
    lives(session, range(4))
    router.route()
    first = queue.first()
    assert first is not None
    assert queue.first() == first  # looking takes nothing
    assert queue.remove(first[0], first[2])
    assert not queue.remove(first[0], first[2])
    assert queue.take() is not None
    # How many are lost at the end may change until that is removed.
    gap = queue.first()
    assert gap is not None
    assert gap[1:] == (None, 2)
    assert not queue.remove(gap[0], 1)
    lives(session, [7])
    router.route()
    assert queue.first() == gap
    assert queue.remove(gap[0], gap[2])
    assert details(queue) == [7]


def test_what_nobody_wants_any_more_is_not_kept() -> None:
    session = make_session()
    router = make_router(session)
    queue = EventQueue()
    subscribed(router, queue)
    lives(session, range(3))
    router.route()
    queue.drop()
    lives(session, range(3))
    router.route()
    assert not queue._items


@pytest.mark.parametrize("full", [False, True])
def test_what_is_put_while_somebody_finds_nothing_is_found(full: bool) -> None:
    """Another thread puts it between the look and the word that there is nothing."""
    session = make_session()
    router = make_router(session)
    queue = EventQueue(0 if full else 5)
    subscribed(router, queue)

    class Meanwhile(dict[Any, Any]):
        def get(self, place: Any, default: Any = None) -> Any:
            found = super().get(place, default)
            if not session.events_tail:
                lives(session, [3])
                router.route()
            return found

    queue._items = Meanwhile()
    assert details(queue) == ([-1] if full else [3])
    assert not queue.ready


# --- doing it again ----------------------------------------------------------------------------------


def test_routing_is_interrupted_and_done_again() -> None:
    """At each point: every queue has each event once, and what was lost is counted once."""
    for strike in each_point():
        session = make_session()
        router = make_router(session)
        queues = [EventQueue(size) for size in (2, 100, 3)]
        for queue in queues:
            subscribed(router, queue)
        lives(session, range(5))
        strike.into(router.route)
        router.route()
        assert [details(queue) for queue in queues] == [[0, 1, -3], [0, 1, 2, 3, 4], [0, 1, 2, -2]], (
            strike.where
        )
        assert not session.events
        assert not session.events_pending
        assert not router._touched


@pytest.mark.parametrize("shared", [False, True])
def test_leaving_is_interrupted_and_done_again(shared: bool) -> None:
    """The daemon is told once, however far it came."""
    for strike in each_point():
        session = make_session()
        router = make_router(session)
        queue = EventQueue()
        subscription = subscribed(router, queue, callback_id=5)
        other = subscribed(router, queue) if shared else None
        strike.into(lambda: router.leave(subscription))  # noqa: B023
        router.leave(subscription)
        if other is not None:
            assert not asked_back(session), strike.where
            assert list(session.others) == [queue]
            router.leave(other)
        assert asked_back(session) == [(DOMAIN.deregister.name, 5)], strike.where
        assert len(session.pending) == 1
        assert not router.registrations
        assert not router._by_id
        assert not session.others


def test_subscribing_is_interrupted() -> None:
    """What the daemon has given is part of a registration, or is taken back."""
    for strike in each_point():
        session = make_session()
        router = make_router(session)
        subscription = Subscription(LIFECYCLE, None, None, EventQueue())

        def subscribe() -> None:
            subscription.registering = True  # noqa: B023
            router.begin_registering(subscription)  # noqa: B023
            subscription.callback_id = 7  # noqa: B023
            router.add_first(subscription)  # noqa: B023

        whole = strike.into(subscribe)
        if not whole:
            subscription.registering = False
            router.clean_up()
            given = strike.where and subscription.registration is not None
            router.leave(subscription)
            assert given is not None
        assert len(asked_back(session)) <= 1, strike.where
        assert not router._registering, strike.where
        if whole:
            assert router.registrations
        else:
            assert not router.registrations, strike.where
            assert not router._queues, strike.where


# --- whom it is for ----------------------------------------------------------------------------------


def test_families_number_their_callbacks_each_from_0() -> None:
    session = make_session()
    router = make_router(session)
    ours, monitors = EventQueue(), EventQueue()
    life = subscribed(router, ours)
    monitor = subscribed(router, monitors, MONITOR.kind(0))
    lives(session, [4])
    arrive(session, MONITOR.kind(0).procedure, 0, GUEST, "STOP", 1, 2, None)
    router.route()
    assert session.error is None
    assert details(ours) == [4]
    item = monitors.take()
    assert item is not None
    assert item[0] is not None
    assert item[0][0] is monitor
    assert monitors.take() is None
    router.leave(life)
    router.leave(monitor)
    assert asked_back(session) == [(DOMAIN.deregister.name, 0), (MONITOR.deregister.name, 0)]


def test_an_event_of_another_kind_under_a_callback_id() -> None:
    session = make_session()
    router = make_router(session)
    queue = EventQueue()
    subscribed(router, queue)
    lives(session, [1])
    arrive(session, REBOOT.procedure, 0, (GUEST,))
    router.route()
    assert isinstance(session.error, ProtocolError)
    assert REBOOT.procedure.name in session.error.message
    assert LIFECYCLE.procedure.name in session.error.message
    assert details(queue) == [1]


def test_an_event_of_another_kind_before_its_callback_id_is_known() -> None:
    session = make_session()
    router = make_router(session)
    subscription = Subscription(LIFECYCLE, None, None, EventQueue())
    subscription.registering = True
    router.begin_registering(subscription)
    arrive(session, REBOOT.procedure, 3, (GUEST,))
    router.route()
    assert session.error is None
    subscription.callback_id = 3
    router.add_first(subscription)
    assert isinstance(session.error, ProtocolError)


@pytest.mark.parametrize("message", [remote.DOMAIN_GET_INFO, remote.NETWORK_EVENT_LIFECYCLE])
def test_a_message_that_is_no_event_of_ours(message: Procedure[..., Any]) -> None:
    """It is nobody's, whatever its first number is."""
    session = make_session()
    router = make_router(session)
    queue = EventQueue()
    subscribed(router, queue)
    session.chunks.append(message.header(wire.MESSAGE, 0, wire.OK, 40) + bytes(40))
    session.process()
    router.route()
    assert session.error is None
    assert not session.events
    assert queue.take() is None


def test_a_callback_id_that_is_given_twice() -> None:
    session = make_session()
    router = make_router(session)
    subscribed(router, EventQueue())
    with pytest.raises(ProtocolError, match="callback id 0"):
        subscribed(router, EventQueue(), REBOOT)
    assert isinstance(session.error, ProtocolError)


# --- going -------------------------------------------------------------------------------------------


def test_dropped_ones_are_cleaned_up_piece_by_piece() -> None:
    """Nobody pays for all; the registration is taken back when the last of them is gone."""
    session = make_session()
    router = make_router(session)
    for subscription in [subscribed(router, EventQueue()) for _ in range(1000)]:
        router.drop(subscription)
    left = len(router._dropped)
    assert left == 1000
    while left:
        lives(session, [1])
        router.route()
        assert left - len(router._dropped) == min(left, events._CLEAN_UP_MAX)
        left = len(router._dropped)
    assert asked_back(session) == [(DOMAIN.deregister.name, 0)]
    assert not session.others


def test_subscribing_cleans_up_too() -> None:
    session = make_session()
    router = make_router(session)
    for _ in range(500):
        router.drop(subscribed(router, EventQueue()))
        assert len(router._dropped) <= 2


def test_all_is_taken_back_and_who_waits_is_still_told_of_the_end() -> None:
    session = make_session()
    router = make_router(session)
    queue = EventQueue()
    subscription = subscribed(router, queue)
    subscribed(router, queue, REBOOT, 1)
    session.undo.update({family.register: family.deregister for family in FAMILIES})
    calls = router.deregister_all()
    assert asked_back(session) == [(DOMAIN.deregister.name, 0), (DOMAIN.deregister.name, 1)]
    assert [session.pending[call.serial] for call in calls] == calls
    assert router.deregister_all() == calls  # they are still to be answered
    assert not router.registrations
    session.lost(ConnectionClosed("over"))
    assert queue.ready
    assert router.leave(subscription) is None
    assert router.deregister_all() == calls


def test_nothing_is_sent_when_the_link_has_ended() -> None:
    session = make_session()
    router = make_router(session)
    subscription = subscribed(router, EventQueue())
    session.lost(ConnectionClosed("over"))
    assert router.leave(subscription) is None
    assert not session.control_frames
    assert not session.pending
    assert not router.registrations


def test_what_one_link_had_is_nothing_to_another() -> None:
    """A subscription goes on over another session; what the first still says is not for it any more."""
    first, second = make_session(), make_session()
    routers = make_router(first), make_router(second)
    queue = EventQueue()
    subscription = subscribed(routers[0], queue)
    lives(first, range(3))
    routers[0].route()
    lives(first, [3])
    subscription.registering = True
    routers[1].begin_registering(subscription)
    subscription.callback_id = 0
    routers[1].add_first(subscription)
    lives(second, [10])  # whose numbers begin anew
    routers[1].route()
    routers[0].route()
    assert details(queue) == [0, 1, 2, 10]
    assert routers[0].leave(subscription) is None
    call = routers[1].leave(subscription)
    assert call is not None
    assert call.serial in second.pending


# --- before the callback id is known -------------------------------------------------------------------


def registering(router: EventRouter) -> Subscription:
    """One that the daemon is being asked for."""
    subscription = Subscription(LIFECYCLE, None, None, EventQueue())
    subscription.registering = True
    router.begin_registering(subscription)
    return subscription


def test_what_came_for_one_that_was_refused_is_not_for_the_next() -> None:
    """Which may be given the same number."""
    session = make_session()
    router = make_router(session)
    refused = registering(router)
    lives(session, [1], callback_id=3)
    router.route()
    refused.registering = False
    router.clean_up()
    following = registering(router)
    lives(session, [2], callback_id=3)
    router.route()
    following.callback_id = 3
    router.add_first(following)
    assert details(following.queue) == [2]


@pytest.mark.parametrize("limit", ["QUEUE_MAX", "QUEUE_BYTES_MAX"])
def test_what_comes_before_the_number_has_a_limit(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    session = make_session()
    router = make_router(session)
    registering(router)
    lives(session, [0])
    size = len(session.events[0][2]) - session.events[0][3]
    monkeypatch.setattr(events, limit, 3 if limit == "QUEUE_MAX" else 3 * size)
    lives(session, [1, 2])
    router.route()
    assert session.error is None
    lives(session, [3])
    router.route()
    assert isinstance(session.error, ProtocolError)


def test_what_the_daemon_has_given_to_who_was_struck_is_taken_back_once() -> None:
    session = make_session()
    router = make_router(session)
    subscription = registering(router)
    subscription.callback_id = 7
    subscription.registering = False  # as on its way out
    for _ in range(2):
        router.clean_up()
        assert asked_back(session) == [(DOMAIN.deregister.name, 7)]
    assert len(session.pending) == 1


def test_who_sleeps_until_an_event_comes_is_woken() -> None:
    session = make_session()
    router = make_router(session)
    woken: list[Waiter] = []
    session.notify = woken.append
    sleeping, busy = EventQueue(), EventQueue()
    sleeping.wake = object()
    subscribed(router, sleeping)
    subscribed(router, busy)
    lives(session, [1])
    router.route()
    assert woken == [sleeping]
