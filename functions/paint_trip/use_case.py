"""Paint a trip: plan and write its prompt, then see the attempt that is due on its way.

A style whose plate the picture model paints goes on in paint_scene; one whose workflow paints
the plate itself is sent to the GPU queue from here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from functions.paint_trip.prompting import PromptRules, write_prompt
from shared.composition import composition_of_job
from shared.core import ids
from shared.core.errors import HeldError
from shared.jobs.closing import fail, finish
from shared.jobs.control import GPU_QUEUE
from shared.jobs.deadlines import out_of_time
from shared.jobs.erasing import erase_record
from shared.jobs.moving import load_for, move
from shared.jobs.record import Composition, Failure, JobName, JobRecord, JobStatus, Scene
from shared.jobs.sending import held_back, next_attempt, scene_task
from shared.observability import log
from shared.observability.tracing import job_order
from shared.styles import style, styles
from shared.workflows.task_workflow import send_task

if TYPE_CHECKING:
    from shared.jobs.circuits import Circuits
    from shared.ports import Clock, FunctionInvoker, JobStore, PromptModel, WorkflowQueue
    from shared.vehicles.catalogue import Catalogue

_STYLE_GONE = Failure(
    code="style_gone", detail="This poster's style is not there any more; choose another one."
)


def paint_trip(
    job_id: str,
    *,
    rules: PromptRules,
    max_attempts: int,
    jobs: JobStore,
    model: PromptModel,
    catalogue: Callable[[], Catalogue],
    invoker: FunctionInvoker,
    queue: WorkflowQueue,
    circuits: Circuits,
    clock: Clock,
) -> JobRecord:
    """Bring the job to where its next plate is ordered; what is done already stays done.

    Raises UpstreamError when the queue refuses the task: a later run sends the next attempt.
    """
    record = load_for(lambda seen: _is_due(seen, max_attempts=max_attempts), job_id, jobs=jobs)
    if record.status.is_closed:
        finish(record, jobs=jobs)
        return record
    accepted = record.status is JobStatus.ACCEPTED
    if accepted and _source_is_erased(record, jobs=jobs):
        return erase_record(JobName.of(record), now=clock.now(), jobs=jobs)
    attempt = next_attempt(record, max_attempts=max_attempts)
    # With nothing to do a task may wait in the queue: the job is not this function's to end.
    hindrance = _hindrance(record, clock) if accepted or attempt is not None else None
    if hindrance:
        return fail(job_id, hindrance, jobs=jobs, clock=clock, known=record)
    if accepted:
        plan = composition_of_job(record, catalogue=catalogue(), jobs=jobs)
        record = _prompted(record, plan, rules=rules, jobs=jobs, model=model, clock=clock)
        attempt = next_attempt(record, max_attempts=max_attempts)
    if attempt is None:
        return record
    if style(record.painted_style).scene == "workflow":
        scene = Scene(attempt=attempt, claimed_at=clock.now())
        return _sent(record, scene, jobs=jobs, queue=queue, circuits=circuits, clock=clock)
    invoker.invoke("paint_scene", job_order(record), task_id=scene_task(record, attempt))
    return record


def _is_due(record: JobRecord, *, max_attempts: int) -> bool:
    accepted = record.status is JobStatus.ACCEPTED
    return accepted or next_attempt(record, max_attempts=max_attempts) is not None


def _hindrance(record: JobRecord, clock: Clock) -> Failure | None:
    """Return why nothing is painted any more: the time is over, or the style's file is gone."""
    if clock.now() >= record.ends_at:
        return out_of_time(record)
    if record.painted_style in styles():
        return None
    log.logger().error("style.gone", job_id=record.job_id, style=record.painted_style)
    return _STYLE_GONE


def _source_is_erased(record: JobRecord, *, jobs: JobStore) -> bool:
    """Say whether the poster that this one repaints was erased since this job was asked for."""
    source = jobs.load(record.repaint_of) if record.repaint_of else None
    return source is not None and source.status is JobStatus.ERASED


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
    record: JobRecord,
    plan: Composition | None,
    *,
    rules: PromptRules,
    jobs: JobStore,
    model: PromptModel,
    clock: Clock,
) -> JobRecord:
    seed = ids.seed_of(record.job_id)
    look = style(record.painted_style)
    written = write_prompt(record, look, seed=seed, rules=rules, model=model, clock=clock)

    def decide(newest: JobRecord) -> JobRecord | None:
        if newest.status is not JobStatus.ACCEPTED:
            return None
        decided = {"prompt": written, "composition": plan}
        return newest.to(JobStatus.PROMPTED, now=clock.now(), attempt=0, **decided)

    return move(record.job_id, decide, jobs=jobs, known=record).record
