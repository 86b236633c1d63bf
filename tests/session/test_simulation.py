"""The blocking pump's hand-over under thousands of seeded schedules, with and without interrupts."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from sysvirt._protocol.table import remote
from sysvirt.errors import CallTimeout, OperationTimeout
from tests.session.simulation import Daemon, Scheduler, make_pump

# A procedure with no place, and one that takes a place and the guest's key.
FREE = remote.DOMAIN_GET_OS_TYPE
KEYED = remote.DOMAIN_GET_XML_DESC

SEEDS = int(os.environ.get("SYSVIRT_SEEDS", "150"))


def guest(number: int) -> bytes:
    name = b"g%03d" % number
    return b"\0\0\0\4" + name + bytes([number]) * 16 + b"\xff\xff\xff\xff"


class Run:
    """Some threads that call, one daemon that answers."""

    def __init__(
        self,
        patch: pytest.MonkeyPatch,
        seed: int,
        threads: int,
        calls: int,
        *,
        capacity: int = 1 << 30,
        interrupts: int = 0,
        guests: int = 3,
        timeout: float | None = None,
    ) -> None:
        self.scheduler = Scheduler(seed, interrupt=0.15 if interrupts else 0.0, interrupts=interrupts)
        self.daemon = Daemon(self.scheduler, capacity)
        self.pump = make_pump(patch, self.scheduler, self.daemon)
        self.running = threads
        self.answered = 0
        self.given_up = 0
        self.guests = guests
        for number in range(threads):
            self.scheduler.spawn(
                f"caller-{number}", self._caller(number, calls, timeout), is_main=number == 0
            )
        self.scheduler.spawn("daemon", lambda: self.daemon.run(lambda: self.running == 0))

    def _caller(self, number: int, calls: int, timeout: float | None) -> Callable[[], None]:
        def body() -> None:
            try:
                for turn in range(calls):
                    self._one(number, turn, timeout)
            finally:
                self.running -= 1

        return body

    def _one(self, number: int, turn: int, timeout: float | None) -> None:
        of = self.scheduler.random.randrange(self.guests)
        deadline = None if timeout is None else self.scheduler.now + timeout
        try:
            if (number + turn) % 2:
                reply = self.pump.call(FREE, (guest(of),), deadline)
            else:
                reply = self.pump.call(KEYED, (guest(of), turn), deadline)
        except KeyboardInterrupt:
            return
        except OperationTimeout:
            self.given_up += 1
            return
        assert reply == repr(guest(of))
        self.answered += 1

    def run(self) -> None:
        self.scheduler.run()
        session = self.pump.session
        assert session.error is None
        # Nobody holds a role or sleeps when all have gone.
        assert self.pump._reader is None
        assert self.pump._sender is None
        assert not self.pump._sleeping
        assert not self.pump._send_queue
        # No call was sent twice.
        assert len(self.daemon.seen) == len(set(self.daemon.seen))


@pytest.mark.slow
@pytest.mark.parametrize("threads", [1, 2, 3, 5])
def test_no_wake_is_lost(monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    for seed in range(SEEDS):
        run = Run(monkeypatch, seed, threads, calls=3)
        run.run()
        assert run.answered == 3 * threads, seed
        assert run.scheduler.time_passed == 0, f"seed {seed}: somebody had to look for itself"
        assert not run.pump.session.pending, seed


@pytest.mark.slow
@pytest.mark.parametrize("threads", [2, 4])
def test_a_slow_taker(monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    """Frames leave in pieces: whoever sends next sends the rest, and nobody stops reading."""
    for seed in range(SEEDS):
        run = Run(monkeypatch, seed, threads, calls=2, capacity=70)
        run.run()
        assert run.answered == 2 * threads, seed
        assert run.scheduler.time_passed == 0, f"seed {seed}: somebody had to look for itself"


@pytest.mark.slow
@pytest.mark.parametrize("threads", [1, 2, 4])
def test_interrupts_harm_nobody(monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    interrupted = 0
    for seed in range(SEEDS):
        run = Run(monkeypatch, seed, threads, calls=4, interrupts=6)
        run.run()
        interrupted += run.scheduler.interrupted
        # The other threads got every answer; and nobody waited for the queue's limit of 30 s.
        assert run.given_up == 0, seed
        assert run.answered >= 4 * (threads - 1), seed
        assert run.scheduler.now < 1015, seed
        follow_up(monkeypatch, run)
    assert interrupted > SEEDS


@pytest.mark.slow
def test_interrupts_and_a_slow_taker(monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(SEEDS):
        run = Run(monkeypatch, seed, 3, calls=3, capacity=70, interrupts=4)
        run.run()
        assert run.given_up == 0, seed
        assert run.answered >= 6, seed
        follow_up(monkeypatch, run)


def follow_up(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    """After all that, the connection is in step: each later call gets its own answer."""
    scheduler = run.scheduler
    scheduler.interrupts_left = 0
    scheduler.again()
    run.running = 1
    before = run.answered
    scheduler.spawn("later", run._caller(1, 4, None))
    scheduler.spawn("daemon", lambda: run.daemon.run(lambda: run.running == 0))
    scheduler.run()
    assert run.answered == before + 4
    assert run.given_up == 0
    assert not run.pump.session.admission.queue


@pytest.mark.slow
def test_a_frozen_daemon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call ends at its deadline, or at once when no place is left; afterwards all is well."""
    for seed in range(SEEDS // 3):
        run = Run(monkeypatch, seed, 4, calls=2, timeout=5.0)
        run.daemon.frozen = True
        run.run()
        assert run.answered == 0
        assert run.given_up == 8
        assert run.scheduler.now <= 1000 + 2 * 5.0 + 1
        run.daemon.frozen = False
        run.given_up = 0
        follow_up(monkeypatch, run)


@pytest.mark.parametrize("seed", range(SEEDS // 3))
def test_unsent_means_unsent(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """What is given up with "not sent" never arrives, not even later."""
    scheduler = Scheduler(seed)
    daemon = Daemon(scheduler, capacity=40)
    pump = make_pump(monkeypatch, scheduler, daemon)
    fates: dict[int, str] = {}
    left = [3]

    def caller(number: int) -> Callable[[], None]:
        def body() -> None:
            try:
                pump.call(FREE, (guest(number),), scheduler.now + 1.0)
            except CallTimeout as error:
                fates[number] = error.sent
            finally:
                left[0] -= 1

        return body

    daemon.frozen = True
    for number in range(3):
        scheduler.spawn(f"caller-{number}", caller(number))
    scheduler.run()
    assert set(fates) == {0, 1, 2}
    daemon.frozen = False
    daemon.capacity = 1 << 30
    while daemon.step():
        pass
    scheduler.again()
    left[0] = 1
    scheduler.spawn("later", caller(9))
    scheduler.spawn("daemon", lambda: daemon.run(lambda: left[0] == 0))
    scheduler.run()
    assert 9 not in fates
    sent = [number for number, fate in fates.items() if fate == "unknown"]
    assert len(daemon.seen) == len(sent) + 1
