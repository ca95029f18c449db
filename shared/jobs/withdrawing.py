"""A driver does not want others to see the poster any more: record it, then say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared import log
from shared.announcements.events import Event, Notice
from shared.jobs.moving import move
from shared.jobs.record import JobRecord, JobStatus

if TYPE_CHECKING:
    from shared.ports import Clock, JobStore


def withdraw(job_id: str, *, jobs: JobStore, clock: Clock) -> JobRecord:
    """Take a poster back from others; its address leads nowhere from the record on.

    Safe to repeat: a run that died before the announcement is made good by the next. A job that
    is still open is never announced then; one that nobody was told of needs no announcement.
    """

    def decide(newest: JobRecord) -> JobRecord | None:
        ended_without = newest.status.is_closed and newest.status is not JobStatus.SUCCEEDED
        if ended_without or not newest.is_shared:
            return None
        now = clock.now()
        return newest.note(now=now, withdrawn_at=now)

    moved = move(job_id, decide, jobs=jobs)
    record = moved.record
    if moved.by_us:
        log.logger().info("poster.withdrawn", job_id=job_id)
    if record.status is JobStatus.SUCCEEDED and record.withdrawn_at is not None:
        notice = Notice(Event.WITHDRAWN, job_id, record.attempt)
        jobs.enter_outbox(notice, at=record.withdrawn_at)
    return record
