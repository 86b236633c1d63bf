"""Who may call now: the table of wait classes, point by point."""

from __future__ import annotations

from typing import Any

import pytest

from sysvirt._generated.schema import PROCEDURES, WAITS
from sysvirt._protocol import table
from sysvirt._protocol.procedure import Procedure
from sysvirt._protocol.table import remote
from sysvirt._session.call import ADMITTED, QUEUED, Call, Waiter
from sysvirt._session.core import Session
from sysvirt.errors import OperationTimeout
from tests.protocol.reference import columns, simple
from tests.session.peer import error_frame, guest

A, B, C, D = (guest(number, f"guest{number}") for number in range(1, 5))

FREE = remote.DOMAIN_GET_INFO
END = remote.DOMAIN_DESTROY
LONG = remote.DOMAIN_CORE_DUMP
QUERY = remote.DOMAIN_GET_BLOCK_INFO
CHANGE = remote.DOMAIN_SET_MEMORY
AGENT = remote.DOMAIN_FSTHAW
HOST = remote.CONNECT_GET_ALL_DOMAIN_STATS
CONTROL = remote.DOMAIN_ABORT_JOB
CLASSES: dict[str, Procedure[..., Any]] = {
    "free": FREE, "end": END, "long": LONG, "query": QUERY, "change": CHANGE, "agent": AGENT, "host": HOST,
    "control": CONTROL,
}  # fmt: skip


def args_of(procedure: Procedure[..., Any], handle: bytes) -> tuple[Any, ...]:
    """Arguments for any procedure: that guest where it takes one, and no flags."""
    row = PROCEDURES["remote"][procedure.name].split()[1]
    values = [0 if kind in "iuhH" else simple(kind) for _, kind in columns(row)]
    return (handle, *values[1:]) if procedure.of_guest else tuple(values)


class Client:
    """Calls go in and come to their end as a test says."""

    def __init__(self, max_in_flight: int = 4) -> None:
        self.session = Session(max_in_flight)
        self.session.notify = self._notify
        self.notified: list[Waiter] = []

    def _notify(self, waiter: Waiter) -> None:
        self.notified.append(waiter)

    def call(self, procedure: Procedure[..., Any], handle: bytes = A, *args: Any) -> Call:
        """A call that tries to go; `went` tells whether it may."""
        call = Call(procedure, (handle, *args) if args else args_of(procedure, handle))
        if self.session.enter(call):
            self.sent(call)
        return call

    def sent(self, call: Call) -> None:
        assert call.state == ADMITTED
        self.session.start(call, b"")
        call.counts.append(len(call.data))

    def give_up(self, call: Call) -> None:
        self.session.abandon(call)

    def answer(self, call: Call) -> list[Call]:
        """The daemon refuses a call; which ones may go now."""
        before = len(self.notified)
        self.session.chunks.append(error_frame(call.procedure, call.serial, "no"))
        self.session.process()
        assert self.session.error is None
        admitted = [
            waiter
            for waiter in self.notified[before:]
            if isinstance(waiter, Call) and waiter.state == ADMITTED
        ]
        for one in admitted:
            assert one.ready
            self.sent(one)
        return admitted


def went(call: Call) -> bool:
    return call.state > ADMITTED


@pytest.mark.parametrize("wait", CLASSES)
def test_the_classes_are_what_these_tests_take_them_for(wait: str) -> None:
    assert CLASSES[wait].wait == wait


def test_free_calls_need_nothing() -> None:
    client = Client()
    held = [client.call(QUERY, A), client.call(CHANGE, A), client.call(QUERY, B), client.call(CONTROL, A)]
    assert all(map(went, held))
    assert all(went(client.call(FREE, A)) for _ in range(100))


def test_three_ordinary_places() -> None:
    client = Client()
    assert [went(client.call(QUERY, handle)) for handle in (A, B, C, D)] == [True, True, True, False]


@pytest.mark.parametrize(("places", "ordinary"), [(2, 1), (3, 2), (4, 3), (8, 7)])
def test_one_place_is_kept_whatever_their_number(places: int, ordinary: int) -> None:
    client = Client(places)
    for number in range(ordinary):
        assert went(client.call(QUERY, guest(number + 1)))
    assert not went(client.call(QUERY, guest(100)))
    assert went(client.call(CONTROL, guest(100)))
    assert not went(client.call(CONTROL, guest(101)))


@pytest.mark.parametrize("wait", ["end", "long", "query", "change", "agent", "control"])
def test_one_at_a_time_per_guest_and_class(wait: str) -> None:
    client = Client()
    first = client.call(CLASSES[wait], A)
    second = client.call(CLASSES[wait], A)
    assert went(first)
    assert not went(second)
    assert went(client.call(CLASSES[wait], B))
    assert client.answer(first) == [second]


def test_query_and_change_of_one_guest_go_together() -> None:
    client = Client()
    assert went(client.call(QUERY, A))
    assert went(client.call(CHANGE, A))


def test_one_guest_holds_two_ordinary_places_at_most() -> None:
    client = Client()
    first, second = client.call(QUERY, A), client.call(CHANGE, A)
    third = client.call(AGENT, A)
    assert (went(first), went(second), went(third)) == (True, True, False)
    assert went(client.call(AGENT, B))  # which the third place is for
    assert client.answer(second) == [third]


def test_an_end_takes_no_place() -> None:
    client = Client()
    held = [client.call(QUERY, A), client.call(CHANGE, A), client.call(QUERY, B), client.call(CONTROL, B)]
    assert all(map(went, held))
    ends = [client.call(END, handle) for handle in (A, B, C, D)]
    assert all(map(went, ends))
    again = client.call(END, A)
    assert not went(again)
    assert client.answer(ends[0]) == [again]


def test_an_end_takes_nothing_from_ordinary_calls() -> None:
    client = Client()
    for handle in (A, B, C):
        client.call(END, handle)
    assert all(went(client.call(QUERY, handle)) for handle in (A, B, C))


def test_control_takes_an_ordinary_place_first() -> None:
    client = Client()
    assert went(client.call(CONTROL, A))
    assert went(client.call(QUERY, B))
    assert went(client.call(QUERY, C))
    assert not went(client.call(QUERY, D))  # control holds the third
    assert went(client.call(CONTROL, B))  # and the kept one is still there


def test_the_kept_place_is_for_control_only() -> None:
    client = Client()
    for handle in (A, B, C):
        client.call(QUERY, handle)
    for wait in ("long", "query", "change", "agent", "host"):
        assert not went(client.call(CLASSES[wait], D))
    assert went(client.call(CONTROL, D))


def test_control_gets_through_to_a_guest_with_both_its_places_taken() -> None:
    client = Client()
    client.call(QUERY, A)
    client.call(LONG, A)
    assert went(client.call(CONTROL, A))
    assert went(client.call(QUERY, B))


def test_host_calls_are_one_at_a_time_per_procedure() -> None:
    client = Client()
    first, second = client.call(HOST), client.call(HOST)
    other = client.call(remote.STORAGE_POOL_REFRESH)
    assert remote.STORAGE_POOL_REFRESH.wait == "host"
    assert (went(first), went(second), went(other)) == (True, False, True)
    assert client.answer(first) == [second]


def test_long_calls_without_a_guest_have_places_only() -> None:
    create = remote.DOMAIN_CREATE_XML
    assert create.wait == "long"
    client = Client()
    assert [went(client.call(create)) for _ in range(4)] == [True, True, True, False]


def test_the_guest_counts_not_the_handle() -> None:
    # After a restart of the guest its handle has another id, after a renaming another name.
    client = Client()
    uuid = bytes(range(16))
    handles = [
        remote.DOMAIN_LOOKUP_BY_NAME.encode_reply((name, uuid, number))
        for name, number in (("old", -1), ("old", 5), ("a new name", 6))
    ]
    assert [went(client.call(QUERY, handle)) for handle in handles] == [True, False, False]


def test_snapshots_and_checkpoints_are_their_guest() -> None:
    client = Client()
    change = client.call(CHANGE, A)
    snapshot = remote.DOMAIN_SNAPSHOT_LOOKUP_BY_NAME.encode_reply(("s", ("guest1", bytes(15) + b"\1", 1)))
    delete = remote.DOMAIN_SNAPSHOT_DELETE
    assert delete.of_guest
    call = Call(delete, (snapshot, 0))
    assert call.guest == change.guest


def test_what_one_argument_says_about_the_class() -> None:
    shutdown = remote.DOMAIN_SHUTDOWN_FLAGS
    assert shutdown.wait == "change"
    assert Call(shutdown, (A, 0)).wait == "change"
    assert Call(shutdown, (A, 2)).wait == "agent"  # DOMAIN_SHUTDOWN_GUEST_AGENT
    client = Client()
    assert went(client.call(AGENT, A))
    assert not went(client.call(shutdown, A, 2))
    assert went(client.call(shutdown, A, 1))


@pytest.mark.parametrize("program_and_name", WAITS, ids=lambda pair: pair[1])
def test_every_argument_that_changes_the_class(program_and_name: tuple[str, str]) -> None:
    program, name = program_and_name
    procedure: Procedure[..., Any] = getattr(getattr(table, program), name)
    index, mask, wait = WAITS[program, name]
    plain = args_of(procedure, A)
    assert Call(procedure, plain).wait == procedure.wait != wait
    with_flag = Call(procedure, (*plain[:index], mask, *plain[index + 1 :]))
    assert with_flag.wait == wait
    assert with_flag.key == (A[-20:-4], wait)


# --- the queue -------------------------------------------------------------------------------------


def test_the_oldest_that_can_go_goes() -> None:
    client = Client()
    holders = [client.call(QUERY, handle) for handle in (A, B, C)]
    blocked = client.call(QUERY, B)  # older, but its key is taken
    older, newer = client.call(CHANGE, D), client.call(AGENT, D)
    assert client.answer(holders[0]) == [older]
    assert client.answer(holders[1]) == [blocked]
    assert client.answer(older) == [newer]


def test_a_newer_call_may_pass_an_older_one_that_waits_for_a_key() -> None:
    client = Client()
    client.call(QUERY, A)
    assert not went(client.call(QUERY, A))
    assert went(client.call(QUERY, B))


def test_a_queued_call_holds_nothing() -> None:
    client = Client()
    client.call(QUERY, A)
    waiting = client.call(QUERY, A)
    assert waiting.state == QUEUED
    assert went(client.call(QUERY, B))
    assert went(client.call(QUERY, C))  # the third place was free
    client.give_up(waiting)
    assert not client.session.admission.queue


def test_one_reply_can_let_two_go() -> None:
    client = Client()
    first = client.call(QUERY, A)
    client.call(CHANGE, A)
    same_key = client.call(QUERY, A)
    same_guest = client.call(AGENT, A)
    assert client.answer(first) == [same_key]
    assert not went(same_guest)


def test_a_call_given_up_while_queued_lets_nobody_wait_for_it() -> None:
    client = Client()
    first = client.call(QUERY, A)
    given_up, third = client.call(QUERY, A), client.call(QUERY, A)
    client.give_up(given_up)
    assert client.answer(first) == [third]


def test_a_call_given_up_before_it_was_sent_lets_the_next_go() -> None:
    client = Client()
    first = Call(QUERY, args_of(QUERY, A))
    assert client.session.enter(first)
    second = client.call(QUERY, A)
    client.give_up(first)  # admitted, not sent
    assert client.notified == [second]
    assert second.ready


# --- calls that were given up ----------------------------------------------------------------------


def test_an_abandoned_call_keeps_key_and_place_until_its_late_reply() -> None:
    client = Client()
    abandoned = client.call(QUERY, A)
    client.give_up(abandoned)
    waiting = client.call(QUERY, A)
    assert not went(waiting)
    assert [went(client.call(QUERY, handle)) for handle in (B, C, D)] == [True, True, False]
    assert client.answer(abandoned)[0] is waiting


def test_when_every_place_is_lost_a_new_call_fails_at_once() -> None:
    client = Client()
    lost = [client.call(QUERY, handle) for handle in (A, B, C)]
    for call in lost[:2]:
        client.give_up(call)
    assert not went(client.call(QUERY, D))  # one may still come back
    client.give_up(lost[2])
    with pytest.raises(OperationTimeout, match=r"DOMAIN_SET_MEMORY was not sent: .*DOMAIN_GET_BLOCK_INFO"):
        client.call(CHANGE, D)
    assert went(client.call(FREE, D))
    assert went(client.call(END, D))
    assert went(client.call(CONTROL, D))


def test_a_late_reply_brings_a_lost_place_back() -> None:
    client = Client()
    lost = [client.call(QUERY, handle) for handle in (A, B, C)]
    for call in lost:
        client.give_up(call)
    client.answer(lost[0])
    assert went(client.call(CHANGE, D))


def test_control_is_hopeless_only_without_the_kept_place() -> None:
    client = Client()
    for handle in (A, B, C):
        client.give_up(client.call(QUERY, handle))
    last = client.call(CONTROL, A)
    assert not went(client.call(CONTROL, B))
    client.give_up(last)
    with pytest.raises(OperationTimeout, match="DOMAIN_ABORT_JOB was not sent"):
        client.call(CONTROL, D)


def test_a_guest_that_lost_its_two_places_makes_its_calls_wait_and_others_go_on() -> None:
    client = Client()
    client.give_up(client.call(QUERY, A))
    client.give_up(client.call(CHANGE, A))
    assert not went(client.call(AGENT, A))
    assert went(client.call(AGENT, B))
    assert went(client.call(CONTROL, A))


def test_one_guest_cannot_make_the_connection_hopeless() -> None:
    client = Client()
    for procedure in (QUERY, CHANGE, CONTROL):
        client.give_up(client.call(procedure, A))
    assert went(client.call(QUERY, B)) or client.session.admission.queue


def test_a_reply_frees_everything_it_held() -> None:
    client = Client()
    for procedure in CLASSES.values():
        calls = [client.call(procedure, handle) for handle in (A, B)]
        for call in calls:
            if went(call):
                client.answer(call)
        places = client.session.admission
        assert (places._ordinary, places._kept, places._keys, places.queue) == ({}, None, {}, {})
