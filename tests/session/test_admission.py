"""Who may call now: the table of wait classes, point by point."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from sysvirt import Domain
from sysvirt._generated.schema import PROCEDURES, WAITS
from sysvirt._protocol import table
from sysvirt._protocol.procedure import Procedure
from sysvirt._protocol.table import remote
from sysvirt._session.admission import LOCK_SECONDS, LOOK_SECONDS, Admission, Patience
from sysvirt._session.call import ADMITTED, QUEUED, Call, Reservation, Waiter
from sysvirt._session.core import Session
from sysvirt.errors import OperationTimeout
from tests.faults.striking import Strike, each_point, each_two_points
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


STATS = HOST
NOWAIT = 0x20000000
POOL, OTHER_POOL = (
    remote.STORAGE_POOL_LOOKUP_BY_NAME.encode_reply((name, name[:1].encode() * 16))
    for name in ("pool", "other")
)
VOLUME = remote.STORAGE_VOL_LOOKUP_BY_KEY.encode_reply(("pool", "volume", "key"))


def one_of_many(number: int) -> bytes:
    handle: bytes = remote.DOMAIN_LOOKUP_BY_NAME.encode_reply(("many", number.to_bytes(16, "big"), 1))
    return handle


def args_of(procedure: Procedure[..., Any], handle: bytes) -> tuple[Any, ...]:
    """Arguments for any procedure: that guest where it takes one, no list of guests, and no flags."""
    row = PROCEDURES["remote"][procedure.name].split()[1]
    values = [0 if kind in "iuhH" else [] if kind[0] == "<" else simple(kind) for _, kind in columns(row)]
    return (handle, *values[1:]) if procedure.owner and procedure is not STATS else tuple(values)


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
    capabilities = remote.CONNECT_GET_CAPABILITIES
    assert capabilities.wait == "host"
    first, second = client.call(capabilities), client.call(capabilities)
    other = client.call(remote.CONNECT_GET_CPU_MODEL_NAMES)
    assert (went(first), went(second), went(other)) == (True, False, True)
    assert client.answer(first) == [second]


def test_host_calls_about_an_object_are_one_at_a_time_for_it() -> None:
    """One pool on storage that hangs takes nothing from the others, and counts as itself in all its volumes."""
    client = Client()
    refresh, info = remote.STORAGE_POOL_REFRESH, remote.STORAGE_VOL_GET_INFO
    assert (refresh.wait, info.wait) == ("host", "host")
    first = client.call(refresh, POOL)
    assert went(first)
    volume, again = client.call(info, VOLUME), client.call(refresh, POOL)
    assert not went(volume)
    assert not went(again)
    assert went(client.call(refresh, OTHER_POOL))
    assert client.answer(first) == [volume]


def test_long_calls_leave_one_ordinary_place() -> None:
    create = remote.DOMAIN_CREATE_XML
    assert create.wait == "long"
    client = Client()
    first, second, third = (client.call(create) for _ in range(3))
    saved = client.call(LONG, A)
    assert [went(call) for call in (first, second, third, saved)] == [True, True, False, False]
    assert went(client.call(QUERY, B))
    assert client.answer(first) == [third]
    assert client.answer(second) == [saved]


def test_long_calls_and_others_go_by_age() -> None:
    client = Client()
    held = [client.call(QUERY, handle) for handle in (A, B, C)]
    older, newer, newest = client.call(LONG, D), client.call(QUERY, D), client.call(LONG, A)
    assert client.answer(held[1]) == [older]
    assert client.answer(held[2]) == [newer]
    assert client.answer(held[0]) == [newest]


def test_long_calls_about_one_pool_go_together_within_its_share() -> None:
    client = Client(8)
    wipe = remote.STORAGE_VOL_WIPE
    assert wipe.wait == "long"
    first, second, third = (client.call(wipe, VOLUME) for _ in range(3))
    assert [went(call) for call in (first, second, third)] == [True, True, False]
    assert went(client.call(remote.STORAGE_POOL_REFRESH, OTHER_POOL))
    assert client.answer(first) == [third]


def test_with_one_ordinary_place_long_calls_take_it() -> None:
    client = Client(2)
    assert went(client.call(LONG, A))


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
    assert delete.owner == "guest"
    call = Call(delete, (snapshot, 0))
    assert call.owner == change.owner


def classed(procedure: Procedure[..., Any], *args: Any) -> str:
    return Call(procedure, args).wait


def test_modes_of_shutdown() -> None:
    """Without flags the agent comes first, and keeps nobody from pressing the power button."""
    for procedure in (remote.DOMAIN_SHUTDOWN_FLAGS, remote.DOMAIN_REBOOT):
        classes = [classed(procedure, A, flags) for flags in range(4)]
        assert classes == ["agent", "change", "agent", "agent"]
    assert remote.DOMAIN_SHUTDOWN.wait == "agent"
    client = Client()
    client.give_up(client.call(remote.DOMAIN_SHUTDOWN, A))
    assert not went(client.call(remote.DOMAIN_FSTHAW, A))
    assert went(client.call(remote.DOMAIN_SHUTDOWN_FLAGS, A, 1))


@pytest.mark.parametrize(
    ("procedure", "args", "wait"),
    [
        (remote.DOMAIN_GET_VCPUS_FLAGS, (A, 1), "free"),
        (remote.DOMAIN_GET_VCPUS_FLAGS, (A, 8 | 4), "agent"),
        (remote.DOMAIN_SET_VCPUS_FLAGS, (A, 2, 1), "change"),
        (remote.DOMAIN_SET_VCPUS_FLAGS, (A, 2, 8), "agent"),
        (remote.DOMAIN_INTERFACE_ADDRESSES, (A, 0, 0), "query"),
        (remote.DOMAIN_INTERFACE_ADDRESSES, (A, 1, 0), "agent"),
        (remote.DOMAIN_INTERFACE_ADDRESSES, (A, 2, 0), "query"),
        (remote.DOMAIN_INTERFACE_ADDRESSES, (A, 3, 0), "query"),
        (remote.DOMAIN_GET_HOSTNAME, (A, 0), "agent"),
        (remote.DOMAIN_GET_HOSTNAME, (A, 1), "query"),
        (remote.DOMAIN_GET_HOSTNAME, (A, 2), "agent"),
        (remote.DOMAIN_CHECKPOINT_GET_XML_DESC, (A, 0), "free"),
        (remote.DOMAIN_CHECKPOINT_GET_XML_DESC, (A, 4), "change"),
        (remote.DOMAIN_GET_JOB_STATS, (A, 0), "control"),
        (remote.DOMAIN_GET_JOB_STATS, (A, 1 | 2), "free"),
        (remote.DOMAIN_MIGRATE_GET_MAX_SPEED, (A, 0), "free"),
        (remote.DOMAIN_MIGRATE_GET_MAX_SPEED, (A, 1), "query"),
        (remote.DOMAIN_GET_IOTHREAD_INFO, (A, 0), "query"),
        (remote.DOMAIN_GET_IOTHREAD_INFO, (A, 1), "query"),
        (remote.DOMAIN_GET_IOTHREAD_INFO, (A, 2), "free"),
        (STATS, ([], 0, 0), "host"),
        (STATS, ([A], 0, 0), "query"),
        (STATS, ([A, B], 0, 0), "host"),
        (STATS, ([], 0, NOWAIT), "several"),
        (STATS, ([A], 0, NOWAIT), "several"),
        (STATS, ([], 1 | 256, 0), "several"),  # state and memory take no job
        (STATS, ([A], 1, 0), "several"),
        (STATS, ([], 1 | 2, 0), "host"),
        (STATS, ([], 1 << 12, 0), "host"),  # a kind that nobody has looked at
    ],
)
def test_what_arguments_say_about_the_class(
    procedure: Procedure[..., Any], args: tuple[Any, ...], wait: str
) -> None:
    assert classed(procedure, *args) == wait


def test_members_of_enums_are_numbers_to_the_rules() -> None:
    assert classed(remote.DOMAIN_SHUTDOWN_FLAGS, A, Domain.SHUTDOWN_ACPI_POWER_BTN) == "change"
    assert classed(STATS, [A, B], 0, Domain.GET_ALL_STATS_NOWAIT) == "several"
    assert classed(STATS, [], Domain.STATS_STATE | Domain.STATS_MEMORY, 0) == "several"


def test_every_rule_tells_something_of_a_procedure_that_needs_it() -> None:
    for (program, name), rules in WAITS.items():
        procedure: Procedure[..., Any] = getattr(getattr(table, program), name)
        assert not procedure.is_simple
        waits = [wait for _, wait in rules]
        assert procedure.wait not in waits
        for conditions, _ in rules:
            assert len({index for index, _, _ in conditions} - set(range(len(args_of(procedure, A))))) == 0


# --- statistics of many guests ----------------------------------------------------------------------


def stats(client: Client, *guests: bytes, flags: int = 0) -> Call:
    call = Call(STATS, (list(guests), 0, flags))
    if client.session.enter(call):
        client.sent(call)
    return call


def test_statistics_of_one_guest_are_a_query_of_it() -> None:
    client = Client()
    assert went(client.call(QUERY, A))
    assert not went(stats(client, A))
    assert went(stats(client, B))
    assert not went(client.call(QUERY, B))


def test_statistics_of_all_that_were_given_up_take_nobody_elses_away() -> None:
    client = Client()
    client.give_up(stats(client))
    assert not went(stats(client))  # which would hang as well
    for one in (
        stats(client, A),
        stats(client, flags=NOWAIT),
        stats(client, A, B),
        stats(client, flags=NOWAIT),
    ):
        assert went(one)
        client.answer(one)


def test_statistics_without_waiting_never_wait_for_each_other() -> None:
    client = Client()
    client.give_up(stats(client, flags=NOWAIT))
    assert went(stats(client, flags=NOWAIT))
    assert went(stats(client, A, flags=NOWAIT))


def test_lists_of_guests_wait_for_the_same_list_only() -> None:
    client = Client()
    client.give_up(stats(client, A, B))
    assert not went(stats(client, B, A))
    assert went(stats(client, C, D))
    assert went(stats(client))


ASKED = {
    "all": (), "one": (A,), "two": (A, B), "query": (A,), "change": (A,), "agent": (A,), "long": (A,),
}  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_one_stuck_guest_never_takes_the_last_place(seed: int) -> None:
    """Whatever is asked of a guest that hangs, alone or among others, in any order, and given up: the rest goes on.

    Statistics of all guests don't tell which one they hang in; that they were given up twice, once among others, is
    all that can be seen.
    """
    client = Client()
    order = [*ASKED] * 3
    random.Random(seed).shuffle(order)
    for what in order:
        call = stats(client, *ASKED[what]) if what in ("all", "one", "two") else client.call(CLASSES[what], A)
        client.give_up(call)  # whether or not it was sent
        for one in (
            client.call(QUERY, C),
            stats(client, D),
            stats(client, C, D),
            stats(client, flags=NOWAIT),
        ):
            assert went(one), (seed, what)
            client.answer(one)
        assert went(client.call(CONTROL, D))
        client.answer(next(iter(reversed(client.session.pending.values()))))


def test_many_long_calls_keep_no_query_waiting() -> None:
    client = Client()
    calls = [client.call(LONG, one_of_many(number)) for number in range(100)]
    assert sum(map(went, calls)) == 2
    one = client.call(QUERY, one_of_many(500))
    assert went(one)
    client.answer(one)
    while True:
        sent = [call for call in client.session.pending.values() if call.procedure is LONG]
        if not sent:
            break
        client.answer(sent[0])
    assert all(map(went, calls))


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


def examined(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts, in an only element, how often a waiting call is looked at."""
    count = [0]
    first, place = Admission._first, Admission._place_for

    def counting_first(self: Admission, heap: Any) -> Call | None:
        before = len(heap)
        found = first(self, heap)
        count[0] += 1 + before - len(heap)
        return found

    def counting_place(self: Admission, call: Call) -> int | None:
        count[0] += 1
        return place(self, call)

    monkeypatch.setattr(Admission, "_first", counting_first)
    monkeypatch.setattr(Admission, "_place_for", counting_place)
    return count


@pytest.mark.parametrize(
    "of",
    [
        lambda number: (QUERY, one_of_many(number)),
        lambda number: (QUERY, A),
        lambda number: (QUERY, one_of_many(number % 50)),
        lambda number: (list(CLASSES.values())[1 + number % 7], one_of_many(number % 50)),
        lambda number: (CONTROL, one_of_many(number)),
        lambda number: (remote.DOMAIN_CREATE_XML, A),
    ],
    ids=["a guest each", "one guest", "fifty guests", "all classes", "control", "without a guest"],
)
def test_what_a_reply_costs_does_not_grow_with_those_that_wait(
    of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = examined(monkeypatch)
    costs: list[float] = []
    for size in (200, 2000):
        client = Client()
        stuck = client.call(QUERY, one_of_many(60000))
        count[0] = 0
        calls = [client.call(*of(number)) for number in range(size)]
        while len(client.session.pending) > 1:
            for call in list(client.session.pending.values()):
                if call is not stuck:
                    client.answer(call)
        assert all(map(went, calls))
        assert not client.session.admission.queue
        costs.append(count[0] / size)
    assert max(costs) < 16
    assert costs[1] < 1.5 * costs[0]


def test_calls_that_come_and_go_while_nothing_moves_leave_nothing() -> None:
    """A caller that asks again and again with a timeout, for as long as a guest hangs."""
    client = Client()
    stuck = [client.call(QUERY, A), client.call(CHANGE, A)]
    client.call(LONG, B)
    waiting = [client.call(QUERY, A), client.call(CONTROL, B), client.call(CONTROL, C)]
    for _ in range(1000):
        for procedure in (QUERY, AGENT, LONG, CONTROL, HOST):
            for handle in (A, C, D):
                client.give_up(client.call(procedure, handle))
        for call in list(client.session.pending.values()):
            if call.abandoned:
                client.answer(call)
    admission = client.session.admission
    assert len(admission._lanes) <= 4
    assert (
        sum(len(heap) for heap in (admission._short, admission._long, admission._control, admission._ends))
        < 100
    )
    assert sum(map(len, admission._unshared.values())) + len(admission._passed) <= 4
    for call in stuck:
        client.answer(call)
    assert went(waiting[0])


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


def test_the_last_place_that_works_is_not_for_a_guest_that_hangs() -> None:
    client = Client()
    for handle in (A, B):
        client.give_up(client.call(QUERY, handle))
    refused = client.call(CHANGE, A)
    assert not went(refused)
    assert not went(stats(client, A, C))
    assert not went(stats(client))  # it would come to A as well
    for procedure in (CHANGE, QUERY):
        one = client.call(procedure, C)
        assert went(one)
        assert client.answer(one) == []


def test_one_that_was_passed_over_goes_when_there_is_room() -> None:
    client = Client()
    lost = [client.call(QUERY, handle) for handle in (A, B)]
    for call in lost:
        client.give_up(call)
    refused = client.call(CHANGE, A)
    assert not went(refused)
    assert client.answer(client.call(QUERY, C)) == []  # it was looked at, and passed over
    assert client.answer(lost[1]) == [refused]


def test_a_reply_frees_everything_it_held() -> None:
    client = Client()
    for procedure in CLASSES.values():
        calls = [client.call(procedure, handle) for handle in (A, B)]
        for call in calls:
            if went(call):
                client.answer(call)
        assert nothing_is_held(client.session.admission)


def nothing_is_held(admission: Admission) -> bool:
    truth = (admission._ordinary, admission._kept, admission._keys, admission.queue)
    follows = (
        admission._shares,
        admission._long_held,
        admission._lanes,
        admission._unshared,
        admission._passed,
    )
    return truth == ({}, None, {}, {}) and follows == ({}, 0, {}, {}, [])


# --- how long it may take ---------------------------------------------------------------------------


class Waiting:
    """A call that waits without a deadline, under a clock."""

    def __init__(self, client: Client, call: Call) -> None:
        assert not went(call)
        self.call = call
        self._client = client
        self._patience = Patience(client.session.admission, call)

    def lasts(self, begin: float, end: float | None = None) -> float | None:
        """When it stops to wait, beginning at a time; None when it still waits at the end."""
        now = begin
        while now < (begin + 1000 if end is None else end):
            look = self._patience.next_check(now)
            if look is None:
                return now
            assert now < look <= now + LOOK_SECONDS
            now = look
        return None


def test_a_call_waits_for_its_guests_lock_as_long_as_the_daemon_would() -> None:
    client = Client()
    client.call(QUERY, A)
    waiting = Waiting(client, client.call(QUERY, A))
    assert waiting.lasts(100.0) == 100.0 + LOCK_SECONDS
    error = client.session.timeout_error(waiting.call)
    assert "DOMAIN_GET_BLOCK_INFO was not sent: " in error.message
    assert "behind DOMAIN_GET_BLOCK_INFO" in error.message


@pytest.mark.parametrize("wait", ["end", "long", "query", "change", "agent", "control"])
def test_whatever_holds_the_lock_of_a_guest_counts(wait: str) -> None:
    for given_up in (False, True):
        client = Client()
        holder = client.call(CLASSES[wait], A)
        if given_up:
            client.give_up(holder)
        assert Waiting(client, client.call(CLASSES[wait], A)).lasts(0.0) == LOCK_SECONDS


def test_it_counts_from_when_it_is_the_next() -> None:
    client = Client()
    first, second = client.call(QUERY, A), client.call(QUERY, A)
    third = Waiting(client, client.call(QUERY, A))
    assert third.lasts(0.0, 1000.0) is None
    assert client.answer(first) == [second]
    assert third.lasts(1000.0) == 1000.0 + LOCK_SECONDS


def test_another_holder_begins_another_wait() -> None:
    client = Client()
    first, second, third = (client.call(QUERY, A) for _ in range(3))
    waiting = Waiting(client, second)
    assert waiting.lasts(0.0, 25.0) is None
    client.answer(first)
    waiting = Waiting(client, third)
    assert waiting.lasts(25.0, 50.0) is None


def test_for_a_place_it_waits_as_long_as_it_takes() -> None:
    client = Client()
    for handle in (A, B, C):
        client.call(QUERY, handle)
    assert Waiting(client, client.call(QUERY, D)).lasts(0.0) is None
    assert Waiting(client, client.call(HOST)).lasts(0.0) is None


def test_for_the_hosts_own_locks_too() -> None:
    """The daemon has no such limit for those; but what was given up may never end."""
    client = Client()
    holder = client.call(remote.STORAGE_POOL_REFRESH, POOL)
    waiting = Waiting(client, client.call(remote.STORAGE_VOL_GET_INFO, VOLUME))
    assert waiting.lasts(0.0) is None
    client.give_up(holder)
    assert waiting.lasts(1e6) == 1e6 + LOCK_SECONDS


def test_for_a_share_too_unless_all_of_it_was_given_up() -> None:
    client = Client()
    held = [client.call(QUERY, A), client.call(CHANGE, A)]
    waiting = Waiting(client, client.call(AGENT, A))
    assert waiting.lasts(0.0) is None
    client.give_up(held[0])
    assert waiting.lasts(1e6) is None
    client.give_up(held[1])
    assert waiting.lasts(2e6) == 2e6 + LOCK_SECONDS


def test_for_the_last_place_it_waits_like_for_the_lock() -> None:
    client = Client()
    for handle in (A, B):
        client.give_up(client.call(QUERY, handle))
    waiting = Waiting(client, client.call(CHANGE, A))
    assert waiting.lasts(0.0) == LOCK_SECONDS
    assert "behind DOMAIN_GET_BLOCK_INFO" in client.session.timeout_error(waiting.call).message


def test_it_ends_at_the_next_look_when_all_places_are_lost() -> None:
    client = Client()
    held = [client.call(QUERY, handle) for handle in (A, B, C)]
    waiting = Waiting(client, client.call(QUERY, D))
    assert waiting.lasts(0.0, 50.0) is None
    for call in held:
        client.give_up(call)
    assert waiting.lasts(50.0) == 50.0


def test_long_calls_are_starved_by_the_places_that_they_may_have() -> None:
    client = Client()
    for handle in (A, B):
        client.give_up(client.call(LONG, handle))
    with pytest.raises(OperationTimeout, match="was not sent: every place"):
        client.call(LONG, C)
    assert went(client.call(QUERY, C))


# --- struck at any instant --------------------------------------------------------------------------


def fits(admission: Admission) -> None:
    """What follows from the truth is what would be made of it, and nobody waits who can go."""
    assert admission._state == 0

    def follows() -> tuple[object, ...]:
        heaps = (admission._ends, admission._short, admission._long, admission._control)
        waiting = [sorted(order for order, call in heap if call in admission.queue) for heap in heaps]
        aside = [call for calls in (*admission._unshared.values(), admission._passed) for call in calls]
        waiting[1] += [call.order for call in aside if call.wait != "long"]
        waiting[2] += [call.order for call in aside if call.wait == "long"]
        lanes = {key: list(lane) for key, lane in admission._lanes.items()}
        return (
            dict(admission._shares),
            admission._long_held,
            lanes,
            [sorted(set(orders)) for orders in waiting],
        )

    before = follows()
    admission._make_anew()
    assert admission._oldest() is None
    assert follows() == before
    assert admission.next_ready() is None


def busy() -> tuple[Client, list[Call]]:
    """Some calls are sent, one of them given up, and some wait: behind those, for a share, for a place."""
    client = Client()
    made = [
        client.call(QUERY, A), client.call(LONG, A), client.call(QUERY, A), client.call(QUERY, A),
        client.call(AGENT, A), client.call(CHANGE, B), client.call(LONG, C), client.call(CONTROL, C),
        client.call(CONTROL, D), client.call(QUERY, D), client.call(HOST), client.call(END, A), client.call(END, A),
    ]  # fmt: skip
    client.give_up(made[1])
    return client, made


Operation = Callable[[Client, list[Call]], object]

OPERATIONS: dict[str, Operation] = {
    "a reply": lambda client, made: client.answer(made[0]),
    "another reply": lambda client, made: client.answer(made[5]),
    "a late reply": lambda client, made: client.answer(made[1]),
    "the end of an end": lambda client, made: client.answer(made[11]),
    "giving up one sent": lambda client, made: client.give_up(made[0]),
    "giving up one that waits": lambda client, made: client.give_up(made[2]),
    "giving up one behind that": lambda client, made: client.give_up(made[3]),
    "giving up one that waits for a share": lambda client, made: client.give_up(made[4]),
    "a new one that waits": lambda client, made: made.append(client.call(CHANGE, A)),
    "a new one that goes": lambda client, made: made.append(client.call(END, B)),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_strike_at_any_point_loses_nobody(name: str) -> None:
    """Whoever comes next does what was left undone: everybody goes in the end, and nothing is held for ever."""
    points = 0
    for strike in each_point():
        client, made = busy()
        if strike.into(partial(OPERATIONS[name], client, made)):
            continue
        points += 1
        session = client.session
        session.recheck()
        session.process()
        fits(session.admission)
        for _ in range(100):
            for call in [call for call in made if call.state == ADMITTED and call.ready]:
                client.sent(call)
            if not session.pending:
                break
            client.answer(next(iter(session.pending.values())))
        assert not session.admission.queue, strike.where
        assert nothing_is_held(session.admission) or name == "a new one that goes", strike.where
    assert points > 3


COMERS: dict[str, Operation] = {
    "a new call": lambda client, made: made.append(client.call(AGENT, C)),
    "a new call that must not overtake": lambda client, made: made.append(client.call(QUERY, D)),
    "a reply": lambda client, made: client.answer(made[5]),
    "one who gives up": lambda client, made: client.give_up(made[3]),
}


@pytest.mark.parametrize("comer", COMERS)
@pytest.mark.parametrize("name", ["another late reply", "giving up one that waits", "a new one that waits"])
def test_whoever_comes_next_finds_things_right(name: str, comer: str) -> None:
    operations = OPERATIONS | {"another late reply": lambda client, made: client.answer(made[1])}
    for strike in each_point():
        client, made = busy()
        if strike.into(partial(operations[name], client, made)):
            continue
        COMERS[comer](client, made)
        fits_when_all_is_done(client)


def fits_when_all_is_done(client: Client) -> None:
    client.session.recheck()
    client.session.process()
    fits(client.session.admission)


def test_struck_twice() -> None:
    """The second strike falls into making good the first."""
    for strike in each_point():
        client, made = busy()
        Strike(9).into(partial(client.answer, made[0]))
        strike.into(client.session.recheck)
        client.session.recheck()
        fits(client.session.admission)


@pytest.mark.parametrize("seed", range(30))
def test_any_sequence_fits(seed: int) -> None:
    chance = random.Random(seed)
    client = Client(chance.choice([2, 3, 4, 8]))
    handles = [guest(number) for number in range(1, 6)]
    calls: list[Call] = []
    held: list[Reservation] = []
    for _ in range(120):
        action = chance.random()
        sent = [call for call in calls if call.serial in client.session.pending]
        if action < 0.5:
            procedure = chance.choice([*CLASSES.values()][1:])
            try:
                calls.append(client.call(procedure, chance.choice(handles)))
            except OperationTimeout:
                assert all(call.abandoned for call in client.session.admission._ordinary)
        elif action < 0.6 and calls:
            client.give_up(chance.choice(calls))
        elif action < 0.65:
            try:
                held.append(reserved(client, chance.choice(handles)))
            except OperationTimeout:
                assert all(call.abandoned for call in client.session.admission._ordinary)
        elif action < 0.7 and held:
            client.session.abandon(held.pop(chance.randrange(len(held))))
        elif sent:
            client.answer(chance.choice(sent))
        fits(client.session.admission)
    while client.session.pending or held:
        if held:
            client.session.abandon(held.pop())
        for call in [call for call in calls if call.state == ADMITTED and call.ready]:
            client.sent(call)
        if client.session.pending:
            client.answer(next(iter(client.session.pending.values())))
    assert nothing_is_held(client.session.admission)
    assert all(went(call) or call.abandoned for call in calls)


def reserved(client: Client, handle: bytes = A) -> Reservation:
    """One that tries to go; `ADMITTED` tells whether it has its place and key."""
    reservation = Reservation(LONG, (handle,))
    client.session.enter(reservation)
    return reservation


def test_a_reservation_holds_place_and_key_and_counts_for_no_guest() -> None:
    """Calls made under it are free, control passes, and its guest keeps its share."""
    client = Client()
    held = reserved(client)
    assert held.state == ADMITTED
    waiting = client.call(LONG, A)
    assert not went(waiting)
    query = client.call(QUERY, A)
    assert went(query)
    assert went(client.call(CHANGE, A))
    assert went(client.call(CONTROL, A))
    client.session.abandon(held)
    assert client.answer(query) == [waiting]


def test_who_waits_behind_a_reservation_is_told_what_it_is_for() -> None:
    client = Client()
    reserved(client)
    waiting = Waiting(client, client.call(LONG, A))
    assert waiting.lasts(100.0) == 100.0 + LOCK_SECONDS
    assert "behind DOMAIN_CORE_DUMP" in client.session.timeout_error(waiting.call).message


def test_a_reservation_has_its_turn() -> None:
    """It waits for place and key as a call does, and is told as one."""
    client = Client()
    save = client.call(LONG, A)
    first, second = reserved(client), reserved(client)
    assert (first.state, second.state) == (QUEUED, QUEUED)
    client.session.chunks.append(error_frame(save.procedure, save.serial, "no"))
    client.session.process()
    assert (first.state, second.state) == (ADMITTED, QUEUED)
    assert first in client.notified
    client.session.abandon(first)
    assert client.notified[-1] is second


def test_a_reservation_at_the_target_gets_through() -> None:
    """Where long reservations and something that is stuck hold all ordinary places."""
    client = Client()
    two = [reserved(client, A), reserved(client, B)]
    assert [one.state for one in two] == [ADMITTED] * 2
    assert reserved(client, C).state == QUEUED
    assert went(client.call(CHANGE, D))
    there = Reservation(remote.DOMAIN_MIGRATE_PREPARE3_PARAMS, wait="control")
    assert client.session.enter(there)


@pytest.mark.parametrize("waits", [False, True])
def test_a_reservation_that_is_struck_is_given_back(waits: bool) -> None:
    """Taking it, and giving it back, once or again."""
    for strike in each_two_points():
        client = Client()
        save = client.call(LONG, A) if waits else None
        reservation = Reservation(LONG, (A,))

        def take_and_give_back(client: Client = client, reservation: Reservation = reservation) -> None:
            try:
                client.session.enter(reservation)
            finally:
                client.session.abandon(reservation)

        strike.into(take_and_give_back)
        if reservation.state == ADMITTED or reservation in client.session.admission.queue:
            client.session.abandon(reservation)
        client.session.abandon(reservation)
        if save is not None:
            client.answer(save)
        client.session.recheck()
        assert nothing_is_held(client.session.admission), strike.where
