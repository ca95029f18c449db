"""Paint a trip: write its prompt, then have the plate of the attempt that is due painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.paint_trip.prompting import write_prompt
from shared import ids
from shared.jobs.closing import fail, finish
from shared.jobs.moving import load, move
from shared.jobs.record import Failure, JobRecord, JobStatus
from shared.jobs.sending import next_attempt, scene_task
from shared.styles import style

if TYPE_CHECKING:
    from functions.paint_trip.prompting import PromptRules
    from shared.ports import Clock, FunctionInvoker, JobStore, PromptModel

OUT_OF_TIME = Failure(code="deadline_passed", detail="The time for this poster ran out.")


def paint_trip(
    job_id: str,
    *,
    rules: PromptRules,
    max_attempts: int,
    jobs: JobStore,
    model: PromptModel,
    invoker: FunctionInvoker,
    clock: Clock,
) -> JobRecord:
    """Bring the job to where its next plate is ordered; what is done already stays done."""
    record = load(job_id, jobs=jobs)
    if record.status.is_closed:
        finish(record, jobs=jobs)
        return record
    if clock.now() >= record.deadline_at:
        return fail(job_id, OUT_OF_TIME, jobs=jobs, clock=clock)
    if record.status is JobStatus.ACCEPTED:
        record = _prompted(record, rules=rules, jobs=jobs, model=model, clock=clock)
    attempt = next_attempt(record, max_attempts=max_attempts)
    if attempt is not None:
        payload = {"job_id": job_id}
        invoker.invoke("paint_scene", payload, task_id=scene_task(record, attempt))
    return record


def _prompted(
    record: JobRecord, *, rules: PromptRules, jobs: JobStore, model: PromptModel, clock: Clock
) -> JobRecord:
    seed = ids.seed_of(record.job_id)
    look = style(record.style)
    written = write_prompt(record.trip, look, seed=seed, rules=rules, model=model, clock=clock)

    def decide(newest: JobRecord) -> JobRecord | None:
        if newest.status is not JobStatus.ACCEPTED:
            return None
        return newest.to(JobStatus.PROMPTED, now=clock.now(), attempt=0, prompt=written)

    return move(record.job_id, decide, jobs=jobs).record
