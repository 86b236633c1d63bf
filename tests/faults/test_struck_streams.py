"""Ctrl-C at each point of what is done with a stream, and once more while that is cleaned up."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sysvirt import Error, StorageVol, Stream, StreamStatus
from sysvirt.testing import FakeDaemon, ReceivedCall, connect
from tests.faults.conversation import BIG
from tests.faults.faces import PATIENCE
from tests.faults.striking import Strike, each_point
from tests.faults.waits import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

#: How many points behind the first strike the second one comes; None: there is no second one.
GAPS: list[int | None] = [None, 0, 2, 7]


@pytest.fixture(autouse=True)
def _no_collector() -> Iterator[None]:
    """It does not strike where it pleases."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def storage(daemon: FakeDaemon) -> FakeDaemon:
    daemon.on("STORAGE_VOL_LOOKUP_BY_PATH", ("pool", "volume", "/key"))
    daemon.on("STORAGE_VOL_DOWNLOAD", None)
    daemon.on("STORAGE_VOL_UPLOAD", None)
    return daemon


def each(
    daemon: FakeDaemon,
    gap: int | None,
    how: str,
    use: Callable[[Stream], object],
    after: Callable[[Stream, ReceivedCall, Strike, bool], None] | None = None,
) -> None:
    """Strike into a use of an open stream, which can be ended then whatever it has come to; all goes on."""
    with connect(daemon.pair(), timeout=PATIENCE) as conn:
        volume = conn.get_storage_volume_by_path("/key")
        for strike in each_point(gap):
            stream = conn.new_stream()
            if how == "download":
                volume.download(stream, 0, 0, StorageVol.VOL_DOWNLOAD_SPARSE_STREAM)
            else:
                volume.upload(stream)
            call = daemon.received(f"STORAGE_VOL_{how.upper()}")[-1]
            if how == "download":
                call.send(BIG)
                call.hole(1000)
                call.send(b"the end")
                call.end()
            unharmed = strike.into(lambda stream=stream: use(stream))  # type: ignore[misc]
            if after is not None:
                after(stream, call, strike, unharmed)
            try:
                stream.abort()
            except Error:
                pass
            for _ in range(2):  # what the first one has sent the second one sees answered
                assert conn.get_hostname() == "somewhere", strike.where
            until(lambda call=call: call.ended, strike.where)
            assert not conn._pump.session.streams, strike.where
            daemon.calls.clear()


WHOLE = BIG + bytes(1000) + b"the end"


def _read_into(stream: Stream) -> bytes:
    buffer = bytearray(1000)
    size = stream.readinto(buffer)
    return bytes(buffer[:size])


RECEIVING: dict[str, Callable[[Stream], object]] = {
    "recv": lambda stream: stream.recv(1000),
    "read": lambda stream: stream.read(1000),
    "read of several frames": lambda stream: stream.read(len(BIG) + 500),
    "read of all": lambda stream: stream.read(),
    "readinto": _read_into,
    "next": next,
}


@pytest.mark.parametrize("gap", GAPS)
@pytest.mark.parametrize("how", RECEIVING)
def test_receiving(storage: FakeDaemon, gap: int | None, how: str) -> None:
    """What was struck has received nothing: all is still there, once."""
    got: list[object] = []

    def after(stream: Stream, call: ReceivedCall, strike: Strike, unharmed: bool) -> None:
        received = got.pop() if unharmed else b""
        assert isinstance(received, bytes)
        assert received + stream.read() == WHOLE, strike.where

    each(storage, gap, "download", lambda stream: got.append(RECEIVING[how](stream)), after)


@pytest.mark.parametrize("gap", GAPS)
def test_passing_a_hole(storage: FakeDaemon, gap: int | None) -> None:
    """A hole is told, and passed, once."""
    got: list[int] = []

    def use(stream: Stream) -> None:
        assert stream.read(len(BIG)) == BIG
        assert stream.recv(10, Stream.RECV_STOP_AT_HOLE) == StreamStatus.AT_HOLE
        got[:] = [stream.recv_hole()]

    def after(stream: Stream, call: ReceivedCall, strike: Strike, unharmed: bool) -> None:
        rest = stream.read()
        assert WHOLE.endswith(rest), strike.where
        if got:
            assert (got, rest) == ([1000], b"the end"), strike.where
        else:
            assert len(rest) >= 1007, strike.where
        got.clear()

    each(storage, gap, "download", use, after)


@pytest.mark.parametrize("gap", GAPS)
def test_receiving_all(storage: FakeDaemon, gap: int | None) -> None:
    """A transfer that was struck is aborted, or left to who has the stream where that was struck too."""
    got: list[bytes] = []

    def after(stream: Stream, call: ReceivedCall, strike: Strike, unharmed: bool) -> None:
        if unharmed:
            assert b"".join(got) == WHOLE
        got.clear()

    each(
        storage, gap, "download", lambda stream: stream.recv_all(lambda stream, data: got.append(data)), after
    )


@pytest.mark.parametrize("gap", GAPS)
def test_sending(storage: FakeDaemon, gap: int | None) -> None:
    """The stream of the protocol stays in step, and a frame is sent whole or not at all."""
    piece = bytes(range(256)) * 400

    def after(stream: Stream, call: ReceivedCall, strike: Strike, unharmed: bool) -> None:
        stream.send(b"behind")
        stream.finish()
        sent = [piece + b"behind"] if unharmed else [b"behind", piece + b"behind"]
        until(lambda: call.ended, strike.where)
        assert call.ended == "finish"
        assert call.received in sent, strike.where

    each(storage, gap, "upload", lambda stream: stream.send(piece), after)


@pytest.mark.parametrize("gap", GAPS)
@pytest.mark.parametrize("how", ["download", "upload"])
@pytest.mark.parametrize("end", ["finish", "abort"])
def test_ending(storage: FakeDaemon, gap: int | None, how: str, end: str) -> None:
    """Nothing stays open at the daemon."""
    each(storage, gap, how, lambda stream: getattr(stream, end)())


@pytest.mark.parametrize("gap", GAPS)
def test_opening(storage: FakeDaemon, gap: int | None) -> None:
    """What the daemon has opened for nobody is aborted; the stream can be opened again."""
    with connect(storage.pair(), timeout=PATIENCE) as conn:
        volume = conn.get_storage_volume_by_path("/key")
        for strike in each_point(gap):
            stream: Any = conn.new_stream()
            unharmed = strike.into(lambda stream=stream: volume.download(stream))  # type: ignore[misc]
            if unharmed:
                stream.abort()
            for _ in range(2):  # what the first one finds out the second one sees done
                assert conn.get_hostname() == "somewhere", strike.where
            for call in storage.received("STORAGE_VOL_DOWNLOAD"):
                until(lambda call=call: call.ended, strike.where)
            until(lambda: not conn._pump.session.streams, strike.where)
            if not unharmed:
                volume.download(stream)
                call = storage.received("STORAGE_VOL_DOWNLOAD")[-1]
                call.send(b"data")
                call.end()
                assert stream.read() == b"data", strike.where
                stream.finish()
            storage.calls.clear()


@pytest.mark.parametrize("gap", GAPS)
def test_callbacks(storage: FakeDaemon, gap: int | None) -> None:
    """One that could not be added can be added again."""

    def after(stream: Stream, call: ReceivedCall, strike: Strike, unharmed: bool) -> None:
        if stream._callback is not None:
            stream.remove_callback()
        stream.add_callback(0, print)
        stream.remove_callback()

    each(storage, gap, "download", lambda stream: stream.add_callback(0, print), after)
