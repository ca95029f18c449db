"""Send one task to the GPU queue: `sending(n)` is recorded first, and only its writer posts."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from shared.core import ids
from shared.core.errors import AmbiguousPostError, HeldError, UpstreamError
from shared.jobs.closing import fail
from shared.jobs.control import GPU_QUEUE
from shared.jobs.deadlines import out_of_time
from shared.jobs.moving import Moved, move
from shared.jobs.record import JobRecord, JobStatus, Scene
from shared.observability import log
from shared.observability.tracing import job_order
from shared.ports import Clock, JobStore, WorkflowQueue

if TYPE_CHECKING:
    from shared.jobs.circuits import Circuits


def next_attempt(record: JobRecord, *, max_attempts: int) -> int | None:
    """Return the number of the attempt that is due now, None when none is."""
    due = {
        JobStatus.PROMPTED: True,
        JobStatus.SENDING: record.post_refused,
        JobStatus.RENDERED: record.ended is not None
        and record.ended.outcome == "failed"
        and record.gpu_tasks < max_attempts,
        JobStatus.NEEDS_REVIEW: record.repaint_after == record.attempt,
    }.get(record.status)
    return record.attempts + 1 if due else None


def is_next(record: JobRecord, attempt: int) -> bool:
    """Say whether no other attempt has begun, and no repaint that asked for it was taken back."""
    waits = record.status is JobStatus.NEEDS_REVIEW and record.repaint_after != record.attempt
    return record.attempts + 1 == attempt and not waits


def send(
    record: JobRecord,
    scene: Scene,
    workflow: bytes,
    *,
    jobs: JobStore,
    queue: WorkflowQueue,
    circuits: Circuits,
    clock: Clock,
) -> JobRecord:
    """Post attempt `scene.attempt`, unless somebody else has begun it; return the newest record.

    `record` need not be the newest, see `move`.

    An ambiguous post leaves `sending(n)`: the task may be in the queue, so it is not sent again.
    A refused one is noted, and raised, so that the platform tries again with the next number.
    A job whose time is over is closed, not sent.
    """
    attempt = scene.attempt
    if clock.now() >= record.ends_at:
        return fail(record.job_id, out_of_time(record), jobs=jobs, clock=clock, known=record)

    def begin(newest: JobRecord) -> JobRecord | None:
        # By a repaint that was taken back, or ordered otherwise, another picture is wanted or none.
        if newest.status is not record.status or newest.reviews != record.reviews:
            return None
        if not is_next(newest, attempt):
            return None
        changes = {
            "attempts": attempt,
            "scene": scene,
            "workflow_sha256": hashlib.sha256(workflow).hexdigest(),
            "post_refused": False,
            "ended": None,
        }
        return newest.to(JobStatus.SENDING, now=clock.now(), attempt=attempt, **changes)

    moved = move(record.job_id, begin, jobs=jobs, known=record)
    begun, task = moved.record, moved.record.task_id
    if not moved.by_us:
        return begun
    urgent = begun.priority == "interactive"
    try:
        with circuits.watching(GPU_QUEUE):
            queued = queue.submit(task, workflow, tags=job_order(begun), urgent=urgent)
    except AmbiguousPostError:
        log.logger().warning("task.post_ambiguous", task_id=task)
        return begun
    except UpstreamError:
        note_not_queued(begun, jobs=jobs, clock=clock)
        raise
    log.logger().info("task.queued", task_id=task, index=queued.index)
    return note_queued(begun, index=queued.index, jobs=jobs, clock=clock)


def note_queued(record: JobRecord, *, index: int, jobs: JobStore, clock: Clock) -> JobRecord:
    """Record that the task of `sending(n)` is in the queue, under this index."""

    def decide(newest: JobRecord) -> JobRecord | None:
        # A fast GPU may have been first: rendered(n) is written already, and counted the task.
        if newest.status is not JobStatus.SENDING or newest.attempt != record.attempt:
            return None
        counted = {"gpu_tasks": newest.gpu_tasks + 1, "queue_index": index}
        return newest.to(JobStatus.QUEUED, now=clock.now(), attempt=record.attempt, **counted)

    return move(record.job_id, decide, jobs=jobs, known=record).record


def note_not_queued(record: JobRecord, *, jobs: JobStore, clock: Clock, **changes: int) -> Moved:
    """Note that the task of `sending(n)` is not in the queue: the next number is due."""

    def decide(newest: JobRecord) -> JobRecord | None:
        if newest.status is not JobStatus.SENDING or newest.attempt != record.attempt:
            return None
        # The plate is paid for: the next attempt uses it.
        kept = newest.scene and newest.scene.model_copy(update={"attempt": record.attempt + 1})
        return newest.note(now=clock.now(), post_refused=True, scene=kept, **changes)

    return move(record.job_id, decide, jobs=jobs, known=record)


def held_back(record: JobRecord, held: HeldError) -> JobRecord:
    """Leave the job as it is; once nothing holds it any more, the sweeper sees it on its way."""
    log.logger().warning("job.held", job_id=record.job_id, waiting_for=held.waiting_for)
    return record


def scene_task(record: JobRecord, attempt: int) -> str:
    """Return the platform's task id under which the plate of an attempt is painted."""
    return ids.scene_invocation(ids.task_id(record.job_id, attempt), record.scene_invocations)
