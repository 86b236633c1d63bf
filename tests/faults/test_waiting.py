"""Waiting misses nothing that happens while it begins, ends at its bound, and leaves nothing registered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from sysvirt import (
    AgentCommandFailed,
    CallTimeout,
    Connection,
    ConnectionLost,
    Domain,
    Error,
    InvalidArgument,
    NoDomain,
    OperationFailed,
    OperationInvalid,
    XMLSyntaxError,
)
from sysvirt.testing import HOLD, FakeDaemon, ReceivedCall, connect_async, typed_params
from tests.faults.about_guests import (
    BLOCK_JOB,
    CAUGHT_UP,
    COMPLETED_JOB,
    GONE,
    JOB,
    NEXT_RUN,
    NIC,
    NO_AGENT,
    NO_BLOCK_JOB,
    NO_JOB,
    NOT_RUNNING,
    PULL,
    RUNNING,
    SHUTOFF,
    STOPPED_GUEST,
    disk,
    guest_xml,
)
from tests.faults.conversation import GUEST
from tests.faults.faces import Face, Script, Together


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


HERE_ONLY = [(1, "fec0::5054:ff:fe00:1", 64), (0, "169.254.7.7", 16), (1, "no address", 0), (0, "0.0.0.0", 0)]
EVERYWHERE = [(1, "FE80::1", 64), (1, "fe8::7", 64), (0, "192.0.2.7", 24)]


@pytest.mark.parametrize(
    ("options", "address"),
    [
        ({}, "fe8::7"),
        ({"family": Connection.IP_ADDR_TYPE_IPV4}, "192.0.2.7"),
        ({"family": Connection.IP_ADDR_TYPE_IPV6}, "fe8::7"),
        ({"local": True}, "fec0::5054:ff:fe00:1"),
        ({"local": True, "family": Connection.IP_ADDR_TYPE_IPV4}, "169.254.7.7"),
    ],
)
def test_a_choice_of_addresses(face: Face, daemon: FakeDaemon, options: dict[str, Any], address: str) -> None:
    """A guest's agent tells them all; what it tells that is none counts for nothing."""
    found = [LOOPBACK, ("eth0", None, HERE_ONLY), ("eth1", None, EVERYWHERE)]
    daemon.on("DOMAIN_INTERFACE_ADDRESSES", found)
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_address(AGENT, 20, **options)) == address


def test_addresses_that_do_not_count(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_INTERFACE_ADDRESSES", [LOOPBACK, ("eth0", None, HERE_ONLY)])
    error = wait(face, daemon, lambda dom: lambda: dom.wait_for_address(AGENT, 0.3))
    assert isinstance(error, CallTimeout)
    error = wait(face, daemon, lambda dom: lambda: dom.wait_for_address(AGENT, 20, family=2))
    assert isinstance(error, InvalidArgument)
    assert "family" in str(error)


def test_an_agent_that_refuses_to_tell(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_INTERFACE_ADDRESSES", AgentCommandFailed("the command has been disabled", domain=10))
    assert isinstance(
        wait(face, daemon, lambda dom: lambda: dom.wait_for_address(AGENT, 20)), AgentCommandFailed
    )


def test_no_address_comes(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_INTERFACE_ADDRESSES", [LOOPBACK])
    error = wait(face, daemon, lambda dom: lambda: dom.wait_for_address(AGENT, 0.05))
    assert isinstance(error, CallTimeout)


# --- a job -----------------------------------------------------------------------------------------

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


@pytest.mark.parametrize(("age", "figures"), [(5, {"time_elapsed": 5}), (6, {})])
def test_it_goes_before_its_figures_are_asked_for(
    face: Face, daemon: FakeDaemon, age: int, figures: dict[str, int]
) -> None:
    """They are kept, unless those are of another job, which is younger than this one was."""
    complete = (Domain.JOB_COMPLETED, age, *[0] * 10)
    daemon.on("DOMAIN_GET_JOB_INFO", Answers(pending(daemon, complete, 0, 4, 0), NO_JOB))
    daemon.on("DOMAIN_GET_JOB_STATS", lambda call: STATS if call.args[1] else (0, []))
    found = wait(face, daemon, lambda dom: lambda: dom.wait_for_job(20))
    assert found == (Domain.JOB_COMPLETED, figures)


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


def job_of_age(milliseconds: int) -> tuple[int, ...]:
    return (2, milliseconds, *[0] * 10)


def figures_of_age(milliseconds: int) -> Any:
    return typed_params({"time_elapsed": milliseconds})


def test_the_end_of_the_job_before(face: Face, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its event comes only now. The job that is there ends without one; the daemon still has the other's figures."""
    for kind in ("_async", "_sync"):
        monkeypatch.setattr(f"sysvirt.{kind}.domain.waiting._POLL_SECONDS", 0.02)
    daemon.on("DOMAIN_GET_JOB_STATS", STATS)
    nothing: object = (Domain.JOB_NONE, {})
    daemon.on("DOMAIN_GET_JOB_INFO", Answers(pending(daemon, JOB, 21, FIGURES), JOB, JOB, NO_JOB))
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_job(20)) == nothing
    # A job is never younger at its end than it was before.
    old = job_of_age(100_000)
    for late in (old, NO_JOB):
        daemon.on(
            "DOMAIN_GET_JOB_INFO",
            Answers(old, old, pending(daemon, late, 21, figures_of_age(99_000)), NO_JOB),
        )
        assert wait(face, daemon, lambda dom: lambda: dom.wait_for_job(20)) == nothing


def test_the_end_is_told_as_the_wait_begins(face: Face, daemon: FakeDaemon) -> None:
    """A job may go on for a while after its event."""
    told = figures_of_age(100_001)
    daemon.on(
        "DOMAIN_GET_JOB_INFO",
        Answers(pending(daemon, job_of_age(100_000), 21, told), job_of_age(100_002), NO_JOB),
    )
    daemon.on("DOMAIN_GET_JOB_STATS", (3, told))
    found = wait(face, daemon, lambda dom: lambda: dom.wait_for_job(20))
    assert found == (Domain.JOB_COMPLETED, {"time_elapsed": 100_001})


@pytest.mark.parametrize(
    ("success", "kind"),
    [(None, Domain.JOB_COMPLETED), (True, Domain.JOB_COMPLETED), (False, Domain.JOB_FAILED)],
)
def test_another_job_begins_at_once(
    face: Face, daemon: FakeDaemon, success: bool | None, kind: object
) -> None:
    """The daemon has no figures of one that has ended while there is another: events tell."""
    figures: dict[str, Any] = {"time_elapsed": 100_001} | ({} if success is None else {"success": success})
    old = job_of_age(100_000)
    daemon.on(
        "DOMAIN_GET_JOB_INFO", Answers(old, pending(daemon, old, 21, typed_params(figures)), job_of_age(1))
    )
    daemon.on("DOMAIN_GET_JOB_STATS", (0, []))
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_job(20)) == (kind, figures)


def test_a_job_that_is_complete_and_leaves_nothing(
    face: Face, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a dump of memory only: what the daemon has afterwards is of the job before."""
    for kind in ("_async", "_sync"):
        monkeypatch.setattr(f"sysvirt.{kind}.domain.waiting._POLL_SECONDS", 0.02)
    daemon.on("DOMAIN_GET_JOB_INFO", Answers(JOB, COMPLETED_JOB, COMPLETED_JOB, NO_JOB))
    daemon.on("DOMAIN_GET_JOB_STATS", lambda call: STATS if call.args[1] else (3, figures_of_age(77)))
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_job(20)) == (
        Domain.JOB_COMPLETED,
        {"time_elapsed": 77},
    )


def test_the_job_goes_on(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_GET_JOB_INFO", JOB)
    assert isinstance(wait(face, daemon, lambda dom: lambda: dom.wait_for_job(0.05)), CallTimeout)


# --- the job on a disk, a device --------------------------------------------------------------------

COPYING, READY_COPY = (f"<mirror type='file' job='copy'{ready}/>" for ready in ("", " ready='yes'"))


def test_the_job_on_a_disk_ends_before_the_wait_goes_on(face: Face, daemon: FakeDaemon) -> None:
    """Of the events that come only the end of this disk's job counts."""
    daemon.on("DOMAIN_GET_XML_DESC", guest_xml(disk()))

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


def test_the_job_on_a_disk_is_over(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_GET_XML_DESC", guest_xml(disk()))
    daemon.on("DOMAIN_GET_BLOCK_JOB_INFO", NO_BLOCK_JOB)
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_block_job("vda", 20)) is None
    for number, end in ((0, Domain.BLOCK_JOB_COMPLETED), (2, Domain.BLOCK_JOB_CANCELED)):
        daemon.on("DOMAIN_GET_BLOCK_JOB_INFO", Answers(pending(daemon, NO_BLOCK_JOB, 16, "vda", 1, number)))
        found = wait(face, daemon, lambda dom: lambda: dom.wait_for_block_job("vda", 20))
        assert found is end


def test_a_copy_is_ready_when_the_daemon_says_so(face: Face, daemon: FakeDaemon) -> None:
    """Its figures come from QEMU, before the daemon has heard that it is ready, and refuses to pivot until then."""
    copying, ready = (guest_xml(disk(mirror=mirror)) for mirror in (COPYING, READY_COPY))
    daemon.on("DOMAIN_GET_XML_DESC", copying)
    daemon.on("DOMAIN_GET_BLOCK_JOB_INFO", CAUGHT_UP)
    error = wait(face, daemon, lambda dom: lambda: dom.wait_for_block_job("vda", 0.5))
    assert isinstance(error, CallTimeout)
    for figures in (CAUGHT_UP, BLOCK_JOB):  # while the guest writes, the figures are behind again
        daemon.on("DOMAIN_GET_BLOCK_JOB_INFO", figures)
        xml = Answers(copying, copying, pending(daemon, copying, 16, "vda", 2, 3), ready)
        daemon.on("DOMAIN_GET_XML_DESC", xml)
        found = wait(face, daemon, lambda dom: lambda: dom.wait_for_block_job("vda", 20))
        assert found is Domain.BLOCK_JOB_READY
        assert xml.given == 4
    for state in ("abort", "pivot"):  # somebody else has it end
        daemon.on("DOMAIN_GET_XML_DESC", guest_xml(disk(mirror=f"<mirror ready='{state}'/>")))
        daemon.on("DOMAIN_GET_BLOCK_JOB_INFO", Answers(CAUGHT_UP, CAUGHT_UP, NO_BLOCK_JOB))
        daemon.on(
            "DOMAIN_GET_BLOCK_JOB_INFO",
            Answers(CAUGHT_UP, pending(daemon, CAUGHT_UP, 16, "vda", 2, 0), NO_BLOCK_JOB),
        )
        found = wait(face, daemon, lambda dom: lambda: dom.wait_for_block_job("vda", 20))
        assert found is Domain.BLOCK_JOB_COMPLETED


@pytest.mark.parametrize("name", ["vdb", "/images/b &amp; c.raw", "virtio-disk1", "vdb[2]", "vdb[3]"])
def test_names_of_a_disk(face: Face, daemon: FakeDaemon, name: str) -> None:
    """Events and the daemon's answers go by its target."""
    xml = guest_xml(disk(), disk("vdb", "/images/b &amp; c.raw", "virtio-disk1"))
    daemon.on("DOMAIN_GET_XML_DESC", xml)
    daemon.on(
        "DOMAIN_GET_BLOCK_JOB_INFO", Answers(PULL, pending(daemon, PULL, 16, "vdb", 1, 0), NO_BLOCK_JOB)
    )
    said = name.replace("&amp;", "&")
    found = wait(face, daemon, lambda dom: lambda: dom.wait_for_block_job(said, 20))
    assert found is Domain.BLOCK_JOB_COMPLETED
    assert {call.args[1] for call in daemon.received("DOMAIN_GET_BLOCK_JOB_INFO")} == {"vdb"}


@pytest.mark.parametrize(
    "name", ["vdc", "", "/images/base.qcow2", "images/a.qcow2", "vda[1]", "net0", "vnet0", "VDA"]
)
def test_names_of_no_disk(face: Face, daemon: FakeDaemon, name: str) -> None:
    daemon.on("DOMAIN_GET_XML_DESC", guest_xml(disk(), NIC))
    error = wait(face, daemon, lambda dom: lambda: dom.wait_for_block_job(name, 20))
    assert isinstance(error, InvalidArgument)
    assert str(error).startswith("disk: ")
    assert "vda" in str(error)
    assert not daemon.received("DOMAIN_GET_BLOCK_JOB_INFO")


def test_the_job_on_a_disk_before(face: Face, daemon: FakeDaemon) -> None:
    """Its end is told only now; it is never taken for the end of the one that is there."""
    daemon.on("DOMAIN_GET_XML_DESC", guest_xml(disk()))
    daemon.on(
        "DOMAIN_GET_BLOCK_JOB_INFO",
        Answers(pending(daemon, PULL, 16, "vda", 1, 0), pending(daemon, PULL, 16, "vda", 1, 1), NO_BLOCK_JOB),
    )
    found = wait(face, daemon, lambda dom: lambda: dom.wait_for_block_job("vda", 20))
    assert found is Domain.BLOCK_JOB_FAILED


@pytest.mark.parametrize("next_job", [PULL, BLOCK_JOB])
def test_another_job_on_the_disk(face: Face, daemon: FakeDaemon, next_job: object) -> None:
    """It has begun before the end of the one that was waited for was heard of."""
    daemon.on("DOMAIN_GET_XML_DESC", guest_xml(disk()))
    daemon.on("DOMAIN_GET_BLOCK_JOB_INFO", Answers(PULL, pending(daemon, PULL, 16, "vda", 1, 0), next_job))
    found = wait(face, daemon, lambda dom: lambda: dom.wait_for_block_job("vda", 20))
    assert found is Domain.BLOCK_JOB_COMPLETED


@pytest.mark.parametrize("run", [8, None])
def test_the_guest_ends_with_the_job_on_its_disk(face: Face, daemon: FakeDaemon, run: int | None) -> None:
    """Also when it has been started again by the time that it is looked at."""
    here = guest_xml(disk())
    daemon.on("DOMAIN_GET_XML_DESC", Answers(here, here, guest_xml(disk(), run=run)))
    daemon.on("DOMAIN_GET_BLOCK_JOB_INFO", Answers(pending(daemon, PULL, 0, 5, 1), NO_BLOCK_JOB))
    error = wait(face, daemon, lambda dom: lambda: dom.wait_for_block_job("vda", 20))
    assert isinstance(error, OperationInvalid)


def test_no_job_on_a_disk_of_a_guest_at_rest(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_GET_XML_DESC", guest_xml(disk(), run=None))
    error = wait(face, daemon, lambda dom: lambda: dom.wait_for_block_job("vda", 20))
    assert isinstance(error, OperationInvalid)


# --- a device that goes ----------------------------------------------------------------------------

UA = disk("vdc", "/images/c.raw", "ua-1")


@pytest.mark.parametrize(
    "name", ["ua-1", "vdc", "/images/c.raw", "net0", "vnet0", "52:54:00:00:00:0a", "52:54:00:00:00:0A"]
)
def test_a_device_goes(face: Face, daemon: FakeDaemon, name: str) -> None:
    """By each name that other calls take for it."""
    with_it, without = guest_xml(disk(), UA, NIC), guest_xml(disk())
    looks = Answers(pending(daemon, with_it, 15, "video0"), pending(daemon, with_it, 15, "ua-1"), without)
    daemon.on("DOMAIN_GET_XML_DESC", looks)
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_detached(name, 20)) is None
    assert looks.given == 3


@pytest.mark.parametrize("name", ["vdx", "ua-2", "", "/images/base.qcow2", "UA-1", "virtio-disk1"])
def test_a_device_that_was_never_there(face: Face, daemon: FakeDaemon, name: str) -> None:
    for run in (7, None):
        daemon.on("DOMAIN_GET_XML_DESC", guest_xml(disk(), UA, NIC, run=run))
        error = wait(face, daemon, lambda dom: lambda: dom.wait_for_detached(name, 20))
        assert isinstance(error, InvalidArgument)
        assert str(error).startswith("name: ")
        assert (
            wait(face, daemon, lambda dom: lambda: dom.wait_for_detached(name, 20, missing_ok=True)) is None
        )


def test_a_guest_that_was_gone_before(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_GET_XML_DESC", GONE)
    assert isinstance(wait(face, daemon, lambda dom: lambda: dom.wait_for_detached("ua-1", 20)), NoDomain)
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_detached("ua-1", 20, missing_ok=True)) is None


@pytest.mark.parametrize("now", [guest_xml(disk()), GONE])
def test_a_device_that_went_before_the_wait(face: Face, daemon: FakeDaemon, now: object) -> None:
    """The handle knows by which names the daemon has found it to detach it."""
    for procedure in ("DOMAIN_DETACH_DEVICE", "DOMAIN_DETACH_DEVICE_FLAGS", "DOMAIN_DETACH_DEVICE_ALIAS"):
        daemon.on(procedure, None)
    daemon.on("DOMAIN_GET_XML_DESC", now)
    live, config = Domain.DEVICE_MODIFY_LIVE, Domain.DEVICE_MODIFY_CONFIG

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        dom = yield lambda: conn.get_domain_by_name(GUEST[0])

        def waits(*names: str) -> Script[None]:
            for name in names:
                yield partial(dom.wait_for_detached, name, 20)

        def refuses(*names: str) -> Script[None]:
            for name in names:
                with pytest.raises((InvalidArgument, NoDomain)):
                    yield partial(dom.wait_for_detached, name, 20)

        yield lambda: dom.detach_device(UA, config)
        yield lambda: dom.detach_device_alias("ua-2", config)
        daemon.on("DOMAIN_DETACH_DEVICE", OperationInvalid("no", domain=10))
        with pytest.raises(OperationInvalid):
            yield lambda: dom.detach_device(UA)
        yield from refuses("ua-1", "vdc", "ua-2")

        daemon.on("DOMAIN_DETACH_DEVICE", None)
        yield lambda: dom.detach_device(UA)
        yield lambda: dom.detach_device("no XML")
        yield lambda: dom.detach_device(NIC, live | config)
        yield lambda: dom.detach_device_alias("ua-2")
        yield from waits("ua-1", "vdc", "/images/c.raw", "ua-2", "52:54:00:00:00:0A")
        yield from refuses("vdc[9]", "ua-3")

        for n in range(100):  # it does not remember for ever
            yield partial(dom.detach_device_alias, f"ua-1{n}")
        yield from waits("ua-199")
        yield from refuses("ua-2", "vdc")
        yield conn.close

    face.run(script())


def test_a_device_goes_with_its_guest(face: Face, daemon: FakeDaemon) -> None:
    with_it = guest_xml(UA)
    for end in (guest_xml(UA, run=None), GONE, guest_xml(run=8)):
        daemon.on("DOMAIN_GET_XML_DESC", Answers(pending(daemon, with_it, 0, 5, 1), end))
        assert wait(face, daemon, lambda dom: lambda: dom.wait_for_detached("ua-1", 20)) is None
    # It is started again with its disk, under another alias.
    again = Answers(
        pending(daemon, with_it, 0, 5, 1),
        pending(daemon, guest_xml(disk("vdc"), run=8), 0, 5, 1),
        guest_xml(run=None),
    )
    daemon.on("DOMAIN_GET_XML_DESC", again)
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_detached("vdc", 20)) is None
    assert again.given == 3


def test_another_device_takes_its_alias(face: Face, daemon: FakeDaemon) -> None:
    before, after = guest_xml(disk("vdb")), guest_xml(disk("vdc"))
    daemon.on("DOMAIN_GET_XML_DESC", Answers(pending(daemon, before, 15, "virtio-disk0"), after))
    assert wait(face, daemon, lambda dom: lambda: dom.wait_for_detached("virtio-disk0", 20)) is None


def test_a_device_stays(face: Face, daemon: FakeDaemon) -> None:
    with_it = guest_xml(UA)
    daemon.on("DOMAIN_GET_XML_DESC", Answers(pending(daemon, with_it, 22, "ua-2"), with_it))
    error = wait(face, daemon, lambda dom: lambda: dom.wait_for_detached("ua-1", 0.3))
    assert isinstance(error, CallTimeout)
    for name in ("ua-1", "vdc"):
        daemon.on("DOMAIN_GET_XML_DESC", Answers(pending(daemon, with_it, 22, "ua-1")))
        error = wait(face, daemon, lambda dom: lambda: dom.wait_for_detached(name, 20))  # noqa: B023
        assert isinstance(error, OperationFailed)
        assert name in str(error)


@pytest.mark.parametrize("xml", ["", "<domain", "\udcff", "<domain>&x;</domain>"])
def test_a_description_that_is_none(face: Face, daemon: FakeDaemon, xml: str) -> None:
    daemon.on("DOMAIN_GET_XML_DESC", xml)
    assert isinstance(
        wait(face, daemon, lambda dom: lambda: dom.wait_for_detached("ua-1", 20)), XMLSyntaxError
    )
    assert isinstance(
        wait(face, daemon, lambda dom: lambda: dom.wait_for_block_job("vda", 20)), XMLSyntaxError
    )


# --- shutting down ---------------------------------------------------------------------------------


def test_it_shuts_down(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_SHUTDOWN", None)
    daemon.on("DOMAIN_LOOKUP_BY_UUID", Answers(GUEST, pending(daemon, GUEST, 0, 5, 0), STOPPED_GUEST))
    daemon.on("DOMAIN_GET_STATE", SHUTOFF)
    found = wait(face, daemon, lambda dom: lambda: dom.shutdown_or_destroy(20))
    assert found == Domain.STATE_SHUTOFF_SHUTDOWN
    assert not daemon.received("DOMAIN_DESTROY")


def test_it_is_gone_at_once(face: Face, daemon: FakeDaemon) -> None:
    """How it ended is told by the event that comes after it has gone."""
    daemon.on("DOMAIN_SHUTDOWN", None)
    daemon.on("DOMAIN_LOOKUP_BY_UUID", Answers(GUEST, GONE))
    daemon.on("DOMAIN_GET_STATE", Answers(pending(daemon, GONE, 0, 5, 0)))
    found = wait(face, daemon, lambda dom: lambda: dom.shutdown_or_destroy(20))
    assert found == Domain.STATE_SHUTOFF_SHUTDOWN


def test_it_was_gone_before(face: Face, daemon: FakeDaemon) -> None:
    """One without a definition that has ended is left so; it may also go before it is asked."""
    daemon.on("DOMAIN_GET_STATE", GONE)
    daemon.on("DOMAIN_SHUTDOWN", GONE)
    for found in (GONE, Answers(GUEST, GONE)):
        daemon.on("DOMAIN_LOOKUP_BY_UUID", found)
        reason = wait(face, daemon, lambda dom: lambda: dom.shutdown_or_destroy(20))
        assert reason == Domain.STATE_SHUTOFF_UNKNOWN
    assert len(daemon.received("DOMAIN_SHUTDOWN")) == 1
    assert not daemon.received("DOMAIN_DESTROY")


@pytest.mark.parametrize("in_time", [True, False])
def test_it_is_started_again(face: Face, daemon: FakeDaemon, in_time: bool) -> None:
    """Its next run was not asked to end, and is not destroyed."""
    daemon.on("DOMAIN_SHUTDOWN", None)
    daemon.on("DOMAIN_GET_STATE", Answers(pending(daemon, RUNNING, 0, 5, 0)))
    looks = (GUEST, pending(daemon, GUEST, 0, 2, 0), NEXT_RUN) if in_time else (GUEST, GUEST, NEXT_RUN)
    daemon.on("DOMAIN_LOOKUP_BY_UUID", Answers(*looks))
    found = wait(face, daemon, lambda dom: lambda: dom.shutdown_or_destroy(20 if in_time else 0.5))
    assert found == Domain.STATE_SHUTOFF_SHUTDOWN
    assert not daemon.received("DOMAIN_DESTROY")


@pytest.mark.parametrize("shutdown", [None, HOLD])
def test_it_is_destroyed(face: Face, daemon: FakeDaemon, shutdown: object) -> None:
    """When it has not ended in time, or can't even be asked in time."""
    daemon.on("DOMAIN_SHUTDOWN_FLAGS", shutdown)
    daemon.on("DOMAIN_LOOKUP_BY_UUID", GUEST)
    daemon.on("DOMAIN_DESTROY", None)
    flags = Domain.SHUTDOWN_ACPI_POWER_BTN
    found = wait(face, daemon, lambda dom: lambda: dom.shutdown_or_destroy(1, flags))
    assert found == Domain.STATE_SHUTOFF_DESTROYED
    assert daemon.received("DOMAIN_SHUTDOWN_FLAGS")[0].args[1] == flags


def test_it_ends_at_the_last_moment(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_SHUTDOWN", None)
    daemon.on("DOMAIN_LOOKUP_BY_UUID", GUEST)
    daemon.on("DOMAIN_GET_STATE", SHUTOFF)
    daemon.on("DOMAIN_DESTROY", NOT_RUNNING)
    found = wait(face, daemon, lambda dom: lambda: dom.shutdown_or_destroy(1))
    assert found == Domain.STATE_SHUTOFF_SHUTDOWN


def test_it_is_shut_off_already(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_SHUTDOWN", NOT_RUNNING)
    daemon.on("DOMAIN_GET_STATE", (5, 3))
    ending = pending(daemon, GUEST, 0, 6, 0)
    for looks in ((STOPPED_GUEST,), (GUEST, STOPPED_GUEST), (GUEST, ending, ending, STOPPED_GUEST)):
        daemon.on("DOMAIN_LOOKUP_BY_UUID", Answers(*looks))
        found = wait(face, daemon, lambda dom: lambda: dom.shutdown_or_destroy(20))
        assert found == Domain.STATE_SHUTOFF_CRASHED


@pytest.mark.parametrize("refusal", [NO_AGENT, OperationInvalid("no", domain=10)])
def test_it_cannot_be_asked(face: Face, daemon: FakeDaemon, refusal: Error) -> None:
    daemon.on("DOMAIN_SHUTDOWN", refusal)
    daemon.on("DOMAIN_LOOKUP_BY_UUID", GUEST)
    error = wait(face, daemon, lambda dom: lambda: dom.shutdown_or_destroy(20))
    assert isinstance(error, type(refusal))
    assert not daemon.received("DOMAIN_DESTROY")
