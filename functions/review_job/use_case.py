"""Decide on a poster that waits for review, take a decision back, or claim the look at it."""

from __future__ import annotations

from collections.abc import Callable

from functions.review_job.deciding import (
    Deciding,
    NotWaitingError,
    Recompose,
    is_to_be_repainted,
    refuse_unless_waiting,
    said,
)
from functions.review_job.schema import Decision
from shared.composition import recomposed_of_job, relit_of_job
from shared.core import ids
from shared.core.errors import ConflictError
from shared.jobs.access import no_such_job
from shared.jobs.accounts import note_closed
from shared.jobs.claims import Claim, Claims, Reviewer, moment
from shared.jobs.closing import finish
from shared.jobs.moving import move
from shared.jobs.record import JobRecord, JobStatus
from shared.observability import log
from shared.observability.tracing import job_order
from shared.ports import Clock, FunctionInvoker, JobStore, ObjectStore
from shared.results.files import MASTER
from shared.styles import style
from shared.vehicles.catalogue import Catalogue


def review_job(
    job_id: str,
    decision: Decision,
    *,
    reviewer: Reviewer,
    jobs: JobStore,
    results: ObjectStore,
    claims: Claims,
    catalogue: Callable[[], Catalogue],
    invoker: FunctionInvoker,
    clock: Clock,
) -> JobRecord:
    """Record the decision, once, and do what follows from it; the same one again changes nothing.

    Raises NotFoundError, InvalidRequestError (unknown style, view or layout), ConflictError
    (nothing to decide, or another reviewer is looking).
    """
    if decision.style is not None:
        style(decision.style)
    seen = _seen(job_id, reviewer, jobs=jobs)
    deciding = Deciding(decision, reviewer, clock.now(), _recompose(decision, catalogue))
    try:
        if deciding.following(seen) is not None:
            claims.refuse_while_claimed(job_id, reviewer)
            _prepare(seen, decision, jobs=jobs, results=results)
        moved = move(job_id, deciding.following, jobs=jobs, known=seen)
    except NotWaitingError as error:
        raise _told(error, job_id, claims) from None
    if moved.by_us:
        _note(moved.record, decision, jobs=jobs)
    _follow(moved.record, reviewer, jobs=jobs, claims=claims, invoker=invoker)
    return moved.record


def _note(record: JobRecord, decision: Decision, *, jobs: JobStore) -> None:
    log.logger().info("job.reviewed", job_id=record.job_id, decision=decision.decision)
    if record.status.is_closed:
        note_closed(record)
    elif decision.decision == "take_back":
        # Whoever was still at the end of the job may have taken the marker since.
        jobs.mark_open(record.job_id, bulk=record.priority == "bulk")


def _follow(
    record: JobRecord,
    reviewer: Reviewer,
    *,
    jobs: JobStore,
    claims: Claims,
    invoker: FunctionInvoker,
) -> None:
    """Do what follows from the last decision, which is the reviewer's; safe to repeat."""
    claims.decided(record.job_id, record.reviews[-1], reviewer)
    if not record.status.is_closed:
        jobs.enter_wall(record)
    if is_to_be_repainted(record):
        task = ids.paint_invocation(record.job_id, record.paint_invocations)
        invoker.invoke("paint_trip", job_order(record), task_id=task)
    finish(record, jobs=jobs)


def claim_review(job_id: str, *, reviewer: Reviewer, jobs: JobStore, claims: Claims) -> Claim:
    """Return the reviewer's claim of the look at a poster; asked again it is renewed.

    Raises NotFoundError, ConflictError (nothing to decide, or another reviewer is looking).
    """
    seen = _seen(job_id, reviewer, jobs=jobs)
    try:
        refuse_unless_waiting(seen)
    except NotWaitingError as error:
        raise _told(error, job_id, claims) from None
    return claims.take(job_id, reviewer)


def let_go(job_id: str, *, reviewer: Reviewer, jobs: JobStore, claims: Claims) -> None:
    """End the reviewer's own claim, if there is one; NotFoundError for no such job."""
    _seen(job_id, reviewer, jobs=jobs)
    claims.let_go(job_id, reviewer)


# What is done by which method of a request for a claim.
CLAIMED: dict[str, Callable[..., Claim | None]] = {"PUT": claim_review, "DELETE": let_go}


def _seen(job_id: str, reviewer: Reviewer, *, jobs: JobStore) -> JobRecord:
    record = jobs.load(job_id) if ids.is_job_id(job_id) else None
    if record is None or record.tenant != reviewer.tenant or record.status is JobStatus.ERASED:
        raise no_such_job()
    log.follow(job_id, record.trace_id)
    return record


def _recompose(decision: Decision, catalogue: Callable[[], Catalogue]) -> Recompose:
    """Return what plans a repaint; the catalogue is read for another view or layout alone."""
    if decision.view is None and decision.layout is None:
        return relit_of_job
    known = catalogue()
    return lambda record: recomposed_of_job(
        record, view=decision.view, layout=decision.layout, catalogue=known
    )


def _prepare(seen: JobRecord, decision: Decision, *, jobs: JobStore, results: ObjectStore) -> None:
    """See that a decision can be taken back: its poster is there, and the sweeper will look."""
    if decision.decision != "take_back":
        return
    if seen.result is None or results.head(seen.result.folder + MASTER) is None:
        msg = "the poster's files are gone, so nobody can look at it again; have it repainted"
        raise ConflictError("files_gone", msg)
    jobs.mark_open(seen.job_id, bulk=seen.priority == "bulk")


def _told(error: NotWaitingError, job_id: str, claims: Claims) -> ConflictError:
    """Return the refusal with who decided what and when, where somebody did."""
    review = error.review
    if review is None:
        return error
    by, at = claims.name_of(job_id, review), moment(review.at)
    members = {"decided_by": by, "decision": review.decision, "decided_at": at}
    return ConflictError(error.code, f"{error}; {by} {said(review)} at {at}", **members)
