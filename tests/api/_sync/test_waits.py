# Made by tools/unasync.py from tests/api/_async/test_waits.py; do not edit.
"""Waiting for what real guests become: each change is caused by virsh, by QEMU or in the guest.

A change that comes between the look and the wait is caused right when the reply to the look has come, and one
between the subscription and the look right when that was confirmed.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

import sysvirt
from rig.guest import AGENT as AGENT_CHANNEL
from rig.guest import (
    agent_answers,
    firmware_xml,
    guest_xml,
    hmp,
    run_inside,
    unique_name,
)
from rig.host import Host
from rig.wait import until
from sysvirt._session import blocking_facade as facade
from sysvirt._session.blocking import BlockingPump
from sysvirt._session.core import Session
from sysvirt import Connection, Domain, connect
from sysvirt.errors import AgentCommandFailed, ArgumentUnsupported, CallTimeout, NoDomain, OperationInvalid
from sysvirt.events import LifecycleEvent
from tests.api.backups import PM1_CONTROL, SLEEP_S5, pull_xml
from tests.conformance.recorder import Recorder
from tests.faults_real.helpers import one_release, stopped

from ..refusals import NOT_RUNNING, refused
from ..stuck import stuck
from .in_vain import in_vain

REGISTER, DEREGISTER = (f"CONNECT_DOMAIN_EVENT_CALLBACK_{what}_ANY" for what in ("REGISTER", "DEREGISTER"))
STATE, AGENT, ADDRESSES, JOB, RUN = (
    f"DOMAIN_{what}"
    for what in ("GET_STATE", "GET_TIME", "INTERFACE_ADDRESSES", "GET_JOB_INFO", "LOOKUP_BY_UUID")
)
FROM_AGENT = Domain.INTERFACE_ADDRESSES_SRC_AGENT
#: Long enough for the slowest machine; no wait here is to come to it.
LONG = 120


class Answers:
    """What a connection was answered: how often, and what is done when the next answer has come."""

    def __init__(self, conn: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count: Counter[str] = Counter()
        #: Called right after an answer of this procedure, before whoever asked goes on.
        self.then: dict[str, Callable[[], object]] = {}
        call: Any = BlockingPump.call

        def noting(pump: BlockingPump, procedure: Any, *args: Any) -> Any:
            asked = 1
            try:
                return call(pump, procedure, *args)
            except CallTimeout as error:
                asked = int(error.sent != "no")  # the late answer to one that was sent is undone
                raise
            finally:
                if pump is conn._pump:
                    if then := self.then.pop(procedure.name, None):
                        then()
                    self.count[procedure.name] += asked

        monkeypatch.setattr(BlockingPump, "call", noting)
        make: Any = Session.make_call_no_reply

        def counting(session: Session, procedure: Any, *args: Any) -> Any:
            if session is conn._pump.session:
                self.count[procedure.name] += 1
            return make(session, procedure, *args)

        monkeypatch.setattr(Session, "make_call_no_reply", counting)

    def more(self, procedure: str, what: Callable[[], object] | None = None) -> None:
        """Returns when one more answer of the procedure has come."""
        before = self.count[procedure]
        if what is not None:
            what()
        while self.count[procedure] == before:
            facade.sleep(0.01)


@pytest.fixture
def conn(host: Host) -> Iterator[Connection]:
    """A connection of the test's own."""
    with connect(host.uri, timeout=60) as connection:
        yield connection


@pytest.fixture(autouse=True)
def answers(conn: Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[Answers]:
    """What the connection was answered; after the test nothing is registered at the daemon any more."""
    found = Answers(conn, monkeypatch)
    yield found
    conn.get_hostname()  # late answers have come by then
    assert found.count[REGISTER] == found.count[DEREGISTER]
    assert conn._channel.router.registrations == {}


@pytest.fixture
def transient(host: Host, conn: Connection) -> Iterator[Domain]:
    """A fresh guest without a definition, which runs its firmware."""
    name = unique_name("transient")
    yield conn.create_domain(firmware_xml(host, name))
    host.remove(name)


def begun(answers: Answers, look: str, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """A wait that has looked, and goes on."""
    before = answers.count[look]
    job = facade.spawn(function, *args, **options)
    while answers.count[look] == before and not job.done:
        facade.sleep(0.01)
    return job


def ask_only_on_events(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on waits ask again because of events only."""
    home = Domain.wait_for_agent.__module__
    for name in ("_ASK_AGAIN_SECONDS", "_POLL_SECONDS"):
        monkeypatch.setattr(f"{home}.{name}", 10 * LONG)


def kill(host: Host, name: str) -> None:
    """Ends a guest's QEMU as a crash does."""
    os.kill(host.guest_pid(name), signal.SIGKILL)


def power_off(host: Host, name: str) -> None:
    """Ends a guest as its system does: by itself."""
    with suppress(subprocess.CalledProcessError):  # QEMU may end before it has answered
        hmp(host, name, f"o /h {PM1_CONTROL:#x} {SLEEP_S5:#x}")


# --- the state -------------------------------------------------------------------------------------

CHANGES = (
    ("start", Domain.STATE_RUNNING, "running (booted)"),
    ("suspend", Domain.STATE_PAUSED, "paused (user)"),
    ("resume", Domain.STATE_RUNNING, "running (unpaused)"),
    ("destroy", Domain.STATE_SHUTOFF, "shut off (destroyed)"),
)


def test_states(host: Host, dom: Domain, answers: Answers, observed: Recorder) -> None:
    name = dom.get_name()
    for change, state, said in CHANGES:
        waiting = begun(answers, STATE, dom.wait_for_state, state, timeout=LONG)
        assert not waiting.done
        host.virsh(change, name)
        assert waiting.result() == dom.get_state()
        assert host.virsh("domstate", name, "--reason") == said
    observed("wait_for_state", "what virsh did meanwhile, and virsh domstate")
    assert dom.wait_for_state(Domain.STATE_PAUSED, Domain.STATE_SHUTOFF) == dom.get_state()


@pytest.mark.parametrize("moment", [REGISTER, STATE])
def test_states_that_come_as_the_wait_begins(
    host: Host, dom: Domain, answers: Answers, moment: str
) -> None:
    for change, state, said in CHANGES:
        answers.then[moment] = partial(host.virsh, change, dom.get_name())
        assert dom.wait_for_state(state, timeout=LONG) == dom.get_state()
        assert host.virsh("domstate", dom.get_name(), "--reason") == said


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (lambda host, name: host.virsh("destroy", name), Domain.STATE_SHUTOFF_DESTROYED),
        (power_off, Domain.STATE_SHUTOFF_SHUTDOWN),
        (kill, Domain.STATE_SHUTOFF_CRASHED),
    ],
    ids=["destroyed", "off", "crashed"],
)
def test_the_end_and_its_reason(
    host: Host,
    running: Domain,
    transient: Domain,
    answers: Answers,
    end: Callable[[Host, str], object],
    reason: object,
) -> None:
    """The same of a guest that is gone then, where only an event tells it."""
    for dom in (running, transient):
        waiting = begun(answers, STATE, dom.wait_for_state, Domain.STATE_SHUTOFF, timeout=LONG)
        end(host, dom.get_name())
        assert waiting.result() == (Domain.STATE_SHUTOFF, reason)
    assert host.virsh("list", "--all", "--name").split().count(transient.get_name()) == 0
    assert running.get_state() == (Domain.STATE_SHUTOFF, reason)


@pytest.mark.parametrize("moment", [REGISTER, STATE])
def test_a_guest_that_goes_as_the_wait_begins(
    host: Host, transient: Domain, answers: Answers, moment: str
) -> None:
    answers.then[moment] = partial(host.virsh, "destroy", transient.get_name())
    state, reason = transient.wait_for_state(Domain.STATE_SHUTOFF, timeout=LONG)
    assert state == Domain.STATE_SHUTOFF
    # The event that tells may come after the guest has gone; only of one that was seen it is waited for.
    assert reason == Domain.STATE_SHUTOFF_DESTROYED or moment == REGISTER
    with pytest.raises(NoDomain):
        transient.wait_for_state(Domain.STATE_RUNNING, timeout=LONG)


def test_a_guest_that_goes_instead(host: Host, transient: Domain, answers: Answers) -> None:
    waiting = begun(answers, STATE, transient.wait_for_state, Domain.STATE_PAUSED, timeout=LONG)
    kill(host, transient.get_name())
    with pytest.raises(NoDomain):
        waiting.result()


def test_a_state_that_does_not_come(host: Host, conn: Connection, running: Domain) -> None:
    in_vain(
        lambda limit: running.wait_for_state(Domain.STATE_SHUTOFF, timeout=limit),
        f"waited in vain for its state of {running.get_name()!r}: it is RUNNING",
    )
    with pytest.raises(CallTimeout), conn.timeout(0.2):
        running.wait_for_state(Domain.STATE_SHUTOFF)


def test_nothing_comes_after_it(host: Host, conn: Connection, running: Domain) -> None:
    """Neither after it has come to its end, nor after it was given up."""
    name = running.get_name()
    running.wait_for_state(Domain.STATE_RUNNING, timeout=LONG)
    with pytest.raises(CallTimeout):
        running.wait_for_state(Domain.STATE_SHUTOFF, timeout=0.05)
    with connect(host.uri, timeout=60) as other, other.events(Domain.EVENT_ID_LIFECYCLE) as events:
        while conn._pump.session.pending or conn._channel.router.registrations:
            conn.get_hostname()  # what was given up is taken back, when its answer has come
        before = conn._pump.session.received
        host.virsh("suspend", name)
        # The daemon serves who subscribed first first.
        for event in events:
            if isinstance(event, LifecycleEvent) and event.domain.get_name() == name:
                break
        conn.get_hostname()
        assert conn._pump.session.received == before + 1


# --- the agent -------------------------------------------------------------------------------------


def test_an_agent_from_its_guest_s_start_to_its_end(
    host: Host, conn: Connection, answers: Answers, observed: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = unique_name("agent")
    ask_only_on_events(monkeypatch)
    dom = conn.create_domain(guest_xml(host, name))
    try:
        waiting = begun(answers, AGENT, dom.wait_for_agent, LONG)
        assert not agent_answers(host, name)
        assert not waiting.done
        waiting.result()
        assert agent_answers(host, name)
        observed("wait_for_agent", "virsh qemu-agent-command, before and after; the agent started again")

        # It obeys its power button.
        assert dom.shutdown_or_destroy(LONG, Domain.SHUTDOWN_ACPI_POWER_BTN) == (
            Domain.STATE_SHUTOFF_SHUTDOWN
        )
        assert name not in host.virsh("list", "--all", "--name").split()
        observed("shutdown_or_destroy", "a guest that powers off, and one that does not; virsh domstate")
    finally:
        host.remove(name)


def type_inside(host: Host, name: str, command: str) -> None:
    """Run a command in the shell on a guest's console: the agent may be in no state to do it."""
    with sysvirt.connect(host.uri, timeout=LONG) as conn:
        dom = conn.get_domain_by_name(name)
        with dom.console(flags=dom.OPEN_CONSOLE_FORCE) as console:
            console.wait_for_shell()
            console.run(command)


def end_agent(host: Host, name: str) -> None:
    type_inside(host, name, "kill $(cat /run/qemu-ga.pid)")
    until(lambda: "state='disconnected'" in host.virsh("dumpxml", name), "the agent has gone")


def start_agent(host: Host, name: str, command: str) -> None:
    type_inside(host, name, command)
    until(lambda: agent_answers(host, name), "the agent is back")


@pytest.mark.parametrize("moment", ["later", REGISTER, AGENT])
def test_an_agent_that_is_started_again(
    host: Host, linux: Domain, answers: Answers, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = linux.get_name()
    ask_only_on_events(monkeypatch)
    command = run_inside(host, name, "tr '\\0' ' ' </proc/$(cat /run/qemu-ga.pid)/cmdline")
    end_agent(host, name)
    if moment == "later":
        waiting = begun(answers, AGENT, linux.wait_for_agent, LONG)
        assert not waiting.done
        start_agent(host, name, command)
        waiting.result()
    else:
        answers.then[moment] = partial(start_agent, host, name, command)
        linux.wait_for_agent(LONG)
    assert agent_answers(host, name)


def test_an_agent_that_does_not_come(host: Host, conn: Connection, answers: Answers) -> None:
    """The firmware has none; nor does it hear of the guest's end."""
    name = unique_name("mute")
    dom = conn.create_domain(firmware_xml(host, name, extra_devices=AGENT_CHANNEL))
    try:
        in_vain(dom.wait_for_agent, f"waited in vain for the agent of {name!r}: ")
        in_vain(dom.wait_for_agent, "QEMU guest agent is not connected")
        waiting = begun(answers, AGENT, dom.wait_for_agent, LONG)
        host.virsh("destroy", name)
        with pytest.raises((OperationInvalid, NoDomain)):
            waiting.result()
    finally:
        host.remove(name)


def test_an_agent_that_stands_still(host: Host, linux: Domain) -> None:
    """It is connected, and does not answer: the wait ends at its bound, not at the daemon's."""
    name = linux.get_name()
    type_inside(host, name, "kill -STOP $(cat /run/qemu-ga.pid)")
    try:
        with pytest.raises(CallTimeout) as caught:
            linux.wait_for_agent(0.5)
        assert f"the agent of {name!r}" in str(caught.value)
    finally:
        type_inside(host, name, "kill -CONT $(cat /run/qemu-ga.pid)")
        until(lambda: agent_answers(host, name), "the agent is back")


def test_an_agent_that_refuses(host: Host, linux: Domain) -> None:
    """It is there, whatever it refuses; but it will never tell an address."""
    name = linux.get_name()
    command = run_inside(host, name, "tr '\\0' ' ' </proc/$(cat /run/qemu-ga.pid)/cmdline")
    end_agent(host, name)
    start_agent(host, name, f"{command} -b guest-get-time,guest-network-get-interfaces")
    try:
        linux.wait_for_agent(LONG)
        with pytest.raises(AgentCommandFailed):
            linux.wait_for_address(FROM_AGENT, LONG)
    finally:
        end_agent(host, name)
        start_agent(host, name, command)


def test_guests_that_can_have_no_agent(running: Domain, dom: Domain) -> None:
    with refused(ArgumentUnsupported, "argument unsupported: QEMU guest agent is not configured"):
        running.wait_for_agent(LONG)
    running.destroy()
    with refused(OperationInvalid, NOT_RUNNING):
        running.wait_for_agent(LONG)


# --- an address ------------------------------------------------------------------------------------


def dress(host: Host, name: str) -> None:
    run_inside(host, name, "ip address add 10.0.2.15/24 dev eth0")


@pytest.mark.parametrize("moment", ["later", ADDRESSES])
def test_an_address_in_the_guest(
    host: Host, linux: Domain, answers: Answers, moment: str, observed: Recorder
) -> None:
    name = linux.get_name()
    # The network behind gives addresses to whoever speaks IPv6.
    v6 = "/proc/sys/net/ipv6/conf/eth0/disable_ipv6"
    run_inside(host, name, f"[ ! -e {v6} ] || echo 1 >{v6}; ip address flush dev eth0")
    try:
        in_vain(
            lambda limit: linux.wait_for_address(FROM_AGENT, limit),
            f"waited in vain for an address of {name!r}: none is known",
        )
        if moment == "later":
            waiting = begun(answers, ADDRESSES, linux.wait_for_address, FROM_AGENT, LONG)
            assert not waiting.done
            dress(host, name)
            assert waiting.result() == "10.0.2.15"
        else:
            answers.then[moment] = partial(dress, host, name)
            assert linux.wait_for_address(FROM_AGENT, LONG) == "10.0.2.15"
        observed("wait_for_address", "what was given to eth0 in the guest")
    finally:
        run_inside(host, name, f"ip address flush dev eth0; [ ! -e {v6} ] || echo 0 >{v6}")


def test_the_address_that_is_wanted(host: Host, linux: Domain) -> None:
    name = linux.get_name()
    v6 = "/proc/sys/net/ipv6/conf/eth0/disable_ipv6"
    addresses = ("fec0::15/64", "2001:db8::15/64", "169.254.0.15/16", "10.0.2.15/24")
    given = "; ".join(f"ip address add {address} dev eth0" for address in addresses)
    run_inside(host, name, f"echo 0 >{v6}; ip address flush dev eth0; {given}")
    v4, v6_too = Connection.IP_ADDR_TYPE_IPV4, Connection.IP_ADDR_TYPE_IPV6
    try:
        assert linux.wait_for_address(FROM_AGENT, LONG, family=v4) == "10.0.2.15"
        assert linux.wait_for_address(FROM_AGENT, LONG, family=v6_too) == "2001:db8::15"
        assert linux.wait_for_address(FROM_AGENT, LONG) in ("10.0.2.15", "2001:db8::15")
        run_inside(host, name, "for a in 2001:db8::15/64 10.0.2.15/24; do ip address del $a dev eth0; done")
        for family in (v4, v6_too, None):
            in_vain(
                lambda limit: linux.wait_for_address(FROM_AGENT, limit, family=family),  # noqa: B023
                f"waited in vain for an address of {name!r}: none is known",
            )
        assert linux.wait_for_address(FROM_AGENT, LONG, family=v4, local=True) == "169.254.0.15"
        found = linux.wait_for_address(FROM_AGENT, LONG, family=v6_too, local=True)
        assert found.startswith(("fec0:", "fe80:"))
    finally:
        run_inside(host, name, "ip address flush dev eth0")


def test_no_address_of_a_guest_that_ends(host: Host, conn: Connection, answers: Answers) -> None:
    name = unique_name("mute")
    dom = conn.create_domain(firmware_xml(host, name, extra_devices=AGENT_CHANNEL))
    try:
        waiting = begun(answers, ADDRESSES, dom.wait_for_address, FROM_AGENT, LONG)
        kill(host, name)
        with pytest.raises((OperationInvalid, NoDomain)):
            waiting.result()
    finally:
        host.remove(name)


# --- a job -----------------------------------------------------------------------------------------


def test_a_dump_of_virsh(host: Host, running: Domain, answers: Answers, observed: Recorder) -> None:
    name = running.get_name()
    with stuck(host, name, "dump") as dump:
        in_vain(
            running.wait_for_job,
            f"waited in vain for the end of its job of {name!r}: it goes on",
        )
        waiting = begun(answers, JOB, running.wait_for_job, LONG)
        assert not waiting.done
        assert not dump.done()
    kind, stats = waiting.result()
    assert kind == Domain.JOB_COMPLETED
    assert stats["operation"] == Domain.JOB_OPERATION_DUMP
    assert f"Memory processed: {stats['memory_processed'] / 1024:.3f} KiB" in " ".join(
        host.virsh("domjobinfo", name, "--completed", "--keep-completed").split()
    )
    observed("wait_for_job", "jobs of virsh: a dump, a save, a backup that it aborts; virsh domjobinfo")
    assert running.wait_for_job(LONG) == (kind, stats)  # there is none, and the last one is still told


def test_a_save_of_virsh(host: Host, running: Domain, transient: Domain, answers: Answers) -> None:
    """It ends the guest; one without a definition is gone then, with all figures that no event has told."""
    for dom in (running, transient):
        with stuck(host, dom.get_name(), "save"):
            waiting = begun(answers, JOB, dom.wait_for_job, LONG)
            assert not waiting.done
        kind, stats = waiting.result()
        assert kind == Domain.JOB_COMPLETED
        assert ("operation" in stats) or dom is transient
    assert running.get_state() == (Domain.STATE_SHUTOFF, Domain.STATE_SHUTOFF_SAVED)


@pytest.mark.parametrize("moment", ["later", REGISTER, JOB])
def test_a_backup_that_virsh_aborts(
    host: Host, dom_with_disk: Domain, answers: Answers, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dom, name = dom_with_disk, dom_with_disk.get_name()
    ask_only_on_events(monkeypatch)
    dom.create()
    files = [host.files / f"{unique_name('backup')}.{kind}" for kind in ("sock", "scratch")]
    host.virsh("backup-begin", name, "/proc/self/fd/0", input=pull_xml(*files))
    abort = partial(host.virsh, "domjobabort", name)
    if moment == "later":
        waiting = begun(answers, JOB, dom.wait_for_job, LONG)
        assert not waiting.done
        abort()
        kind, stats = waiting.result()
    else:
        answers.then[moment] = abort
        kind, stats = dom.wait_for_job(LONG)
    assert "None" in host.virsh("domjobinfo", name)
    assert (kind, stats["operation"]) == (Domain.JOB_COMPLETED, Domain.JOB_OPERATION_BACKUP)
    said = host.virsh("domjobinfo", name, "--completed", "--keep-completed")
    assert "Backup" in said
    assert stats["errmsg"] in said


def test_a_dump_that_virsh_aborts(host: Host, linux: Domain, answers: Answers) -> None:
    """What comes back is never of the job before."""
    name = linux.get_name()
    file = host.files / f"{name}.dump"
    host.virsh("dump", name, str(file))
    file.unlink()
    assert (linux.wait_for_job(LONG))[0] == Domain.JOB_COMPLETED
    with stuck(host, name, "dump") as dump:
        waiting = begun(answers, JOB, linux.wait_for_job, LONG)
        host.virsh("domjobabort", name)
    with pytest.raises(subprocess.CalledProcessError):
        dump.result()
    kind, stats = waiting.result()
    assert (kind, dict(stats)) == (Domain.JOB_NONE, {})


def test_a_dump_that_leaves_no_figures(host: Host, running: Domain, answers: Answers) -> None:
    """One of memory only: what the daemon tells afterwards is of the dump before."""
    name = running.get_name()
    file = host.files / f"{name}.dump"
    host.virsh("dump", name, str(file))
    file.unlink()
    kind, before = running.wait_for_job(LONG)
    assert kind == Domain.JOB_COMPLETED
    with stuck(host, name, "dump", "--memory-only"):
        waiting = begun(answers, JOB, running.wait_for_job, LONG)
        assert not waiting.done
    kind, stats = waiting.result()
    assert kind in (Domain.JOB_COMPLETED, Domain.JOB_NONE)  # NONE: it had ended when it was looked at again
    assert bool(stats) == (kind == Domain.JOB_COMPLETED)
    assert stats != before
    assert running.wait_for_job(LONG) == (Domain.JOB_COMPLETED, before)


def test_no_job_of_a_guest_at_rest(dom: Domain) -> None:
    kind, stats = dom.wait_for_job(LONG)
    assert (kind, dict(stats)) == (Domain.JOB_NONE, {})


# --- the end, whatever comes -----------------------------------------------------------------------


def test_a_guest_that_does_not_obey(host: Host, running: Domain, transient: Domain) -> None:
    """Firmware alone does not know its power button."""
    for dom in (running, transient):
        assert dom.shutdown_or_destroy(0.3) == Domain.STATE_SHUTOFF_DESTROYED
        assert dom.get_id() == -1
    assert host.virsh("domstate", running.get_name(), "--reason") == "shut off (destroyed)"
    assert transient.get_name() not in host.virsh("list", "--all", "--name").split()
    assert running.shutdown_or_destroy(LONG) == Domain.STATE_SHUTOFF_DESTROYED  # and left so


@pytest.mark.parametrize("moment", ["later", RUN, "DOMAIN_SHUTDOWN"])
def test_a_guest_that_ends_in_time(
    host: Host, running: Domain, transient: Domain, answers: Answers, moment: str
) -> None:
    for dom in (running, transient):
        end = partial(power_off, host, dom.get_name())
        if moment == "later":
            waiting = begun(answers, "DOMAIN_SHUTDOWN", dom.shutdown_or_destroy, LONG)
            end()
            reason = waiting.result()
        else:
            answers.then[moment] = end
            reason = dom.shutdown_or_destroy(LONG)
        assert reason == Domain.STATE_SHUTOFF_SHUTDOWN, dom


def test_a_guest_that_has_ended(host: Host, running: Domain, transient: Domain) -> None:
    """It is left so: also one that is gone."""
    for dom in (running, transient):
        host.virsh("destroy", dom.get_name())
    assert running.shutdown_or_destroy(LONG) == Domain.STATE_SHUTOFF_DESTROYED
    assert transient.shutdown_or_destroy(LONG) == Domain.STATE_SHUTOFF_UNKNOWN
    assert transient.get_id() == -1


def test_a_guest_that_is_started_again(host: Host, running: Domain, answers: Answers) -> None:
    """What runs then was not asked to end."""
    name = running.get_name()
    host.virsh("suspend", name)  # so that it can't obey

    def again() -> None:
        host.virsh("destroy", name)
        host.virsh("start", name)

    answers.then["DOMAIN_SHUTDOWN"] = again
    assert running.shutdown_or_destroy(LONG) == Domain.STATE_SHUTOFF_DESTROYED
    assert host.virsh("domstate", name) == "running"


@one_release
def test_a_guest_that_is_stuck(host: Host, conn: Connection, running: Domain) -> None:
    """Its QEMU does not even take what is asked; it is destroyed all the same."""
    name = running.get_name()
    with stopped(host, name):
        assert running.shutdown_or_destroy(0.5) == Domain.STATE_SHUTOFF_DESTROYED
    assert host.virsh("domstate", name, "--reason") == "shut off (destroyed)"


def test_a_guest_that_cannot_be_asked(host: Host, running: Domain) -> None:
    with refused(ArgumentUnsupported, "argument unsupported: QEMU guest agent is not configured"):
        running.shutdown_or_destroy(LONG, Domain.SHUTDOWN_GUEST_AGENT)
    assert host.virsh("domstate", running.get_name()) == "running"
