"""Close a job: the closing record is the commit point, the open marker goes last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared import log
from shared.jobs.moving import move
from shared.jobs.record import Failure, JobRecord, JobStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.jobs.record import StoredResult
    from shared.ports import Clock, JobStore


def succeed(
    job_id: str, attempt: int, result: StoredResult, *, jobs: JobStore, clock: Clock
) -> JobRecord:
    """Close with a poster, if that attempt is still the one that counts."""

    def decide(newest: JobRecord) -> JobRecord | None:
        if newest.status is not JobStatus.RENDERED or newest.attempt != attempt:
            return None
        return newest.to(JobStatus.SUCCEEDED, now=clock.now(), attempt=attempt, result=result)

    return _close(job_id, decide, jobs=jobs)


def fail(job_id: str, failure: Failure, *, jobs: JobStore, clock: Clock) -> JobRecord:
    """Close without a poster, saying why; a closed job stays as it is."""

    def decide(newest: JobRecord) -> JobRecord | None:
        if newest.status.is_closed:
            return None
        now, attempt = clock.now(), newest.attempt
        return newest.to(JobStatus.FAILED, now=now, attempt=attempt, failure=failure)

    return _close(job_id, decide, jobs=jobs)


def finish(record: JobRecord, *, jobs: JobStore) -> None:
    """Do what follows the commit point; safe to repeat."""
    if record.status.is_closed:
        jobs.unmark_open(record.job_id)


def _close(
    job_id: str, decide: Callable[[JobRecord], JobRecord | None], *, jobs: JobStore
) -> JobRecord:
    moved = move(job_id, decide, jobs=jobs)
    if moved.by_us:
        code = moved.record.failure.code if moved.record.failure else ""
        log.logger().info(
            "job.closed", job_id=job_id, status=moved.record.status.value, failure=code
        )
    finish(moved.record, jobs=jobs)
    return moved.record
