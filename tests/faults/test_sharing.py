"""What several threads or tasks do with one thing at the same time: an event stream, a stream, callbacks."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from sysvirt import CallTimeout, ConnectionClosed, ConnectionLost, Domain, OperationInvalid, Stream
from sysvirt.testing import HOLD, FakeDaemon, ReceivedCall
from tests.faults.conversation import GUEST
from tests.faults.faces import PATIENCE, Face, Script, Step, Together
from tests.faults.registering import DEREGISTER, REGISTER
from tests.faults.turns import Entries, following, then
from tests.faults.waits import entered, until

# --- an event stream ---------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["closed", "connection closed", "connection lost"])
def test_all_who_wait_for_events_see_the_end(
    face: Face, daemon: FakeDaemon, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        events = conn.events(Domain.EVENT_ID_LIFECYCLE)
        yield lambda: entered(events)
        entries = Entries(conn._pump, "sleep_until_ready", monkeypatch)
        ends: dict[str, Step] = {
            "closed": events.close,
            "connection closed": conn.close,
            "connection lost": lambda: daemon.drop(),
        }
        waiting: list[Step] = [events.next_event] * 3
        *results, _ = yield Together(*waiting, following(face, entries.reach(3), ends[how]))
        if how == "closed":
            assert results == [None, None, None]
        else:
            kind = ConnectionClosed if how == "connection closed" else ConnectionLost
            assert [type(result) for result in results] == [kind] * 3
        yield conn.close

    face.run(script())


def test_each_event_finds_somebody_who_waits(
    face: Face, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of events that come at once each goes to somebody, also when the first to wake does not come back."""

    def info(call: ReceivedCall) -> object:
        for number in range(3):
            daemon.emit(0, GUEST, 100, number)
        return 1, 2048, 1024, 2, 12345

    daemon.on("DOMAIN_GET_INFO", info)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        guest = yield lambda: conn.get_domain_by_name("guest")
        events = conn.events(Domain.EVENT_ID_LIFECYCLE)
        yield lambda: entered(events)
        for _ in range(3):
            with monkeypatch.context() as patch:
                entries = Entries(conn._pump, "sleep_until_ready", patch)
                waiting: list[Step] = [events.next_event] * 3
                *got, _ = yield Together(*waiting, following(face, entries.reach(3), guest.get_info))
            assert sorted(event.detail for event in got) == [0, 1, 2]
        yield events.close
        yield conn.close

    face.run(script())


def test_the_bound_of_one_is_none_of_another(
    face: Face, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        events = conn.events(Domain.EVENT_ID_LIFECYCLE)
        yield lambda: entered(events)
        entries = Entries(conn._pump, "sleep_until_ready", monkeypatch)
        short = following(face, entries.reach(1), lambda: events.next_event(0.05))
        found, none = yield Together(
            lambda: events.next_event(PATIENCE), then(face, short, lambda: daemon.emit(0, GUEST, 100, 7))
        )
        assert found.detail == 7
        assert none is None
        yield events.close
        yield conn.close

    face.run(script())


def test_who_waits_for_a_subscription_in_vain_is_told(
    face: Face, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two ask a new event stream at once: the one that finds the other subscribing fails as that one does."""
    held: list[ReceivedCall] = []

    def hold(call: ReceivedCall) -> object:
        held.append(call)
        return HOLD

    daemon.on(REGISTER, hold)

    def refuse() -> None:
        until(lambda: bool(held))
        daemon.on(REGISTER, OperationInvalid("no"))
        held[0].fail(OperationInvalid("no"))

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon, timeout=PATIENCE)
        events = conn.events(Domain.EVENT_ID_LIFECYCLE)
        *results, _ = yield Together(
            events.next_event,
            following(face, lambda: until(lambda: bool(held)), events.next_event),
            lambda: face.wait(refuse),
        )
        assert [type(result) for result in results] == [OperationInvalid, OperationInvalid]
        yield events.close
        yield conn.close

    face.run(script())


def test_closed_while_it_subscribes(face: Face, daemon: FakeDaemon) -> None:
    """What it is registered for after it was closed is taken back."""
    held: list[ReceivedCall] = []

    def hold(call: ReceivedCall) -> object:
        held.append(call)
        return HOLD

    daemon.on(REGISTER, hold)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon, timeout=PATIENCE)
        events = conn.events(Domain.EVENT_ID_LIFECYCLE, Domain.EVENT_ID_REBOOT)
        nothing, _ = yield Together(
            events.next_event,
            then(
                face,
                following(face, lambda: until(lambda: bool(held)), events.close),
                lambda: held[0].reply(5),
            ),
        )
        assert nothing is None
        if len(held) > 1:
            held[1].reply(6)
        while len(daemon.received(DEREGISTER)) < len(held):
            yield conn.get_hostname
        assert not conn._channel.router.registrations
        assert not conn._delivery.subscriptions
        yield conn.close

    face.run(script())


def test_closing_is_given_up_half_way(face: Face, daemon: FakeDaemon) -> None:
    """All of its registrations are taken back, and nothing is kept for it any more."""
    daemon.on(DEREGISTER, HOLD)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon, timeout=PATIENCE)
        events = conn.events(Domain.EVENT_ID_LIFECYCLE, Domain.EVENT_ID_REBOOT, Domain.EVENT_ID_RTC_CHANGE)
        yield lambda: entered(events)
        with conn.timeout(0.1), pytest.raises(CallTimeout):
            yield events.close
        yield lambda: face.wait(lambda: daemon.wait_for(DEREGISTER, 3))
        assert sorted(call.args[0] for call in daemon.received(DEREGISTER)) == [0, 1, 2]
        assert not conn._channel.router.registrations
        assert not conn._delivery.subscriptions
        daemon.on(DEREGISTER, None)
        yield conn.close

    face.run(script())


def test_the_bound_of_the_first_event_is_one_for_subscribing(face: Face, daemon: FakeDaemon) -> None:
    daemon.on(REGISTER, HOLD)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        events = conn.events(Domain.EVENT_ID_LIFECYCLE)
        with pytest.raises(CallTimeout):
            yield lambda: events.next_event(0.05)
        yield conn.close

    face.run(script())


# --- callbacks ---------------------------------------------------------------------------------------


def test_two_end_all_lifecycle_callbacks_at_once(face: Face, daemon: FakeDaemon) -> None:
    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon, timeout=PATIENCE)
        for _ in range(4):
            yield lambda: conn.domain_event_register(print)
        results = yield Together(conn.domain_event_deregister, conn.domain_event_deregister)
        assert results == [None, None]
        assert not conn._delivery._callbacks
        yield conn.close

    face.run(script())


def test_an_event_behind_the_answer_to_a_registration(face: Face, daemon: FakeDaemon) -> None:
    """It comes to the new callback even where another one keeps the dispatcher busy.

    Two register for the same at once; the second takes its registration back at the daemon, which says nothing
    for a while.
    """
    held: list[ReceivedCall] = []
    got: list[str] = []

    def hold(call: ReceivedCall) -> object:
        held.append(call)
        return HOLD

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon, timeout=PATIENCE)
        yield lambda: conn.domain_event_register_any(None, 1, print)
        daemon.on(REGISTER, hold)
        daemon.on(DEREGISTER, hold)

        def answer() -> None:
            until(lambda: len(held) == 2)
            first, second = held
            for call, number in ((first, 70), (second, 71)):
                call.client.registered[number] = (0, None)
                call.reply(number)
            until(lambda: len(held) == 3)
            daemon.emit(0, GUEST, 100, 1)
            until(lambda: "a" in got and not conn._delivery._queue)
            held[2].reply()

        yield Together(
            lambda: conn.domain_event_register_any(None, 0, lambda event: got.append("a")),
            lambda: conn.domain_event_register_any(None, 0, lambda event: got.append("a")),
            lambda: face.wait(answer),
        )
        yield lambda: face.wait(lambda: until(lambda: len(got) == 2))
        daemon.on(DEREGISTER, None)
        yield conn.close

    face.run(script())


def test_a_bound_around_a_callbacks_registration_is_none_for_its_calls(
    face: Face, daemon: FakeDaemon
) -> None:
    """Whoever happens to start the dispatcher: what callbacks do is not done in a block of theirs."""
    got: list[object] = []
    pause = threading.Event()
    held: list[ReceivedCall] = []

    def hold(call: ReceivedCall) -> object:
        held.append(call)
        return HOLD

    daemon.on("CONNECT_GET_HOSTNAME", hold)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        stream = conn.new_stream()
        guest = yield lambda: conn.get_domain_by_name("guest")
        go_on = asyncio.Event()

        def now(_stream: Any, _events: Any) -> None:
            stream.remove_callback()
            until(go_on.is_set)
            got.append(conn.get_hostname())

        async def later(_stream: Any, _events: Any) -> None:
            stream.remove_callback()
            await go_on.wait()
            got.append(await conn.get_hostname())

        yield lambda: guest.open_console(stream)
        with conn.timeout(0.01):
            stream.add_callback(Stream.EVENT_READABLE, now if face.name == "blocking" else later)
            yield lambda: face.wait(lambda: until(lambda: stream._callback is None))
        go_on.set()
        yield lambda: face.wait(lambda: until(lambda: bool(held)))
        yield lambda: face.wait(lambda: pause.wait(0.05))  # longer than the block's time
        held[0].reply("somewhere")
        yield lambda: face.wait(lambda: until(lambda: bool(got)))
        yield stream.abort
        yield conn.close

    face.run(script())
    assert got == ["somewhere"]
