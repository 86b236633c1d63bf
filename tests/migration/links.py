"""Daemons behind proxies, over which a test sees and steers each step of a migration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from rig.host import Host
from sysvirt._protocol import frame as wire
from sysvirt._protocol.table import find
from sysvirt.testing import FaultProxy, Flow, Message

#: What a message may take to come where a test waits for it: a busy machine boots nothing meanwhile.
PATIENCE = 60.0


class Route(NamedTuple):
    """Where guests come from, and where they go."""

    source: Host
    target: Host


def revive(route: Route) -> None:
    """The daemons run again."""
    for host in route:
        if not Path(f"/proc/{host.pid}").exists():
            host.start_daemon()


class Step(NamedTuple):
    """A call that was made on one side, and the reply; None when there was none, or an error."""

    side: str
    procedure: str
    arguments: tuple[Any, ...]
    reply: tuple[Any, ...] | None
    #: What was sent behind the header.
    body: bytes


class Held(NamedTuple):
    """A message that a link keeps back, and all of its kind."""

    link: Link
    flow: Flow
    matches: Callable[[Message], bool]

    def has_come(self) -> bool:
        return any(map(self.matches, self.flow.messages))

    def wait(self) -> None:
        """Until it has come."""
        self.link.proxy.wait_until(self.has_come, PATIENCE)

    def release(self) -> None:
        self.flow.release()


class Link:
    """The way to a host's daemon: `uri` leads through a proxy."""

    def __init__(self, side: str, host: Host, journal: list[tuple[Link, Message]]) -> None:
        self.side = side
        self.host = host
        self.proxy = FaultProxy(str(host.socket))
        self.uri = f"qemu+unix:///system?socket={self.proxy.listen()}"
        self.proxy.to_daemon.keep()
        self.proxy.to_client.keep()
        self.proxy.to_daemon.watch(lambda message: journal.append((self, message)))

    def hold_call(self, procedure: str) -> Held:
        """Keeps calls from the daemon."""
        return self._hold(self.proxy.to_daemon, wire.CALL, procedure)

    def hold_reply(self, procedure: str) -> Held:
        """Keeps replies from the client: what was asked for is done then."""
        return self._hold(self.proxy.to_client, wire.REPLY, procedure)

    def _hold(self, flow: Flow, kind: int, procedure: str) -> Held:
        name = find_name(procedure)

        def matches(message: Message) -> bool:
            return message.type == kind and message.procedure == name

        flow.hold(matches)
        return Held(self, flow, matches)

    def cut(self) -> None:
        """Breaks all connections that there are; new ones can be made."""
        self.proxy.drop()


class Links:
    """The ways to the daemons of the source and the target."""

    def __init__(self, source: Host, target: Host) -> None:
        self._journal: list[tuple[Link, Message]] = []
        self.source = Link("source", source, self._journal)
        self.target = Link("target", target, self._journal)

    def close(self) -> None:
        self.source.proxy.close()
        self.target.proxy.close()

    def forget(self) -> None:
        """Begins a new journal."""
        self._journal.clear()

    def steps(self) -> list[Step]:
        """All calls, in their order."""
        return [_step(link, message) for link, message in self._journal if message.type == wire.CALL]


@contextmanager
def linked(source: Host, target: Host) -> Iterator[Links]:
    links = Links(source, target)
    try:
        yield links
    finally:
        links.close()


def find_name(procedure: str) -> str:
    """The name in the protocol of a step of a migration: "begin", "finish"; other procedures have their own."""
    return f"DOMAIN_MIGRATE_{procedure.upper()}3_PARAMS" if procedure.islower() else procedure


def _step(link: Link, message: Message) -> Step:
    procedure = find(message.program, message.number)
    assert procedure is not None
    body = link.proxy.to_daemon.content(message)[wire.HEADER_SIZE :]
    replies = link.proxy.to_client
    reply = None
    for answer in replies.messages:
        is_reply = answer.type == wire.REPLY and answer.status == wire.OK
        if is_reply and (answer.connection, answer.serial) == (message.connection, message.serial):
            reply = procedure.decode_reply_exact(replies.content(answer)[wire.HEADER_SIZE :], 0)
    return Step(link.side, message.procedure, procedure.decode_call(body, 0), reply, body)
