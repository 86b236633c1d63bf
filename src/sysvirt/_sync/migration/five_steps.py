# Made by tools/unasync.py from src/sysvirt/_async/migration/five_steps.py; do not edit.
"""The calls of a migration between two daemons that the client manages, and what each hands to the next.

begin     source   takes the guest's lock, and says what it is
prepare   target   makes a guest that waits for its memory
perform   source   sends the memory; at the end of it the guest is paused
finish    target   has the guest run there, or ends it
confirm   source   ends the guest there, or has it run again
"""

from __future__ import annotations

from ..._generated.constants import DomainConstants
from ..._protocol.table import remote
from ...errors import Error, OperationFailed
from . import places
from .moving import Moving
from .request import replaced
from .sides import Side, was_answered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...errors import Whereabouts
    from ..connection import Connection
    from ..domain.base import DomainBase
    from .request import Request

_DOM = DomainConstants
#: The target is told nothing of these.
_NOT_FOR_TARGET = _DOM.MIGRATE_ABORT_ON_ERROR | _DOM.MIGRATE_AUTO_CONVERGE

#: What finish and confirm are told.
GO, CANCEL = 0, 1

_INTERNAL_ERROR = 1


class FiveSteps(Moving):
    def __init__(self, dom: DomainBase, target: Connection, request: Request, protection: int) -> None:
        """protection: MIGRATE_CHANGE_PROTECTION where the source has that: then begin takes the guest's lock."""
        place = places.at_target(target._channel.pump)
        super().__init__(dom, request, place)
        self.target = Side(target, place)
        self._protection = protection
        self.flags = request.flags & ~_DOM.MIGRATE_CHANGE_PROTECTION
        self._params = request.params
        self._cookie = b""

    @property
    def _source_flags(self) -> int:
        return self.flags | self._protection

    @property
    def _target_flags(self) -> int:
        return self.flags & ~_NOT_FOR_TARGET

    def _take_cookie(self) -> bytes:
        """What the step before has left for the next one; a step that fails leaves nothing."""
        cookie, self._cookie = self._cookie, b""
        return cookie

    def begin(self) -> None:
        self.source.connection._unconfirmed.pop(self.uuid, None)
        call = remote.DOMAIN_MIGRATE_BEGIN3_PARAMS
        self._cookie, xml = self.source.call(call, self.ref, self._params, self._source_flags)
        self._params = replaced(self._params, _DOM.MIGRATE_PARAM_DEST_XML, xml)

    def note_state(self) -> None:
        """A guest that is paused is to stay so."""
        try:
            state, _ = self.source.call(remote.DOMAIN_GET_STATE, self.ref, 0)
        except Error as error:
            if was_answered(error):
                return
            raise
        if state == _DOM.STATE_PAUSED:
            self.before = "paused"
            if not self.resumes:
                self.flags |= _DOM.MIGRATE_PAUSED
        elif state == _DOM.STATE_SHUTOFF:
            self.before = "gone"
        self.at_source = self.before

    def prepare(self) -> None:
        call = remote.DOMAIN_MIGRATE_PREPARE3_PARAMS
        cookie = self._take_cookie()
        self._cookie, uri = self.target.call(call, self._params, cookie, self._target_flags)
        if uri is not None:
            self._params = replaced(self._params, _DOM.MIGRATE_PARAM_URI, uri)

    def check_uri(self) -> None:
        if _DOM.MIGRATE_PARAM_URI not in dict(self._params):
            raise OperationFailed("the target did not say where it waits for the guest", code=_INTERNAL_ERROR)

    def perform(self) -> None:
        if not self.resumes:
            self.at_source = "unknown"
            if self.request.has(_DOM.MIGRATE_POSTCOPY):
                self.at_target = "unknown"  # it may go there at any time from now on
        args = (self.ref, None, self._params, self._take_cookie(), self._source_flags)
        try:
            self._cookie = self.until_performed(remote.DOMAIN_MIGRATE_PERFORM3_PARAMS, *args)
        except Error as error:
            if was_answered(error):
                self.at_source = self.before
            raise
        self.at_source = "paused"

    def finish(self) -> bytes:
        """The guest's handle at the target."""
        if self.flags & _DOM.MIGRATE_OFFLINE:
            self._cookie = b""
        if not self.resumes:
            self.at_target = "unknown"
        ref = self._finish(GO)
        self.at_target = self.moved
        return ref

    def cancel_at_target(self) -> Error | None:
        """Ends what prepare has made, and returns what the target says to that.

        A guest that was not told to go on never runs, whether this arrives or not.
        """
        self.at_target = self.not_come
        try:
            self._finish(CANCEL)
        except Error as error:
            return error
        return None

    def _finish(self, cancelled: int) -> bytes:
        if _DOM.MIGRATE_PARAM_DEST_NAME not in dict(self._params):
            self._params = replaced(self._params, _DOM.MIGRATE_PARAM_DEST_NAME, self.name)
        call = remote.DOMAIN_MIGRATE_FINISH3_PARAMS
        args = (self._params, self._take_cookie(), self._target_flags, cancelled)
        ref, self._cookie = self.target.call(call, *args)
        return ref

    def confirm(self, cancelled: int) -> None:
        call = remote.DOMAIN_MIGRATE_CONFIRM3_PARAMS
        args = (self.ref, self._params, self._take_cookie(), self._source_flags, cancelled)
        self.source.call(call, *args)
        self.at_source = self.before if cancelled else "gone"

    def leave_unconfirmed(self) -> None:
        """For `recover_migration`: the source's daemon waits for confirm, as long as its connection lives."""
        self.source.connection._unconfirmed[self.uuid] = (self._params, self._source_flags)

    @property
    def moved(self) -> Whereabouts:
        """What the guest is at the target when it has come."""
        return "paused" if self.flags & _DOM.MIGRATE_PAUSED else "running"
