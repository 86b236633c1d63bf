"""Very many calls at once on one connection: all go, while a guest hangs and events come."""

from __future__ import annotations

from typing import Any

import pytest

from sysvirt import Domain
from sysvirt.testing import HOLD, FakeDaemon, ReceivedCall
from tests.faults.faces import Blocking, Face, Script, Together

CALLS = 2000
EVENT_EACH = 20


def uuid(number: int) -> bytes:
    return number.to_bytes(16, "big")


class Host:
    """Guests g0 to g999; g0 hangs: what is asked of it is answered at the end."""

    def __init__(self, daemon: FakeDaemon) -> None:
        self.daemon = daemon
        self.held: list[ReceivedCall] = []
        self.answered = 0
        daemon.on("DOMAIN_LOOKUP_BY_NAME", lambda call: (call.args[0], uuid(int(call.args[0][1:])), 1))
        for name in ("DOMAIN_GET_XML_DESC", "DOMAIN_SET_MEMORY", "DOMAIN_MANAGED_SAVE", "DOMAIN_FSTHAW"):
            daemon.on(name, self.answer)

    def answer(self, call: ReceivedCall) -> object:
        if call.args[0][-20:-4] == uuid(0):
            self.held.append(call)
            return HOLD
        self.answered += 1
        if self.answered % EVENT_EACH == 0:
            self.daemon.emit(0, ("g1", uuid(1), 1), 3, 0)
        return {"DOMAIN_GET_XML_DESC": "<domain/>", "DOMAIN_FSTHAW": 0}.get(call.procedure)

    def let_go(self, total: int) -> None:
        """When so many calls were answered, those to the guest that hangs are answered too, as they come."""
        self.daemon.wait_until(lambda: self.answered == total, 300)
        for name in ("DOMAIN_GET_XML_DESC", "DOMAIN_SET_MEMORY"):
            self.daemon.on(name, lambda call: "<late/>" if call.procedure == "DOMAIN_GET_XML_DESC" else None)
        for call in list(self.held):
            call.reply("<late/>" if call.procedure == "DOMAIN_GET_XML_DESC" else None)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kinds", [1, 4], ids=["queries", "all kinds"])
def test_all_go_while_a_guest_hangs_and_events_come(face: Face, daemon: FakeDaemon, kinds: int) -> None:
    host = Host(daemon)
    callers = 200 if isinstance(face, Blocking) else CALLS
    each = CALLS // callers

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        guests = []
        for number in range(1000 // each):
            guests.append((yield lambda number=number: conn.get_domain_by_name(f"g{number}")))  # type: ignore[misc]
        events = conn.events(Domain.EVENT_ID_LIFECYCLE)
        yield lambda: events.__aenter__() if hasattr(events, "__aenter__") else events.__enter__()
        stuck, others = guests[0], guests[1:]

        def step(number: int) -> Any:
            guest = others[number % len(others)]
            calls = [
                guest.get_xml_description,
                lambda: guest.set_memory(1),
                guest.managed_save,
                guest.fs_thaw,
            ]
            return face.repeat(calls[number % kinds], each)

        hanging = [stuck.get_xml_description, lambda: stuck.set_memory(1), stuck.get_xml_description]
        results = yield Together(
            *hanging,
            lambda: face.wait(lambda: host.let_go(CALLS)),
            *[step(number) for number in range(callers)],
        )
        assert results[:4] == ["<late/>", None, "<late/>", None]
        assert [result for result in results if isinstance(result, Exception)] == []
        assert sum(len(result) for result in results[4:]) == CALLS
        got = yield face.repeat(events.next_event, CALLS // EVENT_EACH)
        assert {event.event for event in got} == {Domain.EVENT_SUSPENDED}
        yield events.close
        yield conn.close

    face.run(script())


def test_starts_of_many_guests_wait_for_each_other(face: Face, daemon: FakeDaemon) -> None:
    """A long call leaves a place to the others, and none is given up for having waited."""
    host = Host(daemon)
    at_once: list[int] = []
    held: list[ReceivedCall] = []

    def save(call: ReceivedCall) -> object:
        held.append(call)
        at_once.append(len(held))
        return HOLD

    daemon.on("DOMAIN_MANAGED_SAVE", save)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        guests = []
        for number in range(1, 32):
            guests.append((yield lambda number=number: conn.get_domain_by_name(f"g{number}")))  # type: ignore[misc]
        *saved, other = guests

        def one_by_one() -> None:
            for number in range(1, 31):
                daemon.wait_for("DOMAIN_MANAGED_SAVE", number)
                # Answered only when another guest's query has been: it went beside the two that take long.
                daemon.wait_until(lambda number=number: host.answered >= number)  # type: ignore[misc]
                held.pop(0).reply()

        results = yield Together(
            lambda: face.wait(one_by_one),
            face.repeat(other.get_xml_description, 30),
            *[guest.managed_save for guest in saved],
        )
        assert results == [None, ["<domain/>"] * 30, *[None] * 30]
        assert max(at_once) == 2
        yield conn.close

    face.run(script())
