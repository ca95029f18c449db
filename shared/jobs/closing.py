"""Close a job: the closing record is the commit point, the open marker goes last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from shared.jobs.accounts import note_closed
from shared.jobs.moving import move
from shared.jobs.notices import due_at, due_notices
from shared.jobs.record import Failure, JobRecord, JobStatus, StoredResult
from shared.observability import log
from shared.ports import Clock, JobStore

AnnounceMode = Literal["automatic", "after_review"]


def succeed(
    job_id: str,
    attempt: int,
    result: StoredResult,
    *,
    jobs: JobStore,
    clock: Clock,
    passed: bool = True,
    announce: AnnounceMode = "automatic",
    known: JobRecord | None = None,
) -> JobRecord:
    """Close with a poster, or have it reviewed, if that attempt is still the one that counts.

    `known` need not be the newest record, see `move`.
    """

    def decide(newest: JobRecord) -> JobRecord | None:
        if newest.status is not JobStatus.RENDERED or newest.attempt != attempt:
            return None
        status = ending_of(newest, passed=passed, announce=announce)
        return newest.to(status, now=clock.now(), attempt=attempt, result=result)

    return _close(job_id, decide, jobs=jobs, known=known)


def ending_of(record: JobRecord, *, passed: bool, announce: AnnounceMode) -> JobStatus:
    """Return where a stored poster leads to: somebody looks at what failed the gate, and, where
    that is the setting, at whatever is going to be shown to others.
    """
    shown = announce == "after_review" and record.is_shared
    return JobStatus.SUCCEEDED if passed and not shown else JobStatus.NEEDS_REVIEW


def fail(
    job_id: str,
    failure: Failure,
    *,
    jobs: JobStore,
    clock: Clock,
    known: JobRecord | None = None,
) -> JobRecord:
    """Close without a poster, saying why; a closed job stays as it is.

    `known` need not be the newest record, see `move`; a decision of a reviewer since then stands.
    """

    def decide(newest: JobRecord) -> JobRecord | None:
        if newest.status.is_closed or (known is not None and newest.reviews != known.reviews):
            return None
        now, attempt = clock.now(), newest.attempt
        return newest.to(JobStatus.FAILED, now=now, attempt=attempt, failure=failure)

    return _close(job_id, decide, jobs=jobs, known=known)


def finish(record: JobRecord, *, jobs: JobStore, cleaned: bool = False) -> None:
    """Do what follows the commit point: forget, outbox, wall, then the marker; safe to repeat.

    Where a reviewer had an earlier attempt painted anew, its files lie beside the result: unless
    they are `cleaned` away, the marker is left for the sweeper, which does that.
    Of an open job whose decision was taken back others are told, too.
    The marker of an erased job is put anew instead: whoever comes here late may have written
    something, and the sweeper deletes once more.
    """
    for notice in due_notices(record):
        jobs.enter_outbox(notice, at=due_at(notice, record))
    if not record.status.is_closed:
        return
    jobs.forget_private(record)
    jobs.enter_wall(record)
    if record.status is JobStatus.ERASED:
        jobs.mark_open(record.job_id)
    elif not cleaned and _was_shown_otherwise(record):
        jobs.mark_due(record.job_id)
    else:
        jobs.unmark_open(record.job_id)
        if record.reviews and not jobs.newest(record).status.is_closed:
            # Taken back just now: the marker is needed after all.
            jobs.mark_open(record.job_id, bulk=record.priority == "bulk")


def _was_shown_otherwise(record: JobRecord) -> bool:
    shown = {step.attempt for step in record.history if step.status is JobStatus.NEEDS_REVIEW}
    return bool(shown - {record.attempt})


def _wanted_by(record: JobRecord) -> str:
    if record.result is not None and record.result.failures:
        return "gate"
    return "doubt" if record.result is not None and record.result.doubts else "setting"


def _close(
    job_id: str,
    decide: Callable[[JobRecord], JobRecord | None],
    *,
    jobs: JobStore,
    known: JobRecord | None = None,
) -> JobRecord:
    moved = move(job_id, decide, jobs=jobs, known=known)
    if moved.by_us and moved.record.status.is_closed:
        note_closed(moved.record)
    elif moved.by_us:
        log.logger().info("job.to_be_reviewed", job_id=job_id, by=_wanted_by(moved.record))
    if moved.record.status is JobStatus.NEEDS_REVIEW:
        jobs.enter_wall(moved.record)
    finish(moved.record, jobs=jobs)
    return moved.record
