"""Is the bucket still one that refuses a second writer? Everything rests on it."""

from __future__ import annotations

import secrets
from datetime import datetime

from shared.jobs.control import Control, accept_again, stop_accepting
from shared.observability import log
from shared.ports import Clock, ObjectStore

_PROBE, _SWEPT = "control/created-once", "control/swept"
REASON = "create_if_absent_is_ignored"


def check_store(state: ObjectStore, control: Control, *, clock: Clock) -> datetime | None:
    """Return the bucket's time, None when it lets a second writer win: versioning does that.

    Stops the acceptance of trips then, and resumes what it has stopped.
    """
    if _refuses_the_second(state):
        if control.refusing is not None and control.refusing.reason == REASON:
            accept_again(state)
        return _bucket_time(state, clock)
    log.logger().error("store.not_atomic", reason=REASON)
    if control.refusing is None:
        stop_accepting(state, reason=REASON, clock=clock)
    return None


def _refuses_the_second(state: ObjectStore) -> bool:
    # Other bytes each time: one's own would count as written. Mostly it is there already.
    first = state.create(_PROBE, secrets.token_bytes(16))
    return not first or not state.create(_PROBE, secrets.token_bytes(16))


def _bucket_time(state: ObjectStore, clock: Clock) -> datetime:
    """Return what the bucket's clock says: markers are aged by it, whatever clocks do here."""
    state.put(_SWEPT, clock.now().isoformat().encode(), content_type="text/plain")
    found = state.head(_SWEPT)
    return clock.now() if found is None else found.modified_at
