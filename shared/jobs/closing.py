"""Close a job: the closing record is the commit point, the open marker goes last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from shared import log
from shared.announcements.events import Event, Notice
from shared.jobs.moving import move
from shared.jobs.record import Failure, JobRecord, JobStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.jobs.record import StoredResult
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
) -> JobRecord:
    """Close with a poster, or have it reviewed, if that attempt is still the one that counts."""

    def decide(newest: JobRecord) -> JobRecord | None:
        if newest.status is not JobStatus.RENDERED or newest.attempt != attempt:
            return None
        status = ending_of(newest, passed=passed, announce=announce)
        return newest.to(status, now=clock.now(), attempt=attempt, result=result)

    return _close(job_id, decide, jobs=jobs)


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

    `known` need not be the newest record, see `move`.
    """

    def decide(newest: JobRecord) -> JobRecord | None:
        if newest.status.is_closed:
            return None
        now, attempt = clock.now(), newest.attempt
        return newest.to(JobStatus.FAILED, now=now, attempt=attempt, failure=failure)

    return _close(job_id, decide, jobs=jobs, known=known)


def finish(record: JobRecord, *, jobs: JobStore) -> None:
    """Do what follows the commit point: forget, outbox, then the marker; safe to repeat."""
    if record.status.is_closed:
        jobs.forget_private(record)
        notice = _notice(record)
        if notice is not None:
            jobs.enter_outbox(notice, at=record.history[-1].at)
        jobs.unmark_open(record.job_id)


def _notice(record: JobRecord) -> Notice | None:
    if record.status is JobStatus.FAILED:
        return Notice(Event.FAILED, record.job_id, record.attempt)
    if record.status is JobStatus.SUCCEEDED and record.is_shared:
        return Notice(Event.READY, record.job_id, record.attempt)
    return None


def _close(
    job_id: str,
    decide: Callable[[JobRecord], JobRecord | None],
    *,
    jobs: JobStore,
    known: JobRecord | None = None,
) -> JobRecord:
    moved = move(job_id, decide, jobs=jobs, known=known)
    if moved.by_us and moved.record.status.is_closed:
        code = moved.record.failure.code if moved.record.failure else ""
        log.logger().info(
            "job.closed", job_id=job_id, status=moved.record.status.value, failure=code
        )
    finish(moved.record, jobs=jobs)
    return moved.record
