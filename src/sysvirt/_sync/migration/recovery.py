# Made by tools/unasync.py from src/sysvirt/_async/migration/recovery.py; do not edit.
"""Clearing up a migration that was left in the middle: who had it is gone, or could not reach one of the daemons."""

from __future__ import annotations

import time

from ..._generated.constants import DomainConstants
from ..._protocol.table import remote
from ...errors import MigrationUnfinished, OperationInvalid
from .five_steps import CANCEL, GO
from .sides import MOVING, PAUSED_IN_POST_COPY, Asked, earliest_end

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...errors import Whereabouts
    from ..connection import Connection
    from ..domain.base import DomainBase

_DOM = DomainConstants
#: What `Domain.MIGRATE_PAUSED` makes of it.
_PAUSED_BY_USER = (_DOM.STATE_PAUSED, _DOM.STATE_PAUSED_USER)
_RUNNING_IN_POST_COPY = (_DOM.STATE_RUNNING_POSTCOPY, _DOM.STATE_RUNNING_POSTCOPY_FAILED)

#: How long each of its calls may take that ends or resumes the guest, where its caller has set no limit.
_CALL_SECONDS = 60.0


def recover(dom: DomainBase, dconn: Connection) -> bytes | None:
    """The guest's handle at the target, if it is there; None where it is at the source."""
    uuid, name = dom.get_uuid(), dom.get_name()
    here, there = Asked(dom._connection), Asked(dconn)
    end = earliest_end(dom._connection, dconn)
    until = time.monotonic() + _CALL_SECONDS if end is None else end
    at_source, at_target = here.find(uuid, until), there.find(uuid, until)
    source_ref, source_state, source_reason = at_source
    ref, target_state, target_reason = at_target
    is_left = source_state == _DOM.STATE_PAUSED and source_reason in MOVING
    ours = is_left and uuid in dom._connection._unconfirmed
    in_post_copy = source_state == _DOM.STATE_PAUSED and source_reason in PAUSED_IN_POST_COPY
    # When post-copy has failed, both daemons keep their jobs for somebody who resumes it.
    if not (in_post_copy and source_reason == _DOM.STATE_PAUSED_POSTCOPY_FAILED):
        for asked, (found, state, _), mine in (here, at_source, ours), (there, at_target, False):
            if state != _DOM.STATE_SHUTOFF and not mine and asked.has_job(found, until):
                raise OperationInvalid(f"the guest {name!r} has a job: it may be a migration that goes on")
    if in_post_copy:
        if target_state == _DOM.STATE_SHUTOFF:
            raise _unfinished(
                name, "it was in post-copy, and what the target had of it is gone", "paused", "gone"
            )
        if target_state == _DOM.STATE_RUNNING and target_reason not in _RUNNING_IN_POST_COPY:
            here.end(source_ref, until)
            return ref
        raise _unfinished(name, "it was in post-copy, and needs MIGRATE_POSTCOPY_RESUME", "paused", "running")
    if target_state == _DOM.STATE_PAUSED and target_reason in MOVING:
        # It was never told to go on, and has not all of its memory.
        there.end(ref, until)
        target_state = _DOM.STATE_SHUTOFF
    if target_state == _DOM.STATE_SHUTOFF:
        if source_state == _DOM.STATE_SHUTOFF:
            raise _unfinished(name, "it runs on neither", "gone", "gone")
        if ours:
            _confirm(dom, until, CANCEL)
        elif is_left:
            here.call(until, remote.DOMAIN_RESUME, source_ref)
        return None
    if target_state != _DOM.STATE_RUNNING and (target_state, target_reason) != _PAUSED_BY_USER:
        raise _unfinished(
            name, "what it is at the target says nothing of the migration", "unknown", "unknown"
        )
    if ours:
        _confirm(dom, until, GO)
    elif is_left:
        here.end(source_ref, until)
    elif source_state != _DOM.STATE_SHUTOFF:
        raise _unfinished(
            name, "it runs on both, and only one can be right: destroy the other", "running", "running"
        )
    return ref


def _confirm(dom: DomainBase, until: float, cancelled: int) -> None:
    """The last step of a migration that this connection has left at that."""
    unconfirmed = dom._connection._unconfirmed
    params, flags = unconfirmed[dom.get_uuid()]
    call = remote.DOMAIN_MIGRATE_CONFIRM3_PARAMS
    Asked(dom._connection).call(until, call, dom._ref, params, b"", flags, cancelled)
    unconfirmed.pop(dom.get_uuid(), None)


def _unfinished(name: str, what: str, source: Whereabouts, target: Whereabouts) -> MigrationUnfinished:
    return MigrationUnfinished(f"the guest {name!r} can't be recovered: {what}", source=source, target=target)
