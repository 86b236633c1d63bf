"""Waiting misses nothing that happens while it begins, ends at its bound, and leaves nothing registered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from sysvirt import (
    AgentCommandFailed,
    AgentUnresponsive,
    CallTimeout,
    ConnectionLost,
    Domain,
    Error,
    InvalidArgument,
    NoDomain,
    OperationFailed,
    OperationInvalid,
)
from sysvirt.testing import HOLD, FakeDaemon, ReceivedCall, connect_async, typed_params
from tests.faults.conversation import GUEST
from tests.faults.faces import Face, Script, Together

RUNNING, SHUTOFF = (1, 1), (5, 1)
GONE = NoDomain("Domain not found", domain=10)
NOT_RUNNING = OperationInvalid("domain is not running", domain=10)
NO_AGENT = AgentUnresponsive("QEMU guest agent is not connected", domain=10)


class Answers:
    """Gives these answers one after another, the last again and again; a function is called for its."""

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)
        self.given = 0

    def __call__(self, call: ReceivedCall) -> object:
        self.given += 1
        answer = self._answers[0]
        if len(self._answers) > 1:
            del self._answers[0]
        if callable(answer):
            answer = answer()
        if isinstance(answer, Error):
            raise answer
        return answer


def wait(
    face: Face,
    daemon: FakeDaemon,
    call: Callable[[Any], Callable[[], Any]],
    default: float | None = None,
    freezes: bool = False,
) -> Any:
    """What a wait for the guest comes to: its result, or its exception. `default` is the connection's bound then."""

    def script() -> Script[Any]:
        conn = yield lambda: face.connect(daemon)
        dom = yield lambda: conn.get_domain_by_name(GUEST[0])
        conn._timeout = default
        result: object
        try:
            result = yield call(dom)
        except Error as error:
            result = error
        conn._timeout = None
        if not freezes:
            assert (yield conn.get_hostname) == "somewhere"
            while daemon.clients[0].registered:  # what was given up may be answered, and taken back, only now
                yield conn.get_hostname
        yield conn.close
        return result

    return face.run(script())


def pending(daemon: FakeDaemon, answer: object, event_id: int, *details: object) -> Callable[[], object]:
    """An answer that was true when it was given, but has been overtaken by an event before it arrives."""

    def overtaken() -> object:
        daemon.emit(event_id, GUEST, *details)
        return answer

    return overtaken


# --- the state -------------------------------------------------------------------------------------


def test_it_is_so_already(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_GET_STATE", RUNNING)
    found = wait(face, daemon, lambda dom: lambda: dom.wait_for_state(Domain.STATE_RUNNING, timeout=20))
    assert found == (Domain.STATE_RUNNING, Domain.STATE_RUNNING_BOOTED)


def test_a_change_between_the_look_and_the_wait(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_GET_STATE", Answers(pending(daemon, RUNNING, 0, 5, 0), SHUTOFF))
    found = wait(face, daemon, lambda dom: lambda: dom.wait_for_state(Domain.STATE_SHUTOFF, timeout=20))
    assert found == (Domain.STATE_SHUTOFF, Domain.STATE_SHUTOFF_SHUTDOWN)
    asked = [call.procedure for call in daemon.calls]
    assert asked.index("CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY") < asked.index("DOMAIN_GET_STATE")


def test_an_event_is_only_a_reason_to_look(face: Face, daemon: FakeDaemon) -> None:
    """One that comes late, from before the wait, is not taken for what is."""
    states = Answers(
        pending(daemon, RUNNING, 0, 5, 0), pending(daemon, RUNNING, 0, 4, 0), pending(daemon, RUNNING, 0, 5, 0),
        SHUTOFF,
    )  # fmt: skip
    daemon.on("DOMAIN_GET_STATE", states)
    wait(face, daemon, lambda dom: lambda: dom.wait_for_state(Domain.STATE_SHUTOFF, timeout=20))
    assert states.given == 4


def test_one_of_several_states(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_GET_STATE", (3, 5))
    found = wait(
        face,
        daemon,
        lambda dom: lambda: dom.wait_for_state(Domain.STATE_SHUTOFF, Domain.STATE_PAUSED, timeout=20),
    )
    assert found == (Domain.STATE_PAUSED, Domain.STATE_PAUSED_IOERROR)


@pytest.mark.parametrize("late", [False, True])
def test_a_transient_guest_goes(face: Face, daemon: FakeDaemon, late: bool) -> None:
    """How it ended is told by the event, which may come after the guest has gone."""
    stopped = (0, 5, 1)
    first = pending(daemon, RUNNING, *((0, 6, 0) if late else stopped))
    then = pending(daemon, GONE, *stopped) if late else GONE
    daemon.on("DOMAIN_GET_STATE", Answers(first, then))
    found = wait(face, daemon, lambda dom: lambda: dom.wait_for_state(Domain.STATE_SHUTOFF, timeout=20))
    assert found == (Domain.STATE_SHUTOFF, Domain.STATE_SHUTOFF_DESTROYED)


def test_a_guest_that_has_gone_before(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_GET_STATE", GONE)
    found = wait(face, daemon, lambda dom: lambda: dom.wait_for_state(Domain.STATE_SHUTOFF, timeout=20))
    assert found == (Domain.STATE_SHUTOFF, Domain.STATE_SHUTOFF_UNKNOWN)
    found = wait(face, daemon, lambda dom: lambda: dom.wait_for_state(Domain.STATE_RUNNING, timeout=20))
    assert isinstance(found, NoDomain)


@pytest.mark.parametrize("states", [(), (-1,), ("running",)])
def test_states_that_are_none(face: Face, daemon: FakeDaemon, states: tuple[Any, ...]) -> None:
    found = wait(face, daemon, lambda dom: lambda: dom.wait_for_state(*states, timeout=20))
    assert isinstance(found, InvalidArgument)
    assert "states" in str(found)


# --- bounds ----------------------------------------------------------------------------------------


def test_it_does_not_come(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_GET_STATE", RUNNING)
    error = wait(face, daemon, lambda dom: lambda: dom.wait_for_state(Domain.STATE_SHUTOFF, timeout=1))
    assert isinstance(error, CallTimeout)
    assert isinstance(error, TimeoutError)
    assert error.sent == "no"
    assert "'guest'" in str(error)
    assert "RUNNING" in str(error)


@pytest.mark.parametrize("frozen_at", ["CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY", "DOMAIN_GET_STATE"])
def test_the_daemon_stops(
    face: Face, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch, frozen_at: str
) -> None:
    """The bound of the wait is one of the calls it makes, too."""
    for kind in ("_async", "_sync"):
        monkeypatch.setattr(f"sysvirt.{kind}.domain.wait.END_SECONDS", 0.1)
        monkeypatch.setattr(f"sysvirt.{kind}.connection.base._CLOSE_SECONDS", 0.1)

    def stop(call: ReceivedCall) -> object:
        daemon._freeze(True)
        return HOLD

    daemon.on(frozen_at, stop)
    error = wait(
        face, daemon, lambda dom: lambda: dom.wait_for_state(Domain.STATE_SHUTOFF, timeout=0.2), freezes=True
    )
    assert isinstance(error, CallTimeout)
    daemon.thaw()


def test_a_block_of_the_connection_bounds_it(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_GET_STATE", RUNNING)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        dom = yield lambda: conn.get_domain_by_name(GUEST[0])
        with conn.timeout(0.05):
            try:
                yield lambda: dom.wait_for_state(Domain.STATE_SHUTOFF)
                raise AssertionError("it has not come")
            except CallTimeout:
                pass
        yield conn.close

    face.run(script())


def test_the_default_of_the_connection_does_not(
    face: Face, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is one of each call; but a call that is not answered ends the wait, when that has no bound of its own."""
    for kind in ("_async", "_sync"):
        monkeypatch.setattr(f"sysvirt.{kind}.domain.waiting._POLL_SECONDS", 1.5)
    infos = Answers((2, *[0] * 11), (2, *[0] * 11), (0, *[0] * 11))
    daemon.on("DOMAIN_GET_JOB_INFO", infos)
    daemon.on("DOMAIN_GET_JOB_STATS", (0, []))
    found = wait(face, daemon, lambda dom: dom.wait_for_job, default=2)
    assert found == (Domain.JOB_NONE, {})
    daemon.on("DOMAIN_GET_STATE", HOLD)
    found = wait(face, daemon, lambda dom: lambda: dom.wait_for_state(Domain.STATE_SHUTOFF), default=0.2)
    assert isinstance(found, CallTimeout)


# --- several, and none ------------------------------------------------------------------------------


def test_many_wait_for_one(face: Face, daemon: FakeDaemon) -> None:
    """Each for what it wants; the last that ends takes back what they share."""
    daemon.on("DOMAIN_GET_STATE", RUNNING)

    def change() -> None:
        daemon.wait_for("DOMAIN_GET_STATE", 8)
        daemon.on("DOMAIN_GET_STATE", SHUTOFF)
        daemon.emit(0, GUEST, 5, 0)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        dom = yield lambda: conn.get_domain_by_name(GUEST[0])
        for_end = [lambda: dom.wait_for_state(Domain.STATE_SHUTOFF, timeout=20)] * 7
        in_vain = lambda: dom.wait_for_state(Domain.STATE_PAUSED, timeout=2)  # noqa: E731
        *ends, late, _ = yield Together(*for_end, in_vain, lambda: face.wait(change))
        assert ends == [(Domain.STATE_SHUTOFF, Domain.STATE_SHUTOFF_SHUTDOWN)] * 7
        assert isinstance(late, CallTimeout)
        assert daemon.clients[0].registered == {}
        yield conn.close

    face.run(script())


def test_the_link_breaks(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_GET_STATE", RUNNING)
    daemon.on("DOMAIN_GET_TIME", NO_AGENT)

    def drop() -> None:
        daemon.wait_for("DOMAIN_GET_STATE")
        daemon.wait_for("DOMAIN_GET_TIME")
        daemon.drop()

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        dom = yield lambda: conn.get_domain_by_name(GUEST[0])
        *errors, _ = yield Together(
            lambda: dom.wait_for_state(Domain.STATE_SHUTOFF), dom.wait_for_agent, lambda: face.wait(drop)
        )
        assert [type(error) for error in errors] == [ConnectionLost] * 2
        yield conn.close

    face.run(script())


def test_it_is_cancelled(daemon: FakeDaemon) -> None:
    """Then too nothing stays registered."""
    daemon.on("DOMAIN_GET_STATE", RUNNING)

    async def given_up() -> None:
        conn = await connect_async(daemon)
        dom = await conn.get_domain_by_name(GUEST[0])
        waiting = asyncio.ensure_future(dom.wait_for_state(Domain.STATE_SHUTOFF, timeout=20))
        await asyncio.to_thread(daemon.wait_for, "DOMAIN_GET_STATE")
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert daemon.clients[0].registered == {}
        assert await conn.get_hostname() == "somewhere"
        await conn.close()

    asyncio.run(given_up())


# --- the agent -------------------------------------------------------------------------------------


def test_the_agent_comes(face: Face, daemon: FakeDaemon) -> None:
    asked = Answers(pending(daemon, NO_AGENT, 18, 1, 2), (1, 0))
    daemon.on("DOMAIN_GET_TIME", asked)
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_agent(20)) is None
    assert asked.given == 2


def test_an_agent_that_refuses_is_one(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_GET_TIME", AgentCommandFailed("guest-get-time has been disabled", domain=10))
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_agent(20)) is None


def test_an_agent_that_did_not_answer_is_asked_again(
    face: Face, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("_async", "_sync"):
        monkeypatch.setattr(f"sysvirt.{kind}.domain.waiting._ASK_AGAIN_SECONDS", 0.02)
    asked = Answers(NO_AGENT, NO_AGENT, NO_AGENT, (1, 0))
    daemon.on("DOMAIN_GET_TIME", asked)
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_agent(20)) is None
    assert asked.given == 4


def test_the_guest_ends_before_its_agent_comes(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_GET_TIME", Answers(pending(daemon, NO_AGENT, 0, 5, 0), NOT_RUNNING))
    assert isinstance(wait(face, daemon, lambda dom: dom.wait_for_agent), OperationInvalid)


def test_no_agent_comes(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_GET_TIME", NO_AGENT)
    error = wait(face, daemon, lambda dom: lambda: dom.wait_for_agent(1))
    assert isinstance(error, CallTimeout)
    assert "not connected" in str(error)


# --- an address ------------------------------------------------------------------------------------

AGENT = Domain.INTERFACE_ADDRESSES_SRC_AGENT
LOOPBACK = ("lo", None, [(0, "127.0.0.1", 8), (1, "::1", 128)])
LINK_LOCAL = ("eth0", "52:54:00:00:00:01", [(1, "fe80::1", 64)])
ADDRESSED = ("eth0", "52:54:00:00:00:01", [(1, "fe80::1", 64), (0, "192.0.2.7", 24), (1, "2001:db8::7", 64)])


def test_an_address_comes(face: Face, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("_async", "_sync"):
        monkeypatch.setattr(f"sysvirt.{kind}.domain.waiting._POLL_SECONDS", 0.02)
    asked = Answers(NO_AGENT, [LOOPBACK], [LOOPBACK, LINK_LOCAL], [LOOPBACK, ADDRESSED])
    daemon.on("DOMAIN_INTERFACE_ADDRESSES", asked)
    found = wait(face, daemon, lambda dom: lambda: dom.wait_for_address(AGENT, 20))
    assert found == "192.0.2.7"
    assert asked.given == 4
    assert [call.args[1] for call in daemon.received("DOMAIN_INTERFACE_ADDRESSES")] == [AGENT] * 4


def test_no_address_comes(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_INTERFACE_ADDRESSES", [LOOPBACK])
    error = wait(face, daemon, lambda dom: lambda: dom.wait_for_address(AGENT, 0.05))
    assert isinstance(error, CallTimeout)


# --- a job -----------------------------------------------------------------------------------------

NO_JOB, JOB, COMPLETED_JOB = ((kind, *[0] * 11) for kind in (0, 2, 3))
FIGURES = typed_params({"time_elapsed": 5})
STATS = (3, FIGURES)
FOUND = (Domain.JOB_COMPLETED, {"time_elapsed": 5})


def test_the_job_ends_with_an_event(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_GET_JOB_INFO", Answers(pending(daemon, JOB, 21, FIGURES), NO_JOB))
    daemon.on("DOMAIN_GET_JOB_STATS", STATS)
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_job(20)) == FOUND
    flags = Domain.JOB_STATS_COMPLETED | Domain.JOB_STATS_KEEP_COMPLETED
    assert [call.args[1] for call in daemon.received("DOMAIN_GET_JOB_STATS")] == [flags]


def test_the_event_comes_behind_the_end(face: Face, daemon: FakeDaemon) -> None:
    daemon.on(
        "DOMAIN_GET_JOB_INFO",
        Answers(pending(daemon, JOB, 0, 4, 0), pending(daemon, NO_JOB, 21, FIGURES)),
    )
    daemon.on("DOMAIN_GET_JOB_STATS", STATS)
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_job(20)) == FOUND


def test_the_event_came_before_the_wait(face: Face, daemon: FakeDaemon) -> None:
    """The daemon still writes what QEMU has given it."""
    daemon.on("DOMAIN_GET_JOB_INFO", Answers(pending(daemon, COMPLETED_JOB, 0, 4, 0), NO_JOB))
    daemon.on("DOMAIN_GET_JOB_STATS", STATS)
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_job(20)) == FOUND
    daemon.on("DOMAIN_GET_JOB_INFO", Answers(pending(daemon, COMPLETED_JOB, 0, 5, 4), GONE))
    daemon.on("DOMAIN_GET_JOB_STATS", GONE)
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_job(20)) == (Domain.JOB_COMPLETED, {})


def test_the_job_ends_without_an_event(
    face: Face, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The daemon still has the figures of the job before, then; they are not this one's."""
    for kind in ("_async", "_sync"):
        monkeypatch.setattr(f"sysvirt.{kind}.domain.waiting._POLL_SECONDS", 0.02)
    infos = Answers(JOB, JOB, NO_JOB)
    daemon.on("DOMAIN_GET_JOB_INFO", infos)
    daemon.on("DOMAIN_GET_JOB_STATS", STATS)
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_job(20)) == (Domain.JOB_NONE, {})
    assert infos.given == 3
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_job(20)) == FOUND


def test_the_guest_ends_with_its_job(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_GET_JOB_INFO", Answers(pending(daemon, JOB, 21, FIGURES), NOT_RUNNING))
    daemon.on("DOMAIN_GET_JOB_STATS", STATS)
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_job(20)) == FOUND


def test_the_guest_goes_with_its_job(face: Face, daemon: FakeDaemon) -> None:
    """What the event has told is all that is left."""
    daemon.on("DOMAIN_GET_JOB_STATS", GONE)
    daemon.on("DOMAIN_GET_JOB_INFO", Answers(pending(daemon, JOB, 21, FIGURES), GONE))
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_job(20)) == FOUND
    daemon.on("DOMAIN_GET_JOB_INFO", Answers(pending(daemon, JOB, 0, 5, 3), GONE))
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_job(20)) == (Domain.JOB_NONE, {})
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_job(20)) == (Domain.JOB_NONE, {})


def test_the_job_goes_on(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_GET_JOB_INFO", JOB)
    assert isinstance(wait(face, daemon, lambda dom: lambda: dom.wait_for_job(0.05)), CallTimeout)


# --- the job on a disk, a device --------------------------------------------------------------------

NO_BLOCK_JOB, BLOCK_JOB, READY = (0, 0, 0, 0, 0), (1, 1, 0, 5, 9), (1, 2, 0, 9, 9)


def test_the_job_on_a_disk_ends_before_the_wait_goes_on(face: Face, daemon: FakeDaemon) -> None:
    """Of the events that come only the end of this disk's job counts."""

    def much(call: ReceivedCall) -> object:
        daemon.emit(16, GUEST, "vdb", 1, 0)
        daemon.emit(16, GUEST, "vda", 1, 3)
        daemon.emit(0, GUEST, 4, 0)
        daemon.emit(16, GUEST, "vda", 1, 1)
        daemon.on("DOMAIN_GET_BLOCK_JOB_INFO", NO_BLOCK_JOB)
        return BLOCK_JOB

    daemon.on("DOMAIN_GET_BLOCK_JOB_INFO", much)
    found = wait(face, daemon, lambda dom: lambda: dom.wait_for_block_job("vda", 20))
    assert found is Domain.BLOCK_JOB_FAILED


def test_the_job_on_a_disk_is_over_or_ready(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_GET_BLOCK_JOB_INFO", NO_BLOCK_JOB)
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_block_job("vda", 20)) is None
    daemon.on("DOMAIN_GET_BLOCK_JOB_INFO", Answers(pending(daemon, NO_BLOCK_JOB, 16, "vda", 1, 2)))
    found = wait(face, daemon, lambda dom: lambda: dom.wait_for_block_job("vda", 20))
    assert found is Domain.BLOCK_JOB_CANCELED
    daemon.on("DOMAIN_GET_BLOCK_JOB_INFO", READY)
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_block_job("vda", 20)) is Domain.BLOCK_JOB_READY


def test_a_device_goes_or_stays(face: Face, daemon: FakeDaemon) -> None:
    with_it = "<domain type='qemu' id='7'>\n<alias name='ua-1'/></domain>"
    daemon.on(
        "DOMAIN_GET_XML_DESC", Answers(pending(daemon, with_it, 15, "ua-1"), "<domain id='7'>\n</domain>")
    )
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_detached("ua-1", 20)) is None
    for end in (with_it.replace(" id='7'", ""), GONE):
        daemon.on("DOMAIN_GET_XML_DESC", Answers(pending(daemon, with_it, 0, 5, 1), end))
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_detached("ua-1", 20)) is None
    daemon.on("DOMAIN_GET_XML_DESC", Answers(pending(daemon, with_it, 22, "ua-2"), with_it))
    error = wait(face, daemon, lambda dom: lambda: dom.wait_for_detached("ua-1", 0.3))
    assert isinstance(error, CallTimeout)
    daemon.on("DOMAIN_GET_XML_DESC", Answers(pending(daemon, with_it, 22, "ua-1")))
    error = wait(face, daemon, lambda dom: lambda: dom.wait_for_detached("ua-1", 20))
    assert isinstance(error, OperationFailed)
    assert "ua-1" in str(error)


# --- shutting down ---------------------------------------------------------------------------------


def test_it_shuts_down(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_SHUTDOWN", None)
    daemon.on("DOMAIN_GET_STATE", Answers(pending(daemon, RUNNING, 0, 5, 0), SHUTOFF))
    found = wait(face, daemon, lambda dom: lambda: dom.shutdown_or_destroy(20))
    assert found == Domain.STATE_SHUTOFF_SHUTDOWN
    assert not daemon.received("DOMAIN_DESTROY")


def test_it_is_gone_at_once(face: Face, daemon: FakeDaemon) -> None:
    """How it ended is told by the event that comes after it has gone."""
    daemon.on("DOMAIN_SHUTDOWN", None)
    daemon.on("DOMAIN_GET_STATE", Answers(pending(daemon, GONE, 0, 5, 0)))
    found = wait(face, daemon, lambda dom: lambda: dom.shutdown_or_destroy(20))
    assert found == Domain.STATE_SHUTOFF_SHUTDOWN


@pytest.mark.parametrize("shutdown", [None, HOLD])
def test_it_is_destroyed(face: Face, daemon: FakeDaemon, shutdown: object) -> None:
    """When it has not ended in time, or can't even be asked in time."""
    daemon.on("DOMAIN_SHUTDOWN_FLAGS", shutdown)
    daemon.on("DOMAIN_GET_STATE", RUNNING)
    daemon.on("DOMAIN_DESTROY", None)
    flags = Domain.SHUTDOWN_ACPI_POWER_BTN
    found = wait(face, daemon, lambda dom: lambda: dom.shutdown_or_destroy(1, flags))
    assert found == Domain.STATE_SHUTOFF_DESTROYED
    assert daemon.received("DOMAIN_SHUTDOWN_FLAGS")[0].args[1] == flags


def test_it_ends_at_the_last_moment(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_SHUTDOWN", None)
    daemon.on("DOMAIN_GET_STATE", Answers(RUNNING, SHUTOFF))
    daemon.on("DOMAIN_DESTROY", NOT_RUNNING)
    found = wait(face, daemon, lambda dom: lambda: dom.shutdown_or_destroy(1))
    assert found == Domain.STATE_SHUTOFF_SHUTDOWN


def test_it_is_shut_off_already(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_SHUTDOWN", NOT_RUNNING)
    daemon.on("DOMAIN_GET_STATE", (5, 3))
    found = wait(face, daemon, lambda dom: lambda: dom.shutdown_or_destroy(20))
    assert found == Domain.STATE_SHUTOFF_CRASHED


@pytest.mark.parametrize("refusal", [NO_AGENT, OperationInvalid("no", domain=10)])
def test_it_cannot_be_asked(face: Face, daemon: FakeDaemon, refusal: Error) -> None:
    daemon.on("DOMAIN_SHUTDOWN", refusal)
    daemon.on("DOMAIN_GET_STATE", RUNNING)
    error = wait(face, daemon, lambda dom: lambda: dom.shutdown_or_destroy(20))
    assert isinstance(error, type(refusal))
    assert not daemon.received("DOMAIN_DESTROY")
