"""A task has ended, whoever told us: record it, then have its result stored."""

from __future__ import annotations

from shared.core import ids
from shared.core.errors import NotFoundError
from shared.jobs.closing import finish
from shared.jobs.moving import move
from shared.jobs.record import JobRecord, JobStatus, TaskEnd
from shared.observability import log
from shared.observability.tracing import task_order
from shared.ports import Clock, FunctionInvoker, JobStore


def record_task_end(
    task_id: str,
    end: TaskEnd,
    *,
    jobs: JobStore,
    invoker: FunctionInvoker,
    clock: Clock,
    known: JobRecord | None = None,
) -> JobRecord:
    """Record the end once and invoke store_result; every further notice changes nothing.

    Raises NotFoundError for a task that belongs to no job of ours.
    """
    named = ids.split_task_id(task_id)
    if named is None:
        msg = "the task id is not one of ours"
        raise NotFoundError(msg)
    job_id, attempt = named

    def decide(newest: JobRecord) -> JobRecord | None:
        return _ended(newest, attempt, end, clock)

    moved = move(job_id, decide, jobs=jobs, known=known)
    record = moved.record
    if moved.by_us:
        log.logger().info("task.ended", task_id=task_id, outcome=end.outcome, source=end.source)
    if record.status is JobStatus.RENDERED and record.attempt == attempt:
        invocation = ids.store_invocation(task_id, record.store_invocations)
        invoker.invoke("store_result", task_order(record, task_id), task_id=invocation)
    elif record.status.is_closed:
        log.logger().info("task.result_discarded", task_id=task_id, status=record.status.value)
        finish(record, jobs=jobs)
    return record


def _ended(newest: JobRecord, attempt: int, end: TaskEnd, clock: Clock) -> JobRecord | None:
    if not _tells_something_new(newest, attempt, end):
        return None
    # The task was certainly queued; where `queued` was not written yet, it counts here.
    counted = newest.gpu_tasks + (newest.status is JobStatus.SENDING and newest.attempt == attempt)
    changes = {
        "ended": end,
        "store_invocations": _store_invocations(newest, attempt),
        "gpu_tasks": counted,
        "post_refused": False,
    }
    return newest.to(JobStatus.RENDERED, now=clock.now(), attempt=attempt, **changes)


def _store_invocations(newest: JobRecord, attempt: int) -> int:
    """Return a count that the platform has not seen with this task: it refuses an id it has."""
    again = any((s.status, s.attempt) == (JobStatus.RENDERED, attempt) for s in newest.history)
    return newest.store_invocations + 1 if again else 1


def _tells_something_new(newest: JobRecord, attempt: int, end: TaskEnd) -> bool:
    if newest.status not in {JobStatus.SENDING, JobStatus.QUEUED, JobStatus.RENDERED}:
        return False
    if not 1 <= attempt <= newest.attempts or attempt in newest.turned_down:
        return False
    if newest.status is JobStatus.RENDERED:
        good_already = newest.ended is not None and newest.ended.outcome == "done"
        return end.outcome == "done" and attempt != newest.attempt and not good_already
    return end.outcome == "done" or attempt == newest.attempt
