"""Who asked for it is told that the link has ended, how, once, and after everything that came before."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from sysvirt import CloseReason, Connection, ConnectionLost, Domain, InvalidArgument, OperationInvalid
from sysvirt._session.keepalive import Keepalive
from sysvirt.testing import FakeDaemon
from tests.faults.conversation import GUEST
from tests.faults.faces import PATIENCE, Face, Script
from tests.faults.waits import until


class Told:
    def __init__(self) -> None:
        self.records: list[Any] = []
        self.has_been = threading.Event()

    def __call__(self, record: Any) -> None:
        self.records.append(record)
        if type(record).__name__ == "ConnectionClosedEvent":
            self.has_been.set()

    @property
    def reasons(self) -> list[CloseReason]:
        return [record.reason for record in self.records]


def hang_up(conn: Any, daemon: FakeDaemon) -> Any:
    daemon.drop()


def talk_nonsense(conn: Any, daemon: FakeDaemon) -> Any:
    daemon.clients[0].send(bytes(28))


def close(conn: Any, daemon: FakeDaemon) -> Any:
    return conn.close()


def freeze(conn: Any, daemon: FakeDaemon) -> Any:
    daemon.freeze()
    # Not before: on a slow machine a daemon that answers may take its time.
    conn._pump.keep_alive(Keepalive(0.05, 2, time.monotonic()))


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        (hang_up, Connection.CLOSE_REASON_EOF),
        (talk_nonsense, Connection.CLOSE_REASON_ERROR),
        (close, Connection.CLOSE_REASON_CLIENT),
        (freeze, Connection.CLOSE_REASON_KEEPALIVE),
    ],
    ids=["eof", "error", "client", "keepalive"],
)
def test_how_it_ended(
    face: Face, daemon: FakeDaemon, how: Callable[[Any, FakeDaemon], Any], reason: CloseReason
) -> None:
    told = Told()

    async def nothing() -> None: ...

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        conn.register_close_callback(told)
        yield lambda: how(conn, daemon) or (nothing() if face.name == "asyncio" else None)
        assert (yield lambda: face.wait(lambda: told.has_been.wait(PATIENCE)))
        assert told.records[0].connection is conn
        yield conn.close

    face.run(script())
    assert told.reasons == [reason]
    assert isinstance(told.reasons[0], CloseReason)


def test_after_all_that_came_before(face: Face, daemon: FakeDaemon) -> None:
    told = Told()

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        conn.register_close_callback(told)
        yield lambda: conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, told)
        for number in range(50):
            daemon.emit(0, GUEST, 100, number)
        daemon.flush()
        daemon.drop()
        assert (yield lambda: face.wait(lambda: told.has_been.wait(PATIENCE)))
        yield conn.close

    face.run(script())
    assert [record.detail for record in told.records[:-1]] == list(range(50))
    assert told.records[-1].reason == Connection.CLOSE_REASON_EOF


def test_one_that_raises_is_logged(face: Face, daemon: FakeDaemon, caplog: pytest.LogCaptureFixture) -> None:
    def bad(record: Any) -> None:
        raise ValueError(record.reason)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        conn.register_close_callback(bad)
        daemon.drop()
        yield lambda: face.wait(lambda: until(lambda: "raised" in caplog.text))
        yield conn.close

    face.run(script())


def test_there_is_one_at_a_time(face: Face, daemon: FakeDaemon) -> None:
    first, second = Told(), Told()

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        with pytest.raises(OperationInvalid):
            conn.unregister_close_callback()
        with pytest.raises(InvalidArgument, match="callback"):
            conn.register_close_callback(None)
        conn.register_close_callback(first)
        with pytest.raises(OperationInvalid):
            conn.register_close_callback(second)
        conn.unregister_close_callback()
        conn.register_close_callback(second)
        daemon.drop()
        assert (yield lambda: face.wait(lambda: second.has_been.wait(PATIENCE)))
        with pytest.raises(ConnectionLost):
            conn.register_close_callback(first)
        yield conn.close

    face.run(script())
    assert not first.records
    assert second.reasons == [Connection.CLOSE_REASON_EOF]
