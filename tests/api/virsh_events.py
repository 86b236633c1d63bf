"""What libvirt's own client says of events, and the same in its words for ours."""

from __future__ import annotations

import re
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from rig.guest import unique_name
from rig.host import Host
from rig.wait import until
from sysvirt import events
from sysvirt._protocol.table import remote
from tests.conformance.recorder import event_id
from tests.wire.recorder import Recorder

_REPLY, _OK = 1, 0


class Said(NamedTuple):
    """One event, as virsh tells it."""

    kind: str
    guest: str
    text: str


@cache
def kinds(host: Host) -> list[str]:
    """virsh's names of all kinds of events that this host's libvirt has; the id of each is its place."""
    return host.virsh("event", "--list").split()


class VirshEvents:
    """`virsh event` beside a test. From the moment that it is started it misses none."""

    def __init__(self, host: Host) -> None:
        name = unique_name("events")
        self._host = host
        self._output = Path(host.files / f"{name}.said")
        self._socket = host.files / f"{name}.sock"
        self._running = ExitStack()

    def start(self) -> None:
        self._recorder = self._running.enter_context(Recorder(self._socket, self._host.socket))
        uri = f"qemu+unix:///system?socket={self._socket}"
        command = ("virsh", "--quiet", "--connect", uri, "event", "--all", "--loop")
        with open(self._output, "w") as output:
            process = self._host.start(*command, output=output)
        self._running.callback(process.communicate)
        until(self._listens, "virsh has asked for events of every kind")

    def close(self) -> None:
        self._running.close()

    def said(self) -> list[Said]:
        """What it has said so far."""
        found: list[Said] = []
        for part in re.split(r"^(?=event ')", self._output.read_text(), flags=re.MULTILINE)[1:]:
            if not part.endswith("\n"):
                break  # it is still being written
            match = re.fullmatch(r"event '(\S+)' for domain '?(\S+?)'?(?::|(?= )|\n)(.*)", part, re.DOTALL)
            assert match is not None, part
            text = " ".join(match[3].split())
            # Newer ones call both kinds by one name.
            kind = "io-error-reason" if match[1] == "io-error" and "due to" in text else match[1]
            found.append(Said(kind, match[2], text))
        return found

    def _listens(self) -> bool:
        registered = remote.CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY.number
        replies = [f for f in self._recorder.frames() if (f.number, f.kind) == (registered, _REPLY)]
        return sum(reply.status == _OK for reply in replies) == len(kinds(self._host))


def words(host: Host, event: events.Event[Any, Any]) -> Said:
    """How virsh would say what a record says."""
    return Said(kinds(host)[event_id(event)], event.domain.get_name(), " ".join(_text(event).split()))


def _text(event: events.Event[Any, Any]) -> str:
    match event:
        case events.LifecycleEvent(event=kind, detail=detail):
            text = _DETAILS.get(detail.name) or detail.name.replace("_", " ").capitalize()
            return f"{_EVENTS.get(kind.name) or kind.name.capitalize()} {text}"
        case events.RTCChangeEvent(utcoffset=offset):
            return f"{offset}"
        case events.WatchdogEvent(action=action):
            return _word(action)
        case events.IOErrorReasonEvent(src_path=path, dev_alias=alias, action=action, reason=reason):
            return f"{path} ({alias}) {_word(action)} due to {reason}"
        case events.IOErrorEvent(src_path=path, dev_alias=alias, action=action):
            return f"{path} ({alias}) {_word(action)}"
        case events.GraphicsEvent(
            phase=phase, local=local, remote=far, auth_scheme=scheme, identities=people
        ):
            ends = [f"{_word(end.family)} {end.node} {end.service}" for end in (local, far)]
            names = "".join(f"\n{person.type}={person.name}" for person in people)
            return f"{_word(phase)} local[{ends[0]}] remote[{ends[1]}] {scheme}{names}"
        case events.BlockJobEvent(path=disk, type=kind, status=status):
            return f"{_JOBS[kind.name]} for {disk} {_word(status)}"
        case events.BlockJob2Event(dst=disk, type=kind, status=status):
            return f"{_JOBS[kind.name]} for {disk} {_word(status)}"
        case events.DiskChangeEvent(old_src_path=old, new_src_path=new, dev_alias=alias, reason=reason):
            what = "dropped" if reason.name.startswith("DROP") else "changed"
            return f"disk {alias}: {old or '<null>'} -> {new or '<null>'}: {what}"
        case events.TrayChangeEvent(dev_alias=alias, reason=reason):
            return f"disk {alias}: {'opened' if reason.name == 'OPEN' else 'closed'}"
        case events.BalloonChangeEvent(actual=actual):
            return f"{actual}KiB"
        case (
            events.DeviceRemovedEvent(dev_alias=alias)
            | events.DeviceAddedEvent(dev_alias=alias)
            | events.DeviceRemovalFailedEvent(dev_alias=alias)
        ):
            return alias
        case events.TunableEvent(params=params) | events.JobCompletedEvent(params=params):
            return "".join(f"\n{name}: {_value(value)}" for name, value in params.items())
        case events.AgentLifecycleEvent(state=state, reason=reason):
            return f"state: '{_word(state)}' reason: '{_REASONS[reason.name]}'"
        case events.MigrationIterationEvent(iteration=iteration):
            return f"iteration: '{iteration}'"
        case events.MetadataChangeEvent(type=kind, nsuri=uri):
            return f"type {_word(kind)}, uri {uri or '<null>'}"
        case events.BlockThresholdEvent(dev=dev, path=path, threshold=threshold, excess=excess):
            return f"dev: {dev}({path}) {threshold} {excess}"
        case events.MemoryFailureEvent(recipient=recipient, action=action, flags=flags):
            needed, again = (int(flag in flags) for flag in type(flags))
            what = f"flags: action required: {needed} recursive: {again}"
            return f"recipient: {_word(recipient)} action: {_word(action)} {what}"
        case events.MemoryDeviceSizeChangeEvent(alias=alias, size=size):
            return f"alias: {alias} size: {size}"
        case events.NICMACChangeEvent(alias=alias, old_mac=old, new_mac=new):
            return f"alias: {alias} oldMAC: {old} newMAC: {new}"
        case events.VcpuRemovedEvent(vcpuid=number):
            return f"vcpu {number}"
        case events.ChannelLifecycleEvent(channel_name=name, state=state, reason=reason):
            return f"channel name: '{name}' state: '{_word(state)}' reason: '{_REASONS[reason.name]}'"
        case _:  # there is no more to say
            return ""


def _word(member: Any) -> str:
    return _WORDS.get(member.name) or member.name.replace("_", " ").lower()


def _value(value: object) -> str:
    return f"{value:d}" if isinstance(value, bool) else f"{value}"


_EVENTS = {"PMSUSPENDED": "PMSuspended"}
_DETAILS = {
    "GUEST": "Finished after guest request",
    "HOST": "Finished after host request",
    "WAKEUP": "Event wakeup",
    "IOERROR": "I/O Error",
    "FROM_SNAPSHOT": "Snapshot",
    "API_ERROR": "API error",
    "GUEST_SHUTDOWN": "guest shutdown",
    "POSTCOPY": "Post-copy",
    "POSTCOPY_FAILED": "Post-copy Error",
}
_WORDS = {"INJECTNMI": "inject-nmi", "IPV4": "IPv4", "IPV6": "IPv6"}
_JOBS = {
    "PULL": "Block Pull",
    "COPY": "Block Copy",
    "COMMIT": "Block Commit",
    "ACTIVE_COMMIT": "Active Block Commit",
    "BACKUP": "Backup",
}
_REASONS = {"UNKNOWN": "unknown", "DOMAIN_STARTED": "domain started", "CHANNEL": "channel event"}
