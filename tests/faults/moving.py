"""Two daemons between which a guest goes, as far as libvirt's own would have it go, and what a test makes go wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sysvirt import Domain, Error, NoDomain, OperationAborted, OperationInvalid
from sysvirt.errors import OperationFailed
from sysvirt.testing import HOLD, FakeDaemon, ReceivedCall
from tests.faults.conversation import GUEST
from tests.faults.waits import until

STEPS = ("begin", "prepare", "perform", "finish", "confirm")
#: Which of the two has a step's call.
SIDE = dict(zip(STEPS, ("source", "target", "source", "target", "source"), strict=True))
XML = "<domain/>"

#: What a test may want of a step: that the connection breaks before it is done, or when it is done and not answered;
#: that it is refused; that it takes until somebody ends it.
CUT_BEFORE, CUT_AFTER, REFUSED, HELD = "cut before", "cut after", "refused", "held"

_STATES = {
    "running": (1, 2),
    "paused": (3, 1),
    "moving": (3, 2),
    "gone": (5, 4),
    "coming": (3, 2),
    "ending": (4, 0),
}
_IN_POST_COPY = {
    "post-copy": {"source": (3, 12), "target": (1, 10)},
    "post-copy failed": {"source": (3, 13), "target": (1, 11)},
}


def name_of(step: str) -> str:
    return f"DOMAIN_MIGRATE_{step.upper()}3_PARAMS"


def refusal(step: str) -> Error:
    return OperationFailed(f"{step} was refused", domain=20)


class Hosts:
    """`at_source` and `at_target` say what the guest is there: "moving" is paused at the end of perform, "coming" waits
    for finish, "ending" is about to be ended by its daemon: it is gone when that is asked again."""

    def __init__(self) -> None:
        self.source, self.target = FakeDaemon(), FakeDaemon()
        self.at_source, self.at_target = "running", "gone"
        self.has_job = False
        self.ran_twice = False
        #: By step, what goes wrong with it.
        self.faults: dict[str, str] = {}
        #: By step, what is done when its call has come.
        self.at: dict[str, Callable[[], object]] = {}
        #: All steps that came, with whether they said to cancel.
        self.steps: list[str] = []
        self.abort = True
        #: What becomes of a perform that goes on when the target was told to cancel; by itself it fails.
        self.break_off = self.end_perform
        self._held: dict[str, ReceivedCall] = {}
        for step in STEPS:
            daemon: FakeDaemon = getattr(self, SIDE[step])
            daemon.on(name_of(step), partial(self._step, step))
        for daemon in (self.source, self.target):
            daemon.on("CONNECT_SUPPORTS_FEATURE", 1)
            daemon.on("DOMAIN_LOOKUP_BY_UUID", partial(self._lookup, daemon))
            daemon.on("DOMAIN_LOOKUP_BY_NAME", partial(self._lookup, daemon))
            daemon.on("DOMAIN_GET_STATE", partial(self._state, daemon))
            daemon.on("DOMAIN_GET_JOB_INFO", lambda call: (2 * self.has_job, *[0] * 11))
            daemon.on("CONNECT_GET_HOSTNAME", "somewhere")
        self.source.on("DOMAIN_ABORT_JOB", lambda call: self._abort())
        self.source.on("DOMAIN_RESUME", lambda call: self._become("source", "running"))
        self.source.on("DOMAIN_DESTROY", lambda call: self._become("source", "gone"))
        self.target.on("DOMAIN_DESTROY", lambda call: self._become("target", "gone"))

    def close(self) -> None:
        self.source.close()
        self.target.close()

    # --- what a test looks at ------------------------------------------------------------------------

    def settled(self, context: object = "") -> str:
        """Where the guest is, when it is at one of them and nothing goes on any more."""
        until(lambda: not self.has_job, f"a job is left {context} {self}")
        until(lambda: "running" in (self.at_source, self.at_target), f"it runs nowhere {context} {self}")
        until(
            lambda: self.at_target != "coming" and self.at_source != "moving",
            f"something is left {context} {self}",
        )
        assert not self.ran_twice, context
        return "source" if self.at_source == "running" else "target"

    def __str__(self) -> str:
        return f"source {self.at_source}, target {self.at_target}, {self.steps}"

    # --- what a test tells -----------------------------------------------------------------------------

    def cut(self, side: str) -> None:
        """Breaks the connections to one of them; libvirt ends what was waiting there for more to come."""
        daemon: FakeDaemon = getattr(self, side)
        for client in list(daemon.clients):
            client.close()
        if side == "target":
            self._target_is_lost()
        elif not self._held.get("perform"):
            self.has_job = False

    def later(self, step: str, seconds: float, what: Callable[[], object]) -> None:
        """Does something so long after a step's call has come."""
        daemon: FakeDaemon = getattr(self, SIDE[step])
        self.at[step] = lambda: daemon._background.call_later(seconds, what)

    def holds(self, step: str) -> bool:
        return step in self._held

    def release(self, step: str) -> None:
        """Does what was held, and answers it."""
        call = self._held.pop(step)
        try:
            call.reply(self._do(step, bool(call.args[-1]) and step in ("finish", "confirm")))
        except Error as error:
            call.fail(error)

    # --- the guest -------------------------------------------------------------------------------------

    def _become(self, side: str, state: str) -> None:
        setattr(self, f"at_{side}", state)
        if self.at_source == self.at_target == "running":
            self.ran_twice = True

    def _state(self, daemon: FakeDaemon, call: ReceivedCall) -> tuple[int, int]:
        side = "source" if daemon is self.source else "target"
        state = getattr(self, f"at_{side}")
        if state == "ending":
            self._become(side, "gone")
        return _IN_POST_COPY[state][side] if state in _IN_POST_COPY else _STATES[state]

    def _lookup(self, daemon: FakeDaemon, call: ReceivedCall) -> tuple[str, bytes, int]:
        if daemon is self.target and self.at_target == "gone":
            raise NoDomain("no such guest", domain=10)
        return GUEST

    def _step(self, step: str, call: ReceivedCall) -> object:
        cancelled = step in ("finish", "confirm") and bool(call.args[-1])
        self.steps.append(f"{step} cancelled" if cancelled else step)
        if step in self.at:
            self.at.pop(step)()
        fault = "" if cancelled and step == "finish" else self.faults.pop(step, "")
        if fault == HELD:
            self._held[step] = call
            return HOLD
        if fault == REFUSED:
            return self._refuse(step)
        if fault == CUT_BEFORE:
            self.cut(SIDE[step])
            return HOLD
        done: object = None
        try:
            done = self._do(step, cancelled)
        finally:
            if fault == CUT_AFTER:
                self.cut(SIDE[step])
        return HOLD if fault == CUT_AFTER else done

    def _refuse(self, step: str) -> object:
        if step == "perform":
            self.has_job = False
        elif step == "finish":
            self._become("target", "gone")
        raise refusal(step)

    def _do(self, step: str, cancelled: bool) -> object:
        if step == "begin":
            self.has_job = True
            return b"from begin", XML
        if step == "prepare":
            self._become("target", "coming")
            return b"from prepare", "tcp:there:49152"
        if step == "perform":
            self._become("source", "moving")
            return b"from perform"
        if step == "finish":
            if cancelled:
                self._target_is_lost()
                raise Error("cancelled", 93, 10)
            if self.at_target != "coming":
                raise refusal(step)
            self._become("target", "running")
            return GUEST, b"from finish"
        if not self.has_job:
            raise OperationInvalid("no migration", domain=10)
        self.has_job = False
        self._become("source", "running" if cancelled else "gone")
        return None

    def _target_is_lost(self) -> None:
        if self.at_target == "coming":
            self._become("target", "gone")
            if "perform" in self._held:
                self.break_off()

    def end_perform(self) -> None:
        """It fails by itself, where it goes on."""
        if "perform" in self._held:
            self._end_perform(OperationFailed("out of order", domain=10))

    def _end_perform(self, error: Error) -> None:
        self.has_job = False
        call = self._held.pop("perform")
        if not call.client.closed:
            call.fail(error)

    def _abort(self) -> None:
        if not self.has_job:
            raise OperationInvalid("no job", domain=10)
        if self.abort and "perform" in self._held:
            self._end_perform(OperationAborted("aborted", domain=10))


PARAMS: Mapping[str, Any] = {Domain.MIGRATE_PARAM_BANDWIDTH: 10}


def nothing_held(*connections: Any) -> None:
    """No place and no key, on what is still open."""
    for conn in connections:
        places = conn._channel.session.admission
        until(lambda places=places: not (places._ordinary or places._keys or places.queue or places._kept))
