"""The table of legal moves, and nothing else.

accepted → prompted → sending(n) → queued(n) → rendered(n) → succeeded, open ones also
→ failed | cancelled, rendered(n) → needs_review → succeeded | failed, anything → erased. A
decision that is taken back leads from succeeded or failed to needs_review(n) once more.
"""

from __future__ import annotations

from shared.core.errors import BundleError
from shared.jobs.record import LASTING, JobRecord, JobStatus, blank

_S = JobStatus
_ENDS = frozenset({_S.FAILED, _S.CANCELLED, _S.ERASED})
LEGAL: dict[JobStatus, frozenset[JobStatus]] = {
    _S.ACCEPTED: frozenset({_S.PROMPTED}) | _ENDS,
    _S.PROMPTED: frozenset({_S.SENDING}) | _ENDS,
    _S.SENDING: frozenset({_S.QUEUED, _S.RENDERED, _S.SENDING}) | _ENDS,
    _S.QUEUED: frozenset({_S.RENDERED, _S.SENDING}) | _ENDS,
    _S.RENDERED: frozenset({_S.SUCCEEDED, _S.NEEDS_REVIEW, _S.SENDING, _S.RENDERED}) | _ENDS,
    _S.NEEDS_REVIEW: frozenset({_S.SUCCEEDED, _S.SENDING}) | _ENDS,
    _S.SUCCEEDED: frozenset({_S.NEEDS_REVIEW, _S.ERASED}),
    _S.FAILED: frozenset({_S.NEEDS_REVIEW, _S.ERASED}),
    _S.CANCELLED: frozenset({_S.ERASED}),
    _S.ERASED: frozenset(),
}


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
    return _fault_of_blank(new) if new.status is _S.ERASED else ""


def _fault_of_blank(new: JobRecord) -> str:
    """Say what is wrong with a record that erases: it must hold nothing of the job."""
    empty = new.erasure is not None and blank(new, new.version, new.erasure, attempt=new.attempt)
    unsigned = new.model_copy(update={"writer": "", "release": ""})
    return "" if empty == unsigned else "an erased job keeps nothing"


def _fault(old: JobRecord, new: JobRecord) -> str:
    if new.version != old.version + 1:
        return "versions count by one"
    if old.status is _S.ERASED:
        return "the table does not allow it: nothing follows, and an erased job takes no notes"
    if new.status is _S.ERASED:
        return _fault_of_erasure(old, new)
    return _fault_of_living(old, new)


def _fault_of_living(old: JobRecord, new: JobRecord) -> str:
    if any(getattr(old, name) != getattr(new, name) for name in LASTING):
        return "what was accepted does not change"
    if not _keeps_the_trip(old, new):
        return "what was accepted does not change, and caption and team go with the prompt"
    if new.history == old.history:
        return _fault_of_note(old, new)
    if new.history[:-1] != old.history:
        return "history is only added to"
    return _fault_of_step(old, new)


def _fault_of_step(old: JobRecord, new: JobRecord) -> str:
    if new.status not in LEGAL[old.status]:
        return "the table does not allow it"
    if old.status.is_closed:
        return _fault_of_take_back(old, new)
    return _fault_of_attempt(old, new)


def _fault_of_erasure(old: JobRecord, new: JobRecord) -> str:
    whose = ("job_id", "tenant", "driver_key", "attempt")
    if any(getattr(old, name) != getattr(new, name) for name in whose):
        return "it is another job that is erased"
    return _fault_of_blank(new)


def _keeps_the_trip(old: JobRecord, new: JobRecord) -> bool:
    """Say whether the trip is the same, but for caption and team, which only `accepted` has."""
    if new.status is _S.ACCEPTED:
        return (new.trip, new.private_versions) == (old.trip, old.private_versions)
    private = old.version if old.trip.is_private else old.private_versions
    return (new.trip, new.private_versions) == (old.trip.without_private(), private)


def _fault_of_note(old: JobRecord, new: JobRecord) -> str:
    if (old.status, old.attempt, old.attempts) != (new.status, new.attempt, new.attempts):
        return "a change of status belongs into the history"
    shared = new.shares != old.shares
    if shared and (new.shares[:-1] != old.shares or new.shares[-1].share is old.is_shared):
        return "shares are only added to, and each says something new"
    if old.status.is_closed and not _is_share_change(old, new):
        return "a closed job takes no notes"
    return ""


def _is_share_change(old: JobRecord, new: JobRecord) -> bool:
    """Say whether all that is noted is who may see the poster of a closed job."""
    names = ("version", "recorded_at", "writer", "release", "shares")
    noted = {name: getattr(new, name) for name in names}
    return new.shares != old.shares and old.model_copy(update=noted) == new


def _fault_of_take_back(old: JobRecord, new: JobRecord) -> str:
    """Say what is wrong with a closed job that is open again: only a decision is taken back."""
    undone = {_S.SUCCEEDED: "approve", _S.FAILED: "reject"}.get(old.status)
    decided = tuple(review.decision for review in new.reviews[-2:]) == (undone, "take_back")
    if new.reviews[:-1] != old.reviews or not decided or new.failure is not None:
        return "the table does not allow it: no decision on it was taken back"
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
    if new.attempt in old.turned_down:
        return "its picture was turned down"
    if new.ended is None:
        return "a rendered task has an end"
    if new.ended.outcome == "failed" and new.attempt != old.attempt:
        return "an older task's failure says nothing of the newest"
    if old.status is _S.RENDERED and (old.ended is None or old.ended.outcome == "done"):
        return "a good result is not replaced"
    return ""
