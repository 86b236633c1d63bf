"""The thread that serves: work, timers, waiting, forks, strikes into who waits for it, and want of descriptors."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from functools import partial
from pathlib import Path

import pytest

from sysvirt._server.loop import Loop
from tests.session.peer import PATIENCE, in_thread, until

ROOT = Path(__file__).parents[2]


def run(program: str, *arguments: str) -> str:
    """What a program says that runs by itself; nothing on stderr."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), *arguments],
        env=os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def threads() -> int:
    return len(os.listdir("/proc/self/task"))


def test_from_the_first_user_to_the_last() -> None:
    before = threads()
    loop = Loop()
    for _ in range(2):  # it can be had again
        loop.acquire()
        loop.acquire()
        assert threads() == before + 1
        assert loop.run(lambda: loop.here) is True
        loop.release()
        assert loop.run(lambda: loop.here) is True
        loop.release()
        until(lambda: threads() == before)
        assert loop.run(lambda: 7) == 7  # by the caller


def test_what_work_raises_is_raised_to_who_handed_it_in() -> None:
    loop = Loop()
    loop.acquire()
    with pytest.raises(ZeroDivisionError):
        loop.run(lambda: 1 // 0)
    assert loop.run(lambda: 7) == 7
    loop.release()


def test_timers_in_their_order_but_for_those_cancelled() -> None:
    loop = Loop()
    loop.acquire()
    done: list[str] = []

    def start() -> None:
        loop.call_later(0.02, done.append, "last")
        loop.call_later(0.01, done.append, "first")
        loop.call_later(0.01, done.append, "second")
        loop.call_later(0.001, done.append, "never").cancel()
        loop.call_later(0.0, lambda: 1 // 0)

    failures: list[BaseException] = []
    loop.failed = failures.append
    loop.run(start)
    assert loop.wait_for(lambda: len(done) == 3, PATIENCE)
    assert done == ["first", "second", "last"]
    assert [type(failure) for failure in failures] == [ZeroDivisionError]
    loop.release()


def test_whatever_happens_wakes_who_waits() -> None:
    """Nobody has to tell: a wait of a minute that nothing woke would fail."""
    loop = Loop()
    loop.acquire()
    seen: list[int] = []

    def more_than(count: int) -> bool:
        return len(seen) > count

    waiting = [in_thread(loop.wait_for, partial(more_than, n), PATIENCE) for n in range(5)]
    until(lambda: len(loop._waiters) == 5)
    for number in range(5):
        loop.post(partial(seen.append, number))
        assert waiting[number].result(PATIENCE) is True
    assert not loop._waiters
    loop.release()


def test_a_wait_that_nothing_ends() -> None:
    loop = Loop()
    loop.acquire()
    looks = 0

    def second_look() -> bool:
        nonlocal looks
        looks += 1
        return looks > 1

    # What holds only once the time is up was not brought about here.
    assert loop.wait_for(second_look, 0.01) is False
    assert looks == 1
    loop.release()


def test_a_forked_child_touches_nothing_of_the_parents() -> None:
    assert (
        run("""
        import os, warnings
        from sysvirt.testing import FakeDaemon, FaultProxy, connect

        warnings.simplefilter("ignore", DeprecationWarning)  # of forks where there are threads
        daemon = FakeDaemon({"CONNECT_GET_HOSTNAME": "somewhere"})
        proxy = FaultProxy(daemon)
        path = daemon.listen()
        conn = connect(proxy)
        child = os.fork()
        if not child:
            try:
                daemon.emit(0, ("web", bytes(16), 1), 2, 0)
            except RuntimeError as error:
                assert "a fork has none of its threads" in str(error)
            else:
                raise AssertionError("it was sent by the child")
            proxy.close()
            daemon.close()
            with FakeDaemon({"CONNECT_GET_HOSTNAME": "elsewhere"}) as own, connect(own) as mine:
                assert mine.get_hostname() == "elsewhere"
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert os.path.exists(path)
        assert conn.get_hostname() == "somewhere"
        conn.close()
        proxy.close()
        daemon.close()
        assert not os.path.exists(path)
        print("done")
    """)
        == "done\n"
    )


def test_strikes_into_who_waits_for_it() -> None:
    """A signal handler's exception at random instants of handing in work and waiting: everything goes on."""
    assert (
        run("""
        import random, signal, time
        from sysvirt.testing import FakeDaemon, connect

        class Strike(Exception):
            pass

        armed = False

        def strike(*_):
            if armed:
                raise Strike

        signal.signal(signal.SIGALRM, strike)
        chance = random.Random(1)
        daemon = FakeDaemon({"CONNECT_GET_HOSTNAME": "somewhere"})
        web = ("web", bytes(16), 1)
        struck = done = 0
        while struck < 300:
            signal.setitimer(signal.ITIMER_REAL, chance.uniform(0.00002, 0.0006))
            try:
                armed = True
                for number in range(20):
                    daemon.emit(0, web, 2, 0)
                    daemon.wait_until(lambda: not daemon.clients)
                    daemon.flush()
                    done += 1
                armed = False
            except Strike:
                armed = False
                struck += 1
            armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        assert not daemon._background._waiters
        with connect(daemon) as conn:
            assert conn.get_hostname() == "somewhere"
        daemon.close()
        print("done")
    """)
        == "done\n"
    )


def test_more_connections_than_descriptors(tmp_path: Path) -> None:
    """They are taken once there are some, and nobody else is kept waiting."""
    assert (
        run(
            """
        import os, resource, socket, sys
        from sysvirt.testing import FakeDaemon, connect

        with FakeDaemon({"CONNECT_GET_HOSTNAME": "somewhere"}) as daemon:
            path = daemon.listen(sys.argv[1])
            conn = connect(daemon)
            waiting = socket.socket(socket.AF_UNIX)
            limit = max(map(int, os.listdir("/proc/self/fd"))) + 1
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
            taken = []
            try:
                while True:
                    taken.append(os.dup(0))
            except OSError:
                pass
            waiting.connect(path)
            daemon.wait_until(lambda: daemon._background._timers)
            assert conn.get_hostname() == "somewhere"
            assert len(daemon.clients) == 1
            for fd in taken:
                os.close(fd)
            resource.setrlimit(resource.RLIMIT_NOFILE, (512, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
            daemon.wait_until(lambda: len(daemon.clients) == 2)
            waiting.close()
            conn.close()
        print("done")
        """,
            str(tmp_path / "socket"),
        )
        == "done\n"
    )
