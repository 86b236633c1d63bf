"""A stream of a volume: opened, and ended as the daemon has heard."""

from __future__ import annotations

from typing import Any

import pytest

from sysvirt import (
    OperationInvalid,
)
from sysvirt.testing import FakeDaemon, ReceivedCall
from tests.faults.faces import Face, Script


def opened(
    face: Face, daemon: FakeDaemon, how: str, flags: int = 0, kind: int = 0
) -> Script[tuple[Any, Any, ReceivedCall]]:
    """The connection, a stream that is open, and the call that opened it."""
    conn = yield lambda: face.connect(daemon.pair())
    volume = yield lambda: conn.get_storage_volume_by_path("/key")
    stream = conn.new_stream(kind)
    yield lambda: getattr(volume, how)(stream, 0, 0, flags)
    return conn, stream, daemon.received(f"STORAGE_VOL_{how.upper()}")[-1]


def ended(
    face: Face, daemon: FakeDaemon, conn: Any, stream: Any, call: ReceivedCall, how: str
) -> Script[None]:
    """The daemon has heard how the stream ended, and the connection works on."""
    yield lambda: face.wait(lambda: daemon.wait_until(lambda: call.ended == how))
    assert (yield conn.get_hostname) == "somewhere"
    with pytest.raises(OperationInvalid, match="the stream was"):
        yield lambda: stream.recv(1)
    yield conn.close
