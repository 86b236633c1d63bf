"""What a daemon's connections are registered for."""

from __future__ import annotations

from typing import Any

from sysvirt import Domain
from sysvirt.testing import FakeDaemon

REGISTER = "CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY"
DEREGISTER = "CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY"
LIFECYCLE, REBOOT = Domain.EVENT_ID_LIFECYCLE, Domain.EVENT_ID_REBOOT


def registered(daemon: FakeDaemon) -> dict[int, Any]:
    # Lists, because the daemon's thread changes both.
    return {
        number: what for client in list(daemon.clients) for number, what in list(client.registered.items())
    }


def taken_back(daemon: FakeDaemon) -> list[object]:
    return [call.args[0] for call in daemon.received(DEREGISTER)]


def asked_for(daemon: FakeDaemon) -> list[int]:
    return [call.args[0] for call in daemon.received(REGISTER)]
