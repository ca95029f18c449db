"""Cancel an open job: the record first, then the task that may wait in the queue."""

from __future__ import annotations

from dataclasses import replace

from functions.cancel_job.schema import CancelledView, TaskFate
from shared.core.callers import Caller
from shared.core.errors import ConflictError, UpstreamError
from shared.jobs.access import no_such_job, visible_job
from shared.jobs.accounts import note_closed
from shared.jobs.closing import finish
from shared.jobs.moving import move
from shared.jobs.record import JobRecord, JobStatus
from shared.observability import log
from shared.ports import Clock, JobStore, Withdrawal, WorkflowQueue

_FATES: dict[Withdrawal, TaskFate] = {
    "removed": "removed",
    "running": "running, its result will be discarded",
    "none": "none",
}
_UNKNOWN: TaskFate = "unknown, a result will be discarded"


def cancel_job(
    job_id: str,
    caller: Caller,
    *,
    id_key: bytes,
    jobs: JobStore,
    queue: WorkflowQueue,
    clock: Clock,
) -> CancelledView:
    """Record the end, then withdraw the task; a cancelled job may be cancelled again.

    Raises NotFoundError for a job that is not the caller's, ConflictError for a finished one.
    """
    # Reviewers see all jobs; that gives them no say in whether one goes on.
    acting = replace(caller, scopes=caller.scopes - {"reviewer"})
    seen = visible_job(job_id, acting, id_key=id_key, jobs=jobs)

    def decide(newest: JobRecord) -> JobRecord | None:
        if newest.status.is_closed:
            return None
        return newest.to(JobStatus.CANCELLED, now=clock.now(), attempt=newest.attempt)

    moved = move(job_id, decide, jobs=jobs, known=seen)
    if moved.record.status is JobStatus.ERASED:
        finish(moved.record, jobs=jobs)
        raise no_such_job()
    if moved.record.status is not JobStatus.CANCELLED:
        msg = f"the job has {moved.record.status.value}; there is nothing to cancel any more"
        raise ConflictError("job_ended", msg)
    if moved.by_us:
        note_closed(moved.record)
    return _stop(moved.record, jobs=jobs, queue=queue)


def _stop(record: JobRecord, *, jobs: JobStore, queue: WorkflowQueue) -> CancelledView:
    fate = _fate(record, queue)
    if fate != _UNKNOWN:
        # Otherwise the marker stays, and the sweeper withdraws the task.
        finish(record, jobs=jobs)
    return CancelledView(job_id=record.job_id, status="cancelled", task=fate)


def _fate(record: JobRecord, queue: WorkflowQueue) -> TaskFate:
    before = record.history[-2].status if len(record.history) > 1 else JobStatus.ACCEPTED
    if record.attempts == 0:
        return "none"
    try:
        withdrawn = queue.withdraw(record.task_id)
        if withdrawn == "none" and before is JobStatus.QUEUED:
            # Not listed, and not known to have ended: a GPU may have it.
            withdrawn = "running" if queue.holds(record.queue_index) else withdrawn
    except UpstreamError as error:
        log.logger().warning("task.not_withdrawn", error=type(error).__name__)
        return _UNKNOWN
    log.logger().info("task.withdrawn", task_id=record.task_id, outcome=withdrawn)
    # A task that was being posted is not in the queue, and may yet come.
    may_come = withdrawn == "none" and before is JobStatus.SENDING
    return _UNKNOWN if may_come else _FATES[withdrawn]
