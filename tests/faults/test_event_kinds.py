"""Every kind of event, as its message comes, and what becomes of it; kinds that the daemon is too old for."""

from __future__ import annotations

import threading
from typing import Any

import pytest

import sysvirt
from sysvirt import Domain, Error, InvalidArgument, NoSupport, events
from sysvirt._enum_bases import Mask, Value
from sysvirt._generated.constants import DomainEventID
from sysvirt.testing import FakeDaemon, ReceivedCall, typed_params
from tests.faults.conversation import GUEST
from tests.faults.faces import PATIENCE, Face, Script
from tests.faults.waits import entered

LOCAL, REMOTE = (0, "127.0.0.1", "5900"), (1, "::1", "40000")

#: By event id: the message behind the guest, the record, and the record's fields behind the guest.
KINDS: dict[int, tuple[tuple[object, ...], str, dict[str, object]]] = {
    Domain.EVENT_ID_LIFECYCLE: (
        (5, 4),
        "LifecycleEvent",
        {"event": Domain.EVENT_STOPPED, "detail": Domain.EVENT_STOPPED_SAVED},
    ),
    Domain.EVENT_ID_REBOOT: ((), "RebootEvent", {}),
    Domain.EVENT_ID_RTC_CHANGE: ((-7200,), "RTCChangeEvent", {"utcoffset": -7200}),
    Domain.EVENT_ID_WATCHDOG: ((2,), "WatchdogEvent", {"action": Domain.EVENT_WATCHDOG_RESET}),
    Domain.EVENT_ID_IO_ERROR: (
        ("/a", "virtio-disk0", 1),
        "IOErrorEvent",
        {"src_path": "/a", "dev_alias": "virtio-disk0", "action": Domain.EVENT_IO_ERROR_PAUSE},
    ),
    Domain.EVENT_ID_GRAPHICS: (
        (1, LOCAL, REMOTE, "vnc", [("saslUsername", "somebody"), ("x509dname", "CN=somebody")]),
        "GraphicsEvent",
        {
            "phase": Domain.EVENT_GRAPHICS_INITIALIZE,
            "local": events.GraphicsAddress(Domain.EVENT_GRAPHICS_ADDRESS_IPV4, "127.0.0.1", "5900"),
            "remote": events.GraphicsAddress(Domain.EVENT_GRAPHICS_ADDRESS_IPV6, "::1", "40000"),
            "auth_scheme": "vnc",
            "identities": [
                events.GraphicsIdentity("saslUsername", "somebody"),
                events.GraphicsIdentity("x509dname", "CN=somebody"),
            ],
        },
    ),
    Domain.EVENT_ID_IO_ERROR_REASON: (
        ("/a", "ide0-0-0", 2, "enospc"),
        "IOErrorReasonEvent",
        {
            "src_path": "/a",
            "dev_alias": "ide0-0-0",
            "action": Domain.EVENT_IO_ERROR_REPORT,
            "reason": "enospc",
        },
    ),
    Domain.EVENT_ID_CONTROL_ERROR: ((), "ControlErrorEvent", {}),
    Domain.EVENT_ID_BLOCK_JOB: (
        ("/a", 1, 3),
        "BlockJobEvent",
        {"path": "/a", "type": Domain.BLOCK_JOB_TYPE_PULL, "status": Domain.BLOCK_JOB_READY},
    ),
    Domain.EVENT_ID_DISK_CHANGE: (
        ("/old", None, "sata0-0-0", 1),
        "DiskChangeEvent",
        {
            "old_src_path": "/old",
            "new_src_path": None,
            "dev_alias": "sata0-0-0",
            "reason": Domain.EVENT_DISK_DROP_MISSING_ON_START,
        },
    ),
    Domain.EVENT_ID_TRAY_CHANGE: (
        ("sata0-0-0", 1),
        "TrayChangeEvent",
        {"dev_alias": "sata0-0-0", "reason": Domain.EVENT_TRAY_CHANGE_CLOSE},
    ),
    Domain.EVENT_ID_PMWAKEUP: ((3,), "PMWakeupEvent", {"reason": 3}),
    Domain.EVENT_ID_PMSUSPEND: ((0,), "PMSuspendEvent", {"reason": 0}),
    Domain.EVENT_ID_BALLOON_CHANGE: ((2**40,), "BalloonChangeEvent", {"actual": 2**40}),
    Domain.EVENT_ID_PMSUSPEND_DISK: ((0,), "PMSuspendDiskEvent", {"reason": 0}),
    Domain.EVENT_ID_DEVICE_REMOVED: (("net1",), "DeviceRemovedEvent", {"dev_alias": "net1"}),
    Domain.EVENT_ID_BLOCK_JOB_2: (
        ("vda", 5, 2),
        "BlockJob2Event",
        {"dst": "vda", "type": Domain.BLOCK_JOB_TYPE_BACKUP, "status": Domain.BLOCK_JOB_CANCELED},
    ),
    Domain.EVENT_ID_TUNABLE: (
        (typed_params({"cputune.vcpupin1": "0-3", "cputune.cpu_shares": 1024}),),
        "TunableEvent",
        {"params": {"cputune.vcpupin1": "0-3", Domain.TUNABLE_CPU_CPU_SHARES: 1024}},
    ),
    Domain.EVENT_ID_AGENT_LIFECYCLE: (
        (2, 1),
        "AgentLifecycleEvent",
        {
            "state": Domain.EVENT_AGENT_LIFECYCLE_STATE_DISCONNECTED,
            "reason": Domain.EVENT_AGENT_LIFECYCLE_REASON_DOMAIN_STARTED,
        },
    ),
    Domain.EVENT_ID_DEVICE_ADDED: (("net1",), "DeviceAddedEvent", {"dev_alias": "net1"}),
    Domain.EVENT_ID_MIGRATION_ITERATION: ((7,), "MigrationIterationEvent", {"iteration": 7}),
    Domain.EVENT_ID_JOB_COMPLETED: (
        (typed_params({"time_elapsed": 5, "success": True}),),
        "JobCompletedEvent",
        {"params": {Domain.JOB_TIME_ELAPSED: 5, Domain.JOB_SUCCESS: True}},
    ),
    Domain.EVENT_ID_DEVICE_REMOVAL_FAILED: (("net1",), "DeviceRemovalFailedEvent", {"dev_alias": "net1"}),
    Domain.EVENT_ID_METADATA_CHANGE: (
        (2, "http://example.com/x"),
        "MetadataChangeEvent",
        {"type": Domain.METADATA_ELEMENT, "nsuri": "http://example.com/x"},
    ),
    Domain.EVENT_ID_BLOCK_THRESHOLD: (
        ("vda[1]", None, 2**32, 65536),
        "BlockThresholdEvent",
        {"dev": "vda[1]", "path": None, "threshold": 2**32, "excess": 65536},
    ),
    Domain.EVENT_ID_MEMORY_FAILURE: (
        (1, 1, 3),
        "MemoryFailureEvent",
        {
            "recipient": Domain.EVENT_MEMORY_FAILURE_RECIPIENT_GUEST,
            "action": Domain.EVENT_MEMORY_FAILURE_ACTION_INJECT,
            "flags": Domain.MEMORY_FAILURE_ACTION_REQUIRED | Domain.MEMORY_FAILURE_RECURSIVE,
        },
    ),
    Domain.EVENT_ID_MEMORY_DEVICE_SIZE_CHANGE: (
        ("virtiomem0", 131072),
        "MemoryDeviceSizeChangeEvent",
        {"alias": "virtiomem0", "size": 131072},
    ),
    Domain.EVENT_ID_NIC_MAC_CHANGE: (
        ("net0", "52:54:00:00:00:01", "52:54:00:00:00:02"),
        "NICMACChangeEvent",
        {"alias": "net0", "old_mac": "52:54:00:00:00:01", "new_mac": "52:54:00:00:00:02"},
    ),
    Domain.EVENT_ID_VCPU_REMOVED: ((3,), "VcpuRemovedEvent", {"vcpuid": 3}),
    Domain.EVENT_ID_CHANNEL_LIFECYCLE: (
        ("org.example.0", 1, 2),
        "ChannelLifecycleEvent",
        {
            "channel_name": "org.example.0",
            "state": Domain.EVENT_CHANNEL_LIFECYCLE_STATE_CONNECTED,
            "reason": Domain.EVENT_CHANNEL_LIFECYCLE_REASON_CHANNEL,
        },
    ),
}

LAST = 0x7FFFFFFF


def test_they_are_all_here() -> None:
    assert list(KINDS) == list(DomainEventID)
    records = {record for _, record, _ in KINDS.values()}
    assert records == {
        name
        for name in events.__all__
        if name.endswith("Event") and name not in ("Event", "AnyEvent", "ConnectionClosedEvent")
    }


@pytest.mark.parametrize("number", KINDS, ids=lambda number: DomainEventID(number).name)
def test_each_kind(face: Face, daemon: FakeDaemon, number: int) -> None:
    """In a loop and through a callback."""
    details, name, fields = KINDS[number]
    called: list[Any] = []
    has_come = threading.Event()

    def note(event: Any) -> None:
        called.append(event)
        has_come.set()

    def script() -> Script[Any]:
        conn = yield lambda: face.connect(daemon)
        stream = conn.events(number)
        yield lambda: entered(stream)
        yield lambda: conn.domain_event_register_any(None, number, note)
        daemon.emit(number, GUEST, *details)
        event = yield stream.next_event
        assert (yield lambda: face.wait(lambda: has_come.wait(PATIENCE)))
        assert event.connection is conn
        assert event.domain.get_name() == GUEST[0]
        assert event.domain.get_uuid() == GUEST[1]
        yield stream.close
        yield conn.close
        return event

    event = face.run(script())
    assert type(event) is getattr(sysvirt, name)
    assert isinstance(event, sysvirt.Event)
    found: dict[str, object] = {name: getattr(event, name) for name in event.__match_args__}
    assert list(found) == ["connection", "domain", *fields]
    for field, value in fields.items():
        assert found[field] == value
        assert type(found[field]) is type(value)
    assert called == [event]


@pytest.mark.parametrize(
    "number", [n for n, (_, _, fields) in KINDS.items() if any(isinstance(v, Value) for v in fields.values())],
    ids=lambda number: DomainEventID(number).name,
)  # fmt: skip
def test_values_that_are_newer_than_this_release(face: Face, daemon: FakeDaemon, number: int) -> None:
    """They come through as members with made-up names, or as numbers."""
    details, _, fields = KINDS[number]
    numbers = [LAST if isinstance(value, int) else value for value in details]

    def script() -> Script[Any]:
        conn = yield lambda: face.connect(daemon)
        stream = conn.events(number)
        yield lambda: entered(stream)
        daemon.emit(number, GUEST, *numbers)
        event = yield stream.next_event
        yield stream.close
        yield conn.close
        return event

    event = face.run(script())
    for field, value in fields.items():
        if isinstance(value, Value | Mask):
            found = getattr(event, field)
            assert found == LAST
            if number != Domain.EVENT_ID_LIFECYCLE or field == "event":
                assert type(found) is type(value)


def test_all_of_them(face: Face, daemon: FakeDaemon) -> None:
    """Without ids every kind is there but the older of two that tell the same, in the order in which they came."""

    def script() -> Script[list[Any]]:
        conn = yield lambda: face.connect(daemon)
        stream = conn.events()
        yield lambda: entered(stream)
        for number in reversed(KINDS):
            daemon.emit(number, GUEST, *KINDS[number][0])
        got: list[Any] = yield face.repeat(stream.next_event, len(KINDS) - 2)
        yield stream.close
        yield conn.close
        return got

    names = [type(event).__name__ for event in face.run(script())]
    expected = [name for _, name, _ in reversed(KINDS.values())]
    assert names == [name for name in expected if name not in ("IOErrorEvent", "BlockJobEvent")]


class OldDaemon:
    """Answers to registrations as libvirt 9.0 does."""

    def __init__(self, daemon: FakeDaemon) -> None:
        self._number = 0
        daemon.on("CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY", self._register)

    def _register(self, call: ReceivedCall) -> object:
        event_id = call.args[0]
        if event_id > Domain.EVENT_ID_MEMORY_DEVICE_SIZE_CHANGE:
            raise Error(f"internal error: unsupported event ID {event_id}", 1, 7)
        self._number += 1
        call.client.registered[self._number] = (event_id, None)
        return self._number


def test_a_daemon_that_is_too_old(face: Face, daemon: FakeDaemon) -> None:
    """Is asked for what it has; asked for more it names what it lacks, and the stream can be tried again."""
    OldDaemon(daemon)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        stream = conn.events()
        yield lambda: entered(stream)
        assert len(stream._subscriptions) == 25
        daemon.emit(26, GUEST, "virtiomem0", 1)
        assert (yield stream.next_event).alias == "virtiomem0"
        yield stream.close
        stream = conn.events(Domain.EVENT_ID_REBOOT, Domain.EVENT_ID_NIC_MAC_CHANGE)
        for _ in range(2):
            try:
                yield lambda: entered(stream)
                raise AssertionError("it has no such event")
            except NoSupport as error:
                assert "Domain.EVENT_ID_NIC_MAC_CHANGE" in str(error)  # noqa: PT017
            assert not stream._subscriptions
        try:
            yield lambda: conn.domain_event_register_any(None, 29, print)
            raise AssertionError("it has no such event")
        except NoSupport as error:
            assert "Domain.EVENT_ID_CHANNEL_LIFECYCLE" in str(error)  # noqa: PT017
        yield stream.close
        yield conn.close

    face.run(script())


def test_a_driver_without_events(face: Face, daemon: FakeDaemon) -> None:
    daemon.on(
        "CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY", NoSupport("not supported by the connection driver")
    )

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        stream = conn.events()
        try:
            yield stream.next_event
            raise AssertionError("there are none")
        except NoSupport as error:
            assert "connection driver" in str(error)  # noqa: PT017
        yield conn.close

    face.run(script())


def test_ids_that_are_none(face: Face, daemon: FakeDaemon) -> None:
    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        for wrong in (30, -1, "0", True, None):
            with pytest.raises(InvalidArgument, match="event_id"):
                conn.events(0, wrong)
        yield conn.close

    face.run(script())
    assert not daemon.received("CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY")
