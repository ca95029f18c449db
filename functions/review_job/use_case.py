"""Decide on a poster that waits for review: let it pass, refuse it, or have it painted anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from functions.review_job.schema import Decision
from shared.composition import relit_of_job
from shared.core import ids
from shared.core.callers import Caller
from shared.core.errors import ConflictError
from shared.jobs.access import no_such_job
from shared.jobs.accounts import note_closed
from shared.jobs.closing import finish
from shared.jobs.moving import move
from shared.jobs.record import Failure, JobRecord, JobStatus, Review
from shared.observability import log
from shared.observability.tracing import job_order
from shared.ports import Clock, FunctionInvoker, JobStore
from shared.styles import style

REJECTED = Failure(code="rejected", detail="A reviewer did not let this poster pass.")


@dataclass(frozen=True)
class Reviewer:
    """Who decides: the tenant, and the name under which the decision is recorded."""

    tenant: str
    key: str

    @classmethod
    def of(cls, caller: Caller, id_key: bytes) -> Reviewer:
        """Return the reviewer that a caller is; its subject is stored nowhere."""
        return cls(caller.tenant, ids.reviewer_key(id_key, caller.tenant, caller.subject))


def review_job(
    job_id: str,
    decision: Decision,
    *,
    reviewer: Reviewer,
    jobs: JobStore,
    invoker: FunctionInvoker,
    clock: Clock,
) -> JobRecord:
    """Record the decision, once, and do what follows from it; the same one again changes nothing.

    Raises NotFoundError, InvalidRequestError (unknown style), ConflictError (nothing to decide).
    """
    if decision.style is not None:
        style(decision.style)
    if not ids.is_job_id(job_id):
        raise no_such_job()
    moved = move(job_id, lambda newest: _decided(newest, decision, reviewer, clock), jobs=jobs)
    record = moved.record
    if moved.by_us:
        log.logger().info("job.reviewed", job_id=job_id, decision=decision.decision)
        if record.status.is_closed:
            note_closed(record)
    if is_to_be_repainted(record):
        task = ids.paint_invocation(job_id, record.paint_invocations)
        invoker.invoke("paint_trip", job_order(record), task_id=task)
    finish(record, jobs=jobs)
    return record


def is_to_be_repainted(record: JobRecord) -> bool:
    """Say whether a repaint was asked for that has not begun."""
    waits = record.status is JobStatus.NEEDS_REVIEW
    return waits and record.repaint_after == record.attempt


def _decided(
    newest: JobRecord, decision: Decision, reviewer: Reviewer, clock: Clock
) -> JobRecord | None:
    if newest.tenant != reviewer.tenant or newest.status is JobStatus.ERASED:
        raise no_such_job()
    review = _review(newest, decision, reviewer, clock.now())
    if _was_decided_so(newest, review, looked_at=decision.attempt):
        return None
    if newest.status is not JobStatus.NEEDS_REVIEW or is_to_be_repainted(newest):
        msg = "this job does not wait for a decision"
        raise ConflictError(msg)
    if decision.attempt not in {None, newest.attempt}:
        msg = "another attempt waits for a decision than the one that was looked at"
        raise ConflictError(msg)
    return _following(newest, review)


def _review(newest: JobRecord, decision: Decision, reviewer: Reviewer, now: datetime) -> Review:
    return Review(
        decision=decision.decision,
        attempt=newest.attempt,
        reviewer=reviewer.key,
        at=now,
        seed=decision.seed,
        style=decision.style,
        note=decision.note,
    )


def _was_decided_so(newest: JobRecord, review: Review, *, looked_at: int | None) -> bool:
    if not newest.reviews:
        return False
    last = newest.reviews[-1]
    same = last.model_copy(update={"at": review.at, "attempt": review.attempt}) == review
    waits_anew = newest.status is JobStatus.NEEDS_REVIEW and last.attempt != newest.attempt
    return same and looked_at in {None, last.attempt} and (not waits_anew or looked_at is not None)


def _following(newest: JobRecord, review: Review) -> JobRecord:
    now, attempt, reviews = review.at, newest.attempt, (*newest.reviews, review)
    if review.decision == "approve":
        return newest.to(JobStatus.SUCCEEDED, now=now, attempt=attempt, reviews=reviews)
    if review.decision == "reject":
        return newest.to(
            JobStatus.FAILED, now=now, attempt=attempt, reviews=reviews, failure=REJECTED
        )
    styled = newest.model_copy(update={"style_override": review.style or newest.style_override})
    return newest.note(
        now=now,
        reviews=reviews,
        repaint_after=attempt,
        turned_down=(*newest.turned_down, attempt),
        paint_invocations=newest.paint_invocations + 1,
        style_override=styled.style_override,
        # Another style may show another hour.
        composition=relit_of_job(styled),
        seed_override=review.seed,
        seed_attempt=newest.attempts + 1,
        scene=None,
        scene_failures=0,
    )
