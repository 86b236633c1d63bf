"""What guests that run no system make happen: each detail of their lives, their clock, their watchdog."""

from __future__ import annotations

import os
import signal
import time

import pytest

from rig.guest import firmware_xml, unique_name
from rig.host import Host
from sysvirt._generated.constants import DomainEventID
from sysvirt._session.aio_facade import sleep, spawn
from sysvirt.aio import Connection, Domain
from sysvirt.errors import NoSupport
from sysvirt.events import (
    OLDER_TWINS,
    Event,
    LifecycleEvent,
    MetadataChangeEvent,
    PMSuspendDiskEvent,
    PMSuspendEvent,
    PMWakeupEvent,
    RebootEvent,
    RTCChangeEvent,
    WatchdogEvent,
)
from tests.conformance.recorder import Recorder

from ..machine import (
    BARK,
    CRASH_LOADED,
    HIBERNATE,
    OFF,
    PANIC,
    PANIC_DEVICE,
    SECOND_OF_THE_MONTH,
    SLEEP,
    SLEEPING,
    WATCHDOG,
    define_writing,
    rtc,
)
from ..virsh_events import kinds
from .watching import Watch

#: What a watchdog does, and how its event says it.
WATCHDOGS = {
    "none": Domain.EVENT_WATCHDOG_NONE,
    "pause": Domain.EVENT_WATCHDOG_PAUSE,
    "reset": Domain.EVENT_WATCHDOG_RESET,
    "poweroff": Domain.EVENT_WATCHDOG_POWEROFF,
    "shutdown": Domain.EVENT_WATCHDOG_SHUTDOWN,
    "dump": Domain.EVENT_WATCHDOG_PAUSE,  # libvirt has QEMU do that, and sees to the rest
    "inject-nmi": Domain.EVENT_WATCHDOG_INJECTNMI,
}

pytestmark = pytest.mark.slow


async def test_a_life(host: Host, conn: Connection, made: list[str], observed: Recorder) -> None:
    """Defined, changed, renamed, started, paused, ended, removed: whoever does it."""
    name, other = unique_name("life"), unique_name("life")
    made += [name, other]
    async with Watch(host, conn) as watch:

        async def seen(event: int, detail: int, cause: str) -> None:
            observed.event(await watch.next(LifecycleEvent, event=event, detail=detail), cause)

        dom = await conn.define_domain(firmware_xml(host, name))
        await seen(Domain.EVENT_DEFINED, Domain.EVENT_DEFINED_ADDED, "define_domain")
        host.define(host.virsh("dumpxml", name))
        await seen(Domain.EVENT_DEFINED, Domain.EVENT_DEFINED_UPDATED, "virsh define, of what is there")
        await dom.rename(other)
        await seen(Domain.EVENT_UNDEFINED, Domain.EVENT_UNDEFINED_RENAMED, "rename")
        await seen(Domain.EVENT_DEFINED, Domain.EVENT_DEFINED_RENAMED, "rename")
        await dom.create()
        await seen(Domain.EVENT_STARTED, Domain.EVENT_STARTED_BOOTED, "create")
        host.virsh("suspend", other)
        await seen(Domain.EVENT_SUSPENDED, Domain.EVENT_SUSPENDED_PAUSED, "virsh suspend")
        await dom.resume()
        await seen(Domain.EVENT_RESUMED, Domain.EVENT_RESUMED_UNPAUSED, "resume")
        await dom.destroy()
        await seen(Domain.EVENT_STOPPED, Domain.EVENT_STOPPED_DESTROYED, "destroy")
        host.virsh("undefine", other)
        await seen(Domain.EVENT_UNDEFINED, Domain.EVENT_UNDEFINED_REMOVED, "virsh undefine")


async def test_a_system_that_ends(host: Host, conn: Connection, made: list[str], observed: Recorder) -> None:
    """By itself, or because somebody kills its QEMU."""
    name = define_writing(host, OFF)
    killed = unique_name("killed")
    host.define(firmware_xml(host, killed))
    made += [name, killed]
    async with Watch(host, conn) as watch:
        dom = await conn.get_domain_by_name(name)
        await dom.create()
        off = await watch.next(
            LifecycleEvent, dom, event=Domain.EVENT_SHUTDOWN, detail=Domain.EVENT_SHUTDOWN_GUEST
        )
        observed.event(off, "the guest switches itself off")
        stopped = await watch.next(LifecycleEvent, dom, event=Domain.EVENT_STOPPED)
        assert stopped.detail == Domain.EVENT_STOPPED_SHUTDOWN
        assert host.virsh("domstate", name, "--reason") == "shut off (shutdown)"
        observed.event(stopped, "the guest switches itself off: virsh domstate")

        host.virsh("start", killed)
        os.kill(host.guest_pid(killed), signal.SIGTERM)
        ended = await watch.next(
            LifecycleEvent, event=Domain.EVENT_SHUTDOWN, detail=Domain.EVENT_SHUTDOWN_HOST
        )
        assert ended.domain.get_name() == killed
        observed.event(ended, "SIGTERM for QEMU")
        await watch.next(LifecycleEvent, ended.domain, event=Domain.EVENT_STOPPED)
        host.virsh("start", killed)
        os.kill(host.guest_pid(killed), signal.SIGKILL)
        lost = await watch.next(LifecycleEvent, ended.domain, event=Domain.EVENT_STOPPED)
        assert lost.detail == Domain.EVENT_STOPPED_FAILED
        observed.event(lost, "SIGKILL for QEMU")


async def test_a_system_that_crashes(
    host: Host, conn: Connection, made: list[str], observed: Recorder
) -> None:
    panics = define_writing(host, PANIC, extra_devices=PANIC_DEVICE)
    dumps = define_writing(host, CRASH_LOADED, extra_devices=PANIC_DEVICE)
    made += [panics, dumps]
    async with Watch(host, conn) as watch:
        dom = await conn.get_domain_by_name(panics)
        await dom.create()
        crashed = await watch.next(LifecycleEvent, dom, event=Domain.EVENT_CRASHED)
        assert crashed.detail == Domain.EVENT_CRASHED_PANICKED
        observed.event(crashed, "the guest tells its panic device")
        stopped = await watch.next(LifecycleEvent, dom, event=Domain.EVENT_STOPPED)
        assert stopped.detail == Domain.EVENT_STOPPED_CRASHED
        assert host.virsh("domstate", panics, "--reason") == "shut off (crashed)"
        observed.event(stopped, "a crash with on_crash destroy: virsh domstate")

        dom = await conn.get_domain_by_name(dumps)
        await dom.create()
        crashed = await watch.next(LifecycleEvent, dom, event=Domain.EVENT_CRASHED)
        assert crashed.detail == Domain.EVENT_CRASHED_CRASHLOADED
        assert host.virsh("domstate", dumps) == "running"
        observed.event(crashed, "the guest tells its panic device that another system deals with it")


async def test_a_system_that_sleeps(
    host: Host, conn: Connection, made: list[str], observed: Recorder
) -> None:
    sleeper = define_writing(host, SLEEP, extra=SLEEPING)
    hibernates = define_writing(host, HIBERNATE, extra=SLEEPING)
    made += [sleeper, hibernates]
    async with Watch(host, conn) as watch:
        dom = await conn.get_domain_by_name(sleeper)
        await dom.create()
        observed.event(await watch.next(PMSuspendEvent, dom, reason=0), "the guest sleeps: virsh domstate")
        asleep = await watch.next(LifecycleEvent, dom, event=Domain.EVENT_PMSUSPENDED)
        assert asleep.detail == Domain.EVENT_PMSUSPENDED_MEMORY
        assert host.virsh("domstate", sleeper) == "pmsuspended"
        observed.event(asleep, "the guest sleeps: virsh domstate")
        host.virsh("dompmwakeup", sleeper)
        observed.event(await watch.next(PMWakeupEvent, dom, reason=0), "virsh dompmwakeup")
        awake = await watch.next(LifecycleEvent, dom, event=Domain.EVENT_STARTED)
        assert awake.detail == Domain.EVENT_STARTED_WAKEUP
        observed.event(awake, "virsh dompmwakeup")

        dom = await conn.get_domain_by_name(hibernates)
        await dom.create()
        observed.event(await watch.next(PMSuspendDiskEvent, dom, reason=0), "the guest sleeps on its disk")
        asleep = await watch.next(LifecycleEvent, dom, event=Domain.EVENT_PMSUSPENDED)
        assert asleep.detail == Domain.EVENT_PMSUSPENDED_DISK
        observed.event(asleep, "the guest sleeps on its disk")
        stopped = await watch.next(LifecycleEvent, dom, event=Domain.EVENT_STOPPED)
        assert stopped.detail == Domain.EVENT_STOPPED_SHUTDOWN


async def test_a_clock(host: Host, conn: Connection, made: list[str], observed: Recorder) -> None:
    """A guest sets its clock to the second of this month."""
    name = define_writing(host, SECOND_OF_THE_MONTH)
    made.append(name)
    async with Watch(host, conn) as watch:
        dom = await conn.get_domain_by_name(name)
        await dom.create()
        event = await watch.next(RTCChangeEvent, dom)
        earliest, shown, latest = int(time.time()), rtc(host, name), int(time.time()) + 1
        assert time.gmtime(shown).tm_mday == 2
        assert shown - latest <= event.utcoffset <= shown - earliest
        observed.event(event, "the guest sets the day: QMP rtc-time")


async def test_watchdogs(host: Host, conn: Connection, made: list[str], observed: Recorder) -> None:
    """One of each kind: what it does is told, and done."""
    names = {
        action: define_writing(host, BARK, extra_devices=WATCHDOG.format(action)) for action in WATCHDOGS
    }
    made += names.values()
    doms = {action: await conn.get_domain_by_name(name) for action, name in names.items()}
    async with Watch(host, conn) as watch:
        for dom in doms.values():
            await dom.create()
        for action, member in WATCHDOGS.items():
            event = await watch.next(WatchdogEvent, doms[action], action=member)
            observed.event(event, "the guest enables its watchdog, and doesn't look after it")
        for action in ("pause", "dump"):
            paused = await watch.next(LifecycleEvent, doms[action], event=Domain.EVENT_SUSPENDED)
            assert paused.detail == Domain.EVENT_SUSPENDED_WATCHDOG
        assert host.virsh("domstate", names["pause"], "--reason") == "paused (watchdog)"
        observed.event(paused, "a watchdog with the action pause: virsh domstate")
        await watch.next(LifecycleEvent, doms["dump"], event=Domain.EVENT_RESUMED)
        observed.event(await watch.next(RebootEvent, doms["reset"]), "a watchdog with the action reset")
        stopped = await watch.next(LifecycleEvent, doms["poweroff"], event=Domain.EVENT_STOPPED)
        assert stopped.detail == Domain.EVENT_STOPPED_FAILED


async def test_kinds_that_the_daemon_lacks(host: Host, conn: Connection, observed: Recorder) -> None:
    """They are named when somebody asks for them, and left out when nobody does."""
    for number in DomainEventID:
        text = f"this daemon is too old for events of the kind Domain.EVENT_ID_{number.name}"
        if number >= len(kinds(host)):
            with pytest.raises(NoSupport, match=text) as refusal:
                await conn.domain_event_register_any(None, number, print)
            observed.event_refusal(f"EVENT_ID_{number.name}", refusal.value)
            with pytest.raises(NoSupport, match=text):
                async with conn.events(Domain.EVENT_ID_LIFECYCLE, number):
                    pass
    async with conn.events() as events:
        assert len(events._subscriptions) == len(kinds(host)) - len(OLDER_TWINS)


async def test_many_who_ask_for_the_same_at_once(host: Host, conn: Connection, dom: Domain) -> None:
    """The daemon has each kind once at most for a connection: they share it, and who comes later too."""
    called: list[Event[Connection, Domain]] = []
    for number in range(5):
        register = conn.domain_event_register_any
        jobs = [spawn(register, None, Domain.EVENT_ID_METADATA_CHANGE, called.append) for _ in range(5)]
        ids = [await job.result() for job in jobs]
        before = len(called)
        host.virsh("desc", dom.get_name(), f"for the time {number}")
        while len(called) < before + 5:
            await sleep(0.01)
        assert called[before:] == [called[before]] * 5
        for job in [spawn(conn.domain_event_deregister_any, callback_id) for callback_id in ids]:
            await job.result()


async def test_one_guest_of_two(
    host: Host, conn: Connection, dom: Domain, dom_with_disk: Domain, observed: Recorder
) -> None:
    """Events of one guest, of every kind, by a loop and a callback; and by the older pair, of both."""
    one, two = dom, dom_with_disk
    called: list[Event[Connection, Domain]] = []
    older: list[Event[Connection, Domain]] = []
    changes = Domain.EVENT_ID_METADATA_CHANGE
    number = await conn.domain_event_register_any(one, changes, called.append)
    await conn.domain_event_register(older.append)
    async with conn.events(domain=one) as events:
        for guest in (two, one):
            await guest.create()
            host.virsh("desc", guest.get_name(), "what it is for")
            await guest.destroy()
        seen = [await events.next_event(60)]
        while not (isinstance(seen[-1], LifecycleEvent) and seen[-1].event == Domain.EVENT_STOPPED):
            seen.append(await events.next_event(60))
        while not any(ends(event, one) for event in older):
            await sleep(0.01)
    assert {event.domain for event in seen if isinstance(event, Event)} == {one}
    assert called == [event for event in seen if isinstance(event, MetadataChangeEvent)] != []
    lives = [event for event in seen if isinstance(event, LifecycleEvent)]
    assert [event for event in older if event.domain == one] == lives
    others = [event.detail for event in older if isinstance(event, LifecycleEvent) and event.domain == two]
    assert others == [event.detail for event in lives]
    await conn.domain_event_deregister_any(number)
    await conn.domain_event_deregister()
    host.virsh("desc", one.get_name(), "something else")
    host.virsh("start", one.get_name())
    assert (len(called), len(older)) == (1, 2 * len(lives))


def ends(event: Event[Connection, Domain], dom: Domain) -> bool:
    """Whether this guest has ended."""
    return isinstance(event, LifecycleEvent) and (event.domain, event.event) == (dom, Domain.EVENT_STOPPED)
