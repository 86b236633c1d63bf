"""Ctrl-C at each point of what opens descriptors, and once more while that is cleaned up: none is left open."""

from __future__ import annotations

import gc
import os
import termios
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import sysvirt
from sysvirt import StorageVol
from sysvirt._sync.volume_file import open_source, open_target
from sysvirt.testing import FakeDaemon, ReceivedCall, connect
from tests.faults.conversation import BIG
from tests.faults.faces import PATIENCE, Belongings
from tests.faults.striking import each_point
from tests.held import descriptors

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

#: How many points behind the first strike the second one comes; None: there is no second one.
GAPS: list[int | None] = [None, 0, 2, 5]


@pytest.fixture(autouse=True)
def _no_collector() -> Iterator[None]:
    """Nothing is closed by the collector: what was struck is gone with its exception."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def left_open(path: Path) -> list[str]:
    """Who has the file open."""
    return [fd for fd, target in descriptors().items() if target == str(path)]


@pytest.fixture
def volume(daemon: FakeDaemon) -> Iterator[StorageVol]:
    def download(call: ReceivedCall) -> None:
        call.reply()
        call.send(b"data")
        call.hole(1000)
        call.end()

    daemon.on("STORAGE_VOL_LOOKUP_BY_PATH", ("pool", "volume", "/key"))
    daemon.on("STORAGE_VOL_GET_XML_DESC", f"<volume><capacity>{len(BIG)}</capacity></volume>")
    daemon.on("STORAGE_VOL_DOWNLOAD", download)
    daemon.on("STORAGE_VOL_UPLOAD", None)
    with connect(daemon.pair(), timeout=PATIENCE) as conn:
        yield conn.get_storage_volume_by_path("/key")


def each(gap: int | None, path: Path, use: Callable[[], object]) -> None:
    before = left_open(path)
    for strike in each_point(gap):
        strike.into(use)
        assert left_open(path) == before, strike.where


@pytest.mark.parametrize("gap", GAPS)
def test_uploading(volume: StorageVol, tmp_path: Path, gap: int | None) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"data")
    each(gap, path, lambda: volume.upload_from(path))


@pytest.mark.parametrize("gap", GAPS)
def test_downloading(volume: StorageVol, tmp_path: Path, gap: int | None) -> None:
    path = tmp_path / "file"
    each(gap, path, lambda: volume.download_to(path))


@pytest.mark.parametrize("gap", GAPS)
def test_opening_a_pipe(tmp_path: Path, gap: int | None) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    each(gap, path, lambda: open_source(path).close())
    reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    each(gap, path, lambda: open_target(path).close())
    os.close(reading)


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize("gap", [None, 0])
def test_a_terminal_is_set_back(daemon: FakeDaemon, gap: int | None) -> None:
    """Once somebody has left the console; the second strike comes later than what sets it back."""
    daemon.on("DOMAIN_OPEN_CONSOLE", None)
    ours, theirs = os.openpty()
    before = termios.tcgetattr(theirs)
    with connect(daemon, timeout=PATIENCE) as conn:
        guest = conn.get_domain_by_name("guest")

        def use() -> None:
            with guest.console() as console:
                console.interact(theirs, theirs)

        for strike in each_point(gap):
            over = threading.Event()

            def person(over: threading.Event = over) -> None:
                """Wants to leave; what was typed before the terminal is ready is thrown away."""
                while not over.wait(0.005):
                    os.write(ours, b"\x1d")

            pressing = threading.Thread(target=person)
            pressing.start()
            strike.into(use)
            over.set()
            pressing.join()
            assert termios.tcgetattr(theirs) == before, strike.where
            termios.tcflush(theirs, termios.TCIFLUSH)
    os.close(ours)
    os.close(theirs)


def sockets() -> set[str]:
    found = descriptors().items()
    return {f"{fd} {target}" for fd, target in found if "socket" in target or "pipe" in target}


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
# What strikes into the end of a weak reference goes nowhere, as into a finalizer.
@pytest.mark.filterwarnings("ignore:Exception ignored .*_Entry:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("gap", GAPS)
def test_connecting(daemon: FakeDaemon, belongings: Belongings, gap: int | None) -> None:
    """Over a socket, with a keepalive, which has the watcher look after it."""
    uri = daemon.uri

    def use() -> None:
        sysvirt.connect(uri, keepalive=(5, 5)).close()

    use()  # what is imported with a first one is no part of this
    for strike in each_point(gap):
        strike.into(use)
        daemon.wait_empty()


def test_descriptors_of_a_reply(daemon: FakeDaemon, belongings: Belongings) -> None:
    """Which whoever asked for it has, or nobody."""
    with connect(daemon, timeout=PATIENCE) as conn:
        guest = conn.get_domain_by_name("guest")

        def use() -> None:
            os.close(guest.open_graphics_fd(0))

        use()
        for strike in each_point():
            before = sockets()
            strike.into(use)
            assert conn.get_hostname() == "somewhere", strike.where
            assert conn.get_hostname() == "somewhere", strike.where
            assert sockets() <= before, strike.where
