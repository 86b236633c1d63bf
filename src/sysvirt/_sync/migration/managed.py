# Made by tools/unasync.py from src/sysvirt/_async/migration/managed.py; do not edit.
"""A migration that the client manages: its steps in order, and what follows when one of them fails.

The guest runs at the source until perform has ended, and at the target from finish on. Whatever was not told to finish
never runs there. So up to finish, all that fails ends with the guest at the source. After a finish that was not
answered it may be at either: nothing is confirmed then before the target was asked again over another connection.
"""

from __future__ import annotations

import time

from ..._generated.constants import DomainConstants
from ..._protocol.table import remote
from ..._session import blocking_facade as facade
from ...errors import Error, OperationFailed
from .five_steps import CANCEL, GO, FiveSteps
from .moving import SETTLE_SECONDS
from .sides import MOVING, PAUSED_IN_POST_COPY, ask, was_answered, was_not_sent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from ..._session.blocking_facade import Later
    from .sides import Asked, Side

    R = TypeVar("R")

_DOM = DomainConstants
#: Paused for one of these, it is what a migration has left of a guest that went.
_LEFT = (_DOM.STATE_PAUSED_MIGRATION, _DOM.STATE_PAUSED_POSTCOPY)
_POST_COPY_FLAGS = _DOM.MIGRATE_POSTCOPY | _DOM.MIGRATE_POSTCOPY_RESUME
#: How long between two looks at what is still going on.
LOOK_SECONDS = 0.5

#: virErrorDomain, and the code by which the target says that it did as it was told.
_FROM_QEMU, _OPERATION_FAILED, _FINISH_OK = 10, 9, 93


class Managed(FiveSteps):
    #: The target was told to cancel while perform went on.
    _broken_off = False

    def steps(self) -> bytes:
        """The guest's handle at the target."""
        self.begin()
        try:
            self._prepare()
        except Error:
            self._end_at_source()
            raise
        self.target.place.give_back()
        if not self.flags & _DOM.MIGRATE_OFFLINE:
            try:
                self.perform()
            except Error as error:
                outcome = self._after_perform(error)
                if outcome is error:
                    raise
                raise outcome from error
        if self._broken_off:
            # It had ended all the same, and its guest at the target is gone by now.
            outcome = self.given_up()
            self._back_to_source(outcome)
            raise outcome
        try:
            ref = self.finish()
        except Error as error:
            ref = self._after_finish(error)
        try:
            self.confirm(GO)
        except Error as error:
            self._see_that_it_left(error)
        return ref

    def _prepare(self) -> None:
        self.note_state()
        self._go_on()
        self.prepare()
        try:
            self.check_uri()
            self._go_on()
        except Error:
            self.cancel_at_target()
            raise

    def _go_on(self) -> None:
        if self.is_given_up():
            raise self.given_up()

    def _end_at_source(self) -> None:
        """Before perform: the guest runs on, and the daemon lets go of it at the latest when the connection ends."""
        try:
            self.confirm(CANCEL)
        except Error:
            pass

    # --- perform has failed --------------------------------------------------------------------------

    def break_off(self) -> None:
        self._broken_off = True
        self.cancel_at_target()

    def _after_perform(self, error: Error) -> Error:
        """The error of the migration, when all is settled."""
        if not (was_answered(error) or was_not_sent(error)):
            return self._after_lost_perform(error)
        if was_answered(error) and self.is_in_post_copy():
            error.add_note(_IN_POST_COPY)
            return error
        at_target = None if self._broken_off else self.cancel_at_target()
        if not was_answered(error):
            self._end_at_source()
        if self.is_given_up():
            return self.given_up()
        return _joined(error, at_target)

    def _after_lost_perform(self, error: Error) -> Error:
        """The connection to the source is gone. Its daemon goes on, until the target breaks that off."""
        if not self.request.has(_POST_COPY_FLAGS):
            self.cancel_at_target()
        try:
            if self._ask(self.source, self._bring_back):
                return error
        except Error:
            pass
        return self.unfinished("the connection to the source was lost")

    def _bring_back(self, asked: Asked, until: float) -> bool:
        """Whether the guest goes on at the source; not where it was in post-copy when the connection was lost."""
        if self.request.has(_POST_COPY_FLAGS):
            _, state, reason = asked.find(self.uuid, until)
            if state == _DOM.STATE_PAUSED and reason in PAUSED_IN_POST_COPY:
                self.at_source = "paused"
                return False
            self.cancel_at_target()
        return self._until_it_is_back(asked, until)

    # --- finish has failed ---------------------------------------------------------------------------

    def _after_finish(self, error: Error) -> bytes:
        """The guest's handle at the target, if it has come there after all; else the error, with it at the source."""
        if not (was_answered(error) or was_not_sent(error)):
            ref = self._ask_target(error)
            if ref:
                self.at_target = self.moved
                return ref
        if not self.request.has(_POST_COPY_FLAGS):
            self.at_target = "gone"
        self._back_to_source(error)
        if was_answered(error) and self.is_in_post_copy():
            error.add_note(_IN_POST_COPY)
        raise error

    def _back_to_source(self, error: Error) -> None:
        """Has the guest, which perform has left paused, go on at the source. error: the reason for that."""
        try:
            self.confirm(CANCEL)
        except Error as second:
            self._see_that_it_is_back(error, second)

    def _ask_target(self, error: Error) -> bytes:
        """The guest's handle at the target; b"" where it does not run there, and will not."""
        try:
            ref = self._ask(self.target, self._until_it_has_come)
        except Error:
            ref = None
        if ref is None:
            self.leave_unconfirmed()
            raise self.unfinished("the target did not say whether the guest has come") from error
        return ref

    def _ask(self, side: Side, question: Callable[[Asked, float], Later[R]]) -> R | None:
        until = time.monotonic() + SETTLE_SECONDS
        return ask(side.connection, until, lambda asked: question(asked, until))

    def _until_it_has_come(self, asked: Asked, until: float) -> bytes:
        while True:
            ref, state, reason = asked.find(self.uuid, until)
            if self.flags & _DOM.MIGRATE_OFFLINE:
                return ref
            if state == _DOM.STATE_SHUTOFF:
                return b""
            if state == _DOM.STATE_RUNNING and reason == _DOM.STATE_RUNNING_POSTCOPY_FAILED:
                return b""
            if state == _DOM.STATE_RUNNING and reason != _DOM.STATE_RUNNING_POSTCOPY:
                return ref
            if state == _DOM.STATE_PAUSED and reason not in MOVING and self.flags & _DOM.MIGRATE_PAUSED:
                return ref
            facade.sleep(LOOK_SECONDS)

    # --- confirm has failed --------------------------------------------------------------------------

    def _see_that_it_left(self, error: Error) -> None:
        """The guest has come to the target: what is left of it at the source is ended."""
        if self.flags & _DOM.MIGRATE_OFFLINE:
            return  # nothing is
        self.at_source = "unknown"
        try:
            left = self._ask(self.source, self._end_leftover)
        except Error:
            left = None
        if not left:
            raise self.unfinished("the source did not confirm that the guest has left") from error
        self.at_source = "gone"

    def _end_leftover(self, asked: Asked, until: float) -> bool:
        """Ends a guest that perform has left paused; False if it does not become so, and must not be ended."""
        while True:
            ref, state, reason = asked.find(self.uuid, until)
            if state == _DOM.STATE_SHUTOFF:
                break
            if state == _DOM.STATE_PAUSED and reason in _LEFT:
                asked.end(ref, until)
                break
            # A daemon that was started again may not know yet what its guest is.
            if time.monotonic() > until - LOOK_SECONDS:
                return False
            facade.sleep(LOOK_SECONDS)
        if self.flags & _DOM.MIGRATE_UNDEFINE_SOURCE:
            ref, _, _ = asked.find(self.uuid, until)
            if ref:
                asked.call(until, remote.DOMAIN_UNDEFINE_FLAGS, ref, _DOM.UNDEFINE_KEEP_NVRAM)
        return True

    def _see_that_it_is_back(self, reason: Error, error: Error) -> None:
        """The guest has not come to the target: it is to run at the source again."""
        self.at_source = "unknown"
        try:
            is_back = self._ask(self.source, self._until_it_is_back)
        except Error as third:
            is_back, error = False, third
        if not is_back:
            reason.add_note(f"afterwards: {error.message}")
            raise self.unfinished("the source did not confirm that it goes on there") from reason

    def _until_it_is_back(self, asked: Asked, until: float) -> bool:
        while True:
            ref, state, reason = asked.find(self.uuid, until)
            if state == _DOM.STATE_SHUTOFF:
                self.at_source = "gone"
                return True
            if state == _DOM.STATE_PAUSED and reason in PAUSED_IN_POST_COPY:
                self.at_source = "paused"
                return True
            if not asked.has_job(ref, until):
                break
            facade.sleep(LOOK_SECONDS)
        if state == _DOM.STATE_PAUSED and reason == _DOM.STATE_PAUSED_MIGRATION and self.before == "running":
            asked.call(until, remote.DOMAIN_RESUME, ref)
        self.at_source = self.before
        return True


_IN_POST_COPY = (
    "The guest needs both sides now: when the link between them works again, migrate it once more, "
    "with MIGRATE_POSTCOPY_RESUME."
)


def _joined(error: Error, at_target: Error | None) -> Error:
    """What went wrong, with the target's word where QEMU has failed on both sides: either may be the reason."""
    if (
        at_target is None
        or (error._domain, error._code) != (_FROM_QEMU, _OPERATION_FAILED)
        or at_target._domain != _FROM_QEMU
        or at_target._code == _FINISH_OK
    ):
        return error
    text = f"migration failed: the source says {error.message!r}, the target {at_target.message!r}"
    return OperationFailed(text, domain=_FROM_QEMU)
