"""Connections over programs, as over ssh: none is left behind, and what it says is told. ssh itself needs a host."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from textwrap import dedent
from typing import Any
from urllib.parse import quote

import pytest

import sysvirt
import sysvirt.aio
from sysvirt import CallTimeout, ConnectionLost, DaemonUnreachable, NoSupport, NotAvailable, ProtocolError
from sysvirt._transport import process
from sysvirt._transport.program import start_program
from sysvirt.testing import FakeDaemon
from tests.faults.faces import PATIENCE, Asyncio, Belongings, Face, Script
from tests.faults.striking import Strike, each_point
from tests.faults.waits import until
from tests.held import children, descriptors

ROOT = Path(__file__).parents[2]
RELAY = Path(__file__).with_name("relay.py")

pytestmark = [
    pytest.mark.timeout(240),
    # What strikes into the end of a weak reference goes nowhere, as into a finalizer.
    pytest.mark.filterwarnings("ignore:Exception ignored .*_Entry:pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True)
def no_child_left(belongings: Belongings) -> Iterator[None]:
    before = children()
    yield
    until(lambda: children() <= before)


def script(folder: Path, text: str) -> str:
    """The URI of a daemon behind a program of these lines."""
    path = folder / "program"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return f"test+ext:///default?command={quote(str(path))}"


@pytest.fixture
def relay(daemon: FakeDaemon, tmp_path: Path) -> str:
    """The URI of the fake daemon behind a program that passes the bytes on."""
    return script(tmp_path, passing_on(daemon))


def passing_on(daemon: FakeDaemon, *words: str) -> str:
    path = daemon.uri.partition("socket=")[2]
    return f"exec {sys.executable} -I -S {RELAY} {path} {' '.join(words)}"


def opened(face: Face, uri: str, **options: Any) -> Any:
    """As a step: a connection by its URI."""
    return (sysvirt.aio if isinstance(face, Asyncio) else sysvirt).connect(uri, **options)


def failure(face: Face, uri: str, kind: type[Exception], **options: Any) -> Any:
    def conversation() -> Script[Exception]:
        with pytest.raises(kind) as caught:
            yield lambda: opened(face, uri, **options)
        return caught.value

    return face.run(conversation())


# --- keepalive -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "asked"), [({}, 1), ({"keepalive": None}, 0), ({"keepalive": (60, 3)}, 1)]
)
@pytest.mark.parametrize("way", ["program", "unix"])
def test_a_link_to_elsewhere_is_kept_alive(
    face: Face, daemon: FakeDaemon, relay: str, way: str, chosen: dict[str, Any], asked: int
) -> None:
    """Unless it is not wanted; a local one only if it is."""
    daemon.on("CONNECT_SUPPORTS_FEATURE", 1)

    def conversation() -> Script[None]:
        conn = yield lambda: opened(face, relay if way == "program" else daemon.uri, **chosen)
        yield conn.close

    face.run(conversation())
    if way == "unix" and not chosen:
        asked = 0
    assert len(daemon.received("CONNECT_SUPPORTS_FEATURE")) == asked


def test_a_daemon_without_keepalive(face: Face, daemon: FakeDaemon, relay: str) -> None:
    """It is refused only where keepalive was asked for."""
    daemon.on("CONNECT_SUPPORTS_FEATURE", 0)

    def conversation() -> Script[None]:
        conn = yield lambda: opened(face, relay)
        yield conn.close
        with pytest.raises(NoSupport):
            yield lambda: opened(face, relay, keepalive=(60, 3))

    face.run(conversation())


# --- what is told ----------------------------------------------------------------------------------------


def test_a_conversation(relay: str, face: Face, daemon: FakeDaemon) -> None:
    def conversation() -> Script[None]:
        conn = yield lambda: opened(face, relay, timeout=PATIENCE)
        assert (yield conn.get_hostname) == "somewhere"
        guest = yield lambda: conn.get_domain_by_name("guest")
        assert len((yield guest.get_xml_description)) > 100_000
        with pytest.raises(NotAvailable, match="unix sockets only, not over ext"):
            yield lambda: guest.open_graphics_fd(0)
        assert not (yield conn.is_secure)
        yield conn.close

    face.run(conversation())
    daemon.wait_empty()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("exit 3", "program ended with status 3$"),
        ("echo one >&2; echo '  two\tthree' >&2; exit 255", "ended with status 255: one / two\\?three$"),
        ("kill -9 $$", "ended by signal 9$"),
        ("exec >&- <&-; echo bye >&2; exit 1", "ended with status 1: bye$"),
        ("echo '@@@@@@' >&2; echo '@ NEWS @' >&2; exit 1", "status 1: NEWS$"),
    ],
)
def test_a_program_that_ends_at_once(face: Face, tmp_path: Path, text: str, said: str) -> None:
    error = failure(face, script(tmp_path, text), DaemonUnreachable)
    assert error.int1 == errno.EIO
    with pytest.raises(DaemonUnreachable, match=said):
        raise error


def test_no_such_program(face: Face) -> None:
    error = failure(face, "test+ext:///default?command=/no/such", DaemonUnreachable)
    assert (error.int1, str(error)) == (errno.ENOENT, "/no/such can't be run: No such file or directory")


def test_no_such_program_on_the_path(face: Face) -> None:
    error = failure(face, "test+ssh://host/default?command=no-such-ssh", DaemonUnreachable)
    assert str(error) == "no-such-ssh can't be run: No such file or directory"


@pytest.mark.parametrize("noise", ["Welcome!", "x" * 5000, "\\033[1mhello"])
def test_a_program_that_prints(face: Face, tmp_path: Path, daemon: FakeDaemon, noise: str) -> None:
    uri = script(tmp_path, f"printf '{noise}\\n'; {passing_on(daemon)}")
    error = failure(face, uri, ProtocolError)
    shown = noise.replace("\\033", "?")[:40]
    assert "is not libvirt's protocol; it begins: " + shown in str(error)
    assert "a shell's profile" in str(error)
    assert len(str(error)) < 600


def test_a_program_that_does_not_get_through(face: Face, tmp_path: Path) -> None:
    uri = script(tmp_path, "echo connecting... >&2; exec sleep 1000")
    error = failure(face, uri, CallTimeout, timeout=0.3)
    assert error.sent == "no"
    assert str(error).endswith("did not get through to a daemon in time: connecting...")


def test_the_daemon_goes(face: Face, tmp_path: Path, daemon: FakeDaemon) -> None:
    """What the program says then is told to everybody."""
    uri = script(tmp_path, passing_on(daemon, "the", "network", "is", "down"))

    def conversation() -> Script[None]:
        conn = yield lambda: opened(face, uri)
        yield lambda: face.wait(daemon.drop)
        with pytest.raises(ConnectionLost, match=r"(closed the connection|broke): the network is down(;|$)"):
            yield conn.get_hostname
        yield conn.close

    face.run(conversation())


def test_a_program_that_says_much(face: Face, tmp_path: Path, daemon: FakeDaemon) -> None:
    """It is never kept waiting for somebody to listen."""
    flood = "head -c 3000000 /dev/zero | tr '\\0' x >&2"
    uri = script(tmp_path, f"{flood}; {passing_on(daemon, 'the end')}")

    def conversation() -> Script[None]:
        conn = yield lambda: opened(face, uri)
        yield lambda: face.wait(daemon.drop)
        with pytest.raises(ConnectionLost, match=r"^.{500,1100}the end(;|$)"):
            yield conn.get_hostname
        yield conn.close

    face.run(conversation())


def test_a_host_that_is_not_verified_is_warned_of(face: Face, caplog: pytest.LogCaptureFixture) -> None:
    uri = "test+ssh://h.example/default?command=/no/such"
    for parameter in ("", "&known_hosts_verify=normal", "&no_verify=0"):
        failure(face, uri + parameter, DaemonUnreachable)
    assert caplog.records == []
    for parameter in ("&no_verify=1", "&known_hosts_verify=ignore"):
        failure(face, uri + parameter, DaemonUnreachable)
        record = caplog.records.pop()
        assert (record.name, record.levelno) == ("sysvirt.connect", logging.WARNING)
        assert "h.example" in record.getMessage()
        assert not caplog.records


# --- the program itself ----------------------------------------------------------------------------------


def of_the_only_child(before: set[int]) -> int:
    (pid,) = children() - before
    return pid


@pytest.mark.parametrize("prompts", [False, True])
def test_our_terminal_is_not_the_programs(tmp_path: Path, daemon: FakeDaemon, prompts: bool) -> None:
    """So Ctrl-C is ours alone; unless the program may ask its user something."""
    script(tmp_path, passing_on(daemon))
    before = children()
    no_tty = "&no_tty=0" if prompts else ""
    with sysvirt.connect(f"test+ssh://host/default?command={tmp_path / 'program'}{no_tty}"):
        pid = of_the_only_child(before)
        assert (os.getsid(pid) == os.getsid(0)) is prompts
        assert (os.getpgid(pid) == os.getpgid(0)) is prompts


def test_the_program_has_nothing_else_of_ours(relay: str) -> None:
    before = children()
    with sysvirt.connect(relay, timeout=PATIENCE):
        fds = f"/proc/{of_the_only_child(before)}/fd"
        its = {fd: os.readlink(f"{fds}/{fd}") for fd in os.listdir(fds)}
        ours = {what for fd, what in descriptors().items() if not os.get_inheritable(int(fd))}
        ours.discard(os.devnull)
    assert its.pop("0") == its.pop("1")
    assert "sysvirt" in its.pop("2")
    assert not set(its.values()) & ours


def test_a_program_that_does_not_want_to_end(
    face: Face, tmp_path: Path, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_GRACE_SECONDS", 0.05)
    monkeypatch.setattr(process, "_LAST_SECONDS", 0.05)
    uri = script(
        tmp_path, f"trap '' TERM; {passing_on(daemon).removeprefix('exec ')}; while :; do sleep 1; done"
    )

    def conversation() -> Script[None]:
        conn = yield lambda: opened(face, uri, timeout=PATIENCE)
        yield conn.close

    face.run(conversation())


@pytest.mark.parametrize("who", ["ignored", "waited for by others"])
def test_children_that_others_bury(face: Face, relay: str, who: str) -> None:
    def conversation() -> Script[None]:
        conn = yield lambda: opened(face, relay, timeout=PATIENCE)
        assert (yield conn.get_hostname) == "somewhere"
        if who == "waited for by others":
            os.kill(conn._channel.pump.link.helper._pids[0], signal.SIGKILL)
            os.waitpid(-1, 0)
        yield conn.close

    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN if who == "ignored" else signal.SIG_DFL)
    try:
        face.run(conversation())
    finally:
        signal.signal(signal.SIGCHLD, before)


# --- however the connection ends -------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_a_forgotten_connection(face: Face, relay: str, daemon: FakeDaemon) -> None:
    def conversation() -> Script[None]:
        yield lambda: opened(face, relay)

    face.run(conversation())
    gc.collect()
    daemon.wait_empty()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize("gap", [None, 0, 2, 5])
def test_struck_while_starting(gap: int | None) -> None:
    struck(each_point(gap), lambda: start_program(("/bin/cat",), secure=False).close())


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize("program", ["/bin/true", "/bin/cat"])
def test_struck_while_failing(program: str) -> None:
    """To get through: by a program that ends at once, and by one that does when nobody wants it any more."""
    struck(some_points(), lambda: failing(f"test+ext:///default?command={program}"))


def failing(uri: str) -> None:
    with pytest.raises((DaemonUnreachable, ProtocolError)):
        sysvirt.connect(uri)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_struck_while_connected(relay: str, daemon: FakeDaemon) -> None:
    struck(some_points(), lambda: sysvirt.connect(relay).close())
    daemon.wait_empty()


def some_points() -> Iterator[Strike]:
    """At each tenth point: to start a program takes its time."""
    for point in count(0, 10):
        strike = Strike(point)
        yield strike
        if not strike.struck:
            return


def struck(strikes: Iterator[Strike], use: Callable[[], object]) -> None:
    before = children()
    use()
    gc.collect()
    gc.disable()
    try:
        for strike in strikes:
            strike.into(use)
            until(lambda: children() <= before, strike.where)
    finally:
        gc.enable()


def test_cancelled_while_connecting(relay: str, daemon: FakeDaemon) -> None:
    """After each turn of the loop."""

    async def main() -> None:
        for turns in range(1, 1000):
            connecting = asyncio.ensure_future(sysvirt.aio.connect(relay))
            for _ in range(turns):
                await asyncio.sleep(0)
            connecting.cancel()
            try:
                conn = await connecting
            except asyncio.CancelledError:
                if turns > 50:
                    # From here on it is the program that is waited for.
                    conn = await sysvirt.aio.connect(relay)
                    break
            else:
                break
        await conn.close()

    asyncio.run(main())
    daemon.wait_empty()


PREPARE = """
    import os, signal, sys, time, warnings
    warnings.simplefilter("ignore")  # a thread may still bury one as another is forked
    import sysvirt, sysvirt.aio
    conn = sysvirt.connect(sys.argv[1], timeout=60)
"""


def run(relay: str, *parts: str, status: int = 0) -> None:
    program = "".join(dedent(part) for part in (PREPARE, *parts))
    done = subprocess.run(
        [sys.executable, "-c", program, relay],
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("", 0),
        ("sys.exit(3)", 3),
        ("os._exit(4)", 4),
        ("os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
        ("os.execv('/bin/true', ['true'])", 0),
        ("conn.close()", 0),
        ("del conn", 0),
    ],
)
def test_the_end_of_this_process(relay: str, daemon: FakeDaemon, end: str, status: int) -> None:
    run(relay, end, status=status)
    daemon.wait_empty()


@pytest.mark.slow
def test_a_forked_child_keeps_nothing_alive(relay: str, daemon: FakeDaemon) -> None:
    """It has a copy of our end. It may close that, and harms nobody; when we close ours, it is over."""
    program = """
        inlet, outlet = os.pipe()
        pid = os.fork()
        if not pid:
            conn.close()
            os.close(outlet)
            os.read(inlet, 1)
            os._exit(0)
        second = os.fork()
        if not second:
            os.close(outlet)
            os.read(inlet, 1)
            os._exit(0)
        assert conn.get_hostname() == "somewhere"
        program = conn._pump.link.helper._pids[0]
        conn.close()
        until = time.monotonic() + 60
        while os.path.exists(f"/proc/{program}"):
            assert time.monotonic() < until, "the program goes on"
            time.sleep(0.001)
        os.write(outlet, b"xx")
        assert os.waitpid(pid, 0)[1] == os.waitpid(second, 0)[1] == 0
    """
    run(relay, program)
    daemon.wait_empty()


@pytest.mark.slow
def test_without_standard_descriptors(relay: str, daemon: FakeDaemon) -> None:
    """A program's own three take the place of others, which must not be lost on the way."""
    program = """
        conn.close()
        errors = os.dup(2)
        for closed in (0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2):
            pid = os.fork()
            if not pid:
                for fd in closed:
                    os.close(fd)
                try:
                    conn = sysvirt.connect(sys.argv[1], timeout=60)
                    assert conn.get_hostname() == "somewhere"
                    conn.close()
                    os._exit(0)
                except BaseException as error:
                    os.write(errors, f"{closed}: {error!r}".encode())
                    os._exit(1)
            assert os.waitpid(pid, 0)[1] == 0
    """
    run(relay, program)
    daemon.wait_empty()
