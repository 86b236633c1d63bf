"""Fork, exit and garbage: a connection harms nobody when its process ends, forks or forgets it.

Each case runs in a process of its own, which must end in time with the right status and print nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from sysvirt import Domain
from sysvirt.testing import HOLD, FakeDaemon
from tests.faults.conversation import GUEST
from tests.faults.faces import Face, Script
from tests.faults.waits import entered, until

ROOT = Path(__file__).parents[2]

PREPARE = """
    import asyncio, os, signal, sys, threading, time
    import sysvirt, sysvirt.aio
    from sysvirt import Domain
    uri = sys.argv[1]
    threading.excepthook = lambda args: None  # threads that wait learn of the end
"""

#: Everything that a blocking connection can have open.
OPEN = """
    conn = sysvirt.connect(uri)
    guest = conn.get_domain_by_name("guest")
    conn.set_keep_alive(0.05, 1000)
    events = conn.events(Domain.EVENT_ID_LIFECYCLE)
    events.__enter__()
    conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, lambda event: time.sleep(100))
    stream = conn.new_stream()
    guest.open_console(stream)
    threading.Thread(target=events.next_event, daemon=True).start()
    threading.Thread(target=guest.set_autostart, args=(True,), daemon=True).start()
    guest.suspend()
"""

OPEN_ASYNC = """
    async def use():
        global conn, events, stream
        conn = await sysvirt.aio.connect(uri)
        guest = await conn.get_domain_by_name("guest")
        await conn.set_keep_alive(0.05, 1000)
        events = conn.events(Domain.EVENT_ID_LIFECYCLE)
        await events.__aenter__()
        await conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, lambda event: None)
        stream = conn.new_stream()
        await guest.open_console(stream)
        for waiting in events.next_event(), guest.set_autostart(True):
            asyncio.ensure_future(waiting).add_done_callback(lambda task: task.cancelled() or task.exception())
        await guest.suspend()
"""


@pytest.fixture(autouse=True)
def never_answered(daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_SET_AUTOSTART", HOLD)


#: Python 3.12 and later warn of a fork while there are threads, which is what is tried here.
ON_FORK = "ignore:This process:DeprecationWarning"


def run(daemon: FakeDaemon, *parts: str, status: int = 0) -> None:
    program = "".join(dedent(part) for part in (PREPARE, *parts))
    done = subprocess.run(
        [sys.executable, "-W", ON_FORK, "-c", program, daemon.uri],
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONFAULTHANDLER": "1"},
    )
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


# --- exit --------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("", 0),
        ("sys.exit(3)", 3),
        ("os._exit(4)", 4),
        ("conn.close()", 0),
        ("del conn, guest, stream, events", 0),
        ("conn._pump.link.shutdown()", 0),
    ],
    ids=["at the end", "sys.exit", "os._exit", "closed", "forgotten", "lost"],
)
def test_exit(daemon: FakeDaemon, end: str, status: int) -> None:
    run(daemon, OPEN, end, status=status)
    daemon.wait_empty()


@pytest.mark.slow
@pytest.mark.parametrize("end", ["", "await conn.close()", "sys.exit(3)"], ids=["open", "closed", "sys.exit"])
def test_exit_of_asyncio(daemon: FakeDaemon, end: str) -> None:
    use = OPEN_ASYNC.replace("await guest.suspend()", f"await guest.suspend()\n        {end}")
    run(daemon, use, "asyncio.run(use())", status=3 if "exit" in end else 0)
    daemon.wait_empty()


def test_exit_of_asyncio_with_a_streams_callback(daemon: FakeDaemon) -> None:
    """The dispatcher of callbacks ends with its loop, and does not come again."""
    program = """
        async def main():
            await use()
            called = asyncio.Event()
            stream.add_callback(sysvirt.Stream.EVENT_WRITABLE, lambda stream, events: called.set())
            await called.wait()

        asyncio.run(main())
    """
    run(daemon, OPEN_ASYNC, program)
    daemon.wait_empty()


def test_exit_in_the_middle_of_a_call(daemon: FakeDaemon) -> None:
    """Ctrl-C that nobody catches, while the daemon does not answer."""
    program = """
        conn = sysvirt.connect(uri)
        guest = conn.get_domain_by_name("guest")
        over = threading.Event()
        sys.excepthook = lambda *args: over.set()

        def strike():
            while not conn._pump.session.pending:
                time.sleep(0.01)
            while not over.wait(0.2):  # one that comes right before a system call is not seen
                os.kill(os.getpid(), signal.SIGINT)

        threading.Thread(target=strike).start()
        guest.set_autostart(True)
    """
    run(daemon, program, status=-2)
    daemon.wait_empty()


# --- fork --------------------------------------------------------------------------------------------

#: Runs `child` in a fork and then uses the connection of the parent; child's exceptions are statuses.
FORK = """
    def in_fork(child):
        pid = os.fork()
        if pid == 0:
            signal.alarm(60)
            try:
                child()
            except sysvirt.ForkedConnection:
                os._exit(42)
            except BaseException:
                import traceback
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        return os.waitstatus_to_exitcode(status)
"""

USES = {
    "a call": "conn.get_hostname",
    "a call of a guest": "guest.get_info",
    "a migration": "lambda: guest.migrate(sysvirt.connect(uri))",
    "a migration to it": "lambda: sysvirt.connect(uri).get_domain_by_name('guest').migrate(conn)",
    "keepalive": "lambda: conn.set_keep_alive(1, 1)",
    "new events": "lambda: conn.events(Domain.EVENT_ID_LIFECYCLE).__enter__()",
    "events": "lambda: events.next_event(1)",
    "a callback": "lambda: conn.domain_event_register_any(None, 0, print)",
    "a console": "lambda: guest.open_console(conn.new_stream())",
    "receiving": "lambda: stream.recv(100)",
    "sending": "lambda: stream.send(b'x')",
}
OTHERS = {
    "closing": "conn.close",
    "forgetting": "lambda: globals().update(conn=None, guest=None, events=None, stream=None)",
    "ending events": "events.close",
    "aborting": "stream.abort",
    "asking": "lambda: (conn.is_alive() and exit(5), conn.get_uri(), repr(conn), guest.get_name())",
    "exit": "sys.exit",
}
EXPECTED = {**dict.fromkeys(USES, 42), **dict.fromkeys(OTHERS, 0), "exit": 0}


@pytest.mark.slow
@pytest.mark.parametrize("locked", [False, True], ids=["", "while another thread works on it"])
@pytest.mark.parametrize("use", [*USES, *OTHERS])
def test_a_forked_child(daemon: FakeDaemon, use: str, locked: bool) -> None:
    """It is refused, or does nothing; the parent's connection goes on."""
    what = {**USES, **OTHERS}[use]
    lock = "conn._pump.session.lock" if locked else "threading.Lock()"
    program = f"""
        while not conn._pump.session.pending:  # by the thread that is never answered
            time.sleep(0.01)
        with {lock}:
            status = in_fork({what}) if {use!r} != "exit" else in_fork(lambda: os._exit(0))
        assert status == {EXPECTED[use]}, status
        assert conn.get_hostname() == "somewhere"
        assert guest.get_max_memory() == 4096
        assert conn.is_alive()
        stream.send(b"still here")
        conn.close()
        os._exit(0)
    """
    run(daemon, OPEN, FORK, program)


@pytest.mark.slow
@pytest.mark.parametrize(
    "use",
    [
        "lambda: conn.domain_event_register_any(None, 0, print)",
        "lambda: conn.register_close_callback(print)",
        "lambda: conn.events(Domain.EVENT_ID_LIFECYCLE).__enter__()",
        "lambda: conn.set_keep_alive(1, 5)",
    ],
    ids=["callback", "close callback", "iterator", "keepalive"],
)
def test_a_forked_child_reads_nothing_of_its_parents(daemon: FakeDaemon, use: str) -> None:
    """It asks for events, which the parent did not yet: no watcher of its own takes what is the parent's."""
    program = f"""
        conn = sysvirt.connect(uri)
        pid = os.fork()
        if pid == 0:
            signal.alarm(20)
            try:
                ({use})()
            except sysvirt.ForkedConnection:
                pass
            else:
                os._exit(1)
            assert len(os.listdir("/proc/self/task")) == 1
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        assert status == 0, status
        assert conn.get_hostname() == "somewhere"
        os._exit(0)
    """
    run(daemon, program)


def test_a_forked_child_that_exits_like_a_program(daemon: FakeDaemon) -> None:
    """With all that happens at an interpreter's end."""
    program = """
        pid = os.fork()
        if pid == 0:
            signal.alarm(60)
            sys.exit(6)
        _, status = os.waitpid(pid, 0)
        assert os.waitstatus_to_exitcode(status) == 6
        assert conn.get_hostname() == "somewhere"
        assert events.next_event(20) is not None
        os._exit(0)
    """
    opened = OPEN.replace("threading.Thread(target=events.next_event, daemon=True).start()", "")
    run(daemon, opened, program)


def test_a_child_opens_its_own(daemon: FakeDaemon) -> None:
    """Events too, for which it needs a watcher of its own."""
    program = """
        def child():
            with sysvirt.connect(uri) as mine, mine.events(Domain.EVENT_ID_LIFECYCLE) as arriving:
                mine.get_domain_by_name("guest").suspend()
                assert arriving.next_event(20) is not None
                assert arriving.next_event(20) is not None

        assert in_fork(child) == 0
        assert conn.get_hostname() == "somewhere"
        os._exit(0)
    """
    run(daemon, OPEN, FORK, program)


def test_a_forked_child_of_asyncio(daemon: FakeDaemon) -> None:
    program = """
        async def main():
            await use()

            async def refused(step):
                try:
                    await step()
                except sysvirt.ForkedConnection:
                    return
                raise AssertionError("not refused")

            pid = os.fork()
            if pid == 0:
                signal.alarm(60)
                await refused(conn.get_hostname)
                await refused(lambda: events.next_event(1))
                await refused(lambda: stream.recv(100))
                await refused(lambda: stream.send(b"x"))
                assert not conn.is_alive()
                await events.close()
                await stream.abort()
                await conn.close()
                os._exit(0)
            _, status = os.waitpid(pid, 0)
            assert status == 0, status
            assert await conn.get_hostname() == "somewhere"
            await stream.send(b"still here")
            os._exit(0)

        asyncio.run(main())
    """
    run(daemon, OPEN_ASYNC, program)


# --- garbage -----------------------------------------------------------------------------------------


def open_and_forget(face: Face, daemon: FakeDaemon) -> Script[None]:
    conn = yield lambda: face.connect(daemon)
    yield lambda: conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, print)


def test_a_forgotten_connection_warns(daemon: FakeDaemon, face: Face) -> None:
    with pytest.warns(ResourceWarning, match=r"unclosed <sysvirt\.(aio\.)?Connection test:///default>"):
        face.run(open_and_forget(face, daemon))
    daemon.wait_empty()


def test_garbage_is_collected_in_the_middle_of_anything(daemon: FakeDaemon, face: Face) -> None:
    """The collector may come on a thread that holds the lock of what it collects."""

    def open_both(held: list[Any]) -> Script[None]:
        held.append((yield lambda: face.connect(daemon)))
        for _ in range(2):
            held.append(held[0].events(Domain.EVENT_ID_LIFECYCLE))
            yield lambda: entered(held[-1])

    def script() -> Script[None]:
        held: list[Any] = []
        other = yield lambda: face.connect(daemon)
        yield from open_both(held)
        session = held[0]._pump.session
        with session.lock:
            del held[1]
        daemon.emit(0, GUEST, 2, 0)
        # The subscription goes when the next event comes.
        yield lambda: face.wait(lambda: until(lambda: len(session.others) == 1))
        with pytest.warns(ResourceWarning, match="unclosed"), session.lock:
            held.clear()
        yield lambda: face.wait(lambda: daemon.wait_until(lambda: len(daemon.clients) == 1))
        assert (yield other.get_hostname) == "somewhere"
        yield other.close

    face.run(script())
