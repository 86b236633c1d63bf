"""An event that can't be decoded is found out when it is looked at: it ends the connection like any other lie."""

from __future__ import annotations

import pytest

from sysvirt import Domain, ProtocolError
from sysvirt._protocol import frame as wire
from sysvirt._protocol.table import remote
from sysvirt.testing import FakeDaemon, connect, connect_async

LIFECYCLE = remote.DOMAIN_EVENT_CALLBACK_LIFECYCLE


def lie(daemon: FakeDaemon) -> None:
    """Sends an event whose guest's name goes beyond its end."""
    call = daemon.wait_for("CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY")
    body = LIFECYCLE.encode_reply(0, (("guest", bytes(16), 1), 0, 0))
    spoilt = body[:4] + b"\0\0\1\0" + body[8:]
    call.client.send(
        wire.frame(LIFECYCLE.program, LIFECYCLE.version, LIFECYCLE.number, wire.MESSAGE, 0, wire.OK, spoilt)
    )


def test_iterating() -> None:
    with FakeDaemon() as daemon, connect(daemon) as conn, conn.events(Domain.EVENT_ID_LIFECYCLE) as events:
        lie(daemon)
        with pytest.raises(ProtocolError, match="middle of a value"):
            events.next_event(20)
        assert not conn.is_alive()
        with pytest.raises(ProtocolError, match="middle of a value"):
            conn.get_hostname()


async def test_iterating_as_a_task() -> None:
    with FakeDaemon() as daemon:
        async with connect_async(daemon) as conn, conn.events(Domain.EVENT_ID_LIFECYCLE) as events:
            lie(daemon)
            with pytest.raises(ProtocolError, match="middle of a value"):
                await events.next_event(20)
            assert not conn.is_alive()
            with pytest.raises(ProtocolError, match="middle of a value"):
                await conn.get_hostname()


def test_callback(caplog: pytest.LogCaptureFixture) -> None:
    called: list[object] = []
    with FakeDaemon() as daemon, connect(daemon) as conn:
        conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, called.append)
        lie(daemon)
        daemon.wait_empty(20)  # it was hung up on
        with pytest.raises(ProtocolError, match="middle of a value"):
            conn.get_hostname()
    assert called == []
    assert not caplog.records  # nobody's callback raised
