"""Who may see a poster: the driver lets others see it, or takes it back, as often as they like."""

from __future__ import annotations

from shared.core.errors import ConflictError
from shared.jobs.access import no_such_job
from shared.jobs.closing import AnnounceMode, finish
from shared.jobs.moving import load, move
from shared.jobs.record import JobRecord, JobStatus, ShareChange
from shared.observability import log
from shared.ports import Clock, JobStore


def set_share(
    job_id: str,
    *,
    share: bool,
    announce: AnnounceMode,
    jobs: JobStore,
    clock: Clock,
    known: JobRecord | None = None,
) -> JobRecord:
    """Record what the driver wants and have others told; what is so already changes nothing.

    Of a job that is open this decides what is announced at its end. Raises ConflictError for
    sharing what cannot be shown: no poster, or one that no reviewer saw though one has to.
    """

    def decide(newest: JobRecord) -> JobRecord | None:
        if newest.status is JobStatus.ERASED:
            raise no_such_job()
        if newest.is_shared is share:
            return None
        if share:
            _check_may_be_shown(newest, announce)
        now, told = clock.now(), newest.status is JobStatus.SUCCEEDED
        return newest.note(
            now=now, shares=(*newest.shares, ShareChange(share=share, at=now, told=told))
        )

    known = known or load(job_id, jobs=jobs)
    if decide(known) is not None:
        # So that the sweeper has others told if this run dies right after the record.
        jobs.mark_open(job_id, bulk=known.priority == "bulk")
    moved = move(job_id, decide, jobs=jobs, known=known)
    if moved.by_us:
        log.logger().info("poster.share_changed", job_id=job_id, share=share)
        if not moved.record.status.is_closed:
            jobs.enter_wall(moved.record)
    finish(moved.record, jobs=jobs)
    return moved.record


def withdraw(job_id: str, *, jobs: JobStore, clock: Clock) -> JobRecord:
    """Take a poster back from others; its address leads nowhere from the record on.

    Safe to repeat. A job that is still open is never announced then; one that nobody was told
    of needs no announcement.
    """
    return set_share(job_id, share=False, announce="automatic", jobs=jobs, clock=clock)


def _check_may_be_shown(record: JobRecord, announce: AnnounceMode) -> None:
    if record.status in {JobStatus.FAILED, JobStatus.CANCELLED}:
        msg = f"the job has {record.status.value}: there is no poster to show; repaint it"
        raise ConflictError("no_poster", msg)
    if announce == "after_review" and record.status is JobStatus.SUCCEEDED and not _seen(record):
        msg = (
            "a reviewer sees each poster before others do, and nobody has seen this one; "
            'repaint it with "share": true, the new poster goes by a reviewer'
        )
        raise ConflictError("unreviewed", msg)


def _seen(record: JobRecord) -> bool:
    return any(
        review.decision == "approve" and review.attempt == record.attempt
        for review in record.reviews
    )
