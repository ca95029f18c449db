"""The table of legal moves, and nothing else.

accepted → prompted → sending(n) → queued(n) → rendered(n) → succeeded, open ones also
→ failed | cancelled, rendered(n) → needs_review → succeeded | failed, anything → erased.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.errors import BundleError
from shared.jobs.record import JobStatus

if TYPE_CHECKING:
    from shared.jobs.record import JobRecord

_S = JobStatus
_ENDS = frozenset({_S.FAILED, _S.CANCELLED, _S.ERASED})
LEGAL: dict[JobStatus, frozenset[JobStatus]] = {
    _S.ACCEPTED: frozenset({_S.PROMPTED}) | _ENDS,
    _S.PROMPTED: frozenset({_S.SENDING}) | _ENDS,
    _S.SENDING: frozenset({_S.QUEUED, _S.RENDERED, _S.SENDING}) | _ENDS,
    _S.QUEUED: frozenset({_S.RENDERED, _S.SENDING}) | _ENDS,
    _S.RENDERED: frozenset({_S.SUCCEEDED, _S.NEEDS_REVIEW, _S.SENDING, _S.RENDERED}) | _ENDS,
    _S.NEEDS_REVIEW: frozenset({_S.SUCCEEDED, _S.SENDING}) | _ENDS,
    _S.SUCCEEDED: frozenset({_S.ERASED}),
    _S.FAILED: frozenset({_S.ERASED}),
    _S.CANCELLED: frozenset({_S.ERASED}),
    _S.ERASED: frozenset(),
}
_NEVER_CHANGES = (
    "job_id",
    "tenant",
    "driver_key",
    "request_digest",
    "style",
    "vehicle",
    "priority",
    "origin",
    "campaign",
    "repaint_of",
    "created_at",
    "deadline_at",
)


class IllegalMoveError(BundleError):
    """A record that the table does not allow after the one before it."""

    title = "The job cannot move that way"


def check_move(old: JobRecord | None, new: JobRecord) -> None:
    """Raise IllegalMoveError unless `new` may follow `old` (None: nothing before it)."""
    fault = _fault_of_first(new) if old is None else _fault(old, new)
    if fault:
        before = "nothing" if old is None else f"{old.status.value}({old.attempt})"
        msg = f"{new.job_id}: {before} → {new.status.value}({new.attempt}): {fault}"
        raise IllegalMoveError(msg)


def _fault_of_first(new: JobRecord) -> str:
    if new.version != 1 or new.status not in {_S.ACCEPTED, _S.ERASED}:
        return "a job begins as accepted, version 1"
    return ""


def _fault(old: JobRecord, new: JobRecord) -> str:
    if new.version != old.version + 1:
        return "versions count by one"
    if any(getattr(old, name) != getattr(new, name) for name in _NEVER_CHANGES):
        return "what was accepted does not change"
    if not _keeps_the_trip(old, new):
        return "what was accepted does not change, and caption and team go with the prompt"
    if new.history == old.history:
        return _fault_of_note(old, new)
    if new.history[:-1] != old.history:
        return "history is only added to"
    return _fault_of_step(old, new)


def _keeps_the_trip(old: JobRecord, new: JobRecord) -> bool:
    """Say whether the trip is the same, but for caption and team, which only `accepted` has."""
    if new.status is _S.ACCEPTED:
        return (new.trip, new.private_versions) == (old.trip, old.private_versions)
    private = old.version if old.trip.is_private else old.private_versions
    return (new.trip, new.private_versions) == (old.trip.without_private(), private)


def _fault_of_note(old: JobRecord, new: JobRecord) -> str:
    if (old.status, old.attempt, old.attempts) != (new.status, new.attempt, new.attempts):
        return "a change of status belongs into the history"
    if old.status.is_closed and not _is_withdrawal(old, new):
        return "a closed job takes no notes"
    return ""


def _is_withdrawal(old: JobRecord, new: JobRecord) -> bool:
    """Say whether all that is noted is that a stored poster is not shown to others any more."""
    noted = {"version": new.version, "recorded_at": new.recorded_at, "writer": new.writer}
    noted_too = {**noted, "withdrawn_at": new.withdrawn_at}
    first = old.status is _S.SUCCEEDED and old.withdrawn_at is None
    return first and old.model_copy(update=noted_too) == new


def _fault_of_step(old: JobRecord, new: JobRecord) -> str:
    if new.status not in LEGAL[old.status]:
        return "the table does not allow it"
    return _fault_of_attempt(old, new)


def _fault_of_attempt(old: JobRecord, new: JobRecord) -> str:
    if new.status is _S.SENDING:
        following = old.attempts + 1
        return "" if new.attempt == new.attempts == following else "attempts count by one"
    if new.attempts != old.attempts:
        return "only sending begins an attempt"
    if new.status is _S.RENDERED:
        return _fault_of_render(old, new)
    return "" if new.attempt == old.attempt else "the attempt is another one"


def _fault_of_render(old: JobRecord, new: JobRecord) -> str:
    if not 1 <= new.attempt <= old.attempts:
        return "there was no such attempt"
    if new.ended is None:
        return "a rendered task has an end"
    if new.ended.outcome == "failed" and new.attempt != old.attempt:
        return "an older task's failure says nothing of the newest"
    if old.status is _S.RENDERED and (old.ended is None or old.ended.outcome == "done"):
        return "a good result is not replaced"
    return ""
