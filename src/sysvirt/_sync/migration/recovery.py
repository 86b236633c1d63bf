# Made by tools/unasync.py from src/sysvirt/_async/migration/recovery.py; do not edit.
"""Clearing up a migration that was left in the middle: who had it is gone, or could not reach one of the daemons."""

from __future__ import annotations

import time

from ..._generated.constants import DomainConstants
from ..._protocol.table import remote
from ...errors import MigrationUnfinished, OperationInvalid
from .sides import Asked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...errors import Whereabouts
    from ..connection import Connection
    from ..domain.base import DomainBase

_DOM = DomainConstants
#: Paused for one of these, it is as perform has left it, or as it waits for finish.
_MOVING = (_DOM.STATE_PAUSED_MIGRATION, _DOM.STATE_PAUSED_STARTING_UP)
_IN_POST_COPY = (_DOM.STATE_PAUSED_POSTCOPY, _DOM.STATE_PAUSED_POSTCOPY_FAILED)
_RUNNING_IN_POST_COPY = (_DOM.STATE_RUNNING_POSTCOPY, _DOM.STATE_RUNNING_POSTCOPY_FAILED)

#: How long each of its calls may take that ends or resumes the guest, where its caller has set no limit.
_CALL_SECONDS = 60.0


def recover(dom: DomainBase, dconn: Connection) -> bytes | None:
    """The guest's handle at the target, if it is there; None where it is at the source."""
    uuid = dom.get_uuid()
    here, there = Asked(dom._connection), Asked(dconn)
    ends = [end for end in (dom._connection._deadline("long"), dconn._deadline("long")) if end is not None]
    until = min(ends, default=time.monotonic() + _CALL_SECONDS)
    at_source, at_target = here.find(uuid, until), there.find(uuid, until)
    name = dom.get_name()
    for asked, (ref, state, _) in (here, at_source), (there, at_target):
        if state != _DOM.STATE_SHUTOFF and asked.has_job(ref, until):
            raise OperationInvalid(f"the guest {name!r} has a job: it may be a migration that goes on")
    _, source_state, source_reason = at_source
    ref, target_state, target_reason = at_target
    if source_state == _DOM.STATE_PAUSED and source_reason in _IN_POST_COPY:
        if target_state == _DOM.STATE_RUNNING and target_reason not in _RUNNING_IN_POST_COPY:
            here.end(at_source[0], until)
            return ref
        raise _unfinished(name, "it was in post-copy, and needs MIGRATE_POSTCOPY_RESUME", "paused", "running")
    if target_state == _DOM.STATE_PAUSED and target_reason in _MOVING:
        # It was never told to go on, and has not all of its memory.
        there.end(ref, until)
        target_state = _DOM.STATE_SHUTOFF
    is_left = source_state == _DOM.STATE_PAUSED and source_reason in _MOVING
    if target_state == _DOM.STATE_SHUTOFF:
        if source_state == _DOM.STATE_SHUTOFF:
            raise _unfinished(name, "it runs on neither", "gone", "gone")
        if is_left:
            here.call(until, remote.DOMAIN_RESUME, at_source[0])
        return None
    if is_left:
        here.end(at_source[0], until)
    elif source_state != _DOM.STATE_SHUTOFF:
        raise _unfinished(
            name, "it runs on both, and only one can be right: destroy the other", "running", "running"
        )
    return ref


def _unfinished(name: str, what: str, source: Whereabouts, target: Whereabouts) -> MigrationUnfinished:
    return MigrationUnfinished(f"the guest {name!r} can't be recovered: {what}", source=source, target=target)
