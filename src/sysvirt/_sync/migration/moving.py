# Made by tools/unasync.py from src/sysvirt/_async/migration/moving.py; do not edit.
"""What all migrations have in common: they run beside their caller, who may give up, and settle what they began.

**The caller waits, a job works.** The steps are made by a job of its own, which no Ctrl-C and no cancel strikes. To
give up is a word to it (`give_up`): it then brings the guest back if that can still be done, and else to its end. The
caller waits for that, but not for ever: what takes longer than `SETTLE_SECONDS` goes on by itself, and the caller is
told what is known of both sides.
"""

from __future__ import annotations

import time

from ..._generated.constants import DomainConstants
from ..._protocol.table import remote
from ..._session import blocking_facade as facade
from ...errors import CallTimeout, Error, MigrationUnfinished, OperationInvalid
from . import places
from .sides import PAUSED_IN_POST_COPY, Side

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..._protocol.procedure import Procedure
    from ..._session.blocking_facade import Job
    from ...errors import Whereabouts
    from ..connection import Connection
    from ..domain.base import DomainBase
    from .places import Place
    from .request import Request

#: How long somebody who has given up waits for the migration to be settled.
SETTLE_SECONDS = 30.0
#: How long the source is asked to abort before other means are taken, and how often.
ABORT_SECONDS, ABORT_AGAIN_SECONDS = 10.0, 1.0

_RECOVER = "`recover_migration` looks at both sides and clears that up"


class Moving:
    """A migration, from its begin to its end."""

    def __init__(self, dom: DomainBase, request: Request, *others: Place) -> None:
        connection: Connection = dom._connection
        self.request = request
        self.name = dom.get_name()
        self.ref = dom._ref
        self.uuid = dom.get_uuid()
        self.source = Side(connection, places.at_source(connection._channel.pump, self.ref))
        self._places = [self.source.place, *others]
        self._stop = facade.Signal()
        #: Post-copy goes on after a break: the guest is at the target already, and its rest at the source.
        self.resumes = request.has(DomainConstants.MIGRATE_POSTCOPY_RESUME)
        #: What it is at the source when this begins, and again if it does not go; and what it is then at the target.
        self.before: Whereabouts = "paused" if self.resumes else "running"
        self.not_come: Whereabouts = "running" if self.resumes else "gone"
        #: What is known of the guest on each side.
        self.at_source: Whereabouts = "paused" if self.resumes else "unknown"
        self.at_target: Whereabouts = self.not_come

    def run(self, deadline: float | None) -> bytes:
        """Migrates the guest: its handle at the target, where that is known."""
        job, interrupted = facade.see_through(self._work, deadline, self.give_up, SETTLE_SECONDS)
        try:
            if not job.done:
                raise self.unfinished("it was given up, and could not be settled in time, which goes on")
            ref = job.result()
        except Error as error:
            if interrupted is None:
                raise
            raise interrupted from error
        if interrupted is not None:
            interrupted.add_note(
                f"the migration of {self.name!r} had gone too far: the guest is at the target"
            )
            raise interrupted
        return ref

    def give_up(self) -> None:
        self._stop.set()
        for place in self._places:
            place.wake()

    def is_given_up(self) -> bool:
        return self._stop.done

    def _work(self) -> bytes:
        try:
            self._take_places()
            return self.steps()
        finally:
            for place in self._places:
                place.give_back()

    def _take_places(self) -> None:
        for place in self._places:
            if not place.take(self.is_given_up):
                raise self.given_up()

    def steps(self) -> bytes:
        raise NotImplementedError

    # --- performing ----------------------------------------------------------------------------------

    def until_performed(self, procedure: Procedure[..., Any], *args: object) -> Any:
        """The reply to the long call. When it is given up meanwhile the daemon is asked to abort it."""
        job = facade.spawn(self.source.call, procedure, *args)
        if facade.first_of(job, self._stop) is not job:
            self._abort(job)
        return job.result()

    def _abort(self, job: Job[Any]) -> None:
        until = time.monotonic() + ABORT_SECONDS
        while not job.done and time.monotonic() < until:
            try:
                self.source.call(remote.DOMAIN_ABORT_JOB, self.ref)
            except OperationInvalid:
                # It may not have come to that yet, or have ended by now; but not past the switch to post-copy.
                if self.is_in_post_copy():
                    return
            except Error:
                pass  # what has become of the connection, perform tells as well
            facade.first_of(job, timeout=ABORT_AGAIN_SECONDS)
        if not job.done and not self.is_in_post_copy():
            self.break_off()
        facade.first_of(job)

    def break_off(self) -> None:
        """Ends by other means what does not end although it was told to abort."""

    def is_in_post_copy(self) -> bool:
        """Whether the guest may need both sides, so that nothing of it must be ended."""
        dom = DomainConstants
        if not self.request.has(dom.MIGRATE_POSTCOPY | dom.MIGRATE_POSTCOPY_RESUME):
            return False
        try:
            state, reason = self.source.call(remote.DOMAIN_GET_STATE, self.ref, 0)
        except Error:
            return True
        return state == dom.STATE_PAUSED and reason in PAUSED_IN_POST_COPY

    # --- errors --------------------------------------------------------------------------------------

    def given_up(self) -> CallTimeout:
        return CallTimeout(
            f"the migration of {self.name!r} was given up before its end: the guest is where it was",
            sent="no",
        )

    def unfinished(self, reason: str) -> MigrationUnfinished:
        here, there = self.at_source, self.at_target
        text = f"the migration of {self.name!r} was left in the middle: {reason}; "
        text += f"the guest is {here} on the source and {there} on the target; {_RECOVER}"
        return MigrationUnfinished(text, source=here, target=there)
