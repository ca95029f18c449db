"""Paint a trip: write its prompt, then see the attempt that is due on its way.

A style whose plate the picture model paints goes on in paint_scene; one whose workflow paints
the plate itself is sent to the GPU queue from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.paint_trip.prompting import write_prompt
from shared import ids
from shared.errors import HeldError
from shared.jobs.closing import fail, finish
from shared.jobs.control import GPU_QUEUE
from shared.jobs.deadlines import out_of_time
from shared.jobs.moving import load, move
from shared.jobs.record import JobRecord, JobStatus, Scene
from shared.jobs.sending import held_back, next_attempt, scene_task
from shared.styles import style
from shared.task_workflow import send_task

if TYPE_CHECKING:
    from functions.paint_trip.prompting import PromptRules
    from shared.jobs.circuits import Circuits
    from shared.ports import Clock, FunctionInvoker, JobStore, PromptModel, WorkflowQueue


def paint_trip(
    job_id: str,
    *,
    rules: PromptRules,
    max_attempts: int,
    jobs: JobStore,
    model: PromptModel,
    invoker: FunctionInvoker,
    queue: WorkflowQueue,
    circuits: Circuits,
    clock: Clock,
) -> JobRecord:
    """Bring the job to where its next plate is ordered; what is done already stays done.

    Raises UpstreamError when the queue refuses the task: a later run sends the next attempt.
    """
    record = load(job_id, jobs=jobs)
    if record.status.is_closed:
        finish(record, jobs=jobs)
        return record
    attempt = next_attempt(record, max_attempts=max_attempts)
    accepted = record.status is JobStatus.ACCEPTED
    # With nothing to do a task may wait in the queue: the job is not this function's to end.
    if clock.now() >= record.ends_at and (accepted or attempt is not None):
        return fail(job_id, out_of_time(record), jobs=jobs, clock=clock)
    if accepted:
        record = _prompted(record, rules=rules, jobs=jobs, model=model, clock=clock)
        attempt = next_attempt(record, max_attempts=max_attempts)
    if attempt is None:
        return record
    if style(record.painted_style).scene == "workflow":
        scene = Scene(attempt=attempt, claimed_at=clock.now())
        return _sent(record, scene, jobs=jobs, queue=queue, circuits=circuits, clock=clock)
    invoker.invoke("paint_scene", {"job_id": job_id}, task_id=scene_task(record, attempt))
    return record


def _sent(
    record: JobRecord,
    scene: Scene,
    *,
    jobs: JobStore,
    queue: WorkflowQueue,
    circuits: Circuits,
    clock: Clock,
) -> JobRecord:
    try:
        circuits.check(GPU_QUEUE)
    except HeldError as held:
        return held_back(record, held)
    return send_task(record, scene, jobs=jobs, queue=queue, circuits=circuits, clock=clock)


def _prompted(
    record: JobRecord, *, rules: PromptRules, jobs: JobStore, model: PromptModel, clock: Clock
) -> JobRecord:
    seed = ids.seed_of(record.job_id)
    look = style(record.painted_style)
    written = write_prompt(record.trip, look, seed=seed, rules=rules, model=model, clock=clock)

    def decide(newest: JobRecord) -> JobRecord | None:
        if newest.status is not JobStatus.ACCEPTED:
            return None
        return newest.to(JobStatus.PROMPTED, now=clock.now(), attempt=0, prompt=written)

    return move(record.job_id, decide, jobs=jobs).record
