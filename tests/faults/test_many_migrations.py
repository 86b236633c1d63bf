"""Many guests that go both ways at once over one pair of connections, while others make their own calls."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from sysvirt import CallTimeout, Domain, OperationTimeout
from sysvirt._session.admission import Admission
from sysvirt._session.call import Call
from sysvirt.testing import HOLD, FakeDaemon, ReceivedCall
from tests.faults.faces import Belongings, Face, Script, Step, Together
from tests.faults.moving import nothing_held
from tests.faults.waits import until

GUESTS = 8


def handle(number: int) -> tuple[str, bytes, int]:
    return f"guest{number}", bytes([number]) * 16, number


class Busy(FakeDaemon):
    """A daemon that takes a little time for each step of a migration, in either role."""

    def __init__(self) -> None:
        super().__init__(
            {
                "CONNECT_SUPPORTS_FEATURE": 1,
                "DOMAIN_LOOKUP_BY_NAME": lambda call: handle(int(call.args[0].removeprefix("guest"))),
                "DOMAIN_GET_STATE": (1, 1),
                "DOMAIN_MIGRATE_BEGIN3_PARAMS": self._soon((b"", "<domain/>")),
                "DOMAIN_MIGRATE_PREPARE3_PARAMS": self._soon((b"", "tcp:there:1")),
                "DOMAIN_MIGRATE_PERFORM3_PARAMS": self._soon(b""),
                "DOMAIN_MIGRATE_FINISH3_PARAMS": self._soon((handle(1), b"")),
                "DOMAIN_MIGRATE_CONFIRM3_PARAMS": self._soon(None),
                "DOMAIN_SAVE": self._soon(None),
                "DOMAIN_MEMORY_STATS": [],
            }
        )
        self.at_once = 0
        self.most = 0

    def _soon(self, value: object) -> Any:
        def answer(call: ReceivedCall) -> object:
            self.at_once += 1
            self.most = max(self.most, self.at_once)

            def reply() -> None:
                self.at_once -= 1
                call.reply(value)

            self._background.call_later(0.01, reply)
            return HOLD

        return answer


@pytest.fixture
def pair(belongings: Belongings) -> Iterator[tuple[Busy, Busy]]:
    with Busy() as one, Busy() as other:
        yield one, other


def test_both_ways_at_once(face: Face, pair: tuple[Busy, Busy]) -> None:
    """None fails and none waits for ever; the daemons are never given more than they take of one client."""

    def script() -> Script[None]:
        one = yield lambda: face.connect(pair[0])
        other = yield lambda: face.connect(pair[1])
        steps: list[Step] = []
        for number in range(1, 2 * GUESTS + 1):
            here, there = (one, other) if number % 2 else (other, one)
            guest = yield partial(here.get_domain_by_name, f"guest{number}")
            steps.append(partial(guest.migrate, there, {}, Domain.MIGRATE_LIVE))
            if number % 4 == 0:
                steps.append(partial(guest.save, "/somewhere"))
        results = yield Together(*steps)
        assert [result for result in results if isinstance(result, BaseException)] == []
        nothing_held(one, other)
        assert max(daemon.most for daemon in pair) <= 5
        yield one.close
        yield other.close

    face.run(script())


def test_beside_a_stuck_change_and_a_save(face: Face, pair: tuple[Busy, Busy]) -> None:
    """The guest's own calls go on during its migration, but for other long ones, which wait for its end."""
    pair[0].on("DOMAIN_MIGRATE_PERFORM3_PARAMS", HOLD)
    pair[0].on("DOMAIN_SET_MEMORY", HOLD)
    given_up: list[CallTimeout] = []

    def performed() -> None:
        pair[0].wait_for("DOMAIN_MIGRATE_PERFORM3_PARAMS")

    def given_up_both() -> None:
        until(lambda: len(given_up) == 2)

    def script() -> Script[None]:
        one = yield lambda: face.connect(pair[0])
        other = yield lambda: face.connect(pair[1])
        guest = yield lambda: one.get_domain_by_name("guest1")

        def end() -> Any:
            pair[0].received("DOMAIN_MIGRATE_PERFORM3_PARAMS")[0].reply(b"")
            return guest.get_state()

        migrated, *_, stats, ended = yield Together(
            lambda: guest.migrate(other, {}, Domain.MIGRATE_LIVE),
            lambda: face.after(performed, in_vain(face, one, lambda: guest.set_memory(1), given_up)),
            lambda: face.after(performed, in_vain(face, one, lambda: guest.save("/somewhere"), given_up)),
            lambda: face.after(performed, guest.memory_stats),
            lambda: face.after(given_up_both, end),
        )
        assert not isinstance(migrated, BaseException), migrated
        assert stats == {}
        assert not isinstance(ended, BaseException), ended
        assert not pair[0].received("DOMAIN_SAVE")
        yield one.close
        yield other.close

    face.run(script())


def in_vain(face: Face, conn: Any, call: Step, errors: list[CallTimeout]) -> Step:
    """A call that is given up soon."""

    def blocking() -> None:
        with conn.timeout(0.3), pytest.raises(CallTimeout) as raised:
            call()
        errors.append(raised.value)

    async def asyncio() -> None:
        with conn.timeout(0.3), pytest.raises(CallTimeout) as raised:
            await call()
        errors.append(raised.value)

    return blocking if face.name == "blocking" else asyncio


def test_it_waits_for_its_place_as_long_as_it_takes(
    face: Face, pair: tuple[Busy, Busy], monkeypatch: Any
) -> None:
    """Longer than a call would; but not in vain, and not when it is given up."""
    for name in ("_session.admission", "_session.aio", "_session.blocking"):
        monkeypatch.setattr(f"sysvirt.{name}.LOOK_SECONDS", 0.02)
    monkeypatch.setattr("sysvirt._session.admission.LOCK_SECONDS", 0.1)
    looks: list[Call] = []
    starved = Admission.starved

    def look(admission: Admission, call: Call) -> bool:
        looks.append(call)
        return starved(admission, call)

    monkeypatch.setattr(Admission, "starved", look)
    pair[0].on("DOMAIN_SAVE", HOLD)

    def script() -> Script[None]:
        one = yield lambda: face.connect(pair[0])
        other = yield lambda: face.connect(pair[1])
        guest = yield lambda: one.get_domain_by_name("guest1")

        def end() -> Any:
            pair[0].received("DOMAIN_SAVE")[0].reply()
            return guest.get_state()

        def wait() -> None:
            pair[0].wait_for("DOMAIN_SAVE")
            until(lambda: one._channel.session.admission.queue)
            looked = len(looks)
            until(lambda: len(looks) > looked + 10)  # for longer than a call's patience

        results = yield Together(
            lambda: guest.save("/somewhere"),
            lambda: face.after(
                lambda: pair[0].wait_for("DOMAIN_SAVE"), lambda: guest.migrate(other, {}, Domain.MIGRATE_LIVE)
            ),
            lambda: face.after(wait, end),
        )
        assert not [result for result in results if isinstance(result, BaseException)], results
        # Given up, it does not stay in the queue.
        with one.timeout(0.1), pytest.raises(CallTimeout):
            yield lambda: guest.save("/somewhere")
        with one.timeout(0.1), pytest.raises(CallTimeout, match="the guest is where it was"):
            yield lambda: guest.migrate(other, {}, Domain.MIGRATE_LIVE)
        assert not one._channel.session.admission.queue
        # In vain: all long calls that the daemon may have were given up.
        another = yield lambda: one.get_domain_by_name("guest2")
        with one.timeout(0.1), pytest.raises(CallTimeout):
            yield lambda: another.save("/somewhere")
        third = yield lambda: one.get_domain_by_name("guest3")
        with pytest.raises(OperationTimeout, match="given up"):
            yield lambda: third.migrate(other, {}, Domain.MIGRATE_LIVE)
        yield one.close
        yield other.close

    face.run(script())
